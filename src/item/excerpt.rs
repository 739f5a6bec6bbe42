//! Sentences: where the first one ends, and how a text is cut to a length without hurting one.

use crate::text::is_unspaced;

/// Words before a full stop that end no sentence, lower case, without the stop.
const ABBREVIATIONS: &[&str] = &[
    "mr", "mrs", "ms", "dr", "prof", "st", "sen", "sens", "rep", "reps", "gov", "gen", "col", "lt", "capt", "sgt",
    "hon", "rev", "jr", "sr", "inc", "ltd", "co", "corp", "bros", "vs", "no", "nos", "vol", "fig", "art", "dept",
    "approx", "ca", "cf", "etc", "al", "e.g", "i.e", "u.s", "u.k", "u.n", "d.c", "a.m", "p.m", "jan", "feb", "mar",
    "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec", "z.b", "d.h", "u.a", "bzw", "usw", "nr", "str",
    "hr", "fr", "dipl", "ing", "mag", "mme", "mlle", "mm", "av", "env", "sra", "sta", "dott", "sig", "ing", "avv",
    "d.ssa", "pan", "tzv", "např", "mj", "np", "tzn", "ul", "im", "inż", "м", "г", "гг", "ул", "им", "т", "д", "тыс",
    "млн", "млрд", "руб", "стр", "рис", "см", "напр", "др", "проф", "вул", "ім", "р", "рр", "тис",
];

/// The byte length of the first sentence, its end mark and closing quotation marks included; the whole text where
/// no sentence ends.
pub(super) fn first_sentence(text: &str) -> usize {
    for (at, c) in text.char_indices() {
        if matches!(c, '。' | '！' | '？' | '｡') {
            return closing(text, at + c.len_utf8());
        }
        if !matches!(c, '.' | '!' | '?' | '…' | '؟' | '।' | ';' | '\n') || (c == ';' && !is_greek(text, at)) {
            continue;
        }
        if c == '\n' {
            return at;
        }
        let end = closing(text, at + c.len_utf8());
        let rest = &text[end..];
        if rest.is_empty() {
            return end;
        }
        if !rest.starts_with(char::is_whitespace) {
            continue;
        }
        let next = rest.trim_start().chars().find(|c| !"\"'“„«‘(¿¡[–—-".contains(*c));
        let goes_on = next.is_some_and(|n| n.is_lowercase());
        if !goes_on && (c != '.' || !is_abbreviation(&text[..at], next)) {
            return end;
        }
    }
    text.len()
}

/// The text cut at the last sentence that ends within `limit` characters, or at a clause with an ellipsis where the
/// first sentence is longer.
pub(super) fn cut_at_sentence(text: &str, limit: usize) -> String {
    let mut end = 0;
    while end < text.len() {
        let next = end + first_sentence(&text[end..]);
        if text[..next].chars().count() > limit {
            break;
        }
        end = next + (text[next..].len() - text[next..].trim_start().len());
    }
    if end == 0 { cut_at_clause(text, limit) } else { text[..end].trim_end().to_string() }
}

/// The text as it is where it fits, else cut to at most `limit` characters at a clause, or at a word, with an ellipsis.
pub(super) fn cut_at_clause(text: &str, limit: usize) -> String {
    let Some((hard, _)) = text.char_indices().nth(limit) else { return text.to_string() };
    let head = &text[..hard];
    let clause = head
        .char_indices()
        .filter(|(at, c)| {
            matches!(c, ',' | ';' | ':' | '–' | '—' | '，' | '、' | '；' | '：' | '،')
                && *at > hard * 3 / 5
                && !within_number(head, *at)
        })
        .map(|(at, _)| at)
        .next_back();
    let end = clause.unwrap_or_else(|| match head.rfind(char::is_whitespace) {
        Some(at) if at > hard / 2 => at,
        _ => hard,
    });
    format!("{}…", head[..end].trim_end_matches(|c: char| c.is_whitespace() || ",;:–—-".contains(c)))
}

fn within_number(text: &str, at: usize) -> bool {
    text[..at].ends_with(|c: char| c.is_ascii_digit()) && text[at..].chars().nth(1).is_some_and(|c| c.is_ascii_digit())
}

fn is_greek(text: &str, at: usize) -> bool {
    text[..at].chars().next_back().is_some_and(|c| matches!(c, '\u{370}'..='\u{3FF}'))
}

/// The end of the quotation marks and brackets that close right behind a sentence's end.
fn closing(text: &str, end: usize) -> usize {
    let rest = &text[end..];
    end + rest.len() - rest.trim_start_matches(|c: char| "\"'”’»)]」』.!?…".contains(c)).len()
}

/// Whether the full stop behind `head` belongs to an abbreviation, an initial or an ordinal number.
fn is_abbreviation(head: &str, next: Option<char>) -> bool {
    let word = head.rsplit(|c: char| c.is_whitespace() || "(\"“„«".contains(c)).next().unwrap_or_default();
    if word.is_empty() {
        return false;
    }
    if word.chars().all(|c| c.is_ascii_digit()) {
        // `5. Juni`, `28 April 2003. in`: an ordinal or a date goes on; a year closes a sentence before a capital.
        return word.len() <= 2 || next.is_some_and(char::is_lowercase);
    }
    let letters: Vec<&str> = word.split('.').collect();
    if letters.iter().all(|part| part.chars().count() == 1) && !word.starts_with(is_unspaced) {
        return true;
    }
    ABBREVIATIONS.contains(&word.to_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_sentence_ends_where_a_reader_ends_it() {
        for (text, first) in [
            ("The lock reopened. Boats passed.", "The lock reopened."),
            ("Secretary I.N. Petrov met Dr. Lee. They spoke.", "Secretary I.N. Petrov met Dr. Lee."),
            (
                "We recall that on 28 April 2003. in the city of Harl, it began. More.",
                "We recall that on 28 April 2003. in the city of Harl, it began.",
            ),
            ("Am 5. Juni 2025 öffnete der Hafen. Danach", "Am 5. Juni 2025 öffnete der Hafen."),
            ("“We are glad.” She left.", "“We are glad.”"),
            ("Prices rose by 3.5 per cent. Then", "Prices rose by 3.5 per cent."),
            ("港口于周一开放。第二句。", "港口于周一开放。"),
            ("No end here", "No end here"),
        ] {
            assert_eq!(&text[..first_sentence(text)], first);
        }
    }

    #[test]
    fn cutting_keeps_sentences_then_clauses_then_words() {
        assert_eq!(cut_at_sentence("One. Two. Three is longer.", 10), "One. Two.");
        assert_eq!(
            cut_at_clause("The harbour board, which met on Tuesday, adopted the plan", 45),
            "The harbour board, which met on Tuesday…"
        );
        assert_eq!(cut_at_clause("Short", 45), "Short");
        assert_eq!(cut_at_clause("The years of building 2021–2024 were long", 36), "The years of building 2021–2024…");
        assert_eq!(cut_at_clause("The years of building from 2021–today", 34), "The years of building from 2021…");
    }
}
