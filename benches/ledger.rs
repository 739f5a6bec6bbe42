//! A ledger of 100,000 items: how fast it opens, how fast one change commits, how much memory an item takes.
//!
//! `cargo bench --bench ledger`; a number after `--` is taken for the number of items.
#![allow(clippy::print_stdout, reason = "a bench prints its results")]

use std::alloc::System;
use std::error::Error;
use std::sync::Arc;
use std::time::Instant;

use chrono::{DateTime, TimeDelta, Utc};
use feedroom::date::Precision;
use feedroom::document::Lines;
use feedroom::item::{Dated, Draft, Evidence, EvidenceKind, Place, Source};
use feedroom::ledger::{Ledger, Root, RootState, Scan, Settings};
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

fn main() -> Result<(), Box<dyn Error>> {
    if !std::env::args().any(|arg| arg == "--bench") {
        println!("nothing to test: run it with `cargo bench --bench ledger`");
        return Ok(());
    }
    let items = std::env::args().skip(1).find_map(|arg| arg.parse().ok()).unwrap_or(100_000);
    let dir = tempfile::tempdir()?;
    let now: DateTime<Utc> = "2026-01-01T00:00:00Z".parse()?;
    let settings = Settings::default();
    let drafts: Vec<Arc<Draft>> = (0..items).map(|n| Arc::new(draft(n, 0, now))).collect();
    let scan = |drafts: &[Arc<Draft>]| Scan {
        came: feedroom::ledger::places(drafts.iter().cloned()),
        whole: true,
        roots: vec![Root { path: String::new(), state: RootState::Present }],
        ..Scan::default()
    };
    let places = feedroom::ledger::places(drafts.iter().cloned());
    let timed = |what: &str, begun: Instant| println!("{what:<44} {:>9.1} ms", begun.elapsed().as_secs_f64() * 1e3);

    let mut ledger = Ledger::open(dir.path())?;
    let begun = Instant::now();
    ledger.publish(&scan(&drafts), now, &settings)?;
    timed(&format!("publish {items} new items"), begun);
    drop(ledger);
    println!("{:<44} {:>9} kB", "database", dir.path().join("ledger.db").metadata()?.len() / 1024);

    let before = allocated();
    let mut opened = Vec::new();
    for _ in 0..5 {
        let begun = Instant::now();
        drop(Ledger::open(dir.path())?);
        opened.push(begun.elapsed().as_secs_f64() * 1e3);
    }
    opened.sort_by(f64::total_cmp);
    println!("{:<44} {:>9.1} ms, worst {:.1} ms", "open, median of 5", opened[2], opened[4]);
    let mut ledger = Ledger::open(dir.path())?;
    let an_item = |what: &str| println!("{what:<44} {:>9} bytes an item", (allocated() - before) / items as isize);
    an_item("memory, opened");
    let begun = Instant::now();
    let told = ledger.recall(now, &settings)?;
    timed(&format!("recall, {} items", told.touched.len()), begun);
    drop(told);
    an_item("memory, indexed");
    let begun = Instant::now();
    ledger.publish(&scan(&drafts), now + TimeDelta::minutes(1), &settings)?;
    timed("publish with nothing changed", begun);
    an_item("memory, at work");
    let place = |n: usize| Place { path: Arc::clone(&places[n].0.path), number: places[n].0.number };
    let mut round = 0;
    let mut changes = |what: &str, change: &mut dyn FnMut(usize, usize) -> Scan| -> Result<(), Box<dyn Error>> {
        let mut times = Vec::new();
        for turn in 0..51 {
            round += 1;
            let scan = change(turn * 1_931 % items, round);
            let begun = Instant::now();
            let outcome = ledger.publish(&scan, now + TimeDelta::minutes(1 + round as i64), &settings)?;
            times.push(begun.elapsed().as_secs_f64() * 1e3);
            assert!(outcome.held.is_none() && outcome.touched.len() <= 2);
        }
        times.sort_by(f64::total_cmp);
        println!("{what:<44} {:>9.1} ms, worst {:.1} ms", times[25], times[50]);
        Ok(())
    };
    let part = || Scan { whole: false, ..scan(&[]) };
    changes("one item edited, median of 51", &mut |n, round| Scan {
        came: vec![(place(n), Arc::new(draft(n, round, now)).into())],
        gone: vec![place(n)],
        ..part()
    })?;
    changes("one new item, median of 51", &mut |n, round| {
        let new = draft(items + round * 7 + n, round, now + TimeDelta::days(2));
        Scan { came: feedroom::ledger::places([Arc::new(new)]), ..part() }
    })?;
    changes("one item withdrawn, median of 51", &mut |n, _| Scan { gone: vec![place(n)], ..part() })?;
    changes("one item back, median of 51", &mut |n, round| Scan {
        came: vec![(place(n), Arc::new(draft(n, round, now)).into())],
        ..part()
    })?;
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
    // What the disk takes by itself: as many bytes at the end of a file, made durable.
    let mut file = std::fs::File::create(dir.path().join("bare"))?;
    let mut bare = Vec::new();
    for _ in 0..51 {
        let begun = Instant::now();
        std::io::Write::write_all(&mut file, &[7; 40 << 10])?;
        file.sync_data()?;
        bare.push(begun.elapsed().as_secs_f64() * 1e3);
    }
    bare.sort_by(f64::total_cmp);
    println!("{:<44} {:>9.1} ms, worst {:.1} ms", "40 kB written and synced, median of 51", bare[25], bare[50]);
    let begun = Instant::now();
    let tidier = ledger.tidier()?.ok_or("a ledger on a disk has one")?;
    tidier.tidy()?;
    timed("the log carried into the database", begun);
    Ok(())
}

/// Bytes that are allocated and not given back.
fn allocated() -> isize {
    let stats = ALLOCATOR.stats();
    stats.bytes_allocated as isize - stats.bytes_deallocated as isize
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
