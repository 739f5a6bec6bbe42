//! What the service manager is told (`sd_notify(3)`). Without one, nothing happens.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use sd_notify::NotifyState;
use tokio::sync::oneshot::Receiver;

/// Before the first site, each sign of life buys so much more time to start.
const PATIENCE_MICROS: u32 = 60_000_000;

/// The first site is served.
pub(super) fn ready() {
    tell(&[NotifyState::Ready]);
}

/// The first look takes its time.
pub(super) fn starting(done: usize, of: usize) {
    let status = format!("reading the releases for the first time: {done} of {of} files");
    tell(&[NotifyState::Status(&status), NotifyState::ExtendTimeoutUsec(PATIENCE_MICROS)]);
}

/// What is served, and what is wrong.
pub(super) fn status(text: &str) {
    tell(&[NotifyState::Status(text)]);
}

/// The configuration is being read again, until [`reloaded`].
pub(super) fn reloading() {
    // The time is for `Type=notify-reload`, which systemd knows since 253; older ones pass over it.
    match NotifyState::monotonic_usec_now() {
        Ok(now) => tell(&[NotifyState::Reloading, now]),
        Err(_) => tell(&[NotifyState::Reloading]),
    }
}

/// The configuration was read again, whether it is used or not.
pub(super) fn reloaded() {
    tell(&[NotifyState::Ready]);
}

/// No further site will be made.
pub(super) fn stopping() {
    tell(&[NotifyState::Stopping]);
}

/// The press room's sign of life: it beats at each turn of its loop, and while it reads.
#[derive(Debug, Clone, Default)]
pub(super) struct Pulse {
    beats: Arc<AtomicU64>,
    wanted: Option<Duration>,
}

impl Pulse {
    /// As often as the service manager wants to hear.
    pub fn new() -> Self {
        Self { beats: Arc::default(), wanted: sd_notify::watchdog_enabled().map(|limit| limit / 4) }
    }

    /// Beats once.
    pub fn beat(&self) {
        self.beats.fetch_add(1, Relaxed);
    }

    /// How often it should beat; `None`: nobody listens.
    pub fn wanted(&self) -> Option<Duration> {
        self.wanted
    }

    /// Tells the service manager that all is alive, from within the event loop that answers requests, for as long as
    /// the press room beats, too. Ends when `stopped` is dropped.
    pub async fn tell(self, mut stopped: Receiver<()>) {
        let Some(wanted) = self.wanted else { return };
        let mut ticks = tokio::time::interval(wanted);
        let mut heard = None;
        loop {
            tokio::select! {
                _ = ticks.tick() => {}
                _ = &mut stopped => return,
            }
            let beats = self.beats.load(Relaxed);
            if heard.replace(beats) != Some(beats) {
                self::tell(&[NotifyState::Watchdog]);
            }
        }
    }
}

fn tell(state: &[NotifyState<'_>]) {
    // Nobody listens outside of systemd, and a full queue there is not ours to mend.
    let _ = sd_notify::notify(state);
}
