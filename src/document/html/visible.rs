//! Dates that the page shows: the line by the headline that says when the release appeared.

use std::collections::BTreeSet;

use super::dates::{Candidate, Witness};
use super::days::{self, Day};
use super::dom::{Dom, Id};
use super::layout::Line;
use super::words::{self, DateMark, Label, Region};
use super::{Page, Zone};
use crate::date::{DateOrder, Found, Hints};
use crate::document::DateRole;

/// Longest line in characters that is looked at in full; of longer ones only the beginning.
const LONGEST: usize = 400;

/// Adds the visible dates of the page.
pub(super) fn find(page: &Page<'_>, out: &mut Vec<Candidate>) {
    let order = page.hints.order.or_else(|| proven_order(page));
    let hints = Hints { order, ..page.hints };
    for (at, line) in page.lines.iter().enumerate() {
        let text = head(&line.text);
        if !text.chars().any(char::is_numeric) {
            continue;
        }
        let found = days::find(text, &hints);
        let mut from = 0;
        for (nth, date) in found.iter().enumerate().take(3) {
            let before = &text[from..date.span.start];
            let after = &text[date.span.end..];
            from = date.span.end;
            if let Some(candidate) = weigh(page, at, line, date, before, after, nth) {
                out.push(candidate);
            }
        }
    }
    times(page, out);
}

fn weigh(
    page: &Page<'_>,
    at: usize,
    line: &Line,
    date: &Found,
    before: &str,
    after: &str,
    nth: usize,
) -> Option<Candidate> {
    let region = page.regions[line.block];
    let zone = page.zones[at];
    let (day, completed) = match days::complete(date.start) {
        Some(day) => (day, false),
        None if matches!(zone, Some(Zone::After(_) | Zone::Before(1..=8))) => (year_from_names(page.dom, date)?, true),
        None => return None,
    };
    let previous = page.lines.get(at.wrapping_sub(1)).filter(|l| l.chars <= 30 && page.zones[at] == page.zones[at - 1]);
    let label = words::label(tail(before), after).or_else(|| {
        // A label on the line before: `<dt>Published</dt><dd>5 June 2025</dd>`.
        let previous = previous?;
        before.trim().is_empty().then(|| words::label(&previous.text, "")).flatten()
    });
    let mark = mark(page, line);
    let coverage = (date.span.len() * 100) / line.text.len().max(1);
    let mut score: i32 = zone.map_or(8, base);
    score += match label {
        Some(Label::Published) => 22,
        Some(Label::Updated) => 10,
        Some(Label::Other) => -60,
        None => 0,
    };
    score += match mark {
        DateMark::Strong => 14,
        DateMark::Weak => 5,
        DateMark::None => 0,
        DateMark::Foreign => -45,
    };
    score += match coverage {
        50.. => 12,
        25.. => 5,
        _ if line.chars > 110 && label.is_none() => -40,
        _ => 0,
    };
    score += match region {
        None => 0,
        Some(Region::Beside) => -40,
        Some(Region::Comments) => -90,
    };
    if date.end.is_some() {
        score -= 30;
    }
    if completed {
        score -= 8;
    }
    // Of several dates in a line the first without a word is the publication's.
    score -= 6 * nth as i32;
    let role = if label == Some(Label::Updated) { DateRole::Updated } else { DateRole::Published };
    let value = if completed || days::is_ambiguous(date) || page_order_decided(date) {
        days::iso(day)
    } else {
        line.text.get(date.span.clone())?.to_string()
    };
    let weight = score.clamp(0, 95) as u32;
    (weight > 0).then(|| Candidate {
        role,
        witness: Witness::Shown,
        weight,
        day,
        name: "date line".to_string(),
        value,
        line: page.dom.line_of_text(line.first),
    })
}

/// Whether the reading of a numeric date may rest on what this page proves and later rooms cannot see.
fn page_order_decided(date: &Found) -> bool {
    let low = |part: Option<u32>| part.is_some_and(|n| n <= 12);
    matches!(date.notation, crate::date::Notation::Numeric { .. }) && low(date.start.day) && low(date.start.month)
}

/// What a place by the headline is worth.
fn base(zone: Zone) -> i32 {
    match zone {
        Zone::After(n) if n <= 4 => 66,
        Zone::After(_) => 58,
        Zone::Before(n) if n <= 3 => 58,
        Zone::Before(n) if n <= 8 => 44,
        Zone::Before(_) => 22,
        Zone::Text => 14,
        Zone::Tail => 36,
    }
}

