//! From a scan to what would change: pure, so that `diff` shows the very thing that `publish` does.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::grade::{Grade, grade};
use super::matching::{Face, Known, Match, Presence, decide};
use super::print::{self, Hash, Print};
use super::record::{Record, Sight};
use super::similarity::Sketch;
use super::{Decision, How, LedgerError, Reason, Scan, Settings, What, naming};
use crate::item::{Draft, Place};
use crate::problem::Problem;

/// A record that would be written.
pub struct Change {
    /// Its place among the records; past the end for a new one.
    pub slot: usize,
    pub record: Record,
    /// What it is like now, where that changed.
    pub draft: Option<Arc<Draft>>,
    /// What goes into its history; `None` for what no reader could notice.
    pub event: Option<What>,
}

/// What a scan would change.
#[derive(Default)]
pub struct Plan {
    /// Ascending by slot, each slot once.
    pub changes: Vec<Change>,
    /// The current items: place and draft; `None` for the draft of one whose file could not be read.
    pub current: Vec<(usize, Option<Arc<Draft>>)>,
    pub decisions: Vec<Decision>,
    pub problems: Vec<Problem>,
    /// Places of the records that would be withdrawn.
    pub leaving: Vec<usize>,
    /// New records, by their place in `changes`.
    pub arriving: Vec<usize>,
}

/// What is known besides the scan.
pub struct Ground<'a> {
    pub records: &'a [Record],
    pub now: DateTime<Utc>,
    /// Given where nothing has a first sight: without a ledger, the first time.
    pub stand_in: Option<DateTime<Utc>>,
    pub settings: &'a Settings,
}

/// Plans what a scan changes. `recall` gives the last form of a record, `sketch_of` its sketch; the plan fails only
/// where they do.
pub fn plan(
    ground: &Ground<'_>,
    scan: &Scan,
    recall: impl Fn(usize) -> Result<Draft, LedgerError>,
    sketch_of: impl Fn(usize) -> Result<Arc<Sketch>, LedgerError>,
) -> Result<Plan, LedgerError> {
    let Ground { records, now, settings, .. } = *ground;
    let (drafts, prints) = fingerprints(records, &scan.came);
    let stands = |record: &Record| record.paths.iter().any(|path| scan.unread.iter().any(|gone| under(path, gone)));
    let presence = |record: &Record| match record.withdrawn {
        None if stands(record) => Presence::Standing,
        None => Presence::Live,
        Some(at) if now.signed_duration_since(at) < settings.tombstone_life => Presence::Withdrawn,
        Some(_) => Presence::Forgotten,
    };
    let known: Vec<Known<'_>> = records
        .iter()
        .map(|record| Known {
            face: Face {
                print: &record.print,
                paths: record.paths.iter().map(String::as_str).collect(),
                declared: record.declared.as_deref(),
            },
            id: &record.id,
            presence: presence(record),
        })
        .collect();
    let faces: Vec<Face<'_>> = drafts.iter().zip(&prints).map(|(draft, print)| face(draft, print)).collect();
    let sketch = |draft: usize| Sketch::of(&drafts[draft].title, &drafts[draft].body_text);
    let matches = decide(&known, &faces, sketch_of, sketch)?;

    let mut out = Draftsman { ground, stands: &stands, plan: Plan::default(), matched: vec![false; records.len()] };
    let mut new = Vec::new();
    for (at, found) in matches.iter().enumerate() {
        match found.previous {
            Some(slot) => out.again(slot, &drafts[at], &prints[at], found, &recall)?,
            None => new.push(at),
        }
        if found.id_taken {
            out.plan.problems.push(id_taken(&drafts[at]));
        }
    }
    out.first(&new, &drafts, &prints, &matches);
    for (slot, known) in known.iter().enumerate() {
        match known.presence {
            _ if out.matched[slot] => {}
            Presence::Live => out.gone(slot),
            Presence::Standing => out.stay(slot),
            Presence::Withdrawn | Presence::Forgotten => {}
        }
    }
    out.plan.changes.sort_by_key(|change| change.slot);
    let arriving = out.plan.changes.iter().enumerate().filter(|(_, change)| change.slot >= records.len());
    out.plan.arriving = arriving.map(|(at, _)| at).collect();
    Ok(out.plan)
}

