//! The commands from outside: what they write, what they say, and how they exit.

#![allow(clippy::unwrap_used, reason = "a helper of tests may fail as a test may")]

use std::fs;
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};

use feedroom::{config, item, ledger, press, site};
use serde_json::Value;

use crate::binary::{Newsroom, ran, release};

const EPHEMERAL: [&str; 5] = ["generate", "releases", "--ephemeral", "--out", "public"];
const GENERATE: [&str; 6] = ["generate", "releases", "--state", "state", "--out", "public"];

/// The objects of JSON Lines.
fn objects(out: &str) -> Vec<Value> {
    out.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}"))).collect()
}

fn ids(feed: &str) -> Vec<String> {
    let feed: Value = serde_json::from_str(feed).unwrap();
    feed["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_string()).collect()
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

// generate

#[test]
fn generate_writes_feeds_a_topic_and_one_line() {
    let room = Newsroom::small();
    let ran = room.run(&GENERATE);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{}", ran.out);
    assert_eq!(ran.out.lines().count(), 1, "{}", ran.out);
    for part in ["2 items from 2 files in 2 topics", "0 problems", " s\n"] {
        assert!(ran.out.contains(part), "{part}: {}", ran.out);
    }
    for name in ["rss.xml", "atom.xml", "feed.json", "index.html"] {
        for topic in ["", "water/", "energy/"] {
            assert!(room.path(&format!("public/{topic}{name}")).is_file(), "{topic}{name}");
        }
    }
    for name in ["opml.xml", "sitemap.xml", "items/river-levels-rise/index.html"] {
        assert!(room.path(&format!("public/{name}")).is_file(), "{name}");
    }
    assert_eq!(ids(&room.read("public/feed.json")).len(), 2);
    assert_eq!(ids(&room.read("public/water/feed.json")).len(), 1);
    assert!(room.read("public/water/rss.xml").contains("River levels rise"));
    assert!(!room.read("public/water/rss.xml").contains("Sun on every roof"));
}

#[test]
fn the_same_files_give_the_same_bytes() {
    let (first, second) = (Newsroom::small(), Newsroom::new());
    // Written in another order, at another time, with other file times.
    for path in ["energy/solar.md", "water/flood.txt"].map(|path| format!("releases/{path}")) {
        std::thread::sleep(std::time::Duration::from_millis(1100));
        second.write(&path, first.read(&path));
    }
    assert_eq!(first.run(&EPHEMERAL).code, 0);
    let once = first.tree("public");
    assert!(once.len() > 10);
    assert_eq!(second.run(&EPHEMERAL).code, 0);
    assert_eq!(once, second.tree("public"));
}

#[test]
fn another_clock_gives_the_same_bytes() {
    let room = Newsroom::small();
    room.write("releases/water/undated.txt", "The lake in winter\n\nIt froze over, from shore to shore.\n");
    let etags = |now: &str| {
        let found = config::for_folder(&room.path("releases"), &config::Overrides::default(), &|_| None).unwrap();
        let folder = press::Folder {
            files: found.folders[0].folder.clone(),
            reading: item::Settings {
                time_zone: found.folders[0].time_zone,
                language: Some("en".to_string()),
                date_order: None,
            },
            prefix: String::new(),
        };
        let settings = press::Settings {
            newsroom: found.newsroom,
            folders: vec![folder],
            topics: press::TopicSource::Subfolders(|paths| config::topics_of(paths.iter().copied())),
            ledger: ledger::Settings::default(),
            parts: site::Parts::All,
        };
        let mut press = press::Press::new(settings, ledger::Ledger::ephemeral().unwrap());
        press.look(&|_, _| {});
        let made = press.publish(now.parse().unwrap()).unwrap();
        assert_eq!(made.edition.items.len(), 3);
        let paths = made.site.paths();
        paths.map(|path| made.site.find(&path).map(|found| (path, found.etag().to_string()))).collect::<Vec<_>>()
    };
    assert_eq!(etags("2026-01-01T00:00:00Z"), etags("2031-07-09T12:34:56Z"));
}

#[test]
fn a_second_run_writes_nothing_and_a_removed_file_goes() {
    let room = Newsroom::small();
    assert_eq!(room.run(&GENERATE).code, 0);
    let before = room.tree("public");
    let again = room.run(&GENERATE);
    assert_eq!(again.code, 0);
    assert!(again.out.contains("; 0 written"), "{}", again.out);
    assert_eq!(before, room.tree("public"));

    room.remove("releases/water/flood.txt");
    assert_eq!(room.run(&GENERATE).code, 0);
    let after = room.tree("public");
    assert!(!after.contains_key("items/river-levels-rise/index.html"));
    assert!(after.contains_key("items/sun-on-every-roof/index.html"));
    assert!(!room.read("public/rss.xml").contains("River levels rise"));
    assert!(room.read("public/atom.xml").contains("deleted-entry"), "Atom has a tombstone");
    assert!(ids(&room.read("public/water/feed.json")).is_empty(), "subscribers of the topic keep their feed");
}

#[test]
fn feeds_only_is_only_feeds() {
    let room = Newsroom::small();
    let ran = room.run(&[&EPHEMERAL[..], &["--feeds-only"]].concat());
    assert_eq!(ran.code, 0, "{}", ran.err);
    let names: Vec<String> = room.tree("public").into_keys().collect();
    assert!(names.contains(&"water/atom.xml".to_string()));
    let sheet = |name: &str| name.split('.').take(2).eq(["feed", "css"]);
    assert!(names.iter().all(|name| !name.contains("html") && (!name.contains("css") || sheet(name))), "{names:?}");
    assert!(names.iter().any(|name| name == "water/atom.xml.gz"), "{names:?}");
    assert!(names.iter().all(|name| !name.ends_with(".br") && !name.contains("archive")), "{names:?}");
    // Browsers show a feed whose sheet is missing as a heap of words.
    assert!(names.iter().any(|name| name == "feed.css"), "{names:?}");

    // Without archives, nothing leads to one.
    for day in 0..70 {
        let text =
            format!("Sluice report {day}\n\n2025-0{}-{:02}\n\nSluice {day} was greased.\n", 3 + day / 28, 1 + day % 28);
        room.write(&format!("releases/water/sluice-{day}.txt"), text);
    }
    assert_eq!(room.run(&EPHEMERAL).code, 0);
    assert!(room.read("public/water/atom.xml").contains("prev-archive"));
    assert_eq!(room.run(&[&EPHEMERAL[..], &["--feeds-only"]].concat()).code, 0);
    assert!(!room.read("public/water/atom.xml").contains("prev-archive"));
    assert!(!room.path("public/water/archive/1.atom.xml").exists());
}

#[test]
fn without_a_ledger_ids_come_from_the_content() {
    let room = Newsroom::small();
    assert_eq!(room.run(&EPHEMERAL).code, 0);
    let first = ids(&room.read("public/feed.json"));
    // Another name and another folder: the same releases.
    fs::rename(room.path("releases/water/flood.txt"), room.path("releases/energy/high-water.txt")).unwrap();
    assert_eq!(room.run(&["generate", "releases", "--ephemeral", "--out", "other"]).code, 0);
    assert_eq!(first, ids(&room.read("other/feed.json")));
    let state = room.tree(".").into_keys().filter(|name| name.contains("ledger")).count();
    assert_eq!(state, 0, "nothing is remembered");
}

#[test]
fn an_output_that_cannot_be_written_is_exit_3() {
    let room = Newsroom::small();
    room.write("file", "in the way");
    let ran = room.run(&["generate", "releases", "--ephemeral", "--out", "file/public"]);
    assert_eq!(ran.code, 3, "{}", ran.out);
    assert_eq!(ran.err.lines().count(), 1, "{}", ran.err);
    assert!(ran.err.starts_with("error: ") && ran.err.contains("file"), "{}", ran.err);
    // What others wrote stays.
    room.write("theirs/rss.xml", "written by hand");
    let ran = room.run(&["generate", "releases", "--ephemeral", "--out", "theirs"]);
    assert_eq!((ran.code, room.read("theirs/rss.xml").as_str()), (3, "written by hand"), "{}", ran.err);
}

#[test]
fn a_full_disk_is_exit_3_and_the_next_run_completes() {
    let room = Newsroom::small();
    // A limit on the size of files fails as a full disk does, in the middle of the writing.
    let full = ran(room.shell("trap '' XFSZ; ulimit -f 2", &EPHEMERAL));
    assert_eq!(full.code, 3, "{} {}", full.out, full.err);
    assert!(full.err.contains("cannot write"), "{}", full.err);
    assert_eq!(room.run(&EPHEMERAL).code, 0);
    assert!(room.read("public/rss.xml").contains("River levels rise"));
}

// Bad input

/// Files that are no releases, each with a word that its message must have.
fn bad_files(room: &Newsroom) -> Vec<(&'static str, &'static str)> {
    let mut binary = b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0".to_vec();
    binary.extend((0..2000_u32).map(|n| (n * 7 % 256) as u8));
    room.write("releases/water/program", binary);
    room.write("releases/water/empty.txt", "");
    room.write("releases/water/large.txt", "All the words of the year. ".repeat(8 * 1024 * 1024 / 27 + 1));
    assert!(Command::new("mkfifo").arg(room.path("releases/water/pipe.txt")).status().unwrap().success());
    let mut bad = vec![
        ("water/program", "not text"),
        ("water/empty.txt", "empty"),
        ("water/large.txt", "8 MiB"),
        ("water/pipe.txt", "pipe"),
    ];
    room.write("releases/water/secret.txt", "Nobody reads this\n");
    fs::set_permissions(room.path("releases/water/secret.txt"), fs::Permissions::from_mode(0o000)).unwrap();
    if is_root() {
        eprintln!("not checked: permissions don't bind root");
        room.remove("releases/water/secret.txt");
    } else {
        bad.push(("water/secret.txt", "read access"));
    }
    bad
}

#[test]
fn a_bad_file_is_one_message_and_the_others_go_on() {
    let room = Newsroom::small();
    let bad = bad_files(&room);
    let check = room.run(&["check", "releases"]);
    assert_eq!(check.code, 1, "{}{}", check.out, check.err);
    let generate = room.run(&EPHEMERAL);
    assert_eq!(generate.code, 1, "{}", generate.out);
    for (said, by) in [(&check.out, "check"), (&generate.err, "generate")] {
        for (file, word) in &bad {
            let lines: Vec<&str> = said.lines().filter(|line| line.starts_with(file)).collect();
            assert_eq!(lines.len(), 1, "{by} on {file}: {said}");
            assert!(lines[0].contains(": error: ") || lines[0].contains(": warning: "), "{}", lines[0]);
            assert!(lines[0].contains(word), "{by}: {}", lines[0]);
        }
        assert_eq!(said.lines().count(), bad.len(), "{by}: {said}");
    }
    assert_eq!(ids(&room.read("public/feed.json")).len(), 2);
}

#[test]
fn a_file_that_comes_and_goes_disturbs_nothing() {
    let room = Newsroom::small();
    let path = room.path("releases/water/brief.txt");
    let stop = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !stop.load(std::sync::atomic::Ordering::Relaxed) {
                fs::write(&path, release("Brief", "1 June 2025", &"word ".repeat(20_000))).unwrap();
                fs::remove_file(&path).unwrap();
            }
        });
        let codes: Vec<i32> = (0..8).map(|_| room.run(&["check", "releases"]).code).collect();
        stop.store(true, std::sync::atomic::Ordering::Relaxed);
        assert!(codes.iter().all(|code| [0, 1].contains(code)), "{codes:?}");
    });
}

