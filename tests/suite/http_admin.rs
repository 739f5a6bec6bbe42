//! The admin listener and what the public server counts for it.

use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use chrono::{DateTime, FixedOffset};
use feedroom::http::{Admin, Answer, Built, Entry, Handler, Held, Metrics, Peer, Plan, Public, Status, TopicStatus};
use feedroom::problem::Problem;
use feedroom::site::{Resource, Site};

fn at() -> DateTime<FixedOffset> {
    "2025-06-05T10:00:00+02:00".parse().unwrap()
}

fn status() -> Status {
    Status {
        ready: true,
        title: "Water <Board>".into(),
        base_url: "https://news.example/".into(),
        started: Some(at()),
        items: 3,
        topics: vec![TopicStatus { slug: "floods".into(), title: "Floods & dams".into(), items: 2 }],
        newest: vec![Entry {
            at: at(),
            title: "Levels rose".into(),
            place: "https://news.example/items/levels/".into(),
        }],
        opening: vec![Entry { at: at(), title: "Fees fall".into(), place: "fees.txt".into() }],
        held: vec![Held { what: "40 items would be withdrawn".into(), why: "the folder is empty; confirm it".into() }],
        problems: vec![Problem::warning("b.txt", "the date \"<3 June\" has no year").at(4, 2)],
        built: Some(Built { at: at(), took: Duration::from_millis(1500), commit: Duration::from_millis(12) }),
    }
}

fn ask(handler: &dyn Handler, peer: &str, request: &str) -> Answer {
    let mut lines = request.split('\n');
    let (method, target) = lines.next().unwrap().split_once(' ').unwrap();
    let mut head = hyper::Request::builder().method(method).uri(target);
    for line in lines {
        let (name, value) = line.split_once(": ").unwrap();
        head = head.header(name, value);
    }
    let peer = peer.parse().map_or(Peer::Unix, Peer::Tcp);
    handler.answer(&head.body(()).unwrap().into_parts().0, peer)
}

fn body(answer: &Answer) -> String {
    match &answer.plan {
        Plan::Bytes(bytes) => String::from_utf8(bytes.to_vec()).unwrap(),
        _ => String::new(),
    }
}

#[test]
fn health_readiness_and_what_is_no_address() {
    let shared = Arc::new(ArcSwap::from_pointee(Status::default()));
    let admin = Admin::new(shared.clone(), Arc::default());
    let status_of = |request: &str| ask(&admin, "unix", request).status.as_u16();
    assert_eq!(status_of("GET /healthz"), 200);
    assert_eq!(status_of("GET /readyz"), 503);
    shared.store(Arc::new(status()));
    assert_eq!(status_of("GET /readyz"), 200);
    assert_eq!(status_of("HEAD /readyz"), 200);
    assert_eq!(status_of("POST /readyz"), 405);
    for missing in ["/", "/rss.xml", "/status/", "/metrics?", "/../status"] {
        assert_eq!(status_of(&format!("GET {missing}")), if missing == "/metrics?" { 200 } else { 404 }, "{missing}");
    }
}

#[test]
fn a_foreign_name_on_loopback_is_refused() {
    let admin = Admin::new(Arc::new(ArcSwap::from_pointee(status())), Arc::default());
    for (peer, host, want) in [
        ("127.0.0.1:9", "127.0.0.1:8081", 200),
        ("127.0.0.1:9", "localhost:8081", 200),
        ("[::1]:9", "[::1]:8081", 200),
        ("127.0.0.1:9", "rebound.example:8081", 421),
        ("127.0.0.1:9", "localhost.rebound.example", 421),
        ("[::ffff:127.0.0.1]:9", "rebound.example", 421),
        ("192.0.2.1:9", "admin.internal", 200),
        ("unix", "anything", 200),
    ] {
        let answer = ask(&admin, peer, &format!("GET /status\nHost: {host}"));
        assert_eq!(answer.status.as_u16(), want, "{peer} {host}");
    }
}

