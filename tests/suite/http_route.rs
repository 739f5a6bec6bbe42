//! The table of requests and answers, through the pure routing function.
//!
//! A row is a request and what is expected: the status, then headers that must be there, `-Name` for those that
//! must not, and `body: what`. In both, `{rss}` stands for the hash of that resource's bytes.

use std::collections::HashMap;

use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use feedroom::http::{Plan, route};
use feedroom::site::{Bounds, Coding, Content, Freshness, Resource, Site};

const RSS: &str = "application/rss+xml; charset=utf-8";
const HTML: &str = "text/html; charset=utf-8";

fn changed() -> DateTime<Utc> {
    "2025-06-05T10:00:00Z".parse().unwrap()
}

fn site() -> Site {
    let mut site = Site::default();
    site.not_found = Bytes::from("<h1>Nothing here</h1>");
    let feed = "<item>Reservoir levels rose</item>\n".repeat(100);
    let rss = Resource::new(RSS, feed, changed()).with_deltas(["0".repeat(32), "1".repeat(32)], |etag| {
        let new = if etag.starts_with('0') { "<item>new</item>\n" } else { "<item>new, newer</item>\n" };
        Some(Bytes::from(new.repeat(100)))
    });
    let mut put = |path: &str, resource| site.resources.insert(path.to_string(), resource);
    let view = || Resource::new(HTML, "<p>What a feed is</p>".repeat(100), changed() + TimeDelta::hours(1));
    put(
        "/atom.xml",
        Resource::new("application/atom+xml; charset=utf-8", "<entry>Levels rose</entry>\n".repeat(100), changed())
            .with_view(view)
            .with_deltas(["0".repeat(32)], |_| Some(Bytes::from("<entry>new</entry>"))),
    );
    put("/rss.xml", rss.with_header("Surrogate-Key", "water floods").with_header("no name", "x"));
    put("/small.json", Resource::new("application/feed+json", "{\"version\":1}", changed()));
    put("/", Resource::new(HTML, "<p>Front page</p>".repeat(100), changed()));
    put("/water/", Resource::new(HTML, "<p>Water</p>", changed()));
    put("/items/früh/", Resource::new(HTML, "<p>Früh</p>", changed()));
    put("/style.abc123.css", Resource::new("text/css", "p{}", changed()).immutable());
    let file = |kind, length| Resource::file(kind, "/nowhere/file", length, None, "cafe", changed());
    put("/assets/talk.mp3", file("audio/mpeg", 1000));
    put("/assets/my report.pdf", file("application/pdf", 1000));
    put("/assets/map.svg", file("image/svg+xml", 1000));
    put("/assets/empty.csv", file("text/csv", 0));
    site.gone.insert("/items/old/".into(), Bytes::from("<h1>Withdrawn</h1>"));
    site.moved.insert("/feed".into(), "/rss.xml".into());
    site.moved.insert("/?feed=rss2".into(), "/rss.xml".into());
    site.moved.insert("/items/earlier/".into(), "/items/früh/".into());
    site.moved.insert("/blog/".into(), "https://example.org/blog/?x=1".into());
    site
}

/// Checks one row against a site.
fn check(site: &Site, now: DateTime<Utc>, request: &str, expected: &str) {
    let fill = |text: &str| {
        let mut text = text.replace("{old}", &"0".repeat(32)).replace("{older}", &"1".repeat(32));
        for (name, path) in [("rss", "/rss.xml"), ("small", "/small.json"), ("front", "/"), ("water", "/water/")] {
            if let Some(resource) = site.resources.get(path) {
                text = text.replace(&format!("{{{name}}}"), resource.etag());
            }
        }
        if let Some(atom) = site.resources.get("/atom.xml") {
            let view = atom.view().map_or("", Resource::etag);
            text = text.replace("{atom}", atom.etag()).replace("{view}", view);
        }
        text
    };
    let filled = fill(request);
    let mut lines = filled.split('\n').map(str::trim_start);
    let (method, target) = lines.next().unwrap().split_once(' ').unwrap();
    let mut head = hyper::Request::builder().method(method).uri(target);
    for line in lines {
        let (name, value) = line.split_once(':').unwrap();
        head = head.header(name, value.trim());
    }
    let (head, ()) = head.body(()).unwrap().into_parts();
    let answer = route(site, &head, now);
    let mut got = format!("{} {:#?}\n{:?}", answer.status, answer.headers, answer.plan);
    got.truncate(1500);
    let filled = fill(expected);
    let mut lines = filled.split('\n').map(str::trim);
    assert_eq!(answer.status.as_str(), lines.next().unwrap(), "{request}\n{got}");
    for line in lines {
        if let Some(absent) = line.strip_prefix('-') {
            assert!(!answer.headers.contains_key(absent), "{request}\nmust not have {absent}\n{got}");
            continue;
        }
        let (name, value) = line.split_once(": ").unwrap();
        if name == "body" {
            let holds = match (value, &answer.plan) {
                ("none", Plan::Nothing) => true,
                ("none", Plan::File { range, .. }) => range.is_empty(),
                (coding, Plan::Bytes(bytes)) if Coding::ALL.iter().any(|c| c.as_str() == coding) => {
                    let resource = &site.resources[percent_free(target)];
                    let Content::Bytes(body) = resource.content() else { panic!("{target} is a file") };
                    let coding = Coding::ALL.into_iter().find(|c| c.as_str() == coding).unwrap();
                    bytes == body.coded(coding)
                }
                (text, Plan::Bytes(bytes)) => String::from_utf8_lossy(bytes).contains(text),
                (wanted, Plan::File { range, .. }) => wanted == format!("{}..{}", range.start, range.end),
                _ => false,
            };
            assert!(holds, "{request}\nwants body {value}\n{got}");
        } else {
            let there = answer.headers.get(name).map(|v| v.to_str().unwrap());
            assert_eq!(there, Some(value), "{request}\n{name}\n{got}");
        }
    }
    general(request, &answer, &got);
}

