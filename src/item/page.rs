//! Text dumps of whole pages: the one article between menus, notices, teasers of others, comments and a footer.
//!
//! A page is told from a release by what surrounds its text. Its article is the heaviest run of paragraphs; its title
//! is the likeliest of the lines above, by where it stands, whether it is said again, and whether a date is near; its
//! date stands between the two, or beside the title.

use super::EvidenceKind;
use super::dating::{self, Candidate, Stamp};
use super::phrases;
use super::roles::{Role, is_headline};
use super::segment::{Piece, Text};
use crate::date::{Found, Label};
use crate::document::BlockKind;
use crate::text::{fold, is_unspaced};

/// So many lines of menus and notices around a text make a page.
const MENU: usize = 8;
/// A paragraph of at least so many characters with a sentence's end is part of an article.
const LONG: usize = 90;
/// So many other blocks may stand between two paragraphs of one article.
const APART: usize = 8;
/// How far above the text its title may stand, in blocks.
const REACH: usize = 40;
/// How many paragraphs of an article may stand above its title: a notice, a caption, a summary.
const ABOVE_TITLE: usize = 4;
/// The least score of a title.
const BELIEVED: i32 = 5;

/// The article of a dumped page, or `None` where the text is no page.
pub(super) fn article(text: &Text<'_>) -> Option<Piece> {
    if !text.has_room_for_menu() {
        return None;
    }
    let page = Page::of(text);
    let run = page.heaviest()?;
    let title = page.title(&run);
    let above = title.unwrap_or(run.start);
    if !page.is_page(run.start, run.end) {
        return None;
    }
    let start = (above..run.end).find(|&at| at != above && page.long[at]).unwrap_or(run.start);
    let declared = title.map(|at| text.blocks[at].text.as_str());
    let dated = declared.and_then(|said| dating::in_title(said, &text.context.hints));
    let name = dated.as_ref().map(|(_, rest)| rest.as_str()).or(declared);
    let mut piece = text.body(start, run.end, name);
    if let (Some((found, _)), Some(said)) = (dated, declared) {
        let line = text.blocks[above].lines.first;
        piece.dates.push(Candidate::new(EvidenceKind::Title, found, said, line));
    }
    piece.dates.extend(page.dates_of(title, start, run.end));
    piece.lines.first = text.blocks[above.min(start)].lines.first;
    Some(piece)
}

/// A text with what its blocks are to a page.
struct Page<'a> {
    text: &'a Text<'a>,
    /// Which blocks are paragraphs of an article.
    long: Vec<bool>,
    /// The dates that short blocks hold.
    dates: Vec<Option<Stamp>>,
    /// How many lines of menu each block is.
    menu: Vec<usize>,
}

/// A run of paragraphs.
#[derive(Clone, Copy)]
struct Run {
    start: usize,
    end: usize,
    weight: usize,
}

impl<'a> Page<'a> {
    fn of(text: &'a Text<'a>) -> Self {
        let all = 0..text.blocks.len();
        let mut dates: Vec<Option<Stamp>> = all.clone().map(|at| stamp(text, at)).collect();
        dates.iter_mut().for_each(|date| *date = date.take().filter(|stamp| stamp.found.is_complete()));
        // A short line with a date is an entry of a list.
        let is_entry = |at: usize| dates[at].is_some() && text.blocks[at].text.chars().count() <= 160;
        Self {
            long: all.clone().map(|at| is_long(text, at) && !is_entry(at)).collect(),
            menu: all.map(|at| menu_lines(text, at)).collect(),
            dates,
            text,
        }
    }

    /// The heaviest run of paragraphs, where it outweighs what else the page says in sentences. A line that is a date
    /// begins another text, and speaks for the text that it stands by.
    fn heaviest(&self) -> Option<Run> {
        let mut runs: Vec<Run> = Vec::new();
        let mut open = false;
        for at in 0..self.text.blocks.len() {
            if !self.long[at] {
                open &= !(matches!(self.text.roles[at], Role::Date(_)) && self.dates[at].is_some());
                continue;
            }
            let weight = self.text.blocks[at].text.len();
            match runs.last_mut() {
                Some(run) if open && at <= run.end + APART => {
                    run.end = at + 1;
                    run.weight += weight;
                }
                _ => runs.push(Run { start: at, end: at + 1, weight }),
            }
            open = true;
        }
        let total: usize = runs.iter().map(|run| run.weight).sum();
        let is_dated = |run: &Run| self.dates[run.start.saturating_sub(12)..run.start].iter().any(Option::is_some);
        let rank = |run: &Run| run.weight * if is_dated(run) { 2 } else { 1 };
        let best = runs.iter().rev().max_by_key(|run| rank(run))?;
        (rank(best) * 2 > total).then_some(*best)
    }

