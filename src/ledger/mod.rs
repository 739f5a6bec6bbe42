//! The ledger: what was ever published, so that no subscriber sees a release twice or misses one.
//!
//! Drafts go in, items with a permanent identity come out. The pure part decides (`matching` which draft is
//! which item, `grade` how much an edit matters, `fuse` what looks like an accident, `plan` what changes); the
//! store remembers, durably before anything new is shown. What comes in is a change, and nothing on its way looks at
//! all items (`field` finds those that have a say). This room knows nothing of topics or feeds.
//!
//! An item's id is decided once and never changes; its `published` stays from the moment it is public.

mod adopt;
mod error;
mod export;
mod faces;
mod field;
mod fuse;
mod grade;
mod index;
mod likely;
mod matching;
mod memory;
mod naming;
mod outcome;
mod plan;
mod print;
mod reason;
mod record;
mod representation;
mod scan;
mod seats;
mod shape;
mod shelf;
mod similarity;
mod store;
mod tell;
mod texts;
mod tidy;
mod words;

use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeSet, HashMap};
use std::path::Path;
use std::sync::Arc;

use chrono::{DateTime, Utc};

pub use adopt::{Adopted, Adoption, Fate};
pub use error::{LedgerError, Trouble};
pub use fuse::Hold;
pub use memory::{Piece, Pieces};
pub use outcome::{Decision, Kept, Outcome, State, Touched, What};
pub use print::Hash;
pub use reason::{How, Reason};
pub use representation::{Representation, last_modified};
pub use scan::{Root, RootState, Scan, Settings, places};
pub use shelf::{Pages, Shelves};
pub use texts::Texts;
pub use tidy::Tidier;
pub use words::{Words, pack};

use crate::item::Draft;
use field::{Field, Unread};
use index::Index;
use likely::{LIKELY, Likely};
use matching::Match;
use plan::{Ground, Plan};
use record::Record;
use seats::Seats;
use similarity::Sketch;
use store::{Access, Store};
use tell::Told;

/// What there is to remember of a scan. See [`Ledger::resolve`].
pub struct Resolution {
    /// `None` where the scan is held.
    plan: Option<Plan>,
    notes: Vec<(&'static str, Option<String>)>,
    now: DateTime<Utc>,
}

/// Everything ever published, and the database that remembers it.
pub struct Ledger {
    store: Store,
    records: Vec<Record>,
    /// Made when it is first wanted.
    index: OnceCell<Index>,
    seats: Seats,
    likely: RefCell<Likely>,
    ephemeral: bool,
    /// When it last published; `None` where it never did.
    last: Option<DateTime<Utc>>,
    /// What it last told; `None` where this process has not been told of every item.
    told: Option<Told>,
}

impl Ledger {
    /// Opens the ledger of a state folder as its only writer, making both where there are none.
    ///
    /// Fails where another process holds it, a newer version wrote it, it is damaged or has gone missing, or the
    /// folder can't be written; never begins afresh in the place of one that can't be read.
    pub fn open(dir: &Path) -> Result<Self, LedgerError> {
        Self::load(Store::open(dir, Access::Write)?, false)
    }

    /// Opens the ledger of a state folder to look at it, beside its writer if there is one.
    ///
    /// Fails as [`Ledger::open`] does, and where there is no ledger. Nothing may be published through it.
    pub fn read(dir: &Path) -> Result<Self, LedgerError> {
        Self::load(Store::open(dir, Access::Read)?, false)
    }

    /// A ledger without a disk, gone with its process.
    ///
    /// Ids are the same each time the same files are read. Nothing has a first sight the first time: an undated
    /// item then takes the date of the newest that has come out, so that the bytes don't depend on the hour.
    pub fn ephemeral() -> Result<Self, LedgerError> {
        Self::load(Store::ephemeral()?, true)
    }

    fn load(store: Store, ephemeral: bool) -> Result<Self, LedgerError> {
        let records = store.records()?;
        let last = store.setting(LAST)?.and_then(|at| at.parse().ok());
        let (index, seats, likely) = (OnceCell::new(), Seats::default(), RefCell::default());
        Ok(Self { store, records, index, seats, likely, ephemeral, last, told: None })
    }

