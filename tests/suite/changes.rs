//! What a folder tells of its changes, one after the other, comes to what reading it all afresh would tell.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use feedroom::document::{self, Document};
use feedroom::item::{self, Change, Draft, Folder, Place, Settings};
use proptest::prelude::*;

fn settings() -> Settings {
    Settings { time_zone: chrono_tz::Tz::UTC, language: None, date_order: None }
}

fn read(path: &str, text: &str) -> Document {
    document::read(path, text.as_bytes(), &document::Settings::default()).0.expect("the text is readable")
}

/// A folder that is told of every change, and what whoever listens to it knows.
struct Told {
    files: BTreeMap<String, String>,
    assets: BTreeSet<String>,
    folder: Folder,
    known: BTreeMap<Place, Arc<Draft>>,
    /// How many files were read again.
    again: AtomicUsize,
    /// What is kept of it for another process.
    kept: BTreeMap<u32, Vec<u8>>,
}

impl Told {
    fn new() -> Self {
        let folder = Folder::new(settings());
        let (files, assets, known) = Default::default();
        Self { files, assets, folder, known, again: AtomicUsize::new(0), kept: BTreeMap::new() }
    }

    /// Keeps what is other than when this was last called.
    fn keep(&mut self) {
        for number in self.folder.take_touched() {
            match self.folder.kept(number) {
                Some((_, bytes)) => drop(self.kept.insert(number, bytes)),
                None => drop(self.kept.remove(&number)),
            }
        }
        let all = self.folder.numbers().map(|number| (number, self.folder.kept(number).expect("it is there").1));
        assert_eq!(self.kept, all.collect());
    }

    /// Goes on from what was kept, as another process would.
    fn restart(&mut self) {
        self.keep();
        let kept: Vec<(u32, Vec<u8>)> = self.kept.clone().into_iter().collect();
        self.folder = Folder::resume(settings(), &kept, self.assets.iter().cloned()).expect("all of it was kept");
        assert!(self.folder.take_touched().is_empty());
    }

    /// Writes files, and removes those that have no text.
    fn change(&mut self, files: &[(String, Option<String>)]) -> Change {
        let mut gone = Vec::new();
        for (path, text) in files {
            match text {
                Some(text) => drop(self.files.insert(path.clone(), text.clone())),
                None => gone.extend(self.files.remove(path).map(|_| path.clone())),
            }
        }
        let came = files.iter().filter(|(_, text)| text.is_some()).map(|(path, _)| path).collect::<BTreeSet<_>>();
        let came = came.into_iter().filter_map(|path| Some(read(path, self.files.get(path)?))).collect();
        let change = self.folder.update(came, &gone, &|path| {
            self.again.fetch_add(1, Ordering::Relaxed);
            Some(read(path, self.files.get(path)?))
        });
        for place in &change.gone {
            assert!(self.known.remove(place).is_some(), "{place:?} goes and was not there");
        }
        for (place, draft) in &change.came {
            assert!(self.known.insert(place.clone(), draft.clone()).is_none(), "{place:?} comes and is there");
        }
        change
    }

    /// Compares what is known with the folder read afresh.
    fn check(&self) {
        let documents: Vec<Document> = self.files.iter().map(|(path, text)| read(path, text)).collect();
        let (mut drafts, mut problems) = item::derive(&documents.iter().collect::<Vec<_>>(), &settings());
        problems.extend(item::attach(&mut drafts, &self.assets));
        problems.sort();
        let known: Vec<&Draft> = self.known.values().map(Arc::as_ref).collect();
        assert_eq!(known, drafts.iter().collect::<Vec<_>>());
        let mut told: Vec<_> = self.folder.problems().cloned().collect();
        told.sort();
        assert_eq!(told, problems);
        let places: BTreeSet<&Place> = self.folder.places().collect();
        assert_eq!(places, self.known.keys().collect());
    }
}

