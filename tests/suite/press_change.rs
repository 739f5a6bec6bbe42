//! A press that goes on from change to change, beside one that begins anew after each, and one that ends at any time and
//! goes on in another process: their sites are the same.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::{DateTime, TimeDelta, Utc};
use feedroom::config;
use feedroom::edition::Topic;
use feedroom::press::{Impression, Press, TopicSource};
use feedroom::topic::Rule;

use crate::ledger_history::Dice;
use crate::press::{press_with, settings_with};

fn now() -> DateTime<Utc> {
    "2025-06-10T09:00:00Z".parse().unwrap()
}

/// Long after any file was written.
fn later() -> DateTime<Utc> {
    "2100-01-01T00:00:00Z".parse().unwrap()
}

/// Everything public at every address, and what is said about the input.
fn all(impression: &Impression) -> (BTreeMap<String, String>, Vec<String>) {
    let site = &impression.site;
    let mut found: BTreeMap<String, String> = BTreeMap::new();
    for path in site.paths() {
        let resource = site.find(&path).unwrap_or_else(|| panic!("{path} is listed"));
        assert!(site.holds(&path), "{path}");
        let view = resource.view().map(|view| view.etag().to_string()).unwrap_or_default();
        let twice = found.insert(path.clone(), format!("{} {view}", resource.etag()));
        assert_eq!(twice, None, "{path} twice");
    }
    for gone in &impression.edition.withdrawn {
        let path = format!("/items/{}/", gone.slug);
        if let Some(page) = site.gone(&path) {
            found.insert(format!("gone {path}"), String::from_utf8_lossy(&page).into_owned());
        }
    }
    let waiting = impression.waiting.iter().map(|it| format!("{it:?}"));
    (found, impression.problems.iter().map(|problem| format!("{problem:?}")).chain(waiting).collect())
}

const BODIES: [&str; 4] = [
    "The quay is closed for the works until the end of the month, and boats land at the north pier meanwhile.",
    "The council has decided on the budget of the harbour after two long sessions of debate in public.",
    "Seals were counted on the sand banks again this spring, and there are more of them than in any year before.",
    "See [the plan](plan.pdf) and the picture: ![map](map.png). The library opens its new reading room on Monday.",
];

/// One thing that happens to a folder.
fn happen(root: &Path, dice: &mut Dice, step: u64) {
    let folder = ["", "ships/", "town/", "town/east/"][dice.roll(4)];
    let name = format!("release-{}", dice.roll(40));
    let ending = ["md", "fr.md", "txt", "md"][dice.roll(4)];
    let path = root.join(format!("{folder}{name}.{ending}"));
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    match dice.roll(12) {
        0..6 => {
            let day = 1 + dice.roll(15);
            let body = BODIES[dice.roll(4)];
            let title = format!("News {} of step {step}", dice.roll(30));
            let more = if dice.roll(3) == 0 { "tags: [quay]\n" } else { "" };
            let text =
                format!("---\ntitle: {title}\ndate: 2025-06-{day:02}\n{more}---\n\n{body} No {}.\n", dice.roll(5));
            fs::write(&path, text).unwrap();
        }
        6 => fs::write(&path, format!("First line of step {step}\n\n{}\n", BODIES[dice.roll(4)])).unwrap(),
        7 => {
            let _ = fs::remove_file(&path);
        }
        8 => {
            let _ = fs::rename(&path, root.join(format!("{folder}moved-{}.md", dice.roll(10))));
        }
        9 => fs::write(root.join(format!("{folder}plan.pdf")), vec![b'%'; 10 + dice.roll(50)]).unwrap(),
        10 => {
            let _ = fs::remove_file(root.join(format!("{folder}plan.pdf")));
        }
        _ => {
            let items: Vec<String> = (0..2 + dice.roll(3))
                .map(|n| {
                    format!("{:02}.05.2025\n\nDigest {n} of {}\n\n{}\n", 10 + n, dice.roll(4), BODIES[dice.roll(4)])
                })
                .collect();
            fs::write(root.join(format!("{folder}digest.txt")), items.join("\n")).unwrap();
        }
    }
}

fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}

fn run(press: &mut Press, at: DateTime<Utc>) -> Impression {
    press.look(&|_, _| {});
    press.publish(at).unwrap()
}

