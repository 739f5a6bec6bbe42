//! A folder's documents with what was derived of each: a change costs its own documents, and those that it makes be
//! read otherwise.
//!
//! Neither documents nor drafts are kept: what others say of a file later is told by keys, and what must be derived
//! again is read again.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::hash::BuildHasher;
use std::ops::Bound;
use std::sync::Arc;

use foldhash::quality::FixedState;
use rayon::prelude::*;

use super::beside::Beside;
use super::evidence::{Evidence, Facts, Trace};
use super::groups::{Groups, Regrouped};
use super::merge::{self, Opening, Sketch};
use super::{Draft, Settings, attach, derive};
use crate::document::Document;
use crate::problem::Problem;

/// Names a merged draft as long as the file that it was first found in says so: that file's path, and its number there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The file.
    pub path: Arc<str>,
    /// Which of the file's drafts, from 0.
    pub number: u32,
}

/// What became of a folder's drafts since it was last asked. A place in both lists has other words than before.
#[derive(Debug, Default)]
pub struct Change {
    /// Places that no longer hold the draft that they held.
    pub gone: Vec<Place>,
    /// Drafts that are new at their places.
    pub came: Vec<(Place, Arc<Draft>)>,
}

/// Reads a document again that was read before; `None` where it can't be read now.
pub type Reread<'r> = dyn Fn(&str) -> Option<Document> + Sync + 'r;

/// What one folder's documents say, and which releases they hold.
#[derive(Debug)]
pub struct Folder {
    settings: Settings,
    pub(super) evidence: Evidence,
    pub(super) files: Vec<Option<File>>,
    /// Numbers of files that are not in use.
    pub(super) free: Vec<u32>,
    pub(super) numbers: BTreeMap<Arc<str>, u32>,
    pub(super) groups: Groups,
    pub(super) beside: Beside,
    /// Of files that have any.
    pub(super) problems: BTreeMap<u32, Vec<Problem>>,
    /// Numbers of files of which something else is to be remembered than before.
    pub(super) touched: HashSet<u32, foldhash::fast::FixedState>,
}

#[derive(Debug)]
pub(super) struct File {
    pub path: Arc<str>,
    pub trace: Trace,
    /// The numbers of its drafts in the groups.
    pub drafts: Box<[u32]>,
}

/// What is to be derived after a change.
struct Intake {
    /// Files that are no more.
    gone: Vec<File>,
    /// What came, by the numbers of the files.
    came: BTreeMap<u32, (Document, Facts)>,
    /// Other files that the folder speaks of otherwise now.
    otherwise: Vec<u32>,
}

/// A file derived just now.
struct Derived {
    file: u32,
    drafts: Vec<Draft>,
    sketches: Vec<Sketch>,
    problems: Vec<Problem>,
}

/// The drafts of files that were derived just now, by the file's path. Each is taken out once.
type Words = HashMap<Arc<str>, Vec<Option<Draft>>>;

impl Folder {
    /// A folder with no documents yet.
    pub fn new(settings: Settings) -> Self {
        Self {
            settings,
            evidence: Evidence::default(),
            files: Vec::new(),
            free: Vec::new(),
            numbers: BTreeMap::new(),
            groups: Groups::default(),
            beside: Beside::default(),
            problems: BTreeMap::new(),
            touched: HashSet::default(),
        }
    }

