//! What each block of a text is to a release: headline, date line, label, prose, the end, navigation, a contact.

use super::excerpt;
use super::phrases::{are_fields, is_end, is_label, is_navigation, is_notes_heading};
use crate::date::{self, DateLine, Hints, Label};
use crate::document::{Block, BlockKind};
use crate::text::{has_digit, is_unspaced};

/// A block's role in a release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Role {
    /// A line that is only a date.
    Date(Box<DateLine>),
    /// A line that was meant to be a date and is none: `31.02.2025`.
    BadDate,
    /// `PRESS RELEASE`, `FOR IMMEDIATE RELEASE`.
    Label,
    /// `###`, `-30-`, `ENDS`.
    End,
    /// A rule.
    Rule,
    /// A word or two of navigation.
    Navigation,
    /// `Notes to editors`, `Contact`, `About …`.
    Notes,
    /// A telephone number, an address.
    Contact,
    /// A line that may be a headline.
    Headline,
    /// Sentences.
    Prose,
    /// A list, a table, anything else that is content and no headline.
    Other,
}

/// The roles of all blocks.
pub(super) fn of(blocks: &[Block], hints: &Hints<'_>) -> Vec<Role> {
    blocks.iter().map(|block| role(block, hints)).collect()
}

fn role(block: &Block, hints: &Hints<'_>) -> Role {
    let text = block.text.as_str();
    match block.kind {
        BlockKind::Rule => return Role::Rule,
        BlockKind::Code | BlockKind::Table | BlockKind::Other | BlockKind::Quote => return Role::Other,
        BlockKind::List | BlockKind::Heading(_) | BlockKind::Paragraph => {}
    }
    if text.is_empty() {
        return Role::Other;
    }
    if is_end(text) {
        return Role::End;
    }
    if text.len() <= 160
        && has_digit(text)
        && let Some(line) = date::line(text, hints)
    {
        return Role::Date(Box::new(line));
    }
    if is_bad_date(text, hints) {
        return Role::BadDate;
    }
    if let Some(line) = labelled_date(text, hints) {
        return Role::Date(Box::new(line));
    }
    if is_label(text) {
        return Role::Label;
    }
    if is_navigation(text) {
        return Role::Navigation;
    }
    if is_notes_heading(text) {
        return Role::Notes;
    }
    match block.kind {
        BlockKind::List => Role::Other,
        BlockKind::Heading(_) => Role::Headline,
        _ if is_contact(text) => Role::Contact,
        _ if is_headline(text) => Role::Headline,
        _ => Role::Prose,
    }
}

/// Whether a line is an impossible date and at most a word or two.
fn is_bad_date(text: &str, hints: &Hints<'_>) -> bool {
    text.len() <= 80
        && has_digit(text)
        && date::impossible(text, hints).first().is_some_and(|bad| {
            let beside = text[..bad.span.start].split_whitespace().chain(text[bad.span.end..].split_whitespace());
            beside.filter(|word| word.contains(char::is_alphabetic)).count() <= 2
        })
}

/// A date with nothing beside it but a label or a word of a page's frame: `5 June 2025 Press Release`.
fn labelled_date(text: &str, hints: &Hints<'_>) -> Option<DateLine> {
    if text.len() > 160 || !has_digit(text) {
        return None;
    }
    let found = date::find(text, hints).into_iter().next().filter(date::Found::is_complete)?;
    let (before, behind) = (text[..found.span.start].trim(), text[found.span.end..].trim());
    let says = |rest: &str| is_label(rest) || is_navigation(rest) || is_notes_heading(rest);
    let bare = |rest: &str| !rest.contains(char::is_alphanumeric);
    let labelled = bare(before) && are_fields(behind)
        || bare(behind) && says(before)
        || bare(before) && says(behind) && !behind.starts_with(char::is_lowercase);
    // `Published: 5 June 2025  Source: …  Views: …`: a label, then fields.
    let fields = || {
        let fields = behind.matches([':', '：', '|']).count();
        let line = date::line(&text[..found.span.end], hints)?;
        (fields > 0 && !behind.ends_with(['.', '。']) && line.label == Some(Label::Published)).then_some(line)
    };
    if labelled {
        return Some(DateLine { found, label: Some(Label::Published), place: None, author: None });
    }
    fields()
}

