//! feedroom turns a folder of release files into RSS, Atom and JSON Feed per topic.
//!
//! One way through the house; arrows go right only:
//!
//! ```text
//!  folder ──► document ──► item ──► ledger ──► topic ──► feed, page ──► site ──► http
//!  scan       text         dating   identity   rules     rss atom json   URLs    directory
//!  watch      markdown     segments first seen edition   html opml       ETags
//! ```

// What every room needs; these import nothing of the house.
pub mod clock;
pub mod media;
pub mod problem;
pub mod text;

// The pure core, in the order of the flow.
pub mod date;
pub mod document;
pub mod edition;
pub mod feed;
pub mod item;
pub mod ledger;
pub mod page;
pub mod site;
pub mod topic;

// The edges: what touches the world.
pub mod cli;
pub mod config;
pub mod daemon;
pub mod folder;
pub mod http;
pub mod press;
pub mod publish;
