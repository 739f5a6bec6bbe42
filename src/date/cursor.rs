//! Reading characters, numbers and words at a byte position, forwards and backwards, each in bounded time.
//!
//! Every function here looks at a bounded number of bytes (see [`LONGEST_WORD`] and [`WIDEST_GAP`]), so that a
//! finder that calls them a constant number of times for each number in a text takes linear time.

use unicode_normalization::char::is_combining_mark;

/// Longest word in bytes that can be a name; longer ones read as no word.
pub(super) const LONGEST_WORD: usize = 60;
/// Most white-space characters inside one date (`asctime` pads a day with a second space).
const WIDEST_GAP: usize = 6;
/// Most digits that a number of a date can have (`20250605100000`).
const LONGEST_NUMBER: usize = 14;

/// A run of decimal digits of any script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Number {
    /// Its value; 0 where it has more digits than any part of a date.
    pub value: u64,
    /// How many digits it has.
    pub digits: usize,
    /// Where it begins.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
}

impl Number {
    /// The value as a part of a date; too large a value is out of every part's range.
    pub(super) fn part(&self) -> u32 {
        u32::try_from(self.value).unwrap_or(u32::MAX)
    }
}

/// The value of a decimal digit: ASCII, Arabic-Indic, Persian, Devanagari, Bengali, Thai, full-width.
pub(super) fn digit(c: char) -> Option<u64> {
    let zero = match c {
        '0'..='9' => '0',
        '\u{660}'..='\u{669}' => '\u{660}',
        '\u{6F0}'..='\u{6F9}' => '\u{6F0}',
        '\u{966}'..='\u{96F}' => '\u{966}',
        '\u{9E6}'..='\u{9EF}' => '\u{9E6}',
        '\u{E50}'..='\u{E59}' => '\u{E50}',
        '\u{FF10}'..='\u{FF19}' => '\u{FF10}',
        _ => return None,
    };
    Some(u64::from(c as u32 - zero as u32))
}

/// The character at a position.
pub(super) fn char_at(text: &str, at: usize) -> Option<char> {
    text.get(at..)?.chars().next()
}

/// The character that ends at a position.
pub(super) fn char_before(text: &str, at: usize) -> Option<char> {
    text.get(..at)?.chars().next_back()
}

/// The number that begins at a position, where one does and it is short enough to be part of a date.
pub(super) fn number(text: &str, at: usize) -> Option<Number> {
    let (mut value, mut digits, mut end) = (0u64, 0, at);
    for c in text.get(at..)?.chars() {
        let Some(d) = digit(c) else { break };
        digits += 1;
        if digits > LONGEST_NUMBER {
            return None;
        }
        value = value * 10 + d;
        end += c.len_utf8();
    }
    (digits > 0).then_some(Number { value, digits, start: at, end })
}

/// Whether a character separates words of one line; directional marks count as nothing at all.
fn is_gap(c: char) -> bool {
    c != '\n'
        && c != '\r'
        && (c.is_whitespace() || matches!(c, '\u{200E}' | '\u{200F}' | '\u{61C}' | '\u{2060}' | '\u{200B}'))
}

/// The position after the white space that begins at a position; never past a line's end.
pub(super) fn skip_gap(text: &str, at: usize) -> usize {
    let mut end = at;
    for c in text.get(at..).unwrap_or("").chars().take(WIDEST_GAP) {
        if !is_gap(c) {
            break;
        }
        end += c.len_utf8();
    }
    end
}

/// The position before the white space that ends at a position.
pub(super) fn skip_gap_back(text: &str, at: usize) -> usize {
    let mut start = at;
    for c in text.get(..at).unwrap_or("").chars().rev().take(WIDEST_GAP) {
        if !is_gap(c) {
            break;
        }
        start -= c.len_utf8();
    }
    start
}

/// Whether a character belongs to a word.
pub(super) fn is_letter(c: char) -> bool {
    c.is_ascii_alphabetic()
        || !c.is_ascii() && (c.is_alphabetic() || is_combining_mark(c) || matches!(c, '\u{200C}' | '\u{200D}' | '॰'))
}

fn is_thai(c: char) -> bool {
    matches!(c, '\u{E01}'..='\u{E4F}')
}

/// The word that begins at a position; empty where none does or it is too long. Thai abbreviations keep their
/// inner dots (`มิ.ย`).
pub(super) fn word(text: &str, at: usize) -> &str {
    let rest = text.get(at..).unwrap_or("");
    let mut end = 0;
    let mut last = ' ';
    let mut chars = rest.chars().peekable();
    while let Some(c) = chars.next() {
        let inner_dot = c == '.' && is_thai(last) && chars.peek().is_some_and(|&next| is_thai(next));
        if !is_letter(c) && !inner_dot {
            break;
        }
        end += c.len_utf8();
        if end > LONGEST_WORD {
            return "";
        }
        last = c;
    }
    &rest[..end]
}

/// The word that ends at a position; empty where none does or it is too long.
pub(super) fn word_back(text: &str, at: usize) -> &str {
    let rest = text.get(..at).unwrap_or("");
    let mut start = at;
    let mut last = ' ';
    let mut chars = rest.chars().rev().peekable();
    while let Some(c) = chars.next() {
        let inner_dot = c == '.' && is_thai(last) && chars.peek().is_some_and(|&next| is_thai(next));
        if !is_letter(c) && !inner_dot {
            break;
        }
        start -= c.len_utf8();
        if at - start > LONGEST_WORD {
            return "";
        }
        last = c;
    }
    &rest[start..]
}

/// The plain form of a separator that has look-alikes: full-width and typographic ones included.
pub(super) fn separator(c: char) -> char {
    match c {
        '／' | '⁄' | '∕' => '/',
        '．' | '。' => '.',
        '－' | '\u{2010}' | '\u{2011}' | '\u{2212}' => '-',
        '：' => ':',
        '，' | '、' | '،' => ',',
        '（' => '(',
        '）' => ')',
        c => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_any_script() {
        for (text, value, digits) in [("2025-", 2025, 4), ("٢٠٢٥", 2025, 4), ("۵", 5, 1), ("２０２５年", 2025, 4)]
        {
            let read = number(text, 0).unwrap();
            assert_eq!((read.value, read.digits), (value, digits), "{text}");
        }
        assert_eq!(number("x5", 0), None);
        assert_eq!(number("123456789012345", 0), None);
    }

    #[test]
    fn words_both_ways() {
        assert_eq!(word("июня 2025", 0), "июня");
        assert_eq!(word_back("am 5. März", "am 5. März".len()), "März");
        assert_eq!(word("มิ.ย. 68", 0), "มิ.ย");
        assert_eq!(word(&"x".repeat(100), 0), "");
        assert_eq!(word_back(&"x".repeat(100), 100), "");
    }
}