    /// Decides what the scan means, remembers it, and only then tells. Nothing is changed where this fails.
    ///
    /// A scan that looks like an accident is held, and not taken in: tell it again, with what changed since. See
    /// [`Outcome::held`] and [`confirm`].
    pub fn publish(&mut self, scan: &Scan, now: DateTime<Utc>, settings: &Settings) -> Result<Outcome, LedgerError> {
        let (outcome, resolution) = self.resolve(scan, now, settings)?;
        self.settle(resolution, &outcome, scan, settings)?;
        Ok(outcome)
    }

    /// What [`Ledger::publish`] would come to, without remembering anything.
    pub fn preview(&self, scan: &Scan, now: DateTime<Utc>, settings: &Settings) -> Result<Outcome, LedgerError> {
        Ok(self.resolve(scan, now, settings)?.0)
    }

    /// The first half of [`Ledger::publish`]: what the scan means, and what there is to remember for it. Until that is
    /// [settled](Ledger::settle) nothing is remembered, so that a site can be made of the outcome meanwhile; it may be
    /// shown only afterwards.
    pub fn resolve(
        &self,
        scan: &Scan,
        now: DateTime<Utc>,
        settings: &Settings,
    ) -> Result<(Outcome, Resolution), LedgerError> {
        let (mut plan, held) = self.plan(scan, now, settings)?;
        if let Some(hold) = held {
            let notes = vec![(HOLD, Some(json(&hold)))];
            let outcome = self.standing(&plan, scan.whole, now, settings, hold);
            return Ok((outcome, Resolution { plan: None, notes, now }));
        }
        let changed = self.changed(&plan, now, settings);
        let mut notes = Vec::new();
        if self.store.setting(HOLD)?.is_some() || self.store.setting(CONFIRMED)?.is_some() {
            notes.extend([(HOLD, None), (CONFIRMED, None)]);
        }
        if changed || !notes.is_empty() || self.last.is_none() {
            notes.push((LAST, Some(now.to_rfc3339())));
        }
        let problems = self.problems(&plan, scan.whole);
        let (drafts, decisions) = (std::mem::take(&mut plan.drafts), std::mem::take(&mut plan.decisions));
        let (view, slots) = self.foresee(&plan, scan.whole);
        let outcome = Outcome { changed, problems, decisions, ..self.outcome(&view, now, settings, drafts, slots) };
        Ok((outcome, Resolution { plan: Some(plan), notes, now }))
    }

    /// The second half of [`Ledger::publish`]: remembers what was resolved of the very scan, durably. Nothing else
    /// happened in between. Nothing is changed where this fails.
    pub fn settle(
        &mut self,
        resolution: Resolution,
        outcome: &Outcome,
        scan: &Scan,
        settings: &Settings,
    ) -> Result<(), LedgerError> {
        self.store.writable()?;
        let Resolution { plan, notes, now } = resolution;
        if !notes.is_empty() {
            let changes = plan.as_ref().map_or(&[][..], |plan| &plan.changes);
            self.store.commit(changes, &notes, now)?;
        }
        if let Some(mut plan) = plan {
            self.last = Some(now);
            self.carry_out(&mut plan, scan);
        }
        self.told = Some(self.telling(outcome, now, settings));
        Ok(())
    }

    /// The items as last published, without looking at any file: what a daemon serves while it starts. All of them
    /// are in [`Outcome::touched`].
    pub fn recall(&self, now: DateTime<Utc>, settings: &Settings) -> Result<Outcome, LedgerError> {
        // Whatever was told before.
        let all = (0..self.records.len()).filter(|&slot| self.is_known(slot, now, settings)).collect();
        Ok(self.outcome(&self.view(), now, settings, HashMap::new(), all))
    }

    /// What an item said when it was last seen; the lines of its sources may be those of before.
    pub fn draft(&self, slot: usize) -> Result<Arc<Draft>, LedgerError> {
        self.store.draft(slot).map(Arc::new)
    }

    /// All items that stand in a file, public or not, each with its slot: newest first, ties by id.
    pub fn items(&self) -> impl Iterator<Item = (usize, Kept)> {
        let live = self.records.iter().enumerate().filter(|(slot, _)| self.stands(*slot));
        let mut items: Vec<(usize, Kept)> = live.map(|(slot, record)| (slot, record.kept())).collect();
        items.sort_by(|(_, a), (_, b)| b.published.cmp(&a.published).then_with(|| a.id.cmp(&b.id)));
        items.into_iter()
    }

