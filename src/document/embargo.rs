//! Embargo lines: read off a document before anything else looks at its text.
//!
//! They become part of the document and are no blocks: what a release is, and what other files say of a text, can't
//! take away what was never among the texts.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ops::Range;

use super::{Block, Document, Embargo, Field, Lines};
use crate::date::{self, Hints, Label};
use crate::text::{fold_space, has_digit};

/// More embargo lines than this in one file are not believed, and hold back all of it.
pub(super) const MOST: usize = 1_000;
/// A headline behind an embargo has as many words as this, or it is a remark.
const HEADLINE: usize = 4;
/// Lines under an embargo that may go on with it.
const MORE: usize = 2;
/// Bytes of such a line, at most.
const LONGEST: usize = 80;

/// A text without its embargo lines, every other line in its place, and what these say. `first_line` is the file's
/// line in which the text starts.
///
/// A headline that stands behind an embargo on its line stays, and so does a sentence before one.
pub(super) fn lines<'t>(text: &'t str, first_line: u32) -> (Cow<'t, str>, Vec<Embargo>) {
    if !date::may_say_embargo(text) {
        return (Cow::Borrowed(text), Vec::new());
    }
    let mut lines: Vec<&str> = text.split('\n').collect();
    let all = (0..lines.len()).filter_map(|at| Some((at, said(&lines[at..])?))).take(MOST + 1);
    let mut all: Vec<(usize, Said)> = all.collect();
    if are_dates(all.iter().map(|(_, said)| said.said.as_str())) {
        all.retain(|(_, said)| !is_date(&said.said));
    }
    let mut found = Vec::new();
    for (at, Said { said, range, last }) in all {
        let last = at + last;
        let is_blank = |at: Option<usize>| at.and_then(|at| lines.get(at)).is_none_or(|line| line.trim().is_empty());
        let (gap_before, gap_after) = (is_blank(at.checked_sub(1)), is_blank(Some(last + 1)));
        let line_number = first_line.saturating_add(u32::try_from(at).unwrap_or(u32::MAX));
        let stays = if last > at { before(lines[at], &range) } else { rest(lines[at], range, HEADLINE) };
        found.push(Embargo { said, line: line_number, gap_before, gap_after });
        lines[at] = stays;
        lines[at + 1..=last].fill("");
    }
    if found.is_empty() { (Cow::Borrowed(text), found) } else { (Cow::Owned(lines.join("\n")), found) }
}

/// Whether these are the date lines of several releases (`FOR RELEASE 5 June 2025`): each opens one, and none is an
/// embargo that stands beside another date.
pub(super) fn are_dates<'s>(said: impl Iterator<Item = &'s str>) -> bool {
    said.filter(|said| is_date(said)).collect::<BTreeSet<_>>().len() > 1
}

/// Whether an embargo is the date line of a release as well.
pub(super) fn is_date(said: &str) -> bool {
    date::line(said, &Hints::default()).is_some_and(|line| line.label == Some(Label::Published))
}

/// What the first of some lines says of an embargo.
pub(super) struct Said {
    /// Its words, and those of the lines under it that go on with it, white space folded.
    pub said: String,
    /// Where in the first line they stand.
    range: Range<usize>,
    /// The last line that belongs to it.
    last: usize,
}

/// What the first of some lines says of an embargo, whose time may stand in the lines under it.
pub(super) fn said(lines: &[&str]) -> Option<Said> {
    let range = date::embargo(lines[0])?;
    let mut said = fold_space(&lines[0][range.clone()]);
    let mut last = 0;
    for _ in 0..MORE {
        let Some(next) = (last + 1..lines.len().min(last + 3)).find(|&next| !lines[next].trim().is_empty()) else {
            break;
        };
        if is_timed(&said) || date::embargo(lines[next]).is_some() {
            break;
        }
        let Some(whole) = joined(&said, lines[next], next == last + 1) else { break };
        (said, last) = (whole, next);
    }
    Some(Said { said, range, last })
}

/// Whether an embargo names its day and time by itself, as far as can be told without its folder.
fn is_timed(said: &str) -> bool {
    date::embargo_time(said, &Hints::default()).is_ok_and(|found| found.time.is_some())
}

