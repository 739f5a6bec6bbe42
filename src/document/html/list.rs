//! Pages that list releases: entries of one shape, each with its title and its date.

use std::collections::BTreeMap;

use super::content::push;
use super::days;
use super::dom::Id;
use super::layout::Line;
use super::marks::Region;
use super::{Page, markup};
use crate::document::sanitise::Cleaner;
use crate::document::{Block, BlockKind};

/// The fewest dated entries that make a list.
const FEWEST: usize = 4;
/// The most characters of a line that is there for its date alone.
const LONGEST_DATE: usize = 80;
/// So many characters of prose may stand on a page beside a list of lines.
const MOST_BESIDE: usize = 300;
/// So many linked characters beside a date are a title.
const OWN_TITLE: usize = 12;
/// The most characters of a title.
const LONGEST_TITLE: usize = 300;

/// One entry: indices of its lines.
struct Entry {
    title: usize,
    date: usize,
    rest: std::ops::Range<usize>,
}

/// The blocks of a list page: for each entry a heading, its date as a paragraph, and what else it says. `None`
/// where the page is no list.
pub(super) fn blocks(page: &Page<'_>, cleaner: &Cleaner) -> Option<Vec<Block>> {
    if page.entity.as_ref().is_some_and(|e| e.rank == 3 && e.published.is_some()) {
        return None;
    }
    let from = page.headline.node.map_or(0, |headline| page.lines_range(headline).end);
    let dated: Vec<usize> = (from..page.lines.len()).filter(|&at| date_of(page, at).is_some()).collect();
    if dated.len() < FEWEST {
        return None;
    }
    let alone: Vec<usize> = dated.iter().copied().filter(|&at| page.lines[at].chars <= LONGEST_DATE).collect();
    let apart = wrapped(page, &alone).or_else(|| in_turn(page, &alone));
    let apart = apart.filter(|entries| entries.len() >= FEWEST && is_main(page, entries));
    let entries = apart.or_else(|| in_lines(page, &dated))?;
    let dom = page.dom;
    let mut out = Vec::new();
    for entry in &entries {
        let title = &page.lines[entry.title];
        let html = markup::of_line(dom, title.first, title.last, title.block, &page.regions);
        push(dom, &mut out, BlockKind::Heading(2), format!("<h2>{html}</h2>"), title.first..title.last + 1, cleaner);
        let line = &page.lines[entry.date];
        let date = date_of(page, entry.date)?;
        push(dom, &mut out, BlockKind::Paragraph, format!("<p>{date}</p>"), line.first..line.last + 1, cleaner);
        for at in entry.rest.clone().filter(|&at| at != entry.title && at != entry.date) {
            let line = &page.lines[at];
            if line.linked * 2 < line.chars && line.chars > 40 {
                let html = markup::of_line(dom, line.first, line.last, line.block, &page.regions);
                push(dom, &mut out, BlockKind::Paragraph, format!("<p>{html}</p>"), line.first..line.last + 1, cleaner);
            }
        }
    }
    Some(out)
}

/// The date that a line is there to tell: a `<time>`'s value, or a date that takes most of a short line.
fn date_of(page: &Page<'_>, at: usize) -> Option<String> {
    let line = &page.lines[at];
    if line.chars > LONGEST_TITLE || !matches!(page.regions[line.block], None | Some(Region::Teasers)) {
        return None;
    }
    let dom = page.dom;
    let time = dom.ancestors(line.first).take_while(|&a| a != line.block).chain(line.first..=line.last);
    for id in time.filter(|&id| dom.tag(id) == "time") {
        if let Some(day) = dom.attr(id, "datetime").and_then(|value| days::of(value, &page.hints)) {
            return Some(days::iso(day));
        }
    }
    let found = days::find(&line.text, &page.hints).into_iter().find(|f| days::complete(f.start).is_some())?;
    let words = line.text.get(found.span.clone())?;
    let beside = line.chars.saturating_sub(line.linked).min(line.text.chars().count());
    (found.span.len() * 2 >= beside && found.end.is_none()).then(|| words.to_string())
}

/// Entries that stand in an element of their own: the largest around each date that holds no second.
fn wrapped(page: &Page<'_>, dates: &[usize]) -> Option<Vec<Entry>> {
    let dom = page.dom;
    let mut count = vec![0u32; dom.len()];
    for &at in dates {
        count[page.lines[at].block] += 1;
    }
    for id in (1..dom.len()).rev() {
        count[dom.parent(id)] += count[id];
    }
    let around = |date: usize| {
        let block = page.lines[date].block;
        std::iter::once(block).chain(dom.ancestors(block)).take_while(|&a| count[a] == 1)
    };
    let shape = |id: Id| (dom.tag(id).to_string(), dom.ancestors(id).count());
    let mut shapes: BTreeMap<(String, usize), usize> = BTreeMap::new();
    for id in dates.iter().filter_map(|&date| around(date).last()) {
        *shapes.entry(shape(id)).or_default() += 1;
    }
    let (most, _) = shapes.into_iter().max_by_key(|(_, number)| *number)?;
    let entry = |&date: &usize| {
        let rest = page.lines_range(around(date).find(|&id| shape(id) == most)?);
        Some(Entry { title: title_in(page, rest.clone(), date)?, date, rest })
    };
    let entries: Vec<Entry> = dates.iter().filter_map(entry).collect();
    (entries.len() >= FEWEST).then_some(entries)
}

