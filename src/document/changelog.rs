//! Changelogs: telling them from other texts, and reading those that are no Markdown.
//!
//! A Markdown changelog is read as Markdown; this file only says that it is one. GNU NEWS, Changes and Debian
//! changelogs are read here: each version opens with a heading block whose text is the line as written.

use super::version::{debian, is_version_heading};
use super::{Block, BlockKind, Header, Lines};
use crate::text;

/// Lines at the head of a file that tell what it is.
const HEAD: usize = 400;

/// Whether the blocks of a Markdown file are a changelog: its name or title says so, or most headings of one level
/// are versions. A post with a title of its own and a README never are.
pub(super) fn is_changelog(path: &str, header: &Header, blocks: &[Block]) -> bool {
    let name = file_name(path);
    if name.starts_with("readme") || (header.title.is_some() && !is_changelog_name(&name)) {
        return false;
    }
    let headings = || {
        blocks.iter().filter_map(|b| match b.kind {
            BlockKind::Heading(level) => Some((level, b)),
            _ => None,
        })
    };
    let versions = |level: u8| headings().filter(|(l, b)| *l == level && is_version_heading(&b.text).is_some()).count();
    let Some((level, found)) = (1..=6).map(|level| (level, versions(level))).max_by_key(|&(level, n)| (n, 7 - level))
    else {
        return false;
    };
    if is_changelog_name(&name) {
        return found >= 1;
    }
    let named = headings().next().is_some_and(|(_, block)| is_changelog_title(&block.text));
    let all = headings().filter(|(l, _)| *l == level).count();
    found >= 2 && (named || found * 4 >= all * 3)
}

/// Whether a text is a Debian changelog or NEWS.Debian: its first line is a heading, and a trailer follows.
pub(super) fn is_debian(text: &str) -> bool {
    let mut lines = text.lines().skip_while(|line| line.trim().is_empty());
    lines.next().is_some_and(|line| debian(line).is_some()) && lines.take(HEAD).any(|line| line.starts_with(" -- "))
}

/// Whether a text that is no Markdown is a changelog: its name says so and a version opens a block, or several
/// versions do, most of them dated.
pub(super) fn is_news(path: &str, text: &str) -> bool {
    let name = file_name(path);
    let named =
        is_changelog_name(&name) || text.lines().take(3).any(|line| line.len() < 80 && is_changelog_title(line));
    let lines: Vec<&str> = text.lines().take(HEAD).collect();
    let versions: Vec<&str> = (0..lines.len()).filter(|&at| is_version_line(&lines, at)).map(|at| lines[at]).collect();
    let dated = versions.iter().filter(|line| has_year(line)).count();
    if named { !versions.is_empty() } else { versions.len() >= 3 && dated * 2 >= versions.len() }
}

/// The blocks of a GNU NEWS or Changes file.
pub(super) fn news(text: &str) -> Vec<Block> {
    let lines: Vec<&str> = text.lines().collect();
    let mut out = Blocks::default();
    let mut at = 0;
    while at < lines.len() {
        let line = lines[at];
        let underlined = lines.get(at + 1).is_some_and(|next| is_rule(next)) && !line.trim().is_empty();
        let level = if is_version_line(&lines, at) {
            Some(2)
        } else if underlined && line.len() < 100 && !is_rule(line) {
            Some(if out.blocks.is_empty() { 1 } else { 3 })
        } else if out.blocks.is_empty() && is_changelog_title(line) && line.len() < 100 {
            Some(1)
        } else if is_outline_heading(&lines, at) {
            Some(3)
        } else {
            None
        };
        match level {
            Some(level) => {
                out.flush();
                let last = at + usize::from(underlined);
                out.push(BlockKind::Heading(level), heading_text(line), at, last);
                at = last;
            }
            None if is_rule(line) => {
                out.flush();
                out.push(BlockKind::Rule, String::new(), at, at);
            }
            None => out.line(line, at),
        }
        at += 1;
    }
    out.flush();
    out.blocks
}

