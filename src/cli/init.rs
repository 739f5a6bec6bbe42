//! `feedroom init`: a newsroom that works at once.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use clap::Args;

use super::{Exit, report};
use crate::clock;

/// Makes a newsroom that works at once: a configuration and a folder with a first release in it.
///
/// Nothing that exists is overwritten.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  feedroom init newsroom && cd newsroom && feedroom serve")]
pub(super) struct Init {
    /// The folder to make it in; made where it does not exist
    dir: PathBuf,
}

const CONFIG: &str = r#"# A newsroom. `feedroom serve` in this folder serves it; `feedroom generate` writes it to public/.
# Paths are relative to this file.

[newsroom]
title = "Our newsroom"
description = "News and releases."
# base_url = "https://news.example.org/"   # the public address: feeds and pages link to nothing else; until there is
                                           # one, where it listens
language = "en"

[[folder]]
path = "releases"
time_zone = "UTC"                     # a date without a time begins here, e.g. "Europe/Berlin"

[[topic]]
slug = "announcements"
title = "Announcements"
folders = ["announcements"]

[[topic]]
slug = "events"
title = "Events"
folders = ["events"]                  # what lies in releases/events/,
words = ["open day", "conference*", "exhibition*"]   # and what says one of these

[server]
listen = ["127.0.0.1:8080"]

[output]
dir = "public"
"#;

impl Init {
    pub fn run(self) -> Exit {
        match make(&self.dir, clock::now()) {
            Ok(files) => {
                for file in files {
                    report::line(&format!("made {}", file.display()));
                }
                report::line(&format!(
                    "\nTry next:\n  cd {}\n  feedroom check\n  feedroom serve\nthen drop a file into releases/ and see it at http://127.0.0.1:8080/",
                    self.dir.display()
                ));
                Exit::Done
            }
            Err(message) => {
                report::error(&format!("error: {message}"));
                Exit::Failed
            }
        }
    }
}

fn make(dir: &Path, now: DateTime<Utc>) -> Result<Vec<PathBuf>, String> {
    let release = format!(
        "Our newsroom has feeds\n\n{}\n\nEvery file in this folder becomes an item of our feeds: plain text, Markdown, saved pages.\nThe date line above dates this one.\n",
        now.format("%-d %B %Y")
    );
    let files = [("feedroom.toml", CONFIG.to_string()), ("releases/announcements/our-newsroom-has-feeds.txt", release)];
    // All or nothing: look before the first is written.
    for (name, _) in &files {
        let path = dir.join(name);
        if path.symlink_metadata().is_ok() {
            return Err(format!("{} exists already: choose another folder, or remove it first", path.display()));
        }
    }
    let mut made = Vec::new();
    for (name, text) in files {
        let path = dir.join(name);
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent).map_err(|error| format!("cannot make {}: {error}", parent.display()))?;
        }
        let written = OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(&path)
            .and_then(|mut file| file.write_all(text.as_bytes()));
        match written {
            Ok(()) => made.push(path),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                return Err(format!("{} exists already", path.display()));
            }
            Err(error) => return Err(format!("cannot write {}: {error}", path.display())),
        }
    }
    Ok(made)
}
