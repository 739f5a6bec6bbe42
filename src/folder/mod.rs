//! The folder: which files there are, what they are, and when to look again. Files are read, never written.
//!
//! [`scan`] and [`look_at`] say what stands there now; [`read`] takes one file whole or says why not; [`Watcher`]
//! rings when it is time to look. This room knows nothing of what a file says.

mod bell;
mod kind;
mod read;
mod scan;
mod tree;
mod watch;

use std::fmt;
use std::path::PathBuf;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

pub use bell::{Bell, Reason};
pub use read::{Reading, read};
pub use scan::{Entry, Look, RootState, Stamp, look_at, scan};
pub use watch::{Options, Watcher};

/// Which files of a folder are looked at.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// The folder.
    pub root: PathBuf,
    /// Files that match none of these are passed over.
    pub include: Globs,
    /// Files that match one of these are passed over.
    pub exclude: Globs,
    /// A release larger than this is refused, in bytes.
    pub max_bytes: u64,
}

impl Settings {
    /// A folder with every file in it, releases up to 8 MiB.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into(), include: Globs::all(), exclude: Globs::default(), max_bytes: 8 * 1024 * 1024 }
    }
}

/// Patterns over paths relative to a folder: `*` stays within a name, `**` crosses folders, `{a,b}` is either.
#[derive(Clone, Default)]
pub struct Globs {
    patterns: Vec<String>,
    set: GlobSet,
}

impl Globs {
    /// Compiles patterns; the error says what is wrong with the first bad one.
    pub fn new(patterns: impl IntoIterator<Item = String>) -> Result<Self, String> {
        let patterns: Vec<String> = patterns.into_iter().collect();
        let mut set = GlobSetBuilder::new();
        for pattern in &patterns {
            let glob = GlobBuilder::new(pattern).literal_separator(true).build();
            set.add(glob.map_err(|error| error.kind().to_string())?);
        }
        Ok(Self { set: set.build().map_err(|error| error.kind().to_string())?, patterns })
    }

    /// Every file.
    pub fn all() -> Self {
        Self::new(["**/*".to_string()]).expect("the pattern is well formed")
    }

    /// The patterns as written.
    pub fn patterns(&self) -> &[String] {
        &self.patterns
    }

    /// Whether any pattern matches a path relative to the folder.
    pub fn matches(&self, path: &str) -> bool {
        // Asked for every file of a big folder, and this pattern is almost always the one.
        matches!(self.patterns.as_slice(), [all] if all == "**/*") || self.set.is_match(path)
    }
}

impl PartialEq for Globs {
    fn eq(&self, other: &Self) -> bool {
        self.patterns == other.patterns
    }
}

impl fmt::Debug for Globs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.patterns.fmt(f)
    }
}
