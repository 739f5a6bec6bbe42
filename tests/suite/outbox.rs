//! What the daemon does beside serving: the bucket, the CDN and the hubs, none of which ever holds it up.

#![allow(clippy::unwrap_used, reason = "a helper of tests may fail as a test may")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::TimeDelta;
use serde_json::Value;

use crate::binary::{Daemon, Newsroom, release, until};

/// A request as it came.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) line: String,
    head: String,
    body: String,
}

impl Asked {
    fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }

    /// The fields of a form (URL Standard, section 5.1).
    fn form(&self) -> Vec<(String, String)> {
        url::form_urlencoded::parse(self.body.as_bytes()).into_owned().collect()
    }
}

/// A server that answers by a function, each connection in a thread of its own.
pub(crate) fn serve(answer: impl Fn(Asked) -> String + Send + Sync + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let answer = Arc::new(answer);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let answer = Arc::clone(&answer);
            std::thread::spawn(move || while let Some(()) = exchange(&stream, &*answer) {});
        }
    });
    address
}

fn exchange(stream: &TcpStream, answer: &dyn Fn(Asked) -> String) -> Option<()> {
    let mut reader = BufReader::new(stream);
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok().filter(|length| *length > 0)?;
        if line.trim().is_empty() {
            break;
        }
        lines.push(line.trim().to_string());
    }
    let head: String = lines[1..]
        .iter()
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| format!("{}: {value}\n", name.to_ascii_lowercase()))
        .collect();
    let mut asked = Asked { line: lines[0].clone(), head, body: String::new() };
    let length: usize = asked.header("content-length").unwrap_or("0").parse().unwrap();
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    asked.body = String::from_utf8_lossy(&body).into_owned();
    let answer = answer(asked);
    let mut stream = stream;
    stream.write_all(answer.as_bytes()).ok()
}

pub(crate) fn plain(status: &str, headers: &str) -> String {
    format!("HTTP/1.1 {status}\r\n{headers}Content-Length: 0\r\n\r\n")
}

/// A hub by the letter of the Recommendation: it takes a publisher's word, fetches the feed, and distributes only what
/// names this very hub and that very address (sections 4, 7 and 10). Faults are noted instead of forgiven.
struct Hub {
    address: String,
    seen: Arc<Mutex<Vec<(String, String)>>>,
    faults: Arc<Mutex<Vec<String>>>,
}

impl Hub {
    /// `first` answers the first pings in the place of the hub.
    fn open(first: Vec<&'static str>) -> Self {
        let seen: Arc<Mutex<Vec<(String, String)>>> = Arc::default();
        let faults: Arc<Mutex<Vec<String>>> = Arc::default();
        let own = Arc::new(Mutex::new(String::new()));
        let (see, fault, name, first) = (seen.clone(), faults.clone(), own.clone(), Mutex::new(first));
        let address = serve(move |asked| {
            if let Some(answer) = first.lock().unwrap().pop() {
                return plain(answer, "Retry-After: 1\r\n");
            }
            match Self::take(&asked, &name.lock().unwrap()) {
                Ok(distributed) => see.lock().unwrap().push(distributed),
                Err(why) => fault.lock().unwrap().push(why),
            }
            plain("202 Accepted", "")
        });
        *own.lock().unwrap() = format!("{address}/");
        Self { address: format!("{address}/"), seen, faults }
    }

    fn take(asked: &Asked, own: &str) -> Result<(String, String), String> {
        if !asked.line.starts_with("POST / ") {
            return Err(format!("not a POST: {}", asked.line));
        }
        if asked.header("content-type") != Some("application/x-www-form-urlencoded") {
            return Err(format!("no form: {}", asked.head));
        }
        let form = asked.form();
        let field = |name: &str| form.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
        if field("hub.mode").as_deref() != Some("publish") {
            return Err(format!("hub.mode: {form:?}"));
        }
        let topic = field("hub.topic").ok_or("no hub.topic")?;
        if field("hub.url").is_some_and(|url| url != topic) {
            return Err(format!("two addresses: {form:?}"));
        }
        let (head, body) = fetch(&topic);
        // Header fields stand above what the document says (section 4).
        let links: Vec<(String, String)> = head
            .lines()
            .filter_map(|line| line.strip_prefix("link: "))
            .flat_map(|line| line.split(", "))
            .filter_map(link)
            .collect();
        for (relation, want) in [("hub", own), ("self", topic.as_str())] {
            if !links.iter().any(|(rel, url)| rel == relation && url == want) {
                return Err(format!("{topic} has no Link rel={relation} to {want}: {head}"));
            }
            if !body.contains(&format!("rel=\"{relation}\"")) && !topic.ends_with(".json") {
                return Err(format!("{topic} names no rel={relation} in its text"));
            }
        }
        Ok((topic, body))
    }

