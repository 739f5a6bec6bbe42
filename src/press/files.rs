//! Shelves: one for each folder, with the state of every file as it was last read. What the files say is not kept, only
//! what it takes to know which must be read again.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::BuildHasher;
use std::ops::Bound;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use foldhash::quality::FixedState;
use rayon::prelude::*;

use super::Folder;
use super::names::Names;
use crate::document::{self, Document};
use crate::folder::{self, Entry, Look, Reading, RootState, Stamp};
use crate::item::{self, Draft, Place};
use crate::ledger::{self, Words};
use crate::problem::Problem;
use crate::site;

/// Told how many files of how many have been read, from any thread.
pub type Progress<'a> = dyn Fn(usize, usize) + Sync + 'a;

/// So many bytes of releases are read at a time, so that their documents need not all be held.
const AT_ONCE: u64 = 8 << 20;

/// So many bytes of drafts that the ledger has not been told of are at hand; what comes beyond is packed.
const OPEN: usize = 64 << 20;

/// What became of drafts.
#[derive(Default)]
pub(super) struct Change {
    /// Places that no longer hold the draft that they held.
    pub gone: Vec<Place>,
    /// Drafts that are new at their places.
    pub came: Vec<(Place, Words)>,
}

/// What is known of one folder.
pub(super) struct Shelf {
    pub(super) folder: Folder,
    root: RootState,
    pub(super) files: BTreeMap<String, File>,
    names: Names,
    /// Files whose stamp could not be read, so that what is known of them is of an earlier one.
    pub(super) stale: BTreeSet<String>,
    /// Files that were being written.
    changing: BTreeSet<String>,
    /// What is wrong with files that have been read.
    pub(super) problems: BTreeMap<String, Vec<Problem>>,
    pub(super) assets: BTreeMap<String, Asset>,
    /// What is neither release nor asset, or could not be looked at.
    met: Vec<Problem>,
    /// Paths at and below which nobody could look.
    unknown: BTreeSet<String>,
    /// What the documents of the files hold.
    pub(super) releases: item::Folder,
    /// What became of drafts since it was last asked.
    pub(super) change: BTreeMap<Place, News>,
    /// Bytes of the drafts in it that are at hand.
    open: usize,
    /// Which assets came, changed or went since it was last asked, with the prefix.
    pub(super) asset_change: BTreeSet<String>,
    /// The same since it was last remembered, without the prefix.
    pub(super) touched_assets: BTreeSet<String>,
    /// What stood in the folder just now, where somebody has looked already.
    pub(super) looked: Option<Look>,
    /// Whether it is looked at while others write into it, so that what looks half written is waited for.
    pub(super) is_watched: bool,
}

/// A release file as it was last read.
pub(super) struct File {
    pub stamp: Stamp,
    /// A hash of the bytes of its document; `None` where there is none.
    pub hash: Option<u64>,
}

/// A file beside releases.
pub(super) struct Asset {
    pub path: PathBuf,
    pub stamp: Stamp,
    /// A hash of its bytes, made when it is first wanted.
    pub hash: OnceLock<String>,
    /// Whether that is remembered.
    pub is_kept: bool,
}

/// What became of a place.
pub(super) struct News {
    /// Whether it held another draft when it was last asked.
    was: bool,
    now: Option<Words>,
}

/// What is not there any more.
#[derive(Default)]
struct Gone {
    /// Files, with the prefix.
    files: Vec<String>,
    /// Whether assets are.
    assets: bool,
}

/// What came of reading a file.
enum Outcome {
    Read {
        stamp: Stamp,
        hash: u64,
        document: Option<Box<Document>>,
        problems: Vec<Problem>,
    },
    /// As it was when last read.
    Same(Stamp),
    Changing,
    Refused(Problem),
}

impl Shelf {
    pub fn new(folder: Folder) -> Self {
        let releases = item::Folder::new(folder.reading.clone());
        Self {
            folder,
            root: RootState::Missing,
            files: BTreeMap::new(),
            names: Names::default(),
            stale: BTreeSet::new(),
            changing: BTreeSet::new(),
            problems: BTreeMap::new(),
            assets: BTreeMap::new(),
            met: Vec::new(),
            unknown: BTreeSet::new(),
            releases,
            change: BTreeMap::new(),
            open: 0,
            asset_change: BTreeSet::new(),
            touched_assets: BTreeSet::new(),
            looked: None,
            is_watched: false,
        }
    }

