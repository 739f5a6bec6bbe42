//! Embargoes: lines that hold a text back until a time (`EMBARGOED UNTIL …`, `Sperrfrist: …`, `Not for release
//! before …`), told from prose about embargoes, and the time that they name.
//!
//! A line that says embargo and can't be read must be known as well, so telling the line and reading its time are two
//! steps. In doubt a line holds back: what comes out late can still come out.

use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind};

use super::cursor::is_letter;
use super::embargo_words::{
    AFTER, ARTICLES, BEFORE, CLOCKS, IMMEDIATE, INTO, LEADS, NEGATIONS, NOT_BEFORE, NOUNS, PARTICIPLES, QUALIFIERS,
    STEMS, STRICT, TIMES, UNDER, UNSPACED, UNTIL,
};
use super::find::scan;
use super::reader::{Mode, Reader};
use super::{Found, Hints, names};

/// Bytes of a line that are looked at behind the words that open it.
const REACH: usize = 240;
/// Words for an embargo that are looked at in a line.
const OPENINGS: usize = 40;
/// Bytes of a line before such a word that may belong to it.
const NEAR: usize = 160;
/// Words of a line that are looked at.
const MOST_WORDS: usize = 40;
/// A line that names no time is not believed beyond so many words.
const SHORT: usize = 8;

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

/// The time that an embargo names, out of the words that [`embargo`] found. The year may be missing.
///
/// # Errors
/// Why nobody can tell until when.
pub fn embargo_time(said: &str, hints: &Hints<'_>) -> Result<Found, String> {
    let reader = Reader::new(said, hints, Mode::Field);
    let mut dates = Vec::new();
    for read in scan(&reader) {
        dates.push(read.map_err(|bad| bad.message)?.found);
    }
    let known = dates.iter().map(|found| found.span.clone()).collect::<Vec<_>>();
    dates.retain(|found| found.start.month.is_some() && found.start.day.is_some());
    // Of several, the last to come is the careful one; without a year they can't be compared.
    let latest = dates.into_iter().max_by_key(|found| (found.end.unwrap_or(found.start), found.time.map(|t| t.hour)));
    let Some(mut found) = latest else { return Err("it names no day".to_string()) };
    if let Some(end) = found.end.take() {
        found.start = end;
    }
    if !found.weekday_agrees() {
        return Err("the day of the week is another one".to_string());
    }
    let goes_on = said[found.span.end..].trim_start().starts_with(char::is_numeric);
    if goes_on || found.time.is_none() && has_more_to_say(said, &known) {
        return Err("its time of day can't be read".to_string());
    }
    Ok(found)
}

/// Whether a word leads into the end of an embargo: `until`, `bis`, `hasta`.
pub fn is_until(word: &str) -> bool {
    let word = names::fold(word);
    UNTIL.contains(&word.as_str()) || INTO.contains(&word.as_str())
}

/// Whether beside the dates something stands that may be a time of day: a number, or a word such as `noon`.
fn has_more_to_say(said: &str, known: &[Range<usize>]) -> bool {
    let mut rest = String::new();
    let mut at = 0;
    for span in known {
        rest.push_str(&said[at..span.start]);
        rest.push(' ');
        at = span.end;
    }
    // The next sentence speaks of something else.
    let tail = &said[at..];
    rest.push_str(&tail[..tail.find(". ").unwrap_or(tail.len())]);
    words(&rest).iter().any(|word| word.is_number() || TIMES.contains(&word.folded.as_str()))
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
struct Word<'t> {
    folded: String,
    written: &'t str,
    start: usize,
    end: usize,
}

impl Word<'_> {
    fn is_number(&self) -> bool {
        self.written.starts_with(char::is_numeric)
    }

    fn is_any(&self, list: &[&str]) -> bool {
        list.contains(&self.folded.as_str())
    }

    fn begins(&self, stems: &[&str]) -> bool {
        stems.iter().any(|stem| self.folded.starts_with(stem))
    }

    fn is_noun(&self) -> bool {
        self.begins(NOUNS) && !self.is_any(&["embargoes", "embargos", "embargar", "embargo’s"])
    }

    /// Whether it belongs to a time: a number, a month, a weekday, a zone, `noon`.
    fn is_timely(&self) -> bool {
        let named =
            |name: names::Name| !name.short || self.written.starts_with(char::is_uppercase) && self.written.len() > 2;
        self.is_number()
            || names::month(self.written, 0).is_some_and(named)
            || names::weekday(self.written, 0).is_some_and(named)
            || self.is_any(TIMES)
    }

    /// Whether it may stand within a time.
    fn is_of_time(&self) -> bool {
        self.is_timely()
            || self.is_any(CLOCKS)
            || self.is_zone()
            || self.is_any(UNTIL)
            || self.is_any(INTO)
            || self.is_any(AFTER)
            || super::label::leads_in(self.written)
    }

    fn is_zone(&self) -> bool {
        (2..=5).contains(&self.written.len()) && self.written.bytes().all(|b| b.is_ascii_uppercase())
    }
}

