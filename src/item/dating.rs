//! Dating: which of the dates that stand with a release is its publication date.
//!
//! Candidates are gathered with the rung of the ladder that they stand on; the strongest complete one wins, and
//! the others are kept with the reason why they lost. Nothing is guessed: no candidate, no date.

use std::borrow::Cow;

use chrono::{Datelike, NaiveDate};
use chrono_tz::Tz;

pub(super) use super::dateline::{dateline, place_line};
use super::order::Order;
use super::phrases::is_under_way;
use super::{Dated, Evidence, EvidenceKind, PassedOver, excerpt};
use crate::date::{self, DateOrder, Found, Hints, Label, Notation, PartialDate, Precision};
use crate::problem::Problem;
use crate::text::has_digit;

/// A date that may be the publication date of a release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Candidate {
    pub kind: EvidenceKind,
    pub found: Found,
    /// The words it was read from.
    pub text: String,
    /// 1-based line.
    pub line: u32,
    /// Whether a range is dated by its start: the event is still going on.
    pub by_start: bool,
    /// Whether it is the day on which an embargo ends: the release may have another date beside it.
    pub opens: bool,
}

impl Candidate {
    pub fn new(kind: EvidenceKind, found: Found, text: &str, line: u32) -> Self {
        Self { kind, found, text: crate::text::fold_space(text), line, by_start: false, opens: false }
    }

    /// The day that it stands for: the end of a range in the past, the start of one under way.
    fn partial(&self) -> PartialDate {
        match self.found.end {
            Some(end) if !self.by_start => end,
            _ => self.found.start,
        }
    }

    /// The day, where all three parts are known.
    pub fn day(&self) -> Option<NaiveDate> {
        let date = self.partial();
        NaiveDate::from_ymd_opt(date.year?, date.month?, date.day?)
    }

    /// The same candidate with the year filled in.
    pub fn in_year(mut self, year: i32) -> Self {
        for date in [Some(&mut self.found.start), self.found.end.as_mut()].into_iter().flatten() {
            date.year.get_or_insert(year);
        }
        self.kind = EvidenceKind::Inferred;
        self
    }

    fn dated(&self, path: &str, zone: Tz) -> Option<Dated> {
        let mut found = self.found.clone();
        found.start = self.partial();
        found.end = None;
        let (published, precision) = found.resolve(zone)?;
        let evidence = Evidence { kind: self.kind, text: self.text.clone(), path: path.to_string(), line: self.line };
        Some(Dated { published, precision, evidence })
    }
}

/// Chooses among the candidates: the strongest rung that gives at least a month, the first on it.
///
/// Returns the date, the candidates that lost with the reason, and a problem where two explicit dates contradict
/// each other by more than a day.
pub(super) fn choose(
    mut candidates: Vec<Candidate>,
    path: &str,
    zone: Tz,
    order: &Order<'_>,
) -> (Option<Dated>, Vec<PassedOver>, Option<Problem>) {
    // Stable: on one rung the order in which they stand decides.
    candidates.sort_by_key(|candidate| std::cmp::Reverse(candidate.kind));
    let winner =
        candidates.iter().position(|c| c.dated(path, zone).is_some_and(|d| d.precision >= Precision::Day)).or_else(
            || candidates.iter().position(|c| c.dated(path, zone).is_some_and(|d| d.precision >= Precision::Month)),
        );
    let Some(winner) = winner else {
        let lost = candidates.iter().map(|c| passed_over(c, "a part of the date is missing")).collect();
        return (None, lost, None);
    };
    let taken = candidates.remove(winner);
    let dated = taken.dated(path, zone);
    let problem = candidates.iter().find(|c| contradicts(&taken, c)).map(|other| {
        Problem::warning(
            path,
            format!(
                "“{}” and “{}” (line {}) are different dates; the {} was taken: correct the one that is wrong",
                taken.text,
                other.text,
                other.line,
                taken.kind.as_str()
            ),
        )
        .at(taken.line, u32::from(taken.line > 0))
    });
    let lost = candidates.iter().map(|c| {
        let reason = match (c.day(), taken.day()) {
            (Some(a), Some(b)) if a == b => "says the same",
            (None, _) => "a part of the date is missing",
            _ => "weaker evidence",
        };
        passed_over(c, reason)
    });
    (dated, order.passed_over(&taken).into_iter().chain(lost).collect(), problem)
}

fn passed_over(candidate: &Candidate, reason: &'static str) -> PassedOver {
    PassedOver { text: candidate.text.clone(), line: candidate.line, reason: reason.into() }
}

