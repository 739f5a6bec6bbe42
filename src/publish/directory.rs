//! A site as a directory that any web server can serve.
//!
//! An address that ends in `/` is its `index.html`; beside each text lie compressed twins. Only what changed is
//! written, each file wholly or not at all; only files that an earlier run wrote are ever replaced or removed. A file
//! is compared byte for byte, unless the manifest has its validator and nobody touched it since the manifest was
//! written: a big site is not read to find that nothing changed.

use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;

pub use super::error::DirectoryError;

use super::disk::{Disk, Standing};
use super::manifest::{self, Manifest, Record};
use super::names::{file_name, redirects};
use super::twins;
use crate::problem::Problem;
use crate::site::{Coding, Content, Held, Resource, Site};

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

/// Writes a site below `out`, which is made where it is missing.
///
/// Before anything is written, everything is checked that can be. Files that others link to come first: assets,
/// items, then feeds and indexes; removals come last. A run that fails or is killed leaves each file as the old or
/// the new one; the next run completes it. Withdrawn addresses are simply not there; former addresses of pages
/// become pages that lead on.
pub fn write(site: &Site, out: &Path, options: Options<'_>) -> Result<Report, DirectoryError> {
    let disk = Disk { out };
    let redirects = redirects(site);
    let mut files = Files::new();
    for address in redirects.keys().cloned().chain(site.paths()) {
        match file_name(&address) {
            Some(name) => files.insert(name, address),
            None => return Err(DirectoryError::Address { address }),
        };
    }
    let (old, settled) = read_manifest(&disk)?;
    let (compared, claimed) = (AtomicUsize::new(0), Mutex::new(false));
    let run = Run {
        site,
        redirects: &redirects,
        files: &files,
        disk: &disk,
        old: &old,
        settled,
        compared: &compared,
        claimed: &claimed,
        options,
    };
    run.refuse_foreign()?;
    let mut report = Report::default();
    for path in run.in_the_way() {
        report.removed += usize::from(disk.remove(path)?);
    }
    disk.make_directories(files.keys().map(String::as_str))?;

    let mut new = Manifest::new();
    for rank in 0..=2 {
        let group: Vec<_> = files.iter().filter(|(_, address)| rank_of(address) == rank).collect();
        let done: Result<Vec<Done>, DirectoryError> =
            group.into_par_iter().map(|(name, address)| run.put(name, address)).collect();
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
    let stands = disk.read(manifest::NAME, bytes.len() as u64)?.as_deref() == Some(bytes.as_slice());
    // A newer manifest vouches for what was compared, so that it need not be compared the next time.
    if !stands || compared.into_inner() > MANY {
        disk.put(manifest::NAME, &bytes)?;
    }
    report.problems.sort();
    Ok(report)
}

/// One run over one directory.
struct Run<'r> {
    site: &'r Site,
    redirects: &'r BTreeMap<String, Resource>,
    files: &'r Files,
    disk: &'r Disk<'r>,
    old: &'r Manifest,
    /// What changed before this instant is as the old manifest says; what changed after is compared.
    settled: i64,
    /// How many files had to be compared.
    compared: &'r AtomicUsize,
    /// Whether the names that this run may write are noted.
    claimed: &'r Mutex<bool>,
    options: Options<'r>,
}

/// File times move in ticks of the kernel, 10 ms at most: what changed so shortly before the manifest may have changed
/// after it.
const TICK: i64 = 50_000_000;
/// So many files are compared faster than a manifest is written.
const MANY: usize = 100;

/// What came of one address.
#[derive(Default)]
struct Done {
    records: Vec<(String, Record)>,
    written: usize,
    problem: Option<Problem>,
}

/// Files by name, each with its address.
type Files = BTreeMap<String, String>;