    /// Whether another folder's settings would read the same files in the same way.
    pub fn reads_like(&self, folder: &Folder) -> bool {
        self.folder.files == folder.files
            && self.folder.reading == folder.reading
            && self.folder.prefix == folder.prefix
    }

    /// Looks at the whole folder. Returns whether anything changed.
    pub fn look(&mut self, progress: &super::Progress<'_>) -> bool {
        let look = self.looked.take().unwrap_or_else(|| folder::scan(&self.folder.files));
        let changed = self.root != look.root || self.met != look.problems;
        self.root = look.root;
        self.met.clone_from(&look.problems);
        self.unknown = look.unknown.iter().cloned().collect();
        // With a root go all its files: the ledger holds that until somebody confirms it.
        let gone = self.gone(&look, &[String::new()]);
        self.take(&look, gone, &[], progress) || changed
    }

    /// Looks again at the files that were being written.
    pub fn look_again(&mut self) -> bool {
        let paths: Vec<String> = self.changing.iter().cloned().collect();
        !paths.is_empty() && self.look_where(&paths, &[])
    }

    /// Looks at some paths: files that somebody has written, or folders with all below them.
    pub fn look_at(&mut self, paths: &[String]) -> bool {
        self.look_where(paths, paths)
    }

    /// The same, where some of the paths are known to be written to their end.
    fn look_where(&mut self, paths: &[String], written: &[String]) -> bool {
        self.looked = None;
        let mut look = folder::look_at(&self.folder.files, paths);
        let others = self.other_names(paths, &look);
        let paths = &[paths, &others[..]].concat()[..];
        if !others.is_empty() {
            look = folder::look_at(&self.folder.files, paths);
        }
        if look.root != RootState::Present {
            // Not these files went, but all; the ledger is to know.
            return self.look(&|_, _| {});
        }
        self.root = RootState::Present;
        let named = |path: &String| paths.iter().any(|of| lies_in(path, of));
        let before = self.met.len();
        self.met.retain(|problem| !named(&problem.path));
        let changed = before != self.met.len() || !look.problems.is_empty();
        self.met.extend(look.problems.iter().cloned());
        self.met.sort();
        self.unknown.retain(|path| !named(path));
        self.unknown.extend(look.unknown.iter().cloned());
        let gone = self.gone(&look, paths);
        self.take(&look, gone, written, &|_, _| {}) || changed
    }

    /// Looks at the files beside the releases only.
    pub fn find_assets(&mut self) {
        let look = folder::scan(&self.folder.files);
        self.take(&Look { releases: Vec::new(), ..look }, Gone::default(), &[], &|_, _| {});
    }

    /// Looks at the files beside the releases that are known, and at nothing else.
    pub(super) fn find_known_assets(&mut self) {
        let paths: Vec<String> = self.assets.keys().cloned().collect();
        let look = Look { releases: Vec::new(), ..folder::look_at(&self.folder.files, &paths) };
        let gone = if look.root == RootState::Present { self.gone(&look, &paths) } else { Gone::default() };
        self.take(&look, gone, &[], &|_, _| {});
    }

    /// What changed of the drafts since this was last asked.
    pub fn take_change(&mut self) -> Change {
        self.open = 0;
        let mut change = Change::default();
        for (place, news) in std::mem::take(&mut self.change) {
            if news.was {
                change.gone.push(place.clone());
            }
            change.came.extend(news.now.map(|words| (place, words)));
        }
        change
    }

    /// Whether any asset came, changed or went since they were last taken.
    pub fn has_asset_change(&self) -> bool {
        !self.asset_change.is_empty()
    }

    /// The paths, with the prefix, of the assets that came, changed or went since this was last asked.
    pub fn take_asset_change(&mut self) -> Vec<String> {
        std::mem::take(&mut self.asset_change).into_iter().collect()
    }

