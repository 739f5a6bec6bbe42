#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]
//! The ledger in bad times: killed, out of room, damaged, taken, newer than this version; and its way in and out.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use feedroom::item::{Draft, EvidenceKind};
use feedroom::ledger::{self, Adopted, Fate, Ledger, Root, RootState, Scan, Settings, Trouble};

use super::ledger::{at, dated, draft};
use super::ledger_reader::{Reader, seen};

const CHILD: &str = "FEEDROOM_LEDGER_CHILD";

fn scan(drafts: Vec<Draft>) -> Scan {
    Scan { roots: vec![Root { path: String::new(), state: RootState::Present }], ..Scan::of(drafts) }
}

/// Release `n`, in its `round`th wording and under its `round`th name.
fn release(n: usize, round: usize) -> Draft {
    let words: Vec<String> = (0..40).map(|k| format!("w{}", (n * 7919 + k * 104_729) % 100_003)).collect();
    let body = format!("{} Round {round} of many.", words.join(" "));
    draft(&format!("{}/{n}.txt", round % 3), &format!("Release {n}"), &body)
}

/// What the child publishes in a round: a new release, and two older ones renamed and edited.
fn round(n: usize) -> Vec<Draft> {
    (0..=n).map(|release_number| release(release_number, n.saturating_sub((n + release_number) % 7))).collect()
}

fn clock(round: usize) -> DateTime<Utc> {
    at("2025-01-01T00:00:00Z") + TimeDelta::minutes(round as i64)
}

/// Runs this test binary as a child that publishes round after round and says so, until it is killed.
fn child(dir: &Path, limit: Option<u32>) -> Command {
    let me = std::env::current_exe().unwrap();
    let mut command = Command::new("sh");
    let room = limit.map_or(String::new(), |blocks| format!("trap '' XFSZ; ulimit -f {blocks}; "));
    let run = "exec \"$0\" --exact ledger_trouble::child_that_publishes --ignored --nocapture";
    command.arg("-c").arg(format!("{room}{run}")).arg(me).env(CHILD, dir).stdout(Stdio::piped()).stderr(Stdio::null());
    command
}

#[test]
#[ignore = "the body of a child process"]
fn child_that_publishes() {
    let Some(dir) = std::env::var_os(CHILD) else { return };
    let mut ledger = match Ledger::open(Path::new(&dir)) {
        Ok(ledger) => ledger,
        Err(error) => {
            println!("refused {:?}: {error}", error.kind);
            return;
        }
    };
    let settings = Settings::default();
    let begun = ledger.items().count();
    let mut reader = Reader::default();
    for n in begun..begun + 400 {
        match ledger.publish(&scan(round(n)), clock(n), &settings) {
            Ok(outcome) => {
                let outcome = reader.hear(&ledger, outcome);
                let said: Vec<String> = outcome.items.iter().map(|i| format!("{}={}", i.draft.title, i.id)).collect();
                println!("said {n} {}", said.join("|"));
            }
            Err(error) => {
                println!("failed {:?}", error.kind);
                // What was published is still there, and still the same.
                assert_eq!(ledger.items().count(), n);
                return;
            }
        }
    }
}

/// What a child said before it ended: the ids of each title, and the last whole line's number.
fn heard(output: &[u8], ids: &mut BTreeMap<String, String>) -> Option<usize> {
    let text = String::from_utf8_lossy(output);
    let whole = text.rfind('\n').map_or("", |end| &text[..end]);
    let mut last = None;
    for line in whole.lines().filter_map(|line| line.split_once("said ")).map(|(_, said)| said) {
        let (number, said) = line.split_once(' ').unwrap();
        last = Some(number.parse().unwrap());
        for (title, id) in said.split('|').filter_map(|pair| pair.split_once('=')) {
            let known = ids.entry(title.to_string()).or_insert_with(|| id.to_string());
            assert_eq!(known, id, "{title} changed its id");
        }
    }
    last
}

