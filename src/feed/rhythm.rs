//! How often releases come, and when they never do: the hints `ttl`, `skipHours` and `skipDays`.

use std::collections::BTreeSet;

use chrono::{Datelike, Duration, NaiveTime, Timelike, Utc};

use crate::edition::Item;

/// How many items must agree before their rhythm counts as proved, and over how many days they must have come.
const PROOF: (usize, i64) = (50, 180);

/// How many of the newest items are asked: a rhythm of years ago proves nothing.
const RECENT: usize = 200;

/// What the dates of past releases prove about the next one. Nothing where they prove nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Rhythm {
    /// Minutes for which a feed may be taken from a cache (RSS 2.0, `ttl`).
    pub ttl: Option<u32>,
    /// Hours of the day in UTC in which no release comes, as bits 0 to 23.
    pub quiet_hours: u32,
    /// Days of the week on which no release comes, as bits 0 (Monday) to 6.
    pub quiet_days: u8,
}

impl Rhythm {
    /// The rhythm of a topic's items, given newest first.
    ///
    /// `ttl` is a twelfth of the quicker quarter's gap between days of release, rounded down to a quarter of an hour,
    /// half an hour, or one, two or four hours. An hour is quiet where no release came in it or in either hour next
    /// to it, so that summer time moves none into it; a day where none came on it by the house's or UTC's calendar.
    pub fn of<'e>(items: impl Iterator<Item = &'e Item>) -> Rhythm {
        let dated: Vec<_> = items.filter(|item| !item.undated).take(RECENT).map(|item| item.published).collect();
        let (Some(newest), Some(oldest)) = (dated.first(), dated.last()) else { return Rhythm::default() };
        if dated.len() < PROOF.0 || *newest - *oldest < Duration::days(PROOF.1) {
            return Rhythm::default();
        }

        let days: Vec<_> = dated.iter().map(|at| at.date_naive()).collect::<BTreeSet<_>>().into_iter().collect();
        let mut gaps: Vec<i64> = days.windows(2).map(|pair| (pair[1] - pair[0]).num_minutes()).collect();
        gaps.sort_unstable();
        let pace = gaps.get(gaps.len() / 4).map_or(0, |gap| gap / 12);
        let ttl = [240, 120, 60, 30, 15].into_iter().find(|&step| i64::from(step) <= pace);

        let mut quiet_days = 0x7F_u8;
        for at in &dated {
            quiet_days &= !(1 << at.weekday().num_days_from_monday());
            quiet_days &= !(1 << at.with_timezone(&Utc).weekday().num_days_from_monday());
        }
        // A release dated by its day alone stands at midnight and proves nothing about hours.
        let timed: Vec<u32> =
            dated.iter().filter(|at| at.time() != NaiveTime::MIN).map(|at| at.with_timezone(&Utc).hour()).collect();
        let mut quiet_hours = 0;
        if timed.len() >= PROOF.0 && timed.len() * 10 >= dated.len() * 9 {
            quiet_hours = 0xFF_FFFF;
            for hour in timed {
                for near in [hour + 23, hour, hour + 1] {
                    quiet_hours &= !(1 << (near % 24));
                }
            }
        }
        Rhythm { ttl, quiet_hours, quiet_days }
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, FixedOffset};

    use super::*;
    use crate::edition::Body;

    fn item(published: DateTime<FixedOffset>) -> Item {
        Item {
            id: String::new(),
            slug: String::new(),
            title: String::new(),
            body_html: Body::default(),
            excerpt: String::new(),
            published,
            undated: false,
            updated: published,
            corrected: false,
            language: None,
            authors: Vec::new(),
            tags: Vec::new(),
            topics: Vec::new(),
            image: None,
            attachments: Vec::new(),
            link: None,
            translations: Vec::new(),
            aliases: Vec::new(),
            files: Vec::new(),
        }
    }

    /// The rhythm of `count` releases, the first at `first` and one every `step` minutes, on weekdays only.
    fn rhythm(count: usize, first: &str, step: i64) -> Rhythm {
        let first = DateTime::parse_from_rfc3339(first).expect("a date");
        let mut items: Vec<Item> = (0..)
            .map(|n| first + Duration::minutes(n * step))
            .filter(|at| at.weekday().num_days_from_monday() < 5)
            .take(count)
            .map(item)
            .collect();
        items.reverse();
        Rhythm::of(items.iter())
    }

    #[test]
    fn says_nothing_without_proof() {
        for (count, step) in [(0, 1440), (1, 1440), (49, 10_080), (100, 1440)] {
            assert_eq!(rhythm(count, "2024-01-01T10:15:00+01:00", step), Rhythm::default(), "{count} every {step}");
        }
    }

    #[test]
    fn tells_quiet_hours_days_and_pace() {
        let daily = rhythm(190, "2024-01-01T10:15:00+01:00", 1440);
        assert_eq!(daily.ttl, Some(120));
        assert_eq!(daily.quiet_days, 0b110_0000);
        // Releases come at 9:15 UTC: 8 to 10 o'clock are not quiet.
        assert_eq!(daily.quiet_hours, 0xFF_FFFF & !0b111_0000_0000);
        assert_eq!(rhythm(60, "2024-01-01T10:15:00+01:00", 7 * 1440).ttl, Some(240));
        // Monday morning east of Greenwich is Sunday in UTC.
        assert_eq!(rhythm(190, "2024-01-01T08:00:00+09:00", 1440).quiet_days, 0b010_0000);
    }

    #[test]
    fn days_alone_prove_no_hours() {
        let daily = rhythm(190, "2024-01-01T00:00:00+01:00", 1440);
        assert_eq!(daily.quiet_hours, 0);
        assert_eq!(daily.ttl, Some(120));
    }
}
