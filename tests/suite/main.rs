//! One crate for all behaviour tests, one file a feature.

mod http;
mod http_route;
mod ledger;