#[test]
fn the_page_and_the_json_tell_the_same() {
    let admin = Admin::new(Arc::new(ArcSwap::from_pointee(status())), Arc::default());
    let answer = ask(&admin, "unix", "GET /status");
    let page = body(&answer);
    assert_eq!(answer.headers["cache-control"], "no-store");
    assert_eq!(answer.headers["refresh"], "5");
    for part in
        ["Water &#60;Board&#62;", "b.txt:4:2", "Fees fall", "fees.txt", "40 items would be withdrawn", "Levels rose"]
    {
        assert!(page.contains(part), "{part}\n{page}");
    }
    assert!(!page.contains("<3 June"), "the author's text is escaped");
    let json: serde_json::Value = serde_json::from_str(&body(&ask(&admin, "unix", "GET /status.json"))).unwrap();
    assert_eq!(json["problems"][0]["line"], 4);
    let whole = feedroom::problem::Problem::error("a.txt", "it is no text").to_json();
    assert_eq!(whole, serde_json::json!({"file": "a.txt", "severity": "error", "message": "it is no text"}));
    assert_eq!(json["opening"][0]["at"], "2025-06-05T10:00:00+02:00");
    assert_eq!(json["built"]["seconds"], 1.5);
}

#[test]
fn polls_are_counted_by_feed_status_and_coding() {
    let mut site = Site::default();
    let feed = Resource::new("application/rss+xml", "<item>x</item>".repeat(200), at().to_utc());
    let (etag, length, gzip) = (feed.etag().to_string(), feed.length(), feed_gzip_length(&feed));
    site.resources.insert("/rss.xml".into(), feed);
    site.resources.insert("/".into(), Resource::new("text/html; charset=utf-8", "<p>", at().to_utc()));
    let metrics: Arc<Metrics> = Arc::default();
    let public = Public::new(Arc::new(ArcSwap::from_pointee(site)), metrics.clone());
    let feedly = "User-Agent: Feedly/1.0 (+http://example; 12 subscribers)";
    for request in [
        "GET /rss.xml".to_string(),
        format!("GET /rss.xml\nAccept-Encoding: gzip\n{feedly}"),
        format!("GET /rss.xml\nIf-None-Match: \"{etag}\"\n{}", feedly.replace("12", "13")),
        format!("GET /%72ss.xml\nIf-None-Match: \"{etag}\""),
        "GET /".into(),
        "GET /missing\nUser-Agent: Evil/1 5 subscribers".into(),
    ] {
        ask(&public, "192.0.2.1:9", &request);
    }
    let admin = Admin::new(Arc::new(ArcSwap::from_pointee(status())), metrics);
    let text = body(&ask(&admin, "unix", "GET /metrics"));
    let wanted = [
        "feedroom_requests_total{of=\"/rss.xml\",status=\"200\",coding=\"identity\"} 1".to_string(),
        "feedroom_requests_total{of=\"/rss.xml\",status=\"200\",coding=\"gzip\"} 1".into(),
        "feedroom_requests_total{of=\"/rss.xml\",status=\"304\",coding=\"identity\"} 2".into(),
        "feedroom_requests_total{of=\"pages\",status=\"200\",coding=\"identity\"} 1".into(),
        "feedroom_requests_total{of=\"nothing\",status=\"404\",coding=\"identity\"} 1".into(),
        format!("feedroom_sent_bytes_total{{of=\"/rss.xml\"}} {}", length + gzip),
        format!("feedroom_saved_bytes_total{{of=\"/rss.xml\"}} {}", 3 * length - gzip),
        "feedroom_requests_without_validators_total{of=\"/rss.xml\"} 2".into(),
        "feedroom_subscribers{of=\"/rss.xml\",reader=\"Feedly\"} 13".into(),
        "feedroom_problems{severity=\"warning\"} 1".into(),
        "feedroom_build_seconds 1.5".into(),
    ];
    for line in wanted {
        assert!(text.lines().any(|there| there == line), "{line}\n{text}");
    }
    assert!(!text.contains("Evil"));
    // Each sample follows the head of its family, as the format wants it.
    let mut family = String::new();
    for line in text.lines() {
        if let Some(head) = line.strip_prefix("# TYPE ") {
            family = head.split(' ').next().unwrap().to_string();
        } else if !line.starts_with('#') {
            assert_eq!(line.split(['{', ' ']).next().unwrap(), family, "{line}");
        }
    }
}

fn feed_gzip_length(feed: &Resource) -> u64 {
    match feed.content() {
        feedroom::site::Content::Bytes(body) => body.coded(feedroom::site::Coding::Gzip).len() as u64,
        feedroom::site::Content::File { .. } => 0,
    }
}
