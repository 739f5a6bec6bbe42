//! `[publish.bucket]` and `[purge]`: where the site goes beyond its own server.

use std::ops::Range;
use std::time::Duration;

use toml::de::DeTable;
use url::Url;

use super::mistake::{Mistake, Origin};
use super::resolve::Work;
use super::table::{Table, Value};
use crate::publish::bucket::{self, Stored};
use crate::publish::purge;

/// The words of `coding`.
pub(super) const STORED: [(&str, Stored); 2] = [("plain", Stored::Plain), ("gzip", Stored::Gzip)];

/// `[publish.bucket]` as written.
#[derive(Debug)]
pub(super) struct Bucket {
    url: Option<Value<String>>,
    prefix: Option<Value<String>>,
    endpoint: Option<Value<String>>,
    region: Option<Value<String>>,
    coding: Option<Value<Stored>>,
    grace_minutes: Option<Value<u32>>,
    parallel: Option<Value<u32>>,
}

/// `[purge]` as written.
#[derive(Debug)]
pub(super) struct Purge {
    url: Option<Value<String>>,
    method: Option<Value<String>>,
    headers: Vec<Value<String>>,
    body: Option<Value<String>>,
    separator: Option<Value<String>>,
}

impl Bucket {
    /// Reads `[publish]`, which holds nothing else.
    pub(super) fn read(table: &DeTable<'_>, mistakes: &mut Vec<Mistake>) -> Option<Self> {
        let mut outer = Table::new(table, "[publish]");
        let bucket = outer.table("bucket").map(|(table, place)| {
            let mut table = Table::new(table, "[publish.bucket]");
            table.require("url", &place, "the bucket has no address", "add `url = \"s3://…\"`");
            let bucket = Self {
                url: table.filled("url"),
                prefix: table.string("prefix"),
                endpoint: table.filled("endpoint"),
                region: table.filled("region"),
                coding: table.choice("coding", &STORED),
                grace_minutes: table.integer("grace_minutes", 0..=525_600),
                parallel: table.integer("parallel", 1..=256),
            };
            table.finish(mistakes);
            bucket
        });
        outer.finish(mistakes);
        bucket
    }

    /// Checks it.
    pub(super) fn resolve(&self, work: &mut Work<'_, '_>) -> Option<bucket::Settings> {
        let default = bucket::Settings::default();
        let key = |name: &str| format!("publish.bucket.{name}");
        let prefix = work.plain(&key("prefix"), &self.prefix, String::new());
        let endpoint = work.optional(&key("endpoint"), &self.endpoint);
        if let (Some(written), Some(endpoint)) = (&self.endpoint, &endpoint)
            && !Url::parse(endpoint).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
        {
            let advice = "write it as `https://storage.example.org`";
            work.mistake(&written.origin, format!("`{endpoint}` is not an address on the web"), advice);
        }
        let grace = work.optional(&key("grace_minutes"), &self.grace_minutes);
        let settings = bucket::Settings {
            prefix: prefix.trim_matches('/').to_string(),
            endpoint,
            region: work.optional(&key("region"), &self.region),
            stored: work.plain(&key("coding"), &self.coding, default.stored),
            grace: grace.map_or(default.grace, |minutes| Duration::from_secs(u64::from(minutes) * 60)),
            parallel: work.optional(&key("parallel"), &self.parallel).map_or(default.parallel, |n| n as usize),
            ..default
        };
        work.optional(&key("url"), &self.url)?;
        let url = self.address(work)?;
        Some(bucket::Settings { url, ..settings })
    }

    fn address(&self, work: &mut Work<'_, '_>) -> Option<String> {
        let written = self.url.as_ref()?;
        let known = ["s3", "s3a", "gs", "az", "azure", "abfs", "abfss", "file"];
        let Ok(url) = Url::parse(&written.value) else {
            work.mistake(
                &written.origin,
                format!("`{}` is not an address", written.value),
                "write it as `s3://bucket`",
            );
            return None;
        };
        if !known.contains(&url.scheme()) {
            let advice = "write `s3://bucket`, `gs://bucket`, `az://container` or `file:///folder`; a compatible store is \
                          named by `endpoint`";
            work.mistake(&written.origin, format!("`{}` is none of the stores", written.value), advice);
            return None;
        }
        if !url.username().is_empty() || url.password().is_some() || url.query().is_some() {
            let advice = "take them out: they come from the environment or the files of the store's own tools";
            work.mistake(&written.origin, "the bucket's address holds credentials", advice);
            return None;
        }
        if url.scheme() != "file" && !matches!(url.path(), "" | "/") {
            let advice = format!("write `prefix = \"{}\"` in a line of its own", url.path().trim_matches('/'));
            work.mistake(&written.origin, format!("`{}` has a path", written.value), advice);
            return None;
        }
        Some(written.value.trim_end_matches('/').to_string())
    }
}

impl Purge {
    pub(super) fn read(table: &DeTable<'_>, place: &Range<usize>, mistakes: &mut Vec<Mistake>) -> Self {
        let mut table = Table::new(table, "[purge]");
        table.require("url", place, "there is no address to send a purge to", "add `url = \"https://…\"`");
        let purge = Self {
            url: table.filled("url"),
            method: table.filled("method"),
            headers: table.strings("headers").unwrap_or_default(),
            body: table.string("body"),
            separator: table.string("separator"),
        };
        table.finish(mistakes);
        purge
    }

    pub(super) fn resolve(&self, work: &mut Work<'_, '_>) -> Option<purge::Settings> {
        let given = self.headers.first().map_or(Origin::Default, |first| first.origin.clone());
        work.origin("purge.headers", &given);
        let default = purge::Settings::default();
        let settings = purge::Settings {
            method: work.plain("purge.method", &self.method, default.method),
            headers: self.headers.iter().map(|header| header.value.clone()).collect(),
            body: work.plain("purge.body", &self.body, default.body),
            separator: work.plain("purge.separator", &self.separator, default.separator),
            url: work.optional("purge.url", &self.url)?,
        };
        let url = self.url.as_ref()?;
        if !Url::parse(&url.value).is_ok_and(|url| matches!(url.scheme(), "http" | "https")) {
            let advice = "write it in full: `https://…`";
            work.mistake(&url.origin, format!("`{}` is not an address on the web", url.value), advice);
            return None;
        }
        for header in self.headers.iter().filter(|header| !header.value.contains(':')) {
            let advice = "write it as \"Name: value\"; `$NAME` in it stands for a variable of the environment";
            work.mistake(&header.origin, format!("`{}` is not a header", header.value), advice);
        }
        Some(settings)
    }
}