    /// The headline of a run.
    fn title(&self, run: &Run) -> Option<usize> {
        let blocks = self.text.blocks;
        let last = (run.start..run.end).filter(|&at| self.long[at]).nth(ABOVE_TITLE).unwrap_or(run.end);
        let from = run.start.saturating_sub(REACH);
        let folds: Vec<String> =
            blocks.iter().map(|b| if b.text.len() <= 400 { fold(&b.text) } else { String::new() }).collect();
        let mut best: Option<(i32, usize)> = None;
        for at in from..last {
            if self.long[at] || !self.may_be_title(at) {
                continue;
            }
            let score = self.title_score(at, run, &folds);
            if best.is_none_or(|(top, _)| score > top) {
                best = Some((score, at));
            }
        }
        best.filter(|(score, _)| *score >= BELIEVED).map(|(_, at)| at)
    }

    fn may_be_title(&self, at: usize) -> bool {
        let block = &self.text.blocks[at];
        let count = block.text.chars().count();
        matches!(block.kind, BlockKind::Paragraph | BlockKind::Heading(_))
            && (5..=240).contains(&count)
            && !matches!(
                self.text.roles[at],
                Role::Date(_) | Role::Label | Role::Navigation | Role::Contact | Role::End | Role::Notes
            )
            && !phrases::is_byline(&block.text)
            && !is_machinery(&block.text)
            && block.text.chars().any(char::is_alphabetic)
    }

    fn title_score(&self, at: usize, run: &Run, folds: &[String]) -> i32 {
        let block = &self.text.blocks[at];
        let Some(text) = (at + 1..run.end).find(|&next| self.long[next]) else { return i32::MIN };
        let mut score = match block.kind {
            BlockKind::Heading(1) => 6,
            BlockKind::Heading(_) => 4,
            _ => 0,
        };
        if is_headline(&block.text) {
            score += 3;
        }
        let wide = block.text.chars().map(|c| if is_unspaced(c) { 3 } else { 1 }).sum::<usize>();
        score += match wide {
            0..=15 => 0,
            16..=24 => 2,
            25..=110 => 3,
            _ => -2,
        };
        // The page's own title says it too, perhaps with the site's name behind it; so do breadcrumbs and share boxes.
        let said = folds[at].as_str();
        let words = said.split(' ').count();
        if said.len() >= 12 {
            let begins =
                |other: &usize| folds[*other].starts_with(said) && !is_machinery(&self.text.blocks[*other].text);
            if words >= 4 && (0..at.min(12)).find(begins).is_some() {
                score += 5;
            } else if self.is_said_again(at, folds) {
                score += 3;
            }
        }
        // A paragraph in between is a summary, unless another heading follows it.
        let below = (at + 1..(at + 9).min(text + 1)).find(|&next| self.dates[next].is_some()).map(|next| next - at);
        let behind = (text + 1..(text + 4).min(self.dates.len()))
            .take_while(|&next| !matches!(self.text.blocks[next].kind, BlockKind::Heading(_)))
            .any(|next| self.dates[next].is_some());
        let above = (at.saturating_sub(2)..at).any(|before| self.dates[before].is_some());
        score += match below {
            Some(1) => 7,
            Some(2 | 3) => 6,
            Some(4 | 5) => 5,
            Some(_) => 3,
            None if behind => 3,
            None if self.dates[at.saturating_sub(1)].is_some() => 4,
            None if above => 2,
            None => 0,
        };
        score += if text == at + 1 { 2 } else { 0 };
        if wide == block.text.chars().count() {
            // Two or three words are a name or a section.
            score += if words >= 4 || wide >= 28 { 3 } else { -1 };
        }
        if is_name(&block.text)
            || !block.text.starts_with(|c: char| c.is_alphanumeric() || "\"'“”„«‘¿¡「『《【($€£#".contains(c))
        {
            score -= 4;
        }
        // A section's heading and summary may stand right above the headline.
        let next = (text + 1..(text + 4).min(run.end))
            .find(|&next| matches!(self.text.blocks[next].kind, BlockKind::Heading(_)));
        if below.is_none()
            && next.is_some_and(|next| (next + 1..(next + 4).min(run.end)).any(|at| self.dates[at].is_some()))
        {
            score -= 4;
        }
        let paragraphs = (run.start..at.max(run.start)).filter(|&before| self.long[before]).count();
        score - paragraphs as i32 - ((text - at) / 4) as i32
    }

    /// Whether the same words stand in another block or row of the page.
    fn is_said_again(&self, at: usize, folds: &[String]) -> bool {
        let said = folds[at].as_str();
        self.text.blocks.iter().zip(folds).enumerate().any(|(other, (block, folded))| {
            other != at
                && (folded == said
                    || block.kind == BlockKind::List
                        && folded.contains(said)
                        && block.text.split('\n').any(|row| fold(row) == said))
        })
    }

    /// Whether a text between two blocks stands on a page: menus and notices around it, or marks that only a browser
    /// leaves.
    fn is_page(&self, start: usize, end: usize) -> bool {
        let before: usize = self.menu[..start].iter().sum();
        let behind: usize = self.menu[end..].iter().sum();
        let marks = self.text.blocks.iter().filter(|b| is_machinery(&b.text)).take(2).count();
        before >= MENU || marks >= 1 && before + behind >= MENU / 2 || before >= MENU / 2 && behind >= MENU
    }

