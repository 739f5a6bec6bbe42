//! Days: dates of any notation brought to a calendar day, for comparing what several parts of a page say.

use crate::date::{self, Found, Hints, Notation, PartialDate};

/// Year, month and day.
pub(super) type Day = (i32, u32, u32);

/// The dates in a text.
pub(super) fn find(text: &str, hints: &Hints<'_>) -> Vec<Found> {
    date::find(text, hints)
}

/// The day of a metadata value (`2025-06-05T10:00:00Z`, `5 June 2025`, Unix seconds or milliseconds).
pub(super) fn of(value: &str, hints: &Hints<'_>) -> Option<Day> {
    find(value, hints).into_iter().find_map(|found| complete(found.start))
}

/// A value as it is handed on: Unix time becomes an RFC 3339 instant, everything else stays as written.
pub(super) fn readable(value: &str) -> String {
    let digits = value.bytes().all(|b| b.is_ascii_digit());
    let seconds = match (digits, value.len()) {
        (true, 10) => value.parse().ok(),
        (true, 13) => value.parse::<i64>().ok().map(|ms| ms / 1000),
        _ => None,
    };
    seconds
        .and_then(|s| chrono::DateTime::from_timestamp(s, 0))
        .map_or_else(|| value.to_string(), |at| at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true))
}

/// The day of a date that has all its parts and could be a release's.
pub(super) fn complete(date: PartialDate) -> Option<Day> {
    let year = date.year.filter(|y| (1970..2100).contains(y))?;
    Some((year, date.month?, date.day?))
}

/// A day as ISO 8601 writes it.
pub(super) fn iso((y, m, d): Day) -> String {
    format!("{y:04}-{m:02}-{d:02}")
}

/// Whether both readings of a numeric date are possible.
pub(super) fn is_ambiguous(found: &Found) -> bool {
    matches!(found.notation, Notation::Numeric { ambiguous: true })
}

/// How many days lie between two.
pub(super) fn apart(a: Day, b: Day) -> Option<i64> {
    let day = |(y, m, d): Day| chrono::NaiveDate::from_ymd_opt(y, m, d);
    Some((day(a)? - day(b)?).num_days().abs())
}
