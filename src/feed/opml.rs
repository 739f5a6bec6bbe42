//! OPML 2.0: all feeds of the house in one subscription list.

use super::{Channel, Format, format};
use crate::edition::Edition;
use crate::text::escape;

/// The subscription list: the feed of all topics, then one outline a topic in the configured order, UTF-8.
///
/// `xmlUrl` is the Atom feed, the one that tells of withdrawals; `type` is `rss` for any kind of feed (OPML 2.0,
/// "Subscription lists"). `dateModified` comes from the items.
pub fn opml(edition: &Edition) -> Vec<u8> {
    let house = &edition.newsroom;
    let outlines: Vec<Channel<'_>> = std::iter::once(None)
        .chain((0..edition.topics.len()).map(Some))
        .map(|topic| Channel::head(edition, topic))
        .collect();
    let all = &outlines[0];
    let owner = all.house();

    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<opml version=\"2.0\">\n<head>\n");
    let mut head = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            xml.push_str(&format!("<{name}>{}</{name}>\n", escape(&value)));
        }
    };
    head("title", Some(all.title()));
    head("dateModified", edition.items.iter().map(|item| item.updated).max().map(format::rfc822));
    head("ownerName", Some(owner.name));
    head("ownerEmail", owner.email);
    head("ownerId", Some(format::uri(&house.base_url).into_owned()));
    head("docs", Some("http://opml.org/spec2.opml".to_string()));
    xml.push_str("</head>\n<body>\n");
    for channel in &outlines {
        let title = channel.topic.map_or_else(|| channel.title(), |topic| format::title(&topic.title));
        let attributes = [
            ("text", Some(title.clone())),
            ("title", Some(title)),
            ("description", Some(channel.description())),
            ("language", channel.language().map(str::to_string)),
            ("xmlUrl", Some(channel.current(Format::Atom))),
            ("htmlUrl", Some(channel.home())),
        ];
        xml.push_str("<outline type=\"rss\"");
        for (name, value) in attributes {
            if let Some(value) = value {
                xml.push_str(&format!(" {name}=\"{}\"", escape(&value)));
            }
        }
        xml.push_str("/>\n");
    }
    xml.push_str("</body>\n</opml>\n");
    xml.into_bytes()
}
