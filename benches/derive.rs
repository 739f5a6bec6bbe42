//! How long it takes to read and derive files, and how much memory: a mebibyte of each kind, texts that nobody
//! wrote, and a folder of many files on all cores.
//!
//! `cargo bench --bench derive` prints a table and judges nothing; words after `--` choose the cases whose names
//! contain one of them. Each case runs in a process of its own, so that its peak memory is its own.

#![allow(clippy::print_stdout, missing_docs)] // a bench prints

mod texts;

use std::process::Command;
use std::sync::LazyLock;
use std::time::Instant;

use feedroom::document::{self, Document};
use feedroom::item;
use rayon::prelude::*;

/// How often a case is measured; the best counts.
const ROUNDS: usize = 3;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    if let [word, name] = words.as_slice()
        && word == "--one"
    {
        return measure(name);
    }
    println!("{:<28} {:>8} {:>9} {:>9} {:>7} {:>9}", "case", "KiB", "read ms", "derive ms", "items", "peak MiB");
    let names = texts::all().into_iter().map(|case| case.name).chain(["folder of text".to_string()]);
    for name in names.filter(|name| words.is_empty() || words.iter().any(|word| name.contains(word.as_str()))) {
        let program = std::env::current_exe().expect("the path of this program");
        let status = Command::new(program).args(["--one", &name]).status().expect("this program, started again");
        if !status.success() {
            println!("{name:<28} {status}");
        }
    }
}

fn measure(name: &str) {
    match texts::all().into_iter().find(|case| case.name == name) {
        Some(case) => one_file(&case),
        None => folder(),
    }
}

fn one_file(case: &texts::Case) {
    let bytes = (case.make)();
    let (mut read, mut derive, mut items) = (f64::MAX, f64::MAX, 0);
    for _ in 0..ROUNDS {
        let start = busy();
        let (document, _) = document::read(case.path, &bytes, &document::Settings::default());
        read = read.min(busy() - start);
        let start = busy();
        let documents: Vec<&Document> = document.iter().collect();
        items = item::derive(&documents, &settings()).0.len();
        derive = derive.min(busy() - start);
        // What is slow need not be measured again.
        if read + derive > 1000.0 {
            break;
        }
    }
    row(&case.name, bytes.len(), read, derive, items);
}

/// A folder as the press reads it: files on all cores, then what they hold. Here the clock on the wall counts.
fn folder() {
    let files: Vec<(String, Vec<u8>)> =
        (0..2000).map(|n| (format!("news/release-{n}.txt"), texts::releases(n, 16 << 10).into_bytes())).collect();
    let bytes: usize = files.iter().map(|(_, bytes)| bytes.len()).sum();
    let (mut read, mut derive, mut items) = (f64::MAX, f64::MAX, 0);
    for _ in 0..ROUNDS {
        let start = Instant::now();
        let documents: Vec<Document> = files
            .par_iter()
            .filter_map(|(path, bytes)| document::read(path, bytes, &document::Settings::default()).0)
            .collect();
        read = read.min(start.elapsed().as_secs_f64() * 1e3);
        let start = Instant::now();
        let mut folder = item::Folder::new(settings());
        items = folder.update(documents, &[], &|_| None).came.len();
        derive = derive.min(start.elapsed().as_secs_f64() * 1e3);
    }
    row("folder of text", bytes, read, derive, items);
    let speed = bytes as f64 / 1e3 / (read + derive);
    println!("{speed:.0} MB/s of plain text on {} threads", rayon::current_num_threads());
}

fn row(name: &str, bytes: usize, read: f64, derive: f64, items: usize) {
    println!("{name:<28} {:>8} {read:>9.1} {derive:>9.1} {items:>7} {:>9.1}", bytes / 1024, peak());
}

fn settings() -> item::Settings {
    item::Settings { time_zone: chrono_tz::Europe::Berlin, language: None, date_order: None }
}

/// How long this thread has been on a processor, in milliseconds: what other programs do does not count. The clock
/// on the wall where the system does not tell.
fn busy() -> f64 {
    static BEGAN: LazyLock<Instant> = LazyLock::new(Instant::now);
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds: Option<f64> = told.split(' ').next().and_then(|first| first.parse().ok());
    nanoseconds.map_or_else(|| BEGAN.elapsed().as_secs_f64() * 1e3, |spent| spent / 1e6)
}

/// The most memory that this process ever held, in MiB; zero where the system does not tell.
fn peak() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
    line.trim().trim_end_matches(" kB").parse::<f64>().unwrap_or_default() / 1024.0
}
