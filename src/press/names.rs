//! Files of several names (hard links): written under one they are others under all, and only the one is told of.

use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Which files are known under which names, by their inodes.
#[derive(Default)]
pub(super) struct Names {
    /// How many names each file has.
    counts: HashMap<u64, u32>,
    /// The names of every file, kept from the moment on that one has several: most folders have none.
    named: Option<BTreeMap<u64, BTreeSet<String>>>,
}

impl Names {
    /// Notes that a path leads to another file than before, to one at all, or to none. `all` gives all that is known now,
    /// this included.
    pub fn follow<'f, A: Iterator<Item = (u64, &'f String)>>(
        &mut self,
        path: &str,
        before: Option<u64>,
        now: Option<u64>,
        all: impl FnOnce() -> A,
    ) {
        if before == now {
            return;
        }
        if let Some(inode) = before {
            if let Some(count) = self.counts.get_mut(&inode) {
                *count -= 1;
                if *count == 0 {
                    self.counts.remove(&inode);
                }
            }
            if let Some(names) = self.named.as_mut().and_then(|named| named.get_mut(&inode)) {
                names.remove(path);
            }
        }
        if let Some(inode) = now {
            let count = self.counts.entry(inode).or_default();
            *count += 1;
            match &mut self.named {
                Some(named) => {
                    named.entry(inode).or_default().insert(path.to_string());
                }
                None if *count > 1 => self.name(all()),
                None => {}
            }
        }
    }

    /// Whether a file is known that was found under a name, be it under another.
    pub fn knows(&self, inode: u64) -> bool {
        self.counts.contains_key(&inode)
    }

    /// Whether names are kept.
    pub fn are_kept(&self) -> bool {
        self.named.is_some()
    }

    /// Keeps the names of all files from now on.
    pub fn name<'f>(&mut self, all: impl Iterator<Item = (u64, &'f String)>) {
        let mut named: BTreeMap<u64, BTreeSet<String>> = BTreeMap::new();
        for (inode, path) in all {
            named.entry(inode).or_default().insert(path.clone());
        }
        self.named = Some(named);
    }

    /// All names of some files.
    pub fn of(&self, inodes: impl Iterator<Item = u64>) -> BTreeSet<String> {
        let named = self.named.as_ref();
        inodes.filter_map(|inode| named?.get(&inode)).flatten().cloned().collect()
    }
}
