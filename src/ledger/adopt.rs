//! Moving in from another system: the ids, dates and links of an old feed are taken over for the releases that it
//! lists, so that nobody is shown anything twice.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use chrono::{DateTime, FixedOffset, NaiveDate, Utc};

use super::field::Field;
use super::plan::Change;
use super::print::Print;
use super::record::{Record, Sight};
use super::similarity::Sketch;
use super::{Ledger, LedgerError, Scan, Settings, What, naming};
use crate::item::Draft;
use crate::text::fold;

/// From this share of common word pairs on, an entry's text is a release's.
const ALIKE: f64 = 0.5;

/// An entry of an existing feed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Adopted {
    /// Its id, as readers know it.
    pub id: String,
    /// Its address.
    pub link: Option<String>,
    /// Its title, plain text.
    pub title: String,
    /// Its text or summary, plain text; may be empty.
    pub text: String,
    /// When it was published.
    pub published: Option<DateTime<FixedOffset>>,
    /// When it was last updated.
    pub updated: Option<DateTime<FixedOffset>>,
}

/// What became of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adoption {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// What was done with it.
    pub fate: Fate,
}

/// What was done with an entry of an existing feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// The release in this file has its id now.
    Taken {
        /// The file.
        path: String,
        /// What they have in common.
        by: &'static str,
        /// The day that the file gives, where that of the feed is another: the feed's stays.
        file_says: Option<NaiveDate>,
    },
    /// No release is like it.
    Unmatched,
    /// The ledger has this id already.
    Known,
    /// The release in this file was published here before, and keeps the id that it has.
    Published {
        /// The file.
        path: String,
    },
}

impl Ledger {
    /// Takes over ids and dates of an existing feed for the releases of a whole scan that match, before they are first
    /// published here; all or nothing. What is published next must be a whole scan. Gives the fate of each entry, in the feed's order.
    pub fn adopt(
        &mut self,
        entries: &[Adopted],
        scan: &Scan,
        now: DateTime<Utc>,
        settings: &Settings,
    ) -> Result<Vec<Adoption>, LedgerError> {
        self.store.writable()?;
        let entries_of = Field::whole(&self.records, scan).entries;
        let (drafts, prints): (Vec<Arc<Draft>>, Vec<Print>) =
            entries_of.into_iter().filter_map(|entry| Some((entry.draft?.draft(), entry.print))).unzip();
        let pairs = pair(entries, &drafts);
        let published: HashSet<super::print::Hash> = self.records.iter().map(|record| record.print.full).collect();
        let mut ids: HashSet<&str> = self.records.iter().map(|record| record.id.as_str()).collect();
        let mut slugs: HashSet<String> = self.records.iter().map(|record| record.slug.clone()).collect();
        let mut changes: Vec<Change> = Vec::new();
        let mut fates = Vec::new();
        for (entry, pair) in entries.iter().zip(pairs) {
            let path = |at: usize| drafts[at].sources.first().map(|source| source.path.clone()).unwrap_or_default();
            let fate = match pair {
                _ if !ids.insert(&entry.id) => Fate::Known,
                None => Fate::Unmatched,
                Some((at, _)) if published.contains(&prints[at].full) => Fate::Published { path: path(at) },
                Some((at, by)) => {
                    let slug = naming::slug(&drafts[at], &entry.id, |slug| slugs.contains(slug));
                    slugs.insert(slug.clone());
                    let slot = self.records.len() + changes.len();
                    let record = adopted(entry, slug, &drafts[at], prints[at].clone(), now, settings);
                    let said = drafts[at].date.as_ref().map(|date| date.published.date_naive());
                    let file_says = said.filter(|day| *day != record.published.date_naive());
                    let draft = Some(Arc::clone(&drafts[at]).into());
                    changes.push(Change { slot, record, draft, event: Some(What::New) });
                    Fate::Taken { path: path(at), by, file_says }
                }
            };
            fates.push(Adoption { id: entry.id.clone(), title: entry.title.clone(), fate });
        }
        self.store.commit(&changes, &[], now)?;
        self.records.extend(changes.into_iter().map(|change| change.record));
        self.forget();
        Ok(fates)
    }
}

