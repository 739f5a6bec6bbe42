//! The configuration file as written: every key that there is, each value with its place, nothing checked but types.

use std::ffi::OsString;
use std::ops::Range;
use std::path::PathBuf;

use toml::de::DeTable;

use super::WatchMode;
use super::log;
use super::mistake::{Mistake, Origin};
use super::outside;
use super::server;
use super::table::{Table, Value};
use crate::date::DateOrder;
use crate::edition::Content;

/// The whole file.
#[derive(Debug, Default)]
pub(super) struct File {
    pub(super) title: Option<Value<String>>,
    pub(super) description: Option<Value<String>>,
    pub(super) base_url: Option<Value<String>>,
    pub(super) language: Option<Value<String>>,
    pub(super) author: Option<Author>,
    pub(super) rights: Option<Value<String>>,
    pub(super) icon: Option<Value<String>>,
    pub(super) logo: Option<Value<String>>,
    pub(super) hubs: Vec<Value<String>>,
    /// The zone of folders that name none; only the environment sets it.
    pub(super) time_zone: Option<Value<String>>,
    pub(super) folders: Vec<Folder>,
    pub(super) topics: Vec<Topic>,
    pub(super) listen: Vec<Value<String>>,
    pub(super) admin: Option<Value<String>>,
    pub(super) server: server::Written,
    pub(super) watch_mode: Option<Value<WatchMode>>,
    pub(super) poll_seconds: Option<Value<u32>>,
    pub(super) full_look_minutes: Option<Value<u32>>,
    pub(super) watch_configuration: Option<Value<bool>>,
    pub(super) log: log::Written,
    pub(super) state_dir: Option<Value<String>>,
    pub(super) output_dir: Option<Value<String>>,
    pub(super) bucket: Option<outside::Bucket>,
    pub(super) purge: Option<outside::Purge>,
}

/// `author = { name, email, url }`.
#[derive(Debug)]
pub(super) struct Author {
    pub(super) place: Range<usize>,
    pub(super) name: Option<Value<String>>,
    pub(super) email: Option<Value<String>>,
    pub(super) url: Option<Value<String>>,
}

/// A `[[folder]]`.
#[derive(Debug)]
pub(super) struct Folder {
    pub(super) path: Option<Value<String>>,
    pub(super) time_zone: Option<Value<String>>,
    pub(super) language: Option<Value<String>>,
    pub(super) date_order: Option<Value<DateOrder>>,
    pub(super) include: Option<Vec<Value<String>>>,
    pub(super) exclude: Vec<Value<String>>,
}

/// A `[[topic]]`.
#[derive(Debug)]
pub(super) struct Topic {
    pub(super) place: Range<usize>,
    pub(super) slug: Option<Value<String>>,
    pub(super) title: Option<Value<String>>,
    pub(super) description: Option<Value<String>>,
    pub(super) language: Option<Value<String>>,
    pub(super) folders: Vec<Value<String>>,
    pub(super) tags: Vec<Value<String>>,
    pub(super) words: Vec<Value<String>>,
    pub(super) any: Vec<Value<String>>,
    pub(super) all: Vec<Value<String>>,
    pub(super) none: Vec<Value<String>>,
    pub(super) window: Option<Value<u32>>,
    pub(super) content: Option<Value<Content>>,
}

/// The words of `date_order`.
pub(super) const DATE_ORDERS: [(&str, DateOrder); 3] =
    [("dmy", DateOrder::DayFirst), ("mdy", DateOrder::MonthFirst), ("ymd", DateOrder::YearFirst)];
/// The words of `content`.
pub(super) const CONTENTS: [(&str, Content); 3] =
    [("both", Content::Both), ("full", Content::Full), ("excerpt", Content::Excerpt)];
/// The words of `watch.mode`.
pub(super) const WATCH_MODES: [(&str, WatchMode); 2] = [("auto", WatchMode::Auto), ("poll", WatchMode::Poll)];

impl File {
    /// Reads a text; everything readable is in the file, everything else among the mistakes.
    ///
    /// A text that is no TOML is an error, and only that is reported: what it seems to say would mislead.
    pub(super) fn parse(text: &str) -> Result<(Self, Vec<Mistake>), Vec<Mistake>> {
        let (root, errors) = DeTable::parse_recoverable(text);
        if !errors.is_empty() {
            return Err(errors.iter().take(5).map(|error| syntax(text, error)).collect());
        }
        let mut mistakes = Vec::new();
        let file = Self::read(root.get_ref(), &mut mistakes);
        Ok((file, mistakes))
    }

