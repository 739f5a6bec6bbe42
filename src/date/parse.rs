//! Reading a field whose whole value is meant to be a date.

use chrono::{DateTime, Datelike, Timelike};

use super::cursor::{number, word};
use super::find::{Scanned, scan};
use super::names;
use super::numeric::week_or_ordinal;
use super::reader::{Mode, Reader};
use super::zone::{offset, zone};
use super::{BadDate, Found, Hints, Notation, PartialDate, TimeOfDay};

/// Reads a text that is one date and nothing else: a header field's value.
///
/// Knows RFC 3339 and ISO 8601 with their basic, week and ordinal forms, RFC 5322 with its obsolete forms, HTTP
/// dates (RFC 9110 section 5.6.7), `asctime`, Unix time in seconds or milliseconds, and prose in every language of
/// [`super::find`]. A wrong weekday is kept, not refused. Parts that are not there are `None`.
///
/// # Errors
/// The part of the text that is no date, with the reason.
pub fn parse(text: &str, hints: &Hints<'_>) -> Result<Found, BadDate> {
    let quotes = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '<' | '>' | '“' | '”');
    let start = text.len() - text.trim_start_matches(quotes).len();
    let inner = text[start..].trim_end_matches(quotes);
    let moved = |found: Found| Found { span: found.span.start + start..found.span.end + start, ..found };
    if inner.is_empty() {
        return Err(BadDate { span: 0..text.len(), message: "the date is empty".to_string() });
    }
    match whole(inner, hints) {
        Ok(found) => Ok(moved(found)),
        Err(bad) => Err(BadDate { span: bad.span.start + start..bad.span.end + start, ..bad }),
    }
}

fn whole(text: &str, hints: &Hints<'_>) -> Result<Found, BadDate> {
    if let Some(found) = digits_only(text) {
        return Ok(found);
    }
    if let Some(read) = week_or_ordinal(text) {
        let (start, end) = read?;
        if end == text.len() {
            return Ok(plain(text, start));
        }
    }
    let reader = Reader::new(text, hints, Mode::Field);
    let mut bad = None;
    for read in scan(&reader) {
        match read {
            Ok(Scanned { mut found, .. }) => {
                if finish(text, &mut found, &reader) {
                    return Ok(found);
                }
            }
            Err(error) => bad = bad.or(Some(error)),
        }
    }
    Err(bad
        .unwrap_or_else(|| BadDate { span: 0..text.len(), message: "this is not a date that can be read".to_string() }))
}

/// A year alone, or Unix time in seconds (10 digits) or milliseconds (13 digits).
fn digits_only(text: &str) -> Option<Found> {
    let read = number(text, 0)?;
    let rest = text[read.end..].trim_matches([' ', '.', '年', '년']);
    let year_mark = names::among(rest, &["", "г", "год", "р", "r", "m"]);
    if read.digits == 4 && year_mark {
        let year = i32::try_from(read.value).ok().filter(|year| (1000..=2999).contains(year))?;
        return Some(plain(text, PartialDate { year: Some(year), month: None, day: None }));
    }
    if read.end != text.len() || !matches!(read.digits, 10 | 13) {
        return None;
    }
    let seconds = if read.digits == 13 { read.value / 1000 } else { read.value };
    let instant = DateTime::from_timestamp(i64::try_from(seconds).ok()?, 0)?;
    let start = PartialDate { year: Some(instant.year()), month: Some(instant.month()), day: Some(instant.day()) };
    let time =
        TimeOfDay { hour: instant.hour(), minute: instant.minute(), second: Some(instant.second()), zone: offset(0) };
    Some(Found { time: Some(time), ..plain(text, start) })
}

fn plain(text: &str, start: PartialDate) -> Found {
    Found { span: 0..text.len(), start, end: None, time: None, weekday: None, notation: Notation::YearFirst }
}

/// Whether nothing but a date's own company stands around it; takes in an obsolete zone.
fn finish(text: &str, found: &mut Found, reader: &Reader<'_>) -> bool {
    let rest = text[found.span.end..].trim();
    // RFC 5322 section 4.3: the military zones are to be read as UTC.
    if let Some(time) = &mut found.time
        && time.zone.is_none()
        && rest.len() == 1
        && rest.bytes().all(|byte| byte.is_ascii_uppercase() && byte != b'J')
    {
        time.zone = offset(0);
        found.span.end = text.len();
        return company(&text[..found.span.start], reader);
    }
    // `2025-06-05+02:00` (XML Schema), `…Z[Europe/Paris]` (RFC 9557).
    let bare = rest.trim_start_matches('[').trim_end_matches(']');
    if zone(bare, 0).is_some_and(|(_, end)| end == bare.len()) {
        return company(&text[..found.span.start], reader);
    }
    company(&text[..found.span.start], reader) && company(rest, reader)
}

