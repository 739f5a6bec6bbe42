//! Embargoes: which releases of a file a line holds back, and until when.
//!
//! In doubt a line holds back more, and longer: what comes out late can still come out.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate};
use chrono_tz::Tz;

use super::EvidenceKind;
use super::dating::Candidate;
use super::order::Order;
use super::segment::Piece;
use crate::date::{self, DateOrder, Found, Hints, Notation};
use crate::document::{Document, Embargo};
use crate::problem::Problem;

/// Days for which a release is written ahead of its embargo, at most.
const AHEAD: i64 = 183;

/// More different lines for all releases of a file are not believed.
const MOST: usize = 16;

/// Which embargo lines hold back which pieces of a document.
pub(super) struct Shares<'d> {
    /// The lines of each piece.
    pub own: Vec<Vec<&'d Embargo>>,
    /// A line beyond those that are believed: all pieces are held back.
    pub crowd: Option<u32>,
    /// What is doubtful.
    pub problems: Vec<Problem>,
}

/// What holds a release back.
#[derive(Debug, Default)]
pub(super) struct Hold {
    /// The day on which it opens, as a candidate for its date.
    pub day: Option<Candidate>,
    /// When it opens.
    pub until: Option<DateTime<FixedOffset>>,
    /// The line that nobody can read, and why.
    pub sealed: Option<(u32, String)>,
}

/// The embargo lines of each piece of a document, and what is doubtful about them.
///
/// A line belongs to the release that it stands in; between two releases to the one that no blank line parts it from,
/// else to both; above all of them to all that have none of their own.
pub(super) fn of_pieces<'d>(document: &'d Document, pieces: &[Piece]) -> Shares<'d> {
    let mut own: Vec<Vec<&Embargo>> = vec![Vec::new(); pieces.len()];
    let mut of_all: Vec<&Embargo> = Vec::new();
    let mut problems = Vec::new();
    if document.embargoes.is_empty() {
        return Shares { own, crowd: None, problems };
    }
    let mut order: Vec<usize> = (0..pieces.len()).filter(|&at| !pieces[at].is_empty()).collect();
    order.sort_by_key(|&at| pieces[at].lines.first);
    let mut doubt = |embargo: &Embargo, message: String| {
        problems.push(Problem::warning(&document.path, message).at(embargo.line, 1));
    };
    // Which texts of a page are teasers is told by other files: no ground to let anything out.
    let are_sure = !pieces.iter().any(|piece| piece.teaser);
    for embargo in &document.embargoes {
        if !are_sure {
            of_all.push(embargo);
            continue;
        }
        let next = order.partition_point(|&at| pieces[at].lines.first <= embargo.line);
        let below = order.get(next).copied();
        let Some(&at) = next.checked_sub(1).and_then(|last| order.get(last)) else {
            let parted = order.get(1).is_some_and(|&second| opens_with_gap(document, &pieces[second]));
            match below {
                Some(first) if order.len() == 1 || parted && !embargo.gap_after => own[first].push(embargo),
                _ => {
                    of_all.push(embargo);
                    if order.len() > 1 {
                        let message = format!(
                            "this embargo stands above {} releases and holds them all back: write it under the title \
                             of the one that it is for",
                            order.len()
                        );
                        doubt(embargo, message);
                    }
                }
            }
            continue;
        };
        let lines = || pieces[at].body.iter().map(|&block| document.blocks[block].lines);
        let ends = lines().any(|lines| lines.last < embargo.line) && !lines().any(|lines| lines.last >= embargo.line);
        match below.filter(|_| ends) {
            None => own[at].push(embargo),
            Some(below) if embargo.gap_before && !embargo.gap_after => own[below].push(embargo),
            Some(_) if embargo.gap_after && !embargo.gap_before => own[at].push(embargo),
            Some(below) => {
                own[at].push(embargo);
                own[below].push(embargo);
                let message = "this embargo stands between two releases and holds both back: write it under the title \
                               of the one that it is for";
                doubt(embargo, message.to_string());
            }
        }
    }
    let mut said = BTreeSet::new();
    of_all.retain(|embargo| said.insert(embargo.said.as_str()));
    let crowd = of_all.get(MOST).map(|embargo| embargo.line);
    of_all.truncate(MOST);
    own.iter_mut().filter(|own| own.is_empty()).for_each(|own| own.extend(&of_all));
    Shares { own, crowd, problems }
}

fn opens_with_gap(document: &Document, piece: &Piece) -> bool {
    document.blocks.iter().find(|block| block.lines.first >= piece.lines.first).is_some_and(|block| block.gap_before)
}

/// What these lines say together of a release whose date may be one of these candidates.
pub(super) fn hold(
    lines: &[&Embargo],
    candidates: &[Candidate],
    hints: &Hints<'_>,
    order: &Order<'_>,
    zone: Tz,
) -> Hold {
    let mut hold = Hold::default();
    for line in lines {
        let read = date::embargo_time(&line.said, hints).and_then(|found| {
            let found = with_year(later(found, &line.said, order), candidates)
                .ok_or_else(|| "it names no year, and nothing proves one".to_string())?;
            let until =
                found.resolve(zone).map(|(until, _)| until).ok_or_else(|| "there is no such time".to_string())?;
            Ok((found, until))
        });
        match read {
            Ok((found, until)) if hold.until < Some(until) => {
                (hold.day, hold.until) = (Some(opening(found, line)), Some(until));
            }
            Ok(_) => {}
            Err(why) => {
                hold.sealed = hold.sealed.or(Some((line.line, why)));
                // Its day is known all the same.
                let found = date::embargo_day(&line.said, hints).and_then(|found| with_year(found, candidates));
                hold.day = hold.day.or(found.map(|found| opening(found, line)));
            }
        }
    }
    hold
}

fn opening(found: Found, line: &Embargo) -> Candidate {
    let mut day = Candidate::new(EvidenceKind::Header, found, &line.said, line.line);
    day.opens = true;
    day
}

/// Of a date that means two days, with nothing to prove which, the later.
fn later(mut found: Found, said: &str, order: &Order<'_>) -> Found {
    let words = said.get(found.span.clone()).unwrap_or_default();
    let is_open = found.notation == (Notation::Numeric { ambiguous: true }) && !words.contains('.') && !order.is_proved;
    let read = |order: DateOrder| {
        let hints = Hints { order: Some(order), language: None };
        date::embargo_time(said, &hints).ok()
    };
    if is_open {
        let others = [DateOrder::DayFirst, DateOrder::MonthFirst].into_iter().filter_map(read);
        found = others.fold(found, |latest, other| if other.day() > latest.day() { other } else { latest });
    }
    found
}

/// A date with its year, where that is written, or where the release's own explicit date proves it: an embargo ends
/// within half a year from when it was written, on the weekday that it names.
fn with_year(mut found: Found, candidates: &[Candidate]) -> Option<Found> {
    if found.start.year.is_some() {
        return found.is_complete().then_some(found);
    }
    let explicit =
        |candidate: &&Candidate| candidate.kind >= EvidenceKind::FileName && candidate.kind != EvidenceKind::Sentence;
    let strongest = candidates.iter().filter(explicit).filter(|c| c.day().is_some()).min_by_key(|c| Reverse(c.kind))?;
    let written = strongest.day()?;
    let (month, day) = (found.start.month?, found.start.day?);
    let year = (written.year()..=written.year() + 1).find(|&year| {
        let until = NaiveDate::from_ymd_opt(year, month, day);
        until.is_some_and(|until| (0..=AHEAD).contains(&(until - written).num_days()))
    })?;
    found.start.year = Some(year);
    found.weekday_agrees().then_some(found)
}
