//! The archive of a feed: pages of the items that left its window, counted from the first item on (RFC 5005).
//!
//! A page is complete once it holds [`PAGE`] items. From then on its place in the order, its address and the items
//! that it holds are fixed, and its bytes depend on those items and the house's settings alone: no release, however
//! dated, changes them, which is what lets a client fetch a page once (RFC 5005 section 4). Only a correction or
//! withdrawal of one of its own items does, since a text that was corrected or taken back must not live on in an
//! archive; neighbours never move up. What hangs on others stays out of archives: links to translations, hubs.
//!
//! Items beyond the window that do not fill a page yet stand on the open page, which follows the complete ones and
//! grows. As it is no archive document in RFC 5005's sense, it does not say `fh:archive`.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use imbl::Vector;

use super::size::Measure;
use super::{Channel, Place};
use crate::edition::{Edition, Item, Withdrawn};

/// How many items fill an archive page. Never change it: every page that subscribers have fetched would be another.
pub const PAGE: usize = 50;

/// Which items stand on the complete pages of one feed, decided once and for good.
///
/// The ledger keeps it by topic. Without one it is made anew from the items' dates, oldest first, and so is stable
/// only while new releases are newer than old ones.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shelf {
    /// The ids of each complete page, oldest first; those of withdrawn items keep their places.
    pub pages: Vector<Arc<Vec<String>>>,
}

impl Shelf {
    /// How many pages are complete.
    pub fn len(&self) -> usize {
        self.pages.len()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.pages.is_empty()
    }

    /// The ids on all pages.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.pages.iter().flat_map(|page| page.iter()).map(String::as_str)
    }
}

/// The shelf of one feed while editions follow one another: an edition costs what changed, not all that is shelved.
#[derive(Debug, Clone, Default)]
pub struct Stack {
    layout: Layout,
    shelved: HashSet<u64>,
    /// The newest items that the window has room for in number, each with what it takes.
    window: Vec<(Arc<Item>, Measure)>,
}

/// How the items of one feed lie in an edition: on complete pages, on the open page, in the window.
#[derive(Debug, Clone, Default)]
pub struct Layout {
    pub(super) shelf: Shelf,
    /// Items beyond the window that do not fill a page yet, newest first.
    pub(super) open: Arc<Vec<Arc<Item>>>,
    /// What each of the newest items takes that fit into the feed that people subscribe to.
    pub(super) newest: Arc<[Measure]>,
    /// Ids of those among them that stand on complete pages all the same, and stay there.
    pub(super) shelved: Arc<BTreeSet<String>>,
}

impl Layout {
    /// The window alone, for a feed that is published without its archive.
    pub fn window(edition: &Edition, topic: Option<usize>) -> Self {
        Layout {
            newest: fitting(edition, topic, &Stack::default().measured(edition, topic, false)),
            ..Layout::default()
        }
    }

    /// What must be remembered for the next [`Stack::new`].
    pub fn shelf(&self) -> &Shelf {
        &self.shelf
    }

    /// How many archive pages there are, the open one included. That one is there, if empty, as soon as a complete
    /// page links to it.
    pub fn pages(&self) -> usize {
        self.shelf.len() + usize::from(!self.open.is_empty() || !self.shelf.is_empty())
    }
}

impl Stack {
    /// With what was decided before; an empty shelf where nothing is remembered.
    pub fn new(shelf: Shelf) -> Self {
        let shelved = shelf.ids().map(key).collect();
        Self { layout: Layout { shelf, ..Layout::default() }, shelved, window: Vec::new() }
    }

    /// How the items lay in the edition that was taken in last.
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// Takes an edition in: puts on pages what is beyond the window. `changed` are the ids of the items that came,
    /// changed or went since the edition that was taken in before; `None` where that could be any.
    ///
    /// A complete page all of whose items came back into the window (which happens where the window was made larger)
    /// is taken apart again; single items that come back, since newer ones were withdrawn, stay on their page.
    pub fn turn(&mut self, edition: &Edition, topic: Option<usize>, changed: Option<&[String]>) {
        let items = edition.items.of(topic);
        let window = self.measured(edition, topic, changed.is_some());
        let fitting = fitting(edition, topic, &window);
        let newest = fitting.len();
        let current: BTreeSet<&str> = items.iter().take(newest).map(|item| &*item.id).collect();
        let is_here = |item: &Item| topic.is_none_or(|topic| item.topics.contains(&topic));
        let older = |id: &str| {
            let item = edition.items.by_id(id).filter(|item| is_here(item));
            item.filter(|item| !current.contains(&*item.id))
        };
        while self.layout.shelf.pages.last().is_some_and(|page| {
            page.iter().any(|id| current.contains(&**id)) && !page.iter().any(|id| older(id).is_some())
        }) {
            let page = self.layout.shelf.pages.pop_back().unwrap_or_default();
            page.iter().for_each(|id| {
                self.shelved.remove(&key(id));
            });
        }
        let mut loose: Vec<Arc<Item>> = match changed {
            None => items.iter().skip(newest).filter(|item| !self.shelved.contains(&key(&item.id))).cloned().collect(),
            Some(changed) => {
                let open = self.layout.open.iter().map(|item| &item.id);
                let stood = self.window.iter().take(self.layout.newest.len()).map(|(item, _)| &item.id);
                let perhaps: BTreeSet<&String> = open.chain(stood).chain(changed).collect();
                let loose = perhaps.into_iter().filter(|id| !self.shelved.contains(&key(id)));
                let mut loose: Vec<_> = loose.filter_map(|id| older(id)).cloned().collect();
                loose.sort_by(|a, b| crate::edition::newest_first(a, b));
                loose
            }
        };
        while loose.len() >= PAGE {
            let page: Vec<String> = loose.drain(loose.len() - PAGE..).rev().map(|item| item.id.clone()).collect();
            self.shelved.extend(page.iter().map(|id| key(id)));
            self.layout.shelf.pages.push_back(Arc::new(page));
        }
        self.layout.open = Arc::new(loose);
        self.layout.newest = fitting;
        let shelved = current.iter().filter(|id| self.shelved.contains(&key(id)));
        self.layout.shelved = Arc::new(shelved.map(ToString::to_string).collect());
        self.window = window;
    }

