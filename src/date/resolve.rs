//! From a date as written to instants and calendar days.

use chrono::{DateTime, Days, FixedOffset, MappedLocalTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone};
use chrono_tz::Tz;

use super::reader::days_in;
use super::{Found, PartialDate, Precision, Zone};

impl PartialDate {
    /// The calendar day, where year, month and day are all there.
    pub fn day(&self) -> Option<NaiveDate> {
        NaiveDate::from_ymd_opt(self.year?, self.month?, self.day?)
    }

    /// The first day that it can mean: of a month its first, of a year 1 January; `None` without a year.
    pub fn first_day(&self) -> Option<NaiveDate> {
        NaiveDate::from_ymd_opt(self.year?, self.month.unwrap_or(1), self.day.unwrap_or(1))
    }

    /// The last day that it can mean: of a month its last, of a year 31 December; `None` without a year.
    pub fn last_day(&self) -> Option<NaiveDate> {
        let month = self.month.unwrap_or(12);
        NaiveDate::from_ymd_opt(self.year?, month, self.day.unwrap_or_else(|| days_in(self.year, month)))
    }

    /// How fine it is known; a date without a year has no place in time and no precision.
    pub fn precision(&self) -> Precision {
        match (self.year, self.month, self.day) {
            (Some(_), Some(_), Some(_)) => Precision::Day,
            (Some(_), Some(_), None) => Precision::Month,
            (Some(_), None, None) => Precision::Year,
            _ => Precision::None,
        }
    }
}

impl Found {
    /// Whether year, month and day are all there.
    pub fn is_complete(&self) -> bool {
        self.day().is_some()
    }

    /// The calendar day, or the first of a range, where year, month and day are all there.
    pub fn day(&self) -> Option<NaiveDate> {
        self.start.day()
    }

    /// The calendar day, or the last of a range, where year, month and day are all there.
    pub fn last_day(&self) -> Option<NaiveDate> {
        self.end.unwrap_or(self.start).day()
    }

    /// Whether the weekday that stands with it is that of the day; `true` where either is missing.
    pub fn weekday_agrees(&self) -> bool {
        use chrono::Datelike;
        match (self.weekday, self.day()) {
            (Some(weekday), Some(day)) => {
                weekday == day.weekday() || self.last_day().is_some_and(|last| last.weekday() == weekday)
            }
            _ => true,
        }
    }

    /// The instant, and how fine it is known; `None` without a year.
    ///
    /// A day begins at its first instant in the time zone, also where a clock change skips midnight; a month on its
    /// first day, a year on 1 January. A written zone wins over `tz`; `24:00` is the next day's 00:00. Of a time
    /// that a clock change repeats, the first is meant.
    pub fn resolve(&self, tz: Tz) -> Option<(DateTime<FixedOffset>, Precision)> {
        self.instant_on(&self.start, tz)
    }

    /// As [`Found::resolve`], but of a range its last day.
    pub fn resolve_end(&self, tz: Tz) -> Option<(DateTime<FixedOffset>, Precision)> {
        self.instant_on(&self.end.unwrap_or(self.start), tz)
    }

    fn instant_on(&self, date: &PartialDate, tz: Tz) -> Option<(DateTime<FixedOffset>, Precision)> {
        let day = date.first_day()?;
        let time = self.time.filter(|_| date.precision() == Precision::Day);
        let Some(time) = time else {
            return Some((local(day.and_time(NaiveTime::MIN), tz)?, date.precision()));
        };
        let day = if time.hour == 24 { day.checked_add_days(Days::new(1))? } else { day };
        // A leap second is published with the second before it.
        let second = time.second.unwrap_or(0).min(59);
        let moment = day.and_hms_opt(time.hour % 24, time.minute, second)?;
        let precision = if time.second.is_some() { Precision::Second } else { Precision::Minute };
        let instant = match time.zone {
            Some(Zone::Offset(offset)) => offset.from_local_datetime(&moment).single()?,
            Some(Zone::Named(zone)) => local(moment, zone)?,
            None => local(moment, tz)?,
        };
        Some((instant, precision))
    }
}

/// The instant of a local time; where clocks skip it, the first instant after the gap.
fn local(moment: NaiveDateTime, tz: Tz) -> Option<DateTime<FixedOffset>> {
    // The widest gap in the database is the day that Samoa left out in December 2011.
    for quarters in 0..=4 * 25 {
        let later = moment.checked_add_signed(TimeDelta::minutes(15 * quarters))?;
        let later = if quarters == 0 { later } else { floor_to_quarter(later) };
        match tz.from_local_datetime(&later) {
            MappedLocalTime::Single(instant) | MappedLocalTime::Ambiguous(instant, _) => {
                return Some(instant.fixed_offset());
            }
            MappedLocalTime::None => {}
        }
    }
    None
}

/// Clocks change on full quarters of an hour.
fn floor_to_quarter(moment: NaiveDateTime) -> NaiveDateTime {
    let past = moment.and_utc().timestamp().rem_euclid(15 * 60);
    moment - TimeDelta::seconds(past)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::date::{Hints, find};

    #[test]
    fn instants() {
        for (text, tz, expected, precision) in [
            ("5 June 2025", Tz::Europe__Paris, "2025-06-05T00:00:00+02:00", Precision::Day),
            ("June 2025", Tz::UTC, "2025-06-01T00:00:00+00:00", Precision::Month),
            ("5 June 2025 24:00", Tz::UTC, "2025-06-06T00:00:00+00:00", Precision::Minute),
            ("5 June 2025, 10:00 CET", Tz::UTC, "2025-06-05T10:00:00+01:00", Precision::Minute),
            ("5 June 2025, 10:00 ET", Tz::UTC, "2025-06-05T10:00:00-04:00", Precision::Minute),
            ("2025-06-05T10:00:00Z", Tz::Asia__Tokyo, "2025-06-05T10:00:00+00:00", Precision::Second),
            // Clocks in Asunción went from 00:00 to 01:00.
            ("2 October 2022", Tz::America__Asuncion, "2022-10-02T01:00:00-03:00", Precision::Day),
            ("30 March 2025 02:30", Tz::Europe__Paris, "2025-03-30T03:00:00+02:00", Precision::Minute),
            ("26 October 2025 02:30", Tz::Europe__Paris, "2025-10-26T02:30:00+02:00", Precision::Minute),
            ("30 December 2011", Tz::Pacific__Apia, "2011-12-31T00:00:00+14:00", Precision::Day),
        ] {
            let found = find(text, &Hints::default());
            let (instant, read) = found[0].resolve(tz).unwrap();
            assert_eq!((instant.to_rfc3339().as_str(), read), (expected, precision), "{text}");
        }
        assert_eq!(find("On 5 June it", &Hints::default())[0].resolve(Tz::UTC), None);
    }

    #[test]
    fn the_end_of_a_range() {
        let found = find("From 17 to 20 March 2025, talks", &Hints::default());
        assert_eq!(found[0].resolve_end(Tz::UTC).unwrap().0.to_rfc3339(), "2025-03-20T00:00:00+00:00");
        assert_eq!(found[0].resolve(Tz::UTC).unwrap().0.to_rfc3339(), "2025-03-17T00:00:00+00:00");
    }
}
