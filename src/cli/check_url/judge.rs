//! What the answers to a reader's polls amount to: facts, and problems with what to do. Nothing is fetched here.

use url::Url;

use crate::cli::report;
use crate::feed::{self, Format, ReadHead};
use crate::http::Fetched;
use crate::problem::Problem;

/// A body below this is not worth compressing.
const SMALL: usize = 1000;

/// A way to ask whether anything has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unchanged {
    /// `If-None-Match` with the tag of the plain feed.
    Tag,
    /// `If-None-Match` with the tag of the compressed feed.
    CompressedTag,
    /// `If-Modified-Since` with the date of the feed.
    Date,
    /// `If-Modified-Since` with the time of the last poll, as some readers do.
    LaterDate,
}

/// What a reader gets at an address.
#[derive(Debug, Default)]
pub(super) struct Report {
    /// What is so, a line each.
    pub(super) facts: Vec<String>,
    /// What is not as it should be.
    pub(super) problems: Vec<Problem>,
    url: String,
}

impl Report {
    fn fact(&mut self, text: impl Into<String>) {
        self.facts.push(text.into());
    }

    fn note(&mut self, text: impl Into<String>) {
        self.problems.push(Problem::note(&self.url, text));
    }

    fn warn(&mut self, text: impl Into<String>) {
        self.problems.push(Problem::warning(&self.url, text));
    }

    fn error(&mut self, text: impl Into<String>) {
        self.problems.push(Problem::error(&self.url, text));
    }

    /// The way to the feed and what it is. False where there is nothing more to ask.
    pub(super) fn arrive(&mut self, asked: &str, plain: &Fetched) -> bool {
        self.url = asked.to_string();
        self.redirects(plain);
        self.url.clone_from(&plain.url);
        if plain.status != 200 {
            let advice = match plain.status {
                401 | 403 => "let everybody read it, programs that are no browsers too",
                404 => "see that the address is the one that the site gives",
                410 => "it says that it is gone for good: readers unsubscribe",
                429 => "readers poll twice an hour: allow that, and answer 304",
                500.. => "see the server's log",
                _ => "a feed answers 200",
            };
            self.error(format!("the answer is status {}; {advice}", plain.status));
            return false;
        }
        let kind = plain.header("content-type").unwrap_or_default().to_string();
        let head = match feed::read_head(&plain.body) {
            Ok(head) => head,
            Err(why) => {
                self.error(if kind.starts_with("text/html") {
                    "this is a page, no feed; name the feed that it links to".to_string()
                } else {
                    format!("readers can't read it: {why}; see what a validator of feeds says")
                });
                return false;
            }
        };
        let name = match head.format {
            Format::Rss => "RSS",
            Format::Atom => "Atom",
            Format::Json => "JSON Feed",
        };
        let entries = report::count(head.entries, "entry", "entries");
        self.fact(format!("{}: {name}, {entries}, {} bytes, {kind}", self.url, plain.body.len()));
        self.media_type(head.format, &kind);
        self.own_address(&head);
        if self.url.starts_with("http://") {
            self.note("it comes in the clear, so that anybody on the way can change it; serve it over https");
        }
        true
    }

    fn redirects(&mut self, plain: &Fetched) {
        let ends = plain.redirects.iter().skip(1).map(|(url, _)| url.as_str()).chain([plain.url.as_str()]);
        for ((from, status), to) in plain.redirects.iter().zip(ends) {
            self.fact(format!("{from}: {status} to {to}"));
            if from.starts_with("https://") && to.starts_with("http://") {
                self.error(format!("it leads from https to {to}, in the clear; redirect to https"));
            }
            if matches!(status, 301 | 308) {
                self.note(format!("readers are led to {to}; give out that address"));
            } else {
                self.warn(format!(
                    "status {status} to {to} is for now only, so readers ask here first each time; answer 301 if it is \
                     for good"
                ));
            }
        }
    }

    fn media_type(&mut self, format: Format, kind: &str) {
        let bare = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let best = format.media_type();
        let neutral: &[&str] = match format {
            Format::Json => &["application/json"],
            _ => &["application/xml", "text/xml"],
        };
        if neutral.contains(&bare.as_str()) {
            self.note(format!("`{bare}` says little; send it as `{best}`"));
        } else if bare != best {
            let told = if bare.is_empty() { "no media type".to_string() } else { format!("`{bare}`") };
            self.warn(format!("it comes with {told}, and readers that go by it see no feed; send it as `{best}`"));
        }
    }

    fn own_address(&mut self, head: &ReadHead) {
        let place = match head.format {
            Format::Json => "`feed_url`",
            _ => "`<atom:link rel=\"self\">`",
        };
        let Some(told) = &head.address else {
            self.warn(format!("the feed doesn't say its own address; add {place}"));
            return;
        };
        let same = |one: &str, other: &str| match (Url::parse(one), Url::parse(other)) {
            (Ok(one), Ok(other)) => one == other,
            _ => false,
        };
        if !same(told, &self.url) {
            self.warn(format!(
                "the feed says that it stands at {told}, and readers move there; set the public address (`base_url` of \
                 feedroom) to this one"
            ));
        }
    }

