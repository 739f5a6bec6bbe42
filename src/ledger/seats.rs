//! Which draft of the folder is seated on which record, so that a change can be told by the places it touches.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

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
    /// Records of which something else is to be kept than was kept last; `None` where it may be any.
    unkept: Option<BTreeSet<u32>>,
}

/// A declared id that could not be given.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Taken {
    pub declared: String,
    pub problem: Problem,
}

/// What outlives the process of one record's seat.
#[derive(Serialize, Deserialize)]
pub struct Kept {
    /// The number of the draft in its file; the file only where it is not the first of the record's.
    place: Option<(u32, Option<String>)>,
    adrift: bool,
    mute: bool,
    apart: Option<Vec<String>>,
    taken: Option<Taken>,
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
            self.touch(slot);
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

    /// The records of which something else is to be kept than was kept last; `None` where it may be any.
    pub fn unkept(&self) -> Option<&BTreeSet<u32>> {
        self.unkept.as_ref()
    }

    /// Notes that all is kept as it is.
    pub fn are_kept(&mut self) {
        self.unkept = Some(BTreeSet::new());
    }

    fn touch(&mut self, slot: u32) {
        if let Some(unkept) = &mut self.unkept {
            unkept.insert(slot);
        }
    }

    /// What is to be kept of a record's seat.
    pub fn kept(&self, slot: usize, record: &Record) -> Kept {
        let place = self.place(slot);
        let file = |place: &Place| (record.paths.first() != Some(&place.path)).then(|| place.path.to_string());
        let slot = slot as u32;
        Kept {
            place: place.map(|place| (place.number, file(place))),
            adrift: self.adrift.contains(&slot),
            mute: self.mute.contains(&slot),
            apart: self.apart.get(&slot).map(|paths| paths.iter().map(|path| path.to_string()).collect()),
            taken: place.and_then(|place| self.taken.get(place)).cloned(),
        }
    }

    /// The seats of all records as they were kept, and what could not be read then. `None` where that does not go
    /// together.
    pub fn resume(kept: Vec<Kept>, records: &[Record], unread: Vec<String>) -> Option<Self> {
        let mut seats = Self { unread, places: vec![None; records.len()], ..Self::default() };
        seats.are_kept();
        let mut slots = Vec::with_capacity(records.len());
        for (slot, (kept, record)) in (0_u32..).zip(kept.into_iter().zip(records)) {
            if kept.adrift {
                seats.adrift.insert(slot);
            }
            if kept.mute {
                seats.mute.insert(slot);
            }
            if let Some(apart) = kept.apart {
                seats.apart.insert(slot, apart.into_iter().map(Arc::from).collect());
            }
            let Some((number, path)) = kept.place else { continue };
            let path = path.map(Arc::from).or_else(|| record.paths.first().cloned())?;
            let place = Place { path, number };
            seats.taken.extend(kept.taken.map(|taken| (place.clone(), taken)));
            slots.push((place.clone(), slot));
            seats.places[slot as usize] = Some(place);
        }
        seats.slots = slots.into_iter().collect();
        (seats.slots.len() == seats.places.iter().flatten().count()).then_some(seats)
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
        self.touch(seat.slot as u32);
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

    /// Notes which of these records, those that changed among them, have no draft though they stand in a file, and what
    /// could not be read.
    pub fn drift(&mut self, slots: impl Iterator<Item = usize>, records: &[Record], unread: &[String]) {
        for slot in slots {
            self.touch(slot as u32);
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