    /// Forgets what is known at or below some paths and not there any more.
    fn gone(&mut self, look: &Look, paths: &[String]) -> Gone {
        let is_unknown = |path: &str| look.unknown.iter().any(|of| lies_in(path, of));
        let is_there = |list: &[Entry], path: &String| {
            list.binary_search_by(|entry| entry.path.cmp(path)).is_ok() || is_unknown(path)
        };
        let mut gone = Gone::default();
        for of in paths {
            let lost: Vec<String> =
                at_or_below(&self.files, of).filter(|path| !is_there(&look.releases, path)).cloned().collect();
            for path in lost {
                let before = self.files.remove(&path).map(|file| file.stamp.inode);
                self.names.follow(&path, before, None, || inodes(&self.files));
                self.stale.remove(&path);
                self.changing.remove(&path);
                self.problems.remove(&path);
                gone.files.push(self.prefixed(&path));
            }
            let lost: Vec<String> =
                at_or_below(&self.assets, of).filter(|path| !is_there(&look.assets, path)).cloned().collect();
            for path in lost {
                self.assets.remove(&path);
                self.touched_assets.insert(path.clone());
                let path = self.prefixed(&path);
                self.releases.lay_beside([], [path.as_str()]);
                self.asset_change.insert(path);
                gone.assets = true;
            }
        }
        gone
    }

    /// Reads what has another stamp than before, and tells its releases with what is gone. Returns whether anything
    /// changed.
    fn take(&mut self, look: &Look, gone: Gone, written: &[String], progress: &super::Progress<'_>) -> bool {
        let mut changed = !gone.files.is_empty() || gone.assets;
        let mut gone = gone.files;
        for entry in &look.assets {
            if self.assets.get(&entry.path).is_some_and(|asset| asset.stamp == entry.stamp) {
                continue;
            }
            let path = self.folder.files.root.join(&entry.path);
            self.assets
                .insert(entry.path.clone(), Asset { path, stamp: entry.stamp, hash: OnceLock::new(), is_kept: false });
            self.touched_assets.insert(entry.path.clone());
            let path = self.prefixed(&entry.path);
            self.releases.lay_beside([path.clone()], []);
            self.asset_change.insert(path);
            changed = true;
        }
        let is_new = |entry: &&Entry| {
            let known = self.files.get(&entry.path);
            known.is_none_or(|file| file.stamp != entry.stamp) || self.changing.contains(&entry.path)
        };
        let new: Vec<&Entry> = look.releases.iter().filter(is_new).collect();
        let written: BTreeSet<&String> = written.iter().collect();
        let is_watched = self.is_watched;
        let is_half_written =
            |entry: &Entry| is_watched && entry.stamp.is_half_written() && !written.contains(&entry.path);
        let (done, total) = (AtomicUsize::new(0), new.len());
        let mut parts = parts(&new);
        let first = parts.next().unwrap_or_default();
        // At least once: files may be gone, or assets new.
        for part in std::iter::once(first).chain(parts) {
            let read: Vec<(&Entry, Outcome)> = part
                .par_iter()
                .map(|entry| {
                    let outcome = if is_half_written(entry) { Outcome::Changing } else { self.read(entry) };
                    progress(done.fetch_add(1, Ordering::Relaxed) + 1, total);
                    (*entry, outcome)
                })
                .collect();
            let mut came = Vec::new();
            for (entry, outcome) in read {
                changed |= self.enter(entry, outcome, &mut came, &mut gone);
            }
            self.derive(came, &std::mem::take(&mut gone));
        }
        changed
    }

    /// Remembers what came of reading a file: its document is put to those that came, or its path to those gone.
    /// Returns whether anything changed.
    fn enter(&mut self, entry: &Entry, outcome: Outcome, came: &mut Vec<Document>, gone: &mut Vec<String>) -> bool {
        let path = &entry.path;
        let hash = self.files.get(path).and_then(|file| file.hash);
        let (file, problems, stale, changing) = match outcome {
            Outcome::Same(stamp) => {
                self.releases.touch(&self.prefixed(path));
                self.put(path, File { stamp, hash });
                return false;
            }
            Outcome::Read { stamp, hash, document: Some(document), problems } => {
                came.push(*document);
                (File { stamp, hash: Some(hash) }, problems, false, false)
            }
            Outcome::Read { stamp, document: None, problems, .. } => {
                gone.push(self.prefixed(path));
                (File { stamp, hash: None }, problems, true, false)
            }
            // What was last read stays until the writer is done, or the file can be read again.
            Outcome::Changing => (File { stamp: entry.stamp, hash }, Vec::new(), true, true),
            Outcome::Refused(problem) => (File { stamp: entry.stamp, hash }, vec![problem], true, false),
        };
        self.put(path, file);
        if stale {
            self.releases.touch(&self.prefixed(path));
        }
        set(&mut self.stale, path, stale);
        set(&mut self.changing, path, changing);
        self.problems.remove(path);
        if !problems.is_empty() {
            self.problems.insert(path.clone(), problems);
        }
        true
    }

