//! What the files of a folder say about one another: which texts stand in several of them, and as what.
//!
//! Kept as counts that a document can be added to and taken from, so that one changed file costs its own blocks.

use std::collections::HashMap;

use super::dating::has_digit;
use crate::date::{self, DateOrder, OrderProofs};
use crate::document::Document;
use crate::text::fold;

/// Texts shorter than this (in folded bytes) are too common to prove anything: names, places, labels.
const LONG_ENOUGH: usize = 40;

/// A text's key: equal for texts that a reader takes for the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Key(u64);

/// Evidence across the files of one folder.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Evidence {
    seen: HashMap<Key, Seen>,
    /// The keys of each file's blocks, in order: folding a text costs more than all else that is done with it.
    keys: HashMap<String, Vec<Option<Key>>>,
    /// What the numeric dates of each file prove about their order.
    orders: HashMap<String, OrderProofs>,
    /// The same of all files.
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

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Seen {
    /// In how many files it stands.
    files: u32,
    /// In how many of them it opens a dated block, or the file.
    heads: u32,
}

/// The key of a text, where it is long enough to prove anything.
pub(super) fn key(text: &str) -> Option<Key> {
    let folded = fold(text);
    (folded.len() >= LONG_ENOUGH).then(|| Key::of(&folded))
}

impl Key {
    /// The key of a folded text of any length.
    pub fn of(folded: &str) -> Self {
        let hash = blake3::hash(folded.as_bytes());
        Key(u64::from_le_bytes(hash.as_bytes()[..8].try_into().expect("a hash has 32 bytes")))
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
        let keys: Vec<Option<Key>> = document.blocks.iter().map(|block| key(&block.text)).collect();
        for (key, head) in texts(document, &keys) {
            let seen = self.seen.entry(key).or_default();
            seen.files += 1;
            seen.heads += u32::from(head);
        }
        self.keys.insert(document.path.clone(), keys);
        let proofs = proofs(document);
        self.order = self.order.and(proofs);
        self.orders.insert(document.path.clone(), proofs);
    }

    /// Takes a document out that was taken in before.
    pub fn remove(&mut self, document: &Document) {
        let Some(keys) = self.keys.remove(&document.path) else { return };
        for (key, head) in texts(document, &keys) {
            if let Some(seen) = self.seen.get_mut(&key) {
                seen.files -= 1;
                seen.heads -= u32::from(head);
                if seen.files == 0 {
                    self.seen.remove(&key);
                }
            }
        }
        if let Some(proofs) = self.orders.remove(&document.path) {
            self.order.day_first -= proofs.day_first;
            self.order.month_first -= proofs.month_first;
        }
    }

    /// The order of ambiguous numeric dates that the other dates of a file prove, else those of the whole folder.
    pub(super) fn order(&self, path: &str) -> Option<DateOrder> {
        self.orders.get(path).and_then(OrderProofs::order).or_else(|| self.order.order())
    }

    /// What the folder says of each block of a document that was taken in.
    pub(super) fn standings(&self, document: &Document) -> Vec<Standing> {
        let standing = |key: &Option<Key>| {
            let seen = key.and_then(|key| self.seen.get(&key));
            seen.map_or(Standing::default(), |seen| Standing { shared: seen.files > 1, head: seen.heads > 0 })
        };
        let known = self.keys.get(&document.path).map(|keys| keys.iter().map(standing).collect());
        known.unwrap_or_else(|| vec![Standing::default(); document.blocks.len()])
    }
}

fn proofs(document: &Document) -> OrderProofs {
    let texts = document.blocks.iter().map(|block| block.text.as_str()).filter(|text| has_digit(text));
    texts.map(date::order_proofs).fold(OrderProofs::default(), OrderProofs::and)
}

/// The provable texts of a document, each once, and whether it stands right under a date line there.
fn texts(document: &Document, keys: &[Option<Key>]) -> Vec<(Key, bool)> {
    let mut out: Vec<(Key, bool)> = Vec::new();
    let mut under_date = false;
    for (block, key) in document.blocks.iter().zip(keys) {
        if let Some(key) = key {
            out.push((*key, under_date));
            under_date = false;
        } else {
            under_date = super::dating::is_date_line(&block.text);
        }
    }
    // One entry a text; `true` sorts last and wins.
    out.sort_unstable();
    out.reverse();
    out.dedup_by_key(|(key, _)| *key);
    out
}