/// Whether a line may be a headline: one thought, not closed by a full stop, not a piece of a sentence.
pub(super) fn is_headline(text: &str) -> bool {
    let count = text.chars().count();
    if !(4..=260).contains(&count) || text.starts_with(|c: char| c.is_lowercase() || "-*•–(".contains(c)) {
        return false;
    }
    let unspaced = text.chars().filter(|c| is_unspaced(*c)).count() * 2 > count;
    if !unspaced && !text.contains(' ') {
        return false;
    }
    if unspaced && count > 60 || !text.chars().any(char::is_alphabetic) {
        return false;
    }
    let last = text.trim_end_matches(|c: char| "\"'”’»)]」』".contains(c)).chars().next_back().unwrap_or('.');
    match last {
        '.' | '。' | ':' | ';' | ',' | '…' | '，' | '：' | '、' => false,
        '!' | '?' | '！' | '？' | '؟' => count <= 120 && excerpt::first_sentence(text) >= text.len(),
        _ => true,
    }
}

/// Whether a short line holds a way to reach somebody.
pub(super) fn is_contact(text: &str) -> bool {
    if text.chars().count() > 140 {
        return false;
    }
    let lower = text.to_lowercase();
    let mail = text.split_whitespace().any(|word| word.find('@').is_some_and(|at| at > 0 && word[at..].contains('.')));
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let phone = digits >= 7
        && text.chars().filter(|c| c.is_alphabetic()).count() < digits * 3
        && (text.contains('+')
            || text.contains('-')
            || text.contains('(')
            || ["tel", "phone", "fax", "mob", "тел", "тел", "téléphone"].iter().any(|w| lower.contains(w)));
    let address = (lower.starts_with("http") || lower.starts_with("www.")) && !text.trim().contains(' ');
    mail && text.split_whitespace().count() <= 12
        || phone
        || address
        || ["contact:", "contacts:", "tel.", "tel:", "phone:", "e-mail:", "email:", "fax:", "тел.", "kontakt:"]
            .iter()
            .any(|w| lower.starts_with(w))
}

/// Where the body that starts at `start` ends before `end`: end marks, contacts, signatures, portraits of the house
/// and navigation behind it are cut off.
pub(super) fn body_end(blocks: &[Block], roles: &[Role], start: usize, end: usize) -> usize {
    let Some(prose) = (start..end).find(|&at| matches!(roles[at], Role::Prose | Role::Other)) else { return end };
    let mut end = (prose..end).find(|&at| roles[at] == Role::End).unwrap_or(end);
    // What a heading of notes opens goes with it, unless that would be most of the text.
    let size = |from: usize, to: usize| blocks[from..to].iter().map(|b| b.text.len()).sum::<usize>();
    if let Some(notes) = (prose + 1..end).find(|&at| roles[at] == Role::Notes)
        && size(notes, end) * 2 <= size(start, end)
    {
        end = notes;
    }
    // A rule with nothing but short lines below it, one of them a contact, opens a signature.
    if let Some(rule) = (prose + 1..end).rev().find(|&at| roles[at] == Role::Rule) {
        let below = rule + 1..end;
        let short = below.clone().all(|at| blocks[at].text.chars().count() <= 100);
        if short && (below.is_empty() || below.len() <= 10 && below.clone().any(|at| roles[at] == Role::Contact)) {
            end = rule;
        }
    }
    loop {
        let last = end - 1;
        if last <= prose {
            return end;
        }
        match roles[last] {
            Role::Navigation | Role::Rule | Role::Contact | Role::Label | Role::Notes => end = last,
            _ => {
                let tail = (prose + 1..end).rev().take_while(|&at| is_scrap(&blocks[at], &roles[at])).count();
                let cut_before = end < blocks.len();
                // Two and more scraps are navigation or a signature; one alone may be the last word of the text.
                if tail >= 2
                    || (tail == 1 && cut_before && roles[end..].iter().all(|r| *r == Role::Contact || *r == Role::Rule))
                {
                    end -= tail;
                }
                return end;
            }
        }
    }
}

/// A short line without a sentence's end, as navigation and signatures have them.
fn is_scrap(block: &Block, role: &Role) -> bool {
    matches!(role, Role::Headline | Role::Prose | Role::Contact | Role::Navigation)
        && matches!(block.kind, BlockKind::Paragraph)
        && block.text.chars().count() <= 45
        && !block.text.ends_with(['.', '!', '?', '。', ':', '”', '"', ';', ','])
}
