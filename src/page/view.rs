//! The values that templates are filled from: everything decided, nothing left to a template but its place.

use chrono::{DateTime, FixedOffset};

use super::style::STYLE_PATH;
use super::words::Words;
use crate::edition::{Edition, Item, Newsroom, Topic};
use crate::text;

/// The three formats of a feed: file name, media type, and the name that people know.
const FORMATS: [(&str, &str, &str); 3] = [
    ("rss.xml", "application/rss+xml", "RSS"),
    ("atom.xml", "application/atom+xml", "Atom"),
    ("feed.json", "application/feed+json", "JSON"),
];

/// What every page has around its content.
pub(super) struct Frame<'a> {
    pub house: &'a Newsroom,
    pub words: &'static Words,
    /// The attribute for texts in the house's language, where the words around are of another, see [`lang`].
    pub house_lang: String,
    /// The way from this page to the root: nothing, `../`, `../../`.
    pub root: String,
    /// The page's title without the house's.
    pub title: &'a str,
    /// What a search engine and a preview show; may be empty.
    pub description: &'a str,
    /// The page's own absolute address; `None` where it has none to keep.
    pub canonical: Option<String>,
    /// Feeds to discover, the nearest first.
    pub feeds: Vec<Feed>,
    /// All topics.
    pub topics: Vec<Link>,
    pub style: &'static str,
}

/// A feed in one format.
#[derive(Clone)]
pub(super) struct Feed {
    pub href: String,
    pub media_type: &'static str,
    /// `RSS`, `Atom`, `JSON`.
    pub format: &'static str,
    /// What it is a feed of.
    pub of: String,
}

/// A link within the site.
pub(super) struct Link {
    pub href: String,
    pub title: String,
    /// A ready attribute, see [`lang`].
    pub lang: String,
    /// Whether it leads to where we are.
    pub here: bool,
}

/// What one can subscribe to: the house, or one topic.
pub(super) struct Subject<'a> {
    pub link: Link,
    /// One sentence about it; may be empty.
    pub about: &'a str,
    pub feeds: Vec<Feed>,
}

/// An item in a list.
pub(super) struct Entry<'a> {
    pub item: &'a Item,
    pub href: String,
    pub lang: String,
    /// Absent for an item that has no date of its own.
    pub date: Option<Day>,
    pub corrected: Option<String>,
    /// Empty where it would only repeat the title.
    pub excerpt: &'a str,
    pub topics: Vec<Link>,
}

/// A date for people and for machines.
pub(super) struct Day {
    pub shown: String,
    pub machine: String,
}

impl<'a> Frame<'a> {
    /// The frame of a page that stands `depth` folders below the root.
    pub fn new(edition: &'a Edition, depth: usize, title: &'a str, description: &'a str) -> Self {
        Self::rooted(edition, "../".repeat(depth), title, description)
    }

    /// The frame of a page whose way to the root is known otherwise.
    pub fn rooted(edition: &'a Edition, root: String, title: &'a str, description: &'a str) -> Self {
        let house = &edition.newsroom;
        let words = Words::of(&house.language);
        let topics = edition.topics.iter().map(|topic| link(topic, &root, house, words)).collect();
        Self {
            house,
            words,
            house_lang: lang(&house.language, words.code),
            root,
            title,
            description,
            canonical: None,
            feeds: feeds_of(edition, None),
            topics,
            style: STYLE_PATH,
        }
    }

    /// With its own address, given as a path without the leading slash.
    pub fn at(mut self, path: &str) -> Self {
        self.canonical = Some(self.house.url(path));
        self
    }

    /// The title of the document: the page's, then the house's.
    pub fn document_title(&self) -> String {
        if self.title == self.house.title {
            self.title.to_string()
        } else {
            format!("{} · {}", self.title, self.house.title)
        }
    }

    /// The address of the front page.
    pub fn front(&self) -> &str {
        if self.root.is_empty() { "./" } else { &self.root }
    }

    /// A topic to subscribe to; the whole house for `None`.
    pub fn subject(&self, edition: &'a Edition, topic: Option<usize>) -> Subject<'a> {
        let feeds = feeds_of(edition, topic);
        match topic.and_then(|topic| edition.topics.get(topic)) {
            Some(topic) => {
                Subject { link: link(topic, &self.root, self.house, self.words), about: &topic.description, feeds }
            }
            None => {
                let (href, title) = (self.front().to_string(), self.house.title.clone());
                Subject { link: Link { href, title, lang: self.house_lang.clone(), here: false }, about: "", feeds }
            }
        }
    }

    /// The list entry of an item.
    pub fn entry(&self, edition: &'a Edition, item: &'a Item) -> Entry<'a> {
        let repeats = text::fold(&item.excerpt) == text::fold(&item.title);
        Entry {
            item,
            href: format!("{}{}", self.root, item.page_path()),
            lang: lang(language_of(item, self.house), self.words.code),
            date: self.date(item),
            corrected: self.correction(item),
            excerpt: if repeats { "" } else { &item.excerpt },
            topics: self.topics_of(edition, item),
        }
    }

