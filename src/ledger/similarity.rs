//! How alike two texts are, told from sketches of bounded size.
//!
//! A sketch keeps hashes of a text's word pairs: all of them for a release of usual length, a fair sample of a
//! longer one's (the smallest hashes, after Broder, *On the resemblance and containment of documents*, 1997).

use std::collections::BTreeSet;

use super::print::spaceless;
use crate::text;

/// Hashes kept of a text.
const KEPT: usize = 256;
/// Words that count as a text's opening.
const OPENING: usize = 80;

/// What is compared of a text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sketch {
    /// Three-character pieces of the title, so that a typo changes little; ascending.
    title: Vec<u32>,
    /// The smallest hashes of the word pairs, ascending.
    pub(super) pairs: Vec<u32>,
    /// The word pairs of the opening, ascending.
    opening: Vec<u32>,
    /// The words with digits in them, of title and text, ascending; years left out.
    numbers: Vec<u32>,
    /// Those of the title alone, with years.
    title_numbers: Vec<u32>,
}

impl Sketch {
    /// The sketch of a title and a text.
    pub fn of(title: &str, body: &str) -> Self {
        let all_numbers = numbers(title).chain(numbers(body)).filter(|word| !year(word));
        let all_numbers = set(all_numbers.map(|word| hash(&[word])).collect(), KEPT);
        let title_numbers = set(numbers(title).map(|word| hash(&[word])).collect(), usize::MAX);
        let title = text::fold(title);
        let body = text::fold(body);
        let words = tokens(&body);
        let pair = |pair: &[&str]| hash(pair);
        let all: Vec<u32> = if words.len() == 1 { vec![hash(&words)] } else { words.windows(2).map(pair).collect() };
        let opening = all[..all.len().min(OPENING)].to_vec();
        let letters: Vec<char> = format!("  {title} ").chars().collect();
        let pieces = letters.windows(3).map(|piece| hash(&[&piece.iter().collect::<String>()]));
        Self {
            title: set(if title.is_empty() { Vec::new() } else { pieces.collect() }, usize::MAX),
            pairs: set(all, KEPT),
            opening: set(opening, usize::MAX),
            numbers: all_numbers,
            title_numbers,
        }
    }

    /// How alike two texts are, 0 to 1: the share of word pairs that they have in common, of all in either.
    /// Of two that are only titles, how alike these are, where that is much; one that is only the other's title
    /// counts as half of it.
    pub fn text(&self, other: &Self) -> f64 {
        match (self.pairs.is_empty(), other.pairs.is_empty()) {
            (true, true) => Some(self.title(other)).filter(|&alike| alike >= 0.7).unwrap_or(0.0),
            (false, false) => resemblance(&self.pairs, &other.pairs),
            _ if self.title(other) >= 0.95 => 0.5,
            _ => 0.0,
        }
    }

    /// How alike two titles are, 0 to 1; at most 0.5 where their numbers differ (`Version 1.2` and `1.3`).
    pub fn title(&self, other: &Self) -> f64 {
        let both = self.title.len() + other.title.len();
        let alike = 2.0 * common(&self.title, &other.title) as f64 / both.max(1) as f64;
        if self.title_numbers == other.title_numbers { alike } else { alike.min(0.5) }
    }

    /// The title's pieces, equal for titles that read the same.
    pub(super) fn title_pieces(&self) -> &[u32] {
        &self.title
    }

    /// A hash of these pieces.
    pub(super) fn title_key(&self) -> u32 {
        self.title.iter().fold(0x811c_9dc5, |key, &piece| (key ^ piece).wrapping_mul(0x0100_0193).rotate_left(5))
    }

    /// How much of the shorter opening stands in the other's, 0 to 1: a teaser and its release give 1. Too
    /// little text gives 0.
    pub fn opening(&self, other: &Self) -> f64 {
        let shorter = self.opening.len().min(other.opening.len());
        if shorter < 8 { 0.0 } else { common(&self.opening, &other.opening) as f64 / shorter as f64 }
    }

    /// Whether each names mostly the other's figures, as far as it names any. A monthly report differs from the last
    /// one by little else, while an edit rarely changes more than one.
    pub fn same_figures(&self, other: &Self) -> bool {
        let least = self.numbers.len().min(other.numbers.len());
        least < 2 || common(&self.numbers, &other.numbers) * 2 >= least
    }
}

