//! Dates as people write them, in any language: finding them in text, and reading a field that is one.
//!
//! This room knows calendars, names and notations. It does not know what a date means for a release: which of
//! several is the publication date is decided by `item`.

mod cursor;
mod east;
mod embargo;
mod embargo_said;
mod embargo_time;
mod embargo_words;
mod file_name;
mod find;
mod label;
mod line;
mod named;
mod names;
mod numeric;
mod order;
mod parse;
mod reader;
mod resolve;
mod time;
mod weekday;
mod zone;

use std::ops::Range;

pub use embargo::{embargo, may_say_embargo};
pub use embargo_time::{embargo_day, embargo_time, is_time_of_day, is_until};
pub use file_name::in_name;
pub use find::{find, impossible};
pub use label::Label;
pub use line::{DateLine, line};
pub use order::{OrderProofs, default_order, order_proofs};
pub use parse::parse;

use chrono::{FixedOffset, Weekday};
use chrono_tz::Tz;

/// The order in which an all-numeric date such as `05/06/2025` is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DateOrder {
    /// `DD/MM/YYYY`, most of the world.
    DayFirst,
    /// `MM/DD/YYYY`, the United States.
    MonthFirst,
    /// `YY/MM/DD`; a four-digit year in front is always read so, whatever the order.
    YearFirst,
}

/// What is known besides the text itself when a date is read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Hints<'a> {
    /// The order of ambiguous numeric dates; `None`: they are read day first.
    pub order: Option<DateOrder>,
    /// BCP 47 language of the text where known, to prefer its month names (`mar`, `mai`) and abbreviations.
    pub language: Option<&'a str>,
}

/// A calendar date with what was written; a part that was not written is `None`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PartialDate {
    /// Gregorian year.
    pub year: Option<i32>,
    /// 1 to 12.
    pub month: Option<u32>,
    /// 1 to 31, valid in its month.
    pub day: Option<u32>,
}

/// The zone that stood beside a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Zone {
    /// `Z`, `+02:00`, or an abbreviation with a fixed offset (`CEST`, `EST`).
    Offset(FixedOffset),
    /// An abbreviation or name whose offset depends on the day (`ET`, `London time`, `Europe/Paris`).
    Named(Tz),
}

/// A time of day as written; `24:00` is given as hour 24.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TimeOfDay {
    /// 0 to 24.
    pub hour: u32,
    /// 0 to 59.
    pub minute: u32,
    /// 0 to 60 where written.
    pub second: Option<u32>,
    /// The zone where written.
    pub zone: Option<Zone>,
}

/// How fine a date is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Precision {
    /// Nothing is known.
    None,
    /// A year alone.
    Year,
    /// A month of a year.
    Month,
    /// A day.
    Day,
    /// A minute.
    Minute,
    /// A second or finer.
    Second,
}

/// How a date was written: the shapes differ in how far they can be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Notation {
    /// Year first with two-digit parts: `2025-06-05`, `2025-06-05T10:00:00Z`, `20250605`, `2025/06/05`, `2025年6月5日`.
    YearFirst,
    /// A month by its name: `5 June 2025`, `June 5`, `5. März 2025`, `июнь 2025`.
    Named,
    /// Digits only, day or month first: `05.06.2025`, `6/5/25`.
    Numeric {
        /// Another order gives another date.
        ambiguous: bool,
    },
}

/// A date found in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Byte range of the words it was read from, with its weekday, time and zone.
    pub span: Range<usize>,
    /// The date, or the start of a range.
    pub start: PartialDate,
    /// The end of a range (`3-5 June`, `From 17 to 20 March 2025`, `28 May – 2 June`), parts filled from each other.
    pub end: Option<PartialDate>,
    /// The time that stands with it.
    pub time: Option<TimeOfDay>,
    /// The weekday that stands with it, as written; it may contradict the date.
    pub weekday: Option<Weekday>,
    /// How it was written.
    pub notation: Notation,
}

/// A text that was meant to be a date and is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadDate {
    /// Byte range of the impossible part within the text.
    pub span: Range<usize>,
    /// What is wrong with it, e.g. `there is no 31 February`.
    pub message: String,
}
