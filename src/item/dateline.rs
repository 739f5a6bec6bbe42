//! Datelines: the place, the date and the agency that open a release's first paragraph.

use super::dating::clip;
use crate::date::{self, Found, Hints};
use crate::text::is_unspaced;

/// A dateline at the start of a paragraph, and where the text behind it starts:
/// `GENEVA, 5 June 2025 — …`, `TAMPA, Fla. (Wire) Wednesday Nov 29, 2023 — …`, `5 June 2025 – Oslo, Norway: …`.
pub(super) fn dateline(text: &str, hints: &Hints<'_>) -> Option<(Found, usize)> {
    let window = clip(text, 220);
    let found = date::find(window, hints).into_iter().next()?;
    found.start.day?;
    let before = window[..found.span.start].trim();
    let behind = &window[found.span.end..];
    let place = before.is_empty() || is_place(before);
    if !place {
        return None;
    }
    let dash = dash_end(behind, before.is_empty()).or_else(|| stop_end(before, behind, &found))?;
    Some((found.clone(), found.span.end + dash))
}

/// The place of a dateline without a date (`Washington, D.C. - …`): where the text behind it starts.
pub(super) fn place_line(text: &str) -> Option<usize> {
    let window = clip(text, 80);
    let marks = ["—", "–", " - ", " -- ", "―"].iter();
    let misread = MISREAD_DASHES.iter().filter(|mark| !mark.starts_with('\u{FFFD}'));
    let spaced = |mark: &str, at: usize| !mark.starts_with('â') || window[..at].ends_with(' ');
    let (at, mark) = marks
        .chain(misread)
        .filter_map(|mark| window.find(mark).filter(|&at| spaced(mark, at)).map(|at| (at, mark.len())))
        .min()?;
    let before = window[..at].trim();
    (!before.is_empty()
        && before.chars().count() <= 48
        && before.split_whitespace().count() <= 6
        && is_place(before)
        && starts_capital(before))
    .then_some(at + mark)
}

fn starts_capital(text: &str) -> bool {
    text.starts_with(|c: char| c.is_uppercase() || is_unspaced(c))
}

/// Whether the words before a date name a place or an agency, not a sentence: capitals, particles, brackets.
fn is_place(before: &str) -> bool {
    const PARTICLES: &[&str] = &[
        "de", "del", "la", "le", "les", "el", "los", "di", "da", "do", "du", "des", "am", "an", "der", "den", "die",
        "on", "sur", "of", "the", "and", "und", "et", "y", "e", "i", "и", "і", "la", "en", "upon", "g", "г", "м", "p",
        "via", "à", "a",
    ];
    let words: Vec<&str> = before
        .split(|c: char| c.is_whitespace() || "(),/[]–—-|:".contains(c))
        .map(|w| w.trim_matches(|c: char| !c.is_alphanumeric()))
        .filter(|w| !w.is_empty())
        .collect();
    if words.is_empty() || words.len() > 12 || before.chars().count() > 110 {
        return false;
    }
    // A full stop followed by a word of lower case, or a verb, shows a sentence; names carry capitals.
    words.iter().all(|word| {
        let first = word.chars().next().unwrap_or(' ');
        first.is_uppercase()
            || first.is_numeric()
            || is_unspaced(first)
            || !has_case(first)
            || word.contains('.')
            || PARTICLES.contains(word)
    })
}

/// Where the text behind a dateline's full stop starts: `Altenbrück, den 3. Mai 2024. Die …`.
fn stop_end(before: &str, behind: &str, found: &Found) -> Option<usize> {
    let place = before.trim_end_matches(|c: char| c.is_lowercase() || c == ' ');
    let is_place = place.ends_with(',') && place.split_whitespace().count() <= 4 && starts_capital(place);
    let text = behind.strip_prefix(['.', ')'])?.trim_start_matches(['.', ' ', '\u{a0}']);
    (is_place && found.is_complete() && starts_capital(text)).then_some(behind.len() - text.len())
}

fn has_case(c: char) -> bool {
    c.is_lowercase() || c.is_uppercase()
}

/// Where the text behind a dateline's dash, bracket or slash starts. `leading`: the date stands first, so that a
/// place may follow it (`5 June 2025 – Oslo, Norway: …`).
fn dash_end(behind: &str, leading: bool) -> Option<usize> {
    const MARKS: &[&str] = &["—", "–", "―", "--", "- ", "-", ":", "|", "电", "電", "讯", "訊"];
    let skip = |at: usize, of: &str| {
        behind.len() - behind[at..].trim_start_matches(|c: char| c.is_whitespace() || of.contains(c)).len()
    };
    let mut at = skip(0, ").,;]）");
    let mut agency = false;
    // An agency or a zone name in brackets or slashes, or a short name with capitals, may stand between date and dash.
    for _ in 0..4 {
        let rest = &behind[at..];
        if let Some(mark) = MARKS.iter().chain(MISREAD_DASHES).find(|mark| rest.starts_with(**mark)) {
            let start = skip(at + mark.len(), "");
            return Some(if leading { start + leading_place(&behind[start..]) } else { after_reporter(behind, start) });
        }
        if let Some(close) = closing(rest) {
            at = skip(at + close, ".");
            agency = true;
            continue;
        }
        if agency && (rest.is_empty() || starts_capital(rest)) {
            return Some(at);
        }
        // `5 June 2025 / Text`.
        if let Some(text) = rest.strip_prefix('/') {
            return Some(behind.len() - text.trim_start().len());
        }
        let word = rest.split(char::is_whitespace).next().unwrap_or_default();
        if word.is_empty() || word.chars().count() > 24 || !starts_capital(word) {
            return None;
        }
        at = skip(at + word.len(), "");
    }
    None
}

/// Dashes that were written in one encoding and read in another.
const MISREAD_DASHES: &[&str] =
    &["â€”", "â€“", "â€\u{94}", "â€\u{93}", "â\u{80}\u{94}", "â\u{80}\u{93}", "\u{96}", "\u{97}", "â ", "\u{FFFD}"];

/// The end of a name in brackets or slashes that a text opens with: `(AP)`, `/ТАСС/`, `（记者…）`.
fn closing(text: &str) -> Option<usize> {
    let ends: &[char] = match text.chars().next()? {
        '(' | '（' => &[')', '）'],
        '[' | '【' => &[']', '】'],
        '/' => &['/'],
        _ => return None,
    };
    let open = text.chars().next().map_or(1, char::len_utf8);
    let at = open + clip(&text[open..], 60).find(ends)?;
    Some(at + text[at..].chars().next().map_or(1, char::len_utf8))
}

/// Behind a dateline without spaces between its words, the reporter's name in brackets.
fn after_reporter(text: &str, start: usize) -> usize {
    let rest = &text[start..];
    if rest.starts_with(['（', '【']) { start + closing(rest).unwrap_or(0) } else { start }
}

fn leading_place(text: &str) -> usize {
    let Some(colon) = clip(text, 60).find([':', '—', '–']) else { return 0 };
    if !is_place(&text[..colon]) || !starts_capital(text) {
        return 0;
    }
    let mark = text[colon..].chars().next().map_or(1, char::len_utf8);
    let rest = &text[colon + mark..];
    colon + mark + rest.len() - rest.trim_start().len()
}
