//! Traps: dates in the first sentences that tell of something else than the publication, with the reason.
//!
//! They are never taken; they are listed so that a person sees they were seen.

use super::dating::{self, Candidate};
use super::phrases;
use super::{PassedOver, excerpt};
use crate::date::{self, Found, Hints};
use crate::document::{Block, BlockKind};
use crate::text::has_digit;

/// So many paragraphs are looked at, and so much of each.
const PARAGRAPHS: usize = 4;
const WINDOW: usize = 1200;
/// More are not listed.
const MOST: usize = 6;

/// The full dates in the first paragraphs of a body that are no candidates.
pub(super) fn passed_over<'b>(
    body: impl Iterator<Item = &'b Block>,
    candidates: &[Candidate],
    hints: &Hints<'_>,
) -> Vec<PassedOver> {
    let mut out = Vec::new();
    let paragraphs = body.filter(|block| matches!(block.kind, BlockKind::Paragraph | BlockKind::Quote));
    for block in paragraphs.take(PARAGRAPHS).filter(|block| has_digit(&block.text)) {
        let text = dating::clip(&block.text, WINDOW);
        for found in date::find(text, hints).into_iter().filter(Found::is_complete) {
            let words = &text[found.span.clone()];
            let known = candidates.iter().any(|c| c.line == block.lines.first && c.text.contains(words));
            if !known && out.len() < MOST {
                let reason = reason(text, &found);
                out.push(PassedOver { text: words.to_string(), line: block.lines.first, reason: reason.into() });
            }
        }
    }
    out
}

/// Why a date in a sentence is not the day of publication.
fn reason(text: &str, found: &Found) -> &'static str {
    let (before, behind) = (&text[..found.span.start], &text[found.span.end..]);
    let open = |pairs: &[(char, char)]| {
        pairs.iter().any(|(open, close)| match before.rfind(*open) {
            Some(at) => !before[at..].contains(*close) && behind.contains(*close),
            None => false,
        })
    };
    let word = before.rsplit(char::is_whitespace).next().unwrap_or_default();
    if word.contains("://") || word.starts_with("www.") || word.contains('/') {
        return "in a link";
    }
    if open(&[('(', ')'), ('（', '）'), ('[', ']')]) {
        return "in parentheses";
    }
    if open(&[('“', '”'), ('„', '“'), ('«', '»'), ('「', '」')]) || before.matches('"').count() % 2 == 1 {
        return "in quoted speech";
    }
    let from = before.len() - sentence_tail(before);
    let sentence = &text[from..];
    let sentence = &sentence[..excerpt::first_sentence(sentence).min(sentence.len())];
    if before.contains('©') {
        "a copyright line"
    } else if phrases::is_recalled(sentence) {
        "recalled"
    } else if phrases::is_anniversary(sentence) || found.start.year.is_some_and(|year| year < 1990) {
        "an anniversary or a past event"
    } else if phrases::is_deadline(dating::tail(before, 24)) {
        "a deadline or a plan"
    } else if found.end.is_some() {
        "a period"
    } else {
        "in the text"
    }
}

/// How many bytes at the end of a text belong to a sentence that has begun there.
fn sentence_tail(text: &str) -> usize {
    let mut start = 0;
    while start < text.len() {
        // White space first: a line break ends a sentence before it has begun.
        let begins = text.len() - text[start..].trim_start().len();
        let next = begins + excerpt::first_sentence(&text[begins..]);
        if next >= text.len() {
            break;
        }
        start = next;
    }
    text.len() - start
}
