//! The site: every public address of an edition and what stands there. Immutable once built.
//!
//! `generate` writes it, `serve` answers from it; both build the very same one. Everything that a request would
//! otherwise have to work out is made here once: the validators as header values, and on first use the
//! compressed bodies, which a rebuilt site takes over from its predecessor where nothing changed.

mod build;
mod encoded;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::SystemTime;

use ::http::{HeaderName, HeaderValue};
use bytes::Bytes;
use chrono::{DateTime, Utc};

pub use crate::feed::Shelf;
pub use build::{Asset, Built, Holdings, Materials, Parts, build};
pub use encoded::{Coding, Encoded};

/// Every public address and what stands there, by path with its leading slash (`/`, `/rss.xml`, `/items/x/`).
///
/// Paths are kept decoded: a file `my report.pdf` stands at `/assets/my report.pdf`, and a request for
/// `/assets/my%20report.pdf` finds it.
#[derive(Debug, Clone, Default)]
pub struct Site {
    /// What is there.
    pub resources: BTreeMap<String, Resource>,
    /// Paths that were there and are withdrawn, with the HTML page that says so: `410 Gone`.
    pub gone: BTreeMap<String, Bytes>,
    /// Former paths and where they lead now, a path of this site or an absolute URL: `301`. A key may carry a
    /// query (`/?feed=rss2`), as the addresses of other publishing systems do; it then wants that very query.
    pub moved: BTreeMap<String, String>,
    /// The HTML page for an address where nothing stands; empty for a line of plain text.
    pub not_found: Bytes,
    /// The path of the public base address without its last slash: `/news` for `https://example.org/news/`,
    /// empty for `https://example.org/`. Redirects lead below it, and requests may come with it or without.
    pub prefix: String,
    /// How long answers may be kept.
    pub freshness: Freshness,
}

impl Site {
    /// Everything that may be sent, under names that are unique: the path of what stands there, and `path#view` of
    /// what a browser is shown in its place.
    pub fn representations(&self) -> impl Iterator<Item = (String, &Resource)> {
        self.resources.iter().flat_map(|(path, resource)| {
            let view = resource.view().map(|view| (Self::view_of(path), view));
            std::iter::once((path.clone(), resource)).chain(view)
        })
    }

    /// The name of what a browser is shown in the place of what stands at a path.
    fn view_of(path: &str) -> String {
        format!("{path}#view")
    }

    /// Takes over from the site before every resource that is the same to the byte, and with it the compressed
    /// bodies already made. Say it before the swap; it changes no answer, only what the first one costs.
    pub fn take_over(&mut self, before: &Site) {
        for (path, resource) in &mut self.resources {
            if let Some(old) = before.resources.get(path) {
                resource.take_over(old);
            }
        }
    }

    /// Makes every compressed body that is not made yet. Takes about 10 ms of one core for a feed of 150 kB; meant
    /// for a background thread right after the swap, so that no subscriber waits for it.
    pub fn warm(&self) {
        for (_, resource) in self.representations() {
            if let (Content::Bytes(body), true) = (&resource.content, resource.is_coded()) {
                body.warm();
            }
        }
    }
}

/// What stands at one address.
#[derive(Debug, Clone)]
pub struct Resource {
    media_type: HeaderValue,
    content: Content,
    etag: String,
    etags: [HeaderValue; Coding::ALL.len()],
    last_modified: DateTime<Utc>,
    last_modified_header: HeaderValue,
    deltas: BTreeMap<String, Encoded>,
    immutable: bool,
    headers: Vec<(HeaderName, HeaderValue)>,
    view: Option<Box<Resource>>,
}

/// Bytes in memory, or a file beside a release.
#[derive(Debug, Clone)]
pub enum Content {
    /// Rendered here.
    Bytes(Encoded),
    /// An asset, sent from the disk.
    File {
        /// Where it lies: absolute, without symbolic links.
        path: PathBuf,
        /// Its length in bytes when the site was built.
        length: u64,
        /// When it was last written to, as the site's builder saw it: a file that has changed since is sent without
        /// the validators made for the former one.
        modified: Option<SystemTime>,
    },
}

impl Resource {
    /// Bytes rendered here. The strong validator is a hash of them (BLAKE3, 128 bits), so it is the same after a
    /// restart and on another machine. `last_modified` loses its fraction of a second.
    pub fn new(media_type: &str, bytes: impl Into<Bytes>, last_modified: DateTime<Utc>) -> Self {
        Self::dated(media_type, bytes, |_| last_modified)
    }

    /// The same, with a last change that depends on the validator: as long as that stays, nothing has changed.
    pub fn dated(media_type: &str, bytes: impl Into<Bytes>, last_modified: impl FnOnce(&str) -> DateTime<Utc>) -> Self {
        let bytes = bytes.into();
        let etag = blake3::hash(&bytes).to_hex()[..32].to_string();
        let last_modified = last_modified(&etag);
        Self::with(media_type, Content::Bytes(Encoded::new(bytes)), etag, last_modified)
    }