fn adopted(
    entry: &Adopted,
    slug: String,
    draft: &Draft,
    print: Print,
    now: DateTime<Utc>,
    settings: &Settings,
) -> Record {
    let known = entry.published.or(entry.updated);
    let seen = known.map_or(now, |at| at.to_utc());
    let paths: BTreeSet<&str> = draft.sources.iter().map(|source| source.path.as_str()).collect();
    let paths = paths.into_iter().map(Arc::from).collect();
    let first = Record::first(entry.id.clone(), draft.declared_id.clone(), print, paths, seen);
    let mut record = Record { slug, ..first };
    record.schedule(draft, None, Sight { at: seen, real: true }, settings);
    // It is public in the old feed, so what that says of its dates stands.
    record.public_since = Some(seen);
    record.opens = None;
    if let Some(published) = known {
        record.published = published;
        record.undated = false;
    }
    record.updated = entry.updated.unwrap_or(record.published).max(record.published);
    record
}

/// For each entry the draft that it is, and by what: address, title and day, title alone, text. Certain evidence
/// first over all entries; what two have in common proves nothing.
fn pair(entries: &[Adopted], drafts: &[Arc<Draft>]) -> Vec<Option<(usize, &'static str)>> {
    let day = |at: Option<DateTime<FixedOffset>>| at.map(|at| at.date_naive().to_string()).unwrap_or_default();
    let address = |link: &str| {
        let bare = link.trim_start_matches("https://").trim_start_matches("http://");
        bare.trim_end_matches('/').to_string()
    };
    let mut found: Vec<Option<(usize, &'static str)>> = vec![None; entries.len()];
    let mut free = vec![true; drafts.len()];
    let mut join =
        |by: &'static str, of_entry: &dyn Fn(&Adopted) -> Option<String>, of_draft: &dyn Fn(&Draft) -> Vec<String>| {
            let mut index: HashMap<String, Vec<usize>> = HashMap::new();
            for (at, draft) in drafts.iter().enumerate().filter(|(at, _)| free[*at]) {
                of_draft(draft).into_iter().for_each(|key| index.entry(key).or_default().push(at));
            }
            let keys: Vec<Option<String>> = entries.iter().map(of_entry).collect();
            let mut counts: HashMap<&String, u32> = HashMap::new();
            keys.iter().flatten().for_each(|key| *counts.entry(key).or_default() += 1);
            for (slot, key) in found.iter_mut().zip(&keys).filter(|(slot, _)| slot.is_none()) {
                let Some(key) = key.as_ref().filter(|key| counts[key] == 1) else { continue };
                if let Some(&[at]) = index.get(key).map(Vec::as_slice)
                    && free[at]
                {
                    free[at] = false;
                    *slot = Some((at, by));
                }
            }
        };
    join("its declared id", &|entry| Some(entry.id.clone()), &|draft| draft.declared_id.iter().cloned().collect());
    join("its address", &|entry| entry.link.as_deref().map(address), &|draft| {
        draft.link.iter().chain(&draft.aliases).map(|link| address(link)).collect()
    });
    join("title and day", &|entry| Some(format!("{}\0{}", fold(&entry.title), day(entry.published))), &|draft| {
        let date = draft.date.as_ref().map(|date| date.published);
        date.map(|date| format!("{}\0{}", fold(&draft.title), day(Some(date)))).into_iter().collect()
    });
    join("its title", &|entry| Some(fold(&entry.title)).filter(|title| !title.is_empty()), &|draft| {
        vec![fold(&draft.title)]
    });
    by_text(entries, drafts, &mut found, &mut free);
    found
}

fn by_text(entries: &[Adopted], drafts: &[Arc<Draft>], found: &mut [Option<(usize, &'static str)>], free: &mut [bool]) {
    let open: Vec<usize> =
        (0..entries.len()).filter(|&at| found[at].is_none() && !entries[at].text.is_empty()).collect();
    if open.is_empty() {
        return;
    }
    let sketches: Vec<(usize, Sketch)> =
        open.iter().map(|&at| (at, Sketch::of(&entries[at].title, &entries[at].text))).collect();
    let mut scores = Vec::new();
    for (at, draft) in drafts.iter().enumerate().filter(|(at, _)| free[*at]) {
        let own = Sketch::of(&draft.title, &draft.body_text);
        for (entry, sketch) in &sketches {
            let alike = sketch.text(&own).max(sketch.opening(&own));
            if alike >= ALIKE && sketch.same_figures(&own) {
                scores.push((alike, *entry, at));
            }
        }
    }
    scores.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    for (_, entry, at) in scores {
        if found[entry].is_none() && free[at] {
            free[at] = false;
            found[entry] = Some((at, "its text"));
        }
    }
}
