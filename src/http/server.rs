//! The server: takes connections from its listeners, as many as it has permits, until it is told to stop.

use std::io;
use std::net::IpAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use chrono::DateTime;
use hyper::header::{HeaderName, HeaderValue};
use hyper::http::request::Parts;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::{sleep, timeout};

use super::address;
use super::answer::Answer;
use super::connection::{self, Shared};
use super::listen::{Listener, Stream};
use super::metrics::Metrics;
use super::peer::Peer;
use super::route::route;
use crate::clock;
use crate::site::{Site, surrogate_key};

/// What a server answers with.
pub trait Handler: Send + Sync + 'static {
    /// The answer to a request's head.
    fn answer(&self, request: &Parts, peer: Peer) -> Answer;
}

/// The public site.
#[derive(Debug)]
pub struct Public {
    site: Arc<ArcSwap<Site>>,
    metrics: Arc<Metrics>,
    proxies: Vec<(IpAddr, u8)>,
    tags: Option<HeaderName>,
}

impl Public {
    /// Of a site that may be swapped at any time; each request is answered from one. What it does is counted in
    /// `metrics`.
    pub fn new(site: Arc<ArcSwap<Site>>, metrics: Arc<Metrics>) -> Self {
        Self { site, metrics, proxies: Vec::new(), tags: None }
    }

    /// With proxies that are believed when they say for whom they ask, each an address and how many of its leading
    /// bits count; only the access log cares.
    pub fn behind(mut self, proxies: Vec<(IpAddr, u8)>) -> Self {
        self.proxies = proxies;
        self
    }

    /// With a header (`Surrogate-Key`, `Cache-Tag`) that tells a cache what an answer is of.
    pub fn tagging(mut self, header: &'static str) -> Self {
        self.tags = Some(HeaderName::from_static(header));
        self
    }
}

impl Handler for Public {
    fn answer(&self, request: &Parts, peer: Peer) -> Answer {
        let site = self.site.load();
        // The hour matters only where a release is about to open or expire.
        let now = site.freshness.until().map_or(DateTime::UNIX_EPOCH, |_| clock::now());
        let mut answer = route(&site, request, now);
        let key = address::key(&site, &request.uri);
        if let (Some(name), Some(tag)) =
            (&self.tags, key.as_deref().map(surrogate_key).and_then(|tag| HeaderValue::from_str(&tag).ok()))
        {
            answer.headers.insert(name, tag);
        }
        self.metrics.count(request, key.as_deref().unwrap_or("other"), &answer);
        if tracing::enabled!(target: "feedroom::access", tracing::Level::INFO) {
            self.log(request, peer, &answer);
        }
        answer
    }
}

impl Public {
    /// One event a request, at level info of the target `feedroom::access`. `bytes` is the length of the body.
    fn log(&self, request: &Parts, peer: Peer, answer: &Answer) {
        let header = |name| request.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("-");
        tracing::info!(
            target: "feedroom::access",
            client = peer.client(&request.headers, &self.proxies).map_or_else(|| peer.to_string(), |ip| ip.to_string()),
            method = request.method.as_str(),
            target = request.uri.path_and_query().map_or("*", |target| target.as_str()),
            status = answer.status.as_u16(),
            coding = answer.about.coding.as_str(),
            bytes = answer.plan.length(),
            agent = header(hyper::header::USER_AGENT),
            "{} {}",
            request.method,
            request.uri,
        );
    }
}

/// What clients may take.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Connections at once; further ones wait in the kernel's queue. `None`: 10,000, or as many as the limit of open
    /// files allows without a word about it.
    pub connections: Option<usize>,
    /// How long a new connection may be silent.
    pub first_byte: Duration,
    /// How long the head of a request may take from its first byte.
    pub head: Duration,
    /// How long a connection may wait for its next request.
    pub idle: Duration,
    /// The window of time in which a client must take `slowest_reader` bytes a second of its answer.
    pub stall: Duration,
    /// Bytes a second.
    pub slowest_reader: u32,
    /// How long the rest of a refused request is thrown away, so that the client reads the refusal.
    pub lingering: Duration,
    /// Bytes of a request's path and query: `414` beyond.
    pub target: usize,
    /// Bytes of a request's head: `431` beyond.
    pub head_size: usize,
    /// Header lines of a request: `431` beyond.
    pub headers: usize,
    /// Bytes of a request's body, which nobody reads: `413` beyond.
    pub body: u64,
    /// How long answers under way may take once the server is told to stop.
    pub farewell: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: None,
            first_byte: Duration::from_secs(10),
            head: Duration::from_secs(10),
            idle: Duration::from_secs(60),
            stall: Duration::from_secs(20),
            slowest_reader: 512,
            lingering: Duration::from_secs(2),
            target: 8 * 1024,
            head_size: 32 * 1024,
            headers: 100,
            body: 64 * 1024,
            farewell: Duration::from_secs(20),
        }
    }
}

