//! What the formats share: which characters a feed may carry, how dates, addresses and titles are written.

use std::borrow::Cow;

use chrono::{DateTime, FixedOffset, Offset, SubsecRound, Utc};
use unicode_segmentation::UnicodeSegmentation;

use crate::text;

/// Longest title in user-perceived characters. Readers show a title on a line or two; what is longer is a
/// paragraph that was taken for a title, and mail gateways refuse it (RFC 5322 section 2.1.1: 998 octets a line).
const TITLE_LIMIT: usize = 250;

/// Text that may stand in any feed: what [`text::clean`] leaves, without DEL and the C1 controls, without
/// Unicode's noncharacters, and with `?` for the replacement character. XML allows these; validators and HTML do not.
pub(super) fn clean(raw: &str) -> String {
    if text::is_plain(raw) {
        return raw.to_string();
    }
    text::clean(raw)
        .chars()
        .filter(|&c| !matches!(c, '\u{7F}'..='\u{9F}' | '\u{FDD0}'..='\u{FDEF}') && (c as u32) & 0xFFFE != 0xFFFE)
        .map(|c| if c == '\u{FFFD}' { '?' } else { c })
        .collect()
}

/// Plain text on one line.
pub(super) fn plain(raw: &str) -> String {
    text::fold_space(&clean(raw))
}

/// A title on one line, cut between words where it is too long.
pub(super) fn title(raw: &str) -> String {
    cut(&plain(raw), TITLE_LIMIT)
}

/// At most `limit` user-perceived characters, cut between words where there are any, with an ellipsis.
fn cut(text: &str, limit: usize) -> String {
    if text.len() <= limit {
        return text.to_string();
    }
    let Some((end, _)) = text.grapheme_indices(true).nth(limit) else { return text.to_string() };
    let head = &text[..end];
    let end = head.rfind(' ').filter(|&at| at > end / 2).unwrap_or(end);
    format!("{}…", head[..end].trim_end_matches([' ', ',', ';', ':', '-', '–', '—']))
}

/// Whether plain text holds what reads as the end tag of an element, `</b>`: the sign by which validators and some
/// readers tell HTML that was not declared as such.
///
/// Such text is written as HTML with its characters escaped, where a format can declare it or most readers expect
/// it. All else stays plain, however it looks, since readers show plain text as it stands.
pub(super) fn has_end_tag(plain: &str) -> bool {
    plain.match_indices("</").any(|(at, _)| {
        let name = &plain[at + 2..];
        name.find(|c: char| !c.is_alphanumeric() && c != '_').is_some_and(|end| end > 0 && name[end..].starts_with('>'))
    })
}

/// Plain text for an element of RSS that has no way to declare HTML.
pub(super) fn undeclared(plain: &str) -> String {
    if has_end_tag(plain) { text::escape(plain).replace("&quot;", "\"") } else { plain.to_string() }
}

/// RFC 822 date with a four-digit year and a numeric zone, as RSS wants it: `Thu, 05 Jun 2025 00:00:00 +0200`.
///
/// Zones off the half hour are written in UTC, since parsers that know only whole and half hours misread them.
pub(super) fn rfc822(at: DateTime<FixedOffset>) -> String {
    let at = if at.offset().local_minus_utc() % 1800 == 0 { at } else { at.with_timezone(&Utc.fix()) };
    at.format("%a, %d %b %Y %H:%M:%S %z").to_string()
}

/// RFC 3339 date in whole seconds, as Atom, JSON Feed and sitemaps want it: `2025-06-05T00:00:00+02:00`.
pub(super) fn rfc3339(at: DateTime<FixedOffset>) -> String {
    seconds(at).to_rfc3339()
}

/// The instant without its fraction of a second.
pub(super) fn seconds(at: DateTime<FixedOffset>) -> DateTime<FixedOffset> {
    at.trunc_subsecs(0)
}

