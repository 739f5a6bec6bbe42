//! Preconditions (RFC 9110, section 13): whether a client's copy still stands, and which of our codings it holds.

use chrono::{DateTime, Utc};
use hyper::header::{HeaderMap, HeaderName, IF_MATCH, IF_MODIFIED_SINCE, IF_NONE_MATCH, IF_RANGE, IF_UNMODIFIED_SINCE};

use crate::site::{Coding, Resource};

/// What the preconditions of a request come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// They hold, or there are none: answer in full.
    Proceed,
    /// The client's copy still stands: `304`, naming the coding that it holds.
    NotModified(Coding),
    /// `If-Match` or `If-Unmodified-Since` fails: `412`.
    Failed,
}

/// The verdict, in the order of RFC 9110, section 13.2.2.
///
/// `selected` is the coding that would be sent, `accepted` tells which others the client takes. A client that
/// already holds one of those, whichever, is served best with that one: for such a request it is the selected
/// representation, so its tag counts.
pub fn judge(headers: &HeaderMap, resource: &Resource, selected: Coding, accepted: impl Fn(Coding) -> bool) -> Verdict {
    if headers.contains_key(IF_MATCH) {
        let strong =
            |tag: &Tag<'_>| !tag.weak && tag.quoted && coding_of(tag.opaque, resource.etag()).is_some_and(&accepted);
        if !tags(headers, IF_MATCH).any(|tag| tag.is_any() || strong(&tag)) {
            return Verdict::Failed;
        }
    } else if date(headers, IF_UNMODIFIED_SINCE).is_some_and(|since| resource.last_modified() > since) {
        return Verdict::Failed;
    }
    if headers.contains_key(IF_NONE_MATCH) {
        let mut held = None;
        for tag in tags(headers, IF_NONE_MATCH) {
            match tag.is_any().then_some(selected).or_else(|| coding_of(tag.stem(), resource.etag())) {
                Some(coding) if coding == selected => return Verdict::NotModified(selected),
                Some(coding) if held.is_none() && accepted(coding) => held = Some(coding),
                _ => {}
            }
        }
        held.map_or(Verdict::Proceed, Verdict::NotModified)
    } else if date(headers, IF_MODIFIED_SINCE).is_some_and(|since| resource.last_modified() <= since) {
        Verdict::NotModified(selected)
    } else {
        Verdict::Proceed
    }
}

/// Whether a `Range` may be answered in part: no `If-Range`, or one that names this very representation by a
/// strong tag or by its exact date (RFC 9110, section 13.1.5).
pub fn range_stands(headers: &HeaderMap, resource: &Resource) -> bool {
    match headers.get(IF_RANGE).map(|value| value.to_str().unwrap_or_default()) {
        None => true,
        Some(value) if value.contains('"') => value == resource.etag_header(Coding::Identity),
        Some(_) => date(headers, IF_RANGE) == Some(resource.last_modified()),
    }
}

/// The tags without quotes and suffix that `If-None-Match` names, each with the tag as it was named: what editions
/// the client holds.
pub fn editions(headers: &HeaderMap) -> impl Iterator<Item = (&str, &str)> {
    tags(headers, IF_NONE_MATCH).map(|tag| {
        let stem = tag.stem();
        let hash = Coding::ALL
            .into_iter()
            .filter(|coding| !coding.suffix().is_empty())
            .find_map(|coding| stem.strip_suffix(coding.suffix()))
            .unwrap_or(stem);
        (hash, tag.opaque)
    })
}

/// One entity tag, or the `*` (RFC 9110, section 8.8.3).
struct Tag<'a> {
    weak: bool,
    quoted: bool,
    opaque: &'a str,
}

impl<'a> Tag<'a> {
    fn is_any(&self) -> bool {
        !self.quoted && self.opaque == "*"
    }