/// What holds of every answer.
fn general(request: &str, answer: &feedroom::http::Answer, got: &str) {
    let has = |name: &str| answer.headers.contains_key(name);
    if let Plan::Bytes(bytes) = &answer.plan {
        assert_eq!(answer.headers["content-length"], bytes.len().to_string(), "{request}\n{got}");
        assert!(has("content-type") && has("x-content-type-options"), "{request}\n{got}");
    }
    if matches!(answer.status.as_u16(), 204 | 304) {
        assert_eq!(answer.plan, Plan::Nothing, "{request}\n{got}");
        assert!(!has("content-length") && !has("content-type") && !has("content-encoding"), "{request}\n{got}");
    }
    if matches!(answer.status.as_u16(), 200 | 206 | 226 | 301 | 304 | 404 | 410) && !request.starts_with("OPTIONS") {
        assert!(has("cache-control"), "{request}\n{got}");
    }
    if matches!(answer.status.as_u16(), 200 | 206 | 226) {
        assert!(has("etag") && has("last-modified"), "{request}\n{got}");
    }
    if let Some(location) = answer.headers.get("location").and_then(|location| location.to_str().ok()) {
        assert!(!location.starts_with("//"), "{request}\nleads away\n{got}");
    }
}

fn percent_free(target: &str) -> &str {
    target.split('?').next().unwrap_or_default()
}

#[test]
fn the_table() {
    let site = site();
    let now = changed() + TimeDelta::days(30);
    let rows =
        METHODS.iter().chain(ADDRESSES).chain(CODINGS).chain(CONDITIONS).chain(RANGES).chain(DELTAS).chain(VIEWS);
    let mut count = 0;
    for (request, expected) in rows {
        check(&site, now, request, expected);
        count += 1;
    }
    assert!(count >= 120, "only {count} rows");
}

#[test]
fn head_tells_what_get_would() {
    let site = site();
    for (request, _) in ADDRESSES.iter().chain(CODINGS).chain(CONDITIONS).chain(VIEWS) {
        let (head, ()) = {
            let mut lines = request.split('\n').map(str::trim_start);
            let (_, target) = lines.next().unwrap().split_once(' ').unwrap();
            let mut head = hyper::Request::builder().uri(target);
            for line in lines {
                let (name, value) = line.split_once(':').unwrap();
                head = head.header(name, value.trim());
            }
            head.body(()).unwrap().into_parts()
        };
        let get = route(&site, &head, changed());
        let mut head = head;
        head.method = hyper::Method::HEAD;
        let answer = route(&site, &head, changed());
        assert_eq!((get.status, get.headers), (answer.status, answer.headers), "{request}");
        assert!(!matches!(answer.plan, Plan::Bytes(_)), "{request}");
    }
}

type Row = (&'static str, &'static str);