/// An address as it stands in a feed: what RFC 3986 section 2 does not allow in a URI at its place is
/// percent-encoded; what is encoded already stays.
pub(super) fn uri(raw: &str) -> Cow<'_, str> {
    let raw = raw.trim();
    let bytes = raw.as_bytes();
    let authority = raw.find("://").map_or(0, |at| at + 3);
    let path = raw[authority..].find(['/', '?', '#']).map_or(raw.len(), |at| authority + at);
    let fragment = raw.find('#').unwrap_or(raw.len());
    let allowed = |at: usize| match bytes[at] {
        b'#' => at == fragment,
        b'[' | b']' => at < path,
        b'%' => bytes.get(at + 1..at + 3).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit)),
        b => b.is_ascii_alphanumeric() || b"-._~:/?@!$&'()*+,;=".contains(&b),
    };
    if (0..bytes.len()).all(allowed) {
        return Cow::Borrowed(raw);
    }
    let mut out = String::with_capacity(raw.len() + 16);
    for (at, &b) in bytes.iter().enumerate() {
        if allowed(at) {
            out.push(char::from(b));
        } else {
            out.push_str(&format!("%{b:02X}"));
        }
    }
    Cow::Owned(out)
}

/// A language tag that a feed may carry: BCP 47's characters, a primary subtag of two or three letters.
pub(super) fn language(tag: &str) -> Option<&str> {
    let primary = tag.split('-').next().unwrap_or_default();
    let sound = (2..=3).contains(&primary.len())
        && primary.bytes().all(|b| b.is_ascii_alphabetic())
        && tag.split('-').all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric()));
    sound.then_some(tag)
}

/// A media type as RFC 9110 section 8.3.1 writes it; `application/octet-stream` where it is none.
pub(super) fn media_type(raw: &str) -> &str {
    let token = |part: &str| {
        !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b))
    };
    match raw.split_once('/') {
        Some((kind, sub)) if token(kind) && token(sub) => raw,
        _ => "application/octet-stream",
    }
}

/// HTML whose references are all absolute: whatever relative ones are left are resolved against the item's page.
///
/// Feed readers have no base to resolve against. `html` is well-formed, with quoted attributes.
pub(super) fn absolute(html: &str, page: &str) -> String {
    const REFERENCES: [&str; 4] = [" href=\"", " src=\"", " cite=\"", " poster=\""];
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(open) = rest.find('<') {
        let end = tag_end(&rest[open..]).map_or(rest.len(), |end| open + end);
        out.push_str(&rest[..open]);
        let mut tag = &rest[open..end];
        while let Some(at) = REFERENCES.iter().filter_map(|name| tag.find(name).map(|at| at + name.len())).min() {
            out.push_str(&tag[..at]);
            tag = &tag[at..];
            let value = &tag[..tag.find('"').unwrap_or(tag.len())];
            if !has_scheme(value) {
                out.push_str(&prefix(value, page));
            }
        }
        out.push_str(tag);
        rest = &rest[end..];
    }
    out.push_str(rest);
    out
}

/// Where a tag ends, its `>` included; a `>` in a quoted attribute is none.
fn tag_end(tag: &str) -> Option<usize> {
    let mut quoted = false;
    tag.bytes()
        .position(|b| {
            quoted ^= b == b'"';
            b == b'>' && !quoted
        })
        .map(|at| at + 1)
}

/// What goes before a relative reference to make it absolute (RFC 3986 section 5.2, without `..`, which the
/// house never writes).
fn prefix(reference: &str, page: &str) -> String {
    let authority = page.find("://").map_or(0, |at| at + 3);
    let root = page[authority..].find('/').map_or(page.len(), |at| authority + at);
    if reference.starts_with("//") {
        page[..authority.saturating_sub(2)].to_string()
    } else if reference.starts_with('/') {
        page[..root].to_string()
    } else {
        page.to_string()
    }
}

/// Whether a reference begins with a scheme (RFC 3986 section 3.1).
fn has_scheme(reference: &str) -> bool {
    reference.split_once(':').is_some_and(|(scheme, _)| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b))
    })
}

