//! Who holds a key: a map from hashes of texts to small numbers, made for millions of keys that mostly have one holder.

use std::collections::HashMap;

use foldhash::fast::FixedState;

use super::evidence::Key;

/// Set in a value that is the position of a list.
const LIST: u32 = 1 << 31;

/// Keys with the numbers (below 2³¹) that hold them.
#[derive(Debug, Default)]
pub(super) struct Index {
    /// The one holder of a key, or with [`LIST`] the position of its holders in `lists`.
    keys: HashMap<Key, u32, FixedState>,
    /// Of keys with several holders: these, ordered.
    lists: Vec<Vec<u32>>,
    /// Lists that are not in use.
    free: Vec<u32>,
}

impl Index {
    /// Who holds a key, ordered.
    pub fn holders(&self, key: Key) -> &[u32] {
        match self.keys.get(&key) {
            None => &[],
            Some(value) if value & LIST == 0 => std::slice::from_ref(value),
            Some(value) => &self.lists[(value & !LIST) as usize],
        }
    }

    /// Makes room for so many more keys.
    pub fn reserve(&mut self, keys: usize) {
        self.keys.reserve(keys);
    }

    /// Adds a holder, where it is none yet.
    pub fn add(&mut self, key: Key, holder: u32) {
        debug_assert!(holder & LIST == 0, "numbers are below 2³¹");
        let value = self.keys.entry(key).or_insert(holder);
        if *value == holder {
            return;
        }
        if *value & LIST == 0 {
            let list = vec![*value];
            let at = match self.free.pop() {
                Some(at) => {
                    self.lists[at as usize] = list;
                    at
                }
                None => {
                    self.lists.push(list);
                    u32::try_from(self.lists.len() - 1).expect("fewer lists than holders")
                }
            };
            *value = at | LIST;
        }
        let list = &mut self.lists[(*value & !LIST) as usize];
        if let Err(at) = list.binary_search(&holder) {
            list.insert(at, holder);
        }
    }

    /// Takes a holder out, where it is one.
    pub fn remove(&mut self, key: Key, holder: u32) {
        let Some(value) = self.keys.get_mut(&key) else { return };
        if *value & LIST == 0 {
            if *value == holder {
                self.keys.remove(&key);
            }
            return;
        }
        let at = *value & !LIST;
        let list = &mut self.lists[at as usize];
        if let Ok(position) = list.binary_search(&holder) {
            list.remove(position);
        }
        if let [only] = list[..] {
            *value = only;
            *list = Vec::new();
            self.free.push(at);
        }
    }
}
