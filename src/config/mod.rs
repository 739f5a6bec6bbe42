//! Configuration: one TOML file, the environment and the command line become plain values that other rooms take.
//!
//! The file is read into what was written (`file`), everything is checked at once (`resolve`), and what comes
//! out is a [`Settings`] in which nothing is left to doubt: addresses parse, globs compile, slugs are slugs, topics
//! name topics that exist. All mistakes are reported together, each with its line shown and marked. Only `daemon`
//! and `cli` import this room.

mod address;
mod file;
mod log;
mod mistake;
mod outside;
mod render;
mod resolve;
mod search;
mod server;
mod table;
mod topics;

use std::collections::BTreeMap;
use std::path::PathBuf;

use chrono_tz::Tz;

pub use address::{Listen, Scheme};
pub use file::Overrides;
pub use log::{Log, LogFormat};
pub use mistake::{Colour, ConfigError};
pub use render::render;
pub use search::{for_folder, is_anywhere, load};
pub use server::{Limits, Server};
pub use topics::topics_of;

use crate::date::DateOrder;
use crate::{edition, folder, publish, topic};

/// Everything that can be set, checked.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// The house: what stands in every feed's head.
    pub newsroom: edition::Newsroom,
    /// The folders that releases are read from; at least one.
    pub folders: Vec<Folder>,
    /// The topics as configured, in the order of the file; empty: each subfolder is a topic (see [`topics_of`]).
    pub topics: Vec<(edition::Topic, topic::Rule)>,
    /// Where the public site is served; at least one address.
    pub listen: Vec<Listen>,
    /// Where health, metrics and status are served; `None`: nowhere.
    pub admin: Option<Listen>,
    /// How the server treats its clients.
    pub server: Server,
    /// How folders are watched.
    pub watch: Watch,
    /// What the daemon writes about itself.
    pub log: Log,
    /// Where the ledger lives.
    pub state_dir: PathBuf,
    /// Where `generate` writes.
    pub output_dir: PathBuf,
    /// The bucket that the site is published to; `None`: to none.
    pub bucket: Option<publish::bucket::Settings>,
    /// How a CDN is told what to forget; `None`: no CDN is.
    pub purge: Option<publish::purge::Settings>,
    /// The file these settings were read from.
    pub file: Option<PathBuf>,
    /// Where each value came from, by its dotted key (`server.listen`, `topic[0].window`): `default`,
    /// `feedroom.toml:12`, `$FEEDROOM_LISTEN`, `--listen`.
    pub origins: BTreeMap<String, String>,
}

/// A folder of releases and how its files are to be understood.
#[derive(Debug, Clone, PartialEq)]
pub struct Folder {
    /// Which files.
    pub folder: folder::Settings,
    /// The zone in which a date without one is meant.
    pub time_zone: Tz,
    /// BCP 47 language of its releases where it differs from the house's.
    pub language: Option<String>,
    /// The order of numeric dates; `None`: as the files themselves prove it.
    pub date_order: Option<DateOrder>,
}

/// How folders are watched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Watch {
    /// Whether the kernel's events are used.
    pub mode: WatchMode,
    /// Seconds between two looks where events don't come; 1 to 3,600.
    pub poll_seconds: u32,
    /// Minutes between two full looks, which catch whatever was lost; 1 to 10,080.
    pub full_look_minutes: u32,
    /// Whether a change of the configuration file takes effect at once, without a SIGHUP.
    pub configuration: bool,
}

/// Whether the kernel's events are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WatchMode {
    /// Events, and polling where they don't come: network file systems, no watches left.
    Auto,
    /// Polling only.
    Poll,
}
