//! A ledger as text, for backups and for moving: JSON Lines in a fixed order, so that two exports can be compared.
//!
//! The first line tells format and version, then comes a line an item by id, a line an address by path, a line a topic
//! with its archive pages, and the last line holds a hash of all before it: what was cut short or altered is refused.

use std::collections::HashSet;
use std::io::{self, BufRead, Write};
use std::sync::Arc;

use chrono::{DateTime, FixedOffset, Utc};
use serde::{Deserialize, Serialize};

use super::error::{LedgerError, Trouble};
use super::plan::Change;
use super::print::{self, Print};
use super::record::Record;
use super::{LAST, Ledger, Representation, Shelves, shape};

/// The version of this format.
const VERSION: u32 = 1;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    feedroom_ledger: u32,
    items: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    published: Option<DateTimeText>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Foot {
    blake3: String,
}

/// An instant as RFC 3339.
type DateTimeText = String;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Item {
    id: String,
    slug: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    declared: Option<String>,
    paths: Vec<String>,
    first_seen: DateTimeText,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    public_since: Option<DateTimeText>,
    published: DateTimeText,
    undated: bool,
    updated: DateTimeText,
    corrected: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    opens: Option<DateTimeText>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    withdrawn: Option<DateTimeText>,
    #[serde(default, skip_serializing_if = "is_false")]
    passed: bool,
    /// Instant, kind and fingerprint.
    revisions: Vec<(DateTimeText, String, String)>,
    draft: shape::Kept,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Served {
    path: String,
    etag: String,
    last_modified: DateTimeText,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    entries: Vec<(String, DateTimeText)>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Shelf {
    topic: String,
    pages: Vec<Vec<String>>,
}

/// A line after the items.
#[derive(Deserialize)]
#[serde(untagged)]
enum Line {
    Foot(Foot),
    Served(Served),
    Shelf(Shelf),
}

/// All that an export holds.
struct Whole {
    head: Head,
    items: Vec<Item>,
    served: Vec<Representation>,
    shelves: Shelves,
}

impl Ledger {
    /// Writes the whole ledger. Fails where the ledger can't be read; an error of the output is given as it is.
    pub fn export(&self, out: &mut impl Write) -> Result<io::Result<()>, LedgerError> {
        let mut out = Summed { out, sum: blake3::Hasher::new() };
        let head = Head {
            feedroom_ledger: VERSION,
            items: self.records.len(),
            published: self.last.map(|at| at.to_rfc3339()),
        };
        if let Err(error) = out.line(&head) {
            return Ok(Err(error));
        }
        let mut slots: Vec<usize> = (0..self.records.len()).collect();
        slots.sort_by(|&a, &b| self.records[a].id.cmp(&self.records[b].id));
        for slot in slots {
            if let Err(error) = out.line(&self.item(slot)?) {
                return Ok(Err(error));
            }
        }
        for path in self.validators()?.keys() {
            // Oldest first, as they are remembered.
            for served in self.editions(path)?.into_iter().rev() {
                let entries = served.entries.into_iter().map(|(id, at)| (id, at.to_rfc3339())).collect();
                let (path, etag, last_modified) = (served.path, served.etag, served.last_modified.to_rfc3339());
                if let Err(error) = out.line(&Served { path, etag, last_modified, entries }) {
                    return Ok(Err(error));
                }
            }
        }
        for (topic, pages) in self.shelves()? {
            if let Err(error) = out.line(&Shelf { topic, pages }) {
                return Ok(Err(error));
            }
        }
        let foot = Foot { blake3: out.sum.finalize().to_hex().to_string() };
        Ok(out.line(&foot).and_then(|()| out.out.flush()))
    }

    fn item(&self, slot: usize) -> Result<Item, LedgerError> {
        let record = &self.records[slot];
        let text = |at: &Option<DateTime<Utc>>| at.map(|at| at.to_rfc3339());
        Ok(Item {
            id: record.id.clone(),
            slug: record.slug.clone(),
            declared: record.declared.clone(),
            paths: record.paths.iter().map(|path| path.to_string()).collect(),
            first_seen: record.first_seen.to_rfc3339(),
            public_since: text(&record.public_since),
            published: record.published.to_rfc3339(),
            undated: record.undated,
            updated: record.updated.to_rfc3339(),
            corrected: record.corrected,
            opens: text(&record.opens),
            withdrawn: text(&record.withdrawn),
            passed: record.passed,
            revisions: self.store.history(slot)?,
            draft: shape::Kept::from(&self.store.draft(slot)?),
        })
    }

    /// Takes over an export into an empty ledger, all or nothing; gives the number of items.
    ///
    /// Refuses an export that is damaged, cut short or of a newer version, and a ledger that holds items already.
    pub fn import(&mut self, input: impl BufRead) -> Result<usize, LedgerError> {
        self.store.writable()?;
        let refused = |detail: String| LedgerError::new(Trouble::Refused, "import into", &self.store.path, detail);
        if !self.records.is_empty() {
            return Err(refused(format!("it holds {} items already; import into an empty one", self.records.len())));
        }
        let Whole { head, items, served, shelves } = read(input).map_err(refused)?;
        let mut changes = Vec::with_capacity(items.len());
        let mut histories = Vec::with_capacity(items.len());
        let (mut ids, mut slugs) = (HashSet::new(), HashSet::new());
        for (slot, item) in items.into_iter().enumerate() {
            if !ids.insert(item.id.clone()) || !slugs.insert(item.slug.clone()) {
                return Err(refused(format!("line {}: the id or slug stands there twice", slot + 2)));
            }
            histories.push(item.revisions.clone());
            changes.push(change(slot, item).map_err(|error| refused(format!("line {}: {error}", slot + 2)))?);
        }
        let now = DateTime::UNIX_EPOCH;
        self.store.transaction("import into", |db| {
            super::memory::outdate(db)?;
            for change in &changes {
                self.store.write(db, std::slice::from_ref(change), now)?;
            }
            for (slot, history) in histories.iter().enumerate() {
                super::store::write_history(db, slot, history)?;
            }
            super::representation::write(db, &served)?;
            super::shelf::write(db, &shelves)?;
            super::store::set(db, LAST, head.published.as_deref())
        })?;
        self.last = head.published.as_deref().and_then(|at| at.parse().ok());
        self.records = changes.into_iter().map(|change| change.record).collect();
        self.forget();
        Ok(self.records.len())
    }
}

fn read(input: impl BufRead) -> Result<Whole, String> {
    let mut lines = input.lines().enumerate().map(|(at, line)| (at + 1, line));
    let mut sum = blake3::Hasher::new();
    let mut next = |wanted: bool| -> Result<Option<(usize, String, String)>, String> {
        match lines.next() {
            None if wanted => Err("it ends too soon".to_string()),
            None => Ok(None),
            Some((at, line)) => {
                let line = line.map_err(|error| format!("line {at}: {error}"))?;
                let before = sum.finalize().to_hex().to_string();
                sum.update(line.as_bytes());
                sum.update(b"\n");
                Ok(Some((at, line, before)))
            }
        }
    };
    let (_, line, _) = next(true)?.ok_or_else(|| "it is empty".to_string())?;
    let head: Head = serde_json::from_str(&line).map_err(|error| format!("line 1: it is no export: {error}"))?;
    if head.feedroom_ledger > VERSION {
        return Err(format!("it is of version {}, this feedroom knows up to {VERSION}", head.feedroom_ledger));
    }
    let mut items = Vec::new();
    let mut served = Vec::new();
    let mut shelves = Shelves::new();
    loop {
        let Some((at, line, before)) = next(true)? else { unreachable!("an end is an error") };
        let wrong = |error: String| format!("line {at}: {error}");
        if items.len() < head.items {
            items.push(serde_json::from_str(&line).map_err(|error| wrong(error.to_string()))?);
            continue;
        }
        match serde_json::from_str(&line).map_err(|error| wrong(error.to_string()))? {
            Line::Served(one) => {
                let entry = |(id, at): (String, String)| instant(&at).map(|at| (id, at));
                served.push(Representation {
                    path: one.path,
                    etag: one.etag,
                    last_modified: instant(&one.last_modified).map_err(wrong)?.to_utc(),
                    entries: one.entries.into_iter().map(entry).collect::<Result<_, _>>().map_err(wrong)?,
                });
            }
            Line::Shelf(Shelf { topic, pages }) => {
                shelves.insert(topic, pages);
            }
            Line::Foot(foot) if foot.blake3 != before => {
                return Err("it was altered: its hash does not fit".to_string());
            }
            Line::Foot(_) => break,
        }
    }
    if next(false)?.is_some() {
        return Err("something follows its last line".to_string());
    }
    Ok(Whole { head, items, served, shelves })
}

fn change(slot: usize, item: Item) -> Result<Change, String> {
    let maybe = |at: Option<String>| at.map(|at| instant(&at).map(|at| at.to_utc())).transpose();
    let draft = item.draft.draft()?;
    let edits = item.revisions.iter().filter(|(_, kind, _)| kind == "silent edit" || kind == "correction").count();
    let record = Record {
        id: item.id,
        slug: item.slug,
        declared: item.declared,
        print: Print::of(&draft, print::raw(&draft)),
        paths: item.paths.into_iter().map(Arc::from).collect(),
        first_seen: instant(&item.first_seen)?.to_utc(),
        public_since: maybe(item.public_since)?,
        published: instant(&item.published)?,
        undated: item.undated,
        updated: instant(&item.updated)?,
        corrected: item.corrected,
        revisions: u32::try_from(edits).unwrap_or(u32::MAX),
        opens: maybe(item.opens)?,
        expires: draft.expires.map(|at| at.to_utc()),
        unfinished: draft.unfinished,
        withdrawn: maybe(item.withdrawn)?,
        passed: item.passed,
    };
    Ok(Change { slot, record, draft: Some(Arc::new(draft).into()), event: None })
}

fn is_false(flag: &bool) -> bool {
    !flag
}

fn instant(text: &str) -> Result<DateTime<FixedOffset>, String> {
    DateTime::parse_from_rfc3339(text).map_err(|error| format!("`{text}` is no instant: {error}"))
}

/// Writes lines and sums them up.
struct Summed<'a, W> {
    out: &'a mut W,
    sum: blake3::Hasher,
}

impl<W: Write> Summed<'_, W> {
    fn line(&mut self, value: &impl Serialize) -> io::Result<()> {
        let mut line = serde_json::to_vec(value)?;
        line.push(b'\n');
        self.sum.update(&line);
        self.out.write_all(&line)
    }
}
