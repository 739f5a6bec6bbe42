//! `feedroom check URL`: of feedroom itself nothing is said; of a server with one fault, that fault and what to do.

#![allow(clippy::unwrap_used, reason = "a helper of tests may fail as a test may")]

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};

use crate::binary::{Newsroom, release};
use crate::http_tls::issue;

const DATE: &str = "Thu, 05 Jun 2025 10:00:00 GMT";

#[test]
fn nothing_is_wrong_with_feedroom_itself() {
    let room = Newsroom::small();
    room.write("feedroom.toml", "[[folder]]\npath = \"releases\"\n[server]\nmoved = { \"/feed\" = \"/rss.xml\" }\n");
    room.write("releases/water/long.txt", release("Long", "7 June 2025", &"The weir stayed open all day. ".repeat(60)));
    let daemon = room.serve(&[]);
    for path in ["/rss.xml", "/atom.xml", "/feed.json", "/water/rss.xml"] {
        let url = format!("http://{}{path}", daemon.address);
        let ran = room.run(&["check", &url]);
        assert_eq!((ran.code, ran.err.as_str()), (0, "0 problems, 1 note\n"), "{}", ran.out);
        assert!(ran.out.contains(&format!("{url}: note: it comes in the clear")), "{}", ran.out);
        assert!(ran.out.contains("gzip: ") && ran.out.contains("br: ") && ran.out.contains("zstd: "), "{}", ran.out);
        let all = "unchanged polls get 304 by ETag, by the compressed feed's ETag, by date, by a later date";
        assert!(ran.out.contains(all), "{}", ran.out);
    }
    let ran = room.run(&["check", &format!("http://{}/feed", daemon.address)]);
    assert_eq!(ran.code, 0, "{}", ran.out);
    assert!(ran.out.contains("/feed: 301 to http"), "{}", ran.out);
    let ran = room.run(&["check", &format!("http://{}/", daemon.address)]);
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains("error: this is a page, no feed"), "{}", ran.out);
}

/// Each fault of the server below, what is said of it, and the exit code. Where nothing is expected, the server's
/// answers are as they should be.
const FAULTS: &[(&str, &str, i32)] = &[
    ("none", "", 0),
    ("not found", "the answer is status 404", 1),
    ("forbidden", "the answer is status 403; let everybody read it", 1),
    ("gone", "readers unsubscribe", 1),
    ("broken", "readers can't read it", 1),
    ("text/html", "comes with `text/html`", 1),
    ("untyped", "comes with no media type", 1),
    ("text/xml", "note: `text/xml` says little; send it as `application/rss+xml`", 0),
    ("no self", "doesn't say its own address", 1),
    ("self elsewhere", "the feed says that it stands at https://elsewhere.example/rss.xml", 1),
    ("redirect 302", "is for now only", 1),
    ("redirect 301", "note: readers are led to", 0),
    ("no caching", "nothing says how long it may be kept", 1),
    ("no-store", "no cache may keep it", 1),
    ("a day", "caches keep it for 86400 seconds", 1),
    ("cookie", "it sets a cookie", 1),
    ("uncompressed", "uncompressed; compress `application/rss+xml`", 1),
    ("double gzip", "two polls in a row get different feeds", 1),
    ("bad gzip", "its gzip can't be unpacked", 1),
    ("deflate", "is sent `deflate`", 1),
    ("clock", "two polls in a row get different feeds", 1),
    ("no vary", "send `Vary: Accept-Encoding`", 1),
    ("gzip without tag", "compression takes the ETag (\"v1\") away", 1),
    ("one tag", "note: plain and compressed feed have the same strong ETag", 0),
    ("apache", "Apache: `DeflateAlterETag NoChange`", 1),
    ("no validators", "without ETag and Last-Modified every poll", 1),
    ("no tag", "no ETag, only a date", 1),
    ("no date", "note: it has no Last-Modified", 0),
    ("never 304", "an unchanged poll by ETag gets 200", 1),
    ("never by date", "an unchanged poll by date gets 200", 1),
    ("exact date", "note: a poll by a date after the last change gets 200", 0),
    ("bare 304", "note: its 304 comes without the ETag", 0),
];

