//! The site: every public address of an edition and what stands there. Immutable once built.
//!
//! `generate` writes it, `serve` answers from it; both build the very same one.

use std::collections::BTreeMap;
use std::path::PathBuf;

use bytes::Bytes;
use chrono::{DateTime, Utc};

/// Every public address and what stands there, by path with its leading slash (`/`, `/rss.xml`, `/items/x/`).
#[derive(Debug, Clone, Default)]
pub struct Site {
    /// What is there.
    pub resources: BTreeMap<String, Resource>,
    /// Paths that were there and are withdrawn: `410 Gone`.
    pub gone: BTreeMap<String, Bytes>,
    /// Former paths and where they lead now: `301`.
    pub moved: BTreeMap<String, String>,
}

/// What stands at one address.
#[derive(Debug, Clone)]
pub struct Resource {
    /// The media type with its charset.
    pub media_type: String,
    /// The bytes, or the file that holds them.
    pub content: Content,
    /// Strong validator of the identity coding, without quotes: a hash of the bytes.
    pub etag: String,
    /// When this representation last changed; whole seconds.
    pub last_modified: DateTime<Utc>,
}

/// Bytes in memory, or a file beside a release.
#[derive(Debug, Clone)]
pub enum Content {
    /// Rendered here.
    Bytes(Bytes),
    /// An asset, sent from the disk.
    File {
        /// Where it lies.
        path: PathBuf,
        /// Its length in bytes.
        length: u64,
    },
}
