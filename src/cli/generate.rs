//! `feedroom generate`: the feeds and pages into a directory, once.

use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::Args;

use super::setup::{self, Stop};
use super::{Exit, Source, report};
use crate::clock;
use crate::config::{ConfigError, Overrides, Settings};
use crate::publish::directory;
use crate::site::{self, Coding};

/// Writes the feeds and pages into a directory, once.
///
/// Only files that changed are written, each in one step; only files that an earlier run wrote are removed.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  feedroom generate releases --out public\n  feedroom generate --config config/feedroom.toml\n  feedroom generate releases --ephemeral --feeds-only --base-url https://news.example.org/"
)]
pub(super) struct Generate {
    #[command(flatten)]
    source: Source,
    /// Where to write; else `output.dir` of the configuration
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Only the feeds of the newest items, with a `.gz` beside each: no archives, pages or assets
    #[arg(long)]
    feeds_only: bool,
}

impl Generate {
    pub fn run(self) -> Exit {
        let started = Instant::now();
        let flags = Overrides { output_dir: self.out.clone(), ..Overrides::default() };
        let made = setup::settings_of_folder(&self.source, flags).and_then(|settings| {
            keep_apart(&settings)?;
            let ledger = setup::ledger(&self.source, &settings)?;
            let parts = if self.feeds_only { site::Parts::Feeds } else { site::Parts::All };
            Ok((setup::print(&settings, ledger, parts)?, settings))
        });
        let (mut press, impression, settings) = match made {
            Ok((Some((press, impression)), settings)) => (press, impression, settings),
            Ok((None, _)) => {
                report::error("nothing was written");
                return Exit::Problems;
            }
            Err(stop) => return stop.show(),
        };
        let options = directory::Options::default();
        let options =
            if self.feeds_only { directory::Options { codings: &[Coding::Gzip], ..options } } else { options };
        let written = match directory::write(&impression.site, &settings.output_dir, options) {
            Ok(written) => written,
            Err(error) => {
                report::error(&format!("error: {error}"));
                return Exit::Failed;
            }
        };
        if let Err(error) = press.remember(clock::now()) {
            report::error(&format!("error: {error}"));
            return Exit::Failed;
        }
        for problem in &written.problems {
            report::error(&report::problem(problem));
        }
        for reason in impression.outcome.held.iter().flat_map(|held| &held.reasons) {
            report::error(&format!("held: {reason}; the last site stays until `feedroom ledger confirm`"));
        }
        report::line(&format!(
            "{}: {} from {} in {}; {} written, {} unchanged, {} removed; {}; {:.2} s",
            settings.output_dir.display(),
            report::count(impression.edition.items.len(), "item", "items"),
            report::count(impression.files, "file", "files"),
            report::count(impression.edition.topics.len(), "topic", "topics"),
            written.written,
            written.unchanged,
            written.removed,
            report::tally(&impression.problems),
            started.elapsed().as_secs_f64()
        ));
        let held = if impression.outcome.held.is_some() { Exit::Problems } else { Exit::Done };
        held.max(report::exit_of(&impression.problems)).max(report::exit_of(&written.problems))
    }
}

/// Refuses to write among the releases: the pages would be read as releases the next time.
fn keep_apart(settings: &Settings) -> Result<(), Stop> {
    let real = |path: &Path| {
        let there = path.ancestors().find_map(|above| Some((above, above.canonicalize().ok()?)));
        there.map_or_else(|| path.to_path_buf(), |(above, real)| real.join(path.strip_prefix(above).unwrap_or(path)))
    };
    let out = real(&settings.output_dir);
    let inside =
        |root: &Path| Some(out.strip_prefix(real(root)).ok()?.join("index.html").to_string_lossy().into_owned());
    for folder in &settings.folders {
        let page = inside(&folder.folder.root).filter(|page| !folder.folder.exclude.matches(page));
        if page.is_some() {
            let (out, root) = (settings.output_dir.display(), folder.folder.root.display());
            return Err(Stop::Config(ConfigError::plain(
                format!("{out} lies in the folder of releases {root}"),
                "write beside it: --out public",
            )));
        }
    }
    Ok(())
}
