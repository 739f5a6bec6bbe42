//! How long answers may be kept: as the rhythm of releases allows, and never past the next opening.

use std::collections::HashMap;
use std::sync::Arc;

use ::http::HeaderValue;
use chrono::{DateTime, FixedOffset, Utc};

use super::resource::header;

/// How many of the newest releases tell how often they come.
const RECENT: usize = 20;
/// Whoever asks again after a tenth of the usual time between two releases learns of one soon enough.
const SHARE: i64 = 10;
/// Where nothing tells how often releases come.
const UNKNOWN: u32 = 300;

/// Bounds of how long answers may be kept, in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// At least so long, however often releases come; no more than `most`.
    pub least: u32,
    /// At most so long, however seldom they come.
    pub most: u32,
    /// So much longer while it is asked whether there is something new (RFC 5861, section 3).
    pub stale: u32,
}

/// A minute to a quarter of an hour, and stale for ten more minutes.
impl Default for Bounds {
    fn default() -> Self {
        Self { least: 60, most: 900, stale: 600 }
    }
}

/// How long answers may be kept by readers and caches (RFC 9111, RFC 5861).
#[derive(Debug, Clone)]
pub struct Freshness {
    /// Seconds between two releases, by the slug of a topic; empty for all.
    paces: Arc<HashMap<String, Option<i64>>>,
    ages: HashMap<String, Age>,
    usual: Age,
    bounds: Bounds,
    until: Option<DateTime<Utc>>,
}

/// A time to keep an answer, ready as a header.
#[derive(Debug, Clone)]
struct Age {
    seconds: u32,
    ready: HeaderValue,
}

impl Age {
    fn new(seconds: u32, stale: u32) -> Self {
        let ready = match stale {
            0 => format!("max-age={seconds}"),
            stale => format!("max-age={seconds}, stale-while-revalidate={stale}"),
        };
        Self { seconds, ready: header(&ready) }
    }
}

impl Freshness {
    /// By the paces of topics, each by its slug, that of all under the empty one. `until` is when the next
    /// release opens or expires, past which nothing may be kept.
    pub fn new(paces: HashMap<String, Option<i64>>, bounds: Bounds, until: Option<DateTime<Utc>>) -> Self {
        Self::of(Arc::new(paces), bounds, until)
    }

    fn of(paces: Arc<HashMap<String, Option<i64>>>, bounds: Bounds, until: Option<DateTime<Utc>>) -> Self {
        let seconds = |pace: &Option<i64>| {
            let wanted = pace.map_or(UNKNOWN, |pace| (pace / SHARE).clamp(0, i64::from(u32::MAX)) as u32);
            wanted.max(bounds.least).min(bounds.most)
        };
        let age = |pace: &Option<i64>| Age::new(seconds(pace), bounds.stale);
        let ages = paces.iter().map(|(topic, pace)| (topic.clone(), age(pace))).collect();
        let usual = age(paces.get("").unwrap_or(&None));
        Self { paces, ages, usual, bounds, until }
    }

    /// The same within other bounds.
    pub fn within(&self, bounds: Bounds) -> Self {
        Self::of(Arc::clone(&self.paces), bounds, self.until)
    }

    /// When the next release opens or expires.
    pub fn until(&self) -> Option<DateTime<Utc>> {
        self.until
    }

    /// `Cache-Control` of an answer given at `now` for a path of the site.
    pub fn cache_control(&self, path: &str, now: DateTime<Utc>) -> HeaderValue {
        let topic = path.trim_start_matches('/').split('/').next().unwrap_or_default();
        let age = self.ages.get(topic).unwrap_or(&self.usual);
        let Some(until) = self.until else { return age.ready.clone() };
        let left = (until - now).num_seconds().clamp(0, i64::from(u32::MAX)) as u32;
        if u64::from(left) >= u64::from(age.seconds) + u64::from(self.bounds.stale) {
            return age.ready.clone();
        }
        let seconds = left.min(age.seconds);
        Age::new(seconds, (left - seconds).min(self.bounds.stale)).ready
    }
}

/// By no topic's pace, within the usual bounds.
impl Default for Freshness {
    fn default() -> Self {
        Self::new(HashMap::new(), Bounds::default(), None)
    }
}

/// Seconds from one release to the next, on average of the newest, which come first; `None` of fewer than two.
pub(super) fn pace(published: impl Iterator<Item = DateTime<FixedOffset>>) -> Option<i64> {
    let newest: Vec<_> = published.take(RECENT).collect();
    let [first, .., last] = newest[..] else { return None };
    Some((first - last).num_seconds().max(0) / (newest.len() as i64 - 1))
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    const NOW: &str = "2025-06-05T10:00:00Z";

    fn now() -> DateTime<Utc> {
        NOW.parse().expect("an instant")
    }

    #[test]
    fn nothing_is_kept_past_the_next_opening() {
        let opens = |seconds| Some(now() + TimeDelta::seconds(seconds));
        for (until, want) in [
            (None, "max-age=300, stale-while-revalidate=600"),
            (opens(5000), "max-age=300, stale-while-revalidate=600"),
            (opens(400), "max-age=300, stale-while-revalidate=100"),
            (opens(100), "max-age=100"),
            (opens(0), "max-age=0"),
            (opens(-5), "max-age=0"),
        ] {
            let freshness = Freshness::new(HashMap::new(), Bounds::default(), until);
            assert_eq!(freshness.cache_control("/rss.xml", now()), want, "{until:?}");
        }
    }

    #[test]
    fn answers_are_kept_as_the_rhythm_of_a_topic_allows() {
        let every = |minutes: i64, count: i64| {
            pace((0..count).map(move |n| now().fixed_offset() - TimeDelta::minutes(n * minutes)))
        };
        let (usual, wide) = (Bounds::default(), Bounds { least: 0, most: 86_400, stale: 0 });
        let narrow = Bounds { least: 600, most: 30, stale: 0 };
        for (what, pace, bounds, want) in [
            ("every two minutes", every(2, 50), usual, 60),
            ("every twenty minutes", every(20, 50), usual, 120),
            ("every hour", every(60, 5), usual, 360),
            ("every day", every(1440, 50), usual, 900),
            ("once a year", every(525_600, 9), usual, 900),
            ("one alone", every(1, 1), usual, 300),
            ("none", every(1, 0), usual, 300),
            ("many at one instant", every(0, 30), usual, 60),
            ("every two minutes", every(2, 50), wide, 12),
            ("once a year", every(525_600, 9), wide, 86_400),
            ("bounds that cross", every(60, 5), narrow, 30),
        ] {
            let paces = HashMap::from([("water".to_string(), pace), (String::new(), every(100, 9))]);
            let freshness = Freshness::new(paces, bounds, None);
            let stale = if bounds.stale > 0 { ", stale-while-revalidate=600" } else { "" };
            for path in ["/water/rss.xml", "/water/"] {
                assert_eq!(freshness.cache_control(path, now()), format!("max-age={want}{stale}"), "{what}, {path}");
            }
            let all = 600.clamp(bounds.least.min(bounds.most), bounds.most);
            for path in ["/rss.xml", "/", "/items/a/", "/waters/rss.xml"] {
                assert_eq!(freshness.cache_control(path, now()), format!("max-age={all}{stale}"), "{what}, {path}");
            }
            let soon = Freshness { until: Some(now() + TimeDelta::seconds(20)), ..freshness };
            let kept = format!("max-age={}", want.min(20));
            assert!(soon.cache_control("/water/", now()).to_str().is_ok_and(|told| told.starts_with(&kept)), "{what}");
        }
    }
}
