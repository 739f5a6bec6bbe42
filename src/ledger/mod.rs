//! The ledger: what was ever published, so that no subscriber sees a release twice or misses one.
//!
//! Drafts go in, items with a permanent identity come out. The pure part decides (`matching` which draft is
//! which item, `grade` how much an edit matters, `fuse` what looks like an accident, `plan` what changes); the
//! store remembers, durably before anything new is shown. This room knows nothing of topics or feeds.
//!
//! An item's id is decided once and never changes; its `published` stays from the moment it is public.

mod adopt;
mod error;
mod export;
mod faces;
mod fuse;
mod grade;
mod matching;
mod naming;
mod outcome;
mod plan;
mod print;
mod reason;
mod record;
mod representation;
mod scan;
mod shape;
mod shelf;
mod similarity;
mod store;
mod texts;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

pub use adopt::{Adopted, Adoption, Fate};
pub use error::{LedgerError, Trouble};
pub use fuse::Hold;
pub use outcome::{Decision, Kept, Outcome, State, Touched, What};
pub use print::Hash;
pub use reason::{How, Reason};
pub use representation::{Representation, last_modified};
pub use scan::{Root, RootState, Scan, Settings, places};
pub use shelf::Shelves;
pub use texts::Texts;

use crate::item::{Draft, Place};
use plan::{Ground, Plan};
use record::Record;
use similarity::Sketch;
use store::{Access, Store};

