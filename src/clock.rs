//! The system clock, and nothing else: the only file that may ask what time it is.
//!
//! Everything else takes `now` as an argument, so that the same inputs give the same bytes at any hour.

use chrono::{DateTime, Utc};

/// The present instant, whole microseconds.
#[allow(clippy::disallowed_methods, reason = "this is the one place that reads the clock")]
pub fn now() -> DateTime<Utc> {
    let now = Utc::now();
    DateTime::from_timestamp_micros(now.timestamp_micros()).unwrap_or(now)
}
