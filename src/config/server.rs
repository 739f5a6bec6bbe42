//! How the server treats its clients: TLS, proxies, limits, caching, and addresses of the past.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::ops::RangeInclusive;
use std::path::PathBuf;

use toml::de::DeTable;
use url::Url;

use super::mistake::{Mistake, Origin};
use super::resolve::Work;
use super::table::{Table, Value};
use crate::text::{percent_decode, percent_encode};

/// How the server treats its clients, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// Certificate and key, PEM files with which every TCP listener of the public site speaks TLS.
    pub tls: Option<(PathBuf, PathBuf)>,
    /// Proxies that are believed when they say for whom they ask: an address, and how many of its leading bits count.
    pub proxies: Vec<(IpAddr, u8)>,
    /// Seconds for which a cache may keep an answer.
    pub max_age: u32,
    /// Seconds for which answers may be kept at least, however often releases come.
    pub min_age: u32,
    /// Seconds for which it may go on with it while it fetches another.
    pub stale: u32,
    /// The header in which a cache is told what an answer is of, so that it can be told to forget just that.
    pub cache_tags: Option<&'static str>,
    /// Former addresses, decoded, and where each leads for good: a path of the site, or an absolute address.
    pub moved: BTreeMap<String, String>,
    /// Former addresses, decoded, at which nothing will ever be again.
    pub gone: BTreeSet<String>,
    /// What clients may take.
    pub limits: Limits,
}

/// What clients may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Connections at once.
    pub connections: u32,
    /// Bytes of a request's head.
    pub head_bytes: u32,
    /// Bytes of a request's address.
    pub address_bytes: u32,
    /// Seconds until a request's head is there.
    pub head_seconds: u32,
    /// Seconds between two requests of a connection.
    pub idle_seconds: u32,
    /// Seconds in which a client must take some of its answer.
    pub stall_seconds: u32,
    /// Seconds for the answers under way once the server is told to stop.
    pub stop_seconds: u32,
}

impl Limits {
    /// Every limit by its key.
    pub(super) fn each(&self) -> [(&'static str, u32); 7] {
        let values = [
            self.connections,
            self.head_bytes,
            self.address_bytes,
            self.head_seconds,
            self.idle_seconds,
            self.stall_seconds,
            self.stop_seconds,
        ];
        std::array::from_fn(|at| (LIMITS[at].0, values[at]))
    }
}

/// The words of `cache_tags`: the headers that caches know.
const CACHE_TAGS: [(&str, &str); 4] = [
    ("Surrogate-Key", "surrogate-key"),
    ("Cache-Tag", "cache-tag"),
    ("Edge-Cache-Tag", "edge-cache-tag"),
    ("xkey", "xkey"),
];

/// A header of `cache_tags` as it is written.
pub(super) fn cache_tags_word(header: &str) -> Option<&'static str> {
    CACHE_TAGS.iter().find(|(_, name)| *name == header).map(|(word, _)| *word)
}

/// Each limit: its key, its default and its range.
const LIMITS: [(&str, u32, RangeInclusive<u32>); 7] = [
    ("connections", 10_000, 1..=1_000_000),
    ("head_bytes", 32_768, 8_192..=1_048_576),
    ("address_bytes", 8_192, 1_024..=65_536),
    ("head_seconds", 10, 1..=600),
    ("idle_seconds", 60, 1..=3_600),
    ("stall_seconds", 20, 1..=600),
    ("stop_seconds", 20, 1..=600),
];

/// The tables `[server]` and `[limits]` as written, but for the listeners.
#[derive(Debug, Default)]
pub(super) struct Written {
    certificate: Option<Value<String>>,
    key: Option<Value<String>>,
    proxies: Vec<Value<String>>,
    min_age: Option<Value<u32>>,
    max_age: Option<Value<u32>>,
    stale: Option<Value<u32>>,
    cache_tags: Option<Value<&'static str>>,
    moved: Vec<(Value<String>, Value<String>)>,
    gone: Vec<Value<String>>,
    limits: [Option<Value<u32>>; LIMITS.len()],
}

impl Written {
    /// Reads its keys of `[server]`.
    pub(super) fn read(&mut self, table: &mut Table<'_, '_>) {
        self.certificate = table.filled("certificate");
        self.key = table.filled("key");
        self.proxies = table.strings("proxies").unwrap_or_default();
        self.min_age = table.integer("min_age_seconds", 0..=86_400);
        self.max_age = table.integer("max_age_seconds", 0..=86_400);
        self.stale = table.integer("stale_seconds", 0..=604_800);
        self.cache_tags = table.choice("cache_tags", &CACHE_TAGS);
        self.moved = table.pairs("moved");
        self.gone = table.strings("gone").unwrap_or_default();
    }

    /// Reads `[limits]`.
    pub(super) fn read_limits(&mut self, table: &DeTable<'_>, mistakes: &mut Vec<Mistake>) {
        let mut table = Table::new(table, "[limits]");
        self.limits = LIMITS.map(|(key, _, range)| table.integer(key, range));
        table.finish(mistakes);
    }

    /// Whether TCP listeners are meant to speak TLS.
    pub(super) fn is_secure(&self) -> bool {
        self.certificate.is_some() || self.key.is_some()
    }

