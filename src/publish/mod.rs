//! Publishing a site elsewhere than over its own server. Knows sites, nothing of what they are made from.

pub mod bucket;
pub mod directory;
pub mod purge;
pub mod websub;

mod disk;
mod error;
mod manifest;
mod names;
mod twins;
