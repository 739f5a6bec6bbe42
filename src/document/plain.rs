//! Plain text as blocks: paragraphs, hard-wrapped or one to a line, headings, lists and rules.
//!
//! Nothing is decided here about what a release is; only which lines belong together.

use super::{Block, BlockKind, Lines};
use crate::date::{self, Hints};
use crate::text::{escape, fold_space, has_digit};

/// A line longer than this was never wrapped by hand or by a mailer.
const WRAPPED: usize = 100;
/// A line shorter than this is no full line of wrapped prose.
const NARROW: usize = 40;

/// The blocks of a text whose first line has the given number.
pub(super) fn blocks(text: &str, first_line: u32) -> Vec<Block> {
    let lines: Vec<Line<'_>> = text
        .split('\n')
        .zip(first_line..)
        .map(|(raw, number)| Line { raw, text: raw.trim(), number, indent: raw.len() - raw.trim_start().len() })
        .collect();
    let width = wrap_width(&lines);
    let indented = mostly_indented(&lines);
    let centre = lines.iter().map(|line| line.indent + line.text.chars().count()).max().unwrap_or(0);
    let mut column = None;
    let mut out = Vec::new();
    let mut gap = true;
    let mut at = 0;
    while at < lines.len() {
        let line = &lines[at];
        if line.text.is_empty() {
            gap = true;
            at += 1;
            continue;
        }
        let end = block_end(&lines, at, width);
        let run = &lines[at..end];
        let before = out.len();
        if is_rule(line.text) {
            // A rule of `=` or `-` right under a line makes that line a heading, as in Setext Markdown.
            match out.last_mut() {
                Some(Block { kind: kind @ BlockKind::Paragraph, html, text, .. })
                    if !gap && underlines(line.text, text) =>
                {
                    *kind = BlockKind::Heading(2);
                    *html = format!("<h2>{}</h2>", escape(text));
                }
                _ => out.push(block(BlockKind::Rule, String::new(), "<hr />".into(), run)),
            }
        } else if bullet(line.text).is_some() {
            out.push(list(run));
        } else if let Some(cells) = columns(line.raw).or_else(|| aligned(line.raw, column)) {
            column = column_of(line.raw, &cells);
            out.extend(cells.into_iter().map(|cell| paragraph(cell, run)));
        } else {
            let text = fold_space(&run.iter().map(|l| l.text).collect::<Vec<_>>().join(" "));
            let short = text.chars().count() <= 200;
            if indented && short && is_centred(run, centre) {
                out.push(block(BlockKind::Heading(1), text.clone(), format!("<h1>{}</h1>", escape(&text)), run));
            } else if indented && line.indent == 0 && run.len() == 1 && text.chars().count() <= 160 {
                out.push(block(BlockKind::Heading(2), text.clone(), format!("<h2>{}</h2>", escape(&text)), run));
            } else {
                out.push(paragraph(text, run));
            }
        }
        if let Some(first) = out.get_mut(before) {
            first.gap_before = gap;
        }
        gap = false;
        at = end;
    }
    out
}

struct Line<'a> {
    raw: &'a str,
    text: &'a str,
    number: u32,
    indent: usize,
}

