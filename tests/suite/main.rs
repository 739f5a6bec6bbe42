//! One crate for all behaviour tests, one file a feature.

mod feed;
mod feed_edition;
