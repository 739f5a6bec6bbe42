//! Whether the words of a line hold a text back, or only speak of an embargo.

use super::cursor::is_letter;
use super::embargo::{Word, words};
use super::embargo_words::{
    AFTER, ARTICLES, BEFORE, DEFINITE, FORBIDDEN, FRAME, HOURS, IMMEDIATE, INTO, KLOK, LEADS, NEGATIONS, NOT_BEFORE,
    OPENS, OPENS_AT, POLITE, PRESS, PUBLISH, QUALIFIERS, STRICT, UNDER, UNSPACED, UNTIL,
};
use super::find::scan;
use super::reader::{Mode, Reader};
use super::{Found, Hints};

/// A line that names no time is not believed beyond so many words.
const SHORT: usize = 8;
/// Words of a line that is an embargo and nothing else, at most.
const WHOLE: usize = 24;

/// The words of a line from where an embargo may begin.
pub(super) struct Said<'t> {
    text: &'t str,
    words: Vec<Word<'t>>,
    /// Whether nothing of a sentence stands before it.
    is_first: bool,
}

impl<'t> Said<'t> {
    pub(super) fn new(text: &'t str, is_first: bool) -> Self {
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

    pub(super) fn holds(&self) -> bool {
        if self.is_unspaced() {
            return true;
        }
        let first = self.words.iter().take(10).position(|word| !word.is_any(QUALIFIERS));
        let is_led = |at| self.is_participle(at) || self.is_not_before(at) || self.is_first && self.is_noun(at);
        (first.is_some_and(is_led) || self.is_nothing_else()) && !self.is_of_a_year()
    }

    /// What stands between two words.
    fn between(&self, at: usize) -> &str {
        let end = self.words.get(at + 1).map_or(self.text.len(), |next| next.start);
        &self.text[self.words[at].end..end]
    }

    /// `Embargoed until …`, `under strict embargo until …`.
    fn is_participle(&self, at: usize) -> bool {
        let last = if self.words[at].is_participle() {
            at
        } else {
            let under = self.words[at].is_any(UNDER);
            let noun = (at + 1..self.words.len()).find(|&next| !self.words[next].is_any(STRICT));
            match noun.filter(|&noun| under && self.words[noun].is_noun() && !self.words[noun].is_any(DEFINITE)) {
                Some(noun) => noun,
                None => return false,
            }
        };
        let Some(next) = self.words.get(last + 1) else { return true };
        let apart = self.between(last).contains([':', '–', '—', '|', ')', ']', '：', '!', '*'])
            || self.between(last).contains(" - ");
        // `EMBARGOED New lock opens`: capitals set it apart.
        let loud = |word: &Word<'_>| !word.written.contains(char::is_lowercase);
        let apart = apart || loud(&self.words[last]) && !loud(next);
        // `Embargoed by the journal until 5 May`.
        let by = || {
            let mut behind = self.words[last + 1..].iter().take(SHORT);
            next.folded == "by"
                && behind.any(|word| word.is_any(UNTIL))
                && self.words[last..].iter().any(Word::is_number)
        };
        apart
            || by()
            || next.is_any(UNTIL)
            || next.is_any(INTO)
            || next.is_timely()
            || next.is_any(AFTER)
            || next.is_event()
    }

    /// `Not for publication before …`.
    fn is_not_before(&self, at: usize) -> bool {
        let said =
            |end: usize| self.words[at..end].iter().map(|word| word.folded.as_str()).collect::<Vec<_>>().join(" ");
        let led = (at + 1..=self.words.len().min(at + 5)).find(|&end| NOT_BEFORE.contains(&said(end).as_str()));
        let Some(end) = led else { return false };
        let behind = &self.words[end..self.words.len().min(end + 9)];
        // `Do not publish photos before asking` is advice.
        let names_when = |at: usize| at == 0 || behind[at..].iter().any(|word| word.is_timely() || word.is_event());
        behind.iter().position(|word| word.is_any(BEFORE)).is_some_and(names_when)
            || said(end).starts_with("hold ") && behind.first().is_none_or(Word::is_timely)
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

    /// Whether a line, up to its end or a mark that sets a headline apart, is made of an embargo's words and a time, in
    /// whatever order: `5 May 2025, 10:00: EMBARGO`, `Please respect the embargo`, `Nicht vor dem 5. Mai veröffentlichen`.
    fn is_nothing_else(&self) -> bool {
        let is_word = |word: &Word<'_>| {
            word.is_noun()
                || word.is_participle()
                || word.is_of_time()
                || [QUALIFIERS, UNDER, STRICT, LEADS, AFTER, FRAME, POLITE, BEFORE, FORBIDDEN]
                    .iter()
                    .any(|list| word.is_any(list))
                || word.is_event()
                || word.begins(PUBLISH)
        };
        if !self.words.first().is_some_and(is_word) {
            return false;
        }
        let dates: Vec<Found> = scan(&Reader::new(self.text, &Hints::default(), Mode::Field))
            .into_iter()
            .filter_map(|read| Some(read.ok()?.found))
            .collect();
        let belongs = |word: &Word<'_>| is_word(word) || dates.iter().any(|found| found.span.contains(&word.start));
        let known = self.words.iter().take_while(|word| belongs(word)).count();
        let is_end = |&end: &usize| {
            end == self.words.len()
                || self.between(end - 1).contains([':', '.', '!', '?', ';', '–', '—', '|', ')', ']', '*', '：'])
                || self.between(end - 1).contains(" - ")
        };
        let Some(end) = (1..=known.min(WHOLE)).rev().find(is_end) else { return false };
        let words = &self.words[..end];
        let stop = words[end - 1].end;
        let dated = dates.iter().any(|found| found.span.start < stop && found.start.day.is_some());
        let clocked = dates.iter().any(|found| found.span.start < stop && found.time.is_some())
            || words.iter().any(|word| word.is_number() && super::time::at(self.text, word.start).is_some())
            || words.iter().any(|word| word.is_any(HOURS) || word.is_any(KLOK) && word.folded != "las");
        self.is_embargo_in(words, dated, clocked)
            || self.is_first && words.iter().any(Word::is_number) && self.is_forbidden_in(words)
            || self.is_first && dated && self.is_gate_in(words, clocked)
    }

    /// Whether these words, which stand for nothing but an embargo, say that there is one.
    fn is_embargo_in(&self, words: &[Word<'_>], dated: bool, clocked: bool) -> bool {
        let Some(noun) = words.iter().position(|word| word.is_noun() || word.is_participle()) else { return false };
        let before = &words[noun.saturating_sub(2)..noun];
        // `No embargo`, `not under embargo`.
        if before.iter().any(|word| word.is_any(NEGATIONS) && !word.is_any(&["n", "na"])) {
            return false;
        }
        let asked = words.iter().any(|word| word.is_any(POLITE));
        let is_sure = asked || clocked && (self.is_first || !before.iter().any(|word| word.is_any(ARTICLES)));
        let is_whole = words.len() == self.words.len();
        let timed = (dated || clocked || is_whole && words.iter().any(Word::is_number))
            && !words[noun..].iter().any(|word| word.is_any(IMMEDIATE));
        // `The embargo`: a word of a sentence.
        let plain = (timed || is_whole && (words[noun].is_participle() || words.iter().any(Word::is_event)))
            && !before.last().is_some_and(|word| word.is_any(ARTICLES))
            || timed && words[..noun].iter().any(|word| word.is_any(PRESS));
        is_sure || self.is_first && plain
    }

    /// `Nicht vor dem 5. Mai veröffentlichen`, `Divulgação proibida até 5 de maio`.
    fn is_forbidden_in(&self, words: &[Word<'_>]) -> bool {
        let first_only =
            words.iter().any(|word| word.is_any(&["erst"])) && words.iter().any(|word| word.is_any(&["ab"]));
        words.iter().any(|word| word.begins(PUBLISH))
            && (first_only
                || words.iter().any(|word| word.is_any(FORBIDDEN)) && words.iter().any(|word| word.is_any(BEFORE)))
    }

    /// `Frei ab 5. Mai`, `FOR RELEASE AT 10:00 ON 5 MAY`.
    fn is_gate_in(&self, words: &[Word<'_>], clocked: bool) -> bool {
        let folded = words.iter().map(|word| word.folded.as_str()).collect::<Vec<_>>().join(" ");
        let begins = |phrases: &[&str]| {
            let rests = phrases.iter().filter_map(|phrase| folded.strip_prefix(phrase));
            rests.into_iter().any(|rest| rest.is_empty() || rest.starts_with(' '))
        };
        // `This release is closed until 5 May`, which a bridge may be too.
        let is_closed =
            words.iter().any(|word| word.folded == "gesperrt") && words.iter().any(|word| word.is_any(PRESS));
        is_closed || begins(OPENS) || clocked && begins(OPENS_AT)
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
