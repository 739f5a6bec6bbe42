//! What a plan is drawn up over: everything for a whole scan; for a change, the drafts that came with the records
//! and drafts that could have a say in what becomes of them.
//!
//! Of a change the plan must be the very one that would be drawn up over everything. A draft that stays where it was
//! keeps its record, by the same text in the same file: it matters only where it shares a declared id, an address or
//! a file with one that came, and then takes part itself. Beside these, only records that no draft is seated on can
//! be matched: those freed just now, those withdrawn, and those whose file can't be read.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use rayon::prelude::*;

use super::index::Index;
use super::matching::Match;
use super::plan::Ground;
use super::print::{self, Hash, Print};
use super::record::Record;
use super::seats::Seats;
use super::{Scan, Words};
use crate::item::Place;

/// Records and drafts, each in their order.
#[derive(Default)]
pub struct Field {
    /// The records, ascending.
    pub slots: Vec<usize>,
    /// The drafts, by place.
    pub entries: Vec<Entry>,
    /// Places whose draft went, or has other words.
    pub left: Vec<Place>,
}

/// A draft.
pub struct Entry {
    pub place: Place,
    /// What it says; where it stays as it was, that is read only if it is needed.
    pub draft: Option<Words>,
    /// The record that it was seated on, where it stays as it was.
    pub stays: Option<usize>,
    pub print: Print,
    /// Its files, ascending.
    pub paths: Vec<Arc<str>>,
    pub declared: Option<String>,
    /// Whether its record must be looked at though it stays.
    pub due: bool,
    /// Whether the id that it declares is another's, as far as was known.
    pub taken: bool,
}

/// Paths that could not be read.
pub struct Unread<'a>(HashSet<&'a str>);

impl<'a> Unread<'a> {
    pub fn new(paths: &'a [String]) -> Self {
        Self(paths.iter().map(String::as_str).collect())
    }

    /// Whether one of a record's files could not be read, or lies in a folder that could not.
    pub fn holds(&self, record: &Record) -> bool {
        !self.0.is_empty() && record.paths.iter().any(|path| self.covers(path))
    }

    fn covers(&self, path: &str) -> bool {
        let folders = path.match_indices('/').map(|(at, _)| &path[..at]);
        self.0.contains(path) || self.0.contains("") || folders.into_iter().any(|folder| self.0.contains(folder))
    }
}

impl Entry {
    /// A draft that came. The fingerprints of one that is known byte for byte need not be made again.
    fn came(place: &Place, words: &Words, known: impl Fn(&Hash) -> Option<Print>) -> Self {
        let draft = words.head();
        let print = words.print().cloned().unwrap_or_else(|| {
            let raw = print::raw(draft);
            known(&raw).unwrap_or_else(|| Print::of(draft, raw))
        });
        let path = |path: &str| if *place.path == *path { Arc::clone(&place.path) } else { Arc::from(path) };
        let paths: BTreeSet<Arc<str>> = draft.sources.iter().map(|source| path(&source.path)).collect();
        Self {
            place: place.clone(),
            draft: Some(words.clone()),
            stays: None,
            print,
            paths: paths.into_iter().collect(),
            declared: draft.declared_id.clone(),
            due: true,
            taken: false,
        }
    }
}

impl Field {
    /// Everything there is.
    pub fn whole(records: &[Record], scan: &Scan) -> Self {
        let known: HashMap<Hash, &Print> = records.iter().map(|record| (record.print.raw, &record.print)).collect();
        let known = |raw: &Hash| known.get(raw).map(|&print| print.clone());
        // Fingerprints cost more than all else here.
        let mut entries: Vec<Entry> =
            scan.came.par_iter().map(|(place, words)| Entry::came(place, words, known)).collect();
        entries.par_sort_by(|a, b| a.place.cmp(&b.place));
        Self { slots: (0..records.len()).collect(), entries, left: Vec::new() }
    }

