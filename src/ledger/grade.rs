//! How much an edit matters to those who have read the item.

use crate::item::Draft;
use crate::text::{fold, fold_space};

/// The grades of an edit, slightest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grade {
    /// Shows the same: white space, or markup that renders alike.
    Nothing,
    /// Shows otherwise but says the same: typos, punctuation, emphasis, tags. `updated` stays.
    Silent,
    /// Says something else. `updated` moves.
    Correction,
}

/// Grades the edit from one form of an item to the next.
///
/// A typo is a word of at least five letters in lower case that changed by one letter (by two from nine letters
/// on), or in which two neighbours changed places; at most `typos` of them go silently. With `typos` 0 every
/// change of the wording, case and punctuation included, is a correction. Figures and names are never typos.
pub fn grade(old: &Draft, new: &Draft, typos: usize) -> Grade {
    let title = wording(&old.title, &new.title, typos);
    let body = wording(&old.body_text, &new.body_text, typos);
    let (Some(title), Some(body)) = (title, body) else { return Grade::Correction };
    if title.typos + body.typos > typos || old.attachments != new.attachments {
        Grade::Correction
    } else if title.differs || body.differs {
        if typos == 0 { Grade::Correction } else { Grade::Silent }
    } else if markup(&old.body_html) != markup(&new.body_html) || !same_labels(old, new) {
        Grade::Silent
    } else {
        Grade::Nothing
    }
}

/// How the wording changed, where no more than typos did.
struct Wording {
    differs: bool,
    typos: usize,
}

fn wording(old: &str, new: &str, typos: usize) -> Option<Wording> {
    let (old, new) = (fold_space(old), fold_space(new));
    if old == new {
        return Some(Wording { differs: false, typos: 0 });
    }
    let words = |text: &str| {
        text.split(' ')
            .filter(|word| !fold(word).is_empty() || !symbols(word).is_empty())
            .map(String::from)
            .collect::<Vec<_>>()
    };
    let (old, new) = (words(&old), words(&new));
    if old.len() != new.len() {
        return None;
    }
    let mut count = 0;
    for (old, new) in old.iter().zip(&new).filter(|(old, new)| old != new) {
        let digits = |word: &str| word.chars().any(char::is_numeric);
        let (a, b) = (fold(old), fold(new));
        if digits(old) || digits(new) || symbols(old) != symbols(new) {
            return None;
        } else if a != b {
            count += 1;
            if count > typos || !typo(old, new) {
                return None;
            }
        }
    }
    Some(Wording { differs: true, typos: count })
}

/// Currencies, signs and the like, which mean something unlike punctuation.
fn symbols(word: &str) -> Vec<char> {
    word.chars().filter(|c| matches!(c, '$' | '€' | '£' | '¥' | '%' | '+' | '°' | '§' | '#' | '@' | '&')).collect()
}

fn typo(old: &str, new: &str) -> bool {
    let named = |word: &str| word.chars().find(|c| c.is_alphabetic()).is_some_and(char::is_uppercase);
    let letters = |word: &str| fold(word).chars().collect::<Vec<char>>();
    let (a, b) = (letters(old), letters(new));
    if a.len() == b.len() && a.len() >= 3 {
        let first = a.iter().zip(&b).position(|(x, y)| x != y).unwrap_or(0);
        if first + 1 < a.len()
            && a[first] == b[first + 1]
            && a[first + 1] == b[first]
            && a[first + 2..] == b[first + 2..]
        {
            return true;
        }
    }
    let allowed = match a.len().min(b.len()) {
        0..=4 => 0,
        5..=8 => 1,
        _ => 2,
    };
    !named(old) && !named(new) && distance(&a, &b) <= allowed
}

/// Levenshtein's distance.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut before = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let diagonal = before + usize::from(x != y);
            before = row[j + 1];
            row[j + 1] = diagonal.min(before + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

/// Markup without the white space that no one sees.
fn markup(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    for part in fold_space(html).split_inclusive('>') {
        let part = part.strip_prefix(' ').unwrap_or(part);
        match part.find('<') {
            Some(tag) => {
                out.push_str(part[..tag].trim_end());
                out.push_str(&part[tag..]);
            }
            None => out.push_str(part),
        }
    }
    out
}

fn same_labels(old: &Draft, new: &Draft) -> bool {
    let dates = |draft: &Draft| draft.date.as_ref().map(|date| date.published);
    old.tags == new.tags
        && old.authors == new.authors
        && old.image == new.image
        && old.link == new.link
        && old.language == new.language
        && old.aliases == new.aliases
        && fold_space(&old.excerpt) == fold_space(&new.excerpt)
        && dates(old) == dates(new)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typos_are_told_from_changes() {
        let table = [
            ("the goverment said", "the government said", Some(1)),
            ("Teh minister said", "The minister said", Some(1)),
            ("he said: \u{201c}yes\u{201d}", "he said, \"Yes\"", Some(0)),
            ("a  b", "a b", Some(0)),
            ("five were hurt", "nine were hurt", None),
            ("15 were hurt", "16 were hurt", None),
            ("it costs 5 €", "it costs 5 $", None),
            ("Iraq agreed", "Iran agreed", None),
            ("it will open", "it will not open", None),
            ("aaaaab bbbbbc ccccca dddddb", "aaaaaa bbbbbb cccccc dddddd", None),
        ];
        for (old, new, typos) in table {
            assert_eq!(wording(old, new, 3).map(|wording| wording.typos), typos, "{old} / {new}");
        }
    }

    #[test]
    fn white_space_in_markup_is_nothing() {
        assert_eq!(markup("<p> a <b>c</b>\n</p>\n\n<p>b</p>\n"), markup("<p>a <b>c</b></p><p>b</p>"));
        assert_ne!(markup("<p>a</p>"), markup("<p><em>a</em></p>"));
    }
}
