//! How long answers may be kept.

use ::http::HeaderValue;
use chrono::{DateTime, Utc};

use super::resource::header;

/// How long answers may be kept by readers and caches (RFC 9111, RFC 5861).
#[derive(Debug, Clone)]
pub struct Freshness {
    max_age: u32,
    stale_while_revalidate: u32,
    until: Option<DateTime<Utc>>,
    ready: HeaderValue,
}

impl Freshness {
    /// `max_age` and `stale_while_revalidate` in seconds; `until` is when the next release opens or expires, past
    /// which nothing may be kept.
    pub fn new(max_age: u32, stale_while_revalidate: u32, until: Option<DateTime<Utc>>) -> Self {
        let ready = match stale_while_revalidate {
            0 => format!("max-age={max_age}"),
            stale => format!("max-age={max_age}, stale-while-revalidate={stale}"),
        };
        Self { max_age, stale_while_revalidate, until, ready: header(&ready) }
    }

    /// The same end, and other times until then.
    pub fn lasting(&self, max_age: u32, stale_while_revalidate: u32) -> Self {
        Self::new(max_age, stale_while_revalidate, self.until)
    }

    /// When the next release opens or expires.
    pub fn until(&self) -> Option<DateTime<Utc>> {
        self.until
    }

    /// `Cache-Control` of an answer given at `now`.
    pub fn cache_control(&self, now: DateTime<Utc>) -> HeaderValue {
        let Some(until) = self.until else { return self.ready.clone() };
        let left = (until - now).num_seconds().clamp(0, i64::from(u32::MAX)) as u32;
        if u64::from(left) >= u64::from(self.max_age) + u64::from(self.stale_while_revalidate) {
            return self.ready.clone();
        }
        let max_age = left.min(self.max_age);
        Self::new(max_age, left - max_age, None).ready
    }
}

/// Five minutes, and stale for ten more while it is fetched anew.
impl Default for Freshness {
    fn default() -> Self {
        Self::new(300, 600, None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_kept_past_the_next_opening() {
        let now: DateTime<Utc> = "2025-06-05T10:00:00Z".parse().expect("an instant");
        let opens = |seconds| Some(now + chrono::TimeDelta::seconds(seconds));
        for (until, want) in [
            (None, "max-age=300, stale-while-revalidate=600"),
            (opens(5000), "max-age=300, stale-while-revalidate=600"),
            (opens(400), "max-age=300, stale-while-revalidate=100"),
            (opens(100), "max-age=100"),
            (opens(0), "max-age=0"),
            (opens(-5), "max-age=0"),
        ] {
            assert_eq!(Freshness::new(300, 600, until).cache_control(now), want, "{until:?}");
        }
    }
}