/// What was decided that changes anything, and every item.
fn decided(press: &Press, impression: &Impression) -> Vec<String> {
    let decisions = impression.outcome.decisions.iter().filter(|decision| decision.what.as_str() != "unchanged");
    let decisions = decisions.map(|decision| format!("{decision:?}"));
    decisions.chain(press.ledger().items().map(|(slot, kept)| format!("{slot} {kept:?}"))).collect()
}

/// How many files a look reads.
fn looked(press: &mut Press) -> usize {
    let read = AtomicUsize::new(0);
    press.look(&|_, of| read.store(of, Ordering::Relaxed));
    read.into_inner()
}

/// The end of a process at some time, and the beginning of the next. Nothing changed lately when it comes `late`.
fn restart(press: Press, dice: &mut Dice, make: &dyn Fn() -> Press, at: DateTime<Utc>, late: DateTime<Utc>) -> Press {
    let mut press = press;
    if dice.roll(4) > 0 {
        press.remember(late).unwrap();
    }
    drop(press);
    let mut press = make();
    match dice.roll(3) {
        0 => press.resume(),
        // As the daemon does it.
        1 => {
            press.find_assets();
            press.recall(at).unwrap();
            press.resume();
        }
        _ => {}
    }
    press
}

/// Topics by folder as configured, by words and tags, or one for each subfolder.
fn topics(seed: u64) -> TopicSource {
    let topic = |slug: &str, rule: Rule| {
        let about = Topic { slug: slug.into(), title: slug.to_uppercase(), window: 20, ..Topic::default() };
        (about, Rule { slug: slug.into(), ..rule })
    };
    match seed % 3 {
        0 => TopicSource::Subfolders(|paths| config::topics_of(paths.iter().copied())),
        1 => TopicSource::Configured(vec![topic("ships", Rule { folders: vec!["ships".into()], ..Rule::default() })]),
        _ => TopicSource::Configured(vec![
            topic("quay", Rule { words: vec!["quay".into(), "harbour".into()], ..Rule::default() }),
            topic("tagged", Rule { tags: vec!["quay".into()], ..Rule::default() }),
        ]),
    }
}

fn history(seed: u64, steps: u64) {
    let (root, state) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mut dice = Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    for step in 0..80 {
        happen(root.path(), &mut dice, step);
    }
    let mut going_on = press_with(root.path(), state.path(), topics(seed));
    run(&mut going_on, now());
    let ended = tempfile::tempdir().unwrap();
    let make = || press_with(root.path(), ended.path(), topics(seed));
    let mut resuming = make();
    run(&mut resuming, now());
    let mut went_on_with_few = 0;
    for step in 0..steps {
        for _ in 0..=dice.roll(3) {
            happen(root.path(), &mut dice, 1000 + step);
        }
        let at = now() + TimeDelta::hours(6 * step as i64);
        let went_on = run(&mut going_on, at);
        if dice.roll(2) == 0 {
            let between = at - TimeDelta::hours(dice.roll(6) as i64);
            resuming = restart(resuming, &mut dice, &make, between, later());
            went_on_with_few += usize::from(looked(&mut resuming) < 20);
        }
        let resumed = run(&mut resuming, at);
        assert_eq!(decided(&resuming, &resumed), decided(&going_on, &went_on), "seed {seed}, step {step}");
        let (went_on, resumed) = (all(&went_on), all(&resumed));
        assert_eq!(resumed, went_on, "seed {seed}, step {step}");
        let beside = tempfile::tempdir().unwrap();
        copy(state.path(), beside.path());
        let mut anew = press_with(root.path(), beside.path(), topics(seed));
        let began = run(&mut anew, at);
        for decision in &began.outcome.decisions {
            assert_eq!(decision.what.as_str(), "unchanged", "seed {seed}, step {step}: {decision:?}");
        }
        let (paths, said) = all(&began);
        for (path, etag) in &paths {
            assert_eq!(went_on.0.get(path), Some(etag), "{path}, seed {seed}, step {step}");
        }
        for (path, etag) in &went_on.0 {
            assert_eq!(paths.get(path), Some(etag), "{path}, seed {seed}, step {step}");
        }
        assert_eq!(said, went_on.1, "seed {seed}, step {step}");
    }
    assert!(went_on_with_few > 2, "seed {seed}");
}

#[test]
fn going_on_equals_beginning_anew() {
    for seed in 0..6 {
        history(seed, 25);
    }
}

