//! What the configuration says of the server, seen over real sockets.

#![allow(clippy::unwrap_used, reason = "a helper of tests may fail as a test may")]

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use rustix::process::Signal;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::binary::{Answer, Daemon, Newsroom, PATIENCE, release, until};
use crate::http_tls::{connect, issue};

/// A small newsroom with these lines in its configuration, and its daemon.
fn serving(lines: &str) -> (Newsroom, Daemon) {
    let room = Newsroom::small();
    configure(&room, lines);
    let daemon = room.serve(&[]);
    (room, daemon)
}

fn configure(room: &Newsroom, lines: &str) {
    room.write("feedroom.toml", format!("[[folder]]\npath = \"releases\"\n{lines}"));
}

fn location(answer: &Answer) -> (u16, &str) {
    (answer.status, answer.header("location").unwrap_or_default())
}

/// Sends bytes, perhaps not a whole request, and reads until the server closes.
fn send(daemon: &Daemon, bytes: &str) -> String {
    let mut stream = TcpStream::connect(&daemon.address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.write_all(bytes.as_bytes()).unwrap();
    let mut out = Vec::new();
    stream.read_to_end(&mut out).unwrap();
    String::from_utf8_lossy(&out).into_owned()
}

#[test]
fn former_addresses_lead_on_or_are_gone() {
    let moved = r#"moved = { "/feed/" = "/rss.xml", "/index.php?feed=atom" = "/atom.xml", "/n%C3%A9e.xml" = "https://other.example/a b", "/robots.txt" = "/atom.xml" }"#;
    let (room, daemon) = serving(&format!("[server]\n{moved}\ngone = [\"/staff/rss.xml\"]\n"));
    assert_eq!(location(&daemon.get("/feed/")), (301, "/rss.xml"));
    assert_eq!(location(&daemon.get("/feed")), (301, "/rss.xml"), "the final slash is not what tells them apart");
    assert_eq!(location(&daemon.get("/index.php?feed=atom")), (301, "/atom.xml"));
    assert_eq!(daemon.get("/index.php?feed=rss").status, 404);
    assert_eq!(location(&daemon.get("/n%c3%a9e.xml")), (301, "https://other.example/a%20b"));
    assert_eq!(daemon.get("/robots.txt").status, 200, "what is there leads nowhere else");
    assert_eq!(daemon.get("/staff/rss.xml").status, 410);
    assert_eq!(daemon.get("/staff/atom.xml").status, 404);
    configure(&room, "[server]\nmoved = { \"/staff/rss.xml\" = \"/water/rss.xml\" }\n");
    daemon.signal(Signal::HUP);
    until("the new address counts", || location(&daemon.get("/staff/rss.xml")) == (301, "/water/rss.xml"));
    assert_eq!(daemon.get("/feed/").status, 404);
}

#[test]
fn caching_is_as_configured_and_ends_with_the_next_opening() {
    let (room, daemon) = serving("[server]\nmax_age_seconds = 60\nstale_seconds = 0\n");
    assert_eq!(daemon.get("/rss.xml").header("cache-control"), Some("max-age=60"));
    assert_eq!(daemon.get("/").header("cache-control"), Some("max-age=60"));
    configure(&room, "[server]\nmin_age_seconds = 86400\nmax_age_seconds = 86400\nstale_seconds = 604800\n");
    daemon.signal(Signal::HUP);
    let want = "max-age=86400, stale-while-revalidate=604800";
    until("the new times", || daemon.get("/rss.xml").header("cache-control") == Some(want));
    let soon = feedroom::clock::now() + chrono::TimeDelta::hours(1);
    let soon = soon.format("%Y-%m-%dT%H:%M:%SZ");
    room.write("releases/water/soon.md", format!("---\ntitle: Soon\ndate: {soon}\n---\nThe lock opens.\n"));
    until("nothing is kept past the opening", || {
        let answer = daemon.get("/rss.xml");
        let seconds = answer.header("cache-control").and_then(|value| value.strip_prefix("max-age=")?.parse().ok());
        seconds.is_some_and(|seconds: u32| seconds <= 3600)
    });
}

#[test]
fn limits_are_as_configured() {
    let limits = "head_bytes = 8192\naddress_bytes = 1024\nhead_seconds = 1\nidle_seconds = 1\n";
    let (_room, daemon) = serving(&format!("[limits]\n{limits}"));
    let get = |target: &str, headers: &str| daemon.get_with(target, headers).status;
    assert_eq!(get(&format!("/rss.xml?{}", "a".repeat(900)), ""), 200);
    assert_eq!(get(&format!("/rss.xml?{}", "a".repeat(1100)), ""), 414);
    assert_eq!(get("/rss.xml", &format!("X: {}\r\n", "a".repeat(7000))), 200);
    assert_eq!(get("/rss.xml", &format!("X: {}\r\n", "a".repeat(9000))), 431);
    let slow = send(&daemon, "GET /rss.xml HTTP/1.1\r\nHost: x\r\n");
    assert!(slow.starts_with("HTTP/1.1 408 "), "{slow}");
    let idle = send(&daemon, "GET /robots.txt HTTP/1.1\r\nHost: x\r\n\r\n");
    assert!(idle.starts_with("HTTP/1.1 200 ") && !idle.contains("connection: close"), "answered, then let go: {idle}");
}

#[test]
fn one_connection_at_a_time_where_there_may_be_but_one() {
    let (_room, daemon) = serving("[limits]\nconnections = 1\n");
    let mut first = TcpStream::connect(&daemon.address).unwrap();
    first.write_all(b"GET /robots.txt HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
    first.read_exact(&mut [0; 12]).unwrap();
    let mut second = TcpStream::connect(&daemon.address).unwrap();
    second.write_all(b"GET /robots.txt HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
    second.set_read_timeout(Some(Duration::from_millis(300))).unwrap();
    assert!(second.read(&mut [0; 12]).is_err(), "it waits in the queue");
    drop(first);
    second.set_read_timeout(Some(PATIENCE)).unwrap();
    let mut status = [0; 12];
    second.read_exact(&mut status).unwrap();
    assert_eq!(&status, b"HTTP/1.1 200");
}

#[test]
fn only_configured_proxies_are_believed() {
    for (lines, client) in [
        ("", "127.0.0.1"),
        ("[server]\nproxies = [\"10.0.0.0/8\"]\n", "127.0.0.1"),
        ("[server]\nproxies = [\"10.0.0.0/8\", \"127.0.0.0/8\"]\n", "203.0.113.5"),
    ] {
        let room = Newsroom::small();
        configure(&room, lines);
        let mut command = room.command(&["serve", "--listen", "127.0.0.1:0"]);
        command.env("FEEDROOM_LOG", "feedroom::access=info").env("NO_COLOR", "1");
        let daemon = room.serve_by(command);
        daemon.get_with("/rss.xml", "X-Forwarded-For: 6.6.6.6, 203.0.113.5, 10.1.2.3\r\nForwarded: nonsense\r\n");
        until("the request is logged", || daemon.err().contains("/rss.xml"));
        assert!(daemon.err().contains(&format!("client=\"{client}\"")), "{lines}: {}", daemon.err());
    }
}

#[test]
fn a_certificate_makes_it_https_and_is_renewed() {
    let room = Newsroom::small();
    configure(&room, "[server]\ncertificate = \"cert.pem\"\nkey = \"key.pem\"\n");
    let ran = room.run(&["serve", "--listen", "127.0.0.1:0"]);
    assert_eq!(ran.code, 3, "{}", ran.err);
    assert!(ran.err.contains("cert.pem"), "{}", ran.err);

    let first = issue(&room.path(""));
    let daemon = room.serve(&[]);
    let subscribe = format!("subscribe to https://{}/rss.xml", daemon.address);
    assert!(daemon.out().contains(&subscribe), "{}", daemon.out());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let address = daemon.address.parse().unwrap();
    let answer = runtime.block_on(async {
        let mut stream = connect(address, &first, b"http/1.1").await.unwrap();
        stream.write_all(b"GET /rss.xml HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    });
    assert!(answer.starts_with("HTTP/1.1 200") && answer.contains(&format!("href=\"https://{address}/")), "{answer}");
    assert_eq!(daemon.admin("/healthz").status, 200, "the Unix socket stays as it is");

    let second = issue(&room.path(""));
    daemon.signal(Signal::HUP);
    until("the new certificate", || runtime.block_on(connect(address, &second, b"h2")).is_ok());
    assert!(runtime.block_on(connect(address, &first, b"h2")).is_err());
    assert_eq!(daemon.stop(), 0);
}

#[test]
fn caches_are_told_what_an_answer_is_of() {
    let (room, daemon) = serving("[server]\ncache_tags = \"Surrogate-Key\"\n");
    room.write("releases/water/flood.pdf", "a map");
    until("the map is there", || daemon.get("/assets/water/flood.pdf").status == 200);
    room.write("releases/water/höhe.txt", release("The level", "7 June 2025", "Two metres at noon."));
    room.write("releases/water/höhe.pdf", "a curve");
    until("the curve is there", || daemon.get("/assets/water/h%C3%B6he.pdf").status == 200);
    for (path, tag) in [
        ("/", "all"),
        ("/rss.xml", "all"),
        ("/2025/", "all"),
        ("/opml.xml", "all"),
        ("/water/", "topic-water"),
        ("/water/atom.xml", "topic-water"),
        ("/items/river-levels-rise/", "item-river-levels-rise"),
        ("/assets/water/flood.pdf", "assets"),
        ("/assets/water/h%C3%B6he.pdf", "assets"),
        ("/water/%72ss.xml", "topic-water"),
    ] {
        let answer = daemon.get(path);
        assert_eq!((answer.status, answer.header("surrogate-key")), (200, Some(tag)), "{path}");
        let etag = format!("If-None-Match: {}\r\n", answer.header("etag").unwrap());
        let unchanged = daemon.get_with(path, &etag);
        assert_eq!((unchanged.status, unchanged.header("surrogate-key")), (304, Some(tag)), "{path}");
    }
    assert_eq!(daemon.get("/nothing").header("surrogate-key"), None);
    assert_eq!(serving("").1.get("/rss.xml").header("surrogate-key"), None, "nobody is told unasked");
}

#[test]
fn what_holds_from_the_start_is_said_on_a_reload() {
    let (room, daemon) = serving("");
    configure(&room, "[server]\nproxies = [\"127.0.0.1\"]\n[limits]\nidle_seconds = 5\n");
    daemon.signal(Signal::HUP);
    for key in ["server.proxies", "limits"] {
        until(key, || daemon.err().contains(&format!("`{key}` has changed")));
    }
    assert!(!daemon.err().contains("`server.certificate`"), "{}", daemon.err());
}
