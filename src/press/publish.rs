//! Publishing: from what was read to the next site, with the ledger in between.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};

use super::clerk::Register;
use super::desk::{Desk, Means, Told};
use super::files::Shelf;
use super::print::{Materials, Printed};
use super::{Impression, Pending, Press};
use crate::ledger::{LedgerError, Outcome, Resolution, Scan, Shelves};
use crate::site::{self, Builder};

/// The site of a change of no more items than these is made while the ledger remembers it.
const LITTLE: usize = 64;

impl Press {
    /// Brings the ledger up to what the folders hold, and makes the site of that instant.
    ///
    /// # Errors
    /// The ledger could not remember; nothing was published then.
    pub fn publish(&mut self, now: DateTime<Utc>) -> Result<Impression, LedgerError> {
        let scan = self.scan();
        let began = Instant::now();
        let (outcome, resolution) = self.ledger.resolve(&scan, now, &self.settings.ledger)?;
        let resolving = began.elapsed();
        let is_held = outcome.held.is_some();
        let (impression, settling) = match self.is_little(&scan, &outcome) {
            true => self.print_meanwhile(outcome, resolution, &scan, now)?,
            false => {
                let began = Instant::now();
                self.ledger.settle(resolution, &outcome, &scan, &self.settings.ledger)?;
                let settling = began.elapsed();
                self.settled(is_held);
                (self.publish_outcome(outcome, now), settling)
            }
        };
        if impression.is_err() {
            // Half of it may be taken in: the next edition is made out of the ledger.
            (self.desk, self.builder) = (None, None);
        }
        impression.map(|impression| Impression { commit: resolving + settling, ..impression })
    }

    /// Whether a change is so little, and a site already there, that the next can be made of what is at hand.
    fn is_little(&self, scan: &Scan, outcome: &Outcome) -> bool {
        let is_there = self.desk.is_some() && self.builder.is_some();
        let moves = self.shelves.iter().any(Shelf::has_asset_change);
        is_there && !scan.whole && !moves && outcome.held.is_none() && outcome.touched.len() <= LITTLE
    }

    /// Notes that the ledger has what was told to it.
    fn settled(&mut self, is_held: bool) {
        if !is_held {
            self.pending = Pending::default();
            self.told = true;
        }
    }

    /// Makes the site of a change while the ledger remembers it: neither waits for the other, the swap for both.
    fn print_meanwhile(
        &mut self,
        outcome: Outcome,
        resolution: Resolution,
        scan: &Scan,
        now: DateTime<Utc>,
    ) -> Result<(Result<Impression, LedgerError>, Duration), LedgerError> {
        let bodies = self.bodies()?;
        bodies.hold();
        let (mut desk, mut builder) = (self.desk.take(), self.builder.take());
        let Self { ledger, settings, lengths, shelves, register, .. } = self;
        let (settings, lengths, shelves, register) = (&*settings, &*lengths, &*shelves, &*register);
        let print = |desk: &mut Desk, builder: &mut Builder| {
            let means = Means { settings, bodies: &bodies, lengths, now };
            let Some(changes) = desk.turn(&means, &outcome, Vec::new())? else { return Ok(None) };
            let means = Materials { shelves, register, now, archived: BTreeMap::new(), editions: &|_| Vec::new() };
            Ok(Some(means.print(&outcome, desk, Some(&changes), builder)))
        };
        let mut printed = Ok(None);
        let (settled, settling) = rayon::in_place_scope(|scope| {
            if let (Some(desk), Some(builder)) = (&mut desk, &mut builder) {
                scope.spawn(|_| printed = print(desk, builder));
            }
            let began = Instant::now();
            let settled = ledger.settle(resolution, &outcome, scan, &settings.ledger);
            (settled, began.elapsed())
        });
        bodies.let_go();
        // Whatever was made of it is not of this world: the next site is made out of the ledger.
        settled?;
        self.settled(false);
        let impression = match printed {
            Ok(Some(printed)) => {
                (self.desk, self.builder) = (desk, builder);
                self.finish(printed, outcome)
            }
            // Other topics: all is made anew.
            Ok(None) => {
                self.builder = builder;
                self.publish_outcome(outcome, now)
            }
            Err(error) => Err(error),
        };
        Ok((impression, settling))
    }

