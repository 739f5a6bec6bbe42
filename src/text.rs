//! Text that every room needs: cleaning, folding, cutting, escaping. Imports nothing of the house.

use std::sync::LazyLock;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::canonical_combining_class;

/// Whether XML 1.0 (section 2.2) allows a character.
pub fn is_xml_char(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..='\u{10FFFF}')
}

/// The text with what no feed may carry taken out: characters that XML 1.0 forbids, bidi overrides and isolates
/// that could reorder a neighbour's text, soft hyphens and byte-order marks. CRLF and lone CR become LF.
pub fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((at, length)) = first_unclean(rest.as_bytes()) {
        out.push_str(&rest[..at]);
        let is_break = rest[at..].starts_with('\r');
        rest = &rest[at + length..];
        if is_break && !rest.starts_with('\n') {
            out.push('\n');
        }
    }
    out.push_str(rest);
    out
}

/// Where the first character stands that [`clean`] takes out, and its length.
fn first_unclean(utf_8: &[u8]) -> Option<(usize, usize)> {
    let mut at = 0;
    while at < utf_8.len() {
        let some = &utf_8[at..utf_8.len().min(at + PACE)];
        if are_plain(some) {
            at += some.len();
            continue;
        }
        for offset in at..at + some.len() {
            let length = match utf_8[offset..] {
                [b'\t' | b'\n' | b' '..=0x7F, ..] => continue,
                [0..=0x1F, ..] => 1,
                [0xC2, 0xAD, ..] => 2,
                [0xE2, 0x80, 0xAA..=0xAE, ..] | [0xE2, 0x81, 0xA6..=0xA9, ..] => 3,
                [0xEF, 0xBB, 0xBF, ..] | [0xEF, 0xBF, 0xBE | 0xBF, ..] => 3,
                _ => continue,
            };
            return Some((offset, length));
        }
        at += some.len();
    }
    None
}

/// So many bytes are looked at in one go.
const PACE: usize = 64;

fn are_plain(bytes: &[u8]) -> bool {
    let is_plain = |byte: &u8| (b' '..=b'~').contains(byte) | (*byte == b'\n') | (*byte == b'\t');
    bytes.iter().fold(true, |all, byte| all & is_plain(byte))
}

/// Whether every byte is a printable character of ASCII, a tab or a line feed.
pub fn is_plain(text: &str) -> bool {
    text.as_bytes().chunks(PACE).all(are_plain)
}

/// Whether a digit stands in a text, of whatever script.
pub fn has_digit(text: &str) -> bool {
    let other =
        |c: char| c >= '\u{660}' && !matches!(c, '\u{3040}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7A3}') && c.is_numeric();
    let has_ascii = |some: &[u8]| some.iter().fold(false, |any, byte| any | byte.is_ascii_digit());
    text.as_bytes().chunks(PACE).any(has_ascii) || !text.is_ascii() && text.chars().any(other)
}

/// White space of any kind folded to single spaces, none at the ends.
pub fn fold_space(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    fold_space_into(&mut out, text);
    out
}

/// Adds a text to another with its own white space folded.
pub fn fold_space_into(out: &mut String, text: &str) {
    let bytes = text.as_bytes();
    let spaced = |pair: &[u8]| pair[0].max(pair[1]) == b' ';
    let plain = |byte: &u8| (b' '..0x80).contains(byte);
    if bytes.iter().all(plain) && !bytes.windows(2).any(spaced) && text.trim().len() == text.len() {
        return out.push_str(text);
    }
    for (at, word) in text.split_whitespace().enumerate() {
        if at > 0 {
            out.push(' ');
        }
        out.push_str(word);
    }
}

/// The form in which texts are compared: compatibility-decomposed, case-folded, marks and punctuation out, one
/// space between words. Two texts that a reader takes for the same have the same fold.
pub fn fold(text: &str) -> String {
    let mut out = Folded { text: Vec::with_capacity(text.len() + 2), gap: false };
    let mut rest = text;
    while !rest.is_empty() {
        rest = out.ascii(rest);
        let Some(c) = rest.chars().next() else { break };
        let mut length = c.len_utf8();
        match folds_to(c) {
            Fold::Letter(letter) => out.letter(letter),
            Fold::Gap => out.gap = true,
            Fold::Nothing => {}
            Fold::Other => {
                // Marks are sorted up to the next character that is none.
                let starts = |c: char| matches!(folds_to(c), Fold::Letter(_) | Fold::Gap);
                length = rest.find(starts).unwrap_or(rest.len());
                rest[..length].nfkd().for_each(|c| out.decomposed(c));
            }
        }
        rest = &rest[length..];
    }
    out.into_text()
}

/// A fold that is being written.
struct Folded {
    /// UTF-8.
    text: Vec<u8>,
    /// Whether something that is no word stood since the last letter.
    gap: bool,
}

