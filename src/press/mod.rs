//! The press runs the chain: files become documents, drafts, items, an edition, a site.
//!
//! One value holds what has been read so far, so that looking again costs only what changed. It touches the disk
//! through `folder` and `ledger` and nothing else; `generate` and `serve` drive the same press and get the same site.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::edition::{Edition, Newsroom, Topic};
use crate::item::Place;
use crate::ledger::{self, Adopted, Adoption, Ledger, LedgerError, Outcome, Scan, Shelves, Words};
use crate::problem::Problem;
use crate::site::{self, Builder, Holdings, Site};
use crate::topic::Rule;
use crate::{folder, item};

mod claims;
mod clerk;
mod compose;
mod desk;
mod files;
mod keeper;
mod memory;
mod names;
mod print;
mod publish;
mod translations;

pub use claims::Claims;
use clerk::Register;
pub use desk::Waiting;
use desk::{Desk, Means, Told};
pub use files::Progress;
use files::Shelf;
use keeper::Bodies;

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
    /// What was read and is not published yet.
    pending: Pending,
    /// Whether the ledger knows all that the folders held when they were looked at last.
    told: bool,
    /// The lengths of the assets at the last publication: what stays up while a change is held.
    lengths: BTreeMap<String, u64>,
    /// The edition of the moment; made out of the ledger where there is none.
    desk: Option<Desk>,
    /// What the last site was built with.
    builder: Option<Builder>,
    bodies: Option<Arc<Bodies>>,
    register: Arc<Register>,
    /// The archive pages of each topic as the ledger has them, as far as is known.
    shelved: BTreeMap<String, site::Shelf>,
    /// What feeds hold whose validators are not remembered yet.
    holdings: Holdings,
    /// The instant at which the last site was shown out of the ledger.
    recalled: Option<DateTime<Utc>>,
    /// Whether what it takes to go on in another process is remembered, but for what was touched since.
    is_kept: bool,
}

/// What came off the press.
pub struct Impression {
    /// The site, to be served or written.
    pub site: Site,
    /// What it was made from.
    pub edition: Arc<Edition>,
    /// What the ledger decided.
    pub outcome: Outcome,
    /// What waits for its time, the first to open first.
    pub waiting: Vec<Waiting>,
    /// What is wrong with the input, in the order of paths and lines.
    pub problems: Vec<Problem>,
    /// How many release files were read.
    pub files: usize,
    /// How long the ledger took to remember it.
    pub commit: Duration,
}

/// Drafts that changed since the ledger was told, by their places.
#[derive(Default)]
struct Pending {
    came: BTreeMap<Place, Words>,
    gone: BTreeSet<Place>,
}

impl Pending {
    fn take_in(&mut self, change: files::Change) {
        for place in change.gone {
            self.came.remove(&place);
            self.gone.insert(place);
        }
        self.came.extend(change.came);
    }
}

impl Press {
    /// A press with nothing read yet.
    pub fn new(settings: Settings, ledger: Ledger) -> Self {
        let shelves = settings.folders.iter().cloned().map(Shelf::new).collect();
        // Without them the last site can still be shown, only less of it.
        let lengths = ledger.lengths().unwrap_or_default();
        let register = Arc::new(Register::new(ledger.validators().unwrap_or_default()));
        let (pending, desk, builder, bodies) = (Pending::default(), None, None, None);
        Self {
            settings,
            ledger,
            shelves,
            pending,
            told: false,
            lengths,
            desk,
            builder,
            bodies,
            register,
            shelved: BTreeMap::new(),
            holdings: Holdings::new(),
            recalled: None,
            is_kept: false,
        }
    }

    /// Takes new settings. Where they say that files are read otherwise, all are read again.
    pub fn reconfigure(&mut self, settings: Settings) {
        let same = self.shelves.len() == settings.folders.len()
            && self.shelves.iter().zip(&settings.folders).all(|(shelf, folder)| shelf.reads_like(folder));
        if !same {
            self.shelves = settings.folders.iter().cloned().map(Shelf::new).collect();
            self.pending = Pending::default();
            (self.told, self.is_kept) = (false, false);
        }
        self.settings = settings;
        (self.desk, self.builder, self.bodies) = (None, None, None);
    }