#[test]
fn a_missing_folder_is_one_message_and_overwrites_nothing() {
    let room = Newsroom::small();
    let check = room.run(&["check", "relaeses"]);
    assert_eq!((check.code, check.out.as_str()), (2, ""));
    assert_eq!(check.err.matches("there is no folder relaeses").count(), 1, "{}", check.err);
    for keep in [&["--ephemeral"][..], &["--state", "state"]] {
        assert_eq!(room.run(&[&["generate", "releases", "--out", "public"], keep].concat()).code, 0);
        let before = room.tree("public");
        fs::rename(room.path("releases"), room.path("moved")).unwrap();
        let ran = room.run(&[&["generate", "releases", "--out", "public"], keep].concat());
        assert_eq!(ran.code, 2, "{}{}", ran.out, ran.err);
        assert_eq!(ran.err.matches("there is no folder releases").count(), 1, "{}", ran.err);
        assert_eq!(before, room.tree("public"), "{keep:?}");
        fs::rename(room.path("moved"), room.path("releases")).unwrap();
    }
    // One of several folders: the others go on.
    room.write("feedroom.toml", "[[folder]]\npath = \"releases\"\n[[folder]]\npath = \"nowhere\"\n");
    let ran = room.run(&["generate", "--ephemeral", "--out", "several"]);
    assert_eq!(ran.code, 1, "{}", ran.err);
    assert_eq!(ids(&room.read("several/feed.json")).len(), 2);
}

