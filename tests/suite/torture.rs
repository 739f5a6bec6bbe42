//! The daemon under torture: whatever several hands do to the folder, in the end it serves what a fresh look finds.

#![allow(clippy::unwrap_used, reason = "a helper of tests may fail as a test may")]

use std::fs;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::binary::{Daemon, Newsroom};
use crate::watcher::{Dice, deed};

const SERVE: [&str; 3] = ["releases", "--state", "state"];
/// Longer than a file that was never seen closed is waited for, and a hold is asked for, on a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(60);

/// One of many releases; the same number, the same text. Whatever is left of it after another was appended or half
/// of it was read is another release.
fn text(number: u64) -> String {
    let date = format!("20{:02}-{:02}-{:02}", 10 + number % 10, 1 + number / 10 % 12, 1 + number / 120 % 28);
    let words = ["quay", "weir", "lock", "crane", "ferry", "beacon", "pilot"];
    let word = |at: u64| words[(number / 7_u64.pow(at as u32) % 7) as usize];
    let story: Vec<&str> = (0..5).map(word).collect();
    format!("---\ntitle: Notice {number:04}\ndate: {date}\n---\nOf {:<40} and {number:04}.\n", story.join(" "))
}

/// Title and text of every item, from the newest on through the archive, sorted: dates and ids depend on what was
/// there before.
fn told(read: impl Fn(&str) -> Option<String>) -> Option<Vec<String>> {
    let mut items = Vec::new();
    let mut next = Some("/feed.json".to_string());
    while let Some(path) = next {
        let feed: Value = serde_json::from_str(&read(&path)?).unwrap();
        let told = |item: &Value| format!("{}: {}", item["title"], item["content_html"]);
        items.extend(feed["items"].as_array().unwrap().iter().map(told));
        let older = feed["next_url"].as_str().map(str::to_string);
        next = older.map(|url| url[url.find("/archive/").unwrap()..].to_string());
    }
    items.sort();
    Some(items)
}

fn served(daemon: &Daemon) -> Option<Vec<String>> {
    told(|path| Some(daemon.get(path)).filter(|answer| answer.status == 200).map(|answer| answer.body))
}

fn found(room: &Newsroom) -> Vec<String> {
    let out = room.path("public");
    let _ = fs::remove_dir_all(&out);
    let run = room.run(&["generate", "releases", "--ephemeral", "--out", "public"]);
    assert!(run.code <= 1, "{}", run.err);
    told(|path| fs::read_to_string(out.join(&path[1..])).ok()).unwrap()
}

fn is_held(daemon: &Daemon) -> bool {
    let status: Value = serde_json::from_str(&daemon.admin("/status.json").body).unwrap();
    status["held"] != serde_json::json!([])
}

/// `TORTURE_SECONDS` makes it longer.
#[test]
fn in_the_end_it_serves_what_a_fresh_look_finds() {
    let seconds = std::env::var("TORTURE_SECONDS").ok().and_then(|text| text.parse().ok()).unwrap_or(4_u64);
    let end = Instant::now() + Duration::from_secs(seconds);
    let (mut round, mut most) = (0, 0);
    while Instant::now() < end {
        round += 1;
        let room = Newsroom::new();
        let (root, away) = (room.path("releases"), room.path("away"));
        fs::create_dir_all(&root).unwrap();
        fs::create_dir_all(&away).unwrap();
        let daemon = room.serve(&SERVE);
        // So that the folder is at rest now and then, and what is served is asked for.
        for spell in 0..3_u64 {
            let stop = Instant::now() + Duration::from_millis(700);
            std::thread::scope(|scope| {
                for hand in 1..=3_u64 {
                    let (root, away) = (&root, &away);
                    scope.spawn(move || {
                        let state = (round * 10 + spell) * 1_000 + hand;
                        let mut dice = Dice { state, root_too: round % 3 == 0 };
                        while Instant::now() < stop {
                            deed(root, away, &mut dice, text);
                        }
                    });
                }
            });
            let found = found(&room);
            most = most.max(found.len());
            let began = Instant::now();
            while served(&daemon).as_ref() != Some(&found) {
                if is_held(&daemon) {
                    room.run(&[&["ledger", "confirm"], &SERVE[..]].concat());
                }
                let late = || format!("round {round}, spell {spell}: {}", daemon.err());
                if began.elapsed() > PATIENCE {
                    assert_eq!(served(&daemon).unwrap_or_default(), found, "{}", late());
                }
                std::thread::sleep(Duration::from_millis(50));
            }
        }
        assert_eq!(daemon.stop(), 0);
    }
    assert!(most >= 10, "only {most} items at the end");
}
