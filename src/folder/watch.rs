//! The watcher: one thread that listens to every root, and rings when it is time to look.

mod eye;

use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use std::{collections::VecDeque, io};

use tokio::sync::mpsc as bells;
use tokio::sync::mpsc::error::TrySendError;

use super::bell::{Batch, Bell, News, Reason};
use crate::problem::Problem;
use eye::{Blindness, Eye, Heard, Sight};

/// How to watch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// At most this many kernel watches for each root; what is beyond is polled. 0: poll everything.
    pub watches: usize,
    /// Between two looks at what can't be watched.
    pub poll: Duration,
    /// Between two full looks, which catch whatever was lost.
    pub full_look: Duration,
    /// Between two checks that a root is still the same folder. A root that is missing is looked for as often.
    pub root_check: Duration,
}

impl Default for Options {
    /// Events wherever they come; polling every 5 s elsewhere; a full look every hour; roots checked every 2 s.
    fn default() -> Self {
        Self {
            watches: usize::MAX,
            poll: Duration::from_secs(5),
            full_look: Duration::from_secs(3_600),
            root_check: Duration::from_secs(2),
        }
    }
}

/// Bells that may lie unanswered; while they do, what else is heard becomes one bell.
const UNANSWERED: usize = 4;
/// How long to wait before offering a bell again to somebody who is busy.
const BUSY: Duration = Duration::from_millis(20);
/// Watches are made anew no more often than this, whatever happens.
const RENEW: Duration = Duration::from_millis(300);

/// Watches until it is dropped.
pub struct Watcher {
    stop: mpsc::Sender<Message>,
    thread: Option<JoinHandle<()>>,
}

enum Message {
    Event(usize, notify::Result<notify::Event>),
    Stop,
}