#[test]
fn a_bad_configuration_is_exit_2_before_anything_is_touched() {
    let room = Newsroom::small();
    let good = "[newsroom]\ntitle = \"Ours\"\n\n[[folder]]\npath = \"releases\"\n\n[[topic]]\nslug = \"water\"\nfolders = [\"water\"]\n";
    room.write("feedroom.toml", good);
    let generate = ["generate", "--out", "public"];
    let ran = room.run(&generate);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let (public, state) = (room.tree("public"), room.tree("state"));
    assert!(state.contains_key("ledger.db"), "{:?}", state.keys());
    room.write("releases/water/second.txt", release("Levels fall", "8 June 2025", "The weir is closed again."));
    for (bad, line, words) in [
        (good.replace("title", "titel"), 2, &["unknown", "title"][..]),
        (good.replace("\"Ours\"", "7"), 2, &["title"]),
        (format!("{good}\n[[topic]]\nslug = \"water\"\ntags = [\"x\"]\n"), 12, &["water", "8"]),
        (good.replace("path = ", "time_zone = \"Europe/Atlantis\"\npath = "), 5, &["Europe/Atlantis"]),
        (format!("{good}words = [\"x\"\n"), 10, &[]),
    ] {
        room.write("bad.toml", &bad);
        for command in ["generate", "check", "diff", "items", "serve"] {
            let ran = room.run(&[command, "--config", "bad.toml"]);
            assert_eq!(ran.code, 2, "{command}: {bad}\n{}", ran.err);
            assert_eq!(ran.err.matches("error").count(), 1, "{}", ran.err);
            assert!(ran.err.contains(&format!("bad.toml:{line}")), "{command}, line {line}: {}", ran.err);
            assert!(words.iter().all(|word| ran.err.contains(word)), "{words:?}: {}", ran.err);
        }
    }
    assert_eq!(room.run(&["generate", "--config", "nowhere.toml"]).code, 2);
    assert_eq!((public, state), (room.tree("public"), room.tree("state")));
}

