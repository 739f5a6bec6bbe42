//! Feeds: what independent parsers read of them is what was meant.

use std::path::Path;

use feedroom::edition::Edition;
use feedroom::feed::{self, Channel, Format, Shelf};

use crate::feed_edition::{edition, nasty};

/// Every feed document of an edition with its path on the site.
fn documents(edition: &Edition) -> Vec<(String, Vec<u8>)> {
    let mut documents =
        vec![("opml.xml".to_string(), feed::opml(edition)), ("sitemap.xml".to_string(), feed::sitemap(edition))];
    for topic in std::iter::once(None).chain((0..edition.topics.len()).map(Some)) {
        let (channel, _) = Channel::of(edition, topic, &Shelf::default());
        for channel in std::iter::once(&channel).chain(&channel.archive()) {
            let paths = Format::ALL.into_iter().filter_map(|format| Some((channel.path(format)?, format)));
            documents.extend(paths.map(|(path, format)| (path, format.render(channel))));
        }
    }
    documents
}

/// Writes the feeds of invented editions under `$FEEDROOM_FEEDS`, for `tests/clients/feeds.sh`.
#[test]
#[ignore = "writes files for tests/clients/feeds.sh"]
fn write_feeds() {
    let out = std::env::var("FEEDROOM_FEEDS").expect("FEEDROOM_FEEDS names a directory");
    for (name, edition) in [("plain", edition(170)), ("nasty", nasty()), ("none", edition(0))] {
        for (path, bytes) in documents(&edition) {
            let path = Path::new(&out).join(name).join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, bytes).unwrap();
        }
    }
}

#[test]
fn is_well_formed_whatever_goes_in() {
    for (path, bytes) in documents(&nasty()) {
        let text = std::str::from_utf8(&bytes).unwrap();
        if path.ends_with(".json") {
            serde_json::from_str::<serde_json::Value>(text).unwrap_or_else(|error| panic!("{path}: {error}"));
        } else {
            roxmltree::Document::parse(text).unwrap_or_else(|error| panic!("{path}: {error}\n{text}"));
        }
    }
}
