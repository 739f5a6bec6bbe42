//! Shelves: one for each folder, with every file's document as it was last read.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;

use super::Folder;
use crate::document::{self, Document};
use crate::folder::{self, Entry, Look, Reading, RootState, Stamp};
use crate::item::{self, Draft};
use crate::problem::Problem;
use crate::{ledger, site};

/// Told how many files of how many have been read, from any thread.
pub type Progress<'a> = dyn Fn(usize, usize) + Sync + 'a;

/// What is known of one folder.
pub(super) struct Shelf {
    folder: Folder,
    root: RootState,
    files: BTreeMap<String, File>,
    assets: BTreeMap<String, Asset>,
    problems: Vec<Problem>,
    /// What was derived of its documents.
    releases: item::Folder,
}

/// A release file as it was last read.
struct File {
    stamp: Stamp,
    /// The last good reading; `None` where there never was one.
    document: Option<Arc<Document>>,
    problems: Vec<Problem>,
    /// Whether this stamp could not be read, so that the document is of an earlier one.
    stale: bool,
    /// Whether it was being written.
    changing: bool,
}

/// A file beside releases.
struct Asset {
    path: PathBuf,
    stamp: Stamp,
    /// A hash of its bytes, made when it is first wanted.
    hash: OnceLock<String>,
}

impl Shelf {
    pub fn new(folder: Folder) -> Self {
        let releases = item::Folder::new(folder.reading.clone());
        let (files, assets, problems) = (BTreeMap::new(), BTreeMap::new(), Vec::new());
        Self { folder, root: RootState::Missing, files, assets, problems, releases }
    }

    /// Whether another folder's settings would read the same files in the same way.
    pub fn reads_like(&self, folder: &Folder) -> bool {
        self.folder.files == folder.files
            && self.folder.reading == folder.reading
            && self.folder.prefix == folder.prefix
    }

    /// Looks at the whole folder. Returns whether anything changed.
    pub fn look(&mut self, progress: &super::Progress<'_>) -> bool {
        let look = folder::scan(&self.folder.files);
        let seen: BTreeSet<&String> = look.releases.iter().chain(&look.assets).map(|entry| &entry.path).collect();
        let before = self.files.len() + self.assets.len();
        // A root that can't be looked at says nothing about its files.
        let complete = matches!(look.root, RootState::Present | RootState::Empty);
        if complete {
            self.files.retain(|path, _| seen.contains(path));
            self.assets.retain(|path, _| seen.contains(path));
        }
        let gone = before != self.files.len() + self.assets.len();
        let changed = gone || self.root != look.root || self.problems != look.problems;
        self.root = look.root;
        self.problems.clone_from(&look.problems);
        self.take(&look, progress) || changed
    }

    /// Looks again at the files that were being written.
    pub fn look_again(&mut self) -> bool {
        let paths: Vec<String> =
            self.files.iter().filter(|(_, file)| file.changing).map(|(path, _)| path.clone()).collect();
        !paths.is_empty() && self.look_at(&paths)
    }

