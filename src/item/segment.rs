//! Segmentation: where one release ends and the next begins.
//!
//! Looks at roles, gaps, repeated titles, dates, and at what other files of the folder say. Gives pieces: block
//! numbers with the date lines that belong to them, nothing rendered yet.

use super::dating::{self, Candidate};
use super::evidence::Evidence;
use super::roles::{self, Role};
use super::{EvidenceKind, listing, page, versions};
use crate::date::{Found, Hints, Label};
use crate::document::{Block, BlockKind, Document, Lines, Syntax};
use crate::text::fold;

/// The blocks of one release.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Piece {
    /// The headline, where it has one of its own.
    pub title: Option<String>,
    /// Date lines and title dates that belong to it.
    pub dates: Vec<Candidate>,
    /// `EMBARGOED UNTIL …`.
    pub embargo: Option<Found>,
    /// A date of last change.
    pub updated: Option<Found>,
    /// Positions of its body blocks.
    pub body: Vec<usize>,
    /// The lines it takes in the file.
    pub lines: Lines,
    /// One of a list of short texts, newest first, that stand before a page's own article.
    pub teaser: bool,
}

/// What segmentation knows besides the document.
pub(super) struct Context<'a> {
    pub hints: Hints<'a>,
    pub evidence: &'a Evidence,
}

/// The releases of a document, in file order.
pub(super) fn pieces(document: &Document, context: &Context<'_>) -> Vec<Piece> {
    let roles = roles::of(&document.blocks, &context.hints);
    let text = Text { blocks: &document.blocks, roles: &roles, context };
    match document.syntax {
        Syntax::Changelog | Syntax::DebianChangelog | Syntax::News => return versions::pieces(document, &text),
        Syntax::HtmlList => return text.entries(),
        _ => {}
    }
    if document.header.title.is_some() || !document.header.dates.is_empty() {
        return vec![text.release(0, text.blocks.len(), document.header.title.as_ref().map(|t| t.value.as_str()))];
    }
    if let Some(pieces) = listing::pieces(&text) {
        return pieces;
    }
    if let Some(pieces) = text.headed() {
        return pieces;
    }
    if let Some(piece) = page::article(&text) {
        return vec![piece];
    }
    text.digest().unwrap_or_else(|| text.teasers_and_article(0, text.blocks.len()))
}

/// A document's blocks with their roles.
pub(super) struct Text<'a> {
    pub blocks: &'a [Block],
    pub roles: &'a [Role],
    pub context: &'a Context<'a>,
}

