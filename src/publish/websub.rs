//! Telling WebSub hubs that a feed has changed (W3C Recommendation of 23 January 2018).
//!
//! The Recommendation leaves open how a hub is told; all known hubs take a form with `hub.mode=publish` and the address
//! of the feed. What a hub was told is remembered, so that it is told of each change once, also after a restart.

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Uri, header};
use serde::{Deserialize, Serialize};

use crate::http::{Client, retry_after};
use crate::site::Site;

/// The feeds of a site by their addresses (`rel=self`), each with its strong validator.
pub type Feeds = BTreeMap<String, String>;

/// The feeds of a site whose public address, ending in `/`, is `base_url`.
pub fn feeds(site: &Site, base_url: &str) -> Feeds {
    let feeds = site.resources.iter().filter(|(_, resource)| resource.is_feed());
    feeds.map(|(path, feed)| (format!("{base_url}{}", &path[1..]), feed.etag().to_string())).collect()
}

/// What each hub was told last.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    hubs: BTreeMap<String, Feeds>,
}

impl Told {
    /// Reads what was remembered; what can't be read is nothing, and hubs are told once too often.
    pub fn parse(text: &str) -> Self {
        serde_json::from_str(text).unwrap_or_default()
    }

    /// The text to remember.
    pub fn to_text(&self) -> String {
        serde_json::to_string(self).expect("maps of strings are JSON")
    }

    /// The feeds that a hub has to be told of.
    pub fn news(&self, hub: &str, feeds: &Feeds) -> Vec<(String, String)> {
        let told = self.hubs.get(hub);
        let known = |url: &String, etag: &String| told.and_then(|told| told.get(url)) == Some(etag);
        feeds.iter().filter(|(url, etag)| !known(url, etag)).map(|(url, etag)| (url.clone(), etag.clone())).collect()
    }

    /// Notes that a hub was told of a feed.
    pub fn note(&mut self, hub: &str, url: String, etag: String) {
        self.hubs.entry(hub.to_string()).or_default().insert(url, etag);
    }
}

/// Why a hub does not know yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// One sentence.
    pub why: String,
    /// How long the hub wants to be left alone.
    pub pause: Option<Duration>,
}

/// Tells a hub that the feed at an address has changed.
///
/// # Errors
/// The hub can't be reached, or refuses.
pub async fn ping(client: &Client, hub: &str, feed: &str) -> Result<(), Refusal> {
    let plain = |why: String| Refusal { why, pause: None };
    let uri: Uri = hub.parse().map_err(|error| plain(format!("{hub} is no address: {error}")))?;
    let address: String = url::form_urlencoded::byte_serialize(feed.as_bytes()).collect();
    // `hub.url` is what the predecessor of the Recommendation called it; some hubs know only that.
    let form = format!("hub.mode=publish&hub.topic={address}&hub.url={address}");
    let request = Request::post(uri)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::USER_AGENT, concat!("feedroom/", env!("CARGO_PKG_VERSION")))
        .body(Bytes::from(form))
        .map_err(|error| plain(error.to_string()))?;
    let answer = client.send(request).await.map_err(|error| plain(error.to_string()))?;
    if answer.status().is_success() {
        return Ok(());
    }
    let said: String = String::from_utf8_lossy(answer.body()).split_whitespace().collect::<Vec<_>>().join(" ");
    let said: String = said.chars().take(200).collect();
    Err(Refusal { why: format!("answered {} {said}", answer.status()).trim_end().into(), pause: retry_after(&answer) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hub_is_told_of_each_change_once() {
        let feeds = |etag: &str| Feeds::from([("a".into(), "1".into()), ("b".into(), etag.into())]);
        let mut told = Told::default();
        assert_eq!(told.news("hub", &feeds("1")).len(), 2);
        told.note("hub", "a".into(), "1".into());
        told.note("hub", "b".into(), "1".into());
        let told = Told::parse(&told.to_text());
        assert!(told.news("hub", &feeds("1")).is_empty());
        assert_eq!(told.news("hub", &feeds("2")), [("b".to_string(), "2".to_string())]);
        assert_eq!(told.news("other", &feeds("2")).len(), 2);
        assert_eq!(Told::parse("{"), Told::default());
    }
}
