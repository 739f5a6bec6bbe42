//! A site as a directory that any web server can serve.
//!
//! An address that ends in `/` is its `index.html`; beside each text lie compressed twins. Only what changed is
//! written, each file wholly or not at all; only files that an earlier run wrote are ever replaced or removed.

use std::collections::BTreeMap;
use std::fmt;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use rayon::prelude::*;

use super::disk::{Disk, Standing};
use super::manifest::{self, Manifest, Record};
use super::names::{file_name, redirects};
use super::twins;
use crate::problem::Problem;
use crate::site::{Coding, Content, Resource, Site};

/// How to write.
#[derive(Clone, Copy)]
pub struct Options<'o> {
    /// Codings in which twins are written beside texts; the identity has none.
    pub codings: &'o [Coding],
    /// Called with 1 for each address that is done, from any thread.
    pub progress: &'o (dyn Fn(u64) + Sync),
}

impl Default for Options<'_> {
    /// All codings, progress told to nobody.
    fn default() -> Self {
        Self { codings: &Coding::ALL, progress: &|_| {} }
    }
}

/// What a run did. Files are counted with their twins.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// Files written.
    pub written: usize,
    /// Files that stood there already, byte for byte.
    pub unchanged: usize,
    /// Files of an earlier run that were removed.
    pub removed: usize,
    /// Assets that could not be read: left out, an earlier copy left in place.
    pub problems: Vec<Problem>,
}

/// Why a directory could not be written. What was there before is still there, whole.
#[derive(Debug)]
pub enum DirectoryError {
    /// The file system refused.
    Io {
        /// What was tried: `write`, `remove` …
        verb: &'static str,
        /// Where.
        path: PathBuf,
        /// Why not.
        error: io::Error,
    },
    /// Files stand in the way that feedroom did not write.
    Foreign {
        /// The directory.
        out: PathBuf,
        /// Those files, relative to it.
        paths: Vec<String>,
    },
    /// A link or a file stands where a directory is needed, or a directory where a file is.
    InTheWay {
        /// Where.
        path: PathBuf,
    },
    /// The manifest can't be read, so it is not known what may be replaced.
    Manifest {
        /// Where.
        path: PathBuf,
        /// Why not.
        why: String,
    },
    /// An address of the site can't be a file name.
    Address {
        /// The address.
        address: String,
    },
}

impl DirectoryError {
    pub(super) fn io(verb: &'static str, path: &Path, error: io::Error) -> Self {
        DirectoryError::Io { verb, path: path.to_path_buf(), error }
    }
}

impl fmt::Display for DirectoryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DirectoryError::Io { verb, path, error } => write!(f, "cannot {verb} {}: {error}", path.display()),
            DirectoryError::Foreign { out, paths } => {
                let shown: Vec<&str> = paths.iter().take(5).map(String::as_str).collect();
                write!(f, "{} holds files that feedroom did not write: {}", out.display(), shown.join(", "))?;
                if paths.len() > shown.len() {
                    write!(f, " and {} more", paths.len() - shown.len())?;
                }
                f.write_str("; nothing was changed; move them away, or write to another directory")
            }
            DirectoryError::InTheWay { path } => {
                write!(f, "{} is in the way: a link, or a file where a directory is needed; remove it", path.display())
            }
            DirectoryError::Manifest { path, why } => write!(
                f,
                "cannot read the manifest {}: {why}; empty the directory, or write to another one",
                path.display()
            ),
            DirectoryError::Address { address } => write!(f, "the address {address} can't be a file name"),
        }
    }
}

impl std::error::Error for DirectoryError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            DirectoryError::Io { error, .. } => Some(error),
            _ => None,
        }
    }
}

