//! Finding every date in prose.
//!
//! A date always has a digit, so the finder goes from number to number and looks at a bounded stretch around
//! each: linear time in any text, and most bytes of ordinary text are passed over by one table look-up.

use super::cursor::{Number, char_at, char_before, digit, number, separator, skip_gap, skip_gap_back, word, word_back};
use super::east::numeral;
use super::names::{self, fold};
use super::reader::{Core, Mode, Reader, Reading};
use super::{BadDate, DateOrder, Found, Hints, Notation, TimeOfDay, time};

/// Every date in a text, in order of appearance, none overlapping another.
///
/// Takes time linear in the text. What is no date on its own (a version, a price, a time) is passed over; so is
/// what cannot be one, which [`impossible`] gives.
pub fn find(text: &str, hints: &Hints<'_>) -> Vec<Found> {
    scan(&Reader::new(text, hints, Mode::Prose)).into_iter().filter_map(|read| Some(read.ok()?.found)).collect()
}

/// Everything in a text that was meant to be a date and is none, such as `31.02.2025`, in order of appearance.
pub fn impossible(text: &str, hints: &Hints<'_>) -> Vec<BadDate> {
    scan(&Reader::of_line(text, hints)).into_iter().filter_map(Result::err).collect()
}

/// A date with what the finder knows beyond it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Scanned {
    pub found: Found,
    /// The order that it proves.
    pub proves: Option<DateOrder>,
}

/// Every date and every impossible one, in order of appearance.
pub(super) fn scan(reader: &Reader<'_>) -> Vec<Result<Scanned, BadDate>> {
    let mut all = Vec::new();
    let (mut at, mut floor) = (0, 0);
    while let Some(trigger) = next_trigger(reader.text, at) {
        let read = reader.around(trigger, floor);
        let end = match &read {
            Some(Ok(scanned)) => scanned.found.span.end,
            Some(Err(bad)) => bad.span.end,
            None => trigger,
        };
        if let Some(read) = read {
            floor = end;
            all.push(read);
        }
        at = end.max(after_digits(reader.text, trigger));
    }
    all
}

/// The next position, at or after a given one, where a number begins: a digit of any script, or a Chinese
/// numeral before 月.
pub(super) fn next_trigger(text: &str, from: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = from;
    while let Some(skipped) = bytes[at..].iter().position(|&byte| LEADS[byte as usize]) {
        at += skipped;
        let c = char_at(text, at)?;
        if digit(c).is_some() {
            return Some(at);
        }
        if c == '月'
            && let Some(before) = char_before(text, skip_gap_back(text, at))
            && (numeral(before).is_some() || before == '十')
        {
            return Some(at);
        }
        at += c.len_utf8();
    }
    None
}

/// The first bytes of digits of every script that [`digit`] knows, and of 月.
static LEADS: [bool; 256] = {
    let mut leads = [false; 256];
    let mut byte = b'0';
    while byte <= b'9' {
        leads[byte as usize] = true;
        byte += 1;
    }
    leads[0xD9] = true; // Arabic-Indic
    leads[0xDB] = true; // Persian
    leads[0xE0] = true; // Devanagari, Bengali, Thai
    leads[0xE6] = true; // 月
    leads[0xEF] = true; // full-width
    leads
};

/// The position after the run of digits at a position, or after the one character there.
pub(super) fn after_digits(text: &str, at: usize) -> usize {
    let bytes = text.as_bytes();
    if bytes[at].is_ascii_digit() {
        return at + bytes[at..].iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(bytes.len() - at);
    }
    at + char_at(text, at).map_or(1, char::len_utf8)
}

