//! Dates of digits only, and dates that begin with their year: `05.06.2025`, `6/5/25`, `2025-06-05`, `20250605`,
//! `2025. június 5.`

use super::cursor::{Number, char_at, number, separator, skip_gap, skip_gap_back, word};
use super::names;
use super::reader::{Core, Mode, Reader, Reading, Shape, TwoDigits, check, days_sign, range_sign};
use super::{BadDate, DateOrder, Notation, PartialDate};

/// Words between a year and what follows in the languages that put the year first.
static YEAR_WORDS: &[&str] = &["m", "metu", "gada", "оны", "жылғы", "жылы", "ж", "թ"];

impl Reader<'_> {
    /// The date of digits that begins with a number.
    pub(super) fn numeric(&self, first: &Number) -> Reading {
        match first.digits {
            8 | 12 | 14 => self.compact(first),
            4 => self.year_first(first),
            1 | 2 => self.short_first(first).or_else(|| self.short_range(first)),
            _ => None,
        }
    }

    /// The years that a date of digits can have: in prose a number is a date only near our time.
    fn plausible(&self, year: i32) -> bool {
        match self.mode {
            Mode::Prose => (1900..=self.latest).contains(&year),
            Mode::Field => (1000..=2999).contains(&year),
        }
    }

    /// `20250605`, `20250605100000` (ISO 8601 basic form; the time of the latter as log files write it).
    fn compact(&self, read: &Number) -> Reading {
        let date = match read.digits {
            8 => read.value,
            12 => read.value / 10_000,
            _ => read.value / 1_000_000,
        };
        let year = i32::try_from(date / 10_000).ok()?;
        if !(1970..=2100).contains(&year) || (self.mode == Mode::Prose && read.digits != 8) {
            return None;
        }
        let part = |value: u64| u32::try_from(value % 100).unwrap_or(0);
        let start = check(Some(year), part(date / 100), part(date), read.start, read.end).ok()?;
        let (mut core, rest) = (self.core(read.start, read.end, start), read.value);
        core.time = match read.digits {
            14 => time_of(part(rest / 10_000), part(rest / 100), Some(part(rest))),
            12 => time_of(part(rest / 100), part(rest), None),
            _ => None,
        };
        if read.digits != 8 && core.time.is_none() {
            return None;
        }
        Some(Ok(core))
    }

    fn core(&self, begin: usize, end: usize, start: PartialDate) -> Core {
        Core { begin, end, start, last: None, notation: Notation::YearFirst, proves: None, time: None }
    }

    /// `2025-06-05`, `2025/06/05`, `2025.06.05`, `2025. 6. 5.`, `2025-06`, `2025-Jun-05`, `2025. június 5.`
    fn year_first(&self, first: &Number) -> Reading {
        let year = i32::try_from(first.value).ok().filter(|&year| self.plausible(year))?;
        let text = self.text;
        let sign = char_at(text, first.end)?;
        let after = first.end + sign.len_utf8();
        let sign = separator(sign);
        if !matches!(sign, '-' | '/' | '.') {
            return self.year_then_name(year, first);
        }
        let next = if sign == '.' { skip_gap(text, after) } else { after };
        let Some(month) = number(text, next).filter(|read| read.digits <= 2) else {
            return self.year_then_name(year, first);
        };
        let spaced = next > after;
        let third = char_at(text, month.end)
            .filter(|&c| separator(c) == sign)
            .map(|c| if spaced { skip_gap(text, month.end + c.len_utf8()) } else { month.end + c.len_utf8() })
            .and_then(|at| number(text, at))
            .filter(|read| read.digits <= 2);
        let Some(day) = third else { return self.year_month(year, first, sign, &month) };
        let padded = month.digits == 2 && day.digits == 2;
        // Calendar versions look like this; only padded or spaced parts, or a country that writes so, make a date.
        if self.mode == Mode::Prose && sign == '.' && !padded && !spaced && self.order != Some(DateOrder::YearFirst) {
            return None;
        }
        let mut end = day.end;
        match check(Some(year), month.part(), day.part(), first.start, end) {
            Ok(start) => {
                if spaced && text[end..].starts_with('.') {
                    end += 1;
                }
                let core = self.core(first.start, end, start);
                Some(Ok(self.with_second(core, sign)))
            }
            Err(bad) if padded && month.value <= 31 && day.value <= 31 => Some(Err(bad)),
            Err(_) => None,
        }
    }

    /// `2025-06`: a month of a year, unless it is a season such as `2010-11`.
    fn year_month(&self, year: i32, first: &Number, sign: char, month: &Number) -> Reading {
        let season = month.part() == (first.part() + 1) % 100;
        let told = match self.mode {
            Mode::Prose => sign == '-' && !season,
            Mode::Field => true,
        };
        if !told || month.digits != 2 || !(1..=12).contains(&month.value) {
            return None;
        }
        let start = PartialDate { year: Some(year), month: Some(month.part()), day: None };
        Some(Ok(self.core(first.start, month.end, start)))
    }

    /// `2025. június 5.`, `2025 m. birželio 5 d.`, `2025. gada 5. jūnijā`, `2025 June 5`, `2025-Jun-05`.
    fn year_then_name(&self, year: i32, first: &Number) -> Reading {
        let text = self.text;
        let mut at = first.end;
        let mut marked = false;
        for _ in 0..2 {
            let next = skip_gap(text, at);
            if let Some(c) = char_at(text, next).filter(|&c| matches!(separator(c), '.' | ',' | '-' | '/')) {
                at = next + c.len_utf8();
                marked = true;
            }
            let next = skip_gap(text, at);
            let said = word(text, next);
            if said.is_empty() || !names::among(said, YEAR_WORDS) {
                break;
            }
            at = next + said.len();
            marked = true;
        }
        let next = skip_gap(text, at);
        if let Some(day) = number(text, next).filter(|read| read.digits <= 2 && marked) {
            let Some(Ok(core)) = self.day_first(&day) else { return None };
            let start = core.start;
            if start.year.is_some() || core.last.is_some() {
                return None;
            }
            return Some(check(Some(year), start.month?, start.day?, first.start, core.end).map(|start| Core {
                begin: first.start,
                start,
                ..core
            }));
        }
        if next == first.end && self.mode == Mode::Prose {
            return None;
        }
        let month = self.month_at(next)?;
        let mut end = month.end;
        let joint = char_at(text, end).filter(|&c| matches!(c, '-' | '/' | '.'));
        let day_at = if joint.is_some() { end + 1 } else { skip_gap(text, end) };
        let day = number(text, day_at).filter(|read| read.digits <= 2);
        let Some(day) = day else {
            // A year and a month's name make a date only where nothing else could be meant.
            let told = self.mode == Mode::Field || (marked && month.name.native && !month.name.short);
            return told.then(|| {
                let start = PartialDate { year: Some(year), month: Some(month.name.number), day: None };
                Ok(Core { notation: Notation::Named, ..self.core(first.start, month.end, start) })
            });
        };
        // `since 2024, June 5, 2025`: the year belongs to what stood before.
        if let Some(Ok(own)) = self.month_first(next)
            && own.start.year.is_some()
        {
            return None;
        }
        if !month.convinces(self, Shape::Full) {
            return None;
        }
        end = day.end;
        let start = match check(Some(year), month.name.number, day.part(), first.start, end) {
            Ok(start) => start,
            Err(bad) => return Some(Err(bad)),
        };
        let mut last = None;
        if let Some((number, stop)) = self.second_day(end, start) {
            (last, end) = (Some(number), stop);
        }
        if text[end..].starts_with('.') {
            end += 1;
        }
        let (said, stop) = super::reader::next_word(text, end);
        if said == "d" {
            end = if text[stop..].starts_with('.') { stop + 1 } else { stop };
        }
        Some(Ok(Core { last, notation: Notation::Named, ..self.core(first.start, end, start) }))
    }

    /// `–7` after `2025. június 5`: the last day of a range within the month.
    fn second_day(&self, at: usize, start: PartialDate) -> Option<(PartialDate, usize)> {
        let at = if self.text[at..].starts_with('.') { at + 1 } else { at };
        let next = days_sign(self.text, at)?;
        let day = number(self.text, next).filter(|read| read.digits <= 2)?;
        let last = check(start.year, start.month?, day.part(), next, day.end).ok()?;
        (last > start).then_some((last, day.end))
    }

    /// `05.06.2025`, `5/6/25`, `5-6-2025`, `7.02 2025`, `5. 6. 2025`: three numbers, the year last.
    fn short_first(&self, first: &Number) -> Reading {
        let text = self.text;
        let sign = char_at(text, first.end)?;
        let after = first.end + sign.len_utf8();
        let sign = separator(sign);
        if !matches!(sign, '-' | '/' | '.') {
            return None;
        }
        let next = if sign == '.' { skip_gap(text, after) } else { after };
        let second = number(text, next).filter(|read| read.digits <= 2 || read.digits == 4)?;
        if second.digits == 4 {
            return self.month_year(first, &second);
        }
        let third_at = match char_at(text, second.end) {
            Some(c) if separator(c) == sign => {
                let after = second.end + c.len_utf8();
                if sign == '.' { skip_gap(text, after) } else { after }
            }
            // `7.02 2025`
            Some(c) if sign == '.' && second.digits == 2 && c.is_whitespace() => skip_gap(text, second.end),
            _ => return None,
        };
        let third = number(text, third_at).filter(|read| matches!(read.digits, 2 | 4))?;
        let glued = next == after && third_at == second.end + 1;
        let short = third.digits == 2;
        if short && self.mode == Mode::Prose {
            let padded = first.digits == 2 && second.digits == 2;
            let told = match sign {
                '/' => true,
                '.' => padded && glued && !self.follows_a_name(first.start),
                _ => false,
            };
            if !told {
                return None;
            }
        }
        // `Unicode 4.1. 2005`, `Section 3.05 2025`: a gap before the year alone, after a name, divides a number from it.
        let year_apart = follows_gap(text, third_at) && next == after;
        if sign == '.' && year_apart && self.mode == Mode::Prose && self.follows_a_name(first.start) {
            return None;
        }
        let end = third.end;
        let order = self.resolve_order(sign, [first.part(), second.part(), third.part()], short)?;
        let [year, month, day] = match order.chosen {
            DateOrder::DayFirst => [third, second, *first],
            DateOrder::MonthFirst => [third, *first, second],
            DateOrder::YearFirst => [*first, second, third],
        };
        let year = self.year(&year, TwoDigits::Allowed).filter(|&year| self.plausible(year))?;
        match check(Some(year), month.part(), day.part(), first.start, end) {
            Ok(start) => {
                let core = Core {
                    notation: Notation::Numeric { ambiguous: order.ambiguous },
                    proves: order.proves,
                    ..self.core(first.start, end, start)
                };
                Some(Ok(self.with_second(core, sign)))
            }
            Err(bad) if !short && day.value <= 31 && month.value <= 31 => Some(Err(bad)),
            Err(_) => None,
        }
    }

    /// `06/2025`, in a field only: in prose it is as often the number of an issue.
    fn month_year(&self, first: &Number, second: &Number) -> Reading {
        let year = self.year(second, TwoDigits::Refused)?;
        if self.mode == Mode::Prose || !(1..=12).contains(&first.value) {
            return None;
        }
        let start = PartialDate { year: Some(year), month: Some(first.part()), day: None };
        Some(Ok(Core { notation: Notation::Numeric { ambiguous: false }, ..self.core(first.start, second.end, start) }))
    }

    /// Which of three numbers are day, month and year; `None` where no reading is a date.
    fn resolve_order(&self, sign: char, [a, b, c]: [u32; 3], short: bool) -> Option<Order> {
        let day_first = (1..=31).contains(&a) && (1..=12).contains(&b);
        // Nobody writes month first with full stops and a two-digit year; versions look like that.
        let month_first = (1..=12).contains(&a) && (1..=31).contains(&b) && !(short && sign == '.');
        let year_first = short
            && (1..=12).contains(&b)
            && (1..=31).contains(&c)
            && (self.order == Some(DateOrder::YearFirst) || (a > 31 && self.mode == Mode::Field));
        let possible = [
            (DateOrder::YearFirst, year_first),
            (DateOrder::MonthFirst, month_first),
            (DateOrder::DayFirst, day_first),
        ];
        let only = match (day_first, month_first, year_first) {
            (true, false, false) => Some(DateOrder::DayFirst),
            (false, true, false) => Some(DateOrder::MonthFirst),
            (false, false, true) => Some(DateOrder::YearFirst),
            (false, false, false) => {
                // Two numbers that could be days: meant as a date, and none.
                let days = (1..=31).contains(&a) && (1..=31).contains(&b) && !short;
                return days.then_some(Order { chosen: DateOrder::DayFirst, ambiguous: false, proves: None });
            }
            _ => None,
        };
        let hinted = self.order.filter(|order| possible.contains(&(*order, true)));
        let chosen = only.or(hinted).unwrap_or(if day_first { DateOrder::DayFirst } else { DateOrder::MonthFirst });
        // `25/06/05` may have its year in front where nothing tells; with full stops hardly anybody writes so.
        let maybe_year_first = short && sign != '.' && (1..=12).contains(&b) && (1..=31).contains(&c);
        let ambiguous = maybe_year_first || (only.is_none() && a != b);
        // `12.11.10` is read so for its full stops, which prove nothing of slashes.
        let proves = only.filter(|_| !maybe_year_first && (a > 12 || b > 12));
        Some(Order { chosen, ambiguous, proves })
    }

    /// Whether a capitalised word or one with digits stands right before: `Ubuntu 22.04.05`, `Section 3.05 2025`.
    fn follows_a_name(&self, at: usize) -> bool {
        let before = skip_gap_back(self.text, at);
        if before == at {
            return false;
        }
        let said = super::cursor::word_back(self.text, before);
        said.chars().next().is_some_and(char::is_uppercase) && super::names::weekday(said, self.languages).is_none()
    }

    /// The second date of a range of two whole ones: `05.06.2025 – 07.06.2025`, `2025-06-03/2025-06-05`.
    fn with_second(&self, core: Core, sign: char) -> Core {
        let text = self.text;
        let next = range_sign(text, core.end).or_else(|| {
            let c = char_at(text, core.end)?;
            (c == '/' && sign == '-' && core.notation == Notation::YearFirst).then_some(core.end + 1)
        });
        let Some(second) = next.and_then(|at| number(text, at)) else { return core };
        if second.end - second.start > 4 {
            return core;
        }
        let plain = Reader { order: self.order.or(core.proves), ..*self };
        match plain.numeric_alone(&second) {
            Some(last) if last.start >= core.start && last.start.day.is_some() => {
                Core { end: last.end, last: Some(last.start), ..core }
            }
            _ => core,
        }
    }

    /// One whole date, read without looking for a second one behind it.
    fn numeric_alone(&self, first: &Number) -> Option<Core> {
        let stop = self.text[first.start..].char_indices().nth(14).map_or(self.text.len(), |(i, _)| first.start + i);
        let shorter = Reader { text: &self.text[..stop], ..*self };
        let read = if first.digits == 4 { shorter.year_first(first) } else { shorter.short_first(first) };
        let core = read?.ok()?;
        char_at(self.text, core.end).is_none_or(|c| !c.is_ascii_digit()).then_some(core)
    }

    /// `17.–20.03.2025`, `17-20.03.2025`, `17.03.–20.03.2025`: ranges whose first date lacks what the second has.
    fn short_range(&self, first: &Number) -> Reading {
        let text = self.text;
        let dot = |at: usize| if text[at..].starts_with('.') { at + 1 } else { at };
        let mut at = dot(first.end);
        let mut month = None;
        if at > first.end
            && let Some(second) = number(text, at).filter(|read| read.digits <= 2 && (1..=12).contains(&read.value))
        {
            (month, at) = (Some(second.part()), dot(second.end));
        }
        let next = range_sign(text, at)?;
        let second = number(text, next).filter(|read| read.digits <= 2)?;
        let sign = char_at(text, second.end).map(separator)?;
        if sign == '-' {
            return None;
        }
        let core = self.numeric_alone(&second)?;
        let month = month.or(core.start.month)?;
        let start = check(core.start.year, month, first.part(), first.start, core.end).ok()?;
        (start < core.start).then_some(Ok(Core { begin: first.start, last: Some(core.start), start, ..core }))
    }
}

