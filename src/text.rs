//! Text that every room needs: cleaning, folding, cutting, escaping. Imports nothing of the house.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC};
use unicode_normalization::UnicodeNormalization;

/// Whether XML 1.0 (section 2.2) allows a character.
pub fn is_xml_char(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..='\u{10FFFF}')
}

/// The text with what no feed may carry taken out: characters that XML 1.0 forbids, bidi overrides and isolates
/// that could reorder a neighbour's text, soft hyphens and byte-order marks. CRLF and lone CR become LF.
pub fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\r' if chars.peek() == Some(&'\n') => {}
            '\r' => out.push('\n'),
            '\u{AD}' | '\u{FEFF}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => {}
            c if is_xml_char(c) => out.push(c),
            _ => {}
        }
    }
    out
}

/// White space of any kind folded to single spaces, none at the ends.
pub fn fold_space(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

/// The form in which texts are compared: compatibility-decomposed, case-folded, marks and punctuation out, one
/// space between words. Two texts that a reader takes for the same have the same fold.
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut gap = false;
    let mut push = |c: char, out: &mut String| {
        if c.is_alphanumeric() {
            if gap && !out.is_empty() {
                out.push(' ');
            }
            gap = false;
            out.push(c);
        } else if !unicode_normalization::char::is_combining_mark(c) {
            gap = true;
        }
    };
    if text.is_ascii() {
        text.chars().for_each(|c| push(c.to_ascii_lowercase(), &mut out));
    } else {
        // Upper case first: `ß` and `SS`, `ς` and `σ` fold alike.
        for c in text.nfkd() {
            if c.is_ascii() {
                push(c.to_ascii_lowercase(), &mut out);
            } else {
                c.to_uppercase().flat_map(char::to_lowercase).for_each(|c| push(c, &mut out));
            }
        }
    }
    out
}

/// Whether a character belongs to a script that writes no spaces between words.
pub fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{0E00}'..='\u{0E7F}' | '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

/// Text as it stands in HTML and XML character data and in double-quoted attributes.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
    out
}

/// Everything but unreserved characters and `/` (RFC 3986, sections 2.3 and 3.3).
const PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// A path as it stands in a URL.
pub fn percent_encode(path: &str) -> String {
    percent_encoding::utf8_percent_encode(path, PATH).to_string()
}

/// A path out of a URL, its per-cent escapes undone; what is no UTF-8 then becomes U+FFFD.
pub fn percent_decode(path: &str) -> String {
    percent_encoding::percent_decode_str(path).decode_utf8_lossy().into_owned()
}

/// A slug: lower-case ASCII letters, digits and hyphens, at most `limit` bytes, cut between words; empty where
/// nothing of the text can be transliterated.
pub fn slug(text: &str, limit: usize) -> String {
    let full = slug::slugify(text);
    if full.len() <= limit {
        return full;
    }
    let cut = &full[..limit];
    let end = if full.as_bytes()[limit] == b'-' {
        limit
    } else {
        cut.rfind('-').filter(|&at| at > limit / 2).unwrap_or(limit)
    };
    cut[..end].trim_end_matches('-').to_string()
}
