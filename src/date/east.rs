//! East Asian dates: `2025年6月5日`, `令和7年6月5日`, `2025년 6월 5일`, `二〇二五年六月五日`; and Vietnamese ones.

use super::cursor::{Number, char_at, number, separator, skip_gap, word};
use super::names::fold;
use super::reader::{Core, Reader, Reading, check};
use super::{Notation, PartialDate};

/// Names before a year, and what to add to the year that follows. The first year of an era is `元年`.
static ERAS: &[(&str, i32)] = &[
    ("令和", 2018),
    ("平成", 1988),
    ("昭和", 1925),
    ("大正", 1911),
    ("明治", 1867),
    ("中華民國", 1911),
    ("民國", 1911),
    ("西暦", 0),
    ("西元", 0),
    ("公元", 0),
];

impl Reader<'_> {
    /// The East Asian or Vietnamese date that begins at a position.
    pub(super) fn east(&self, at: usize) -> Reading {
        let text = self.text;
        let era = ERAS.iter().find(|(name, _)| text[at..].starts_with(name));
        let start = era.map_or(at, |(name, _)| skip_gap(text, at + name.len()));
        let first = east_number(text, start)?;
        let mark = unit(text, first.end);
        if mark.is_none() {
            return self.vietnamese(at);
        }
        let (year, month, mut end) = match mark? {
            (Unit::Year, end) => {
                let year = i32::try_from(first.value).ok()?.checked_add(era.map_or(0, |era| era.1))?;
                let written_short = era.is_none() && first.digits != 4;
                if written_short || !(1000..=2999).contains(&year) {
                    return None;
                }
                let month = east_number(text, skip_gap(text, end))?;
                let (Unit::Month, end) = unit(text, month.end)? else { return None };
                (Some(year), month, end)
            }
            (Unit::Month, end) if era.is_none() => (None, first, end),
            _ => return None,
        };
        if month.digits > 2 {
            return None;
        }
        let mut day = None;
        if let Some(read) = east_number(text, skip_gap(text, end)).filter(|read| read.digits <= 2)
            && let Some((Unit::Day, stop)) = unit(text, read.end)
        {
            (day, end) = (Some(read.part()), stop);
        }
        let core = |start, last, end| Core {
            begin: at,
            end,
            start,
            last,
            notation: Notation::YearFirst,
            proves: None,
            time: None,
        };
        let Some(day) = day else {
            year?;
            if !(1..=12).contains(&month.part()) {
                return None;
            }
            let start = PartialDate { year, month: Some(month.part()), day: None };
            return Some(Ok(core(start, None, end)));
        };
        let start = match check(year, month.part(), day, at, end) {
            Ok(start) => start,
            Err(bad) => return Some(Err(bad)),
        };
        if let Some((last, stop)) = self.east_range(end, start) {
            return Some(Ok(core(start, Some(last), stop)));
        }
        Some(Ok(core(start, None, end)))
    }

    /// The end of a range: `～5日`, `至6月7日`, `から7日`.
    fn east_range(&self, at: usize, start: PartialDate) -> Option<(PartialDate, usize)> {
        let text = self.text;
        let open = skip_gap(text, at);
        let sign = ["～", "〜", "~", "-", "–", "—", "至", "から", "부터", "到"]
            .iter()
            .find(|sign| text[open..].starts_with(**sign))?;
        let first = east_number(text, skip_gap(text, open + sign.len()))?;
        let (year, month, day, end) = match unit(text, first.end)? {
            (Unit::Day, end) => (start.year, start.month?, first, end),
            (Unit::Month, end) => {
                let day = east_number(text, skip_gap(text, end))?;
                let (Unit::Day, end) = unit(text, day.end)? else { return None };
                (start.year, first.part(), day, end)
            }
            (Unit::Year, _) => {
                let Some(Ok(last)) = self.east(first.start) else { return None };
                return last.start.day.is_some().then_some((last.start, last.end));
            }
        };
        let last = check(year, month, day.part(), at, end).ok()?;
        (last > start).then_some((last, end))
    }

    /// `5 tháng 6 năm 2025`, `5 tháng 6, 2025`, `tháng 6 năm 2025`, `tháng 6/2025`.
    fn vietnamese(&self, at: usize) -> Reading {
        let text = self.text;
        let day = number(text, at).filter(|read| read.digits <= 2)?;
        let next = skip_gap(text, day.end);
        let said = word(text, next);
        if said.is_empty() || fold(said) != "thang" {
            return None;
        }
        let (month, year, end) = vietnamese_month(text, next + said.len())?;
        let last_end = year.map_or(end, |(_, end)| end);
        let year = year.map(|(year, _)| year);
        Some(check(year, month, day.part(), at, last_end).map(|start| Core {
            begin: at,
            end: last_end,
            start,
            last: None,
            notation: Notation::Named,
            proves: None,
            time: None,
        }))
    }

    /// `tháng 6 năm 2025` without a day, beginning at the word.
    pub(super) fn vietnamese_month_first(&self, at: usize) -> Reading {
        let said = word(self.text, at);
        if said.is_empty() || fold(said) != "thang" {
            return None;
        }
        let (month, year, _) = vietnamese_month(self.text, at + said.len())?;
        let (year, end) = year?;
        Some(Ok(Core {
            begin: at,
            end,
            start: PartialDate { year: Some(year), month: Some(month), day: None },
            last: None,
            notation: Notation::Named,
            proves: None,
            time: None,
        }))
    }
}