    /// A file, with the validator that its builder gives it: letters and digits, different whenever the bytes are.
    pub fn file(
        media_type: &str,
        path: impl Into<PathBuf>,
        length: u64,
        modified: Option<SystemTime>,
        etag: &str,
        last_modified: DateTime<Utc>,
    ) -> Self {
        let etag = etag.chars().filter(char::is_ascii_alphanumeric).collect();
        Self::with(media_type, Content::File { path: path.into(), length, modified }, etag, last_modified)
    }

    fn with(media_type: &str, content: Content, etag: String, last_modified: DateTime<Utc>) -> Self {
        let etags = Coding::ALL.map(|coding| header(&format!("\"{etag}{}\"", coding.suffix())));
        let last_modified = DateTime::from_timestamp(last_modified.timestamp(), 0).unwrap_or_default();
        let last_modified_header = header(&last_modified.format("%a, %d %b %Y %H:%M:%S GMT").to_string());
        let media_type = header(media_type);
        Self {
            media_type,
            content,
            etag,
            etags,
            last_modified,
            last_modified_header,
            deltas: BTreeMap::new(),
            immutable: false,
            headers: Vec::new(),
            view: None,
        }
    }

    /// With what has changed since earlier editions of this feed: by the earlier [`etag`](Self::etag), a feed of
    /// only the new and changed items. One that is no smaller than the whole is left out.
    pub fn with_deltas(mut self, deltas: impl IntoIterator<Item = (String, Bytes)>) -> Self {
        let whole = self.length();
        self.deltas = deltas
            .into_iter()
            .filter(|(etag, bytes)| (bytes.len() as u64) < whole && *etag != self.etag)
            .map(|(etag, bytes)| (etag, Encoded::new(bytes)))
            .collect();
        self
    }

    /// Never to change at this address: its name holds a hash of its bytes.
    pub fn immutable(mut self) -> Self {
        self.immutable = true;
        self
    }

    /// With a further header wherever it is sent: `Link` to a hub (WebSub), `Surrogate-Key` or `Cache-Tag` for a CDN.
    /// A name may come several times; one that is no header's name is left out.
    pub fn with_header(mut self, name: &str, value: &str) -> Self {
        if let Ok(name) = HeaderName::from_bytes(name.as_bytes()) {
            self.headers.push((name, header(value)));
        }
        self
    }

    /// With a page that a browser is shown which navigates to this address: another representation of the same, with
    /// validators of its own.
    pub fn with_view(mut self, view: Resource) -> Self {
        self.view = Some(Box::new(view));
        self
    }

    /// What a browser is shown in its place.
    pub fn view(&self) -> Option<&Resource> {
        self.view.as_deref()
    }

    /// The further headers.
    pub fn headers(&self) -> &[(HeaderName, HeaderValue)] {
        &self.headers
    }

    /// The media type with its charset.
    pub fn media_type(&self) -> &str {
        self.media_type.to_str().unwrap_or_default()
    }

    /// The media type as a header value.
    pub fn media_type_header(&self) -> &HeaderValue {
        &self.media_type
    }

    /// The bytes, or the file that holds them.
    pub fn content(&self) -> &Content {
        &self.content
    }

    /// The length of the whole in bytes, uncompressed.
    pub fn length(&self) -> u64 {
        match &self.content {
            Content::Bytes(body) => body.plain().len() as u64,
            Content::File { length, .. } => *length,
        }
    }

    /// Strong validator of the identity coding, without quotes.
    pub fn etag(&self) -> &str {
        &self.etag
    }

    /// The strong validator of one coding as it stands in `ETag`, quotes included.
    pub fn etag_header(&self, coding: Coding) -> &HeaderValue {
        &self.etags[coding as usize]
    }

    /// When this representation last changed; whole seconds.
    pub fn last_modified(&self) -> DateTime<Utc> {
        self.last_modified
    }

    /// The same as it stands in `Last-Modified`.
    pub fn last_modified_header(&self) -> &HeaderValue {
        &self.last_modified_header
    }

    /// What changed since the edition with that etag (without quotes and suffix).
    pub fn delta(&self, etag: &str) -> Option<&Encoded> {
        self.deltas.get(etag)
    }

    /// Whether it has deltas at all.
    pub fn has_deltas(&self) -> bool {
        !self.deltas.is_empty()
    }

    /// Whether it never changes at this address.
    pub fn is_immutable(&self) -> bool {
        self.immutable
    }

    /// Whether it is a page for people: HTML, of whatever origin.
    pub fn is_page(&self) -> bool {
        let kind = self.media_type();
        kind.starts_with("text/html") || kind.starts_with("application/xhtml")
    }

    /// Whether it is a feed that readers subscribe to.
    pub fn is_feed(&self) -> bool {
        let kind = self.media_type().split(';').next().unwrap_or_default();
        matches!(kind, "application/rss+xml" | "application/atom+xml" | "application/feed+json")
    }