/// The words with digits in them, `3.1` as one.
fn numbers(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split_whitespace().map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()));
    words.filter(|word| word.chars().any(char::is_numeric))
}

/// Years are the same in most texts of one.
fn year(word: &str) -> bool {
    word.len() == 4 && (word.starts_with("19") || word.starts_with("20"))
}

/// The words of a folded text; in scripts that set no spaces, the characters.
fn tokens(folded: &str) -> Vec<&str> {
    let mut out = Vec::new();
    for word in folded.split(' ').filter(|word| !word.is_empty()) {
        let mut start = 0;
        for (at, c) in word.char_indices().filter(|&(_, c)| spaceless(c)) {
            if start < at {
                out.push(&word[start..at]);
            }
            start = at + c.len_utf8();
            out.push(&word[at..start]);
        }
        if start < word.len() {
            out.push(&word[start..]);
        }
    }
    out
}

/// FNV-1a over the words with a final mix, so that the smallest hashes are a fair sample.
fn hash(words: &[&str]) -> u32 {
    let mut h = 0xcbf2_9ce4_8422_2325_u64;
    for word in words {
        for byte in word.bytes().chain([0xff]) {
            h = (h ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
    h ^= h >> 33;
    h = h.wrapping_mul(0xff51_afd7_ed55_8ccd);
    h ^= h >> 33;
    (h >> 16) as u32
}

fn set(mut hashes: Vec<u32>, most: usize) -> Vec<u32> {
    hashes.sort_unstable();
    hashes.dedup();
    hashes.truncate(most);
    hashes.shrink_to_fit();
    hashes
}

fn common(a: &[u32], b: &[u32]) -> usize {
    let (mut i, mut j, mut n) = (0, 0, 0);
    while i < a.len() && j < b.len() {
        match a[i].cmp(&b[j]) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => {
                (i, j, n) = (i + 1, j + 1, n + 1);
            }
        }
    }
    n
}

/// The estimate of two sets' resemblance from the smallest hashes of both together.
fn resemblance(a: &[u32], b: &[u32]) -> f64 {
    let union: BTreeSet<u32> = a.iter().chain(b).copied().collect();
    let full = a.len() >= KEPT || b.len() >= KEPT;
    let sample: Vec<u32> = union.into_iter().take(if full { KEPT } else { usize::MAX }).collect();
    let both = sample.iter().filter(|h| a.binary_search(h).is_ok() && b.binary_search(h).is_ok()).count();
    both as f64 / sample.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_as_alike_as_their_words() {
        let a = "The council opened a new footbridge over the river on Monday and closed the old one for repairs.";
        let b = "The council opened a new footbridge over the river on Tuesday and closed the old one for repairs.";
        let c = "Bread prices rose for the third month, the statistics office said in its regular bulletin.";
        let like = |x: &str, y: &str| Sketch::of("t", x).text(&Sketch::of("t", y));
        assert_eq!(like(a, a), 1.0);
        assert!((0.7..0.9).contains(&like(a, b)), "{}", like(a, b));
        assert!(like(a, c) < 0.1);
        assert!(like("大臣は新しい橋を開通させた。", "大臣は新しい橋を開通した。") > 0.5);
    }

    #[test]
    fn a_teaser_opens_its_release() {
        let lede = "The council opened a new footbridge over the river on Monday and closed the old one.";
        let long = format!("{lede} {}", "Further words about the works and their costs follow at length. ".repeat(40));
        assert!(Sketch::of("", lede).opening(&Sketch::of("", &long)) > 0.9);
        assert!(Sketch::of("", lede).text(&Sketch::of("", &long)) < 0.9);
    }

    #[test]
    fn figures_tell_reports_apart() {
        let may = Sketch::of("Bulletin 5", "In May 2025 prices rose by 3.1 percent, wages by 4 percent, rents by 2.");
        let june = Sketch::of("Bulletin 6", "In June 2025 prices rose by 2.7 percent, wages by 5 percent, rents by 9.");
        assert!(!may.same_figures(&june));
        assert!(may.same_figures(&may));
    }
}
