//! What the press remembers so that the next process goes on where this one ended: of each file the stamp, the hash and
//! what the folder knows of it, in chunks, so that a change costs its own chunk.
//!
//! All of it holds for one program and one way of reading, and as long as the ledger stands where it stood (the ledger
//! sees to that). Where anything is in doubt, every file is read as at the first start.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use chrono::{DateTime, Utc};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::files::{Asset, File, Shelf, hash_of};
use super::{Folder, Press};
use crate::folder::{self, Stamp};
use crate::item;
use crate::ledger::{LedgerError, Piece};
use crate::problem::Problem;

/// So many files are in one piece.
const FILES: u32 = 32;
/// The pieces of assets, by a hash of their paths.
const ASSETS: u64 = 256;
/// The pieces of a folder: of its assets, then of its files.
const FOLDER: i64 = 1 << 32;

#[derive(Serialize, Deserialize)]
struct KeptFile {
    number: u32,
    stamp: KeptStamp,
    hash: Option<u64>,
    problems: Vec<Problem>,
    /// What the folder knows of it.
    known: Vec<u8>,
}

#[derive(Serialize, Deserialize)]
struct KeptAsset {
    path: String,
    stamp: KeptStamp,
    hash: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct KeptStamp(u64, i64, i64, u64);

impl From<Stamp> for KeptStamp {
    fn from(stamp: Stamp) -> Self {
        Self(stamp.size, stamp.modified, stamp.changed, stamp.inode)
    }
}

impl KeptStamp {
    fn stamp(&self) -> Stamp {
        Stamp { size: self.0, modified: self.1, changed: self.2, inode: self.3 }
    }
}

impl Press {
    /// Goes on where the process before ended, where that is known beyond doubt: nothing needs to be read then but what
    /// changed since. Else nothing happens, and everything is read. Of a press that has not looked yet, and looks next.
    pub fn resume(&mut self) {
        let key = key(&self.settings.folders);
        match self.resumed(&key) {
            Ok(Some(shelves)) => (self.shelves, self.told, self.is_kept) = (shelves, true, true),
            Ok(None) => {}
            Err(error) => tracing::warn!("every file is read anew: {error}"),
        }
    }

    fn resumed(&mut self, key: &str) -> Result<Option<Vec<Shelf>>, LedgerError> {
        if !self.ledger.keeps(key)? {
            return Ok(None);
        }
        let folders = &self.settings.folders;
        let mut looks = Vec::new();
        let shelves = rayon::in_place_scope(|scope| {
            // What is to be done next, and by somebody else.
            scope.spawn(|_| looks = folders.iter().map(|folder| folder::scan(&folder.files)).collect());
            let mut pieces = self.ledger.pieces(key, 0..i64::MAX)?.unwrap_or_default().into_iter().peekable();
            let shelves = (0..).zip(folders).map(|(at, folder)| {
                let own = std::iter::from_fn(|| pieces.next_if(|(number, _)| *number < (at + 1) * FOLDER));
                Shelf::resume(folder.clone(), own.map(|(number, bytes)| (number - at * FOLDER, bytes)).collect())
            });
            let shelves = shelves.collect::<Option<Vec<Shelf>>>();
            let goes_on = shelves.is_some() && self.ledger.resume(key, self.recalled, &self.settings.ledger)?;
            Ok(shelves.filter(|_| goes_on))
        });
        let mut shelves = shelves?;
        for (shelf, look) in shelves.iter_mut().flatten().zip(looks) {
            shelf.looked = Some(look);
        }
        Ok(shelves)
    }

    /// Whether the files beside the releases are known from the process before. Those that changed since are looked at.
    pub(super) fn find_known_assets(&mut self) -> bool {
        let key = key(&self.settings.folders);
        let find = |at: i64, shelf: &mut Shelf| {
            let pieces = self.ledger.pieces(&key, at * FOLDER..at * FOLDER + ASSETS as i64).ok()??;
            for (_, bytes) in &pieces {
                shelf.put_assets(bytes)?;
            }
            shelf.find_known_assets();
            Some(())
        };
        (0..).zip(&mut self.shelves).all(|(at, shelf)| find(at, shelf).is_some())
    }