impl Run<'_> {
    /// What stands at an address; most is rendered only now. `None` where it can't be had.
    fn resource(&self, address: &str) -> Option<Held<'_>> {
        self.redirects.get(address).map(Held::Here).or_else(|| self.site.find(address))
    }

    /// Refuses to replace what is not ours. A foreign file that is byte for byte what would be written is taken over.
    fn refuse_foreign(&self) -> Result<(), DirectoryError> {
        let mut foreign = Vec::new();
        for (name, address) in self.files {
            let is_same = || self.resource(address).map_or(Ok(true), |resource| self.is_same(name, &resource));
            if !self.may_put(name, is_same)? {
                foreign.push(name.clone());
            }
            for (twin, coding) in self.possible_twins(name, address) {
                let is_same = || match self.resource(address).filter(|resource| twins::are_worth_it(resource)) {
                    Some(resource) => match twins::make(&resource, coding) {
                        Some(bytes) => self.holds(&twin, &bytes),
                        None => Ok(false),
                    },
                    // Nothing is to be written there.
                    None => Ok(true),
                };
                if !self.may_put(&twin, is_same)? {
                    foreign.push(twin);
                }
            }
        }
        if foreign.is_empty() {
            return Ok(());
        }
        Err(DirectoryError::Foreign { out: self.disk.out.to_path_buf(), paths: foreign })
    }

    /// `is_same` says whether a file that stands there is the one that would be written.
    fn may_put(
        &self,
        name: &str,
        is_same: impl FnOnce() -> Result<bool, DirectoryError>,
    ) -> Result<bool, DirectoryError> {
        if self.old.files.contains_key(name) {
            return Ok(true);
        }
        match self.disk.standing(name)? {
            Standing::Nothing => Ok(true),
            Standing::Directory if self.below(name).next().is_some() => Ok(true),
            Standing::Directory => Err(DirectoryError::InTheWay { path: self.disk.out.join(name) }),
            Standing::Other => Ok(false),
            Standing::File { .. } => is_same(),
        }
    }

    fn is_same(&self, name: &str, resource: &Resource) -> Result<bool, DirectoryError> {
        match resource.content() {
            Content::Bytes(body) => self.holds(name, body.plain()),
            Content::File { path, .. } => match File::open(path) {
                Ok(mut source) => self.disk.is_copy(name, &mut source),
                Err(_) => Ok(false),
            },
        }
    }

    fn holds(&self, name: &str, bytes: &[u8]) -> Result<bool, DirectoryError> {
        Ok(self.disk.read(name, bytes.len() as u64)?.as_deref() == Some(bytes))
    }

    /// Whether a file stands as the old manifest says, untouched since, so that it need not be read.
    fn is_settled(&self, name: &str, record: &Record) -> Result<bool, DirectoryError> {
        let standing = self.disk.standing(name)?;
        Ok(matches!(standing, Standing::File { length, changed } if length == record.length && changed < self.settled))
    }

    /// Whether the old manifest vouches for a file. One for which it does not has to be compared, and is counted.
    fn is_vouched_for(&self, name: &str, record: &Record) -> Result<bool, DirectoryError> {
        let vouched = self.old.files.get(name) == Some(record) && self.is_settled(name, record)?;
        self.compared.fetch_add(usize::from(!vouched), Ordering::Relaxed);
        Ok(vouched)
    }

    /// Files of ours that must go before others can be written: a file where a directory is to be, and the reverse.
    fn in_the_way(&self) -> Vec<&str> {
        let new = || self.files.keys().filter(|name| !self.old.files.contains_key(*name));
        let mut paths: Vec<&str> = new().flat_map(|name| self.below(name)).collect();
        for name in new() {
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

    /// Before the first name is written that is not ours yet, all that this run may write are noted, so that they are
    /// ours also if it is killed.
    fn claim(&self, name: &str) -> Result<(), DirectoryError> {
        if self.old.files.contains_key(name) {
            return Ok(());
        }
        let mut is_claimed = self.claimed.lock().unwrap_or_else(PoisonError::into_inner);
        if *is_claimed {
            return Ok(());
        }
        let mut claimed = self.old.clone();
        for (name, address) in self.files {
            claimed.files.entry(name.clone()).or_default();
            for (twin, _) in self.possible_twins(name, address) {
                // What stands there and is not ours is not going to be.
                if matches!(self.disk.standing(&twin)?, Standing::Nothing) {
                    claimed.files.entry(twin).or_default();
                }
            }
        }
        self.disk.put(manifest::NAME, &claimed.to_bytes())?;
        *is_claimed = true;
        Ok(())
    }

    fn put(&self, name: &str, address: &str) -> Result<Done, DirectoryError> {
        let mut done = Done::default();
        let Some(resource) = self.resource(address) else {
            done.problem = Some(Problem::error(name, "its text can't be read from the ledger: it is left as it was"));
            let twins = self.possible_twins(name, address).into_iter().map(|(twin, _)| twin);
            let stays = std::iter::once(name.to_string()).chain(twins);
            done.records.extend(
                stays
                    .filter_map(|name| self.old.files.get_key_value(&name))
                    .map(|(name, record)| (name.clone(), record.clone())),
            );
            return Ok(done);
        };
        let resource = &*resource;
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
        let record = Record { etag: resource.etag().to_string(), length: bytes.len() as u64 };
        if !self.is_vouched_for(name, &record)? && !self.holds(name, bytes)? {
            self.claim(name)?;
            self.disk.put(name, bytes)?;
            done.written += 1;
        }
        done.records.push((name.to_string(), record));
        Ok(())
    }

    /// Copies an asset; the inner error is one of its own file.
    fn put_copy(
        &self,
        name: &str,
        path: &Path,
        length: u64,
        resource: &Resource,
        done: &mut Done,
    ) -> Result<io::Result<()>, DirectoryError> {
        let mut record = Record { etag: resource.etag().to_string(), length };
        if !self.is_vouched_for(name, &record)? {
            let mut source = match File::open(path) {
                Ok(source) => source,
                Err(error) => return Ok(Err(error)),
            };
            if !self.disk.is_copy(name, &mut source)? {
                self.claim(name)?;
                record.length = self.disk.copy(name, source)?;
                done.written += 1;
            }
        }
        done.records.push((name.to_string(), record));
        Ok(Ok(()))
    }

    /// Writes the twins of a file. One that was made from the same bytes before stands as it is.
    fn put_twins(&self, name: &str, resource: &Resource, done: &mut Done) -> Result<(), DirectoryError> {
        for (twin, coding) in self.twins(name, resource) {
            if let Some(record) = self.old.files.get(&twin).filter(|record| record.etag == resource.etag())
                && self.is_settled(&twin, record)?
            {
                done.records.push((twin, record.clone()));
                continue;
            }
            let Some(bytes) = twins::make(resource, coding) else { continue };
            let length = bytes.len() as u64;
            if !self.holds(&twin, &bytes)? {
                self.claim(&twin)?;
                self.disk.put(&twin, &bytes)?;
                done.written += 1;
            }
            done.records.push((twin, Record { etag: resource.etag().to_string(), length }));
        }
        Ok(())
    }

    /// The names that the twins of what stands at an address would have, with their codings.
    fn possible_twins(&self, name: &str, address: &str) -> Vec<(String, Coding)> {
        let files = if address.starts_with("/assets/") { self.site.find(address) } else { None };
        let codings = match files {
            Some(file) if !twins::are_worth_it(&file) => &[],
            _ if is_archived(name) => &[],
            _ => self.options.codings,
        };
        let twin = |coding: &Coding| twins::suffix(*coding).map(|suffix| (format!("{name}{suffix}"), *coding));
        codings.iter().filter_map(twin).collect()
    }

    /// The names of a file's twins with their codings.
    fn twins(&self, name: &str, resource: &Resource) -> Vec<(String, Coding)> {
        let is_wanted = twins::are_worth_it(resource) && !is_archived(name);
        let codings = if is_wanted { self.options.codings } else { &[] };
        let twin = |coding: &Coding| twins::suffix(*coding).map(|suffix| (format!("{name}{suffix}"), *coding));
        codings.iter().filter_map(twin).collect()
    }
}

/// The manifest, and the instant up to which it vouches for the files that it lists.
fn read_manifest(disk: &Disk<'_>) -> Result<(Manifest, i64), DirectoryError> {
    let (bytes, changed) = match disk.standing(manifest::NAME)? {
        Standing::Nothing => return Ok((Manifest::new(), i64::MIN)),
        Standing::File { length, changed } => (disk.read(manifest::NAME, length)?.unwrap_or_default(), changed),
        Standing::Other | Standing::Directory => (Vec::new(), i64::MIN),
    };
    let path = disk.out.join(manifest::NAME);
    let manifest = Manifest::parse(&bytes).map_err(|why| DirectoryError::Manifest { path, why })?;
    Ok((manifest, changed.saturating_sub(TICK)))
}

/// Whether a name is that of an archive page. These are many, and each is fetched once by few: making their twins would
/// take longer than all else together.
fn is_archived(name: &str) -> bool {
    let folder = name.rsplit_once('/').map_or("", |(folder, _)| folder);
    !name.starts_with("assets/") && (folder == "archive" || folder.ends_with("/archive"))
}

/// What is linked to is written before what links to it.
fn rank_of(address: &str) -> u8 {
    match address {
        address if address.starts_with("/assets/") => 0,
        address if address.starts_with("/items/") => 1,
        _ => 2,
    }
}
