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

use std::collections::{BTreeMap, BTreeSet};

use super::{Channel, Place};
use crate::edition::{Item, Withdrawn};

/// How many items fill an archive page. Never change it: every page that subscribers have fetched would be another.
pub const PAGE: usize = 50;

/// Which items stand on the complete pages of one feed, decided once and for good.
///
/// The ledger keeps it by topic. Without one it is made anew from the items' dates, oldest first, and so is stable
/// only while new releases are newer than old ones.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shelf {
    /// The ids of each complete page, oldest first; those of withdrawn items keep their places.
    pub pages: Vec<Vec<String>>,
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
        self.pages.iter().flatten().map(String::as_str)
    }
}

impl<'e> Channel<'e> {
    /// Which items stand on complete archive pages after this edition: what the next one's [`Channel::of`] takes.
    pub fn shelf(&self) -> &Shelf {
        &self.shelf
    }

    /// The archive pages, the first items' first: all complete ones, then the open one. The open one is there, if
    /// empty, as soon as a complete page links to it.
    pub fn archive(&self) -> Vec<Channel<'e>> {
        let topic = self.topic.and_then(|t| self.edition.topics.iter().position(|other| other.slug == t.slug));
        let items: BTreeMap<&str, &Item> = self.edition.items_of(topic).map(|item| (&*item.id, item)).collect();
        let gone: BTreeMap<&str, &Withdrawn> = self.edition.withdrawn.iter().map(|gone| (&*gone.id, gone)).collect();
        let complete = self.shelf.pages.iter().map(|ids| {
            let standing = ids.iter().rev().filter_map(|id| items.get(id.as_str()).copied()).collect::<Vec<_>>();
            let withdrawn = ids.iter().rev().filter_map(|id| gone.get(id.as_str()).copied()).collect::<Vec<_>>();
            (standing, withdrawn, true)
        });
        let open = (!self.open.is_empty() || !self.shelf.is_empty()).then(|| (self.open.clone(), Vec::new(), false));
        let page = |(at, (items, withdrawn, complete)): (usize, (Vec<&'e Item>, Vec<_>, bool))| {
            let place = Place::Page { number: at + 1, complete };
            Channel { place, ..Channel::head(self.edition, topic) }.filled(items.into_iter(), withdrawn)
        };
        complete.chain(open).enumerate().map(page).collect()
    }
}

/// Puts on pages what is beyond the window: the shelf after this edition, and the items of the open page, newest
/// first. `items` are all of the feed's, newest first, `newest` of them in its window.
///
/// A complete page all of whose items came back into the window (which happens where the window was made larger)
/// is taken apart again; single items that come back, since newer ones were withdrawn, stay on their page.
pub(super) fn shelve<'e>(items: &[&'e Item], newest: usize, before: &Shelf) -> (Shelf, Vec<&'e Item>) {
    let mut shelf = before.clone();
    let current: BTreeSet<&str> = items[..newest].iter().map(|item| &*item.id).collect();
    let older: BTreeSet<&str> = items[newest..].iter().map(|item| &*item.id).collect();
    while shelf.pages.last().is_some_and(|page| {
        page.iter().any(|id| current.contains(&**id)) && !page.iter().any(|id| older.contains(&**id))
    }) {
        shelf.pages.pop();
    }
    let shelved: BTreeSet<String> = shelf.ids().map(str::to_string).collect();
    let mut loose: Vec<&Item> = items[newest..].iter().rev().copied().filter(|i| !shelved.contains(&i.id)).collect();
    while loose.len() >= PAGE {
        shelf.pages.push(loose.drain(..PAGE).map(|item| item.id.clone()).collect());
    }
    loose.reverse();
    (shelf, loose)
}