    /// Checks all of it.
    pub(super) fn resolve(&self, work: &mut Work<'_, '_>) -> Server {
        let tls = self.tls(work);
        work.origin("server.proxies", self.proxies.first().map_or(&Origin::Default, |value| &value.origin));
        let proxies = self.proxies.iter().filter_map(|value| proxy(value, work)).collect();
        let min_age = work.plain("server.min_age_seconds", &self.min_age, 60);
        let max_age = work.plain("server.max_age_seconds", &self.max_age, 900);
        let stale = work.plain("server.stale_seconds", &self.stale, 600);
        let cache_tags = work.optional("server.cache_tags", &self.cache_tags);
        let (moved, gone) = self.former(work);
        let mut limit = |at: usize| work.plain(&format!("limits.{}", LIMITS[at].0), &self.limits[at], LIMITS[at].1);
        let limits = Limits {
            connections: limit(0),
            head_bytes: limit(1),
            address_bytes: limit(2),
            head_seconds: limit(3),
            idle_seconds: limit(4),
            stall_seconds: limit(5),
            stop_seconds: limit(6),
        };
        Server { tls, proxies, min_age, max_age, stale, cache_tags, moved, gone, limits }
    }

    fn tls(&self, work: &mut Work<'_, '_>) -> Option<(PathBuf, PathBuf)> {
        for (key, value) in [("server.certificate", &self.certificate), ("server.key", &self.key)] {
            work.origin(key, value.as_ref().map_or(&Origin::Default, |value| &value.origin));
        }
        match (&self.certificate, &self.key) {
            (Some(certificate), Some(key)) => Some((work.path(certificate), work.path(key))),
            (Some(lone), None) => {
                work.mistake(&lone.origin, "a certificate without its key", "add `key = \"…\"`");
                None
            }
            (None, Some(lone)) => {
                work.mistake(&lone.origin, "a key without its certificate", "add `certificate = \"…\"`");
                None
            }
            (None, None) => None,
        }
    }

    fn former(&self, work: &mut Work<'_, '_>) -> (BTreeMap<String, String>, BTreeSet<String>) {
        work.origin("server.moved", self.moved.first().map_or(&Origin::Default, |(from, _)| &from.origin));
        work.origin("server.gone", self.gone.first().map_or(&Origin::Default, |value| &value.origin));
        let mut moved = BTreeMap::new();
        for (from, to) in &self.moved {
            let (Some(key), Some(target)) = (address(from, work), target(to, work)) else { continue };
            moved.insert(key, target);
        }
        for (from, to) in &self.moved {
            if moved.contains_key(&decoded(&to.value)) {
                let message = format!("`{}` leads to `{}`, which leads elsewhere itself", from.value, to.value);
                work.mistake(&to.origin, message, "name the last address of the chain");
            }
        }
        let mut gone = BTreeSet::new();
        for value in &self.gone {
            let Some(key) = address(value, work) else { continue };
            if moved.contains_key(&key) {
                let message = format!("`{}` is in `moved` too", value.value);
                work.mistake(&value.origin, message, "take one of the two out");
            }
            gone.insert(key);
        }
        (moved, gone)
    }
}

/// An address or a network: `10.0.0.1`, `10.0.0.0/8`, `2001:db8::/32`.
fn proxy(value: &Value<String>, work: &mut Work<'_, '_>) -> Option<(IpAddr, u8)> {
    let (ip, bits) = value.value.split_once('/').map_or((value.value.as_str(), None), |(ip, bits)| (ip, Some(bits)));
    let read = ip.parse::<IpAddr>().ok().and_then(|ip| {
        let whole = if ip.is_ipv4() { 32 } else { 128 };
        let bits = bits.map_or(Some(whole), |bits| bits.parse().ok())?;
        (bits <= whole).then_some((ip, bits))
    });
    if read.is_none() {
        let message = format!("`{}` is no address of a proxy", value.value);
        work.mistake(&value.origin, message, "write an IP address, or a network such as `10.0.0.0/8`");
    }
    read
}

/// A former address: a path from the root of the host, perhaps with the query that it wants.
fn address(value: &Value<String>, work: &mut Work<'_, '_>) -> Option<String> {
    if value.value.starts_with('/') && !value.value.contains('#') {
        return Some(decoded(&value.value));
    }
    let message = format!("`{}` is no address of this site", value.value);
    work.mistake(&value.origin, message, "write what stands behind the host: `/feed/`, `/index.php?feed=rss2`");
    None
}

/// Where a former address leads.
fn target(value: &Value<String>, work: &mut Work<'_, '_>) -> Option<String> {
    let is_path = value.value.starts_with('/') && !value.value.starts_with("//") && !value.value.contains(['?', '#']);
    if is_path {
        return Some(percent_decode(&value.value));
    }
    match Url::parse(&value.value) {
        Ok(url) if matches!(url.scheme(), "http" | "https") => Some(url.into()),
        _ => {
            let message = format!("`{}` is nowhere to lead to", value.value);
            work.mistake(&value.origin, message, "write a path of this site such as `/rss.xml`, or `https://…`");
            None
        }
    }
}

/// With the path decoded, as addresses are looked up; a query is compared as it is.
fn decoded(address: &str) -> String {
    match address.split_once('?') {
        Some((path, query)) => format!("{}?{query}", percent_decode(path)),
        None => percent_decode(address),
    }
}

/// A decoded address as it is written in a configuration.
pub(super) fn encoded(address: &str) -> String {
    match address.split_once('?') {
        _ if !address.starts_with('/') => address.to_string(),
        Some((path, query)) => format!("{}?{query}", percent_encode(path)),
        None => percent_encode(address),
    }
}
