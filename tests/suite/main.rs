//! One crate for all behaviour tests, one file a feature.

#![allow(clippy::unwrap_used, reason = "a test that can't go on shall panic where it stands")]

mod http;
mod http_2;
mod http_admin;
mod http_route;
mod http_tls;