const METHODS: &[Row] = &[
    (
        "GET /rss.xml",
        "200\nContent-Type: application/rss+xml; charset=utf-8\nETag: \"{rss}\"\n\
         Last-Modified: Thu, 05 Jun 2025 10:00:00 GMT\nVary: Accept-Encoding\n\
         Cache-Control: max-age=300, stale-while-revalidate=600\nX-Content-Type-Options: nosniff\n\
         Access-Control-Allow-Origin: *\nSurrogate-Key: water floods\n-Content-Encoding\n-Content-Security-Policy\n-Accept-Ranges\nbody: identity",
    ),
    ("HEAD /rss.xml", "200\nContent-Length: 3500\nETag: \"{rss}\"\nbody: none"),
    ("HEAD /rss.xml\nAccept-Encoding: gzip", "200\nContent-Encoding: gzip\nETag: \"{rss}-gz\"\nbody: none"),
    ("OPTIONS /rss.xml", "204\nAllow: GET, HEAD, OPTIONS\n-Access-Control-Allow-Methods\nbody: none"),
    ("OPTIONS *", "204\nAllow: GET, HEAD, OPTIONS"),
    ("OPTIONS /nothing", "204\nAllow: GET, HEAD, OPTIONS"),
    (
        "OPTIONS /rss.xml\nOrigin: https://reader.example\nAccess-Control-Request-Method: GET\n\
         Access-Control-Request-Headers: a-im, if-none-match",
        "204\nAccess-Control-Allow-Origin: *\nAccess-Control-Allow-Methods: GET, HEAD, OPTIONS\n\
         Access-Control-Max-Age: 86400\nAccess-Control-Allow-Headers: A-IM, Cache-Control, If-Match, \
         If-Modified-Since, If-None-Match, If-Range, If-Unmodified-Since, Range",
    ),
    ("POST /rss.xml", "405\nAllow: GET, HEAD, OPTIONS\nAccess-Control-Allow-Origin: *"),
    ("POST /nothing", "405\nAllow: GET, HEAD, OPTIONS"),
    ("PUT /rss.xml", "405\nAllow: GET, HEAD, OPTIONS"),
    ("DELETE /rss.xml", "405\nAllow: GET, HEAD, OPTIONS"),
    ("PATCH /rss.xml", "405\nAllow: GET, HEAD, OPTIONS"),
    ("TRACE /rss.xml", "405\nAllow: GET, HEAD, OPTIONS"),
    ("CONNECT example.org:443", "405\nAllow: GET, HEAD, OPTIONS"),
    ("BREW /rss.xml", "501"),
    ("get /rss.xml", "501"),
];

const ADDRESSES: &[Row] = &[
    (
        "GET /",
        "200\nContent-Type: text/html; charset=utf-8\nReferrer-Policy: strict-origin-when-cross-origin\n\
         X-Content-Type-Options: nosniff\n-Access-Control-Allow-Origin\nbody: identity",
    ),
    ("GET /?utm_source=mail", "200\nbody: identity"),
    ("GET /?feed=rss2", "200\nbody: Front page"),
    ("GET /index.html", "301\nLocation: /\n-ETag"),
    ("GET /water/", "200\nbody: identity\nVary: Accept-Encoding"),
    ("GET /water", "301\nLocation: /water/\nCache-Control: max-age=300, stale-while-revalidate=600"),
    ("GET /water?page=2", "301\nLocation: /water/?page=2"),
    ("GET /water/index.html", "301\nLocation: /water/"),
    ("GET /water/index.html?x=%20y", "301\nLocation: /water/?x=%20y"),
    ("GET /waterindex.html", "404"),
    ("GET /rss.xml/", "301\nLocation: /rss.xml"),
    ("GET /rss.xml?nocache=123", "200\nbody: identity"),
    ("GET //rss.xml", "301\nLocation: /rss.xml"),
    ("GET ///", "301\nLocation: /"),
    ("GET //water//", "301\nLocation: /water/"),
    ("GET //example.org/", "404"),
    ("GET //example.org//water/", "404"),
    ("GET /./rss.xml", "301\nLocation: /rss.xml"),
    ("GET /water/./", "301\nLocation: /water/"),
    ("GET /water/.", "301\nLocation: /water/"),
    ("GET /water/../rss.xml", "301\nLocation: /rss.xml"),
    ("GET /water/..", "301\nLocation: /"),
    ("GET /../../rss.xml", "301\nLocation: /rss.xml"),
    ("GET /%2e%2e/rss.xml", "301\nLocation: /rss.xml"),
    ("GET /%2E%2E/%2e/rss.xml", "301\nLocation: /rss.xml"),
    ("GET /../../etc/passwd", "404"),
    ("GET /assets/../../../../etc/passwd", "404"),
    ("GET /assets/%2e%2e/%2e%2e/etc/passwd", "404"),
    ("GET /assets/..%2f..%2fetc/passwd", "404"),
    ("GET /assets/%2e%2e%2f%2e%2e%2fetc%2fpasswd", "404"),
    ("GET /assets/..%5c..%5cetc/passwd", "404"),
    ("GET /assets/%252e%252e/rss.xml", "404"),
    ("GET /assets/%c0%ae%c0%ae/rss.xml", "404"),
    ("GET /%c0%af", "404"),
    ("GET /rss.xml%00", "404"),
    ("GET /rss.xml%0d%0aX-Evil:1", "404"),
    ("GET /water%0d%0a/", "404"),
    ("GET /.git/config", "404"),
    ("GET /%2Frss.xml", "404"),
    ("GET /rss.xml%2F", "404"),
    ("GET /%", "400"),
    ("GET /%4", "400"),
    ("GET /%zz/rss.xml", "400"),
    ("GET /%72ss.xml", "200\nETag: \"{rss}\""),
    ("GET /%72%73%73%2exml", "200\nETag: \"{rss}\""),
    ("GET /RSS.XML", "404"),
    ("GET /items/fr%C3%BCh/", "200\nbody: Früh"),
    ("GET /items/fr%c3%bch", "301\nLocation: /items/fr%C3%BCh/"),
    ("GET /assets/my%20report.pdf", "200\nContent-Type: application/pdf\nbody: 0..1000"),
    ("GET /assets/./my%20report.pdf", "301\nLocation: /assets/my%20report.pdf"),
    ("GET /assets/my+report.pdf", "404"),
    ("GET /assets/", "404"),
    (
        "GET /nothing",
        "404\nContent-Type: text/html; charset=utf-8\nCache-Control: no-cache\n-ETag\n-Last-Modified\n\
         body: Nothing here",
    ),
    ("GET /nothing\nIf-None-Match: *", "404"),
    ("GET /nothing\nIf-Match: *", "404"),
    ("GET /items/old/", "410\nContent-Type: text/html; charset=utf-8\nCache-Control: no-cache\nbody: Withdrawn"),
    ("GET /items/old", "410\nbody: Withdrawn"),
    ("GET /items/./old/", "410\nbody: Withdrawn"),
    ("GET /feed", "301\nLocation: /rss.xml\nAccess-Control-Allow-Origin: *"),
    ("GET /feed/", "301\nLocation: /rss.xml"),
    ("GET /feed?x=1", "301\nLocation: /rss.xml"),
    ("GET /feed\nIf-None-Match: *", "301\nLocation: /rss.xml"),
    ("GET /items/earlier/", "301\nLocation: /items/fr%C3%BCh/"),
    ("GET /items/earlier", "301\nLocation: /items/fr%C3%BCh/"),
    ("GET /blog/", "301\nLocation: https://example.org/blog/?x=1"),
    ("GET http://other.example/rss.xml", "200\nETag: \"{rss}\""),
    ("GET /style.abc123.css", "200\nCache-Control: public, max-age=31536000, immutable"),
    (
        "GET /assets/map.svg",
        "200\nContent-Security-Policy: default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox",
    ),
    ("GET /assets/talk.mp3", "200\n-Content-Security-Policy\n-Vary\nAccept-Ranges: bytes\nContent-Length: 1000"),
    ("GET /healthz", "404"),
    ("GET /metrics", "404"),
];

