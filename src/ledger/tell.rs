//! What there is to tell after a scan: what is other than before, by a change or by time that has passed.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use super::index::is_veiled;
use super::plan::Plan;
use super::record::Record;
use super::{Hold, Kept, Ledger, Outcome, Settings, Touched, Words};
use crate::item::Place;
use crate::problem::Problem;

/// What was last told.
pub struct Told {
    pub at: DateTime<Utc>,
    /// How long tombstones stood then.
    pub life: TimeDelta,
    withdrawn: Arc<[(usize, Kept)]>,
    /// Of the index: another where the tombstones may be others.
    version: u64,
}

/// Records as a plan would make them.
pub struct View<'a> {
    ledger: &'a Ledger,
    changes: BTreeMap<usize, &'a Record>,
    /// Whether a draft would be seated on a record, where that is other than it is.
    seated: BTreeMap<usize, bool>,
    /// Whether there would be no drafts but these.
    whole: bool,
}

impl View<'_> {
    fn get(&self, slot: usize) -> &Record {
        self.changes.get(&slot).copied().unwrap_or_else(|| &self.ledger.records[slot])
    }

    /// Whether an item stands in a file, be it one that its author made a draft again.
    fn stands(&self, slot: usize) -> bool {
        let seated = || !self.whole && self.ledger.seats.place(slot).is_some();
        self.get(slot).withdrawn.is_none() || self.seated.get(&slot).copied().unwrap_or_else(seated)
    }

    /// Whether a change may be of something that is withdrawn or expires, or did so.
    fn changes_tombs(&self) -> bool {
        let may = |record: &Record| record.withdrawn.is_some() || record.expires.is_some();
        let before = |slot: &usize| self.ledger.records.get(*slot).is_some_and(may);
        self.changes.iter().any(|(slot, record)| may(record) || before(slot))
    }

    fn len(&self) -> usize {
        self.changes.last_key_value().map_or(0, |(slot, _)| slot + 1).max(self.ledger.records.len())
    }
}

