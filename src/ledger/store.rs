//! The database that remembers: one SQLite file, one transaction a change, durable before the call returns.
//!
//! The light part of every item is in `item` and loaded at start; texts are in `body` and read when asked for.
//! A second file, locked for as long as its process lives, keeps a second writer out, while readers (and
//! `confirm`) may use the database beside the daemon.

use std::borrow::Cow;
use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, FixedOffset, TimeZone, Utc};
use rayon::prelude::*;
use rusqlite::{Connection, OpenFlags, OptionalExtension, Row, params};
use zstd::bulk::Compressor;

use super::error::{LedgerError, Trouble};
use super::memory;
use super::plan::Change;
use super::print::Print;
use super::record::Record;
use super::shape;
use super::texts::Memory;
use super::words::Words;
use crate::item::Draft;

/// The database's name in the state folder.
const DATABASE: &str = "ledger.db";
/// The lock's name there.
const LOCK: &str = "ledger.lock";
/// `FDRM`, so that no other program's database is taken for a ledger (sqlite.org/fileformat2.html, 1.3.15).
const APPLICATION: i32 = 0x4644_524d;
/// One step for each version of the schema; the database's `user_version` counts those taken.
const MIGRATIONS: [&str; 5] = [
    include_str!("schema_1.sql"),
    include_str!("schema_2.sql"),
    include_str!("schema_3.sql"),
    include_str!("schema_4.sql"),
    include_str!("schema_5.sql"),
];
/// Databases up to this many bytes are checked whole when opened.
const CHECKED: u64 = 32 << 20;

/// So many texts are packed at a time.
const AT_ONCE: usize = 1024;
/// Fewer are packed by the one who writes.
const FEW: usize = 32;

/// How long a reader waits for a writer, and the writer for one that confirms a hold.
pub const PATIENCE: Duration = Duration::from_secs(5);

/// An open database.
pub struct Store {
    pub(super) db: Connection,
    pub(super) path: PathBuf,
    /// Held until dropped; `None` beside the writer, and where there is nothing to share.
    _lock: Option<Connection>,
    access: Access,
    /// The texts, where there is no disk for them.
    pub(super) memory: Option<Memory>,
    press: RefCell<Compressor<'static>>,
}

/// Whether a store may be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// The one writer.
    Write,
    /// Beside the writer, if there is one.
    Read,
}

impl Store {
    /// Opens the ledger of a state folder; the writer makes folder and ledger where there are none.
    pub fn open(dir: &Path, access: Access) -> Result<Self, LedgerError> {
        let path = dir.join(DATABASE);
        let there = |path: &Path| path.metadata().is_ok_and(|meta| meta.len() > 0);
        let lock = match access {
            Access::Write => {
                std::fs::create_dir_all(dir).map_err(|error| LedgerError::io("create", dir, &error))?;
                let lock_path = dir.join(LOCK);
                let marked = there(&lock_path);
                let lock = lock(&lock_path)?;
                if marked && !there(&path) {
                    return Err(LedgerError::new(Trouble::Missing, "open", &path, ""));
                }
                if !there(&path) {
                    create(dir, &path)?;
                }
                mark(&lock, &lock_path)?;
                Some(lock)
            }
            Access::Read if !there(&path) => {
                return Err(match there(&dir.join(LOCK)) {
                    true => LedgerError::new(Trouble::Missing, "open", &path, ""),
                    false => LedgerError::new(Trouble::Absent, "open", &path, "there is no ledger yet"),
                });
            }
            Access::Read => None,
        };
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let db = Connection::open_with_flags(&path, flags).map_err(|e| LedgerError::sqlite("open", &path, &e))?;
        let mut store = Self { db, path, _lock: lock, access, memory: None, press: RefCell::new(shape::compressor()) };
        store.prepare(access)?;
        Ok(store)
    }

    /// A store that is gone with its process.
    pub fn ephemeral() -> Result<Self, LedgerError> {
        let path = PathBuf::from(":memory:");
        let db = Connection::open_in_memory().map_err(|error| LedgerError::sqlite("open", &path, &error))?;
        migrate(&db).map_err(|error| LedgerError::sqlite("create", &path, &error))?;
        Ok(Self {
            db,
            path,
            _lock: None,
            access: Access::Write,
            memory: Some(Memory::default()),
            press: RefCell::new(shape::compressor()),
        })
    }

