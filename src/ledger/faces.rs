//! What the press keeps beside each item so that a start need not read every text: bytes whose meaning is its own.

use std::ops::Range;

use rusqlite::params;

use super::store::{get, set};
use super::texts::{Source, Texts};
use super::{Ledger, LedgerError};

/// The setting that holds the key for which faces are kept.
const KEY: &str = "key of faces";

impl Texts {
    /// The faces kept for a key, of some slots, ascending; none where they were kept for another. An item that has
    /// changed since has none.
    pub fn faces(&self, key: &str, slots: Range<usize>) -> Result<Vec<(usize, Vec<u8>)>, LedgerError> {
        let Source::Disk(db) = &self.source else { return Ok(Vec::new()) };
        let read = || -> rusqlite::Result<Vec<(usize, Vec<u8>)>> {
            let mut some = db.prepare(
                "SELECT slot, face FROM face WHERE slot >= ?1 AND slot < ?2 \
                 AND EXISTS (SELECT 1 FROM setting WHERE name = ?3 AND value = ?4) ORDER BY slot",
            )?;
            let row = |row: &rusqlite::Row<'_>| Ok((row.get::<_, i64>(0)? as usize, row.get(1)?));
            some.query_map(params![slots.start as i64, slots.end as i64, KEY, key], row)?.collect()
        };
        read().map_err(|error| LedgerError::sqlite("read", &self.path, &error))
    }
}

impl Ledger {
    /// Keeps faces for a key. Those of other items stay where the key is that of before, else they go.
    pub fn keep_faces(&mut self, key: &str, faces: &[(usize, Vec<u8>)]) -> Result<(), LedgerError> {
        self.store.writable()?;
        self.store.transaction("write to", |db| {
            if get(db, KEY)?.as_deref() != Some(key) {
                db.execute("DELETE FROM face", [])?;
                set(db, KEY, Some(key))?;
            }
            let mut put = db.prepare_cached("INSERT OR REPLACE INTO face (slot, face) VALUES (?1, ?2)")?;
            faces.iter().try_for_each(|(slot, face)| put.execute(params![*slot as i64, face]).map(drop))
        })
    }
}
