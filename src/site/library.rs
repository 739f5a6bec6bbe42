//! The library: pages, archives and lists, each rendered when it is first asked for.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use super::build::{Clerk, HTML, Parts};
use super::{Resource, Site};
use crate::edition::{Edition, Item};
use crate::feed::{self, Channel, Format, Layout};
use crate::page;

const CSS: &str = "text/css; charset=utf-8";
/// How many bytes of rendered resources are kept at hand, before compression.
const BUDGET: usize = 16 << 20;

/// What is rendered on request of one edition.
pub(super) struct Library {
    pub edition: Arc<Edition>,
    /// How the items of each feed lie: of all topics first, then of each.
    pub layouts: Vec<Layout>,
    pub parts: Parts,
    pub clerk: Arc<dyn Clerk>,
    pub made: Mutex<Made>,
}

/// What has been rendered and is kept.
#[derive(Default)]
pub(super) struct Made {
    resources: HashMap<String, Arc<Resource>>,
    bytes: usize,
}

/// What can stand at an address.
enum Leaf<'a> {
    Index,
    Topic(usize),
    Year(Option<usize>, i32),
    Item(&'a Item),
    Archive(Option<usize>, usize, Format),
    Opml,
    Sitemap,
    Robots,
    Style,
}

impl fmt::Debug for Library {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Library({} items)", self.edition.items.len())
    }
}

impl Library {
    /// What stands at a path, out of what is kept or rendered now. `None` where nothing stands there, and where a text
    /// can't be had any more.
    pub fn find(&self, path: &str) -> Option<Arc<Resource>> {
        if let Some(kept) = self.made().resources.get(path) {
            return Some(Arc::clone(kept));
        }
        let leaf = self.leaf(path)?;
        let (media_type, bytes) = self.render(&leaf)?;
        let resource = Resource::dated(media_type, bytes, |etag| self.clerk.last_modified(path, etag));
        let resource = Arc::new(resource);
        let mut made = self.made();
        made.bytes += resource.length() as usize;
        if made.bytes > BUDGET {
            *made = Made { bytes: resource.length() as usize, ..Made::default() };
        }
        made.resources.insert(path.to_string(), Arc::clone(&resource));
        Some(resource)
    }

    pub fn holds(&self, path: &str) -> bool {
        self.leaf(path).is_some()
    }

    /// The page of a withdrawn item, unless another has its address by now.
    pub fn gone(&self, path: &str) -> Option<bytes::Bytes> {
        let slug = path.strip_prefix("/items/")?.strip_suffix('/')?;
        if self.parts == Parts::Feeds || self.edition.items.by_slug(slug).is_some() {
            return None;
        }
        let gone = self.edition.withdrawn.iter().find(|gone| gone.slug == slug)?;
        Some(page::gone(&self.edition, gone).into())
    }

    /// Whether the page of an item at a path says the same as in a library before. It shows the item, the house and
    /// the titles of topics, and nothing else.
    pub fn is_same_item(&self, before: &Library, path: &str) -> bool {
        let (now, then) = (&self.edition, &before.edition);
        let same_house = now.newsroom == then.newsroom && now.topics == then.topics && self.parts == before.parts;
        let slug = path.strip_prefix("/items/").and_then(|rest| rest.strip_suffix('/'));
        let items = slug.and_then(|slug| now.items.by_slug(slug).zip(then.items.by_slug(slug)));
        same_house && items.is_some_and(|(one, other)| Arc::ptr_eq(one, other) || one == other)
    }

    /// Every path, each once.
    pub fn paths(&self) -> Vec<String> {
        let edition = &self.edition;
        let mut paths = Vec::new();
        for topic in self.topics() {
            let folder = self.folder(topic);
            let pages = 1..=self.layout(topic).map_or(0, Layout::pages);
            paths.extend(pages.flat_map(|page| {
                [Format::Atom, Format::Json].map(|format| format!("/{folder}archive/{page}.{}", format.file_name()))
            }));
            if self.parts == Parts::All {
                paths.push(format!("/{folder}"));
                paths.extend(page::years(edition, topic).iter().map(|(year, _)| format!("/{folder}{year}/")));
            }
        }
        if self.parts == Parts::All {
            paths.extend(edition.items.iter().map(|item| format!("/{}", item.page_path())));
            let style = format!("/{}", page::STYLE_PATH);
            paths.extend(["/opml.xml", "/sitemap.xml", "/robots.txt", &style].map(String::from));
        }
        paths
    }

