//! Text dumps of whole pages: the article between a menu above and links below.

use super::EvidenceKind;
use super::dating::{self, Candidate};
use super::roles::{Role, is_headline};
use super::segment::{Piece, Text};
use crate::date::{self, Label};
use crate::document::BlockKind;
use crate::text::fold;

/// So many short blocks above the first sentence make a menu.
const MENU: usize = 8;
/// A paragraph of at least so many characters with a sentence's end is part of an article.
const LONG: usize = 90;
/// How far above the text its title may stand, in blocks.
const REACH: usize = 30;

/// The article of a dumped page, or `None` where the text has no menu above its first sentences.
pub(super) fn article(text: &Text<'_>) -> Option<Piece> {
    let long: Vec<usize> = (0..text.blocks.len()).filter(|&at| is_long(text, at)).collect();
    let (start, end) = heaviest(text, &long)?;
    let menu = (0..start)
        .filter(|&at| text.blocks[at].text.chars().count() <= 60 || text.blocks[at].kind == BlockKind::List)
        .count();
    if menu < MENU {
        return None;
    }
    let title = title_above(text, start);
    let from = title.unwrap_or(start);
    let mut piece = text.release(start, end, None);
    piece.title = title.map(|at| text.blocks[at].text.clone());
    if let Some((found, rest)) = piece.title.as_deref().and_then(|t| dating::in_title(t, &text.context.hints)) {
        let block = &text.blocks[from];
        piece.dates.push(Candidate::new(EvidenceKind::Title, found, &block.text, block.lines.first));
        piece.title = Some(rest);
    }
    piece.dates.extend(date_near(text, title, start, end));
    piece.lines.first = text.blocks[from].lines.first;
    Some(piece)
}

fn is_long(text: &Text<'_>, at: usize) -> bool {
    let block = &text.blocks[at];
    matches!(block.kind, BlockKind::Paragraph | BlockKind::Quote)
        && block.text.chars().count() >= LONG
        && block.text.contains(['.', '。', '!', '?', '؟', '।'])
}

/// The heaviest run of long paragraphs with at most four other blocks between two of them.
fn heaviest(text: &Text<'_>, long: &[usize]) -> Option<(usize, usize)> {
    let mut best: Option<(usize, usize, usize)> = None;
    let mut run: Option<(usize, usize, usize)> = None;
    for &at in long {
        let weight = text.blocks[at].text.len();
        run = match run {
            Some((start, end, sum)) if at <= end + 5 => Some((start, at, sum + weight)),
            _ => Some((at, at, weight)),
        };
        if run.map(|r| r.2) > best.map(|b| b.2) {
            best = run;
        }
    }
    best.map(|(start, end, _)| (start, end + 1))
}

/// The headline above the text that starts at `start`: the likeliest of the lines in reach.
fn title_above(text: &Text<'_>, start: usize) -> Option<usize> {
    let head: Vec<String> = text.blocks.iter().take(12).map(|b| fold(&b.text)).collect();
    let mut best: Option<(i32, usize)> = None;
    for at in start.saturating_sub(REACH)..start {
        let block = &text.blocks[at];
        let count = block.text.chars().count();
        if !matches!(block.kind, BlockKind::Paragraph | BlockKind::Heading(_)) || !(8..=220).contains(&count) {
            continue;
        }
        if matches!(text.roles[at], Role::Date(_) | Role::Label | Role::Navigation | Role::Contact) {
            continue;
        }
        let folded = fold(&block.text);
        let words = folded.split(' ').count();
        let mut score = 0;
        if matches!(block.kind, BlockKind::Heading(_)) {
            score += 4;
        }
        if is_headline(&block.text) {
            score += 3;
        }
        if (4..=20).contains(&words) {
            score += 3;
        }
        // The page's title stands in its first lines too, often with the site's name behind it.
        if folded.len() >= 12 && head.iter().take(at).any(|other| other.contains(&folded)) {
            score += 5;
        }
        let near = (at + 1..(at + 5).min(start + 1)).any(|next| date_of(text, next).is_some());
        if near {
            score += 3;
        }
        if text.blocks[at + 1..start].iter().filter(|b| b.text.chars().count() > 60).count() > 3 {
            score -= 2;
        }
        score -= ((start - at) / 6) as i32;
        if best.is_none_or(|(top, _)| score > top) {
            best = Some((score, at));
        }
    }
    best.filter(|(score, _)| *score >= 4).map(|(_, at)| at)
}

/// The date line nearest to the headline: between it and the text, right above it, or right below the text's start.
fn date_near(text: &Text<'_>, title: Option<usize>, start: usize, end: usize) -> Vec<Candidate> {
    let from = title.unwrap_or(start.saturating_sub(6));
    let below = from..(start + 3).min(end);
    let above = (from.saturating_sub(6)..from).rev();
    let around: Vec<usize> = below.chain(above).collect();
    let mut labelled = Vec::new();
    let mut plain = Vec::new();
    let mut updated = Vec::new();
    for at in around {
        let Some((found, label)) = date_of(text, at) else { continue };
        if found.start.day.is_none() || found.start.year.is_none() {
            continue;
        }
        let block = &text.blocks[at];
        let candidate = Candidate::new(EvidenceKind::Header, found, &block.text, block.lines.first);
        match label {
            Some(Label::Published) => labelled.push(candidate),
            None => plain.push(candidate),
            Some(Label::Updated) => updated.push(candidate),
            _ => {}
        }
    }
    // A page that shows only when it changed last was published no later: the best that can be known.
    [labelled, plain, updated].into_iter().find(|c| !c.is_empty()).unwrap_or_default()
}

/// The date that a short block holds: a date line, or a byline or list that ends or begins with one.
fn date_of(text: &Text<'_>, at: usize) -> Option<(crate::date::Found, Option<Label>)> {
    if let Role::Date(line) = text.roles.get(at)? {
        return Some((line.found.clone(), line.label));
    }
    let block = &text.blocks[at];
    if block.text.chars().count() > 160 || !dating::has_digit(&block.text) {
        return None;
    }
    block.text.split('\n').find_map(|row| {
        if let Some(line) = date::line(row, &text.context.hints) {
            return Some((line.found, line.label));
        }
        if row.chars().count() > 110 || row.ends_with('.') {
            return None;
        }
        let found = date::find(row, &text.context.hints).into_iter().next()?;
        let complete = found.start.year.is_some() && found.start.day.is_some();
        complete.then_some((found, None))
    })
}
