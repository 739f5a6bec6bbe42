//! Pages: the edition as HTML for people, and the style sheets that go with it.
//!
//! An edition goes in, documents come out. Links between pages are relative, so that a site looks the same on its
//! public host, on loopback and in a directory; addresses that people copy (feeds, canonical links, OpenGraph)
//! are absolute. No page holds a script, an inline style or anything from another host, so the strictest content
//! security policy fits. What is said around the releases is in the house's language where a table has it.
//!
//! An item's page depends on the newsroom, the topics' slugs and titles, and the item itself: nothing else of an
//! edition changes its bytes.

mod item;
mod listing;
mod notice;
mod style;
mod view;
mod words;

pub use item::item;
pub use listing::{feed, has_year, index, topic, year, years};
pub use notice::{gone, not_found};
pub use style::{STYLE_PATH, feed_style, stylesheet};
