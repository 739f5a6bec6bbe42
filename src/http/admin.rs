//! The admin listener: health, counters and state, for machines and for a press officer. Never the public one.

use std::fmt::Write;
use std::net::IpAddr;
use std::sync::Arc;

use arc_swap::ArcSwap;
use askama::Template;
use hyper::header::{self, HeaderName};
use hyper::http::request::Parts;
use hyper::http::uri::Authority;
use hyper::{Method, StatusCode};

use super::answer::Answer;
use super::metrics::{Metrics, family, label};
use super::outlets::{Outlet, Outlets};
use super::peer::Peer;
use super::server::Handler;
use super::status::Status;
use crate::problem::Severity;

const REFRESH: HeaderName = HeaderName::from_static("refresh");

/// Answers `/healthz`, `/readyz`, `/metrics`, `/status` and `/status.json`.
#[derive(Debug)]
pub struct Admin {
    status: Arc<ArcSwap<Status>>,
    metrics: Arc<Metrics>,
    outlets: Arc<Outlets>,
}

impl Admin {
    /// Of a status that the daemon swaps, and the counters of its public server.
    pub fn new(status: Arc<ArcSwap<Status>>, metrics: Arc<Metrics>) -> Self {
        Self { status, metrics, outlets: Arc::default() }
    }

    /// With the places that the site goes to beside.
    pub fn telling_of(mut self, outlets: Arc<Outlets>) -> Self {
        self.outlets = outlets;
        self
    }

    fn get(&self, path: &str) -> Answer {
        let status = self.status.load();
        match path {
            "/healthz" => text("alive\n".into()),
            "/readyz" if status.ready => text("ready\n".into()),
            "/readyz" => {
                Answer { status: StatusCode::SERVICE_UNAVAILABLE, ..text("the first site is not built yet\n".into()) }
            }
            "/metrics" => Answer::new(StatusCode::OK)
                .with(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")
                .bytes(self.exposition(&status).into()),
            "/status.json" => {
                let mut told = status.to_json();
                told["outlets"] = self.outlets.to_json();
                Answer::new(StatusCode::OK)
                    .with(header::CONTENT_TYPE, "application/json")
                    .bytes(format!("{told:#}\n").into())
            }
            "/status" => self.page(&status),
            _ => Answer::plain(StatusCode::NOT_FOUND),
        }
    }

    /// The counters and the state in the text format of Prometheus.
    fn exposition(&self, status: &Status) -> String {
        let mut out = String::new();
        self.metrics.write(&mut out);
        self.outlets.write(&mut out);
        let mut gauge = |name: &str, help: &str, value: f64| {
            family(&mut out, name, "gauge", help);
            let _ = writeln!(out, "{name} {value}");
        };
        gauge("feedroom_ready", "Whether a site is served.", f64::from(u8::from(status.ready)));
        gauge("feedroom_items", "Public items.", status.items as f64);
        gauge("feedroom_openings", "Releases that wait for their instant.", status.opening.len() as f64);
        gauge("feedroom_held_changes", "Changes that wait for confirmation.", status.held.len() as f64);
        if let Some(built) = status.built {
            gauge("feedroom_built_timestamp_seconds", "When the site was last built.", built.at.timestamp() as f64);
            gauge("feedroom_build_seconds", "How long that took.", built.took.as_secs_f64());
            gauge("feedroom_commit_seconds", "How long of it the ledger's commit took.", built.commit.as_secs_f64());
        }
        family(&mut out, "feedroom_problems", "gauge", "Problems with the input.");
        for severity in [Severity::Error, Severity::Warning, Severity::Note] {
            let count = status.problems.iter().filter(|problem| problem.severity == severity).count();
            let _ = writeln!(out, "feedroom_problems{{severity=\"{}\"}} {count}", severity.as_str());
        }
        family(&mut out, "feedroom_topic_items", "gauge", "Public items of each topic.");
        for topic in &status.topics {
            let _ = writeln!(out, "feedroom_topic_items{{topic=\"{}\"}} {}", label(&topic.slug), topic.items);
        }
        out
    }

    /// The page for people, which fetches itself anew every few seconds.
    fn page(&self, status: &Status) -> Answer {
        let page = Page { status, subscribers: self.metrics.subscribers(), outlets: self.outlets.list() };
        match page.render() {
            Ok(html) => Answer::new(StatusCode::OK)
                .with(header::CONTENT_TYPE, "text/html; charset=utf-8")
                .with(REFRESH, "5")
                .with(
                    header::CONTENT_SECURITY_POLICY,
                    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
                )
                .bytes(html.into()),
            Err(_) => Answer::plain(StatusCode::INTERNAL_SERVER_ERROR),
        }
    }
}

impl Handler for Admin {
    fn answer(&self, request: &Parts, peer: Peer) -> Answer {
        if !names_this_machine(request, peer) {
            return Answer::plain(StatusCode::MISDIRECTED_REQUEST);
        }
        let answer = match request.method {
            Method::GET => self.get(request.uri.path()),
            Method::HEAD => self.get(request.uri.path()).without_body(),
            _ => Answer::plain(StatusCode::METHOD_NOT_ALLOWED).with(header::ALLOW, "GET, HEAD"),
        };
        answer
            .with(header::CACHE_CONTROL, "no-store")
            .with(header::X_CONTENT_TYPE_OPTIONS, "nosniff")
            .with(header::REFERRER_POLICY, "no-referrer")
    }
}

/// Whether a request from this machine asks for it by address or as `localhost`. A page from anywhere can make a
/// browser ask here under a name of its own that it points at the loopback address, and would then be let to read
/// what opens next; a name gives it away.
fn names_this_machine(request: &Parts, peer: Peer) -> bool {
    if peer == Peer::Unix || !peer.is_local() {
        return true;
    }
    let named = request.headers.get(header::HOST).and_then(|host| host.to_str().ok()?.parse::<Authority>().ok());
    let Some(authority) = named.as_ref().or(request.uri.authority()) else {
        return request.version < hyper::Version::HTTP_11;
    };
    let host = authority.host().trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || host.ends_with(".localhost") || host.parse::<IpAddr>().is_ok()
}

fn text(text: String) -> Answer {
    Answer::new(StatusCode::OK).with(header::CONTENT_TYPE, "text/plain; charset=utf-8").bytes(text.into())
}

#[derive(Template)]
#[template(path = "status.html")]
struct Page<'a> {
    status: &'a Status,
    subscribers: Vec<(String, String, u64)>,
    outlets: Vec<(String, Outlet)>,
}

impl Page<'_> {
    /// An instant as people read it.
    fn at(&self, at: &chrono::DateTime<chrono::FixedOffset>) -> String {
        at.format("%-d %B %Y, %H:%M:%S %:z").to_string()
    }
}
