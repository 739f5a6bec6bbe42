//! `feedroom diff`: what publishing now would change.

use clap::Args;

use super::{Exit, Source, report, setup};
use crate::config::Overrides;
use crate::ledger::{Ledger, State, What};
use crate::press::Press;
use crate::{clock, site};

/// Shows what publishing now would change in each feed: new, edited, withdrawn, held, and what opens next.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  feedroom diff\n  feedroom diff --config config/feedroom.toml\n  feedroom diff --exit-code || echo 'something would change'\n\nExits with 1 where a change would be held; with --exit-code wherever something would change."
)]
pub(super) struct Diff {
    #[command(flatten)]
    source: Source,
    /// Exit with 1 where anything would change
    #[arg(long)]
    exit_code: bool,
}

impl Diff {
    pub fn run(self) -> Exit {
        let now = clock::now();
        let has_ledger = |settings: &_| !self.source.house.ephemeral && setup::has_ledger(settings);
        // A folder that is gone is a change to be told where something was published from it.
        let known = setup::settings(&self.source, Overrides::default()).ok().filter(has_ledger);
        let settings = known.map_or_else(|| setup::settings_of_folder(&self.source, Overrides::default()), Ok);
        let seen = settings.and_then(|settings| {
            let exists = has_ledger(&settings);
            let ledger = if exists { Ledger::read(&settings.state_dir)? } else { Ledger::ephemeral()? };
            let mut press = Press::new(setup::press(&settings, site::Parts::Feeds), ledger);
            press.look(&|_, _| {});
            Ok((press.preview(now)?, press))
        });
        let ((impression, claims), press) = match seen {
            Ok(seen) => seen,
            Err(stop) => return stop.show(),
        };
        let outcome = &impression.outcome;
        let mut changes = 0;
        let mut unseen = false;
        for decision in outcome.decisions.iter().filter(|decision| decision.what != What::Unchanged) {
            let touched = outcome.touched.iter().find(|touched| touched.kept.id == decision.id);
            let words = touched.and_then(|touched| match &touched.draft {
                Some(words) => Some(words.draft()),
                None => press.ledger().draft(touched.slot).ok(),
            });
            let title = words.as_ref().map_or(decision.slug.as_str(), |draft| draft.title.as_str());
            let feeds = words.as_ref().map(|draft| claims.on(draft).join(", ")).filter(|feeds| !feeds.is_empty());
            if touched.is_some_and(|it| it.kept.state(now) == State::Unfinished) && decision.what == What::New {
                unseen = true;
                report::line(&format!("not shown   {}", report::bold(title)));
                let why = "a draft, or held back: `feedroom explain` says which";
                report::line(&report::dim(&format!("            {}: {why}", decision.path)));
                continue;
            }
            changes += 1;
            report::line(&format!("{:<11} {}", decision.what.as_str(), report::bold(title)));
            let feeds = feeds.map_or_else(String::new, |feeds| format!(" [{feeds}]"));
            report::line(&report::dim(&format!("            {}{feeds}: {}", decision.path, decision.reason)));
        }
        let waiting = &impression.waiting;
        for it in waiting {
            let at = it.at.to_utc().format("%Y-%m-%d %H:%M:%S UTC");
            report::line(&format!("opens       {at}  {}", report::bold(&it.title)));
        }
        if let Some(held) = &outcome.held {
            for reason in &held.reasons {
                report::line(&format!("held        {reason}"));
            }
            report::line("nothing is published until `feedroom ledger confirm`");
            return Exit::Problems;
        }
        if changes == 0 && waiting.is_empty() && !unseen {
            report::line("nothing would change");
        }
        if self.exit_code && changes > 0 {
            return Exit::Problems;
        }
        Exit::Done
    }
}
