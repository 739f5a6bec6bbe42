//! The daemon: keeps the served site up with the folder.
//!
//! One thread, the press room, owns the press and is the only writer; it swaps each new site in behind one pointer,
//! from which the server's tasks answer. Bells, signals and timers reach the press room as orders.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc;

use arc_swap::ArcSwap;
use tokio::runtime::Handle;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::oneshot;

use crate::config::{self, ConfigError};
use crate::http::{self, Listener};
use crate::ledger::{Ledger, LedgerError};
use crate::press;
use crate::site::Site;

mod configured;
mod outbox;
mod room;
mod serving;
mod status;
mod systemd;
mod watch;

use outbox::Outbox;
pub use serving::dress;

use room::{Order, Room};
use watch::Watch;

/// Connections at once to the admin listener: a few people and programs, who are not to take the public's files.
const ADMIN_CONNECTIONS: usize = 64;

/// What the daemon is started with.
pub struct Plan {
    /// The settings to begin with.
    pub settings: config::Settings,
    /// What the press works with, out of the settings.
    pub press: fn(&config::Settings) -> press::Settings,
    /// Reads the settings again, as at the start.
    pub reload: Box<dyn Fn() -> Result<config::Settings, ConfigError> + Send>,
    /// The record of what was published.
    pub ledger: Ledger,
    /// Where else something may be remembered; `None`: nowhere.
    pub state: Option<PathBuf>,
}

/// Where the daemon listens, as a person would type it: `http://127.0.0.1:8080`, `unix:/run/feedroom.sock`.
pub struct Addresses {
    /// For everybody.
    pub public: Vec<String>,
    /// For health, metrics and status.
    pub admin: Vec<String>,
    /// The public address that feeds and pages link to, ending in `/`.
    pub base_url: String,
}

/// Why the daemon can't run.
#[derive(Debug)]
pub enum DaemonError {
    /// A socket, a thread, a signal: what the system says, with what was tried.
    System(io::Error),
    /// The ledger could not remember the first look.
    Ledger(LedgerError),
}

impl std::fmt::Display for DaemonError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            DaemonError::System(error) => error.fmt(f),
            DaemonError::Ledger(error) => error.fmt(f),
        }
    }
}

impl From<io::Error> for DaemonError {
    fn from(error: io::Error) -> Self {
        DaemonError::System(error)
    }
}

impl From<LedgerError> for DaemonError {
    fn from(error: LedgerError) -> Self {
        DaemonError::Ledger(error)
    }
}

/// Runs until SIGTERM or SIGINT. `say` is told the addresses once the first site is served.
///
/// # Errors
/// An address that can't be bound, or a ledger that can't remember; nothing was served then.
pub fn run(mut plan: Plan, say: impl FnOnce(&Addresses)) -> Result<(), DaemonError> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async move {
        let tls = serving::tls(&plan.settings.server)?;
        let listeners = serving::secured(bind(&plan.settings)?, tls.as_ref());
        let admin_listener: Vec<Listener> = plan.settings.admin.iter().map(listen).collect::<io::Result<_>>()?;
        let bound = listeners.iter().find_map(Listener::local_addr);
        name_address(&mut plan.settings, bound);
        let addresses = Addresses {
            base_url: plan.settings.newsroom.base_url.clone(),
            public: listeners.iter().map(Listener::address).collect(),
            admin: admin_listener.iter().map(Listener::address).collect(),
        };
        let limits = serving::limits(&plan.settings);
        let (proxies, tags) = (plan.settings.server.proxies.clone(), plan.settings.server.cache_tags);
        let mut hangup = signal(SignalKind::hangup())?;
        let site = Arc::new(ArcSwap::from_pointee(Site::default()));
        let status = Arc::new(ArcSwap::from_pointee(http::Status::default()));
        let metrics = Arc::new(http::Metrics::default());
        let (orders, inbox) = mpsc::channel();
        let watch = Watch::start(&plan.settings, orders.clone(), Handle::current())?;
        let (pulse, changes) = (systemd::Pulse::new(), orders.clone());
        let settings = plan.settings.clone();
        tokio::spawn(async move { configured::watch(&settings, changes).await });
        let outlets = Arc::new(http::Outlets::default());
        let outbox = Outbox::start(plan.state.take(), outlets.clone());
        let room = Room::new(plan, site.clone(), status.clone(), watch, outbox, bound, pulse.clone());
        let (ready, first_site) = oneshot::channel();
        let thread = std::thread::Builder::new().name("press".to_string()).spawn(move || room.work(&inbox, ready))?;
        first_site.await.map_err(|_| io::Error::other("the press stopped before the first site"))??;
        // From here on the process ends in order; before, there is nothing to put in order.
        let stopped = stopped()?;
        say(&addresses);
        systemd::ready();
        let (_alive, ended) = oneshot::channel();
        tokio::spawn(pulse.tell(ended));
        let reloads = orders.clone();
        tokio::spawn(async move {
            while hangup.recv().await.is_some() && reloads.send(Order::Reload).is_ok() {
                // Whoever renews certificates tells so by a reload.
                if let Some(tls) = tls.clone() {
                    tls.refresh_now().await;
                }
            }
        });
        let public = http::Public::new(site, metrics.clone()).behind(proxies);
        let public = tags.into_iter().fold(public, http::Public::tagging);
        let admin = http::Admin::new(status, metrics).telling_of(outlets);
        let (stop_admin, stopping) = oneshot::channel::<()>();
        let few = http::Limits { connections: Some(ADMIN_CONNECTIONS), ..http::Limits::default() };
        let admin = tokio::spawn(http::serve(admin_listener, Arc::new(admin), few, async {
            let _ = stopping.await;
        }));
        http::serve(listeners, Arc::new(public), limits, stopped).await;
        systemd::stopping();
        drop(stop_admin);
        let _ = admin.await;
        let _ = orders.send(Order::Stop);
        let _ = tokio::task::spawn_blocking(move || thread.join()).await;
        Ok(())
    })
}

/// The sockets of a service manager, else those of the configuration.
fn bind(settings: &config::Settings) -> io::Result<Vec<Listener>> {
    let inherited = Listener::inherited()?;
    if !inherited.is_empty() {
        return Ok(inherited);
    }
    settings.listen.iter().map(listen).collect()
}

fn listen(address: &config::Listen) -> io::Result<Listener> {
    match address {
        config::Listen::Tcp(address) => Listener::tcp(*address),
        config::Listen::Unix(path) => Listener::unix(path),
    }
}

/// Where no public address is set, the one that the site is truly served at stands for it: the system may have chosen
/// the port, a service manager the whole address.
fn name_address(settings: &mut config::Settings, bound: Option<SocketAddr>) {
    let is_derived = settings.origins.get("newsroom.base_url").is_some_and(|origin| origin == "default");
    let scheme = if settings.server.tls.is_some() { config::Scheme::Https } else { config::Scheme::Http };
    if let Some(address) = bound.filter(|_| is_derived).and_then(|bound| config::Listen::Tcp(bound).base_url(scheme)) {
        settings.newsroom.base_url = address;
    }
}

/// Ready when the process is asked to end.
fn stopped() -> io::Result<impl Future<Output = ()>> {
    let mut term = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = term.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}