    /// What has a say in a change, and in where the drafts go that lose these records to others.
    pub fn of(ground: &Ground<'_>, scan: &Scan, seats: &Seats, displaced: &BTreeSet<usize>) -> Self {
        let (records, index) = (ground.records, ground.index);
        let came: BTreeMap<&Place, &Words> = scan.came.iter().map(|(place, words)| (place, words)).collect();
        let left: BTreeSet<&Place> =
            scan.gone.iter().chain(came.keys().copied()).filter(|place| seats.slot(place).is_some()).collect();
        let freed: BTreeSet<usize> = left.iter().filter_map(|place| seats.slot(place)).collect();
        let mut slots = freed.clone();
        let mut due: BTreeSet<usize> = BTreeSet::new();
        if let Some(since) = ground.since {
            let turning = index.turning(since, ground.now, ground.settings.tombstone_life);
            let (seated, others): (BTreeSet<usize>, _) =
                turning.into_iter().partition(|&slot| seats.place(slot).is_some());
            due.extend(seated);
            slots.extend(others.into_iter().filter(|&slot| seats.is_adrift(slot)));
        }
        if scan.unread != seats.unread() {
            let unread = Unread::new(&scan.unread);
            slots.extend(seats.adrift().filter(|&slot| !unread.holds(&records[slot])));
            due.extend(seats.apart());
        }
        slots.extend(&due);
        let mut entries: Vec<Entry> =
            came.into_iter().map(|(place, words)| Entry::came(place, words, |_| None)).collect();
        let lost = displaced.iter().filter_map(|&slot| stays(slot, &records[slot], seats, false));
        let lost: Vec<Entry> = lost.collect();
        for entry in entries.iter().chain(&lost) {
            slots.extend(index.loose_like(&entry.print.full, &entry.print.body));
            if let Some(link) = &entry.print.link {
                // Of two or more none is the one.
                let linked = index.linked(link).filter(|&slot| {
                    let shadow = records[slot].passed && records[slot].withdrawn.is_some();
                    !shadow && !ground.is_forgotten(slot) && !freed.contains(&slot)
                });
                slots.extend(linked.take(2));
            }
            let files = entry.paths.iter().flat_map(|path| index.in_file(path));
            slots.extend(files.filter(|&slot| !ground.is_forgotten(slot)));
        }
        let mut claimed: BTreeSet<String> = entries.iter().filter_map(|entry| entry.declared.clone()).collect();
        claimed.extend(
            freed.iter().flat_map(|&slot| [Some(records[slot].id.clone()), records[slot].declared.clone()]).flatten(),
        );
        Claims { records, index, seats, freed: &freed }.follow(&mut slots, claimed);
        for &slot in slots.iter().filter(|slot| !freed.contains(slot)) {
            entries.extend(stays(slot, &records[slot], seats, due.contains(&slot)));
        }
        entries.sort_by(|a, b| a.place.cmp(&b.place));
        Self { slots: slots.into_iter().collect(), entries, left: left.into_iter().cloned().collect() }
    }

    /// Records whose own draft is another's, or a new one, by these matches.
    pub fn displaced<'a>(&'a self, matches: &'a [Match]) -> impl Iterator<Item = usize> + 'a {
        let slot = |found: &Match| found.previous.map(|item| self.slots[item]);
        let moved = self.entries.iter().zip(matches).filter(move |(entry, found)| entry.stays != slot(found));
        moved.filter_map(|(entry, _)| entry.stays)
    }

    /// Adds records, with the drafts seated on them. Gives whether any was not there yet.
    pub fn extend(&mut self, more: BTreeSet<usize>, records: &[Record], seats: &Seats) -> bool {
        let more: BTreeSet<usize> = more.into_iter().filter(|slot| self.slots.binary_search(slot).is_err()).collect();
        self.entries.extend(more.iter().filter_map(|&slot| stays(slot, &records[slot], seats, false)));
        self.entries.sort_by(|a, b| a.place.cmp(&b.place));
        self.slots.extend(&more);
        self.slots.sort_unstable();
        !more.is_empty()
    }
}

/// The draft that is seated on a record, as it was.
fn stays(slot: usize, record: &Record, seats: &Seats, due: bool) -> Option<Entry> {
    let place = seats.place(slot)?;
    Some(Entry {
        place: place.clone(),
        draft: None,
        stays: Some(slot),
        print: record.print.clone(),
        paths: seats.paths(slot, record).to_vec(),
        declared: seats.declared(slot, record).map(String::from),
        due,
        taken: seats.taken().contains_key(place),
    })
}

/// Who declares an id, or has it.
struct Claims<'a> {
    records: &'a [Record],
    index: &'a Index,
    seats: &'a Seats,
    freed: &'a BTreeSet<usize>,
}

impl Claims<'_> {
    /// Adds the records that have something to do with the ids that are claimed, and with those that the drafts
    /// seated on these claim.
    fn follow(&self, slots: &mut BTreeSet<usize>, claimed: BTreeSet<String>) {
        let mut known: BTreeSet<String> = BTreeSet::new();
        let mut next: Vec<String> = claimed.into_iter().collect();
        next.extend(slots.iter().filter_map(|&slot| self.claim(slot)));
        while let Some(id) = next.pop() {
            if !known.insert(id.clone()) {
                continue;
            }
            let have = self.index.with_id(&id).filter(|&slot| self.records[slot].id == id);
            let declare = self.index.declaring(&id);
            let want = self.seats.taken().iter().filter(|(_, taken)| taken.declared == id);
            let want = want.filter_map(|(place, _)| self.seats.slot(place));
            for slot in have.chain(declare).chain(want) {
                if slots.insert(slot) {
                    next.extend(self.claim(slot));
                }
            }
        }
    }

    fn claim(&self, slot: usize) -> Option<String> {
        let seated = self.seats.place(slot).is_some() && !self.freed.contains(&slot);
        seated.then(|| self.seats.declared(slot, &self.records[slot]).map(String::from)).flatten()
    }
}