fn block(kind: BlockKind, text: String, html: String, run: &[Line<'_>]) -> Block {
    let lines = Lines { first: run[0].number, last: run[run.len() - 1].number };
    Block { kind, text, html, lines, gap_before: false }
}

fn paragraph(text: String, run: &[Line<'_>]) -> Block {
    let html = format!("<p>{}</p>", escape(&text));
    block(BlockKind::Paragraph, text, html, run)
}

/// Where the block that starts at `at` ends: after one line, unless the lines are a list or wrapped prose.
fn block_end(lines: &[Line<'_>], at: usize, width: usize) -> usize {
    let mut end = at + 1;
    if is_rule(lines[at].text) || (bullet(lines[at].text).is_none() && columns(lines[at].raw).is_some()) {
        return end;
    }
    let in_list = bullet(lines[at].text).is_some();
    while end < lines.len() && !lines[end].text.is_empty() && !is_rule(lines[end].text) {
        let goes_on = if in_list {
            bullet(lines[end].text).is_some() || lines[end].indent > lines[at].indent
        } else {
            bullet(lines[end].text).is_none()
                && (is_wrapped(&lines[end - 1], &lines[end], width) || hangs(lines[end - 1].text))
                && !are_entries(&lines[end - 1], &lines[end])
                && !is_labelled_date(lines[end - 1].text)
                && !is_labelled_date(lines[end].text)
                && !closes_as_date(lines, end)
        };
        if !goes_on {
            break;
        }
        end += 1;
    }
    end
}

/// Whether the second line goes on where the first was wrapped: its first word would not have fitted.
fn is_wrapped(line: &Line<'_>, next: &Line<'_>, width: usize) -> bool {
    let length = line.text.chars().count();
    let word = next.text.split_whitespace().next().map_or(0, |w| w.chars().count());
    if width > WRAPPED {
        return line.indent == next.indent && length > WRAPPED && line.indent + length + 2 + word > width;
    }
    if length > WRAPPED || next.text.chars().count() > WRAPPED || width < NARROW {
        return false;
    }
    // A line far to the right of its neighbour is centred, or stands in a column of its own.
    if line.indent.abs_diff(next.indent) > 20 {
        return false;
    }
    line.indent + length + 1 + word + width / 8 > width
}

/// Whether two lines are entries of a list: each begins, or each ends, with a full date.
fn are_entries(line: &Line<'_>, next: &Line<'_>) -> bool {
    (begins_dated(line.text) && begins_dated(next.text)) || (ends_dated(line.text) && ends_dated(next.text))
}

/// Whether a line is a date with its label (`Date: 5 June 2025`): a field, however full the line.
fn is_labelled_date(line: &str) -> bool {
    line.len() <= DATE * 2
        && line.contains([':', '：'])
        && has_digit(line)
        && date::line(line, &Hints::default()).is_some_and(|line| line.label.is_some())
}

/// Whether a line is a date behind a text that has come to its end, with nothing below it: the day of that text.
fn closes_as_date(lines: &[Line<'_>], at: usize) -> bool {
    let line = lines[at].text;
    line.len() <= DATE
        && has_digit(line)
        && lines[at - 1].text.ends_with(['.', '!', '?', '…', '"', '”', ')'])
        && lines.get(at + 1).is_none_or(|next| next.text.is_empty())
        && date::line(line, &Hints::default()).is_some_and(|line| line.found.is_complete())
}

/// Whether a line breaks off within a phrase, as titles in two lines do: its last word is a small one of several.
fn hangs(line: &str) -> bool {
    let capitals = !line.contains(char::is_lowercase);
    let word = line.rsplit(' ').next().unwrap_or_default();
    let small = word.chars().count() <= 3 && word.chars().all(char::is_alphabetic) && word.is_ascii();
    small && line.len() >= 24 && line.len() <= WRAPPED && (capitals || word.chars().all(char::is_lowercase))
}

/// Characters that the longest date takes, with a weekday.
const DATE: usize = 48;

/// Whether a line's first words are a day and its month, be it one that the month has not.
fn opens_as_date(line: &str) -> bool {
    let head = line.char_indices().nth(DATE).map_or(line, |(at, _)| &line[..at]);
    let hints = Hints::default();
    date::find(head, &hints).first().is_some_and(|found| found.span.start == 0 && found.start.day.is_some())
        || date::impossible(head, &hints).first().is_some_and(|bad| bad.span.start == 0)
}

fn begins_dated(line: &str) -> bool {
    let head = line.char_indices().nth(DATE).map_or(line, |(at, _)| &line[..at]);
    let near = head.bytes().take(24).any(|byte| byte.is_ascii_digit());
    near && date::find(head, &Hints::default())
        .first()
        .is_some_and(|found| found.is_complete() && head[..found.span.start].chars().all(|c| !c.is_alphanumeric()))
}

fn ends_dated(line: &str) -> bool {
    let from = line.char_indices().rev().nth(DATE).map_or(0, |(at, _)| at);
    let tail = &line[from..];
    tail.bytes().rev().take(16).any(|byte| byte.is_ascii_digit())
        && date::find(tail, &Hints::default())
            .last()
            .is_some_and(|found| found.is_complete() && tail[found.span.end..].chars().all(|c| !c.is_alphanumeric()))
}

/// Whether a dump of a page set a line in its middle, as it does a page's main heading. `width`: the longest line's.
fn is_centred(run: &[Line<'_>], width: usize) -> bool {
    let middle = run[0].indent * 2 + run[0].text.chars().count();
    run[0].indent >= 8 && middle + 6 >= width && middle <= width + 12
}

/// The width at which the text was wrapped; 0 where it was not.
///
/// Of a text wrapped by hand or by a mailer, a length that nine of ten lines in multi-line runs keep. Where most of a
/// text stands in longer lines, each is a paragraph, unless several end where a wide page ends.
fn wrap_width(lines: &[Line<'_>]) -> usize {
    let length = |line: &Line<'_>| line.indent + line.text.chars().count();
    let mut inside: Vec<usize> = lines
        .windows(2)
        .filter(|pair| !pair[0].text.is_empty() && !pair[1].text.is_empty())
        .map(|pair| length(&pair[0]))
        .collect();
    inside.sort_unstable();
    let all = || lines.iter().map(|line| line.text.chars().count());
    let long: usize = all().filter(|&count| count > WRAPPED).sum();
    if long * 2 > all().sum::<usize>() {
        let widest = lines.iter().map(length).max().unwrap_or(0);
        let cut =
            |line: &&Line<'_>| length(line) + FULL > widest && !line.text.ends_with(['.', '!', '?', ':', '”', '"']);
        let full = lines.iter().filter(cut).count();
        return if full >= 3 { widest } else { 0 };
    }
    inside.retain(|&length| length <= WRAPPED);
    inside.get(inside.len().saturating_sub(1) * 9 / 10).copied().unwrap_or(0)
}

/// A line that ends so many characters before the right edge is full.
const FULL: usize = 16;

/// Whether paragraphs are indented and only headings stand at the margin, as text dumps of pages have it.
fn mostly_indented(lines: &[Line<'_>]) -> bool {
    let (mut inside, mut margin) = (0usize, 0usize);
    for line in lines.iter().filter(|line| !line.text.is_empty()) {
        if line.indent >= 2 { inside += 1 } else { margin += 1 }
    }
    inside >= 8 && margin * 4 <= inside
}

/// A line of at least four marks and nothing else, or a spaced row of three (`* * *`).
fn is_rule(line: &str) -> bool {
    let mut marks = line.chars().filter(|c| !c.is_whitespace());
    let Some(mark) = marks.next().filter(|c| "_-=*~—–─•#+".contains(*c)) else { return false };
    let mut count = 1;
    for c in marks {
        if c != mark {
            return false;
        }
        count += 1;
    }
    // `###` is how wire releases end; it is text for later rooms to read.
    mark != '#' && (count >= 4 || (count == 3 && line.len() > 3 || line == "---" || line == "___" || line == "***"))
}

fn underlines(rule: &str, heading: &str) -> bool {
    let (rule, heading) = (rule.chars().count(), heading.chars().count());
    heading <= 160 && rule + 3 >= heading && rule <= heading + 3
}

/// The text behind a list mark, where a line starts with one.
fn bullet(line: &str) -> Option<&str> {
    let mut chars = line.chars();
    match chars.next()? {
        '*' | '-' | '•' | '·' | '–' | '+' | '▪' | '●' | 'o' => {
            let rest = chars.as_str();
            (rest.starts_with([' ', '\t', '\u{a0}']) && !rest.trim().is_empty()).then(|| rest.trim_start())
        }
        c if c.is_ascii_digit() => {
            let rest = line.trim_start_matches(|c: char| c.is_ascii_digit());
            let marked = line.len() - rest.len() <= 2 && rest.starts_with([')', '.']);
            let rest = rest.get(1..)?;
            (marked && rest.starts_with(' ') && rest.trim_start().starts_with(|c: char| !c.is_ascii_digit()))
                .then(|| rest.trim_start())
                .filter(|rest| !rest.is_empty() && !rest.starts_with(char::is_lowercase))
                // `5. Juni 2025` is a date, no fifth point.
                .filter(|_| !opens_as_date(line))
        }
        _ => None,
    }
}

fn list(run: &[Line<'_>]) -> Block {
    let mut items: Vec<String> = Vec::new();
    for line in run {
        match (bullet(line.text), items.last_mut()) {
            (None, Some(item)) => {
                item.push(' ');
                item.push_str(&fold_space(line.text));
            }
            (found, _) => items.push(fold_space(found.unwrap_or(line.text))),
        }
    }
    let rows: String = items.iter().map(|item| format!("<li>{}</li>", escape(item))).collect();
    block(BlockKind::List, items.join("\n"), format!("<ul>{rows}</ul>"), run)
}

/// A line of more bytes with gaps in it is a record of several texts.
const RECORD: usize = 300;

/// The cells of a line that holds several texts set apart by wide gaps: the last or first cell is a short one beside
/// a long one, or the line is far too long to be one text. Everything else stays one text.
fn columns(raw: &str) -> Option<Vec<String>> {
    // A record of one line leaves narrower gaps where its punctuation was.
    let gap = if raw.len() > RECORD { "       " } else { "    " };
    if !raw.trim().contains(gap) {
        return None;
    }
    let cells: Vec<String> = raw.split(gap).map(fold_space).filter(|cell| !cell.is_empty()).collect();
    let dated = |cell: &String| cell.chars().count() <= 30 && cell.chars().filter(char::is_ascii_digit).count() >= 3;
    let ends_dated = cells.len() == 2 && cells.iter().any(dated);
    let label =
        cells.len() == 2 && raw.trim().contains("        ") && cells[1].contains(':') && raw.len() <= 2 * WRAPPED;
    (cells.len() > 1 && (ends_dated || label || raw.len() > RECORD)).then_some(cells)
}

/// Where the last of two cells begins in a line, in characters.
fn column_of(raw: &str, cells: &[String]) -> Option<usize> {
    let [_, last] = cells else { return None };
    let first = last.split(' ').next()?;
    raw.rfind(first).map(|at| raw[..at].chars().count())
}

/// The two cells of a line whose first one reaches up to the column in which the date of the line above began.
fn aligned(raw: &str, column: Option<usize>) -> Option<Vec<String>> {
    let at = raw.char_indices().nth(column?)?.0;
    let (left, right) = (raw[..at].strip_suffix(' ')?, raw[at..].trim());
    (!left.trim().is_empty() && begins_dated(right) && right.chars().count() <= DATE)
        .then(|| vec![fold_space(left), fold_space(right)])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shapes(text: &str) -> Vec<(BlockKind, String, (u32, u32))> {
        blocks(text, 1).into_iter().map(|b| (b.kind, b.text, (b.lines.first, b.lines.last))).collect()
    }

    #[test]
    fn wrapped_prose_is_one_paragraph_and_long_lines_are_one_each() {
        let wrapped = "The harbour board met on Tuesday in the old customs house to\n\
                       hear the report on dredging, which it then adopted after a\n\
                       short debate.\n\nA second paragraph.";
        let found = shapes(wrapped);
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].2, (1, 3));
        let long = format!(
            "{}\n{}",
            "One sentence that was never wrapped. ".repeat(5).trim(),
            "Another one. ".repeat(12).trim()
        );
        assert_eq!(shapes(&long).len(), 2);
    }

    #[test]
    fn a_title_above_prose_is_its_own_block() {
        let found = shapes(
            "Board adopts plan\nThe harbour board met on Tuesday in the old customs house to\nhear the report on dredging, which it then adopted after a\nshort debate.",
        );
        assert_eq!(found[0].1, "Board adopts plan");
        assert_eq!(found[1].2, (2, 4));
    }

    #[test]
    fn rules_lists_and_underlined_headings() {
        let found = shapes("Heading\n=======\n\n- one\n- two\n  goes on\n\n_____\nend");
        assert_eq!(found[0].0, BlockKind::Heading(2));
        assert_eq!(found[1], (BlockKind::List, "one\ntwo goes on".into(), (4, 6)));
        assert_eq!(found[2].0, BlockKind::Rule);
        assert_eq!(found[3].1, "end");
    }

    #[test]
    fn a_date_far_to_the_right_is_a_text_of_its_own() {
        let found = shapes("   New ferry for the northern line            March 13, 2015");
        assert_eq!(
            found.iter().map(|f| f.1.as_str()).collect::<Vec<_>>(),
            ["New ferry for the northern line", "March 13, 2015"]
        );
    }
}
