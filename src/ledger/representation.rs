//! What was served at each address: validators that must not go back, and a feed's last editions for deltas.

use std::collections::BTreeMap;

use chrono::{DateTime, FixedOffset, SubsecRound, TimeDelta, Utc};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::shelf::{self, Pages};
use super::store::{instant, set};
use super::{Ledger, LedgerError, Shelves};

/// The setting that holds the lengths.
const LENGTHS: &str = "lengths of assets";
/// How many editions of a feed are remembered.
const EDITIONS: usize = 8;

/// What was served at one address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Representation {
    /// The public path, with its leading slash.
    pub path: String,
    /// Its strong validator.
    pub etag: String,
    /// When it last changed; whole seconds.
    pub last_modified: DateTime<Utc>,
    /// Of a feed, the ids and `updated` of its entries in order; empty for anything else.
    pub entries: Vec<(String, DateTime<FixedOffset>)>,
}

/// The `Last-Modified` of a representation: what it was while the bytes stay, else `now` in whole seconds, yet
/// always later than before, so that a validator never repeats (RFC 9110, section 8.8.2).
pub fn last_modified(before: Option<(&str, DateTime<Utc>)>, etag: &str, now: DateTime<Utc>) -> DateTime<Utc> {
    match before {
        Some((known, at)) if known == etag => at,
        Some((_, at)) => now.trunc_subsecs(0).max(at + TimeDelta::seconds(1)),
        None => now.trunc_subsecs(0),
    }
}

impl Ledger {
    /// The newest representation of a path.
    pub fn representation(&self, path: &str) -> Result<Option<Representation>, LedgerError> {
        Ok(self.editions(path)?.into_iter().next())
    }

    /// The remembered representations of a path, newest first.
    pub fn editions(&self, path: &str) -> Result<Vec<Representation>, LedgerError> {
        let read = || -> rusqlite::Result<Vec<Representation>> {
            let mut all = self.store.db.prepare_cached(
                "SELECT path, etag, last_modified, entries FROM representation WHERE path = ?1 ORDER BY number DESC",
            )?;
            all.query_map([path], representation)?.collect()
        };
        read().map_err(self.store.failed("read"))
    }

    /// Validator and last change of every path, for the building of a whole site.
    pub fn validators(&self) -> Result<BTreeMap<String, (String, DateTime<Utc>)>, LedgerError> {
        let read = || -> rusqlite::Result<BTreeMap<String, (String, DateTime<Utc>)>> {
            let mut all =
                self.store.db.prepare_cached("SELECT path, etag, last_modified FROM representation ORDER BY number")?;
            all.query_map([], |row| Ok((row.get(0)?, (row.get(1)?, instant(row, "last_modified")?))))?.collect()
        };
        read().map_err(self.store.failed("read"))
    }

    /// The lengths of the files beside the releases at the last publication, by path: what is linked to while the
    /// folder can't be looked at.
    pub fn lengths(&self) -> Result<BTreeMap<String, u64>, LedgerError> {
        let text = self.store.setting(LENGTHS)?.unwrap_or_else(|| "{}".to_string());
        serde_json::from_str(&text).map_err(|error| LedgerError::corrupted(&self.store.path, error.to_string()))
    }

    /// Remembers the lengths of the files beside the releases.
    pub fn remember_lengths(&self, lengths: &BTreeMap<String, u64>) -> Result<(), LedgerError> {
        self.store.writable()?;
        let text = serde_json::to_string(lengths).expect("strings and numbers are JSON");
        self.store.transaction("write to", |db| set(db, LENGTHS, Some(&text)))
    }

    /// Remembers what is served now, and the archive pages of the topics given; what is known already stays as it
    /// is. Of a feed the last few editions are kept, of anything else the last.
    pub fn remember(&self, served: &[Representation], shelves: &Shelves) -> Result<(), LedgerError> {
        self.store.writable()?;
        if served.is_empty() && shelves.is_empty() {
            return Ok(());
        }
        self.store.transaction("write to", |db| {
            write(db, served)?;
            shelf::write(db, shelves)
        })
    }

    /// The same, with the archive pages that topics have more, or others, than is known.
    pub fn remember_pages(&self, served: &[Representation], pages: &Pages) -> Result<(), LedgerError> {
        self.store.writable()?;
        self.store.transaction("write to", |db| {
            write(db, served)?;
            pages.iter().try_for_each(|(topic, (first, pages))| shelf::write_after(db, topic, *first, pages))
        })
    }
}

/// Writes representations, oldest first, each unless it is its path's newest already.
pub fn write(db: &Connection, served: &[Representation]) -> rusqlite::Result<()> {
    let mut newest =
        db.prepare_cached("SELECT etag FROM representation WHERE path = ?1 ORDER BY number DESC LIMIT 1")?;
    let mut put =
        db.prepare_cached("INSERT INTO representation (path, etag, last_modified, entries) VALUES (?1, ?2, ?3, ?4)")?;
    let mut prune = db.prepare_cached(
        "DELETE FROM representation WHERE path = ?1 AND number NOT IN \
         (SELECT number FROM representation WHERE path = ?1 ORDER BY number DESC LIMIT ?2)",
    )?;
    for it in served {
        let known: Option<String> = newest.query_row([&it.path], |row| row.get(0)).optional()?;
        if known.as_deref() == Some(it.etag.as_str()) {
            continue;
        }
        let entries: Option<String> = (!it.entries.is_empty()).then(|| {
            let list: Vec<(&str, String)> =
                it.entries.iter().map(|(id, updated)| (id.as_str(), updated.to_rfc3339())).collect();
            serde_json::to_string(&list).expect("strings are JSON")
        });
        put.execute(params![it.path, it.etag, it.last_modified.timestamp_micros(), entries])?;
        prune.execute(params![it.path, if entries.is_some() { EDITIONS } else { 1 } as i64])?;
    }
    Ok(())
}

fn representation(row: &Row<'_>) -> rusqlite::Result<Representation> {
    let text: Option<String> = row.get(3)?;
    let unreadable = |error| rusqlite::Error::FromSqlConversionFailure(3, rusqlite::types::Type::Text, error);
    let list: Vec<(String, String)> = match text {
        Some(text) => serde_json::from_str(&text).map_err(|error| unreadable(Box::new(error)))?,
        None => Vec::new(),
    };
    let entry = |(id, at): (String, String)| match DateTime::parse_from_rfc3339(&at) {
        Ok(at) => Ok((id, at)),
        Err(error) => Err(unreadable(Box::new(error))),
    };
    Ok(Representation {
        path: row.get(0)?,
        etag: row.get(1)?,
        last_modified: instant(row, "last_modified")?,
        entries: list.into_iter().map(entry).collect::<rusqlite::Result<_>>()?,
    })
}
