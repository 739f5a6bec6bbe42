//! The press runs the chain: files become documents, drafts, items, an edition, a site.
//!
//! One value holds what has been read so far, so that looking again costs only what changed. It touches the disk
//! through `folder` and `ledger` and nothing else; `generate` and `serve` drive the same press and get the same site.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};

use crate::edition::{Edition, Newsroom, Topic};
use crate::item::Draft;
use crate::ledger::{self, Adopted, Adoption, Kept, Ledger, LedgerError, Outcome, Scan, Shelves, State};
use crate::problem::Problem;
use crate::site::{self, Builder, Built, Holdings, Site};
use crate::topic::Rule;
use crate::{folder, item};

mod claims;
mod clerk;
mod compose;
mod files;
mod translations;

pub use claims::Claims;
use clerk::Register;
pub use files::Progress;
use files::Shelf;

/// What the press works with.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The house.
    pub newsroom: Newsroom,
    /// The folders that releases come from.
    pub folders: Vec<Folder>,
    /// Where topics come from.
    pub topics: TopicSource,
    /// How the ledger decides.
    pub ledger: ledger::Settings,
    /// Which parts of the site are made.
    pub parts: site::Parts,
}

/// A folder and how its files are understood.
#[derive(Debug, Clone)]
pub struct Folder {
    /// Which files.
    pub files: folder::Settings,
    /// How they are read.
    pub reading: item::Settings,
    /// What stands before their paths where there are several folders (`north/`), else empty.
    pub prefix: String,
}

/// Where topics come from.
#[derive(Debug, Clone)]
pub enum TopicSource {
    /// The configuration.
    Configured(Vec<(Topic, Rule)>),
    /// The paths of the releases, each relative to its folder: each subfolder is a topic.
    Subfolders(fn(&[&str]) -> Vec<(Topic, Rule)>),
}

/// The press with all that it has read so far.
pub struct Press {
    settings: Settings,
    ledger: Ledger,
    shelves: Vec<Shelf>,
    /// The lengths of the assets at the last publication: what stays up while a change is held.
    lengths: BTreeMap<String, u64>,
    /// What the last site was built with.
    builder: Option<Builder>,
    register: Arc<Register>,
}

/// What came off the press.
pub struct Impression {
    /// The site, to be served or written.
    pub site: Site,
    /// What it was made from.
    pub edition: Arc<Edition>,
    /// What the ledger decided.
    pub outcome: Outcome,
    /// What is wrong with the input, in the order of paths and lines.
    pub problems: Vec<Problem>,
    /// How many release files were read.
    pub files: usize,
    /// How long the ledger took to remember it.
    pub commit: Duration,
}

impl Press {
    /// A press with nothing read yet.
    pub fn new(settings: Settings, ledger: Ledger) -> Self {
        let shelves = settings.folders.iter().cloned().map(Shelf::new).collect();
        // Without them the last site can still be shown, only less of it.
        let lengths = ledger.lengths().unwrap_or_default();
        let register = Arc::new(Register::new(ledger.validators().unwrap_or_default()));
        Self { settings, ledger, shelves, lengths, builder: None, register }
    }

    /// Takes new settings, and reads again what they change the reading of.
    pub fn reconfigure(&mut self, settings: Settings) {
        let mut old: Vec<Shelf> = std::mem::take(&mut self.shelves);
        self.shelves = settings
            .folders
            .iter()
            .map(|folder| {
                let same = old.iter().position(|shelf| shelf.reads_like(folder));
                same.map_or_else(|| Shelf::new(folder.clone()), |at| old.swap_remove(at))
            })
            .collect();
        self.settings = settings;
        self.builder = None;
    }

    /// Looks at every file of every folder and reads those that changed. Returns whether any did.
    pub fn look(&mut self, progress: &Progress<'_>) -> bool {
        self.shelves.iter_mut().map(|shelf| shelf.look(progress)).fold(false, |any, changed| any | changed)
    }

    /// Looks at some files of the folder at a position, or at all below them where they are folders.
    pub fn look_at(&mut self, folder: usize, paths: &[String]) -> bool {
        self.shelves.get_mut(folder).is_some_and(|shelf| shelf.look_at(paths))
    }

