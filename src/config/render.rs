//! The settings in force, as a configuration that reads back to the same, each value with where it came from.

use std::fmt::Write;
use std::path::Path;

use super::file::{CONTENTS, DATE_ORDERS, WATCH_MODES};
use super::outside::STORED;
use super::server::{cache_tags_word, encoded};
use super::{Listen, Settings};

/// Writes settings as TOML. Paths are absolute, so that the text means the same wherever it is saved.
pub fn render(settings: &Settings) -> String {
    let mut page = Page { settings, text: String::new() };
    match &settings.file {
        Some(file) => page.line(&format!("# Settings in force, read from {}", file.display())),
        None => page.line("# Settings in force; there is no configuration file"),
    }
    let newsroom = &settings.newsroom;
    page.table("[newsroom]");
    page.put("newsroom", "title", string(&newsroom.title));
    page.put("newsroom", "description", string(&newsroom.description));
    page.put("newsroom", "base_url", string(&newsroom.base_url));
    page.put("newsroom", "language", string(&newsroom.language));
    if let Some(author) = &newsroom.author {
        let mut fields = vec![format!("name = {}", string(&author.name))];
        fields.extend(author.email.as_ref().map(|email| format!("email = {}", string(email))));
        fields.extend(author.url.as_ref().map(|url| format!("url = {}", string(url))));
        page.put("newsroom", "author", format!("{{ {} }}", fields.join(", ")));
    }
    page.put_some("newsroom", "rights", newsroom.rights.as_deref());
    page.put_some("newsroom", "icon", newsroom.icon.as_deref());
    page.put_some("newsroom", "logo", newsroom.logo.as_deref());
    page.put("newsroom", "hubs", list(&newsroom.hubs));
    for (index, folder) in settings.folders.iter().enumerate() {
        let table = format!("folder[{index}]");
        page.table("[[folder]]");
        page.put(&table, "path", path(&folder.folder.root));
        page.put(&table, "time_zone", string(folder.time_zone.name()));
        page.put_some(&table, "language", folder.language.as_deref());
        page.put_some(&table, "date_order", folder.date_order.and_then(|order| word(&DATE_ORDERS, order)));
        page.put(&table, "include", list(folder.folder.include.patterns()));
        page.put(&table, "exclude", list(folder.folder.exclude.patterns()));
    }
    for (index, (topic, rule)) in settings.topics.iter().enumerate() {
        let table = format!("topic[{index}]");
        page.table("[[topic]]");
        page.put(&table, "slug", string(&topic.slug));
        page.put(&table, "title", string(&topic.title));
        page.put(&table, "description", string(&topic.description));
        page.put_some(&table, "language", topic.language.as_deref());
        page.put(&table, "folders", list(&rule.folders));
        page.put(&table, "tags", list(&rule.tags));
        page.put(&table, "words", list(&rule.words));
        page.put(&table, "any", list(&rule.any));
        page.put(&table, "all", list(&rule.all));
        page.put(&table, "none", list(&rule.none));
        page.put(&table, "window", topic.window.to_string());
        page.put_some(&table, "content", word(&CONTENTS, topic.content));
    }
    page.table("[server]");
    page.put("server", "listen", list(&settings.listen.iter().map(Listen::to_string).collect::<Vec<_>>()));
    page.put_some("server", "admin", settings.admin.as_ref().map(Listen::to_string).as_deref());
    let server = &settings.server;
    if let Some((certificate, key)) = &server.tls {
        page.put("server", "certificate", path(certificate));
        page.put("server", "key", path(key));
    }
    let proxies: Vec<String> = server.proxies.iter().map(|(ip, bits)| format!("{ip}/{bits}")).collect();
    page.put("server", "proxies", list(&proxies));
    page.put("server", "min_age_seconds", server.min_age.to_string());
    page.put("server", "max_age_seconds", server.max_age.to_string());
    page.put("server", "stale_seconds", server.stale.to_string());
    page.put_some("server", "cache_tags", server.cache_tags.and_then(cache_tags_word));
    let moved: Vec<String> = server
        .moved
        .iter()
        .map(|(from, to)| format!("{} = {}", string(&encoded(from)), string(&encoded(to))))
        .collect();
    page.put("server", "moved", format!("{{ {} }}", moved.join(", ")));
    page.put("server", "gone", list(&server.gone.iter().map(|path| encoded(path)).collect::<Vec<_>>()));
    page.table("[limits]");
    for (key, value) in server.limits.each() {
        page.put("limits", key, value.to_string());
    }
    page.table("[watch]");
    page.put_some("watch", "mode", word(&WATCH_MODES, settings.watch.mode));
    page.put("watch", "poll_seconds", settings.watch.poll_seconds.to_string());
    page.put("watch", "full_look_minutes", settings.watch.full_look_minutes.to_string());
    page.put("watch", "configuration", settings.watch.configuration.to_string());
    page.table("[log]");
    page.put("log", "levels", string(&settings.log.levels));
    page.put("log", "format", string(settings.log.format.word()));
    page.put("log", "access", settings.log.access.to_string());
    page.table("[state]");
    page.put("state", "dir", path(&settings.state_dir));
    page.table("[output]");
    page.put("output", "dir", path(&settings.output_dir));
    if let Some(bucket) = &settings.bucket {
        page.table("[publish.bucket]");
        page.put("publish.bucket", "url", string(&bucket.url));
        page.put("publish.bucket", "prefix", string(&bucket.prefix));
        page.put_some("publish.bucket", "endpoint", bucket.endpoint.as_deref());
        page.put_some("publish.bucket", "region", bucket.region.as_deref());
        page.put_some("publish.bucket", "coding", word(&STORED, bucket.stored));
        page.put("publish.bucket", "grace_minutes", (bucket.grace.as_secs() / 60).to_string());
        page.put("publish.bucket", "parallel", bucket.parallel.to_string());
    }
    if let Some(purge) = &settings.purge {
        page.table("[purge]");
        page.put("purge", "url", string(&purge.url));
        page.put("purge", "method", string(&purge.method));
        page.put("purge", "headers", list(&purge.headers));
        page.put("purge", "body", string(&purge.body));
        page.put("purge", "separator", string(&purge.separator));
    }
    page.text
}

struct Page<'s> {
    settings: &'s Settings,
    text: String,
}

impl Page<'_> {
    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn table(&mut self, header: &str) {
        self.text.push('\n');
        self.line(header);
    }

    fn put(&mut self, table: &str, key: &str, value: String) {
        let origin = self.settings.origins.get(&format!("{table}.{key}"));
        let line = format!("{key} = {value}");
        match origin {
            // Writing to a String can't fail.
            Some(origin) => drop(writeln!(self.text, "{line:<48}  # {origin}")),
            None => self.line(&line),
        }
    }

    fn put_some(&mut self, table: &str, key: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.put(table, key, string(value));
        }
    }
}

fn word<T: PartialEq>(words: &[(&'static str, T)], meaning: T) -> Option<&'static str> {
    words.iter().find(|(_, one)| *one == meaning).map(|(word, _)| *word)
}

fn string(text: &str) -> String {
    toml::Value::String(text.to_string()).to_string()
}

fn path(path: &Path) -> String {
    string(&path.to_string_lossy())
}

fn list(values: &[String]) -> String {
    let values: Vec<String> = values.iter().map(|value| string(value)).collect();
    format!("[{}]", values.join(", "))
}
