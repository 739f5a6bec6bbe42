//! Publishing a site elsewhere than over its own server.

pub mod directory;
