//! How large a feed may be, and what gives way where it would be larger: full texts first, then whole items.
//!
//! All formats carry the same, so sizes are bounds for the one that takes most, reckoned without writing it.

use std::sync::Arc;

use super::{Channel, Entry, format};
use crate::document::Author;
use crate::edition::{Content, Item};
use crate::text;

/// The size in bytes that no feed passes in any format, before compression: 512 KiB, the smallest limit that a
/// large aggregator is known to have set (FeedBurner refused larger sources).
pub const LIMIT: usize = 512 * 1024;

/// What an item takes in a feed at most, and what the house wants the feed to carry of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Measure {
    /// Bytes without its full text.
    weight: usize,
    /// Bytes of its full text; `None` where that can't be had now.
    text: Option<usize>,
    /// What the feed carries of it if there is room.
    pub wanted: Content,
}

impl Measure {
    /// Whether it holds as long as the item stays the same.
    pub fn is_lasting(&self) -> bool {
        self.text.is_some()
    }
}

impl<'e> Channel<'e> {
    /// What an item takes in this feed.
    pub(super) fn measure(&self, item: &Item) -> Measure {
        let text = item.body_html.find();
        let is_told = text.as_ref().is_some_and(|text| !text.trim().is_empty());
        Measure {
            weight: self.weight(item),
            text: text.map(|text| escaped(&text)),
            wanted: self.content(item, is_told),
        }
    }

    /// The entries for items that stand here, each with as much of it as fits: the newest whole, older ones with
    /// their excerpts once full texts would pass the limit. A text that alone takes a quarter of it gives way first.
    pub(super) fn carried(&self, items: &[(&'e Arc<Item>, Measure)]) -> Vec<Entry<'e>> {
        let weights = items.iter().map(|(_, measure)| measure.weight).sum::<usize>();
        let mut room = LIMIT.saturating_sub(self.head_weight() + weights);
        let mut fits = true;
        let entry = |(item, measure): &(&'e Arc<Item>, Measure)| {
            let text = measure.text.unwrap_or_default();
            if measure.wanted == Content::Excerpt || text > LIMIT / 4 {
                return Entry { item, carries: Content::Excerpt };
            }
            fits &= text <= room;
            room = if fits { room - text } else { 0 };
            Entry { item, carries: if fits { measure.wanted } else { Content::Excerpt } }
        };
        items.iter().map(entry).collect()
    }

    /// What the house wants this feed to carry of an item; in the feed of all topics what the item's first topic does.
    fn content(&self, item: &Item, is_told: bool) -> Content {
        let topic = self.topic.or_else(|| item.topics.iter().min().and_then(|&at| self.edition.topics.get(at)));
        match topic.map(|t| t.content).unwrap_or_default() {
            Content::Excerpt if item.excerpt.trim().is_empty() => Content::Full,
            _ if !is_told => Content::Excerpt,
            Content::Both if item.excerpt.trim().is_empty() => Content::Full,
            content => content,
        }
    }

    /// How many of the newest items fit, at least with their excerpts; one at least.
    pub(super) fn fitting(&self, items: &[Measure]) -> usize {
        let mut room = LIMIT.saturating_sub(self.head_weight());
        let fits = |item: &&Measure| {
            let fits = item.weight <= room;
            room = room.saturating_sub(item.weight);
            fits
        };
        items.iter().take_while(fits).count().max(items.len().min(1))
    }

    /// An upper bound on an entry's bytes without its full text, in any format.
    fn weight(&self, item: &Item) -> usize {
        const TAGS: usize = 2048;
        let page = self.newsroom().base_url.len() + item.page_path().len();
        let files = item.attachments.iter().chain(&item.image);
        let files: usize = files.map(|f| 256 + 3 * (address(&f.url) + escaped(&f.title)) + f.media_type.len()).sum();
        let people: usize = item.authors.iter().map(person).sum();
        let tags: usize = item.tags.iter().map(|t| 128 + self.newsroom().base_url.len() + 2 * escaped(t)).sum();
        let topics = item.topics.iter().filter_map(|&at| self.edition.topics.get(at));
        let topics: usize = topics.map(|t| 128 + self.newsroom().base_url.len() + 2 * escaped(&t.title)).sum();
        let translations: usize = item.translations.iter().map(|t| 128 + address(&t.url)).sum();
        let text = escaped(&format::title(&item.title)) + 2 * escaped(&text::escape(&item.excerpt));
        TAGS + 6 * page + item.id.len() + text + files + people + tags + topics + translations
    }

    /// An upper bound on the bytes of all that is no entry.
    fn head_weight(&self) -> usize {
        let house = self.newsroom();
        let texts = [&house.title, &house.description, house.rights.as_ref().unwrap_or(&house.title)];
        let texts: usize = texts.iter().map(|t| 2 * escaped(t)).sum();
        let tombstones: usize = self.withdrawn.iter().map(|w| 512 + escaped(&w.id)).sum();
        8192 + texts + tombstones
    }
}

/// The most bytes an author takes.
fn person(author: &Author) -> usize {
    let contact = [&author.email, &author.url].into_iter().flatten().map(|text| address(text)).sum::<usize>();
    128 + escaped(&author.name) + contact
}

/// The most bytes an address takes once it is percent-encoded and escaped.
fn address(url: &str) -> usize {
    url.bytes().map(|b| if b == b'&' { 6 } else { 3 }).sum()
}

/// The most bytes a text takes when any of the formats has escaped it.
fn escaped(text: &str) -> usize {
    let weight = |b| match b {
        b'<' | b'>' | b'&' | b'"' | b'\'' => 6,
        b'\n' | b'\t' | b'\\' => 2,
        _ => 1,
    };
    text.bytes().map(weight).sum()
}