fn words(text: &str) -> Vec<Word<'_>> {
    let mut out = Vec::new();
    let mut rest = 0;
    while let Some(from) = text[rest..].find(|c: char| is_letter(c) || c.is_numeric()) {
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

/// The words of a line from where an embargo may begin.
struct Said<'t> {
    text: &'t str,
    words: Vec<Word<'t>>,
    /// Whether nothing of a sentence stands before it.
    is_first: bool,
}

impl<'t> Said<'t> {
    fn new(text: &'t str, is_first: bool) -> Self {
        // The number of a point in a list is no date.
        let number = text.trim_start().bytes().take_while(u8::is_ascii_digit).count();
        let mark = text.trim_start().get(number..).unwrap_or_default();
        let skip = if (1..=2).contains(&number) && mark.starts_with([')', '.']) && mark[1..].starts_with(' ') {
            text.len() - mark.len() + 1
        } else {
            0
        };
        let mut words = words(&text[skip..]);
        words.iter_mut().for_each(|word| (word.start, word.end) = (word.start + skip, word.end + skip));
        Self { text, words, is_first }
    }

    fn holds(&self) -> bool {
        if self.is_unspaced() {
            return true;
        }
        let first = self.words.iter().take(10).position(|word| !word.is_any(QUALIFIERS));
        let Some(at) = first else { return false };
        let holds = self.is_participle(at) || self.is_not_before(at) || self.is_first && self.is_noun(at);
        let is_all = || self.is_first && self.is_nothing_else();
        (holds || is_all()) && !self.is_of_a_year()
    }

    /// What stands between two words.
    fn between(&self, at: usize) -> &str {
        let end = self.words.get(at + 1).map_or(self.text.len(), |next| next.start);
        &self.text[self.words[at].end..end]
    }

    /// `Embargoed until …`, `under strict embargo until …`.
    fn is_participle(&self, at: usize) -> bool {
        let last = if self.words[at].begins(PARTICIPLES) {
            at
        } else {
            let under = self.words[at].is_any(UNDER);
            let noun = (at + 1..self.words.len()).find(|&next| !self.words[next].is_any(STRICT));
            match noun.filter(|&noun| under && self.words[noun].is_noun()) {
                Some(noun) => noun,
                None => return false,
            }
        };
        let Some(next) = self.words.get(last + 1) else { return true };
        let apart =
            self.between(last).contains([':', '–', '—', '|', ')', ']', '：']) || self.between(last).contains(" - ");
        // `EMBARGOED New lock opens`: capitals set it apart.
        let loud = |word: &Word<'_>| !word.written.contains(char::is_lowercase);
        let apart = apart || loud(&self.words[last]) && !loud(next);
        apart || next.is_any(UNTIL) || next.is_any(INTO) || next.is_timely() || next.is_any(AFTER)
    }

    /// `Not for publication before …`.
    fn is_not_before(&self, at: usize) -> bool {
        let said =
            |end: usize| self.words[at..end].iter().map(|word| word.folded.as_str()).collect::<Vec<_>>().join(" ");
        let led = (at + 2..=self.words.len().min(at + 5)).find(|&end| NOT_BEFORE.contains(&said(end).as_str()));
        let Some(end) = led else { return false };
        let mut behind = self.words[end..].iter().take(9);
        behind.any(|word| word.is_any(BEFORE))
            || said(end).starts_with("hold ") && self.words.get(end).is_none_or(Word::is_timely)
    }

    /// `Embargo: 5 May`, `EMBARGO UNTIL …`, but no headline about one.
    fn is_noun(&self, at: usize) -> bool {
        if !self.words[at].is_noun() {
            return false;
        }
        let mut last = at;
        while self.words.get(last + 1).is_some_and(|word| word.is_any(LEADS)) {
            last += 1;
        }
        let is_of_a_sentence = self.words[..at].iter().any(|word| word.is_any(ARTICLES));
        let Some(next) = self.words.get(last + 1).filter(|_| !is_of_a_sentence) else { return !is_of_a_sentence };
        let is_field = self.between(last).contains([':', '–', '—', '：', '|', ')', ']']);
        let behind = &self.words[last + 1..];
        if is_field && behind.len() <= 4 && next.is_any(NEGATIONS) || next.is_any(IMMEDIATE) {
            return false;
        }
        let has_number = behind.iter().any(Word::is_number);
        let has_time = || has_number && self.names_a_time(last + 1);
        match (is_field, next.is_any(UNTIL)) {
            (true, true) => true,
            (true, false) => {
                has_time() || behind.len() <= 3 || behind.len() <= SHORT && next.is_timely() && !next.is_number()
            }
            (false, true) if has_number => !self.goes_on(last + 1),
            (false, true) => behind.len() <= SHORT,
            (false, false) => {
                (next.is_timely() || next.is_any(INTO)) && self.leads_on(last) && has_time() && !self.goes_on(last)
            }
        }
    }

