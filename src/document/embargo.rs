//! Embargo lines: read off a document before anything else looks at its text.
//!
//! They become part of the document and are no blocks: what a release is, and what other files say of a text, can't
//! take away what was never among the texts.

use std::borrow::Cow;
use std::ops::Range;

use super::{Block, Document, Embargo, Field, Lines};
use crate::date::{self, Hints};
use crate::text::{fold_space, has_digit};

/// More embargo lines than this in one file are not believed, and hold back all of it.
pub(super) const MOST: usize = 1_000;
/// A headline behind an embargo has as many words as this, or it is a remark.
const HEADLINE: usize = 4;

/// A text without its embargo lines, every other line in its place, and what these say. `first_line` is the file's
/// line in which the text starts.
///
/// A headline that stands behind an embargo on its line stays, and so does a sentence before one.
pub(super) fn lines<'t>(text: &'t str, first_line: u32) -> (Cow<'t, str>, Vec<Embargo>) {
    if !date::may_say_embargo(text) {
        return (Cow::Borrowed(text), Vec::new());
    }
    let mut lines: Vec<&str> = text.split('\n').collect();
    let mut found = Vec::new();
    for at in 0..lines.len() {
        if found.len() > MOST {
            break;
        }
        let line = lines[at];
        let Some(range) = date::embargo(line) else { continue };
        let mut said = fold_space(&line[range.clone()]);
        let mut last = at;
        // Of an embargo in two lines the second holds the time.
        if !is_timed(&said)
            && let Some(next) = (at + 1..lines.len().min(at + 3)).find(|&next| !lines[next].trim().is_empty())
            && date::embargo(lines[next]).is_none()
            && let Some(whole) = joined(&said, lines[next], next == at + 1)
        {
            (said, last) = (whole, next);
        }
        let is_blank = |at: Option<usize>| at.and_then(|at| lines.get(at)).is_none_or(|line| line.trim().is_empty());
        let (gap_before, gap_after) = (is_blank(at.checked_sub(1)), is_blank(Some(last + 1)));
        let line_number = first_line.saturating_add(u32::try_from(at).unwrap_or(u32::MAX));
        let stays = rest(line, range, HEADLINE);
        found.push(Embargo { said, line: line_number, gap_before, gap_after });
        lines[at] = stays;
        lines[at + 1..=last].fill("");
    }
    if found.is_empty() { (Cow::Borrowed(text), found) } else { (Cow::Owned(lines.join("\n")), found) }
}

/// Whether an embargo names its time by itself, as far as can be told without its folder.
fn is_timed(said: &str) -> bool {
    date::embargo_time(said, &Hints::default()).is_ok()
}

/// An embargo and the line under it, where they name the time together: the first breaks off (`EMBARGOED UNTIL`), lacks
/// the year that opens the second, or says nothing of a time that the second names to the minute. Any other date under
/// an embargo is that of the release.
fn joined(said: &str, next: &str, is_close: bool) -> Option<String> {
    let next = fold_space(next);
    let whole = format!("{said} {next}");
    let read = date::embargo_time(&whole, &Hints::default()).ok()?;
    let last = said.split_whitespace().next_back().unwrap_or_default();
    let breaks_off = last.ends_with([':', '：', ',']) || date::is_until(last);
    let is_date = date::line(&next, &Hints::default()).is_some();
    let goes_on = if has_digit(said) {
        is_close && next.bytes().take_while(u8::is_ascii_digit).count() == 4
    } else if breaks_off {
        is_date || is_close
    } else {
        is_date && read.time.is_some() && said.split_whitespace().count() <= 3
    };
    (goes_on && next.len() <= 80).then_some(whole)
}

/// What of a line stays text: all of it where words stand before the embargo, else a headline of so many words behind it.
fn rest(line: &str, said: Range<usize>, least: usize) -> &str {
    if line[..said.start].chars().any(char::is_alphanumeric) {
        return line;
    }
    headline(line, said, least).unwrap_or_default()
}

/// The headline behind an embargo in one line: `EMBARGOED UNTIL 5 May 2025, 10:00: New lock opens on Friday`.
fn headline(line: &str, said: Range<usize>, least: usize) -> Option<&str> {
    let marked = |at: usize| at + line[at..].chars().next().map_or(1, char::len_utf8);
    let from = match date::embargo_time(&line[said.clone()], &Hints::default()) {
        Ok(found) => said.start + found.span.end,
        Err(_) => line.find([':', '–', '—', '|', '：']).map(marked)?,
    };
    let rest = line[from..].trim_start_matches(|c: char| !c.is_alphanumeric() && !"\"“„«‘'(".contains(c));
    let words = rest.split_whitespace().filter(|word| word.chars().any(char::is_alphabetic)).count();
    (words >= least && date::embargo(rest).is_none()).then(|| rest.trim_end())
}

/// Reads off what a document's fields and blocks say of an embargo, whatever syntax they came from.
pub(super) fn settle(document: &mut Document) {
    if let Some(title) = &mut document.header.title
        && let Some(said) = of_title(title)
    {
        document.embargoes.push(Embargo { said, line: title.line, gap_before: true, gap_after: true });
    }
    document.embargoes.sort_by_key(|embargo| embargo.line);
    let known: Vec<u32> = document.embargoes.iter().map(|embargo| embargo.line).collect();
    let is_known = |lines: Lines| {
        known.get(known.partition_point(|line| *line < lines.first)).is_some_and(|line| *line <= lines.last)
    };
    let mut found = Vec::new();
    document.blocks.retain(|block| {
        if found.len() + known.len() > MOST || !date::may_say_embargo(&block.text) {
            return true;
        }
        let (said, is_all) = of_block(block);
        found.extend(said.into_iter().filter(|_| !is_known(block.lines)).map(|said| Embargo {
            said,
            line: block.lines.first,
            gap_before: block.gap_before,
            gap_after: true,
        }));
        !is_all
    });
    document.embargoes.append(&mut found);
    document.embargoes.sort_by_key(|embargo| embargo.line);
    if document.embargoes.len() > MOST {
        document.embargoes.truncate(MOST);
        // On no line, so that it is for all that have none of their own; and no time, so that it holds.
        let said = format!("more than {MOST} embargoes");
        document.embargoes.insert(0, Embargo { said, line: 0, gap_before: true, gap_after: true });
    }
}

/// What a declared title says of an embargo; a headline behind it is the title.
fn of_title(title: &mut Field) -> Option<String> {
    let range = date::embargo(&title.value)?;
    let said = title.value[range.clone()].to_string();
    let rest = rest(&title.value, range, 1).to_string();
    if !rest.is_empty() {
        title.value = rest;
    }
    Some(said)
}

/// What the rows of a block say of an embargo, and whether that is all they say.
fn of_block(block: &Block) -> (Vec<String>, bool) {
    let mut is_all = true;
    let mut said = Vec::new();
    for row in block.text.split('\n').filter(|row| !row.trim().is_empty()) {
        match date::embargo(row) {
            Some(range) => {
                let words = row[range.clone()].to_string();
                is_all &= rest(row, range, HEADLINE).is_empty();
                said.push(words);
            }
            None => is_all = false,
        }
    }
    let is_all = is_all && !said.is_empty();
    (said, is_all)
}
