//! Words and phrases to look for in folded text.

use crate::text::{fold, is_unspaced};

/// A word, a phrase, or the beginning of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pattern {
    /// Folded, with the spaces at its ends that whole words need.
    needle: String,
}

impl Pattern {
    /// Reads `parliament*`, `border security`, `UN`; `None` where no letter or digit is left of it.
    pub fn new(word: &str) -> Option<Self> {
        let prefix = word.trim_end().ends_with('*');
        let folded = fold(word);
        let first = folded.chars().next()?;
        // Scripts without spaces between words are searched within the running text.
        if is_unspaced(first) {
            return Some(Self { needle: folded });
        }
        Some(Self { needle: if prefix { format!(" {folded}") } else { format!(" {folded} ") } })
    }

    /// Whether a folded text, with a space at either end, holds it.
    pub fn is_in(&self, text: &str) -> bool {
        text.contains(&self.needle)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_words_prefixes_and_phrases() {
        let text =
            format!(" {} ", fold("The Inter-Parliamentary Union met; UN observers came. 港口于周一开放。 STRASSE"));
        for (pattern, expected) in [
            ("parliament*", true),
            ("parliament", false),
            ("UN", true),
            ("union met", true),
            ("observ", false),
            ("observ*", true),
            ("周一", true),
            ("straße", true),
            ("strasse", true),
            ("inter parliamentary", true),
        ] {
            assert_eq!(Pattern::new(pattern).is_some_and(|p| p.is_in(&text)), expected, "{pattern}");
        }
        assert_eq!(Pattern::new(" * "), None);
    }
}