    fn publish_outcome(&mut self, outcome: Outcome, now: DateTime<Utc>) -> Result<Impression, LedgerError> {
        let moved = if outcome.held.is_none() { self.move_assets()? } else { Vec::new() };
        let bodies = self.bodies()?;
        let means = Means { settings: &self.settings, bodies: &bodies, lengths: &self.lengths, now };
        let turned = match &mut self.desk {
            Some(desk) => {
                let told = |slot| Some(Told { slot, kept: self.ledger.kept(slot)?, draft: None });
                let showing = desk.showing(&moved).into_iter().filter_map(told).collect();
                desk.turn(&means, &outcome, showing)?
            }
            None => None,
        };
        if turned.is_none() {
            self.desk = Some(Desk::new(&means, &self.ledger, self.all(&outcome), &outcome.withdrawn)?);
        }
        let desk = self.desk.as_ref().expect("it was made just now");
        let mut builder = self.builder.take().unwrap_or_else(|| Builder::new(self.settings.parts));
        let printed = self.print(&outcome, desk, turned.as_deref(), now, &mut builder, &self.register);
        self.builder = Some(builder);
        self.finish(printed?, outcome)
    }

    /// Notes what must be remembered of what was printed.
    fn finish(&mut self, mut printed: Printed, outcome: Outcome) -> Result<Impression, LedgerError> {
        self.shelved.append(&mut printed.archived);
        let veiled = self.veiled(&outcome)?;
        let (impression, holdings, shelves) = printed.of(outcome, veiled);
        self.holdings.extend(holdings);
        // Which items an archive page holds is decided for good before anybody sees it. Validators can wait: those that
        // are lost in a crash move forward once more.
        if !shelves.is_empty() {
            let holdings = std::mem::take(&mut self.holdings);
            let pages = shelves.iter().map(|(topic, shelf)| (topic.clone(), self.pages(topic, shelf))).collect();
            self.ledger.remember_pages(&self.register.news(holdings), &pages)?;
            self.shelved.extend(shelves);
        }
        Ok(impression)
    }

    /// The archive pages of a topic that the ledger does not have, and how many before them it has.
    fn pages(&self, topic: &str, shelf: &site::Shelf) -> (usize, Vec<Vec<String>>) {
        let known = self.shelved.get(topic).into_iter().flat_map(|shelf| &shelf.pages);
        let known = known.zip(&shelf.pages).take_while(|(known, page)| Arc::ptr_eq(known, page)).count();
        (known, shelf.pages.iter().skip(known).map(|page| page.to_vec()).collect())
    }

    /// Prints the site of a desk beside the ledger. `changes` are those since the site before; `None` where all may be
    /// other.
    pub(super) fn print(
        &self,
        outcome: &Outcome,
        desk: &Desk,
        changes: Option<&[site::Change]>,
        now: DateTime<Utc>,
        builder: &mut Builder,
        register: &Arc<Register>,
    ) -> Result<Printed, LedgerError> {
        let archived = if changes.is_none() { self.ledger.shelves()? } else { Shelves::new() };
        let shelf = |pages: Vec<Vec<String>>| site::Shelf { pages: pages.into_iter().map(Arc::new).collect() };
        let archived = archived.into_iter().map(|(topic, pages)| (topic, shelf(pages))).collect();
        let editions = |path: &str| -> Vec<_> {
            let known = self.ledger.editions(path).unwrap_or_default();
            known.into_iter().map(|known| (known.etag, known.entries.into_iter().collect())).collect()
        };
        let materials = Materials { shelves: &self.shelves, register, now, archived, editions: &editions };
        Ok(materials.print(outcome, desk, changes, builder))
    }
}