const NAMES: [&str; 9] = [
    "a.txt",
    "b.md",
    "flood.txt",
    "flood.md",
    "flood-map.txt",
    "south/flood.txt",
    "south/c.md",
    "flood-map-2.txt",
    "z.txt",
];
const ASSETS: [&str; 8] = [
    "flood.pdf",
    "flood-map.png",
    "flood-map-2.pdf",
    "flood-map-2-b.pdf",
    "south/flood.pdf",
    "plan.pdf",
    "south/plan.pdf",
    "floods.pdf",
];
const TITLES: [&str; 4] = [
    "The weekly report of the harbour office and all its boards",
    "Lock opened",
    "The trust opens a new lock at its largest harbour after nine years of work",
    "A ferry for forty cars begins to cross the sound in spring",
];
const TEXTS: [&str; 7] = [
    "The trust opens a new lock at its largest harbour after nine years of work, and the mayor cut the ribbon.",
    "The trust opens a new lock at its largest harbour after nine years of work …",
    "A ferry for forty cars begins to cross the sound in spring, said the board, and it will sail each hour.",
    "The board of the harbour met on Monday and elected a new chair for the coming three years of its term.",
    "The harbour office answers all questions about this and other notices by telephone on all working days.",
    "Short and to the point.",
    "The old crane is open to visitors on Sunday from ten to four, and the entry is free for children up to six.",
];
const DATES: [&str; 6] =
    ["5 June 2025", "05/06/2025", "25/06/2025", "06/25/2025", "6 June 2025", "On 04/05/2025 it began."];

/// A file of some kind, made of the pieces above.
fn text() -> impl Strategy<Value = String> {
    let piece = (0..DATES.len(), 0..TITLES.len(), prop::collection::vec(0..TEXTS.len(), 1..4), 0..8u8);
    prop::collection::vec(piece, 1..4).prop_map(|pieces| {
        let mut out = String::new();
        for (at, (date, title, texts, kind)) in pieces.into_iter().enumerate() {
            let (date, title) = (DATES[date], TITLES[title]);
            let body = texts.iter().map(|&text| TEXTS[text]).collect::<Vec<_>>().join("\n\n");
            match kind {
                0 if at == 0 => {
                    return format!(
                        "---\ntitle: {title}\ndate: 2025-06-0{}\nimage: plan.png\n---\n{body}\n",
                        texts.len()
                    );
                }
                1 if at == 0 => return format!("---\ntitle: {title}\n---\n{date}\n\n{body}\n\n[The plan](plan.pdf)\n"),
                2 if at == 0 => {
                    return format!("---\ntitle: {title}\ndate: {date}\nattachments: [plan.pdf]\n---\n{body}\n");
                }
                3 => out += &format!("{date}\n\n{body}\n\n"),
                4 => out += &format!("{body}\n\n"),
                _ => out += &format!("{title}\n\n{date}\n\n{body}\n\n"),
            }
        }
        out
    })
}

/// Something that happens to a folder.
#[derive(Debug, Clone)]
enum Step {
    Files(Vec<(String, Option<String>)>),
    Assets(Vec<(String, bool)>),
    Restart,
}