    /// Whether it is offered compressed: text rendered here, long enough that compression saves a packet.
    pub fn is_coded(&self) -> bool {
        const WORTHWHILE: usize = 1000;
        matches!(&self.content, Content::Bytes(body) if body.plain().len() >= WORTHWHILE) && self.is_text()
    }

    /// Whether compression could save anything: the media type is one of text.
    fn is_text(&self) -> bool {
        let kind = self.media_type().split(';').next().unwrap_or_default();
        kind.starts_with("text/")
            || kind.ends_with("+xml")
            || kind.ends_with("+json")
            || matches!(kind, "application/xml" | "application/json" | "application/javascript")
    }

    fn take_over(&mut self, old: &Resource) {
        if let (Content::Bytes(new), Content::Bytes(old)) = (&mut self.content, &old.content) {
            new.take_over(old);
        }
        if let (Some(new), Some(old)) = (&mut self.view, &old.view) {
            new.take_over(old);
        }
        for (etag, delta) in &mut self.deltas {
            if let Some(old) = old.deltas.get(etag) {
                delta.take_over(old);
            }
        }
    }
}

/// How long answers may be kept by readers and caches (RFC 9111, RFC 5861).
#[derive(Debug, Clone)]
pub struct Freshness {
    max_age: u32,
    stale_while_revalidate: u32,
    until: Option<DateTime<Utc>>,
    ready: HeaderValue,
}

impl Freshness {
    /// `max_age` and `stale_while_revalidate` in seconds; `until` is when the next release opens or expires, past
    /// which nothing may be kept.
    pub fn new(max_age: u32, stale_while_revalidate: u32, until: Option<DateTime<Utc>>) -> Self {
        let ready = match stale_while_revalidate {
            0 => format!("max-age={max_age}"),
            stale => format!("max-age={max_age}, stale-while-revalidate={stale}"),
        };
        Self { max_age, stale_while_revalidate, until, ready: header(&ready) }
    }

    /// When the next release opens or expires.
    pub fn until(&self) -> Option<DateTime<Utc>> {
        self.until
    }

    /// The same end, and other times until then.
    pub fn lasting(&self, max_age: u32, stale_while_revalidate: u32) -> Self {
        Self::new(max_age, stale_while_revalidate, self.until)
    }

    /// `Cache-Control` of an answer given at `now`.
    pub fn cache_control(&self, now: DateTime<Utc>) -> HeaderValue {
        let Some(until) = self.until else { return self.ready.clone() };
        let left = (until - now).num_seconds().clamp(0, i64::from(u32::MAX)) as u32;
        if u64::from(left) >= u64::from(self.max_age) + u64::from(self.stale_while_revalidate) {
            return self.ready.clone();
        }
        let max_age = left.min(self.max_age);
        Self::new(max_age, left - max_age, None).ready
    }
}

/// Five minutes, and stale for ten more while it is fetched anew.
impl Default for Freshness {
    fn default() -> Self {
        Self::new(300, 600, None)
    }
}

/// A header value of text that is ASCII by construction; what is not is left out.
fn header(text: &str) -> HeaderValue {
    let ascii: String = text.chars().filter(|c| matches!(c, ' '..='~')).collect();
    HeaderValue::from_str(&ascii).expect("printable ASCII is a header value")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn validators_come_from_the_bytes_alone() {
        let one = Resource::new("text/plain", "a", at("2025-06-05T10:00:00.9Z"));
        let two = Resource::new("text/html", "a", at("2026-01-01T00:00:00Z"));
        assert_eq!(one.etag(), two.etag());
        assert_ne!(one.etag(), Resource::new("text/plain", "b", one.last_modified()).etag());
        assert_eq!(one.etag_header(Coding::Gzip), &format!("\"{}-gz\"", one.etag()));
        assert_eq!(one.last_modified_header(), "Thu, 05 Jun 2025 10:00:00 GMT");
        assert_eq!(one.last_modified(), at("2025-06-05T10:00:00Z"));
    }

    #[test]
    fn nothing_is_kept_past_the_next_opening() {
        let now = at("2025-06-05T10:00:00Z");
        let opens = |seconds| Some(now + chrono::TimeDelta::seconds(seconds));
        for (until, want) in [
            (None, "max-age=300, stale-while-revalidate=600"),
            (opens(5000), "max-age=300, stale-while-revalidate=600"),
            (opens(400), "max-age=300, stale-while-revalidate=100"),
            (opens(100), "max-age=100"),
            (opens(0), "max-age=0"),
            (opens(-5), "max-age=0"),
        ] {
            assert_eq!(Freshness::new(300, 600, until).cache_control(now), want, "{until:?}");
        }
    }

    #[test]
    fn a_delta_no_smaller_than_the_whole_is_none() {
        let feed = Resource::new("application/atom+xml", "0123456789", at("2025-06-05T10:00:00Z"))
            .with_deltas([("old".into(), "123".into()), ("older".into(), "0123456789".into())]);
        assert!(feed.delta("old").is_some());
        assert!(feed.delta("older").is_none());
    }
}