/// Two explicit dates more than a day apart: a header and a dateline that can't both be right.
fn contradicts(taken: &Candidate, other: &Candidate) -> bool {
    let explicit = |c: &Candidate| c.kind >= EvidenceKind::Dateline && !c.opens;
    let (Some(a), Some(b)) = (taken.day(), other.day()) else { return false };
    explicit(taken) && explicit(other) && (a - b).num_days().abs() > 1
}

/// Whether a text is a date line, in any language and order.
pub(super) fn is_date_line(text: &str) -> bool {
    text.len() <= 120 && has_digit(text) && date::line(text, &Hints::default()).is_some()
}

/// A date that stands beside other words with what a label says of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stamp {
    pub found: Found,
    pub label: Option<Label>,
}

/// The date that a short text holds though it is more than a date line: a row of a list, a byline, a summary that
/// ends with its date.
pub(super) fn stamp(text: &str, hints: &Hints<'_>) -> Option<Stamp> {
    if text.len() > 1200 || !has_digit(text) {
        return None;
    }
    let mut plain = None;
    for row in text.split('\n').take(12) {
        let row = unglued(row);
        if let Some(line) = date::line(&row, hints) {
            let stamp = Stamp { found: line.found, label: line.label };
            if stamp.label == Some(Label::Published) {
                return Some(stamp);
            }
            plain = plain.or(Some(stamp));
            continue;
        }
        let count = row.chars().count();
        if count > 260 || plain.is_some() {
            continue;
        }
        let found = match in_title(&row, hints) {
            Some((found, _)) => Some(found),
            None if count <= 110 && !row.ends_with('.') => {
                date::find(&row, hints).into_iter().next().filter(Found::is_complete)
            }
            None => None,
        };
        plain = found.map(|found| Stamp { found, label: None });
    }
    plain
}

/// A year and the time behind it set apart, where a page's text ran them together (`20255:01 AM`).
fn unglued(row: &str) -> Cow<'_, str> {
    let bytes = row.as_bytes();
    let colon = bytes.iter().enumerate().skip(5).find(|&(at, byte)| {
        *byte == b':' && bytes[at - 5..at].iter().all(u8::is_ascii_digit) && matches!(bytes[at - 5], b'1' | b'2')
            || *byte == b':'
                && at >= 6
                && bytes[at - 6..at].iter().all(u8::is_ascii_digit)
                && matches!(&bytes[at - 6..at - 4], b"19" | b"20")
    });
    let Some((colon, _)) = colon else { return Cow::Borrowed(row) };
    let start = (0..colon).rev().take_while(|&at| bytes[at].is_ascii_digit()).last().unwrap_or(colon);
    let year = start + 4;
    if year >= colon || !matches!(&bytes[start..start + 2], b"19" | b"20") {
        return Cow::Borrowed(row);
    }
    Cow::Owned(format!("{} {}", &row[..year], &row[year..]))
}

/// A date that opens the first sentence and tells when it happened: `On 28 May 2025 in …`, `From 17 to 20 March, …`.
pub(super) fn opening(text: &str, hints: &Hints<'_>) -> Option<(Found, bool)> {
    const PREPOSITIONS: &[&str] = &[
        "on", "from", "in", "since", "today", "le", "du", "ce", "am", "vom", "ab", "seit", "el", "del", "desde", "il",
        "dal", "em", "no", "op", "van", "den", "fra", "od", "w dniu", "w dniach", "dnia", "dne", "ve dnech", "z", "в",
        "с", "со", "у", "з", "від", "на", "от", "στις", "από", "في", "من",
    ];
    let sentence = &text[..excerpt::first_sentence(text)];
    let window = clip(sentence, 90);
    let found = date::find(window, hints).into_iter().next()?;
    found.start.day?;
    let before = window[..found.span.start].trim().trim_end_matches(',').to_lowercase();
    let opens = before.is_empty()
        || PREPOSITIONS.contains(&before.as_str())
        // A weekday or a time of day between the preposition and the date: `On Tuesday, 3 June 2025, …`.
        || before.split_whitespace().count() <= 3 && before.split_whitespace().next().is_some_and(|w| PREPOSITIONS.contains(&w.trim_end_matches(',')));
    // A sentence that opens with a bare year-less numeric date is more likely a score or a section number.
    let numeric = matches!(found.notation, Notation::Numeric { .. }) && found.start.year.is_none();
    (opens && !numeric && !is_old(&found)).then(|| {
        let under_way = is_under_way(sentence);
        (found, under_way)
    })
}

/// Years before there were files: what happened then is recalled, not reported.
fn is_old(found: &Found) -> bool {
    found.start.year.is_some_and(|year| year < 1990)
}