impl Reader<'_> {
    /// The date around a number, not reaching back over an earlier one.
    fn around(&self, trigger: usize, floor: usize) -> Option<Result<Scanned, BadDate>> {
        if self.hopeless(trigger) {
            return None;
        }
        if let Some(read) = self.after_time(trigger, floor) {
            return Some(read);
        }
        match self.core_around(trigger, floor)? {
            Ok(core) => Some(Ok(self.complete(core, floor, None))),
            Err(bad) => Some(Err(bad)),
        }
    }

    /// Whether a number cannot be part of a date, told at a glance; most numbers of a text are let go here.
    fn hopeless(&self, trigger: usize) -> bool {
        let before = char_before(self.text, trigger);
        let part_of_more = before.is_some_and(|c| {
            c.is_ascii_alphanumeric()
                || matches!(c, '_' | '#' | '$' | '+' | '=' | '@' | '&' | '%')
                || digit(c).is_some()
        });
        let odd_length = self.mode == Mode::Prose
            && digit_at(self.text, trigger)
            && number(self.text, trigger).is_none_or(|read| !matches!(read.digits, 1 | 2 | 4 | 8));
        part_of_more || odd_length
    }

    /// The calendar date around a number: led by a month's name or an era before it, or by the number itself.
    fn core_around(&self, trigger: usize, floor: usize) -> Reading {
        let inside = |core: &Core| core.begin >= floor && core.end > trigger;
        let named = self.month_before(trigger, floor).and_then(|start| self.month_first(start));
        let named = named.filter(|read| read.as_ref().map_or(true, |core| inside(core) && self.stands_free(core)));
        if let Some(Ok(core)) = &named
            && core.start.year.is_some()
        {
            return named;
        }
        let start = self.east_start(trigger, floor).unwrap_or(trigger);
        let own = self.date(start).filter(|read| match read {
            Ok(core) => inside(core) && self.stands_free(core),
            Err(bad) => {
                self.left_free(bad.span.start, Notation::YearFirst)
                    && self.right_free(bad.span.end, Notation::YearFirst)
            }
        });
        match (named, own) {
            (Some(Ok(month)), Some(Ok(day))) if day.start.year.is_none() => Some(Ok(month)),
            (Some(Err(bad)), None) => Some(Err(bad)),
            (Some(Ok(month)), None) => Some(Ok(month)),
            (_, own) => own,
        }
    }

    /// Where the month's name before a number begins; behind it may stand a full stop, a comma, `de` and the like.
    pub(super) fn month_before(&self, trigger: usize, floor: usize) -> Option<usize> {
        let text = self.text;
        let mut at = trigger;
        for _ in 0..5 {
            at = skip_gap_back(text, at);
            let c = char_before(text, at).filter(|_| at > floor)?;
            if matches!(separator(c), '.' | ',' | '-' | '/' | '\'' | '’' | '‘') {
                at -= c.len_utf8();
                continue;
            }
            let said = word_back(text, at);
            let start = at - said.len();
            if said.is_empty() || start < floor {
                return None;
            }
            if self.month_at(start).is_some_and(|month| month.end >= at) || fold(said) == "thang" {
                return Some(self.earlier_month(start, floor));
            }
            let before = skip_gap_back(text, start);
            let first = word_back(text, before);
            let two = before - first.len();
            if !first.is_ascii() && two >= floor && self.month_at(two).is_some_and(|month| month.end >= at) {
                return Some(two);
            }
            if !names::among(said, &["de", "del", "di", "d", "of", "do", "the", "nam", "den"]) {
                return None;
            }
            at = start;
        }
        None
    }

    /// The start of `May` in `May–June 2025` or `May 28 – June 2, 2025`, given that of `June`.
    fn earlier_month(&self, start: usize, floor: usize) -> usize {
        let text = self.text;
        let mut at = skip_gap_back(text, start);
        let sign = word_back(text, at);
        if !sign.is_empty() {
            at = skip_gap_back(text, at - sign.len());
        } else if let Some(c) = char_before(text, at).filter(|c| matches!(separator(*c), '-' | '–' | '—' | '/')) {
            at = skip_gap_back(text, at - c.len_utf8());
        } else {
            return start;
        }
        let earlier = at - word_back(text, at).len();
        let reaches = earlier >= floor
            && self.month_at(earlier).is_some()
            && matches!(self.month_first(earlier), Some(Ok(core)) if core.end > start);
        if reaches { earlier } else { start }
    }

    /// Where an East Asian date begins whose number triggered but is not its first part: `令和元年6月`, `六月`.
    fn east_start(&self, trigger: usize, floor: usize) -> Option<usize> {
        let text = self.text;
        let before = char_before(text, skip_gap_back(text, trigger))?;
        let triggered_by_month = char_at(text, trigger) == Some('月');
        if before != '年' && !triggered_by_month && !ERA_ENDS.contains(&before) {
            return None;
        }
        let mut start = trigger;
        for c in text[floor..trigger].chars().rev().take(12) {
            if !(numeral(c).is_some() || digit(c).is_some() || matches!(c, '十' | '年' | ' ')) {
                break;
            }
            start -= c.len_utf8();
        }
        for name in ["中華民國", "民國", "令和", "平成", "昭和", "大正", "明治"] {
            if text[floor..start].ends_with(name) {
                start -= name.len();
                break;
            }
        }
        start += text[start..trigger].len() - text[start..trigger].trim_start_matches([' ', '年']).len();
        Some(start)
    }

    /// A time that stands before its date: `10:00, 5 June 2025`, `at 10:00 on 5 June 2025`.
    fn after_time(&self, trigger: usize, floor: usize) -> Option<Result<Scanned, BadDate>> {
        let text = self.text;
        // Of four digits only `0900 hrs` and its kin are a time, and where a date is expected.
        let is_hour =
            |read: &Number| read.digits <= 2 && read.value <= 24 || read.digits == 4 && self.mode == Mode::Field;
        let hour = number(text, trigger).filter(is_hour)?;
        let next = char_at(text, hour.end)?;
        let apart = char_at(text, skip_gap(text, hour.end))?;
        let timely = match next {
            ':' | '.' => digit_at(text, hour.end + 1),
            _ => matches!(apart, 'h' | 'H' | 'a' | 'A' | 'p' | 'P' | 'U' | 'u' | 'n' | 'm' | 'o') || !apart.is_ascii(),
        };
        if !timely || !self.left_free(trigger, Notation::Named) {
            return None;
        }
        let (clock, end) = time::at(text, trigger)?;
        let mut at = skip_gap(text, end);
        for _ in 0..4 {
            let c = char_at(text, at)?;
            if matches!(separator(c), ',' | '-' | '–' | '—' | '|' | '/' | '(' | '·') {
                at = skip_gap(text, at + c.len_utf8());
                continue;
            }
            let said = word(text, at);
            let skip = !said.is_empty()
                && self.month_at(at).is_none()
                && (names::among(said, LEAD_INS)
                    || self.weekday(said, text[at + said.len()..].starts_with('.')).is_some());
            if !skip {
                break;
            }
            at += said.len();
            if text[at..].starts_with(['.', ',']) {
                at += 1;
            }
            at = skip_gap(text, at);
        }
        let Some(Ok(core)) = self.date(at) else { return None };
        if core.begin < floor || core.start.day.is_none() || core.time.is_some() || !self.stands_free(&core) {
            return None;
        }
        let mut scanned = self.complete(core, floor, Some(clock));
        scanned.found.span.start = trigger;
        Some(Ok(scanned))
    }

    /// Adds the weekday and the time that stand around a calendar date.
    pub(super) fn complete(&self, mut core: Core, floor: usize, clock: Option<TimeOfDay>) -> Scanned {
        let mut span = core.begin..core.end;
        let mut weekday = None;
        if let Some((day, start)) = self.weekday_before(core.begin, floor) {
            (weekday, span.start) = (Some(day), start);
        }
        if weekday.is_none()
            && let Some((day, end)) = self.weekday_after(core.end)
        {
            (weekday, span.end) = (Some(day), end);
        }
        let mut moment = core.time.or(clock);
        if moment.is_none()
            && core.start.day.is_some()
            && let Some((read, end)) = time::after(self.text, span.end)
        {
            (moment, span.end) = (Some(read), close_bracket(self.text, span.end, end));
            if weekday.is_none()
                && let Some((day, end)) = self.weekday_after(span.end)
            {
                (weekday, span.end) = (Some(day), end);
            }
        }
        if let Some(weekday) = weekday {
            self.ordered_by(weekday, &mut core);
        }
        Scanned {
            found: Found { span, start: core.start, end: core.last, time: moment, weekday, notation: core.notation },
            proves: core.proves,
        }
    }

    /// Whether a date is one on its own, and not a piece of a version, an address, a number or a longer word.
    fn stands_free(&self, core: &Core) -> bool {
        self.left_free(core.begin, core.notation) && self.right_free(core.end, core.notation)
    }

    fn left_free(&self, begin: usize, notation: Notation) -> bool {
        let text = self.text;
        let Some(c) = char_before(text, begin) else { return true };
        let named = notation == Notation::Named;
        if c.is_alphanumeric() || c == '_' {
            return !c.is_ascii() && digit(c).is_none() && !is_cased(c);
        }
        let before = char_before(text, begin - c.len_utf8());
        match c {
            '.' => before.is_none_or(|c| !c.is_ascii_digit() && (named || !c.is_ascii_alphabetic())),
            ',' | ':' => before.is_none_or(|c| !c.is_ascii_digit()),
            '-' | '/' => before.is_none_or(|c| c.is_whitespace() || ('\u{590}'..='\u{6FF}').contains(&c)),
            '+' | '#' | '=' | '@' | '$' | '€' | '£' | '%' | '\\' | '^' | '&' => false,
            '–' | '—' => before.is_none_or(|c| !c.is_ascii_digit()),
            c if c.is_whitespace() && !named => !self.is_numbered(begin),
            _ => true,
        }
    }

    /// Whether a word such as `No.`, `version` or `tel.` makes the number that follows something else.
    fn is_numbered(&self, begin: usize) -> bool {
        let text = self.text;
        let mut at = skip_gap_back(text, begin);
        while text[..at].ends_with(['.', ':']) {
            at -= 1;
        }
        let said = word_back(text, at);
        said.len() < 12
            && names::among(
                said,
                &[
                    "no",
                    "nr",
                    "n",
                    "num",
                    "art",
                    "sec",
                    "section",
                    "version",
                    "ver",
                    "v",
                    "rev",
                    "p",
                    "pp",
                    "id",
                    "isbn",
                    "issn",
                    "tel",
                    "fax",
                    "phone",
                    "telefon",
                    "kapitel",
                    "chapter",
                    "fig",
                    "ip",
                    "versión",
                    "versione",
                    "версия",
                    "версии",
                ],
            )
            || text[..at].ends_with(['№', '§'])
    }

    fn right_free(&self, end: usize, notation: Notation) -> bool {
        let text = self.text;
        let named = notation == Notation::Named;
        let mut rest = text[end..].chars();
        let Some(c) = rest.next() else { return true };
        let next = rest.next();
        let digit_next = next.is_some_and(|c| c.is_ascii_digit());
        match c {
            'T' | 't' if notation == Notation::YearFirst => digit_next,
            '_' => false,
            // `2025年6月5日10时`: a time may follow the mark of the day at once.
            c if c.is_ascii_digit() && matches!(char_before(text, end), Some('日' | '일')) => {
                time::at(text, end).is_some()
            }
            c if c.is_alphanumeric() => !c.is_ascii() && digit(c).is_none() && !is_cased(c),
            '.' => !digit_next || char_before(text, end).is_some_and(|c| !c.is_ascii_digit()),
            ',' => !digit_next || number(text, end + 1).is_none_or(|read| read.digits != 3) || self.ends_with_year(end),
            '-' => named && !digit_next || next.is_none_or(|c| !c.is_ascii_alphanumeric()),
            '/' => {
                next.is_none_or(|c| !c.is_ascii_alphanumeric())
                    || (notation == Notation::YearFirst && digit_next && self.ends_with_year(end))
            }
            ':' => !digit_next || time::after(text, end).is_some(),
            '%' | '€' | '$' | '£' | '°' | '@' | '=' | '&' => false,
            _ => true,
        }
    }

    fn ends_with_year(&self, end: usize) -> bool {
        end >= 4
            && self.text.is_char_boundary(end - 4)
            && number(self.text, end - 4).is_some_and(|read| read.end == end)
    }
}

/// Last characters of era names.
static ERA_ENDS: [char; 7] = ['和', '成', '正', '治', '國', '曆', '暦'];

/// Words between a time and its date.
static LEAD_INS: &[&str] = &[
    "on", "am", "den", "the", "le", "el", "il", "op", "w", "dne", "dnia", "em", "в", "on", "uhr", "hours", "hrs", "h",
    "de", "del", "of", "d", "el", "dia", "local", "time", "today",
];

/// Whether a letter belongs to a script that separates its words with spaces and has upper and lower case.
fn is_cased(c: char) -> bool {
    c.is_lowercase() || c.is_uppercase()
}

pub(super) fn digit_at(text: &str, at: usize) -> bool {
    char_at(text, at).is_some_and(|c| digit(c).is_some())
}

/// The end of a time with the bracket that closes behind it, where one opened before it.
fn close_bracket(text: &str, begin: usize, end: usize) -> usize {
    if text[begin..end].contains('(') && !text[begin..end].contains(')') && text[end..].starts_with(')') {
        return end + 1;
    }
    end
}
