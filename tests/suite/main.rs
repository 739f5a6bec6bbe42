//! One crate for all behaviour tests, one file a feature.

mod chain;
mod config;
mod date;
mod directory;
mod document;
mod feed;
mod feed_archive;
mod feed_edition;
mod feed_round_trip;
mod folder;
mod house;
mod html;
mod http;
mod http_2;
mod http_admin;
mod http_route;
mod http_tls;
mod ledger;
mod page;
mod page_edition;
mod promises;
mod watcher;
