//! The press runs the chain: files become documents, drafts, items, an edition, a site.
//!
//! One value holds what has been read so far, so that looking again costs only what changed. It touches the disk
//! through `folder` and `ledger` and nothing else; `generate` and `serve` drive the same press and get the same site.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};

use crate::edition::{Edition, Newsroom, Topic};
use crate::item::{Draft, Place};
use crate::ledger::{self, Adopted, Adoption, Ledger, LedgerError, Outcome, Resolution, Scan, Shelves};
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
mod print;
mod translations;

pub use claims::Claims;
use clerk::Register;
pub use desk::Waiting;
use desk::{Desk, Means, Told};
pub use files::Progress;
use files::Shelf;
use keeper::Bodies;
use print::{Materials, Printed};

/// The site of a change of no more items than these is made while the ledger remembers it.
const LITTLE: usize = 64;

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
    came: BTreeMap<Place, Arc<Draft>>,
    gone: BTreeSet<Place>,
}

impl Pending {
    fn take_in(&mut self, change: item::Change) {
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
            let means = Materials { shelves, register, now, archived: Shelves::new(), editions: &|_| Vec::new() };
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
    fn finish(&mut self, printed: Printed, outcome: Outcome) -> Result<Impression, LedgerError> {
        let (impression, holdings, shelves) = printed.of(outcome);
        self.holdings.extend(holdings);
        // Which items an archive page holds is decided for good before anybody sees it. Validators can wait: those that
        // are lost in a crash move forward once more.
        if !shelves.is_empty() {
            let holdings = std::mem::take(&mut self.holdings);
            self.ledger.remember(&self.register.news(holdings), &shelves)?;
        }
        Ok(impression)
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
        Ok((printed.of(outcome).0, desk.claims().clone()))
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
        let printed = self.print(&outcome, &desk, None, now, &mut builder, &self.register)?;
        (self.desk, self.builder) = (Some(desk), Some(builder));
        self.recalled = Some(now);
        Ok(printed.of(outcome).0)
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
            came: self.pending.came.iter().map(|(place, draft)| (place.clone(), Arc::clone(draft))).collect(),
            gone: self.pending.gone.iter().cloned().collect(),
            whole: !self.told,
            roots: self.shelves.iter().map(Shelf::root).collect(),
            unread: self.shelves.iter().flat_map(Shelf::unread).collect(),
        }
    }

    /// Every item of the ledger, with the words of those that came with the scan.
    fn all(&self, outcome: &Outcome) -> Vec<Told> {
        let at_hand: BTreeMap<usize, &Arc<Draft>> =
            outcome.touched.iter().filter_map(|touched| Some((touched.slot, touched.draft.as_ref()?))).collect();
        let live = self.ledger.items().filter(|(_, kept)| kept.withdrawn.is_none());
        live.map(|(slot, kept)| Told { slot, kept, draft: at_hand.get(&slot).map(|draft| Arc::clone(draft)) }).collect()
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

    /// Prints the site of a desk beside the ledger. `changes` are those since the site before; `None` where all may be
    /// other.
    fn print(
        &self,
        outcome: &Outcome,
        desk: &Desk,
        changes: Option<&[site::Change]>,
        now: DateTime<Utc>,
        builder: &mut Builder,
        register: &Arc<Register>,
    ) -> Result<Printed, LedgerError> {
        let archived = if changes.is_none() { self.ledger.shelves()? } else { Shelves::new() };
        let editions = |path: &str| -> Vec<_> {
            let known = self.ledger.editions(path).unwrap_or_default();
            known.into_iter().map(|known| (known.etag, known.entries.into_iter().collect())).collect()
        };
        let materials = Materials { shelves: &self.shelves, register, now, archived, editions: &editions };
        Ok(materials.print(outcome, desk, changes, builder))
    }
}

/// Every item of an outcome that tells of all.
fn touched(outcome: &Outcome) -> Vec<Told> {
    let live = outcome.touched.iter().filter(|touched| touched.kept.withdrawn.is_none());
    live.map(Told::of).collect()
}