    /// The tag without what a compressing proxy appended to ours: Apache's `mod_deflate` (`-gzip`, and `;gzip` in
    /// some of its versions), Jetty (`--gzip`). nginx makes a strong tag weak instead.
    fn stem(&self) -> &'a str {
        ["--gzip", "-gzip", ";gzip"].into_iter().find_map(|end| self.opaque.strip_suffix(end)).unwrap_or(self.opaque)
    }
}

/// The coding whose tag this is, of a resource with that hash.
fn coding_of(opaque: &str, etag: &str) -> Option<Coding> {
    let suffix = opaque.strip_prefix(etag)?;
    Coding::ALL.into_iter().find(|coding| coding.suffix() == suffix)
}

/// The tags of a field, over all its lines. Bare words are let through as tags for clients that lose the quotes;
/// what is neither is skipped.
fn tags(headers: &HeaderMap, name: HeaderName) -> impl Iterator<Item = Tag<'_>> {
    headers.get_all(name).iter().filter_map(|field| field.to_str().ok()).flat_map(|field| {
        let mut rest = field;
        std::iter::from_fn(move || {
            rest = rest.trim_start_matches([' ', '\t', ',']);
            let after_weak = rest.strip_prefix("W/").filter(|after| after.starts_with('"'));
            let (weak, text) = (after_weak.is_some(), after_weak.unwrap_or(rest));
            let tag = if let Some(quoted) = text.strip_prefix('"') {
                let (opaque, after) = quoted.split_once('"').unwrap_or((quoted, ""));
                rest = after;
                Tag { weak, quoted: true, opaque }
            } else {
                let (word, after) = text.split_once(',').unwrap_or((text, ""));
                rest = after;
                Tag { weak, quoted: false, opaque: word.trim_end() }
            };
            (!tag.opaque.is_empty() || !rest.is_empty()).then_some(tag)
        })
    })
}

/// A field that is one HTTP date in any of the three forms of RFC 9110, section 5.6.7; `None` where it is missing,
/// doubled or no date, which all mean that it doesn't count.
fn date(headers: &HeaderMap, name: HeaderName) -> Option<DateTime<Utc>> {
    let mut values = headers.get_all(name).iter();
    let (value, None) = (values.next()?, values.next()) else { return None };
    let time = httpdate::parse_http_date(value.to_str().ok()?).ok()?;
    Some(time.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(field: &str) -> Vec<(bool, bool, String)> {
        let headers = HeaderMap::from_iter([(IF_NONE_MATCH, field.parse().unwrap())]);
        tags(&headers, IF_NONE_MATCH).map(|t| (t.weak, t.quoted, t.opaque.to_string())).collect()
    }

    #[test]
    fn lists_of_tags_are_read() {
        let tag = |weak, quoted, text: &str| (weak, quoted, text.to_string());
        assert_eq!(read(r#""a""#), [tag(false, true, "a")]);
        assert_eq!(
            read(r#""a" , W/"b","c,d""#),
            [tag(false, true, "a"), tag(true, true, "b"), tag(false, true, "c,d")]
        );
        assert_eq!(read("*"), [tag(false, false, "*")]);
        assert_eq!(read("abc, \"d\""), [tag(false, false, "abc"), tag(false, true, "d")]);
        assert_eq!(read(r#""open"#), [tag(false, true, "open")]);
        assert_eq!(read(""), []);
        assert_eq!(read(r#""", "b""#), [tag(false, true, ""), tag(false, true, "b")]);
    }

    #[test]
    fn editions_lose_every_suffix() {
        let headers =
            HeaderMap::from_iter([(IF_NONE_MATCH, r#"W/"a-gz", "b-gzip", "c-br-gzip", "d""#.parse().unwrap())]);
        let read: Vec<_> = editions(&headers).collect();
        assert_eq!(read, [("a", "a-gz"), ("b", "b-gzip"), ("c", "c-br-gzip"), ("d", "d")]);
    }
}
