//! From what was typed to a press: configuration, folders, ledger.

use std::ffi::OsString;
use std::path::Path;

use super::{Exit, Source, report};
use crate::config::{self, Colour, ConfigError, Overrides};
use crate::ledger::{Ledger, LedgerError};
use crate::press::{self, Impression, Press, TopicSource};
use crate::{clock, daemon, item, site};

/// Everything a command needs, or the reason why it can't run.
pub(super) enum Stop {
    /// The configuration is wrong.
    Config(ConfigError),
    /// The ledger can't be used.
    Ledger(LedgerError),
    /// Something else could not be done: one sentence.
    Failed(String),
}

impl From<ConfigError> for Stop {
    fn from(error: ConfigError) -> Self {
        Stop::Config(error)
    }
}

impl From<LedgerError> for Stop {
    fn from(error: LedgerError) -> Self {
        Stop::Ledger(error)
    }
}

impl Stop {
    /// Shows the reason and gives the exit code.
    pub fn show(self) -> Exit {
        match self {
            Stop::Config(error) => {
                let colour = if report::is_coloured() { Colour::Always } else { Colour::Never };
                report::error(error.show(colour).trim_end());
                Exit::Usage
            }
            Stop::Ledger(error) => {
                report::error(&format!("error: {error}"));
                Exit::Failed
            }
            Stop::Failed(message) => {
                report::error(&format!("error: {message}"));
                Exit::Failed
            }
        }
    }
}

/// Reads the configuration that a command line asks for.
pub(super) fn settings(source: &Source, flags: Overrides) -> Result<config::Settings, ConfigError> {
    let env = |name: &str| -> Option<OsString> { std::env::var_os(name) };
    let house = &source.house;
    let flags = Overrides { base_url: house.base_url.clone(), state_dir: house.state.clone(), ..flags };
    match &source.path {
        Some(path) => {
            if configuration_of(path).is_some() {
                report::error(&format!(
                    "note: {} is named, so the configuration that it has is not used; leave it out to use that",
                    path.display()
                ));
            }
            config::for_folder(path, &flags, &env)
        }
        None => config::load(house.config.as_deref(), &flags, &env),
    }
}

/// The same for what has been published: with the folder where that is remembered, no configuration is needed. Then each
/// subfolder is a topic.
pub(super) fn settings_of_record(source: &Source) -> Result<config::Settings, ConfigError> {
    let found = settings(source, Overrides::default());
    let bare = source.path.is_none() && source.house.config.is_none() && source.house.state.is_some();
    if !bare || found.is_ok() || std::env::var_os("FEEDROOM_CONFIG").is_some() {
        return found;
    }
    match config::is_anywhere() {
        true => found,
        false => settings(&Source { path: Some(".".into()), ..source.clone() }, Overrides::default()),
    }
}

/// The same, where a PATH that was typed must be a folder. One of the configuration may come later.
pub(super) fn settings_of_folder(source: &Source, flags: Overrides) -> Result<config::Settings, Stop> {
    let Some(path) = source.path.as_ref().filter(|path| !path.is_dir()) else { return Ok(settings(source, flags)?) };
    let (shown, exists) = (path.display(), path.exists());
    let message = if exists { format!("{shown} is no folder") } else { format!("there is no folder {shown}") };
    let advice = if exists { "name the folder it lies in" } else { "check its name" };
    Err(Stop::Config(ConfigError::plain(message, advice)))
}

/// The configuration that is found, where a path lies in one of its folders.
pub(super) fn configuration_of(path: &Path) -> Option<config::Settings> {
    let env = |name: &str| -> Option<OsString> { std::env::var_os(name) };
    config::load(None, &Overrides::default(), &env).ok().filter(|settings| home(settings, path).is_some())
}

/// The configured folder that a path lies in, and its path there.
pub(super) fn home<'c>(settings: &'c config::Settings, path: &Path) -> Option<(&'c config::Folder, String)> {
    let path = path.canonicalize().ok()?;
    settings.folders.iter().find_map(|folder| {
        let inside = path.strip_prefix(folder.folder.root.canonicalize().ok()?).ok()?.to_str()?;
        Some((folder, inside.to_string()))
    })
}

/// The press's settings out of the configuration.
pub(crate) fn press(settings: &config::Settings, parts: site::Parts) -> press::Settings {
    let several = settings.folders.len() > 1;
    let mut prefixes: Vec<String> = Vec::new();
    let folders = settings
        .folders
        .iter()
        .map(|folder| {
            let name = folder.folder.root.file_name().map_or_else(|| "folder".into(), |name| name.to_string_lossy());
            let mut prefix = if several { format!("{name}/") } else { String::new() };
            let mut number = 2;
            while several && prefixes.contains(&prefix) {
                prefix = format!("{name}-{number}/");
                number += 1;
            }
            prefixes.push(prefix.clone());
            let language =
                folder.language.clone().or_else(|| Some(settings.newsroom.language.clone()).filter(|l| !l.is_empty()));
            let reading = item::Settings { time_zone: folder.time_zone, language, date_order: folder.date_order };
            press::Folder { files: folder.folder.clone(), reading, prefix }
        })
        .collect();
    let topics = if settings.topics.is_empty() {
        TopicSource::Subfolders(|paths| config::topics_of(paths.iter().copied()))
    } else {
        TopicSource::Configured(settings.topics.clone())
    };
    press::Settings { newsroom: settings.newsroom.clone(), folders, topics, ledger: Default::default(), parts }
}

/// The ledger that a command line asks for.
pub(super) fn ledger(source: &Source, settings: &config::Settings) -> Result<Ledger, LedgerError> {
    if source.house.ephemeral { Ledger::ephemeral() } else { Ledger::open(&settings.state_dir) }
}

/// Looks at every release and publishes what is found to the ledger: the press and what came off it, or nothing where no
/// folder could be looked at. That is told; a folder that is not there is no reason to take everything back, nor to begin
/// a ledger with nothing.
pub(super) fn print(
    settings: &config::Settings,
    ledger: Ledger,
    parts: site::Parts,
) -> Result<Option<(Press, Impression)>, Stop> {
    let mut press = Press::new(self::press(settings, parts), ledger);
    press.resume();
    let bar = report::Bar::new();
    press.look(&|done, of| bar.update(done, of));
    bar.finish();
    if press.is_blind() {
        press.problems().iter().for_each(|problem| report::error(&report::problem(problem)));
        return Ok(None);
    }
    let mut impression = press.publish(clock::now())?;
    daemon::dress(&mut impression.site, &settings.server);
    impression.problems.iter().for_each(|problem| report::error(&report::problem(problem)));
    Ok(Some((press, impression)))
}

/// Whether something was ever published from the configured state folder.
pub(super) fn has_ledger(settings: &config::Settings) -> bool {
    settings.state_dir.join("ledger.db").exists()
}
