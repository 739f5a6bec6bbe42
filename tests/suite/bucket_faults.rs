//! What `feedroom publish` says and does when the store refuses, and that the request is one that S3 understands.

#![allow(clippy::unwrap_used, reason = "a helper of tests may fail as a test may")]

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use feedroom::http::{Client, ClientErrorKind};

use crate::binary::{Newsroom, Ran, ran};
use crate::outbox::{plain, serve};

/// As much of S3 as a publication needs: it keeps the keys that were written. `fault` may answer instead.
fn s3(fault: impl FnMut(&str) -> Option<String> + Send + 'static) -> (String, Arc<Mutex<BTreeSet<String>>>) {
    let keys: Arc<Mutex<BTreeSet<String>>> = Arc::default();
    let (kept, fault) = (keys.clone(), Mutex::new(fault));
    let address = serve(move |asked| {
        if let Some(answer) = (fault.lock().unwrap())(&asked.line) {
            return answer;
        }
        let target = asked.line.split(' ').nth(1).unwrap().to_string();
        if asked.line.starts_with("PUT") {
            kept.lock().unwrap().insert(target);
            plain("200 OK", "ETag: \"1\"\r\n")
        } else if target.contains("list-type=2") {
            xml("200 OK", "<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>")
        } else {
            refusal("404 Not Found", "NoSuchKey")
        }
    });
    (address, keys)
}

fn xml(status: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\nContent-Type: application/xml\r\nContent-Length: {}\r\n\r\n{body}", body.len())
}

fn refusal(status: &str, code: &str) -> String {
    xml(status, &format!("<Error><Code>{code}</Code><Message>refused</Message></Error>"))
}

fn publish(room: &Newsroom, endpoint: &str) -> Ran {
    room.write(
        "feedroom.toml",
        format!(
            "[newsroom]\nbase_url = \"https://news.example.org/\"\n[[folder]]\npath = \"releases\"\n\
             [publish.bucket]\nurl = \"s3://news\"\nendpoint = \"{endpoint}\"\nregion = \"here\"\n"
        ),
    );
    let mut command = room.command(&["publish", "--config", "feedroom.toml"]);
    command.env("AWS_ACCESS_KEY_ID", "id").env("AWS_SECRET_ACCESS_KEY", "s3cret");
    ran(command)
}

#[test]
fn each_refusal_says_what_to_do() {
    let room = Newsroom::small();
    for (method, status, code, advice) in [
        ("GET", "403 Forbidden", "RequestTimeTooSkewed", "the clock of this machine is wrong"),
        ("GET", "403 Forbidden", "InvalidAccessKeyId", "the credentials are not accepted"),
        ("GET", "403 Forbidden", "SignatureDoesNotMatch", "the credentials are not accepted"),
        ("GET", "404 Not Found", "NoSuchBucket", "there is no such bucket"),
        ("PUT", "403 Forbidden", "AccessDenied", "the credentials may not do this"),
        ("PUT", "400 Bad Request", "QuotaExceeded", "the bucket takes no more"),
    ] {
        let (address, keys) = s3(move |line| line.starts_with(method).then(|| refusal(status, code)));
        let ran = publish(&room, &address);
        assert_eq!(ran.code, 3, "{code}: {}{}", ran.out, ran.err);
        assert!(ran.err.contains(advice), "{code}: {}", ran.err);
        assert!(!ran.err.contains("s3cret"), "{}", ran.err);
        assert!(keys.lock().unwrap().is_empty());
    }
}

#[test]
fn a_store_that_is_busy_is_given_the_time_that_it_asks_for() {
    let room = Newsroom::small();
    let mut busy = 3;
    let (address, keys) = s3(move |line| {
        (line.starts_with("PUT") && busy > 0).then(|| {
            busy -= 1;
            if busy == 1 {
                refusal("500 Internal Server Error", "InternalError")
            } else {
                plain("503 Slow Down", "Retry-After: 1\r\n")
            }
        })
    });
    let ran = publish(&room, &address);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    let keys = keys.lock().unwrap();
    for key in ["/news/feedroom-manifest.json.gz", "/news/rss.xml", "/news/items/river-levels-rise/index.html"] {
        assert!(keys.contains(key), "{key}: {keys:?}");
    }
}

#[test]
fn without_a_bucket_there_is_nothing_to_publish_to() {
    let room = Newsroom::small();
    room.write("feedroom.toml", "[[folder]]\npath = \"releases\"\n");
    let ran = room.run(&["publish", "--config", "feedroom.toml"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("[publish.bucket]"), "{}", ran.err);
    assert!(!room.path("state").exists(), "nothing was touched");
}

#[tokio::test]
async fn the_client_waits_only_so_long() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = silent.local_addr().unwrap();
    let client = Client::new(Duration::from_millis(50));
    let ask = |address: String| http::Request::get(address).body(bytes::Bytes::new()).unwrap();
    let error = client.send(ask(format!("http://{address}/"))).await.unwrap_err();
    assert_eq!(error.kind, ClientErrorKind::Timeout, "{error}");
    drop(silent);
    let error = client.send(ask(format!("http://{address}/"))).await.unwrap_err();
    assert_eq!(error.kind, ClientErrorKind::Connect, "{error}");
}
