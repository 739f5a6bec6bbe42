//! From what was written to what is meant: defaults, paths, and every check that needs more than a type.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use chrono_tz::{TZ_VARIANTS, Tz};
use url::Url;

use super::file::{self, File};
use super::mistake::{Mistake, Origin, did_you_mean, nearest};
use super::table::Value;
use super::{ConfigError, Folder, Listen, Scheme, Settings, Watch, WatchMode, topics};
use crate::document::Author;
use crate::edition::Newsroom;
use crate::folder::{self, Globs};

/// What a file's values are resolved against.
pub(super) struct Ground<'a> {
    /// The file, where there is one.
    pub(super) path: Option<&'a Path>,
    /// Its text.
    pub(super) text: &'a str,
    /// The absolute folder that relative paths of the file start from.
    pub(super) base: PathBuf,
    /// The absolute folder that relative paths of the command line and the environment start from.
    pub(super) working: PathBuf,
    /// The state folder where nothing names one, with the name of what chose it.
    pub(super) state: (PathBuf, Origin),
    /// The output folder where nothing names one.
    pub(super) output: PathBuf,
}

/// The address that is listened on where nothing names one.
pub(super) const LISTEN: &str = "127.0.0.1:8080";

/// Checks everything and fills in what was not said. All mistakes come back together.
pub(super) fn resolve(file: &File, mut mistakes: Vec<Mistake>, ground: &Ground<'_>) -> Result<Settings, ConfigError> {
    let mut work = Work { ground, mistakes: &mut mistakes, origins: BTreeMap::new() };
    let listen = work.listen(file);
    let admin = work.admin(file, &listen);
    let server = file.server.resolve(&mut work);
    let newsroom = work.newsroom(file, &listen);
    let folders = work.folders(file);
    let topics = topics::resolve(&file.topics, &mut work);
    let watch = Watch {
        mode: work.plain("watch.mode", &file.watch_mode, WatchMode::Auto),
        poll_seconds: work.plain("watch.poll_seconds", &file.poll_seconds, 5),
        full_look_minutes: work.plain("watch.full_look_minutes", &file.full_look_minutes, 60),
        configuration: work.plain("watch.configuration", &file.watch_configuration, true),
    };
    let log = file.log.resolve(&mut work);
    let state_dir = work.dir("state.dir", &file.state_dir, &ground.state.0, &ground.state.1);
    let output_dir = work.dir("output.dir", &file.output_dir, &ground.output, &Origin::Default);
    let bucket = file.bucket.as_ref().and_then(|bucket| bucket.resolve(&mut work));
    let purge = file.purge.as_ref().and_then(|purge| purge.resolve(&mut work));
    let origins = work.origins;
    if !mistakes.is_empty() {
        return Err(ConfigError::new(ground.path, ground.text, mistakes));
    }
    let file = ground.path.map(Path::to_path_buf);
    Ok(Settings {
        newsroom,
        folders,
        topics,
        listen,
        admin,
        server,
        watch,
        log,
        state_dir,
        output_dir,
        bucket,
        purge,
        file,
        origins,
    })
}

/// A resolution under way: mistakes and origins gather here.
pub(super) struct Work<'a, 'g> {
    ground: &'a Ground<'g>,
    pub(super) mistakes: &'a mut Vec<Mistake>,
    origins: BTreeMap<String, String>,
}

impl Work<'_, '_> {
    /// Remembers where a value came from.
    pub(super) fn origin(&mut self, key: impl Into<String>, origin: &Origin) {
        self.origins.insert(key.into(), origin.describe(self.ground.path, self.ground.text));
    }

    pub(super) fn mistake(&mut self, at: &Origin, message: impl Into<String>, advice: impl Into<String>) {
        self.mistakes.push(Mistake::new(at, message, advice));
    }

    /// A value as written, or its default.
    pub(super) fn plain<T: Clone>(&mut self, key: &str, value: &Option<Value<T>>, default: T) -> T {
        self.optional(key, value).unwrap_or(default)
    }