    /// From now on the folders are looked at while others write into them: what looks half written is waited for, unless
    /// it is looked at by its name because somebody has written it.
    pub fn watch(&mut self) {
        self.shelves.iter_mut().for_each(|shelf| shelf.is_watched = true);
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

    /// The problems of the folders and their files.
    pub fn problems(&self) -> Vec<Problem> {
        self.shelves.iter().flat_map(Shelf::problems).collect()
    }

    /// Remembers the validators of what was published, and of what was rendered for those who asked, and what was read,
    /// so that they outlive the process. To be said when nothing else is to be done, and at the end.
    ///
    /// # Errors
    /// The ledger could not remember.
    pub fn remember(&mut self, now: DateTime<Utc>) -> Result<(), LedgerError> {
        let holdings = std::mem::take(&mut self.holdings);
        self.ledger.remember(&self.register.news(holdings), &Shelves::new())?;
        if let Some(desk) = &mut self.desk {
            let (key, faces) = desk.faces();
            self.ledger.keep_faces(key, &faces)?;
        }
        self.keep(now)
    }

    /// What publishing now would do, without doing it: of a press that has not published yet.
    ///
    /// # Errors
    /// The ledger could not be read.
    pub fn preview(&mut self, now: DateTime<Utc>) -> Result<(Impression, Claims), LedgerError> {
        let scan = self.scan();
        let outcome = self.ledger.preview(&scan, now, &self.settings.ledger)?;
        let lengths = if outcome.held.is_some() { self.lengths.clone() } else { self.lengths() };
        let bodies = self.bodies()?;
        let means = Means { settings: &self.settings, bodies: &bodies, lengths: &lengths, now };
        let desk = Desk::new(&means, &self.ledger, touched(&outcome), &outcome.withdrawn)?;
        let mut builder = Builder::new(self.settings.parts);
        let printed = self.print(&outcome, &desk, None, now, &mut builder, &Arc::default())?;
        let veiled = self.veiled(&outcome)?;
        Ok((printed.of(outcome, veiled).0, desk.claims().clone()))
    }

    /// The site as last published, out of the ledger alone: what is served while the folders are looked at. Files
    /// beside the releases are linked to, and served once they are [found](Press::find_assets).
    ///
    /// # Errors
    /// The ledger could not be read.
    pub fn recall(&mut self, now: DateTime<Utc>) -> Result<Impression, LedgerError> {
        let outcome = self.ledger.recall(now, &self.settings.ledger)?;
        let bodies = self.bodies()?;
        let means = Means { settings: &self.settings, bodies: &bodies, lengths: &self.lengths, now };
        let desk = Desk::new(&means, &self.ledger, touched(&outcome), &outcome.withdrawn)?;
        let mut builder = Builder::new(self.settings.parts);
        let mut printed = self.print(&outcome, &desk, None, now, &mut builder, &self.register)?;
        self.shelved.append(&mut printed.archived);
        (self.desk, self.builder) = (Some(desk), Some(builder));
        self.recalled = Some(now);
        let veiled = self.veiled(&outcome)?;
        Ok(printed.of(outcome, veiled).0)
    }

    /// Takes over ids and dates of an existing feed for the releases that match.
    ///
    /// # Errors
    /// The ledger could not remember; nothing was taken over then.
    pub fn adopt(&mut self, entries: &[Adopted], now: DateTime<Utc>) -> Result<Vec<Adoption>, LedgerError> {
        let scan = self.scan();
        self.ledger.adopt(entries, &scan, now, &self.settings.ledger)
    }

    /// The files that are known, with their prefix, in the order of their paths.
    pub fn files(&self) -> impl Iterator<Item = String> + '_ {
        self.shelves.iter().flat_map(Shelf::named)
    }