    /// The topics of an item, as links; not the one whose page this is.
    pub fn topics_of(&self, edition: &Edition, item: &Item) -> Vec<Link> {
        let topics = item.topics.iter().filter_map(|&topic| edition.topics.get(topic).zip(self.topics.get(topic)));
        let elsewhere = topics.filter(|(_, link)| !link.here);
        elsewhere.map(|(topic, _)| link(topic, &self.root, self.house, self.words)).collect()
    }

    /// The date of an item, where it has one of its own.
    pub fn date(&self, item: &Item) -> Option<Day> {
        (!item.undated).then(|| self.day(&item.published))
    }

    /// The line that says that an item was corrected, and when.
    pub fn correction(&self, item: &Item) -> Option<String> {
        item.corrected.then(|| self.words.corrected.replace("{}", &self.words.date(&item.updated)))
    }

    fn day(&self, at: &DateTime<FixedOffset>) -> Day {
        Day { shown: self.words.date(at), machine: at.to_rfc3339() }
    }
}

/// The language of an item's own text.
pub(super) fn language_of<'a>(item: &'a Item, house: &'a Newsroom) -> &'a str {
    item.language.as_deref().unwrap_or(&house.language)
}

/// The feeds of a topic, or of the whole house for `None`, in every format.
pub(super) fn feeds_of(edition: &Edition, topic: Option<usize>) -> Vec<Feed> {
    let topic = topic.and_then(|topic| edition.topics.get(topic));
    let house = &edition.newsroom;
    let (base, of) = match topic {
        Some(topic) => (format!("{}/", topic.slug), format!("{}: {}", house.title, topic.title)),
        None => (String::new(), house.title.clone()),
    };
    FORMATS
        .iter()
        .map(|&(file, media_type, format)| Feed {
            href: house.url(&format!("{base}{file}")),
            media_type,
            format,
            of: of.clone(),
        })
        .collect()
}

/// The attributes that tell the language of a passage within another: ` lang="uk"`, ` lang="ar" dir="rtl"`; empty
/// where both are the same. Escaped, with a leading space.
pub(super) fn lang(language: &str, around: &str) -> String {
    if language.is_empty() || language.eq_ignore_ascii_case(around) {
        return String::new();
    }
    let mut out = format!(" lang=\"{}\"", text::escape(language));
    match (right_to_left(language), right_to_left(around)) {
        (true, false) => out.push_str(" dir=\"rtl\""),
        (false, true) => out.push_str(" dir=\"ltr\""),
        _ => {}
    }
    out
}

/// Whether a language is written from right to left, by its script subtag or its usual script.
fn right_to_left(language: &str) -> bool {
    const SCRIPTS: [&str; 7] = ["arab", "hebr", "thaa", "syrc", "nkoo", "adlm", "rohg"];
    const LANGUAGES: [&str; 14] =
        ["ar", "arc", "ckb", "dv", "fa", "he", "iw", "ks", "ps", "sd", "ug", "ur", "yi", "syr"];
    let mut parts = language.split(['-', '_']);
    let primary = parts.next().unwrap_or_default().to_ascii_lowercase();
    match parts.find(|part| part.len() == 4 && part.bytes().all(|b| b.is_ascii_alphabetic())) {
        Some(script) => SCRIPTS.contains(&script.to_ascii_lowercase().as_str()),
        None => LANGUAGES.contains(&primary.as_str()),
    }
}

fn link(topic: &Topic, root: &str, house: &Newsroom, words: &Words) -> Link {
    let language = topic.language.as_deref().unwrap_or(&house.language);
    Link {
        href: format!("{root}{}/", topic.slug),
        title: topic.title.clone(),
        lang: lang(language, words.code),
        here: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn language_and_direction_are_told_where_they_change() {
        for (language, around, attributes) in [
            ("en", "en", ""),
            ("", "en", ""),
            ("en-GB", "en", " lang=\"en-GB\""),
            ("ar", "en", " lang=\"ar\" dir=\"rtl\""),
            ("en", "ar", " lang=\"en\" dir=\"ltr\""),
            ("az-Arab", "en", " lang=\"az-Arab\" dir=\"rtl\""),
            ("ks-Deva", "en", " lang=\"ks-Deva\""),
            ("x\"><b", "en", " lang=\"x&quot;&gt;&lt;b\""),
        ] {
            assert_eq!(lang(language, around), attributes, "{language} in {around}");
        }
    }
}
