//! Where else the site goes, and how that is going: what the daemon's outbox tells and the admin listener shows.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, FixedOffset};
use serde_json::{Value, json};

use super::metrics::{family, label};

/// One place that is told of changes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outlet {
    /// `bucket`, `purge` or `hub`.
    pub kind: &'static str,
    /// How often it went well.
    pub done: u64,
    /// How often it failed.
    pub failed: u64,
    /// When it went well last.
    pub last: Option<DateTime<FixedOffset>>,
    /// What is wrong since, one sentence; `None` where nothing is.
    pub trouble: Option<String>,
    /// How many objects or pings are still to go.
    pub waiting: usize,
}

/// All of them, by name.
#[derive(Debug, Default)]
pub struct Outlets {
    all: Mutex<BTreeMap<String, Outlet>>,
}

impl Outlets {
    /// Changes what is known of one, which is there from then on.
    pub fn tell(&self, name: &str, kind: &'static str, change: impl FnOnce(&mut Outlet)) {
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        change(all.entry(name.to_string()).or_insert_with(|| Outlet { kind, ..Outlet::default() }));
    }

    /// It is configured no more.
    pub fn forget(&self, name: &str) {
        self.all.lock().unwrap_or_else(PoisonError::into_inner).remove(name);
    }

    /// All as they are now, by name.
    pub fn list(&self) -> Vec<(String, Outlet)> {
        let all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        all.iter().map(|(name, outlet)| (name.clone(), outlet.clone())).collect()
    }

    /// A part of `/status.json`.
    pub(super) fn to_json(&self) -> Value {
        let one = |(name, outlet): (String, Outlet)| {
            json!({
                "to": name,
                "kind": outlet.kind,
                "done": outlet.done,
                "failed": outlet.failed,
                "last": outlet.last.map(|at| at.to_rfc3339()),
                "trouble": outlet.trouble,
                "waiting": outlet.waiting,
            })
        };
        self.list().into_iter().map(one).collect()
    }

    /// In the text format of Prometheus.
    pub(super) fn write(&self, out: &mut String) {
        let all = self.list();
        type Read = fn(&Outlet) -> f64;
        let families: [(&str, &str, &str, Read); 5] = [
            ("feedroom_outlet_done_total", "counter", "Publications, purges and pings that went well.", |o| {
                o.done as f64
            }),
            ("feedroom_outlet_failures_total", "counter", "Those that failed; each is tried again.", |o| {
                o.failed as f64
            }),
            ("feedroom_outlet_waiting", "gauge", "Objects or pings still to go.", |o| o.waiting as f64),
            ("feedroom_outlet_trouble", "gauge", "Whether the last try failed.", |o| o.trouble.is_some().into()),
            ("feedroom_outlet_last_timestamp_seconds", "gauge", "When it went well last.", |o| {
                o.last.map_or(0.0, |at| at.timestamp() as f64)
            }),
        ];
        for (name, kind, help, read) in families.into_iter().filter(|_| !all.is_empty()) {
            family(out, name, kind, help);
            for (to, outlet) in &all {
                let _ = writeln!(out, "{name}{{kind=\"{}\",to=\"{}\"}} {}", outlet.kind, label(to), read(outlet));
            }
        }
    }
}
