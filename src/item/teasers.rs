//! Teasers: short texts of other releases that stand before a page's own article, or at its end.

use super::dating;
use super::roles::Role;
use super::segment::{Piece, Text};
use crate::text::fold;

impl Text<'_> {
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
    pub fn teasers_and_article(&self, start: usize, end: usize) -> Vec<Piece> {
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
            let tail = self.shared_tail(article, end);
            out.push(self.release(article, end, None));
            // Behind the article: texts that are releases of their own elsewhere. What only repeats is boilerplate.
            let begins = |&(from, _): &(usize, usize)| {
                let text = &self.blocks[from].text;
                self.standings[from].head || dating::opening(text, &self.context.hints).is_some()
            };
            for (from, to) in self.teaser_starts(tail, end).into_iter().filter(begins) {
                let mut piece = self.release(from, to, None);
                piece.teaser = true;
                out.push(piece);
            }
        }
        out
    }

    /// Where the blocks begin at the end of a text that stand word for word in other files too: boilerplate and
    /// teasers. `end` where there are none, or where the text itself stands elsewhere.
    pub fn shared_tail(&self, start: usize, end: usize) -> usize {
        let prose = |&at: &usize| self.roles[at] == Role::Prose;
        let Some(lede) = (start..end).find(prose).filter(|&at| !self.standings[at].shared) else {
            return end;
        };
        // Short blocks between shared ones go with them; the last text of its own ends the release.
        let own = (lede..end).rev().find(|&at| {
            let text = &self.blocks[at].text;
            text.chars().count() > 60 && !self.standings[at].shared
        });
        let from = own.map_or(end, |at| at + 1);
        (from..end).find(|&at| self.standings[at].shared).unwrap_or(end)
    }

    /// Where the page's own article starts behind its teasers; `start` where there are none.
    fn article_start(&self, start: usize, end: usize) -> usize {
        if let Some((title, _)) = self.repeated_title(start, end) {
            return title;
        }
        let opens_dated = |at: usize| dating::opening(&self.blocks[at].text, &self.context.hints).map(|(f, _)| f.start);
        // Teasers: from the top, texts that other files have too, or single paragraphs each opened by another date.
        let mut known = 0;
        let mut openings = Vec::new();
        let mut last_known = start;
        for at in start..end {
            if self.standings[at].shared {
                known += 1;
                last_known = at + 1;
            } else if self.roles[at] == Role::Headline && !self.standings[at].head && at >= last_known {
                break;
            }
            openings.extend(opens_dated(at).filter(|_| self.roles[at] == Role::Prose));
        }
        openings.dedup();
        let headline = (last_known..end).find(|&at| {
            self.roles[at] == Role::Headline
                && !self.standings[at].shared
                && self.roles.get(at + 1).is_some_and(|next| matches!(next, Role::Prose | Role::Date(_)))
        });
        match headline {
            Some(at) if at > start && (known > 0 || (openings.len() >= 2 && self.self_contained(start, at))) => at,
            // Known texts to the end: a file of teasers alone.
            None if known > 0 && last_known == end => end,
            // A headline with its date, and no other below: a release of which another file holds an edited copy.
            None if self.roles.get(start) == Some(&Role::Headline) && self.heads_dated(start) => start,
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
        let mut starts: Vec<usize> = Vec::new();
        for at in start..end {
            let text = &self.blocks[at].text;
            let shared = self.standings[at].shared;
            let begins = at == start
                || shared
                || self.standings[at].head
                || self.standings[at - 1].shared
                || self.roles[at] == Role::Headline
                || dating::opening(text, &self.context.hints).is_some();
            if begins {
                starts.push(at);
            }
        }
        let ends = starts.iter().skip(1).copied().chain([end]);
        starts.iter().copied().zip(ends).collect()
    }
}
