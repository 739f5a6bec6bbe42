//! The daemon from outside: what is served follows the folder, opens on the second, and survives what happens.

#![allow(clippy::unwrap_used, reason = "a helper of tests may fail as a test may")]

use std::collections::BTreeMap;
use std::fs;
use std::net::TcpListener;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixDatagram;
use std::process::Stdio;
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use rustix::process::{Resource, Rlimit, Signal, prlimit};
use serde_json::Value;

use crate::binary::{Daemon, Newsroom, release, until};

const SERVE: [&str; 3] = ["releases", "--state", "state"];

fn titles(daemon: &Daemon, feed: &str) -> Vec<String> {
    let answer = daemon.get(feed);
    assert_eq!(answer.status, 200, "{feed}: {}", answer.body);
    let feed: Value = serde_json::from_str(&answer.body).unwrap();
    feed["items"].as_array().unwrap().iter().map(|item| item["title"].as_str().unwrap().to_string()).collect()
}

fn id(daemon: &Daemon, title: &str) -> Option<String> {
    let feed: Value = serde_json::from_str(&daemon.get("/feed.json").body).unwrap();
    let item = feed["items"].as_array().unwrap().iter().find(|item| item["title"] == title)?;
    item["id"].as_str().map(str::to_string)
}

/// Waits until the feed of all items has a title, or has it no more.
fn until_shown(daemon: &Daemon, title: &str, shown: bool) {
    let what = format!("{title} is {}", if shown { "shown" } else { "gone" });
    until(&what, || titles(daemon, "/feed.json").iter().any(|there| there == title) == shown);
}

fn status(daemon: &Daemon) -> Value {
    serde_json::from_str(&daemon.admin("/status.json").body).unwrap()
}

/// Every address that a site's sitemap, OPML and front page lead to, and the feeds.
fn public(daemon: &Daemon) -> Vec<(String, String)> {
    let mut seen: Vec<(String, String)> = Vec::new();
    let mut open: Vec<String> =
        ["/", "/rss.xml", "/atom.xml", "/feed.json", "/opml.xml", "/sitemap.xml", "/robots.txt", "/archive/1.atom.xml"]
            .map(String::from)
            .to_vec();
    while let Some(path) = open.pop() {
        if seen.iter().any(|(known, _)| *known == path) {
            continue;
        }
        let answer = daemon.get(&path);
        for (start, _) in answer.body.match_indices(&format!("http://{}/", daemon.address)) {
            let link = &answer.body[start + "http://".len() + daemon.address.len()..];
            open.push(link[..link.find(['"', '<', ' ', '?', '#', '&']).unwrap_or(link.len())].to_string());
        }
        seen.push((path, answer.body));
    }
    seen
}

