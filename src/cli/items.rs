//! `feedroom items`: what the ledger holds.

use clap::Args;
use serde::Serialize;

use super::{Exit, Source, report, setup};
use crate::item::Draft;
use crate::ledger::{Kept, Ledger, LedgerError, State};
use crate::press::Press;
use crate::{clock, site};

/// Lists what the ledger holds, newest first.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  feedroom items\n  feedroom items --topic energy --json")]
pub(super) struct Items {
    #[command(flatten)]
    source: Source,
    /// One JSON object an item, on lines of their own
    #[arg(long)]
    json: bool,
    /// Only items of this topic
    #[arg(long, value_name = "SLUG")]
    topic: Option<String>,
}

#[derive(Serialize)]
struct Row<'a> {
    id: &'a str,
    slug: &'a str,
    title: &'a str,
    published: String,
    updated: String,
    first_seen: String,
    state: &'static str,
    until: Option<String>,
    topics: Vec<String>,
    files: Vec<&'a str>,
}

impl Items {
    pub fn run(self) -> Exit {
        let now = clock::now();
        let seen = setup::settings_of_record(&self.source).map_err(setup::Stop::from).and_then(|settings| {
            let mut press = Press::new(setup::press(&settings, site::Parts::Feeds), Ledger::read(&settings.state_dir)?);
            let outcome = press.recall(now)?.outcome;
            let live = outcome.touched.into_iter().map(|touched| (touched.slot, touched.kept));
            let mut live: Vec<_> = live.filter(|(_, kept)| kept.withdrawn.is_none()).collect();
            live.sort_by(|(_, a), (_, b)| b.published.cmp(&a.published).then_with(|| a.id.cmp(&b.id)));
            let all = live.into_iter().chain(outcome.withdrawn.iter().cloned());
            let all = all.map(|(slot, kept)| Ok((kept, press.ledger().draft(slot)?)));
            Ok((all.collect::<Result<Vec<_>, LedgerError>>()?, press))
        });
        let (all, press) = match seen {
            Ok(seen) => seen,
            Err(stop) => return stop.show(),
        };
        for (kept, draft) in &all {
            let topics = press.claims().map(|claims| claims.on(draft)).unwrap_or_default();
            if self.topic.as_ref().is_some_and(|topic| !topics.contains(topic)) {
                continue;
            }
            let (state, until) = match kept.state(now) {
                State::Public => ("public", None),
                State::Embargoed(at) => ("embargoed", Some(at)),
                State::Unfinished => ("draft", None),
                State::Expired(at) => ("expired", Some(at)),
                State::Withdrawn(at) => ("withdrawn", Some(at)),
            };
            if self.json {
                let row = row(kept, draft, state, until.map(|at| at.to_rfc3339()), topics);
                report::line(&serde_json::to_string(&row).unwrap_or_default());
            } else {
                let until = until.map_or_else(String::new, |at| format!(" {}", at.format("%Y-%m-%d %H:%M UTC")));
                let published = kept.published.format("%Y-%m-%d");
                report::line(&format!("{published}  {state}{until}  {}", report::bold(&draft.title)));
                report::line(&report::dim(&format!("            {}  [{}]", kept.id, topics.join(", "))));
            }
        }
        Exit::Done
    }
}

fn row<'a>(
    kept: &'a Kept,
    draft: &'a Draft,
    state: &'static str,
    until: Option<String>,
    topics: Vec<String>,
) -> Row<'a> {
    Row {
        id: &kept.id,
        slug: &kept.slug,
        title: &draft.title,
        published: kept.published.to_rfc3339(),
        updated: kept.updated.to_rfc3339(),
        first_seen: kept.first_seen.to_rfc3339(),
        state,
        until,
        topics,
        files: kept.paths.iter().map(String::as_str).collect(),
    }
}
