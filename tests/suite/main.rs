//! One crate for all behaviour tests, one file a feature.

mod config;
mod directory;
mod feed;
mod feed_edition;
mod folder;
mod house;
mod http;
mod http_route;
mod ledger;
mod page;
mod page_edition;
mod watcher;
