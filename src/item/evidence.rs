//! What the files of a folder say about one another: which texts stand in several of them, and as what.
//!
//! Kept as counts that a document can be added to and taken from, so that one changed file costs its own blocks.

use std::collections::HashMap;

use crate::document::Document;
use crate::text::fold;

/// Texts shorter than this (in folded bytes) are too common to prove anything: names, places, labels.
const LONG_ENOUGH: usize = 40;

/// A text's key: equal for texts that a reader takes for the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Key(u64);

/// Evidence across the files of one folder.
#[derive(Debug, Clone, Default)]
pub struct Evidence {
    seen: HashMap<Key, Seen>,
}

#[derive(Debug, Clone, Copy, Default)]
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
        for (key, head) in texts(document) {
            let seen = self.seen.entry(key).or_default();
            seen.files += 1;
            seen.heads += u32::from(head);
        }
    }

    /// Takes a document out that was taken in before.
    pub fn remove(&mut self, document: &Document) {
        for (key, head) in texts(document) {
            if let Some(seen) = self.seen.get_mut(&key) {
                seen.files -= 1;
                seen.heads -= u32::from(head);
                if seen.files == 0 {
                    self.seen.remove(&key);
                }
            }
        }
    }

    /// Whether a text stands in more than one file.
    pub(super) fn is_shared(&self, text: &str) -> bool {
        self.lookup(text).is_some_and(|seen| seen.files > 1)
    }

    /// Whether a text opens a dated block in some file: then it opens an item wherever it stands.
    pub(super) fn is_head(&self, text: &str) -> bool {
        self.lookup(text).is_some_and(|seen| seen.heads > 0)
    }

    fn lookup(&self, text: &str) -> Option<Seen> {
        key(text).and_then(|key| self.seen.get(&key).copied())
    }
}

/// The provable texts of a document, each once, and whether it stands right under a date line there.
fn texts(document: &Document) -> Vec<(Key, bool)> {
    let mut out: Vec<(Key, bool)> = Vec::new();
    let mut under_date = false;
    for block in &document.blocks {
        if let Some(key) = key(&block.text) {
            out.push((key, under_date));
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
