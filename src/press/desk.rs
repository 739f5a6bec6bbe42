//! The desk: the edition of the moment, and what it costs to make the next one out of it: what changed.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{DateTime, FixedOffset, Utc};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::compose::{self, Face};
use super::keeper::Bodies;
use super::translations::Versions;
use super::{Claims, Settings, TopicSource};
use crate::edition::{Edition, Item, Withdrawn};
use crate::item::Draft;
use crate::ledger::{Kept, Ledger, LedgerError, Outcome, State, Texts, Touched, Words};
use crate::problem::Problem;
use crate::site::Change;

/// The edition of the moment with all that the next one is made of.
pub(super) struct Desk {
    claims: Claims,
    edition: Edition,
    /// What is public, by slot of the ledger.
    rows: Vec<Option<Arc<Item>>>,
    /// In which folders the items lie that may be known of, where folders make topics.
    places: Places,
    versions: Versions,
    /// Which items show or have each file beside the releases.
    files: BTreeMap<String, BTreeSet<usize>>,
    /// Public items that no topic claims.
    unclaimed: BTreeMap<usize, Problem>,
    gone: BTreeMap<usize, Withdrawn>,
    waiting: BTreeMap<usize, Waiting>,
    /// What faces depend on besides their items.
    key: String,
    /// Faces that the ledger does not keep yet; `None` where it is gone with its process.
    faces: Option<BTreeMap<usize, Vec<u8>>>,
}

/// A face as the ledger keeps it: of the words with a fingerprint.
#[derive(Deserialize)]
struct Faced {
    raw: [u8; 16],
    face: Face,
}

#[derive(Serialize)]
struct FacedRef<'a> {
    raw: [u8; 16],
    face: &'a Face,
}

impl Faced {
    /// The face of an item, where it is of the words that the item has now.
    fn read(bytes: &[u8], kept: &Kept) -> Option<Face> {
        let faced: Self = postcard::from_bytes(bytes).ok()?;
        (faced.raw == kept.raw).then_some(faced.face)
    }
}

/// An item that waits for its time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// When it opens, in its own zone.
    pub at: DateTime<FixedOffset>,
    /// Its title.
    pub title: String,
    /// The file it stands in.
    pub path: String,
}

/// An item of the ledger, with its words where they are at hand.
pub(super) struct Told {
    pub slot: usize,
    pub kept: Kept,
    pub draft: Option<Words>,
}

impl Told {
    /// An item of an outcome.
    pub fn of(touched: &Touched) -> Self {
        Self { slot: touched.slot, kept: touched.kept.clone(), draft: touched.draft.clone() }
    }
}

/// What the desk works with.
pub(super) struct Means<'a> {
    pub settings: &'a Settings,
    pub bodies: &'a Arc<Bodies>,
    /// The length of each file beside the releases.
    pub lengths: &'a BTreeMap<String, u64>,
    pub now: DateTime<Utc>,
}

