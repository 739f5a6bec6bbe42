//! Texts for other threads: pages are rendered when they are asked for, beside the one writer of the ledger.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, OpenFlags, OptionalExtension, params};

use super::print::Hash;
use super::{Ledger, LedgerError, shape};
use crate::item::Draft;

/// Reads what items say, from any thread.
pub struct Texts {
    source: Source,
    path: PathBuf,
}

enum Source {
    Disk(Connection),
    Memory(Memory),
}

/// The packed texts of a ledger without a disk, each with its fingerprint.
#[derive(Clone, Default)]
pub(super) struct Memory(Arc<Mutex<Packed>>);

type Packed = HashMap<usize, (Hash, Vec<u8>)>;

impl Memory {
    fn lock(&self) -> MutexGuard<'_, Packed> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn put(&self, slot: usize, raw: Hash, packed: Vec<u8>) {
        self.lock().insert(slot, (raw, packed));
    }

    pub fn get(&self, slot: usize) -> Option<(Hash, Vec<u8>)> {
        self.lock().get(&slot).cloned()
    }
}

impl Texts {
    /// What an item says; `None` where the slot holds other words by now than those of the fingerprint.
    pub fn draft(&self, slot: usize, raw: Hash) -> Result<Option<Draft>, LedgerError> {
        let packed = match &self.source {
            Source::Memory(memory) => memory.get(slot).filter(|(known, _)| *known == raw).map(|(_, packed)| packed),
            Source::Disk(db) => {
                let read = || -> rusqlite::Result<Option<Vec<u8>>> {
                    let mut one = db
                        .prepare_cached("SELECT draft FROM body JOIN item USING (slot) WHERE slot = ?1 AND raw = ?2")?;
                    one.query_row(params![slot as i64, raw], |row| row.get(0)).optional()
                };
                read().map_err(|error| LedgerError::sqlite("read", &self.path, &error))?
            }
        };
        let damaged = |error: String| LedgerError::corrupted(&self.path, format!("the text of record {slot}: {error}"));
        packed.map(|packed| shape::unpack(&packed).map_err(damaged)).transpose()
    }

    /// The same, of an item that must have these words.
    pub fn very_draft(&self, slot: usize, raw: Hash) -> Result<Draft, LedgerError> {
        let other = || LedgerError::corrupted(&self.path, format!("the text of record {slot} is another"));
        self.draft(slot, raw)?.ok_or_else(other)
    }
}

impl Ledger {
    /// What reads the texts of this ledger from another thread, also while this one writes.
    pub fn texts(&self) -> Result<Texts, LedgerError> {
        let path = self.store.path.clone();
        if let Some(memory) = &self.store.memory {
            return Ok(Texts { source: Source::Memory(memory.clone()), path });
        }
        let open = || -> rusqlite::Result<Connection> {
            let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
            let db = Connection::open_with_flags(&path, flags)?;
            db.busy_timeout(super::store::PATIENCE)?;
            Ok(db)
        };
        let db = open().map_err(self.store.failed("open"))?;
        Ok(Texts { source: Source::Disk(db), path })
    }
}
