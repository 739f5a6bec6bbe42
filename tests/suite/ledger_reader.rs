#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]
//! Somebody who hears only what the ledger says is touched, and knows every item by it.

use std::collections::BTreeMap;
use std::ops::Deref;
use std::sync::Arc;

use feedroom::item::Draft;
use feedroom::ledger::{Kept, Ledger, Outcome, Words};

/// An item with what it says.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    pub kept: Kept,
    pub draft: Arc<Draft>,
}

/// What a scan came to, with every item.
pub struct Seen {
    /// Those that stand in a file, newest first.
    pub items: Vec<Item>,
    pub withdrawn: Vec<Item>,
    pub outcome: Outcome,
}

/// The items as last heard of, by slot.
#[derive(Default)]
pub struct Reader(BTreeMap<usize, Item>);

impl Reader {
    pub fn hear(&mut self, ledger: &Ledger, outcome: Outcome) -> Seen {
        for one in &outcome.touched {
            let draft = one.draft.as_ref().map(Words::draft).unwrap_or_else(|| ledger.draft(one.slot).unwrap());
            self.0.insert(one.slot, Item { kept: one.kept.clone(), draft });
        }
        let stands = |item: &&Item| item.withdrawn.is_none() || item.unfinished || item.opens.is_some();
        let mut items: Vec<Item> = self.0.values().filter(stands).cloned().collect();
        items.sort_by(|a, b| b.published.cmp(&a.published).then_with(|| a.id.cmp(&b.id)));
        let text = |slot: &usize| self.0.get(slot).map(|item| Arc::clone(&item.draft));
        let withdrawn = outcome.withdrawn.iter().map(|(slot, kept)| Item {
            kept: kept.clone(),
            draft: text(slot).unwrap_or_else(|| ledger.draft(*slot).unwrap()),
        });
        Seen { items, withdrawn: withdrawn.collect(), outcome }
    }
}

/// What a first outcome tells.
pub fn seen(ledger: &Ledger, outcome: Outcome) -> Seen {
    Reader::default().hear(ledger, outcome)
}

impl Deref for Item {
    type Target = Kept;
    fn deref(&self) -> &Kept {
        &self.kept
    }
}

impl Deref for Seen {
    type Target = Outcome;
    fn deref(&self) -> &Outcome {
        &self.outcome
    }
}
