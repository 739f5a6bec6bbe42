//! What the ledger is given: what changed of the drafts of a folder, what could not be looked at, and settings.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::TimeDelta;

use super::Words;
use crate::item::{Draft, Place};

/// What was found in the folder since it was last told.
#[derive(Debug, Clone, Default)]
pub struct Scan {
    /// Drafts that came or have other words, each with its place, in any order.
    pub came: Vec<(Place, Words)>,
    /// Places that no longer hold the draft that they held.
    pub gone: Vec<Place>,
    /// Whether `came` is everything there is, whatever was told before: the first scan of a process is so.
    pub whole: bool,
    /// The folders that were looked at.
    pub roots: Vec<Root>,
    /// Files, or folders with all below them, that could not be read this time: their items stay as they were.
    pub unread: Vec<String>,
}

/// A folder that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Root {
    /// Its path as it begins the paths of its drafts; empty for the whole folder.
    pub path: String,
    /// What was there.
    pub state: RootState,
}

/// What was found of a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RootState {
    /// It is there and holds files.
    Present,
    /// It is there without a single file.
    Empty,
    /// It is not there.
    Gone,
}

/// What the ledger is told to do.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// How long a withdrawn item has a tombstone, and may return edited.
    pub tombstone_life: TimeDelta,
    /// Up to how many words with a typo may be changed without moving `updated`; 0 moves it for every change.
    pub silent_typos: usize,
    /// More than this many old items shown as new are held.
    pub flood: usize,
    /// An item dated longer ago than this is old.
    pub old_after: TimeDelta,
    /// The time zone in which an undated item's first sight is told.
    pub zone: chrono_tz::Tz,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            tombstone_life: TimeDelta::days(90),
            silent_typos: 3,
            flood: 20,
            old_after: TimeDelta::days(7),
            zone: chrono_tz::Tz::UTC,
        }
    }
}

impl Scan {
    /// A scan of one whole folder in which everything could be read, the drafts of a file in the order of the list.
    pub fn of(drafts: Vec<Draft>) -> Self {
        let state = if drafts.is_empty() { RootState::Empty } else { RootState::Present };
        let roots = vec![Root { path: String::new(), state }];
        let came = places(drafts.into_iter().map(Arc::new));
        Self { came, gone: Vec::new(), whole: true, roots, unread: Vec::new() }
    }
}

/// Drafts with their places: those of a file are counted in the order in which they come.
pub fn places(drafts: impl IntoIterator<Item = Arc<Draft>>) -> Vec<(Place, Words)> {
    let mut counts: HashMap<Arc<str>, u32> = HashMap::new();
    let place = |draft: &Draft, counts: &mut HashMap<Arc<str>, u32>| {
        let path: Arc<str> = draft.sources.first().map(|source| source.path.as_str()).unwrap_or_default().into();
        let number = counts.entry(Arc::clone(&path)).or_default();
        *number += 1;
        Place { path, number: *number - 1 }
    };
    drafts.into_iter().map(|draft| (place(&draft, &mut counts), draft.into())).collect()
}