#[test]
fn every_shipped_configuration_is_good() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = vec!["config/feedroom.toml".to_string(), "config/example.toml".to_string()];
    for entry in fs::read_dir(root.join("config/examples")).unwrap() {
        files.push(format!("config/examples/{}", entry.unwrap().file_name().to_str().unwrap()));
    }
    // The other examples are for other programs.
    files.retain(|file| file.ends_with(".toml"));
    assert!(files.len() >= 3, "{files:?}");
    let room = Newsroom::new();
    for file in files.into_iter().filter(|file| file.ends_with(".toml")) {
        let mut command = room.command(&["check", "--config", &file]);
        command.current_dir(root);
        let ran = ran(command);
        assert_eq!(ran.code, 0, "{file}: {}{}", ran.out, ran.err);
    }
}

#[test]
fn the_configuration_is_found_where_it_is_expected() {
    let room = Newsroom::small();
    let config = "[newsroom]\ntitle = \"Found\"\n[[folder]]\npath = \"../releases\"\n[output]\ndir = \"../public\"\n";
    room.write("config/feedroom.toml", config);
    room.write("other/feedroom.toml", config.replace("Found", "Named"));
    assert_eq!(room.run(&["generate", "--ephemeral"]).code, 0);
    assert!(room.read("public/rss.xml").contains("<title>Found</title>"));
    let mut command = room.command(&["generate", "--ephemeral"]);
    command.env("FEEDROOM_CONFIG", "other/feedroom.toml");
    assert_eq!(ran(command).code, 0);
    assert!(room.read("public/rss.xml").contains("<title>Named</title>"));
}

#[test]
fn wrong_usage_is_exit_2() {
    let room = Newsroom::small();
    for arguments in [
        &["publicise"][..],
        &["generate", "--colour"],
        &["explain"],
        &["generate", "releases", "--state", "x", "--ephemeral"],
        &["generate", "releases", "--config", "x.toml"],
        &["serve", "releases", "--listen", "8080"],
        &["generate", "releases", "--base-url", "ftp://x"],
        &["check"],
    ] {
        let ran = room.run(arguments);
        assert_eq!(ran.code, 2, "{arguments:?}: {}", ran.out);
        assert!(ran.out.is_empty() && ran.err.starts_with("error"), "{arguments:?}: {}", ran.err);
    }
}

// check, explain

#[test]
fn check_says_file_line_and_count() {
    let room = Newsroom::small();
    let ran = room.run(&["check", "releases"]);
    assert_eq!((ran.code, ran.out.as_str()), (0, ""));
    assert!(ran.err.contains("2 files, 2 items, 0 problems"), "{}", ran.err);
    room.write("releases/water/broken.md", "---\ntitle: Broken\ndate: [2025\n---\nText.\n");
    let ran = room.run(&["check", "releases"]);
    assert_eq!(ran.code, 1, "{}", ran.out);
    assert!(ran.out.lines().any(|line| line.starts_with("water/broken.md:")), "{}", ran.out);
    assert!(room.tree(".").keys().all(|name| !name.contains("ledger")), "checking remembers nothing");
}

