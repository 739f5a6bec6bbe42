//! `feedroom config`: what is in force, and where each value came from.

use clap::Args;

use super::{Exit, Source, report, setup};
use crate::config::{self, Overrides};

/// Prints the settings in force as a configuration that reads back to the same, with the origin of each value.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  feedroom config\n  feedroom config releases > feedroom.toml")]
pub(super) struct Config {
    #[command(flatten)]
    source: Source,
}

impl Config {
    pub fn run(self) -> Exit {
        match setup::settings(&self.source, Overrides::default()) {
            Ok(settings) => {
                report::line(config::render(&settings).trim_end());
                Exit::Done
            }
            Err(error) => setup::Stop::from(error).show(),
        }
    }
}
