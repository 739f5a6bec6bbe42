//! Dates in file names.

use super::cursor::{char_at, char_before, digit, number};
use super::find::after_digits;
use super::reader::{Core, Mode, Reader};
use super::{Found, Hints, Notation, time};

/// The date that a file's name holds: `2025-06-05-water.txt`, `20250605_x`, `05.06.2025 release.txt`,
/// `27Sep2007Dole74.txt`, `june-2025.md`.
///
/// The first whole date counts, else the first month of a year. The year has four digits and lies between 1970 and
/// 2100, so that versions, hashes and numbers of advisories are none. An ambiguous order is marked in the notation.
pub fn in_name(file_name: &str) -> Option<Found> {
    let stem = stem(file_name);
    // Underscores and hyphens stand for spaces in names; both are one byte, so that positions stay.
    let digits = stem.replace('_', "-");
    let names = stem.replace(['_', '-'], " ");
    let hints = Hints::default();
    let numeric = Reader::new(&digits, &hints, Mode::Field);
    let named = Reader::new(&names, &hints, Mode::Field);
    let mut month = None;
    let mut at = 0;
    while let Some(offset) = stem[at..].find(|c| digit(c).is_some()) {
        let start = at + offset;
        at = after_digits(stem, start);
        let Some(first) = number(&digits, start) else { continue };
        if char_before(stem, start).is_some_and(|c| digit(c).is_some()) {
            continue;
        }
        let free = char_before(stem, start).is_none_or(|c| !c.is_alphanumeric() && c != '.');
        let plain = free.then(|| numeric.numeric(&first).or_else(|| numeric.east(start))).flatten();
        let plain = plain.and_then(Result::ok).filter(|core| ends_freely(&digits, core));
        let day_led = free.then(|| named.day_first(&first)).flatten().and_then(Result::ok);
        let mut readings =
            [plain, day_led, named.month_led(start)].into_iter().flatten().filter(recent).collect::<Vec<_>>();
        readings.sort_by_key(|core| core.start.day.is_none());
        let Some(core) = readings.into_iter().next() else { continue };
        if core.start.day.is_some() {
            return Some(found(&digits, core));
        }
        month = month.or(Some(core));
    }
    month.map(|core| found(&digits, core))
}

fn recent(core: &Core) -> bool {
    core.start.year.is_some_and(|year| (1970..=2100).contains(&year))
}

fn found(text: &str, core: Core) -> Found {
    let mut span = core.begin..core.end;
    let mut moment = core.time;
    if matches!(char_at(text, span.end), Some('T'))
        && let Some((read, end)) = time::after(text, span.end)
    {
        (moment, span.end) = (Some(read), end);
    }
    Found { span, start: core.start, end: core.last, time: moment, weekday: None, notation: core.notation }
}

/// The name without its extension; what follows a full stop is one when it has a letter and few characters.
fn stem(name: &str) -> &str {
    match name.rsplit_once('.') {
        Some((stem, extension))
            if !stem.is_empty() && extension.len() <= 8 && extension.starts_with(|c: char| c.is_ascii_alphabetic()) =>
        {
            stem
        }
        _ => name,
    }
}

/// Whether a date of digits is no piece of something longer, and has a four-digit year and padded parts where full
/// stops divide it.
fn ends_freely(text: &str, core: &Core) -> bool {
    let own = &text[core.begin..core.end];
    let four = own.len() >= 4
        && (own.bytes().take(4).all(|b| b.is_ascii_digit()) || own.bytes().rev().take(4).all(|b| b.is_ascii_digit()))
        || !own.is_ascii();
    let padded = !own.contains('.') || own.split('.').all(|part| part.len() != 1);
    let mut rest = text[core.end..].chars();
    let free = match rest.next() {
        None => true,
        Some('T') => rest.next().is_some_and(|c| c.is_ascii_digit()),
        Some('.') => rest.next().is_none_or(|c| !c.is_ascii_digit()),
        // `2020-12` is a month; `2020-12-` and more digits is something else.
        Some('-') => core.start.day.is_some() || rest.next().is_none_or(|c| !c.is_ascii_digit()),
        Some(c) => !c.is_ascii_alphanumeric(),
    };
    let season = core.start.day.is_none() && core.notation == Notation::YearFirst && {
        let year = core.start.year.unwrap_or(0);
        core.start.month == u32::try_from((year + 1) % 100).ok()
    };
    four && padded && free && !season
}

impl Reader<'_> {
    /// The date whose month's name stands before a number: `june 5 2025`, `june 2025`.
    fn month_led(&self, at: usize) -> Option<Core> {
        let start = self.month_before(at, 0)?;
        let core = self.month_first(start)?.ok()?;
        (core.end > at && char_before(self.text, start).is_none_or(|c| !c.is_alphanumeric())).then_some(core)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_with_a_date() {
        for (name, expected) in [
            ("2025-06-05-water.txt", "2025-6-5"),
            ("20250605_x.md", "2025-6-5"),
            ("IMG_20250605_123456.jpg", "2025-6-5"),
            ("05.06.2025 release.txt", "2025-6-5"),
            ("27Sep2007Dole74.txt", "2007-9-27"),
            ("2Jan2005Boxer498.txt", "2005-1-2"),
            ("2022-2-25-ford.html", "2022-2-25"),
            ("de-20001115-x", "2000-11-15"),
            ("2025_06_05.txt", "2025-6-5"),
            ("release-june-5-2025.txt", "2025-6-5"),
            ("5_juin_2025.txt", "2025-6-5"),
            ("2025.06.05.txt", "2025-6-5"),
            ("20250605T100000Z.txt", "2025-6-5"),
            ("2025年6月5日.txt", "2025-6-5"),
            ("newsletter-2025-06.txt", "2025-6-0"),
            ("june-2025.md", "2025-6-0"),
        ] {
            let found = in_name(name).unwrap_or_else(|| panic!("{name}"));
            let start = found.start;
            let read = format!("{}-{}-{}", start.year.unwrap(), start.month.unwrap(), start.day.unwrap_or(0));
            assert_eq!(read, expected, "{name}");
        }
    }

    #[test]
    fn names_without_a_date() {
        for name in [
            "000_ded547708c75d3ca.txt",
            "v1.14.10.md",
            "1.14.10",
            "CVE-2020-8203.txt",
            "20250699.txt",
            "release.txt",
            "report-2010-11.txt",
            "a20250605f.txt",
            "v2025.06.05.txt",
            "python-2025.6.5.txt",
            "18991231.txt",
            "01-02-03.txt",
            "",
            "12345678901234567890.txt",
        ] {
            assert_eq!(in_name(name), None, "{name}");
        }
    }
}
