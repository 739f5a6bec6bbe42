//! What stands at one address: bytes, validators, codings.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::time::SystemTime;

use ::http::{HeaderName, HeaderValue};
use bytes::Bytes;
use chrono::{DateTime, Utc};

use super::{Coding, Encoded};

/// What stands at one address.
#[derive(Debug, Clone)]
pub struct Resource {
    media_type: HeaderValue,
    content: Content,
    etag: String,
    etags: [HeaderValue; Coding::ALL.len()],
    last_modified: DateTime<Utc>,
    last_modified_header: HeaderValue,
    deltas: Option<Arc<Deltas>>,
    immutable: bool,
    headers: Vec<(HeaderName, HeaderValue)>,
    view: Option<Arc<View>>,
}

/// What has changed since earlier editions, made when somebody holds one of them.
struct Deltas {
    made: BTreeMap<String, OnceLock<Option<Encoded>>>,
    make: Box<Delta>,
}

/// Gives, for the validator of an earlier edition, what changed since.
type Delta = dyn Fn(&str) -> Option<Bytes> + Send + Sync;

/// What a browser is shown, made when the first one comes.
struct View {
    made: OnceLock<Resource>,
    make: Box<dyn Fn() -> Resource + Send + Sync>,
}

impl fmt::Debug for Deltas {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.made.keys()).finish()
    }
}

impl fmt::Debug for View {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.made.fmt(f)
    }
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
            deltas: None,
            immutable: false,
            headers: Vec::new(),
            view: None,
        }
    }

    /// With what has changed since earlier editions of this feed: `make` gives, for the earlier [`etag`](Self::etag) of
    /// one, a feed of only the new and changed items. One that is no smaller than the whole is none.
    pub fn with_deltas(
        mut self,
        etags: impl IntoIterator<Item = String>,
        make: impl Fn(&str) -> Option<Bytes> + Send + Sync + 'static,
    ) -> Self {
        let made = etags.into_iter().filter(|etag| *etag != self.etag).map(|etag| (etag, OnceLock::new()));
        let made: BTreeMap<_, _> = made.collect();
        self.deltas = (!made.is_empty()).then(|| Arc::new(Deltas { made, make: Box::new(make) }));
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
    pub fn with_view(mut self, make: impl Fn() -> Resource + Send + Sync + 'static) -> Self {
        self.view = Some(Arc::new(View { made: OnceLock::new(), make: Box::new(make) }));
        self
    }

    /// What a browser is shown in its place.
    pub fn view(&self) -> Option<&Resource> {
        self.view.as_deref().map(|view| view.made.get_or_init(&view.make))
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
        let deltas = self.deltas.as_deref()?;
        let smaller = |bytes: &Bytes| (bytes.len() as u64) < self.length();
        deltas.made.get(etag)?.get_or_init(|| (deltas.make)(etag).filter(smaller).map(Encoded::new)).as_ref()
    }

    /// Whether it has deltas at all.
    pub fn has_deltas(&self) -> bool {
        self.deltas.is_some()
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

    /// Takes over from a resource of before what compressed bodies it has, where the bytes are the same.
    pub(super) fn share(&mut self, old: &Resource) {
        if let (Content::Bytes(new), Content::Bytes(old), true) =
            (&mut self.content, &old.content, self.etag == old.etag)
        {
            new.take_over(old);
        }
    }

    /// Whether compression could save anything: the media type is one of text.
    fn is_text(&self) -> bool {
        let kind = self.media_type().split(';').next().unwrap_or_default();
        kind.starts_with("text/")
            || kind.ends_with("+xml")
            || kind.ends_with("+json")
            || matches!(kind, "application/xml" | "application/json" | "application/javascript")
    }
}

/// A header value of text that is ASCII by construction; what is not is left out.
pub(super) fn header(text: &str) -> HeaderValue {
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
    fn a_delta_no_smaller_than_the_whole_is_none() {
        let feed = Resource::new("application/atom+xml", "0123456789", at("2025-06-05T10:00:00Z"))
            .with_deltas(["old".into(), "older".into()], |etag| {
                Some(if etag == "old" { "123" } else { "0123456789" }.into())
            });
        assert!(feed.delta("old").is_some());
        assert!(feed.delta("older").is_none());
        assert!(feed.delta("other").is_none());
    }
}