const CODINGS: &[Row] = &[
    (
        "GET /rss.xml\nAccept-Encoding: gzip",
        "200\nContent-Encoding: gzip\nETag: \"{rss}-gz\"\nVary: Accept-Encoding\nbody: gzip",
    ),
    ("GET /rss.xml\nAccept-Encoding: br", "200\nContent-Encoding: br\nETag: \"{rss}-br\"\nbody: br"),
    ("GET /rss.xml\nAccept-Encoding: zstd", "200\nContent-Encoding: zstd\nETag: \"{rss}-zst\"\nbody: zstd"),
    ("GET /rss.xml\nAccept-Encoding: gzip, deflate, br", "200\nContent-Encoding: br"),
    ("GET /rss.xml\nAccept-Encoding: gzip, br;q=0.9", "200\nContent-Encoding: gzip"),
    ("GET /rss.xml\nAccept-Encoding: deflate", "200\n-Content-Encoding\nVary: Accept-Encoding\nbody: identity"),
    ("GET /rss.xml\nAccept-Encoding:", "200\n-Content-Encoding\nbody: identity"),
    ("GET /rss.xml\nAccept-Encoding: identity", "200\n-Content-Encoding\nbody: identity"),
    ("GET /rss.xml\nAccept-Encoding: *", "200\nContent-Encoding: gzip"),
    ("GET /rss.xml\nAccept-Encoding: gzip;q=0", "200\n-Content-Encoding"),
    ("GET /rss.xml\nAccept-Encoding: gzip;q=0, *", "200\nContent-Encoding: br"),
    ("GET /rss.xml\nAccept-Encoding: identity;q=0", "406\nVary: Accept-Encoding\n-ETag"),
    ("GET /rss.xml\nAccept-Encoding: *;q=0", "406\nVary: Accept-Encoding"),
    ("GET /rss.xml\nAccept-Encoding: identity;q=0, gzip;q=0.1", "200\nContent-Encoding: gzip"),
    ("GET /rss.xml\nAccept-Encoding: identity;q=0\nIf-None-Match: *", "406"),
    ("GET /small.json\nAccept-Encoding: gzip", "200\n-Content-Encoding\nETag: \"{small}\"\nVary: Accept-Encoding"),
    ("GET /small.json\nAccept-Encoding: gzip, identity;q=0", "200\nContent-Encoding: gzip\nETag: \"{small}-gz\""),
    ("GET /assets/talk.mp3\nAccept-Encoding: gzip", "200\n-Content-Encoding\nETag: \"cafe\"\nbody: 0..1000"),
    ("GET /assets/talk.mp3\nAccept-Encoding: identity;q=0", "406"),
];

