//! Reading a feed of another system: what moving in needs to know of its entries.

use std::io::BufReader;

use chrono::{DateTime, FixedOffset};
use serde_json::Value;

use super::Format;

/// An entry of a feed that was read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReadEntry {
    /// Its id as readers know it: `guid`, `id`, or its address where it has none.
    pub id: String,
    /// Whether that is an id of its own, no address in the place of one.
    pub is_named: bool,
    /// Its address.
    pub link: Option<String>,
    /// Its title as written.
    pub title: String,
    /// Its text or summary, HTML.
    pub html: String,
    /// When it was published.
    pub published: Option<DateTime<FixedOffset>>,
    /// When it was last updated.
    pub updated: Option<DateTime<FixedOffset>>,
}

/// The entries of an RSS 2.0 or Atom feed, in its order.
///
/// # Errors
/// What is wrong with it, for a person: it is no feed of either kind.
pub fn read(bytes: &[u8]) -> Result<Vec<ReadEntry>, String> {
    match rss::Channel::read_from(BufReader::new(bytes)) {
        Ok(channel) => Ok(channel.items.into_iter().filter_map(of_rss).collect()),
        Err(as_rss) => match atom_syndication::Feed::read_from(BufReader::new(bytes)) {
            Ok(feed) => Ok(feed.entries.into_iter().map(of_atom).collect()),
            Err(as_atom) => Err(format!("it is neither RSS ({as_rss}) nor Atom ({as_atom})")),
        },
    }
}

/// What a feed says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadHead {
    /// Its format.
    pub format: Format,
    /// How many entries it has.
    pub entries: usize,
    /// Its own address: `rel="self"`, `feed_url`.
    pub address: Option<String>,
}

/// The head of an RSS, Atom or JSON feed.
///
/// # Errors
/// What is wrong with it, for a person: it is no feed of any kind.
pub fn read_head(bytes: &[u8]) -> Result<ReadHead, String> {
    let own =
        |links: &[atom_syndication::Link]| links.iter().find(|link| link.rel == "self").map(|link| link.href.clone());
    if bytes.trim_ascii_start().starts_with(b"{") {
        let feed: Value = serde_json::from_slice(bytes).map_err(|error| format!("it is no JSON: {error}"))?;
        let entries = feed["version"].as_str().filter(|version| version.contains("jsonfeed.org/version/"));
        let Some(items) = entries.and(feed["items"].as_array()) else {
            return Err("it is JSON, but no JSON Feed".to_string());
        };
        let address = feed["feed_url"].as_str().map(str::to_string);
        return Ok(ReadHead { format: Format::Json, entries: items.len(), address });
    }
    match rss::Channel::read_from(BufReader::new(bytes)) {
        Ok(channel) => {
            let links = channel.atom_ext().map_or(&[][..], |extension| extension.links());
            Ok(ReadHead { format: Format::Rss, entries: channel.items.len(), address: own(links) })
        }
        Err(as_rss) => match atom_syndication::Feed::read_from(BufReader::new(bytes)) {
            Ok(feed) => Ok(ReadHead { format: Format::Atom, entries: feed.entries.len(), address: own(&feed.links) }),
            Err(as_atom) => Err(format!("it is neither RSS ({as_rss}) nor Atom ({as_atom})")),
        },
    }
}

fn of_rss(item: rss::Item) -> Option<ReadEntry> {
    let guid = item.guid.map(|guid| guid.value).filter(|guid| !guid.is_empty());
    let is_named = guid.is_some();
    let id = guid.or_else(|| item.link.clone())?;
    let published = item.pub_date.and_then(|date| DateTime::parse_from_rfc2822(date.trim()).ok());
    let html = item.content.or(item.description).unwrap_or_default();
    let title = item.title.unwrap_or_default();
    Some(ReadEntry { id, is_named, link: item.link, title, html, published, updated: None })
}

fn of_atom(entry: atom_syndication::Entry) -> ReadEntry {
    let link =
        entry.links.iter().find(|link| link.rel == "alternate").or(entry.links.first()).map(|link| link.href.clone());
    let text = entry.content.and_then(|content| content.value).or_else(|| entry.summary.map(|summary| summary.value));
    ReadEntry {
        id: entry.id,
        is_named: true,
        link,
        title: entry.title.value,
        html: text.unwrap_or_default(),
        published: entry.published,
        updated: Some(entry.updated),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_kinds_give_their_entries() {
        let rss = br#"<rss version="2.0"><channel><title>t</title><link>https://a.example/</link><description>d</description>
            <item><title>One</title><link>https://a.example/1</link><guid isPermaLink="false">g1</guid><pubDate>Thu, 05 Jun 2025 10:00:00 +0200</pubDate><description>text</description></item></channel></rss>"#;
        let read_rss = read(rss).unwrap();
        assert_eq!((read_rss[0].id.as_str(), read_rss[0].title.as_str()), ("g1", "One"));
        assert_eq!(read_rss[0].published.unwrap().to_rfc3339(), "2025-06-05T10:00:00+02:00");
        let atom = br#"<feed xmlns="http://www.w3.org/2005/Atom"><title>t</title><id>f</id><updated>2025-06-05T10:00:00Z</updated>
            <entry><title>Two</title><id>urn:x:2</id><updated>2025-06-06T10:00:00Z</updated><link href="https://a.example/2"/></entry></feed>"#;
        let read_atom = read(atom).unwrap();
        assert_eq!((read_atom[0].id.as_str(), read_atom[0].link.as_deref()), ("urn:x:2", Some("https://a.example/2")));
        assert!(read(b"<html></html>").unwrap_err().contains("neither RSS"));
    }
}
