//! The server over real sockets: the wiring, hostile clients, and the way it stops.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::time::{Duration, Instant};

use arc_swap::ArcSwap;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use feedroom::http::{Limits, Listener, Public, serve};
use feedroom::site::{Resource, Site};
use tokio::sync::oneshot;

/// A running server, stopped when dropped.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    site: Arc<ArcSwap<Site>>,
    stop: Option<oneshot::Sender<()>>,
    ended: tokio::task::JoinHandle<()>,
    runtime: tokio::runtime::Runtime,
    folder: tempfile::TempDir,
}

fn changed() -> DateTime<Utc> {
    "2025-06-05T10:00:00Z".parse().unwrap()
}

pub(crate) fn feed() -> String {
    "<item>Reservoir levels rose</item>\n".repeat(5000)
}

pub(crate) fn quick() -> Limits {
    Limits {
        first_byte: Duration::from_millis(400),
        head: Duration::from_millis(400),
        idle: Duration::from_millis(800),
        stall: Duration::from_millis(1000),
        lingering: Duration::from_millis(500),
        farewell: Duration::from_secs(3),
        ..Limits::default()
    }
}

impl Server {
    pub(crate) fn start(limits: Limits) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        let mut site = Site::default();
        let rss = Resource::new("application/rss+xml; charset=utf-8", feed(), changed());
        site.resources.insert("/rss.xml".into(), rss);
        for name in ["talk.mp3", "gone.mp3", "changed.mp3", "link.mp3", "large.bin"] {
            let length = if name == "large.bin" { 40_000_000 } else { 300_000 };
            let bytes: Vec<u8> = (0..length).map(|i: u32| (i % 251) as u8).collect();
            std::fs::write(root.join(name), bytes).unwrap();
            let modified = std::fs::metadata(root.join(name)).unwrap().modified().ok();
            let asset = Resource::file("audio/mpeg", root.join(name), length.into(), modified, "cafe", changed());
            site.resources.insert(format!("/assets/{name}"), asset);
        }
        let site = Arc::new(ArcSwap::from_pointee(site));
        let guard = runtime.enter();
        let listeners =
            vec![Listener::tcp("127.0.0.1:0".parse().unwrap()).unwrap(), Listener::unix(&root.join("socket")).unwrap()];
        let address = listeners[0].local_addr().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let handler = Arc::new(Public::new(site.clone(), Arc::default()));
        let ended = runtime.spawn(serve(listeners, handler, limits, async {
            let _ = stopped.await;
        }));
        drop(guard);
        Self { address, site, stop: Some(stop), ended, runtime, folder }
    }

    pub(crate) fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        stream
    }

    /// Sends bytes on a new connection and reads what comes until the server closes it.
    fn send(&self, bytes: impl AsRef<[u8]>) -> String {
        let mut stream = self.connect();
        // The server may have refused it half way; the answer counts.
        let _ = stream.write_all(bytes.as_ref());
        read_all(&mut stream)
    }

    pub(crate) fn get(&self, target: &str, headers: &str) -> String {
        self.send(format!("GET {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{headers}\r\n"))
    }

    pub(crate) fn stop(&mut self) -> Duration {
        let start = Instant::now();
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        self.runtime.block_on(&mut self.ended).unwrap();
        start.elapsed()
    }
}

fn read_all(stream: &mut impl Read) -> String {
    let mut out = Vec::new();
    let _ = stream.read_to_end(&mut out);
    String::from_utf8_lossy(&out).into_owned()
}

/// Reads one answer with a `Content-Length` off a connection that stays open.
fn read_one(stream: &mut TcpStream) -> (String, Vec<u8>) {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte).unwrap();
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).unwrap();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).map_or(0, |n| n.parse().unwrap());
    let mut body = vec![0; length];
    stream.read_exact(&mut body).unwrap();
    (head, body)
}

fn status(answer: &str) -> &str {
    answer.split(' ').nth(1).unwrap_or("none")
}