/// Everything ever published, and the database that remembers it.
pub struct Ledger {
    store: Store,
    records: Vec<Record>,
    ephemeral: bool,
    /// When it last published; `None` where it never did.
    last: Option<DateTime<Utc>>,
    at_hand: RefCell<HashMap<usize, Past>>,
    /// The drafts of the folder, as last told.
    standing: BTreeMap<Place, Arc<Draft>>,
    /// When it last told of anything; `None` where this process has not been told of every item.
    told: Option<DateTime<Utc>>,
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
        Ok(Self { store, records, ephemeral, last, at_hand: RefCell::default(), standing: BTreeMap::new(), told: None })
    }

    /// Decides what the scan means, remembers it, and only then tells. Nothing is changed where this fails.
    ///
    /// A scan that looks like an accident is held, and not taken in: tell it again, with what changed since. See
    /// [`Outcome::held`] and [`confirm`].
    pub fn publish(&mut self, scan: &Scan, now: DateTime<Utc>, settings: &Settings) -> Result<Outcome, LedgerError> {
        self.store.writable()?;
        let scan = &self.whole(scan);
        let (mut plan, held) = self.plan(scan, now, settings)?;
        if let Some(hold) = held {
            self.store.commit(&[], &[(HOLD, Some(json(&hold)))], now)?;
            let outcome = self.standing(now, settings, plan, hold)?;
            self.told = Some(now);
            return Ok(outcome);
        }
        let changed = self.changed(&plan, now, settings);
        let release = if self.store.setting(HOLD)?.is_some() || self.store.setting(CONFIRMED)?.is_some() {
            vec![(HOLD, None), (CONFIRMED, None)]
        } else {
            Vec::new()
        };
        if changed || !plan.changes.is_empty() || !release.is_empty() || self.last.is_none() {
            let settings = [vec![(LAST, Some(now.to_rfc3339()))], release].concat();
            self.store.commit(&plan.changes, &settings, now)?;
        }
        self.last = Some(now);
        self.standing = scan.came.iter().cloned().collect();
        let touched = apply(&mut self.records, &mut plan);
        touched.iter().for_each(|slot| drop(self.at_hand.borrow_mut().remove(slot)));
        let outcome = self.outcome(&self.records, now, settings, plan, touched, changed)?;
        self.told = Some(now);
        Ok(outcome)
    }

    /// What [`Ledger::publish`] would come to, without remembering anything.
    pub fn preview(&self, scan: &Scan, now: DateTime<Utc>, settings: &Settings) -> Result<Outcome, LedgerError> {
        let (mut plan, held) = self.plan(&self.whole(scan), now, settings)?;
        if let Some(hold) = held {
            return self.standing(now, settings, plan, hold);
        }
        let changed = self.changed(&plan, now, settings);
        let mut records = self.records.clone();
        let touched = apply(&mut records, &mut plan);
        self.outcome(&records, now, settings, plan, touched, changed)
    }

    /// The items as last published, without looking at any file: what a daemon serves while it starts. All of them
    /// are in [`Outcome::touched`].
    pub fn recall(&self, now: DateTime<Utc>, settings: &Settings) -> Result<Outcome, LedgerError> {
        let all = (0..self.records.len()).collect();
        self.outcome(&self.records, now, settings, Plan::default(), all, false)
    }

    /// What an item said when it was last seen; the lines of its sources may be those of before.
    pub fn draft(&self, slot: usize) -> Result<Arc<Draft>, LedgerError> {
        self.store.draft(slot).map(Arc::new)
    }

    /// All items that stand in a file, public or not, each with its slot: newest first, ties by id.
    pub fn items(&self) -> impl Iterator<Item = (usize, Kept)> {
        let live = self.records.iter().enumerate().filter(|(_, record)| record.withdrawn.is_none());
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

    fn plan(&self, scan: &Scan, now: DateTime<Utc>, settings: &Settings) -> Result<(Plan, Option<Hold>), LedgerError> {
        let stand_in = (self.ephemeral && self.last.is_none()).then(|| stand_in(scan, now));
        let ground = Ground { records: &self.records, now, stand_in, settings };
        let mut plan = plan::plan(&ground, scan, |slot| self.store.draft(slot), |slot| Ok(self.past(slot)?.sketch))?;
        plan.decisions.sort_by(|a, b| (&a.path, &a.id).cmp(&(&b.path, &b.id)));
        // Where nothing was ever shown, nothing old can be shown anew: a folder that is filled after the start.
        let published_before = self.last.is_some() && !self.records.is_empty();
        let held = fuse::check(&ground, scan, &plan, self.kept_hold(CONFIRMED)?.as_ref(), published_before);
        Ok((plan, held))
    }

    /// A record that no file was read for, with its sketch: withdrawn ones are asked for at every publication, so
    /// some are kept at hand.
    fn past(&self, slot: usize) -> Result<Past, LedgerError> {
        let raw = self.records[slot].print.raw;
        if let Some(past) = self.at_hand.borrow().get(&slot).filter(|past| past.raw == raw) {
            return Ok(past.clone());
        }
        let draft = Arc::new(self.store.draft(slot)?);
        let sketch = Arc::new(Sketch::of(&draft.title, &draft.body_text));
        let past = Past { raw, draft, sketch };
        let mut at_hand = self.at_hand.borrow_mut();
        if at_hand.len() >= AT_HAND {
            at_hand.clear();
        }
        at_hand.insert(slot, past.clone());
        Ok(past)
    }

    /// Whether anything is other than after the last publication: a change, or time that has passed.
    fn changed(&self, plan: &Plan, now: DateTime<Utc>, settings: &Settings) -> bool {
        let Some(last) = self.last else { return true };
        !plan.changes.is_empty() || self.records.iter().any(|record| turned(record, last, now, settings.tombstone_life))
    }

    /// What was told and what has become other since, as if both were all there is.
    fn whole(&self, scan: &Scan) -> Scan {
        if scan.whole {
            return scan.clone();
        }
        let mut came = self.standing.clone();
        scan.gone.iter().for_each(|place| drop(came.remove(place)));
        came.extend(scan.came.iter().cloned());
        Scan { came: came.into_iter().collect(), whole: true, ..scan.clone() }
    }

    /// The last good items, with what is held.
    fn standing(
        &self,
        now: DateTime<Utc>,
        settings: &Settings,
        plan: Plan,
        hold: Hold,
    ) -> Result<Outcome, LedgerError> {
        let plan = Plan { current: Vec::new(), ..plan };
        let outcome = self.outcome(&self.records, now, settings, plan, BTreeSet::new(), false)?;
        Ok(Outcome { held: Some(hold), ..outcome })
    }

    fn outcome(
        &self,
        records: &[Record],
        now: DateTime<Utc>,
        settings: &Settings,
        plan: Plan,
        mut touched: BTreeSet<usize>,
        changed: bool,
    ) -> Result<Outcome, LedgerError> {
        let Plan { current, decisions, problems, .. } = plan;
        let mut drafts: HashMap<usize, Arc<Draft>> =
            current.into_iter().filter_map(|(slot, draft)| Some((slot, draft?))).collect();
        let life = settings.tombstone_life;
        match self.told {
            None => touched.extend(0..records.len()),
            Some(told) => {
                touched.extend((0..records.len()).filter(|&slot| turned(&records[slot], told, now, life)));
            }
        }
        let touched = touched.into_iter().filter(|&slot| {
            let record = &records[slot];
            self.told.is_some() || record.withdrawn.is_none() || record.remembered(now, life)
        });
        let touched =
            touched.map(|slot| Touched { slot, kept: records[slot].kept(), draft: drafts.remove(&slot) }).collect();
        let mut withdrawn: Vec<(usize, Kept)> = Vec::new();
        for (slot, record) in records.iter().enumerate() {
            if record.remembered(now, life) {
                withdrawn.push((slot, Kept { withdrawn: record.left(now), ..record.kept() }));
            }
        }
        withdrawn.sort_by(|(_, a), (_, b)| b.withdrawn.cmp(&a.withdrawn).then_with(|| a.id.cmp(&b.id)));
        let stand = |record: &&Record| record.withdrawn.is_none() || record.opens.is_some();
        let live = records.iter().filter(stand).filter(|record| !record.unfinished);
        let opens = live.flat_map(|record| [record.opens, record.expires]);
        let ends = withdrawn.iter().map(|(_, kept)| kept.withdrawn.map(|at| at + life));
        let next_change = opens.chain(ends).flatten().filter(|&at| at > now).min();
        Ok(Outcome { touched, withdrawn: withdrawn.into(), decisions, problems, changed, held: None, next_change })
    }
}