    /// Remembers what it takes to [go on](Press::resume) from here.
    pub(super) fn keep(&mut self, now: DateTime<Utc>) -> Result<(), LedgerError> {
        let is_settled = |shelf: &Shelf| shelf.change.is_empty() && shelf.asset_change.is_empty();
        let is_known = self.told && self.pending.came.is_empty() && self.pending.gone.is_empty();
        if self.ledger.is_ephemeral() || !is_known || !self.shelves.iter().all(is_settled) {
            return Ok(());
        }
        let key = key(&self.settings.folders);
        let whole = !self.is_kept;
        let mut pieces: Vec<Piece> = Vec::new();
        for (at, shelf) in (0..).zip(&mut self.shelves) {
            let own = shelf.keep(whole, now);
            pieces.extend(own.into_iter().map(|(number, bytes)| (at * FOLDER + number, bytes)));
        }
        if whole || !pieces.is_empty() || !self.ledger.keeps(&key)? {
            // Where this fails, nobody knows what is written.
            self.is_kept = false;
            self.ledger.keep(&key, whole, &pieces)?;
            self.is_kept = true;
        }
        Ok(())
    }
}

impl Shelf {
    /// The shelf of another process; `None` where its pieces do not go together.
    fn resume(folder: Folder, pieces: Vec<(i64, Vec<u8>)>) -> Option<Self> {
        let mut shelf = Self::new(folder);
        let mut known = Vec::new();
        let mut files: Vec<(u32, File, Vec<Problem>)> = Vec::new();
        let (assets, pieces): (Vec<_>, Vec<_>) = pieces.into_iter().partition(|(number, _)| *number < ASSETS as i64);
        assets.iter().try_for_each(|(_, bytes)| shelf.put_assets(bytes))?;
        // Each piece is let go as soon as it is read.
        let read = pieces.into_par_iter().map(|(_, bytes)| postcard::from_bytes::<Vec<KeptFile>>(&bytes).ok());
        for kept in read.collect::<Option<Vec<_>>>()?.into_iter().flatten() {
            files.push((kept.number, File { stamp: kept.stamp.stamp(), hash: kept.hash }, kept.problems));
            known.push((kept.number, kept.known));
        }
        let beside: Vec<String> = shelf.assets.keys().map(|path| shelf.prefixed(path)).collect();
        shelf.releases = item::Folder::resume(shelf.folder.reading.clone(), &known, beside)?;
        for (number, file, problems) in files {
            let path = shelf.releases.path(number)?.strip_prefix(shelf.folder.prefix.as_str())?.to_string();
            if !problems.is_empty() {
                shelf.problems.insert(path.clone(), problems);
            }
            shelf.put(&path, file);
        }
        Some(shelf)
    }

    fn put_assets(&mut self, bytes: &[u8]) -> Option<()> {
        for KeptAsset { path, stamp, hash } in postcard::from_bytes::<Vec<_>>(bytes).ok()? {
            let (at, is_kept) = (self.folder.files.root.join(&path), hash.is_some());
            let hash = hash.map_or_else(OnceLock::new, OnceLock::from);
            self.assets.insert(path, Asset { path: at, stamp: stamp.stamp(), hash, is_kept });
        }
        Some(())
    }

    /// The pieces that are other than when this was last asked, or all.
    fn keep(&mut self, whole: bool, now: DateTime<Utc>) -> Vec<Piece> {
        let touched = self.releases.take_touched();
        let numbers: Vec<u32> = if whole { self.releases.numbers().collect() } else { touched };
        let mut chunks: Vec<u32> = numbers.into_iter().map(|number| number / FILES).collect();
        chunks.dedup();
        let files = chunks.into_iter().map(|chunk| {
            let files: Vec<KeptFile> =
                (chunk * FILES..(chunk + 1) * FILES).filter_map(|number| self.kept(number, now)).collect();
            (i64::from(chunk) + ASSETS as i64, bytes_of(&files))
        });
        let mut pieces: Vec<Piece> = files.collect();
        pieces.extend(self.kept_assets(whole, now));
        pieces
    }

    fn kept(&self, number: u32, now: DateTime<Utc>) -> Option<KeptFile> {
        let (path, known) = self.releases.kept(number)?;
        let path = path.strip_prefix(self.folder.prefix.as_str())?;
        let file = self.files.get(path)?;
        let is_stale = self.stale.contains(path);
        // What could not be read is tried again, and says then what is wrong.
        let stamp = if is_stale { Stamp::default() } else { file.stamp.to_remember(now) };
        let problems = self.problems.get(path).filter(|_| !is_stale).cloned().unwrap_or_default();
        Some(KeptFile { number, stamp: stamp.into(), hash: file.hash, problems, known })
    }

    fn kept_assets(&mut self, whole: bool, now: DateTime<Utc>) -> Vec<Piece> {
        let piece = |path: &str| hash_of(path.as_bytes()) % ASSETS;
        let mut changed: BTreeSet<u64> =
            std::mem::take(&mut self.touched_assets).iter().map(|path| piece(path)).collect();
        for (path, asset) in &mut self.assets {
            if whole || asset.is_kept != asset.hash.get().is_some() {
                changed.insert(piece(path));
                asset.is_kept = asset.hash.get().is_some();
            }
        }
        let mut kept: BTreeMap<u64, Vec<KeptAsset>> = changed.into_iter().map(|piece| (piece, Vec::new())).collect();
        if kept.is_empty() {
            return Vec::new();
        }
        for (path, asset) in &self.assets {
            if let Some(kept) = kept.get_mut(&piece(path)) {
                let (path, stamp) = (path.clone(), asset.stamp.to_remember(now).into());
                kept.push(KeptAsset { path, stamp, hash: asset.hash.get().cloned() });
            }
        }
        kept.into_iter().map(|(piece, assets)| (piece as i64, bytes_of(&assets))).collect()
    }
}

/// What names the way in which these folders are read.
fn key(folders: &[Folder]) -> String {
    let all = format!("{} {folders:?}", env!("FEEDROOM_SOURCE"));
    blake3::hash(all.as_bytes()).to_hex()[..32].to_string()
}

/// The bytes of a piece, where there is anything in it.
fn bytes_of<T: Serialize>(what: &[T]) -> Option<Vec<u8>> {
    (!what.is_empty()).then(|| postcard::to_allocvec(what).expect("memory takes any bytes"))
}