/// `<time>` elements: those whose words are no date (`2 days ago`), and machine-readable values beside words.
fn times(page: &Page<'_>, out: &mut Vec<Candidate>) {
    let dom = page.dom;
    for id in dom.elements("time") {
        let Some(value) = dom.attr(id, "datetime") else { continue };
        let value = days::readable(value);
        let Some(day) = days::of(&value, &page.hints) else { continue };
        if page.regions[id] == Some(Region::Comments) {
            continue;
        }
        let at = page.lines.partition_point(|line| line.first <= id).saturating_sub(1);
        let inside = |line: &&Line| line.first <= dom.subtree(id).end && line.last >= id;
        let line = [at, at + 1].into_iter().find(|&n| page.lines.get(n).as_ref().is_some_and(inside)).unwrap_or(at);
        let zone = page.zones.get(line).copied().flatten();
        let text = page.lines.get(line).map_or("", |l| &l.text);
        let words = dom.text(id);
        let before = text.find(&words).filter(|_| !words.is_empty()).map_or("", |found| &text[..found]);
        let label = words::label(tail(before), "");
        let names = std::iter::once(id).chain(dom.ancestors(id).take(2)).map(|n| words::date_mark(dom, n)).fold(
            DateMark::None,
            |a, b| {
                if a == DateMark::Foreign || b == DateMark::Foreign { DateMark::Foreign } else { a.max(b) }
            },
        );
        let mut score = zone.map_or(20, base) + 16;
        score += match label {
            Some(Label::Published) => 14,
            Some(Label::Other) => -60,
            _ => 0,
        };
        score += match names {
            DateMark::Strong => 8,
            DateMark::Foreign => -45,
            _ => 0,
        };
        if page.regions[id].is_some() {
            score -= 40;
        }
        let updated = label == Some(Label::Updated)
            || label.is_none() && words::names(dom, id).any(|w| w.contains("updat") || w.contains("modif"));
        let role = if updated { DateRole::Updated } else { DateRole::Published };
        let weight = score.clamp(0, 95) as u32;
        if weight > 0 {
            let name = "time datetime".to_string();
            out.push(Candidate { role, witness: Witness::Shown, weight, day, name, value, line: dom.line(id) });
        }
    }
}

/// The strongest mark among the inline elements of the line, its block, and two ancestors.
fn mark(page: &Page<'_>, line: &Line) -> DateMark {
    let dom = page.dom;
    let mut best = DateMark::None;
    let around = std::iter::once(line.block).chain(dom.ancestors(line.block).take(2));
    let inline = dom.ancestors(line.first).take_while(|&a| a != line.block);
    let last = dom.ancestors(line.last).take_while(|&a| a != line.block);
    for (n, id) in inline.chain(last).map(|id| (0, id)).chain(around.enumerate()) {
        // What holds the headline, or a lot, says nothing of this line.
        if n > 0 && (page.headline.node.is_some_and(|h| dom.holds(id, h)) || dom.subtree(id).len() > 60) {
            break;
        }
        match words::date_mark(dom, id) {
            DateMark::Foreign => return DateMark::Foreign,
            found => best = best.max(found),
        }
    }
    best
}

/// The order of numeric dates that the page's own dates prove.
fn proven_order(page: &Page<'_>) -> Option<DateOrder> {
    let (mut day_first, mut month_first) = (0, 0);
    for line in page.lines.iter().filter(|line| line.chars < 200) {
        let parts: Vec<&str> = line.text.split(|c: char| !c.is_ascii_digit()).filter(|p| !p.is_empty()).collect();
        for w in parts.windows(3) {
            let number =
                |at: usize| w[at].parse::<u32>().ok().filter(|_| w[at].len() <= 2 && (at < 2 || w[at].len() == 2));
            let year = w[2].len() == 4 && (w[2].starts_with("19") || w[2].starts_with("20"));
            let joined = ["/", ".", "-"].iter().any(|sep| line.text.contains(&w.join(sep)));
            if let (Some(a), Some(b)) = (number(0), number(1))
                && joined
                && (year || number(2).is_some())
            {
                match (a, b) {
                    (13..=31, 1..=12) => day_first += 1,
                    (1..=12, 13..=31) => month_first += 1,
                    _ => {}
                }
            }
        }
    }
    match (day_first, month_first) {
        (0, 1..) => Some(DateOrder::MonthFirst),
        (1.., 0) => Some(DateOrder::DayFirst),
        _ => by_markup(page),
    }
}

/// The order that a `<time>` proves, whose value says what its words mean.
fn by_markup(page: &Page<'_>) -> Option<DateOrder> {
    page.dom.elements("time").take(200).find_map(|id| {
        let (_, month, day) = days::of(page.dom.attr(id, "datetime")?, &page.hints)?;
        let words = page.dom.text(id);
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

/// The year of a date written without one, where the page's names hold exactly one day that fits
/// (`id="news20190624_1"` beside `06月24日`).
fn year_from_names(dom: &Dom, date: &Found) -> Option<Day> {
    let (month, day) = (date.start.month?, date.start.day?);
    if date.start.year.is_some() {
        return None;
    }
    let wanted = format!("{month:02}{day:02}");
    let mut years = BTreeSet::new();
    for id in 1..dom.len() {
        for attr in ["id", "href", "src", "class"] {
            let value = dom.attr(id, attr).filter(|v| v.len() < 300 && v.contains(&wanted)).unwrap_or("");
            for digits in value.split(|c: char| !c.is_ascii_digit()) {
                if matches!(digits.len(), 8 | 12 | 14) && digits[4..8] == wanted {
                    years.extend(digits[..4].parse::<i32>().ok().filter(|y| (1990..2100).contains(y)));
                }
            }
        }
    }
    (years.len() == 1).then(|| years.first().map(|&y| (y, month, day))).flatten()
}

/// The beginning of a line.
fn head(text: &str) -> &str {
    text.char_indices().nth(LONGEST).map_or(text, |(at, _)| &text[..at])
}

/// The last words before a date, where its label stands.
fn tail(text: &str) -> &str {
    text.char_indices().rev().nth(39).map_or(text, |(at, _)| &text[at..])
}

/// Where a node is used as a place in the page.
pub(super) fn zone(page: &Page<'_>, id: Id) -> Option<Zone> {
    let at = page.lines.partition_point(|line| line.first <= id);
    let inside = page.lines.get(at.saturating_sub(1)).filter(|line| line.last >= id || line.block <= id);
    let at = if inside.is_some() { at.saturating_sub(1) } else { at };
    page.zones.get(at).copied().flatten()
}
