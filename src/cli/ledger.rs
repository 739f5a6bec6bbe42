//! `feedroom ledger`: the record of what was published.

use clap::{Args, Subcommand};

use super::{Exit, Source, report, setup};
use crate::config::Overrides;
use crate::{clock, ledger};

/// Backs up, restores, adopts or confirms the record of what was published.
#[derive(Debug, Args)]
pub(super) struct Ledger {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Let a held change through; a running daemon publishes it at once
    Confirm {
        #[command(flatten)]
        source: Source,
    },
}

impl Ledger {
    pub fn run(self) -> Exit {
        let Action::Confirm { source } = self.action;
        let done = setup::settings(&source, Overrides::default())
            .map_err(setup::Stop::from)
            .and_then(|settings| Ok(ledger::confirm(&settings.state_dir, clock::now())?));
        match done {
            Ok(Some(hold)) => {
                hold.reasons.iter().for_each(|reason| report::line(&format!("confirmed: {reason}")));
                Exit::Done
            }
            Ok(None) => {
                report::line("nothing is held");
                Exit::Done
            }
            Err(stop) => stop.show(),
        }
    }
}
