//! Which draft of the folder is seated on which record, so that a change can be told by the places it touches.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::index::Index;
use super::record::Record;
use crate::item::Place;
use crate::problem::Problem;

/// The drafts of the folder as last taken in.
#[derive(Default)]
pub struct Seats {
    slots: BTreeMap<Place, u32>,
    places: Vec<Option<Place>>,
    /// Records that stand in files which could not be read, without a draft.
    adrift: BTreeSet<u32>,
    /// The files of a draft, where its record keeps others that could not be read.
    apart: BTreeMap<u32, Box<[Arc<str>]>>,
    /// Records that were once declared an id, by drafts that declare none any more.
    mute: BTreeSet<u32>,
    /// Drafts that declare an id which is another's.
    taken: BTreeMap<Place, Taken>,
    /// What could not be read.
    unread: Vec<String>,
}

/// A declared id that could not be given.
#[derive(Debug, Clone)]
pub struct Taken {
    pub declared: String,
    pub problem: Problem,
}

/// A draft on a record.
#[derive(Debug, Clone)]
pub struct Seat {
    pub place: Place,
    pub slot: usize,
    /// The draft's files, ascending.
    pub paths: Vec<Arc<str>>,
    /// Whether it declares an id.
    pub declares: bool,
    /// Where it declares another's.
    pub taken: Option<Taken>,
}

impl Seats {
    /// The record that the draft of a place is seated on.
    pub fn slot(&self, place: &Place) -> Option<usize> {
        self.slots.get(place).map(|&slot| slot as usize)
    }

    /// The place of the draft that is seated on a record.
    pub fn place(&self, slot: usize) -> Option<&Place> {
        self.places.get(slot)?.as_ref()
    }

    /// Records that lost their draft because it could not be read.
    pub fn adrift(&self) -> impl Iterator<Item = usize> {
        self.adrift.iter().map(|&slot| slot as usize)
    }

    /// Whether a record is one of them.
    pub fn is_adrift(&self, slot: usize) -> bool {
        self.adrift.contains(&(slot as u32))
    }

    /// Records that keep files which their draft does not name.
    pub fn apart(&self) -> impl Iterator<Item = usize> {
        self.apart.keys().map(|&slot| slot as usize)
    }

    /// The files of the draft that is seated on a record.
    pub fn paths<'a>(&'a self, slot: usize, record: &'a Record) -> &'a [Arc<str>] {
        self.apart.get(&(slot as u32)).map_or(&record.paths, |paths| paths)
    }

    /// The id that the draft seated on a record declares.
    pub fn declared<'a>(&'a self, slot: usize, record: &'a Record) -> Option<&'a str> {
        match self.place(slot).and_then(|place| self.taken.get(place)) {
            Some(taken) => Some(&taken.declared),
            None if self.mute.contains(&(slot as u32)) => None,
            None => record.declared.as_deref(),
        }
    }

    /// The drafts that declare an id which is another's.
    pub fn taken(&self) -> &BTreeMap<Place, Taken> {
        &self.taken
    }

    /// What could not be read when this was taken in.
    pub fn unread(&self) -> &[String] {
        &self.unread
    }

    /// Takes in what was decided: `left` are places whose draft went or sits elsewhere now, `seats` those taken.
    /// `records` are those of before; call it before they change.
    pub fn change(&mut self, left: &[Place], seats: &[Seat], records: &[Record], index: &mut Index) {
        for place in left {
            let Some(slot) = self.slots.remove(place) else { continue };
            self.places[slot as usize] = None;
            self.apart.remove(&slot);
            self.mute.remove(&slot);
            self.taken.remove(place);
            index.loosen(slot as usize, &records[slot as usize]);
        }
        for seat in seats {
            if let Some(record) = records.get(seat.slot) {
                index.seat(seat.slot, record);
            }
            self.sit(seat);
        }
    }

    /// Takes in what was decided of everything there is.
    pub fn begin(&mut self, seats: &[Seat]) {
        *self = Self::default();
        seats.iter().for_each(|seat| self.sit(seat));
    }

    fn sit(&mut self, seat: &Seat) {
        if self.places.len() <= seat.slot {
            self.places.resize(seat.slot + 1, None);
        }
        self.places[seat.slot] = Some(seat.place.clone());
        self.slots.insert(seat.place.clone(), seat.slot as u32);
        if let Some(taken) = &seat.taken {
            self.taken.insert(seat.place.clone(), taken.clone());
        }
    }

    /// Notes what sets these records apart from their drafts, once they have changed.
    pub fn settle(&mut self, seats: &[Seat], records: &mut [Record], index: &mut Index) {
        for seat in seats {
            let (slot, record) = (seat.slot as u32, &mut records[seat.slot]);
            self.adrift.remove(&slot);
            // One copy of a path is enough.
            for path in record.paths.iter_mut().filter(|path| **path == seat.place.path) {
                *path = Arc::clone(&seat.place.path);
                index.share(path, seat.slot);
            }
            if record.paths.iter().ne(&seat.paths) {
                self.apart.insert(slot, seat.paths.iter().cloned().collect());
            } else {
                self.apart.remove(&slot);
            }
            if record.declared.is_some() && !seat.declares {
                self.mute.insert(slot);
            }
        }
    }

    /// Notes which of these records have no draft though they stand in a file, and what could not be read.
    pub fn drift(&mut self, slots: impl Iterator<Item = usize>, records: &[Record], unread: &[String]) {
        for slot in slots {
            if records[slot].withdrawn.is_none() && self.place(slot).is_none() {
                self.adrift.insert(slot as u32);
            } else {
                self.adrift.remove(&(slot as u32));
            }
        }
        if self.unread != unread {
            self.unread = unread.to_vec();
        }
    }
}