    /// Files beside the releases that came or went. Drafts have them, or lose them, with the next update.
    pub fn lay_beside<'p>(&mut self, came: impl IntoIterator<Item = String>, gone: impl IntoIterator<Item = &'p str>) {
        gone.into_iter().for_each(|path| self.beside.remove(path));
        came.into_iter().for_each(|path| self.beside.add(path));
    }

    /// Takes in documents that are new or were read anew, and the paths of files that are no more. Derives these
    /// documents and those that the folder speaks of otherwise now, on every core, and tells what became of releases.
    ///
    /// `read` reads a document again that was taken in before. What it can't read stays as it was derived.
    pub fn update(&mut self, came: Vec<Document>, gone: &[String], read: &Reread<'_>) -> Change {
        let Intake { gone, came, otherwise } = self.take(came, gone);
        let mut left: Vec<u32> = gone.iter().flat_map(|file| &file.drafts).copied().collect();
        let Self { groups, settings, evidence, files, numbers, beside, problems, touched, .. } = self;
        let reader = Reader { settings, evidence, files, numbers, read };
        let anew = came.into_par_iter().map(|(file, (document, facts))| reader.derived(file, &document, &facts));
        let again = otherwise.into_par_iter().filter_map(|file| reader.again(file));
        let derived: Vec<Derived> = anew.chain(again).collect();

        let mut words = Words::with_capacity(derived.len());
        let mut incoming = Vec::with_capacity(derived.len());
        let mut counts = Vec::with_capacity(derived.len());
        for Derived { file, drafts, sketches, problems: met } in derived {
            let known = reader.file(file);
            left.extend(&known.drafts);
            touched.insert(file);
            problems.remove(&file);
            if !met.is_empty() {
                problems.insert(file, met);
            }
            counts.push((file, sketches.len()));
            let places = (0..).map(|number| Place { path: known.path.clone(), number });
            incoming.extend(places.zip(sketches));
            words.insert(known.path.clone(), drafts.into_iter().map(Some).collect());
        }
        let (fresh, regrouped) = groups.change(&left, incoming, &mut |full, other| {
            Some([reader.opening(full, &mut words)?, reader.opening(other, &mut words)?])
        });
        let mut fresh = fresh.into_iter();
        for (file, count) in counts {
            let known = files[file as usize].as_mut().expect("a file that was derived is there");
            known.drafts = fresh.by_ref().take(count).collect();
        }
        let reader = Reader { settings, evidence, files, numbers, read };
        touched.extend(regrouped.paths.iter().filter_map(|path| numbers.get(path)));
        tell(&reader, groups, beside, regrouped, words, touched)
    }

    /// What is wrong with the files, in no particular order.
    pub fn problems(&self) -> impl Iterator<Item = &Problem> {
        self.problems.values().flatten().chain(self.beside.problems())
    }

    /// Where the releases stand now, in no particular order.
    pub fn places(&self) -> impl Iterator<Item = &Place> {
        self.groups.firsts().map(|first| self.groups.place(first))
    }

    /// Takes documents in and files out of the evidence.
    fn take(&mut self, came: Vec<Document>, gone: &[String]) -> Intake {
        let facts: Vec<Facts> = came.par_iter().map(Facts::of).collect();
        let came: BTreeMap<String, (Document, Facts)> =
            came.into_iter().zip(facts).map(|(document, facts)| (document.path.clone(), (document, facts))).collect();
        let gone: BTreeSet<u32> = gone
            .iter()
            .filter(|path| !came.contains_key(*path))
            .filter_map(|path| self.numbers.get(path.as_str()).copied())
            .collect();
        let anew = came.keys().filter_map(|path| self.numbers.get(path.as_str()).copied());
        let goes: Vec<u32> = gone.iter().copied().chain(anew).collect();
        let traces = goes.iter().filter_map(|&file| Some(&self.files[file as usize].as_ref()?.trace));
        let before = self.evidence.before(traces.clone(), came.values().map(|(_, facts)| facts));
        for (&file, trace) in goes.iter().zip(traces) {
            self.evidence.remove(file, trace);
        }
        let gone: Vec<File> = gone
            .into_iter()
            .filter_map(|file| {
                let gone = self.files[file as usize].take()?;
                self.touched.insert(file);
                self.numbers.remove(&gone.path);
                self.problems.remove(&file);
                self.free.push(file);
                Some(gone)
            })
            .collect();
        let came: BTreeMap<u32, (Document, Facts)> =
            came.into_iter().map(|(path, (document, facts))| (self.enter(&path, &facts), (document, facts))).collect();
        let otherwise = self.evidence.otherwise(&before).into_iter().filter(|file| !came.contains_key(file)).collect();
        Intake { gone, came, otherwise }
    }

    /// Takes a document into the evidence. Returns the number of its file.
    fn enter(&mut self, path: &str, facts: &Facts) -> u32 {
        let trace = facts.trace();
        let file = match self.numbers.get(path) {
            Some(&file) => {
                self.files[file as usize].as_mut().expect("a known file is there").trace = trace;
                file
            }
            None => {
                let path: Arc<str> = path.into();
                let file = self.free.pop().unwrap_or_else(|| {
                    self.files.push(None);
                    u32::try_from(self.files.len() - 1).expect("memory ends before these numbers")
                });
                self.numbers.insert(path.clone(), file);
                self.files[file as usize] = Some(File { path, trace, drafts: Box::default() });
                file
            }
        };
        self.evidence.add(file, facts);
        file
    }
}

