//! What the public server did, as counters: by feed, status and coding, and who says to read for how many.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant};

use hyper::Method;
use hyper::header::{IF_MODIFIED_SINCE, IF_NONE_MATCH, USER_AGENT};
use hyper::http::request::Parts;

use super::answer::{Answer, Kind};
use crate::site::Coding;

/// The statuses that are counted by themselves; the rest is counted together.
const STATUSES: [u16; 13] = [200, 204, 206, 226, 301, 304, 400, 404, 405, 406, 410, 412, 416];

/// An aggregator that has not asked for so long has dropped the feed.
const FORGOTTEN: Duration = Duration::from_secs(3 * 24 * 3600);

/// How many aggregators are kept for one feed; their names come from outside.
const READERS: usize = 64;

/// Counters since the start, shared by the public server, which counts, and the admin listener, which shows.
#[derive(Debug, Default)]
pub struct Metrics {
    pages: Counters,
    assets: Counters,
    nothing: Counters,
    feeds: RwLock<HashMap<String, Feed>>,
}

#[derive(Debug, Default)]
struct Feed {
    counters: Counters,
    readers: Mutex<BTreeMap<String, (u64, Instant)>>,
}

#[derive(Debug, Default)]
struct Counters {
    requests: [[AtomicU64; Coding::ALL.len()]; STATUSES.len() + 1],
    sent: AtomicU64,
    saved: AtomicU64,
    blind: AtomicU64,
}

impl Metrics {
    /// Counts an answer. `path` is the key of the resource in its site, where there was one.
    pub(super) fn count(&self, request: &Parts, path: &str, answer: &Answer) {
        match answer.about.kind {
            Kind::Page => self.pages.count(request, answer),
            Kind::Asset => self.assets.count(request, answer),
            Kind::Nothing => self.nothing.count(request, answer),
            Kind::Feed => {
                let feeds = self.feeds.read().unwrap_or_else(PoisonError::into_inner);
                if let Some(feed) = feeds.get(path) {
                    return feed.count(request, answer);
                }
                drop(feeds);
                let mut feeds = self.feeds.write().unwrap_or_else(PoisonError::into_inner);
                feeds.entry(path.to_string()).or_default().count(request, answer);
            }
        }
    }

    /// Subscribers by feed and reader, as the aggregators report them, sorted.
    pub fn subscribers(&self) -> Vec<(String, String, u64)> {
        let feeds = self.feeds.read().unwrap_or_else(PoisonError::into_inner);
        let mut out = Vec::new();
        for (path, feed) in feeds.iter() {
            let readers = feed.readers.lock().unwrap_or_else(PoisonError::into_inner);
            let present = readers.iter().filter(|(_, (_, seen))| seen.elapsed() < FORGOTTEN);
            out.extend(present.map(|(reader, (count, _))| (path.clone(), reader.clone(), *count)));
        }
        out.sort();
        out
    }

    /// Everything in the text format of Prometheus (version 0.0.4).
    pub(super) fn write(&self, out: &mut String) {
        let feeds = self.feeds.read().unwrap_or_else(PoisonError::into_inner);
        let mut all: Vec<(&str, &Counters)> =
            feeds.iter().map(|(path, feed)| (path.as_str(), &feed.counters)).collect();
        all.sort_by_key(|(path, _)| *path);
        all.extend([("pages", &self.pages), ("assets", &self.assets), ("nothing", &self.nothing)]);
        family(out, "feedroom_requests_total", "counter", "Requests answered, by what they were for.");
        for (of, counters) in &all {
            counters.write_requests(out, &label(of));
        }
        type Read = fn(&Counters) -> &AtomicU64;
        let families: [(&str, &str, Read); 3] = [
            ("feedroom_sent_bytes_total", "Bytes of bodies sent.", |c| &c.sent),
            ("feedroom_saved_bytes_total", "Bytes that 304, 226 and codings saved.", |c| &c.saved),
            ("feedroom_requests_without_validators_total", "Polls that could not be answered 304.", |c| &c.blind),
        ];
        for (name, help, read) in families {
            family(out, name, "counter", help);
            for (of, counters) in &all {
                let _ = writeln!(out, "{name}{{of=\"{}\"}} {}", label(of), read(counters).load(Relaxed));
            }
        }
        drop(feeds);
        family(out, "feedroom_subscribers", "gauge", "Subscribers as aggregators report them in User-Agent.");
        for (feed, reader, count) in self.subscribers() {
            let _ =
                writeln!(out, "feedroom_subscribers{{of=\"{}\",reader=\"{}\"}} {count}", label(&feed), label(&reader));
        }
    }
}