/// A date glued to the end or the beginning of a title, and the title without it.
pub(super) fn in_title(title: &str, hints: &Hints<'_>) -> Option<(Found, String)> {
    at_edge(title, hints, leans)
}

/// As [`in_title`], of a row among others that hold dates: there a comma is enough to set a date apart.
pub(super) fn in_row(row: &str, hints: &Hints<'_>) -> Option<(Found, String)> {
    at_edge(row, hints, |before, behind, at_end| !before.trim_end().ends_with(',') && leans(before, behind, at_end))
}

fn at_edge(title: &str, hints: &Hints<'_>, leans: impl Fn(&str, &str, bool) -> bool) -> Option<(Found, String)> {
    if !has_digit(title) {
        return None;
    }
    let trim = |text: &str| text.trim_matches(|c: char| c.is_whitespace() || "-–—|:,;·•/()[]".contains(c)).to_string();
    for found in date::find(title, hints) {
        let complete = found.start.year.is_some() && found.start.month.is_some() && found.start.day.is_some();
        let (before, behind) = (&title[..found.span.start], &title[found.span.end..]);
        let at_end = behind.chars().all(|c| !c.is_alphanumeric());
        let at_start = before.chars().all(|c| !c.is_alphanumeric());
        let rest = trim(if at_end { before } else { behind });
        if complete
            && (at_end || at_start)
            && rest.chars().filter(|c| c.is_alphabetic()).count() >= 3
            && !leans(before, behind, at_end)
        {
            return Some((found, rest));
        }
    }
    None
}

/// Whether a date at the edge of a title belongs to its words: `Annual report for 31.12.2024`, `Conference on 5 June 2025`.
fn leans(before: &str, behind: &str, at_end: bool) -> bool {
    if at_end {
        let mark = before.trim_end().chars().next_back();
        let set_apart = mark.is_some_and(|c| "-–—|:;·•/([.".contains(c));
        let last = before.split_whitespace().next_back().unwrap_or_default();
        let word = last.trim_matches(|c: char| !c.is_alphanumeric());
        !set_apart
            && (super::phrases::is_deadline(tail(before.trim_end(), 24))
                || super::phrases::binds(tail(before.trim_end(), 24))
                || word.chars().count() <= 4 && word.chars().all(char::is_lowercase) && !word.is_empty()
                || last.ends_with(','))
    } else {
        behind.starts_with(char::is_alphanumeric) || behind.trim_start().starts_with(char::is_lowercase)
    }
}

/// The year for a date without one, told by dates of the same ordered list above and below it.
///
/// With both neighbours, the year that puts it between them; with one, the year that puts it nearest, within half a year.
pub(super) fn year_between(month: u32, day: u32, above: Option<NaiveDate>, below: Option<NaiveDate>) -> Option<i32> {
    let near = above.or(below)?;
    let (low, high) = match (above, below) {
        (Some(a), Some(b)) => (Some(a.min(b)), Some(a.max(b))),
        _ => (None, None),
    };
    let days: Vec<NaiveDate> =
        (near.year() - 1..=near.year() + 1).filter_map(|year| NaiveDate::from_ymd_opt(year, month, day)).collect();
    days.iter()
        .find(|date| low.is_some_and(|low| **date >= low) && high.is_some_and(|high| **date <= high))
        .or_else(|| {
            days.iter()
                .min_by_key(|date| (**date - near).num_days().abs())
                .filter(|date| (**date - near).num_days().abs() <= 183)
        })
        .map(NaiveDate::year)
}

/// In which order a date with an English month is written.
pub(super) fn english_style(text: &str, found: &Found) -> Option<DateOrder> {
    const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    if found.notation != Notation::Named || found.start.day.is_none() {
        return None;
    }
    let words = text[found.span.clone()].split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    for word in words {
        if word.starts_with(|c: char| c.is_ascii_digit()) {
            return Some(DateOrder::DayFirst);
        }
        let lower = word.to_ascii_lowercase();
        if MONTHS.iter().any(|month| lower.starts_with(month)) {
            return Some(DateOrder::MonthFirst);
        }
    }
    None
}

/// At most `limit` characters from the start of a text.
pub(super) fn clip(text: &str, limit: usize) -> &str {
    text.char_indices().nth(limit).map_or(text, |(at, _)| &text[..at])
}

/// At most `limit` characters from the end of a text.
pub(super) fn tail(text: &str, limit: usize) -> &str {
    text.char_indices().rev().nth(limit.saturating_sub(1)).map_or(text, |(at, _)| &text[at..])
}