    fn prepare(&mut self, access: Access) -> Result<(), LedgerError> {
        let asked = |db: &Connection| -> rusqlite::Result<(i32, i32)> {
            db.busy_timeout(PATIENCE)?;
            let application = db.pragma_query_value(None, "application_id", |row| row.get(0))?;
            Ok((application, db.pragma_query_value(None, "user_version", |row| row.get(0))?))
        };
        let (application, version) = asked(&self.db).map_err(self.failed("open"))?;
        if application != APPLICATION {
            return Err(LedgerError::corrupted(&self.path, "it is no feedroom ledger"));
        }
        let known = MIGRATIONS.len() as i32;
        if version > known {
            let detail = format!("its format is version {version}, this feedroom knows up to {known}");
            return Err(LedgerError::new(Trouble::Newer, "open", &self.path, detail));
        }
        if self.path.metadata().is_ok_and(|meta| meta.len() <= CHECKED) {
            let check = |db: &Connection| db.pragma_query_value(None, "quick_check", |row| row.get::<_, String>(0));
            let found = check(&self.db).map_err(self.failed("read"))?;
            if found != "ok" {
                return Err(LedgerError::corrupted(&self.path, found));
            }
        }
        let settle = |db: &Connection| -> rusqlite::Result<()> {
            if access == Access::Write {
                // A no-op where it is WAL already; fails where the folder is read-only.
                db.pragma_update(None, "journal_mode", "WAL")?;
                migrate(db)?;
            }
            db.pragma_update(None, "synchronous", "FULL")?;
            db.pragma_update(None, "foreign_keys", "ON")
        };
        settle(&self.db).map_err(self.failed("open"))
    }

    /// Fails where it was opened only to be looked at.
    pub fn writable(&self) -> Result<(), LedgerError> {
        match self.access {
            Access::Write => Ok(()),
            Access::Read => Err(LedgerError::new(Trouble::Locked, "write to", &self.path, "it was opened for reading")),
        }
    }

    /// Every record, in its order.
    pub fn records(&self) -> Result<Vec<Record>, LedgerError> {
        let read = || -> rusqlite::Result<Result<Vec<Record>, usize>> {
            // Whoever only reads may meet a ledger that its writer has not brought up yet.
            let version: i32 = self.db.pragma_query_value(None, "user_version", |row| row.get(0))?;
            let passed = if version < 4 { "0" } else { "passed" };
            let mut all = self.db.prepare(&format!(
                "SELECT slot, id, slug, declared, raw, full, body, words, date, link, paths, first_seen, public_since, \
                 published, zone, undated, updated, corrected, revisions, opens, expires, unfinished, withdrawn, \
                 {passed} FROM item ORDER BY slot",
            ))?;
            let mut rows = all.query([])?;
            let mut records = Vec::new();
            while let Some(row) = rows.next()? {
                if row.get::<_, i64>(0)? != records.len() as i64 {
                    return Ok(Err(records.len()));
                }
                records.push(record(row)?);
            }
            records.shrink_to_fit();
            Ok(Ok(records))
        };
        let records = read().map_err(self.failed("read"))?;
        records.map_err(|at| LedgerError::corrupted(&self.path, format!("record {at} is missing")))
    }

    /// The last form of a record.
    pub fn draft(&self, slot: usize) -> Result<Draft, LedgerError> {
        let read = || -> rusqlite::Result<Option<Vec<u8>>> {
            let mut one = self.db.prepare_cached("SELECT draft FROM body WHERE slot = ?1")?;
            one.query_row([slot as i64], |row| row.get(0)).optional()
        };
        let damaged = |what: &str| LedgerError::corrupted(&self.path, format!("the text of record {slot}{what}"));
        if let Some(memory) = &self.memory {
            let draft = memory.get(slot, None).transpose().map_err(|error| damaged(&format!(": {error}")))?;
            return draft.ok_or_else(|| damaged(" is missing"));
        }
        let packed = read().map_err(self.failed("read"))?;
        let packed = packed.ok_or_else(|| damaged(" is missing"))?;
        shape::unpack(&packed).map_err(|error| damaged(&format!(": {error}")))
    }

