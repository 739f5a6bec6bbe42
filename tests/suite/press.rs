//! The whole chain, from files to a site, where rooms must work together.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime};

use chrono::{DateTime, TimeDelta, Utc};
use feedroom::edition::{Content, Newsroom, Topic};
use feedroom::ledger::{self, Ledger};
use feedroom::press::{self, Impression, Press, TopicSource};
use feedroom::site::{self, Parts, Resource};
use feedroom::topic::Rule;
use feedroom::{folder, item};

use crate::binary::until;

fn now() -> DateTime<Utc> {
    "2025-06-10T09:00:00Z".parse().unwrap()
}

/// A press over a folder of English releases in UTC, with a topic of the files below `ships`.
pub fn press(root: &Path, state: &Path) -> Press {
    let ships = Topic {
        slug: "ships".into(),
        title: "Ships".into(),
        description: String::new(),
        language: None,
        window: 20,
        content: Content::Both,
    };
    let rule = Rule { slug: "ships".into(), folders: vec!["ships".into()], ..Rule::default() };
    press_with(root, state, TopicSource::Configured(vec![(ships, rule)]))
}

/// The same with other topics.
pub fn press_with(root: &Path, state: &Path, topics: TopicSource) -> Press {
    Press::new(settings_with(root, topics), Ledger::open(state).unwrap())
}

/// What that press works with.
pub fn settings_with(root: &Path, topics: TopicSource) -> press::Settings {
    let reading = item::Settings { time_zone: chrono_tz::UTC, language: Some("en".into()), date_order: None };
    let files = folder::Settings::new(root.canonicalize().unwrap());
    press::Settings {
        newsroom: Newsroom {
            title: "Harbour Office".into(),
            base_url: "https://news.harbour.example/".into(),
            language: "en".into(),
            ..Newsroom::default()
        },
        folders: vec![press::Folder { files, reading, prefix: String::new() }],
        topics,
        ledger: ledger::Settings { flood: 10_000, ..ledger::Settings::default() },
        parts: Parts::All,
    }
}

fn run(press: &mut Press, now: DateTime<Utc>) -> Impression {
    press.look(&|_, _| {});
    press.publish(now).unwrap()
}

/// Releases number `from` to `to`, one a day from a first day on; every second is about ships.
fn write(root: &Path, from: usize, to: usize, first: &str) {
    let first: chrono::NaiveDate = first.parse().unwrap();
    fs::create_dir_all(root.join("ships")).unwrap();
    for n in from..to {
        let day = first + TimeDelta::days((n - from) as i64);
        let name = if n % 2 == 0 { format!("ships/release-{n}.md") } else { format!("release-{n}.md") };
        let text = format!(
            "---\ntitle: Notice {n} of the harbour\ndate: {day}\n---\nBerth {n} is closed for {n} hours, says note {}.\n",
            n * 7919
        );
        fs::write(root.join(name), text).unwrap();
    }
}

/// Validators of the archive pages that are complete.
fn archive(impression: &Impression) -> BTreeMap<String, (String, DateTime<Utc>)> {
    let complete = |resource: &Resource| match resource.content() {
        site::Content::Bytes(body) => body.plain().windows(12).any(|window| window == b"<fh:archive>"),
        site::Content::File { .. } => false,
    };
    let found = impression.site.paths().filter_map(|path| Some((impression.site.find(&path)?, path)));
    let pages = found.filter(|(page, _)| complete(page));
    pages.map(|(page, path)| (path, (page.etag().to_string(), page.last_modified()))).collect()
}

#[test]
fn archive_pages_stay_through_backdated_releases_and_a_restart() {
    let (root, state) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    write(root.path(), 0, 180, "2024-01-01");
    let mut first = press(root.path(), state.path());
    let before = archive(&run(&mut first, now()));
    first.remember(now()).unwrap();
    let paths: Vec<&str> = before.keys().map(String::as_str).collect();
    assert_eq!(paths, ["/archive/1.atom.xml", "/archive/2.atom.xml", "/ships/archive/1.atom.xml"]);
    drop(first);

    // Newer ones, ones of before the first, and ones of the days of those on the pages.
    for (from, to, day) in [(180, 580, "2024-05-01"), (580, 980, "2020-01-01"), (980, 1180, "2024-01-01")] {
        write(root.path(), from, to, day);
    }
    let mut second = press(root.path(), state.path());
    assert_eq!(archive(&second.recall(now()).unwrap()), before, "as last published");
    let later = now() + TimeDelta::days(1);
    let whole = archive(&run(&mut second, later));
    assert_eq!(whole.len(), 22 + 11, "1130 beyond the window of 50, and 570 beyond that of 20");
    for (path, page) in &before {
        assert_eq!(whole.get(path), Some(page), "{path}");
    }
    second.remember(now()).unwrap();
    drop(second);

    let again = run(&mut press(root.path(), state.path()), later + TimeDelta::days(1));
    assert_eq!(archive(&again), whole, "after one more restart");
}

