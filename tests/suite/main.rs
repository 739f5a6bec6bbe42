//! One crate for all behaviour tests, one file a feature.

mod feed;
mod feed_archive;
mod feed_edition;
mod feed_round_trip;