    fn seen(&self) -> Vec<(String, String)> {
        assert_eq!(*self.faults.lock().unwrap(), Vec::<String>::new());
        self.seen.lock().unwrap().clone()
    }

    /// The paths of the feeds that it was told of, each once, in order.
    fn topics(&self) -> Vec<String> {
        let mut topics: Vec<String> =
            self.seen().iter().map(|(url, _)| url.splitn(4, '/').last().unwrap().to_string()).collect();
        topics.sort();
        topics.dedup();
        topics
    }
}

/// `<address>; rel="relation"` (RFC 8288).
fn link(text: &str) -> Option<(String, String)> {
    let (url, parameters) = text.strip_prefix('<')?.split_once('>')?;
    let relation = parameters.split("rel=\"").nth(1)?.split('"').next()?;
    Some((relation.to_string(), url.to_string()))
}

fn fetch(url: &str) -> (String, String) {
    let rest = url.strip_prefix("http://").unwrap();
    let (host, path) = rest.split_once('/').unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    write!(stream, "GET /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let lower = |line: &str| match line.split_once(": ") {
        Some((name, value)) => format!("{}: {value}\n", name.to_ascii_lowercase()),
        None => String::new(),
    };
    (head.split("\r\n").map(lower).collect(), body.to_string())
}

fn configured(room: &Newsroom, rest: &str, hubs: &[&str]) -> Daemon {
    let hubs: Vec<String> = hubs.iter().map(|hub| format!("{hub:?}")).collect();
    let text = format!("[newsroom]\nhubs = [{}]\n[[folder]]\npath = \"releases\"\n{rest}", hubs.join(", "));
    room.write("feedroom.toml", text);
    room.serve(&["--config", "feedroom.toml"])
}

fn outlet(daemon: &Daemon, to: &str) -> Value {
    let status: Value = serde_json::from_str(&daemon.admin("/status.json").body).unwrap();
    status["outlets"].as_array().unwrap().iter().find(|outlet| outlet["to"] == to).cloned().unwrap_or_default()
}

#[test]
fn a_hub_is_told_of_exactly_what_changed() {
    let room = Newsroom::small();
    let hub = Hub::open(Vec::new());
    let daemon = configured(&room, "", &[&hub.address]);
    let all = |topic: &str| ["atom.xml", "feed.json", "rss.xml"].map(|feed| format!("{topic}{feed}"));
    let everything: Vec<String> = [all(""), all("energy/"), all("water/")].concat();
    let sorted = |mut feeds: Vec<String>| {
        feeds.sort();
        feeds
    };
    until("the hub knows every feed", || hub.topics() == sorted(everything.clone()));
    hub.seen.lock().unwrap().clear();

    room.write("releases/water/lock.txt", release("The lock reopens", "6 June 2025", "Boats pass again."));
    let changed = sorted([all(""), all("water/")].concat());
    until("the hub is told of the change", || hub.topics() == changed);
    for (url, body) in hub.seen() {
        assert!(body.contains("The lock reopens"), "{url} was fetched before the change: {body}");
    }
    until("nothing waits", || outlet(&daemon, &hub.address)["waiting"] == 0);
    hub.seen.lock().unwrap().clear();

    // What nobody may see yet is nothing to tell of; once it is open, it is.
    let secret = |at: &str| format!("---\ntitle: A merger\ndate: {at}\n---\nNot yet.\n");
    let at = (feedroom::clock::now() + TimeDelta::days(1)).format("%Y-%m-%dT%H:%M:%SZ");
    room.write("releases/energy/secret.md", secret(&at.to_string()));
    room.write("releases/energy/draft.md", "---\ntitle: A draft\ndate: 2025-06-05\ndraft: true\n---\nNever.\n");
    until("the daemon knows of it", || daemon.admin("/status.json").body.contains("A merger"));
    // The next change that everybody may see passes through the same queue behind them.
    room.write("releases/water/sluice.txt", release("The sluice is closed", "7 June 2025", "Until autumn."));
    until("the hub is told of the change", || hub.topics() == changed);
    assert!(hub.seen().iter().all(|(_, body)| !body.contains("A merger") && !body.contains("A draft")));
    room.write("releases/energy/secret.md", secret("2025-06-05T10:00:00Z"));
    until("the hub is told of the opening", || hub.topics().contains(&"energy/rss.xml".to_string()));
    assert!(hub.seen().iter().all(|(_, body)| !body.contains("A draft")));

    // What it was told outlives the daemon.
    until("nothing waits", || outlet(&daemon, &hub.address)["waiting"] == 0);
    let port = daemon.address.clone();
    assert_eq!(daemon.stop(), 0);
    hub.seen.lock().unwrap().clear();
    let mut command = room.command(&["serve", "--listen", &port, "--config", "feedroom.toml"]);
    command.stdin(std::process::Stdio::null());
    let daemon = room.serve_by(command);
    room.write("releases/water/last.txt", release("A last word", "8 June 2025", "That was all."));
    until("the hub is told of the change", || hub.topics() == changed);
    assert_eq!(daemon.stop(), 0);
}

