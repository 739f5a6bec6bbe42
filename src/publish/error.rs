//! Why a directory could not be written.

use std::path::{Path, PathBuf};
use std::{fmt, io};

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
