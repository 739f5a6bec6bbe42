//! The press room: one thread that looks, prints and swaps, whenever an order or a timer says so.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use arc_swap::ArcSwap;
use chrono::{DateTime, Utc};
use tokio::sync::oneshot;

use super::outbox::Outbox;
use super::systemd::{self, Pulse};
use super::watch::Watch;
use super::{DaemonError, Plan, serving};
use crate::clock;
use crate::config::{self, Colour, ConfigError};
use crate::folder::Bell;
use crate::http::Status;
use crate::ledger::{LedgerError, Tidier};
use crate::press::{self, Impression, Press};
use crate::problem::{Problem, Severity};
use crate::site::Site;

/// While an item waits for its time the clock is looked at this often, so that it opens within the second even
/// when the clock is set meanwhile.
const OPENING: Duration = Duration::from_millis(400);
/// A file that was being written is looked at again after this long.
const WRITING: Duration = Duration::from_millis(200);
/// While something is held, the ledger is asked this often whether somebody has confirmed it.
const CONFIRMING: Duration = Duration::from_secs(1);
/// After the ledger could not remember (a full disk), how long until the next try.
const RETRY: Duration = Duration::from_secs(2);

/// While the first look lasts, what started the daemon is told this often how far it has come.
const TELLING: Duration = Duration::from_secs(1);
/// So long after a site nothing else came: time to compress what was not asked for yet.
const CALM: Duration = Duration::from_secs(1);
/// However many changes follow one another, what was served is remembered this often.
const MEMORY: Duration = Duration::from_secs(10);

/// Something for the press room to do.
pub(super) enum Order {
    /// Look.
    Bell(Bell),
    /// Read the configuration again.
    Reload,
    /// Come to the end.
    Stop,
}