const CONDITIONS: &[Row] = &[
    (
        "GET /rss.xml\nIf-None-Match: \"{rss}\"",
        "304\nETag: \"{rss}\"\nCache-Control: max-age=300, stale-while-revalidate=600\nVary: Accept-Encoding\n\
         Access-Control-Allow-Origin: *\n-Last-Modified",
    ),
    ("HEAD /rss.xml\nIf-None-Match: \"{rss}\"", "304\nETag: \"{rss}\""),
    ("GET /rss.xml\nIf-None-Match: \"other\"", "200\nbody: identity"),
    ("GET /rss.xml\nIf-None-Match: W/\"{rss}\"", "304\nETag: \"{rss}\""),
    ("GET /rss.xml\nIf-None-Match: w/\"{rss}\"", "200"),
    ("GET /rss.xml\nIf-None-Match: *", "304\nETag: \"{rss}\""),
    ("GET /rss.xml\nIf-None-Match: \"*\"", "200"),
    ("GET /rss.xml\nIf-None-Match: \"a\", \"b\", \"{rss}\"", "304"),
    ("GET /rss.xml\nIf-None-Match: \"a\"\nIf-None-Match: \"{rss}\"", "304"),
    ("GET /rss.xml\nIf-None-Match: \"a,b\",W/\"{rss}\" , \"c\"", "304"),
    ("GET /rss.xml\nIf-None-Match: \"a,{rss}\"", "200"),
    ("GET /rss.xml\nIf-None-Match: {rss}", "304"),
    ("GET /rss.xml\nIf-None-Match: \"\"", "200"),
    ("GET /rss.xml\nIf-None-Match:", "200"),
    ("GET /rss.xml\nIf-None-Match: \"{rss}x\"", "200"),
    ("GET /rss.xml\nIf-None-Match: \"{rss}-gzip\"", "304\nETag: \"{rss}\""),
    ("GET /rss.xml\nIf-None-Match: \"{rss};gzip\"", "304\nETag: \"{rss}\""),
    ("GET /rss.xml\nIf-None-Match: \"{rss}--gzip\"", "304\nETag: \"{rss}\""),
    ("GET /rss.xml\nIf-None-Match: W/\"{rss}-gzip\"", "304\nETag: \"{rss}\""),
    ("GET /rss.xml\nAccept-Encoding: gzip\nIf-None-Match: \"{rss}-gz\"", "304\nETag: \"{rss}-gz\"\n-Content-Encoding"),
    ("GET /rss.xml\nAccept-Encoding: gzip\nIf-None-Match: W/\"{rss}-gz\"", "304\nETag: \"{rss}-gz\""),
    ("GET /rss.xml\nAccept-Encoding: gzip\nIf-None-Match: \"{rss}-gz-gzip\"", "304\nETag: \"{rss}-gz\""),
    ("GET /rss.xml\nAccept-Encoding: br\nIf-None-Match: \"{rss}-br\"", "304\nETag: \"{rss}-br\""),
    ("GET /rss.xml\nAccept-Encoding: zstd\nIf-None-Match: \"{rss}-zst\"", "304\nETag: \"{rss}-zst\""),
    // A copy in another coding that the client takes is as good; it is named, so that a cache knows which.
    ("GET /rss.xml\nAccept-Encoding: gzip, br\nIf-None-Match: \"{rss}-gz\"", "304\nETag: \"{rss}-gz\""),
    ("GET /rss.xml\nAccept-Encoding: gzip\nIf-None-Match: \"{rss}\"", "304\nETag: \"{rss}\""),
    ("GET /rss.xml\nAccept-Encoding: gzip\nIf-None-Match: \"{rss}\", \"{rss}-gz\"", "304\nETag: \"{rss}-gz\""),
    ("GET /rss.xml\nAccept-Encoding: identity\nIf-None-Match: \"{rss}-gz\"", "200\n-Content-Encoding"),
    ("GET /rss.xml\nAccept-Encoding: br\nIf-None-Match: \"{rss}-gz\"", "200\nContent-Encoding: br"),
    ("GET /rss.xml\nAccept-Encoding: gzip, identity;q=0\nIf-None-Match: \"{rss}\"", "200\nContent-Encoding: gzip"),
    ("GET /rss.xml\nIf-Modified-Since: Thu, 05 Jun 2025 10:00:00 GMT", "304\nETag: \"{rss}\""),
    ("GET /rss.xml\nIf-Modified-Since: Thu, 05 Jun 2025 10:00:01 GMT", "304"),
    ("GET /rss.xml\nIf-Modified-Since: Fri, 05 Jun 2099 10:00:00 GMT", "304"),
    ("GET /rss.xml\nIf-Modified-Since: Thu, 05 Jun 2025 09:59:59 GMT", "200"),
    ("GET /rss.xml\nIf-Modified-Since: Thursday, 05-Jun-25 10:00:00 GMT", "304"),
    ("GET /rss.xml\nIf-Modified-Since: Thu Jun  5 10:00:00 2025", "304"),
    ("GET /rss.xml\nIf-Modified-Since: 2025-06-05T10:00:00Z", "200"),
    ("GET /rss.xml\nIf-Modified-Since: Thu, 05 Jun 2025 10:00:00 CET", "200"),
    ("GET /rss.xml\nIf-Modified-Since: 0", "200"),
    (
        "GET /rss.xml\nIf-Modified-Since: Thu, 05 Jun 2025 10:00:00 GMT\n\
         If-Modified-Since: Thu, 05 Jun 2025 10:00:00 GMT",
        "200",
    ),
    (
        "GET /rss.xml\nIf-Modified-Since: Thu, 05 Jun 2025 10:00:00 GMT\nAccept-Encoding: gzip",
        "304\nETag: \"{rss}-gz\"",
    ),
    ("GET /rss.xml\nIf-None-Match: \"other\"\nIf-Modified-Since: Thu, 05 Jun 2025 10:00:00 GMT", "200"),
    ("GET /rss.xml\nIf-None-Match: \"{rss}\"\nIf-Modified-Since: Fri, 05 Jun 2020 10:00:00 GMT", "304"),
    ("GET /rss.xml\nIf-None-Match:\nIf-Modified-Since: Thu, 05 Jun 2025 10:00:00 GMT", "200"),
    ("GET /rss.xml\nIf-Match: \"{rss}\"", "200"),
    ("GET /rss.xml\nIf-Match: *", "200"),
    ("GET /rss.xml\nIf-Match: \"other\"", "412\n-ETag"),
    ("GET /rss.xml\nIf-Match: \"other\", \"{rss}\"", "200"),
    ("GET /rss.xml\nIf-Match: W/\"{rss}\"", "412"),
    ("GET /rss.xml\nIf-Match: \"{rss}-gzip\"", "412"),
    ("GET /rss.xml\nIf-Match:", "412"),
    ("GET /rss.xml\nIf-Match: \"{rss}-gz\"\nAccept-Encoding: gzip", "200\nETag: \"{rss}-gz\""),
    ("GET /rss.xml\nIf-Match: \"other\"\nIf-None-Match: \"{rss}\"", "412"),
    ("GET /rss.xml\nIf-Match: \"{rss}\"\nIf-None-Match: \"{rss}\"", "304"),
    ("GET /rss.xml\nIf-Unmodified-Since: Thu, 05 Jun 2025 10:00:00 GMT", "200"),
    ("GET /rss.xml\nIf-Unmodified-Since: Thu, 05 Jun 2025 09:59:59 GMT", "412"),
    ("GET /rss.xml\nIf-Unmodified-Since: nonsense", "200"),
    ("GET /rss.xml\nIf-Match: \"{rss}\"\nIf-Unmodified-Since: Fri, 05 Jun 2020 10:00:00 GMT", "200"),
    (
        "GET /\nIf-None-Match: \"{front}\"",
        "304\nReferrer-Policy: strict-origin-when-cross-origin\n-Access-Control-Allow-Origin",
    ),
    ("GET /water\nIf-None-Match: \"{water}\"", "301"),
    ("GET /style.abc123.css\nIf-None-Match: *", "304\nCache-Control: public, max-age=31536000, immutable"),
    ("GET /assets/talk.mp3\nIf-None-Match: \"cafe\"", "304\nETag: \"cafe\"\n-Vary"),
];

