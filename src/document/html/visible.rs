//! Dates that the page shows: the line by the headline that says when the release appeared.

use std::collections::{BTreeMap, BTreeSet};

use super::dates::{self, Candidate, Witness};
use super::days::{self, Day};
use super::dom::{Dom, Id};
use super::layout::Line;
use super::marks::{self, DateMark, Region};
use super::words::{self, Label};
use super::{Page, Zone};
use crate::date::{Found, Notation};
use crate::document::DateRole;
use crate::text::has_digit;

/// Longest line in characters that is looked at in full; of longer ones only the beginning.
const LONGEST: usize = 400;
/// Most lines with a number in them that are looked at.
const MOST: usize = 5000;
/// A shape that holds so many different days is a list's.
const LISTED: usize = 3;

/// Adds the visible dates of the page.
pub(super) fn find(page: &Page<'_>, out: &mut Vec<Candidate>) {
    let from = out.len();
    // Of candidates in the text: the shape of the element that holds each, to know lists by.
    let mut shapes: Vec<Option<String>> = Vec::new();
    let numbered = page.lines.iter().enumerate().filter(|(_, line)| has_digit(head(&line.text)));
    for (at, line) in numbered.take(MOST) {
        let text = head(&line.text);
        let mut end = 0;
        for (nth, date) in days::find(text, &page.hints).iter().enumerate().take(3) {
            let sight =
                Sight { at, line, date, before: &text[end..date.span.start], after: &text[date.span.end..], nth };
            end = date.span.end;
            if let Some(candidate) = sight.weigh(page) {
                out.push(candidate);
                let listed = matches!(page.zones[at], Some(Zone::Text | Zone::Tail) | None);
                shapes.push(listed.then(|| shape(page.dom, line.block)));
            }
        }
    }
    let found = out.split_off(from);
    let mut days: BTreeMap<&str, BTreeSet<Day>> = BTreeMap::new();
    for (candidate, shape) in std::iter::zip(&found, &shapes) {
        if let Some(shape) = shape {
            days.entry(shape).or_default().insert(candidate.day);
        }
    }
    // Below the headline, one of many dates in elements of one shape dates another release of a list.
    let listed = |shape: &Option<String>| shape.as_deref().and_then(|s| days.get(s)).is_some_and(|d| d.len() >= LISTED);
    out.extend(std::iter::zip(&found, &shapes).filter(|(_, shape)| !listed(shape)).map(|(c, _)| c.clone()));
    times(page, out);
    stamps(page, out);
}

/// Whether a line stands under a picture.
fn in_caption(dom: &Dom, line: &Line) -> bool {
    let mut around = std::iter::once(line.block).chain(dom.ancestors(line.block).take(2));
    around.any(|id| matches!(dom.tag(id), "figure" | "figcaption" | "caption"))
}

fn shape(dom: &Dom, id: Id) -> String {
    let class = dom.attr(id, "class").and_then(|c| c.split_whitespace().next()).unwrap_or_default();
    format!("{} {class} {}", dom.tag(id), dom.ancestors(id).count())
}

/// A date in a line.
struct Sight<'a> {
    at: usize,
    line: &'a Line,
    date: &'a Found,
    before: &'a str,
    after: &'a str,
    /// How many dates stand before it in the line.
    nth: usize,
}