/// Serves until `shutdown` is ready, then takes what the kernel has already accepted, answers what is under way and
/// returns, within [`Limits::farewell`] at the latest.
pub async fn serve(
    listeners: Vec<Listener>,
    handler: Arc<dyn Handler>,
    limits: Limits,
    shutdown: impl Future<Output = ()>,
) {
    let (stopping, stop) = watch::channel(Stopping::No);
    let connections = connections(limits.connections);
    let permits = Arc::new(Semaphore::new(connections as usize));
    let farewell = limits.farewell;
    let shared = Arc::new(Shared { handler, limits, permits: permits.clone(), few: connections as usize / 8 });
    let takers: Vec<_> = listeners
        .into_iter()
        .map(|listener| tokio::spawn(take(listener, shared.clone(), permits.clone(), Stop(stop.clone()))))
        .collect();
    shutdown.await;
    let _ = stopping.send(Stopping::Gracefully);
    let ended = timeout(farewell, async {
        for taker in takers {
            let _ = taker.await;
        }
        let _ = permits.acquire_many(connections).await;
    });
    if ended.await.is_err() {
        let _ = stopping.send(Stopping::Now);
        let _ = timeout(Duration::from_secs(1), permits.acquire_many(connections)).await;
    }
}

/// As many connections as are wanted and as there can be files for, half of the files being left to the rest of the
/// process where they are few. The process's limit is raised as far as it may.
fn connections(asked: Option<usize>) -> u32 {
    let mut limit = getrlimit(Resource::Nofile);
    if limit.current < limit.maximum {
        let raised = Rlimit { current: limit.maximum, ..limit };
        if setrlimit(Resource::Nofile, raised).is_ok() {
            limit = raised;
        }
    }
    let files = limit.current.and_then(|files| u32::try_from(files).ok()).unwrap_or(u32::MAX);
    let possible = files.saturating_sub(256).max(files / 2).max(1);
    let wanted = u32::try_from(asked.unwrap_or(10_000)).unwrap_or(u32::MAX).max(1);
    if asked.is_some() && possible < wanted {
        tracing::warn!(possible, wanted, "the limit of open files allows fewer connections than wanted");
    }
    wanted.min(possible)
}

/// Takes connections of one listener. The permit comes first, so that what can't be served waits unaccepted.
async fn take(listener: Listener, shared: Arc<Shared>, permits: Arc<Semaphore>, mut stop: Stop) {
    let mut fresh = pin!(async {
        match listener.tls() {
            Some(tls) => tls.clone().keep_fresh().await,
            None => std::future::pending().await,
        }
    });
    loop {
        let next = async {
            let permit = permits.clone().acquire_owned().await.expect("the semaphore is never closed");
            (listener.accept().await, permit)
        };
        tokio::select! {
            biased;
            _ = stop.beyond(Stopping::No) => break,
            () = fresh.as_mut() => {}
            (accepted, permit) = next => match accepted {
                Ok((stream, peer)) => start((stream, peer), &listener, permit, &shared, &stop),
                Err(error) => bear(&error).await,
            },
        }
    }
    // The clients of these believe to be connected already. One that had to wait for a permit until now is out of luck.
    while let Ok(permit) = permits.clone().try_acquire_owned()
        && let Ok(Ok((stream, peer))) = timeout(Duration::ZERO, listener.accept()).await
    {
        start((stream, peer), &listener, permit, &shared, &stop);
    }
}

fn start(
    (stream, peer): (Stream, Peer),
    listener: &Listener,
    permit: OwnedSemaphorePermit,
    shared: &Arc<Shared>,
    stop: &Stop,
) {
    let (shared, stop) = (shared.clone(), stop.clone());
    let Some(tls) = listener.tls() else {
        tokio::spawn(async move {
            connection::serve(stream, peer, shared, stop).await;
            drop(permit);
        });
        return;
    };
    let handshake = tls.acceptor().accept(stream);
    tokio::spawn(async move {
        if let Ok(Ok(stream)) = timeout(shared.limits.head, handshake).await {
            connection::serve(stream, peer, shared, stop).await;
        }
        drop(permit);
    });
}

/// An error of `accept` is weather: one that concerns the connection alone passes at once, for one of resources
/// (no file descriptor left) a pause lets others end.
async fn bear(error: &io::Error) {
    use io::ErrorKind::{ConnectionAborted, ConnectionReset, Interrupted};
    if matches!(error.kind(), ConnectionAborted | ConnectionReset | Interrupted) {
        return;
    }
    tracing::warn!(%error, "can't accept a connection; pausing");
    sleep(Duration::from_millis(100)).await;
}

/// How far the server has come in stopping.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stopping {
    No,
    Gracefully,
    Now,
}

/// What a connection hears of the server's stopping.
#[derive(Debug, Clone)]
pub(super) struct Stop(watch::Receiver<Stopping>);

impl Stop {
    /// Waits until the server has come further than `seen`, and tells how far.
    pub(super) async fn beyond(&mut self, seen: Stopping) -> Stopping {
        // The sender going away without a word means that the server is gone.
        self.0.wait_for(|now| *now > seen).await.map_or(Stopping::Now, |now| *now)
    }
}
