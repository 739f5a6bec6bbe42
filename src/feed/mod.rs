//! Feeds: what subscribers get of an edition, as RSS 2.0, Atom and JSON Feed 1.1, with their archives and deltas,
//! and the lists that lead there: OPML, sitemap, `robots.txt`.
//!
//! ```text
//!  Edition ──► Channel ──► rss, atom, json
//!     │          ├─ archive ──► Channel of each archive page ──► atom, json
//!     │          └─ since ────► Channel of what a client lacks ─► rss, atom, json
//!     └──────► opml, sitemap, robots
//! ```
//!
//! A [`Channel`] decides what a feed holds; the formats only write it down, so all three say the same. The room is
//! pure: the same edition gives the same bytes. It knows nothing of HTTP, of files, or of the ledger; what must be
//! remembered between editions passes through as [`Shelf`] and as the pairs of [`Channel::holdings`].

mod archive;
mod atom;
mod channel;
mod delta;
mod format;
mod json;
mod opml;
mod read;
mod rhythm;
mod rss;
mod sitemap;
mod size;
mod standing;
mod style;

pub use archive::{Layout, PAGE, Shelf, Stack};
pub use atom::atom;
pub use channel::{Channel, Entry, Place, WINDOW};
pub use json::json;
pub use opml::opml;
pub use read::{ReadEntry, ReadHead, read, read_head};
pub use rhythm::Rhythm;
pub use rss::rss;
pub use sitemap::{robots, sitemap};
pub use size::LIMIT;
pub use standing::Standing;
pub use style::STYLE_PATH;

use standing::{Frame, Uses};

/// What feeds say that they were made by. Without a version: a new one would change every page of every archive.
const GENERATOR: &str = "feedroom";

/// The formats of a feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Format {
    /// RSS 2.0.
    Rss,
    /// Atom (RFC 4287).
    Atom,
    /// JSON Feed 1.1.
    Json,
}

impl Format {
    /// All of them.
    pub const ALL: [Format; 3] = [Format::Rss, Format::Atom, Format::Json];

    /// The media type, without its charset.
    pub fn media_type(self) -> &'static str {
        match self {
            Format::Rss => "application/rss+xml",
            Format::Atom => "application/atom+xml",
            Format::Json => "application/feed+json",
        }
    }

    /// The media type with its charset.
    pub fn content_type(self) -> &'static str {
        match self {
            Format::Rss => "application/rss+xml; charset=utf-8",
            Format::Atom => "application/atom+xml; charset=utf-8",
            Format::Json => "application/feed+json; charset=utf-8",
        }
    }

    /// The name of the file in its topic's folder.
    pub fn file_name(self) -> &'static str {
        match self {
            Format::Rss => "rss.xml",
            Format::Atom => "atom.xml",
            Format::Json => "feed.json",
        }
    }

    /// The feed in this format, UTF-8.
    pub fn render(self, channel: &Channel<'_>) -> Vec<u8> {
        match self {
            Format::Rss => rss(channel),
            Format::Atom => atom(channel),
            Format::Json => json(channel),
        }
    }

    /// One entry as it stands in the channel's feed, and the namespaces that it uses.
    fn entry(self, channel: &Channel<'_>, entry: &Entry<'_>) -> (String, Uses) {
        match self {
            Format::Rss => rss::entry_alone(channel, entry),
            Format::Atom => atom::entry_alone(channel, entry),
            Format::Json => (json::entry_alone(channel, entry), Uses::default()),
        }
    }

    /// What stands around the entries of the channel's feed, which use these namespaces.
    fn frame(self, channel: &Channel<'_>, uses: Uses) -> Frame {
        match self {
            Format::Rss => rss::frame(channel, uses),
            Format::Atom => atom::frame(channel, uses),
            Format::Json => json::frame(channel),
        }
    }
}