impl Feed {
    fn count(&self, request: &Parts, answer: &Answer) {
        self.counters.count(request, answer);
        if let Some((reader, subscribers)) = reader(request) {
            let mut readers = self.readers.lock().unwrap_or_else(PoisonError::into_inner);
            if readers.len() < READERS || readers.contains_key(&reader) {
                readers.insert(reader, (subscribers, Instant::now()));
            }
        }
    }
}

impl Counters {
    fn count(&self, request: &Parts, answer: &Answer) {
        let status = answer.status.as_u16();
        let row = STATUSES.iter().position(|&known| known == status).unwrap_or(STATUSES.len());
        self.requests[row][answer.about.coding as usize].fetch_add(1, Relaxed);
        let sent = answer.plan.length();
        self.sent.fetch_add(sent, Relaxed);
        if request.method == Method::GET && matches!(status, 200 | 226 | 304) {
            self.saved.fetch_add(answer.about.whole.saturating_sub(sent), Relaxed);
        }
        if status == 200
            && !request.headers.contains_key(IF_NONE_MATCH)
            && !request.headers.contains_key(IF_MODIFIED_SINCE)
        {
            self.blind.fetch_add(1, Relaxed);
        }
    }

    fn write_requests(&self, out: &mut String, of: &str) {
        for (row, by_coding) in self.requests.iter().enumerate() {
            let status = STATUSES.get(row).map_or("other".to_string(), u16::to_string);
            for coding in Coding::ALL {
                let count = by_coding[coding as usize].load(Relaxed);
                if count > 0 {
                    let coding = coding.as_str();
                    let _ = writeln!(
                        out,
                        "feedroom_requests_total{{of=\"{of}\",status=\"{status}\",coding=\"{coding}\"}} {count}"
                    );
                }
            }
        }
    }
}

/// The head of a family of samples.
pub(super) fn family(out: &mut String, name: &str, kind: &str, help: &str) {
    let _ = writeln!(out, "# HELP {name} {help}\n# TYPE {name} {kind}");
}

/// A label's value with what the format reserves escaped.
pub(super) fn label(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

/// Who asks and for how many, of an aggregator that says so in its `User-Agent`: a name first, and somewhere a
/// number before the word `subscribers` or `readers`.
fn reader(request: &Parts) -> Option<(String, u64)> {
    let agent = request.headers.get(USER_AGENT)?.to_str().ok()?;
    let at = [" subscriber", " reader"].iter().find_map(|word| agent.find(word))?;
    let digits = agent[..at].bytes().rev().take_while(u8::is_ascii_digit).count();
    let count = agent[at - digits..at].parse().ok()?;
    let name = agent.split(['/', ' ', ';', '(']).find(|part| !part.is_empty())?;
    Some((name.chars().take(40).collect(), count))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aggregators_say_for_how_many_they_read() {
        for (agent, want) in [
            (
                "Feedly/1.0 (+http://www.feedly.com/fetcher.html; 123 subscribers; like FeedFetcher-Google)",
                Some(("Feedly", 123)),
            ),
            ("Feedbin feed-id:1373711 - 142 subscribers", Some(("Feedbin", 142))),
            ("NewsBlur Feed Fetcher - 1 subscriber - http://www.newsblur.com/site/1/x", Some(("NewsBlur", 1))),
            ("Inoreader/1.0 (+http://www.inoreader.com/feed-fetcher; 7 subscribers; )", Some(("Inoreader", 7))),
            ("Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0", None),
            ("newsboat/2.32 (Linux; many subscribers)", None),
            ("Evil/1.0 99999999999999999999999999 subscribers", None),
            (" subscribers", None),
        ] {
            let (head, ()) = hyper::Request::builder().header(USER_AGENT, agent).body(()).unwrap().into_parts();
            assert_eq!(reader(&head), want.map(|(name, count)| (name.to_string(), count)), "{agent}");
        }
    }
}
