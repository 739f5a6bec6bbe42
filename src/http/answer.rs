//! An answer before it meets a socket: status, headers, and the plan of a body.

use std::ops::Range;
use std::path::PathBuf;
use std::time::SystemTime;

use bytes::Bytes;
use hyper::StatusCode;
use hyper::header::{self, HeaderMap, HeaderName, HeaderValue};

use crate::site::Coding;

/// Status, headers and body of an answer. `Date` and `Connection` are the connection's business and not in it.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The headers, `Content-Length` among them wherever a body is meant (RFC 9110, section 8.6).
    pub headers: HeaderMap,
    /// What to send.
    pub plan: Plan,
    /// What the headers are of, for the counters.
    pub about: About,
}

/// What to send after the headers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Plan {
    /// Nothing.
    Nothing,
    /// Ready-made bytes.
    Bytes(Bytes),
    /// A part of a file, to be looked at first: one that is gone is `404`, one that changed is sent as it is now.
    File {
        /// Where it lies.
        path: PathBuf,
        /// The length that the headers tell.
        length: u64,
        /// When it was last written to, as the site knows.
        modified: Option<SystemTime>,
        /// Which bytes; empty for `HEAD`.
        range: Range<u64>,
    },
}

impl Plan {
    /// How many bytes it sends.
    pub fn length(&self) -> u64 {
        match self {
            Plan::Nothing => 0,
            Plan::Bytes(bytes) => bytes.len() as u64,
            Plan::File { range, .. } => range.end - range.start,
        }
    }
}

/// What an answer was, for counters and logs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct About {
    /// What was asked for.
    pub kind: Kind,
    /// The coding that was chosen.
    pub coding: Coding,
    /// The bytes that a client without validators and codings would have been sent.
    pub whole: u64,
}

/// What an answer is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A feed.
    Feed,
    /// A page for people.
    Page,
    /// Anything else that stands in the site.
    Asset,
    /// Nothing that is there.
    Nothing,
}

impl Answer {
    /// An answer without a body.
    pub fn new(status: StatusCode) -> Self {
        let about = About { kind: Kind::Nothing, coding: Coding::Identity, whole: 0 };
        Self { status, headers: HeaderMap::with_capacity(12), plan: Plan::Nothing, about }
    }

    /// An answer that says its status in a line of plain text, for mistakes of the client that no page explains.
    pub fn plain(status: StatusCode) -> Self {
        let line = format!("{} {}\n", status.as_str(), status.canonical_reason().unwrap_or_default());
        Self::new(status)
            .with(header::CONTENT_TYPE, "text/plain; charset=utf-8")
            .with(header::X_CONTENT_TYPE_OPTIONS, "nosniff")
            .bytes(line.into())
    }

    /// With a header of fixed text.
    pub fn with(self, name: HeaderName, value: &'static str) -> Self {
        self.with_value(name, HeaderValue::from_static(value))
    }

    /// With a header.
    pub fn with_value(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }

    /// With a body in memory and its length.
    pub fn bytes(mut self, bytes: Bytes) -> Self {
        self.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(bytes.len()));
        self.plan = Plan::Bytes(bytes);
        self
    }

    /// The same headers, and nothing sent: the answer to `HEAD`.
    pub fn without_body(mut self) -> Self {
        self.plan = match self.plan {
            // Still looked at, so that `HEAD` tells what `GET` would.
            Plan::File { path, length, modified, .. } => Plan::File { path, length, modified, range: 0..0 },
            _ => Plan::Nothing,
        };
        self
    }
}
