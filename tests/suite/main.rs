//! One crate for all behaviour tests, one file a feature.
#![allow(
    clippy::unwrap_used,
    clippy::type_complexity,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test fails where it stands"
)]

mod binary;
mod bucket;
mod bucket_faults;
mod chain;
mod changes;
mod check_url;
mod cli;
mod config;
mod date;
mod derive;
mod directory;
mod docs;
mod document;
mod embargo;
mod embargo_lines;
mod embargo_places;
mod embargo_wordings;
mod feed;
mod feed_archive;
mod feed_edition;
mod feed_round_trip;
mod feed_standing;
mod folder;
mod golden;
mod house;
mod html;
mod http;
mod http_2;
mod http_admin;
mod http_route;
mod http_tls;
mod ledger;
mod ledger_change;
mod ledger_history;
mod ledger_reader;
mod ledger_trouble;
mod outbox;
mod page;
mod page_edition;
mod press;
mod press_change;
mod promises;
mod serve;
mod serve_load;
mod serve_settings;
mod service;
mod torture;
mod watcher;