/// An embargo and the line under it, where they name the time together: the first breaks off (`EMBARGOED UNTIL`), lacks
/// the year that opens the second, or says nothing of a time that the second names to the minute; or the second is a
/// time of day and nothing else. Any other date under an embargo is that of the release.
fn joined(said: &str, next: &str, is_close: bool) -> Option<String> {
    // Each line of Markdown may have its own marks of emphasis.
    let marks = |c: char| c.is_whitespace() || matches!(c, '*' | '_');
    let (said, next) = (said.trim_end_matches(marks), fold_space(next.trim_matches(marks)));
    if next.len() > LONGEST {
        return None;
    }
    let whole = format!("{said} {next}");
    let last = said.split_whitespace().next_back().unwrap_or_default();
    let breaks_off = last.ends_with([':', '：', ',']) || date::is_until(last);
    if (has_digit(said) || breaks_off) && date::is_time_of_day(&next) {
        return Some(whole);
    }
    let read = date::embargo_time(&whole, &Hints::default()).ok()?;
    let is_date = date::line(&next, &Hints::default()).is_some();
    let is_dated = || date::embargo_time(said, &Hints::default()).is_ok_and(|found| found.is_complete());
    let goes_on = if has_digit(said) {
        let is_year = next.bytes().take_while(u8::is_ascii_digit).count() == 4;
        is_close && !is_dated() && (is_year || breaks_off && is_date)
    } else if breaks_off {
        is_date || is_close
    } else {
        is_date && read.time.is_some() && said.split_whitespace().count() <= 3
    };
    goes_on.then_some(whole)
}

/// The line where words stand before the embargo.
fn before<'t>(line: &'t str, said: &Range<usize>) -> &'t str {
    if line[..said.start].chars().any(char::is_alphanumeric) { line } else { "" }
}

/// What of a line stays text: all of it where words stand before the embargo, else a headline of so many words behind it.
fn rest(line: &str, said: Range<usize>, least: usize) -> &str {
    match before(line, &said) {
        "" => headline(line, said, least).unwrap_or_default(),
        line => line,
    }
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
    let blocks = &document.blocks;
    let are_dates = {
        let said = (0..blocks.len()).filter(|&at| date::may_say_embargo(&blocks[at].text));
        let said: Vec<String> = said.take(MOST).flat_map(|at| of_block(&blocks[at..], false).said).collect();
        are_dates(said.iter().map(String::as_str))
    };
    let mut stay = vec![true; blocks.len()];
    for (at, block) in blocks.iter().enumerate() {
        if found.len() + known.len() > MOST || !date::may_say_embargo(&block.text) {
            continue;
        }
        let OfBlock { said, is_all, more } = of_block(&blocks[at..], are_dates);
        found.extend(said.into_iter().filter(|_| !is_known(block.lines)).map(|said| Embargo {
            said,
            line: block.lines.first,
            gap_before: block.gap_before,
            gap_after: true,
        }));
        stay[at] &= !is_all;
        stay[at + 1..=at + more].fill(false);
    }
    let mut stay = stay.into_iter();
    document.blocks.retain(|_| stay.next().unwrap_or(true));
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

/// What the rows of a block say of an embargo.
struct OfBlock {
    said: Vec<String>,
    /// Whether that is all they say.
    is_all: bool,
    /// How many of the next blocks go on with the last.
    more: usize,
}

/// What the first of some blocks says, with or without lines that are dates of releases too.
fn of_block(blocks: &[Block], are_dates: bool) -> OfBlock {
    let mut rows: Vec<&str> = blocks[0].text.split('\n').filter(|row| !row.trim().is_empty()).collect();
    let own = rows.len();
    rows.extend(blocks[1..].iter().take(MORE).map(|next| next.text.trim()).take_while(|next| !next.contains('\n')));
    let mut of = OfBlock { said: Vec::new(), is_all: true, more: 0 };
    let mut at = 0;
    while at < own {
        match said(&rows[at..]).filter(|said| !are_dates || !is_date(&said.said)) {
            Some(Said { said, range, last }) => {
                let stays = if last > 0 { before(rows[at], &range) } else { rest(rows[at], range, HEADLINE) };
                of.is_all &= stays.is_empty();
                of.said.push(said);
                at += last;
            }
            None => of.is_all = false,
        }
        at += 1;
    }
    of.more = at - own;
    of.is_all &= !of.said.is_empty();
    of
}
