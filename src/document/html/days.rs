//! Days: dates of any notation brought to a calendar day, for comparing what several parts of a page say.

use super::dom::Dom;
use super::layout::Line;
use crate::date::{self, DateOrder, Found, Hints, OrderProofs, PartialDate};
use crate::text::has_digit;

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

/// How many days lie between two.
pub(super) fn apart(a: Day, b: Day) -> Option<i64> {
    let day = |(y, m, d): Day| chrono::NaiveDate::from_ymd_opt(y, m, d);
    Some((day(a)? - day(b)?).num_days().abs())
}

/// The order of numeric dates that the page itself proves: by dates that can be read one way only, by `<time>`
/// elements whose value says what their words mean, or by an address of a country that writes the month first.
pub(super) fn proven_order(dom: &Dom, lines: &[Line], host: Option<&str>, hints: &Hints<'_>) -> Option<DateOrder> {
    let shown = lines.iter().filter(|line| line.chars < 300 && has_digit(&line.text)).take(2000);
    let proofs = shown.fold(OrderProofs::default(), |sum, line| sum.and(date::order_proofs(&line.text)));
    let american = || {
        let land = host.and_then(|host| host.rsplit('.').next());
        matches!(land, Some("gov" | "mil" | "us" | "edu")).then_some(DateOrder::MonthFirst)
    };
    proofs.order().or_else(|| by_markup(dom, hints)).or_else(american)
}

fn by_markup(dom: &Dom, hints: &Hints<'_>) -> Option<DateOrder> {
    dom.elements("time").take(200).find_map(|id| {
        let (_, month, day) = of(dom.attr(id, "datetime")?, hints)?;
        let words = dom.text(id);
        let mut parts =
            words.split(|c: char| !c.is_ascii_digit()).filter(|p| !p.is_empty()).map(|p| p.parse::<u32>().ok());
        match (parts.next()??, parts.next()??) {
            _ if month == day => None,
            (a, b) if (a, b) == (month, day) => Some(DateOrder::MonthFirst),
            (a, b) if (a, b) == (day, month) => Some(DateOrder::DayFirst),
            _ => None,
        }
    })
}
