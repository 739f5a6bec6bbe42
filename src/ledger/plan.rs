//! From a scan to what would change: pure, so that `diff` shows the very thing that `publish` does.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use super::field::{Entry, Field, Unread};
use super::grade::{Grade, grade};
use super::index::Index;
use super::matching::{Face, Known, Match, Presence, decide};
use super::print::Print;
use super::record::{Record, Sight};
use super::seats::{Seat, Taken};
use super::similarity::Sketch;
use super::{Decision, How, LedgerError, Reason, Settings, What, Words, naming};
use crate::item::{Draft, Place};
use crate::problem::Problem;

/// An edit may lie so long in a file of its own before it is moved over the release.
const PASSING: TimeDelta = TimeDelta::days(1);

/// A record that would be written.
pub struct Change {
    /// Its place among the records; past the end for a new one.
    pub slot: usize,
    pub record: Record,
    /// What it is like now, where that changed.
    pub draft: Option<Words>,
    /// What goes into its history; `None` for what no reader could notice.
    pub event: Option<What>,
}

/// What a scan would change.
#[derive(Default)]
pub struct Plan {
    /// Ascending by slot, each slot once.
    pub changes: Vec<Change>,
    /// Where the drafts are seated that came, or sit elsewhere than before.
    pub seats: Vec<Seat>,
    /// Places whose draft went, or sits elsewhere.
    pub left: Vec<Place>,
    /// The texts that are at hand.
    pub drafts: HashMap<usize, Words>,
    pub decisions: Vec<Decision>,
    /// Places of the records that would be withdrawn.
    pub leaving: Vec<usize>,
    /// New records, by their place in `changes`.
    pub arriving: Vec<usize>,
    /// Records that stand in files which could not be read, without a draft.
    pub staying: Vec<usize>,
}

/// What is known besides the scan.
pub struct Ground<'a> {
    pub records: &'a [Record],
    pub index: &'a Index,
    pub now: DateTime<Utc>,
    /// When a plan was last carried out.
    pub since: Option<DateTime<Utc>>,
    /// Given where nothing has a first sight: without a ledger, the first time.
    pub stand_in: Option<DateTime<Utc>>,
    pub settings: &'a Settings,
    pub unread: Unread<'a>,
    /// The first withdrawal, and the slot, of those that may return edited anywhere.
    pub fresh: (i64, usize),
}

impl Ground<'_> {
    /// Where a record stands before the drafts are looked at.
    pub fn presence(&self, slot: usize) -> Presence {
        let record = &self.records[slot];
        match record.withdrawn {
            None if self.unread.holds(record) => Presence::Standing,
            None => Presence::Live,
            Some(at) if self.now.signed_duration_since(at) >= self.settings.tombstone_life => Presence::Forgotten,
            Some(at) if (at.timestamp_micros(), slot) < self.fresh => Presence::Faded,
            Some(_) => Presence::Withdrawn,
        }
    }

    /// Whether a record was withdrawn so long ago that only its very text brings it back.
    pub fn is_forgotten(&self, slot: usize) -> bool {
        self.presence(slot) == Presence::Forgotten
    }

    fn is_slug(&self, slug: &str, except: usize) -> bool {
        let mut known = self.index.with_slug(slug).filter(|&slot| slot != except);
        known.any(|slot| self.records[slot].slug == slug)
    }

    fn is_id(&self, id: &str) -> bool {
        self.index.with_id(id).any(|slot| self.records[slot].id == id)
    }
}

/// Decides for each draft of a field which record it is, as a position among the field's slots. `recall` gives the
/// sketch of a record.
pub fn matches(
    ground: &Ground<'_>,
    field: &Field,
    recall: impl Fn(usize) -> Result<Arc<Sketch>, LedgerError>,
) -> Result<Vec<Match>, LedgerError> {
    fn face<'a>(print: &'a Print, paths: &'a [Arc<str>], declared: Option<&'a str>) -> Face<'a> {
        Face { print, paths: paths.iter().map(|path| &**path).collect(), declared }
    }
    let known = field.slots.iter().map(|&slot| {
        let record = &ground.records[slot];
        let face = face(&record.print, &record.paths, record.declared.as_deref());
        Known {
            face,
            id: &record.id,
            presence: ground.presence(slot),
            seen: record.first_seen.timestamp_micros(),
            public: record.public_since.map(|at| at.max(record.first_seen).timestamp_micros()),
            passing: record.passed || ground.now.signed_duration_since(record.first_seen) < PASSING,
            passed: record.passed,
        }
    });
    let known: Vec<Known<'_>> = known.collect();
    let faces: Vec<Face<'_>> =
        field.entries.iter().map(|entry| face(&entry.print, &entry.paths, entry.declared.as_deref())).collect();
    decide(&known, &faces, |item| recall(field.slots[item]), |at| sketch_of(&field.entries[at], &recall))
}