    fn read(root: &DeTable<'_>, mistakes: &mut Vec<Mistake>) -> Self {
        let mut file = Self::default();
        let mut top = Table::new(root, "");
        let advice = "add `[[folder]]` and `path = \"…\"`";
        top.require("folder", &(0..0), "there is no folder to read releases from", advice);
        if let Some((table, _)) = top.table("newsroom") {
            file.read_newsroom(table, mistakes);
        }
        file.folders = top.tables("folder").into_iter().map(|(table, at)| Folder::read(table, at, mistakes)).collect();
        file.topics = top.tables("topic").into_iter().map(|(table, at)| Topic::read(table, at, mistakes)).collect();
        if let Some((table, _)) = top.table("server") {
            let mut table = Table::new(table, "[server]");
            file.listen = table.strings("listen").unwrap_or_default();
            file.admin = table.filled("admin");
            file.server.read(&mut table);
            table.finish(mistakes);
        }
        if let Some((table, _)) = top.table("limits") {
            file.server.read_limits(table, mistakes);
        }
        if let Some((table, _)) = top.table("watch") {
            let mut table = Table::new(table, "[watch]");
            file.watch_mode = table.choice("mode", &WATCH_MODES);
            file.poll_seconds = table.integer("poll_seconds", 1..=3_600);
            file.full_look_minutes = table.integer("full_look_minutes", 1..=10_080);
            file.watch_configuration = table.boolean("configuration");
            table.finish(mistakes);
        }
        if let Some((table, _)) = top.table("log") {
            file.log.read(table, mistakes);
        }
        if let Some((table, _)) = top.table("state") {
            let mut table = Table::new(table, "[state]");
            file.state_dir = table.filled("dir");
            table.finish(mistakes);
        }
        if let Some((table, _)) = top.table("output") {
            let mut table = Table::new(table, "[output]");
            file.output_dir = table.filled("dir");
            table.finish(mistakes);
        }
        if let Some((table, _)) = top.table("publish") {
            file.bucket = outside::Bucket::read(table, mistakes);
        }
        if let Some((table, place)) = top.table("purge") {
            file.purge = Some(outside::Purge::read(table, &place, mistakes));
        }
        top.finish(mistakes);
        file
    }

    fn read_newsroom(&mut self, table: &DeTable<'_>, mistakes: &mut Vec<Mistake>) {
        let mut table = Table::new(table, "[newsroom]");
        self.title = table.filled("title");
        self.description = table.string("description");
        self.base_url = table.filled("base_url");
        self.language = table.filled("language");
        self.rights = table.filled("rights");
        self.icon = table.filled("icon");
        self.logo = table.filled("logo");
        self.hubs = table.strings("hubs").unwrap_or_default();
        self.author = table.table("author").map(|(author, place)| {
            let mut author = Table::new(author, "author");
            author.require("name", &place, "`author` has no name", "add `name = \"…\"`");
            let read =
                Author { place, name: author.filled("name"), email: author.filled("email"), url: author.filled("url") };
            author.finish(mistakes);
            read
        });
        table.finish(mistakes);
    }

    /// Puts values from outside the file over its own; `origin` names where each came from by its key.
    pub(super) fn overlay(&mut self, values: &Overrides, origin: impl Fn(&str) -> Origin) {
        let Overrides { title, base_url, language, time_zone, listen, admin, state_dir, output_dir, .. } = values;
        let Overrides { log, log_format, access_log, .. } = values;
        let put = |slot: &mut Option<Value<String>>, key: &str, value: &Option<String>| {
            if let Some(value) = value {
                *slot = Some(Value { value: value.clone(), origin: origin(key) });
            }
        };
        put(&mut self.title, "title", title);
        put(&mut self.base_url, "base_url", base_url);
        put(&mut self.language, "language", language);
        put(&mut self.time_zone, "time_zone", time_zone);
        put(&mut self.admin, "admin", admin);
        put(&mut self.log.levels, "log", log);
        put(&mut self.log.format, "log_format", log_format);
        put(&mut self.log.access, "access_log", access_log);
        let text = |path: &Option<PathBuf>| path.as_ref().map(|path| path.to_string_lossy().into_owned());
        put(&mut self.state_dir, "state_dir", &text(state_dir));
        put(&mut self.output_dir, "output_dir", &text(output_dir));
        if !listen.is_empty() {
            self.listen = listen.iter().map(|one| Value { value: one.clone(), origin: origin("listen") }).collect();
        }
    }
}

