//! Embargoes: lines that hold a text back until a time (`EMBARGOED UNTIL …`, `Sperrfrist: …`, `Not for release
//! before …`), told from prose about embargoes.
//!
//! A line that says embargo and can't be read must be known as well, so telling the line and reading its time
//! (`embargo_time`) are two steps. In doubt a line holds back: what comes out late can still come out.

use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind};

use super::cursor::is_letter;
use super::embargo_said::Said;
use super::embargo_words::{AFTER, CLOCKS, EVENTS, INTO, LATER, NOUNS, PARTICIPLES, STEMS, TIMES, UNTIL};
use super::{names, zone};

/// Bytes of a line that are looked at behind the words that open it.
const REACH: usize = 240;
/// Words for an embargo that are looked at in a line.
const OPENINGS: usize = 40;
/// Bytes of a line before such a word that may belong to it.
const NEAR: usize = 160;
/// Words of a line that are looked at.
const MOST_WORDS: usize = 40;

/// Finds the words of [`STEMS`] in any case. Every text is looked through, which this kind of automaton does fastest.
static STEMS_OF_ALL: LazyLock<AhoCorasick> = LazyLock::new(|| {
    let cased = STEMS.iter().flat_map(|stem| [stem.to_string(), stem.to_uppercase(), titled(stem)]);
    let mut builder = AhoCorasick::builder();
    builder.ascii_case_insensitive(true).kind(Some(AhoCorasickKind::DFA));
    builder.build(cased).expect("a few short words are no large automaton")
});

/// Whether any of the words for an embargo stands in a text: what most texts are let go by, at a glance.
pub fn may_say_embargo(text: &str) -> bool {
    STEMS_OF_ALL.is_match(text)
}

fn titled(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// What a line says of an embargo: the byte range from its first word on. `None` for prose about embargoes.
pub fn embargo(line: &str) -> Option<Range<usize>> {
    let stems: Vec<usize> = STEMS_OF_ALL.find_iter(line).map(|found| found.start()).take(OPENINGS).collect();
    let last = *stems.last()?;
    let near = |start: usize, end: usize| stems.iter().any(|&stem| start <= stem && stem < end && stem - start <= NEAR);
    let mut openings =
        openings(line).take_while(|(start, ..)| *start <= last).filter(|(start, end, _)| near(*start, *end));
    openings.find_map(|(start, end, is_first)| {
        let end = clip(line, start, end.min(start + REACH));
        let said = Said::new(&line[start..end], is_first);
        said.holds().then_some(start..end)
    })
}

/// Where an embargo may begin in a line, where it ends at most, and whether nothing stands before it.
fn openings(line: &str) -> impl Iterator<Item = (usize, usize, bool)> + '_ {
    let marked = line.char_indices().filter_map(move |(at, c)| {
        let next = at + c.len_utf8();
        let spaced = || line[next..].starts_with(char::is_whitespace);
        match c {
            '(' | '[' | '【' | '（' => {
                let end = line[next..].find([')', ']', '】', '）']).map_or(line.len(), |close| next + close);
                Some((next, end, true))
            }
            '|' | '•' | '*' | '。' | '！' => Some((next, line.len(), true)),
            '/' if spaced() => Some((next, line.len(), true)),
            '-' | '–' | '—' | ':' | '.' | '!' | ';' | '?' if spaced() => Some((next, line.len(), false)),
            _ => None,
        }
    });
    std::iter::once((0, line.len(), true)).chain(marked)
}

fn clip(text: &str, start: usize, end: usize) -> usize {
    (start..=end.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(start)
}

/// A word of a line.
pub(super) struct Word<'t> {
    pub folded: String,
    pub written: &'t str,
    pub start: usize,
    pub end: usize,
}

impl Word<'_> {
    pub(super) fn is_number(&self) -> bool {
        self.written.starts_with(char::is_numeric)
    }

    pub(super) fn is_any(&self, list: &[&str]) -> bool {
        list.contains(&self.folded.as_str())
    }

    pub(super) fn begins(&self, stems: &[&str]) -> bool {
        stems.iter().any(|stem| self.folded.starts_with(stem))
    }

    pub(super) fn is_noun(&self) -> bool {
        self.begins(NOUNS) && !self.is_any(&["embargoes", "embargos", "embargar", "embargo’s"])
    }

    /// Whether it is a word that only the press uses, alone or at the end of another (`Sendesperrfrist`).
    pub(super) fn is_participle(&self) -> bool {
        (self.begins(PARTICIPLES) || self.folded.ends_with("sperrfrist")) && !self.folded.ends_with("fristen")
    }

    /// Whether it tells a time of day by what happens then: `after`, `Redebeginn`, `meeting`.
    pub(super) fn is_event(&self) -> bool {
        self.begins(EVENTS) || self.is_any(LATER)
    }

    /// Whether it belongs to a time: a number, a month, a weekday, a zone, `noon`.
    pub(super) fn is_timely(&self) -> bool {
        let named =
            |name: names::Name| !name.short || self.written.starts_with(char::is_uppercase) && self.written.len() > 2;
        self.is_number()
            || names::month(self.written, 0).is_some_and(named)
            || names::weekday(self.written, 0).is_some_and(named)
            || self.is_any(TIMES)
    }

    /// Whether it may stand within a time.
    pub(super) fn is_of_time(&self) -> bool {
        self.is_timely()
            || self.is_any(CLOCKS)
            || self.is_zone()
            || self.is_any(UNTIL)
            || self.is_any(INTO)
            || self.is_any(AFTER)
            || super::label::leads_in(self.written)
    }

    pub(super) fn is_zone(&self) -> bool {
        (2..=5).contains(&self.written.len())
            && self.written.bytes().all(|b| b.is_ascii_uppercase())
            && zone::zone(self.written, 0).is_some_and(|(_, end)| end == self.written.len())
    }
}

/// The words of a text, and the numbers, up to a bound.
pub(super) fn words(text: &str) -> Vec<Word<'_>> {
    let mut out = Vec::new();
    let mut rest = 0;
    while let Some(from) = text[rest..].find(|c: char| c.is_alphabetic() || c.is_numeric()) {
        let start = rest + from;
        let numeric = text[start..].starts_with(char::is_numeric);
        let ends = |c: char| if numeric { !c.is_numeric() } else { !is_letter(c) };
        let end = text[start..].find(ends).map_or(text.len(), |length| start + length);
        out.push(Word { folded: names::fold(&text[start..end]), written: &text[start..end], start, end });
        if out.len() == MOST_WORDS {
            break;
        }
        rest = end;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::embargo_words::{NOT_BEFORE, UNSPACED};
    use super::*;

    #[test]
    fn every_word_is_found_at_a_glance() {
        let phrases = [NOT_BEFORE, NOUNS, PARTICIPLES].concat();
        let unspaced = UNSPACED.iter().flat_map(|(words, _)| words.split('|'));
        let missed: Vec<&str> = phrases.into_iter().chain(unspaced).filter(|said| !may_say(said)).collect();
        assert!(missed.is_empty(), "{missed:?}");
    }

    /// Folded words are found by folded stems, which is as far as a table can tell.
    fn may_say(said: &str) -> bool {
        may_say_embargo(&format!("{said} ")) || STEMS.iter().any(|stem| said.contains(&names::fold(stem)))
    }
}