impl Watcher {
    /// Watches roots, which may be missing or come later. When this returns, everything that happens afterwards will
    /// ring: look once at all of it, then wait for bells. The channel ends when the watcher does.
    ///
    /// Fails only where no thread can be started. What the kernel won't watch is polled, and a
    /// [`Bell::Trouble`] says so.
    pub fn start(roots: Vec<PathBuf>, options: Options) -> io::Result<(Self, bells::Receiver<Bell>)> {
        let (sender, messages) = mpsc::channel();
        let (rope, receiver) = bells::channel(UNANSWERED);
        let now = Instant::now();
        let watched = roots.iter().enumerate().map(|(index, path)| {
            let path = std::path::absolute(path).unwrap_or_else(|_| path.clone());
            let eye = open(index, &path, options, &sender);
            Root { index, path, eye, polled: now, looked: now, checked: now, opened: now, renew: None, told: None }
        });
        let mut post = Post {
            roots: watched.collect(),
            options,
            sender: sender.clone(),
            batch: Batch::default(),
            outbox: VecDeque::new(),
        };
        post.tell_blindness();
        let thread =
            std::thread::Builder::new().name("watcher".to_string()).spawn(move || post.keep(&messages, &rope))?;
        Ok((Self { stop: sender, thread: Some(thread) }, receiver))
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        // The thread may have ended already with its receiver; either way it is gone after this.
        let _ = self.stop.send(Message::Stop);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

struct Root {
    index: usize,
    path: PathBuf,
    eye: Eye,
    polled: Instant,
    looked: Instant,
    checked: Instant,
    opened: Instant,
    /// Why the eye is to be opened anew as soon as it may.
    renew: Option<Reason>,
    /// The last trouble that was told, so that it is told once.
    told: Option<Blindness>,
}

/// The thread's own state.
struct Post {
    roots: Vec<Root>,
    options: Options,
    sender: mpsc::Sender<Message>,
    batch: Batch,
    outbox: VecDeque<Bell>,
}

fn open(index: usize, path: &Path, options: Options, sender: &mpsc::Sender<Message>) -> Eye {
    let sight = if options.watches == 0 { Sight::Poll } else { Sight::Events(options.watches) };
    let sender = sender.clone();
    Eye::open(path, sight, move |event| {
        // Nobody listens only while the watcher is being dropped.
        let _ = sender.send(Message::Event(index, event));
    })
}

impl Post {
    fn keep(&mut self, messages: &mpsc::Receiver<Message>, rope: &bells::Sender<Bell>) {
        loop {
            let wait = self.next().saturating_duration_since(Instant::now());
            let mut message = match messages.recv_timeout(wait) {
                Ok(message) => Some(message),
                Err(RecvTimeoutError::Timeout) => None,
                Err(RecvTimeoutError::Disconnected) => return,
            };
            while let Some(one) = message {
                match one {
                    Message::Event(root, event) => self.hear(root, event),
                    Message::Stop => return,
                }
                message = messages.try_recv().ok();
            }
            self.check_timers();
            if !self.ring(rope) {
                return;
            }
        }
    }

    /// When there is something to do without being told.
    fn next(&self) -> Instant {
        let now = Instant::now();
        let mut next = now + self.options.full_look;
        for root in &self.roots {
            next = next.min(root.checked + self.options.root_check).min(root.looked + self.options.full_look);
            if root.eye.blind().is_some() {
                next = next.min(root.polled + self.options.poll);
            }
            if root.renew.is_some() {
                next = next.min(root.opened + RENEW);
            }
        }
        if !self.outbox.is_empty() {
            return next.min(now + BUSY);
        }
        self.batch.due().map_or(next, |due| next.min(due))
    }

    fn hear(&mut self, index: usize, event: notify::Result<notify::Event>) {
        let now = Instant::now();
        let root = &mut self.roots[index];
        match root.eye.hear(event) {
            Heard::Paths(paths) => {
                for (path, news) in paths {
                    self.batch.hear(index, path, news, now);
                }
            }
            // Its watches are dead or lead elsewhere, even if another folder has its name and inode by now.
            Heard::Root => root.renew = root.renew.max(Some(Reason::Root)),
            Heard::Lost => root.renew = root.renew.max(Some(Reason::Lost)),
        }
    }

    fn check_timers(&mut self) {
        let now = Instant::now();
        for root in &mut self.roots {
            let mut reason = root.renew.filter(|_| now >= root.opened + RENEW);
            if now >= root.checked + self.options.root_check {
                root.checked = now;
                if root.eye.is_stale() {
                    reason = reason.max(Some(Reason::Root));
                }
            }
            if now >= root.looked + self.options.full_look {
                reason = reason.max(Some(Reason::Regular));
            }
            if let Some(reason) = reason {
                // Made anew each time: a watch that was lost silently is back after this, at the price of one walk.
                root.eye = open(root.index, &root.path, self.options, &self.sender);
                (root.looked, root.polled, root.opened, root.renew) = (now, now, now, None);
                self.batch.hear_all(root.index, reason);
            }
            let Some((blind, _)) = root.eye.blind().filter(|_| root.eye.is_open()) else { continue };
            if now >= root.polled + self.options.poll {
                root.polled = now;
                if blind.iter().any(String::is_empty) {
                    self.batch.hear_all(root.index, Reason::Poll);
                }
                for path in blind.iter().filter(|path| !path.is_empty()) {
                    self.batch.hear(root.index, path.clone(), News::Written, now);
                }
            }
        }
        self.tell_blindness();
    }

    /// Rings what is due; `false` when nobody will ever answer.
    fn ring(&mut self, rope: &bells::Sender<Bell>) -> bool {
        let now = Instant::now();
        if self.outbox.is_empty() && self.batch.is_due(now) {
            self.outbox.extend(self.batch.take(now));
        }
        while let Some(bell) = self.outbox.pop_front() {
            match rope.try_send(bell) {
                Ok(()) => {}
                Err(TrySendError::Full(bell)) => {
                    self.outbox.push_front(bell);
                    return true;
                }
                Err(TrySendError::Closed(_)) => return false,
            }
        }
        !rope.is_closed()
    }

    fn tell_blindness(&mut self) {
        for root in &mut self.roots {
            let blindness = root.eye.blind().map(|(_, blindness)| blindness);
            if blindness == root.told {
                continue;
            }
            root.told = blindness;
            let Some((blind, why)) = root.eye.blind() else { continue };
            let Some(message) = describe(why, blind.len(), self.options.poll) else { continue };
            let problem = Problem::warning(root.path.to_string_lossy(), message);
            self.outbox.push_back(Bell::Trouble { root: root.index, problem });
        }
    }
}

/// What to tell about folders that can't be watched; `None` where that was asked for.
fn describe(why: Blindness, folders: usize, poll: Duration) -> Option<String> {
    let seconds = poll.as_secs_f64();
    Some(match why {
        Blindness::Asked => return None,
        Blindness::Watches => format!(
            "the kernel's limit of watches is reached: folders without one ({folders} and all below) are looked at \
             every {seconds} s instead; raise it with `sysctl fs.inotify.max_user_watches=1048576` and restart"
        ),
        Blindness::Instances => format!(
            "the kernel gives no inotify instance, so the folder is looked at every {seconds} s instead; raise \
             `sysctl fs.inotify.max_user_instances=1024`, or the limit of open files, and restart"
        ),
        Blindness::Network => format!(
            "the folder is on a network file system, where events don't come from other machines, so it is looked \
             at every {seconds} s"
        ),
        Blindness::Refused => format!(
            "the kernel refuses to watch {folders} folders, so they are looked at every {seconds} s instead; check \
             their permissions"
        ),
    })
}