/// Writes a plan's changes into the records; gives their slots.
fn apply(records: &mut Vec<Record>, plan: &mut Plan) -> BTreeSet<usize> {
    let changes = std::mem::take(&mut plan.changes).into_iter().map(|change| {
        if change.slot < records.len() {
            records[change.slot] = change.record;
        } else {
            records.push(change.record);
        }
        change.slot
    });
    changes.collect()
}

/// Whether an item is shown otherwise at one instant than at another.
fn turned(record: &Record, before: DateTime<Utc>, now: DateTime<Utc>, life: TimeDelta) -> bool {
    std::mem::discriminant(&record.state(before)) != std::mem::discriminant(&record.state(now))
        || record.remembered(before, life) != record.remembered(now, life)
}

/// Lets what is held through, from beside the process that publishes. See [`Ledger::confirm`].
pub fn confirm(dir: &Path, now: DateTime<Utc>) -> Result<Option<Hold>, LedgerError> {
    Ledger::read(dir)?.confirm(now)
}

/// What a record was like when it was last seen.
#[derive(Clone)]
struct Past {
    raw: print::Hash,
    draft: Arc<Draft>,
    sketch: Arc<Sketch>,
}

/// How many of these are kept at hand, some 10 kB each.
const AT_HAND: usize = 1024;
const LAST: &str = "last publication";
const HOLD: &str = "hold";
const CONFIRMED: &str = "confirmed";

fn json(hold: &Hold) -> String {
    serde_json::to_string(hold).expect("strings are JSON")
}

/// What stands for the first sight where there was none: the newest date that has come, the same at any later hour
/// until the next item comes out.
fn stand_in(scan: &Scan, now: DateTime<Utc>) -> DateTime<Utc> {
    let dates = scan.came.iter().map(|(_, draft)| draft).filter(|draft| !draft.unfinished).filter_map(|draft| {
        let date = draft.date.as_ref()?.published.to_utc();
        Some(draft.embargo.map_or(date, |embargo| date.max(embargo.to_utc())))
    });
    dates.filter(|&at| at <= now).max().unwrap_or(DateTime::UNIX_EPOCH)
}