    pub(super) fn put(&mut self, path: &str, file: File) {
        let now = Some(file.stamp.inode);
        let before = self.files.insert(path.to_string(), file).map(|file| file.stamp.inode);
        self.names.follow(path, before, now, || inodes(&self.files));
    }

    /// The other names of files that stand, or stood, at or below some paths.
    fn other_names(&mut self, paths: &[String], look: &Look) -> Vec<String> {
        let Self { files, names, .. } = self;
        let is_new = |entry: &Entry| files.get(&entry.path).is_none_or(|file| file.stamp.inode != entry.stamp.inode);
        if !names.are_kept() && look.releases.iter().any(|entry| is_new(entry) && names.knows(entry.stamp.inode)) {
            names.name(inodes(files));
        }
        if !names.are_kept() {
            return Vec::new();
        }
        let stood = paths.iter().flat_map(|of| at_or_below(files, of)).filter_map(|path| files.get(path));
        let stand = look.releases.iter().map(|entry| entry.stamp.inode);
        let all = names.of(stood.map(|file| file.stamp.inode).chain(stand));
        all.into_iter().filter(|path| !paths.iter().any(|of| lies_in(path, of))).collect()
    }

    /// Tells the releases of documents and of files that are gone, and remembers what that changed.
    fn derive(&mut self, came: Vec<Document>, gone: &[String]) {
        let Self { folder, files, releases, .. } = self;
        let change = releases.update(came, gone, &|path| {
            let path = path.strip_prefix(folder.prefix.as_str())?;
            let file = files.get(path)?;
            let entry = Entry { path: path.to_string(), stamp: file.stamp };
            let Ok(Reading::Whole(bytes, _)) = folder::read(&folder.files, &entry) else { return None };
            (file.hash == Some(hash_of(&bytes))).then(|| read(folder, path, &bytes).0).flatten()
        });
        for place in change.gone {
            self.change.entry(place).or_insert(News { was: true, now: None }).now = None;
        }
        let (places, drafts): (Vec<Place>, Vec<Arc<Draft>>) = change.came.into_iter().unzip();
        self.open += drafts.iter().map(|draft| draft.body_html.len() + draft.body_text.len()).sum::<usize>();
        let words: Vec<Words> = drafts.into_iter().map(Words::from).collect();
        let words = if self.open > OPEN { ledger::pack(words) } else { words };
        for (place, words) in places.into_iter().zip(words) {
            self.change.entry(place).or_insert(News { was: false, now: None }).now = Some(words);
        }
    }

    fn read(&self, entry: &Entry) -> Outcome {
        match folder::read(&self.folder.files, entry) {
            Ok(Reading::Whole(bytes, stamp)) => {
                let hash = hash_of(&bytes);
                let known = self.files.get(&entry.path).and_then(|file| file.hash);
                if known == Some(hash) && !self.stale.contains(&entry.path) {
                    return Outcome::Same(stamp);
                }
                let (document, problems) = read(&self.folder, &entry.path, &bytes);
                Outcome::Read { stamp, hash, document: document.map(Box::new), problems }
            }
            Ok(Reading::Changing | Reading::Gone) => Outcome::Changing,
            Err(mut problem) => {
                problem.path.insert_str(0, &self.folder.prefix);
                Outcome::Refused(problem)
            }
        }
    }

    pub(super) fn prefixed(&self, path: &str) -> String {
        format!("{}{path}", self.folder.prefix)
    }

    /// Every problem of its files, in no particular order.
    pub fn problems(&self) -> Vec<Problem> {
        self.releases.problems().chain(self.problems.values().flatten()).chain(&self.met).cloned().collect()
    }