/// An instant so many seconds ahead, as front matter has it.
fn at(seconds: i64) -> String {
    (feedroom::clock::now() + TimeDelta::seconds(seconds)).format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

fn many(room: &Newsroom, range: std::ops::Range<usize>) {
    for n in range {
        let body = format!("Station {n} measured {} centimetres at noon.", n * 17);
        room.write(&format!("releases/water/{n}.txt"), release(&format!("Level {n}"), &format!("{n} May 2025"), &body));
    }
}

#[test]
fn it_says_where_it_listens_and_serves_every_address() {
    let room = Newsroom::small();
    let daemon = room.serve(&SERVE);
    let out = daemon.out();
    assert!(out.contains(&format!("listening on http://{}/", daemon.address)), "{out}");
    assert!(out.contains("status at unix:"), "{out}");
    assert!(out.contains(&format!("subscribe to http://{}/rss.xml", daemon.address)), "{out}");
    assert!(!daemon.address.ends_with(":0"));
    for (path, media) in [
        ("/", "text/html"),
        ("/rss.xml", "application/rss+xml"),
        ("/atom.xml", "application/atom+xml"),
        ("/feed.json", "application/feed+json"),
        ("/water/", "text/html"),
        ("/water/rss.xml", "application/rss+xml"),
        ("/energy/atom.xml", "application/atom+xml"),
        ("/items/river-levels-rise/", "text/html"),
        ("/opml.xml", "text/x-opml"),
        ("/sitemap.xml", "application/xml"),
    ] {
        let answer = daemon.get(path);
        assert_eq!(answer.status, 200, "{path}");
        assert!(answer.header("content-type").unwrap().starts_with(media), "{path}: {}", answer.head);
        assert!(answer.header("etag").is_some() && answer.header("last-modified").is_some(), "{path}: {}", answer.head);
    }
    assert_eq!(titles(&daemon, "/feed.json"), ["River levels rise", "Sun on every roof"]);
    assert_eq!(titles(&daemon, "/energy/feed.json"), ["Sun on every roof"]);
    for hidden in ["/status", "/healthz", "/metrics", "/readyz", "/nothing"] {
        assert_eq!(daemon.get(hidden).status, 404, "{hidden}");
    }
    for (path, code) in [("/healthz", 200), ("/readyz", 200), ("/metrics", 200), ("/status", 200), ("/rss.xml", 404)] {
        assert_eq!(daemon.admin(path).status, code, "{path}");
    }
    assert_eq!(daemon.stop(), 0);
}

#[test]
fn what_happens_in_the_folder_shows_in_the_feeds() {
    let room = Newsroom::small();
    let daemon = room.serve(&SERVE);
    let second = Instant::now();
    room.write("releases/water/second.txt", release("The lock reopens", "6 June 2025", "Boats pass again."));
    until_shown(&daemon, "The lock reopens", true);
    // Twice the promise, on a machine that is busy with other tests.
    assert!(second.elapsed() < Duration::from_secs(4), "{:?}", second.elapsed());
    assert_eq!(titles(&daemon, "/water/feed.json").len(), 2);
    let first_id = id(&daemon, "The lock reopens").unwrap();

    room.write("releases/water/second.txt", release("The lock is open again", "6 June 2025", "Boats pass again."));
    until_shown(&daemon, "The lock is open again", true);
    assert_eq!(id(&daemon, "The lock is open again"), Some(first_id.clone()), "a new title is no new item");

    fs::rename(room.path("releases/water/second.txt"), room.path("releases/energy/moved.txt")).unwrap();
    until("the item changes its topic", || titles(&daemon, "/energy/feed.json").len() == 2);
    assert_eq!(id(&daemon, "The lock is open again"), Some(first_id), "a renamed file is no new item");
    assert_eq!(titles(&daemon, "/feed.json").len(), 3);

    // As editors and rsync do: written aside, then moved over.
    room.write("releases/energy/.moved.txt.new", release("The lock closes", "6 June 2025", "Boats pass again."));
    fs::rename(room.path("releases/energy/.moved.txt.new"), room.path("releases/energy/moved.txt")).unwrap();
    until_shown(&daemon, "The lock closes", true);

    room.write("releases/new/folder/deep.txt", release("A new subject", "7 June 2025", "It has a folder of its own."));
    until("a new folder is a new topic", || daemon.get("/new/rss.xml").status == 200);

    room.remove("releases/energy/moved.txt");
    until_shown(&daemon, "The lock closes", false);
    assert_eq!(daemon.get("/items/the-lock-reopens/").status, 410);
    assert!(daemon.get("/atom.xml").body.contains("deleted-entry"));
}

#[test]
fn a_broken_file_disturbs_nothing() {
    let room = Newsroom::small();
    let daemon = room.serve(&SERVE);
    let before = daemon.get("/rss.xml");
    room.write("releases/water/broken.md", "---\ntitle: [\n---\n\n");
    room.write("releases/water/binary.txt", (0..4000_u32).map(|n| (n * 7 % 256) as u8).collect::<Vec<u8>>());
    // One that was good stays as it was.
    room.write("releases/water/flood.txt", [0_u8, 1, 2, 3, 0, 0, 0, 255].repeat(100));
    until("the files are told of", || {
        let told = status(&daemon)["problems"].to_string();
        ["water/broken.md", "water/binary.txt", "water/flood.txt"].iter().all(|file| told.contains(file))
    });
    let after = daemon.get("/rss.xml");
    assert!(after.body.contains("River levels rise"), "{}", after.body);
    assert_eq!(before.header("etag"), after.header("etag"));
    assert_eq!(daemon.err().matches("water/binary.txt").count(), 1, "told once: {}", daemon.err());
    room.write("releases/water/flood.txt", release("River levels fall", "5 June 2025", "The weir stayed open."));
    until_shown(&daemon, "River levels fall", true);
}

#[test]
fn what_is_unchanged_is_304_also_after_a_restart() {
    let room = Newsroom::small();
    let paths = ["/rss.xml", "/atom.xml", "/feed.json", "/water/atom.xml", "/", "/sitemap.xml", "/opml.xml"];
    // A public address that stays while the port changes.
    let serve = [&SERVE[..], &["--base-url", "https://news.example/"]].concat();
    let daemon = room.serve(&serve);
    let before = paths.map(|path| daemon.get(path));
    for (path, answer) in paths.iter().zip(&before) {
        let etag = answer.header("etag").unwrap();
        assert_eq!(daemon.get_with(path, &format!("If-None-Match: {etag}\r\n")).status, 304, "{path}");
        let modified = answer.header("last-modified").unwrap();
        assert_eq!(daemon.get_with(path, &format!("If-Modified-Since: {modified}\r\n")).status, 304, "{path}");
    }
    assert_eq!(daemon.stop(), 0);
    std::thread::sleep(Duration::from_millis(1100));
    // Touched, and copied over itself: nothing that anybody sees.
    let text = room.read("releases/water/flood.txt");
    room.write("releases/water/flood.txt", text);
    let daemon = room.serve(&serve);
    for round in ["as remembered", "as read"] {
        for (path, answer) in paths.iter().zip(&before) {
            let again = daemon.get(path);
            assert_eq!(answer.body, again.body, "{path} {round}");
            for name in ["etag", "last-modified"] {
                assert_eq!(answer.header(name), again.header(name), "{path} {round}");
            }
        }
        until("the folder has been read", || daemon.err().contains("published: "));
    }
}

#[test]
fn a_restart_with_assets_changes_no_byte() {
    let room = Newsroom::small();
    room.write("releases/water/map.png", b"\x89PNG\r\n\x1a\nno picture at all");
    room.write("releases/water/map.md", "---\ntitle: A map\ndate: 2025-06-01\n---\nSee ![the map](map.png).\n");
    let serve = [&SERVE[..], &["--base-url", "https://news.example/"]].concat();
    let paths = ["/rss.xml", "/feed.json", "/items/a-map/", "/assets/water/map.png"];
    let daemon = room.serve(&serve);
    let before = paths.map(|path| daemon.get(path));
    assert!(before.iter().all(|answer| answer.status == 200), "{before:?}");
    assert_eq!(daemon.stop(), 0);
    let daemon = room.serve(&serve);
    for round in ["as remembered", "as read"] {
        for (path, answer) in paths.iter().zip(&before) {
            let again = daemon.get(path);
            assert_eq!((&answer.body, answer.header("etag")), (&again.body, again.header("etag")), "{path} {round}");
        }
        until("the folder has been read", || daemon.err().contains("published: "));
    }
}

#[test]
fn sighup_takes_a_good_configuration_and_refuses_a_bad_one() {
    let room = Newsroom::small();
    room.write("elsewhere/other.txt", release("From elsewhere", "9 June 2025", "Another folder."));
    let config = |title: &str, folder: &str| {
        let topic = "[[topic]]\nslug = \"roofs\"\nwords = [\"roof\", \"folder\"]\n";
        format!("[newsroom]\ntitle = \"{title}\"\n[[folder]]\npath = \"{folder}\"\n{topic}")
    };
    room.write("feedroom.toml", config("First", "releases"));
    let daemon = room.serve(&[]);
    assert_eq!(titles(&daemon, "/roofs/feed.json"), ["Sun on every roof"]);
    assert!(daemon.get("/rss.xml").body.contains("<title>First</title>"));

    room.write("feedroom.toml", config("Broken", "releases").replace("title", "titel"));
    daemon.signal(Signal::HUP);
    until("the mistake is told", || daemon.err().contains("feedroom.toml:2"));
    assert!(daemon.err().contains("the old one stays"), "{}", daemon.err());
    assert!(daemon.get("/rss.xml").body.contains("<title>First</title>"));

    room.write("feedroom.toml", config("Second", "releases"));
    daemon.signal(Signal::HUP);
    until("the new title", || daemon.get("/rss.xml").body.contains("<title>Second</title>"));
    let links = daemon.get("/feed.json").body;
    assert!(links.contains(&format!("http://{}/", daemon.address)), "the chosen port stays: {links}");

    // Another folder is another folder: it is watched, too.
    let both = format!("{}[[folder]]\npath = \"elsewhere\"\n", config("Third", "releases"));
    room.write("feedroom.toml", both);
    daemon.signal(Signal::HUP);
    until_shown(&daemon, "From elsewhere", true);
    room.write("elsewhere/more.txt", release("More from elsewhere", "10 June 2025", "It is watched."));
    until_shown(&daemon, "More from elsewhere", true);

    // What can't change while it runs is said, not passed over.
    room.write("feedroom.toml", format!("{}[state]\ndir = \"other\"\n", config("Fourth", "releases")));
    daemon.signal(Signal::HUP);
    until("it is said", || daemon.err().contains("`state.dir` has changed"));
    assert!(!daemon.err().contains("`server.listen` has changed"), "{}", daemon.err());
    assert_eq!(daemon.stop(), 0);
}

#[test]
fn a_port_in_use_and_a_locked_ledger_are_exit_3() {
    let room = Newsroom::small();
    let daemon = room.serve(&SERVE);
    let taken = room.run(&["serve", "releases", "--listen", &daemon.address, "--state", "other"]);
    assert_eq!(taken.code, 3, "{}", taken.err);
    assert!(taken.err.contains(&daemon.address) && taken.err.contains("in use"), "{}", taken.err);
    for command in [&["serve", "--listen", "127.0.0.1:0"][..], &["generate", "--out", "public"]] {
        let locked = room.run(&[command, &SERVE].concat());
        assert_eq!(locked.code, 3, "{}", locked.err);
        assert!(locked.err.contains("another feedroom uses this ledger"), "{}", locked.err);
    }
    assert!(!room.path("public").exists());
    // To look at it is allowed meanwhile.
    for command in ["items", "diff", "check"] {
        assert_eq!(room.run(&[&[command], &SERVE[..]].concat()).code, 0, "{command}");
    }
    assert_eq!(daemon.get("/rss.xml").status, 200);
}

#[test]
fn an_embargo_opens_on_the_second_and_tells_nobody_before() {
    let room = Newsroom::small();
    let daemon = room.serve(&SERVE);
    // The folder's own name would tell, and so would its picture.
    let opens = at(4);
    room.write("aside/secret-merger/plan.png", b"\x89PNG\r\n\x1a\nno picture at all");
    room.write(
        "aside/secret-merger/plan.md",
        format!("---\ntitle: The merger zyx\ndate: {opens}\n---\nWe merge. ![plan](plan.png)\n"),
    );
    fs::rename(room.path("aside/secret-merger"), room.path("releases/secret-merger")).unwrap();
    until("the daemon knows of it", || status(&daemon)["opening"].to_string().contains("The merger zyx"));
    let opens = chrono::DateTime::parse_from_rfc3339(&opens).unwrap().to_utc();
    for (path, body) in public(&daemon) {
        if feedroom::clock::now() < opens {
            assert!(!body.contains("merger"), "{path} tells: {body}");
        }
    }
    let hidden =
        ["/items/the-merger-zyx/", "/assets/secret-merger/plan.png", "/secret-merger/rss.xml", "/secret-merger/"];
    let codes = hidden.map(|path| daemon.get(path).status);
    assert!(feedroom::clock::now() > opens || codes == [404; 4], "{codes:?}");
    assert!(feedroom::clock::now() > opens || !daemon.err().contains("merger"), "{}", daemon.err());
    let mut early = Vec::new();
    until("it opens", || {
        let shown = titles(&daemon, "/feed.json").contains(&"The merger zyx".to_string());
        if shown && feedroom::clock::now() < opens {
            early.push(feedroom::clock::now());
        }
        shown
    });
    let late = feedroom::clock::now() - opens;
    assert!(early.is_empty(), "opened early: {early:?} before {opens}");
    // Twice the promise, on a machine that is busy with other tests.
    assert!(late < TimeDelta::seconds(2), "{late}");
    assert_eq!(hidden.map(|path| daemon.get(path).status), [200; 4]);
    assert_eq!(titles(&daemon, "/secret-merger/feed.json").len(), 1);
}

#[test]
fn an_expired_item_leaves_and_a_draft_never_comes() {
    let room = Newsroom::small();
    room.write("releases/water/draft.md", "---\ntitle: Unfinished zyx\ndate: 2025-06-01\ndraft: true\n---\nNot yet.\n");
    room.write(
        "releases/water/brief.md",
        format!("---\ntitle: Brief offer\ndate: 2025-06-01\nexpires: {}\n---\nBe quick.\n", at(4)),
    );
    let daemon = room.serve(&SERVE);
    until_shown(&daemon, "Brief offer", true);
    assert_eq!(daemon.get("/items/brief-offer/").status, 200);
    until_shown(&daemon, "Brief offer", false);
    assert_eq!(daemon.get("/items/brief-offer/").status, 410);
    assert!(daemon.get("/atom.xml").body.contains("deleted-entry"));
    for (path, body) in public(&daemon) {
        assert!(!body.contains("Unfinished"), "{path} tells: {body}");
        assert!(path == "/items/brief-offer/" || !body.contains("Be quick"), "{path} tells: {body}");
    }
}

#[test]
fn a_mass_deletion_is_held_and_confirmed_from_beside() {
    let room = Newsroom::small();
    many(&room, 10..26);
    room.write("releases/water/map.png", b"\x89PNG\r\n\x1a\nno picture at all");
    room.write("releases/water/map.md", "---\ntitle: A map\ndate: 2025-06-01\n---\nSee ![the map](map.png).\n");
    let daemon = room.serve(&SERVE);
    let paths =
        ["/rss.xml", "/atom.xml", "/water/feed.json", "/water/", "/items/level-12/", "/items/a-map/", "/sitemap.xml"];
    let before = paths.map(|path| daemon.get(path).body);
    fs::remove_dir_all(room.path("releases/water")).unwrap();
    until("it is held", || status(&daemon)["held"].to_string().contains("would be withdrawn"));
    assert_eq!(before, paths.map(|path| daemon.get(path).body), "the last site stays");
    assert!(daemon.err().contains("feedroom ledger confirm"), "{}", daemon.err());
    let diff = room.run(&[&["diff"], &SERVE[..]].concat());
    assert!(diff.code == 1 && diff.out.contains("held"), "{}", diff.out);
    let confirm = room.run(&[&["ledger", "confirm"], &SERVE[..]].concat());
    assert_eq!(confirm.code, 0, "{}", confirm.err);
    until("it is released", || titles(&daemon, "/feed.json") == ["Sun on every roof"]);
    assert_eq!(daemon.get("/items/level-12/").status, 410);
    assert_eq!(status(&daemon)["held"], serde_json::json!([]));
    assert_eq!(titles(&daemon, "/water/feed.json").len(), 0, "subscribers of the topic learn that all is withdrawn");
}

#[test]
fn an_emptied_folder_is_held_though_few_stood_in_it() {
    let room = Newsroom::small();
    let daemon = room.serve(&SERVE);
    let before = titles(&daemon, "/feed.json");
    for topic in ["water", "energy"] {
        fs::remove_dir_all(room.path(&format!("releases/{topic}"))).unwrap();
    }
    until("it is held", || status(&daemon)["held"].to_string().contains("is empty"));
    assert_eq!(titles(&daemon, "/feed.json"), before);
    assert!(daemon.err().contains("feedroom ledger confirm"), "{}", daemon.err());
    let confirm = room.run(&[&["ledger", "confirm"], &SERVE[..]].concat());
    assert!(confirm.code == 0 && confirm.out.contains("is empty"), "{}{}", confirm.out, confirm.err);
    until("it is released", || titles(&daemon, "/feed.json").is_empty());
    room.write("releases/note.txt", release("A new beginning", "6 June 2025", "The first of many."));
    until_shown(&daemon, "A new beginning", true);
}

#[test]
fn a_held_change_that_is_undone_leaves_no_trace() {
    let room = Newsroom::small();
    many(&room, 10..26);
    let daemon = room.serve(&SERVE);
    let before = daemon.get("/rss.xml");
    fs::rename(room.path("releases/water"), room.path("aside")).unwrap();
    until("it is held", || status(&daemon)["held"].to_string().contains("would be withdrawn"));
    fs::rename(room.path("aside"), room.path("releases/water")).unwrap();
    until("it is held no more", || status(&daemon)["held"] == serde_json::json!([]));
    let after = daemon.get("/rss.xml");
    assert_eq!((&before.body, before.header("etag")), (&after.body, after.header("etag")));
    let confirm = room.run(&[&["ledger", "confirm"], &SERVE[..]].concat());
    assert_eq!(confirm.out, "nothing is held\n");
}

#[test]
fn a_held_change_is_held_across_a_restart() {
    let room = Newsroom::small();
    many(&room, 10..26);
    let daemon = room.serve(&SERVE);
    let before = titles(&daemon, "/water/feed.json");
    assert_eq!(daemon.stop(), 0);
    fs::remove_dir_all(room.path("releases/water")).unwrap();
    let daemon = room.serve(&SERVE);
    until("it is held", || status(&daemon)["held"].to_string().contains("would be withdrawn"));
    assert_eq!(before, titles(&daemon, "/water/feed.json"));
    assert_eq!(daemon.get("/items/level-12/").status, 200);
}

#[test]
fn a_root_that_goes_away_withdraws_nothing() {
    let room = Newsroom::small();
    room.write("releases/energy/roof.png", b"\x89PNG\r\n\x1a\nno picture at all");
    room.write("releases/energy/solar.md", format!("{}\n![a roof](roof.png)\n", room.read("releases/energy/solar.md")));
    let serve = [&SERVE[..], &["--base-url", "https://news.example/"]].concat();
    let daemon = room.serve(&serve);
    let before = daemon.get("/rss.xml");
    assert!(before.body.contains("<media:content fileSize="), "{}", before.body);
    fs::rename(room.path("releases"), room.path("moved")).unwrap();
    until("it is told", || daemon.err().contains("the folder is missing"));
    until("it is held", || status(&daemon)["held"].to_string().contains("the folder is gone, with 2 published items"));
    assert!(daemon.err().contains("ERROR held: the folder is gone"), "{}", daemon.err());
    assert!(daemon.admin("/status").body.contains("the folder is gone"));
    assert!(daemon.admin("/metrics").body.contains("feedroom_held_changes 1"));
    let diff = room.run(&[&["diff"], &SERVE[..]].concat());
    assert!(diff.code == 1 && diff.out.contains("the folder is gone, with 2 published items"), "{}", diff.out);
    let stays = |daemon: &Daemon| {
        let now = daemon.get("/rss.xml");
        assert_eq!((&now.body, now.header("etag")), (&before.body, before.header("etag")));
        assert_eq!(daemon.get("/items/river-levels-rise/").status, 200);
        assert_eq!(titles(daemon, "/water/feed.json"), ["River levels rise"]);
        assert_eq!(daemon.admin("/readyz").status, 200);
    };
    stays(&daemon);
    assert_eq!(daemon.stop(), 0);
    // At start, too: the last site is served out of the ledger, before anything is looked at.
    let daemon = room.serve(&serve);
    assert!(daemon.err().contains("serving 2 items as last published"), "{}", daemon.err());
    stays(&daemon);
    until("it is told again", || daemon.err().contains("the folder is missing"));
    stays(&daemon);
    fs::rename(room.path("moved"), room.path("releases")).unwrap();
    room.write("releases/water/later.txt", release("It is back", "11 June 2025", "The disk is mounted again."));
    until_shown(&daemon, "It is back", true);
    assert_eq!(titles(&daemon, "/feed.json").len(), 3);
    until("it is held no more", || status(&daemon)["held"] == serde_json::json!([]));
    // Who means it says so.
    fs::rename(room.path("releases"), room.path("moved")).unwrap();
    until("it is held again", || status(&daemon)["held"].to_string().contains("with 3 published items"));
    let confirm = room.run(&[&["ledger", "confirm"], &SERVE[..]].concat());
    assert_eq!(confirm.out, "confirmed: the folder is gone, with 3 published items\n");
    until("it is released", || titles(&daemon, "/feed.json").is_empty());
}

#[test]
fn a_folder_that_comes_later_is_served() {
    let room = Newsroom::new();
    let daemon = room.serve(&SERVE);
    assert!(titles(&daemon, "/feed.json").is_empty());
    // An archive moved in at once, more than a flood: nobody has seen anything yet.
    for n in 10..40 {
        let body = format!("Station {n} measured {} centimetres at noon.", n * 17);
        room.write(
            &format!("aside/water/{n}.txt"),
            release(&format!("Level {n}"), &format!("{} May 2025", n - 9), &body),
        );
    }
    fs::rename(room.path("aside"), room.path("releases")).unwrap();
    until("the archive is served", || titles(&daemon, "/feed.json").len() == 30);
}

#[test]
fn sigterm_and_sigint_end_it_well() {
    let room = Newsroom::small();
    let daemon = room.serve(&SERVE);
    daemon.signal(Signal::INT);
    assert_eq!(daemon.stop(), 0);
    let daemon = room.serve(&["releases", "--ephemeral"]);
    assert_eq!(daemon.stop(), 0);
}

#[test]
fn a_full_disk_keeps_the_last_site_until_there_is_room() {
    let room = Newsroom::small();
    let mut command = room.shell("trap '' XFSZ", &["serve", "--listen", "127.0.0.1:0"]);
    command.args(SERVE).stdin(Stdio::null());
    let daemon = room.serve_by(command);
    // A limit on the size of files fails as a full disk does.
    let limit = |current| {
        let limit = Rlimit { current, maximum: None };
        prlimit(Some(daemon.pid()), Resource::Fsize, limit).unwrap();
    };
    limit(Some(0));
    room.write("releases/water/late.txt", release("There is room", "12 June 2025", "The disk was full."));
    until("it is told", || daemon.err().contains("can't be published yet"));
    assert_eq!(titles(&daemon, "/feed.json").len(), 2);
    assert_eq!(daemon.admin("/readyz").status, 200);
    limit(None);
    until_shown(&daemon, "There is room", true);
    assert_eq!(daemon.stop(), 0);
}

#[test]
fn a_killed_daemon_forgets_nothing_it_has_shown() {
    let room = Newsroom::small();
    let mut known: BTreeMap<String, String> = BTreeMap::new();
    for round in 0..12_u64 {
        let daemon = room.serve(&SERVE);
        if let Some(last) = round.checked_sub(1) {
            // What happened between the two, whether or not the last one came to remember what it had read.
            until("an edit", || daemon.get("/feed.json").body.contains(&format!("edited after round {last}.")));
            until_shown(&daemon, &format!("Passing {last}"), false);
        }
        let feed: Value = serde_json::from_str(&daemon.get("/feed.json").body).unwrap();
        let items = feed["items"].as_array().unwrap();
        let shown: BTreeMap<String, String> = items
            .iter()
            .map(|item| (item["title"].as_str().unwrap().to_string(), item["id"].as_str().unwrap().to_string()))
            .collect();
        assert_eq!(shown.len(), items.len(), "nothing appears twice");
        for (title, id) in &known {
            assert_eq!(shown.get(title), Some(id), "{title} keeps its id");
        }
        known = shown.into_iter().filter(|(title, _)| !title.starts_with("Passing")).collect();
        let day = round + 1;
        let body = format!("Round {round} began in house number {}.", round * 31 + 7);
        room.write(
            &format!("releases/water/{round}.txt"),
            release(&format!("Round {round}"), &format!("{day} May 2025"), &body),
        );
        let passing = release(&format!("Passing {round}"), "2 April 2025", "It is gone when the daemon comes back.");
        room.write("releases/water/passing.txt", passing);
        // Anywhere between the event and the answer, or when all is calm and what was read is remembered.
        let calm = if round % 3 == 1 { 1_000 } else { 0 };
        std::thread::sleep(Duration::from_millis(calm + round * 23));
        daemon.signal(Signal::KILL);
        drop(daemon);
        let body = format!("The water in house number 12 was edited after round {round}.");
        room.write("releases/water/edited.txt", release("House number 12", "1 April 2025", &body));
        std::fs::remove_file(room.path("releases/water/passing.txt")).unwrap();
    }
    assert!(known.len() > 8, "{known:?}");
}

#[test]
fn a_service_manager_passes_sockets_and_hears_of_it() {
    let room = Newsroom::small();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let ear = UnixDatagram::bind(room.path("notify.sock")).unwrap();
    ear.set_nonblocking(true).unwrap();
    let lines = "exec 3<&0 </dev/null; export LISTEN_PID=$$ LISTEN_FDS=1";
    let mut command = room.shell(lines, &["serve", "releases"]);
    command.stdin(Stdio::from(OwnedFd::from(listener)));
    command.env("NOTIFY_SOCKET", room.path("notify.sock")).env("STATE_DIRECTORY", room.path("var"));
    let daemon = room.serve_by(command);
    assert_eq!(daemon.address, address);
    let mut heard = String::new();
    let mut hear = |what: &str| {
        until(what, || {
            let mut message = [0; 4096];
            while let Ok(length) = ear.recv(&mut message) {
                heard.push_str(&String::from_utf8_lossy(&message[..length]));
                heard.push('\n');
            }
            heard.contains(what)
        });
    };
    hear("READY=1");
    hear("STATUS=");
    assert!(room.path("var/ledger.db").is_file());
    assert_eq!(titles(&daemon, "/feed.json").len(), 2);
    assert!(daemon.get("/rss.xml").body.contains(&format!("http://{address}/")), "{}", daemon.get("/rss.xml").body);
    assert_eq!(daemon.stop(), 0);
    hear("STOPPING=1");
}

#[test]
fn a_file_replaced_by_way_of_another_name_stays_one_release() {
    let room = Newsroom::small();
    let daemon = room.serve(&SERVE);
    let text = |n: usize| {
        format!("The northern ferry\n\n5 June 2025\n\nFrom Monday a ferry takes {n} cars across the river.\n")
    };
    room.write("releases/ferry.txt", text(100));
    until_shown(&daemon, "The northern ferry", true);
    let ferries = || -> Vec<String> {
        let feed: Value = serde_json::from_str(&daemon.get("/feed.json").body).unwrap();
        let items = feed["items"].as_array().unwrap().iter();
        items.filter(|item| item["title"] == "The northern ferry").map(|item| item["id"].to_string()).collect()
    };
    let id = ferries();
    for n in 0..12 {
        // As `sed -i` and programs of Qt do it.
        let aside = if n % 2 == 0 { format!("releases/sedXq1h2{n}") } else { format!("releases/ferry.txt.Xq1h{n}") };
        room.write(&aside, text(200 + n));
        std::thread::sleep(std::time::Duration::from_millis(20));
        std::fs::rename(room.path(&aside), room.path("releases/ferry.txt")).unwrap();
        until("the new text is shown", || daemon.get("/feed.json").body.contains(&format!("takes {} cars", 200 + n)));
        assert_eq!(ferries(), id, "after replacement {n}");
    }
    // By hand, under a name that stays if nothing happens, and with another title.
    let another = |n: usize| text(n).replace("The northern ferry", "A ferry in the north");
    let items = || titles(&daemon, "/feed.json").len();
    for (n, aside) in ["releases/new-ferry.txt", "releases/ferry.txt.new"].into_iter().enumerate() {
        let (before, shown) = (items(), format!("takes {} cars", 300 + n));
        room.write(aside, another(300 + n));
        std::thread::sleep(std::time::Duration::from_millis(1000));
        assert_eq!(items(), before, "{aside} is no second release");
        std::fs::rename(room.path(aside), room.path("releases/ferry.txt")).unwrap();
        until("the new text is shown", || daemon.get("/feed.json").body.contains(&shown));
        let feed: Value = serde_json::from_str(&daemon.get("/feed.json").body).unwrap();
        let ferry = feed["items"].as_array().unwrap().iter().find(|item| item["title"] == "A ferry in the north");
        assert_eq!([ferry.unwrap()["id"].to_string()], id[..], "by way of {aside}");
    }
    // Under a name of its own it is a release of its own for a while, but none that stays.
    room.write("releases/aside.txt", another(400).replace("A ferry", "Another ferry"));
    until_shown(&daemon, "Another ferry in the north", true);
    std::fs::rename(room.path("releases/aside.txt"), room.path("releases/ferry.txt")).unwrap();
    until_shown(&daemon, "A ferry in the north", false);
    let feed: Value = serde_json::from_str(&daemon.get("/feed.json").body).unwrap();
    let ferry = feed["items"].as_array().unwrap().iter().find(|item| item["title"] == "Another ferry in the north");
    assert_eq!([ferry.unwrap()["id"].to_string()], id[..], "by way of a name of its own");
}

#[test]
fn a_file_of_several_names_is_another_under_all_of_them() {
    let room = Newsroom::small();
    room.write("releases/water/lock.txt", release("The lock is closed", "7 June 2025", "Until further notice."));
    let daemon = room.serve(&SERVE);
    fs::hard_link(room.path("releases/water/lock.txt"), room.path("releases/energy/lock.txt")).unwrap();
    until("both names are known", || daemon.err().contains("from 4 files"));
    room.write("releases/energy/lock.txt", release("The lock is open", "7 June 2025", "From today on."));
    until_shown(&daemon, "The lock is open", true);
    until_shown(&daemon, "The lock is closed", false);
}