    /// A value as written; where it is missing that is its default.
    pub(super) fn optional<T: Clone>(&mut self, key: &str, value: &Option<Value<T>>) -> Option<T> {
        self.origin(key, value.as_ref().map_or(&Origin::Default, |value| &value.origin));
        value.as_ref().map(|value| value.value.clone())
    }

    /// A BCP 47 language (RFC 5646, section 2.1, by its shape: subtags of letters and digits, the first of letters).
    pub(super) fn language(&mut self, key: &str, value: &Option<Value<String>>) -> Option<String> {
        let language = self.optional(key, value)?;
        let mut subtags = language.split('-');
        let first = subtags.next().unwrap_or_default();
        let well_formed = (2..=8).contains(&first.len())
            && first.bytes().all(|b| b.is_ascii_alphabetic())
            && subtags.all(|tag| (1..=8).contains(&tag.len()) && tag.bytes().all(|b| b.is_ascii_alphanumeric()));
        if !well_formed {
            let origin = value.as_ref().map_or(Origin::Default, |value| value.origin.clone());
            let advice = match language.replace('_', "-") {
                better if better != language => format!("write `{better}`"),
                _ => "write a tag such as `en`, `de-AT` or `sr-Latn`".to_string(),
            };
            self.mistake(&origin, format!("`{language}` is not a language tag"), advice);
        }
        Some(language)
    }

    fn listen(&mut self, file: &File) -> Vec<Listen> {
        let given = file.listen.first().map_or(Origin::Default, |first| first.origin.clone());
        self.origin("server.listen", &given);
        let mut listen = Vec::new();
        for one in &file.listen {
            match Listen::parse(&one.value) {
                Ok(address) if listen.contains(&address) => {
                    self.mistake(&one.origin, format!("`{}` is listed twice", one.value), "take one out");
                }
                Ok(address) => listen.push(address),
                Err(advice) => {
                    self.mistake(&one.origin, format!("`{}` is not an address to listen on", one.value), advice);
                }
            }
        }
        if file.listen.is_empty() {
            listen.extend(Listen::parse(LISTEN));
        }
        listen
    }

    fn admin(&mut self, file: &File, public: &[Listen]) -> Option<Listen> {
        let text = self.optional("server.admin", &file.admin)?;
        let origin = file.admin.as_ref().map_or(Origin::Default, |value| value.origin.clone());
        match Listen::parse(&text) {
            Ok(address) if public.contains(&address) => {
                let message = format!("`{text}` is public already");
                self.mistake(&origin, message, "give the admin listener a port of its own: it must not be public");
                None
            }
            Ok(address) => Some(address),
            Err(advice) => {
                self.mistake(&origin, format!("`{text}` is not an address to listen on"), advice);
                None
            }
        }
    }

