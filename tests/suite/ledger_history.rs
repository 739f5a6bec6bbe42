#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]
//! A newsroom's years in fast motion: random authors at work on hundreds of releases, and an independent model of
//! what subscribers should see. No release may get a second id, share one, or be missing.
//!
//! The same seed gives the same history. `FEEDROOM_HISTORIES=100` runs more of them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use chrono::{DateTime, FixedOffset, TimeDelta, Utc};
use feedroom::document::Lines;
use feedroom::item::{Draft, EvidenceKind, Place, Source};
use feedroom::ledger::{self, Ledger, Root, RootState, Scan, Settings};

use super::ledger::{at, dated, draft};
use super::ledger_reader::{Item, Reader, Seen};

const OPERATIONS: usize = 2000;
const RELEASES: usize = 300;

#[test]
fn no_release_is_seen_twice_or_missed() {
    let seeds: u64 = std::env::var("FEEDROOM_HISTORIES").ok().and_then(|n| n.parse().ok()).unwrap_or(5);
    let next = AtomicU64::new(1);
    let worker = || {
        let mut faults = Vec::new();
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed > seeds {
                return faults;
            }
            let mut house = House::new(seed);
            house.run();
            println!("seed {seed}: {} releases, {} scans, {:?}", house.releases.len(), house.scans, house.done);
            faults.extend(house.faults.iter().map(|fault| format!("seed {seed}: {fault}")));
        }
    };
    let faults: Vec<String> = thread::scope(|scope| {
        let workers = [scope.spawn(worker), scope.spawn(worker)];
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    });
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

/// Xorshift64*, so that a seed means the same history everywhere.
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self, below: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        ((self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize) % below
    }

    pub fn one_in(&mut self, n: usize) -> bool {
        self.roll(n) == 0
    }

    fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.roll(list.len())]
    }
}

/// A release as its author thinks of it.
#[derive(Clone, PartialEq)]
struct Release {
    title: String,
    sentences: Vec<String>,
    day: Option<String>,
}

/// What subscribers know of a release.
struct Known {
    id: String,
    slug: String,
    published: DateTime<FixedOffset>,
    updated: DateTime<FixedOffset>,
}

/// A file's path, its releases as they were, and when it went.
type Deleted = (String, Vec<(usize, Release)>, DateTime<Utc>);

/// All that makes the draft of a release.
type Form = (Release, Vec<Source>, bool, bool);

struct House {
    dice: Dice,
    dir: tempfile::TempDir,
    ledger: Option<Ledger>,
    reader: Reader,
    /// What the ledger was told stands in the folder.
    told: BTreeMap<Place, Arc<Draft>>,
    now: DateTime<Utc>,
    releases: Vec<Release>,
    /// Each file's releases in order.
    files: BTreeMap<String, Vec<usize>>,
    /// Deleted not long ago, as they were.
    bin: Vec<Deleted>,
    /// Releases whose wording changed since the last scan, and those that changed in a way nobody could read.
    edited: BTreeSet<usize>,
    written: BTreeMap<usize, (Form, Arc<Draft>)>,
    /// Edits that stood in a file of their own for a while.
    passed: Vec<usize>,
    touched: BTreeSet<String>,
    decomposed: BTreeSet<String>,
    known: BTreeMap<usize, Known>,
    scans: usize,
    done: BTreeMap<&'static str, usize>,
    faults: Vec<String>,
    story: Vec<String>,
}