#[test]
fn a_hub_that_is_slow_down_or_busy_holds_up_nothing() {
    let room = Newsroom::small();
    let good = Hub::open(Vec::new());
    let busy = Hub::open(vec!["429 Too Many Requests", "503 Service Unavailable"]);
    let slow = serve(|_| {
        std::thread::sleep(Duration::from_secs(3600));
        String::new()
    });
    let down = {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        format!("http://{}/", listener.local_addr().unwrap())
    };
    let daemon = configured(&room, "", &[&slow, &down, &busy.address, &good.address]);
    until("the good hub knows", || good.topics().len() == 9);
    until("the one that is down is tried again", || outlet(&daemon, &down)["failed"].as_u64() > Some(0));
    let trouble = outlet(&daemon, &down);
    assert!(trouble["trouble"].as_str().unwrap().contains("refused"), "{trouble}");
    until("the busy hub knows", || busy.topics().len() == 9);
    assert_eq!(outlet(&daemon, &busy.address)["failed"], 2);
    let slow = format!("{slow}/");
    assert_eq!(outlet(&daemon, &slow)["waiting"], 9);
    let metrics = daemon.admin("/metrics").body;
    assert!(metrics.contains(&format!("feedroom_outlet_trouble{{kind=\"hub\",to=\"{down}\"}} 1")), "{metrics}");
    assert!(metrics.contains(&format!("feedroom_outlet_done_total{{kind=\"hub\",to=\"{}\"}} 9", good.address)));
    assert!(daemon.admin("/status").body.contains(&down));
    // All the while the site is served and follows the folder.
    room.write("releases/water/lock.txt", release("The lock reopens", "6 June 2025", "Boats pass again."));
    until("the change is served", || daemon.get("/rss.xml").body.contains("The lock reopens"));
    assert_eq!(daemon.stop(), 0, "nothing under way keeps it from ending");
}

#[test]
fn the_bucket_follows_the_folder_and_the_cdn_forgets() {
    let room = Newsroom::small();
    let purges: Arc<Mutex<Vec<String>>> = Arc::default();
    let (noted, refusals) = (purges.clone(), Mutex::new(2));
    let cdn = serve(move |asked| {
        let mut left = refusals.lock().unwrap();
        if *left > 0 {
            *left -= 1;
            return plain("500 Internal Server Error", "");
        }
        noted.lock().unwrap().push(format!("{} {} {}", asked.line, asked.header("keys").unwrap_or("-"), asked.body));
        plain("200 OK", "")
    });
    let bucket = format!("file://{}", room.path("bucket").display());
    let rest = format!(
        "[server]\ncache_tags = \"Surrogate-Key\"\n[publish.bucket]\nurl = \"{bucket}\"\n[purge]\nurl = \"{cdn}/purge\"\nmethod = \"PURGE\"\nheaders = [\"Keys: {{keys}}\"]\n"
    );
    let daemon = configured(&room, &rest, &[]);
    until("the bucket is filled", || room.path("bucket/water/rss.xml").exists());
    until("the CDN was told, though it refused at first", || purges.lock().unwrap().len() == 1);
    assert!(purges.lock().unwrap()[0].starts_with("PURGE /purge HTTP/1.1"), "{purges:?}");
    assert_eq!(daemon.get("/water/rss.xml").header("surrogate-key"), Some("topic-water"));
    assert_eq!(daemon.get("/items/river-levels-rise/").header("surrogate-key"), Some("item-river-levels-rise"));
    purges.lock().unwrap().clear();

    room.write("releases/water/lock.txt", release("The lock reopens", "6 June 2025", "Boats pass again."));
    until("the bucket has the change", || room.read("bucket/water/rss.xml").contains("The lock reopens"));
    until("the CDN is told", || purges.lock().unwrap().len() == 1);
    assert_eq!(*purges.lock().unwrap(), ["PURGE /purge HTTP/1.1 all item-the-lock-reopens topic-water "]);
    for path in ["rss.xml", "items/the-lock-reopens/index.html", "water/atom.xml"] {
        let served = daemon.get(&format!("/{}", path.trim_end_matches("index.html")));
        assert_eq!(room.read(&format!("bucket/{path}")), served.body, "{path}");
    }
    assert_eq!(outlet(&daemon, &bucket)["trouble"], Value::Null);
    assert_eq!(daemon.stop(), 0);
}

