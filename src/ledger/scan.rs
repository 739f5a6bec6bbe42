//! What the ledger is given: the drafts of a folder, what could not be looked at, and settings.

use std::sync::Arc;

use chrono::TimeDelta;

use crate::item::Draft;

/// What was found in the folder.
#[derive(Debug, Clone)]
pub struct Scan {
    /// The drafts of all files that could be read, in any order.
    pub drafts: Vec<Arc<Draft>>,
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
    /// A scan of one folder in which everything could be read.
    pub fn of(drafts: Vec<Draft>) -> Self {
        let state = if drafts.is_empty() { RootState::Empty } else { RootState::Present };
        let roots = vec![Root { path: String::new(), state }];
        Self { drafts: drafts.into_iter().map(Arc::new).collect(), roots, unread: Vec::new() }
    }
}