impl Text<'_> {
    /// Markdown and the like: headings of one level that carry dates, or have them right below, open items each;
    /// headings of that level without a date open undated ones.
    fn headed(&self) -> Option<Vec<Piece>> {
        for level in 1..=4 {
            let heads: Vec<usize> =
                (0..self.blocks.len()).filter(|&at| self.blocks[at].kind == BlockKind::Heading(level)).collect();
            let dated = heads.iter().filter(|&&at| self.heads_dated(at)).count();
            if dated < 2 || dated * 2 < heads.len() {
                continue;
            }
            let ends = heads.iter().skip(1).copied().chain([self.blocks.len()]);
            let mut out = Vec::new();
            for (start, end) in heads.iter().copied().zip(ends) {
                match &self.roles[start] {
                    // A heading that is a date stands over one item, or over each heading of the next level.
                    Role::Date(_) => out.extend(self.under_date(start, end, level)),
                    _ => out.push(self.release(start, end, None)),
                }
            }
            return Some(out);
        }
        None
    }

    /// A saved list page: each heading opens an entry, its date stands below it.
    fn entries(&self) -> Vec<Piece> {
        let is_head = |&at: &usize| matches!(self.blocks[at].kind, BlockKind::Heading(_));
        let heads: Vec<usize> = (0..self.blocks.len()).filter(is_head).collect();
        let ends = heads.iter().skip(1).copied().chain([self.blocks.len()]);
        heads.iter().copied().zip(ends).map(|(start, end)| self.release(start, end, None)).collect()
    }

    fn heads_dated(&self, at: usize) -> bool {
        matches!(self.roles[at], Role::Date(_))
            || matches!(self.roles.get(at + 1), Some(Role::Date(_)))
            || dating::in_title(&self.blocks[at].text, &self.context.hints).is_some()
    }

    fn under_date(&self, start: usize, end: usize, level: u8) -> Vec<Piece> {
        let below: Vec<usize> =
            (start + 1..end).filter(|&at| self.blocks[at].kind == BlockKind::Heading(level + 1)).collect();
        if below.len() < 2 {
            return vec![self.release(start, end, None)];
        }
        let ends = below.iter().skip(1).copied().chain([end]);
        below
            .iter()
            .zip(ends)
            .map(|(&from, to)| {
                let mut piece = self.release(from, to, None);
                if let Role::Date(line) = &self.roles[start] {
                    let block = &self.blocks[start];
                    piece.dates.push(Candidate::new(
                        EvidenceKind::Header,
                        line.found.clone(),
                        &block.text,
                        block.lines.first,
                    ));
                }
                piece
            })
            .collect()
    }

    /// Several date lines, each with its own text: one item a date.
    fn digest(&self) -> Option<Vec<Piece>> {
        let dates: Vec<usize> = (0..self.blocks.len()).filter(|&at| self.is_plain_date(at)).collect();
        if dates.len() < 2 {
            return None;
        }
        let starts: Vec<usize> = if self.title_stands_first(&dates) {
            dates.iter().map(|&at| self.headline_above(at)).collect()
        } else {
            dates.clone()
        };
        let mut out = Vec::new();
        if starts[0] > 0 && (0..starts[0]).any(|at| self.roles[at] == Role::Prose) {
            out.extend(self.teasers_and_article(0, starts[0]));
        }
        let ends = starts.iter().skip(1).copied().chain([self.blocks.len()]);
        for (start, end) in starts.iter().copied().zip(ends) {
            match self.repeated_title(start + 1, end) {
                Some((title, _)) if title > start + 1 => {
                    let mut teaser = self.release(start, title, None);
                    teaser.teaser = true;
                    out.push(teaser);
                    out.push(self.release(title, end, None));
                }
                _ => out.push(self.release(start, end, None)),
            }
        }
        out.retain(|piece| piece.title.is_some() || !piece.body.is_empty());
        Some(out)
    }

    pub fn is_plain_date(&self, at: usize) -> bool {
        matches!(&self.roles[at], Role::Date(line) if matches!(line.label, None | Some(Label::Published)))
    }

    /// Whether the titles of a list stand above their dates, not below: told by what shares a line, by the gaps, by
    /// what begins the list and what ends it.
    pub fn title_stands_first(&self, dates: &[usize]) -> bool {
        let mut votes = 0i32;
        for &at in dates {
            let line = self.blocks[at].lines.first;
            if at > 0 && self.blocks[at - 1].lines.last == line {
                votes += 2;
            } else if self.blocks.get(at + 1).is_some_and(|next| next.lines.first == line) {
                votes -= 2;
            } else if let Some(next) = self.blocks.get(at + 1) {
                match (self.blocks[at].gap_before, next.gap_before) {
                    (true, false) => votes -= 1,
                    (false, true) => votes += 1,
                    _ => {}
                }
            }
        }
        if votes != 0 {
            return votes > 0;
        }
        let first = (0..dates[0]).find(|&at| !matches!(self.roles[at], Role::Label | Role::Rule | Role::Navigation));
        let Some(first) = first else { return false };
        if dates[dates.len() - 1] + 1 == self.blocks.len() {
            return true;
        }
        // Above each date a headline, and above that the end of a text: the date follows its title.
        first < dates[0] && dates.iter().all(|&at| at > 0 && self.roles[at - 1] == Role::Headline)
    }

    fn headline_above(&self, date: usize) -> usize {
        if date > 0 && self.roles[date - 1] == Role::Headline { date - 1 } else { date }
    }

    /// A title that stands twice, the second time perhaps with a date behind it: (first, second) position.
    pub fn repeated_title(&self, start: usize, end: usize) -> Option<(usize, usize)> {
        let folds: Vec<String> = (start..end)
            .map(|at| match self.roles[at] {
                Role::Headline => fold(&self.blocks[at].text),
                _ => String::new(),
            })
            .collect();
        for first in 0..folds.len() {
            if folds[first].len() < 12 {
                continue;
            }
            for second in first + 1..folds.len().min(first + 4) {
                let same = folds[second].strip_prefix(folds[first].as_str()).is_some_and(|rest| {
                    rest.is_empty()
                        || rest.len() <= 24
                            && dating::in_title(&self.blocks[start + second].text, &self.context.hints).is_some()
                });
                if same {
                    return Some((start + first, start + second));
                }
            }
        }
        None
    }

    /// Text without a list of dates: short texts that other files know, then the page's own article.
    fn teasers_and_article(&self, start: usize, end: usize) -> Vec<Piece> {
        let article = self.article_start(start, end);
        let mut out: Vec<Piece> = self
            .teaser_starts(start, article)
            .into_iter()
            .map(|(from, to)| {
                let mut piece = self.release(from, to, None);
                piece.teaser = true;
                piece
            })
            .collect();
        if article < end {
            out.push(self.release(article, end, None));
        }
        out
    }

    /// Where the page's own article starts behind its teasers; `start` where there are none.
    fn article_start(&self, start: usize, end: usize) -> usize {
        if let Some((title, _)) = self.repeated_title(start, end) {
            return title;
        }
        let evidence = self.context.evidence;
        let opens_dated = |at: usize| dating::opening(&self.blocks[at].text, &self.context.hints).map(|(f, _)| f.start);
        // Teasers: from the top, texts that other files have too, or single paragraphs each opened by another date.
        let mut known = 0;
        let mut openings = Vec::new();
        let mut last_known = start;
        for at in start..end {
            let text = &self.blocks[at].text;
            if evidence.is_shared(text) {
                known += 1;
                last_known = at + 1;
            } else if self.roles[at] == Role::Headline && !evidence.is_head(text) && at >= last_known {
                break;
            }
            openings.extend(opens_dated(at).filter(|_| self.roles[at] == Role::Prose));
        }
        openings.dedup();
        let headline = (last_known..end).find(|&at| {
            self.roles[at] == Role::Headline
                && !evidence.is_shared(&self.blocks[at].text)
                && self.roles.get(at + 1).is_some_and(|next| matches!(next, Role::Prose | Role::Date(_)))
        });
        match headline {
            Some(at) if at > start && (known > 0 || (openings.len() >= 2 && self.self_contained(start, at))) => at,
            // Known texts to the end: a file of teasers alone.
            None if known > 0 && last_known == end => end,
            None if known > 0 && last_known > start => last_known,
            _ => start,
        }
    }

    /// Whether each block of a run could stand alone: prose without a headline over it.
    fn self_contained(&self, start: usize, end: usize) -> bool {
        (start..end).all(|at| matches!(self.roles[at], Role::Prose | Role::Headline))
            && self.roles[start] == Role::Prose
    }

    /// The runs of the teasers in a range of blocks.
    fn teaser_starts(&self, start: usize, end: usize) -> Vec<(usize, usize)> {
        let evidence = self.context.evidence;
        let mut starts: Vec<usize> = Vec::new();
        for at in start..end {
            let text = &self.blocks[at].text;
            let shared = evidence.is_shared(text);
            let begins = at == start
                || shared
                || evidence.is_head(text)
                || evidence.is_shared(&self.blocks[at - 1].text)
                || self.roles[at] == Role::Headline
                || dating::opening(text, &self.context.hints).is_some();
            if begins {
                starts.push(at);
            }
        }
        let ends = starts.iter().skip(1).copied().chain([end]);
        starts.iter().copied().zip(ends).collect()
    }

    /// One release out of a range of blocks: its headline, its date lines, its body. `declared` is the title that
    /// header fields give; where it stands again in the text it is not part of the body.
    pub fn release(&self, start: usize, end: usize, declared: Option<&str>) -> Piece {
        let mut piece = Piece { lines: self.lines(start, end), ..Piece::default() };
        let end = roles::body_end(self.blocks, self.roles, start, end);
        let first_prose = (start..end).find(|&at| self.roles[at] == Role::Prose).unwrap_or(end);
        let mut title: Option<String> = declared.map(str::to_string);
        let mut in_head = true;
        for at in start..end {
            let block = &self.blocks[at];
            match &self.roles[at] {
                Role::Label | Role::End => continue,
                Role::Rule | Role::Contact | Role::Navigation if in_head => continue,
                Role::Date(line) if in_head || at <= first_prose => {
                    match line.label {
                        Some(Label::Embargo) => piece.embargo = Some(line.found.clone()),
                        Some(Label::Updated) => piece.updated = Some(line.found.clone()),
                        None | Some(Label::Published) => piece.dates.push(Candidate::new(
                            EvidenceKind::Header,
                            line.found.clone(),
                            &block.text,
                            block.lines.first,
                        )),
                        _ => {}
                    }
                    continue;
                }
                Role::Headline if in_head => {
                    let (dated, text) = match dating::in_title(&block.text, &self.context.hints) {
                        Some((found, rest)) => (Some(found), rest),
                        None => (None, block.text.clone()),
                    };
                    let again = title.as_ref().is_some_and(|title| says_the_same(title, &text));
                    if title.is_none() || again {
                        piece.dates.extend(
                            dated.map(|found| {
                                Candidate::new(EvidenceKind::Title, found, &block.text, block.lines.first)
                            }),
                        );
                        title.get_or_insert(text);
                        continue;
                    }
                }
                Role::Prose | Role::Other => in_head = false,
                _ => {}
            }
            piece.body.push(at);
        }
        // A single date line at the very end dates a letter or a notice that has none above.
        if piece.dates.is_empty() {
            let tail = (first_prose.min(end)..self.blocks.len().min(end + 6)).rev().take(6);
            let lines: Vec<usize> = tail.filter(|&at| self.is_plain_date(at)).collect();
            if let [at] = lines[..]
                && let Role::Date(line) = &self.roles[at]
            {
                let block = &self.blocks[at];
                piece.dates.push(Candidate::new(
                    EvidenceKind::Header,
                    line.found.clone(),
                    &block.text,
                    block.lines.first,
                ));
                piece.body.retain(|&b| b != at);
            }
        }
        piece.title = title;
        piece
    }

    /// The lines of a range of blocks, trailing rules and navigation left out.
    pub fn lines(&self, start: usize, end: usize) -> Lines {
        let cut = roles::body_end(self.blocks, self.roles, start, end).max(start + 1).min(end.max(start + 1));
        let blocks = &self.blocks[start.min(self.blocks.len())..cut.min(self.blocks.len())];
        Lines { first: blocks.first().map_or(1, |b| b.lines.first), last: blocks.last().map_or(1, |b| b.lines.last) }
    }
}

/// Whether a heading says what the title says: the same words, or the title with a site's name behind it.
fn says_the_same(title: &str, heading: &str) -> bool {
    let (title, heading) = (fold(title), fold(heading));
    !heading.is_empty()
        && (title == heading || (heading.len() >= 12 && (title.starts_with(&heading) || heading.starts_with(&title))))
}