/// `FEEDROOM_KILLS=300` kills as often.
#[test]
fn a_killed_publisher_loses_nothing() {
    let kills: u64 = std::env::var("FEEDROOM_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(12);
    let mut ids = BTreeMap::new();
    let mut heard_of = 0;
    let mut dir = tempfile::tempdir().unwrap();
    for kill in 0..kills {
        if kill % 25 == 24 {
            // A new house now and then: the rounds get longer with the number of releases.
            dir = tempfile::tempdir().unwrap();
            ids.clear();
        }
        let mut running = child(dir.path(), None).spawn().unwrap();
        let mut pipe = BufReader::new(running.stdout.take().unwrap());
        let mut output = Vec::new();
        // Half of them while it starts, half while it is at work.
        if kill % 2 == 0 {
            while !String::from_utf8_lossy(&output).contains("said") {
                assert!(pipe.read_until(b'\n', &mut output).unwrap() > 0, "kill {kill}: the child ended");
            }
        }
        std::thread::sleep(Duration::from_micros((kill * 7919) % 61 * 1_000));
        running.kill().unwrap();
        pipe.read_to_end(&mut output).unwrap();
        running.wait().unwrap();
        let last = heard(&output, &mut ids);
        heard_of += usize::from(last.is_some());
        let ledger = match Ledger::open(dir.path()) {
            Ok(ledger) => ledger,
            Err(error) => panic!("after kill {kill}: {error}"),
        };
        let items = seen(&ledger, ledger.recall(clock(10_000), &Settings::default()).unwrap()).items;
        assert!(last.is_none_or(|last| items.len() > last), "kill {kill}: {} items after {last:?}", items.len());
        for item in &items {
            let known = ids.entry(item.draft.title.clone()).or_insert_with(|| item.id.clone());
            assert_eq!(known, &item.id, "kill {kill}");
        }
        let distinct: std::collections::BTreeSet<&str> = items.iter().map(|item| item.draft.title.as_str()).collect();
        assert_eq!(distinct.len(), items.len(), "kill {kill}: something is there twice");
    }
    println!("{kills} kills, {heard_of} of them after a publication");
    assert!(heard_of * 2 >= kills as usize, "half must be killed at work");
}

#[test]
fn a_full_disk_stops_nothing_but_the_new() {
    let dir = tempfile::tempdir().unwrap();
    // 512-byte blocks: room for the first rounds only.
    let output = child(dir.path(), Some(400)).output().unwrap();
    let mut ids = BTreeMap::new();
    let last = heard(&output.stdout, &mut ids).unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(said.contains("failed Full"), "{}", said.lines().last().unwrap_or_default());
    assert!(output.status.success());
    // With room again, it goes on where it was.
    let mut ledger = Ledger::open(dir.path()).unwrap();
    let outcome = ledger.publish(&scan(round(last + 1)), clock(last + 1), &Settings::default()).unwrap();
    let outcome = seen(&ledger, outcome);
    assert_eq!(outcome.items.len(), last + 2);
    assert!(outcome.items.iter().filter(|i| ids.contains_key(&i.draft.title)).all(|i| ids[&i.draft.title] == i.id));
}

#[test]
fn a_read_only_state_folder_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    std::fs::set_permissions(dir.path(), std::fs::Permissions::from_mode(0o555)).unwrap();
    let mut command = Command::new(std::env::current_exe().unwrap());
    if std::fs::write(dir.path().join("probe"), "").is_ok() {
        // Nothing is read-only to root: be somebody else, where the system has the tool for it.
        std::fs::remove_file(dir.path().join("probe")).unwrap();
        command = Command::new("setpriv");
        command.args(["--reuid", "65534", "--clear-groups"]).arg(std::env::current_exe().unwrap());
    }
    let run = ["--exact", "ledger_trouble::child_that_publishes", "--ignored", "--nocapture"];
    match command.args(run).env(CHILD, dir.path()).output() {
        Ok(output) if !output.stdout.is_empty() => {
            let said = String::from_utf8_lossy(&output.stdout).into_owned();
            assert!(said.contains("refused ReadOnly") && said.contains("must be writable"), "{said}");
        }
        // No such tool, or this binary lies where nobody else may run it.
        other => println!("not tried: {other:?}"),
    }
    std::fs::set_permissions(dir.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
}

fn opened(dir: &Path) -> (Trouble, String) {
    let error = Ledger::open(dir).err().expect("it can't be opened");
    (error.kind, error.to_string())
}

#[test]
fn a_ledger_that_cannot_be_used_says_what_to_do() {
    let dir = tempfile::tempdir().unwrap();
    let db = dir.path().join("ledger.db");
    let mut ledger = Ledger::open(dir.path()).unwrap();
    ledger.publish(&scan(round(30)), clock(30), &Settings::default()).unwrap();
    let (kind, text) = opened(dir.path());
    assert_eq!(kind, Trouble::Locked);
    assert!(text.contains("another feedroom"), "{text}");
    assert_eq!(Ledger::read(dir.path()).unwrap().items().count(), 31);
    drop(ledger);

    let sqlite = rusqlite::Connection::open(&db).unwrap();
    sqlite.execute_batch("PRAGMA user_version = 99").unwrap();
    drop(sqlite);
    let (kind, text) = opened(dir.path());
    assert_eq!(kind, Trouble::Newer);
    assert!(text.contains("version 99"), "{text}");

    let whole = std::fs::read(&db).unwrap();
    for (name, damaged) in [
        ("overwritten head", [b"garbage".repeat(100).as_slice(), &whole[700..]].concat()),
        ("overwritten middle", [&whole[..8192], &[0xa5; 8192], &whole[16384..]].concat()),
        ("cut short", whole[..whole.len() / 2].to_vec()),
    ] {
        std::fs::write(&db, &damaged).unwrap();
        let (kind, text) = opened(dir.path());
        assert!(matches!(kind, Trouble::Corrupted | Trouble::Newer), "{name}: {text}");
        assert_eq!(std::fs::read(&db).unwrap(), damaged, "{name}: it was written to");
    }
    for empty in [true, false] {
        if empty {
            std::fs::write(&db, "").unwrap()
        } else {
            std::fs::remove_file(&db).unwrap()
        }
        let (kind, text) = opened(dir.path());
        assert_eq!(kind, Trouble::Missing);
        assert!(text.contains("restore a backup"), "{text}");
    }
    let other = tempfile::tempdir().unwrap();
    assert_eq!(Ledger::read(other.path()).err().map(|error| error.kind), Some(Trouble::Absent));
    std::fs::write(other.path().join("file"), "").unwrap();
    assert!(Ledger::open(&other.path().join("file")).is_err());
}

#[test]
fn a_hold_is_confirmed_from_beside() {
    let dir = tempfile::tempdir().unwrap();
    let settings = Settings::default();
    let mut ledger = Ledger::open(dir.path()).unwrap();
    ledger.publish(&scan(round(30)), clock(30), &settings).unwrap();
    assert!(ledger.publish(&scan(vec![]), clock(31), &settings).unwrap().held.is_some());
    assert!(!ledger.is_confirmed().unwrap());
    assert_eq!(ledger::confirm(dir.path(), clock(32)).unwrap().unwrap().withdrawn.len(), 31);
    assert!(ledger.is_confirmed().unwrap());
    let outcome = ledger.publish(&scan(vec![]), clock(33), &settings).unwrap();
    assert_eq!((ledger.items().count(), outcome.withdrawn.len()), (0, 31));
    assert_eq!(ledger.hold().unwrap(), None);
    assert_eq!(ledger.confirm(clock(34)).unwrap(), None);
}

#[test]
fn an_export_brings_everything_back_or_changes_nothing() {
    let (from, to) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let settings = Settings::default();
    let mut ledger = Ledger::open(from.path()).unwrap();
    for n in 20..26 {
        ledger.publish(&scan(round(n)), clock(n), &settings).unwrap();
    }
    ledger.publish(&scan(round(25)[3..].to_vec()), clock(27), &settings).unwrap();
    let served = ledger::Representation {
        path: "/rss.xml".into(),
        etag: "e".into(),
        last_modified: clock(26),
        entries: vec![("urn:1".into(), clock(26).fixed_offset())],
    };
    let pages = |count: usize| (0..count).map(|n| vec![format!("urn:{n}"), "urn:x".to_string()]).collect::<Vec<_>>();
    let shelves = BTreeMap::from([(String::new(), pages(3)), ("water".to_string(), pages(1))]);
    ledger.remember(std::slice::from_ref(&served), &shelves).unwrap();
    let mut out = Vec::new();
    ledger.export(&mut out).unwrap().unwrap();
    let mut again = Ledger::open(to.path()).unwrap();

    let text = String::from_utf8(out.clone()).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let newer = text.replacen("\"feedroom_ledger\":1", "\"feedroom_ledger\":9", 1);
    let damaged = [
        ("empty", String::new()),
        ("cut short", text[..text.len() - 200].to_string()),
        ("a line less", [&lines[..4], &lines[5..]].concat().join("\n")),
        ("altered", text.replacen("Release 7", "Release X", 1)),
        ("newer", newer),
        ("something else", "<rss/>".to_string()),
        ("with a tail", format!("{text}{{}}\n")),
    ];
    for (name, text) in damaged {
        let error = again.import(text.as_bytes()).expect_err(name);
        assert_eq!(error.kind, Trouble::Refused, "{name}");
        assert!(again.items().next().is_none(), "{name}");
        assert!(again.is_new(), "{name}");
    }
    assert_eq!(again.import(out.as_slice()).unwrap(), 26);
    assert_eq!(again.import(out.as_slice()).map_err(|error| error.kind), Err(Trouble::Refused));
    drop(again);
    let mut again = Ledger::open(to.path()).unwrap();
    let mut second = Vec::new();
    again.export(&mut second).unwrap().unwrap();
    assert_eq!(String::from_utf8(second).unwrap(), text);
    assert_eq!(again.representation("/rss.xml").unwrap(), Some(served));
    assert_eq!(again.shelves().unwrap(), shelves);
    let same = again.publish(&scan(round(25)[3..].to_vec()), clock(28), &settings).unwrap();
    assert!(!same.changed);
    assert_eq!(same.withdrawn.len(), 3);
}

#[test]
fn a_house_moves_in_with_the_ids_of_its_old_feed() {
    let settings = Settings::default();
    let mut ledger = Ledger::ephemeral().unwrap();
    let mut drafts: Vec<Draft> =
        (0..60).map(|n| dated(release(n, 0), "2024-03-01", EvidenceKind::FrontMatter)).collect();
    drafts[1].link = Some("https://example.org/news/one/".into());
    drafts[2].title = "Weekly notes".into();
    drafts[3].title = "Weekly notes".into();
    drafts[3].date = dated(drafts[3].clone(), "2024-03-08", EvidenceKind::FrontMatter).date;
    let entry = |id: &str, title: &str| Adopted { id: id.into(), title: title.into(), ..Adopted::default() };
    let entries = [
        entry("tag:old,0", "RELEASE 0."),
        Adopted { link: Some("http://example.org/news/one".into()), ..entry("https://old/1", "Otherwise titled") },
        Adopted { published: Some("2024-03-08T09:30:00+02:00".parse().unwrap()), ..entry("old-3", "Weekly notes") },
        Adopted { text: drafts[4].body_text.clone(), ..entry("old-4", "Teaser") },
        entry("old-5", "Of a release that is lost"),
    ];
    let fates = ledger.adopt(&entries, &scan(drafts.clone()), clock(1), &settings).unwrap();
    let taken: Vec<bool> = fates.iter().map(|one| matches!(one.fate, Fate::Taken { .. })).collect();
    assert_eq!(taken, [true, true, true, true, false], "{fates:?}");
    // Not a flood: it is the first publication.
    let outcome = ledger.publish(&scan(drafts.clone()), clock(2), &settings).unwrap();
    assert!(outcome.held.is_none());
    let outcome = seen(&ledger, outcome);
    let id = |body: &str| &outcome.items.iter().find(|item| item.draft.body_text == body).unwrap().id;
    let ids: Vec<&str> = [0, 1, 3, 4].iter().map(|&n| id(&drafts[n].body_text).as_str()).collect();
    assert_eq!(ids, ["tag:old,0", "https://old/1", "old-3", "old-4"]);
    let weekly = outcome.items.iter().find(|item| item.id == "old-3").unwrap();
    assert_eq!(weekly.published.to_rfc3339(), "2024-03-08T09:30:00+02:00");
    let again = ledger.adopt(&entries, &scan(drafts), clock(3), &settings).unwrap();
    assert!(again[..4].iter().all(|one| one.fate == Fate::Known), "{again:?}");
}