/// The blocks of a Debian changelog: heading, changes, and the trailer ` -- name <mail>  date` as its own paragraph.
pub(super) fn debian_blocks(text: &str) -> Vec<Block> {
    let mut out = Blocks::default();
    for (at, line) in text.lines().enumerate() {
        if debian(line).is_some() {
            out.flush();
            out.push(BlockKind::Heading(2), text::fold_space(line), at, at);
        } else if line.starts_with(" -- ") {
            out.flush();
            out.push(BlockKind::Paragraph, text::fold_space(line), at, at);
        } else {
            out.line(line, at);
        }
    }
    out.flush();
    out.blocks
}

fn file_name(path: &str) -> String {
    path.rsplit('/').next().unwrap_or(path).to_lowercase()
}

/// Whether a file is named as changelogs are: `NEWS`, `CHANGELOG.md`, `make-NEWS`, `changelog.Debian`, `Changes`.
fn is_changelog_name(name: &str) -> bool {
    let stem =
        name.rsplit_once('.').filter(|(_, e)| e.chars().all(char::is_alphanumeric)).map_or(name, |(stem, _)| stem);
    let squeezed: String = name.chars().filter(|c| c.is_alphanumeric()).collect();
    let ends = |part: &str| {
        ["news", "changes", "changelog", "changelogs", "history"].contains(&part) || part.ends_with("changelog")
    };
    ends(stem) || stem.rsplit(['-', '_', '.', ' ']).next().is_some_and(ends) || squeezed.contains("releasenotes")
}

/// Whether a title says that a changelog follows.
fn is_changelog_title(title: &str) -> bool {
    let folded = text::fold(title);
    let words: Vec<&str> = folded.split(' ').collect();
    words.len() <= 9
        && (words.iter().any(|word| matches!(*word, "changelog" | "changelogs" | "änderungsprotokoll"))
            || [
                "change log",
                "release notes",
                "release history",
                "version history",
                "revision history",
                "whats new",
                "what s new",
            ]
            .iter()
            .any(|phrase| folded.contains(phrase))
            || title
                .split_whitespace()
                .any(|word| matches!(word, "NEWS" | "CHANGES" | "Changes" | "History" | "Releases")))
}

/// Whether a line is a version's heading: at the margin, below a blank line or a rule, or underlined.
fn is_version_line(lines: &[&str], at: usize) -> bool {
    let line = lines[at];
    if line.starts_with([' ', '\t']) || line.len() > 200 || line.starts_with("**") {
        return false;
    }
    let above = at.checked_sub(1).is_none_or(|above| lines[above].trim().is_empty() || is_rule(lines[above]));
    let below = lines.get(at + 1).is_none_or(|below| below.trim().is_empty() || is_rule(below));
    // Or it stands out at the margin between what is set in.
    let set_in = |line: &&str| line.starts_with([' ', '\t']);
    let out = at.checked_sub(1).is_none_or(|above| set_in(&lines[above])) && lines.get(at + 1).is_some_and(set_in);
    (above || below || out) && is_version_heading(line).is_some()
}

/// Whether a line is a heading of an outline (`** Bug fixes`): one with text below it, else it is a list's entry.
fn is_outline_heading(lines: &[&str], at: usize) -> bool {
    let line = lines[at];
    let marks = line.bytes().take_while(|&b| b == b'*').count();
    if !(2..=5).contains(&marks) || line.as_bytes().get(marks) != Some(&b' ') || line.len() > 120 {
        return false;
    }
    let below = lines[at + 1..].iter().take(8).find(|line| !line.trim().is_empty());
    lines.get(at + 1).is_none_or(|next| next.trim().is_empty()) && below.is_some_and(|below| !below.starts_with('*'))
}

fn is_rule(line: &str) -> bool {
    let line = line.trim();
    let mark = line.chars().next().filter(|c| "=-~_*#^|".contains(*c));
    line.len() >= 3 && mark.is_some_and(|mark| line.chars().all(|c| c == mark))
}

fn has_year(line: &str) -> bool {
    line.split(|c: char| !c.is_ascii_digit())
        .any(|run| run.len() == 4 && (run.starts_with("19") || run.starts_with("20")))
}

/// A heading's words without what marks it as one.
fn heading_text(line: &str) -> String {
    let line = line.trim().trim_start_matches(['*', '#']).trim();
    let line = if line.starts_with("==") { line.trim_matches(['=', ' ']) } else { line };
    // Emacs' mode line is not for readers.
    text::fold_space(line.split("-*-").next().unwrap_or(line))
}