    /// The history of a record, oldest first: instant, kind, fingerprint in hexadecimal.
    pub fn history(&self, slot: usize) -> Result<Vec<(String, String, String)>, LedgerError> {
        let read = || -> rusqlite::Result<Vec<(String, String, String)>> {
            let mut all = self
                .db
                .prepare_cached("SELECT at, kind, lower(hex(hash)) FROM revision WHERE slot = ?1 ORDER BY rowid")?;
            let rows =
                all.query_map([slot as i64], |row| Ok((instant(row, "at")?.to_rfc3339(), row.get(1)?, row.get(2)?)))?;
            rows.collect()
        };
        read().map_err(self.failed("read"))
    }

    /// Writes the changes and settings of one publication, all or nothing.
    pub fn commit(
        &self,
        changes: &[Change],
        settings: &[(&str, Option<String>)],
        now: DateTime<Utc>,
    ) -> Result<(), LedgerError> {
        self.transaction("write to", |db| {
            if !changes.is_empty() {
                memory::outdate(db)?;
            }
            self.write(db, changes, now)?;
            settings.iter().try_for_each(|(name, value)| set(db, name, value.as_deref()))
        })
    }

    /// Does something in one transaction.
    pub fn transaction<T>(
        &self,
        verb: &'static str,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, LedgerError> {
        let run = || -> rusqlite::Result<T> {
            // Rolls back when dropped before the commit.
            let transaction = rusqlite::Transaction::new_unchecked(&self.db, rusqlite::TransactionBehavior::Immediate)?;
            let done = work(&transaction)?;
            transaction.commit()?;
            Ok(done)
        };
        run().map_err(self.failed(verb))
    }

    /// Writes records, each with its text and a line of history where these are given. Nobody asks one that is gone with
    /// its process for more than texts.
    pub fn write(&self, db: &Connection, changes: &[Change], now: DateTime<Utc>) -> rusqlite::Result<()> {
        if let Some(memory) = &self.memory {
            return memory.put(changes).map_err(unwritable);
        }
        for some in changes.chunks(AT_ONCE) {
            for (change, packed) in some.iter().zip(self.packed(some)?) {
                Self::write_one(db, change, packed, now)?;
            }
        }
        Ok(())
    }