impl Desk {
    /// The desk with all items.
    pub fn new(
        means: &Means<'_>,
        ledger: &Ledger,
        all: Vec<Told>,
        withdrawn: &[(usize, Kept)],
    ) -> Result<Self, LedgerError> {
        let wanted = matches!(means.settings.topics, TopicSource::Subfolders(_));
        let mut places = Places { wanted, ..Places::default() };
        for told in all.iter().filter(|told| is_known(&told.kept, means.now)) {
            places.put(told.slot, &told.kept.paths);
        }
        withdrawn.iter().for_each(|(slot, kept)| places.put(*slot, &kept.paths));
        let claims = Claims::new(means.settings, &places.paths());
        let mut desk = Self {
            edition: Edition {
                newsroom: means.settings.newsroom.clone(),
                topics: claims.topics.clone(),
                ..Edition::default()
            },
            claims,
            rows: Vec::new(),
            places,
            versions: Versions::default(),
            files: BTreeMap::new(),
            unclaimed: BTreeMap::new(),
            gone: BTreeMap::new(),
            waiting: BTreeMap::new(),
            key: String::new(),
            faces: (!ledger.is_ephemeral()).then(BTreeMap::new),
        };
        desk.key = desk.key(means);
        // Each thread reads with a connection of its own.
        let mut all = all;
        all.sort_unstable_by_key(|told| told.slot);
        let share = all.len() / rayon::current_num_threads() + 1;
        let mut shares: Vec<(Texts, Vec<Told>)> = Vec::new();
        let mut all = all.into_iter().peekable();
        while all.peek().is_some() {
            shares.push((ledger.texts()?, all.by_ref().take(share).collect()));
        }
        let (claims, key) = (&desk.claims, &desk.key);
        let words = shares.into_par_iter().map(|(texts, share)| {
            let slots = share[0].slot..share.last().map_or(0, |last| last.slot + 1);
            let mut faces = texts.faces(key, slots)?.into_iter().peekable();
            let words = share.into_iter().map(|told| {
                while faces.next_if(|(slot, _)| *slot < told.slot).is_some() {}
                let kept = faces.next_if(|(slot, _)| *slot == told.slot);
                let known = kept.and_then(|(_, face)| Faced::read(&face, &told.kept));
                let is_new = known.is_none();
                let face = match (known, told.draft) {
                    (Some(face), _) => Some(face),
                    (None, Some(words)) => Some(compose::face(told.slot, &told.kept, &words.draft(), means, claims)),
                    (None, None) => {
                        let draft = texts.draft(told.slot, told.kept.raw)?;
                        draft.map(|draft| compose::face(told.slot, &told.kept, &draft, means, claims))
                    }
                };
                Ok((told.slot, told.kept, face.map(|face| (face, is_new))))
            });
            words.collect::<Result<Vec<_>, LedgerError>>()
        });
        let words = words.collect::<Result<Vec<_>, LedgerError>>()?.into_iter().flatten();
        let mut items = Vec::new();
        for (slot, kept, face) in words {
            let (face, is_new) = match face {
                Some(face) => face,
                // Who asks the ledger itself is told what is wrong with it.
                None => (compose::face(slot, &kept, &*ledger.draft(slot)?, means, &desk.claims), true),
            };
            if is_new {
                desk.keep(slot, &kept, &face);
            }
            if let Some(item) = desk.take_in(means, slot, &kept, face) {
                items.push((slot, item));
            }
        }
        desk.rows.resize_with(items.iter().map(|(slot, _)| slot + 1).max().unwrap_or(0), || None);
        for (slot, item) in items {
            desk.rows[slot] = Some(Arc::new(item));
        }
        for slot in desk.versions.all() {
            desk.translate(means, slot);
        }
        desk.edition.items = desk.rows.iter().flatten().cloned().collect();
        desk.withdraw(withdrawn, |slot, _| ledger.draft(slot))?;
        Ok(desk)
    }

    /// Which items show or have some files beside the releases.
    pub fn showing(&self, files: &[String]) -> BTreeSet<usize> {
        files.iter().flat_map(|file| self.files.get(file)).flatten().copied().collect()
    }