/// Gathers lines into blocks; line positions count from 0.
#[derive(Default)]
pub(super) struct Blocks<'a> {
    pub blocks: Vec<Block>,
    pending: Vec<&'a str>,
    start: usize,
    gap: bool,
}

impl<'a> Blocks<'a> {
    pub fn line(&mut self, line: &'a str, at: usize) {
        if line.trim().is_empty() {
            self.flush();
            self.gap = true;
            return;
        }
        // A list may follow the line that introduces it without a gap.
        if self.pending.first().is_some_and(|first| bullet(first).is_none()) && bullet(line).is_some() {
            self.flush();
        }
        if self.pending.is_empty() {
            self.start = at;
        }
        self.pending.push(line);
    }

    /// Whether no line waits to become a block.
    pub fn is_idle(&self) -> bool {
        self.pending.is_empty()
    }

    /// Makes a block of the lines gathered: a list, a paragraph, or where their layout means something, as they stand.
    pub fn flush(&mut self) {
        let lines = std::mem::take(&mut self.pending);
        let Some(first) = lines.first() else { return };
        let (first_line, last_line) = (self.start, self.start + lines.len() - 1);
        let margin = indent(first);
        let (kind, text, html) = if bullet(first).is_some() {
            let entries = entries(&lines);
            let html = entries.iter().map(|entry| format!("<li>{}</li>", text::escape(entry))).collect::<String>();
            (BlockKind::List, entries.join("\n"), format!("<ul>{html}</ul>"))
        } else if lines.iter().all(|line| indent(line) <= margin) {
            let text = text::fold_space(&lines.join(" "));
            let html = format!("<p>{}</p>", text::escape(&text));
            (BlockKind::Paragraph, text, html)
        } else {
            let least = lines.iter().map(|line| indent(line)).min().unwrap_or(0);
            let kept: Vec<&str> =
                lines.iter().map(|line| line.get(least..).unwrap_or(line.trim_start()).trim_end()).collect();
            let text = kept.iter().map(|line| text::fold_space(line)).collect::<Vec<_>>().join("\n");
            (BlockKind::Code, text, format!("<pre>{}</pre>", text::escape(&kept.join("\n"))))
        };
        self.add(kind, text, html, first_line, last_line);
    }

    pub fn push(&mut self, kind: BlockKind, text: String, first: usize, last: usize) {
        let escaped = text::escape(&text);
        let html = match kind {
            BlockKind::Heading(level) => format!("<h{level}>{escaped}</h{level}>"),
            BlockKind::Rule => "<hr />".to_string(),
            _ => format!("<p>{escaped}</p>"),
        };
        self.add(kind, text, html, first, last);
    }

    fn add(&mut self, kind: BlockKind, text: String, html: String, first: usize, last: usize) {
        let number = |at: usize| u32::try_from(at + 1).unwrap_or(u32::MAX);
        let lines = Lines { first: number(first), last: number(last) };
        let gap_before = self.gap || self.blocks.is_empty();
        self.gap = false;
        self.blocks.push(Block { kind, text, html, lines, gap_before });
    }
}

/// The entries of a list: each bullet opens one, the lines below it go on.
fn entries(lines: &[&str]) -> Vec<String> {
    let mut entries: Vec<String> = Vec::new();
    for line in lines {
        match (bullet(line), entries.last_mut()) {
            (None, Some(entry)) => {
                entry.push(' ');
                entry.push_str(&text::fold_space(line));
            }
            (body, _) => entries.push(text::fold_space(body.unwrap_or(line))),
        }
    }
    entries
}

/// What follows a bullet (`* `, `- `, `• `, `** `).
fn bullet(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let rest = line.trim_start_matches('*');
    // nginx and Apache set `*) `.
    let rest = rest.strip_prefix(')').unwrap_or(rest);
    let rest =
        if rest.len() < line.len() { rest } else { line.strip_prefix(['-', '+', '•', '·', '‣', '–', 'o'])? };
    rest.starts_with([' ', '\t']).then(|| rest.trim_start())
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches([' ', '\t']).len()
}
