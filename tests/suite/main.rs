//! One crate for all behaviour tests, one file a feature.

mod config;
mod directory;
mod folder;
mod watcher;
