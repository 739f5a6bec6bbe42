//! Building: an edition becomes every public address and what stands there; the next edition costs what changed.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::SystemTime;

use bytes::Bytes;
use chrono::{DateTime, FixedOffset, Utc};
use imbl::OrdMap;
use rayon::prelude::*;

use super::freshness::{self, Bounds, Freshness};
use super::library::{self, Library};
use super::{Resource, Site};
use crate::edition::{Edition, Item, Withdrawn};
use crate::feed::{self, Channel, Format, Layout, Shelf, Stack, Standing};
use crate::page;
use crate::problem::Problem;

pub(super) const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
/// How many earlier editions of a feed a client may hold and still be sent only what changed.
const EDITIONS: usize = 8;

/// Which parts of a site are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parts {
    /// Feeds, archives, OPML, sitemap, pages, assets.
    All,
    /// The feeds that people subscribe to and their style sheet, without archives.
    Feeds,
}

/// A file beside the releases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asset {
    /// Where it lies: absolute, without symbolic links.
    pub path: PathBuf,
    /// Bytes.
    pub length: u64,
    /// When it was last written.
    pub modified: Option<SystemTime>,
    /// A hash of its bytes: letters and digits.
    pub hash: String,
}

/// Who knows when what stands at a path last changed, and takes note of what is served.
pub trait Clerk: Send + Sync {
    /// When the representation of that name last changed, given its strong validator; whole seconds.
    fn last_modified(&self, path: &str, etag: &str) -> DateTime<Utc>;
}

/// What the building needs of the world around.
pub struct Materials<'a> {
    /// The file of the folder at a path, where there is one.
    pub asset: &'a dyn Fn(&str) -> Option<Asset>,
    /// Keeps `Last-Modified`.
    pub clerk: Arc<dyn Clerk>,
    /// Earlier editions of the feed at a path, newest first; asked for once.
    pub editions: &'a dyn Fn(&str) -> Vec<EarlierEdition>,
    /// Which items stand on the complete archive pages of a topic by its slug, or of all items for an empty one, as
    /// was decided before; asked for once.
    pub shelf: &'a dyn Fn(&str) -> Shelf,
    /// When what is public changes next without a file.
    pub next_change: Option<DateTime<Utc>>,
}

/// A feed as it was served before: its strong validator, and id and `updated` of each entry.
pub type EarlierEdition = (String, BTreeMap<String, DateTime<FixedOffset>>);

/// What the feeds that changed hold, by path: for the deltas of later editions.
pub type Holdings = BTreeMap<String, Vec<(String, DateTime<FixedOffset>)>>;

/// An item that came, changed or went since the edition before.
#[derive(Debug, Clone)]
pub struct Change {
    /// As it was.
    pub before: Option<Arc<Item>>,
    /// As it is.
    pub after: Option<Arc<Item>>,
}

/// What a building gives.
#[derive(Debug, Default)]
pub struct Built {
    /// The site.
    pub site: Site,
    /// What its feeds hold, of those that were made anew.
    pub holdings: Holdings,
    /// The complete archive pages by slug, of the topics that have more or others than before.
    pub shelves: BTreeMap<String, Shelf>,
    /// What had to be left out of the feeds.
    pub problems: Vec<Problem>,
}

/// Builds one site after another, each out of the one before and what changed.
pub struct Builder {
    parts: Parts,
    edition: Arc<Edition>,
    /// Of all topics first, then of each.
    shops: Vec<Shop>,
    files: OrdMap<String, Arc<Resource>>,
    /// How many public items show or link to each file.
    linked: HashMap<String, u32>,
    former: OrdMap<String, String>,
    /// The pages that each former path is told by: of several, the first has it.
    told: HashMap<String, BTreeSet<String>>,
    not_found: Bytes,
}

/// One topic's feeds, as they were made last.
#[derive(Default)]
struct Shop {
    stack: Stack,
    feeds: BTreeMap<String, Resource>,
    /// The same feeds, as they were set.
    standing: BTreeMap<Format, Standing>,
    earlier: BTreeMap<String, Vec<Arc<EarlierEdition>>>,
    problems: Vec<Problem>,
}

