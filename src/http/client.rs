//! A client for many requests: connections are kept, TLS is rustls over ring, every request has a deadline.
//!
//! Whoever tells others of a site (a bucket, a hub, a CDN) sends through one of these; redirects are not followed.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Bytes;
use hyper::{Request, Response};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};

/// How long a connection may take to come about.
const CONNECT: Duration = Duration::from_secs(10);
/// How long a connection is kept that nobody uses.
const IDLE: Duration = Duration::from_secs(30);
/// Bytes of a body that are taken.
const LIMIT: usize = 64 * 1024 * 1024;
/// Bytes a second that the slowest line carries which is still waited for.
const SLOWEST: u64 = 64 * 1024;

/// A client; clones share its connections.
#[derive(Clone)]
pub struct Client {
    inner: legacy::Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
    patience: Duration,
}

/// Why there is no answer.
#[derive(Debug)]
pub struct ClientError {
    /// What happened.
    pub kind: ClientErrorKind,
    told: String,
}

/// What kept an answer from coming.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClientErrorKind {
    /// Nobody could be reached; nothing was sent.
    Connect,
    /// The answer did not come in time; what was sent may have been carried out.
    Timeout,
    /// The connection broke off; what was sent may have been carried out.
    Broken,
}

impl fmt::Display for ClientError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.told)
    }
}

impl Error for ClientError {}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("patience", &self.patience).finish_non_exhaustive()
    }
}

impl Client {
    /// A client that waits so long for an answer, and longer where much is sent.
    pub fn new(patience: Duration) -> Self {
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_connect_timeout(Some(CONNECT));
        tcp.set_nodelay(true);
        let tls = HttpsConnectorBuilder::new()
            .with_provider_and_webpki_roots(tokio_rustls::rustls::crypto::ring::default_provider())
            .expect("ring has the protocol versions that are on by default")
            .https_or_http()
            .enable_http1()
            .wrap_connector(tcp);
        let inner = legacy::Client::builder(TokioExecutor::new())
            .pool_idle_timeout(IDLE)
            .pool_timer(TokioTimer::new())
            .build(tls);
        Self { inner, patience }
    }

    /// Sends a request to its absolute address and takes the whole answer.
    ///
    /// # Errors
    /// There is no answer, or none that ends in time. An answer of any status is one.
    pub async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, ClientError> {
        let place = request.uri().authority().map_or_else(String::new, ToString::to_string);
        let wait = self.patience + Duration::from_secs(request.body().len() as u64 / SLOWEST);
        let exchange = async {
            let answer = self.inner.request(request.map(Full::new)).await.map_err(|error| ClientError {
                kind: if error.is_connect() { ClientErrorKind::Connect } else { ClientErrorKind::Broken },
                told: format!("{place}: {}", chain(&error)),
            })?;
            let (head, body) = answer.into_parts();
            let body = Limited::new(body, LIMIT).collect().await.map_err(|error| ClientError {
                kind: ClientErrorKind::Broken,
                told: format!("{place}: the answer broke off: {error}"),
            })?;
            Ok(Response::from_parts(head, body.to_bytes()))
        };
        let late = |_| ClientError {
            kind: ClientErrorKind::Timeout,
            told: format!("{place}: no answer within {} s", wait.as_secs()),
        };
        tokio::time::timeout(wait, exchange).await.map_err(late)?
    }
}

/// An error with what caused it.
fn chain(error: &dyn Error) -> String {
    let mut told = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        told = format!("{told}: {error}");
        cause = error.source();
    }
    told
}

/// How many seconds a server asks to be left alone: `Retry-After` (RFC 9110, section 10.2.3) in seconds; a date
/// there depends on clocks that may differ, and is left alone.
pub fn retry_after<B>(answer: &Response<B>) -> Option<Duration> {
    let seconds = answer.headers().get(hyper::header::RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds))
}