    /// Whether what stands from a word on has a date or a time of day.
    fn names_a_time(&self, at: usize) -> bool {
        let text = &self.text[self.words[at].start..];
        let dated = || !scan(&Reader::new(text, &Hints::default(), Mode::Field)).is_empty();
        dated()
            || self.words[at..].iter().any(|word| word.is_number() && super::time::at(self.text, word.start).is_some())
    }

    /// Whether the words behind one lead straight into the first number: `Embargo on Friday, 5 May`.
    fn leads_on(&self, at: usize) -> bool {
        self.words[at + 1..].iter().take_while(|word| !word.is_number()).all(Word::is_of_time)
    }

    /// Whether a sentence goes on behind the time that begins after a word: `Embargo until 5 May agreed by ministers`.
    fn goes_on(&self, at: usize) -> bool {
        let dates = scan(&Reader::new(self.text, &Hints::default(), Mode::Field));
        let timed = dates.iter().flatten().map(|read| read.found.span.end).max().unwrap_or(0);
        let behind = |next: &usize| self.words[*next].start >= timed && !self.words[*next].is_of_time();
        let Some(next) = (at + 1..self.words.len()).find(behind) else { return false };
        !self.between(next - 1).contains([':', '–', '—', '|', '(', '[', '.', '：'])
            && !self.between(next - 1).contains(" - ")
    }

    /// Whether a line is made of words for an embargo and a time, in whatever order: `5 May 2025, 10:00: EMBARGO`.
    fn is_nothing_else(&self) -> bool {
        let is_word = |word: &Word<'_>| word.is_noun() || word.begins(PARTICIPLES);
        let belongs = |word: &Word<'_>| {
            is_word(word)
                || word.is_timely()
                || word.is_any(CLOCKS)
                || word.is_zone()
                || word.is_any(UNTIL)
                || word.is_any(INTO)
                || word.is_any(QUALIFIERS)
                || word.is_any(UNDER)
                || super::label::leads_in(word.written)
        };
        let timed = self.words.iter().any(Word::is_number);
        // `No embargo`, `the embargo`: words of a sentence.
        let noun = self.words.iter().position(is_word).and_then(|noun| self.words.get(noun.checked_sub(1)?));
        let denied = noun.is_some_and(|before| before.is_any(NEGATIONS) || before.is_any(ARTICLES));
        timed && !denied && self.words.len() <= 14 && self.words.iter().any(is_word) && self.words.iter().all(belongs)
    }

    /// Whether a year is all that it says of a time, with more words behind it: `Embargo until 2027 agreed`.
    fn is_of_a_year(&self) -> bool {
        let mut timely = self.words.iter().enumerate().filter(|(_, word)| word.is_timely());
        let (Some((at, year)), None) = (timely.next(), timely.next()) else { return false };
        let is_year = year.written.parse().is_ok_and(|year: u32| (1900..2200).contains(&year));
        let goes_on = self.words.get(at + 1).is_some_and(|next| !next.is_zone() && !next.is_any(&["hours", "hr", "h"]));
        is_year && goes_on && !self.between(at).contains(':')
    }

    /// The same in scripts that don't part their words, or inflect them at the beginning.
    fn is_unspaced(&self) -> bool {
        let text = self.text.trim_start_matches(|c: char| !is_letter(c) && !c.is_numeric());
        UNSPACED.iter().any(|(words, needs)| {
            let Some((at, found)) = words.split('|').find_map(|word| Some((text.find(word)?, word))) else {
                return false;
            };
            let behind = &text[at + found.len()..];
            // A particle behind it makes it a word of a sentence.
            let stands = behind.is_empty()
                || !behind.starts_with(is_letter)
                || needs.split('|').any(|need| !need.is_empty() && behind.starts_with(need));
            let timed = text.contains(char::is_numeric) || text.chars().count() <= 16;
            let needed = needs.split('|').any(|need| need.is_empty() || text.contains(need));
            timed && needed && (stands || found.chars().count() > 4) && text[..at].chars().count() <= 30
        })
    }
}

#[cfg(test)]
mod tests {
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
