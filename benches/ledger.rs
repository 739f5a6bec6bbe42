//! A ledger of 100,000 items: how fast it opens, how fast one change commits, how much memory an item takes.
//!
//! `cargo bench --bench ledger`; a number after `--` is taken for the number of items.
#![allow(clippy::print_stdout, reason = "a bench prints its results")]

use std::error::Error;
use std::process::Command;
use std::sync::Arc;
use std::time::Instant;

use chrono::{DateTime, TimeDelta, Utc};
use feedroom::date::Precision;
use feedroom::document::Lines;
use feedroom::item::{Dated, Draft, Evidence, EvidenceKind, Source};
use feedroom::ledger::{Ledger, Root, RootState, Scan, Settings};

/// The state folder that a child process opens.
const CHILD: &str = "FEEDROOM_BENCH_LEDGER";

fn main() -> Result<(), Box<dyn Error>> {
    if !std::env::args().any(|arg| arg == "--bench") {
        println!("nothing to test: run it with `cargo bench --bench ledger`");
        return Ok(());
    }
    // A process of its own, so that memory freed before is not taken for free.
    if let Some(dir) = std::env::var_os(CHILD) {
        let before = resident()?;
        let begun = Instant::now();
        let ledger = Ledger::open(dir.as_ref())?;
        println!("{:<44} {:>9.1} ms", "open", begun.elapsed().as_secs_f64() * 1e3);
        println!("{:<44} {:>9} kB", "memory, opened", resident()?.saturating_sub(before) / 1024);
        drop(ledger);
        return Ok(());
    }
    let items = std::env::args().skip(1).find_map(|arg| arg.parse().ok()).unwrap_or(100_000);
    let dir = tempfile::tempdir()?;
    let now: DateTime<Utc> = "2026-01-01T00:00:00Z".parse()?;
    let settings = Settings::default();
    let mut drafts: Vec<Arc<Draft>> = (0..items).map(|n| Arc::new(draft(n, 0, now))).collect();
    let scan = |drafts: &[Arc<Draft>]| Scan {
        came: feedroom::ledger::places(drafts.iter().cloned()),
        whole: true,
        roots: vec![Root { path: String::new(), state: RootState::Present }],
        ..Scan::default()
    };
    let timed = |what: &str, begun: Instant| println!("{what:<44} {:>9.1} ms", begun.elapsed().as_secs_f64() * 1e3);

    let mut ledger = Ledger::open(dir.path())?;
    let begun = Instant::now();
    ledger.publish(&scan(&drafts), now, &settings)?;
    timed(&format!("publish {items} new items"), begun);
    drop(ledger);
    println!("{:<44} {:>9} kB", "database", dir.path().join("ledger.db").metadata()?.len() / 1024);

    for _ in 0..3 {
        Command::new(std::env::current_exe()?).arg("--bench").env(CHILD, dir.path()).status()?;
    }
    let mut ledger = Ledger::open(dir.path())?;
    let begun = Instant::now();
    ledger.publish(&scan(&drafts), now + TimeDelta::minutes(1), &settings)?;
    timed("publish with nothing changed", begun);
    for round in 1..=3 {
        drafts[items / 2] = Arc::new(draft(items / 2, round, now));
        let begun = Instant::now();
        ledger.publish(&scan(&drafts), now + TimeDelta::minutes(1 + round as i64), &settings)?;
        timed("publish with one item edited", begun);
    }
    let mut commits = Vec::new();
    for round in 0..51 {
        let begun = Instant::now();
        ledger.remember(
            &[feedroom::ledger::Representation {
                path: "/atom.xml".into(),
                etag: format!("e{round}"),
                last_modified: now,
                entries: (0..50).map(|n| (format!("urn:uuid:{n:036}"), now.fixed_offset())).collect(),
            }],
            &Default::default(),
        )?;
        commits.push(begun.elapsed().as_secs_f64() * 1e3);
    }
    commits.sort_by(f64::total_cmp);
    println!("{:<44} {:>9.1} ms, worst {:.1} ms", "commit, median of 51", commits[25], commits[50]);
    Ok(())
}

/// Resident memory of this process in bytes; 0 where the system does not tell.
fn resident() -> Result<usize, Box<dyn Error>> {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    Ok(line.and_then(|line| line.trim().strip_suffix(" kB")).map_or(Ok(0), |kb| kb.trim().parse::<usize>())? * 1024)
}

/// A release of some 1.5 kB.
fn draft(n: usize, round: usize, now: DateTime<Utc>) -> Draft {
    let word = |k: usize| format!("word{}", (n * 7919 + k * k * 104_729) % 9_973);
    let body = format!("{} Round {round}.", (0..180).map(word).collect::<Vec<_>>().join(" "));
    let path = format!("{}/{n}.txt", n % 97);
    Draft {
        sources: vec![Source { path: path.clone(), lines: Lines { first: 1, last: 9 } }],
        title: format!("Release number {n} of the newsroom"),
        body_html: format!("<p>{body}</p>"),
        excerpt: body.chars().take(200).collect(),
        body_text: body,
        date: Some(Dated {
            published: (now - TimeDelta::minutes(n as i64 + 1)).fixed_offset(),
            precision: Precision::Minute,
            evidence: Evidence { kind: EvidenceKind::Header, text: "date".into(), path, line: 1 },
        }),
        modified: None,
        embargo: None,
        expires: None,
        unfinished: false,
        declared_id: None,
        slug: None,
        aliases: Vec::new(),
        language: None,
        authors: Vec::new(),
        tags: vec!["news".into()],
        image: None,
        attachments: Vec::new(),
        link: None,
        passed_over: Vec::new(),
    }
}