#[test]
fn releases_that_differ_in_language_only_know_each_other() {
    let (root, state) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    for (path, text) in [
        ("quay.md", "---\ndate: 2025-06-05\n---\n# The quay opens\n\nBoats may land again at the old quay.\n"),
        ("quay.fr.md", "---\ndate: 2025-06-05\n---\n# Le quai ouvre\n\nLes bateaux accostent au vieux quai.\n"),
        ("quay.de.txt", "Der Kai ist offen\n\n5. Juni 2025\n\nBoote legen wieder am alten Kai an.\n"),
        // Not of the same folder, not in a language, in another than it says, and two in one file.
        ("ships/quay.es.md", "---\ndate: 2025-06-05\n---\n# El muelle\n\nLos barcos vuelven al viejo muelle.\n"),
        ("ferry.md", "---\ndate: 2025-06-04\n---\n# A ferry\n\nIt takes forty cars over the water.\n"),
        ("ferry.rc.md", "---\ndate: 2025-06-04\n---\n# Candidates\n\nTwo captains want to steer the ferry.\n"),
        ("ferry.it.md", "---\ndate: 2025-06-04\nlang: pt\n---\n# O barco\n\nLeva quarenta carros no rio.\n"),
    ] {
        fs::create_dir_all(root.path().join("ships")).unwrap();
        fs::write(root.path().join(path), text).unwrap();
    }
    let impression = run(&mut press(root.path(), state.path()), now());
    let found: Vec<(&str, Option<&str>, Vec<(&str, &str)>)> = impression
        .edition
        .items
        .iter()
        .map(|item| {
            let links = item.translations.iter().map(|it| (it.language.as_str(), it.url.as_str())).collect();
            (item.title.as_str(), item.language.as_deref(), links)
        })
        .filter(|(.., links): &(_, _, Vec<_>)| !links.is_empty())
        .collect();
    let [en, fr, de] = ["the-quay-opens", "le-quai-ouvre", "der-kai-ist-offen"]
        .map(|slug| format!("https://news.harbour.example/items/{slug}/"));
    let mut want = vec![
        ("The quay opens", None, vec![("de", de.as_str()), ("fr", fr.as_str())]),
        ("Le quai ouvre", Some("fr"), vec![("de", de.as_str()), ("en", en.as_str())]),
        ("Der Kai ist offen", Some("de"), vec![("en", en.as_str()), ("fr", fr.as_str())]),
    ];
    let mut found = found;
    found.sort();
    want.sort();
    assert_eq!(found, want);
    let feed = &impression.site.resources["/atom.xml"];
    let site::Content::Bytes(body) = feed.content() else { panic!("a feed is rendered") };
    let text = String::from_utf8(body.plain().to_vec()).unwrap();
    assert!(text.contains(&format!("<link href=\"{fr}\" rel=\"alternate\" hreflang=\"fr\"")), "{text}");
}

#[test]
fn what_is_looked_at_is_what_was_named() {
    let (root, state) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    write(root.path(), 0, 6, "2024-01-01");
    // Beside a folder, names that begin as its own.
    let near = ["ships-more/a.md", "ships.md", "ships0.md"];
    fs::create_dir(root.path().join("ships-more")).unwrap();
    for name in near {
        fs::write(root.path().join(name), format!("# The {name} of the harbour\n\nA note on {name}.\n")).unwrap();
    }
    let mut press = press(root.path(), state.path());
    assert!(press.look(&|_, _| {}));
    let all: Vec<String> = press.files().collect();
    assert!(!press.look(&|_, _| {}), "nothing changed");

    let text = fs::read(root.path().join("release-1.md")).unwrap();
    fs::write(root.path().join("release-1.md"), text).unwrap();
    assert!(!press.look_at(0, &["release-1.md".into()]), "written again with the same words");

    fs::remove_dir_all(root.path().join("ships")).unwrap();
    fs::remove_file(root.path().join("release-3.md")).unwrap();
    assert!(press.look_at(0, &["ships".into()]));
    let left: Vec<String> = all.iter().filter(|path| !path.starts_with("ships/")).cloned().collect();
    assert_eq!(press.files().collect::<Vec<_>>(), left, "the other file that is gone was not named");
    assert!(press.look(&|_, _| {}));
    assert_eq!(press.files().count(), left.len() - 1);
}

#[test]
fn what_looks_half_written_is_waited_for() {
    let (root, state) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    write(root.path(), 0, 6, "2024-01-01");
    let mut press = press(root.path(), state.path());
    press.look(&|_, _| {});
    let problems = press.problems();
    press.watch();
    let path = root.path().join("new/plan.md");
    fs::create_dir(root.path().join("new")).unwrap();
    fs::write(&path, "").unwrap();
    // On a busy machine a second may pass before it is looked at.
    until("it is looked at at once", || {
        fs::File::options()
            .write(true)
            .open(&path)
            .unwrap()
            .set_modified(SystemTime::from(feedroom::clock::now()))
            .unwrap();
        press.look_at(0, &["new".into()]);
        press.is_waiting()
    });
    assert_eq!(press.problems(), problems);
    // Nobody wrote for two seconds.
    let before = SystemTime::from(feedroom::clock::now()) - Duration::from_secs(2);
    fs::File::options().write(true).open(&path).unwrap().set_modified(before).unwrap();
    assert!(press.look_again() && !press.is_waiting());
    assert_eq!(press.problems().len(), problems.len() + 1, "it is empty");
    fs::write(root.path().join("new/quay.md"), "").unwrap();
    press.look_at(0, &["new/quay.md".into()]);
    assert!(!press.is_waiting(), "it was named because it was closed");
}

