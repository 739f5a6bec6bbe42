//! Digests: several dated texts in one file, each under, over or beside its date.

use super::EvidenceKind;
use super::dating::{self, Candidate};
use super::roles::Role;
use super::segment::{Piece, Text};
use crate::document::BlockKind;

impl Text<'_> {
    /// Markdown and the like: headings of one level that carry dates, or have them right below, open items each;
    /// headings of that level without a date open undated ones.
    pub fn headed(&self) -> Option<Vec<Piece>> {
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
    pub fn entries(&self) -> Vec<Piece> {
        let is_head = |&at: &usize| matches!(self.blocks[at].kind, BlockKind::Heading(_));
        let heads: Vec<usize> = (0..self.blocks.len()).filter(is_head).collect();
        let ends = heads.iter().skip(1).copied().chain([self.blocks.len()]);
        heads.iter().copied().zip(ends).map(|(start, end)| self.release(start, end, None)).collect()
    }

    pub fn heads_dated(&self, at: usize) -> bool {
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
                let mut piece = self.body(from, to, None);
                piece.dates.extend(self.date_at(start));
                piece
            })
            .collect()
    }

    /// Several date lines, each with its own text: one item a date.
    pub fn digest(&self) -> Option<Vec<Piece>> {
        let dates: Vec<usize> = (0..self.blocks.len()).filter(|&at| self.is_plain_date(at)).collect();
        if dates.len() < 2 {
            return None;
        }
        let starts: Vec<usize> = if self.close_their_texts(&dates) {
            std::iter::once(0).chain(dates.iter().map(|&at| at + 1)).take(dates.len()).collect()
        } else if self.title_stands_first(&dates) {
            dates.iter().map(|&at| self.headline_above(at)).collect()
        } else {
            // The first may be a release under its headline, with others below it.
            let top = self.headline_above(dates[0]);
            let own = self.roles.get(dates[0] + 1) == Some(&Role::Prose);
            let first = if own { top } else { dates[0] };
            std::iter::once(first).chain(dates.iter().skip(1).copied()).collect()
        };
        let mut out = Vec::new();
        if self.has_preface(starts[0]) {
            out.extend(self.teasers_and_article(0, starts[0]));
        }
        let ends = starts.iter().skip(1).copied().chain([self.end_of_last(&starts)]);
        let spans: Vec<(usize, usize)> = starts.iter().copied().zip(ends).collect();
        let short = self.are_short(&spans);
        for (start, end) in spans {
            let heads = if short { self.heads(start, end) } else { Vec::new() };
            if heads.len() > 1 {
                out.extend(self.each_under_date(start, &heads, end));
                continue;
            }
            match self.repeated_title(start + 1, end) {
                Some((title, _)) if title > start + 1 => {
                    let mut teaser = self.release(start, title, None);
                    teaser.teaser = true;
                    out.push(teaser);
                    out.push(self.release(title, end, None));
                }
                _ => out.push(self.release(start, end, None)),
            }
            // A date line may stand over nothing, and there may be many of them.
            out.pop_if(|piece| piece.title.is_none() && piece.body.is_empty());
        }
        out.retain(|piece| piece.title.is_some() || !piece.body.is_empty());
        Some(out)
    }

    /// Whether each date stands right under the text that it dates, and a gap below it.
    fn close_their_texts(&self, dates: &[usize]) -> bool {
        dates.iter().all(|&at| {
            let above = at.checked_sub(1).is_some_and(|above| self.roles[above] == Role::Prose);
            above && !self.blocks[at].gap_before && self.blocks.get(at + 1).is_none_or(|next| next.gap_before)
        })
    }

    /// The headlines under a date line that have text below them.
    fn heads(&self, start: usize, end: usize) -> Vec<usize> {
        (start + 1..end)
            .filter(|&at| self.roles[at] == Role::Headline && at + 1 < end && self.roles[at + 1] == Role::Prose)
            .collect()
    }

    /// Whether each date of a digest stands over notices of a headline and one or two paragraphs: then a second
    /// headline opens a second notice, no chapter of a longer release.
    fn are_short(&self, spans: &[(usize, usize)]) -> bool {
        spans.len() > 2
            && spans.iter().all(|&(start, end)| {
                let heads = self.heads(start, end);
                let ends = heads.iter().skip(1).copied().chain([end]);
                self.is_plain_date(start)
                    && heads.first() == Some(&(start + 1))
                    && heads.iter().zip(ends).all(|(head, end)| {
                        let below = *head + 1..end;
                        below.len() <= 2 && below.into_iter().all(|at| self.roles[at] == Role::Prose)
                    })
            })
    }

    fn each_under_date(&self, date: usize, heads: &[usize], end: usize) -> Vec<Piece> {
        let ends = heads.iter().skip(1).copied().chain([end]);
        let mut pieces: Vec<Piece> =
            heads.iter().copied().zip(ends).map(|(from, to)| self.body(from, to, None)).collect();
        for piece in &mut pieces {
            piece.dates.extend(self.date_at(date));
        }
        if let Some(first) = pieces.first_mut() {
            first.lines.first = self.blocks[date].lines.first;
        }
        pieces
    }

    /// A date line as a candidate.
    fn date_at(&self, at: usize) -> Option<Candidate> {
        let Role::Date(line) = &self.roles[at] else { return None };
        let block = &self.blocks[at];
        Some(Candidate::new(EvidenceKind::Header, line.found.clone(), &block.text, block.lines.first))
    }

    /// Whether what stands before the first date is text of its own, no head or menu of the list.
    fn has_preface(&self, first: usize) -> bool {
        let prose = |at: &usize| self.roles[*at] == Role::Prose;
        let count = (0..first).filter(prose).count();
        let scraps = (0..first).filter(|at| !prose(at)).count();
        count > 0
            && (scraps < count * 4 || (0..first).any(|at| prose(&at) && self.blocks[at].text.chars().count() > 90))
    }

    /// Where the last entry of a list ends: before a footer, where it goes on much longer than the others and says no
    /// more sentences.
    fn end_of_last(&self, starts: &[usize]) -> usize {
        let all = self.blocks.len();
        let Some(&last) = starts.last() else { return all };
        let longest = starts.windows(2).map(|pair| pair[1] - pair[0]).max().unwrap_or(all);
        let usual = last + longest;
        let is_footer = starts.len() > 2
            && usual + 3 < all
            && (usual..all)
                .all(|at| self.blocks[at].text.chars().count() < 90 || self.blocks[at].kind == BlockKind::List);
        if is_footer { usual } else { all }
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
        let Some(&top) = dates.first() else { return false };
        let first = (0..top).find(|&at| !matches!(self.roles[at], Role::Label | Role::Rule | Role::Navigation));
        let Some(first) = first else { return false };
        if dates[dates.len() - 1] + 1 == self.blocks.len() {
            return true;
        }
        // Above each date a headline, and above that the end of a text: the date follows its title.
        first < top && dates.iter().all(|&at| at > 0 && self.roles[at - 1] == Role::Headline)
    }

    fn headline_above(&self, date: usize) -> usize {
        if date > 0 && self.roles[date - 1] == Role::Headline { date - 1 } else { date }
    }
}
