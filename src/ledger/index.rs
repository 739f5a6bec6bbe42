//! Where to find a record without looking at all of them: by its names, texts, files and instants.
//!
//! Keys are cut to 64 bits, so that an index takes little room; whoever asks compares the records that it names.

use std::collections::BTreeSet;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash as _, Hasher};
use std::ops::Bound;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use super::print::Hash;
use super::record::Record;

/// Slots by a key.
#[derive(Default)]
pub struct Keys(BTreeSet<(u64, u32)>);

impl Keys {
    /// The slots under a key, ascending.
    pub fn of(&self, key: u64) -> impl Iterator<Item = usize> {
        self.0.range((key, 0)..=(key, u32::MAX)).map(|&(_, slot)| slot as usize)
    }

    fn add(&mut self, key: u64, slot: usize) {
        self.0.insert((key, slot as u32));
    }

    fn remove(&mut self, key: u64, slot: usize) {
        self.0.remove(&(key, slot as u32));
    }
}

/// The key of a name.
pub fn named(name: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    name.hash(&mut hasher);
    hasher.finish()
}

/// The key of a hash.
pub fn hashed(hash: &Hash) -> u64 {
    let mut first = [0; 8];
    first.copy_from_slice(&hash[..8]);
    u64::from_le_bytes(first)
}

/// All records by what they may be asked for.
#[derive(Default)]
pub struct Index {
    ids: Keys,
    slugs: Keys,
    declared: Keys,
    links: Keys,
    paths: BTreeSet<(Arc<str>, u32)>,
    /// Instants at which a record opens, expires or was withdrawn, in microseconds.
    marks: BTreeSet<(i64, u32)>,
    /// When records were withdrawn.
    withdrawn: BTreeSet<(i64, u32)>,
    /// Withdrawn because their authors put them under embargo.
    veiled: BTreeSet<u32>,
    /// Counts the changes of what is withdrawn or expires.
    version: u64,
    /// Title with text, and text alone, of records that no draft is seated on.
    full: Keys,
    body: Keys,
}

impl Index {
    /// The index of all records, of which no draft is seated on any.
    pub fn of(records: &[Record]) -> Self {
        let all = || records.iter().enumerate().map(|(slot, record)| (slot as u32, record));
        let keys = |key: fn(&Record) -> Option<u64>| {
            Keys(all().filter_map(|(slot, record)| Some((key(record)?, slot))).collect())
        };
        let loose: Vec<usize> = (0..records.len()).collect();
        let mut index = Self {
            ids: keys(|record| Some(named(&record.id))),
            slugs: keys(|record| Some(named(&record.slug))),
            declared: keys(|record| record.declared.as_deref().map(named)),
            links: keys(|record| record.print.link.as_ref().map(hashed)),
            paths: all().flat_map(|(slot, record)| record.paths.iter().map(move |p| (Arc::clone(p), slot))).collect(),
            marks: all().flat_map(|(slot, record)| marks(record).map(move |at| (at, slot))).collect(),
            withdrawn: all().filter_map(|(slot, record)| Some((record.withdrawn?.timestamp_micros(), slot))).collect(),
            veiled: all().filter(|(_, record)| is_veiled(record)).map(|(slot, _)| slot).collect(),
            ..Self::default()
        };
        index.loosen_only(&loose, records);
        index
    }

    /// Takes a record in the place of what it was.
    pub fn replace(&mut self, slot: usize, old: Option<&Record>, new: &Record) {
        if let Some(old) = old {
            self.slugs.remove(named(&old.slug), slot);
            old.declared.iter().for_each(|id| self.declared.remove(named(id), slot));
            old.print.link.iter().for_each(|link| self.links.remove(hashed(link), slot));
            for path in &old.paths {
                self.paths.remove(&(Arc::clone(path), slot as u32));
            }
            for at in marks(old) {
                self.marks.remove(&(at, slot as u32));
            }
        } else {
            self.ids.add(named(&new.id), slot);
        }
        self.slugs.add(named(&new.slug), slot);
        new.declared.iter().for_each(|id| self.declared.add(named(id), slot));
        new.print.link.iter().for_each(|link| self.links.add(hashed(link), slot));
        self.paths.extend(new.paths.iter().map(|path| (Arc::clone(path), slot as u32)));
        self.marks.extend(marks(new).map(|at| (at, slot as u32)));
        if is_veiled(new) {
            self.veiled.insert(slot as u32);
        } else {
            self.veiled.remove(&(slot as u32));
        }
        let (before, after) = (old.and_then(|old| old.withdrawn), new.withdrawn);
        let tombs = before.is_some() || after.is_some() || new.expires.is_some();
        if tombs || old.is_some_and(|old| old.expires.is_some()) {
            self.version += 1;
        }
        if before != after {
            if let Some(at) = before {
                self.withdrawn.remove(&(at.timestamp_micros(), slot as u32));
            }
            self.withdrawn.extend(after.map(|at| (at.timestamp_micros(), slot as u32)));
        }
    }

