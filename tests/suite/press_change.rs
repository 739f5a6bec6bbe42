//! A press that goes on from change to change, beside one that begins anew after each: their sites are the same.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use chrono::{DateTime, TimeDelta, Utc};
use feedroom::config;
use feedroom::edition::Topic;
use feedroom::press::{Impression, Press, TopicSource};
use feedroom::topic::Rule;

use crate::ledger_history::Dice;
use crate::press::press_with;

fn now() -> DateTime<Utc> {
    "2025-06-10T09:00:00Z".parse().unwrap()
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
    for step in 0..steps {
        for _ in 0..=dice.roll(3) {
            happen(root.path(), &mut dice, 1000 + step);
        }
        let at = now() + TimeDelta::hours(6 * step as i64);
        let went_on = all(&run(&mut going_on, at));
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
}

#[test]
fn going_on_equals_beginning_anew() {
    for seed in 0..6 {
        history(seed, 25);
    }
}