/// The drafts in an order of their own, so that the order of the scan never matters, with their fingerprints.
/// Those of a draft that is known byte for byte are not made again.
pub fn fingerprints(records: &[Record], came: &[(Place, Arc<Draft>)]) -> (Vec<Arc<Draft>>, Vec<Print>) {
    let known: HashMap<Hash, &Print> = records.iter().map(|record| (record.print.raw, &record.print)).collect();
    let mut came: Vec<&(Place, Arc<Draft>)> = came.iter().collect();
    came.sort_by(|a, b| a.0.cmp(&b.0));
    let print = |draft: &Draft| {
        let raw = print::raw(draft);
        known.get(&raw).map_or_else(|| Print::of(draft, raw), |&print| print.clone())
    };
    came.into_iter().map(|(_, draft)| (Arc::clone(draft), print(draft))).unzip()
}

fn face<'a>(draft: &'a Draft, print: &'a Print) -> Face<'a> {
    let mut paths: Vec<&str> = draft.sources.iter().map(|source| source.path.as_str()).collect();
    paths.sort_unstable();
    paths.dedup();
    Face { print, paths, declared: draft.declared_id.as_deref() }
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
struct Draftsman<'a, S> {
    ground: &'a Ground<'a>,
    stands: &'a S,
    plan: Plan,
    matched: Vec<bool>,
}