    /// Takes in what is other than before, and items that show files which are others now. `None` where the topics are
    /// others: the desk has to be made anew. The ledger need not have remembered the outcome yet.
    pub fn turn(
        &mut self,
        means: &Means<'_>,
        outcome: &Outcome,
        showing: Vec<Told>,
    ) -> Result<Option<Vec<Change>>, LedgerError> {
        let slots: BTreeSet<usize> = outcome.touched.iter().map(|touched| touched.slot).collect();
        let showing = showing.into_iter().filter(|told| !slots.contains(&told.slot));
        let touched: Vec<Told> = outcome.touched.iter().map(Told::of).chain(showing).collect();
        let traces: BTreeSet<usize> = outcome.withdrawn.iter().map(|(slot, _)| *slot).collect();
        for touched in &touched {
            self.places.take(touched.slot);
            if traces.contains(&touched.slot) || is_known(&touched.kept, means.now) {
                self.places.put(touched.slot, &touched.kept.paths);
            }
        }
        if self.places.changed() && Claims::new(means.settings, &self.places.paths()).topics != self.claims.topics {
            return Ok(None);
        }
        let mut before: BTreeMap<usize, Option<Arc<Item>>> = BTreeMap::new();
        let mut siblings: BTreeSet<usize> = BTreeSet::new();
        for touched in &touched {
            let slot = touched.slot;
            if self.rows.len() <= slot {
                self.rows.resize_with(slot + 1, || None);
            }
            let old = self.rows[slot].take();
            siblings.extend(self.versions.take(slot));
            for file in old.iter().flat_map(|item| &item.files) {
                if let Some(slots) = self.files.get_mut(file) {
                    slots.remove(&slot);
                }
            }
            self.unclaimed.remove(&slot);
            self.waiting.remove(&slot);
            before.entry(slot).or_insert(old);
            let state = touched.kept.state(means.now);
            let stands = touched.kept.withdrawn.is_none();
            if stands && matches!(state, State::Public | State::Embargoed(_)) {
                let draft = match &touched.draft {
                    Some(words) => words.draft(),
                    None => means.bodies.draft(slot, &touched.kept)?,
                };
                let face = compose::face(slot, &touched.kept, &draft, means, &self.claims);
                self.keep(slot, &touched.kept, &face);
                let item = self.take_in(means, slot, &touched.kept, face);
                self.rows[slot] = item.map(Arc::new);
            } else if stands {
                self.versions.put(slot, &touched.kept.paths, None, false);
            }
            siblings.extend(self.versions.concerned(slot));
        }
        for slot in siblings {
            if let Some(Some(item)) = self.rows.get(slot) {
                before.entry(slot).or_insert_with(|| Some(Arc::clone(item)));
                self.translate(means, slot);
            }
        }
        let words: BTreeMap<usize, &Words> =
            outcome.touched.iter().filter_map(|touched| Some((touched.slot, touched.draft.as_ref()?))).collect();
        self.withdraw(&outcome.withdrawn, |slot, kept| match words.get(&slot) {
            Some(words) => Ok(words.draft()),
            None => means.bodies.draft(slot, kept),
        })?;
        let mut changes = Vec::new();
        for (slot, before) in before {
            let after = self.rows[slot].clone();
            if before == after {
                self.rows[slot] = before;
                continue;
            }
            changes.push(Change { before, after });
        }
        // All that goes before all that comes: one may have the address that another had.
        for change in &changes {
            change.before.iter().for_each(|item| drop(self.edition.items.remove(&item.id)));
        }
        for change in &changes {
            change.after.iter().for_each(|item| self.edition.items.insert(Arc::clone(item)));
        }
        Ok(Some(changes))
    }

    /// The edition of the moment.
    pub fn edition(&self) -> Arc<Edition> {
        Arc::new(self.edition.clone())
    }

    /// The topics and what they claim.
    pub fn claims(&self) -> &Claims {
        &self.claims
    }

    /// Notes on public items that stand in no topic, where there are topics.
    pub fn unclaimed(&self) -> impl Iterator<Item = &Problem> {
        self.unclaimed.values()
    }

    /// What waits for its time, the first to open first.
    pub fn waiting(&self) -> Vec<Waiting> {
        let mut waiting: Vec<Waiting> = self.waiting.values().cloned().collect();
        waiting.sort_by(|a, b| a.at.cmp(&b.at).then_with(|| a.path.cmp(&b.path)));
        waiting
    }

    /// Faces that the ledger does not keep yet, with the key that they are good for.
    pub fn faces(&mut self) -> (&str, Vec<(usize, Vec<u8>)>) {
        let faces = self.faces.as_mut().map(std::mem::take).unwrap_or_default();
        (&self.key, faces.into_iter().collect())
    }

    fn keep(&mut self, slot: usize, kept: &Kept, face: &Face) {
        if let Some(faces) = &mut self.faces {
            let faced = postcard::to_allocvec(&FacedRef { raw: kept.raw, face }).expect("memory takes any bytes");
            faces.insert(slot, faced);
        }
    }

    /// What a face depends on besides its item.
    fn key(&self, means: &Means<'_>) -> String {
        let newsroom = &means.settings.newsroom;
        let all = format!("3 {} {} {:?}", newsroom.base_url, newsroom.language, self.claims);
        blake3::hash(all.as_bytes()).to_hex()[..32].to_string()
    }

