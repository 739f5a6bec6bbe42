//! Segmentation: where one release ends and the next begins.
//!
//! Looks at roles, gaps, repeated titles, dates, and at what other files of the folder say. Gives pieces: block
//! numbers with the date lines that belong to them, nothing rendered yet.

use super::dating::{self, Candidate};
use super::evidence::{Standing, Told};
use super::roles::{self, Role};
use super::{EvidenceKind, listing, page, versions};
use crate::date::{Found, Hints, Label};
use crate::document::{Block, Document, Lines, Syntax};
use crate::text::fold;

/// The blocks of one release.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Piece {
    /// The headline, where it has one of its own.
    pub title: Option<String>,
    /// Date lines and title dates that belong to it.
    pub dates: Vec<Candidate>,
    /// A date of last change.
    pub updated: Option<Found>,
    /// Positions of its body blocks.
    pub body: Vec<usize>,
    /// The lines it takes in the file.
    pub lines: Lines,
    /// Said to be not out yet.
    pub unfinished: bool,
    /// One of a list of short texts, newest first, that stand before a page's own article.
    pub teaser: bool,
}

impl Piece {
    /// Whether nothing of it is text.
    pub fn is_empty(&self) -> bool {
        self.title.is_none() && self.body.is_empty()
    }
}

/// What segmentation knows besides the document.
pub(super) struct Context<'a> {
    pub hints: Hints<'a>,
    pub told: &'a Told,
}

/// The releases of a document, in file order.
pub(super) fn pieces(document: &Document, context: &Context<'_>) -> Vec<Piece> {
    let roles = roles::of(&document.blocks, &context.hints);
    let text = Text { blocks: &document.blocks, roles: &roles, standings: &context.told.standings, context };
    match document.syntax {
        Syntax::Changelog | Syntax::DebianChangelog | Syntax::News => return versions::pieces(document, &text),
        Syntax::HtmlList | Syntax::DayLog => return text.entries(),
        _ => {}
    }
    if document.header.title.is_some() || !document.header.dates.is_empty() {
        return vec![text.release(0, text.blocks.len(), document.header.title.as_ref().map(|t| t.value.as_str()))];
    }
    if document.syntax == Syntax::Plain
        && let Some(piece) = page::article(&text)
    {
        return vec![piece];
    }
    if let Some(pieces) = listing::pieces(&text) {
        return pieces;
    }
    if let Some(pieces) = text.headed() {
        return pieces;
    }
    text.digest().unwrap_or_else(|| text.teasers_and_article(0, text.blocks.len()))
}

/// A document's blocks with their roles.
pub(super) struct Text<'a> {
    pub blocks: &'a [Block],
    pub roles: &'a [Role],
    pub standings: &'a [Standing],
    pub context: &'a Context<'a>,
}