/// Writes a site below `out`, which is made where it is missing.
///
/// Before anything is written, everything is checked that can be. Files that others link to come first: assets,
/// items, then feeds and indexes; removals come last. A run that fails or is killed leaves each file as the old or
/// the new one; the next run completes it. Withdrawn addresses are simply not there; former addresses of pages
/// become pages that lead on.
pub fn write(site: &Site, out: &Path, options: Options<'_>) -> Result<Report, DirectoryError> {
    let disk = Disk { out };
    let redirects = redirects(site);
    let mut files: Files<'_> = BTreeMap::new();
    for (address, resource) in redirects.iter().chain(&site.resources) {
        let bad = || DirectoryError::Address { address: address.clone() };
        files.insert(file_name(address).ok_or_else(bad)?, (address, resource));
    }
    let old = read_manifest(&disk)?;
    let run = Run { disk: &disk, old: &old, options };
    run.refuse_foreign(&files)?;
    let mut report = Report::default();
    for path in run.in_the_way(&files) {
        report.removed += usize::from(disk.remove(path)?);
    }
    disk.make_directories(files.keys().map(String::as_str))?;
    run.claim(&files)?;

    let mut new = Manifest::new();
    for rank in 0..=2 {
        let group: Vec<_> = files.iter().filter(|(_, (address, _))| rank_of(address) == rank).collect();
        let done: Result<Vec<Done>, DirectoryError> =
            group.into_par_iter().map(|(name, (_, resource))| run.put(name, resource)).collect();
        for one in done? {
            report.written += one.written;
            report.unchanged += one.records.len() - one.written;
            report.problems.extend(one.problem);
            new.files.extend(one.records);
        }
    }
    for path in old.files.keys().filter(|path| !new.files.contains_key(*path)) {
        report.removed += usize::from(disk.remove(path)?);
    }
    let bytes = new.to_bytes();
    if disk.read(manifest::NAME, bytes.len() as u64)?.as_deref() != Some(bytes.as_slice()) {
        disk.put(manifest::NAME, &bytes)?;
    }
    report.problems.sort();
    Ok(report)
}

/// One run over one directory.
struct Run<'r> {
    disk: &'r Disk<'r>,
    old: &'r Manifest,
    options: Options<'r>,
}

/// What came of one address.
#[derive(Default)]
struct Done {
    records: Vec<(String, Record)>,
    written: usize,
    problem: Option<Problem>,
}

/// Files by name, each with its address and what stands there.
type Files<'f> = BTreeMap<String, (&'f str, &'f Resource)>;

