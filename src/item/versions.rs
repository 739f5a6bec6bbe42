//! Changelogs: one item for each version.

use std::ops::Range;

use super::EvidenceKind;
use super::dating::{self, Candidate};
use super::roles::Role;
use super::segment::{Piece, Text};
use crate::date;
use crate::document::{BlockKind, Document, Syntax, is_version_heading};

/// How far below its heading a version's date may stand, in blocks.
const REACH: usize = 3;

/// The versions of a changelog, in file order. A version without a date stays undated: it may be unreleased.
pub(super) fn pieces(document: &Document, text: &Text<'_>) -> Vec<Piece> {
    let heads: Vec<usize> = (0..text.blocks.len())
        .filter(|&at| {
            matches!(text.blocks[at].kind, BlockKind::Heading(_))
                && is_version_heading(&text.blocks[at].text).is_some()
                && !is_sentence(&text.blocks[at].text, &text.context.hints)
        })
        .collect();
    let ends = heads.iter().skip(1).copied().chain([text.blocks.len()]);
    let versions = heads.iter().copied().zip(ends).map(|(start, end)| {
        let mut piece = version(document.syntax, text, start, end);
        piece.dates.shrink_to_fit();
        piece
    });
    // A section for what is to come with nothing in it yet is a place kept free, no release.
    versions.filter(|piece| !piece.unfinished || !piece.body.is_empty()).collect()
}

/// Whether a line that has a version is prose about it: it begins small, ends as sentences do, or goes on too long
/// for a heading without a date.
fn is_sentence(heading: &str, hints: &date::Hints<'_>) -> bool {
    let text = heading.trim();
    let begins_small = text.starts_with(|c: char| c.is_lowercase())
        && text.split_whitespace().take_while(|word| !word.contains(|c: char| c.is_ascii_digit())).count() > 2;
    let ends = text.ends_with(['.', ',', ';']) && !text.ends_with("..");
    let long = text.split_whitespace().count() > 8;
    (begins_small || ends || long) && date::find(text, hints).is_empty()
}

/// Whether a heading says that its version is not out yet: words in the version's place, in Debian's distribution, or
/// in that of the date.
fn is_unreleased(heading: &str) -> bool {
    let numbered = is_version_heading(heading).is_some_and(|head| head.version.contains(|c: char| c.is_ascii_digit()));
    let waiting = |word: &str| {
        ["unreleased", "tbd", "tba", "xxx"].contains(&word) || word.len() > 3 && word.bytes().all(|byte| byte == b'x')
    };
    !numbered || crate::text::fold(heading).split(' ').any(waiting)
}

fn version(syntax: Syntax, text: &Text<'_>, start: usize, end: usize) -> Piece {
    let hints = &text.context.hints;
    let heading = &text.blocks[start];
    let mut piece = Piece { lines: text.lines(start, end), body: (start + 1..end).collect(), ..Piece::default() };
    piece.lines.last = text.blocks[end - 1].lines.last;
    piece.title = Some(match syntax {
        Syntax::DebianChangelog => debian_title(&heading.text),
        _ => undated(&heading.text, hints),
    });
    let in_heading = date::find(&heading.text, hints)
        .into_iter()
        .find(|found| found.start.month.is_some() && !is_of_version(syntax, &heading.text, &found.span));
    if let Some(found) = in_heading {
        piece.dates.push(Candidate::new(EvidenceKind::Header, found, &heading.text, heading.lines.first));
        return piece;
    }
    piece.unfinished = is_unreleased(&heading.text);
    // Debian's trailer and a NEWS signature stand at the end; `Released 5 June 2025.` right below the heading.
    let trailer = (start + 1..end).rev().take(2).filter(|_| syntax != Syntax::Changelog);
    for at in (start + 1..end.min(start + 1 + REACH)).chain(trailer) {
        let block = &text.blocks[at];
        let found = match &text.roles[at] {
            Role::Date(line) => Some(line.found.clone()),
            _ if block.text.starts_with("-- ") || is_released(&block.text) => {
                date::find(&block.text, hints).into_iter().next()
            }
            _ => None,
        };
        if let Some(found) = found.filter(|found| found.start.month.is_some()) {
            piece.dates.push(Candidate::new(EvidenceKind::Header, found, &block.text, block.lines.first));
            piece.body.retain(|&b| b != at);
            break;
        }
    }
    piece
}

/// Whether a date in a heading is but a part of the version (`20181222+dfsg2-6`, `2.4~20110711.git4e06e21`): the day of
/// what was packed, not of the release. A Debian heading holds no other.
fn is_of_version(syntax: Syntax, heading: &str, day: &Range<usize>) -> bool {
    let within = || {
        let version = is_version_heading(heading)?.version;
        let start = heading.find(version)?;
        let span = start..start + version.len();
        Some(span != *day && span.start <= day.start && day.end <= span.end)
    };
    syntax == Syntax::DebianChangelog || within().unwrap_or(false)
}

/// `package (version) distribution; urgency=medium` as `package (version)`.
fn debian_title(heading: &str) -> String {
    heading.find(')').map_or(heading, |at| &heading[..=at]).to_string()
}

/// A heading without its date, its brackets and what hung between them.
fn undated(heading: &str, hints: &date::Hints<'_>) -> String {
    let trim = |text: &str| text.trim_matches(|c: char| c.is_whitespace() || "-–—|:,;·•/*#=".contains(c)).to_string();
    let text = match dating::in_title(heading, hints) {
        Some((_, rest)) => rest,
        None => match date::find(heading, hints).into_iter().next() {
            Some(found) => {
                let before = heading[..found.span.start].trim_end().trim_end_matches(['(', '[', '（', '【']);
                let behind = heading[found.span.end..].trim_start().trim_start_matches([')', ']', '）', '】']);
                format!("{} {}", before.trim_end(), behind.trim_start())
            }
            None => heading.to_string(),
        },
    };
    let text = trim(&text);
    match text.strip_prefix('[').and_then(|t| t.split_once(']')) {
        Some((version, rest)) => trim(&format!("{version}{rest}")),
        None => text,
    }
}

fn is_released(text: &str) -> bool {
    text.chars().count() <= 80 && crate::text::fold(text).starts_with("release")
}