#[test]
fn a_store_that_fails_is_told_of_and_holds_up_nothing() {
    let room = Newsroom::small();
    let store = serve(|_| {
        let body = "<Error><Code>SignatureDoesNotMatch</Code><Message>no</Message></Error>";
        format!("HTTP/1.1 403 Forbidden\r\nContent-Length: {}\r\n\r\n{body}", body.len())
    });
    let rest = format!("[publish.bucket]\nurl = \"s3://news\"\nendpoint = \"{store}\"\nregion = \"here\"\n");
    room.write(
        "feedroom.toml",
        format!("[newsroom]\nbase_url = \"https://news.example.org/\"\n[[folder]]\npath = \"releases\"\n{rest}"),
    );
    let mut command = room.command(&["serve", "--listen", "127.0.0.1:0", "--config", "feedroom.toml"]);
    command.env("AWS_ACCESS_KEY_ID", "id").env("AWS_SECRET_ACCESS_KEY", "s3cret").stdin(std::process::Stdio::null());
    let daemon = room.serve_by(command);
    until("the trouble is told", || outlet(&daemon, "s3://news")["trouble"].is_string());
    let trouble = outlet(&daemon, "s3://news")["trouble"].as_str().unwrap().to_string();
    assert!(trouble.contains("the credentials are not accepted"), "{trouble}");
    assert!(!daemon.err().contains("s3cret"));
    room.write("releases/water/lock.txt", release("The lock reopens", "6 June 2025", "Boats pass again."));
    until("the change is served", || daemon.get("/rss.xml").body.contains("The lock reopens"));
    assert_eq!(daemon.stop(), 0);
}

#[test]
fn two_daemons_answer_with_the_same_bytes_and_validators() {
    let (one, two) = (Newsroom::small(), Newsroom::small());
    let text = "[newsroom]\nbase_url = \"https://news.example.org/\"\n[[folder]]\npath = \"releases\"\n";
    one.write("releases/water/undated.txt", "A notice without a date\n\nWhoever reads this knows what is meant.\n");
    one.write("feedroom.toml", text);
    let first = one.serve(&["--config", "feedroom.toml"]);
    one.write("releases/water/lock.txt", release("The lock reopens", "6 June 2025", "Boats pass again."));
    until("the change is served", || first.get("/rss.xml").body.contains("The lock reopens"));
    assert_eq!(first.stop(), 0);
    assert_eq!(one.run(&["ledger", "export", "--config", "feedroom.toml", "--out", "ledger.jsonl"]).code, 0);

    two.write("feedroom.toml", text);
    for file in ["water/undated.txt", "water/lock.txt"] {
        two.write(&format!("releases/{file}"), one.read(&format!("releases/{file}")));
    }
    two.write("ledger.jsonl", one.read("ledger.jsonl"));
    let ran = two.run(&["ledger", "import", "--config", "feedroom.toml", "ledger.jsonl"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);

    let (first, second) = (one.serve(&["--config", "feedroom.toml"]), two.serve(&["--config", "feedroom.toml"]));
    let lists = [
        "/",
        "/rss.xml",
        "/atom.xml",
        "/feed.json",
        "/water/",
        "/water/rss.xml",
        "/energy/atom.xml",
        "/opml.xml",
        "/sitemap.xml",
    ];
    let pages = first.get("/sitemap.xml").body;
    let pages = pages.split("https://news.example.org").skip(1).map(|rest| rest.split('<').next().unwrap().to_string());
    let mut compared = 0;
    for path in lists.map(String::from).into_iter().chain(pages) {
        for coding in ["", "Accept-Encoding: gzip\r\n"] {
            let (a, b) = (first.get_with(&path, coding), second.get_with(&path, coding));
            assert_eq!((a.status, &a.body), (200, &b.body), "{path}");
            assert_eq!(a.header("etag"), b.header("etag"), "{path}");
            compared += 1;
        }
        // A reader that was sent to the one may ask the other whether anything is new.
        let etag = first.get(&path).header("etag").unwrap().to_string();
        assert_eq!(second.get_with(&path, &format!("If-None-Match: {etag}\r\n")).status, 304, "{path}");
    }
    assert!(compared >= 26, "{compared}");
}
