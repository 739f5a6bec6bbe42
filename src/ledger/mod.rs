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

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::Arc;

use chrono::{DateTime, Utc};

pub use adopt::{Adopted, Adoption, Fate};
pub use error::{LedgerError, Trouble};
pub use fuse::Hold;
pub use outcome::{Decision, Kept, Outcome, State, What};
pub use reason::{How, Reason};
pub use representation::{Representation, last_modified};
pub use scan::{Root, RootState, Scan, Settings};
pub use shelf::Shelves;

use crate::item::Draft;
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
        Ok(Self { store, records, ephemeral, last, at_hand: RefCell::default() })
    }

    /// Decides what the scan means, remembers it, and only then tells. Nothing is changed where this fails.
    ///
    /// A scan that looks like an accident is held: see [`Outcome::held`] and [`confirm`].
    pub fn publish(&mut self, scan: &Scan, now: DateTime<Utc>, settings: &Settings) -> Result<Outcome, LedgerError> {
        self.store.writable()?;
        let (mut plan, held) = self.plan(scan, now, settings)?;
        if let Some(hold) = held {
            self.store.commit(&[], &[(HOLD, Some(json(&hold)))], now)?;
            return self.standing(now, settings, plan, hold);
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
        for change in std::mem::take(&mut plan.changes) {
            self.at_hand.borrow_mut().remove(&change.slot);
            if change.slot < self.records.len() {
                self.records[change.slot] = change.record;
            } else {
                self.records.push(change.record);
            }
        }
        self.outcome(&self.records, now, settings, plan, changed)
    }

    /// What [`Ledger::publish`] would come to, without remembering anything.
    pub fn preview(&self, scan: &Scan, now: DateTime<Utc>, settings: &Settings) -> Result<Outcome, LedgerError> {
        let (mut plan, held) = self.plan(scan, now, settings)?;
        if let Some(hold) = held {
            return self.standing(now, settings, plan, hold);
        }
        let changed = self.changed(&plan, now, settings);
        let mut records = self.records.clone();
        for change in std::mem::take(&mut plan.changes) {
            if change.slot < records.len() {
                records[change.slot] = change.record;
            } else {
                records.push(change.record);
            }
        }
        self.outcome(&records, now, settings, plan, changed)
    }

    /// The items as last published, without looking at any file: what a daemon serves while it starts.
    pub fn recall(&self, now: DateTime<Utc>, settings: &Settings) -> Result<Outcome, LedgerError> {
        let plan = Plan { current: self.current(), ..Plan::default() };
        self.outcome(&self.records, now, settings, plan, false)
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
        let turned = |record: &Record| {
            std::mem::discriminant(&record.state(last)) != std::mem::discriminant(&record.state(now))
                || record.remembered(last, settings.tombstone_life) != record.remembered(now, settings.tombstone_life)
        };
        !plan.changes.is_empty() || self.records.iter().any(turned)
    }

    /// The last good items, with what is held.
    fn standing(
        &self,
        now: DateTime<Utc>,
        settings: &Settings,
        mut plan: Plan,
        hold: Hold,
    ) -> Result<Outcome, LedgerError> {
        // Texts that are as they were need not be read from the store.
        let same = |(slot, draft): (usize, Option<Arc<Draft>>)| {
            let draft =
                draft.filter(|draft| self.records.get(slot).is_some_and(|r| r.print.raw == print::raw(draft)))?;
            Some((slot, draft))
        };
        let mut at_hand: HashMap<usize, Arc<Draft>> = plan.current.drain(..).filter_map(same).collect();
        plan.current = self.current().into_iter().map(|(slot, _)| (slot, at_hand.remove(&slot))).collect();
        let outcome = self.outcome(&self.records, now, settings, plan, false)?;
        Ok(Outcome { held: Some(hold), ..outcome })
    }

    fn current(&self) -> Vec<(usize, Option<Arc<Draft>>)> {
        let live = self.records.iter().enumerate().filter(|(_, record)| record.withdrawn.is_none());
        live.map(|(slot, _)| (slot, None)).collect()
    }

    fn outcome(
        &self,
        records: &[Record],
        now: DateTime<Utc>,
        settings: &Settings,
        plan: Plan,
        changed: bool,
    ) -> Result<Outcome, LedgerError> {
        let mut drafts: BTreeMap<usize, Arc<Draft>> = BTreeMap::new();
        let mut items = Vec::with_capacity(plan.current.len());
        for (slot, draft) in plan.current {
            let draft = draft.map_or_else(|| self.store.draft(slot).map(Arc::new), Ok)?;
            if records[slot].remembered(now, settings.tombstone_life) {
                drafts.insert(slot, Arc::clone(&draft));
            }
            items.push(records[slot].kept(draft));
        }
        let mut withdrawn = Vec::new();
        for (slot, record) in records.iter().enumerate() {
            if record.remembered(now, settings.tombstone_life) {
                let draft = drafts.remove(&slot).map_or_else(|| self.past(slot).map(|past| past.draft), Ok)?;
                withdrawn.push(Kept { withdrawn: record.left(now), ..record.kept(draft) });
            }
        }
        items.sort_by(|a, b| b.published.cmp(&a.published).then_with(|| a.id.cmp(&b.id)));
        withdrawn.sort_by(|a, b| b.withdrawn.cmp(&a.withdrawn).then_with(|| a.id.cmp(&b.id)));
        let Plan { decisions, problems, .. } = plan;
        Ok(Outcome { items, withdrawn, decisions, problems, changed, held: None, life: settings.tombstone_life })
    }
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
    let dates = scan.drafts.iter().filter(|draft| !draft.unfinished).filter_map(|draft| {
        let date = draft.date.as_ref()?.published.to_utc();
        Some(draft.embargo.map_or(date, |embargo| date.max(embargo.to_utc())))
    });
    dates.filter(|&at| at <= now).max().unwrap_or(DateTime::UNIX_EPOCH)
}