impl Folded {
    /// Folds a text up to its first character that is not ASCII; answers what is left. Most texts are folded here alone,
    /// so nothing is asked of a byte but the table.
    fn ascii<'t>(&mut self, text: &'t str) -> &'t str {
        const GAP: u8 = 0;
        static LETTERS: [u8; 128] = {
            let mut letters = [GAP; 128];
            let mut byte = 0_u8;
            while byte < 128 {
                if byte.is_ascii_alphanumeric() {
                    letters[byte as usize] = byte.to_ascii_lowercase();
                }
                byte += 1;
            }
            letters
        };
        let (mut end, mut gap, mut read) = (self.text.len(), self.gap, 0);
        for part in text.as_bytes().chunks(64) {
            // At most as much as stands there, and a space for a gap before it.
            self.text.resize(end + part.len() + 1, b' ');
            let before = read;
            for byte in part {
                let Some(&letter) = LETTERS.get(usize::from(*byte)) else { break };
                let is_letter = letter != GAP;
                self.text[end] = b' ';
                end += usize::from(is_letter & gap & (end > 0));
                self.text[end] = letter;
                end += usize::from(is_letter);
                gap = !is_letter;
                read += 1;
            }
            self.text.truncate(end);
            if read - before < part.len() {
                break;
            }
        }
        self.gap = gap;
        &text[read..]
    }

    fn letter(&mut self, letter: char) {
        self.space();
        self.text.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
    }

    /// A space where a gap was.
    fn space(&mut self) {
        if std::mem::take(&mut self.gap) && !self.text.is_empty() {
            self.text.push(b' ');
        }
    }

    fn into_text(self) -> String {
        String::from_utf8(self.text).expect("whole characters are UTF-8")
    }

    fn decomposed(&mut self, c: char) {
        // Upper case first: `ß` and `SS`, `ς` and `σ` fold alike.
        for c in c.to_uppercase().flat_map(char::to_lowercase) {
            if c.is_alphanumeric() {
                self.letter(c);
            } else if !unicode_normalization::char::is_combining_mark(c) {
                self.gap = true;
            }
        }
    }
}

/// What a character becomes in a fold.
#[derive(Clone, Copy)]
enum Fold {
    Letter(char),
    Gap,
    /// A mark that goes.
    Nothing,
    /// Several letters, or one that changes places with its neighbours.
    Other,
}

fn folds_to(c: char) -> Fold {
    /// The characters of most texts, looked up rather than decomposed.
    static TABLE: LazyLock<Vec<Fold>> = LazyLock::new(|| ('\0'..'\u{3100}').map(decompose).collect());
    match c {
        // No ideograph has a case or is made of others.
        '\u{4E00}'..='\u{9FFF}' => Fold::Letter(c),
        _ => TABLE.get(c as usize).copied().unwrap_or(Fold::Other),
    }
}

fn decompose(c: char) -> Fold {
    // A letter before it shows a gap between them.
    let mut out = Folded { text: b"x".into(), gap: false };
    c.nfkd().for_each(|c| out.decomposed(c));
    let is_starter = c.nfkd().next().is_some_and(|c| canonical_combining_class(c) == 0);
    let gap = out.gap;
    let text = out.into_text();
    let mut letters = text.chars().skip(1);
    match (letters.next(), letters.next(), gap) {
        (Some(letter), None, false) if is_starter => Fold::Letter(letter),
        (None, _, true) if is_starter => Fold::Gap,
        (None, _, false) => Fold::Nothing,
        _ => Fold::Other,
    }
}

/// Whether a character belongs to a script that writes no spaces between words.
pub fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{0E00}'..='\u{0E7F}' | '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

/// Text as it stands in HTML and XML character data and in double-quoted attributes.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 16);
    let mut rest = text;
    while let Some(at) = rest.find(['&', '<', '>', '"']) {
        out.push_str(&rest[..at]);
        out.push_str(match rest.as_bytes()[at] {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            _ => "&quot;",
        });
        rest = &rest[at + 1..];
    }
    out.push_str(rest);
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

#[cfg(test)]
mod tests {
    use super::*;

    /// The fold as it is defined, without a table.
    fn by_the_book(text: &str) -> String {
        let mut out = Folded { text: Vec::new(), gap: false };
        text.nfkd().for_each(|c| out.decomposed(c));
        out.into_text()
    }

    #[test]
    fn every_character_folds_as_it_is_defined() {
        for c in ('\0'..'\u{3200}').chain(('\u{3200}'..=char::MAX).step_by(97)) {
            for text in [format!("x{c}y"), format!("{c}\u{345}\u{5b0}{c}")] {
                assert_eq!(fold(&text), by_the_book(&text), "U+{:04X}", c as u32);
            }
        }
    }

    #[test]
    fn marks_are_sorted_wherever_they_stand() {
        for text in ["a\u{345}\u{301}\u{5b0}b", "\u{5b0}\u{345}", "\u{301}\u{345}\u{301}\u{5bc}\u{5b0}é\u{345}\u{5b0}ß"]
        {
            assert_eq!(fold(text), by_the_book(text), "{text:?}");
        }
    }

    #[test]
    fn what_no_feed_may_carry_is_cleaned() {
        let cases =
            [("a\r\nb\rc\r", "a\nb\nc\n"), ("\r\r\n", "\n\n"), ("so\u{ad}ft\u{feff}\0", "soft"), ("é\u{ffff}", "é")];
        for (text, expected) in cases {
            assert_eq!(clean(text), expected);
        }
        let goes = |c: char| {
            matches!(c, '\u{AD}' | '\u{FEFF}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}') || !is_xml_char(c)
        };
        for c in ('\0'..='\u{FFFF}').chain(('\u{10000}'..=char::MAX).step_by(97)).filter(|c| *c != '\r') {
            for before in [0, 61, 62, 63, 64] {
                let (x, y) = ("x".repeat(before), "y".repeat(90));
                let expected = if goes(c) { format!("{x}{y}") } else { format!("{x}{c}{y}") };
                assert_eq!(clean(&format!("{x}{c}{y}")), expected, "U+{:04X}", c as u32);
            }
        }
    }
}
