//! Listings: lines that each hold a date and a title, or a day under the heading of its month.

use super::EvidenceKind;
use super::dating::{self, Candidate};
use super::roles::Role;
use super::segment::{Piece, Text};
use crate::date::{self, Found, Hints, PartialDate};
use crate::document::{BlockKind, Lines};
use crate::text::has_digit;

/// Fewer dated lines than this are no listing.
const ENOUGH: usize = 3;
/// A longer block is prose.
const PROSE: usize = 200;

struct Entry {
    title: String,
    found: Found,
    text: String,
    block: usize,
    line: Lines,
}

/// How a row is asked for its date and title.
type Reading = fn(&str, &Hints<'_>, Option<PartialDate>) -> Option<(Found, String)>;

/// The items of a listing of dated lines (`05/01/13 New ferry …`, `New ferry …   March 13, 2015`, `05 New ferry …` under
/// `May 2013`), or `None` where the text is none: at least three such lines, more of them than of long paragraphs.
pub(super) fn pieces(text: &Text<'_>) -> Option<Vec<Piece>> {
    let set_apart: Reading = |row, hints, _| titled(row, dating::in_title(row, hints)?);
    let in_rows: Reading = |row, hints, _| titled(row, dating::in_row(row, hints)?);
    let days: Reading = |row, _, month| day_of(row, month?);
    let apart = entries(text, set_apart);
    let found = if apart.len() >= ENOUGH { entries(text, in_rows) } else { entries(text, days) };
    let prose = text.blocks.iter().filter(|block| block.text.chars().count() > PROSE).count();
    // Two are enough where each stands over its text.
    let over_text = |entry: &Entry| text.roles.get(entry.block + 1) == Some(&Role::Prose);
    let enough = found.len() >= ENOUGH;
    let found = if enough { found } else { apart };
    if !enough && (found.len() < 2 || !found.iter().all(over_text)) || prose > found.len() {
        return None;
    }
    // Headings that carry their dates open items, and those between them that have none do too.
    let is_heading = |entry: &Entry| matches!(text.blocks[entry.block].kind, BlockKind::Heading(_));
    if found.iter().all(is_heading)
        && let Some(pieces) = text.headed()
    {
        return Some(pieces);
    }
    let all_over_text = found.iter().all(over_text);
    let ends: Vec<usize> = found.iter().skip(1).map(|entry| entry.block).chain([text.blocks.len()]).collect();
    let mut out = Vec::new();
    for (entry, end) in found.into_iter().zip(ends) {
        let start = entry.block + 1;
        out.push(piece(text, entry, end));
        if all_over_text {
            out.extend(undated(text, start, end));
        }
    }
    Some(out)
}

fn entries(text: &Text<'_>, read: Reading) -> Vec<Entry> {
    let mut entries = Vec::new();
    let mut month = None;
    for (at, block) in text.blocks.iter().enumerate() {
        if let Role::Date(line) = &text.roles[at] {
            month = Some(line.found.start).filter(|date| date.day.is_none());
            continue;
        }
        if block.text.len() > 4 * PROSE || !has_digit(&block.text) {
            continue;
        }
        let rows: Vec<&str> =
            if block.kind == BlockKind::List { block.text.split('\n').collect() } else { vec![&block.text] };
        let step = (block.lines.last - block.lines.first + 1) / rows.len().max(1) as u32;
        for (row, number) in rows.iter().zip(0u32..) {
            if let Some((found, title)) = read(row, &text.context.hints, month) {
                let first = block.lines.first + number * step;
                entries.push(Entry {
                    title,
                    found,
                    text: (*row).to_string(),
                    block: at,
                    line: Lines { first, last: (first + step.max(1) - 1).min(block.lines.last) },
                });
            }
        }
    }
    entries
}

fn piece(text: &Text<'_>, entry: Entry, end: usize) -> Piece {
    let date = Candidate::new(EvidenceKind::Title, entry.found, &entry.text, entry.line.first);
    let mut piece = Piece { dates: vec![date], title: Some(entry.title), lines: entry.line, ..Piece::default() };
    // What stands below a row up to the next is its text.
    let below = (entry.block + 1..end).take_while(|&at| text.roles[at] == Role::Prose);
    piece.body = below.collect();
    if let Some(&last) = piece.body.last() {
        piece.lines.last = piece.lines.last.max(text.blocks[last].lines.last);
    } else if text.blocks[entry.block].kind != BlockKind::List {
        piece.body.push(entry.block);
    }
    piece
}

/// The items without a date that stand between two entries: headlines over a text.
fn undated(text: &Text<'_>, start: usize, end: usize) -> Vec<Piece> {
    let opens = |at: &usize| text.roles[*at] == Role::Headline && *at + 1 < end && text.roles[*at + 1] == Role::Prose;
    let heads: Vec<usize> = (start..end).filter(opens).collect();
    let ends = heads.iter().skip(1).copied().chain([end]);
    heads.iter().copied().zip(ends).map(|(from, to)| text.body(from, to, None)).collect()
}

/// A row's date and title, where what is left is a title and no sentence.
fn titled(row: &str, (found, title): (Found, String)) -> Option<(Found, String)> {
    let opens = row[..found.span.start].chars().all(|c| !c.is_alphanumeric());
    // A row that opens with a date goes on with a title, not with the rest of a sentence.
    let capital = title.starts_with(|c: char| !c.is_lowercase());
    let sentence = title.ends_with('.') && title.chars().count() > 120;
    (capital && !sentence && (opens || title.chars().count() >= 8)).then_some((found, title))
}

/// A row that opens with a day of the month above it: `05 New ferry …`, `28. Lock closed`, `3 (Tue) Board …`.
fn day_of(row: &str, month: PartialDate) -> Option<(Found, String)> {
    let digits = row.len() - row.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let day: u32 = row.get(..digits).filter(|day| (1..=2).contains(&day.len()))?.parse().ok()?;
    let start = PartialDate { day: Some(day), ..month };
    start.day()?;
    let title = row[digits..].trim_start_matches(|c: char| c.is_whitespace() || ".):–—-|日일".contains(c));
    let apart = title.len() < row.len() - digits;
    let named = title.chars().filter(|c| c.is_alphabetic()).count() >= 8 && !title.starts_with(char::is_lowercase);
    let notation = date::Notation::Named;
    let found = Found { span: 0..digits, start, end: None, time: None, weekday: None, notation };
    (apart && named).then(|| (found, title.to_string()))
}