/// Entries without an element of their own: titles and dates in turn.
fn in_turn(page: &Page<'_>, dates: &[usize]) -> Option<Vec<Entry>> {
    let before: Vec<Option<usize>> = dates
        .iter()
        .enumerate()
        .map(|(n, &date)| {
            let from = n.checked_sub(1).map_or(date.saturating_sub(3), |p| dates[p] + 1);
            title_in(page, from.max(date.saturating_sub(3))..date, date)
        })
        .collect();
    let after: Vec<Option<usize>> = dates
        .iter()
        .enumerate()
        .map(|(n, &date)| {
            let to = dates.get(n + 1).copied().unwrap_or(page.lines.len());
            title_in(page, date + 1..to.min(date + 4), date)
        })
        .collect();
    let found = |titles: &[Option<usize>]| titles.iter().flatten().count();
    let far = |titles: &[Option<usize>]| -> usize {
        dates.iter().zip(titles).filter_map(|(date, title)| title.map(|t| t.abs_diff(*date))).sum()
    };
    // Where as many titles stand before as after, the nearer ones belong to the dates; of equals, what comes first.
    let use_after = match found(&after).abs_diff(found(&before)) {
        0 | 1 => (far(&after), before.first().is_some_and(Option::is_some)) < (far(&before), true),
        _ => found(&after) > found(&before),
    };
    let titles = if use_after { after } else { before };
    let mut entries: Vec<Entry> = Vec::new();
    for (n, (&date, title)) in dates.iter().zip(titles).enumerate() {
        let Some(title) = title else { continue };
        let next = dates.get(n + 1).copied().unwrap_or(page.lines.len());
        let end = if use_after { next } else { next.saturating_sub(1).max(date + 1) };
        entries.push(Entry { title, date, rest: title.min(date)..end.min(date + 8) });
    }
    (entries.len() >= FEWEST && entries.len() * 10 >= dates.len() * 7).then_some(entries)
}

/// Entries of a line each, date and linked title in it (`<li>5 June 2025 <a>New ferry</a></li>`), on a page that says
/// little else: articles too end in such lists.
fn in_lines(page: &Page<'_>, dates: &[usize]) -> Option<Vec<Entry>> {
    let is_titled = |date: &usize| {
        let line = &page.lines[*date];
        let said = date_of(page, *date).map_or(0, |said| said.chars().count());
        line.linked >= OWN_TITLE && line.chars >= said + OWN_TITLE
    };
    let titled = dates.iter().copied().filter(is_titled);
    let entries: Vec<Entry> = titled.map(|at| Entry { title: at, date: at, rest: at..at + 1 }).collect();
    let other: usize = page.lines.iter().filter(|line| line.is_prose()).map(|line| line.chars).sum();
    (entries.len() >= FEWEST && entries.len() * 10 >= dates.len() * 8 && other < MOST_BESIDE).then_some(entries)
}

/// The title among lines: a heading, else the first long link, else (beside a date) the only other line.
fn title_in(page: &Page<'_>, lines: std::ops::Range<usize>, date: usize) -> Option<usize> {
    let dom = page.dom;
    let usable = |at: &usize| {
        let line = &page.lines[*at];
        *at != date && (8..=LONGEST_TITLE).contains(&line.chars) && line.text.chars().any(char::is_alphabetic)
    };
    let heading = |line: &Line| {
        std::iter::once(line.block)
            .chain(dom.ancestors(line.block).take(2))
            .any(|id| matches!(dom.tag(id), "h2" | "h3" | "h4" | "h5"))
    };
    let linked = |line: &Line| line.linked * 10 >= line.chars * 7;
    let all: Vec<usize> = lines.filter(usable).collect();
    all.iter()
        .find(|&&at| heading(&page.lines[at]))
        .or_else(|| all.iter().filter(|&&at| linked(&page.lines[at])).max_by_key(|&&at| page.lines[at].chars.min(60)))
        .copied()
}

/// Whether the entries are what the page is about: there is more of them than of other prose, which an article with
/// a list after it would have.
fn is_main(page: &Page<'_>, entries: &[Entry]) -> bool {
    let mut of_entries = vec![false; page.lines.len()];
    for entry in entries {
        of_entries[entry.rest.clone()].fill(true);
        of_entries[entry.title] = true;
    }
    let other: usize = std::iter::zip(&page.lines, &of_entries)
        .filter(|(line, listed)| !**listed && line.is_prose() && page.regions[line.block].is_none())
        .map(|(line, _)| line.chars)
        .sum();
    let listed: usize = entries.iter().flat_map(|e| e.rest.clone()).map(|at| page.lines[at].chars).sum();
    other < 700.max(listed / 2)
}
