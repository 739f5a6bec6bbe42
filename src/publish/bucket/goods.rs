//! What a site is to a bucket: a key for each address, and for each key the bytes and what is told with them.

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;
use chrono::DateTime;
use rayon::prelude::*;

use super::manifest;
use super::plan::Wanted;
use crate::publish::names;
use crate::site::{Coding, Content, Encoded, Held, Resource, Site};

/// In which coding texts are kept. A bucket can't negotiate: every client gets the one that is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Stored {
    /// As they are, which every client understands; a CDN in front compresses.
    #[default]
    Plain,
    /// With gzip, for buckets without a CDN: a third of the bytes, for clients that decode it unasked.
    Gzip,
}

/// How long caches may keep what can change at its address.
const CHANGING: &str = "max-age=300, stale-while-revalidate=600";
/// What says that something is gone must not stay where something may come again.
const WITHDRAWN: &str = "no-cache";
const IMMUTABLE: &str = "max-age=31536000, immutable";

/// One object: what is told about it, and its bytes.
pub(super) struct Object {
    pub media_type: String,
    pub cache_control: &'static str,
    pub coding: Option<&'static str>,
    /// The strong validator of the bytes as rendered.
    pub etag: String,
    pub body: Body,
}

/// The bytes of an object.
pub(super) enum Body {
    Bytes(Bytes),
    /// A file beside a release, of this length.
    File(PathBuf, u64),
}

/// A site by keys.
pub(super) struct Goods {
    site: Arc<Site>,
    stored: Stored,
    /// The address of each key.
    addresses: BTreeMap<String, String>,
    /// Pages that lead on from former addresses.
    redirects: BTreeMap<String, Resource>,
}

impl Goods {
    /// The goods of a site; the error is an address that can't be a key.
    pub fn new(site: Arc<Site>, stored: Stored) -> Result<Self, String> {
        let redirects = names::redirects(&site);
        let mut addresses = BTreeMap::new();
        for address in redirects.keys().cloned().chain(site.paths()) {
            match names::file_name(&address).filter(|key| key != manifest::KEY) {
                Some(key) => addresses.insert(key, address),
                None => return Err(address),
            };
        }
        Ok(Self { site, stored, addresses, redirects })
    }

    /// The print of everything. What `known` tells of an address is taken; the rest is rendered, on all cores.
    pub fn wanted(&self, known: impl Fn(&str, &str) -> Option<String> + Sync) -> Wanted {
        let print = |(key, address): (&String, &String)| {
            let print = known(key, address).or_else(|| self.find(address).map(|found| self.object(&found).print()));
            Some((key.clone(), print?))
        };
        self.addresses.par_iter().filter_map(print).collect()
    }

    /// What is to stand under keys of withdrawn pages, of those for which there is a word.
    pub fn tombs<'k>(&self, keys: impl Iterator<Item = &'k String>) -> Wanted {
        keys.filter_map(|key| Some((key.clone(), self.tomb(key)?.print()))).collect()
    }

    /// The page that says that what stood under a key is withdrawn.
    pub fn tomb(&self, key: &str) -> Option<Object> {
        let page = self.site.gone(&address(key)).filter(|page| !page.is_empty())?.into_owned();
        let resource = Resource::new("text/html; charset=utf-8", page, DateTime::UNIX_EPOCH);
        Some(Object { cache_control: WITHDRAWN, ..self.object(&resource) })
    }

    /// What is to stand under a key, made now.
    pub fn take(&self, key: &str) -> Option<Object> {
        self.find(self.addresses.get(key)?).map(|found| self.object(&found))
    }

    fn find(&self, address: &str) -> Option<Held<'_>> {
        self.redirects.get(address).map(Held::Here).or_else(|| self.site.find(address))
    }

    fn object(&self, resource: &Resource) -> Object {
        let packed = self.stored == Stored::Gzip && resource.is_coded();
        let body = match resource.content() {
            // A body of its own: what the resource keeps would fill the memory with a big site's bodies.
            Content::Bytes(body) if packed => {
                Body::Bytes(Encoded::new(body.plain().clone()).coded(Coding::Gzip).clone())
            }
            Content::Bytes(body) => Body::Bytes(body.plain().clone()),
            Content::File { path, length, .. } => Body::File(path.clone(), *length),
        };
        Object {
            media_type: resource.media_type().to_string(),
            cache_control: if resource.is_immutable() { IMMUTABLE } else { CHANGING },
            coding: packed.then_some("gzip"),
            etag: resource.etag().to_string(),
            body,
        }
    }
}

impl Object {
    /// Bytes and what is told with them, in few letters: another print is another object.
    pub fn print(&self) -> String {
        let told = format!("{}\n{}\n{}", self.media_type, self.cache_control, self.coding.unwrap_or_default());
        format!("{}.{}", self.etag, &blake3::hash(told.as_bytes()).to_hex()[..8])
    }
}

impl Body {
    /// The bytes; a file that is no longer as long as the site knows it has changed since.
    pub fn read(self) -> io::Result<Bytes> {
        match self {
            Body::Bytes(bytes) => Ok(bytes),
            Body::File(path, length) => {
                let bytes = std::fs::read(path)?;
                if bytes.len() as u64 != length {
                    return Err(io::Error::other("it has changed since it was looked at"));
                }
                Ok(bytes.into())
            }
        }
    }
}

/// The address of a key.
pub(super) fn address(key: &str) -> String {
    match key.strip_suffix("index.html") {
        Some(folder) if folder.is_empty() || folder.ends_with('/') => format!("/{folder}"),
        _ => format!("/{key}"),
    }
}
