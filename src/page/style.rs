//! Style sheets: one for the pages, one for feeds that a browser shows as XML.

use super::words::Words;
use crate::edition::Edition;

/// Where [`stylesheet`] stands, without the leading slash.
pub const STYLE_PATH: &str = "style.css";

/// The style sheet of all pages: light and dark, screen and paper.
pub fn stylesheet() -> &'static str {
    include_str!("../../templates/style.css")
}

/// The style sheet for feeds that are opened in a browser as XML, in the house's language.
///
/// Browsers apply it where the feed comes as `application/xml` or `text/xml`, as most web servers send a file named
/// `.xml`, through `<?xml-stylesheet type="text/css" href="…"?>`. Chromium shows `application/rss+xml` and
/// `application/atom+xml` as source text and asks for no style sheet; for a server that sends these, see
/// [`super::feed`].
pub fn feed_style(edition: &Edition) -> String {
    let words = Words::of(&edition.newsroom.language);
    include_str!("../../templates/feed.css")
        .replace("{feed}", words.feed)
        .replace("{what_a_feed_is}", words.what_a_feed_is)
        .replace("{address}", words.address)
}
