//! What the service manager is told (`sd_notify(3)`). Without one, nothing happens.

use sd_notify::NotifyState;

/// The first site is served.
pub(super) fn ready(addresses: &[String]) {
    tell(&[NotifyState::Ready, NotifyState::Status(&format!("serving at {}", addresses.join(", ")))]);
}

/// What is served, and what is wrong.
pub(super) fn status(text: &str) {
    tell(&[NotifyState::Status(text)]);
}

/// The press room is alive.
pub(super) fn alive() {
    tell(&[NotifyState::Watchdog]);
}

/// How often the service manager wants to hear that the press room is alive, halved to be in time.
pub(super) fn watchdog() -> Option<std::time::Duration> {
    sd_notify::watchdog_enabled().map(|limit| limit / 2)
}

/// No further site will be made.
pub(super) fn stopping() {
    tell(&[NotifyState::Stopping]);
}

fn tell(state: &[NotifyState<'_>]) {
    // Nobody listens outside of systemd, and a full queue there is not ours to mend.
    let _ = sd_notify::notify(state);
}