    /// Notes all about an item, and makes what is shown of it where it is public.
    fn take_in(&mut self, means: &Means<'_>, slot: usize, kept: &Kept, face: Face) -> Option<Item> {
        let state = kept.state(means.now);
        if kept.withdrawn.is_none() {
            self.versions.put(slot, &kept.paths, face.language.as_deref(), state == State::Public);
        }
        match state {
            State::Public => {}
            State::Embargoed(at) => {
                let at = at.with_timezone(kept.published.offset());
                let path = kept.paths.first().cloned().unwrap_or_default();
                self.waiting.insert(slot, Waiting { at, title: face.title, path });
                return None;
            }
            _ => return None,
        }
        if face.topics.is_empty() && !self.claims.topics.is_empty() {
            let note = "no topic claims this item: it stands in the feeds of all items only";
            self.unclaimed.insert(slot, Problem::note(&face.place.0, note).at(face.place.1, 0));
        }
        let item = compose::item(slot, kept, face, means);
        for file in &item.files {
            self.files.entry(file.clone()).or_default().insert(slot);
        }
        Some(item)
    }

    /// Tells an item of the same release in other languages.
    fn translate(&mut self, means: &Means<'_>, slot: usize) {
        let (language, translations) = self.versions.others(slot, &means.settings.newsroom, |other| {
            self.rows.get(other).and_then(Option::as_ref).map(|item| item.page_path())
        });
        if let Some(Some(item)) = self.rows.get_mut(slot)
            && (item.translations != translations || item.language != language)
        {
            let item = Arc::make_mut(item);
            item.translations = translations;
            item.language = language;
        }
    }

    /// Keeps up what is withdrawn, with the topics that each was in.
    fn withdraw(
        &mut self,
        withdrawn: &[(usize, Kept)],
        draft: impl Fn(usize, &Kept) -> Result<Arc<Draft>, LedgerError>,
    ) -> Result<(), LedgerError> {
        let mut before = std::mem::take(&mut self.gone);
        let mut list = Vec::new();
        for (slot, kept) in withdrawn {
            let Some(at) = kept.withdrawn else { continue };
            let gone = match before.remove(slot) {
                Some(gone) if gone.at == at => gone,
                _ => {
                    let topics = self.claims.on(&*draft(*slot, kept)?);
                    Withdrawn { id: kept.id.clone(), slug: kept.slug.clone(), at: at.into(), topics, by: None }
                }
            };
            list.push(gone.clone());
            self.gone.insert(*slot, gone);
        }
        list.sort_by(|a, b| b.at.cmp(&a.at).then_with(|| a.id.cmp(&b.id)));
        self.edition.withdrawn = list;
        Ok(())
    }
}

/// Whether it may be known that there is such an item: what nobody may see yet might tell by its folder's name.
fn is_known(kept: &Kept, now: DateTime<Utc>) -> bool {
    kept.withdrawn.is_none() && !matches!(kept.state(now), State::Embargoed(_) | State::Unfinished)
}

/// In which folders items lie: folders as numbers, and for each item those it lies in.
#[derive(Default)]
struct Places {
    /// Whether folders make topics; nothing is noted where they don't.
    wanted: bool,
    folders: Vec<(String, usize)>,
    numbers: BTreeMap<String, u32>,
    of: BTreeMap<usize, Vec<u32>>,
    changed: bool,
}

impl Places {
    fn put(&mut self, slot: usize, paths: &[String]) {
        if !self.wanted {
            return;
        }
        let mut of = Vec::with_capacity(paths.len());
        for path in paths {
            let folder = path.rfind('/').map_or("", |at| &path[..=at]);
            let number = self.numbers.get(folder).copied().unwrap_or_else(|| {
                let number = self.folders.len() as u32;
                self.folders.push((folder.to_string(), 0));
                self.numbers.insert(folder.to_string(), number);
                number
            });
            let count = &mut self.folders[number as usize].1;
            self.changed |= *count == 0;
            *count += 1;
            of.push(number);
        }
        self.of.insert(slot, of);
    }

    fn take(&mut self, slot: usize) {
        for number in self.of.remove(&slot).into_iter().flatten() {
            let count = &mut self.folders[number as usize].1;
            *count -= 1;
            self.changed |= *count == 0;
        }
    }

    /// Whether the folders are others than when this was last asked.
    fn changed(&mut self) -> bool {
        std::mem::take(&mut self.changed)
    }

    /// A path in each folder.
    fn paths(&self) -> Vec<String> {
        let mut paths: Vec<String> =
            self.folders.iter().filter(|(_, count)| *count > 0).map(|(folder, _)| format!("{folder}-")).collect();
        paths.sort();
        paths
    }
}