    fn newsroom(&mut self, file: &File, listen: &[Listen]) -> Newsroom {
        let base_url = match &file.base_url {
            Some(value) => self.base_url(value),
            None => {
                let scheme = if file.server.is_secure() { Scheme::Https } else { Scheme::Http };
                let derived = listen.iter().find_map(|listen| listen.base_url(scheme));
                Url::parse(&derived.unwrap_or_else(|| "http://localhost/".to_string())).ok()
            }
        };
        self.origin("newsroom.base_url", file.base_url.as_ref().map_or(&Origin::Default, |value| &value.origin));
        let first_folder = file.folders.first().and_then(|folder| folder.path.as_ref());
        let title = || first_folder.map_or_else(|| "Newsroom".to_string(), |path| topics::title_of(last(&path.value)));
        let author = file.author.as_ref().and_then(|author| self.author(author));
        let mut hubs = Vec::new();
        self.origin("newsroom.hubs", file.hubs.first().map_or(&Origin::Default, |value| &value.origin));
        for hub in &file.hubs {
            hubs.extend(self.address("hubs", hub, None));
        }
        let mut image = |key: &'static str, value: &Option<Value<String>>| {
            self.origin(format!("newsroom.{key}"), value.as_ref().map_or(&Origin::Default, |value| &value.origin));
            self.address(key, value.as_ref()?, base_url.as_ref())
        };
        let (icon, logo) = (image("icon", &file.icon), image("logo", &file.logo));
        Newsroom {
            title: self.optional("newsroom.title", &file.title).unwrap_or_else(title),
            description: self.plain("newsroom.description", &file.description, String::new()),
            language: self.language("newsroom.language", &file.language).unwrap_or_else(|| "en".to_string()),
            author,
            rights: self.optional("newsroom.rights", &file.rights),
            icon,
            logo,
            hubs,
            base_url: base_url.map(String::from).unwrap_or_default(),
        }
    }

    /// The public address: `http` or `https`, a host, perhaps a path; a final slash is added.
    fn base_url(&mut self, value: &Value<String>) -> Option<Url> {
        let example = "write it as `https://news.example.org/`";
        let refuse = |work: &mut Self, what: &str, advice: String| {
            work.mistake(&value.origin, format!("`{}` {what}", value.value), advice);
            None
        };
        let Ok(mut url) = Url::parse(&value.value) else {
            let better = format!("https://{}", value.value.trim_start_matches('/'));
            let advice = match Url::parse(&better) {
                Ok(url) if url.host_str().is_some_and(|host| host.contains('.')) => {
                    format!("put the scheme in front: `{url}`")
                }
                _ => example.to_string(),
            };
            return refuse(self, "is not an address", advice);
        };
        if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none_or(str::is_empty) {
            return refuse(self, "is not an address on the web", example.to_string());
        }
        if !url.username().is_empty() || url.password().is_some() {
            // Not repeated in the message, which may stand on a status page.
            let message = "`base_url` holds a user name or a password, and every subscriber would see it";
            self.mistake(&value.origin, message, "take it out");
            return None;
        }
        if url.query().is_some() || url.fragment().is_some() {
            return refuse(self, "ends in a query or a fragment", "end it with the path and a slash".to_string());
        }
        if !url.path().ends_with('/') {
            url.set_path(&format!("{}/", url.path()));
        }
        Some(url)
    }

    /// An address on the web, absolute or, with a base, relative to the site.
    fn address(&mut self, key: &str, value: &Value<String>, base: Option<&Url>) -> Option<String> {
        match Url::options().base_url(base).parse(&value.value) {
            Ok(url) if matches!(url.scheme(), "http" | "https") => Some(url.into()),
            _ => {
                let advice = match key {
                    "icon" | "logo" => "write `https://…`, or a path below `base_url` such as `assets/icon.png`",
                    _ => "write it in full: `https://…`",
                };
                self.mistake(&value.origin, format!("`{}` is not an address on the web", value.value), advice);
                None
            }
        }
    }

    fn author(&mut self, author: &file::Author) -> Option<Author> {
        let at = Origin::File(author.place.clone());
        self.origin("newsroom.author", &at);
        let url = author.url.as_ref().and_then(|url| self.address("url", url, None));
        if let Some(email) = author.email.as_ref().filter(|email| !email.value.contains('@')) {
            let message = format!("`{}` is not an e-mail address", email.value);
            self.mistake(&email.origin, message, "write it as `press@example.org`");
        }
        let name = author.name.as_ref()?.value.clone();
        Some(Author { name, email: author.email.as_ref().map(|email| email.value.clone()), url })
    }

    fn folders(&mut self, file: &File) -> Vec<Folder> {
        let mut folders: Vec<Folder> = Vec::new();
        for (index, written) in file.folders.iter().enumerate() {
            let key = |name: &str| format!("folder[{index}].{name}");
            let zone = written.time_zone.as_ref().or(file.time_zone.as_ref());
            let time_zone = self.time_zone(&key("time_zone"), zone);
            let language = self.language(&key("language"), &written.language);
            let date_order = self.optional(&key("date_order"), &written.date_order);
            let include = written.include.as_ref();
            self.origin(
                key("include"),
                include.and_then(|globs| globs.first()).map_or(&Origin::Default, |v| &v.origin),
            );
            self.origin(key("exclude"), written.exclude.first().map_or(&Origin::Default, |v| &v.origin));
            let include = include.map_or_else(Globs::all, |globs| self.globs(globs));
            let exclude = self.globs(&written.exclude);
            let Some(path) = &written.path else { continue };
            self.origin(key("path"), &path.origin);
            let root = self.path(path);
            if folders.iter().any(|folder| folder.folder.root == root) {
                let message = format!("`{}` is listed twice", path.value);
                self.mistake(&path.origin, message, "take one out, or join their `include`");
            }
            let folder = folder::Settings { include, exclude, ..folder::Settings::new(root) };
            folders.push(Folder { folder, time_zone, language, date_order });
        }
        folders
    }

    fn globs(&mut self, written: &[Value<String>]) -> Globs {
        let mut good = Vec::new();
        for glob in written {
            match Globs::new([glob.value.clone()]) {
                Ok(_) => good.push(glob.value.clone()),
                Err(why) => self.mistake(
                    &glob.origin,
                    format!("`{}` is not a pattern: {why}", glob.value),
                    "write it as `**/*.md` or `news/2025-*`; a special character stands for itself in brackets: `[[]`",
                ),
            }
        }
        Globs::new(good).unwrap_or_default()
    }

    fn time_zone(&mut self, key: &str, value: Option<&Value<String>>) -> Tz {
        self.origin(key, value.map_or(&Origin::Default, |value| &value.origin));
        let Some(value) = value else { return Tz::UTC };
        value.value.parse().unwrap_or_else(|_| {
            let advice = did_you_mean(&near_zones(&value.value))
                .unwrap_or_else(|| "write it as `Europe/Berlin`: a continent and a city".to_string());
            self.mistake(&value.origin, format!("there is no time zone `{}`", value.value), advice);
            Tz::UTC
        })
    }

    fn dir(&mut self, key: &str, value: &Option<Value<String>>, default: &Path, chosen: &Origin) -> PathBuf {
        self.origin(key, value.as_ref().map_or(chosen, |value| &value.origin));
        value.as_ref().map_or_else(|| default.to_path_buf(), |value| self.path(value))
    }

    /// A path made absolute: against the file's folder where the file says it, else the working directory.
    pub(super) fn path(&self, value: &Value<String>) -> PathBuf {
        let base = if matches!(value.origin, Origin::File(_)) { &self.ground.base } else { &self.ground.working };
        join(base, Path::new(&value.value))
    }
}