    /// Looks again at the files that were being written.
    pub fn look_again(&mut self) -> bool {
        self.shelves.iter_mut().map(Shelf::look_again).fold(false, |any, changed| any | changed)
    }

    /// Whether some file was being written when it was looked at, so that it must be looked at again soon.
    pub fn is_waiting(&self) -> bool {
        self.shelves.iter().any(Shelf::is_waiting)
    }

    /// The drafts of all folders, attached and with the problems of every room so far.
    pub fn drafts(&self) -> (Vec<Draft>, Vec<Problem>) {
        let mut drafts = Vec::new();
        let mut problems = Vec::new();
        for shelf in &self.shelves {
            let (mut found, mut met) = shelf.drafts();
            drafts.append(&mut found);
            problems.append(&mut met);
        }
        (drafts, problems)
    }

    /// Brings the ledger up to what the folders hold, and makes the site of that instant.
    ///
    /// # Errors
    /// The ledger could not remember; nothing was published then.
    pub fn publish(&mut self, now: DateTime<Utc>) -> Result<Impression, LedgerError> {
        let (drafts, problems) = self.drafts();
        let scan = self.scan(drafts);
        let began = Instant::now();
        let outcome = self.ledger.publish(&scan, now, &self.settings.ledger)?;
        let commit = began.elapsed();
        let lengths = self.lengths();
        if outcome.held.is_none() && lengths != self.lengths {
            self.ledger.remember_lengths(&lengths)?;
            self.lengths = lengths;
        }
        let mut builder = self.builder.take().unwrap_or_else(|| Builder::new(self.settings.parts));
        let made = self.impression(outcome, problems, &self.lengths, now, &mut builder, &self.register);
        let (mut impression, holdings, shelves) = made?;
        self.builder = Some(builder);
        self.ledger.remember(&self.register.news(holdings), &shelves)?;
        impression.commit = commit;
        Ok(impression)
    }

    /// Remembers what was rendered of the last site since it was made, so that its validators outlive the process.
    ///
    /// # Errors
    /// The ledger could not remember.
    pub fn remember(&mut self) -> Result<(), LedgerError> {
        self.ledger.remember(&self.register.news(Holdings::new()), &Shelves::new())
    }

    /// What publishing now would do, without doing it.
    ///
    /// # Errors
    /// The ledger could not be read.
    pub fn preview(&self, now: DateTime<Utc>) -> Result<Impression, LedgerError> {
        let (drafts, problems) = self.drafts();
        let outcome = self.ledger.preview(&self.scan(drafts), now, &self.settings.ledger)?;
        let lengths = if outcome.held.is_some() { self.lengths.clone() } else { self.lengths() };
        let mut builder = Builder::new(self.settings.parts);
        Ok(self.impression(outcome, problems, &lengths, now, &mut builder, &Arc::default())?.0)
    }

    /// The site as last published, out of the ledger alone: what is served while the folders are looked at. Files
    /// beside the releases are linked to, and served once they are [found](Press::find_assets).
    ///
    /// # Errors
    /// The ledger could not be read.
    pub fn recall(&mut self, now: DateTime<Utc>) -> Result<Impression, LedgerError> {
        let outcome = self.ledger.recall(now, &self.settings.ledger)?;
        let mut builder = Builder::new(self.settings.parts);
        let made = self.impression(outcome, Vec::new(), &self.lengths, now, &mut builder, &self.register)?;
        self.builder = Some(builder);
        Ok(made.0)
    }

    /// Takes over ids and dates of an existing feed for the releases that match.
    ///
    /// # Errors
    /// The ledger could not remember; nothing was taken over then.
    pub fn adopt(&mut self, entries: &[Adopted], now: DateTime<Utc>) -> Result<Vec<Adoption>, LedgerError> {
        let scan = self.scan(self.drafts().0);
        self.ledger.adopt(entries, &scan, now, &self.settings.ledger)
    }