    /// An item that stands in a file or stood in one, by its slot.
    pub fn kept(&self, slot: usize) -> Option<Kept> {
        self.records.get(slot).map(Record::kept)
    }

    /// Whether it is gone with its process.
    pub fn is_ephemeral(&self) -> bool {
        self.ephemeral
    }

    /// Whether it has never published.
    pub fn is_new(&self) -> bool {
        self.last.is_none()
    }

    /// What is held, if anything is.
    pub fn hold(&self) -> Result<Option<Hold>, LedgerError> {
        self.kept_hold(HOLD)
    }

    /// Lets what is held through when it is next published. Gives what was held; `None` where nothing was.
    pub fn confirm(&self, now: DateTime<Utc>) -> Result<Option<Hold>, LedgerError> {
        let hold = self.hold()?;
        if let Some(hold) = &hold {
            self.store.commit(&[], &[(CONFIRMED, Some(json(hold)))], now)?;
        }
        Ok(hold)
    }

    /// Whether what is held has been confirmed, perhaps by another process, so that it is time to publish again.
    pub fn is_confirmed(&self) -> Result<bool, LedgerError> {
        Ok(self.store.setting(CONFIRMED)?.is_some())
    }

    fn kept_hold(&self, name: &str) -> Result<Option<Hold>, LedgerError> {
        let text = self.store.setting(name)?;
        let damaged = |error: serde_json::Error| LedgerError::corrupted(&self.store.path, error.to_string());
        text.map(|text| serde_json::from_str(&text).map_err(damaged)).transpose()
    }

    fn index(&self) -> &Index {
        self.index.get_or_init(|| Index::of(&self.records))
    }

    /// Forgets what it knows of the folder: its records are others.
    fn forget(&mut self) {
        self.index = OnceCell::new();
        self.seats = Seats::default();
        self.likely = RefCell::default();
        self.told = None;
    }

    /// Seats drafts as another process did. Records have not changed since.
    fn take_seats(&mut self, seats: Seats) {
        self.index();
        let loose: Vec<usize> = (0..self.records.len()).filter(|&slot| seats.place(slot).is_none()).collect();
        let index = self.index.get_mut().expect("it was made just now");
        index.loosen_only(&loose, &self.records);
        self.seats = seats;
    }

    fn plan(&self, scan: &Scan, now: DateTime<Utc>, settings: &Settings) -> Result<(Plan, Option<Hold>), LedgerError> {
        let index = self.index();
        let crowded = index.withdrawn_count() > LIKELY;
        let ground = Ground {
            records: &self.records,
            index,
            now,
            since: self.last,
            stand_in: (self.ephemeral && self.last.is_none()).then(|| stand_in(scan, now)),
            settings,
            unread: Unread::new(&scan.unread),
            fresh: crowded.then(|| index.withdrawn().nth(LIKELY - 1)).flatten().unwrap_or((i64::MIN, 0)),
        };
        let known = RefCell::default();
        let sketch = |slot: usize| self.sketch(slot, &known);
        let (field, matches) = if scan.whole {
            let field = Field::whole(&self.records, scan);
            let matches = plan::matches(&ground, &field, sketch)?;
            (field, matches)
        } else {
            self.part(&ground, scan, sketch)?
        };
        let mut plan = plan::plan(&ground, &field, &matches, |slot| self.store.draft(slot))?;
        plan.decisions.sort_by(|a, b| (&a.path, &a.id).cmp(&(&b.path, &b.id)));
        // Where nothing was ever shown, nothing old can be shown anew: a folder that is filled after the start.
        let published_before = self.last.is_some() && !self.records.is_empty();
        let held = fuse::check(&ground, scan, &plan, self.kept_hold(CONFIRMED)?.as_ref(), published_before);
        Ok((plan, held))
    }

