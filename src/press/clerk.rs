//! The clerk: knows when each representation last changed, and notes what is new to be remembered.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};

use crate::ledger::{self, Representation};
use crate::site;

/// What was served under each name: validator and last change.
type Known = HashMap<String, (String, DateTime<Utc>)>;

/// The register of all that is or was served, shared by every site of this process.
#[derive(Default)]
pub(super) struct Register {
    known: Mutex<Known>,
    /// Names whose representation is other than the ledger remembers.
    news: Mutex<BTreeMap<String, (String, DateTime<Utc>)>>,
}

/// The clerk of one site.
struct Clerk {
    register: Arc<Register>,
    /// The instant at which the site was made: what is rendered of it later is of that instant.
    now: DateTime<Utc>,
}

impl Register {
    /// With what the ledger remembers.
    pub fn new(known: impl IntoIterator<Item = (String, (String, DateTime<Utc>))>) -> Self {
        Self { known: Mutex::new(known.into_iter().collect()), news: Mutex::default() }
    }

    /// The clerk of a site made at an instant.
    pub fn clerk(self: &Arc<Self>, now: DateTime<Utc>) -> Arc<dyn site::Clerk> {
        Arc::new(Clerk { register: Arc::clone(self), now })
    }

    /// What the ledger does not remember yet, with the entries of those that are feeds.
    pub fn news(&self, mut holdings: site::Holdings) -> Vec<Representation> {
        let news = std::mem::take(&mut *lock(&self.news));
        let news = news.into_iter().map(|(path, (etag, last_modified))| Representation {
            etag,
            last_modified,
            entries: holdings.remove(&path).unwrap_or_default(),
            path,
        });
        news.collect()
    }
}

impl site::Clerk for Clerk {
    fn last_modified(&self, path: &str, etag: &str) -> DateTime<Utc> {
        let mut known = lock(&self.register.known);
        let before = known.get(path).map(|(etag, at)| (etag.as_str(), *at));
        if let Some((known, at)) = before
            && known == etag
        {
            return at;
        }
        let at = ledger::last_modified(before, etag, self.now);
        known.insert(path.to_string(), (etag.to_string(), at));
        lock(&self.register.news).insert(path.to_string(), (etag.to_string(), at));
        at
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
