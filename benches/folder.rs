//! What a folder of many releases costs: reading and deriving each, what is kept of it, and a change among them.
//!
//! `cargo bench --bench folder -- 100000` prints figures for so many Markdown releases of 3 kB with front matter, made
//! in memory; it judges nothing. Times are of one thread on a processor, and of the clock on the wall for all.

#![allow(clippy::print_stdout, missing_docs)] // a bench prints

use std::time::Instant;

use feedroom::document::{self, Document};
use feedroom::item::{self, Folder};

const AT_ONCE: usize = 2_500;
const WORDS: &[&str] = &[
    "harbour", "quay", "ferry", "council", "bridge", "river", "level", "flood", "warning", "survey", "report",
    "opening", "station", "line", "works", "closure", "budget", "vote", "harvest", "market", "storm", "repair",
    "crane", "pilot", "beacon", "museum", "archive", "rescue", "training", "permit", "tender", "water", "the", "of",
    "and", "for", "in",
];
const ABOUT: &str = "The harbour office runs the quays, the ferries and the water works of the town. It was founded in \
                     1921, employs two hundred people, and answers all questions on working days from ten to four.";

fn main() {
    let count = std::env::args().skip(1).find_map(|word| word.parse().ok()).unwrap_or(10_000);
    let (mut read, mut update, mut changes) = (0.0, 0.0, 0);
    let settings = item::Settings { time_zone: chrono_tz::Europe::Berlin, language: None, date_order: None };
    let mut folder = Folder::new(settings);
    let before = resident();
    for from in (0..count).step_by(AT_ONCE) {
        let texts: Vec<(String, String)> = (from..count.min(from + AT_ONCE)).map(release).collect();
        let start = Instant::now();
        let documents: Vec<Document> = texts.iter().map(|(path, text)| document_of(path, text)).collect();
        read += start.elapsed().as_secs_f64() * 1e6;
        let start = Instant::now();
        changes += folder.update(documents, &[], &again).came.len();
        update += start.elapsed().as_secs_f64() * 1e6;
    }
    let each = |micros: f64| micros / count as f64;
    println!("{count} releases, {changes} changes, {} threads", rayon::current_num_threads());
    println!("reading      {:8.1} µs a release", each(read));
    println!("deriving     {:8.1} µs a release, by the clock on the wall", each(update));
    println!("kept         {:8.0} bytes a release", (resident() - before) * 1024.0 / count as f64);
    let mut times: Vec<f64> = (0..200)
        .map(|n| {
            let (path, text) = release(count + n);
            let document = document_of(&path, &text);
            let start = Instant::now();
            folder.update(vec![document], &[], &again);
            start.elapsed().as_secs_f64() * 1e6
        })
        .collect();
    times.sort_by(f64::total_cmp);
    println!("one more     {:8.1} µs, at worst {:.1} µs", times[100], times[199]);
}

fn document_of(path: &str, text: &str) -> Document {
    document::read(path, text.as_bytes(), &document::Settings::default()).0.expect("the text is readable")
}

/// The release at a path, read again.
fn again(path: &str) -> Option<Document> {
    let number = path.strip_prefix("news/")?.strip_suffix(".md")?.parse().ok()?;
    let (path, text) = release(number);
    Some(document_of(&path, &text))
}

/// Release number `n`: the same number, the same text.
fn release(n: usize) -> (String, String) {
    let mut state = n as u64 * 2 + 1;
    let mut next = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    let mut sentence = |words: usize| {
        let text = (0..words).map(|_| WORDS[next(WORDS.len())]).collect::<Vec<_>>().join(" ");
        text[..1].to_uppercase() + &text[1..]
    };
    let (year, month, day) = (2000 + n / 336 % 25, n / 28 % 12 + 1, n % 28 + 1);
    let title = sentence(7);
    let mut text =
        format!("---\ntitle: \"{title} no {n}\"\ndate: {year}-{month:02}-{day:02}T08:00:00Z\ntags: [town]\n---\n\n");
    text += &format!("{}.\n\n- {}.\n- {}.\n\n## {}\n\n", sentence(30), sentence(9), sentence(9), sentence(4));
    while text.len() < 2_700 {
        text += &(0..4).map(|_| sentence(15) + ".").collect::<Vec<_>>().join(" ");
        text += "\n\n";
    }
    (format!("news/{n}.md"), text + "See [the office](https://office.example/).\n\n## About\n\n" + ABOUT + "\n")
}

/// What is resident of this process, in KiB; zero where the system does not tell.
fn resident() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
    line.trim().trim_end_matches(" kB").parse().unwrap_or_default()
}
