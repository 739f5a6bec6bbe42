//! What the ledger holds in memory of one item: everything but its text.

use std::sync::Arc;

use chrono::{DateTime, FixedOffset, TimeDelta, Utc};

use super::print::{Print, explicit};
use super::{Kept, Settings, State};
use crate::date::Precision;
use crate::item::Draft;

/// One item ever seen.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    pub id: String,
    pub slug: String,
    /// The id that its author declares, as written.
    pub declared: Option<String>,
    pub print: Print,
    /// The files it stands in, as last seen.
    pub paths: Box<[Arc<str>]>,
    pub first_seen: DateTime<Utc>,
    /// Since when it has been public; `None` where nobody has seen it yet.
    pub public_since: Option<DateTime<Utc>>,
    pub published: DateTime<FixedOffset>,
    pub undated: bool,
    pub updated: DateTime<FixedOffset>,
    pub corrected: bool,
    /// Edits that were seen, silent ones included.
    pub revisions: u32,
    /// Not public before.
    pub opens: Option<DateTime<Utc>>,
    /// Not public from then on.
    pub expires: Option<DateTime<Utc>>,
    pub unfinished: bool,
    pub withdrawn: Option<DateTime<Utc>>,
    /// Whether it was an edit of another under a name of its own, and was let go when that took it over.
    pub passed: bool,
}

/// The instant that stands for the first sight of an item, and whether it is one.
#[derive(Debug, Clone, Copy)]
pub struct Sight {
    pub at: DateTime<Utc>,
    /// Without a ledger nothing has a first sight: then `at` is only a stable stand-in.
    pub real: bool,
}

/// Where an item stands at an instant.
pub fn state(
    unfinished: bool,
    opens: Option<DateTime<Utc>>,
    expires: Option<DateTime<Utc>>,
    withdrawn: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> State {
    if unfinished {
        State::Unfinished
    } else if let Some(at) = opens.filter(|&at| at > now) {
        State::Embargoed(at)
    } else if let Some(at) = expires.filter(|&at| at <= now) {
        State::Expired(at)
    } else if let Some(at) = withdrawn {
        State::Withdrawn(at)
    } else {
        State::Public
    }
}

impl Record {
    /// Where it stands at an instant.
    pub fn state(&self, now: DateTime<Utc>) -> State {
        state(self.unfinished, self.opens, self.expires, self.withdrawn, now)
    }

    /// An item seen for the first time, which nobody else has seen yet, without a slug and not dated.
    pub fn first(
        id: String,
        declared: Option<String>,
        print: Print,
        paths: Box<[Arc<str>]>,
        seen: DateTime<Utc>,
    ) -> Self {
        Self {
            id,
            slug: String::new(),
            declared,
            print,
            paths,
            first_seen: seen,
            public_since: None,
            published: seen.fixed_offset(),
            undated: true,
            updated: seen.fixed_offset(),
            corrected: false,
            revisions: 0,
            opens: None,
            expires: None,
            unfinished: false,
            withdrawn: None,
            passed: false,
        }
    }

    /// Takes over what the draft says about when the item is public, and dates it if nobody has seen it yet. What
    /// is out stays out, unless its author sets another embargo than `before`.
    pub fn schedule(&mut self, draft: &Draft, before: Option<&Draft>, sight: Sight, settings: &Settings) {
        self.unfinished = draft.unfinished;
        self.expires = draft.expires.map(|at| at.to_utc());
        if self.public_since.is_none() || before.is_some_and(|before| before.embargo != draft.embargo) {
            self.opens = draft.embargo.map(|at| at.to_utc());
        }
        if self.public_since.is_some() {
            return;
        }
        let local = sight.at.with_timezone(&settings.zone).fixed_offset();
        let date = draft.date.as_ref().filter(|date| date.precision > Precision::None);
        let (mut published, undated) = match date {
            Some(date) if explicit(date.evidence.kind) && date.published > sight.at => {
                self.opens = self.opens.max(Some(date.published.to_utc()));
                (date.published, false)
            }
            // What prose says of a day to come is no date of publication.
            Some(date) if date.published > sight.at => (local, true),
            Some(date) if sight.real && date.precision == Precision::Day => {
                let seen = sight.at.with_timezone(date.published.offset());
                (if seen.date_naive() == date.published.date_naive() { seen } else { date.published }, false)
            }
            Some(date) => (date.published, false),
            None => (local, true),
        };
        if let Some(embargo) = draft.embargo.filter(|&embargo| embargo > published) {
            published = embargo;
        }
        self.published = published;
        self.undated = undated;
        self.updated = draft.modified.filter(|&at| at > published && at <= sight.at).unwrap_or(published);
    }

    /// Notes that it is public now, if it is. From then on it is, even if the clock is set back.
    pub fn open(&mut self, now: DateTime<Utc>) {
        if self.state(now) == State::Public {
            self.public_since = self.public_since.or(self.opens).or(Some(now));
            self.opens = None;
        }
    }

    /// When it left the public view, where it did: withdrawn, or expired after it had been seen.
    pub fn left(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.public_since?;
        let expired = self.expires.filter(|&at| at <= now);
        match (self.withdrawn, expired) {
            (Some(withdrawn), Some(expired)) => Some(withdrawn.min(expired)),
            (withdrawn, expired) => withdrawn.or(expired),
        }
    }

    /// Whether it left within a tombstone's life.
    pub fn remembered(&self, now: DateTime<Utc>, life: TimeDelta) -> bool {
        self.left(now).is_some_and(|at| now.signed_duration_since(at) < life)
    }

    /// The item as other rooms see it.
    pub fn kept(&self) -> Kept {
        Kept {
            id: self.id.clone(),
            slug: self.slug.clone(),
            published: self.published,
            undated: self.undated,
            updated: self.updated,
            first_seen: self.first_seen,
            corrected: self.corrected,
            revisions: self.revisions,
            opens: self.opens,
            expires: self.expires,
            withdrawn: self.withdrawn,
            unfinished: self.unfinished,
            paths: self.paths.iter().map(|path| path.to_string()).collect(),
            raw: self.print.raw,
        }
    }
}