    /// Takes a copy of a record's path that is shared.
    pub fn share(&mut self, path: &Arc<str>, slot: usize) {
        self.paths.replace((Arc::clone(path), slot as u32));
    }

    /// Notes that no draft is seated on a record any more.
    pub fn loosen(&mut self, slot: usize, record: &Record) {
        self.full.add(hashed(&record.print.full), slot);
        self.body.add(hashed(&record.print.body), slot);
    }

    /// Notes that a draft is seated on a record that was loose.
    pub fn seat(&mut self, slot: usize, record: &Record) {
        self.full.remove(hashed(&record.print.full), slot);
        self.body.remove(hashed(&record.print.body), slot);
    }

    /// Notes that drafts are seated on all records but these.
    pub fn loosen_only(&mut self, loose: &[usize], records: &[Record]) {
        let keys = |key: fn(&Record) -> &Hash| {
            Keys(loose.iter().map(|&slot| (hashed(key(&records[slot])), slot as u32)).collect())
        };
        self.full = keys(|record| &record.print.full);
        self.body = keys(|record| &record.print.body);
    }

    /// Records without a draft that have a text, under its title or another.
    pub fn loose_like(&self, full: &Hash, body: &Hash) -> impl Iterator<Item = usize> {
        self.full.of(hashed(full)).chain(self.body.of(hashed(body)))
    }

    /// Records that may have an id.
    pub fn with_id(&self, id: &str) -> impl Iterator<Item = usize> {
        self.ids.of(named(id))
    }

    /// Records that may have a slug.
    pub fn with_slug(&self, slug: &str) -> impl Iterator<Item = usize> {
        self.slugs.of(named(slug))
    }

    /// Records whose author may have declared an id.
    pub fn declaring(&self, id: &str) -> impl Iterator<Item = usize> {
        self.declared.of(named(id))
    }

    /// Records that may have an address elsewhere.
    pub fn linked(&self, link: &Hash) -> impl Iterator<Item = usize> {
        self.links.of(hashed(link))
    }

    /// Records that stand, or stood last, in a file.
    pub fn in_file(&self, path: &Arc<str>) -> impl Iterator<Item = usize> {
        self.paths.range((Arc::clone(path), 0)..=(Arc::clone(path), u32::MAX)).map(|&(_, slot)| slot as usize)
    }

    /// Records with a mark after one instant, up to another.
    pub fn marked(&self, after: DateTime<Utc>, until: DateTime<Utc>) -> impl Iterator<Item = (i64, usize)> {
        let bounds = (
            Bound::Excluded((after.timestamp_micros(), u32::MAX)),
            Bound::Included((until.timestamp_micros(), u32::MAX)),
        );
        // A range that ends before it begins is a mistake to a B-tree.
        let range = (after < until).then(|| self.marks.range(bounds));
        range.into_iter().flatten().map(|&(at, slot)| (at, slot as usize))
    }

    /// Records that may be shown otherwise at one instant than at another, which may be the earlier.
    pub fn turning(&self, one: DateTime<Utc>, other: DateTime<Utc>, life: TimeDelta) -> BTreeSet<usize> {
        // Marks are cut to microseconds.
        let (from, to) = (one.min(other) - TimeDelta::microseconds(1), one.max(other));
        let ends = self.marked(from - life, to - life);
        self.marked(from, to).chain(ends).map(|(_, slot)| slot).collect()
    }

    /// Records that were withdrawn because their authors put them under embargo, ascending.
    pub fn veiled(&self) -> impl Iterator<Item = usize> {
        self.veiled.iter().map(|&slot| slot as usize)
    }

    /// When records were withdrawn, the latest first.
    pub fn withdrawn(&self) -> impl Iterator<Item = (i64, usize)> {
        self.withdrawn.iter().rev().map(|&(at, slot)| (at, slot as usize))
    }

    /// How many are withdrawn.
    pub fn withdrawn_count(&self) -> usize {
        self.withdrawn.len()
    }

    /// Another number whenever a record has changed that is withdrawn or expires, or did so.
    pub fn version(&self) -> u64 {
        self.version
    }
}

/// Whether a record was public, and waits for another opening.
pub fn is_veiled(record: &Record) -> bool {
    record.withdrawn.is_some() && record.opens.is_some() && !record.unfinished
}

fn marks(record: &Record) -> impl Iterator<Item = i64> {
    [record.opens, record.expires, record.withdrawn].into_iter().flatten().map(|at| at.timestamp_micros())
}