#[test]
fn a_feed_and_its_304_over_tcp_and_unix() {
    let server = Server::start(Limits::default());
    let answer = server.get("/rss.xml", "");
    assert_eq!(status(&answer), "200", "{answer}");
    assert!(answer.contains("\r\ndate: "), "{answer}");
    assert!(answer.ends_with(&feed()));
    let etag = answer.lines().find_map(|line| line.strip_prefix("etag: ")).unwrap();
    let again = server.get("/rss.xml", &format!("If-None-Match: {etag}\r\n"));
    assert_eq!(status(&again), "304");
    assert!(again.contains(etag) && again.contains("\r\ndate: ") && !again.contains("content-length"), "{again}");
    assert!(again.ends_with("\r\n\r\n"));
    let mut unix = UnixStream::connect(server.folder.path().join("socket")).unwrap();
    unix.write_all(b"HEAD /rss.xml HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").unwrap();
    let head = read_all(&mut unix);
    assert_eq!(status(&head), "200");
    assert!(head.contains(&format!("content-length: {}\r\n", feed().len())) && head.ends_with("\r\n\r\n"), "{head}");
}

#[test]
fn a_connection_serves_many_requests_and_every_swap() {
    let server = Server::start(Limits::default());
    let mut stream = server.connect();
    for round in 0..3 {
        let body = format!("round {round}");
        let mut site = Site::clone(&server.site.load());
        site.resources.insert("/x".into(), Resource::new("text/plain", Bytes::from(body.clone()), changed()));
        server.site.store(Arc::new(site));
        stream.write_all(b"GET /x HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
        let (head, got) = read_one(&mut stream);
        assert_eq!((status(&head), got), ("200", body.into_bytes()));
    }
}

#[test]
fn pipelined_requests_are_answered_in_order() {
    let server = Server::start(Limits::default());
    let mut requests = "GET /nothing HTTP/1.1\r\nHost: x\r\n\r\nHEAD /rss.xml HTTP/1.1\r\nHost: x\r\n\r\n".repeat(500);
    requests.push_str("GET /nothing HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    let mut stream = server.connect();
    let mut writer = stream.try_clone().unwrap();
    let sending = std::thread::spawn(move || writer.write_all(requests.as_bytes()).unwrap());
    let answers = read_all(&mut stream);
    sending.join().unwrap();
    let statuses: Vec<&str> = answers.match_indices("HTTP/1.1 ").map(|(at, _)| &answers[at + 9..at + 12]).collect();
    assert_eq!(statuses.len(), 1001);
    assert!(statuses.iter().enumerate().all(|(i, s)| *s == if i % 2 == 0 { "404" } else { "200" }));
}

#[test]
fn files_are_sent_as_they_are_now_and_nothing_else() {
    let server = Server::start(Limits::default());
    let root = server.folder.path();
    let part = server.get("/assets/talk.mp3", "Range: bytes=250000-250001\r\n");
    assert_eq!(status(&part), "206", "{part}");
    assert!(part.contains("content-length: 2\r\n") && part.contains("content-range: bytes 250000-250001/300000"));
    let mut stream = server.connect();
    stream.write_all(b"GET /assets/talk.mp3 HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
    let (_, body) = read_one(&mut stream);
    assert_eq!(body, std::fs::read(root.join("talk.mp3")).unwrap());
    // The same connection goes on after a file.
    stream.write_all(b"HEAD /assets/talk.mp3 HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
    let mut head = vec![0; 2000];
    let read = stream.read(&mut head).unwrap();
    assert!(String::from_utf8_lossy(&head[..read]).contains("content-length: 300000\r\n"));

    std::fs::remove_file(root.join("gone.mp3")).unwrap();
    for method in ["GET", "HEAD"] {
        let gone = server.send(format!("{method} /assets/gone.mp3 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"));
        assert_eq!(status(&gone), "404", "{gone}");
        assert!(!gone.contains("etag") && !gone.contains("max-age"), "{gone}");
    }

    std::fs::write(root.join("changed.mp3"), "shorter").unwrap();
    let now = server.get("/assets/changed.mp3", "Range: bytes=0-1\r\n");
    assert_eq!(status(&now), "200", "{now}");
    assert!(now.ends_with("\r\n\r\nshorter") && now.contains("content-length: 7\r\n"), "{now}");
    assert!(!now.contains("etag:") && now.contains("no-cache"), "{now}");

    std::fs::write(root.join("secret"), "secret").unwrap();
    std::fs::remove_file(root.join("link.mp3")).unwrap();
    std::os::unix::fs::symlink(root.join("secret"), root.join("link.mp3")).unwrap();
    let link = server.get("/assets/link.mp3", "");
    assert!(status(&link) == "404" && !link.contains("secret"), "{link}");
}

#[test]
fn refused_requests_get_the_right_status() {
    let server = Server::start(quick());
    let long = "x".repeat(1 << 20);
    let many: String = (0..200).map(|i| format!("X-{i}: y\r\n")).collect();
    for (request, want) in [
        ("GET /rss.xml HTTP/1.1\r\n\r\n".to_string(), "400"),
        ("GET /rss.xml HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n".into(), "400"),
        ("GET /rss.xml HTTP/1.1\r\nHost: a b\r\n\r\n".into(), "400"),
        ("GET /rss.xml HTTP/1.0\r\n\r\n".into(), "200"),
        ("\r\n\r\nGET /nothing HTTP/1.0\r\n\r\n".into(), "404"),
        ("GET /rss.xml HTTP/2.0\r\nHost: x\r\n\r\n".into(), "505"),
        ("GET /rss.xml HTTP/3.0\r\nHost: x\r\n\r\n".into(), "505"),
        ("GET /rss.xml HTTP/0.9\r\nHost: x\r\n\r\n".into(), "505"),
        ("GET /rss.xml HTTPS/1.1\r\nHost: x\r\n\r\n".into(), "400"),
        ("GET /rss.xml\r\n\r\n".into(), "400"),
        ("GET  /rss.xml  HTTP/1.1\r\nHost: x\r\n\r\n".into(), "400"),
        ("GET rss.xml HTTP/1.1\r\nHost: x\r\n\r\n".into(), "400"),
        ("\x16\x03\x01\x02\x00\x01\x00\n\r\n\r\n".into(), "400"),
        (format!("GET /{} HTTP/1.1\r\nHost: x\r\n\r\n", &long[..10_000]), "414"),
        (format!("GET /{long} HTTP/1.1\r\nHost: x\r\n\r\n"), "414"),
        (format!("GET / HTTP/1.1\r\nHost: x\r\nX: {long}\r\n\r\n"), "431"),
        (format!("GET / HTTP/1.1\r\nHost: x\r\nX: {}\r\n\r\n", &long[..40_000]), "431"),
        (format!("GET / HTTP/1.1\r\nHost: x\r\n{many}\r\n"), "431"),
        ("GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n".into(), "413"),
        ("GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab".into(), "400"),
        ("GET / HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\nab".into(), "400"),
        ("GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n".into(), "400"),
        ("GET / HTTP/1.1\r\nHost: x\r\nX : y\r\n\r\n".into(), "400"),
        ("GET / HTTP/1.1\r\nHost: x\r\n folded: y\r\n\r\n".into(), "400"),
        ("GET /rss.xml HTTP/1.1\r\nHost: x\r\nX: a\0b\r\n\r\n".into(), "400"),
        ("GET / HTTP/1.1\r\nHost: x\r\nX".into(), "408"),
        ("GET / HT".into(), "408"),
    ] {
        let start = Instant::now();
        let answer = server.send(&request);
        let shown = &request[..request.len().min(80)];
        assert_eq!(status(&answer), want, "{shown:?} → {answer}");
        assert!(start.elapsed() < Duration::from_secs(4), "{shown:?} took {:?}", start.elapsed());
    }
    assert_eq!(status(&server.get("/rss.xml", "")), "200", "and goes on serving");
}

#[test]
fn nothing_is_smuggled_in_a_body() {
    let server = Server::start(quick());
    let inner = "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n";
    for head in [
        format!("Content-Length: {}\r\n\r\n{inner}", inner.len()),
        format!("Transfer-Encoding: chunked\r\n\r\n{:x}\r\n{inner}\r\n0\r\n\r\n", inner.len()),
        format!("Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n{:x}\r\n{inner}\r\n0\r\n\r\n", inner.len()),
        format!("Transfer-Encoding: chunked\r\nContent-Length: 0\r\n\r\n{:x}\r\n{inner}\r\n0\r\n\r\n", inner.len()),
    ] {
        let answer = server.send(format!("GET /rss.xml HTTP/1.1\r\nHost: x\r\n{head}"));
        assert_eq!(answer.matches("HTTP/1.1 ").count(), 1, "{head}");
    }
}

#[test]
fn slow_clients_are_let_go() {
    let server = Server::start(quick());
    // Silent from the start.
    let start = Instant::now();
    assert_eq!(read_all(&mut server.connect()), "");
    assert!(start.elapsed() < Duration::from_secs(2));
    // One byte of HTTP/2's preface, at which hyper's own detection waits for ever.
    let mut stream = server.connect();
    stream.write_all(b"P").unwrap();
    assert_eq!(status(&read_all(&mut stream)), "408");
    // A head byte by byte.
    let mut stream = server.connect();
    let start = Instant::now();
    let mut broken = false;
    for byte in b"GET /rss.xml HTTP/1.1\r\nHost: example.org\r\nX: yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy" {
        broken |= stream.write_all(&[*byte]).is_err();
        std::thread::sleep(Duration::from_millis(40));
    }
    assert!(broken || status(&read_all(&mut stream)) == "408");
    assert!(start.elapsed() < Duration::from_secs(6));
    // Idle after an answer.
    let mut stream = server.connect();
    stream.write_all(b"GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
    let start = Instant::now();
    assert_eq!(read_all(&mut stream).matches("HTTP/1.1").count(), 1);
    assert!(start.elapsed() > Duration::from_millis(600) && start.elapsed() < Duration::from_secs(3));
}

#[test]
fn a_client_that_does_not_read_is_let_go() {
    let server = Server::start(quick());
    for target in ["/assets/large.bin", "/rss.xml"] {
        let mut stream = server.connect();
        // Enough answers to fill every buffer between here and there.
        let requests = format!("GET {target} HTTP/1.1\r\nHost: x\r\n\r\n").repeat(200);
        stream.write_all(requests.as_bytes()).unwrap();
        std::thread::sleep(Duration::from_secs(4));
        let start = Instant::now();
        let mut sink = vec![0; 1 << 20];
        let mut total = 0u64;
        loop {
            match stream.read(&mut sink) {
                Ok(0) | Err(_) => break,
                Ok(count) => total += count as u64,
            }
        }
        assert!(start.elapsed() < Duration::from_secs(3), "{target}");
        assert!(total < 20_000_000, "{target}: {total} bytes came");
    }
}

#[test]
fn idle_connections_are_no_burden_and_permits_come_first() {
    let server = Server::start(Limits { connections: Some(60), ..quick() });
    let idle: Vec<TcpStream> = (0..59).map(|_| server.connect()).collect();
    assert_eq!(status(&server.get("/rss.xml", "")), "200");
    let one_more: Vec<TcpStream> = (0..3).map(|_| server.connect()).collect();
    // All permits are taken now; the silent ones give theirs back when their time is over.
    let start = Instant::now();
    assert_eq!(status(&server.get("/rss.xml", "")), "200");
    assert!(start.elapsed() < Duration::from_secs(3));
    drop((idle, one_more));
}

#[test]
fn stopping_answers_what_is_under_way() {
    let mut server = Server::start(quick());
    let mut idle = server.connect();
    idle.write_all(b"GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
    read_one(&mut idle);
    let mut reading = server.connect();
    reading.write_all(b"GET /assets/large.bin HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
    let mut half = server.connect();
    half.write_all(b"GET /rss.xml HTTP/1.1\r\n").unwrap();
    std::thread::sleep(Duration::from_millis(100));
    // Taken by the kernel, perhaps not yet by the server.
    let mut late = server.connect();
    late.write_all(b"GET /rss.xml HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
    let readers = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(50));
        half.write_all(b"Host: x\r\n\r\n").unwrap();
        let half = read_all(&mut half);
        let mut all = Vec::new();
        reading.read_to_end(&mut all).unwrap();
        (half, all.len(), read_all(&mut late))
    });
    let took = server.stop();
    assert!(took < Duration::from_millis(2900), "{took:?}");
    let (half, length, late) = readers.join().unwrap();
    assert!(half.ends_with(&feed()), "the half request was answered in full");
    assert!(half.contains("connection: close"));
    assert!(length > 40_000_000);
    assert!(late.ends_with(&feed()));
    assert_eq!(read_all(&mut idle), "");
    assert!(TcpStream::connect(server.address).is_err());
    assert!(!server.folder.path().join("socket").exists());
}

#[test]
fn stopping_has_a_deadline() {
    let mut server =
        Server::start(Limits { farewell: Duration::from_millis(700), stall: Duration::from_secs(60), ..quick() });
    let mut stuck = server.connect();
    stuck.write_all(b"GET /assets/large.bin HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
    std::thread::sleep(Duration::from_millis(100));
    let took = server.stop();
    assert!(took > Duration::from_millis(600) && took < Duration::from_secs(3), "{took:?}");
}
