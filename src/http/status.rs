//! What the daemon is doing, as a value that it sets and the admin listener shows.

use std::time::Duration;

use chrono::{DateTime, FixedOffset};
use serde_json::{Value, json};

use crate::problem::Problem;

/// The state of the newsroom. Times carry the zone that they are shown in.
#[derive(Debug, Clone, Default)]
pub struct Status {
    /// Whether a site is served: what `/readyz` tells.
    pub ready: bool,
    /// The newsroom's title.
    pub title: String,
    /// Its public base address.
    pub base_url: String,
    /// When the daemon started.
    pub started: Option<DateTime<FixedOffset>>,
    /// How many items are public.
    pub items: usize,
    /// The topics, in the configured order.
    pub topics: Vec<TopicStatus>,
    /// The newest items, newest first; as many as are worth showing.
    pub newest: Vec<Entry>,
    /// What opens next, soonest first.
    pub opening: Vec<Entry>,
    /// What is held back until somebody confirms it.
    pub held: Vec<Held>,
    /// What is wrong with the input.
    pub problems: Vec<Problem>,
    /// The last time the site was built.
    pub built: Option<Built>,
}

/// A topic in numbers.
#[derive(Debug, Clone, Default)]
pub struct TopicStatus {
    /// Its slug.
    pub slug: String,
    /// Its title.
    pub title: String,
    /// How many public items it has.
    pub items: usize,
}

/// One item and its instant: of publication, or of opening.
#[derive(Debug, Clone)]
pub struct Entry {
    /// When.
    pub at: DateTime<FixedOffset>,
    /// The title.
    pub title: String,
    /// The public address, or the file where it has none yet.
    pub place: String,
}

/// A change that waits for confirmation.
#[derive(Debug, Clone)]
pub struct Held {
    /// What would change, one sentence.
    pub what: String,
    /// Why it waits, and what to do.
    pub why: String,
}

/// One building of the site.
#[derive(Debug, Clone, Copy)]
pub struct Built {
    /// When it ended.
    pub at: DateTime<FixedOffset>,
    /// How long it took from the first look at the folder to the swap.
    pub took: Duration,
    /// How long of this the ledger's commit took.
    pub commit: Duration,
}

impl Status {
    /// The value of `/status.json`; instants in RFC 3339, durations in seconds.
    pub fn to_json(&self) -> Value {
        let entry = |entry: &Entry| json!({"at": entry.at.to_rfc3339(), "title": entry.title, "place": entry.place});
        json!({
            "ready": self.ready,
            "title": self.title,
            "base_url": self.base_url,
            "started": self.started.map(|at| at.to_rfc3339()),
            "items": self.items,
            "topics": self.topics.iter().map(|topic| {
                json!({"slug": topic.slug, "title": topic.title, "items": topic.items})
            }).collect::<Vec<_>>(),
            "newest": self.newest.iter().map(entry).collect::<Vec<_>>(),
            "opening": self.opening.iter().map(entry).collect::<Vec<_>>(),
            "held": self.held.iter().map(|held| json!({"what": held.what, "why": held.why})).collect::<Vec<_>>(),
            "problems": self.problems.iter().map(Problem::to_json).collect::<Vec<_>>(),
            "built": self.built.map(|built| json!({
                "at": built.at.to_rfc3339(),
                "seconds": built.took.as_secs_f64(),
                "commit_seconds": built.commit.as_secs_f64(),
            })),
        })
    }
}