    /// Looks for the files beside the releases, without reading any release; of a press that has not looked yet.
    pub fn find_assets(&mut self) {
        if !self.find_known_assets() {
            self.shelves.iter_mut().for_each(Shelf::find_assets);
        }
    }

    /// Whether none of the folders could be looked at.
    pub fn is_blind(&self) -> bool {
        self.shelves.iter().all(|shelf| shelf.root().state == ledger::RootState::Gone)
    }

    /// The ledger.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// The topics of the edition of the moment, and what they claim.
    pub fn claims(&self) -> Option<&Claims> {
        self.desk.as_ref().map(Desk::claims)
    }

    /// What the ledger does not know yet.
    fn scan(&mut self) -> Scan {
        for shelf in &mut self.shelves {
            self.pending.take_in(shelf.take_change());
        }
        Scan {
            came: self.pending.came.iter().map(|(place, words)| (place.clone(), words.clone())).collect(),
            gone: self.pending.gone.iter().cloned().collect(),
            whole: !self.told,
            roots: self.shelves.iter().map(Shelf::root).collect(),
            unread: self.shelves.iter().flat_map(Shelf::unread).collect(),
        }
    }

    /// What was taken back until its time.
    pub(super) fn veiled(&self, outcome: &Outcome) -> Result<Vec<Waiting>, LedgerError> {
        let waits = |(slot, kept): &(usize, ledger::Kept)| Some((*slot, kept.opens?, kept.clone()));
        let waiting = outcome.veiled.iter().filter_map(waits).map(|(slot, at, kept)| {
            let told = outcome.touched.iter().find(|touched| touched.slot == slot);
            let words = told.and_then(|touched| touched.draft.clone());
            let words = words.map_or_else(|| self.ledger.draft(slot).map(Words::from), Ok)?;
            let path = kept.paths.first().cloned().unwrap_or_default();
            Ok(Waiting { at: at.with_timezone(kept.published.offset()), title: words.head().title.clone(), path })
        });
        waiting.collect()
    }

    /// Every item of the ledger, with the words of those that came with the scan.
    fn all(&self, outcome: &Outcome) -> Vec<Told> {
        let at_hand: BTreeMap<usize, &Words> =
            outcome.touched.iter().filter_map(|touched| Some((touched.slot, touched.draft.as_ref()?))).collect();
        let live = self.ledger.items().filter(|(_, kept)| kept.withdrawn.is_none());
        live.map(|(slot, kept)| Told { slot, kept, draft: at_hand.get(&slot).map(|words| (*words).clone()) }).collect()
    }

    fn bodies(&mut self) -> Result<Arc<Bodies>, LedgerError> {
        if let Some(bodies) = &self.bodies {
            return Ok(Arc::clone(bodies));
        }
        let bodies = Arc::new(Bodies::new(&self.ledger, &self.settings.newsroom.base_url)?);
        self.bodies = Some(Arc::clone(&bodies));
        Ok(bodies)
    }

    /// Follows the files beside the releases; gives the paths of those that are others than before.
    fn move_assets(&mut self) -> Result<Vec<String>, LedgerError> {
        let moved: Vec<String> = self.shelves.iter_mut().flat_map(Shelf::take_asset_change).collect();
        if !moved.is_empty() || !self.told {
            let lengths = self.lengths();
            if lengths != self.lengths {
                self.ledger.remember_lengths(&lengths)?;
                self.lengths = lengths;
            }
        }
        Ok(moved)
    }

    /// The length of every file beside the releases.
    fn lengths(&self) -> BTreeMap<String, u64> {
        self.shelves.iter().flat_map(Shelf::lengths).collect()
    }
}

/// Every item of an outcome that tells of all.
fn touched(outcome: &Outcome) -> Vec<Told> {
    let live = outcome.touched.iter().filter(|touched| touched.kept.withdrawn.is_none());
    live.map(Told::of).collect()
}
