//! Which items stand on the complete archive pages of each topic: decided once, kept for good (RFC 5005, section 4).

use std::collections::BTreeMap;

use rusqlite::{Connection, params};

use super::{Ledger, LedgerError};

/// The complete archive pages of feeds, by the topic's slug (empty for all items): the ids on each page, oldest page
/// first.
pub type Shelves = BTreeMap<String, Vec<Vec<String>>>;

impl Ledger {
    /// The archive pages of every topic that ever had any.
    pub fn shelves(&self) -> Result<Shelves, LedgerError> {
        let read = || -> rusqlite::Result<Vec<(String, String)>> {
            // Beside a writer of an earlier version there is no such table yet.
            let mut found = self.store.db.prepare_cached("SELECT 1 FROM sqlite_schema WHERE name = 'shelf'")?;
            if !found.exists([])? {
                return Ok(Vec::new());
            }
            let mut all = self.store.db.prepare_cached("SELECT topic, ids FROM shelf ORDER BY topic, page")?;
            all.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
        };
        let mut shelves = Shelves::new();
        for (topic, ids) in read().map_err(self.store.failed("read"))? {
            let ids = serde_json::from_str(&ids)
                .map_err(|error| LedgerError::corrupted(&self.store.path, format!("an archive page: {error}")))?;
            shelves.entry(topic).or_default().push(ids);
        }
        Ok(shelves)
    }
}

/// Archive pages to be written, by the topic's slug: how many pages before them stay, and these.
pub type Pages = BTreeMap<String, (usize, Vec<Vec<String>>)>;

/// Writes all pages of some topics in the place of those known; other topics stay as they are.
pub fn write(db: &Connection, shelves: &Shelves) -> rusqlite::Result<()> {
    shelves.iter().try_for_each(|(topic, pages)| write_after(db, topic, 0, pages))
}

/// Writes the pages of a topic behind its first ones, which stay, in the place of those known.
pub fn write_after(db: &Connection, topic: &str, first: usize, pages: &[Vec<String>]) -> rusqlite::Result<()> {
    let mut put = db.prepare_cached(
        "INSERT INTO shelf (topic, page, ids) VALUES (?1, ?2, ?3) \
         ON CONFLICT (topic, page) DO UPDATE SET ids = excluded.ids WHERE ids <> excluded.ids",
    )?;
    let mut cut = db.prepare_cached("DELETE FROM shelf WHERE topic = ?1 AND page > ?2")?;
    for (page, ids) in (first as i64 + 1..).zip(pages) {
        put.execute(params![topic, page, serde_json::to_string(ids).expect("strings are JSON")])?;
    }
    cut.execute(params![topic, (first + pages.len()) as i64]).map(drop)
}
