//! What the ledger gives: items with their identity, and what was decided of them and why.

use std::sync::Arc;

use chrono::{DateTime, FixedOffset, TimeDelta, Utc};

use super::fuse::Hold;
use super::reason::Reason;
use super::record;
use crate::item::Draft;
use crate::problem::Problem;

/// What a scan came to.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// All items that stand in a file, public or not, newest first, ties by id. Where the scan is held, those of
    /// the last publication.
    pub items: Vec<Kept>,
    /// Items that were public and are not any more, within their tombstone's life, latest first, ties by id.
    pub withdrawn: Vec<Kept>,
    /// What was decided of each draft and each item that went, by path.
    pub decisions: Vec<Decision>,
    /// What is wrong with the identities that the files declare.
    pub problems: Vec<Problem>,
    /// Whether anything shown, to come or gone is other than after the last publication.
    pub changed: bool,
    /// Why nothing of the scan is published.
    pub held: Option<Hold>,
    /// How long a tombstone stands.
    pub(super) life: TimeDelta,
}

/// An item: a draft with its identity.
#[derive(Debug, Clone, PartialEq)]
pub struct Kept {
    /// Permanent id, a URI.
    pub id: String,
    /// Its page's slug; no other item ever has it.
    pub slug: String,
    /// When it was, or will be, published.
    pub published: DateTime<FixedOffset>,
    /// Whether `published` is only the instant of first sight.
    pub undated: bool,
    /// When it last changed in a way that matters; `published` where it never did.
    pub updated: DateTime<FixedOffset>,
    /// When the ledger first saw it.
    pub first_seen: DateTime<Utc>,
    /// Whether it was corrected after publication.
    pub corrected: bool,
    /// Edits that were seen, silent ones included.
    pub revisions: u32,
    /// Not public before.
    pub opens: Option<DateTime<Utc>>,
    /// Not public from then on.
    pub expires: Option<DateTime<Utc>>,
    /// When it left the public view.
    pub withdrawn: Option<DateTime<Utc>>,
    /// What it says. Of an item that is read from the ledger, the lines of its sources may be those of before.
    pub draft: Arc<Draft>,
}

/// Where an item stands at an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Everybody sees it.
    Public,
    /// Nobody sees it before this instant.
    Embargoed(DateTime<Utc>),
    /// A draft: nobody sees it.
    Unfinished,
    /// Nobody sees it since this instant.
    Expired(DateTime<Utc>),
    /// Taken back at this instant.
    Withdrawn(DateTime<Utc>),
}

/// What was decided of one draft or item.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    /// The file, the first where there are several.
    pub path: String,
    /// The item.
    pub id: String,
    /// Its slug.
    pub slug: String,
    /// What happens to it.
    pub what: What,
    /// Why the draft is, or is not, this item.
    pub reason: Reason,
}

/// What happens to an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// Seen for the first time.
    New,
    /// Nothing that a reader could notice.
    Unchanged,
    /// Edited without moving `updated`.
    Silent,
    /// Edited in a way that moves `updated`.
    Corrected,
    /// Taken back.
    Withdrawn,
    /// Back after it was taken back.
    Returned,
}

impl What {
    /// The word used in every output and in the ledger's history.
    pub fn as_str(self) -> &'static str {
        match self {
            What::New => "new",
            What::Unchanged => "unchanged",
            What::Silent => "silent edit",
            What::Corrected => "correction",
            What::Withdrawn => "withdrawn",
            What::Returned => "returned",
        }
    }
}

impl Kept {
    /// Where it stands at an instant.
    pub fn state(&self, now: DateTime<Utc>) -> State {
        record::state(self.draft.unfinished, self.opens, self.expires, self.withdrawn, now)
    }

    /// Whether everybody sees it.
    pub fn is_public(&self, now: DateTime<Utc>) -> bool {
        self.state(now) == State::Public
    }
}

impl Outcome {
    /// The next instant after `now` at which the same files show something else: an item opens or expires, or a
    /// tombstone's life ends. Publish again then.
    pub fn next_change(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let opens = self.items.iter().filter(|item| !item.draft.unfinished).flat_map(|item| [item.opens, item.expires]);
        let ends = self.withdrawn.iter().map(|item| item.withdrawn.map(|at| at + self.life));
        opens.chain(ends).flatten().filter(|&at| at > now).min()
    }
}
