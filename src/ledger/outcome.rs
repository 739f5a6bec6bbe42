//! What the ledger gives: items with their identity, and what was decided of them and why.

use std::sync::Arc;

use chrono::{DateTime, FixedOffset, Utc};

use super::fuse::Hold;
use super::print::Hash;
use super::reason::Reason;
use super::record;
use super::words::Words;
use crate::problem::Problem;

/// What a scan came to.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// Every item that is other than after the outcome before, in the order of their slots: new, edited, opened,
    /// expired, withdrawn, forgotten, in other files. At first, every item that stands in a file or has a tombstone.
    pub touched: Vec<Touched>,
    /// Items that were public and are not any more, within their tombstone's life, latest first, ties by id: all of
    /// them, each with its slot.
    pub withdrawn: Arc<[(usize, Kept)]>,
    /// Items that were public until their authors put them under embargo again, each with its slot. They are among those
    /// withdrawn, too.
    pub veiled: Vec<(usize, Kept)>,
    /// What was decided of each draft that came and each item that went, by path.
    pub decisions: Vec<Decision>,
    /// What is wrong with the identities that the files declare: all that stands, also from earlier scans.
    pub problems: Vec<Problem>,
    /// Whether anything shown, to come or gone is other than after the last publication.
    pub changed: bool,
    /// Why nothing of the scan is published.
    pub held: Option<Hold>,
    /// The next instant at which the same files show something else: an item opens or expires, or a tombstone's life
    /// ends. Publish again then.
    pub next_change: Option<DateTime<Utc>>,
}

/// An item that is other than before.
#[derive(Debug, Clone)]
pub struct Touched {
    /// Its number, for good.
    pub slot: usize,
    /// What it is now. Where it was taken back, [`Kept::withdrawn`] says so.
    pub kept: Kept,
    /// What it says, where that is at hand; else [`Ledger::draft`](super::Ledger::draft) gives it.
    pub draft: Option<Words>,
}

/// An item: the identity of a draft.
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
    /// Declared a draft: nobody sees it.
    pub unfinished: bool,
    /// The files it stands in, or stood in last, ascending.
    pub paths: Vec<String>,
    /// The fingerprint of all that it says.
    pub raw: Hash,
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
        record::state(self.unfinished, self.opens, self.expires, self.withdrawn, now)
    }

    /// Whether everybody sees it.
    pub fn is_public(&self, now: DateTime<Utc>) -> bool {
        self.state(now) == State::Public
    }
}
