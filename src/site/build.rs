//! Building: an edition becomes every public address and what stands there.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::SystemTime;

use bytes::Bytes;
use chrono::{DateTime, FixedOffset, Utc};

use super::{Freshness, Resource, Site};
use crate::edition::{Attachment, Edition};
use crate::feed::{self, Channel, Format, Shelf};
use crate::page;
use crate::problem::Problem;
use crate::text;

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";

/// Which parts of a site are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parts {
    /// Feeds, archives, OPML, sitemap, pages, assets.
    All,
    /// Feeds, their archives and their style sheet only.
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

/// What the building needs of the world around.
pub struct Materials<'a> {
    /// The file of the folder at a path, where there is one.
    pub asset: &'a dyn Fn(&str) -> Option<Asset>,
    /// When what stands at a path last changed, given its strong validator.
    pub last_modified: &'a dyn Fn(&str, &str) -> DateTime<Utc>,
    /// Earlier editions of the feed at a path, newest first: strong validator, and id and `updated` of each entry.
    pub editions: &'a dyn Fn(&str) -> Vec<EarlierEdition>,
    /// Which items stand on the complete archive pages of a topic by its slug, or of all items for an empty one, as
    /// the building before decided.
    pub shelf: &'a dyn Fn(&str) -> Shelf,
    /// When what is public changes next without a file.
    pub next_change: Option<DateTime<Utc>>,
}

/// A feed as it was served before: its strong validator, and id and `updated` of each entry.
pub type EarlierEdition = (String, BTreeMap<String, DateTime<FixedOffset>>);

/// What the current feeds hold, by path: for the deltas of later editions.
pub type Holdings = BTreeMap<String, Vec<(String, DateTime<FixedOffset>)>>;

/// What a building gives.
#[derive(Debug, Default)]
pub struct Built {
    /// The site.
    pub site: Site,
    /// What its feeds hold.
    pub holdings: Holdings,
    /// Its complete archive pages, for [`Materials::shelf`] of the next building: by slug, every topic of the edition.
    pub shelves: BTreeMap<String, Shelf>,
    /// What had to be left out of the feeds.
    pub problems: Vec<Problem>,
}

/// The site of an edition.
pub fn build(edition: &Edition, parts: Parts, materials: &Materials<'_>) -> Built {
    let mut work = Work { edition, parts, materials, built: Built::default() };
    work.built.site.prefix = prefix(&edition.newsroom.base_url);
    work.built.site.freshness = Freshness::new(300, 600, materials.next_change);
    for topic in std::iter::once(None).chain((0..edition.topics.len()).map(Some)) {
        work.feeds(topic);
    }
    work.put(feed::STYLE_PATH, CSS, page::feed_style(edition));
    if parts == Parts::All {
        work.lists();
        work.pages();
        work.assets();
    }
    work.built
}

struct Work<'a> {
    edition: &'a Edition,
    parts: Parts,
    materials: &'a Materials<'a>,
    built: Built,
}

