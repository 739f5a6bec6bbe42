//! What the files of a folder say about one another: which texts stand in several of them, and as what.
//!
//! Kept so that a document can be added and taken out at the price of its own blocks, and so that it shows which other
//! files are spoken of otherwise thereby. Documents are not kept, only the keys of their texts.

use std::collections::{BTreeMap, BTreeSet};

use foldhash::quality::FixedState;
use serde::{Deserialize, Serialize};
use std::hash::BuildHasher as _;

use super::index::Index;
use crate::date::{self, DateOrder, OrderProofs};
use crate::document::Document;
use crate::text::{fold, has_digit};

/// Texts shorter than this (in folded bytes) are too common to prove anything: names, places, labels.
pub(super) const LONG_ENOUGH: usize = 40;
/// A text that stands in more files than this is a formula of the house: no item begins with it.
const FORMULA: usize = 100;

/// A text's key: equal for texts that a reader takes for the same.
///
/// Two halves, so that it lies closely beside a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(super) struct Key(u32, u32);

/// What a folder says of a text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Standing {
    /// It stands in more than one file.
    pub shared: bool,
    /// It opens a dated block in some file: then it opens an item wherever it stands.
    pub head: bool,
}

/// What a folder says of a document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Told {
    /// Of each of its blocks.
    pub standings: Vec<Standing>,
    /// The order of ambiguous numeric dates that its other dates prove, else those of the whole folder.
    pub order: Option<(DateOrder, Proof)>,
}

/// Whose dates prove an order of numeric dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Proof {
    /// Those of the file itself.
    File,
    /// Those of other files of the folder.
    Folder,
}

/// What a document says to its folder.
pub(super) struct Facts {
    /// The key of each block whose text is long enough to prove anything.
    blocks: Vec<Option<Key>>,
    /// These keys, each once, ordered, and whether the text opens a dated block here.
    texts: Vec<(Key, bool)>,
    proofs: OrderProofs,
    /// Whether it has numbers that might be a date in this or that order.
    is_numeric: bool,
}

/// What is kept of a document's facts, to take it out again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Trace {
    texts: Box<[Key]>,
    proofs: OrderProofs,
    is_numeric: bool,
}

/// Evidence across the files of one folder, which have numbers.
#[derive(Debug, Default)]
pub(super) struct Evidence {
    /// The files of each text: twice the number of the file, and one more where the text opens a dated block there.
    files: Index,
    /// What the numeric dates of all files prove about their order.
    order: OrderProofs,
    /// Files with numeric dates that they don't prove the order of.
    undecided: BTreeSet<u32>,
}

/// What a folder said before a change, of what may be touched by it.
#[derive(Debug, Default)]
pub(super) struct Before {
    standings: BTreeMap<Key, Standing>,
    order: Option<DateOrder>,
}

impl Key {
    /// The key of a folded text, where it is long enough to prove anything.
    pub fn of_long(folded: &str) -> Option<Self> {
        (folded.len() >= LONG_ENOUGH).then(|| Self::of(folded))
    }

    /// The key of a folded text of any length: the same in every run of the program on machines of one kind.
    pub fn of(folded: &str) -> Self {
        let hash = FixedState::with_seed(0).hash_one(folded);
        Key((hash >> 32) as u32, hash as u32)
    }
}

impl Trace {
    /// How many texts it is of.
    pub fn len(&self) -> usize {
        self.texts.len()
    }
}

impl Facts {
    pub fn of(document: &Document) -> Self {
        let blocks: Vec<Option<Key>> = document.blocks.iter().map(|block| Key::of_long(&fold(&block.text))).collect();
        let header = &document.header;
        let fields = header.title.iter().chain(header.dates.iter().map(|date| &date.field));
        let numeric = document.blocks.iter().map(|block| block.text.as_str()).filter(|text| has_digit(text));
        Self {
            texts: texts(document, &blocks),
            proofs: numeric.clone().map(date::order_proofs).fold(OrderProofs::default(), OrderProofs::and),
            is_numeric: numeric.chain(fields.map(|field| field.value.as_str())).any(may_be_numeric_date),
            blocks,
        }
    }

    pub fn trace(&self) -> Trace {
        let texts = self.texts.iter().map(|(key, _)| *key).collect();
        Trace { texts, proofs: self.proofs, is_numeric: self.is_numeric }
    }
}

impl Evidence {
    /// Takes a document in.
    pub fn add(&mut self, file: u32, facts: &Facts) {
        for (key, head) in &facts.texts {
            self.files.add(*key, file << 1 | u32::from(*head));
        }
        self.prove(file, facts.proofs, facts.is_numeric);
    }

