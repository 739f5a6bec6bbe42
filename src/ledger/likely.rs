//! What was withdrawn and may return edited, by the pairs of words in it: a new text finds those that it could be
//! without a look at any other.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::LedgerError;
use super::index::Index;
use super::matching::CROWD;
use super::print::Hash;
use super::record::Record;
use super::similarity::Sketch;

/// So many of those withdrawn last may return edited in another file; others only where they stood.
pub const LIKELY: usize = 4096;

/// The sketches of what was withdrawn last.
#[derive(Default)]
pub struct Likely {
    /// The version of the index that this is of.
    version: Option<u64>,
    sketches: BTreeMap<usize, (Hash, Arc<Sketch>)>,
    pairs: BTreeSet<(u32, u32)>,
    titles: BTreeSet<(u32, u32)>,
}

impl Likely {
    /// Takes in what has been withdrawn and what has returned. `recall` gives the sketch of a record.
    pub fn update(
        &mut self,
        records: &[Record],
        index: &Index,
        recall: impl Fn(usize) -> Result<Arc<Sketch>, LedgerError>,
    ) -> Result<(), LedgerError> {
        if self.version == Some(index.version()) {
            return Ok(());
        }
        let now: BTreeSet<usize> = index.withdrawn().take(LIKELY).map(|(_, slot)| slot).collect();
        let old: Vec<usize> = self
            .sketches
            .iter()
            .filter(|(slot, (raw, _))| !now.contains(slot) || records[**slot].print.raw != *raw)
            .map(|(&slot, _)| slot)
            .collect();
        for slot in old {
            if let Some((_, sketch)) = self.sketches.remove(&slot) {
                for &pair in &sketch.pairs {
                    self.pairs.remove(&(pair, slot as u32));
                }
                self.titles.remove(&(sketch.title_key(), slot as u32));
            }
        }
        for slot in now {
            if !self.sketches.contains_key(&slot) {
                let sketch = recall(slot)?;
                self.pairs.extend(sketch.pairs.iter().map(|&pair| (pair, slot as u32)));
                self.titles.insert((sketch.title_key(), slot as u32));
                self.sketches.insert(slot, (records[slot].print.raw, sketch));
            }
        }
        self.version = Some(index.version());
        Ok(())
    }

    /// The sketch of a record, where it is one of these and says the same.
    pub fn sketch(&self, slot: usize, raw: &Hash) -> Option<Arc<Sketch>> {
        self.sketches.get(&slot).filter(|(known, _)| known == raw).map(|(_, sketch)| Arc::clone(sketch))
    }

    /// Records that share a title or uncommon pairs of words with a text: those that share most.
    pub fn near(&self, own: &Sketch) -> Vec<usize> {
        let of = |set: &BTreeSet<(u32, u32)>, key: u32| -> Vec<usize> {
            set.range((key, 0)..=(key, u32::MAX)).map(|&(_, slot)| slot as usize).take(CROWD + 1).collect()
        };
        let mut shared: HashMap<usize, usize> = HashMap::new();
        for list in own.pairs.iter().map(|&pair| of(&self.pairs, pair)).filter(|list| list.len() <= CROWD) {
            list.into_iter().for_each(|slot| *shared.entry(slot).or_default() += 1);
        }
        let mut near: Vec<(usize, usize)> = shared.into_iter().map(|(slot, n)| (usize::MAX - n, slot)).collect();
        near.sort_unstable();
        near.truncate(CROWD);
        let titled = of(&self.titles, own.title_key());
        near.into_iter().map(|(_, slot)| slot).chain(titled.into_iter().take(CROWD)).collect()
    }
}
