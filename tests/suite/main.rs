//! One crate for all behaviour tests, one file a feature.

mod date;
mod document;
mod feed;
mod feed_edition;
mod house;
mod http;
mod http_route;
mod ledger;
mod page;
mod page_edition;