#[test]
fn former_addresses_lead_to_the_page_that_tells_of_them() {
    let (root, state) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let text = |title: &str, aliases: &str| {
        format!("---\ntitle: {title}\ndate: 2025-06-05\naliases: [{aliases}]\n---\nBoats land at the old quay again.\n")
    };
    let aliases = "/old/quay/, https://news.harbour.example/2019/quay.html, https://elsewhere.example/quay/, caf%C3%A9";
    fs::write(root.path().join("quay.md"), text("The quay opens", aliases)).unwrap();
    let mut press = press(root.path(), state.path());
    let leads = |impression: &Impression, path: &str| impression.site.moved_to(path).map(str::to_string);
    let first = run(&mut press, now());
    for path in ["/old/quay/", "/2019/quay.html", "/café"] {
        assert_eq!(leads(&first, path).as_deref(), Some("/items/the-quay-opens/"), "{path}");
    }
    assert_eq!(first.site.former_paths().count(), 3, "an address elsewhere is not ours");

    // What the release no longer tells leads nowhere; what another tells leads there.
    fs::write(root.path().join("quay.md"), text("The quay opens", "/old/quay/")).unwrap();
    fs::write(root.path().join("pier.md"), text("A pier", "/2019/quay.html").replace("quay again", "pier")).unwrap();
    let second = run(&mut press, now() + TimeDelta::days(1));
    assert_eq!(leads(&second, "/old/quay/").as_deref(), Some("/items/the-quay-opens/"));
    assert_eq!(leads(&second, "/2019/quay.html").as_deref(), Some("/items/a-pier/"));
    assert_eq!(leads(&second, "/café"), None);
}

#[test]
fn a_file_that_grew_between_two_runs_has_its_new_length() {
    let (root, state) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let text = "---\ntitle: The quay opens\ndate: 2025-06-05\n---\nSee [the plan](plan.pdf) of the old quay.\n";
    fs::write(root.path().join("quay.md"), text).unwrap();
    let lengths = |plan: &[u8]| {
        fs::write(root.path().join("plan.pdf"), plan).unwrap();
        let mut press = press(root.path(), state.path());
        let impression = run(&mut press, now());
        press.remember(now()).unwrap();
        impression.edition.items[0].attachments.iter().map(|file| file.length).collect::<Vec<_>>()
    };
    assert_eq!(lengths(b"%PDF"), [Some(4)]);
    assert_eq!(lengths(b"%PDF and more"), [Some(13)]);
}

/// A folder that can't be looked into hides its files from the daemon, and from a process that starts: neither
/// withdraws them.
#[test]
fn what_nobody_can_look_at_stays_as_it_was() {
    let (folder, state) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (root, aside) = (folder.path().join("releases"), folder.path().join("aside"));
    fs::create_dir(&root).unwrap();
    write(&root, 0, 6, "2025-06-01");
    let count = |made: &Impression| (made.edition.items.len(), made.outcome.withdrawn.len());
    let mut daemon = press(&root, state.path());
    assert_eq!(count(&run(&mut daemon, now())), (6, 0));
    fs::rename(root.join("ships"), &aside).unwrap();
    // Nobody can follow a link that leads to itself.
    std::os::unix::fs::symlink("ships", root.join("ships")).unwrap();
    let told = |made: &Impression| made.problems.iter().any(|problem| problem.path == "ships");
    let made = run(&mut daemon, now());
    assert!(count(&made) == (6, 0) && told(&made), "a full look: {:?}", made.problems);
    fs::write(root.join("release-1.md"), "---\ntitle: Notice 1\ndate: 2025-06-02\n---\nBerth 1 is open again.\n")
        .unwrap();
    daemon.look_at(0, &["release-1.md".into(), "ships/release-2.md".into()]);
    let made = daemon.publish(now()).unwrap();
    assert_eq!(count(&made), (6, 0), "a look at some");
    drop(daemon);
    let mut next = press(&root, state.path());
    let made = run(&mut next, now());
    assert!(count(&made) == (6, 0) && told(&made), "the next process: {:?}", made.problems);
    fs::remove_file(root.join("ships")).unwrap();
    fs::rename(&aside, root.join("ships")).unwrap();
    let made = run(&mut next, now());
    assert!(count(&made) == (6, 0) && !told(&made), "{:?}", made.problems);
    fs::rename(root.join("ships"), &aside).unwrap();
    assert_eq!(count(&run(&mut next, now())), (3, 3), "what is gone is gone");
}
