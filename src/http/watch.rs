//! What a connection is doing, seen from its reads and writes, and when it has done it for too long.
//!
//! hyper's own timers miss the cases that hurt: a client that is silent, that sends a head byte by byte, that takes
//! its answer byte by byte. Here a request costs a few stores; one timer a connection looks at them now and then.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU32, AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use tokio::time::Instant;

use super::server::Limits;

/// A connection's state, shared by its stream, its service and its timer.
#[derive(Debug)]
pub(super) struct Watch {
    born: Instant,
    multiplexed: bool,
    phase: AtomicU8,
    /// When the phase began, milliseconds after `born`.
    since: AtomicU64,
    /// Bytes written since then; an answer's phase begins anew with each window of time that it kept pace in.
    written: AtomicU64,
    /// Answers whose bodies are still being read from files.
    busy: AtomicU32,
    /// The server is stopping: no further request on this connection.
    pub(super) closing: AtomicBool,
    /// The client may still be sending what nobody reads.
    pub(super) unread: AtomicBool,
}

/// What is to be done about a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Nothing until then.
    Wait(Instant),
    /// It has been idle long enough.
    Idle,
    /// A request's head doesn't come to its end: `408`.
    SlowHead,
    /// It takes its answer too slowly.
    SlowReader,
}

/// Waiting for a request.
const IDLE: u8 = 0;
/// A head has begun to come.
const HEAD: u8 = 1;
/// An answer is being sent.
const ANSWER: u8 = 2;

impl Watch {
    /// Of a connection that has just shown its protocol. On HTTP/2 (`multiplexed`) not every byte that comes is
    /// part of a head, so there a head has no time of its own.
    pub(super) fn new(multiplexed: bool) -> Arc<Self> {
        Arc::new(Self {
            born: Instant::now(),
            multiplexed,
            phase: AtomicU8::new(if multiplexed { IDLE } else { HEAD }),
            since: AtomicU64::new(0),
            written: AtomicU64::new(0),
            busy: AtomicU32::new(0),
            closing: AtomicBool::new(false),
            unread: AtomicBool::new(false),
        })
    }

    fn enter(&self, phase: u8) {
        self.phase.store(phase, Relaxed);
        self.since.store(self.born.elapsed().as_millis() as u64, Relaxed);
        self.written.store(0, Relaxed);
    }

    /// Bytes came.
    pub(super) fn read(&self) {
        if !self.multiplexed && self.phase.load(Relaxed) == IDLE && self.busy.load(Relaxed) == 0 {
            self.enter(HEAD);
        }
    }

    /// A whole head came.
    pub(super) fn called(&self) {
        self.enter(ANSWER);
    }

    /// Bytes left.
    pub(super) fn wrote(&self, count: usize) {
        // More than acknowledgements and pings: an HTTP/2 client takes what its window had held back.
        if self.multiplexed && count >= 1000 {
            self.since.store(self.born.elapsed().as_millis() as u64, Relaxed);
        }
        self.written.fetch_add(count as u64, Relaxed);
    }

    /// Everything written so far left.
    pub(super) fn flushed(&self) {
        if self.phase.load(Relaxed) == ANSWER && self.busy.load(Relaxed) == 0 {
            self.enter(IDLE);
        }
    }

    /// Whether nothing is under way.
    pub(super) fn is_idle(&self) -> bool {
        self.phase.load(Relaxed) == IDLE && self.busy.load(Relaxed) == 0
    }

    /// What to do now; `idle` is how long it may wait for a request as things are.
    pub(super) fn judge(&self, limits: &Limits, idle: Duration) -> Verdict {
        let spent =
            Duration::from_millis((self.born.elapsed().as_millis() as u64).saturating_sub(self.since.load(Relaxed)));
        let (limit, verdict) = match self.phase.load(Relaxed) {
            HEAD => (limits.head, Verdict::SlowHead),
            IDLE => (idle, Verdict::Idle),
            _ => (limits.stall, Verdict::SlowReader),
        };
        if verdict == Verdict::SlowReader && spent >= limit {
            let due = u64::from(limits.slowest_reader) * spent.as_secs();
            if self.written.load(Relaxed) >= due {
                self.enter(ANSWER);
                return Verdict::Wait(Instant::now() + limit);
            }
        }
        match limit.checked_sub(spent) {
            Some(left) if !left.is_zero() => Verdict::Wait(Instant::now() + left.min(limits.head)),
            _ => verdict,
        }
    }
}

/// Held while a body is read from a file, during which the connection is not idle between two writes.
#[derive(Debug)]
pub(super) struct Busy(Arc<Watch>);

impl Busy {
    pub(super) fn new(watch: &Arc<Watch>) -> Self {
        watch.busy.fetch_add(1, Relaxed);
        Self(watch.clone())
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.busy.fetch_sub(1, Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn every_phase_has_its_limit() {
        let limits = Limits {
            head: Duration::from_secs(10),
            idle: Duration::from_secs(60),
            stall: Duration::from_secs(20),
            slowest_reader: 1000,
            ..Limits::default()
        };
        let pass = |seconds| tokio::time::advance(Duration::from_secs(seconds));
        let watch = Watch::new(false);
        watch.called();
        watch.flushed();
        pass(59).await;
        assert!(matches!(watch.judge(&limits, limits.idle), Verdict::Wait(_)));
        pass(1).await;
        assert_eq!(watch.judge(&limits, limits.idle), Verdict::Idle);
        watch.read();
        pass(9).await;
        watch.read();
        assert!(matches!(watch.judge(&limits, limits.idle), Verdict::Wait(_)));
        pass(1).await;
        assert_eq!(watch.judge(&limits, limits.idle), Verdict::SlowHead, "further bytes buy no time");
        watch.called();
        watch.wrote(20_000);
        pass(20).await;
        assert!(matches!(watch.judge(&limits, limits.idle), Verdict::Wait(_)), "bytes taken do");
        watch.wrote(19_999);
        pass(20).await;
        assert_eq!(watch.judge(&limits, limits.idle), Verdict::SlowReader);
        let busy = Busy::new(&watch);
        watch.flushed();
        assert!(!watch.is_idle(), "a file is still being read");
        drop(busy);
        watch.flushed();
        assert!(watch.is_idle());
    }
}
