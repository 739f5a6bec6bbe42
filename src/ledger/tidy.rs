//! Tidying beside the writer: what was committed to the log goes into the database itself, on another thread.

use std::path::PathBuf;

use rusqlite::{Connection, OpenFlags};

use super::store::PATIENCE;
use super::{Ledger, LedgerError};

/// The writer tidies by itself, in the middle of a commit, only where nobody else has for so long: pages of the log,
/// 32 MiB.
const OVERDUE: u32 = 8192;

/// Carries what was committed from the log into the database.
pub struct Tidier {
    db: Connection,
    path: PathBuf,
}

impl Ledger {
    /// Leaves tidying to another thread, so that no commit waits for it. `None` for a ledger without a disk.
    ///
    /// # Errors
    /// The database can't be opened a second time.
    pub fn tidier(&self) -> Result<Option<Tidier>, LedgerError> {
        if self.ephemeral {
            return Ok(None);
        }
        let path = self.store.path.clone();
        let open = || -> rusqlite::Result<Connection> {
            let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
            let db = Connection::open_with_flags(&path, flags)?;
            db.busy_timeout(PATIENCE)?;
            db.pragma_update(None, "synchronous", "FULL")?;
            self.store.db.pragma_update(None, "wal_autocheckpoint", OVERDUE)?;
            Ok(db)
        };
        let db = open().map_err(self.store.failed("open"))?;
        Ok(Some(Tidier { db, path }))
    }
}

impl Tidier {
    /// Tidies as far as nobody is in the way; waits for nobody, and nobody waits for it.
    ///
    /// # Errors
    /// The database can't be written.
    pub fn tidy(&self) -> Result<(), LedgerError> {
        let tidied = self.db.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()));
        tidied.map_err(|error| LedgerError::sqlite("write to", &self.path, &error))
    }
}