impl Run<'_> {
    /// Refuses to replace what is not ours. A foreign file that is byte for byte what would be written is taken over.
    fn refuse_foreign(&self, files: &Files<'_>) -> Result<(), DirectoryError> {
        let mut foreign = Vec::new();
        for (name, (_, resource)) in files {
            let bytes = || match resource.content() {
                Content::Bytes(body) => Some(body.plain().clone()),
                Content::File { path, .. } => std::fs::read(path).map(Bytes::from).ok(),
            };
            if !self.may_put(name, bytes)? {
                foreign.push(name.clone());
            }
            for (twin, coding) in self.twins(name, resource) {
                if !self.may_put(&twin, || twins::make(resource, coding))? {
                    foreign.push(twin);
                }
            }
        }
        if foreign.is_empty() {
            return Ok(());
        }
        Err(DirectoryError::Foreign { out: self.disk.out.to_path_buf(), paths: foreign })
    }

    fn may_put(&self, name: &str, bytes: impl FnOnce() -> Option<Bytes>) -> Result<bool, DirectoryError> {
        match self.disk.standing(name)? {
            Standing::Nothing => Ok(true),
            Standing::Directory if self.below(name).next().is_some() => Ok(true),
            Standing::Directory => Err(DirectoryError::InTheWay { path: self.disk.out.join(name) }),
            _ if self.old.files.contains_key(name) => Ok(true),
            Standing::Other => Ok(false),
            Standing::File(length) => {
                let there = self.disk.read(name, length)?;
                Ok(bytes().is_some_and(|bytes| there.as_deref() == Some(&bytes)))
            }
        }
    }

    /// Files of ours that must go before others can be written: a file where a directory is to be, and the reverse.
    fn in_the_way(&self, files: &Files<'_>) -> Vec<&str> {
        let mut paths: Vec<&str> = files.keys().flat_map(|name| self.below(name)).collect();
        for name in files.keys() {
            let above = name.match_indices('/').map(|(at, _)| &name[..at]);
            paths.extend(above.filter_map(|path| self.old.files.get_key_value(path)).map(|(path, _)| path.as_str()));
        }
        paths.sort_unstable();
        paths.dedup();
        paths
    }

    /// Files of ours below a path.
    fn below(&self, path: &str) -> impl Iterator<Item = &str> {
        let start = format!("{path}/");
        let end = format!("{path}0"); // The character after `/`.
        self.old.files.range(start..end).map(|(path, _)| path.as_str())
    }

    /// Notes the names that this run will write before it writes them, so that they are ours also if it is killed.
    fn claim(&self, files: &Files<'_>) -> Result<(), DirectoryError> {
        let mut claimed = self.old.clone();
        for (name, (_, resource)) in files {
            claimed.files.entry(name.clone()).or_default();
            for (twin, _) in self.twins(name, resource) {
                claimed.files.entry(twin).or_default();
            }
        }
        if claimed.files.len() == self.old.files.len() {
            return Ok(());
        }
        self.disk.put(manifest::NAME, &claimed.to_bytes())
    }

    fn put(&self, name: &str, resource: &Resource) -> Result<Done, DirectoryError> {
        let mut done = Done::default();
        let source = match resource.content() {
            Content::Bytes(body) => self.put_bytes(name, body.plain(), resource, &mut done).map(|()| Ok(())),
            Content::File { path, length, .. } => self.put_copy(name, path, *length, resource, &mut done),
        }?;
        if let Err(error) = source {
            let message = format!("cannot read this file to publish it: {error}");
            done.problem = Some(Problem::error(name, message));
            // An earlier copy stays, and stays ours.
            done.records.extend(self.old.files.get(name).map(|record| (name.to_string(), record.clone())));
        } else {
            self.put_twins(name, resource, &mut done)?;
        }
        (self.options.progress)(1);
        Ok(done)
    }

    fn put_bytes(&self, name: &str, bytes: &[u8], resource: &Resource, done: &mut Done) -> Result<(), DirectoryError> {
        let length = bytes.len() as u64;
        if self.disk.read(name, length)?.as_deref() != Some(bytes) {
            self.disk.put(name, bytes)?;
            done.written += 1;
        }
        done.records.push((name.to_string(), Record { etag: resource.etag().to_string(), length }));
        Ok(())
    }

    /// Copies an asset. What an earlier run copied under the same validator is not read again: assets are large.
    fn put_copy(
        &self,
        name: &str,
        path: &Path,
        length: u64,
        resource: &Resource,
        done: &mut Done,
    ) -> Result<io::Result<()>, DirectoryError> {
        let mut record = Record { etag: resource.etag().to_string(), length };
        if self.old.files.get(name) != Some(&record) || self.disk.standing(name)? != Standing::File(length) {
            let source = match File::open(path) {
                Ok(source) => source,
                Err(error) => return Ok(Err(error)),
            };
            record.length = self.disk.copy(name, source)?;
            done.written += 1;
        }
        done.records.push((name.to_string(), record));
        Ok(Ok(()))
    }

    /// Writes the twins of a file. One that was made from the same bytes before stands as it is.
    fn put_twins(&self, name: &str, resource: &Resource, done: &mut Done) -> Result<(), DirectoryError> {
        for (twin, coding) in self.twins(name, resource) {
            if let Some(record) = self.old.files.get(&twin).filter(|record| record.etag == resource.etag())
                && self.disk.standing(&twin)? == Standing::File(record.length)
            {
                done.records.push((twin, record.clone()));
                continue;
            }
            let Some(bytes) = twins::make(resource, coding) else { continue };
            let length = bytes.len() as u64;
            if self.disk.read(&twin, length)?.as_deref() != Some(&bytes) {
                self.disk.put(&twin, &bytes)?;
                done.written += 1;
            }
            done.records.push((twin, Record { etag: resource.etag().to_string(), length }));
        }
        Ok(())
    }

    /// The names of a file's twins with their codings.
    fn twins(&self, name: &str, resource: &Resource) -> Vec<(String, Coding)> {
        let codings = if twins::are_worth_it(resource) { self.options.codings } else { &[] };
        let twin = |coding: &Coding| twins::suffix(*coding).map(|suffix| (format!("{name}{suffix}"), *coding));
        codings.iter().filter_map(twin).collect()
    }
}

fn read_manifest(disk: &Disk<'_>) -> Result<Manifest, DirectoryError> {
    let bytes = match disk.standing(manifest::NAME)? {
        Standing::Nothing => return Ok(Manifest::new()),
        Standing::File(length) => disk.read(manifest::NAME, length)?.unwrap_or_default(),
        Standing::Other | Standing::Directory => Vec::new(),
    };
    let path = disk.out.join(manifest::NAME);
    Manifest::parse(&bytes).map_err(|why| DirectoryError::Manifest { path, why })
}

/// What is linked to is written before what links to it.
fn rank_of(address: &str) -> u8 {
    match address {
        address if address.starts_with("/assets/") => 0,
        address if address.starts_with("/items/") => 1,
        _ => 2,
    }
}