fn step() -> impl Strategy<Value = Step> {
    let file =
        (0..NAMES.len(), prop::option::weighted(0.7, text())).prop_map(|(at, text)| (NAMES[at].to_string(), text));
    // About as many as make a formula: the same words under many names.
    let many = (95..110usize, 0..4usize, prop::option::weighted(0.8, text())).prop_map(|(count, kind, text)| {
        let numbered = |n: usize, text: &String| match kind {
            0 => text.clone(),
            1 => format!("{text}\n\nNote {n} is of its own, said the office, and of {n} further words of the board.\n"),
            2 => format!("{}\n\nNote {n} of the office stands alone with {n} words.\n", TITLES[0]),
            _ => format!("5 June 2025\n\n{}\n\nNote {n} of the office stands alone with {n} words.\n", TEXTS[4]),
        };
        (0..count).map(|n| (format!("many/{n}.txt"), text.as_ref().map(|text| numbered(n, text)))).collect()
    });
    let assets = prop::collection::vec((0..ASSETS.len(), any::<bool>()), 1..4);
    prop_oneof![
        12 => prop::collection::vec(file, 1..4).prop_map(Step::Files),
        4 => assets.prop_map(|of| Step::Assets(of.into_iter().map(|(at, there)| (ASSETS[at].to_string(), there)).collect())),
        1 => many.prop_map(Step::Files),
        5 => Just(Step::Restart),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn a_folder_told_of_its_changes_is_the_folder_read_afresh(steps in prop::collection::vec(step(), 1..12)) {
        let mut told = Told::new();
        for step in steps {
            match step {
                Step::Files(files) => drop(told.change(&files)),
                Step::Assets(assets) => {
                    for (path, there) in assets {
                        if there {
                            told.folder.lay_beside([path.clone()], []);
                            told.assets.insert(path);
                        } else {
                            told.folder.lay_beside([], [path.as_str()]);
                            told.assets.remove(&path);
                        }
                    }
                    told.change(&[]);
                }
                Step::Restart => told.restart(),
            }
            told.check();
        }
    }
}

/// Releases that share nothing: number `n` of them.
fn release(n: usize) -> String {
    format!(
        "Berth {n} is closed for {n} hours\n\n5 June 2025\n\nBerth {n} of the harbour is closed for {n} hours, says note {} of the office.\n",
        n * 7919
    )
}

fn write(path: &str, text: &str) -> (String, Option<String>) {
    (path.to_string(), Some(text.to_string()))
}

#[test]
fn a_change_that_concerns_nobody_else_reads_nobody_else() {
    let mut told = Told::new();
    let files: Vec<_> = (0..40).map(|n| write(&format!("{n}.txt"), &release(n))).collect();
    assert_eq!(told.change(&files).came.len(), 40);
    let change = told.change(&[write("7.txt", &release(77))]);
    assert_eq!((change.gone.len(), change.came.len()), (1, 1));
    let change = told.change(&[("8.txt".to_string(), None), write("90.txt", &release(90))]);
    assert_eq!((change.gone.len(), change.came.len()), (1, 1));
    let change = told.change(&[write("9.txt", &release(9))]);
    assert_eq!((change.gone.len(), change.came.len()), (0, 0), "the same words");
    assert_eq!(told.again.into_inner(), 0);
}

#[test]
fn what_very_many_share_proves_nothing() {
    let weekly = |n: usize| {
        let note = format!("Note {n} of the office stands alone with {n} words.");
        let text = format!("---\ntitle: {}\n---\n{}\n\n{}\n\n{note}\n", TITLES[0], TEXTS[3], TEXTS[6]);
        write(&format!("{n}.md"), &text)
    };
    let mut told = Told::new();
    told.change(&(0..100).map(weekly).collect::<Vec<_>>());
    assert_eq!(told.known.len(), 1, "a title and most of the text are the same");
    told.change(&[weekly(100)]);
    assert_eq!(told.known.len(), 101, "a formula of the house");
    told.check();
    told.change(&[("50.md".to_string(), None)]);
    assert_eq!(told.known.len(), 1);
    told.check();
    // Copies of the whole text are one release however many there are.
    told.change(&(0..150).map(|n| write(&format!("copy/{n}.txt"), &release(1000))).collect::<Vec<_>>());
    assert_eq!(told.known.len(), 2);
    told.check();
}

#[test]
fn what_cannot_be_read_again_comes_when_it_can() {
    let file = |path: &str, title: &str, body: &str| {
        read(path, &format!("---\ntitle: {title}\ndate: 2025-06-05\n---\n{body}\n"))
    };
    let full = file("a.md", TITLES[3], TEXTS[4]);
    let teaser = file("b.md", "Spring news", TITLES[3]);
    let mut folder = Folder::new(settings());
    let titles = |change: &Change| -> Vec<String> {
        change.came.iter().map(|(place, draft)| format!("{} {}", place.path, draft.sources.len())).collect()
    };
    assert_eq!(titles(&folder.update(vec![full.clone(), teaser.clone()], &[], &|_| None)), ["a.md 2"]);
    let change = folder.update(vec![file("b.md", "News of spring", TITLES[3])], &[], &|_| None);
    assert_eq!((change.gone.len(), change.came.len()), (0, 0), "nobody knows what a.md says");
    let change = folder.update(vec![full], &[], &|_| Some(file("b.md", "News of spring", TITLES[3])));
    assert_eq!((change.gone.len(), titles(&change)), (0, vec![]), "the words of the teaser are not shown");
    let change = folder.update(Vec::new(), &["a.md".to_string()], &|_| None);
    assert_eq!((change.gone.len(), titles(&change)), (1, vec![]), "nobody knows what b.md says");
    let change = folder.update(vec![teaser], &[], &|_| None);
    assert_eq!((change.gone.len(), titles(&change)), (0, vec!["b.md 1".to_string()]));
}

#[test]
fn what_was_kept_in_part_or_damaged_is_not_used() {
    let mut told = Told::new();
    told.change(&[write("a.txt", &release(1)), write("b.txt", &release(1)), write("c.txt", &release(3))]);
    told.keep();
    let resume = |kept: &[(u32, Vec<u8>)]| Folder::resume(settings(), kept, []).is_some();
    let whole: Vec<(u32, Vec<u8>)> = told.kept.clone().into_iter().collect();
    assert!(resume(&whole));
    assert!(!resume(&whole[1..]), "a copy without its first");
    assert!(!resume(&whole[..1]), "a first without its copy");
    assert!(!resume(&[&whole[..], &whole[2..]].concat()), "twice");
    let cut: Vec<(u32, Vec<u8>)> = whole.iter().map(|(at, bytes)| (*at, bytes[..bytes.len() - 1].to_vec())).collect();
    assert!(!resume(&cut));
}
