//! Folders whose whole derivation is kept: `tests/golden/CASE/in` with what `explain` says of it beside, for programs
//! (`explain.jsonl`), for people (`explain.txt`) and with colours (`explain.ansi`, where the case has one).
//!
//! A case needs no code: make the folder `in`, and `feedroom.toml` where it needs settings, and run the tests once with
//! `UPDATE_GOLDEN=1`, which writes what is said now. Review the difference.

use std::fs;
use std::path::{Path, PathBuf};

use crate::binary::{Newsroom, ran};

#[test]
fn every_golden_folder_is_derived_as_it_was() {
    let update = std::env::var_os("UPDATE_GOLDEN").is_some();
    let mut wrong = Vec::new();
    let cases = cases();
    assert!(!cases.is_empty(), "no case was found");
    for case in cases {
        for (name, said) in explained(&case) {
            let file = case.join(name);
            if update {
                fs::write(&file, &said).unwrap();
            }
            let kept = fs::read_to_string(&file).unwrap_or_default();
            wrong.extend(difference(&file, &kept, &said));
        }
    }
    assert!(wrong.is_empty(), "{}\nUPDATE_GOLDEN=1 keeps what is said now", wrong.join("\n"));
}

fn cases() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let mut cases: Vec<PathBuf> = fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.sort();
    cases
}

/// What `explain` says of a case, by the name of the file that keeps it.
fn explained(case: &Path) -> Vec<(&'static str, String)> {
    let room = Newsroom::new();
    let config = case.join("feedroom.toml");
    let run = |flags: &[&str], colour: bool| {
        let mut command = room.command(&["explain"]);
        command.args(flags).current_dir(case);
        if config.exists() {
            command.args(["--config", "feedroom.toml"]);
        }
        if colour {
            command.env("CLICOLOR_FORCE", "1");
        }
        command.arg("in");
        let ran = ran(command);
        assert!(ran.err.is_empty() && ran.code <= 1, "{}: {}", case.display(), ran.err);
        ran.out
    };
    let (json, text) = (run(&["--json"], false), run(&[], false));
    let mut all = vec![("explain.jsonl", json), ("explain.txt", text.clone())];
    if case.join("explain.ansi").exists() {
        let coloured = run(&[], true);
        assert_eq!(without_colours(&coloured), text, "colours change more than colours");
        all.push(("explain.ansi", coloured));
    }
    all
}

/// A text without the sequences that begin with ESC and end with `m`.
fn without_colours(text: &str) -> String {
    let mut parts = text.split('\u{1b}');
    let first = parts.next().unwrap_or_default().to_string();
    parts.fold(first, |out, part| out + part.split_once('m').map_or(part, |(_, rest)| rest))
}

/// The first line that differs, with its number.
fn difference(file: &Path, kept: &str, said: &str) -> Option<String> {
    let (mut before, mut now) = (kept.lines(), said.lines());
    (1..)
        .map_while(|number| Some((number, before.next(), now.next())).filter(|(_, a, b)| a.is_some() || b.is_some()))
        .find_map(|(number, a, b)| {
            (a != b).then(|| {
                format!("{}:{number}\n- {}\n+ {}", file.display(), a.unwrap_or("(nothing)"), b.unwrap_or("(nothing)"))
            })
        })
}