/// Joins a path to an absolute base without symlinks, taking its leading `..` off the base.
pub(super) fn join(base: &Path, path: &Path) -> PathBuf {
    let mut joined = base.to_path_buf();
    let mut parts = path.components();
    loop {
        let rest = parts.clone();
        match parts.next() {
            Some(Component::CurDir) => {}
            Some(Component::ParentDir) => drop(joined.pop()),
            Some(_) => return joined.join(rest.as_path()),
            None => return joined,
        }
    }
}

/// The last part of a path as text.
pub(super) fn last(path: &str) -> &str {
    path.trim_end_matches('/').rsplit('/').find(|part| !matches!(*part, "." | ".." | "")).unwrap_or("Newsroom")
}

/// Zones that a wrong name may mean: the same city elsewhere (`Berlin`, `EU/Berlin`) before the same letters.
fn near_zones(name: &str) -> Vec<&'static str> {
    let city = |zone: &str| zone.rsplit('/').next().unwrap_or(zone).to_lowercase().replace([' ', '-'], "_");
    let wanted = city(name);
    let same: Vec<&str> = TZ_VARIANTS.iter().map(|zone| zone.name()).filter(|zone| city(zone) == wanted).collect();
    if !same.is_empty() {
        return same.into_iter().take(3).collect();
    }
    let mut near = nearest(name, TZ_VARIANTS.iter().map(|zone| zone.name()), 3);
    if near.is_empty() {
        let cities: Vec<String> = TZ_VARIANTS.iter().map(|zone| city(zone.name())).collect();
        let best = nearest(&wanted, cities.iter().map(String::as_str), 1);
        near = TZ_VARIANTS.iter().map(|zone| zone.name()).filter(|zone| best.contains(&city(zone).as_str())).collect();
    }
    near.truncate(3);
    near
}