    /// The files that are known, with their prefix, in the order of their paths.
    pub fn files(&self) -> impl Iterator<Item = String> + '_ {
        self.shelves.iter().flat_map(Shelf::named)
    }

    /// Looks for the files beside the releases, without reading any release.
    pub fn find_assets(&mut self) {
        self.shelves.iter_mut().for_each(Shelf::find_assets);
    }

    /// Whether none of the folders could be looked at.
    pub fn is_blind(&self) -> bool {
        self.shelves.iter().all(|shelf| shelf.root().state == ledger::RootState::Gone)
    }

    /// The ledger.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    fn scan(&self, drafts: Vec<Draft>) -> Scan {
        Scan {
            drafts: drafts.into_iter().map(Arc::new).collect(),
            roots: self.shelves.iter().map(Shelf::root).collect(),
            unread: self.shelves.iter().flat_map(Shelf::unread).collect(),
        }
    }

    /// The topics and what they claim. Where subfolders make them, these are those that the items stand in.
    pub fn claims<'k>(&self, items: impl Iterator<Item = &'k Kept>) -> Claims {
        Claims::new(&self.settings, items)
    }

    /// The length of every file beside the releases.
    fn lengths(&self) -> BTreeMap<String, u64> {
        self.shelves.iter().flat_map(Shelf::lengths).collect()
    }

    fn impression(
        &self,
        outcome: Outcome,
        mut problems: Vec<Problem>,
        lengths: &BTreeMap<String, u64>,
        now: DateTime<Utc>,
        builder: &mut Builder,
        register: &Arc<Register>,
    ) -> Result<(Impression, Holdings, Shelves), LedgerError> {
        // A subfolder whose items nobody may see yet is no topic yet: its name might tell. One whose items are gone
        // still is, for its subscribers.
        let seen = |kept: &&Kept| !matches!(kept.state(now), State::Embargoed(_) | State::Unfinished);
        let known = outcome.items.iter().filter(seen).chain(&outcome.withdrawn);
        let claims = self.claims(known);
        let edition = compose::edition(&self.settings.newsroom, &claims, &outcome, lengths, now);
        problems.extend(outcome.problems.iter().cloned());
        problems.extend(unclaimed(&edition, &outcome));
        let archived = self.ledger.shelves()?;
        let editions = |path: &str| -> Vec<_> {
            let known = self.ledger.editions(path).unwrap_or_default();
            known.into_iter().map(|known| (known.etag, known.entries.into_iter().collect())).collect()
        };
        let shelf = |topic: &str| {
            let pages = archived.get(topic).into_iter().flatten();
            site::Shelf { pages: pages.cloned().map(Arc::new).collect() }
        };
        let materials = site::Materials {
            asset: &|path| self.shelves.iter().find_map(|shelf| shelf.asset(path)),
            clerk: register.clerk(now),
            editions: &editions,
            shelf: &shelf,
            next_change: outcome.next_change(now),
        };
        let edition = Arc::new(edition);
        let Built { site, holdings, shelves, problems: mut met } =
            builder.build(Arc::clone(&edition), None, &materials);
        problems.append(&mut met);
        problems.sort();
        problems.dedup();
        let files = self.shelves.iter().map(Shelf::len).sum();
        let commit = Duration::ZERO;
        let shelves = shelves.into_iter().map(|(topic, shelf)| (topic, pages(&shelf))).collect();
        Ok((Impression { site, edition, outcome, problems, files, commit }, holdings, shelves))
    }
}

/// The pages of a shelf as the ledger keeps them.
fn pages(shelf: &site::Shelf) -> Vec<Vec<String>> {
    shelf.pages.iter().map(|page| page.to_vec()).collect()
}

/// Notes on public items that stand in no topic, where there are topics.
fn unclaimed(edition: &Edition, outcome: &Outcome) -> Vec<Problem> {
    let places: BTreeMap<&str, &crate::item::Source> =
        outcome.items.iter().map(|kept| (kept.id.as_str(), &kept.draft.sources[0])).collect();
    let lost = edition.items.iter().filter(|item| item.topics.is_empty() && !edition.topics.is_empty());
    lost.filter_map(|item| places.get(item.id.as_str()))
        .map(|source| {
            Problem::note(&source.path, "no topic claims this item: it stands in the feeds of all items only")
                .at(source.lines.first, 0)
        })
        .collect()
}
