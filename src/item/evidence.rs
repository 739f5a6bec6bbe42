//! What the files of a folder say about one another: which texts stand in several of them, and as what.
//!
//! Kept as counts that a document can be added to and taken from, so that one changed file costs its own blocks.

use std::collections::HashMap;

use crate::date::{self, DateOrder, OrderProofs};
use crate::document::Document;
use crate::text::{fold, has_digit};

/// Texts shorter than this (in folded bytes) are too common to prove anything: names, places, labels.
const LONG_ENOUGH: usize = 40;

/// A text's key: equal for texts that a reader takes for the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Key(u64);

/// Evidence across the files of one folder.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Evidence {
    seen: HashMap<Key, Seen>,
    files: HashMap<String, Words>,
    /// What the numeric dates of all files prove about their order.
    order: OrderProofs,
}

/// What a folder says of a text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Standing {
    /// It stands in more than one file.
    pub shared: bool,
    /// It opens a dated block in some file: then it opens an item wherever it stands.
    pub head: bool,
}

/// Whose dates prove an order of numeric dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Proof {
    /// Those of the file itself.
    File,
    /// Those of other files of the folder.
    Folder,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Seen {
    /// In how many files it stands.
    files: u32,
    /// In how many of them it opens a dated block, or the file.
    heads: u32,
}

impl Key {
    /// The key of a folded text, where it is long enough to prove anything.
    pub fn of_long(folded: &str) -> Option<Self> {
        (folded.len() >= LONG_ENOUGH).then(|| Self::of(folded))
    }

    /// The key of a folded text of any length: eight bytes a step are multiplied in, high half and low half (the mixing
    /// of wyhash). Texts are compared with those of their own folder, so that no secret is needed.
    pub fn of(folded: &str) -> Self {
        let mix = |key: u64| {
            let product = u128::from(key) * 0x9e37_79b9_7f4a_7c15;
            (product >> 64) as u64 ^ product as u64
        };
        let (steps, rest) = folded.as_bytes().as_chunks::<8>();
        let mut last = [0; 8];
        last[..rest.len()].copy_from_slice(rest);
        let words = steps.iter().chain([&last]).map(|step| u64::from_le_bytes(*step));
        Key(words.fold(mix(!(folded.len() as u64)), |key, word| mix(key ^ word)))
    }
}

impl Evidence {
    /// The evidence of a whole folder.
    pub fn of<'d>(documents: impl IntoIterator<Item = &'d Document>) -> Self {
        let mut evidence = Self::default();
        for document in documents {
            evidence.add(document);
        }
        evidence
    }

    /// Takes a document in.
    pub fn add(&mut self, document: &Document) {
        self.take(&document.path, Words::of(document));
    }

    /// Takes in what a document says.
    pub(super) fn take(&mut self, path: &str, words: Words) {
        for (key, head) in words.texts() {
            let seen = self.seen.entry(key).or_default();
            seen.files += 1;
            seen.heads += u32::from(head);
        }
        self.order = self.order.and(words.proofs);
        self.files.insert(path.to_string(), words);
    }

    /// Takes a document out that was taken in before.
    pub fn remove(&mut self, path: &str) {
        let Some(words) = self.files.remove(path) else { return };
        for (key, head) in words.texts() {
            if let Some(seen) = self.seen.get_mut(&key) {
                seen.files -= 1;
                seen.heads -= u32::from(head);
                if seen.files == 0 {
                    self.seen.remove(&key);
                }
            }
        }
        self.order.day_first -= words.proofs.day_first;
        self.order.month_first -= words.proofs.month_first;
    }

    /// The order of ambiguous numeric dates that the other dates of a file prove, else those of the whole folder.
    pub(super) fn order(&self, path: &str) -> Option<(DateOrder, Proof)> {
        let file = self.files.get(path).and_then(|words| words.proofs.order()).map(|order| (order, Proof::File));
        file.or_else(|| Some((self.order.order()?, Proof::Folder)))
    }

    /// What the folder says of each block of a document that was taken in.
    pub(super) fn standings(&self, document: &Document) -> Vec<Standing> {
        let standing = |(key, _): &(Option<Key>, bool)| {
            let seen = key.and_then(|key| self.seen.get(&key));
            seen.map_or(Standing::default(), |seen| Standing { shared: seen.files > 1, head: seen.heads > 0 })
        };
        let known = self.files.get(&document.path).map(|words| words.blocks.iter().map(standing).collect());
        known.unwrap_or_else(|| vec![Standing::default(); document.blocks.len()])
    }
}

/// What one document says, as far as it is compared with others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Words {
    /// The key of each block that is long enough to prove anything, and whether it stands right under a date line.
    blocks: Vec<(Option<Key>, bool)>,
    /// What its numeric dates prove about their order.
    proofs: OrderProofs,
}

impl Words {
    pub fn of(document: &Document) -> Self {
        let mut under_date = false;
        let blocks = document.blocks.iter().map(|block| {
            let key = Key::of_long(&fold(&block.text));
            let head = key.is_some() && under_date;
            under_date = key.is_none() && super::dating::is_date_line(&block.text);
            (key, head)
        });
        let blocks = blocks.collect();
        let texts = document.blocks.iter().map(|block| block.text.as_str()).filter(|text| has_digit(text));
        let proofs = texts.map(date::order_proofs).fold(OrderProofs::default(), OrderProofs::and);
        Self { blocks, proofs }
    }

    /// The texts long enough, each once, and whether it stands under a date line.
    fn texts(&self) -> Vec<(Key, bool)> {
        let mut out: Vec<(Key, bool)> = self.blocks.iter().filter_map(|(key, head)| Some(((*key)?, *head))).collect();
        // One entry a text; `true` sorts last and wins.
        out.sort_unstable();
        out.reverse();
        out.dedup_by_key(|(key, _)| *key);
        out
    }
}