const RANGES: &[Row] = &[
    (
        "GET /assets/talk.mp3\nRange: bytes=0-99",
        "206\nContent-Range: bytes 0-99/1000\nContent-Length: 100\nETag: \"cafe\"\nbody: 0..100",
    ),
    ("GET /assets/talk.mp3\nRange: bytes=900-", "206\nContent-Range: bytes 900-999/1000\nbody: 900..1000"),
    ("GET /assets/talk.mp3\nRange: bytes=-100", "206\nContent-Range: bytes 900-999/1000\nbody: 900..1000"),
    ("GET /assets/talk.mp3\nRange: bytes=0-5000", "206\nContent-Range: bytes 0-999/1000\nbody: 0..1000"),
    ("GET /assets/talk.mp3\nRange: bytes=1000-", "416\nContent-Range: bytes */1000\nCache-Control: no-store\n-ETag"),
    ("GET /assets/talk.mp3\nRange: bytes=-0", "416\nContent-Range: bytes */1000"),
    ("GET /assets/talk.mp3\nRange: bytes=5-2", "200\n-Content-Range\nbody: 0..1000"),
    ("GET /assets/talk.mp3\nRange: bytes=0-1,5-9", "200\n-Content-Range\nbody: 0..1000"),
    ("GET /assets/talk.mp3\nRange: pages=1-2", "200\nbody: 0..1000"),
    ("GET /assets/talk.mp3\nRange: bytes=0-99\nIf-Range: \"cafe\"", "206\nbody: 0..100"),
    ("GET /assets/talk.mp3\nRange: bytes=0-99\nIf-Range: W/\"cafe\"", "200\nbody: 0..1000"),
    ("GET /assets/talk.mp3\nRange: bytes=0-99\nIf-Range: \"beef\"", "200\nbody: 0..1000"),
    ("GET /assets/talk.mp3\nRange: bytes=0-99\nIf-Range: Thu, 05 Jun 2025 10:00:00 GMT", "206\nbody: 0..100"),
    ("GET /assets/talk.mp3\nRange: bytes=0-99\nIf-Range: Thu, 05 Jun 2025 10:00:01 GMT", "200\nbody: 0..1000"),
    ("GET /assets/talk.mp3\nRange: bytes=0-99\nIf-None-Match: \"cafe\"", "304"),
    ("GET /assets/talk.mp3\nRange: bytes=0-99\nIf-Match: \"beef\"", "412"),
    ("HEAD /assets/talk.mp3\nRange: bytes=0-99", "200\nContent-Length: 1000\n-Content-Range\nbody: none"),
    ("GET /assets/empty.csv", "200\nContent-Length: 0\nbody: none"),
    ("GET /assets/empty.csv\nRange: bytes=0-", "416\nContent-Range: bytes */0"),
    ("GET /rss.xml\nRange: bytes=0-99", "200\n-Content-Range\nbody: identity"),
];

