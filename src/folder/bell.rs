//! When to ring: events become one bell at the right moment. Decides only; takes the time as an argument.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::{Duration, Instant};

use crate::problem::Problem;

/// Time to look. A bell carries no news: what changed is decided by looking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Bell {
    /// Look at these paths of a root: files, folders with all their content, or nothing where something went.
    Look {
        /// Position of the root among those that are watched.
        root: usize,
        /// Relative to the root and below it, sorted, at least one. A file of several names (hard links) is told of under
        /// the one that it was written by.
        paths: Vec<String>,
    },
    /// Look at a whole root.
    LookAll {
        /// Position of the root among those that are watched.
        root: usize,
        /// Why.
        reason: Reason,
    },
    /// The folder can't be watched as it should; for the log and the status page.
    Trouble {
        /// Position of the root among those that are watched.
        root: usize,
        /// What is wrong and what to do.
        problem: Problem,
    },
}

/// Why a whole root is to be looked at, the weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// Events don't come from here, so it is looked at now and then.
    Poll,
    /// The regular full look.
    Regular,
    /// So much changed that a full look is cheaper.
    Much,
    /// The kernel lost events, or watching failed.
    Lost,
    /// The root itself came, went, or is another one than before.
    Root,
}

/// What an event says about a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum News {
    /// It is complete: closed after writing, or moved here.
    Written,
    /// It is complete, but its name says that it may be about to take the place of a file beside it.
    Aside,
    /// Somebody has it open and writes.
    Writing,
    /// It went, or something about it changed that may only be half of a change (a replacement removes first).
    Settling,
}

/// A file is taken as written when nobody wrote for this long, even if it was never seen closed (a hard link, a
/// writer that keeps its file open).
const WRITING_QUIET: Duration = Duration::from_secs(1);
/// A file that is written to without end is looked at after this long all the same.
const WRITING_LIMIT: Duration = Duration::from_secs(10);
/// What goes may come back at once: editors and `git checkout` remove a file, then create it.
const SETTLING: Duration = Duration::from_millis(150);
/// Who writes a new text beside the old one by hand, or in a script that checks it first, moves it within this time.
const ASIDE: Duration = Duration::from_secs(2);
/// More paths than this within [`RECENT`] are a burst.
const FEW: usize = 8;
const RECENT: Duration = Duration::from_millis(50);
/// A burst is over when nothing came for this long …
const BURST_QUIET: Duration = Duration::from_millis(60);
/// … and is not waited out longer than this.
const BURST_LIMIT: Duration = Duration::from_millis(1_000);
/// More paths than this are looked at all together.
const MANY: usize = 20_000;

/// What has been heard and not yet been rung.
#[derive(Debug, Default)]
pub(super) struct Batch {
    waiting: BTreeMap<(usize, String), Waiting>,
    ready: BTreeSet<(usize, String)>,
    whole: BTreeMap<usize, Reason>,
    ready_since: Option<Instant>,
    recent: VecDeque<Instant>,
}

#[derive(Debug)]
struct Waiting {
    since: Instant,
    due: Instant,
    news: News,
}

impl Batch {
    /// Takes in what was heard of one path.
    pub(super) fn hear(&mut self, root: usize, path: String, news: News, now: Instant) {
        let key = (root, path);
        match news {
            News::Written => {
                self.waiting.remove(&key);
                self.make_ready(key, now);
            }
            News::Writing | News::Settling | News::Aside => {
                let quiet = match news {
                    News::Aside => ASIDE,
                    News::Writing => WRITING_QUIET,
                    _ => SETTLING,
                };
                let since = self.waiting.get(&key).map_or(now, |waiting| waiting.since);
                let due = (now + quiet).min(since + WRITING_LIMIT);
                self.waiting.insert(key, Waiting { since, due, news });
            }
        }
    }

