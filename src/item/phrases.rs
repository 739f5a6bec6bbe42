//! The set phrases of press releases in many languages: labels that are no titles, marks that end a release,
//! headings of boilerplate, words of navigation. Matching is on [`crate::text::fold`]ed text.

use super::words::{
    ABOUT, ANNIVERSARIES, BINDING, BYLINES, DEADLINES, ENDS, FIELDS, Folded, LABELS, LETTERHEADS, NAVIGATION, NOTES,
    RECALLED, SECTIONS, UNDER_WAY,
};
use crate::text::{fold, is_unspaced};

/// Whether a line is a label and nothing else.
pub(super) fn is_label(text: &str) -> bool {
    if text.chars().count() > 80 {
        return false;
    }
    let folded = fold(text);
    let is_letterhead = LETTERHEADS.like(&folded).iter().any(|words| folded.starts_with(words.as_str()));
    is_letterhead
        || SECTIONS.contains(&folded)
        || LABELS.like(&folded).iter().any(|label| {
            folded.strip_prefix(label.as_str()).is_some_and(|rest| {
                rest.is_empty()
                    || rest.starts_with(' ')
                        && rest.split(' ').filter(|word| word.chars().all(char::is_alphabetic)).count() <= 3
            })
        })
}

/// A title without the label that stands before it: `PRESS RELEASE: New ferry`, `[보도자료] …`.
pub(super) fn without_label(title: &str) -> &str {
    const CLOSED: [(char, char); 5] = [('[', ']'), ('(', ')'), ('【', '】'), ('（', '）'), ('〔', '〕')];
    let closed = CLOSED.iter().find_map(|(open, close)| title.strip_prefix(*open)?.split_once(*close));
    let parted = || {
        let mark = title.char_indices().find(|(at, c)| match c {
            ':' | '：' | '|' | '–' | '—' => true,
            '-' => title[..*at].ends_with(' ') && title[at + 1..].starts_with(' '),
            _ => false,
        });
        mark.map(|(at, c)| (&title[..at], &title[at + c.len_utf8()..]))
    };
    match closed.or_else(parted) {
        Some((label, rest)) if is_label(label) => {
            let rest = rest.trim();
            let says = rest.chars().filter(|c| c.is_alphabetic()).count() >= 4 && !rest.starts_with(char::is_lowercase);
            if says { rest } else { title }
        }
        _ => title,
    }
}

/// Whether fields of a page's frame, and nothing else, stand behind a date: `来源：… 浏览次数：…`, `Source: … | Views: …`.
pub(super) fn are_fields(text: &str) -> bool {
    let name = text.trim_start_matches(|c: char| !c.is_alphanumeric()).split([':', '：']).next().unwrap_or_default();
    name.len() < text.len() && FIELDS.contains(&fold(name))
}

/// Whether a line marks the end of a release (`###`, `-30-`, `ENDS`).
pub(super) fn is_end(text: &str) -> bool {
    let text = text.trim();
    text.len() <= 12 && {
        let lower = text.to_lowercase();
        // `end` in lower case may be a word of the text; the mark is set in capitals or between dashes.
        ENDS.contains(&lower.as_str()) && (text != lower || !text.starts_with(char::is_alphabetic))
    }
}

/// Whether a line heads what follows the release: notes to editors, contacts, a portrait of the house.
pub(super) fn is_notes_heading(text: &str) -> bool {
    let count = text.chars().count();
    if count > 80 || text.trim_end().ends_with(['.', '!', '?']) {
        return false;
    }
    let folded = fold(text);
    NOTES.contains(&folded)
        || ABOUT.like(&folded).iter().any(|about| {
            let next = text.split_whitespace().skip(about.split(' ').count()).take(2);
            // One word may begin a sentence; two and more are a set phrase.
            let named = about.contains(' ') || next.into_iter().any(|word| !word.starts_with(char::is_lowercase));
            let short = |rest: &str| rest.starts_with(' ') && rest.split(' ').count() <= 7;
            named && folded.strip_prefix(about.as_str()).is_some_and(short)
        })
}

/// Whether a short line names who wrote a text or took its picture.
pub(super) fn is_byline(text: &str) -> bool {
    if text.chars().count() > 80 || text.ends_with('.') {
        return false;
    }
    let mut words = text.split_whitespace();
    let Some(first) = words.next() else { return false };
    let names: Vec<&str> = words.collect();
    let folded = fold(first);
    let led = BYLINES.contains(&folded) && (first.ends_with(':') || names.len() <= 6);
    led && names.iter().filter(|word| word.starts_with(char::is_lowercase)).count() <= 2
        && names.first().is_none_or(|name| !name.starts_with(char::is_lowercase))
}

/// Whether a line says whose the page is: `© 2019–2024 Harbour Trust`.
pub(super) fn is_copyright(text: &str) -> bool {
    let marked = ["©", "(c) ", "Copyright ©", "Copyright (c)"].iter().any(|mark| text.starts_with(mark));
    marked && text.chars().count() <= 140
}