/// The sketch of a draft. `recall` gives that of a record.
pub fn sketch_of(
    entry: &Entry,
    recall: impl Fn(usize) -> Result<Arc<Sketch>, LedgerError>,
) -> Result<Arc<Sketch>, LedgerError> {
    match &entry.draft {
        Some(words) => {
            let draft = words.draft();
            Ok(Arc::new(Sketch::of(&draft.title, &draft.body_text)))
        }
        // One that stays has the text of its record.
        None => recall(entry.stays.expect("a draft came or stays")),
    }
}

/// Plans what becomes of a field whose drafts are these records. `recall` gives the last form of a record; the plan
/// fails only where that does.
pub fn plan<R: Fn(usize) -> Result<Draft, LedgerError>>(
    ground: &Ground<'_>,
    field: &Field,
    matches: &[Match],
    recall: R,
) -> Result<Plan, LedgerError> {
    let plan = Plan { left: field.left.clone(), ..Plan::default() };
    let mut out = Draftsman { ground, recall: &recall, plan };
    let mut matched: HashSet<usize> = HashSet::new();
    let mut new = Vec::new();
    for (entry, found) in field.entries.iter().zip(matches) {
        let slot = found.previous.map(|item| field.slots[item]);
        matched.extend(slot);
        match slot {
            Some(slot) if Draftsman::<R>::stays(entry, slot, found) => {}
            Some(slot) => out.again(slot, entry, found)?,
            None => new.push((entry, found)),
        }
    }
    out.first(&new)?;
    let passed: HashSet<usize> = matches.iter().filter_map(|found| Some(field.slots[found.instead_of?])).collect();
    for &slot in field.slots.iter().filter(|slot| !matched.contains(slot)) {
        match ground.presence(slot) {
            Presence::Live => out.gone(slot, passed.contains(&slot)),
            Presence::Standing => out.stay(slot),
            Presence::Withdrawn | Presence::Faded | Presence::Forgotten => {}
        }
    }
    out.plan.changes.sort_by_key(|change| change.slot);
    let arriving = out.plan.changes.iter().enumerate().filter(|(_, change)| change.slot >= ground.records.len());
    out.plan.arriving = arriving.map(|(at, _)| at).collect();
    Ok(out.plan)
}

/// Whether a path is a file or folder, or lies below it; everything lies below the empty path.
pub fn under(path: &str, folder: &str) -> bool {
    folder.is_empty() || path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn id_taken(draft: &Draft) -> Problem {
    let source = draft.sources.first();
    let path = source.map(|source| source.path.as_str()).unwrap_or_default();
    let id = draft.declared_id.as_deref().unwrap_or_default();
    let message = format!("the declared id `{id}` belongs to another item; give this one its own, or none");
    Problem::warning(path, message).at(source.map_or(0, |source| source.lines.first), 0)
}

/// Draws up the plan, a record at a time.
struct Draftsman<'a, R> {
    ground: &'a Ground<'a>,
    recall: &'a R,
    plan: Plan,
}