impl Builder {
    /// Nothing built yet.
    pub fn new(parts: Parts) -> Self {
        Self {
            parts,
            edition: Arc::default(),
            shops: Vec::new(),
            files: OrdMap::new(),
            linked: HashMap::new(),
            former: OrdMap::new(),
            told: HashMap::new(),
            not_found: Bytes::new(),
        }
    }

    /// The site of an edition. `changes` are those since the edition before; `None` where all may be other.
    pub fn build(&mut self, edition: Arc<Edition>, changes: Option<&[Change]>, materials: &Materials<'_>) -> Built {
        let before = std::mem::replace(&mut self.edition, Arc::clone(&edition));
        let same_house = before.newsroom == edition.newsroom && before.topics == edition.topics;
        let changes = changes.filter(|_| same_house && !self.shops.is_empty());
        let mut built = Built::default();
        self.files(changes, materials);
        self.former(changes);
        let topics: Vec<Option<usize>> = std::iter::once(None).chain((0..edition.topics.len()).map(Some)).collect();
        if changes.is_none() {
            self.open_shops(&before, &topics, materials);
            self.not_found = if self.parts == Parts::All { page::not_found(&edition).into() } else { Bytes::new() };
        }
        let concerned = changes.map(|changes| concerned(changes, &before.withdrawn, &edition));
        for (shop, topic) in self.shops.iter_mut().zip(topics) {
            if concerned.as_ref().is_none_or(|concerned| concerned.contains(&topic)) {
                shop.make(&edition, topic, changes, self.parts, materials, &mut built);
            }
            built.problems.extend(shop.problems.iter().cloned());
        }
        let mut resources: BTreeMap<String, Resource> =
            self.shops.iter().flat_map(|shop| &shop.feeds).map(|(path, feed)| (path.clone(), feed.clone())).collect();
        let style = format!("/{}", feed::STYLE_PATH);
        let changed = |etag: &str| materials.clerk.last_modified(&style, etag);
        let sheet = Resource::dated(CSS, page::feed_style(&edition), changed);
        resources.insert(style, sheet);
        let prefix = prefix(&edition.newsroom.base_url);
        // Without archives there is nothing to lay out for the library.
        let archived = self.shops.iter().filter(|_| self.parts == Parts::All);
        let layouts: Vec<Layout> = archived.map(|shop| shop.stack.layout().clone()).collect();
        let clerk = Arc::clone(&materials.clerk);
        let paces = paces(&edition);
        let library = Library { edition, layouts, parts: self.parts, clerk, made: Default::default() };
        built.site = Site {
            resources,
            not_found: self.not_found.clone(),
            prefix,
            freshness: Freshness::new(paces, Bounds::default(), materials.next_change),
            files: self.files.clone(),
            former: self.former.clone(),
            library: Some(Arc::new(library)),
            ..Site::default()
        };
        built
    }

    /// One shop a topic. What was decided of archives, and the bytes of feeds, go over from those of before.
    fn open_shops(&mut self, before: &Edition, topics: &[Option<usize>], materials: &Materials<'_>) {
        let slugs = std::iter::once("").chain(before.topics.iter().map(|topic| topic.slug.as_str()));
        let mut known: BTreeMap<String, Shop> = slugs.map(String::from).zip(std::mem::take(&mut self.shops)).collect();
        let open = |topic: &Option<usize>| {
            let slug = topic.map_or("", |topic| self.edition.topics[topic].slug.as_str());
            let shop = known.remove(slug);
            shop.unwrap_or_else(|| Shop { stack: Stack::new((materials.shelf)(slug)), ..Shop::default() })
        };
        self.shops = topics.iter().map(open).collect();
    }