/// Whether a line is a word or two of navigation.
pub(super) fn is_navigation(text: &str) -> bool {
    if text.chars().count() > 40 {
        return false;
    }
    let folded = fold(text);
    NAVIGATION
        .like(&folded)
        .iter()
        .any(|word| folded == *word || (word.contains(' ') && folded.starts_with(word.as_str())))
        || folded.strip_prefix("back to ").is_some_and(|rest| rest.split(' ').count() <= 4)
}

/// Whether a sentence tells of something that is still going on.
pub(super) fn is_under_way(sentence: &str) -> bool {
    let folded = format!(" {} ", fold(sentence));
    UNDER_WAY.all().iter().any(|words| {
        folded.match_indices(words.as_str()).any(|(at, _)| {
            words.starts_with(is_unspaced)
                || (folded[..at].ends_with(' ') && folded[at + words.len()..].starts_with(' '))
        })
    })
}

fn says_any(text: &str, words: &[String]) -> bool {
    let folded = format!(" {} ", fold(text));
    words.iter().any(|word| folded.contains(&format!(" {word} ")))
}

/// Whether a sentence recalls what was told before.
pub(super) fn is_recalled(sentence: &str) -> bool {
    says_any(sentence, RECALLED.all())
}

/// Whether a sentence tells of an anniversary or a founding.
pub(super) fn is_anniversary(sentence: &str) -> bool {
    says_any(sentence, ANNIVERSARIES.all())
}

/// Whether the words right before a date set it as an end.
pub(super) fn is_deadline(before: &str) -> bool {
    ends_with_one_of(before, &DEADLINES)
}

/// Whether words bind the date behind them to what they say: `the quarter ended`, `Minutes of`.
pub(super) fn binds(before: &str) -> bool {
    ends_with_one_of(before, &BINDING)
}

fn ends_with_one_of(text: &str, phrases: &Folded) -> bool {
    let folded = fold(text);
    let is_whole = |rest: &str| rest.is_empty() || rest.ends_with(' ');
    phrases.all().iter().any(|phrase| folded.strip_suffix(phrase.as_str()).is_some_and(is_whole))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_told_from_titles() {
        for label in [
            "PRESS RELEASE",
            "For Immediate Release:",
            "Pressemitteilung Nr. 12/2025",
            "Communiqué de presse",
            "ПРЕСС-РЕЛИЗ",
            "보도자료",
            "News release no. 44",
        ] {
            assert!(is_label(label), "{label}");
        }
        for title in [
            "Press release archive opens to the public this week",
            "Embargo on river sand lifted by the harbour board",
            "Ferry line reopens",
        ] {
            assert!(!is_label(title), "{title}");
        }
    }

    #[test]
    fn labels_before_titles_come_off() {
        for (title, without) in [
            ("PRESS RELEASE: New ferry", "New ferry"),
            ("[보도자료] 새 여객선 취항", "새 여객선 취항"),
            ("【プレスリリース】新型フェリーを就航", "新型フェリーを就航"),
            ("Pressemitteilung Nr. 12 – Neue Fähre", "Neue Fähre"),
            ("Communiqué de presse | Nouveau bac", "Nouveau bac"),
            ("Press release archive: opened to all", "Press release archive: opened to all"),
            ("New ferry: first crossing", "New ferry: first crossing"),
            ("PRESS RELEASE:", "PRESS RELEASE:"),
        ] {
            assert_eq!(without_label(title), without);
        }
    }

    #[test]
    fn fields_behind_a_date() {
        assert!(["来源：新华网", " | Source: Coast Wire", "작성자: 김하늘"].iter().all(|text| are_fields(text)));
        assert!(["Update: ferry sold", "来源", ""].iter().all(|text| !are_fields(text)));
    }

    #[test]
    fn ends_notes_and_navigation() {
        assert!(["###", "-30-", "ENDS", "- ENDS -", "* * *"].iter().all(|end| is_end(end)));
        assert!(!is_end("end") && !is_end("The end"));
        assert!(
            ["Notes to editors:", "About Tidewater Harbour Trust", "Über die Stadtwerke", "Контакти"]
                .iter()
                .all(|n| is_notes_heading(n))
        );
        assert!(!is_notes_heading("About 300 people came to the opening of the lock on Sunday and stayed until night"));
        assert!(["Go back", "Back to the section", "Zurück", "返回"].iter().all(|n| is_navigation(n)));
        assert!(!is_navigation("Back pay for dockers"));
    }

    #[test]
    fn what_is_under_way() {
        assert!(is_under_way("From 17 to 20 March 2025, the port is holding an exercise."));
        assert!(is_under_way("С 3 по 5 июня проходит форум."));
        assert!(!is_under_way("From 17 to 20 March 2025, the port held an exercise."));
    }
}
