//! HTTP/2 in cleartext, by prior knowledge, through hyper's own client; and raw frames of hostile ones.

use std::io::{Read, Write};
use std::time::{Duration, Instant};

use feedroom::http::Limits;
use http_body_util::{BodyExt, Empty};
use hyper::body::Bytes;
use hyper::client::conn::http2::{SendRequest, handshake};
use hyper::{Request, StatusCode};
use hyper_util::rt::{TokioExecutor, TokioIo};

use crate::http::{Server, feed, quick};

async fn connect(server: &Server) -> SendRequest<Empty<Bytes>> {
    let stream = tokio::net::TcpStream::connect(server.address).await.unwrap();
    let (sender, connection) = handshake(TokioExecutor::new(), TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    sender
}

fn get(target: &str) -> Request<Empty<Bytes>> {
    Request::builder().uri(format!("http://example.org{target}")).body(Empty::new()).unwrap()
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

#[test]
fn many_streams_on_one_connection() {
    let server = Server::start(Limits::default());
    runtime().block_on(async {
        let sender = connect(&server).await;
        let mut streams = tokio::task::JoinSet::new();
        for at in 0..100 {
            let mut sender = sender.clone();
            streams.spawn(async move {
                let target = ["/rss.xml", "/assets/talk.mp3", "/nothing"][at % 3];
                let response = sender.send_request(get(target)).await.unwrap();
                let (head, body) = response.into_parts();
                (at % 3, head, body.collect().await.unwrap().to_bytes())
            });
        }
        while let Some(Ok((kind, head, body))) = streams.join_next().await {
            let (status, length) = [(200, feed().len()), (200, 300_000), (404, 14)][kind];
            assert_eq!((head.status.as_u16(), body.len()), (status, length));
            assert_eq!(head.headers["content-length"], length.to_string());
            assert!(head.headers.contains_key("date") && !head.headers.contains_key("connection"));
        }
    });
}

#[test]
fn limits_hold_on_streams_too() {
    let server = Server::start(Limits::default());
    runtime().block_on(async {
        let mut sender = connect(&server).await;
        let long = format!("/{}", "x".repeat(10_000));
        assert_eq!(sender.send_request(get(&long)).await.unwrap().status(), StatusCode::URI_TOO_LONG);
        let mut heavy = get("/rss.xml");
        heavy.headers_mut().insert("x", "y".repeat(60_000).parse().unwrap());
        let refused = sender.send_request(heavy).await;
        assert!(refused.is_err() || refused.unwrap().status() == StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE);
        let mut sender = connect(&server).await;
        assert_eq!(sender.send_request(get("/rss.xml")).await.unwrap().status(), StatusCode::OK);
    });
}

#[test]
fn stopping_ends_idle_connections_and_lets_streams_end() {
    // Time enough for a machine that does much else: what must not happen is that the farewell's end ends the stream.
    let farewell = Duration::from_secs(30);
    let mut server = Server::start(Limits { farewell, stall: farewell, ..quick() });
    let client = runtime();
    let mut sender = client.block_on(connect(&server));
    let response = client.block_on(sender.send_request(get("/assets/large.bin"))).unwrap();
    let reading = std::thread::spawn(move || client.block_on(response.into_body().collect()).unwrap().to_bytes().len());
    let took = server.stop();
    assert!(took < farewell - Duration::from_millis(100), "{took:?}");
    assert_eq!(reading.join().unwrap(), 40_000_000);
}

/// A frame (RFC 9113, section 4.1).
fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let mut out = (payload.len() as u32).to_be_bytes()[1..].to_vec();
    out.extend([kind, flags]);
    out.extend(stream.to_be_bytes());
    out.extend(payload);
    out
}

/// The preface, settings, and a `GET /rss.xml` in HPACK: three indexed fields, and a path and host as literals.
fn opening() -> Vec<u8> {
    let mut out = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec();
    out.extend(frame(4, 0, 0, &[]));
    out
}

fn headers() -> Vec<u8> {
    let mut out = vec![0x82, 0x86, 0x04, 8];
    out.extend(b"/rss.xml");
    out.extend([0x01, 1, b'x']);
    out
}

#[test]
fn rapid_resets_end_the_connection() {
    let server = Server::start(quick());
    let mut stream = server.connect();
    stream.write_all(&opening()).unwrap();
    let mut flood = Vec::new();
    for at in 0..20_000u32 {
        flood.extend(frame(1, 0x5, at * 2 + 1, &headers()));
        flood.extend(frame(3, 0, at * 2 + 1, &8u32.to_be_bytes()));
    }
    let start = Instant::now();
    // The server closes while we still write: that is what we want.
    let _ = stream.write_all(&flood);
    let mut all = Vec::new();
    let _ = stream.read_to_end(&mut all);
    assert!(start.elapsed() < Duration::from_secs(8), "{:?}", start.elapsed());
    assert_eq!(server.get("/rss.xml", "").split(' ').nth(1), Some("200"));
}

#[test]
fn floods_of_settings_and_pings_buy_no_time() {
    let server = Server::start(quick());
    let mut stream = server.connect();
    stream.write_all(&opening()).unwrap();
    let start = Instant::now();
    let flood: Vec<u8> = (0..1000).flat_map(|_| [frame(4, 0, 0, &[]), frame(6, 0, 0, &[0; 8])].concat()).collect();
    // Never reads the acknowledgements, and sends until it is let go.
    while stream.write_all(&flood).is_ok() && start.elapsed() < Duration::from_secs(15) {}
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
    assert_eq!(server.get("/rss.xml", "").split(' ').nth(1), Some("200"));
}

#[test]
fn a_stream_without_window_is_let_go() {
    let server = Server::start(quick());
    let mut stream = server.connect();
    let mut bytes = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec();
    // SETTINGS_INITIAL_WINDOW_SIZE 0: the answer may never be sent.
    bytes.extend(frame(4, 0, 0, &[0, 4, 0, 0, 0, 0]));
    bytes.extend(frame(1, 0x5, 1, &headers()));
    stream.write_all(&bytes).unwrap();
    let start = Instant::now();
    let mut all = Vec::new();
    let _ = stream.read_to_end(&mut all);
    assert!(start.elapsed() < Duration::from_secs(6), "{:?}", start.elapsed());
}

#[test]
fn a_client_with_wide_windows_that_does_not_read_is_let_go() {
    let server = Server::start(quick());
    let mut stream = server.connect();
    let widest = [0x7f, 0xff, 0xff, 0xff];
    let mut bytes = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec();
    bytes.extend(frame(4, 0, 0, &[&[0, 4][..], &widest].concat()));
    bytes.extend(frame(8, 0, 0, &[0x7f, 0, 0, 0]));
    let streams = 120;
    bytes.extend((0..streams).flat_map(|at| frame(1, 0x5, at * 2 + 1, &headers())));
    stream.write_all(&bytes).unwrap();
    std::thread::sleep(Duration::from_secs(4));
    let mut all = Vec::new();
    let ended = stream.read_to_end(&mut all);
    assert!(!ended.is_err_and(|error| error.kind() == std::io::ErrorKind::WouldBlock), "it is held for ever");
    let whole = streams as usize * crate::http::feed().len();
    assert!(all.len() < whole, "{} of {whole} bytes came", all.len());
}