#[test]
fn what_did_not_change_is_not_read_again() {
    let (root, state) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let topics = || TopicSource::Subfolders(|paths| config::topics_of(paths.iter().copied()));
    let make = || press_with(root.path(), state.path(), topics());
    let write = |n: usize, title: &str| {
        let text =
            format!("---\ntitle: {title} {n}\ndate: 2025-06-05\nimage: no.png\n---\n\nNote {n} of {}.\n", n * 31);
        fs::write(root.path().join(format!("{n}.md")), text).unwrap();
    };
    (0..70).for_each(|n| write(n, "News"));
    fs::write(root.path().join("broken.md"), "---\ntitle: [\n---\n\nText of it.\n").unwrap();
    fs::write(root.path().join("70.md"), [0xff, 0xfe, 0, 0xd8, 0, 0]).unwrap();
    // What was written only just now is looked at once more.
    std::thread::sleep(std::time::Duration::from_millis(120));
    let mut press = make();
    assert_eq!(looked(&mut press), 72);
    let before = all(&press.publish(now()).unwrap());
    assert!(before.1.len() > 71, "{:?}", before.1);
    press.remember(later()).unwrap();
    drop(press);

    let mut press = make();
    press.resume();
    assert_eq!(looked(&mut press), 0);
    assert_eq!(all(&press.publish(now()).unwrap()), before);
    press.remember(later()).unwrap();
    drop(press);

    write(7, "Other news");
    fs::remove_file(root.path().join("8.md")).unwrap();
    let mut press = make();
    press.resume();
    assert_eq!(looked(&mut press), 1);
    let after = press.publish(now()).unwrap();
    let decided: Vec<_> = after.outcome.decisions.iter().map(|it| (it.path.as_str(), it.what.as_str())).collect();
    assert_eq!(decided, [("7.md", "correction"), ("8.md", "withdrawn")]);
    drop(press);

    // The ledger went ahead of what is remembered of the files.
    let mut press = make();
    press.resume();
    assert_eq!(looked(&mut press), 71);
    let again = press.publish(now()).unwrap();
    assert!(again.outcome.decisions.iter().all(|decision| decision.what.as_str() == "unchanged"));
    assert_eq!(all(&again), all(&after));
    press.remember(later()).unwrap();
    drop(press);

    // Another way of reading.
    let mut press = make();
    let mut settings = settings_with(root.path(), topics());
    settings.folders[0].reading.language = Some("de".to_string());
    press.reconfigure(settings);
    press.resume();
    assert_eq!(looked(&mut press), 71);
    drop(press);

    // What changed just before it was remembered might change again without a trace.
    let mut press = make();
    press.resume();
    run(&mut press, now());
    let at = feedroom::clock::now();
    write(9, "News of late");
    std::thread::sleep(std::time::Duration::from_millis(120));
    run(&mut press, now());
    press.remember(at).unwrap();
    drop(press);
    let mut press = make();
    press.resume();
    assert!(looked(&mut press) > 0);
}

/// Pages are written as they fill, behind those that the ledger has, in this process and in the next.
#[test]
fn every_archive_page_is_remembered() {
    let (root, state) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let make = || press_with(root.path(), state.path(), TopicSource::Configured(Vec::new()));
    let write = |n: usize| {
        let day = now().date_naive() - TimeDelta::days(400) + TimeDelta::days(n as i64);
        let text = format!("---\ntitle: News {n}\ndate: {day}\n---\n\nNote {n} of {}.\n", n * 31);
        fs::write(root.path().join(format!("{n}.md")), text).unwrap();
    };
    let mut press = make();
    let mut pages: Vec<Vec<String>> = Vec::new();
    for round in 0..8 {
        (round * 30..(round + 1) * 30).for_each(write);
        run(&mut press, now());
        let known = press.ledger().shelves().unwrap().remove("").unwrap_or_default();
        assert!(known.starts_with(&pages), "round {round}");
        pages = known;
        if round == 4 {
            drop(press);
            press = make();
            press.recall(now()).unwrap();
        }
    }
    // Of 240 items 50 are in the window, 40 on the open page.
    let ids: BTreeMap<String, usize> = press.ledger().items().map(|(slot, kept)| (kept.id, slot)).collect();
    let found: Vec<usize> = pages.iter().flatten().map(|id| ids[id]).collect();
    assert_eq!((pages.len(), found), (3, (0..150).collect()));
}
