//! Dates with the name of their month: `5 June 2025`, `June 5th, 2025`, `3-5 June`, `28 May – 2 June 2025`.

use super::cursor::{Number, char_at, number, separator, skip_gap, word};
use super::names::{self, fold};
use super::reader::{Core, Mode, Month, Reader, Reading, Shape, TwoDigits, check, days_sign, next_word, range_sign};
use super::{Notation, PartialDate, TimeOfDay, time};

/// Words between a day and its month, or a month and its year.
static JOINTS: &[&str] = &["of", "de", "d", "di", "del", "do", "da", "den", "the", "nam", "ta", "พ.ศ", "ค.ศ"];

/// Words and abbreviations for "year" that follow one.
static YEAR_MARKS: &[&str] = &[
    "г",
    "года",
    "году",
    "год",
    "гг",
    "р",
    "року",
    "рік",
    "році",
    "r",
    "roku",
    "გ",
    "წ",
    "թ",
    "թվականին",
    "m",
    "god",
    "godine",
    "год",
    "година",
    "години",
    "лета",
    "leta",
    "gada",
];

/// A day, its month and perhaps its year.
struct One {
    day: u32,
    month: Month,
    year: Option<i32>,
    time: Option<TimeOfDay>,
    end: usize,
}

impl Reader<'_> {
    /// A date that begins with its day, or a range of such.
    pub(super) fn day_first(&self, first: &Number) -> Reading {
        if first.digits > 2 || first.value > 39 {
            return None;
        }
        if let Some(one) = self.day_month(first) {
            return self.day_month_range(first, &one).or_else(|| self.single(first.start, &one, Shape::DayMonth));
        }
        // `3-5 June`, `vom 3. bis 5. Juni`, `17 to 20 March 2025`
        let next = days_sign(self.text, after_ordinal(self.text, first.end))?;
        let second = number(self.text, next).filter(|read| read.digits <= 2)?;
        let one = self.day_month(&second)?;
        let Some(Ok(core)) = self.single(first.start, &one, Shape::DayMonth) else { return None };
        let start = check(one.year, one.month.name.number, first.part(), first.start, one.end).ok()?;
        (start < core.start).then_some(Ok(Core { last: Some(core.start), start, ..core }))
    }

    /// A date that begins with the name of its month, or a range of such.
    pub(super) fn month_first(&self, at: usize) -> Reading {
        if let Some(reading) = self.vietnamese_month_first(at) {
            return Some(reading);
        }
        let month = self.month_at(at)?;
        if let Some(reading) = self.month_range(at, &month) {
            return Some(reading);
        }
        let text = self.text;
        let (next, _) = self.past_joint(month.end);
        let Some(first) = number(text, next) else { return self.month_short_year(at, &month, next) };
        if first.digits == 4 {
            return self.month_year_named(at, &month, &first);
        }
        if first.digits > 2 || first.value > 39 || glued_on(text, first.end) {
            return None;
        }
        let mut end = after_ordinal(text, first.end);
        let mut last: Option<(u32, u32)> = None;
        if let Some(next) = days_sign(text, end) {
            if let Some(second) = number(text, next).filter(|read| read.digits <= 2 && !glued_on(text, read.end)) {
                if second.part() > first.part() && second.part() <= 31 && self.day_month(&second).is_none() {
                    last = Some((month.name.number, second.part()));
                    end = after_ordinal(text, second.end);
                }
            } else if let Some(other) = self.month_at(next)
                && let Some(second) = number(text, skip_gap(text, other.end)).filter(|read| read.digits <= 2)
                && !glued_on(text, second.end)
            {
                last = Some((other.name.number, second.part()));
                end = after_ordinal(text, second.end);
            }
        }
        let (year, time, mut end) = self.year_after(end, None);
        if year.is_none() && text[..end].ends_with('.') {
            // The full stop of a sentence; only before a month is it an ordinal's.
            end -= 1;
        }
        let one = One { day: first.part(), month, year, time, end };
        let Some(Ok(core)) = self.single(at, &one, Shape::MonthDay) else {
            return self.single(at, &one, Shape::MonthDay);
        };
        let Some((month, day)) = last else { return Some(Ok(core)) };
        let last = check(year, month, day, at, end).ok()?;
        Some(if last > core.start { Ok(Core { last: Some(last), ..core }) } else { Ok(core) })
    }

    /// `5 June 2025`, `5. Juni`, `5 de junio de 2025`, `05-JUN-2025`, `le 1er juin`.
    fn day_month(&self, day: &Number) -> Option<One> {
        let text = self.text;
        let mut at = after_ordinal(text, day.end);
        let joint = char_at(text, at).filter(|&c| at == day.end && matches!(separator(c), '-' | '/'));
        let month_at = match joint {
            Some(c) => at + c.len_utf8(),
            None => {
                let (next, joints) = self.past_joint(at);
                let glued = next == at && at == day.end && joints == 0;
                let comma = text[skip_gap(text, at)..].starts_with(',');
                if self.mode == Mode::Prose && (glued || comma) {
                    return None;
                }
                next
            }
        };
        let month = self.month_at(month_at)?;
        at = month.end;
        let (year, time, end) = self.year_after(at, joint.map(separator));
        Some(One { day: day.part(), month, year, time, end })
    }

    /// The second half of `28 May – 2 June 2025`, `28 May 2025 to 2 June 2025`.
    fn day_month_range(&self, first: &Number, one: &One) -> Reading {
        let next = range_sign(self.text, one.end)?;
        let second = number(self.text, next).filter(|read| read.digits <= 2 && read.value <= 31)?;
        let other = self.day_month(&second)?;
        let Some(Ok(core)) = self.single(second.start, &other, Shape::DayMonth) else { return None };
        let earlier_year = match (one.year, other.year) {
            (None, Some(year)) if one.month.name.number > other.month.name.number => Some(year - 1),
            (own, year) => own.or(year),
        };
        let start = check(earlier_year, one.month.name.number, one.day, first.start, one.end).ok()?;
        (start < core.start || core.start.year.is_none()).then_some(Ok(Core {
            begin: first.start,
            start,
            last: Some(core.start),
            ..core
        }))
    }

    /// One date of a month's name, checked against the calendar and for conviction.
    fn single(&self, begin: usize, one: &One, shape: Shape) -> Reading {
        let shape = if one.year.is_some() { Shape::Full } else { shape };
        if !one.month.convinces(self, shape) || (shape == Shape::MonthDay && !self.stands_alone(begin, one)) {
            return None;
        }
        match check(one.year, one.month.name.number, one.day, begin, one.end) {
            Ok(start) => Some(Ok(Core {
                begin,
                end: one.end,
                start,
                last: None,
                notation: Notation::Named,
                proves: None,
                time: one.time,
            })),
            // Without a year `may 35` is more likely something else than a slip.
            Err(bad) if one.year.is_some() || self.mode == Mode::Field => Some(Err(bad)),
            Err(_) => None,
        }
    }

    /// Whether `Jan 5` is not a person with a number: an abbreviation without full stop needs a word that leads to
    /// a date before it, or no word in small letters after it.
    fn stands_alone(&self, begin: usize, one: &One) -> bool {
        if self.mode == Mode::Field || !one.month.name.short || one.month.dotted {
            return true;
        }
        let next = skip_gap(self.text, one.end);
        if !word(self.text, next).chars().next().is_some_and(char::is_lowercase) {
            return true;
        }
        let before = super::cursor::word_back(self.text, super::cursor::skip_gap_back(self.text, begin));
        names::among(
            before,
            &["on", "from", "since", "until", "till", "by", "of", "dated", "before", "after", "the", "le", "el"],
        ) || super::names::weekday(before, self.languages).is_some()
    }

    /// `June 2025`, `junio de 2025`.
    fn month_year_named(&self, begin: usize, month: &Month, read: &Number) -> Reading {
        let year = self
            .year(read, TwoDigits::Refused)
            .filter(|year| (1800..=self.latest).contains(year) || self.mode == Mode::Field)?;
        if !month.convinces(self, Shape::MonthYear) {
            return None;
        }
        let end = after_year(self.text, read.end);
        Some(Ok(named(begin, end, PartialDate { year: Some(year), month: Some(month.name.number), day: None })))
    }

    /// `June '25`.
    fn month_short_year(&self, begin: usize, month: &Month, at: usize) -> Reading {
        let c = char_at(self.text, at).filter(|c| matches!(c, '\'' | '’' | '‘'))?;
        let read = number(self.text, at + c.len_utf8()).filter(|read| read.digits == 2)?;
        let year = self.year(&read, TwoDigits::Allowed)?;
        if !month.convinces(self, Shape::MonthYear) {
            return None;
        }
        Some(Ok(named(begin, read.end, PartialDate { year: Some(year), month: Some(month.name.number), day: None })))
    }

    /// `May–June 2025`, `May/June 2025`.
    fn month_range(&self, begin: usize, month: &Month) -> Reading {
        let text = self.text;
        let next =
            range_sign(text, month.end).or_else(|| text[month.end..].starts_with('/').then_some(month.end + 1))?;
        let other = self.month_at(next)?;
        let read = number(text, self.past_joint(other.end).0).filter(|read| read.digits == 4)?;
        let Some(Ok(core)) = self.month_year_named(begin, &other, &read) else { return None };
        let start = PartialDate { month: Some(month.name.number), ..core.start };
        (start < core.start && month.convinces(self, Shape::MonthYear)).then_some(Ok(Core {
            start,
            last: Some(core.start),
            ..core
        }))
    }

    /// The position after white space and a word such as `of` or `de`, and how many such words there were.
    fn past_joint(&self, at: usize) -> (usize, usize) {
        let text = self.text;
        let mut at = skip_gap(text, at);
        let mut joints = 0;
        if text[at..].starts_with(',') {
            at = skip_gap(text, at + 1);
        }
        while joints < 2 {
            let said = word(text, at);
            if said.is_empty() || said.len() > 12 || !names::among(said, JOINTS) {
                break;
            }
            at += said.len();
            if let Some(c) = char_at(text, at).filter(|c| matches!(c, '\'' | '’') || (*c == '.' && !said.is_ascii()))
            {
                at += c.len_utf8();
            }
            at = skip_gap(text, at);
            joints += 1;
        }
        (at, joints)
    }

    /// The year after a day and month, the time that may stand between (`Jun 25 10:00:00 2026`), and the end.
    fn year_after(&self, at: usize, joint: Option<char>) -> (Option<i32>, Option<TimeOfDay>, usize) {
        let text = self.text;
        if let Some(joint) = joint {
            let c = char_at(text, at).filter(|&c| separator(c) == joint);
            let read = c.and_then(|c| number(text, at + c.len_utf8()));
            let year = read.and_then(|read| Some((self.year(&read, TwoDigits::Allowed)?, read.end)));
            return year.map_or((None, None, at), |(year, end)| (Some(year), None, end));
        }
        let clock = skip_gap(text, at);
        if number(text, clock).is_some_and(|read| read.digits <= 2 && text[read.end..].starts_with(':'))
            && let Some((time, end)) = time::at(text, clock)
            && let Some(read) = number(text, skip_gap(text, end)).filter(|read| read.digits == 4)
            && let Some(year) = self.year(&read, TwoDigits::Refused)
        {
            return (Some(year), Some(time), read.end);
        }
        let mut next = at;
        if let Some(c) = char_at(text, next).filter(|&c| c == '.' || (separator(c) == '/' && self.mode == Mode::Field))
        {
            next += c.len_utf8();
        }
        let (mut next, _) = self.past_joint(next);
        let apostrophe = char_at(text, next).filter(|c| matches!(c, '\'' | '’' | '‘'));
        if let Some(c) = apostrophe {
            next += c.len_utf8();
        }
        let none = (None, None, at);
        let Some(read) = number(text, next) else { return none };
        let thai = text[..at].trim_end_matches('.').ends_with(|c: char| matches!(c, '\u{E00}'..='\u{E7F}'));
        let two_digits = match self.mode {
            _ if thai => TwoDigits::Allowed,
            Mode::Field => TwoDigits::Allowed,
            Mode::Prose if apostrophe.is_some() => TwoDigits::Allowed,
            Mode::Prose => TwoDigits::Refused,
        };
        let Some(year) = self.year(&read, two_digits) else { return none };
        let year = if thai { buddhist(year, read.digits) } else { year };
        let in_range = self.mode == Mode::Field || (1500..=self.latest).contains(&year);
        // `5 June 1700 GMT` is a time; `5 June 20:25` too.
        let (said, _) = next_word(text, read.end);
        // `June 5, 2025-06-07`: the year belongs to the next date.
        let mut rest = text[read.end..].chars();
        let goes_on = matches!(rest.next(), Some('-' | '/' | '.')) && rest.next().is_some_and(|c| c.is_ascii_digit());
        let clock = matches!(said.as_str(), "gmt" | "utc" | "hrs" | "hours" | "h")
            || text[read.end..].starts_with(':') && read.digits == 2;
        if !in_range || clock || goes_on {
            return none;
        }
        (Some(year), None, after_year(text, read.end))
    }
}