#[test]
fn each_fault_is_told_with_what_to_do() {
    let room = Newsroom::new();
    let mut wrong = Vec::new();
    for (fault, said, code) in FAULTS {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/rss.xml", listener.local_addr().unwrap());
        let feed = url.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                answer(fault, &feed, stream);
            }
        });
        let asked = if fault.starts_with("redirect") { url.replace("/rss.xml", "/old") } else { url };
        let ran = room.run(&["check", &asked]);
        if ran.code != *code || !ran.out.contains(said) {
            wrong.push(format!("{fault}: exit {}, {}{}", ran.code, ran.out, ran.err));
        }
        // One fault, one finding (beside that the test's server has no TLS).
        let findings =
            ran.out.lines().filter(|line| [": error:", ": warning:", ": note:"].iter().any(|w| line.contains(w)));
        let findings = findings.filter(|line| !line.contains("in the clear")).count();
        if findings != usize::from(!said.is_empty()) {
            wrong.push(format!("{fault}: {findings} findings: {}", ran.out));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Answers one request with one fault.
fn answer(fault: &str, url: &str, mut stream: TcpStream) {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|read| read > 0) {
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).unwrap().to_ascii_lowercase();
    let asks = |name: &str| head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
    let mut send = |status: &str, headers: &[(&str, &str)], body: &[u8]| {
        let mut out = format!("HTTP/1.1 {status}\r\nConnection: close\r\n");
        headers.iter().for_each(|(name, value)| out.push_str(&format!("{name}: {value}\r\n")));
        if !status.starts_with("304") {
            out.push_str(&format!("Content-Length: {}\r\n", body.len()));
        }
        let _ = stream.write_all(&[out.as_bytes(), b"\r\n", body].concat());
    };
    match fault {
        "not found" => return send("404 Not Found", &[], b""),
        "forbidden" => return send("403 Forbidden", &[], b""),
        "gone" => return send("410 Gone", &[], b""),
        _ if head.starts_with("get /old") => {
            return send(&format!("{} R", &fault[9..]), &[("Location", "/rss.xml")], b"");
        }
        _ => {}
    }
    let gzip = asks("accept-encoding").is_some_and(|codings| codings.contains("gzip")) && fault != "uncompressed";
    let own = match fault {
        "no self" => String::new(),
        "self elsewhere" => "<atom:link rel=\"self\" href=\"https://elsewhere.example/rss.xml\"/>".to_string(),
        _ => format!("<atom:link rel=\"self\" href=\"{url}\"/>"),
    };
    let text = "Reservoir levels rose again. ".repeat(100);
    let mark = if fault == "clock" && gzip { "a second later" } else { "" };
    let end = if fault == "broken" { "" } else { "</channel></rss>" };
    let body = format!(
        "<rss version=\"2.0\" xmlns:atom=\"http://www.w3.org/2005/Atom\"><channel><title>T</title><link>https://a.example/</link>\
         <description>d{mark}</description>{own}<item><title>One</title><guid>1</guid><description>{text}</description></item>{end}"
    );
    let tag = match fault {
        "one tag" => "\"v1\"",
        "apache" if gzip => "\"v1-gzip\"",
        _ if gzip => "\"v1-gz\"",
        _ => "\"v1\"",
    };
    let mut headers: Vec<(&str, &str)> = Vec::new();
    match fault {
        "untyped" => {}
        "text/html" | "text/xml" => headers.push(("Content-Type", fault)),
        _ => headers.push(("Content-Type", "application/rss+xml; charset=utf-8")),
    }
    match fault {
        "no caching" => {}
        "no-store" => headers.push(("Cache-Control", "no-store, max-age=0")),
        "a day" => headers.push(("Cache-Control", "public, max-age=86400")),
        _ => headers.push(("Cache-Control", "max-age=300")),
    }
    if fault == "cookie" {
        headers.push(("Set-Cookie", "session=1"));
    }
    if fault != "no vary" {
        headers.push(("Vary", "Accept-Encoding"));
    }
    let has_tag = !matches!((fault, gzip), ("no tag" | "no validators", _) | ("gzip without tag", true));
    if has_tag {
        headers.push(("ETag", tag));
    }
    let has_date = !matches!(fault, "no date" | "no validators");
    if has_date {
        headers.push(("Last-Modified", DATE));
    }
    let forgets = matches!((fault, gzip), ("never 304", false) | ("apache", true));
    let by_tag = has_tag && !forgets && asks("if-none-match") == Some(tag);
    let by_date = has_date
        && fault != "never by date"
        && asks("if-modified-since").is_some_and(|since| fault != "exact date" || since == DATE.to_ascii_lowercase());
    if by_tag || by_date {
        if fault == "bare 304" {
            headers.retain(|(name, _)| *name != "ETag");
        }
        return send("304 Not Modified", &headers, b"");
    }
    let mut packed = body.into_bytes();
    let coding = if fault == "deflate" { "deflate" } else { "gzip" };
    if gzip {
        headers.push(("Content-Encoding", coding));
        for _ in 0..if fault == "double gzip" { 2 } else { 1 } {
            let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            writer.write_all(&packed).unwrap();
            packed = writer.finish().unwrap();
        }
        if fault == "bad gzip" {
            packed.truncate(packed.len() / 2);
        }
    }
    send("200 OK", &headers, &packed);
}

#[test]
fn what_cannot_be_asked_is_exit_3_and_no_address_exit_2() {
    let room = Newsroom::new();
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let ran = room.run(&["check", &format!("http://{free}/rss.xml")]);
    assert_eq!(ran.code, 3);
    assert!(ran.err.contains("can't connect to"), "{}", ran.err);
    assert_eq!(room.run(&["check", "https://"]).code, 2);

    let room = Newsroom::small();
    issue(&room.path(""));
    room.write(
        "feedroom.toml",
        "[[folder]]\npath = \"releases\"\n[server]\ncertificate = \"cert.pem\"\nkey = \"key.pem\"\n",
    );
    let daemon = room.serve(&[]);
    let ran = room.run(&["check", &format!("https://{}/rss.xml", daemon.address)]);
    assert_eq!(ran.code, 3);
    assert!(ran.err.contains("TLS with 127.0.0.1 failed, as it will for readers"), "{}", ran.err);
}