    /// Keeps up where public items stood before.
    fn former(&mut self, changes: Option<&[Change]>) {
        if self.parts == Parts::Feeds {
            return;
        }
        let edition = Arc::clone(&self.edition);
        let mut touched: BTreeSet<&String> = BTreeSet::new();
        if changes.is_none() {
            self.told.clear();
            self.former.clear();
        }
        let before = changes.into_iter().flatten().filter_map(|change| change.before.as_deref());
        for item in before {
            for path in &item.aliases {
                self.told.entry(path.clone()).or_default().remove(&item.page_path());
                touched.insert(path);
            }
        }
        let after = changes.into_iter().flatten().filter_map(|change| change.after.as_deref());
        let all = edition.items.iter().filter(|_| changes.is_none());
        for item in after.chain(all) {
            for path in &item.aliases {
                self.told.entry(path.clone()).or_default().insert(item.page_path());
                touched.insert(path);
            }
        }
        for path in touched {
            match self.told.get(path).and_then(BTreeSet::first) {
                Some(page) => drop(self.former.insert(path.clone(), format!("/{page}"))),
                None => {
                    self.told.remove(path);
                    self.former.remove(path);
                }
            }
        }
    }

    /// Keeps up the files that public items show or link to, and no others.
    fn files(&mut self, changes: Option<&[Change]>, materials: &Materials<'_>) {
        if self.parts == Parts::Feeds {
            return;
        }
        let mut touched: BTreeSet<String> = BTreeSet::new();
        if let Some(changes) = changes {
            for change in changes {
                for path in change.before.iter().flat_map(|item| &item.files) {
                    self.linked.entry(path.clone()).and_modify(|count| *count = count.saturating_sub(1));
                    touched.insert(path.clone());
                }
                for path in change.after.iter().flat_map(|item| &item.files) {
                    *self.linked.entry(path.clone()).or_default() += 1;
                    touched.insert(path.clone());
                }
            }
        } else {
            self.linked.clear();
            self.files.clear();
            for path in self.edition.items.iter().flat_map(|item| &item.files) {
                *self.linked.entry(path.clone()).or_default() += 1;
                touched.insert(path.clone());
            }
        }
        for path in touched {
            let public = format!("/assets/{path}");
            let asset = self.linked.get(&path).filter(|count| **count > 0).and_then(|_| (materials.asset)(&path));
            let Some(asset) = asset else {
                if self.linked.get(&path) == Some(&0) {
                    self.linked.remove(&path);
                }
                self.files.remove(&public);
                continue;
            };
            let last_modified = materials.clerk.last_modified(&public, &asset.hash);
            let media_type = crate::media::type_of(&path);
            let file = Resource::file(media_type, asset.path, asset.length, asset.modified, &asset.hash, last_modified);
            self.files.insert(public, Arc::new(file));
        }
    }
}

