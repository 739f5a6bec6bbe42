//! The site: every public address of an edition and what stands there. Immutable once built.
//!
//! `generate` writes it, `serve` answers from it; both build the very same one. What readers poll is at hand: the feeds
//! with their validators as header values, and on first use their compressed bodies. Everything else (pages, archives,
//! lists) is rendered when it is asked for, so that a newsroom of many years costs what is read of it.

mod build;
mod encoded;
mod freshness;
mod library;
mod resource;
mod surrogate;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Deref;
use std::sync::Arc;

use bytes::Bytes;
use imbl::OrdMap;

pub use crate::feed::Shelf;
pub use build::{Asset, Builder, Built, Change, Clerk, EarlierEdition, Holdings, Materials, Parts};
pub use encoded::{Coding, Encoded};
pub use freshness::{Bounds, Freshness};
pub use resource::{Content, Resource};
pub use surrogate::surrogate_key;

use library::Library;

/// Every public address and what stands there, by path with its leading slash (`/`, `/rss.xml`, `/items/x/`).
///
/// Paths are kept decoded: a file `my report.pdf` stands at `/assets/my report.pdf`, and a request for
/// `/assets/my%20report.pdf` finds it.
#[derive(Debug, Clone, Default)]
pub struct Site {
    /// What is at hand: the feeds that people subscribe to.
    pub resources: BTreeMap<String, Resource>,
    /// Paths that were there and are withdrawn, with the HTML page that says so: `410 Gone`.
    pub gone: BTreeMap<String, Bytes>,
    /// Former paths and where they lead now, a path of this site or an absolute URL: `301`. A key may carry a
    /// query (`/?feed=rss2`), as the addresses of other publishing systems do; it then wants that very query.
    pub moved: BTreeMap<String, String>,
    /// The HTML page for an address where nothing stands; empty for a line of plain text.
    pub not_found: Bytes,
    /// The path of the public base address without its last slash: `/news` for `https://example.org/news/`,
    /// empty for `https://example.org/`. Redirects lead below it, and requests may come with it or without.
    pub prefix: String,
    /// How long answers may be kept.
    pub freshness: Freshness,
    /// The files beside the releases that public items show or link to.
    files: OrdMap<String, Arc<Resource>>,
    /// Where items stood before, and the paths of their pages.
    former: OrdMap<String, String>,
    /// What is rendered when it is asked for.
    library: Option<Arc<Library>>,
}

/// A resource of a site.
#[derive(Debug, Clone)]
pub enum Held<'s> {
    /// At hand.
    Here(&'s Resource),
    /// Rendered for whoever asked.
    Made(Arc<Resource>),
}

impl Deref for Held<'_> {
    type Target = Resource;

    fn deref(&self) -> &Resource {
        match self {
            Held::Here(resource) => resource,
            Held::Made(resource) => resource,
        }
    }
}

impl Site {
    /// What stands at a path. What was not asked for before is rendered now, which takes some 100 µs for a page.
    pub fn find(&self, path: &str) -> Option<Held<'_>> {
        let at_hand = self.resources.get(path).or_else(|| self.files.get(path).map(Arc::as_ref));
        at_hand.map(Held::Here).or_else(|| self.library.as_ref()?.find(path).map(Held::Made))
    }

    /// Whether anything stands at a path; renders nothing.
    pub fn holds(&self, path: &str) -> bool {
        self.resources.contains_key(path)
            || self.files.contains_key(path)
            || self.library.as_ref().is_some_and(|library| library.holds(path))
    }

    /// Whether the very same stands at a path as in a site before, as far as that can be told without rendering
    /// anything: what is at hand, and the pages of items.
    pub fn is_same_page(&self, before: &Site, path: &str) -> bool {
        let at_hand = |site: &Self| {
            let found = site.resources.get(path).or_else(|| site.files.get(path).map(Arc::as_ref));
            found.map(|resource| resource.etag().to_string())
        };
        match (at_hand(self), at_hand(before)) {
            (Some(now), Some(then)) => now == then,
            (None, None) => {
                let libraries = self.library.as_ref().zip(before.library.as_ref());
                libraries.is_some_and(|(now, then)| now.is_same_item(then, path))
            }
            _ => false,
        }
    }

    /// Where what stood at a path (with its query, perhaps) is now: as configured, or as an item tells of itself.
    pub fn moved_to(&self, path: &str) -> Option<&str> {
        self.moved.get(path).or_else(|| self.former.get(path)).map(String::as_str)
    }

    /// Every former path and where it leads now, each once.
    pub fn former_paths(&self) -> impl Iterator<Item = (&str, &str)> {
        let told = self.former.iter().filter(|(path, _)| !self.moved.contains_key(*path));
        self.moved.iter().map(|(from, to)| (&**from, &**to)).chain(told.map(|(from, to)| (&**from, &**to)))
    }

    /// The page that says that what stood at a path is withdrawn.
    pub fn gone(&self, path: &str) -> Option<Cow<'_, Bytes>> {
        let kept = self.gone.get(path).map(Cow::Borrowed);
        kept.or_else(|| self.library.as_ref()?.gone(path).map(Cow::Owned))
    }

    /// Every path at which something stands, each once.
    pub fn paths(&self) -> impl Iterator<Item = String> + '_ {
        let at_hand = self.resources.keys().chain(self.files.keys()).cloned();
        at_hand.chain(self.library.iter().flat_map(|library| library.paths()))
    }

    /// The feeds and what else is at hand, files beside the releases included: whose validators are known without
    /// rendering anything.
    pub fn at_hand(&self) -> impl Iterator<Item = (&str, &Resource)> {
        let files = self.files.iter().map(|(path, file)| (path.as_str(), file.as_ref()));
        self.resources.iter().map(|(path, resource)| (path.as_str(), resource)).chain(files)
    }

    /// The name of what a browser is shown in the place of what stands at a path.
    fn view_of(path: &str) -> String {
        format!("{path}#view")
    }

    /// Makes every compressed body of the feeds that is not made yet. Takes about 10 ms of one core for a feed of
    /// 150 kB; meant for a background thread while nothing changes, so that no subscriber waits for it.
    pub fn warm(&self) {
        for resource in self.resources.values() {
            if let (Content::Bytes(body), true) = (resource.content(), resource.is_coded()) {
                body.warm();
            }
        }
    }
}