impl Sight<'_> {
    fn weigh(&self, page: &Page<'_>) -> Option<Candidate> {
        let Self { line, date, .. } = *self;
        let zone = page.zones[self.at];
        let (day, completed) = match days::complete(date.start) {
            Some(day) => (day, false),
            None if matches!(zone, Some(Zone::After(_) | Zone::Before(1..=8))) => {
                (year_from_names(page.dom, date)?, true)
            }
            None => return None,
        };
        let label = self.label(page);
        let mark = mark(page, line);
        let opens = self.opens_prose();
        let coverage = (date.span.len() * 100) / line.text.len().max(1);
        let mut score: i32 = zone.map_or(8, base);
        score += match label {
            Some(Label::Published) if words::tells_of_itself(&line.text) => 45,
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
            _ if line.chars > 110 && label.is_none() && !opens => -40,
            _ => 0,
        };
        score += match page.regions[line.block] {
            None => 0,
            Some(Region::Comments) => -90,
            Some(_) => -40,
        };
        if matches!(zone, Some(Zone::Before(_))) && page.core.is_some_and(|core| !page.dom.holds(core, line.block)) {
            score -= 22;
        }
        if self.is_todays(zone, mark, label) || in_caption(page.dom, line) {
            score -= 40;
        }
        if date.end.is_some() {
            score -= 30;
        }
        // A footer's `Last modified` is weak, but says nothing else than that.
        if label == Some(Label::Updated) && coverage >= 25 && page.regions[line.block] == Some(Region::Beside) {
            score = score.max(dates::BELIEVED as i32);
        }
        if completed {
            score -= 8;
        }
        // Of several dates in a line the first without a word is the publication's.
        score -= 6 * self.nth as i32;
        let weight = score.clamp(0, 95) as u32;
        (weight > 0).then(|| Candidate {
            role: if label == Some(Label::Updated) { DateRole::Updated } else { DateRole::Published },
            witness: Witness::Shown,
            weight,
            day,
            name: "date line".to_string(),
            value: self.value(page, day, completed),
            line: page.dom.line_of_text(line.first),
        })
    }

    /// The label in the line, or on the line before: `<dt>Published</dt><dd>5 June 2025</dd>`.
    fn label(&self, page: &Page<'_>) -> Option<Label> {
        let own = words::label(tail(self.before), self.after);
        let previous = || {
            let line = self.at.checked_sub(1).and_then(|at| page.lines.get(at))?;
            let alone = self.before.trim().is_empty() && self.nth == 0;
            let short = line.chars <= 30 && !has_digit(&line.text);
            (alone && short).then(|| words::label(&line.text, "")).flatten()
        };
        let told = || {
            words::tells_of_itself(&self.line.text)
                .then(|| words::label(self.after, ""))
                .flatten()
                .filter(|l| *l != Label::Other)
        };
        own.or_else(previous).or_else(told)
    }

    /// Whether it reads like the day on which the page was shown: a weekday and a date in the page's head.
    fn is_todays(&self, zone: Option<Zone>, mark: DateMark, label: Option<Label>) -> bool {
        let plain = mark == DateMark::None && label.is_none() && self.date.weekday.is_some();
        plain && matches!(zone, Some(Zone::Before(2..)))
    }

    /// Whether the date opens a paragraph as a dateline does: `Flussstadt, 5. Juni 2025 – Der Fluss …`.
    fn opens_prose(&self) -> bool {
        let place = self.before.trim().trim_start_matches('(').trim_end_matches([',', '(']);
        let follows = self.after.trim_start().chars().next();
        self.nth == 0
            && self.before.chars().count() <= 40
            && place.split_whitespace().count() <= 4
            && follows.is_some_and(|c| matches!(c, '–' | '—' | '-' | ':' | '|' | ')' | '/'))
    }

    /// The words of the date; as ISO 8601 where this page knows what its words leave open.
    fn value(&self, page: &Page<'_>, day: Day, completed: bool) -> String {
        let low = |part: Option<u32>| part.is_some_and(|n| n <= 12);
        let numeric = matches!(self.date.notation, Notation::Numeric { .. });
        let open = numeric && low(self.date.start.day) && low(self.date.start.month);
        let words = self.line.text.get(self.date.span.clone()).unwrap_or_default();
        if completed || (open && page.hints.order.is_some()) { days::iso(day) } else { words.to_string() }
    }
}

/// What a place by the headline is worth.
fn base(zone: Zone) -> i32 {
    match zone {
        Zone::After(n) if n <= 4 => 66,
        Zone::After(_) => 58,
        Zone::Before(n) if n <= 3 => 58,
        Zone::Before(n) if n <= 8 => 36,
        Zone::Before(_) => 20,
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
        let names = std::iter::once(id).chain(dom.ancestors(id).take(2)).map(|n| marks::date_mark(dom, n)).fold(
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
            || label.is_none() && marks::names(dom, id).any(|w| w.contains("updat") || w.contains("modif"));
        let role = if updated { DateRole::Updated } else { DateRole::Published };
        let weight = score.clamp(0, 95) as u32;
        if weight > 0 {
            let name = "time datetime".to_string();
            out.push(Candidate { role, witness: Witness::Shown, weight, day, name, value, line: dom.line(id) });
        }
    }
}

/// Elements named as dates whose words alone tell none: `<span class=date title="5 June 2025">2 days ago</span>`, or
/// day, month and year in blocks of their own.
fn stamps(page: &Page<'_>, out: &mut Vec<Candidate>) {
    let dom = page.dom;
    for id in 1..dom.len() {
        let small = dom.subtree(id).len() <= 16 && dom.tag(id) != "time" && page.regions[id].is_none();
        if !small || marks::date_mark(dom, id) != DateMark::Strong {
            continue;
        }
        let lines = page.lines_in(id).len();
        let value =
            ["title", "data-datetime", "data-date", "data-time", "data-timestamp"].iter().find_map(|a| dom.attr(id, a));
        let value = match value {
            Some(value) => days::readable(value),
            None if (2..=4).contains(&lines) => dom.text(id),
            None => continue,
        };
        let zone = zone(page, id);
        let weight = zone.map_or(30, base).max(0) as u32 + 10;
        if value.chars().count() <= 60
            && let Some(day) = days::of(&value, &page.hints)
        {
            let name = "date line".to_string();
            out.push(Candidate {
                role: DateRole::Published,
                witness: Witness::Shown,
                weight,
                day,
                name,
                value,
                line: dom.line(id),
            });
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
        match marks::date_mark(dom, id) {
            DateMark::Foreign => return DateMark::Foreign,
            found => best = best.max(found),
        }
    }
    best
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