impl Ledger {
    /// The records as they are.
    pub(super) fn view(&self) -> View<'_> {
        View { ledger: self, changes: BTreeMap::new(), seated: BTreeMap::new(), whole: false }
    }

    /// The records as a plan would make them, and the slots of those that change.
    pub(super) fn foresee<'a>(&'a self, plan: &'a Plan, whole: bool) -> (View<'a>, BTreeSet<usize>) {
        let changes: BTreeMap<usize, &Record> =
            plan.changes.iter().map(|change| (change.slot, &change.record)).collect();
        let left = plan.left.iter().filter_map(|place| Some((self.seats.slot(place)?, false)));
        let seated = left.chain(plan.seats.iter().map(|seat| (seat.slot, true))).collect();
        let slots = changes.keys().copied().collect();
        (View { ledger: self, changes, seated, whole }, slots)
    }

    /// Whether an item stands in a file, be it one that its author made a draft again.
    pub(super) fn stands(&self, slot: usize) -> bool {
        self.view().stands(slot)
    }

    /// Whether there is anything to tell of an item at first.
    pub(super) fn is_known(&self, slot: usize, now: DateTime<Utc>, settings: &Settings) -> bool {
        self.stands(slot) || self.records[slot].remembered(now, settings.tombstone_life)
    }

    /// Whether anything is other than after the last publication.
    pub(super) fn changed(&self, plan: &Plan, now: DateTime<Utc>, settings: &Settings) -> bool {
        let Some(last) = self.last else { return true };
        let life = settings.tombstone_life;
        let turned = |slot: usize| turned(&self.records[slot], (last, life), (now, life));
        !plan.changes.is_empty() || self.index().turning(last, now, life).into_iter().any(turned)
    }

    /// What is wrong with declared ids once a plan is carried out, by place.
    pub(super) fn problems(&self, plan: &Plan, whole: bool) -> Vec<Problem> {
        let left: BTreeSet<&Place> = plan.left.iter().collect();
        let old = self.seats.taken().iter().filter(|(place, _)| !whole && !left.contains(place));
        let new = plan.seats.iter().filter_map(|seat| Some((&seat.place, seat.taken.as_ref()?)));
        let all: BTreeMap<&Place, &Problem> = old.chain(new).map(|(place, taken)| (place, &taken.problem)).collect();
        all.into_values().cloned().collect()
    }

    /// The last good items, with what is held.
    pub(super) fn standing(
        &self,
        plan: &Plan,
        whole: bool,
        now: DateTime<Utc>,
        settings: &Settings,
        hold: Hold,
    ) -> Outcome {
        let outcome = self.outcome(&self.view(), now, settings, HashMap::new(), BTreeSet::new());
        let (decisions, problems) = (plan.decisions.clone(), self.problems(plan, whole));
        Outcome { held: Some(hold), decisions, problems, ..outcome }
    }

    /// To be remembered of what is told.
    pub(super) fn telling(&self, outcome: &Outcome, now: DateTime<Utc>, settings: &Settings) -> Told {
        let withdrawn = Arc::clone(&outcome.withdrawn);
        Told { at: now, life: settings.tombstone_life, withdrawn, version: self.index().version() }
    }

    /// What was told at an instant, of the records as they are.
    pub(super) fn told_at(&self, at: DateTime<Utc>, life: TimeDelta) -> Told {
        Told { at, life, withdrawn: self.withdrawn(&self.view(), at, life), version: self.index().version() }
    }

    /// What there is to tell: of everything at first, then of `slots` and of what time has changed.
    pub(super) fn outcome(
        &self,
        view: &View<'_>,
        now: DateTime<Utc>,
        settings: &Settings,
        mut drafts: HashMap<usize, Words>,
        mut slots: BTreeSet<usize>,
    ) -> Outcome {
        let life = settings.tombstone_life;
        let known = |slot: &usize| view.stands(*slot) || view.get(*slot).remembered(now, life);
        // Whether tombstones are those of before.
        let mut same = false;
        match &self.told {
            None => slots = (0..view.len()).filter(known).collect(),
            Some(told) => {
                let turning = match told.life == life {
                    true => self.index().turning(told.at, now, life),
                    false => (0..self.records.len()).collect(),
                };
                let turned = |slot: &usize| turned(view.get(*slot), (told.at, told.life), (now, life));
                let turning: Vec<usize> = turning.into_iter().filter(turned).collect();
                same = turning.is_empty() && told.version == self.index().version() && !view.changes_tombs();
                slots.extend(turning);
            }
        }
        let touched =
            slots.into_iter().map(|slot| Touched { slot, kept: view.get(slot).kept(), draft: drafts.remove(&slot) });
        let touched = touched.collect();
        let before = self.told.as_ref().filter(|_| same).map(|told| Arc::clone(&told.withdrawn));
        let withdrawn = before.unwrap_or_else(|| self.withdrawn(view, now, life));
        let next_change = self.next_change(view, now, life, &withdrawn);
        let veiled: BTreeSet<usize> = self.index().veiled().chain(view.changes.keys().copied()).collect();
        let veiled = veiled.into_iter().filter(|&slot| is_veiled(view.get(slot)) && view.stands(slot));
        let veiled = veiled.map(|slot| (slot, view.get(slot).kept())).collect();
        let (decisions, problems) = (Vec::new(), Vec::new());
        Outcome { touched, withdrawn, veiled, decisions, problems, changed: false, held: None, next_change }
    }

    /// What left the public view within a tombstone's life, latest first, ties by id.
    fn withdrawn(&self, view: &View<'_>, now: DateTime<Utc>, life: TimeDelta) -> Arc<[(usize, Kept)]> {
        let since = now.checked_sub_signed(life + TimeDelta::microseconds(1)).unwrap_or(DateTime::<Utc>::MIN_UTC);
        let marked = self.index().marked(since, DateTime::<Utc>::MAX_UTC).map(|(_, slot)| slot);
        let slots: BTreeSet<usize> = marked.chain(view.changes.keys().copied()).collect();
        let gone = slots.into_iter().filter(|&slot| view.get(slot).remembered(now, life));
        let kept = |slot: usize| Kept { withdrawn: view.get(slot).left(now), ..view.get(slot).kept() };
        let mut withdrawn: Vec<(usize, Kept)> = gone.map(|slot| (slot, kept(slot))).collect();
        withdrawn.sort_by(|(_, a), (_, b)| b.withdrawn.cmp(&a.withdrawn).then_with(|| a.id.cmp(&b.id)));
        withdrawn.into()
    }

    fn next_change(
        &self,
        view: &View<'_>,
        now: DateTime<Utc>,
        life: TimeDelta,
        withdrawn: &[(usize, Kept)],
    ) -> Option<DateTime<Utc>> {
        let next = |slot: usize| {
            let record = view.get(slot);
            let shown = view.stands(slot) && !record.unfinished;
            [record.opens, record.expires].into_iter().flatten().filter(|&at| shown && at > now).min()
        };
        // Marks are cut to microseconds, and may be those of a record before the change that is looked at.
        let from = now - TimeDelta::microseconds(1);
        let mut marked = self.index().marked(from, DateTime::<Utc>::MAX_UTC);
        let first = marked.find_map(|(at, slot)| next(slot).filter(|next| next.timestamp_micros() == at));
        let changed = view.changes.keys().filter_map(|&slot| next(slot));
        let end = withdrawn.last().and_then(|(_, kept)| kept.withdrawn?.checked_add_signed(life));
        changed.chain(first).chain(end).filter(|&at| at > now).min()
    }
}

/// Whether an item is shown otherwise at one instant, under the life of tombstones then, than at another.
fn turned(record: &Record, before: (DateTime<Utc>, TimeDelta), now: (DateTime<Utc>, TimeDelta)) -> bool {
    std::mem::discriminant(&record.state(before.0)) != std::mem::discriminant(&record.state(now.0))
        || record.remembered(before.0, before.1) != record.remembered(now.0, now.1)
}
