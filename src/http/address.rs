//! From the target of a request to what stands there: one decoding, no way out, one address for each thing.

use std::borrow::Cow;

use bytes::Bytes;
use hyper::Uri;

use crate::site::{Held, Site};

/// What an address leads to.
#[derive(Debug, Clone)]
pub enum Found<'a> {
    /// A resource, asked for by its own address.
    Here(Held<'a>),
    /// Something at another address: the value of `Location`.
    Elsewhere(String),
    /// Withdrawn; the page that says so.
    Gone(Cow<'a, Bytes>),
    /// Nothing.
    Missing,
    /// Not an address: a broken percent sign.
    Malformed,
}

/// Looks an address up. Whoever asks for the address itself pays one look; every other spelling (dot segments,
/// doubled or missing slashes, `index.html`) is led to the one address (RFC 3986, section 6.2.2), never served twice.
///
/// Nothing of the request ever reaches the file system: an address is a key or it is nothing.
pub fn find<'a>(site: &'a Site, uri: &Uri) -> Found<'a> {
    let raw = uri.path();
    if let Some(resource) = site.find(raw) {
        return Found::Here(resource);
    }
    let below = raw.strip_prefix(site.prefix.as_str()).filter(|rest| rest.is_empty() || rest.starts_with('/'));
    let raw = if site.prefix.is_empty() { raw } else { below.unwrap_or(raw) };
    let address = match decode(raw) {
        Decoded::Address(address) => address,
        Decoded::Impossible => return Found::Missing,
        Decoded::Malformed => return Found::Malformed,
    };
    look_up(site, &address, uri.query())
}

/// The key at which a resource that was found stands, for counting and for caches.
pub fn key<'a>(site: &Site, uri: &'a Uri) -> Option<Cow<'a, str>> {
    let raw = uri.path();
    let below = raw.strip_prefix(site.prefix.as_str()).unwrap_or(raw);
    if let Some(path) = [raw, below].into_iter().find(|path| site.holds(path)) {
        return Some(path.into());
    }
    // A name with letters that a URI can't hold comes encoded.
    match decode(below) {
        Decoded::Address(address) if !address.odd && site.holds(&address.path) => Some(address.path.into()),
        _ => None,
    }
}

fn look_up<'a>(site: &'a Site, address: &Address, query: Option<&str>) -> Found<'a> {
    let path = address.path.as_str();
    let elsewhere = |path: &str| {
        let query = query.map(|query| format!("?{query}")).unwrap_or_default();
        Found::Elsewhere(format!("{}{}{query}", site.prefix, encode(path)))
    };
    if let Some(resource) = site.find(path) {
        return if address.odd { elsewhere(path) } else { Found::Here(resource) };
    }
    if let Some(folder) = path.strip_suffix("index.html").filter(|folder| folder.ends_with('/'))
        && site.holds(folder)
    {
        return elsewhere(folder);
    }
    let other = match path.strip_suffix('/') {
        Some(file) => file.to_string(),
        None => format!("{path}/"),
    };
    if site.holds(&other) {
        return elsewhere(&other);
    }
    let with_query = query.map(|query| format!("{path}?{query}"));
    let moved = with_query.as_deref().and_then(|key| site.moved_to(key)).or_else(|| site.moved_to(path));
    if let Some(target) = moved.or_else(|| site.moved_to(&other)) {
        let prefix = if target.starts_with('/') { site.prefix.as_str() } else { "" };
        return Found::Elsewhere(format!("{prefix}{}", encode(target)));
    }
    match site.gone(path).or_else(|| site.gone(&other)) {
        Some(page) => Found::Gone(page),
        None => Found::Missing,
    }
}

/// A decoded path in its one spelling, and whether it came in another.
struct Address {
    path: String,
    odd: bool,
}

enum Decoded {
    Address(Address),
    /// Well formed, and no address of any site: bytes that are no text, or a separator in disguise.
    Impossible,
    Malformed,
}

/// Decodes each segment once, then drops `.`, `..` (not above the root) and empty segments.
fn decode(raw: &str) -> Decoded {
    let mut asked = String::with_capacity(raw.len() + 1);
    let mut kept: Vec<String> = Vec::new();
    let mut folder = false;
    for raw in raw.strip_prefix('/').unwrap_or(raw).split('/') {
        let segment = match decode_segment(raw) {
            Ok(segment) => segment,
            Err(decoded) => return decoded,
        };
        asked.push('/');
        asked.push_str(&segment);
        folder = matches!(segment.as_str(), "" | "." | "..");
        match segment.as_str() {
            "" | "." => {}
            ".." => drop(kept.pop()),
            _ => kept.push(segment),
        }
    }
    let mut path: String = kept.iter().flat_map(|segment| ["/", segment]).collect();
    if folder {
        path.push('/');
    }
    let odd = !raw.starts_with('/') || path != asked;
    Decoded::Address(Address { path, odd })
}

fn decode_segment(raw: &str) -> Result<String, Decoded> {
    let mut bytes = Vec::with_capacity(raw.len());
    let mut rest = raw.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let digits = rest.first_chunk::<2>().and_then(|pair| Some((hex(pair[0])?, hex(pair[1])?)));
        let Some((high, low)) = digits else { return Err(Decoded::Malformed) };
        bytes.push(high << 4 | low);
        rest = &rest[2..];
    }
    match String::from_utf8(bytes) {
        Ok(text) if !text.contains(|c: char| c == '/' || c == '\\' || c.is_control()) => Ok(text),
        _ => Err(Decoded::Impossible),
    }
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).map(|value| value as u8)
}

/// A path or URL as it may stand in `Location`: what a URI can't hold is percent-encoded, what is already encoded
/// in a configured URL stays. Decoded paths of the site have their `%`, `?` and `#` encoded.
fn encode(target: &str) -> String {
    let path = target.starts_with('/');
    let mut out = String::with_capacity(target.len());
    for byte in target.bytes() {
        let plain = match byte {
            b'%' | b'?' | b'#' => !path,
            b'"' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}' => false,
            byte => byte.is_ascii_graphic(),
        };
        if plain {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}
