//! The server: it answers from a [`Site`](crate::site::Site) and knows nothing else of the house.
//!
//! [`route`](route()) decides, as a pure function of site and request; the rest carries its answers to sockets and
//! keeps clients from holding on to them.

// Deciding.
mod address;
mod answer;
mod conditional;
mod encoding;
mod range;
mod route;

// Doing.
mod connection;
mod listen;
mod response;
mod server;
mod watch;

pub use answer::{About, Answer, Plan};
pub use listen::Listener;
pub use route::route;
pub use server::{Handler, Limits, Public, serve};