impl Work<'_> {
    fn put(&mut self, path: &str, media_type: &str, bytes: impl Into<Bytes>) {
        let resource = self.resource(path, media_type, bytes.into());
        self.built.site.resources.insert(format!("/{path}"), resource);
    }

    fn resource(&self, path: &str, media_type: &str, bytes: Bytes) -> Resource {
        let path = format!("/{path}");
        Resource::dated(media_type, bytes, |etag| (self.materials.last_modified)(&path, etag))
    }

    fn feeds(&mut self, topic: Option<usize>) {
        let slug = topic.map(|topic| self.edition.topics[topic].slug.clone()).unwrap_or_default();
        let (channel, mut problems) = Channel::of(self.edition, topic, &(self.materials.shelf)(&slug));
        self.built.problems.append(&mut problems);
        self.built.shelves.insert(slug, channel.shelf().clone());
        let holdings: Vec<(String, DateTime<FixedOffset>)> =
            channel.holdings().map(|(id, updated)| (id.to_string(), updated)).collect();
        for page in std::iter::once(channel.clone()).chain(channel.archive()) {
            for format in Format::ALL {
                let Some(path) = page.path(format) else { continue };
                let media_type = format!("{}; charset=utf-8", format.media_type());
                let mut resource = self.resource(&path, &media_type, format.render(&page).into());
                let path = format!("/{path}");
                if page.place() == feed::Place::Current {
                    let earlier = (self.materials.editions)(&path);
                    resource = resource.with_deltas(
                        earlier.into_iter().map(|(etag, held)| (etag, format.render(&page.since(&held)).into())),
                    );
                    self.built.holdings.insert(path.clone(), holdings.clone());
                    // It links to pages.
                    if self.parts == Parts::All {
                        let view = page::feed(self.edition, topic, &path[1..]);
                        let changed = |etag: &str| (self.materials.last_modified)(&Site::view_of(&path), etag);
                        resource = resource.with_view(Resource::dated(HTML, view, changed));
                    }
                }
                self.built.site.resources.insert(path, resource);
            }
        }
    }

    fn lists(&mut self) {
        self.put("opml.xml", "text/x-opml; charset=utf-8", feed::opml(self.edition));
        self.put("sitemap.xml", "application/xml; charset=utf-8", feed::sitemap(self.edition));
        self.put("robots.txt", "text/plain; charset=utf-8", feed::robots(self.edition));
        self.put(page::STYLE_PATH, CSS, page::stylesheet());
    }

    fn pages(&mut self) {
        let edition = self.edition;
        self.put("", HTML, page::index(edition));
        for (year, _) in page::years(edition, None) {
            self.put(&format!("{year}/"), HTML, page::year(edition, None, year));
        }
        for (at, topic) in edition.topics.iter().enumerate() {
            self.put(&format!("{}/", topic.slug), HTML, page::topic(edition, at));
            for (year, _) in page::years(edition, Some(at)) {
                self.put(&format!("{}/{year}/", topic.slug), HTML, page::year(edition, Some(at), year));
            }
        }
        for (at, item) in edition.items.iter().enumerate() {
            self.put(&item.page_path(), HTML, page::item(edition, at));
        }
        for gone in &edition.withdrawn {
            let path = format!("/items/{}/", gone.slug);
            if !self.built.site.resources.contains_key(&path) {
                self.built.site.gone.insert(path, page::gone(edition, gone).into());
            }
        }
        self.built.site.not_found = page::not_found(edition).into();
    }

    /// The files that public items link to, and no others.
    fn assets(&mut self) {
        let base = self.edition.newsroom.url("assets/");
        for item in &self.edition.items {
            let attached = item.image.iter().chain(&item.attachments).map(|Attachment { url, .. }| url.as_str());
            let linked = item.body_html.match_indices(&base).map(|(at, _)| {
                let rest = &item.body_html[at..];
                &rest[..rest.find(['"', '<', '>', ' ', '?', '#']).unwrap_or(rest.len())]
            });
            for url in attached.chain(linked) {
                let Some(path) = url.strip_prefix(&base).map(text::percent_decode) else { continue };
                let public = format!("/assets/{path}");
                if self.built.site.resources.contains_key(&public) {
                    continue;
                }
                let Some(asset) = (self.materials.asset)(&path) else { continue };
                let last_modified = (self.materials.last_modified)(&public, &asset.hash);
                let media_type = crate::media::type_of(&path);
                let resource =
                    Resource::file(media_type, asset.path, asset.length, asset.modified, &asset.hash, last_modified);
                self.built.site.resources.insert(public, resource);
            }
        }
    }
}

/// The path of a base address without its last slash.
fn prefix(base_url: &str) -> String {
    let rest = base_url.split_once("://").map_or(base_url, |(_, rest)| rest);
    rest.find('/').map_or("", |at| &rest[at..]).trim_end_matches('/').to_string()
}
