//! `feedroom ledger`: the record of what was published.

use std::collections::HashSet;
use std::fs::File;
use std::io::{BufReader, BufWriter};
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use clap::{Args, Subcommand};

use super::{Exit, Source, report, setup};
use crate::config::Overrides;
use crate::ledger::{self, Adopted, Fate};
use crate::press::Press;
use crate::{clock, document, feed, http, site};

/// Backs up, restores, adopts or confirms the record of what was published.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  feedroom ledger export --out ledger.jsonl\n  feedroom ledger import ledger.jsonl\n  feedroom ledger adopt https://old.example.org/feed.xml\n  feedroom ledger confirm"
)]
pub(super) struct Ledger {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Write the whole record as JSON Lines; works beside a running daemon
    Export {
        #[command(flatten)]
        source: Source,
        /// Where to write; else to standard output
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Take an export over into an empty record, all or nothing
    Import {
        /// The export
        file: PathBuf,
        #[command(flatten)]
        source: Source,
    },
    /// Take over ids, dates and links of an existing feed for the releases that match, before they are first published
    Adopt {
        /// An RSS or Atom feed: a file or an address
        feed: String,
        #[command(flatten)]
        source: Source,
    },
    /// Let a held change through; a running daemon publishes it at once
    Confirm {
        #[command(flatten)]
        source: Source,
    },
}

impl Ledger {
    pub fn run(self) -> Exit {
        let done = match self.action {
            Action::Export { source, out } => export(&source, out.as_deref()),
            Action::Import { file, source } => import(&source, &file),
            Action::Adopt { feed, source } => adopt(&source, &feed),
            Action::Confirm { source } => confirm(&source),
        };
        done.unwrap_or_else(setup::Stop::show)
    }
}

fn export(source: &Source, out: Option<&Path>) -> Result<Exit, setup::Stop> {
    let settings = setup::settings_of_record(source)?;
    let ledger = ledger::Ledger::read(&settings.state_dir)?;
    let written = match out {
        Some(path) => File::create(path).map(|file| ledger.export(&mut BufWriter::new(file))),
        None => Ok(ledger.export(&mut BufWriter::new(std::io::stdout().lock()))),
    };
    let path = out.unwrap_or(Path::new("standard output"));
    let failed = |error: std::io::Error| setup::Stop::Failed(format!("cannot write {}: {error}", path.display()));
    written.map_err(failed)??.map_err(failed)?;
    Ok(Exit::Done)
}

fn import(source: &Source, path: &Path) -> Result<Exit, setup::Stop> {
    let settings = setup::settings_of_record(source)?;
    let file =
        File::open(path).map_err(|error| setup::Stop::Failed(format!("cannot open {}: {error}", path.display())))?;
    let count = ledger::Ledger::open(&settings.state_dir)?.import(BufReader::new(file))?;
    report::line(&format!("imported {}", report::count(count, "item", "items")));
    Ok(Exit::Done)
}

fn adopt(source: &Source, from: &str) -> Result<Exit, setup::Stop> {
    let settings = setup::settings(source, Overrides::default())?;
    let bytes = if from.starts_with("http://") || from.starts_with("https://") {
        let fetched = http::fetch(from, &[]).map_err(setup::Stop::Failed)?;
        if fetched.status != 200 {
            return Err(setup::Stop::Failed(format!("{from} answers with status {}", fetched.status)));
        }
        fetched.body.to_vec()
    } else {
        std::fs::read(from).map_err(|error| setup::Stop::Failed(format!("cannot read {from}: {error}")))?
    };
    let entries = feed::read(&bytes).map_err(|error| setup::Stop::Failed(format!("cannot read {from}: {error}")))?;
    let unnamed: HashSet<String> = entries.iter().filter(|it| !it.is_named).map(|it| it.id.clone()).collect();
    let entries: Vec<Adopted> = entries
        .into_iter()
        .map(|entry| Adopted {
            text: document::text_of_html(&entry.html),
            title: document::text_of_html(&entry.title),
            id: entry.id,
            link: entry.link,
            published: entry.published,
            updated: entry.updated,
        })
        .collect();
    let mut press = Press::new(setup::press(&settings, site::Parts::Feeds), ledger::Ledger::open(&settings.state_dir)?);
    press.look(&|_, _| {});
    let fates = press.adopt(&entries, clock::now())?;
    let (mut missed, mut uncertain) = (0, 0);
    for adoption in &fates {
        let fate = match &adoption.fate {
            Fate::Taken { path, by, file_says } => {
                uncertain += usize::from(unnamed.contains(&adoption.id));
                let day = |day: &NaiveDate| format!(", its date too: the file says {day}");
                format!("taken      {path} ({by}){}", file_says.as_ref().map(day).unwrap_or_default())
            }
            Fate::Known => "known      the ledger has this id already".to_string(),
            Fate::Published { path } => format!("published  {path} keeps the id that it has here"),
            Fate::Unmatched => {
                missed += 1;
                "unmatched  no release is like it".to_string()
            }
        };
        report::line(&format!("{}  {}", report::bold(&adoption.title), report::dim(&adoption.id)));
        report::line(&format!("  {fate}"));
    }
    report::error(&format!("{}, {missed} unmatched", report::count(fates.len(), "entry", "entries")));
    if uncertain > 0 {
        let entries = report::count(uncertain, "entry has", "entries have");
        report::error(&format!(
            "warning: {entries} no guid: readers that know these by their address and date may show them once more"
        ));
    }
    Ok(Exit::Done)
}

fn confirm(source: &Source) -> Result<Exit, setup::Stop> {
    let settings = setup::settings_of_record(source)?;
    match ledger::confirm(&settings.state_dir, clock::now())? {
        Some(hold) => hold.reasons.iter().for_each(|reason| report::line(&format!("confirmed: {reason}"))),
        None => report::line("nothing is held"),
    }
    Ok(Exit::Done)
}
