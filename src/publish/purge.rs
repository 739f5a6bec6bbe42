//! Telling a CDN what to forget: one request for the keys of what changed.
//!
//! Every answer of the server and every kind of address has one key, so that a change purges a handful of keys, not
//! hundreds of addresses.

use std::collections::BTreeSet;
use std::ffi::OsString;

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, Request, Uri};

use crate::http::Client;
use crate::site::surrogate_key;

/// How many keys go into one request; the smallest limit among the known CDNs.
const MOST: usize = 30;

/// The request that a CDN wants. `{keys}` in its address, its headers and its body stands for the keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Where it is sent.
    pub url: String,
    /// `POST`, `PURGE` …
    pub method: String,
    /// Header lines, `Name: value`; `$NAME` stands for a variable of the environment.
    pub headers: Vec<String>,
    /// The body.
    pub body: String,
    /// What stands between two keys.
    pub separator: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            url: String::new(),
            method: "POST".to_string(),
            headers: Vec::new(),
            body: String::new(),
            separator: " ".to_string(),
        }
    }
}

/// The keys of some addresses, each once.
pub fn keys<'a>(addresses: impl IntoIterator<Item = &'a str>) -> BTreeSet<String> {
    addresses.into_iter().map(surrogate_key).collect()
}

/// Sends the purge of some keys. `env` is the environment, for secrets.
///
/// # Errors
/// A sentence: the request can't be made, nobody answers, or the CDN refuses.
pub async fn purge(
    client: &Client,
    settings: &Settings,
    keys: &BTreeSet<String>,
    env: &(dyn Fn(&str) -> Option<OsString> + Sync),
) -> Result<(), String> {
    let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
    for some in keys.chunks(MOST) {
        let request = request(settings, &some.join(&settings.separator), env)?;
        let place = request.uri().host().unwrap_or_default().to_string();
        let answer = client.send(request).await.map_err(|error| error.to_string())?;
        if !answer.status().is_success() {
            let said = String::from_utf8_lossy(answer.body());
            let said: String = said.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(200).collect();
            return Err(format!("{place} answered {}: {said}", answer.status()));
        }
    }
    Ok(())
}

fn request(
    settings: &Settings,
    keys: &str,
    env: &(dyn Fn(&str) -> Option<OsString> + Sync),
) -> Result<Request<Bytes>, String> {
    let fill = |text: &str| text.replace("{keys}", keys);
    let url = settings.url.replace("{keys}", &keys.replace(' ', "%20"));
    let uri: Uri = url.parse().map_err(|error| format!("{url} is no address: {error}"))?;
    let method = Method::from_bytes(settings.method.as_bytes()).map_err(|error| error.to_string())?;
    let mut request = Request::builder().method(method).uri(uri);
    for line in &settings.headers {
        let (name, value) = line.split_once(':').ok_or_else(|| format!("`{line}` is not a header"))?;
        let bad = |_| format!("the header `{}` can't be sent", name.trim());
        let name: HeaderName = name.trim().parse().map_err(|_| bad(()))?;
        let mut value = HeaderValue::from_str(&fill(&expand(value.trim(), env)?)).map_err(|_| bad(()))?;
        value.set_sensitive(line.contains('$'));
        request = request.header(name, value);
    }
    request.body(fill(&settings.body).into()).map_err(|error| error.to_string())
}

/// Puts variables of the environment in the place of their names (`$CDN_TOKEN`).
fn expand(text: &str, env: &(dyn Fn(&str) -> Option<OsString> + Sync)) -> Result<String, String> {
    let mut parts = text.split('$');
    let mut out = parts.next().unwrap_or_default().to_string();
    for part in parts {
        let end = part.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(part.len());
        let (name, rest) = part.split_at(end);
        let value = env(name).and_then(|value| value.into_string().ok());
        out.push_str(&value.ok_or_else(|| format!("${name}, which a purge's headers name, is not set"))?);
        out.push_str(rest);
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_request_is_as_the_cdn_wants_it() {
        let env = |name: &str| (name == "TOKEN").then(|| OsString::from("s3cret"));
        let settings = Settings {
            url: "https://cdn.example/zones/1/purge?by={keys}".into(),
            headers: vec!["Authorization: Bearer $TOKEN".into(), "Surrogate-Key: {keys}".into()],
            body: "{\"tags\":[\"{keys}\"]}".into(),
            ..Settings::default()
        };
        let made = request(&settings, "all topic-works", &env).unwrap();
        assert_eq!(made.method(), "POST");
        assert_eq!(made.uri(), "https://cdn.example/zones/1/purge?by=all%20topic-works");
        assert_eq!(made.headers()["authorization"], "Bearer s3cret");
        assert_eq!(made.headers()["surrogate-key"], "all topic-works");
        assert_eq!(made.body(), "{\"tags\":[\"all topic-works\"]}");
        assert!(!format!("{:?}", made.headers()).contains("s3cret"), "never in a log");
        let unset = request(&settings, "a", &|_| None).unwrap_err();
        assert!(unset.contains("$TOKEN"), "{unset}");
    }
}