    /// The texts of changes as they are kept, made on all cores where they are many.
    fn packed(&self, changes: &[Change]) -> rusqlite::Result<Vec<Option<Arc<[u8]>>>> {
        let pack = |press: &mut Compressor<'_>, change: &Change| {
            let pack = |words: &Words| match words.bytes() {
                Some(bytes) => Ok(Arc::clone(bytes)),
                None => shape::pack(press, &words.draft()).map(Arc::from),
            };
            change.draft.as_ref().map(pack).transpose()
        };
        let packed: std::io::Result<_> = if changes.len() < FEW {
            let press = &mut *self.press.borrow_mut();
            changes.iter().map(|change| pack(press, change)).collect()
        } else {
            changes.par_iter().map_init(shape::compressor, pack).collect()
        };
        packed.map_err(unwritable)
    }

    fn write_one(
        db: &Connection,
        change: &Change,
        packed: Option<Arc<[u8]>>,
        now: DateTime<Utc>,
    ) -> rusqlite::Result<()> {
        let slot = change.slot as i64;
        let (r, p) = (&change.record, &change.record.print);
        let micros = |at: &Option<DateTime<Utc>>| at.map(|at| at.timestamp_micros());
        let mut put = db.prepare_cached(
            "INSERT INTO item (slot, id, slug, declared, raw, full, body, words, date, link, paths, first_seen, \
             public_since, published, zone, undated, updated, corrected, revisions, opens, expires, unfinished, \
             withdrawn, passed) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, \
             ?19, ?20, ?21, ?22, ?23, ?24) ON CONFLICT (slot) DO UPDATE SET slug = ?3, declared = ?4, raw = ?5, \
             full = ?6, body = ?7, words = ?8, date = ?9, link = ?10, paths = ?11, public_since = ?13, \
             published = ?14, zone = ?15, undated = ?16, updated = ?17, corrected = ?18, revisions = ?19, \
             opens = ?20, expires = ?21, unfinished = ?22, withdrawn = ?23, passed = ?24",
        )?;
        put.execute(params![
            slot,
            r.id,
            r.slug,
            r.declared,
            p.raw,
            p.full,
            p.body,
            p.words,
            p.date,
            p.link,
            serde_json::to_string(&r.paths.iter().map(|path| &**path).collect::<Vec<&str>>())
                .expect("strings are JSON"),
            r.first_seen.timestamp_micros(),
            micros(&r.public_since),
            r.published.timestamp_micros(),
            r.published.offset().local_minus_utc(),
            r.undated,
            r.updated.timestamp_micros(),
            r.corrected,
            r.revisions,
            micros(&r.opens),
            micros(&r.expires),
            r.unfinished,
            micros(&r.withdrawn),
            r.passed,
        ])?;
        if let Some(packed) = packed {
            let mut put = db.prepare_cached("INSERT OR REPLACE INTO body (slot, draft) VALUES (?1, ?2)")?;
            put.execute(params![slot, packed])?;
        }
        db.prepare_cached("DELETE FROM face WHERE slot = ?1")?.execute([slot])?;
        if let Some(event) = change.event {
            let mut note = db.prepare_cached("INSERT INTO revision (slot, at, kind, hash) VALUES (?1, ?2, ?3, ?4)")?;
            note.execute(params![slot, now.timestamp_micros(), event.as_str(), p.full])?;
        }
        Ok(())
    }

    /// A setting of the ledger's own.
    pub fn setting(&self, name: &str) -> Result<Option<String>, LedgerError> {
        get(&self.db, name).map_err(self.failed("read"))
    }

    /// Turns a database error into one that names the file.
    pub fn failed(&self, verb: &'static str) -> impl Fn(rusqlite::Error) -> LedgerError {
        move |error| LedgerError::sqlite(verb, &self.path, &error)
    }
}

/// Writes the history of an imported record, given as [`Store::history`] gives it.
pub fn write_history(db: &Connection, slot: usize, history: &[(String, String, String)]) -> rusqlite::Result<()> {
    let mut put =
        db.prepare_cached("INSERT INTO revision (slot, at, kind, hash) VALUES (?1, ?2, ?3, coalesce(unhex(?4), x''))")?;
    for (at, kind, hash) in history {
        let at = DateTime::parse_from_rfc3339(at)
            .map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))?;
        put.execute(params![slot as i64, at.timestamp_micros(), kind, hash])?;
    }
    Ok(())
}

/// Reads a setting.
pub fn get(db: &Connection, name: &str) -> rusqlite::Result<Option<String>> {
    db.prepare_cached("SELECT value FROM setting WHERE name = ?1")?.query_row([name], |row| row.get(0)).optional()
}

/// Writes a setting, or removes it.
pub fn set(db: &Connection, name: &str, value: Option<&str>) -> rusqlite::Result<()> {
    match value {
        Some(value) => db.execute("INSERT OR REPLACE INTO setting (name, value) VALUES (?1, ?2)", [name, value])?,
        None => db.execute("DELETE FROM setting WHERE name = ?1", [name])?,
    };
    Ok(())
}

/// An instant kept as microseconds since 1970, or the error that says which column holds none.
pub fn instant(row: &Row<'_>, column: &str) -> rusqlite::Result<DateTime<Utc>> {
    let micros: i64 = row.get(column)?;
    DateTime::from_timestamp_micros(micros).ok_or(rusqlite::Error::IntegralValueOutOfRange(0, micros))
}