/// Whether a text is nothing but punctuation, weekdays and the words that lead into a date.
fn company(text: &str, reader: &Reader<'_>) -> bool {
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let said = word(text, at);
        if said.is_empty() {
            if c.is_alphanumeric() {
                return false;
            }
            at += c.len_utf8();
            continue;
        }
        let known = names::among(said, LEAD_INS) || names::weekday(said, reader.languages).is_some();
        if !known {
            return false;
        }
        at += said.len();
    }
    true
}

/// Words that lead into a date without changing it.
static LEAD_INS: &[&str] = &[
    "on",
    "the",
    "of",
    "am",
    "den",
    "der",
    "vom",
    "le",
    "du",
    "el",
    "del",
    "dia",
    "il",
    "op",
    "dnia",
    "dne",
    "em",
    "de",
    "от",
    "date",
    "dated",
    "ngay",
    "วันที่",
    "la",
    "a",
    "d",
    "יום",
    "ביום",
    "uhr",
    "local",
    "time",
    "published",
    "updated",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> String {
        match parse(text, &Hints::default()) {
            Ok(found) => {
                let part = |n: Option<u32>| n.map_or("--".to_string(), |n| format!("{n:02}"));
                let mut out = format!(
                    "{}-{}-{}",
                    found.start.year.map_or("----".to_string(), |year| year.to_string()),
                    part(found.start.month),
                    part(found.start.day)
                );
                if found.time.is_some()
                    && let Some((instant, _)) = found.resolve(chrono_tz::Tz::UTC)
                {
                    out = instant.to_rfc3339();
                }
                out
            }
            Err(bad) => format!("! {}", bad.message),
        }
    }

    #[test]
    fn fields() {
        for (text, expected) in [
            ("2025-06-05T10:00:00Z", "2025-06-05T10:00:00+00:00"),
            ("2025-06-05T10:00:00.123+02:00", "2025-06-05T10:00:00+02:00"),
            ("20250605T100000Z", "2025-06-05T10:00:00+00:00"),
            ("20250605T1000", "2025-06-05T10:00:00+00:00"),
            ("2025-06-05 10:00:00 +0200", "2025-06-05T10:00:00+02:00"),
            ("2025-06-05 10:00", "2025-06-05T10:00:00+00:00"),
            ("2025-156", "2025-06-05"),
            ("2025-W23-4", "2025-06-05"),
            ("2025W234", "2025-06-05"),
            ("20250605100000", "2025-06-05T10:00:00+00:00"),
            ("1749117600", "2025-06-05T10:00:00+00:00"),
            ("1749117600000", "2025-06-05T10:00:00+00:00"),
            ("Thu, 05 Jun 2025 10:00:00 +0200 (CEST)", "2025-06-05T10:00:00+02:00"),
            ("5 Jun 2025 10:00 EST", "2025-06-05T10:00:00-05:00"),
            ("Mon, 05 Jun 2025 10:00:00 GMT", "2025-06-05T10:00:00+00:00"),
            ("Thu, 5 Jun 25 10:00 A", "2025-06-05T10:00:00+00:00"),
            ("Sunday, 06-Nov-94 08:49:37 GMT", "1994-11-06T08:49:37+00:00"),
            ("Sun Nov  6 08:49:37 1994", "1994-11-06T08:49:37+00:00"),
            ("Thu Jun 25 2026", "2026-06-25"),
            ("Thu Jun 25 10:00:00 UTC 2026", "2026-06-25T10:00:00+00:00"),
            ("Thu 25 Jun 10:00:00 CEST 2026", "2026-06-25T10:00:00+02:00"),
            ("Thu Jun 05 2025 10:00:00 GMT+0200 (Central European Summer Time)", "2025-06-05T10:00:00+02:00"),
            ("05/Jun/2025:10:00:00 +0200", "2025-06-05T10:00:00+02:00"),
            ("2025-06-05T10:00:00+02:00[Europe/Paris]", "2025-06-05T10:00:00+02:00"),
            ("2025-06-05+02:00", "2025-06-05"),
            ("\"April 21, 2026\"", "2026-04-21"),
            ("le 1er juin 2025", "2025-06-01"),
            ("Donnerstag, den 5. Juni 2025", "2025-06-05"),
            ("令和7年6月5日", "2025-06-05"),
            ("2025년 6월 5일", "2025-06-05"),
            ("2025年6月5日 10時30分", "2025-06-05T10:30:00+00:00"),
            ("5.6.25", "2025-06-05"),
            ("2025", "2025------"),
            ("June 2025", "2025-06---"),
            ("2025-06", "2025-06---"),
            ("06/2025", "2025-06---"),
            ("5 June", "-----06-05"),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }

    #[test]
    fn no_dates() {
        for (text, message) in [
            ("", "! the date is empty"),
            ("2025-02-30", "! there is no 30 February 2025"),
            ("31.02.2025", "! there is no 31 February 2025"),
            ("2025-13-05", "! there is no month 13"),
            ("soon", "! this is not a date that can be read"),
            ("version 1.14.10", "! this is not a date that can be read"),
            ("five people on 5 June 2025", "! this is not a date that can be read"),
            ("2025-W60-1", "! 2025 has no such day"),
        ] {
            assert_eq!(read(text), message, "{text}");
        }
    }
}
