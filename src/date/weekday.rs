//! Weekdays beside a date: `Thursday, 5 June`, `Montag, den 5. Juni`, `6月5日（木）`.

use chrono::Weekday;

use super::cursor::{char_at, char_before, number, separator, skip_gap, skip_gap_back, word, word_back};
use super::find::digit_at;
use super::names;
use super::reader::{Core, Reader, next_word};
use super::{DateOrder, Notation, PartialDate};

impl Reader<'_> {
    /// Reads an ambiguous date as its weekday has it, where that agrees with one order only: `Mon, 11/06/2023` is the
    /// sixth of November.
    pub(super) fn ordered_by(&self, weekday: Weekday, core: &mut Core) {
        let ambiguous = core.notation == (Notation::Numeric { ambiguous: true }) && core.last.is_none();
        let PartialDate { year, month, day } = core.start;
        let turned = PartialDate { year, month: day, day: month };
        let falls_on = |date: PartialDate| {
            let day = chrono::NaiveDate::from_ymd_opt(date.year?, date.month?, date.day?)?;
            Some(chrono::Datelike::weekday(&day) == weekday)
        };
        let (Some(as_read), Some(otherwise)) = (falls_on(core.start), falls_on(turned)) else { return };
        if !ambiguous || as_read == otherwise {
            return;
        }
        if otherwise {
            core.start = turned;
        }
        let day_first =
            number(self.text, core.begin).is_some_and(|first| Some(first.value) == core.start.day.map(u64::from));
        core.proves = Some(if day_first { DateOrder::DayFirst } else { DateOrder::MonthFirst });
        core.notation = Notation::Numeric { ambiguous: false };
    }

    /// The weekday that a word names beside a date; short ones only where they are no other word.
    pub(super) fn weekday(&self, said: &str, dotted: bool) -> Option<Weekday> {
        let name = names::weekday(said, self.languages)?;
        // `CET` is a zone before it is Thursday in Croatian.
        if !name.native && said.bytes().all(|byte| byte.is_ascii_uppercase()) && super::zone::zone(said, 0).is_some() {
            return None;
        }
        let lower = said.chars().next().is_some_and(char::is_lowercase);
        let letters = said.chars().count();
        // Portuguese ordinals are weekdays only with `-feira`, or in a text known to be Portuguese.
        let ordinal = names::among(said, &["segunda", "terca", "quarta", "quinta", "sexta"]);
        let certain = (!name.short && !ordinal)
            || name.native
            || match letters {
                0..=2 => !said.is_ascii() && !said.chars().any(|c| c.is_lowercase() && !matches!(c, 'а'..='я')),
                _ => !lower || dotted,
            };
        certain.then(|| as_weekday(name.number))
    }

    pub(super) fn weekday_before(&self, begin: usize, floor: usize) -> Option<(Weekday, usize)> {
        let text = self.text;
        let mut at = begin;
        for _ in 0..4 {
            at = skip_gap_back(text, at);
            let c = char_before(text, at).filter(|_| at > floor)?;
            if matches!(separator(c), ',' | '.' | ')' | '(' | '|') {
                at -= c.len_utf8();
                continue;
            }
            let mut said = word_back(text, at);
            if said.is_empty() || at - said.len() < floor {
                return None;
            }
            let mut start = at - said.len();
            let dotted = text[at..].starts_with('.');
            if said == "feira"
                && let Some(before) = text[..start].strip_suffix('-')
            {
                said = word_back(text, before.len());
                start = before.len() - said.len();
                return Some((as_weekday(names::weekday(said, self.languages)?.number), start));
            }
            if let Some(weekday) = self.weekday(said, dotted) {
                let opened = text[..start].ends_with('(') && text[at..].starts_with(')');
                return Some((weekday, if opened { start - 1 } else { start }));
            }
            if !said.is_ascii() {
                let before = skip_gap_back(text, start);
                let first = word_back(text, before);
                let two = before - first.len();
                if !first.is_empty() && two >= floor && self.weekday(&format!("{first} {said}"), false).is_some() {
                    return Some((self.weekday(&format!("{first} {said}"), false)?, two));
                }
            }
            if !names::among(said, &["den", "the", "le", "el", "il", "de", "d", "dem", "o", "dia", "ngay"]) {
                return None;
            }
            at = start;
        }
        None
    }

    pub(super) fn weekday_after(&self, end: usize) -> Option<(Weekday, usize)> {
        let text = self.text;
        let mut at = skip_gap(text, end);
        let mut open = false;
        let mut comma = false;
        for _ in 0..2 {
            match char_at(text, at).map(|c| (separator(c), c.len_utf8())) {
                Some((sign @ ('(' | ','), length)) => {
                    (open, comma) = (open || sign == '(', comma || sign == ',');
                    at = skip_gap(text, at + length);
                }
                _ => break,
            }
        }
        let said = word(text, at);
        let eastern = said.chars().next().is_some_and(|c| ('\u{3040}'..='\u{D7AF}').contains(&c));
        let read = if eastern {
            [3, 2, 1].into_iter().filter(|&letters| letters > 1 || open).find_map(|letters| {
                let length = said.char_indices().nth(letters).map_or(said.len(), |(i, _)| i);
                let name = names::weekday(&said[..length], self.languages)?;
                Some((as_weekday(name.number), at + length))
            })
        } else if text[at + said.len()..].starts_with("-feira") {
            names::weekday(said, self.languages).map(|name| (as_weekday(name.number), at + said.len() + "-feira".len()))
        } else {
            let dotted = text[at + said.len()..].starts_with('.');
            let native = names::weekday(said, self.languages).is_some_and(|name| name.native);
            let lower = said.starts_with(char::is_lowercase);
            let long = said.chars().count() > 3 && (comma || native || (self.languages == 0 && !lower));
            let day = self.weekday(said, dotted).filter(|_| open || long);
            day.map(|day| (day, at + said.len() + usize::from(dotted && open)))
        };
        let (day, stop) = read?;
        if !open {
            // `5 June, Thursday 12 June`: it belongs to the date that follows.
            return (!digit_follows(text, stop) || eastern).then_some((day, stop));
        }
        match char_at(text, stop) {
            Some(c) if separator(c) == ')' => Some((day, stop + c.len_utf8())),
            Some(',' | ' ') => Some((day, stop)),
            _ => None,
        }
    }
}

/// The weekday of a number from Monday = 0.
fn as_weekday(number: u32) -> Weekday {
    u8::try_from(number).ok().and_then(|number| Weekday::try_from(number).ok()).unwrap_or(Weekday::Mon)
}

/// Whether a number that is no time follows a position, perhaps after a word.
fn digit_follows(text: &str, at: usize) -> bool {
    let (_, end) = next_word(text, at);
    let at = if end > skip_gap(text, at) { end } else { at };
    let at = skip_gap(text, at);
    let at = if text[at..].starts_with(',') { skip_gap(text, at + 1) } else { at };
    digit_at(text, at) && number(text, at).is_some_and(|read| !text[read.end..].starts_with([':', 'h', 'H']))
}