fn record(row: &Row<'_>) -> rusqlite::Result<Record> {
    let maybe = |at: usize| -> rusqlite::Result<Option<DateTime<Utc>>> {
        let micros: Option<i64> = row.get(at)?;
        let read = |micros| {
            DateTime::from_timestamp_micros(micros).ok_or(rusqlite::Error::IntegralValueOutOfRange(at, micros))
        };
        micros.map(read).transpose()
    };
    let sure = |at: usize| maybe(at)?.ok_or(rusqlite::Error::IntegralValueOutOfRange(at, 0));
    let seconds: i32 = row.get(14)?;
    let zone = FixedOffset::east_opt(seconds).ok_or(rusqlite::Error::IntegralValueOutOfRange(14, seconds.into()))?;
    let paths: String = row.get(10)?;
    let unreadable =
        |error| rusqlite::Error::FromSqlConversionFailure(10, rusqlite::types::Type::Text, Box::new(error));
    Ok(Record {
        id: row.get(1)?,
        slug: row.get(2)?,
        declared: row.get(3)?,
        print: Print {
            raw: row.get(4)?,
            full: row.get(5)?,
            body: row.get(6)?,
            words: row.get(7)?,
            date: row.get(8)?,
            link: row.get(9)?,
        },
        paths: list(&paths).map_err(unreadable)?,
        first_seen: sure(11)?,
        public_since: maybe(12)?,
        published: zone.from_utc_datetime(&sure(13)?.naive_utc()),
        undated: row.get(15)?,
        updated: zone.from_utc_datetime(&sure(16)?.naive_utc()),
        corrected: row.get(17)?,
        revisions: row.get(18)?,
        opens: maybe(19)?,
        expires: maybe(20)?,
        unfinished: row.get(21)?,
        withdrawn: maybe(22)?,
        passed: row.get(23)?,
    })
}

/// A list of strings in JSON.
fn list(json: &str) -> serde_json::Result<Box<[Arc<str>]>> {
    let list: Vec<Cow<'_, str>> = serde_json::from_str(json)?;
    Ok(list.into_iter().map(Arc::from).collect())
}

fn unwritable(error: std::io::Error) -> rusqlite::Error {
    rusqlite::Error::ToSqlConversionFailure(Box::new(error))
}

/// Takes the lock, for as long as the connection lives.
fn lock(path: &Path) -> Result<Connection, LedgerError> {
    let take = || -> rusqlite::Result<Connection> {
        let db = Connection::open(path)?;
        db.busy_timeout(Duration::ZERO)?;
        db.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
        db.execute_batch("BEGIN EXCLUSIVE")?;
        Ok(db)
    };
    take().map_err(|error| LedgerError::sqlite("lock", path, &error))
}

/// Notes in the lock's file that a ledger was made beside it: should the database be lost, that is noticed.
/// In this locking mode the lock outlives the transaction.
fn mark(lock: &Connection, path: &Path) -> Result<(), LedgerError> {
    let write = || lock.execute_batch("PRAGMA user_version = 1; COMMIT");
    write().map_err(|error| LedgerError::sqlite("write to", path, &error))
}

/// Makes an empty ledger: aside, then moved into place, so that there is never half of one.
fn create(dir: &Path, path: &Path) -> Result<(), LedgerError> {
    let aside = dir.join(format!("{DATABASE}.new"));
    let _ = std::fs::remove_file(&aside);
    let build = || -> rusqlite::Result<()> {
        let db = Connection::open(&aside)?;
        db.pragma_update(None, "application_id", APPLICATION)?;
        migrate(&db)?;
        db.pragma_update(None, "journal_mode", "DELETE")?;
        db.close().map_err(|(_, error)| error)
    };
    build().map_err(|error| LedgerError::sqlite("create", &aside, &error))?;
    std::fs::rename(&aside, path).map_err(|error| LedgerError::io("create", path, &error))?;
    let sync = std::fs::File::open(dir).and_then(|dir| dir.sync_all());
    sync.map_err(|error| LedgerError::io("sync", dir, &error))
}

/// Takes the steps that the database has not taken yet, each in its own transaction.
fn migrate(db: &Connection) -> rusqlite::Result<()> {
    let taken: i32 = db.pragma_query_value(None, "user_version", |row| row.get(0))?;
    for (at, step) in MIGRATIONS.iter().enumerate().skip(usize::try_from(taken).unwrap_or(0)) {
        db.execute_batch(&format!("BEGIN IMMEDIATE; {step}; PRAGMA user_version = {}; COMMIT;", at + 1))?;
    }
    Ok(())
}