    fn made(&self) -> std::sync::MutexGuard<'_, Made> {
        self.made.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn topics(&self) -> impl Iterator<Item = Option<usize>> {
        std::iter::once(None).chain((0..self.edition.topics.len()).map(Some))
    }

    fn folder(&self, topic: Option<usize>) -> String {
        topic.map(|topic| format!("{}/", self.edition.topics[topic].slug)).unwrap_or_default()
    }

    fn layout(&self, topic: Option<usize>) -> Option<&Layout> {
        self.layouts.get(topic.map_or(0, |topic| topic + 1))
    }

    fn leaf(&self, path: &str) -> Option<Leaf<'_>> {
        let path = path.strip_prefix('/')?;
        if let Some((folder, file)) = path.rsplit_once("archive/") {
            return self.archive(folder, file);
        }
        if self.parts == Parts::Feeds {
            return None;
        }
        if let Some(slug) = path.strip_prefix("items/").and_then(|rest| rest.strip_suffix('/')) {
            return self.edition.items.by_slug(slug).map(|item| Leaf::Item(item));
        }
        match path {
            "" => return Some(Leaf::Index),
            "opml.xml" => return Some(Leaf::Opml),
            "sitemap.xml" => return Some(Leaf::Sitemap),
            "robots.txt" => return Some(Leaf::Robots),
            page::STYLE_PATH => return Some(Leaf::Style),
            _ => {}
        }
        let path = path.strip_suffix('/')?;
        if let Some(topic) = self.topic(path) {
            return Some(Leaf::Topic(topic));
        }
        let (topic, year) = match path.split_once('/') {
            Some((slug, year)) => (Some(self.topic(slug)?), year),
            None => (None, path),
        };
        let year: i32 = year.parse().ok().filter(|number: &i32| number.to_string() == year)?;
        page::has_year(&self.edition, topic, year).then_some(Leaf::Year(topic, year))
    }

    fn topic(&self, slug: &str) -> Option<usize> {
        self.edition.topics.iter().position(|topic| topic.slug == slug)
    }

    fn archive(&self, folder: &str, file: &str) -> Option<Leaf<'_>> {
        let topic = match folder.strip_suffix('/') {
            Some(slug) => Some(self.topic(slug)?),
            None if folder.is_empty() => None,
            None => return None,
        };
        let (number, name) = file.split_once('.')?;
        let format = [Format::Atom, Format::Json].into_iter().find(|format| format.file_name() == name)?;
        let number: usize = number.parse().ok().filter(|page: &usize| page.to_string() == number)?;
        let pages = self.layout(topic)?.pages();
        (1..=pages).contains(&number).then_some(Leaf::Archive(topic, number, format))
    }

    fn render(&self, leaf: &Leaf<'_>) -> Option<(&'static str, Vec<u8>)> {
        let edition = &*self.edition;
        let page = |html: String| Some((HTML, html.into_bytes()));
        match *leaf {
            Leaf::Index => page(page::index(edition)),
            Leaf::Topic(topic) => page(page::topic(edition, topic)),
            Leaf::Year(topic, year) => page(page::year(edition, topic, year)),
            Leaf::Item(item) => {
                // Better no page than one without its text.
                item.body_html.find()?;
                page(page::item(edition, item))
            }
            Leaf::Archive(topic, number, format) => {
                let layout = self.layout(topic)?;
                let channel = Channel::archived(edition, topic, layout, number)?;
                channel.entries().iter().all(|entry| entry.item.body_html.find().is_some()).then_some(())?;
                Some((format.content_type(), format.render(&channel)))
            }
            Leaf::Opml => Some(("text/x-opml; charset=utf-8", feed::opml(edition))),
            Leaf::Sitemap => Some(("application/xml; charset=utf-8", feed::sitemap(edition))),
            Leaf::Robots => Some(("text/plain; charset=utf-8", feed::robots(edition))),
            Leaf::Style => Some((CSS, page::stylesheet().into())),
        }
    }
}

/// What a browser is shown in the place of a feed.
pub(super) fn view(edition: &Edition, topic: Option<usize>, path: &str, clerk: &dyn Clerk) -> Resource {
    let html = page::feed(edition, topic, &path[1..]);
    Resource::dated(HTML, html, |etag| clerk.last_modified(&Site::view_of(path), etag))
}
