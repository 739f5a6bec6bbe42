//! What the daemon writes about itself: how much, in which form, and whether every request is told.

use toml::de::DeTable;

use super::mistake::{Mistake, did_you_mean, nearest};
use super::resolve::Work;
use super::table::{Table, Value};

/// What is logged, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Log {
    /// Levels, for all and by module: `info`, `warn,feedroom::http=debug`.
    pub levels: String,
    /// The form of a message.
    pub format: LogFormat,
    /// Whether every request is told.
    pub access: bool,
}

/// The form of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// The journal's own fields where standard error is the journal, else text.
    Auto,
    /// A line for people.
    Text,
    /// A JSON object on a line.
    Json,
    /// The journal's own fields.
    Journal,
}

/// The words of `log.format`.
const FORMATS: [(&str, LogFormat); 4] =
    [("auto", LogFormat::Auto), ("text", LogFormat::Text), ("json", LogFormat::Json), ("journal", LogFormat::Journal)];

impl LogFormat {
    /// The word for it in the configuration.
    pub(super) fn word(self) -> &'static str {
        FORMATS.iter().find(|(_, format)| *format == self).map_or("auto", |(word, _)| word)
    }
}

/// Whether a part of `levels` is a level, for all or for a module.
fn is_level(part: &str) -> bool {
    let (module, level) = part.rsplit_once('=').unwrap_or(("all", part));
    let named = module.bytes().all(|b| b.is_ascii_alphanumeric() || b == b':' || b == b'_');
    named && !module.is_empty() && ["off", "error", "warn", "info", "debug", "trace"].contains(&level)
}

/// The table `[log]` as written, in words: the environment says it in words, too.
#[derive(Debug, Default)]
pub(super) struct Written {
    pub(super) levels: Option<Value<String>>,
    pub(super) format: Option<Value<String>>,
    pub(super) access: Option<Value<String>>,
}

impl Written {
    pub(super) fn read(&mut self, table: &DeTable<'_>, mistakes: &mut Vec<Mistake>) {
        let mut table = Table::new(table, "[log]");
        self.levels = table.filled("levels");
        self.format = table.filled("format");
        self.access =
            table.boolean("access").map(|value| Value { value: value.value.to_string(), origin: value.origin });
        table.finish(mistakes);
    }

    pub(super) fn resolve(&self, work: &mut Work<'_, '_>) -> Log {
        let levels = work.plain("log.levels", &self.levels, "info".to_string());
        if let Some(written) = &self.levels
            && !levels.split(',').all(is_level)
        {
            let advice = "write `info`, or `warn,feedroom::http=debug`: error, warn, info, debug, trace or off";
            work.mistake(&written.origin, format!("`{levels}` are no levels"), advice);
        }
        work.plain("log.format", &self.format, String::new());
        let format = self.format.as_ref().map_or(LogFormat::Auto, |written| {
            FORMATS.iter().find(|(word, _)| *word == written.value).map_or_else(
                || {
                    let words = FORMATS.map(|(word, _)| word);
                    let advice = did_you_mean(&nearest(&written.value, words, 1))
                        .unwrap_or_else(|| format!("write one of `{}`", words.join("`, `")));
                    work.mistake(&written.origin, format!("`format` can't be `{}`", written.value), advice);
                    LogFormat::Auto
                },
                |(_, format)| *format,
            )
        });
        work.plain("log.access", &self.access, String::new());
        let access = self.access.as_ref().is_some_and(|written| match written.value.as_str() {
            "true" | "1" | "yes" | "on" => true,
            "false" | "0" | "no" | "off" => false,
            other => {
                work.mistake(&written.origin, format!("`access` can't be `{other}`"), "write `true` or `false`");
                false
            }
        });
        Log { levels, format, access }
    }
}