type YearAt = Option<(i32, usize)>;

/// The number of a month after `tháng`, and the year after it.
fn vietnamese_month(text: &str, at: usize) -> Option<(u32, YearAt, usize)> {
    let month = number(text, skip_gap(text, at)).filter(|read| read.digits <= 2 && (1..=12).contains(&read.value))?;
    let mut next = skip_gap(text, month.end);
    if let Some(c) = char_at(text, next).filter(|&c| matches!(separator(c), ',' | '/' | '-')) {
        next = skip_gap(text, next + c.len_utf8());
    }
    let said = word(text, next);
    if fold(said) == "nam" {
        next = skip_gap(text, next + said.len());
    }
    let year = number(text, next).filter(|read| read.digits == 4 && (1000..=2999).contains(&read.value));
    let year = year.and_then(|read| Some((i32::try_from(read.value).ok()?, read.end)));
    Some((month.part(), year, month.end))
}

/// A unit mark after a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    Year,
    Month,
    Day,
}

fn unit(text: &str, at: usize) -> Option<(Unit, usize)> {
    let start = skip_gap(text, at);
    let c = char_at(text, start)?;
    let unit = match c {
        '年' | '년' => Unit::Year,
        '月' | '월' => Unit::Month,
        '日' | '일' | '号' | '號' => Unit::Day,
        _ => return None,
    };
    Some((unit, start + c.len_utf8()))
}

/// The value of a Chinese numeral of one figure; ten is handled by [`east_number`].
pub(super) fn numeral(c: char) -> Option<u64> {
    let value = match c {
        '〇' | '零' | '○' => 0,
        '一' | '元' => 1,
        '二' => 2,
        '三' => 3,
        '四' => 4,
        '五' => 5,
        '六' => 6,
        '七' => 7,
        '八' => 8,
        '九' => 9,
        _ => return None,
    };
    Some(value)
}

/// A number in digits, or in Chinese numerals: `二〇二五`, `十二`, `二十三`, `元`.
fn east_number(text: &str, at: usize) -> Option<Number> {
    if let Some(read) = number(text, at) {
        return Some(read);
    }
    let (mut value, mut figures, mut end, mut tens) = (0u64, 0usize, at, false);
    for c in text.get(at..)?.chars().take(6) {
        if c == '十' && !tens {
            value = value.max(1) * 10;
            tens = true;
        } else if let Some(figure) = numeral(c) {
            value = if tens { value + figure } else { value * 10 + figure };
        } else {
            break;
        }
        figures += 1;
        end += c.len_utf8();
    }
    if figures == 0 || figures > 4 {
        return None;
    }
    let digits = if tens || value < 100 && figures < 4 { 2 } else { figures };
    Some(Number { value, digits, start: at, end })
}