impl Text<'_> {
    /// Whether there are blocks enough for a text and a menu around it.
    pub fn has_room_for_menu(&self) -> bool {
        self.blocks.len() >= 6
    }

    pub fn is_plain_date(&self, at: usize) -> bool {
        matches!(&self.roles[at], Role::Date(line) if matches!(line.label, None | Some(Label::Published)))
    }

    /// One release out of a range of blocks: its headline, its date lines, its body. `declared` is the title that
    /// header fields give; where it stands again in the text it is not part of the body.
    pub fn release(&self, start: usize, end: usize, declared: Option<&str>) -> Piece {
        let mut piece = self.body(start, end, declared);
        if piece.dates.is_empty() {
            self.date_at_the_end(start, end, &mut piece);
        }
        piece
    }

    /// A single date line at the very end dates a letter or a notice that has none above.
    fn date_at_the_end(&self, start: usize, end: usize, piece: &mut Piece) {
        let limit = end;
        let end = roles::body_end(self.blocks, self.roles, start, end);
        let prose = (start..end).find(|&at| self.roles[at] == Role::Prose).unwrap_or(end);
        // What stands behind the release is another's.
        let tail = (prose.min(end)..limit.min(end + 6)).rev().take(6);
        let lines: Vec<usize> = tail.filter(|&at| self.is_plain_date(at)).collect();
        if let [at] = lines[..]
            && let Role::Date(line) = &self.roles[at]
        {
            let block = &self.blocks[at];
            let found = line.found.clone();
            piece.dates.push(Candidate::new(EvidenceKind::Header, found, &block.text, block.lines.first));
            piece.body.retain(|&b| b != at);
        }
    }

    /// As [`Text::release`], with nothing looked for behind the body.
    pub fn body(&self, start: usize, end: usize, declared: Option<&str>) -> Piece {
        let mut piece = Piece { lines: self.lines(start, end), ..Piece::default() };
        let end = roles::body_end(self.blocks, self.roles, start, self.shared_tail(start, end));
        let first_prose = (start..end).find(|&at| self.roles[at] == Role::Prose).unwrap_or(end);
        let mut title: Option<String> = declared.map(str::to_string);
        let mut in_head = true;
        for at in start..end {
            let block = &self.blocks[at];
            match &self.roles[at] {
                Role::Label | Role::End => continue,
                Role::BadDate if in_head => continue,
                Role::Rule | Role::Contact | Role::Navigation if in_head => continue,
                Role::Date(line) if in_head || at <= first_prose => {
                    match line.label {
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
                Role::Headline if in_head && title.is_none() && self.is_letterhead(at, end) => continue,
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
                // A word or two without a sentence's end is no text yet: an office, a street.
                Role::Prose if in_head && is_scrap(&block.text) => {}
                Role::Prose | Role::Other => in_head = false,
                _ => {}
            }
            piece.body.push(at);
        }
        let is_frame = |at: &usize| {
            matches!(self.roles[*at], Role::Notes | Role::Navigation | Role::Contact | Role::Rule | Role::BadDate)
        };
        // An undated portrait of the house, or a list of contacts, is no release.
        let is_portrait = |body: &[usize]| {
            let opens = body.first().is_some_and(|&at| self.roles[at] == Role::Notes);
            opens && piece.dates.is_empty() && body.iter().all(|&at| self.roles[at] != Role::Headline)
        };
        if title.is_none() && (piece.body.iter().all(is_frame) || is_portrait(&piece.body)) {
            piece.body.clear();
        }
        piece.title = title;
        // A file may have a hundred thousand pieces.
        piece.dates.shrink_to_fit();
        piece.body.shrink_to_fit();
        piece
    }

    /// Whether a headline is but the name of the house: two or three words over a label or a date, with a longer
    /// headline below these.
    fn is_letterhead(&self, at: usize, end: usize) -> bool {
        let words: Vec<&str> = self.blocks[at].text.split_whitespace().collect();
        let name = words.len() <= 3 && words.iter().all(|word| !word.starts_with(char::is_lowercase));
        if self.names_the_house(at, end) {
            return true;
        }
        let unspaced = words.len() == 1 && self.blocks[at].text.chars().count() < 10;
        let head = (at + 1..end.min(at + 6)).take_while(|&next| self.roles[next] != Role::Prose);
        let mut labelled = false;
        for next in head.filter(|_| words.len() <= 6) {
            let count = self.blocks[next].text.split_whitespace().count();
            match &self.roles[next] {
                Role::Label => labelled = true,
                Role::Date(line) => labelled |= name || line.label.is_some(),
                Role::Headline if unspaced => return self.blocks[next].text.chars().count() >= 10,
                Role::Headline if labelled => return count >= 4 || count == 1,
                _ => {}
            }
        }
        false
    }

    /// Whether a headline over another is the name that the text below calls its house by.
    fn names_the_house(&self, at: usize, end: usize) -> bool {
        let name = self.blocks[at].text.trim();
        let words = name.split_whitespace().count();
        let next = self.roles.get(at + 1).filter(|_| at + 1 < end);
        let over = next == Some(&Role::Headline) && self.blocks[at + 1].text.split_whitespace().count() >= 4;
        (2..=6).contains(&words)
            && over
            && name.split_whitespace().all(|word| !word.starts_with(char::is_lowercase) || word.chars().count() <= 3)
            && (at + 2..end)
                .take(12)
                .any(|below| self.roles[below] == Role::Prose && self.blocks[below].text.contains(name))
    }

    /// The lines of a range of blocks, trailing rules and navigation left out.
    pub fn lines(&self, start: usize, end: usize) -> Lines {
        let tail = self.shared_tail(start, end);
        let cut = roles::body_end(self.blocks, self.roles, start, tail).max(start + 1).min(end.max(start + 1));
        let blocks = &self.blocks[start.min(self.blocks.len())..cut.min(self.blocks.len())];
        // What a broken page moves to another place keeps its line.
        let first = blocks.iter().map(|block| block.lines.first).min().unwrap_or(1);
        Lines { first, last: blocks.iter().map(|block| block.lines.last).max().unwrap_or(first) }
    }
}

fn is_scrap(text: &str) -> bool {
    text.chars().count() <= 12 && !text.ends_with(['.', '。', '!', '?', ':', '：'])
}

/// Whether a heading says what the title says: the same words, or the title with a site's name behind it.
fn says_the_same(title: &str, heading: &str) -> bool {
    let (title, heading) = (fold(title), fold(heading));
    !heading.is_empty()
        && (title == heading || (heading.len() >= 12 && (title.starts_with(&heading) || heading.starts_with(&title))))
}
