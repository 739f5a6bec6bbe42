//! The state of the newsroom for the status page, out of what came off the press.

use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::http::{Built, Entry, Held, Status, TopicStatus};
use crate::press::Impression;

/// How many of the newest items are shown.
const NEWEST: usize = 10;

/// The state after an impression that took so long to make.
pub(super) fn of(impression: &Impression, started: DateTime<Utc>, now: DateTime<Utc>, took: Duration) -> Status {
    let edition = &impression.edition;
    let outcome = &impression.outcome;
    let newest = edition.items.iter().take(NEWEST).map(|item| Entry {
        at: item.published,
        title: item.title.clone(),
        place: edition.newsroom.url(&item.page_path()),
    });
    let opening = impression.waiting.iter();
    let opening = opening.map(|it| Entry { at: it.at, title: it.title.clone(), place: it.path.clone() });
    let held = outcome.held.iter().flat_map(|hold| &hold.reasons).map(|reason| Held {
        what: reason.clone(),
        why: "it looks like an accident: if it is meant, say `feedroom ledger confirm`".to_string(),
    });
    Status {
        ready: true,
        title: edition.newsroom.title.clone(),
        base_url: edition.newsroom.base_url.clone(),
        started: Some(started.into()),
        items: edition.items.len(),
        topics: (0..edition.topics.len())
            .map(|at| TopicStatus {
                slug: edition.topics[at].slug.clone(),
                title: edition.topics[at].title.clone(),
                items: edition.items.of(Some(at)).len(),
            })
            .collect(),
        newest: newest.collect(),
        opening: opening.collect(),
        held: held.collect(),
        problems: impression.problems.clone(),
        built: Some(Built { at: now.into(), took, commit: impression.commit }),
    }
}
