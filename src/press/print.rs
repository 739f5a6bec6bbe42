//! Printing: what stands on the desk becomes a site, without the ledger.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::Impression;
use super::clerk::Register;
use super::desk::{Desk, Waiting};
use super::files::Shelf;
use crate::edition::Edition;
use crate::ledger::Outcome;
use crate::problem::Problem;
use crate::site::{self, Builder, Built, Holdings, Site};

/// What a site is printed with.
pub(super) struct Materials<'a> {
    pub shelves: &'a [Shelf],
    pub register: &'a Arc<Register>,
    pub now: DateTime<Utc>,
    /// The complete archive pages of each topic, as far as they are asked for.
    pub archived: BTreeMap<String, site::Shelf>,
    /// Earlier editions of a feed.
    pub editions: &'a dyn Fn(&str) -> Vec<site::EarlierEdition>,
}

impl Materials<'_> {
    /// Makes the site of a desk. `changes` are those since the site before; `None` where all may be other.
    pub fn print(
        &self,
        outcome: &Outcome,
        desk: &Desk,
        changes: Option<&[site::Change]>,
        builder: &mut Builder,
    ) -> Printed {
        let edition = desk.edition();
        let mut problems: Vec<Problem> = self.shelves.iter().flat_map(Shelf::problems).collect();
        problems.extend(outcome.problems.iter().cloned());
        problems.extend(desk.unclaimed().cloned());
        let shelf = |topic: &str| self.archived.get(topic).cloned().unwrap_or_default();
        let materials = site::Materials {
            asset: &|path| self.shelves.iter().find_map(|shelf| shelf.asset(path)),
            clerk: self.register.clerk(self.now),
            editions: self.editions,
            shelf: &shelf,
            next_change: outcome.next_change,
        };
        let Built { site, holdings, shelves, problems: mut met } =
            builder.build(Arc::clone(&edition), changes, &materials);
        problems.append(&mut met);
        problems.sort();
        problems.dedup();
        let files = self.shelves.iter().map(Shelf::len).sum();
        let archived = self.archived.clone();
        Printed { site, edition, waiting: desk.waiting(), problems, files, holdings, archived, shelves }
    }
}

/// What came off the press, and what is to be remembered of it.
pub(super) struct Printed {
    site: Site,
    edition: Arc<Edition>,
    waiting: Vec<Waiting>,
    problems: Vec<Problem>,
    files: usize,
    holdings: Holdings,
    /// The archive pages as the ledger had them, where it was asked.
    pub archived: BTreeMap<String, site::Shelf>,
    /// Those of the topics that have others now.
    shelves: BTreeMap<String, site::Shelf>,
}

impl Printed {
    /// With the outcome that it was made of, and what was taken back until its time.
    pub fn of(self, outcome: Outcome, veiled: Vec<Waiting>) -> (Impression, Holdings, BTreeMap<String, site::Shelf>) {
        let Self { site, edition, mut waiting, problems, files, holdings, shelves, .. } = self;
        waiting.extend(veiled);
        waiting.sort_by(|a, b| a.at.cmp(&b.at).then_with(|| a.path.cmp(&b.path)));
        let commit = Duration::ZERO;
        (Impression { site, edition, outcome, waiting, problems, files, commit }, holdings, shelves)
    }
}
