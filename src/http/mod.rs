//! The server: it answers from a [`Site`](crate::site::Site) and knows nothing else of the house.
//!
//! [`route`](route()) decides, as a pure function of site and request; the rest carries its answers to sockets and
//! keeps clients from holding on to them.

// Deciding.
mod address;
mod answer;
mod conditional;
mod encoding;
mod navigation;
mod range;
mod route;

// Showing.
mod admin;
mod metrics;
mod outlets;
mod status;

// Doing.
mod client;
mod connection;
mod fetch;
mod gather;
mod listen;
mod peer;
mod response;
mod server;
mod tls;
mod watch;

pub use admin::Admin;
pub use answer::{About, Answer, Kind, Plan};
pub use client::{Client, ClientError, ClientErrorKind, retry_after};
pub use fetch::{Fetched, fetch};
pub use listen::Listener;
pub use metrics::Metrics;
pub use outlets::{Outlet, Outlets};
pub use peer::Peer;
pub use route::route;
pub use server::{Handler, Limits, Public, serve};
pub use status::{Built, Entry, Held, Status, TopicStatus};
pub use tls::Tls;