impl<S: Fn(&Record) -> bool> Draftsman<'_, S> {
    /// A draft that is known.
    fn again(
        &mut self,
        slot: usize,
        draft: &Arc<Draft>,
        print: &Print,
        found: &Match,
        recall: impl Fn(usize) -> Result<Draft, LedgerError>,
    ) -> Result<(), LedgerError> {
        let Ground { records, now, settings, .. } = *self.ground;
        let old = &records[slot];
        self.matched[slot] = true;
        self.plan.current.push((slot, Some(Arc::clone(draft))));
        let paths = face(draft, print).paths;
        let shown = old.public_since.is_some() && old.withdrawn.is_none() && old.opens.is_none();
        if shown && old.print.raw == print.raw && old.paths.iter().eq(&paths) && old.declared == draft.declared_id {
            let path = draft.sources.first().map(|source| source.path.as_str());
            self.decide(path, old, What::Unchanged, found.reason.clone());
            return Ok(());
        }
        let mut record = old.clone();
        record.paths = paths.into_iter().map(String::from).collect();
        if (self.stands)(old) {
            record.paths.extend(old.paths.iter().cloned());
            record.paths.sort();
            record.paths.dedup();
        }
        if !found.id_taken && draft.declared_id.is_some() {
            record.declared.clone_from(&draft.declared_id);
        }
        let edited = old.print.raw != print.raw;
        let mut what = What::Unchanged;
        if edited {
            record.print = print.clone();
            let at = if old.unfinished { now } else { old.first_seen };
            let sight = Sight { at: self.ground.stand_in.unwrap_or(at), real: self.ground.stand_in.is_none() };
            let before = recall(slot)?;
            record.schedule(draft, Some(&before), sight, settings);
            what = match grade(&before, draft, settings.silent_typos) {
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
                let used: HashSet<&str> = self.slugs(slot);
                record.slug = naming::slug(draft, &record.id, |slug| used.contains(slug));
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
        self.decide(draft.sources.first().map(|source| source.path.as_str()), &record, what, reason);
        if record != *old {
            let event = Some(what).filter(|&what| what != What::Unchanged);
            // With the text go the files it stands in.
            let draft = (edited || record.paths != old.paths).then(|| Arc::clone(draft));
            self.plan.changes.push(Change { slot, record, draft, event });
        }
        Ok(())
    }

    /// New drafts, oldest first, so that the older of two with one title has the plain slug.
    fn first(&mut self, new: &[usize], drafts: &[Arc<Draft>], prints: &[Print], matches: &[Match]) {
        if new.is_empty() {
            return;
        }
        let Ground { records, now, settings, stand_in } = *self.ground;
        let rows: Vec<(&Draft, &Print, bool)> =
            new.iter().map(|&at| (drafts[at].as_ref(), &prints[at], !matches[at].id_taken)).collect();
        let ids = naming::ids(&rows, &records.iter().map(|record| record.id.as_str()).collect());
        let sight = Sight { at: stand_in.unwrap_or(now), real: stand_in.is_none() };
        let mut fresh: Vec<(usize, Record)> = new
            .iter()
            .zip(ids)
            .map(|(&at, id)| {
                let (draft, print) = (&drafts[at], &prints[at]);
                let mut record = Record {
                    id,
                    slug: String::new(),
                    declared: draft.declared_id.clone().filter(|_| !matches[at].id_taken),
                    print: print.clone(),
                    paths: face(draft, print).paths.into_iter().map(String::from).collect(),
                    first_seen: sight.at,
                    public_since: None,
                    published: sight.at.fixed_offset(),
                    undated: true,
                    updated: sight.at.fixed_offset(),
                    corrected: false,
                    revisions: 0,
                    opens: None,
                    expires: None,
                    unfinished: false,
                    withdrawn: None,
                };
                record.schedule(draft, None, sight, settings);
                record.open(now);
                (at, record)
            })
            .collect();
        fresh.sort_by(|a, b| (a.1.published, &a.1.id).cmp(&(b.1.published, &b.1.id)));
        let mut used: HashSet<String> = self.slugs(usize::MAX).into_iter().map(String::from).collect();
        for (n, (at, mut record)) in fresh.into_iter().enumerate() {
            let draft = &drafts[at];
            record.slug = naming::slug(draft, &record.id, |slug| used.contains(slug));
            used.insert(record.slug.clone());
            let slot = records.len() + n;
            self.decide(record.paths.first().map(String::as_str), &record, What::New, matches[at].reason.clone());
            self.plan.current.push((slot, Some(Arc::clone(draft))));
            self.plan.changes.push(Change { slot, record, draft: Some(Arc::clone(draft)), event: Some(What::New) });
        }
    }

    /// An item that no draft is.
    fn gone(&mut self, slot: usize) {
        let old = &self.ground.records[slot];
        let record = Record { withdrawn: Some(self.ground.now), ..old.clone() };
        let reason = Reason { how: How::Gone, moved_from: None };
        self.decide(old.paths.first().map(String::as_str), &record, What::Withdrawn, reason);
        self.plan.leaving.push(slot);
        self.plan.changes.push(Change { slot, record, draft: None, event: Some(What::Withdrawn) });
    }

    /// An item whose file could not be read.
    fn stay(&mut self, slot: usize) {
        let mut record = self.ground.records[slot].clone();
        record.open(self.ground.now);
        let reason = Reason { how: How::Stands, moved_from: None };
        self.decide(record.paths.first().map(String::as_str), &record, What::Unchanged, reason);
        self.plan.current.push((slot, None));
        if record != self.ground.records[slot] {
            self.plan.changes.push(Change { slot, record, draft: None, event: None });
        }
    }

    /// Slugs in use or once public, except that of one record.
    fn slugs(&self, except: usize) -> HashSet<&str> {
        let planned = self.plan.changes.iter().filter(|change| change.slot != except).map(|c| c.record.slug.as_str());
        let records = self.ground.records.iter().enumerate().filter(|&(slot, _)| slot != except);
        records.map(|(_, record)| record.slug.as_str()).chain(planned).collect()
    }

    fn decide(&mut self, path: Option<&str>, record: &Record, what: What, reason: Reason) {
        let (path, id, slug) = (path.unwrap_or_default().to_string(), record.id.clone(), record.slug.clone());
        self.plan.decisions.push(Decision { path, id, slug, what, reason });
    }
}