/// XML in which `&` and `<` of character data are the references `&#x26;` and `&#x3C;`, the form that the RSS
/// Advisory Board's profile recommends and that validators take for meant. CDATA sections stay as they are.
pub(super) fn hexadecimal(xml: &str) -> String {
    let mut out = String::with_capacity(xml.len() + 64);
    let mut rest = xml;
    while !rest.is_empty() {
        let (data, cdata) = rest.split_at(rest.find("<![CDATA[").unwrap_or(rest.len()));
        out.push_str(&data.replace("&amp;", "&#x26;").replace("&lt;", "&#x3C;"));
        let (cdata, after) = cdata.split_at(cdata.find("]]>").map_or(cdata.len(), |end| end + 3));
        out.push_str(cdata);
        rest = after;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_titles_between_words_and_never_inside_a_character() {
        let long = title(&"word ".repeat(2_000));
        assert!(long.ends_with(" word…") && long.chars().count() <= TITLE_LIMIT + 1, "{long}");
        let family = title(&"👨‍👩‍👧‍👦".repeat(5_000));
        assert_eq!(family.graphemes(true).count(), TITLE_LIMIT + 1);
        assert!(family.trim_end_matches('…').graphemes(true).all(|g| g == "👨‍👩‍👧‍👦"));
        assert_eq!(title(" a\u{0}\u{85}b \n\u{202E}c\u{FFFE}\u{1FFFF} \u{FFFD}"), "ab c ?");
    }

    #[test]
    fn tells_end_tags_from_other_signs() {
        for (plain, html) in [
            ("AT&T, R&D; a < b && c > d", false),
            ("Use <b> here &amp; there", false),
            ("</ b> </> <//> </b", false),
            ("Use <b>bold</b>", true),
            ("</h2>", true),
        ] {
            assert_eq!(has_end_tag(plain), html, "{plain}");
        }
    }

    #[test]
    fn writes_dates_that_match_their_weekdays() {
        for (rfc, want) in [
            ("2025-06-05T00:00:00+02:00", "Thu, 05 Jun 2025 00:00:00 +0200"),
            ("2024-02-29T23:59:59.75-03:30", "Thu, 29 Feb 2024 23:59:59 -0330"),
            ("2025-01-01T03:00:00+05:45", "Tue, 31 Dec 2024 21:15:00 +0000"),
        ] {
            let at = DateTime::parse_from_rfc3339(rfc).expect("a date");
            assert_eq!(rfc822(at), want);
            assert_eq!(DateTime::parse_from_rfc2822(want).expect("its own weekday"), seconds(at));
        }
    }

    #[test]
    fn makes_references_absolute() {
        let page = "https://example.org/news/items/x/";
        for (html, want) in [
            ("<a href=\"#fn1\">1</a>", "<a href=\"https://example.org/news/items/x/#fn1\">1</a>"),
            ("<img alt=\"a > b\" src=\"/a.png\">", "<img alt=\"a > b\" src=\"https://example.org/a.png\">"),
            ("<a href=\"//cdn.example/x\">x</a>", "<a href=\"https://cdn.example/x\">x</a>"),
            (
                "<a href=\"b.html\" title=\"t\">b</a>",
                "<a href=\"https://example.org/news/items/x/b.html\" title=\"t\">b</a>",
            ),
            ("<a href=\"mailto:a@b.example\">m</a> href=\"x\"", "<a href=\"mailto:a@b.example\">m</a> href=\"x\""),
            ("<p>a < b", "<p>a < b"),
        ] {
            assert_eq!(absolute(html, page), want);
        }
    }

    #[test]
    fn encodes_addresses_once() {
        assert_eq!(uri("https://e.org/a b/ü%20\"<>?q=1&r#f"), "https://e.org/a%20b/%C3%BC%20%22%3C%3E?q=1&r#f");
        for (raw, want) in [
            ("https://e.org/a%20b", "https://e.org/a%20b"),
            (" https://e.org/100%s ", "https://e.org/100%25s"),
            ("https://[::1]:8080/[x]#a#b", "https://[::1]:8080/%5Bx%5D#a%23b"),
        ] {
            assert_eq!(uri(raw), want);
            assert_eq!(uri(want), want);
        }
    }

    #[test]
    fn writes_references_in_hexadecimal_outside_cdata() {
        assert_eq!(
            hexadecimal("<t>a &amp; &lt;b</t><![CDATA[&amp;]]><t>&amp;amp;</t>"),
            "<t>a &#x26; &#x3C;b</t><![CDATA[&amp;]]><t>&#x26;amp;</t>"
        );
    }
}
