//! The state of the newsroom for the status page, out of what came off the press.

use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::http::{Built, Entry, Held, Status, TopicStatus};
use crate::ledger::State;
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
    let mut opening: Vec<Entry> = outcome
        .items
        .iter()
        .filter_map(|kept| match kept.state(now) {
            State::Embargoed(at) => Some(Entry {
                at: at.with_timezone(kept.published.offset()),
                title: kept.draft.title.clone(),
                place: kept.draft.sources[0].path.clone(),
            }),
            _ => None,
        })
        .collect();
    opening.sort_by(|a, b| a.at.cmp(&b.at).then_with(|| a.place.cmp(&b.place)));
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
                items: edition.items_of(Some(at)).count(),
            })
            .collect(),
        newest: newest.collect(),
        opening,
        held: held.collect(),
        problems: impression.problems.clone(),
        built: Some(Built { at: now.into(), took, commit: impression.commit }),
    }
}
