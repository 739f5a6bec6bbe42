//! What outlives a process so that the next one goes on where it ended: pieces of bytes whose meaning is the press's
//! own, and with them which draft is seated on which record.
//!
//! The key under which they are kept goes with the first record that is written. So what is found under a key is as
//! old as the records, however the process ended.

use std::collections::BTreeSet;
use std::ops::Range;

use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::{Connection, params};
use serde::{Deserialize, Serialize};

use super::seats::{Kept, Seats};
use super::store::{get, set};
use super::{Ledger, LedgerError, Settings};

/// The setting that holds the key for which pieces are kept.
const KEY: &str = "key of memory";
/// The number of what is kept of the ledger itself; below it are pieces of so many seats.
const HEAD: i64 = -1;
const SEATS: usize = 1024;

/// A piece of what is kept, by its number, from 0; without bytes it is no more.
pub type Piece = (i64, Option<Vec<u8>>);

/// Pieces as they are found, by their numbers.
pub type Pieces = Vec<(i64, Vec<u8>)>;

#[derive(Serialize, Deserialize)]
struct Head {
    records: usize,
    /// Instants in seconds and nanoseconds.
    last: (i64, u32),
    told: (i64, u32),
    /// In microseconds.
    life: i64,
    unread: Vec<String>,
}

impl Ledger {
    /// Goes on from what was kept under a key, where all is as it was then: the ledger has told of every item at `told`,
    /// or when it was kept, and takes scans that are not whole. Gives whether it does.
    ///
    /// # Errors
    /// It could not be read.
    pub fn resume(&mut self, key: &str, told: Option<DateTime<Utc>>, settings: &Settings) -> Result<bool, LedgerError> {
        let own = self.pieces(key, i64::MIN..0)?.unwrap_or_default();
        let Some((head, seats)) = self.seats_of(&own) else { return Ok(false) };
        let at = |(seconds, nanos)| DateTime::from_timestamp(seconds, nanos);
        let (Some(last), Some(kept)) = (at(head.last), at(head.told)) else { return Ok(false) };
        self.last = Some(last);
        self.take_seats(seats);
        self.told = Some(match told {
            Some(told) => self.told_at(told, settings.tombstone_life),
            None => self.told_at(kept, TimeDelta::microseconds(head.life)),
        });
        Ok(true)
    }

    /// Some of the pieces kept under a key, by their numbers; `None` where there are none of that key.
    ///
    /// # Errors
    /// They could not be read.
    pub fn pieces(&self, key: &str, numbers: Range<i64>) -> Result<Option<Pieces>, LedgerError> {
        let read = || -> rusqlite::Result<Option<Pieces>> {
            if get(&self.store.db, KEY)?.as_deref() != Some(key) {
                return Ok(None);
            }
            let sql = "SELECT number, bytes FROM memory WHERE number >= ?1 AND number < ?2 ORDER BY number";
            let mut some = self.store.db.prepare_cached(sql)?;
            let row = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?));
            some.query_map([numbers.start, numbers.end], row)?.collect::<rusqlite::Result<_>>().map(Some)
        };
        read().map_err(self.store.failed("read"))
    }

    /// Keeps pieces under a key, with what the ledger itself needs to go on. Other pieces stay, unless this is the
    /// `whole`.
    ///
    /// # Errors
    /// They could not be written; what was kept before may be gone.
    pub fn keep(&mut self, key: &str, whole: bool, pieces: &[Piece]) -> Result<(), LedgerError> {
        self.store.writable()?;
        let (Some(last), Some(told)) = (self.last, &self.told) else { return Ok(()) };
        let instant = |at: DateTime<Utc>| (at.timestamp(), at.timestamp_subsec_nanos());
        let head = Head {
            records: self.records.len(),
            last: instant(last),
            told: instant(told.at),
            life: told.life.num_microseconds().unwrap_or(0),
            unread: self.seats.unread().to_vec(),
        };
        let changed: BTreeSet<usize> = match self.seats.unkept().filter(|_| !whole) {
            Some(slots) => slots.iter().map(|&slot| slot as usize / SEATS).collect(),
            None => (0..self.records.len().div_ceil(SEATS)).collect(),
        };
        let seats_in = |at: usize| -> Vec<Kept> {
            let slots = at * SEATS..self.records.len().min((at + 1) * SEATS);
            slots.map(|slot| self.seats.kept(slot, &self.records[slot])).collect()
        };
        self.store.transaction("write to", |db| {
            if whole {
                db.execute("DELETE FROM memory", [])?;
            }
            let mut put = db.prepare_cached("INSERT OR REPLACE INTO memory (number, bytes) VALUES (?1, ?2)")?;
            let mut cut = db.prepare_cached("DELETE FROM memory WHERE number = ?1")?;
            for &at in &changed {
                put.execute(params![number_of(at), bytes_of(&seats_in(at))])?;
            }
            for (number, bytes) in pieces {
                match bytes {
                    Some(bytes) => put.execute(params![number, bytes])?,
                    None => cut.execute([number])?,
                };
            }
            put.execute(params![HEAD, bytes_of(&head)])?;
            set(db, KEY, Some(key))
        })?;
        self.seats.are_kept();
        Ok(())
    }

    /// Whether what is kept under a key is as old as the records.
    ///
    /// # Errors
    /// It could not be read.
    pub fn keeps(&self, key: &str) -> Result<bool, LedgerError> {
        Ok(self.store.setting(KEY)?.as_deref() == Some(key))
    }

    fn seats_of(&self, own: &[(i64, Vec<u8>)]) -> Option<(Head, Seats)> {
        let (head, seats) = own.split_last()?;
        let head: Head = postcard::from_bytes(&head.1).ok().filter(|_| head.0 == HEAD)?;
        let mut kept: Vec<Kept> = Vec::with_capacity(self.records.len());
        for (at, (number, bytes)) in seats.iter().rev().enumerate() {
            kept.extend(postcard::from_bytes::<Vec<Kept>>(bytes).ok().filter(|_| *number == number_of(at))?);
        }
        let fits = head.records == self.records.len() && kept.len() == head.records;
        let seats = fits.then(|| Seats::resume(kept, &self.records, head.unread.clone())).flatten()?;
        Some((head, seats))
    }
}

/// Forgets for which key pieces are kept: the records are about to change.
pub fn outdate(db: &Connection) -> rusqlite::Result<()> {
    set(db, KEY, None)
}

fn number_of(at: usize) -> i64 {
    HEAD - 1 - at as i64
}

fn bytes_of<T: Serialize>(what: &T) -> Vec<u8> {
    postcard::to_allocvec(what).expect("memory takes any bytes")
}