impl<R: Fn(usize) -> Result<Draft, LedgerError>> Draftsman<'_, R> {
    /// Whether a draft that stays where it was needs no look: nothing of its record can be other than before.
    fn stays(entry: &Entry, slot: usize, found: &Match) -> bool {
        entry.stays == Some(slot) && !entry.due && found.id_taken == entry.taken
    }

    /// The text of a draft, and its seat.
    fn seat(&mut self, slot: usize, entry: &Entry, found: &Match) -> Result<Words, LedgerError> {
        let words = match (&entry.draft, entry.stays) {
            (Some(words), _) => words.clone(),
            (None, stays) => {
                let mut draft = (self.recall)(stays.expect("a draft came or stays"))?;
                draft.sources.retain(|source| entry.paths.iter().any(|path| **path == *source.path));
                self.plan.left.push(entry.place.clone());
                Arc::new(draft).into()
            }
        };
        self.plan.drafts.insert(slot, words.clone());
        let taken = found
            .id_taken
            .then(|| Taken { declared: entry.declared.clone().unwrap_or_default(), problem: id_taken(words.head()) });
        let (place, paths, declares) = (entry.place.clone(), entry.paths.clone(), entry.declared.is_some());
        self.plan.seats.push(Seat { place, slot, paths, declares, taken });
        Ok(words)
    }

    /// A draft that is known.
    fn again(&mut self, slot: usize, entry: &Entry, found: &Match) -> Result<(), LedgerError> {
        let Ground { records, now, settings, .. } = *self.ground;
        let old = &records[slot];
        let words = self.seat(slot, entry, found)?;
        let draft = words.head();
        let print = &entry.print;
        let shown = old.public_since.is_some() && old.withdrawn.is_none() && old.opens.is_none();
        if shown && old.print.raw == print.raw && old.paths.iter().eq(&entry.paths) && old.declared == draft.declared_id
        {
            if entry.stays.is_none() {
                let path = draft.sources.first().map(|source| source.path.as_str());
                self.decide(path, old, What::Unchanged, found.reason.clone());
            }
            return Ok(());
        }
        let mut record = old.clone();
        let mut paths = entry.paths.clone();
        if self.ground.unread.holds(old) {
            paths.extend(old.paths.iter().cloned());
            paths.sort();
            paths.dedup();
        }
        record.paths = paths.into();
        if !found.id_taken && draft.declared_id.is_some() {
            record.declared.clone_from(&draft.declared_id);
        }
        let edited = old.print.raw != print.raw;
        let mut what = What::Unchanged;
        if edited {
            record.print = print.clone();
            let at = if old.unfinished { now } else { old.first_seen };
            let sight = Sight { at: self.ground.stand_in.unwrap_or(at), real: self.ground.stand_in.is_none() };
            let before = (self.recall)(slot)?;
            record.schedule(draft, Some(&before), sight, settings);
            what = match grade(&before, &words.draft(), settings.silent_typos) {
                Grade::Nothing => What::Unchanged,
                Grade::Silent => What::Silent,
                Grade::Correction => What::Corrected,
            };
            if what != What::Unchanged {
                record.revisions += 1;
            }
            if what == What::Corrected && old.public_since.is_some() {
                record.corrected = true;
                let moment = now.with_timezone(old.published.offset());
                let declared = draft.modified.filter(|&at| at > old.updated && at <= now);
                record.updated = declared.unwrap_or(moment).max(old.updated);
            }
            if record.public_since.is_none() && (&before.slug, &before.title) != (&draft.slug, &draft.title) {
                // Nobody has its address yet.
                record.slug = naming::slug(draft, &record.id, |slug| self.is_slug(slug, slot));
            }
        }
        let reembargoed = record.opens.is_some_and(|at| at > now);
        let hidden = old.public_since.is_some() && (record.unfinished || reembargoed);
        let mut reason = found.reason.clone();
        if hidden {
            record.withdrawn = old.withdrawn.or(Some(now));
            if old.withdrawn.is_none() {
                what = What::Withdrawn;
                reason.how = if record.unfinished { How::Unfinished } else { How::Embargoed };
                self.plan.leaving.push(slot);
            }
        } else if old.withdrawn.is_some() {
            record.withdrawn = None;
            what = if old.public_since.is_some() { What::Returned } else { what };
        }
        record.open(now);
        if entry.stays.is_none() || what != What::Unchanged {
            self.decide(draft.sources.first().map(|source| source.path.as_str()), &record, what, reason);
        }
        if record != *old {
            let event = Some(what).filter(|&what| what != What::Unchanged);
            // With the text go the files it stands in.
            let draft = (edited || record.paths != old.paths).then(|| words.clone());
            self.plan.changes.push(Change { slot, record, draft, event });
        }
        Ok(())
    }

    /// New drafts, oldest first, so that the older of two with one title has the plain slug.
    fn first(&mut self, new: &[(&Entry, &Match)]) -> Result<(), LedgerError> {
        let Ground { records, now, settings, stand_in, .. } = *self.ground;
        let mut drafts = Vec::with_capacity(new.len());
        for (n, (entry, found)) in new.iter().enumerate() {
            // Which of the new slots it has is not known before they are dated.
            drafts.push(self.seat(records.len() + n, entry, found)?);
        }
        let seats = self.plan.seats.split_off(self.plan.seats.len() - new.len());
        let rows: Vec<(&Draft, &Print, bool)> = new
            .iter()
            .zip(&drafts)
            .map(|((entry, found), words)| (words.head(), &entry.print, !found.id_taken))
            .collect();
        let ids = naming::ids(&rows, |id| self.ground.is_id(id));
        let sight = Sight { at: stand_in.unwrap_or(now), real: stand_in.is_none() };
        let mut fresh: Vec<(usize, Record)> = Vec::with_capacity(new.len());
        for (at, id) in ids.into_iter().enumerate() {
            let ((entry, found), draft) = (new[at], drafts[at].head());
            let declared = draft.declared_id.clone().filter(|_| !found.id_taken);
            let mut record = Record::first(id, declared, entry.print.clone(), entry.paths.clone().into(), sight.at);
            record.schedule(draft, None, sight, settings);
            record.open(now);
            fresh.push((at, record));
        }
        fresh.sort_by(|a, b| (a.1.published, &a.1.id).cmp(&(b.1.published, &b.1.id)));
        let planned = self.plan.changes.iter().map(|change| change.record.slug.clone());
        let mut planned: HashSet<String> = planned.collect();
        for (n, (at, mut record)) in fresh.into_iter().enumerate() {
            let (slot, words) = (records.len() + n, &drafts[at]);
            record.slug = naming::slug(words.head(), &record.id, |slug| {
                planned.contains(slug) || self.ground.is_slug(slug, usize::MAX)
            });
            planned.insert(record.slug.clone());
            self.decide(record.paths.first().map(|path| &**path), &record, What::New, new[at].1.reason.clone());
            self.plan.drafts.insert(slot, words.clone());
            self.plan.seats.push(Seat { slot, ..seats[at].clone() });
            self.plan.changes.push(Change { slot, record, draft: Some(words.clone()), event: Some(What::New) });
        }
        Ok(())
    }

    /// An item that no draft is; it may have `passed` into another.
    fn gone(&mut self, slot: usize, passed: bool) {
        let old = &self.ground.records[slot];
        let record = Record { withdrawn: Some(self.ground.now), passed: passed || old.passed, ..old.clone() };
        let reason = Reason { how: How::Gone, moved_from: None };
        self.decide(old.paths.first().map(|path| &**path), &record, What::Withdrawn, reason);
        self.plan.leaving.push(slot);
        self.plan.changes.push(Change { slot, record, draft: None, event: Some(What::Withdrawn) });
    }

    /// An item whose file could not be read.
    fn stay(&mut self, slot: usize) {
        let mut record = self.ground.records[slot].clone();
        record.open(self.ground.now);
        let reason = Reason { how: How::Stands, moved_from: None };
        self.decide(record.paths.first().map(|path| &**path), &record, What::Unchanged, reason);
        self.plan.staying.push(slot);
        if record != self.ground.records[slot] {
            self.plan.changes.push(Change { slot, record, draft: None, event: None });
        }
    }

    /// Whether a slug is in use or was once public, except by one record.
    fn is_slug(&self, slug: &str, except: usize) -> bool {
        self.ground.is_slug(slug, except)
            || self.plan.changes.iter().any(|change| change.slot != except && change.record.slug == slug)
    }

    fn decide(&mut self, path: Option<&str>, record: &Record, what: What, reason: Reason) {
        let (path, id, slug) = (path.unwrap_or_default().to_string(), record.id.clone(), record.slug.clone());
        self.plan.decisions.push(Decision { path, id, slug, what, reason });
    }
}