#[test]
fn explain_json_is_the_contract() {
    let room = Newsroom::small();
    room.write("releases/water/notes.txt", "The lake in winter\n\nIt froze over, from shore to shore.\n");
    let ran = room.run(&["explain", "--json", "releases"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let files = objects(&ran.out);
    let names: Vec<&str> = files.iter().map(|file| file["file"].as_str().unwrap()).collect();
    assert_eq!(names, ["energy/solar.md", "water/flood.txt", "water/notes.txt"]);
    let keys = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys(&files[1]), ["file", "items", "problems"]);
    let item = &files[1]["items"][0];
    let wanted = "id title date published precision evidence topics lines body_text";
    let mut wanted: Vec<&str> = wanted.split(' ').collect();
    wanted.sort_unstable();
    let mut found = keys(item);
    found.sort_unstable();
    assert_eq!(found, wanted);
    assert_eq!(item["title"], "River levels rise");
    assert_eq!(item["date"], "2025-06-05");
    assert_eq!(item["published"], "2025-06-05T00:00:00+00:00");
    assert_eq!(item["precision"], "day");
    assert_eq!(item["evidence"], serde_json::json!({"kind": "header", "text": "5 June 2025", "line": 3}));
    assert_eq!(item["topics"], serde_json::json!(["water"]));
    assert_eq!(item["lines"], serde_json::json!([1, 5]));
    assert_eq!(item["body_text"], "The weir stayed open.");
    let front = &files[0]["items"][0];
    assert_eq!((&front["precision"], &front["published"]), (&"second".into(), &"2025-05-02T09:00:00+02:00".into()));
    let undated = &files[2]["items"][0];
    assert_eq!((&undated["date"], &undated["evidence"]["kind"]), (&Value::Null, &"first-seen".into()));
    assert_eq!(undated["precision"], "none");
    assert_eq!(ran.out, room.run(&["explain", "--json", "releases"]).out);
}

#[test]
fn explain_takes_files_for_themselves_and_folders_whole() {
    let room = Newsroom::new();
    let text = release("Harbour opens", "12 May 2025", "The harbour opens again after the works on its northern quay.");
    room.write("releases/a/harbour.txt", &text);
    room.write("releases/b/copy.txt", &text);
    let both = objects(&room.run(&["explain", "--json", "releases"]).out);
    assert_eq!(both.len(), 2);
    let (one, two) = (&both[0]["items"][0], &both[1]["items"][0]);
    assert_eq!(both[1]["items"].as_array().unwrap().len(), 1);
    assert_eq!((&one["id"], &one["date"]), (&two["id"], &two["date"]));
    let ran = room.run(&["explain", "--json", "releases/b/copy.txt", "./releases/a", "releases/a/harbour.txt"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let files = objects(&ran.out);
    let names: Vec<&str> = files.iter().map(|file| file["file"].as_str().unwrap()).collect();
    assert_eq!(names, ["releases/b/copy.txt", "harbour.txt", "releases/a/harbour.txt"]);
    assert!(files.iter().all(|file| file["items"].as_array().unwrap().len() == 1));
}

#[test]
fn explain_crosses_files_of_a_folder() {
    let room = Newsroom::new();
    // Whether 05/06 is in May or June shows only beside a date that can be read in one way.
    room.write("releases/one.txt", release("First notice", "05/06/2025", "The ferry runs on Sundays."));
    room.write("releases/two.txt", release("Second notice", "23/06/2025", "The ferry runs on Mondays too."));
    let date = |objects: Vec<Value>| objects[0]["items"][0]["date"].as_str().map(str::to_string);
    assert_eq!(date(objects(&room.run(&["explain", "--json", "releases"]).out)).as_deref(), Some("2025-06-05"));
}

#[test]
fn explain_knows_the_topics_and_the_zone_of_a_configured_folder() {
    let room = Newsroom::small();
    let topics = "[[topic]]\nslug = \"rivers\"\nfolders = [\"water\"]\n";
    let other = "[[folder]]\npath = \"nowhere\"\n";
    let folder = "[[folder]]\npath = \"releases\"\ntime_zone = \"Asia/Tokyo\"\n";
    room.write("config/press.toml", format!("{other}{folder}{topics}").replace("\"releases", "\"../releases"));
    for path in ["releases/water/flood.txt", "releases"] {
        let ran = room.run(&["explain", "--json", "--config", "config/press.toml", path]);
        let files = objects(&ran.out);
        let item = &files.last().unwrap()["items"][0];
        assert_eq!(item["topics"], serde_json::json!(["rivers"]), "{path}");
        assert_eq!(item["published"], "2025-06-05T00:00:00+09:00", "{path}");
    }
}

#[test]
fn explain_tells_people_why() {
    let room = Newsroom::small();
    let ran = room.run(&["explain", "releases"]);
    assert_eq!(ran.code, 0);
    for part in
        ["water/flood.txt", "River levels rise", "2025-06-05", "header", "“5 June 2025”, line 3", "water", "urn:uuid:"]
    {
        assert!(ran.out.contains(part), "{part}: {}", ran.out);
    }
}

#[test]
fn explain_of_nothing_says_so() {
    let room = Newsroom::small();
    room.write("releases/picture.png", "no release");
    for (path, word) in [
        ("releases/nothing.txt", "missing"),
        ("nowhere", "missing"),
        ("nowhere/", "missing"),
        ("releases/picture.png", "not a release"),
    ] {
        let ran = room.run(&["explain", path]);
        assert_eq!(ran.code, 1, "{path}: {}{}", ran.out, ran.err);
        assert!(ran.out.contains(word) && ran.out.contains(path), "{path}: {}", ran.out);
        let files = objects(&room.run(&["explain", "--json", path, "releases/water/flood.txt"]).out);
        assert_eq!((&files[0]["file"], &files[0]["items"]), (&path.into(), &serde_json::json!([])));
        assert!(files[0]["problems"][0]["message"].as_str().unwrap().contains(word));
        assert_eq!(files[1]["items"].as_array().unwrap().len(), 1, "the others go on");
    }
}

// diff, items, ledger

#[test]
fn diff_tells_what_would_change_and_changes_nothing() {
    let room = Newsroom::small();
    let diff = |code: i32| {
        let ran = room.run(&["diff", "releases", "--state", "state"]);
        assert_eq!(ran.code, code, "{}{}", ran.out, ran.err);
        ran.out
    };
    let before = diff(0);
    assert!(before.contains("new         River levels rise") && before.contains("[water]"), "{before}");
    assert!(!room.path("state").exists());
    assert_eq!(room.run(&GENERATE).code, 0);
    assert_eq!(diff(0), "nothing would change\n");
    room.write(
        "releases/water/flood.txt",
        release("River levels rise", "5 June 2025", "The weir was closed, and every cellar of the old town is wet."),
    );
    room.remove("releases/energy/solar.md");
    let opens = "---\ntitle: Not yet\ndate: 2199-01-01T10:00:00Z\n---\nWait.\n";
    room.write("releases/energy/later.md", opens);
    let changed = diff(0);
    for part in
        ["correction  River levels rise", "withdrawn   Sun on every roof", "opens       2199-01-01 10:00:00 UTC"]
    {
        assert!(changed.contains(part), "{part}: {changed}");
    }
    assert_eq!(changed, diff(0), "asking changes nothing");
}

#[test]
fn a_mass_deletion_is_held_until_it_is_confirmed() {
    let room = Newsroom::new();
    for n in 10..24 {
        let body = format!("Station {n} measured {} centimetres at noon.", n * 17);
        room.write(&format!("releases/water/{n}.txt"), release(&format!("Level {n}"), &format!("{n} May 2025"), &body));
    }
    assert_eq!(room.run(&GENERATE).code, 0);
    let before = room.tree("public");
    for n in 12..24 {
        room.remove(&format!("releases/water/{n}.txt"));
    }
    let diff = room.run(&["diff", "releases", "--state", "state"]);
    assert_eq!(diff.code, 1);
    assert!(diff.out.contains("held        12 of the 14 items"), "{}", diff.out);
    let held = room.run(&GENERATE);
    assert_eq!(held.code, 1, "{}{}", held.out, held.err);
    assert!(held.err.contains("12 of the 14 items") && held.err.contains("feedroom ledger confirm"), "{}", held.err);
    assert_eq!(before, room.tree("public"), "the last site stays");
    let confirm = room.run(&["ledger", "confirm", "releases", "--state", "state"]);
    assert_eq!(confirm.code, 0, "{}", confirm.err);
    assert!(confirm.out.contains("12 of the 14 items"), "{}", confirm.out);
    assert_eq!(room.run(&GENERATE).code, 0);
    assert_eq!(ids(&room.read("public/feed.json")).len(), 2);
    let again = room.run(&["ledger", "confirm", "releases", "--state", "state"]);
    assert_eq!((again.code, again.out.as_str()), (0, "nothing is held\n"));
}

#[test]
fn diff_knows_what_nobody_sees_from_what_opens() {
    let room = Newsroom::small();
    assert_eq!(room.run(&GENERATE).code, 0);
    let flood = room.read("releases/water/flood.txt");
    room.write("releases/water/flood.txt", format!("EMBARGOED UNTIL 1 May 2099 10:00 CET\n\n{flood}"));
    let secret = release("A secret", "6 June 2025", "Nobody knows what the minister has in mind for the harbour.");
    room.write("releases/water/secret.txt", format!("EMBARGOED UNTIL the minister says so\n\n{secret}"));
    room.write("releases/water/draft.md", "---\ntitle: A draft\ndraft: true\n---\nSoon.\n");
    let diff = || room.run(&["diff", "releases", "--state", "state"]).out;
    let before = diff();
    for part in ["withdrawn   River levels rise", "opens       2099-05-01 09:00:00 UTC  River levels rise"] {
        assert!(before.contains(part), "{part}: {before}");
    }
    for part in ["not shown   A secret", "not shown   A draft"] {
        assert!(before.contains(part), "{part}: {before}");
    }
    assert!(!before.contains("new "), "{before}");
    assert_eq!(room.run(&GENERATE).code, 1, "an embargo can't be read");
    assert_eq!(diff(), "opens       2099-05-01 09:00:00 UTC  River levels rise\n");
    room.remove("releases/water/flood.txt");
    assert_eq!(room.run(&GENERATE).code, 1);
    assert_eq!(diff(), "nothing would change\n");
}

#[test]
fn adopting_tells_of_dates_and_of_entries_without_an_id() {
    let room = Newsroom::small();
    let item = |title: &str, id: &str| {
        format!(
            "<item><title>{title}</title><link>https://old.example/{}</link>{id}\
             <pubDate>Wed, 04 Jun 2025 14:30:00 GMT</pubDate></item>",
            title.len()
        )
    };
    let items = [item("River levels rise", ""), item("Sun on every roof", "<guid>old-2</guid>")].concat();
    room.write(
        "old.xml",
        format!("<rss version=\"2.0\"><channel><title>t</title><link>l</link><description>d</description>{items}</channel></rss>"),
    );
    let ran = room.run(&["ledger", "adopt", "old.xml", "--config", "feedroom.toml"]);
    assert_eq!(ran.code, 2, "there is no configuration yet");
    room.write("feedroom.toml", "[[folder]]\npath = \"releases\"\n");
    let ran = room.run(&["ledger", "adopt", "old.xml"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.err.contains("warning: 1 entry has no guid"), "{}", ran.err);
    assert!(ran.out.contains("its date too: the file says 2025-06-05"), "{}", ran.out);
    // The record alone tells what it holds, without any configuration.
    room.remove("feedroom.toml");
    let items = room.run(&["items", "--state", "state"]);
    assert!(
        items.code == 0 && items.out.contains("2025-06-04  public  River levels rise"),
        "{}{}",
        items.out,
        items.err
    );
    let none = room.run(&["items"]);
    assert!(none.code == 2 && !none.err.contains("feedroom serve"), "{}", none.err);
}

#[test]
fn a_folder_that_is_typed_must_be_there() {
    let room = Newsroom::small();
    for command in ["check", "diff", "generate"] {
        let ran = room.run(&[command, "nosuch"]);
        assert!(ran.code == 2 && ran.err.contains("there is no folder nosuch"), "{command}: {} {}", ran.code, ran.err);
    }
    let ran = room.run(&["check", "releases/water/flood.txt"]);
    assert!(ran.code == 2 && ran.err.contains("name the folder it lies in"), "{}", ran.err);
}

#[test]
fn nothing_is_written_among_the_releases() {
    let room = Newsroom::small();
    for out in ["releases", "releases/public", "releases/water/../new"] {
        let ran = room.run(&["generate", "releases", "--state", "state", "--out", out]);
        assert!(ran.code == 2 && ran.err.contains("lies in the folder of releases"), "{out}: {}", ran.err);
    }
    assert!(!room.path("releases/public").exists() && !room.path("state").exists());
    // What is excluded is not read.
    room.write("feedroom.toml", "[[folder]]\npath = \"releases\"\ntime_zone = \"UTC\"\nexclude = [\"public/**\"]\n");
    let ran = room.run(&["generate", "--state", "state", "--out", "releases/public"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
}

#[test]
fn a_configuration_that_knows_a_named_folder_is_told_of() {
    let room = Newsroom::small();
    let file = "[[folder]]\npath = \"releases\"\ntime_zone = \"America/New_York\"\n[[topic]]\nslug = \"rain\"\ntitle = \"Rain\"\nwords = [\"weir\"]\n";
    room.write("feedroom.toml", file);
    let ran = room.run(&["check", "releases"]);
    assert!(ran.code == 0 && ran.err.contains("the configuration that it has is not used"), "{}", ran.err);
    assert!(!room.run(&["check"]).err.contains("note:"));
    assert!(!room.run(&["check", "aside"]).err.contains("note:"));
    // A file is explained as it is read.
    let told = &objects(&room.run(&["explain", "--json", "releases/water/flood.txt"]).out)[0]["items"][0];
    assert_eq!(told["topics"], serde_json::json!(["rain"]));
    assert!(told["published"].as_str().unwrap().ends_with("-04:00"), "{told}");
}

#[test]
fn items_lists_what_the_ledger_holds() {
    let room = Newsroom::small();
    let none = room.run(&["items", "releases", "--state", "state"]);
    assert_eq!(none.code, 3, "{}", none.out);
    assert!(none.err.contains("there is no ledger yet"), "{}", none.err);
    assert_eq!(room.run(&GENERATE).code, 0);
    let listed = room.run(&["items", "releases", "--state", "state"]);
    assert_eq!(listed.code, 0, "{}", listed.err);
    assert!(
        listed.out.contains("2025-06-05  public  River levels rise") && listed.out.contains("[water]"),
        "{}",
        listed.out
    );
    let rows = objects(&room.run(&["items", "releases", "--state", "state", "--json"]).out);
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[0]["title"], "River levels rise", "newest first");
    assert_eq!(rows[0]["files"], serde_json::json!(["water/flood.txt"]));
    let feed = ids(&room.read("public/feed.json"));
    assert_eq!(rows.iter().map(|row| row["id"].as_str().unwrap()).collect::<Vec<_>>(), feed);
    let some = objects(&room.run(&["items", "releases", "--state", "state", "--json", "--topic", "energy"]).out);
    assert_eq!(some.iter().map(|row| row["title"].as_str().unwrap()).collect::<Vec<_>>(), ["Sun on every roof"]);
}

#[test]
fn topics_by_folder_hold_in_each_of_several_folders() {
    let room = Newsroom::new();
    room.write("north/tides/a.txt", release("High tide", "3 May 2025", "At six."));
    room.write("south/tides/b.txt", release("Low tide", "4 May 2025", "At noon."));
    let folders = "[[folder]]\npath = \"north\"\n\n[[folder]]\npath = \"south\"\n";
    for topics in ["", "\n[[topic]]\nslug = \"tides\"\nfolders = [\"tides\"]\n"] {
        room.write("feedroom.toml", format!("{folders}{topics}"));
        let ran = room.run(&["generate", "--ephemeral", "--out", "public"]);
        assert_eq!(ran.code, 0, "{}", ran.err);
        assert_eq!(ids(&room.read("public/tides/feed.json")).len(), 2, "{topics}");
    }
}

// init, shell

#[test]
fn init_makes_a_newsroom_that_works_at_once() {
    let room = Newsroom::new();
    let ran = room.run(&["init", "ours"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    for command in ["check", "generate", "diff", "items"] {
        let mut command = room.command(&[command]);
        command.current_dir(room.path("ours"));
        let ran = crate::binary::ran(command);
        assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    }
    assert_eq!(ids(&room.read("ours/public/announcements/feed.json")).len(), 1);
    let before = room.tree("ours");
    let again = room.run(&["init", "ours"]);
    assert_eq!(again.code, 3);
    assert!(again.err.contains("exists already"), "{}", again.err);
    assert_eq!(before, room.tree("ours"));
}

#[test]
fn the_program_explains_itself() {
    let room = Newsroom::new();
    let version = room.run(&["--version"]).out;
    assert!(version.starts_with(&format!("feedroom {}", env!("CARGO_PKG_VERSION"))), "{version}");
    let help = room.run(&["--help"]);
    assert_eq!(help.code, 0);
    let commands =
        ["serve", "generate", "check", "explain", "diff", "items", "ledger", "config", "init", "completions", "man"];
    for command in commands {
        assert!(help.out.lines().any(|line| line.trim_start().starts_with(command)), "{command}");
        let own = room.run(&[command, "--help"]);
        assert_eq!(own.code, 0);
        assert!(own.out.contains("Usage: feedroom") && own.out.contains("Example"), "{}", own.out);
    }
    assert!(help.out.contains("Exit codes: 0 done"));
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let ran = room.run(&["completions", shell]);
        assert!(ran.code == 0 && ran.out.contains("explain"), "{shell}");
    }
    let man = room.run(&["man"]);
    assert!(man.code == 0 && man.out.contains(".TH feedroom 1"), "{}", man.out);
    assert_eq!(room.run(&["man", "--dir", "man"]).code, 0);
    let pages = room.tree("man");
    for command in commands {
        assert!(pages.contains_key(&format!("feedroom-{command}.1")), "{pages:?}");
    }
    assert!(pages.contains_key("feedroom.1") && pages.contains_key("feedroom-ledger-adopt.1"));
    let serve = room.read("man/feedroom-serve.1");
    let example = "\\&  feedroom serve releases \\-\\-listen 127.0.0.1:8080\n";
    assert!(serve.contains(".TH feedroom-serve 1") && serve.contains(example), "{serve}");
}

#[test]
fn check_tells_programs_what_it_tells_people() {
    let room = Newsroom::small();
    room.write("releases/water/a,b 100%.txt", "Broken\n\n31 June 2025\n\nNo such day.\n");
    let check = |format: &str| {
        let ran = room.run(&["check", "releases", "--format", format]);
        assert_eq!(ran.code, 1, "{}{}", ran.out, ran.err);
        ran.out
    };
    let text = check("text");
    let (place, message) = text.trim_end().split_once(": warning: ").unwrap();
    assert_eq!(place.split(':').take(2).collect::<Vec<_>>(), ["water/a,b 100%.txt", "3"]);
    let rows = objects(&check("json"));
    assert_eq!((rows.len(), &rows[0]["file"]), (1, &"releases/water/a,b 100%.txt".into()));
    assert_eq!((&rows[0]["line"], &rows[0]["severity"]), (&3.into(), &"warning".into()));
    assert_eq!(rows[0]["message"], message);
    assert!(!check("json").contains(":0"), "what has no place names none");
    let sarif: Value = serde_json::from_str(&check("sarif")).unwrap();
    assert_eq!(sarif["version"], "2.1.0");
    let result = &sarif["runs"][0]["results"][0];
    let place = &result["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "releases/water/a%2Cb%20100%25.txt");
    assert_eq!((&place["region"]["startLine"], &result["level"]), (&3.into(), &"warning".into()));
    assert_eq!(result["message"]["text"], message);
    let github = check("github");
    assert!(github.starts_with("::warning file=releases/water/a%2Cb 100%25.txt,line=3"), "{github}");
    assert!(github.ends_with(&format!("::{message}\n")), "{github}");
    assert_eq!(room.run(&["check", "releases/energy", "--format", "github"]).out, "", "nothing wrong, nothing said");
}

#[test]
fn diff_tells_a_pipeline_whether_something_would_change() {
    let room = Newsroom::small();
    let diff = || room.run(&["diff", "releases", "--state", "state", "--exit-code"]);
    assert_eq!(diff().code, 1);
    assert_eq!(room.run(&GENERATE).code, 0);
    assert_eq!((diff().code, diff().out.as_str()), (0, "nothing would change\n"));
}

#[test]
fn no_color_is_heeded() {
    let room = Newsroom::small();
    room.write("releases/water/broken.txt", "Broken\n\n31 June 2025\n\nNo such day.\n");
    let check = |name: &str| {
        let mut command = room.command(&["check", "releases"]);
        command.env("CLICOLOR_FORCE", "1").env(name, "1");
        crate::binary::ran(command).out
    };
    assert!(check("OTHER").contains('\u{1b}'));
    assert!(!check("NO_COLOR").contains('\u{1b}'));
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let room = Newsroom::small();
    for n in 0..200 {
        room.write(
            &format!("releases/many/{n}.txt"),
            release(&format!("Number {n}"), "3 May 2025", &"words ".repeat(99)),
        );
    }
    for arguments in [&["man"][..], &["completions", "zsh"], &["--help"], &["explain", "--json", "releases"]] {
        let mut child = room.command(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let mut err = String::new();
        child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
        let code = child.wait().unwrap().code();
        assert!([Some(0), Some(1)].contains(&code) && !err.contains("panicked"), "{arguments:?}: {code:?} {err}");
    }
}

#[test]
fn config_prints_what_reads_back_to_the_same() {
    let room = Newsroom::small();
    let first = room.run(&["config", "releases"]);
    assert_eq!(first.code, 0, "{}", first.err);
    assert!(first.out.contains("[newsroom]"), "{}", first.out);
    room.write("again.toml", &first.out);
    let again = room.run(&["config", "--config", "again.toml"]);
    // The origins in the comments are others; the values are the same.
    let values = |text: &str| {
        let line = |line: &str| line.split('#').next().unwrap_or_default().trim_end().to_string();
        text.lines().map(line).filter(|line| !line.is_empty()).collect::<Vec<_>>()
    };
    assert_eq!((again.code, values(&again.out)), (0, values(&first.out)), "{}", again.err);
}