    /// Looks at some paths: files, or folders with all below them.
    pub fn look_at(&mut self, paths: &[String]) -> bool {
        let look = folder::look_at(&self.folder.files, paths);
        let seen: BTreeSet<&String> = look.releases.iter().chain(&look.assets).map(|entry| &entry.path).collect();
        let named = |path: &String| {
            paths
                .iter()
                .any(|of| path.strip_prefix(of.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')))
        };
        let before = self.files.len() + self.assets.len();
        if look.root == RootState::Present {
            self.files.retain(|path, _| !named(path) || seen.contains(path));
            self.assets.retain(|path, _| !named(path) || seen.contains(path));
        }
        let gone = before != self.files.len() + self.assets.len();
        self.problems.retain(|problem| !named(&problem.path));
        self.problems.extend(look.problems.iter().cloned());
        self.problems.sort();
        self.take(&look, &|_, _| {}) || gone || !look.problems.is_empty()
    }

    /// Looks at the files beside the releases only.
    pub fn find_assets(&mut self) {
        let look = folder::scan(&self.folder.files);
        self.take(&Look { releases: Vec::new(), ..look }, &|_, _| {});
    }

    /// Reads what has another stamp than before.
    fn take(&mut self, look: &Look, progress: &super::Progress<'_>) -> bool {
        let mut changed = false;
        for entry in &look.assets {
            let same = self.assets.get(&entry.path).is_some_and(|asset| asset.stamp == entry.stamp);
            if !same {
                let path = self.folder.files.root.join(&entry.path);
                self.assets.insert(entry.path.clone(), Asset { path, stamp: entry.stamp, hash: OnceLock::new() });
                changed = true;
            }
        }
        let new: Vec<&Entry> = look
            .releases
            .iter()
            .filter(|entry| self.files.get(&entry.path).is_none_or(|file| file.changing || file.stamp != entry.stamp))
            .collect();
        let done = std::sync::atomic::AtomicUsize::new(0);
        let total = new.len();
        let read: Vec<(&Entry, Result<File, Problem>)> = new
            .into_par_iter()
            .map(|entry| {
                let file = self.read(entry);
                progress(done.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 1, total);
                (entry, file)
            })
            .collect();
        for (entry, outcome) in read {
            changed = true;
            match outcome {
                Ok(file) if file.document.is_none() && file.changing => {
                    // Keep what was last read until the writer is done.
                    let old = self.files.remove(&entry.path).and_then(|old| old.document);
                    self.files.insert(entry.path.clone(), File { document: old, ..file });
                }
                Ok(file) => {
                    self.files.insert(entry.path.clone(), file);
                }
                Err(problem) => {
                    let old = self.files.remove(&entry.path).and_then(|old| old.document);
                    let file = File {
                        stamp: entry.stamp,
                        document: old,
                        problems: vec![problem],
                        stale: true,
                        changing: false,
                    };
                    self.files.insert(entry.path.clone(), file);
                }
            }
        }
        self.releases.update(self.files.values().filter_map(|file| file.document.as_ref()));
        changed
    }

    fn read(&self, entry: &Entry) -> Result<File, Problem> {
        let prefix = &self.folder.prefix;
        let named = |mut problem: Problem| {
            problem.path.insert_str(0, prefix);
            problem
        };
        match folder::read(&self.folder.files, entry).map_err(named)? {
            Reading::Whole(bytes, stamp) => {
                let path = format!("{prefix}{}", entry.path);
                let settings =
                    document::Settings { language: self.folder.reading.language.clone(), ..Default::default() };
                let (document, problems) = document::read(&path, &bytes, &settings);
                let document = document.map(Arc::new);
                Ok(File { stamp, stale: document.is_none(), document, problems, changing: false })
            }
            Reading::Changing | Reading::Gone => {
                Ok(File { stamp: entry.stamp, document: None, problems: Vec::new(), stale: true, changing: true })
            }
        }
    }

    /// The folder's drafts with their assets, and the problems of its files.
    pub fn drafts(&self) -> (Vec<Draft>, Vec<Problem>) {
        let (mut drafts, mut problems) = self.releases.drafts();
        let assets = self.assets.keys().map(|path| format!("{}{path}", self.folder.prefix)).collect();
        problems.extend(item::attach(&mut drafts, &assets));
        problems.extend(self.files.values().flat_map(|file| file.problems.iter().cloned()));
        problems.extend(self.problems.iter().cloned());
        (drafts, problems)
    }

    /// Paths of files that could not be read this time: their items stay as they were.
    pub fn unread(&self) -> impl Iterator<Item = String> + '_ {
        self.files.iter().filter(|(_, file)| file.stale).map(|(path, _)| format!("{}{path}", self.folder.prefix))
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
        self.files.values().any(|file| file.changing)
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

/// BLAKE3 of a file's bytes, 32 hexadecimal digits.
fn hash(path: &std::path::Path) -> std::io::Result<String> {
    let mut hasher = blake3::Hasher::new();
    std::io::copy(&mut std::fs::File::open(path)?, &mut hasher)?;
    Ok(hasher.finalize().to_hex()[..32].to_string())
}
