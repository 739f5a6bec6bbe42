//! Writing below one directory, each file wholly or not at all, never through a link.

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use super::error::DirectoryError;

/// The directory that is written below.
pub(super) struct Disk<'d> {
    pub(super) out: &'d Path,
}

/// How much of two files is compared at a time.
const CHUNK: usize = 64 * 1024;

/// What stands under a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// Nothing.
    Nothing,
    /// A file of this length, last changed at this instant, nanoseconds since 1970. Nobody but the kernel sets that.
    File { length: u64, changed: i64 },
    /// A link, a pipe or the like.
    Other,
    /// A directory.
    Directory,
}

impl Disk<'_> {
    /// Makes the directories that files are to lie in. A link or a file in the way is an error.
    pub(super) fn make_directories<'p>(&self, paths: impl Iterator<Item = &'p str>) -> Result<(), DirectoryError> {
        let out = self.out;
        fs::create_dir_all(out).map_err(|error| DirectoryError::io("create the directory", out, error))?;
        let mut made: BTreeSet<&str> = BTreeSet::new();
        for path in paths {
            for (at, _) in path.match_indices('/') {
                let directory = &path[..at];
                if !made.insert(directory) {
                    continue;
                }
                let full = out.join(directory);
                match fs::symlink_metadata(&full) {
                    Ok(about) if about.is_dir() => {}
                    Ok(_) => return Err(DirectoryError::InTheWay { path: full }),
                    Err(_) => fs::create_dir(&full)
                        .map_err(|error| DirectoryError::io("create the directory", &full, error))?,
                }
            }
        }
        Ok(())
    }

    /// What stands under a name, without following links.
    pub(super) fn standing(&self, path: &str) -> Result<Standing, DirectoryError> {
        let full = self.out.join(path);
        match fs::symlink_metadata(&full) {
            Ok(about) if about.is_file() => {
                let changed = about.ctime().saturating_mul(1_000_000_000).saturating_add(about.ctime_nsec());
                Ok(Standing::File { length: about.len(), changed })
            }
            Ok(about) if about.is_dir() => Ok(Standing::Directory),
            Ok(_) => Ok(Standing::Other),
            Err(error) if is_gone(&error) => Ok(Standing::Nothing),
            Err(error) => Err(DirectoryError::io("look at", &full, error)),
        }
    }

    /// The bytes of a file; `None` where there is no file of that length. Never follows a link.
    pub(super) fn read(&self, path: &str, length: u64) -> Result<Option<Vec<u8>>, DirectoryError> {
        if !matches!(self.standing(path)?, Standing::File { length: there, .. } if there == length) {
            return Ok(None);
        }
        let full = self.out.join(path);
        let read = || {
            let file = open(&full)?;
            let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or_default());
            file.take(length + 1).read_to_end(&mut bytes)?;
            io::Result::Ok(bytes)
        };
        read().map(Some).map_err(|error| DirectoryError::io("read", &full, error))
    }

    /// Whether what stands under a name is, byte for byte, what an open file holds.
    pub(super) fn is_copy(&self, path: &str, source: &mut File) -> Result<bool, DirectoryError> {
        if !matches!(self.standing(path)?, Standing::File { .. }) {
            return Ok(false);
        }
        let full = self.out.join(path);
        let mut compare = || {
            let mut there = open(&full)?;
            let (mut ours, mut theirs) = (Vec::with_capacity(CHUNK), Vec::with_capacity(CHUNK));
            loop {
                (&mut there).take(CHUNK as u64).read_to_end(&mut ours)?;
                source.take(CHUNK as u64).read_to_end(&mut theirs)?;
                if ours != theirs || ours.is_empty() {
                    return io::Result::Ok(ours == theirs);
                }
                ours.clear();
                theirs.clear();
            }
        };
        let same = compare().map_err(|error| DirectoryError::io("read", &full, error))?;
        source.rewind().map_err(|error| DirectoryError::io("read", &full, error))?;
        Ok(same)
    }

    /// Puts bytes under a name: written beside it, then renamed, so that a reader sees the old file or the new one.
    ///
    /// Not synced to the disk: after a power failure a file may be cut, and the next run, which compares, mends it.
    pub(super) fn put(&self, path: &str, bytes: &[u8]) -> Result<(), DirectoryError> {
        self.replace(path, |file| file.write_all(bytes)).map(|_| ())
    }

    /// Puts a copy of an open file under a name; answers how long it is.
    pub(super) fn copy(&self, path: &str, mut source: File) -> Result<u64, DirectoryError> {
        self.replace(path, |file| io::copy(&mut source, file))
    }

    fn replace<T>(&self, path: &str, fill: impl FnOnce(&mut File) -> io::Result<T>) -> Result<T, DirectoryError> {
        let full = self.out.join(path);
        let beside = beside(&full);
        let write = || {
            // Left over where an earlier run was killed.
            match fs::remove_file(&beside) {
                Err(error) if !is_gone(&error) => return Err(error),
                _ => {}
            }
            let mut file = OpenOptions::new().write(true).create_new(true).open(&beside)?;
            fill(&mut file)
        };
        let done = write().map_err(|error| DirectoryError::io("write", &full, error));
        let done = done.and_then(|done| match fs::rename(&beside, &full) {
            Ok(()) => Ok(done),
            Err(error) => Err(DirectoryError::io("replace", &full, error)),
        });
        if done.is_err() {
            // What matters is the error above; a half file beside the old one is hidden and overwritten next time.
            let _ = fs::remove_file(&beside);
        }
        done
    }

    /// Removes a file that is ours, and the directories that are empty without it. A directory or a link that has
    /// taken its place is left alone. Answers whether there was a file.
    pub(super) fn remove(&self, path: &str) -> Result<bool, DirectoryError> {
        if self.leads_elsewhere(path) || !matches!(self.standing(path)?, Standing::File { .. }) {
            return Ok(false);
        }
        let full = self.out.join(path);
        fs::remove_file(&full).map_err(|error| DirectoryError::io("remove", &full, error))?;
        let mut directory = path;
        while let Some((above, _)) = directory.rsplit_once('/') {
            // Not empty, or not ours to remove: it stays.
            if fs::remove_dir(self.out.join(above)).is_err() {
                break;
            }
            directory = above;
        }
        Ok(true)
    }

    /// Whether a directory on the way to a path is a link or no directory.
    fn leads_elsewhere(&self, path: &str) -> bool {
        path.match_indices('/')
            .any(|(at, _)| fs::symlink_metadata(self.out.join(&path[..at])).is_ok_and(|about| !about.is_dir()))
    }
}

/// Opens a file that was seen to be one, even if a link or a pipe has taken its place meanwhile.
fn open(full: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK).open(full)
}

fn beside(full: &Path) -> PathBuf {
    let name = full.file_name().unwrap_or_default().to_string_lossy();
    // Long names are cut: a name may have 255 bytes.
    let mut cut = name.len().min(200);
    while !name.is_char_boundary(cut) {
        cut -= 1;
    }
    full.with_file_name(format!(".{}.feedroom-tmp", &name[..cut]))
}

fn is_gone(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}
