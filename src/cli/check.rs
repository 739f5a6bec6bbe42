//! `feedroom check`: what is wrong with the release files, or with what stands at a public address.

use clap::Args;

use super::annotate::Format;
use super::{Exit, Source, check_url, report, setup};
use crate::config::Overrides;
use crate::ledger::Ledger;
use crate::press::Press;
use crate::{clock, site};

/// Says what is wrong with the release files, as file:line:column.
///
/// In the place of PATH, the address of a public feed: it is fetched as readers do, through whatever stands in front of
/// it, and what they get is told with what to do about it.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  feedroom check releases\n  feedroom check --config config/feedroom.toml\n  feedroom check https://news.example.org/rss.xml\n  feedroom check releases --format github       in a workflow: marks the lines of a pull request\n  feedroom check releases --format sarif > feedroom.sarif\n\nNotes change no exit code; warnings and errors exit with 1."
)]
pub(super) struct Check {
    #[command(flatten)]
    source: Source,
    /// For people, or for programs: JSON Lines, SARIF 2.1.0, or annotations of a GitHub workflow
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

impl Check {
    pub fn run(self) -> Exit {
        if let Some(url) =
            self.source.path.as_ref().and_then(|path| path.to_str()).filter(|path| check_url::is_address(path))
        {
            return check_url::run(url);
        }
        let seen = setup::settings_of_folder(&self.source, Overrides::default()).and_then(|settings| {
            // Checking remembers nothing, so that it can run beside the daemon.
            let mut press = Press::new(setup::press(&settings, site::Parts::All), Ledger::ephemeral()?);
            let bar = report::Bar::new();
            press.look(&|done, of| bar.update(done, of));
            bar.finish();
            Ok((press.preview(clock::now())?.0, settings))
        });
        let (impression, settings) = match seen {
            Ok(impression) => impression,
            Err(stop) => return stop.show(),
        };
        self.format.show(&impression.problems, &settings);
        report::error(&format!(
            "{}, {}, {}",
            report::count(impression.files, "file", "files"),
            report::count(impression.edition.items.len(), "item", "items"),
            report::tally(&impression.problems),
        ));
        report::exit_of(&impression.problems)
    }
}