const DELTAS: &[Row] = &[
    (
        "GET /rss.xml\nA-IM: feed\nIf-None-Match: \"{old}\"",
        "226\nIM: feed\nDelta-Base: \"{old}\"\nETag: \"{rss}\"\nCache-Control: no-store, im\n\
         Vary: A-IM, If-None-Match, Accept-Encoding\nContent-Type: application/rss+xml; charset=utf-8\n\
         -Content-Encoding\nbody: <item>new</item>",
    ),
    (
        "GET /rss.xml\nA-IM: feed\nIf-None-Match: \"{old}-gz\"\nAccept-Encoding: gzip",
        "226\nDelta-Base: \"{old}-gz\"\nETag: \"{rss}-gz\"\nContent-Encoding: gzip",
    ),
    ("GET /rss.xml\nA-IM: feed\nIf-None-Match: W/\"{old}-gzip\"", "226\nDelta-Base: \"{old}-gzip\""),
    ("GET /rss.xml\nA-IM: vcdiff, feed;q=0.5\nIf-None-Match: \"{old}\"", "226"),
    ("GET /rss.xml\nA-IM: FEED\nIf-None-Match: \"x\", \"{old}\"", "226\nDelta-Base: \"{old}\""),
    ("GET /rss.xml\nA-IM: feed\nIf-None-Match: \"{older}\", \"{old}\"", "226\nDelta-Base: \"{old}\""),
    ("GET /rss.xml\nA-IM: feed\nIf-None-Match: \"{rss}\", \"{old}\"", "304"),
    ("GET /rss.xml\nA-IM: feed\nIf-None-Match: \"unknown\"", "200\n-IM\n-Delta-Base\nVary: Accept-Encoding"),
    ("GET /rss.xml\nA-IM: feed", "200\n-IM"),
    ("GET /rss.xml\nIf-None-Match: \"{old}\"", "200\n-IM"),
    ("GET /rss.xml\nA-IM: vcdiff\nIf-None-Match: \"{old}\"", "200\n-IM"),
    ("GET /rss.xml\nA-IM: feed;q=0\nIf-None-Match: \"{old}\"", "200\n-IM"),
    ("HEAD /rss.xml\nA-IM: feed\nIf-None-Match: \"{old}\"", "200\n-IM\nbody: none"),
    // What feedparser sends whatever program it is part of.
    (
        "GET /rss.xml\nA-IM: feed\nIf-None-Match: \"{old}\"\nAccept: application/atom+xml,application/rdf+xml,\
         application/rss+xml,application/x-netcdf,application/xml;q=0.9,text/xml;q=0.2,*/*;q=0.1",
        "200\n-IM\nETag: \"{rss}\"",
    ),
    ("GET /small.json\nA-IM: feed\nIf-None-Match: \"{old}\"", "200\n-IM"),
];

