//! Watches the configuration file: a change that has come to rest is an order to read it again.
//!
//! The file is asked for its stamp now and then rather than watched by events: editors replace it, orchestrators swap
//! a link above it, and it may lie on a network; one `stat` every few seconds sees all of this.

use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::sync::mpsc::Sender;
use std::time::Duration;

use super::room::Order;
use crate::config;

/// How often the file is asked.
const EVERY: Duration = Duration::from_secs(2);
/// A file that was just written is asked again after this long; only one that rests is read.
const REST: Duration = Duration::from_millis(100);

/// What tells one content of a file from another.
type Stamp = Option<(u64, u64, u64, i64, i64)>;

/// Asks until nobody takes orders any more. Without a file there is nothing to watch.
pub(super) async fn watch(settings: &config::Settings, orders: Sender<Order>) {
    let Some(file) = settings.file.clone().filter(|_| settings.watch.configuration) else { return };
    let mut known = stamp(&file).await;
    loop {
        tokio::time::sleep(EVERY).await;
        let mut now = stamp(&file).await;
        // A file that is away for a moment is being replaced.
        if now == known || now.is_none() {
            continue;
        }
        loop {
            tokio::time::sleep(REST).await;
            let later = stamp(&file).await;
            if later == now {
                break;
            }
            now = later;
        }
        known = now;
        if known.is_some() && orders.send(Order::Reload).is_err() {
            return;
        }
    }
}

async fn stamp(file: &Path) -> Stamp {
    let about = tokio::fs::metadata(file).await.ok()?;
    Some((about.dev(), about.ino(), about.len(), about.mtime(), about.mtime_nsec()))
}
