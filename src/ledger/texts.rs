//! Texts for other threads: pages are rendered when they are asked for, beside the one writer of the ledger.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, OpenFlags, OptionalExtension, params};

use super::plan::Change;
use super::print::Hash;
use super::{Ledger, LedgerError, shape};
use crate::item::Draft;

/// Reads what items say, from any thread.
pub struct Texts {
    pub(super) source: Source,
    pub(super) path: PathBuf,
}

pub(super) enum Source {
    Disk(Connection),
    Memory(Memory),
}

/// So many bytes of texts are kept as they are; more are packed.
const BUDGET: usize = 64 << 20;

/// The texts of a ledger without a disk, each with its fingerprint.
#[derive(Clone, Default)]
pub(super) struct Memory(Arc<Mutex<Held>>);

#[derive(Default)]
struct Held {
    texts: HashMap<usize, (Hash, Text)>,
    bytes: usize,
}

#[derive(Clone)]
enum Text {
    Whole(Arc<Draft>),
    Packed(Arc<[u8]>),
}

impl Memory {
    fn lock(&self) -> MutexGuard<'_, Held> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps the texts of changes that have one.
    pub fn put(&self, changes: &[Change]) -> std::io::Result<()> {
        let mut held = self.lock();
        let mut press = None;
        for change in changes {
            let Some(words) = &change.draft else { continue };
            let text = match words.bytes() {
                Some(bytes) => Text::Packed(Arc::clone(bytes)),
                None => {
                    let draft = words.draft();
                    held.bytes += draft.body_html.len() + draft.body_text.len();
                    if held.bytes < BUDGET {
                        Text::Whole(draft)
                    } else {
                        Text::Packed(shape::pack(press.get_or_insert_with(shape::compressor), &draft)?.into())
                    }
                }
            };
            held.texts.insert(change.slot, (change.record.print.raw, text));
        }
        Ok(())
    }

    /// A text, where it has that fingerprint if one is asked for, or what is wrong with it.
    pub fn get(&self, slot: usize, raw: Option<Hash>) -> Option<Result<Draft, String>> {
        let (known, text) = self.lock().texts.get(&slot).cloned()?;
        raw.is_none_or(|raw| raw == known).then(|| match text {
            Text::Whole(draft) => Ok(Draft::clone(&draft)),
            Text::Packed(packed) => shape::unpack(&packed),
        })
    }
}

impl Texts {
    /// What an item says; `None` where the slot holds other words by now than those of the fingerprint.
    pub fn draft(&self, slot: usize, raw: Hash) -> Result<Option<Draft>, LedgerError> {
        let text = match &self.source {
            Source::Memory(memory) => memory.get(slot, Some(raw)),
            Source::Disk(db) => {
                let read = || -> rusqlite::Result<Option<Vec<u8>>> {
                    let mut one = db
                        .prepare_cached("SELECT draft FROM body JOIN item USING (slot) WHERE slot = ?1 AND raw = ?2")?;
                    one.query_row(params![slot as i64, raw], |row| row.get(0)).optional()
                };
                let packed = read().map_err(|error| LedgerError::sqlite("read", &self.path, &error))?;
                packed.map(|packed| shape::unpack(&packed))
            }
        };
        let damaged = |error: String| LedgerError::corrupted(&self.path, format!("the text of record {slot}: {error}"));
        text.transpose().map_err(damaged)
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
