//! An edition: everything public at one instant, sorted, with its topics. The value that feeds and pages are made of.
//!
//! An edition holds no drafts, nothing under embargo, nothing expired: whoever renders an edition can't leak.
//! All addresses in it are absolute.

mod body;
mod items;

use std::sync::Arc;

use chrono::{DateTime, FixedOffset};

use crate::document::Author;

pub use body::{Body, Keeper};
pub use items::Items;
pub(crate) use items::newest_first;

/// Everything public at one instant.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Edition {
    /// The house that publishes.
    pub newsroom: Newsroom,
    /// Topics in the configured order.
    pub topics: Vec<Topic>,
    /// Items, newest `published` first, ties by id.
    pub items: Items,
    /// Withdrawn items within their tombstone's life, newest withdrawal first, ties by id.
    pub withdrawn: Vec<Withdrawn>,
}

/// The house that publishes: what stands in every feed's head.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Newsroom {
    /// The newsroom's title.
    pub title: String,
    /// One sentence about it.
    pub description: String,
    /// Absolute public address, ending in `/`.
    pub base_url: String,
    /// BCP 47 language of the house.
    pub language: String,
    /// Default author.
    pub author: Option<Author>,
    /// Copyright line.
    pub rights: Option<String>,
    /// Absolute address of a square icon.
    pub icon: Option<String>,
    /// Absolute address of a wide logo.
    pub logo: Option<String>,
    /// WebSub hubs.
    pub hubs: Vec<String>,
}

/// A topic as subscribers see it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Topic {
    /// Its slug: one path segment of lower-case letters, digits and hyphens.
    pub slug: String,
    /// Its title.
    pub title: String,
    /// One sentence about it; may be empty.
    pub description: String,
    /// BCP 47 language where it differs from the house's.
    pub language: Option<String>,
    /// How many items its feeds hold.
    pub window: usize,
    /// What its feeds carry of each item.
    pub content: Content,
}

/// What a feed carries of each item.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Content {
    /// Excerpt and full text.
    #[default]
    Both,
    /// Full text only.
    Full,
    /// Excerpt only.
    Excerpt,
}

/// One published item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Permanent id, a URI (`urn:uuid:…` or the id taken over from an older feed).
    pub id: String,
    /// Its page's slug.
    pub slug: String,
    /// Plain text title, one line.
    pub title: String,
    /// Sanitised HTML with absolute addresses.
    pub body_html: Body,
    /// Plain text excerpt, cut at a sentence.
    pub excerpt: String,
    /// When it was published. Never changes once out.
    pub published: DateTime<FixedOffset>,
    /// Whether `published` is only the instant of first sight: the release itself gives no date.
    pub undated: bool,
    /// When it last changed in a way that matters; equal to `published` where it never did.
    pub updated: DateTime<FixedOffset>,
    /// Whether it was corrected after publication.
    pub corrected: bool,
    /// BCP 47 language where it differs from the house's.
    pub language: Option<String>,
    /// Authors; the house's author where empty.
    pub authors: Vec<Author>,
    /// Tags as written.
    pub tags: Vec<String>,
    /// Positions in [`Edition::topics`], ascending.
    pub topics: Vec<usize>,
    /// Lead image.
    pub image: Option<Attachment>,
    /// Files that belong to it.
    pub attachments: Vec<Attachment>,
    /// Absolute address of the release elsewhere, where it declares one.
    pub link: Option<String>,
    /// The same release in other languages.
    pub translations: Vec<Translation>,
    /// Paths of the site at which it stood before, decoded, each with its leading slash.
    pub aliases: Vec<String>,
    /// The house's own files that it shows, links to or has attached: their paths below `assets/`, decoded.
    pub files: Vec<String>,
}

/// The same release in another language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Translation {
    /// Its BCP 47 language.
    pub language: String,
    /// Absolute address of its page.
    pub url: String,
}

/// A file that belongs to an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// Absolute address.
    pub url: String,
    /// Media type.
    pub media_type: String,
    /// Length in bytes; `None` for a file elsewhere.
    pub length: Option<u64>,
    /// File name or caption.
    pub title: String,
}

/// A withdrawn item: enough for a tombstone (RFC 6721) and a `410 Gone`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Withdrawn {
    /// The id it had.
    pub id: String,
    /// The slug its page had.
    pub slug: String,
    /// When it was withdrawn.
    pub at: DateTime<FixedOffset>,
    /// The slugs of the topics it was in.
    pub topics: Vec<String>,
    /// Who withdrew it; the house where `None`.
    pub by: Option<Author>,
}

impl Newsroom {
    /// The absolute address of a path of the site, given without its leading slash (`rss.xml`, `items/x/`).
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base_url)
    }
}

impl Item {
    /// The path of its page, without the leading slash.
    pub fn page_path(&self) -> String {
        format!("items/{}/", self.slug)
    }

    /// Whether it has a text beside its title and excerpt.
    pub fn is_told(&self) -> bool {
        !self.body_html.html().trim().is_empty()
    }
}

impl Edition {
    /// The items of one topic, newest first; of all topics for `None`.
    pub fn items_of(&self, topic: Option<usize>) -> impl DoubleEndedIterator<Item = &Item> {
        self.items.of(topic).iter().map(Arc::as_ref)
    }
}