    /// A whole root is to be looked at.
    pub(super) fn hear_all(&mut self, root: usize, reason: Reason) {
        let known = self.whole.entry(root).or_insert(reason);
        *known = reason.max(*known);
    }

    /// When a path will be due, if nothing more is heard.
    pub(super) fn due(&self) -> Option<Instant> {
        let waiting = self.waiting.values().map(|waiting| waiting.due).min();
        waiting.into_iter().chain(self.ready_due()).min()
    }

    /// Whether a ring is due now.
    pub(super) fn is_due(&self, now: Instant) -> bool {
        !self.whole.is_empty() || self.due().is_some_and(|due| due <= now)
    }

    /// Takes out what is due, whole roots first.
    pub(super) fn take(&mut self, now: Instant) -> Vec<Bell> {
        let due: Vec<_> =
            self.waiting.iter().filter(|(_, waiting)| waiting.due <= now).map(|(key, _)| key.clone()).collect();
        for key in due {
            self.waiting.remove(&key);
            self.make_ready(key, now);
        }
        let mut paths: BTreeMap<usize, Vec<String>> = BTreeMap::new();
        if self.ready_due().is_some_and(|due| due <= now) || !self.whole.is_empty() {
            for (root, path) in std::mem::take(&mut self.ready) {
                paths.entry(root).or_default().push(path);
            }
            self.ready_since = None;
        }
        paths.retain(|root, paths| {
            // The empty path is the root itself.
            if paths.len() > MANY || paths.first().is_some_and(String::is_empty) {
                self.whole.entry(*root).or_insert(Reason::Much);
            }
            !self.whole.contains_key(root)
        });
        let whole = std::mem::take(&mut self.whole).into_iter().map(|(root, reason)| Bell::LookAll { root, reason });
        whole.chain(paths.into_iter().map(|(root, paths)| Bell::Look { root, paths })).collect()
    }

    fn make_ready(&mut self, key: (usize, String), now: Instant) {
        self.recent.push_back(now);
        // One more than a few is all that needs to be known.
        while self.recent.len() > FEW + 1 {
            self.recent.pop_front();
        }
        self.ready.insert(key);
        self.ready_since.get_or_insert(now);
    }

