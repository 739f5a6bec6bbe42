//! Listings: lines that each hold a date and a title, and saved list pages in which titles and dates alternate.

use super::EvidenceKind;
use super::dating::{self, Candidate};
use super::roles::Role;
use super::segment::{Piece, Text};
use crate::date::{self, Found};
use crate::document::{BlockKind, Lines};

/// Fewer dated lines than this are no listing.
const ENOUGH: usize = 3;

struct Entry {
    title: String,
    found: Found,
    text: String,
    block: usize,
    line: Lines,
}

/// The items of a listing of dated lines (`05/01/13 New ferry …`, `New ferry …   March 13, 2015`), or `None` where the
/// text is none: at least three such lines, more of them than of sentences.
pub(super) fn pieces(text: &Text<'_>) -> Option<Vec<Piece>> {
    let mut entries = Vec::new();
    let mut prose = 0;
    for (at, block) in text.blocks.iter().enumerate() {
        if matches!(text.roles[at], Role::Date(_)) {
            continue;
        }
        if block.text.chars().count() > 400 || !dating::has_digit(&block.text) {
            prose += usize::from(block.text.chars().count() > 200);
            continue;
        }
        let rows: Vec<&str> =
            if block.kind == BlockKind::List { block.text.split('\n').collect() } else { vec![&block.text] };
        let step = (block.lines.last - block.lines.first + 1) / rows.len().max(1) as u32;
        for (row, number) in rows.iter().zip(0u32..) {
            if let Some((found, title)) = dated_row(row, text) {
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
    if entries.len() < ENOUGH || prose > entries.len() {
        return None;
    }
    Some(
        entries
            .into_iter()
            .map(|entry| Piece {
                dates: vec![Candidate::new(EvidenceKind::Title, entry.found, &entry.text, entry.line.first)],
                title: Some(entry.title),
                body: if text.blocks[entry.block].kind == BlockKind::List { Vec::new() } else { vec![entry.block] },
                lines: entry.line,
                ..Piece::default()
            })
            .collect(),
    )
}

/// A row's date at its very start or end, with the title beside it.
fn dated_row(row: &str, text: &Text<'_>) -> Option<(Found, String)> {
    let hints = &text.context.hints;
    if date::line(row, hints).is_some() {
        return None;
    }
    let (found, title) = dating::in_title(row, hints)?;
    let opens = row[..found.span.start].chars().all(|c| !c.is_alphanumeric());
    // A row that opens with a date goes on with a title, not with the rest of a sentence.
    let capital = title.starts_with(|c: char| !c.is_lowercase());
    let sentence = title.ends_with('.') && title.chars().count() > 120;
    (capital && !sentence && (opens || title.chars().count() >= 8)).then_some((found, title))
}
