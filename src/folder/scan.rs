//! What stands in a folder now.

use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};

use super::Settings;
use super::kind::{self, Kind};
use super::tree::{Node, walk};
use crate::clock;
use crate::problem::Problem;

/// What stands in a folder, or in a part of it, at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    /// The root itself.
    pub root: RootState,
    /// Releases in the order of their paths.
    pub releases: Vec<Entry>,
    /// Files beside releases in the order of their paths.
    pub assets: Vec<Entry>,
    /// What is no release and no asset, or could not be looked at, in the order of the paths.
    pub problems: Vec<Problem>,
    /// Paths that could not be looked at, in their order: whether anything stands there, or below, is unknown.
    pub unknown: Vec<String>,
}

/// What a folder's root is. Only a root that is present may say that files are gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RootState {
    /// There, with something in it.
    Present,
    /// There, with nothing of ours in it: perhaps a disk that is not mounted.
    Empty,
    /// Not there.
    Missing,
    /// There, but it can't be listed, or it is no folder.
    Unreadable,
}

/// One file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Entry {
    /// Relative to the root, with `/` between the parts.
    pub path: String,
    /// Its state: the same stamp means that it need not be read again.
    pub stamp: Stamp,
}

/// A file's state as the file system tells it, without reading.
///
/// The change time is among it because it alone moves when a file is replaced with its old size and date
/// (`rsync --times`, `cp --preserve`). The device is not: it may change with every boot.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Stamp {
    /// Bytes.
    pub size: u64,
    /// Last modification, nanoseconds since 1970.
    pub modified: i64,
    /// Last change of content or inode, nanoseconds since 1970.
    pub changed: i64,
    /// Inode number.
    pub inode: u64,
}

/// Looks at a whole folder.
///
/// Hidden and temporary files are passed over in silence; pipes, sockets, devices, names that are not UTF-8,
/// unreadable folders and links that lead outside are problems. No file is opened.
pub fn scan(settings: &Settings) -> Look {
    look_at(settings, &[String::new()])
}

/// Looks at what stands at some paths relative to the root, each a file, a folder with all its content, or nothing.
///
/// What is missing from the answer below one of the paths is not there; unless the root is not
/// [`RootState::Present`], or it lies at or below what is [`unknown`](Look::unknown).
pub fn look_at(settings: &Settings, paths: &[String]) -> Look {
    let mut look = Look {
        root: RootState::Present,
        releases: Vec::new(),
        assets: Vec::new(),
        problems: Vec::new(),
        unknown: Vec::new(),
    };
    let root = match Root::open(&settings.root) {
        Ok(root) => root,
        Err((state, problem)) => {
            look.root = state;
            look.problems.push(problem);
            return look;
        }
    };
    let mut paths: Vec<&str> = paths.iter().map(|path| path.trim_matches('/')).collect();
    paths.sort_unstable();
    paths.dedup();
    for path in paths {
        walk(&root, path, &mut |node| look.meet(settings, node));
    }
    let whole = |list: &mut Vec<Entry>| {
        list.sort_unstable();
        list.dedup_by(|a, b| a.path == b.path);
    };
    whole(&mut look.releases);
    whole(&mut look.assets);
    look.problems.sort();
    look.problems.dedup();
    look.unknown.sort();
    look.unknown.dedup();
    if look.unknown.is_empty() && look.releases.is_empty() && look.assets.is_empty() && is_empty(&settings.root) {
        look.root = RootState::Empty;
    }
    look
}

/// File times move in ticks of the kernel, 10 ms at most; two changes within one look alike. Some file systems
/// (FAT, old NFS) know only whole seconds, or every second one.
const TICK: i64 = 50_000_000;
const COARSE_TICK: i64 = 2_100_000_000;

/// Writers hand their text over in pieces of multiples of this.
const BUFFER: u64 = 4096;

impl Stamp {
    /// Whether the last change is so new, at `now` in nanoseconds since 1970, that another might leave the same stamp.
    pub(super) fn is_fresh(&self, now: i64) -> bool {
        let coarse = self.modified % 1_000_000_000 == 0 && self.changed % 1_000_000_000 == 0;
        let tick = if coarse { COARSE_TICK } else { TICK };
        now.saturating_sub(self.changed.max(self.modified.min(now))) < tick
    }

    /// Whether it looks like that of a file that somebody is still writing: changed within the last second, and as long
    /// as a writer's buffers make it, or empty yet.
    pub fn is_half_written(&self) -> bool {
        let now = || clock::now().timestamp_nanos_opt().unwrap_or(i64::MAX);
        self.size.is_multiple_of(BUFFER) && now().abs_diff(self.modified) < 1_000_000_000
    }

    /// The stamp to remember at `now` for another process: of a file that changed in the last two seconds one that no
    /// look finds again.
    pub fn to_remember(mut self, now: DateTime<Utc>) -> Self {
        let now = now.timestamp_nanos_opt().unwrap_or(i64::MAX);
        if now.saturating_sub(self.changed.max(self.modified)) < COARSE_TICK {
            self.smudge();
        }
        self
    }

    /// Makes it differ from whatever a look finds.
    pub(super) fn smudge(&mut self) {
        self.changed = i64::MIN;
    }
}

impl Look {
    fn meet(&mut self, settings: &Settings, node: Node) {
        match node {
            Node::File(path, stamp) => {
                if !settings.include.matches(&path) || settings.exclude.matches(&path) {
                    return;
                }
                let name = path.rsplit('/').next().unwrap_or(&path);
                let list = match kind::of(name) {
                    Kind::Release => &mut self.releases,
                    Kind::Asset => &mut self.assets,
                };
                list.push(Entry { path, stamp });
            }
            // What is excluded may be anything.
            Node::Trouble(problem) | Node::Unknown(problem) if settings.exclude.matches(&problem.path) => {}
            Node::Trouble(problem) => self.problems.push(problem),
            Node::Unknown(problem) => {
                self.unknown.push(problem.path.clone());
                self.problems.push(problem);
            }
        }
    }
}

/// A root that is there.
pub(super) struct Root<'p> {
    /// As configured.
    pub(super) path: &'p Path,
    /// Without links.
    pub(super) real: PathBuf,
}

impl<'p> Root<'p> {
    pub(super) fn open(path: &'p Path) -> Result<Self, (RootState, Problem)> {
        let fail = |state, message: String| (state, Problem::error(path.to_string_lossy(), message));
        let about = std::fs::metadata(path).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => fail(
                RootState::Missing,
                "the folder is missing; create it, mount its disk, or correct its path".to_string(),
            ),
            _ => fail(RootState::Unreadable, format!("cannot look at the folder: {error}")),
        })?;
        if !about.is_dir() {
            return Err(fail(RootState::Unreadable, "this is not a folder; name the folder it lies in".to_string()));
        }
        let unreadable = |error| {
            let message = format!("cannot list the folder: {error}; give the user that runs feedroom read access");
            fail(RootState::Unreadable, message)
        };
        let real = path.canonicalize().map_err(unreadable)?;
        std::fs::read_dir(path).map_err(unreadable)?;
        Ok(Self { path, real })
    }
}

/// Whether nothing but hidden and temporary files lies in a folder itself.
fn is_empty(root: &Path) -> bool {
    std::fs::read_dir(root).is_ok_and(|list| {
        !list.flatten().any(|entry| entry.file_name().to_str().is_none_or(|name| !kind::is_ignored(name)))
    })
}