/// Values that stand above those of the file: from the command line, or from the environment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Overrides {
    /// `$FEEDROOM_TITLE`.
    pub title: Option<String>,
    /// `$FEEDROOM_BASE_URL`, `--base-url`.
    pub base_url: Option<String>,
    /// `$FEEDROOM_LANGUAGE`.
    pub language: Option<String>,
    /// `$FEEDROOM_TIME_ZONE`: the zone of folders that name none.
    pub time_zone: Option<String>,
    /// `$FEEDROOM_LISTEN` (several with commas or spaces between), `--listen`; empty: not given.
    pub listen: Vec<String>,
    /// `$FEEDROOM_ADMIN`, `--admin`.
    pub admin: Option<String>,
    /// `$FEEDROOM_STATE_DIR`, `--state`; relative to the working directory.
    pub state_dir: Option<PathBuf>,
    /// `$FEEDROOM_OUTPUT_DIR`, `--out`; relative to the working directory.
    pub output_dir: Option<PathBuf>,
    /// `$FEEDROOM_LOG`: levels, as in `log.levels`.
    pub log: Option<String>,
    /// `$FEEDROOM_LOG_FORMAT`: as in `log.format`.
    pub log_format: Option<String>,
    /// `$FEEDROOM_ACCESS_LOG`: `true` or `false`.
    pub access_log: Option<String>,
}

impl Overrides {
    /// What the environment says. A variable that is set to nothing is taken as not set.
    pub(super) fn from_environment(env: &dyn Fn(&str) -> Option<OsString>) -> Self {
        let get = |name: &str| env(name).filter(|value| !value.is_empty());
        let text = |name: &str| get(name).map(|value| value.to_string_lossy().into_owned());
        let list = text("FEEDROOM_LISTEN").unwrap_or_default();
        Self {
            title: text("FEEDROOM_TITLE"),
            base_url: text("FEEDROOM_BASE_URL"),
            language: text("FEEDROOM_LANGUAGE"),
            time_zone: text("FEEDROOM_TIME_ZONE"),
            listen: list.split([',', ' ']).filter(|one| !one.is_empty()).map(str::to_string).collect(),
            admin: text("FEEDROOM_ADMIN"),
            state_dir: get("FEEDROOM_STATE_DIR").map(PathBuf::from),
            output_dir: get("FEEDROOM_OUTPUT_DIR").map(PathBuf::from),
            log: text("FEEDROOM_LOG"),
            log_format: text("FEEDROOM_LOG_FORMAT"),
            access_log: text("FEEDROOM_ACCESS_LOG"),
        }
    }
}

impl Folder {
    fn read(table: &DeTable<'_>, place: Range<usize>, mistakes: &mut Vec<Mistake>) -> Self {
        let mut table = Table::new(table, "[[folder]]");
        table.require("path", &place, "this folder has no path", "add `path = \"…\"`");
        let folder = Self {
            path: table.filled("path"),
            time_zone: table.filled("time_zone"),
            language: table.filled("language"),
            date_order: table.choice("date_order", &DATE_ORDERS),
            include: table.strings("include"),
            exclude: table.strings("exclude").unwrap_or_default(),
        };
        table.finish(mistakes);
        folder
    }
}

impl Topic {
    fn read(table: &DeTable<'_>, place: Range<usize>, mistakes: &mut Vec<Mistake>) -> Self {
        let mut table = Table::new(table, "[[topic]]");
        let advice = "add `slug = \"…\"`: it stands in the feeds' addresses";
        table.require("slug", &place, "this topic has no slug", advice);
        let topic = Self {
            place,
            slug: table.filled("slug"),
            title: table.filled("title"),
            description: table.string("description"),
            language: table.filled("language"),
            folders: table.strings("folders").unwrap_or_default(),
            tags: table.strings("tags").unwrap_or_default(),
            words: table.strings("words").unwrap_or_default(),
            any: table.strings("any").unwrap_or_default(),
            all: table.strings("all").unwrap_or_default(),
            none: table.strings("none").unwrap_or_default(),
            window: table.integer("window", 1..=10_000),
            content: table.choice("content", &CONTENTS),
        };
        table.finish(mistakes);
        topic
    }
}

/// A text that is no TOML.
fn syntax(text: &str, error: &toml::de::Error) -> Mistake {
    let at = error.span().unwrap_or(text.len()..text.len());
    let (message, advice) = match error.message().split_once(", expected ") {
        Some(("string values must be quoted", _)) => {
            ("a text must stand in quotes", "write \"…\" around it".to_string())
        }
        Some((message, expected)) => (message, format!("expected {expected}")),
        None if error.message() == "duplicate key" => {
            ("this key is there twice", "take one of the two out".to_string())
        }
        None => (error.message(), "see https://toml.io for how TOML is written".to_string()),
    };
    Mistake::span(at, message, advice)
}
