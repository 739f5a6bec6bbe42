//! The server's settings, from the configuration to the rooms that they are for.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use crate::config;
use crate::http::{Limits, Listener, Tls};
use crate::site::{Bounds, Site};

/// What clients may take.
pub(super) fn limits(settings: &config::Settings) -> Limits {
    let is_wanted = settings.origins.get("limits.connections").is_some_and(|origin| origin != "default");
    let settings = &settings.server.limits;
    let seconds = |seconds: u32| Duration::from_secs(seconds.into());
    Limits {
        connections: is_wanted.then_some(settings.connections as usize),
        first_byte: seconds(settings.head_seconds),
        head: seconds(settings.head_seconds),
        idle: seconds(settings.idle_seconds),
        stall: seconds(settings.stall_seconds),
        target: settings.address_bytes as usize,
        head_size: settings.head_bytes as usize,
        farewell: seconds(settings.stop_seconds),
        ..Limits::default()
    }
}

/// The certificate, where there is one.
pub(super) fn tls(settings: &config::Server) -> io::Result<Option<Arc<Tls>>> {
    settings.tls.as_ref().map(|(certificate, key)| Tls::load(certificate, key)).transpose()
}

/// TCP listeners speak TLS where there is a certificate; what comes over a Unix socket is from this machine.
pub(super) fn secured(listeners: Vec<Listener>, tls: Option<&Arc<Tls>>) -> Vec<Listener> {
    let Some(tls) = tls else { return listeners };
    let secure = |listener: Listener| match listener.local_addr() {
        Some(_) => listener.with_tls(tls.clone()),
        None => listener,
    };
    listeners.into_iter().map(secure).collect()
}

/// Puts into a site what the configuration adds to it: former addresses, and how long answers may be kept. An address
/// at which something stands leads nowhere else.
pub fn dress(site: &mut Site, settings: &config::Server) {
    let config::Server { min_age: least, max_age: most, stale, .. } = *settings;
    site.freshness = site.freshness.within(Bounds { least, most, stale });
    for (from, to) in &settings.moved {
        site.moved.entry(from.clone()).or_insert_with(|| to.clone());
    }
    for path in &settings.gone {
        site.gone.entry(path.clone()).or_default();
    }
}