impl House {
    fn new(seed: u64) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let mut house = Self {
            dice: Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1),
            ledger: Some(Ledger::open(dir.path()).unwrap()),
            reader: Reader::default(),
            told: BTreeMap::new(),
            dir,
            now: at("2025-01-06T08:00:00Z"),
            releases: Vec::new(),
            files: BTreeMap::new(),
            bin: Vec::new(),
            edited: BTreeSet::new(),
            written: BTreeMap::new(),
            passed: Vec::new(),
            touched: BTreeSet::new(),
            decomposed: BTreeSet::new(),
            known: BTreeMap::new(),
            scans: 0,
            done: BTreeMap::new(),
            faults: Vec::new(),
            story: Vec::new(),
        };
        while house.releases.len() < RELEASES {
            let path = house.path();
            let several = if house.dice.roll(4) == 0 { 2 + house.dice.roll(12) } else { 1 };
            let releases = (0..several).map(|_| house.write()).collect();
            house.files.insert(path, releases);
        }
        house.scan();
        house
    }

    fn run(&mut self) {
        for _ in 0..OPERATIONS {
            self.operate();
            if self.dice.roll(2) == 0 {
                self.scan();
            }
        }
        self.scan();
    }

    // The authors.

    fn operate(&mut self) {
        let name = match self.dice.roll(21) {
            0 | 1 => self.create(),
            2 | 3 => self.edit(),
            4 => self.retitle(),
            5 => self.redate(),
            6 => self.rename("rename"),
            7 => self.relocate(),
            8 => self.rename_with_edit(),
            9 | 10 => self.insert(),
            11 => self.strike(),
            12 => self.split(),
            13 => self.merge(),
            14 => self.duplicate(),
            15 => self.delete(),
            16 => self.restore(),
            17 => self.touch(),
            18 => self.reencode(),
            19 => self.replace(),
            _ if self.dice.roll(2) == 0 => self.restart(),
            _ => self.reload(),
        };
        *self.done.entry(name).or_default() += 1;
    }

    fn create(&mut self) -> &'static str {
        let (path, release) = (self.path(), self.write());
        self.files.insert(path, vec![release]);
        "create"
    }

    /// One sentence changes, comes or goes: in every copy, as a careful author does it.
    fn edit(&mut self) -> &'static str {
        let Some(release) = self.any() else { return "nothing" };
        self.edit_one(release);
        "edit"
    }

    fn edit_one(&mut self, release: usize) {
        let sentence = self.sentence();
        let sentences = &mut self.releases[release].sentences;
        match self.dice.roll(3) {
            0 if sentences.len() > 3 => {
                let at = self.dice.roll(sentences.len());
                sentences.remove(at);
            }
            1 if sentences.len() > 2 => {
                let at = self.dice.roll(sentences.len());
                sentences[at] = sentence;
            }
            _ => sentences.push(sentence),
        }
        self.edited.insert(release);
        self.story.push(format!("edit {release}"));
    }

    fn retitle(&mut self) -> &'static str {
        let Some(release) = self.any().filter(|&r| self.releases[r].sentences.len() > 1) else { return "nothing" };
        self.releases[release].title = self.title();
        self.edited.insert(release);
        self.story.push(format!("retitle {release}"));
        "retitle"
    }

    fn redate(&mut self) -> &'static str {
        let Some(release) = self.any() else { return "nothing" };
        // A notice of a line is known by its place alone where its date is another: it doesn't move meanwhile.
        let alone = self.releases[release].sentences.is_empty();
        if alone {
            self.scan();
        }
        self.releases[release].day = Some(self.day());
        self.story.push(format!("redate {release}"));
        if alone {
            self.scan();
        }
        "redate"
    }

    fn rename(&mut self, name: &'static str) -> &'static str {
        let Some(old) = self.file() else { return "nothing" };
        let new = self.path();
        let releases = self.files.remove(&old).unwrap();
        self.story.push(format!("rename {old} {new}"));
        self.files.insert(new, releases);
        name
    }

    /// Moves a file to another folder under its old name.
    fn relocate(&mut self) -> &'static str {
        let Some(old) = self.file() else { return "nothing" };
        let name = old.rsplit('/').next().unwrap().to_string();
        let new = format!("archive{}/{name}", self.dice.roll(3));
        if self.files.contains_key(&new) {
            return "nothing";
        }
        let releases = self.files.remove(&old).unwrap();
        self.story.push(format!("move {old} {new}"));
        self.files.insert(new, releases);
        "move"
    }

    fn rename_with_edit(&mut self) -> &'static str {
        let Some(old) = self.file() else { return "nothing" };
        let releases = self.files[&old].clone();
        for release in releases {
            // A text of two sentences of which one changes is half another.
            if self.releases[release].sentences.len() >= 4 && !self.edited.contains(&release) {
                self.edit_one(release);
            }
        }
        let new = self.path();
        let releases = self.files.remove(&old).unwrap();
        self.story.push(format!("rename+edit {old} {new}"));
        self.files.insert(new, releases);
        "rename with edit"
    }

    /// An edit is written beside a file and takes its place later, in one of the ways in which that is done. What was
    /// seen of it meanwhile is nobody's any more.
    fn replace(&mut self) -> &'static str {
        let Some(old) = self.file() else { return "nothing" };
        let list = self.files[&old].clone();
        let is_known = |&release: &usize| self.known.contains_key(&release) && !self.edited.contains(&release);
        let able = |&release: &usize| self.releases[release].sentences.len() >= 4 && is_known(&release);
        let edited: Vec<usize> = list.iter().copied().filter(able).collect();
        if edited.is_empty() || !list.iter().all(is_known) {
            return "nothing";
        }
        let new = self.path();
        let mut passing = BTreeMap::new();
        for &release in &edited {
            let copy = self.releases.len();
            self.releases.push(self.releases[release].clone());
            self.edit_one(copy);
            if self.dice.one_in(2) {
                self.releases[copy].title = self.title();
            }
            self.edited.remove(&copy);
            passing.insert(release, copy);
        }
        let beside = list.iter().map(|release| *passing.get(release).unwrap_or(release)).collect();
        self.files.insert(new.clone(), beside);
        self.story.push(format!("write {passing:?} beside {old} as {new}"));
        if self.dice.one_in(4) {
            self.restart();
        }
        let way = self.dice.roll(3);
        // Where the old file goes before the other was seen, that is a rename.
        if way == 0 || !self.dice.one_in(4) {
            self.scan();
        }
        self.story.push(format!("let it take its place, way {way}"));
        if way == 0 {
            // The old file goes first.
            self.files.remove(&old);
            self.scan();
        }
        for (&release, &copy) in &passing {
            self.releases[release] = self.releases[copy].clone();
            self.edited.insert(release);
        }
        self.files.insert(old, list.clone());
        self.files.remove(&new);
        if way == 1 {
            // A copy, and the other name goes later.
            self.files.insert(new.clone(), list);
            self.scan();
            self.files.remove(&new);
        }
        self.passed.extend(passing.into_values());
        // Its place is what it is known by: it keeps it until that has been seen.
        self.scan();
        "replace by another name"
    }

    fn insert(&mut self) -> &'static str {
        let Some(path) = self.digest() else { return "nothing" };
        let release = self.write();
        let at = self.dice.roll(self.files[&path].len() + 1);
        self.files.get_mut(&path).unwrap().insert(at, release);
        "insert into a digest"
    }

    fn strike(&mut self) -> &'static str {
        let Some(path) = self.digest() else { return "nothing" };
        let at = self.dice.roll(self.files[&path].len());
        let release = self.files.get_mut(&path).unwrap().remove(at);
        self.story.push(format!("strike {path} {release}"));
        self.bin.push((path, vec![(release, self.releases[release].clone())], self.now));
        "delete from a digest"
    }

    fn split(&mut self) -> &'static str {
        let Some(path) = self.digest() else { return "nothing" };
        let at = 1 + self.dice.roll(self.files[&path].len() - 1);
        let tail = self.files.get_mut(&path).unwrap().split_off(at);
        let new = self.path();
        self.story.push(format!("split {path} {new}"));
        self.files.insert(new, tail);
        "split"
    }

    fn merge(&mut self) -> &'static str {
        let (Some(one), Some(two)) = (self.file(), self.file()) else { return "nothing" };
        if one == two || self.files[&one].len() + self.files[&two].len() > 20 {
            return "nothing";
        }
        let tail = self.files.remove(&two).unwrap();
        self.story.push(format!("merge {one} {two}"));
        let head = self.files.get_mut(&one).unwrap();
        for release in tail {
            if !head.contains(&release) {
                head.push(release);
            }
        }
        "merge"
    }

    fn duplicate(&mut self) -> &'static str {
        let Some(old) = self.file() else { return "nothing" };
        let (new, releases) = (self.path(), self.files[&old].clone());
        self.story.push(format!("duplicate {old} {new}"));
        self.files.insert(new, releases);
        "duplicate"
    }

    fn delete(&mut self) -> &'static str {
        let Some(path) = self.file() else { return "nothing" };
        let releases = self.files.remove(&path).unwrap();
        self.story.push(format!("delete {path} {releases:?}"));
        let kept = releases.iter().map(|&release| (release, self.releases[release].clone())).collect();
        self.bin.push((path, kept, self.now));
        "delete"
    }

    /// A backup brings back a file as it was.
    fn restore(&mut self) -> &'static str {
        self.bin.retain(|(_, _, when)| self.now - *when < TimeDelta::days(60));
        if self.bin.is_empty() {
            return "nothing";
        }
        let (path, releases, _) = self.bin.remove(self.dice.roll(self.bin.len()));
        let live: BTreeSet<usize> = self.files.values().flatten().copied().collect();
        if self.files.contains_key(&path) || releases.iter().any(|(release, _)| live.contains(release)) {
            return "nothing";
        }
        let mut list = Vec::new();
        for (release, form) in releases {
            if self.releases[release].sentences != form.sentences || self.releases[release].title != form.title {
                self.edited.insert(release);
            }
            self.releases[release] = form;
            list.push(release);
        }
        self.story.push(format!("restore {path} {list:?}"));
        self.files.insert(path, list);
        "restore"
    }

    fn touch(&mut self) -> &'static str {
        let Some(path) = self.file() else { return "nothing" };
        if !self.touched.remove(&path) {
            self.touched.insert(path);
        }
        "touch"
    }

    /// A file comes back in another encoding, its letters decomposed.
    fn reencode(&mut self) -> &'static str {
        let Some(path) = self.file() else { return "nothing" };
        if !self.decomposed.remove(&path) {
            self.decomposed.insert(path);
        }
        "change of encoding"
    }

    fn restart(&mut self) -> &'static str {
        self.ledger = None;
        self.told.clear();
        self.ledger = Some(Ledger::open(self.dir.path()).unwrap());
        "restart"
    }

    fn reload(&mut self) -> &'static str {
        self.scan();
        let again = self.publish();
        if again.changed {
            self.faults.push("a second look at the same files changed something".into());
        }
        "reload"
    }

    // What they write.

    fn any(&mut self) -> Option<usize> {
        let path = self.file()?;
        let releases = self.files[&path].clone();
        Some(*self.dice.pick(&releases))
    }

    fn file(&mut self) -> Option<String> {
        let paths: Vec<String> = self.files.keys().filter(|path| !self.files[*path].is_empty()).cloned().collect();
        (!paths.is_empty()).then(|| self.dice.pick(&paths).clone())
    }

    fn digest(&mut self) -> Option<String> {
        let long = |path: &&String| self.files[*path].len() > 1;
        let paths: Vec<String> = self.files.keys().filter(long).cloned().collect();
        (!paths.is_empty()).then(|| self.dice.pick(&paths).clone())
    }

    fn path(&mut self) -> String {
        loop {
            let path = format!("folder{}/{}-{}.txt", self.dice.roll(5), self.word(), self.dice.roll(10_000));
            if !self.files.contains_key(&path) {
                return path;
            }
        }
    }

    fn write(&mut self) -> usize {
        let sentences = match self.dice.roll(10) {
            // A notice of a line, a report on a form that all share, a release.
            0 => Vec::new(),
            1 => {
                let mut figure = || 1 + self.dice.roll(900);
                let (a, b, c, d, e) = (figure(), figure(), figure(), figure(), figure());
                vec![
                    format!("Consumer prices moved by {a} points against the month before."),
                    format!("Food stood at {b} and housing at {c} points, the office said in its regular bulletin."),
                    format!("Transport and clothing, at {d} and {e} points, were above the same month of last year."),
                ]
            }
            _ => (0..2 + self.dice.roll(10)).map(|_| self.sentence()).collect(),
        };
        let day = if self.dice.roll(4) == 0 { None } else { Some(self.day()) };
        let title = self.title();
        self.releases.push(Release { title, sentences, day });
        self.releases.len() - 1
    }

    fn day(&mut self) -> String {
        (self.now - TimeDelta::days(self.dice.roll(5) as i64)).date_naive().to_string()
    }

    fn title(&mut self) -> String {
        let words: Vec<String> = (0..4 + self.dice.roll(4)).map(|_| self.word()).collect();
        words.join(" ")
    }

    fn sentence(&mut self) -> String {
        let words: Vec<String> = (0..8 + self.dice.roll(9)).map(|_| self.word()).collect();
        format!("{}.", words.join(" "))
    }

    /// A word of a few hundred, common ones more often.
    fn word(&mut self) -> String {
        const BEGIN: [&str; 12] = ["ba", "ro", "mi", "té", "lu", "sca", "no", "vi", "gü", "pe", "tra", "ho"];
        const END: [&str; 9] = ["n", "ra", "lis", "mo", "ke", "des", "ti", "ço", "st"];
        let most = if self.dice.roll(2) == 0 { 3 } else { 12 };
        let middle = if self.dice.roll(2) == 0 { *self.dice.pick(&BEGIN) } else { "" };
        format!("{}{middle}{}", BEGIN[self.dice.roll(most)], self.dice.pick(&END))
    }

    // What the ledger is given, and what it must say.

    fn publish(&mut self) -> Seen {
        let mut places: BTreeMap<usize, Vec<Source>> = BTreeMap::new();
        for (path, releases) in &self.files {
            for (line, &release) in (1_u32..).zip(releases) {
                let lines = Lines { first: line * 10, last: line * 10 + 8 };
                // The same text in several files is one draft.
                places.entry(release).or_default().push(Source { path: path.clone(), lines });
            }
        }
        let mut written = BTreeMap::new();
        for (release, sources) in places {
            let (touched, decomposed) =
                (self.touched.contains(&sources[0].path), self.decomposed.contains(&sources[0].path));
            let form = (self.releases[release].clone(), sources, touched, decomposed);
            let draft = match self.written.remove(&release) {
                Some((known, draft)) if known == form => draft,
                _ => Arc::new(render(&form)),
            };
            written.insert(release, (form, draft));
        }
        self.written = written;
        let roots = vec![Root { path: String::new(), state: RootState::Present }];
        let all = ledger::places(self.written.values().map(|(_, draft)| Arc::clone(draft)));
        let all: BTreeMap<Place, Arc<Draft>> = all.into_iter().map(|(place, words)| (place, words.draft())).collect();
        let same = |known: Option<&Arc<Draft>>, draft| known.is_some_and(|known| Arc::ptr_eq(known, draft));
        let came = all.iter().filter(|(place, draft)| !same(self.told.get(place), draft));
        let came = came.map(|(place, draft)| (place.clone(), Arc::clone(draft).into())).collect();
        let gone = self.told.iter().filter(|(place, draft)| !same(all.get(place), draft));
        let gone = gone.map(|(place, _)| place.clone()).collect();
        // A process is told everything at first, then what changes.
        let scan = Scan { came, gone, whole: self.told.is_empty(), roots, unread: Vec::new() };
        self.told = all;
        let ledger = self.ledger.as_mut().unwrap();
        let outcome = ledger.publish(&scan, self.now, &Settings::default()).unwrap();
        self.reader.hear(ledger, outcome)
    }

    fn scan(&mut self) {
        self.scans += 1;
        self.now += TimeDelta::minutes(1 + self.dice.roll(600) as i64);
        let outcome = self.publish();
        let mut faults = Vec::new();
        if outcome.held.is_some() {
            faults.push(format!("held: {:?}", outcome.held));
        }
        let live: BTreeSet<usize> = self.files.values().flatten().copied().collect();
        let mut by_title: BTreeMap<&str, Vec<&Item>> = BTreeMap::new();
        for item in &outcome.items {
            by_title.entry(&item.draft.title).or_default().push(item);
        }
        let mut ids = BTreeSet::new();
        for &release in &live {
            let Release { title, sentences, .. } = &self.releases[release];
            let text = sentences.join(" ");
            let titled = by_title.get(title.as_str()).map(Vec::as_slice).unwrap_or_default();
            let says = |item: &&&Item| item.draft.body_text == text || compose(&item.draft.body_text) == text;
            let mut found = titled.iter().filter(says);
            let (Some(item), None) = (found.next(), found.next()) else {
                faults.push(format!("release {release} is lost, or there twice"));
                continue;
            };
            if !item.is_public(self.now) {
                faults.push(format!("release {release} is not public"));
            }
            if !ids.insert(item.id.clone()) {
                faults.push(format!("release {release} shares an id"));
            }
            match self.known.get_mut(&release) {
                None => {
                    let taken = self.known.iter().find(|(_, known)| known.id == item.id || known.slug == item.slug);
                    if let Some((other, _)) = taken {
                        faults.push(format!("new release {release} has the id or slug of {other}"));
                    }
                    let (id, slug) = (item.id.clone(), item.slug.clone());
                    let known = Known { id, slug, published: item.published, updated: item.updated };
                    self.known.insert(release, known);
                }
                Some(known) => {
                    if known.id != item.id {
                        let why = outcome.decisions.iter().find(|decision| decision.id == item.id);
                        let now = &self.releases[release];
                        faults.push(format!(
                            "release {release} is shown as new: {why:?} {now:?}",
                            now = (&now.title, &now.sentences, &now.day)
                        ));
                    } else if known.published != item.published || known.slug != item.slug {
                        faults.push(format!("release {release} moved"));
                    } else if !self.edited.contains(&release) && known.updated != item.updated {
                        faults.push(format!("release {release} was updated for nothing"));
                    } else if self.edited.contains(&release) && item.updated.to_utc() != self.now {
                        faults.push(format!("release {release} was edited without a word"));
                    }
                    known.id.clone_from(&item.id);
                    known.slug.clone_from(&item.slug);
                    known.updated = item.updated;
                    known.published = item.published;
                }
            }
        }
        if outcome.items.len() != live.len() {
            faults.push(format!("{} items of {} releases", outcome.items.len(), live.len()));
        }
        let gone: BTreeSet<&str> = outcome.withdrawn.iter().map(|item| item.id.as_str()).collect();
        for passed in std::mem::take(&mut self.passed) {
            if self.known.remove(&passed).is_some_and(|known| !gone.contains(known.id.as_str())) {
                faults.push(format!("release {passed} stays beside the one whose edit it is"));
            }
        }
        for (release, known) in &self.known {
            if live.contains(release) == gone.contains(known.id.as_str()) && self.recent(*release) {
                faults.push(format!("release {release} is withdrawn, or should be"));
            }
        }
        let story = self.story.split_off(0).join("; ");
        self.faults.extend(faults.into_iter().map(|fault| format!("scan {}: {fault} after {story}", self.scans)));
        self.edited.retain(|release| !live.contains(release));
        self.known.retain(|_, known| !known.id.is_empty());
    }

    /// Whether a release that is gone went so lately that its tombstone stands.
    fn recent(&self, release: usize) -> bool {
        let live = self.files.values().flatten().any(|&other| other == release);
        live || self.bin.iter().any(|(_, gone, when)| {
            gone.iter().any(|(other, _)| *other == release) && self.now - *when < TimeDelta::days(60)
        })
    }
}

/// The draft of a release: its files, whether the first was touched, and whether its letters are decomposed.
fn render((release, sources, touched, decomposed): &Form) -> Draft {
    let mut text = release.sentences.join(" ");
    if *decomposed {
        text = unicode_normalization::UnicodeNormalization::nfd(text.as_str()).collect();
    }
    let mut new = draft(&sources[0].path, &release.title, &text);
    if *touched {
        new.body_html = new.body_html.replace("</p>", "\n </p>\n\n");
    }
    new.sources.clone_from(sources);
    if let Some(day) = &release.day { dated(new, day, EvidenceKind::Header) } else { new }
}

fn compose(text: &str) -> String {
    unicode_normalization::UnicodeNormalization::nfc(text).collect()
}