    /// Takes a document in that was taken in by another process: its trace, and the positions of the texts that opened
    /// a dated block.
    pub fn add_again(&mut self, file: u32, trace: &Trace, heads: &[u32]) {
        let mut heads = heads.iter().peekable();
        for (at, key) in (0..).zip(&trace.texts) {
            let head = heads.next_if_eq(&&at).is_some();
            self.files.add(*key, file << 1 | u32::from(head));
        }
        self.prove(file, trace.proofs, trace.is_numeric);
    }

    /// Makes room for so many more texts.
    pub fn reserve(&mut self, texts: usize) {
        self.files.reserve(texts);
    }

    fn prove(&mut self, file: u32, proofs: OrderProofs, is_numeric: bool) {
        self.order = self.order.and(proofs);
        if is_numeric && proofs.order().is_none() {
            self.undecided.insert(file);
        }
    }

    /// The positions, ascending, of a document's texts that open a dated block there.
    pub fn heads(&self, file: u32, trace: &Trace) -> Vec<u32> {
        let is_head = |key: &Key| self.files.holders(*key).binary_search(&(file << 1 | 1)).is_ok();
        (0..).zip(&trace.texts).filter(|(_, key)| is_head(key)).map(|(at, _)| at).collect()
    }

    /// Takes a document out that was taken in before.
    pub fn remove(&mut self, file: u32, trace: &Trace) {
        for key in &trace.texts {
            self.files.remove(*key, file << 1);
            self.files.remove(*key, file << 1 | 1);
        }
        self.order.day_first -= trace.proofs.day_first;
        self.order.month_first -= trace.proofs.month_first;
        self.undecided.remove(&file);
    }

    /// What the folder says of a document.
    pub fn told(&self, facts: &Facts) -> Told {
        let standing = |key: &Option<Key>| key.map_or_else(Standing::default, |key| self.standing(key));
        let own = facts.proofs.order().map(|order| (order, Proof::File));
        Told {
            standings: facts.blocks.iter().map(standing).collect(),
            order: own.or_else(|| Some((self.order.order()?, Proof::Folder))),
        }
    }

    fn standing(&self, key: Key) -> Standing {
        let files = self.files.holders(key);
        let head = files.len() <= FORMULA && files.iter().any(|file| file & 1 == 1);
        Standing { shared: files.len() > 1, head }
    }

    /// What the folder says before these documents go and those come.
    pub fn before<'f>(&self, gone: impl Iterator<Item = &'f Trace>, came: impl Iterator<Item = &'f Facts>) -> Before {
        let gone = gone.flat_map(|trace| trace.texts.iter().copied());
        let keys = gone.chain(came.flat_map(|facts| facts.texts.iter().map(|(key, _)| *key)));
        // A text that stands nowhere yet can't make another file be read otherwise.
        let known = keys.filter(|key| !self.files.holders(*key).is_empty());
        Before { standings: known.map(|key| (key, self.standing(key))).collect(), order: self.order.order() }
    }

    /// The files that the folder speaks of otherwise than it did before.
    pub fn otherwise(&self, before: &Before) -> BTreeSet<u32> {
        let turned = before.standings.iter().filter(|(key, standing)| self.standing(**key) != **standing);
        let mut files: BTreeSet<u32> =
            turned.flat_map(|(key, _)| self.files.holders(*key).iter().map(|file| file >> 1)).collect();
        if self.order.order() != before.order {
            files.extend(&self.undecided);
        }
        files
    }
}

/// Whether a text holds numbers beside each other that may be parts of a date whose order is not told by itself.
fn may_be_numeric_date(text: &str) -> bool {
    // Digits of the number under way, and how many other characters stand behind it.
    let (mut digits, mut behind, mut short) = (0, 0, false);
    for c in text.chars() {
        if c.is_numeric() {
            if behind > 0 {
                if short && behind <= 3 {
                    return true;
                }
                digits = 0;
            }
            (digits, behind) = (digits + 1, 0);
            short = matches!(digits, 1 | 2 | 4);
        } else if c.is_alphabetic() {
            (digits, behind, short) = (0, 0, false);
        } else if digits > 0 {
            behind += 1;
        }
    }
    false
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

#[cfg(test)]
mod tests {
    use super::Key;

    #[test]
    fn a_key_is_the_same_in_every_run() {
        // Other numbers make what was kept of older folders useless, and nothing worse: it is kept by program.
        assert_eq!(Key::of("the quay is closed"), Key(4_120_645_359, 305_278_822));
    }
}