    /// The dates of an article, the likeliest first: labelled as that of publication; between title and text; at the
    /// beginning of the text; right above the title; of the last change, where that is all there is.
    fn dates_of(&self, title: Option<usize>, start: usize, end: usize) -> Vec<Candidate> {
        let from = title.unwrap_or(start.saturating_sub(6));
        let below = from..(start + 4).min(end);
        let above = (from.saturating_sub(4)..from).rev();
        let (mut labelled, mut inside, mut over, mut updated) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for at in below.chain(above) {
            let Some(stamp) = &self.dates[at] else { continue };
            let candidate = self.candidate(at, stamp.found.clone());
            match stamp.label {
                Some(Label::Published) => labelled.push(candidate),
                Some(Label::Updated) => updated.push(candidate),
                None if at >= from => inside.push(candidate),
                None => over.push(candidate),
                Some(_) => {}
            }
        }
        let behind = (end..(end + 4).min(self.text.blocks.len()))
            .filter_map(|at| Some((at, self.dates[at].as_ref()?)))
            .filter(|(_, stamp)| stamp.label == Some(Label::Published))
            .map(|(at, stamp)| self.candidate(at, stamp.found.clone()))
            .take(1)
            .collect();
        let own = title.and_then(|title| self.own_teaser(title)).into_iter().collect();
        [labelled, inside, over, behind, updated, own].into_iter().find(|dates| !dates.is_empty()).unwrap_or_default()
    }

    /// The date of the page's own entry in its list of news: right above or below the same title.
    fn own_teaser(&self, title: usize) -> Option<Candidate> {
        let said = fold(&self.text.blocks[title].text);
        let again = (0..self.text.blocks.len()).find(|&at| {
            at.abs_diff(title) > 4 && self.text.blocks[at].text.len() <= 400 && fold(&self.text.blocks[at].text) == said
        })?;
        let dates: Vec<usize> = (again.saturating_sub(12)..(again + 12).min(self.dates.len()))
            .filter(|&at| self.text.is_plain_date(at))
            .collect();
        let beside = if self.text.title_stands_first(&dates) {
            (again + 1..self.dates.len().min(again + 4))
                .take_while(|&at| !matches!(self.text.blocks[at].kind, BlockKind::Heading(_)))
                .find(|&at| self.text.is_plain_date(at))?
        } else {
            again.checked_sub(1).filter(|&at| self.text.is_plain_date(at))?
        };
        let stamp = self.dates[beside].as_ref()?;
        Some(self.candidate(beside, stamp.found.clone()))
    }

    fn candidate(&self, at: usize, found: Found) -> Candidate {
        let block = &self.text.blocks[at];
        Candidate::new(EvidenceKind::Header, found, dating::clip(&block.text, 160), block.lines.first)
    }
}

/// Whether a line may be a person's or a house's name: two or three words, each with a capital.
fn is_name(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    (2..=3).contains(&words.len())
        && text.chars().count() <= 28
        && words.iter().all(|word| word.starts_with(char::is_uppercase) && !word.contains(|c: char| c.is_ascii_digit()))
}

fn is_long(text: &Text<'_>, at: usize) -> bool {
    let block = &text.blocks[at];
    if !matches!(block.kind, BlockKind::Paragraph | BlockKind::Quote) || is_machinery(&block.text) {
        return false;
    }
    let wide: usize = block.text.chars().map(|c| if is_unspaced(c) { 3 } else { 1 }).sum();
    wide >= LONG && block.text.contains(['.', '。', '!', '?', '؟', '।', '…'])
}

/// How many lines of a menu a block may be: rows of a list, short lines that say no sentence.
fn menu_lines(text: &Text<'_>, at: usize) -> usize {
    let block = &text.blocks[at];
    match (&text.roles[at], block.kind) {
        (Role::Date(_) | Role::Label | Role::Contact | Role::End | Role::Rule, _) => 0,
        (_, BlockKind::List) => block.text.split('\n').filter(|row| row.chars().count() <= 60).count(),
        _ => usize::from(block.text.chars().count() <= 60 && !block.text.ends_with(['.', '。', ',', ';'])),
    }
}

/// What a browser that prints text leaves of forms, frames and images.
fn is_machinery(text: &str) -> bool {
    text.starts_with("IFRAME:")
        || text.contains("(BUTTON)")
        || text.contains("____")
        || text.starts_with('[') && text.ends_with(']') && !text.contains(' ')
        || text.starts_with('#') && text.len() > 1 && !text.starts_with("# ") && !text.starts_with("##")
}

/// The date that a short block holds: a date line, a byline or a row of a list with one, a summary that ends with one.
fn stamp(text: &Text<'_>, at: usize) -> Option<Stamp> {
    if let Role::Date(line) = text.roles.get(at)? {
        return Some(Stamp { found: line.found.clone(), label: line.label });
    }
    let block = &text.blocks[at];
    // A menu is no place for a release's date.
    if block.kind == BlockKind::List && block.text.split('\n').count() > 7 {
        return None;
    }
    dating::stamp(&block.text, &text.context.hints)
}