    /// Paths of files, or of folders with all below them, that could not be read this time: their items stay as they
    /// were.
    pub fn unread(&self) -> impl Iterator<Item = String> + '_ {
        let unknown = self.unknown.iter().map(|path| self.prefixed(path).trim_end_matches('/').to_string());
        self.stale.iter().map(|path| self.prefixed(path)).chain(unknown)
    }

    /// What was found of the folder itself.
    pub fn root(&self) -> ledger::Root {
        let state = match self.root {
            RootState::Present => ledger::RootState::Present,
            RootState::Empty => ledger::RootState::Empty,
            RootState::Missing | RootState::Unreadable => ledger::RootState::Gone,
        };
        ledger::Root { path: self.folder.prefix.trim_end_matches('/').to_string(), state }
    }

    pub fn is_waiting(&self) -> bool {
        !self.changing.is_empty()
    }

    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// The paths of its files with the prefix.
    pub fn named(&self) -> impl Iterator<Item = String> + '_ {
        self.files.keys().map(|path| format!("{}{path}", self.folder.prefix))
    }

    /// The asset at a path with the prefix. Its bytes are hashed once for each stamp.
    pub fn asset(&self, path: &str) -> Option<site::Asset> {
        let asset = self.assets.get(path.strip_prefix(self.folder.prefix.as_str())?)?;
        let hash = asset.hash.get_or_init(|| hash(&asset.path).unwrap_or_default());
        let modified = std::fs::metadata(&asset.path).and_then(|about| about.modified()).ok()?;
        Some(site::Asset {
            path: asset.path.clone(),
            length: asset.stamp.size,
            modified: Some(modified),
            hash: hash.clone(),
        })
    }

    /// The length of each asset.
    pub fn lengths(&self) -> impl Iterator<Item = (String, u64)> + '_ {
        self.assets.iter().map(|(path, asset)| (format!("{}{path}", self.folder.prefix), asset.stamp.size))
    }
}

/// The document of a file's bytes, and what is wrong with them.
fn read(folder: &Folder, path: &str, bytes: &[u8]) -> (Option<Document>, Vec<Problem>) {
    let settings = document::Settings { language: folder.reading.language.clone(), ..Default::default() };
    document::read(&format!("{}{path}", folder.prefix), bytes, &settings)
}

/// Files in runs of no more bytes than are read at once.
fn parts<'e>(entries: &'e [&'e Entry]) -> impl Iterator<Item = &'e [&'e Entry]> {
    let mut rest = entries;
    std::iter::from_fn(move || {
        let mut bytes = 0;
        let fits = rest.iter().take_while(|entry| {
            bytes += entry.stamp.size;
            bytes <= AT_ONCE
        });
        let (part, behind) = rest.split_at(fits.count().max(1).min(rest.len()));
        rest = behind;
        (!part.is_empty()).then_some(part)
    })
}

/// The files by their inodes.
fn inodes(files: &BTreeMap<String, File>) -> impl Iterator<Item = (u64, &String)> {
    files.iter().map(|(path, file)| (file.stamp.inode, path))
}

/// The keys of a map at a path and below it.
fn at_or_below<'m, T>(map: &'m BTreeMap<String, T>, of: &str) -> impl Iterator<Item = &'m String> {
    let of = of.trim_matches('/').to_string();
    // `0` follows `/`.
    let below = match of.as_str() {
        "" => (Bound::Unbounded, Bound::Unbounded),
        of => (Bound::Included(format!("{of}/")), Bound::Excluded(format!("{of}0"))),
    };
    let at = map.get_key_value(&of).map(|(path, _)| path);
    at.into_iter().chain(map.range(below).map(|(path, _)| path))
}

/// Whether a path is that of a file or folder, or below it.
fn lies_in(path: &str, of: &str) -> bool {
    let of = of.trim_matches('/');
    of.is_empty() || path.strip_prefix(of).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn set(set: &mut BTreeSet<String>, path: &str, holds: bool) {
    if holds {
        set.insert(path.to_string());
    } else {
        set.remove(path);
    }
}

/// A hash that tells whether bytes are those of before.
pub(super) fn hash_of(bytes: &[u8]) -> u64 {
    FixedState::with_seed(0).hash_one(bytes)
}

/// BLAKE3 of a file's bytes, 32 hexadecimal digits.
fn hash(path: &std::path::Path) -> std::io::Result<String> {
    let mut hasher = blake3::Hasher::new();
    std::io::copy(&mut std::fs::File::open(path)?, &mut hasher)?;
    Ok(hasher.finalize().to_hex()[..32].to_string())
}