    /// At once while there is little; at the end of a burst otherwise. While something settles that may have moved
    /// here under another name, both are looked at together: seen apart, a rename would be a second release.
    fn ready_due(&self) -> Option<Instant> {
        let since = self.ready_since?;
        let (oldest, newest) = (*self.recent.front()?, *self.recent.back()?);
        let burst = self.recent.len() > FEW && newest - oldest < RECENT;
        let due = if burst { (newest + BURST_QUIET).min(since + BURST_LIMIT) } else { since };
        let settled = self.waiting.values().filter(|waiting| waiting.news == News::Settling).map(|w| w.due).max();
        Some(settled.map_or(due, |settled| settled.min(since + BURST_LIMIT).max(due)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(paths: &[&str]) -> Vec<Bell> {
        vec![Bell::Look { root: 0, paths: paths.iter().map(|path| path.to_string()).collect() }]
    }

    #[test]
    fn one_write_rings_at_once() {
        let (mut batch, now) = (Batch::default(), Instant::now());
        batch.hear(0, "a".into(), News::Writing, now);
        assert!(!batch.is_due(now));
        batch.hear(0, "a".into(), News::Written, now);
        assert!(batch.is_due(now));
        assert_eq!(batch.take(now), look(&["a"]));
        assert_eq!(batch.due(), None, "nothing is left to wake up for");
    }

    #[test]
    fn a_writer_is_waited_for_but_not_for_ever() {
        let (mut batch, start) = (Batch::default(), Instant::now());
        let mut now = start;
        while now < start + Duration::from_millis(9_900) {
            batch.hear(0, "a".into(), News::Writing, now);
            assert!(!batch.is_due(now));
            now += Duration::from_millis(500);
        }
        assert_eq!(batch.due(), Some(start + WRITING_LIMIT));
        batch.hear(0, "b".into(), News::Writing, now);
        assert!(batch.is_due(now + WRITING_QUIET), "a pause is taken for the end");
    }

    #[test]
    fn a_replacement_is_one_change() {
        let (mut batch, now) = (Batch::default(), Instant::now());
        batch.hear(0, "a".into(), News::Settling, now);
        assert!(!batch.is_due(now + Duration::from_millis(10)));
        batch.hear(0, "a".into(), News::Written, now + Duration::from_millis(10));
        assert_eq!(batch.take(now + Duration::from_millis(10)), look(&["a"]));
        assert_eq!(batch.due(), None);
        batch.hear(0, "a".into(), News::Settling, now);
        assert_eq!(batch.take(now + SETTLING), look(&["a"]));
    }

    #[test]
    fn what_waits_aside_keeps_nobody_waiting() {
        let (mut batch, now) = (Batch::default(), Instant::now());
        batch.hear(0, "new-quay".into(), News::Aside, now);
        batch.hear(0, "other".into(), News::Written, now);
        assert_eq!(batch.take(now), look(&["other"]));
        // It takes the other's place.
        batch.hear(0, "new-quay".into(), News::Settling, now + ASIDE / 2);
        batch.hear(0, "quay".into(), News::Written, now + ASIDE / 2);
        assert_eq!(batch.take(now + ASIDE / 2), []);
        assert_eq!(batch.take(now + ASIDE / 2 + SETTLING), look(&["new-quay", "quay"]));
        batch.hear(0, "new-quay".into(), News::Aside, now);
        assert_eq!(batch.take(now + ASIDE), look(&["new-quay"]), "it stays");
    }

    #[test]
    fn a_rename_is_one_change() {
        let (mut batch, now) = (Batch::default(), Instant::now());
        batch.hear(0, "old".into(), News::Settling, now);
        batch.hear(0, "new".into(), News::Written, now);
        assert!(!batch.is_due(now), "the new name alone would be a second release");
        assert_eq!(batch.take(now + SETTLING), look(&["new", "old"]));
        assert_eq!(batch.due(), None);
    }

    #[test]
    fn a_burst_is_waited_out() {
        let (mut batch, start) = (Batch::default(), Instant::now());
        let mut rings = 0;
        let mut now = start;
        for n in 0..3_000 {
            batch.hear(0, format!("{n}"), News::Written, now);
            if batch.is_due(now) {
                rings += usize::from(!batch.take(now).is_empty());
            }
            now += Duration::from_millis(1);
        }
        assert!(rings <= FEW + 4, "{rings} rings in three seconds");
        now += BURST_QUIET;
        assert!(batch.is_due(now));
        assert!(!batch.take(now).is_empty());
        assert_eq!(batch.due(), None);
        batch.hear(0, "late".into(), News::Written, now + RECENT);
        assert!(batch.is_due(now + RECENT), "after the burst a single write rings at once again");
    }

    #[test]
    fn a_whole_root_takes_its_paths_along() {
        let (mut batch, now) = (Batch::default(), Instant::now());
        batch.hear(0, "a".into(), News::Written, now);
        batch.hear(1, "b".into(), News::Written, now);
        batch.hear_all(0, Reason::Regular);
        batch.hear_all(0, Reason::Lost);
        let all = Bell::LookAll { root: 0, reason: Reason::Lost };
        assert_eq!(batch.take(now), vec![all, Bell::Look { root: 1, paths: vec!["b".into()] }]);
        for n in 0..=MANY {
            batch.hear(0, format!("{n}"), News::Written, now);
        }
        assert_eq!(batch.take(now + BURST_LIMIT), vec![Bell::LookAll { root: 0, reason: Reason::Much }]);
        batch.hear(0, String::new(), News::Settling, now);
        assert_eq!(batch.take(now + SETTLING), vec![Bell::LookAll { root: 0, reason: Reason::Much }]);
    }
}
