//! The ledger: what was ever published, so that no subscriber sees a release twice or misses one.
//!
//! Drafts go in, items with a permanent identity come out. The pure part decides ([`matching`] which draft is
//! which item, `grade` how much an edit matters, `fuse` what looks like an accident, `plan` what changes); the
//! store remembers, durably before anything new is shown. This room knows nothing of topics or feeds.
//!
//! An item's id is decided once and never changes; its `published` stays from the moment it is public.

mod adopt;
mod error;
mod export;
mod fuse;
mod grade;
pub mod matching;
mod naming;
mod plan;
mod print;
mod record;
mod representation;
mod shape;
mod shelf;
mod similarity;
mod store;

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::Arc;

use chrono::{DateTime, FixedOffset, TimeDelta, Utc};

pub use adopt::{Adopted, Adoption, Fate};
pub use error::{LedgerError, Trouble};
pub use fuse::Hold;
pub use representation::{Representation, last_modified};
pub use shelf::Shelves;
pub use store::Access;

use crate::item::Draft;
use crate::problem::Problem;
use matching::Reason;
use plan::{Ground, Plan};
use record::Record;
use similarity::Sketch;
use store::Store;

/// Everything ever published, and the database that remembers it.
pub struct Ledger {
    store: Store,
    records: Vec<Record>,
    ephemeral: bool,
    /// When it last published; `None` where it never did.
    last: Option<DateTime<Utc>>,
    at_hand: RefCell<HashMap<usize, Past>>,
}

/// What was found in the folder.
#[derive(Debug, Clone)]
pub struct Scan {
    /// The drafts of all files that could be read, in any order.
    pub drafts: Vec<Arc<Draft>>,
    /// The folders that were looked at.
    pub roots: Vec<Root>,
    /// Files, or folders with all below them, that could not be read this time: their items stay as they were.
    pub unread: Vec<String>,
}

/// A folder that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Root {
    /// Its path as it begins the paths of its drafts; empty for the whole folder.
    pub path: String,
    /// What was there.
    pub state: RootState,
}

/// What was found of a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RootState {
    /// It is there and holds files.
    Present,
    /// It is there without a single file.
    Empty,
    /// It is not there.
    Gone,
}

/// What the ledger is told to do.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// How long a withdrawn item has a tombstone, and may return edited.
    pub tombstone_life: TimeDelta,
    /// Up to how many words with a typo may be changed without moving `updated`; 0 moves it for every change.
    pub silent_typos: usize,
    /// More than this many old items shown as new are held.
    pub flood: usize,
    /// An item dated longer ago than this is old.
    pub old_after: TimeDelta,
    /// The time zone in which an undated item's first sight is told.
    pub zone: chrono_tz::Tz,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            tombstone_life: TimeDelta::days(90),
            silent_typos: 3,
            flood: 20,
            old_after: TimeDelta::days(7),
            zone: chrono_tz::Tz::UTC,
        }
    }
}

/// What a scan came to.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// All items that stand in a file, public or not, newest first, ties by id. Where the scan is held, those of
    /// the last publication.
    pub items: Vec<Kept>,
    /// Items that were public and are not any more, within their tombstone's life, latest first, ties by id.
    pub withdrawn: Vec<Kept>,
    /// What was decided of each draft and each item that went, by path.
    pub decisions: Vec<Decision>,
    /// What is wrong with the identities that the files declare.
    pub problems: Vec<Problem>,
    /// Whether anything shown, to come or gone is other than after the last publication.
    pub changed: bool,
    /// Why nothing of the scan is published.
    pub held: Option<Hold>,
    life: TimeDelta,
}

/// An item: a draft with its identity.
#[derive(Debug, Clone, PartialEq)]
pub struct Kept {
    /// Permanent id, a URI.
    pub id: String,
    /// Its page's slug; no other item ever has it.
    pub slug: String,
    /// When it was, or will be, published.
    pub published: DateTime<FixedOffset>,
    /// Whether `published` is only the instant of first sight.
    pub undated: bool,
    /// When it last changed in a way that matters; `published` where it never did.
    pub updated: DateTime<FixedOffset>,
    /// When the ledger first saw it.
    pub first_seen: DateTime<Utc>,
    /// Whether it was corrected after publication.
    pub corrected: bool,
    /// Edits that were seen, silent ones included.
    pub revisions: u32,
    /// Not public before.
    pub opens: Option<DateTime<Utc>>,
    /// Not public from then on.
    pub expires: Option<DateTime<Utc>>,
    /// When it left the public view.
    pub withdrawn: Option<DateTime<Utc>>,
    /// What it says. Of an item that is read from the ledger, the lines of its sources may be those of before.
    pub draft: Arc<Draft>,
}

/// Where an item stands at an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Everybody sees it.
    Public,
    /// Nobody sees it before this instant.
    Embargoed(DateTime<Utc>),
    /// A draft: nobody sees it.
    Unfinished,
    /// Nobody sees it since this instant.
    Expired(DateTime<Utc>),
    /// Taken back at this instant.
    Withdrawn(DateTime<Utc>),
}

/// What was decided of one draft or item.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    /// The file, the first where there are several.
    pub path: String,
    /// The item.
    pub id: String,
    /// Its slug.
    pub slug: String,
    /// What happens to it.
    pub what: What,
    /// Why the draft is, or is not, this item.
    pub reason: Reason,
}

/// What happens to an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// Seen for the first time.
    New,
    /// Nothing that a reader could notice.
    Unchanged,
    /// Edited without moving `updated`.
    Silent,
    /// Edited in a way that moves `updated`.
    Corrected,
    /// Taken back.
    Withdrawn,
    /// Back after it was taken back.
    Returned,
}

impl What {
    /// The word used in every output and in the ledger's history.
    pub fn as_str(self) -> &'static str {
        match self {
            What::New => "new",
            What::Unchanged => "unchanged",
            What::Silent => "silent edit",
            What::Corrected => "correction",
            What::Withdrawn => "withdrawn",
            What::Returned => "returned",
        }
    }
}

impl Scan {
    /// A scan of one folder in which everything could be read.
    pub fn of(drafts: Vec<Draft>) -> Self {
        let state = if drafts.is_empty() { RootState::Empty } else { RootState::Present };
        let roots = vec![Root { path: String::new(), state }];
        Self { drafts: drafts.into_iter().map(Arc::new).collect(), roots, unread: Vec::new() }
    }
}

impl Kept {
    /// Where it stands at an instant.
    pub fn state(&self, now: DateTime<Utc>) -> State {
        record::state(self.draft.unfinished, self.opens, self.expires, self.withdrawn, now)
    }

    /// Whether everybody sees it.
    pub fn is_public(&self, now: DateTime<Utc>) -> bool {
        self.state(now) == State::Public
    }
}

impl Outcome {
    /// The next instant after `now` at which the same files show something else: an item opens or expires, or a
    /// tombstone's life ends. Publish again then.
    pub fn next_change(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let opens = self.items.iter().filter(|item| !item.draft.unfinished).flat_map(|item| [item.opens, item.expires]);
        let ends = self.withdrawn.iter().map(|item| item.withdrawn.map(|at| at + self.life));
        opens.chain(ends).flatten().filter(|&at| at > now).min()
    }
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
        let held = fuse::check(&ground, scan, &plan, self.kept_hold(CONFIRMED)?.as_ref(), self.last.is_some());
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
