//! `feedroom publish`: the site to a bucket, once.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use clap::Args;

use super::{Exit, House, Source, report, setup};
use crate::config::Overrides;
use crate::publish::bucket::{self, Bucket};
use crate::{clock, site};

/// Publishes the site to the bucket of the configuration, once.
///
/// Only objects that changed are uploaded; a run that was stopped goes on where it was. Credentials come from the
/// environment (AWS_ACCESS_KEY_ID, GOOGLE_APPLICATION_CREDENTIALS, AZURE_STORAGE_ACCOUNT_KEY …) or from ~/.aws.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  feedroom publish\n  feedroom publish --config /etc/feedroom/feedroom.toml\n  AWS_PROFILE=press feedroom publish\n\nA running daemon publishes by itself after each change."
)]
pub(super) struct Publish {
    #[command(flatten)]
    house: House,
    /// Upload everything, whatever stands there, also over what something else put there
    #[arg(long)]
    anew: bool,
}

impl Publish {
    pub fn run(self) -> Exit {
        let started = Instant::now();
        let Publish { house, anew } = self;
        let ephemeral = house.ephemeral;
        let source = Source { path: None, house };
        let settings = match setup::settings(&source, Overrides::default()) {
            Ok(settings) => settings,
            Err(error) => return setup::Stop::from(error).show(),
        };
        let Some(wanted) = settings.bucket.clone() else {
            report::error("error: no bucket is configured: add [publish.bucket] with `url = \"s3://…\"`");
            return Exit::Usage;
        };
        let place = wanted.url.clone();
        let made = setup::ledger(&source, &settings).map_err(setup::Stop::from).and_then(|ledger| {
            let writer =
                if ephemeral { Ok(uuid::Uuid::new_v4().to_string()) } else { bucket::writer(&settings.state_dir) };
            let writer = writer.map_err(|error| {
                setup::Stop::Failed(format!("cannot write below {}: {error}", settings.state_dir.display()))
            })?;
            let env = |name: &str| std::env::var_os(name);
            let bucket = Bucket::open(wanted, writer, &env).map_err(|error| setup::Stop::Failed(error.to_string()))?;
            Ok((setup::print(&settings, ledger, site::Parts::All)?, bucket))
        });
        let (mut press, impression, mut bucket) = match made {
            Ok((Some((press, impression)), bucket)) => (press, impression, bucket),
            Ok((None, _)) => {
                report::error("nothing was published");
                return Exit::Problems;
            }
            Err(stop) => return stop.show(),
        };
        let bar = Arc::new(Mutex::new(report::Bar::named("uploading")));
        let shown = Arc::clone(&bar);
        let progress = Arc::new(move |done, of| shown.lock().unwrap_or_else(PoisonError::into_inner).update(done, of));
        let published = bucket::publish(&mut bucket, impression.site, clock::now(), anew, progress);
        bar.lock().unwrap_or_else(PoisonError::into_inner).finish();
        // Pages were rendered on the way, and have validators to be remembered.
        if let Err(error) = press.remember(clock::now()) {
            report::error(&format!("error: {error}"));
        }
        let published = match published {
            Ok(published) => published,
            Err(error) => {
                report::error(&format!("error: {error}"));
                return Exit::Failed;
            }
        };
        for problem in &published.problems {
            report::error(&report::problem(problem));
        }
        for reason in impression.outcome.held.iter().flat_map(|held| &held.reasons) {
            report::error(&format!("held: {reason}; the last site stays until `feedroom ledger confirm`"));
        }
        report::line(&format!(
            "{place}: {} from {} in {}; {} uploaded ({} kB), {} unchanged, {} deleted, {} leaving; {}; {:.2} s",
            report::count(impression.edition.items.len(), "item", "items"),
            report::count(impression.files, "file", "files"),
            report::count(impression.edition.topics.len(), "topic", "topics"),
            published.uploaded,
            published.bytes.div_ceil(1000),
            published.unchanged,
            published.deleted,
            published.leaving,
            report::count(published.requests as usize, "request", "requests"),
            started.elapsed().as_secs_f64()
        ));
        let held = if impression.outcome.held.is_some() { Exit::Problems } else { Exit::Done };
        held.max(report::exit_of(&impression.problems)).max(report::exit_of(&published.problems))
    }
}