impl Shop {
    /// Makes the feeds of a topic anew.
    fn make(
        &mut self,
        edition: &Arc<Edition>,
        topic: Option<usize>,
        changes: Option<&[Change]>,
        parts: Parts,
        materials: &Materials<'_>,
        built: &mut Built,
    ) {
        let ids = changes.map(|changes| {
            let named = changes.iter().flat_map(|change| change.before.iter().chain(&change.after));
            named.map(|item| item.id.clone()).collect::<Vec<_>>()
        });
        let window;
        let layout = if parts == Parts::All {
            let pages = self.stack.layout().shelf().clone();
            self.stack.turn(edition, topic, ids.as_deref());
            let slug = topic.map_or("", |topic| edition.topics[topic].slug.as_str());
            if *self.stack.layout().shelf() != pages {
                built.shelves.insert(slug.to_string(), self.stack.layout().shelf().clone());
            }
            self.stack.layout()
        } else {
            window = Layout::window(edition, topic);
            &window
        };
        let (channel, problems) = Channel::laid(edition, topic, layout);
        self.problems = problems;
        let holdings: Vec<_> = channel.holdings().map(|(id, updated)| (id.to_string(), updated)).collect();
        let old = std::mem::take(&mut self.feeds);
        let mut standing = std::mem::take(&mut self.standing);
        if changes.is_none() {
            standing.clear();
        }
        let set = |format: Format| (format, Standing::set(format, &channel, standing.get(&format)));
        // Where little is other, waking the other cores takes longer.
        self.standing = match standing.is_empty() {
            true => Format::ALL.into_par_iter().map(set).collect(),
            false => Format::ALL.into_iter().map(set).collect(),
        };
        for (&format, standing) in &self.standing {
            let bytes = standing.bytes().clone();
            let Some(path) = channel.path(format).map(|path| format!("/{path}")) else { continue };
            let changed = |etag: &str| materials.clerk.last_modified(&path, etag);
            let mut feed = Resource::dated(format.content_type(), bytes, changed);
            if !edition.newsroom.hubs.is_empty() {
                // Discovery (WebSub, section 4): the hub finds itself and the feed also without reading it.
                let own = edition.newsroom.url(&path[1..]);
                feed = feed.with_header("Link", &format!("<{own}>; rel=\"self\""));
                for hub in &edition.newsroom.hubs {
                    feed = feed.with_header("Link", &format!("<{hub}>; rel=\"hub\""));
                }
            }
            if let Some(old) = old.get(&path) {
                feed.share(old);
            }
            let earlier = self
                .earlier
                .entry(path.clone())
                .or_insert_with(|| (materials.editions)(&path).into_iter().map(Arc::new).collect());
            let known = earlier.first().is_some_and(|edition| edition.0 == feed.etag());
            let (held, of, laid) = (earlier.clone(), Arc::clone(edition), layout.clone());
            feed = feed.with_deltas(earlier.iter().map(|edition| edition.0.clone()), move |etag| {
                let edition = held.iter().find(|edition| edition.0 == etag)?;
                Some(format.render(&Channel::laid(&of, topic, &laid).0.since(&edition.1)).into())
            });
            if !known {
                earlier.insert(0, Arc::new((feed.etag().to_string(), holdings.iter().cloned().collect())));
                earlier.truncate(EDITIONS);
            }
            built.holdings.insert(path.clone(), holdings.clone());
            // It links to pages.
            if parts == Parts::All {
                let (of, at, clerk) = (Arc::clone(edition), path.clone(), Arc::clone(&materials.clerk));
                feed = feed.with_view(move || library::view(&of, topic, &at, &*clerk));
            }
            self.feeds.insert(path, feed);
        }
    }
}

/// The topics whose feeds may be others: those of items that changed or were withdrawn, and all topics together.
fn concerned(changes: &[Change], before: &[Withdrawn], edition: &Edition) -> BTreeSet<Option<usize>> {
    let items = changes.iter().flat_map(|change| change.before.iter().chain(&change.after));
    let mut topics: BTreeSet<Option<usize>> = items.flat_map(|item| item.topics.iter().copied().map(Some)).collect();
    if before != edition.withdrawn {
        let once: BTreeSet<&Withdrawn> = before.iter().collect();
        let now: BTreeSet<&Withdrawn> = edition.withdrawn.iter().collect();
        for slug in once.symmetric_difference(&now).flat_map(|gone| &gone.topics) {
            topics.extend(edition.topics.iter().position(|topic| topic.slug == *slug).map(Some));
        }
        topics.insert(None);
    }
    if !changes.is_empty() {
        topics.insert(None);
    }
    topics
}

/// How often releases of each topic come, and of all under the empty slug.
fn paces(edition: &Edition) -> HashMap<String, Option<i64>> {
    let slug = |topic: Option<usize>| topic.map_or_else(String::new, |topic| edition.topics[topic].slug.clone());
    let topics = std::iter::once(None).chain((0..edition.topics.len()).map(Some));
    let pace = |topic| freshness::pace(edition.items.of(topic).iter().map(|item| item.published));
    topics.map(|topic| (slug(topic), pace(topic))).collect()
}

/// The path of a base address without its last slash.
fn prefix(base_url: &str) -> String {
    let rest = base_url.split_once("://").map_or(base_url, |(_, rest)| rest);
    rest.find('/').map_or("", |at| &rest[at..]).trim_end_matches('/').to_string()
}