    /// The newest items of a topic that its window has room for in number, with what each takes. Where the house is
    /// the `same`, those measured before are not measured again.
    fn measured(&self, edition: &Edition, topic: Option<usize>, same: bool) -> Vec<(Arc<Item>, Measure)> {
        let known: HashMap<&str, &(Arc<Item>, Measure)> = match same {
            true => self.window.iter().map(|known| (known.0.id.as_str(), known)).collect(),
            false => HashMap::new(),
        };
        let channel = Channel::opened(edition, topic);
        let measured = edition.items.of(topic).iter().take(channel.window()).map(|item| {
            let known = known.get(item.id.as_str()).map(|(known, measure)| (known, *measure));
            let lasting = known.filter(|(known, measure)| Arc::ptr_eq(known, item) && measure.is_lasting());
            (Arc::clone(item), lasting.map_or_else(|| channel.measure(item), |(_, measure)| measure))
        });
        measured.collect()
    }
}

impl<'e> Channel<'e> {
    /// The archive pages, the first items' first: all complete ones, then the open one.
    pub fn archive(&self) -> Vec<Channel<'e>> {
        (1..=self.layout.pages()).filter_map(|number| self.page(number)).collect()
    }

    /// One archive page, counted from 1, of a topic whose items are laid out.
    pub fn archived(edition: &'e Edition, topic: Option<usize>, layout: &Layout, number: usize) -> Option<Channel<'e>> {
        Channel { layout: layout.clone(), ..Channel::head(edition, topic) }.page(number)
    }

    /// One archive page, counted from 1.
    pub fn page(&self, number: usize) -> Option<Channel<'e>> {
        let (edition, topic) = (self.edition, self.position);
        let complete = number <= self.layout.shelf.len();
        let place = Place::Page { number, complete };
        let page = Channel { place, ..Channel::head(edition, topic) };
        let Some(ids) = number.checked_sub(1).and_then(|at| self.layout.shelf.pages.get(at)) else {
            let open = self.layout.open.iter().filter_map(|item| edition.items.by_id(&item.id));
            let open: Vec<_> = open.map(|item| (item, page.measure(item))).collect();
            return (number == self.layout.pages()).then(|| page.filled(&open, Vec::new()));
        };
        let is_here = |item: &&'e Arc<Item>| topic.is_none_or(|topic| item.topics.contains(&topic));
        let standing = ids.iter().rev().filter_map(|id| edition.items.by_id(id)).filter(is_here);
        let standing: Vec<_> = standing.map(|item| (item, page.measure(item))).collect();
        let mut withdrawn: Vec<(usize, &Withdrawn)> = Vec::new();
        for gone in &edition.withdrawn {
            withdrawn.extend(ids.iter().rev().position(|id| *id == gone.id).map(|at| (at, gone)));
        }
        withdrawn.sort_by_key(|(at, _)| *at);
        Some(page.filled(&standing, withdrawn.into_iter().map(|(_, gone)| gone).collect()))
    }
}

/// Of a window's items, what those take that fit into the feed.
fn fitting(edition: &Edition, topic: Option<usize>, window: &[(Arc<Item>, Measure)]) -> Arc<[Measure]> {
    let measures: Vec<Measure> = window.iter().map(|(_, measure)| *measure).collect();
    let newest = Channel::opened(edition, topic).fitting(&measures);
    measures[..newest].into()
}

fn key(id: &str) -> u64 {
    u64::from_le_bytes(blake3::hash(id.as_bytes()).as_bytes()[..8].try_into().expect("a hash has 32 bytes"))
}
