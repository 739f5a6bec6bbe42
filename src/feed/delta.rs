//! Deltas: a feed with only what a client lacks (RFC 3229 with the instance manipulation `feed`).

use std::collections::BTreeMap;

use chrono::{DateTime, FixedOffset};

use super::{Channel, format};

impl<'e> Channel<'e> {
    /// What must be remembered of this feed so that [`Channel::since`] can tell what a client lacks: each entry's id
    /// and `updated`, in whole seconds, newest entry first.
    pub fn holdings(&self) -> impl Iterator<Item = (&'e str, DateTime<FixedOffset>)> {
        self.entries.iter().map(|entry| (&*entry.item.id, format::seconds(entry.item.updated)))
    }

    /// The feed for a client that has an earlier edition of it: the entries that are new or were changed since, and
    /// tombstones for those it holds that were withdrawn.
    ///
    /// `held` are the [`Channel::holdings`] of the edition that the client's entity tag names. Head, links and entries
    /// are those of the full feed. A client that adds the delta to what it has, and drops what has a tombstone, has
    /// every entry of the full feed; entries that merely left the window it may keep.
    pub fn since(&self, held: &BTreeMap<String, DateTime<FixedOffset>>) -> Channel<'e> {
        let mut delta = self.clone();
        delta
            .entries
            .retain(|entry| held.get(&entry.item.id).is_none_or(|at| at.timestamp() != entry.item.updated.timestamp()));
        delta.withdrawn.retain(|gone| held.contains_key(&gone.id));
        delta
    }
}