/// Makes the releases that changed, out of the words at hand and of what must be read again for it.
fn tell(
    reader: &Reader<'_>,
    groups: &mut Groups,
    beside: &mut Beside,
    regrouped: Regrouped,
    mut words: Words,
    touched: &mut HashSet<u32, foldhash::fast::FixedState>,
) -> Change {
    let Regrouped { changed, dissolved, mut before, paths } = regrouped;
    dissolved.iter().for_each(|&first| beside.forget(first));
    let owners = |stem: &str| releases(reader.files, reader.numbers, groups, stem);
    let turned: Vec<u32> = beside.turned(&paths, &owners).into_iter().filter(|&first| groups.is_first(first)).collect();
    let wanted: BTreeSet<u32> = changed.into_iter().chain(turned).collect();
    touched.extend(wanted.iter().filter_map(|&first| reader.numbers.get(&groups.place(first).path)));
    reader
        .complete(&mut words, wanted.iter().flat_map(|&first| groups.release(first)).map(|&draft| groups.place(draft)));

    let mut take = |draft: &u32| {
        let place = groups.place(*draft);
        words.get_mut(&place.path)?.get_mut(place.number as usize)?.take()
    };
    let drafts: Vec<(u32, Vec<Draft>)> =
        wanted.iter().map(|&first| (first, groups.release(first).iter().filter_map(&mut take).collect())).collect();
    let made = drafts.into_par_iter().map(|(first, drafts)| {
        let is_whole = drafts.len() == groups.release(first).len();
        let made = drafts.into_iter().reduce(merge::unite).map(|draft| {
            let (draft, attached) = beside.attached(first, draft);
            let hash = FixedState::with_seed(0).hash_one(&draft).max(1);
            (draft, attached, hash)
        });
        (first, is_whole, made)
    });
    let mut made: Vec<_> = made.collect();
    made.sort_by(|(a, ..), (b, ..)| groups.place(*a).cmp(groups.place(*b)));

    let mut change = Change::default();
    for (first, is_whole, made) in made {
        let place = groups.place(first).clone();
        let told = before.remove(&place).unwrap_or_else(|| groups.told(first));
        groups.tell(first, told);
        let Some((draft, attached, hash)) = made else { continue };
        beside.keep(first, attached);
        // What can't all be read now stays as it was told; it comes when it can be read.
        if hash == told || !is_whole && told != 0 {
            continue;
        }
        groups.tell(first, hash);
        change.gone.extend((told != 0).then(|| place.clone()));
        change.came.push((place, Arc::new(draft)));
    }
    change.gone.extend(before.into_iter().filter(|(_, told)| *told != 0).map(|(place, _)| place));
    change.gone.sort();
    change
}

/// What derives a document, and reads one again.
struct Reader<'a> {
    settings: &'a Settings,
    evidence: &'a Evidence,
    files: &'a [Option<File>],
    numbers: &'a BTreeMap<Arc<str>, u32>,
    read: &'a Reread<'a>,
}

impl Reader<'_> {
    fn file(&self, file: u32) -> &File {
        self.files[file as usize].as_ref().expect("a file is asked for while it is there")
    }

    fn derived(&self, file: u32, document: &Document, facts: &Facts) -> Derived {
        let (drafts, problems) = derive::drafts(document, &self.evidence.told(facts), self.settings);
        Derived { file, sketches: drafts.iter().map(Sketch::of).collect(), drafts, problems }
    }

    fn again(&self, file: u32) -> Option<Derived> {
        let (document, facts) = self.document(file)?;
        Some(self.derived(file, &document, &facts))
    }

    /// A document that was taken in before; `None` where it can't be read, or says something else by now.
    fn document(&self, file: u32) -> Option<(Document, Facts)> {
        let known = self.file(file);
        let document = (self.read)(&known.path)?;
        let facts = Facts::of(&document);
        (facts.trace() == known.trace).then_some((document, facts))
    }

    fn drafts(&self, path: &str) -> Option<Vec<Draft>> {
        let (document, facts) = self.document(*self.numbers.get(path)?)?;
        Some(derive::drafts(&document, &self.evidence.told(&facts), self.settings).0)
    }

    /// What a draft opens with.
    fn opening(&self, place: &Place, words: &mut Words) -> Option<Opening> {
        self.complete(words, std::iter::once(place));
        words.get(&place.path)?.get(place.number as usize)?.as_ref().map(Opening::of)
    }

    /// Reads and derives the files of places that are not among the words.
    fn complete<'p>(&self, words: &mut Words, places: impl Iterator<Item = &'p Place>) {
        let missing: BTreeSet<&Arc<str>> =
            places.map(|place| &place.path).filter(|path| !words.contains_key(*path)).collect();
        let missing: Vec<&Arc<str>> = missing.into_iter().collect();
        let read =
            |path: &Arc<str>| (path.clone(), self.drafts(path).unwrap_or_default().into_iter().map(Some).collect());
        words.extend(missing.into_par_iter().map(read).collect::<Vec<_>>());
    }
}

/// The releases that stand in the files whose path without its extension this is.
pub(super) fn releases(
    files: &[Option<File>],
    numbers: &BTreeMap<Arc<str>, u32>,
    groups: &Groups,
    stem: &str,
) -> BTreeSet<u32> {
    let whole = numbers.get_key_value(stem).into_iter();
    let dot = format!("{stem}.");
    let beyond = numbers.range::<str, _>((Bound::Included(dot.as_str()), Bound::Unbounded));
    let beyond = beyond.take_while(|(path, _)| path.starts_with(&dot));
    let named = whole.chain(beyond).filter(|(path, _)| attach::stem(path) == stem);
    let named = named.filter_map(|(_, &file)| files[file as usize].as_ref());
    named.flat_map(|file| &file.drafts).map(|&draft| groups.first(draft)).collect()
}