/// What holds from start to end, by its key in the configuration.
type Fixed = [(&'static str, String); 10];

/// The press room.
pub(super) struct Room {
    press: Press,
    site: Arc<ArcSwap<Site>>,
    status: Arc<ArcSwap<Status>>,
    started: DateTime<Utc>,
    settings: fn(&config::Settings) -> press::Settings,
    reload: Box<dyn Fn() -> Result<config::Settings, ConfigError> + Send>,
    watch: Watch,
    outbox: Outbox,
    /// As read last.
    current: config::Settings,
    /// Where the site is served.
    bound: Option<SocketAddr>,
    /// What a reload can't change: the sockets, and the ledger.
    fixed: Fixed,
    /// Problems told already.
    told: BTreeSet<Problem>,
    /// When what is public changes next without any file.
    next_change: Option<DateTime<Utc>>,
    /// Whether something was read that could not be published yet, and since when.
    unpublished: Option<Instant>,
    held: bool,
    /// Why it could not be published yet.
    trouble: Option<Problem>,
    /// What is wrong with the configuration that is not used because of it.
    mistakes: Vec<Problem>,
    /// The newsroom as last published.
    state: Status,
    /// What the service manager was told last.
    said: String,
    pulse: Pulse,
    /// When the site was made, until its bodies are compressed.
    fresh: Option<Instant>,
    /// When what was served was last remembered.
    remembered: Instant,
    /// Tidies the ledger in the background.
    tidier: Option<Arc<Mutex<Tidier>>>,
}

impl Room {
    pub fn new(
        plan: Plan,
        site: Arc<ArcSwap<Site>>,
        status: Arc<ArcSwap<Status>>,
        watch: Watch,
        outbox: Outbox,
        bound: Option<SocketAddr>,
        pulse: Pulse,
    ) -> Self {
        let fixed = fixed(&plan.settings);
        let press = Press::new((plan.press)(&plan.settings), plan.ledger);
        let tidier = press.ledger().tidier().unwrap_or_else(|error| {
            tracing::warn!("the ledger tidies itself, which may delay a change: {error}");
            None
        });
        Self {
            press,
            site,
            status,
            started: clock::now(),
            settings: plan.press,
            reload: plan.reload,
            watch,
            outbox,
            current: plan.settings,
            bound,
            fixed,
            told: BTreeSet::new(),
            next_change: None,
            unpublished: None,
            held: false,
            trouble: None,
            mistakes: Vec::new(),
            state: Status::default(),
            said: String::new(),
            pulse,
            fresh: None,
            remembered: Instant::now(),
            tidier: tidier.map(|tidier| Arc::new(Mutex::new(tidier))),
        }
    }

    /// Serves the last site or else makes the first, says so, and works until told to stop.
    pub fn work(mut self, inbox: &Receiver<Order>, ready: oneshot::Sender<Result<(), DaemonError>>) {
        join_workers();
        if self.press.ledger().is_new() {
            self.look_first();
            let first = self.print().map_err(DaemonError::from);
            let failed = first.is_err();
            if ready.send(first).is_err() || failed {
                return;
            }
        } else {
            // Subscribers don't wait until every file has been read.
            let last = self.recall().map_err(DaemonError::from);
            let failed = last.is_err();
            if ready.send(last).is_err() || failed {
                return;
            }
            self.press.resume();
            self.look();
            self.publish();
        }
        self.press.watch();
        loop {
            let wait = self.wait();
            let order = match wait {
                Some(wait) => inbox.recv_timeout(wait),
                None => inbox.recv().map_err(|_| RecvTimeoutError::Disconnected),
            };
            self.pulse.beat();
            match order {
                Ok(Order::Stop) | Err(RecvTimeoutError::Disconnected) => return self.remember(),
                Ok(order) => {
                    let mut changed = self.take(order);
                    // What came meanwhile is part of the same change.
                    while let Ok(order) = inbox.try_recv() {
                        if matches!(order, Order::Stop) {
                            return self.remember();
                        }
                        changed |= self.take(order);
                    }
                    if changed {
                        self.publish();
                    }
                }
                Err(RecvTimeoutError::Timeout) => self.tick(),
            }
        }
    }

    /// How long there is nothing to do without an order.
    fn wait(&self) -> Option<Duration> {
        [
            self.pulse.wanted(),
            self.next_change.map(|_| OPENING),
            self.press.is_waiting().then_some(WRITING),
            self.held.then_some(CONFIRMING),
            self.unpublished.map(|since| RETRY.saturating_sub(since.elapsed())),
            self.fresh.map(|since| CALM.saturating_sub(since.elapsed())),
        ]
        .into_iter()
        .flatten()
        .min()
    }

    /// Looks at everything, and shows meanwhile that it is alive.
    fn look(&mut self) -> bool {
        let pulse = self.pulse.clone();
        self.press.look(&|_, _| pulse.beat())
    }

    /// The first look of all: whoever starts the daemon waits for it, and is told how far it has come.
    fn look_first(&mut self) {
        let told = Mutex::new(Instant::now());
        self.press.look(&|done, of| {
            if let Ok(mut told) = told.try_lock()
                && told.elapsed() >= TELLING
            {
                *told = Instant::now();
                systemd::starting(done, of);
            }
        });
    }

    fn tick(&mut self) {
        let opened = self.next_change.is_some_and(|at| at <= clock::now());
        let written = self.press.is_waiting() && self.press.look_again();
        let retry = self.unpublished.is_some_and(|since| since.elapsed() >= RETRY);
        let confirmed = self.held && self.press.ledger().is_confirmed().unwrap_or(false);
        if opened || written || retry || confirmed {
            self.publish();
        }
        if self.fresh.is_some_and(|since| since.elapsed() >= CALM) {
            self.fresh = None;
            let site = self.site.load_full();
            std::thread::spawn(move || site.warm());
            self.remember();
            self.tidy();
        }
    }

    /// Remembers what was rendered for those who asked.
    fn remember(&mut self) {
        self.remembered = Instant::now();
        if let Err(error) = self.press.remember(clock::now()) {
            tracing::warn!("what was read and served is not remembered: {error}");
        }
    }

    /// Carries an order out; whether there is something to publish.
    fn take(&mut self, order: Order) -> bool {
        match order {
            Order::Bell(Bell::Look { root, paths }) => self.press.look_at(root, &paths),
            Order::Bell(Bell::LookAll { .. }) => self.look(),
            Order::Bell(Bell::Trouble { problem, .. }) => {
                tell(&problem);
                false
            }
            Order::Reload => {
                systemd::reloading();
                let changed = self.reconfigure();
                systemd::reloaded();
                changed
            }
            Order::Stop => false,
        }
    }

    fn reconfigure(&mut self) -> bool {
        match (self.reload)() {
            Ok(mut settings) => {
                super::name_address(&mut settings, self.bound);
                if let Err(error) = self.watch.follow(&settings) {
                    tracing::error!("the folders of the new configuration can't be watched: {error}");
                }
                self.press.reconfigure((self.settings)(&settings));
                self.current = settings.clone();
                self.mistakes.clear();
                self.look();
                self.press.watch();
                tracing::info!("configuration read again");
                for ((key, _), _) in self.fixed.iter().zip(fixed(&settings)).filter(|(old, new)| **old != *new) {
                    tracing::warn!("`{key}` has changed; the change takes effect at the next start");
                }
                true
            }
            Err(error) => {
                tracing::error!("the new configuration is not used, the old one stays:\n{}", error.show(Colour::Never));
                self.mistakes = error.problems();
                self.tell_state();
                false
            }
        }
    }

    fn publish(&mut self) {
        if let Err(error) = self.print() {
            let message = format!("what was read can't be published yet, the last site stays: {error}");
            if self.trouble.is_none() {
                tracing::error!("{message}");
            }
            self.trouble = Some(Problem::error("ledger", message));
            self.unpublished = Some(Instant::now());
            self.tell_state();
        }
    }

    /// Serves what was published last, before any file is read.
    fn recall(&mut self) -> Result<(), LedgerError> {
        let (now, began) = (clock::now(), Instant::now());
        self.press.find_assets();
        let impression = self.press.recall(now)?;
        tracing::info!("serving {} items as last published", impression.edition.items.len());
        self.show(impression, now, began);
        Ok(())
    }

    /// Prints a site of this instant and swaps it in.
    fn print(&mut self) -> Result<(), LedgerError> {
        let (now, began) = (clock::now(), Instant::now());
        let impression = self.press.publish(now)?;
        self.unpublished = None;
        self.trouble = None;
        self.report(&impression);
        self.show(impression, now, began);
        self.outbox.leave(self.site.load_full(), &self.current);
        Ok(())
    }

    fn show(&mut self, mut impression: Impression, now: DateTime<Utc>, began: Instant) {
        self.next_change = impression.outcome.next_change;
        serving::dress(&mut impression.site, &self.current.server);
        self.state = super::status::of(&impression, self.started, now, began.elapsed());
        self.tell_state();
        self.site.store(Arc::new(impression.site));
        // The first answers compress what they need; the rest is made when no change follows.
        self.fresh = Some(Instant::now());
        if self.remembered.elapsed() > MEMORY {
            self.remember();
            self.tidy();
        }
    }

    /// Tidies the ledger without waiting for it.
    fn tidy(&self) {
        if let Some(tidier) = self.tidier.clone() {
            std::thread::spawn(move || {
                let tidied = tidier.lock().unwrap_or_else(PoisonError::into_inner).tidy();
                tidied.unwrap_or_else(|error| tracing::warn!("the ledger is not tidied: {error}"));
            });
        }
    }

    /// Tells the status page and the service manager how things are.
    fn tell_state(&mut self) {
        let mut state = self.state.clone();
        state.problems.splice(0..0, self.mistakes.iter().chain(&self.trouble).cloned());
        let mut said = super::status::headline(&self.state);
        if self.trouble.is_some() {
            said.push_str("; nothing new can be published, see the log");
        }
        if !self.mistakes.is_empty() {
            said.push_str("; the new configuration has mistakes, the old one stays");
        }
        if said != self.said {
            systemd::status(&said);
            self.said = said;
        }
        self.status.store(Arc::new(state));
    }

    /// Tells what is new about the input: each problem once, until it is gone.
    fn report(&mut self, impression: &Impression) {
        let now: BTreeSet<Problem> = impression.problems.iter().cloned().collect();
        now.difference(&self.told).for_each(tell);
        self.told = now;
        let held = impression.outcome.held.as_ref();
        if let Some(held) = held
            && !self.held
        {
            let held = held.reasons.join("; ");
            tracing::error!("held: {held}; the last site stays until `feedroom ledger confirm`");
        }
        self.held = held.is_some();
        let items = impression.edition.items.len();
        let serious = self.told.iter().filter(|p| p.severity > Severity::Note).count();
        if !self.held {
            let count = super::status::count;
            let (items, files) = (count(items, "item"), count(impression.files, "file"));
            tracing::info!("published: {items} from {files}, {}", count(serious, "problem"));
        }
    }
}

/// Makes this thread one of those that share work on all cores: for a single file no other has to be woken. There is
/// one more at least, for others that share work while this thread sleeps.
fn join_workers() {
    let workers = std::thread::available_parallelism().map_or(2, usize::from).max(2);
    // Where they are at work already all goes on, a little slower.
    let _ = rayon::ThreadPoolBuilder::new().num_threads(workers).use_current_thread().build_global();
}

fn fixed(settings: &config::Settings) -> Fixed {
    [
        ("server.listen", format!("{:?}", settings.listen)),
        ("server.admin", format!("{:?}", settings.admin)),
        ("server.certificate", format!("{:?}", settings.server.tls.as_ref().map(|(certificate, _)| certificate))),
        ("server.key", format!("{:?}", settings.server.tls.as_ref().map(|(_, key)| key))),
        ("server.proxies", format!("{:?}", settings.server.proxies)),
        ("server.cache_tags", format!("{:?}", settings.server.cache_tags)),
        ("limits", format!("{:?}", settings.server.limits)),
        ("log", format!("{:?}", settings.log)),
        ("watch.configuration", settings.watch.configuration.to_string()),
        ("state.dir", settings.state_dir.display().to_string()),
    ]
}

fn tell(problem: &Problem) {
    match problem.severity {
        Severity::Error => tracing::error!("{problem}"),
        Severity::Warning => tracing::warn!("{problem}"),
        Severity::Note => tracing::debug!("{problem}"),
    }
}