fn named(begin: usize, end: usize, start: PartialDate) -> Core {
    Core { begin, end, start, last: None, notation: Notation::Named, proves: None, time: None }
}

/// The Gregorian year of a Thai one, which counts from 543 BC; years that are plausible as they stand are kept.
fn buddhist(year: i32, digits: usize) -> i32 {
    match digits {
        2 => 2500 + year % 100 - 543,
        _ if (2400..=2643).contains(&year) => year - 543,
        _ => year,
    }
}

/// The position after an ordinal sign that belongs to a day: `5th`, `1er`, `5.`, `1º`, `5-го`, `5-én`.
fn after_ordinal(text: &str, at: usize) -> usize {
    let Some(c) = char_at(text, at) else { return at };
    if matches!(c, '.' | 'º' | 'ª' | '°' | '।') {
        let mut end = at + c.len_utf8();
        if let Some(c) = char_at(text, end).filter(|c| matches!(c, 'º' | 'ª' | '°')) {
            end += c.len_utf8();
        }
        return end;
    }
    let (hyphen, start) = if matches!(c, '-' | '\u{2011}' | ':') { (true, at + c.len_utf8()) } else { (false, at) };
    let said = word(text, start);
    if said.is_empty() || said.len() > 8 {
        return at;
    }
    let known = match fold(said).as_str() {
        "st" | "nd" | "rd" | "th" | "er" | "re" | "eme" | "e" | "ste" | "de" | "η" | "го" | "і" | "a" | "th\u{2e}" => {
            true
        }
        "en" | "an" | "jen" | "i" | "ei" | "tol" | "ig" | "ban" | "ben" | "na" | "ja" | "я" | "е" => hyphen,
        _ => false,
    };
    if known { start + said.len() } else { at }
}

/// The position after a word for "year" that follows one: `2025 года`, `2025 r.`
fn after_year(text: &str, at: usize) -> usize {
    let (said, end) = next_word(text, at);
    if said.is_empty() || !YEAR_MARKS.contains(&said.as_str()) {
        return at;
    }
    if said.chars().count() <= 2 && text[end..].starts_with('.') {
        return end + 1;
    }
    // Single letters without their full stop are words of their own more often than not.
    if said.is_ascii() && said.len() == 1 { at } else { end }
}

/// Whether a short number goes on as a time, a decimal or thousands: `June 10:30`, `May 5.5`, `May 5,000`.
fn glued_on(text: &str, at: usize) -> bool {
    let mut rest = text[at..].chars();
    let (sign, next) = (rest.next(), rest.next());
    let digit = next.is_some_and(|c| c.is_ascii_digit());
    match sign {
        Some(':' | '.') => digit,
        Some(',') => digit && number(text, at + 1).is_some_and(|read| read.digits == 3),
        Some('%' | '€' | '$' | '£') => true,
        _ => false,
    }
}
