//! What can go wrong with a ledger, said with the verb, the path and the way out.

use std::fmt;
use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;

/// Why the ledger could not do what was asked. Nothing of what was asked has been done.
#[derive(Debug)]
pub struct LedgerError {
    /// What kind of trouble.
    pub kind: Trouble,
    /// What was being done: `open`, `write to` …
    pub verb: &'static str,
    /// The file or folder.
    pub path: PathBuf,
    /// What the system or the database says; may be empty.
    pub detail: String,
}

/// The kinds of trouble, each with its own way out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// Another process holds it.
    Locked,
    /// It was written by a newer version of this program.
    Newer,
    /// It can't be read as what it was written as.
    Corrupted,
    /// A ledger was here and is gone.
    Missing,
    /// There has been none yet.
    Absent,
    /// The folder or file can't be written.
    ReadOnly,
    /// No room is left.
    Full,
    /// The input of an import is damaged, or meets a ledger that is not empty.
    Refused,
    /// Anything else the disk does.
    Disk,
}

impl LedgerError {
    pub(super) fn new(kind: Trouble, verb: &'static str, path: &Path, detail: impl Into<String>) -> Self {
        Self { kind, verb, path: path.to_path_buf(), detail: detail.into() }
    }

    pub(super) fn corrupted(path: &Path, detail: impl Into<String>) -> Self {
        Self::new(Trouble::Corrupted, "read", path, detail)
    }

    pub(super) fn sqlite(verb: &'static str, path: &Path, error: &rusqlite::Error) -> Self {
        let kind = match error {
            rusqlite::Error::SqliteFailure(cause, _) => match cause.code {
                ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Trouble::Locked,
                ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => Trouble::Corrupted,
                ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied => Trouble::ReadOnly,
                ErrorCode::DiskFull => Trouble::Full,
                ErrorCode::SystemIoFailure if cause.extended_code == rusqlite::ffi::SQLITE_IOERR_WRITE => Trouble::Full,
                _ => Trouble::Disk,
            },
            rusqlite::Error::FromSqlConversionFailure(..)
            | rusqlite::Error::InvalidColumnType(..)
            | rusqlite::Error::IntegralValueOutOfRange(..) => Trouble::Corrupted,
            _ => Trouble::Disk,
        };
        Self::new(kind, verb, path, error.to_string())
    }

    pub(super) fn io(verb: &'static str, path: &Path, error: &std::io::Error) -> Self {
        let kind = match error.kind() {
            std::io::ErrorKind::PermissionDenied | std::io::ErrorKind::ReadOnlyFilesystem => Trouble::ReadOnly,
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::FileTooLarge => Trouble::Full,
            _ => Trouble::Disk,
        };
        Self::new(kind, verb, path, error.to_string())
    }
}

impl fmt::Display for LedgerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "can't {} {}", self.verb, self.path.display())?;
        if !self.detail.is_empty() {
            write!(f, ": {}", self.detail)?;
        }
        let way_out = match self.kind {
            Trouble::Locked => "another feedroom uses this ledger; stop it, or give this one its own --state folder",
            Trouble::Newer => "a newer feedroom wrote this ledger; run that version, or import an export of it here",
            Trouble::Corrupted => {
                "the ledger is damaged; restore a backup, or move the folder away and `feedroom ledger import` an \
                 export; starting afresh would show every item as new"
            }
            Trouble::Missing => {
                "a ledger was here and its database is gone; restore a backup, or remove the whole state folder to \
                 start afresh, which shows every item as new"
            }
            Trouble::Absent => "publish first, or name the folder where the record is kept with --state",
            Trouble::ReadOnly => "the state folder must be writable by this user; see --state and $STATE_DIRECTORY",
            Trouble::Full => "make room on this disk; what is published stays as it is until then",
            Trouble::Refused => "nothing was changed",
            Trouble::Disk => "look at the disk; what is published stays as it is until then",
        };
        write!(f, "; {way_out}")
    }
}

impl std::error::Error for LedgerError {}