    /// What has a say in a change, and what becomes of it.
    fn part(
        &self,
        ground: &Ground<'_>,
        scan: &Scan,
        sketch: impl Fn(usize) -> Result<Arc<Sketch>, LedgerError>,
    ) -> Result<(Field, Vec<Match>), LedgerError> {
        let mut displaced = BTreeSet::new();
        loop {
            let mut field = Field::of(ground, scan, &self.seats, &displaced);
            let mut matches = plan::matches(ground, &field, &sketch)?;
            let mut near = BTreeSet::new();
            for (entry, _) in field.entries.iter().zip(&matches).filter(|(_, found)| found.is_unsure()) {
                near.extend(self.near(&*plan::sketch_of(entry, &sketch)?)?);
            }
            if field.extend(near, &self.records, &self.seats) {
                matches = plan::matches(ground, &field, &sketch)?;
            }
            // A draft that lost its record to another may be any that one which came may be.
            let before = displaced.len();
            displaced.extend(field.displaced(&matches));
            if displaced.len() == before {
                return Ok((field, matches));
            }
        }
    }

    /// What was withdrawn and a text may be.
    fn near(&self, text: &Sketch) -> Result<Vec<usize>, LedgerError> {
        if self.index().withdrawn_count() == 0 {
            return Ok(Vec::new());
        }
        let mut likely = self.likely.borrow_mut();
        likely.update(&self.records, self.index(), |slot| self.sketched(slot))?;
        Ok(likely.near(text))
    }

    /// The sketch of a record; those made for a plan are `known`.
    fn sketch(&self, slot: usize, known: &RefCell<HashMap<usize, Arc<Sketch>>>) -> Result<Arc<Sketch>, LedgerError> {
        let likely = self.likely.borrow().sketch(slot, &self.records[slot].print.raw);
        if let Some(sketch) = likely.or_else(|| known.borrow().get(&slot).cloned()) {
            return Ok(sketch);
        }
        let sketch = self.sketched(slot)?;
        known.borrow_mut().insert(slot, Arc::clone(&sketch));
        Ok(sketch)
    }

    fn sketched(&self, slot: usize) -> Result<Arc<Sketch>, LedgerError> {
        let draft = self.store.draft(slot)?;
        Ok(Arc::new(Sketch::of(&draft.title, &draft.body_text)))
    }

    /// Writes a plan's changes into the records, and seats its drafts.
    fn carry_out(&mut self, plan: &mut Plan, scan: &Scan) {
        self.index();
        let Self { records, index, seats, .. } = self;
        let index = index.get_mut().expect("it was made just now");
        if scan.whole {
            seats.begin(&plan.seats);
        } else {
            seats.change(&plan.left, &plan.seats, records, index);
        }
        let mut slots = BTreeSet::new();
        for change in std::mem::take(&mut plan.changes) {
            index.replace(change.slot, records.get(change.slot), &change.record);
            slots.insert(change.slot);
            match records.get_mut(change.slot) {
                Some(record) => *record = change.record,
                None => records.push(change.record),
            }
        }
        seats.settle(&plan.seats, records, index);
        if scan.whole {
            let loose: Vec<usize> = (0..records.len()).filter(|&slot| seats.place(slot).is_none()).collect();
            index.loosen_only(&loose, records);
            seats.drift(loose.into_iter(), records, &scan.unread);
        } else {
            seats.drift(slots.iter().chain(&plan.staying).copied(), records, &scan.unread);
        }
    }
}

/// Lets what is held through, from beside the process that publishes. See [`Ledger::confirm`].
pub fn confirm(dir: &Path, now: DateTime<Utc>) -> Result<Option<Hold>, LedgerError> {
    Ledger::read(dir)?.confirm(now)
}

const LAST: &str = "last publication";
const HOLD: &str = "hold";
const CONFIRMED: &str = "confirmed";

fn json(hold: &Hold) -> String {
    serde_json::to_string(hold).expect("strings are JSON")
}

/// What stands for the first sight where there was none: the newest date that has come, the same at any later hour
/// until the next item comes out.
fn stand_in(scan: &Scan, now: DateTime<Utc>) -> DateTime<Utc> {
    let dates = scan.came.iter().map(|(_, words)| words.head()).filter(|draft| !draft.unfinished).filter_map(|draft| {
        let date = draft.date.as_ref()?.published.to_utc();
        Some(draft.embargo.map_or(date, |embargo| date.max(embargo.to_utc())))
    });
    dates.filter(|&at| at <= now).max().unwrap_or(DateTime::UNIX_EPOCH)
}