/// What Chromium and Firefox send when a person opens an address.
const VIEWS: &[Row] = &[
    (
        "GET /atom.xml\nSec-Fetch-Dest: document\nSec-Fetch-Mode: navigate\nAccept: text/html,application/xhtml+xml,\
         application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8",
        "200\nContent-Type: text/html; charset=utf-8\nETag: \"{view}\"\nLast-Modified: Thu, 05 Jun 2025 11:00:00 GMT\n\
         Vary: Accept-Encoding, Accept, Sec-Fetch-Dest, Sec-Fetch-Mode\n-Access-Control-Allow-Origin\n\
         Referrer-Policy: strict-origin-when-cross-origin\nCache-Control: max-age=300, stale-while-revalidate=600\n\
         body: What a feed is",
    ),
    ("GET /atom.xml\nSec-Fetch-Dest: document", "200\nETag: \"{view}\""),
    ("GET /atom.xml\nSec-Fetch-Dest: document\nAccept: */*", "200\nETag: \"{view}\""),
    ("GET /atom.xml\nSec-Fetch-Mode: navigate\nAccept: text/html, */*;q=0.1", "200\nETag: \"{view}\""),
    ("GET /atom.xml\nSec-Fetch-Mode: navigate\nAccept: text/*;q=0.9, */*;q=0.5", "200\nETag: \"{view}\""),
    ("HEAD /atom.xml\nSec-Fetch-Dest: document", "200\nETag: \"{view}\"\nContent-Length: 2100\nbody: none"),
    (
        "GET /atom.xml\nSec-Fetch-Dest: document\nAccept-Encoding: gzip",
        "200\nContent-Encoding: gzip\nETag: \"{view}-gz\"",
    ),
    // A copy of the one says nothing of the other.
    (
        "GET /atom.xml\nSec-Fetch-Dest: document\nIf-None-Match: \"{view}\"",
        "304\nETag: \"{view}\"\nVary: Accept-Encoding, Accept, Sec-Fetch-Dest, Sec-Fetch-Mode\n\
         -Access-Control-Allow-Origin",
    ),
    ("GET /atom.xml\nSec-Fetch-Dest: document\nIf-None-Match: \"{atom}\"", "200\nETag: \"{view}\""),
    (
        "GET /atom.xml\nSec-Fetch-Dest: document\nIf-Modified-Since: Thu, 05 Jun 2025 10:00:00 GMT",
        "200\nETag: \"{view}\"",
    ),
    ("GET /atom.xml\nSec-Fetch-Dest: document\nA-IM: feed\nIf-None-Match: \"{old}\"", "200\n-IM\nETag: \"{view}\""),
    ("GET /atom.xml\nIf-None-Match: \"{view}\"", "200\nETag: \"{atom}\""),
    // Readers get the feed, whatever they claim to like; so does a page's script.
    (
        "GET /atom.xml",
        "200\nContent-Type: application/atom+xml; charset=utf-8\nETag: \"{atom}\"\nAccess-Control-Allow-Origin: *\n\
         Vary: Accept-Encoding, Accept, Sec-Fetch-Dest, Sec-Fetch-Mode\n-Content-Security-Policy\nbody: identity",
    ),
    ("GET /atom.xml\nAccept: */*", "200\nETag: \"{atom}\""),
    ("GET /atom.xml\nAccept: text/html, application/xml;q=0.9, */*;q=0.8", "200\nETag: \"{atom}\""),
    ("GET /atom.xml\nAccept: application/atom+xml", "200\nETag: \"{atom}\""),
    ("GET /atom.xml\nSec-Fetch-Dest: empty\nSec-Fetch-Mode: cors\nAccept: */*", "200\nETag: \"{atom}\""),
    ("GET /atom.xml\nSec-Fetch-Mode: navigate", "200\nETag: \"{atom}\""),
    ("GET /atom.xml\nSec-Fetch-Dest: iframe\nSec-Fetch-Mode: navigate\nAccept: text/html", "200\nETag: \"{atom}\""),
    ("GET /atom.xml\nSec-Fetch-Dest: document\nAccept: application/atom+xml, text/html;q=0.9", "200\nETag: \"{atom}\""),
    ("GET /atom.xml\nSec-Fetch-Dest: document\nAccept: text/html;q=0, */*", "200\nETag: \"{atom}\""),
    ("GET /atom.xml\nIf-None-Match: \"{atom}\"", "304\nVary: Accept-Encoding, Accept, Sec-Fetch-Dest, Sec-Fetch-Mode"),
    (
        "GET /atom.xml\nA-IM: feed\nIf-None-Match: \"{old}\"",
        "226\nETag: \"{atom}\"\nVary: A-IM, If-None-Match, Accept-Encoding, Accept, Sec-Fetch-Dest, Sec-Fetch-Mode",
    ),
    // Where there is no view, nothing depends on who asks.
    ("GET /rss.xml\nSec-Fetch-Dest: document\nAccept: text/html", "200\nETag: \"{rss}\"\nVary: Accept-Encoding"),
    ("GET /\nSec-Fetch-Dest: document", "200\nVary: Accept-Encoding"),
];

#[test]
fn below_a_path_of_the_base_address() {
    let mut site = site();
    site.prefix = "/news".into();
    for (request, expected) in [
        ("GET /news/rss.xml", "200\nETag: \"{rss}\""),
        ("GET /rss.xml", "200\nETag: \"{rss}\""),
        ("GET /news", "301\nLocation: /news/"),
        ("GET /news/", "200"),
        ("GET /news/water", "301\nLocation: /news/water/"),
        ("GET /water", "301\nLocation: /news/water/"),
        ("GET /feed", "301\nLocation: /news/rss.xml"),
        ("GET /blog/", "301\nLocation: https://example.org/blog/?x=1"),
        ("GET /newsroom", "404"),
        ("GET /news/news/rss.xml", "404"),
    ] {
        check(&site, changed(), request, expected);
    }
}

#[test]
fn caches_ask_again_when_a_release_opens() {
    let until = Some(changed() + TimeDelta::seconds(100));
    let mut site = site();
    site.freshness = Freshness::new(HashMap::new(), Bounds::default(), until);
    for (seconds, want) in [(0, "max-age=100"), (40, "max-age=60"), (100, "max-age=0")] {
        let expected = format!("200\nCache-Control: {want}");
        check(&site, changed() + TimeDelta::seconds(seconds), "GET /rss.xml", &expected);
    }
}