/// Whether white space stands right before a position.
fn follows_gap(text: &str, at: usize) -> bool {
    skip_gap_back(text, at) < at
}

/// How three numbers are read.
struct Order {
    chosen: DateOrder,
    ambiguous: bool,
    proves: Option<DateOrder>,
}

fn time_of(hour: u32, minute: u32, second: Option<u32>) -> Option<super::TimeOfDay> {
    (hour < 24 && minute < 60 && second.unwrap_or(0) < 60).then_some(super::TimeOfDay {
        hour,
        minute,
        second,
        zone: None,
    })
}

/// The date of a week of ISO 8601 (`2025-W23-4`, section 4.1.4) or of a day of the year (`2025-156`, section 4.1.3).
pub(super) fn week_or_ordinal(text: &str) -> Option<Result<(PartialDate, usize), BadDate>> {
    use chrono::{Datelike, NaiveDate, Weekday};
    let year = number(text, 0).filter(|read| read.digits == 4)?;
    let year_value = i32::try_from(year.value).ok()?;
    let at = if text[year.end..].starts_with('-') { year.end + 1 } else { year.end };
    let (date, end) = if text[at..].starts_with('W') {
        let week = number(text, at + 1)?;
        let (week, day, end) = match week.digits {
            3 => (week.part() / 10, week.part() % 10, week.end),
            2 => {
                let day = text[week.end..].strip_prefix('-').and_then(|_| number(text, week.end + 1))?;
                (week.part(), day.part(), day.end)
            }
            _ => return None,
        };
        let weekday = Weekday::try_from(u8::try_from(day.checked_sub(1)?).ok()?).ok()?;
        (NaiveDate::from_isoywd_opt(year_value, week, weekday), end)
    } else {
        let day = number(text, at).filter(|read| read.digits == 3)?;
        (NaiveDate::from_yo_opt(year_value, day.part()), day.end)
    };
    Some(match date {
        Some(date) => {
            Ok((PartialDate { year: Some(date.year()), month: Some(date.month()), day: Some(date.day()) }, end))
        }
        None => Err(BadDate { span: 0..end, message: format!("{year_value} has no such day") }),
    })
}