    /// What caches between here and the readers are told.
    pub(super) fn cache(&mut self, plain: &Fetched) {
        let cache = plain.header("cache-control").unwrap_or_default().to_ascii_lowercase();
        if !cache.is_empty() {
            self.fact(format!("Cache-Control: {cache}"));
        }
        let says = |word: &str| cache.split(',').any(|part| part.trim() == word);
        let age = cache.split(',').find_map(|part| part.trim().strip_prefix("max-age=")?.parse::<u64>().ok());
        if says("no-store") || says("private") {
            self.warn("no cache may keep it, so every poll comes to the server; send `Cache-Control: max-age=300`");
        } else if let Some(age) = age.filter(|age| *age > 3600) {
            self.warn(format!(
                "caches keep it for {age} seconds, and releases come that much later; send `Cache-Control: max-age=300`"
            ));
        } else if cache.is_empty() && plain.header("expires").is_none() {
            self.warn("nothing says how long it may be kept, so caches guess; send `Cache-Control: max-age=300`");
        }
        if plain.header("set-cookie").is_some() {
            self.warn("it sets a cookie, which keeps caches from keeping it; take the cookie off the feeds");
        }
    }

    /// What compression does to the feed. `decoded` is what the compressed body holds.
    pub(super) fn compressed(&mut self, plain: &Fetched, gzip: &Fetched, decoded: &Result<Vec<u8>, String>) {
        let coding = gzip.header("content-encoding").map(str::to_ascii_lowercase);
        match coding.as_deref() {
            None if plain.body.len() < SMALL => return,
            None => {
                let type_now = plain.header("content-type").unwrap_or_default().split(';').next().unwrap_or_default();
                self.warn(format!(
                    "each poll of a changed feed takes {} bytes, uncompressed; compress `{type_now}` (nginx: \
                     `gzip on; gzip_proxied any; gzip_types {type_now};`)",
                    plain.body.len()
                ));
                return;
            }
            Some("gzip" | "x-gzip") => self.fact(format!("gzip: {} bytes", gzip.body.len())),
            Some(other) => {
                self.error(format!("a reader that takes gzip only is sent `{other}`; honour `Accept-Encoding`"));
                return;
            }
        }
        match decoded {
            Err(why) => self.error(format!("its gzip can't be unpacked: {why}; see that it isn't compressed twice")),
            Ok(decoded) if decoded[..] != plain.body[..] => self.warn(
                "two polls in a row get different feeds; take out what changes with each request, such as the time",
            ),
            Ok(_) => {}
        }
        if ![plain, gzip].iter().all(|answer| {
            answer.header("vary").is_some_and(|vary| {
                vary.split(',')
                    .any(|name| matches!(name.trim(), "*") || name.trim().eq_ignore_ascii_case("accept-encoding"))
            })
        }) {
            self.warn(
                "a cache may give the compressed feed to a reader that can't read it; send `Vary: Accept-Encoding` \
                 (nginx: `gzip_vary on;`)",
            );
        }
        match (plain.header("etag"), gzip.header("etag")) {
            (Some(tag), None) => self.warn(format!(
                "compression takes the ETag ({tag}) away, so unchanged polls get the whole feed; let it stay \
                 (nginx since 1.7.3 keeps it)"
            )),
            (Some(tag), Some(same)) if tag == same && !tag.starts_with("W/") => self.note(format!(
                "plain and compressed feed have the same strong ETag {tag}; a weak one (`W/`) says what is so"
            )),
            _ => {}
        }
    }

    /// What a younger coding brings.
    pub(super) fn also(&mut self, coding: &str, answer: &Fetched) {
        if answer.header("content-encoding").is_some_and(|told| told.eq_ignore_ascii_case(coding)) {
            self.fact(format!("{coding}: {} bytes", answer.body.len()));
        }
    }

    /// What polls get while nothing has changed.
    pub(super) fn unchanged(&mut self, plain: &Fetched, answers: &[(Unchanged, Fetched)]) {
        for name in ["etag", "last-modified"] {
            if let Some(value) = plain.header(name) {
                let name = if name == "etag" { "ETag" } else { "Last-Modified" };
                self.fact(format!("{name}: {value}"));
            }
        }
        if plain.header("etag").is_none() {
            let whole = plain.header("last-modified").is_none();
            self.warn(if whole {
                "without ETag and Last-Modified every poll gets the whole feed; send both"
            } else {
                "it has no ETag, only a date, which misses a second change within one second; send one"
            });
        } else if plain.header("last-modified").is_none() {
            self.note("it has no Last-Modified, which some readers ask by; send one");
        }
        let mut spared = Vec::new();
        for (how, answer) in answers {
            let said = match how {
                Unchanged::Tag => "by ETag",
                Unchanged::CompressedTag => "by the compressed feed's ETag",
                Unchanged::Date => "by date",
                Unchanged::LaterDate => "by a later date",
            };
            if answer.status == 304 {
                spared.push(said);
                if *how == Unchanged::Tag && answer.header("etag").is_none() {
                    self.note("its 304 comes without the ETag; send the same headers as with 200");
                }
                continue;
            }
            let status = answer.status;
            match how {
                Unchanged::LaterDate => self.note(format!(
                    "a poll by a date after the last change gets {status} and the whole feed; answer 304 to any date \
                     not before it (nginx: `if_modified_since before;`)"
                )),
                Unchanged::CompressedTag if answer.header("etag").is_some_and(|tag| tag.contains("gzip\"")) => self
                    .warn(format!(
                        "an unchanged poll {said} gets {status} and the whole feed, since the proxy marks the tag and \
                         doesn't know it again (Apache: `DeflateAlterETag NoChange`)"
                    )),
                _ => self.warn(format!(
                    "an unchanged poll {said} gets {status} and the whole feed; answer 304 where the validator is still \
                     the same"
                )),
            }
        }
        if !spared.is_empty() {
            self.fact(format!("unchanged polls get 304 {}", spared.join(", ")));
        }
    }
}
