//! The outbox: carries each new site to the bucket, the CDN and the hubs, in the background and in this order.
//!
//! Nothing here is ever waited for: the press room leaves the newest site and goes on. A place that is slow, down or
//! refuses is tried again with growing pauses, holds up no other, and is told of the newest state, not of all between.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::sleep;

use crate::clock;
use crate::config;
use crate::http::{Client, Outlets};
use crate::publish::bucket::{self, Bucket};
use crate::publish::purge;
use crate::publish::websub::{self, Feeds, Told};
use crate::site::Site;

/// How long a hub or a CDN may take to answer.
const PATIENCE: Duration = Duration::from_secs(30);
/// A hub is told of everything that changed, then left alone for so long.
const ROUND: Duration = Duration::from_secs(2);
/// The first and the longest pause after a failure.
const PAUSES: (Duration, Duration) = (Duration::from_secs(2), Duration::from_secs(300));
/// How often a CDN is asked to purge before the hubs are told all the same.
const PURGES: u32 = 3;
/// Where it is remembered what the hubs were told.
const TOLD: &str = "told-hubs.json";

/// A site on its way out.
#[derive(Clone)]
struct Outgoing {
    site: Arc<Site>,
    base_url: String,
    hubs: Vec<String>,
    bucket: Option<bucket::Settings>,
    purge: Option<purge::Settings>,
}

/// Where the press room leaves each new site.
pub(super) struct Outbox {
    newest: watch::Sender<Option<Outgoing>>,
}

impl Outbox {
    /// Starts the carrier, in the runtime of the caller. `state` is where things are remembered; `None`: nowhere.
    pub fn start(state: Option<PathBuf>, outlets: Arc<Outlets>) -> Self {
        let (newest, inbox) = watch::channel(None);
        tokio::spawn(Carrier::new(state, outlets).work(inbox));
        Self { newest }
    }

    /// Leaves a site that is public from now on.
    pub fn leave(&self, site: Arc<Site>, settings: &config::Settings) {
        let outgoing = Outgoing {
            site,
            base_url: settings.newsroom.base_url.clone(),
            hubs: settings.newsroom.hubs.clone(),
            bucket: settings.bucket.clone(),
            purge: settings.purge.clone(),
        };
        self.newest.send_replace(Some(outgoing));
    }
}

/// Something did not get through and was told of; it is tried again.
struct Failed;

struct Carrier {
    state: Option<PathBuf>,
    outlets: Arc<Outlets>,
    client: Client,
    bucket: Option<(bucket::Settings, Bucket)>,
    /// The site that the CDN has, as far as is known.
    before: Option<Arc<Site>>,
    /// Keys to purge.
    stale: BTreeSet<String>,
    feeds: watch::Sender<Feeds>,
    told: Arc<Mutex<Told>>,
    hubs: BTreeMap<String, JoinHandle<()>>,
}

impl Carrier {
    fn new(state: Option<PathBuf>, outlets: Arc<Outlets>) -> Self {
        let told = state.as_ref().and_then(|state| std::fs::read_to_string(state.join(TOLD)).ok());
        Self {
            state,
            outlets,
            client: Client::new(PATIENCE),
            bucket: None,
            before: None,
            stale: BTreeSet::new(),
            feeds: watch::Sender::new(Feeds::new()),
            told: Arc::new(Mutex::new(Told::parse(&told.unwrap_or_default()))),
            hubs: BTreeMap::new(),
        }
    }

    async fn work(mut self, mut inbox: watch::Receiver<Option<Outgoing>>) {
        let mut failures = 0;
        let mut again: Option<Duration> = None;
        loop {
            tokio::select! {
                changed = inbox.changed() => if changed.is_err() { return },
                () = sleep(again.unwrap_or_default()), if again.is_some() => {}
            }
            let Some(outgoing) = inbox.borrow_and_update().clone() else { continue };
            match self.carry(&outgoing).await {
                Ok(next) => {
                    failures = 0;
                    again = next.map(|at| (at - clock::now()).to_std().unwrap_or_default() + Duration::from_secs(1));
                }
                Err(Failed) => {
                    again = Some(pause(failures));
                    failures += 1;
                }
            }
        }
    }

    /// Carries a site everywhere. Gives the instant at which there is something to do again.
    async fn carry(&mut self, outgoing: &Outgoing) -> Result<Option<DateTime<Utc>>, Failed> {
        let mut next = None;
        match &outgoing.bucket {
            Some(settings) => {
                let report = self.fill_bucket(settings, &outgoing.site).await?;
                next = report.next_deletion;
                self.stale.extend(purge::keys(report.changed.iter().map(String::as_str)));
            }
            None if outgoing.purge.is_some() => self.stale.extend(changed(self.before.as_deref(), &outgoing.site)),
            None => {}
        }
        self.before = Some(Arc::clone(&outgoing.site));
        let purged = match &outgoing.purge {
            Some(settings) => self.purge(settings).await,
            None => {
                self.stale.clear();
                Ok(())
            }
        };
        self.follow_hubs(&outgoing.hubs);
        // Whoever is told now fetches what is public now.
        let feeds = websub::feeds(&outgoing.site, &outgoing.base_url);
        self.feeds.send_if_modified(|known| std::mem::replace(known, feeds) != *known);
        purged.map(|()| next)
    }

    async fn fill_bucket(&mut self, settings: &bucket::Settings, site: &Arc<Site>) -> Result<bucket::Report, Failed> {
        let name = settings.url.clone();
        if self.bucket.as_ref().is_none_or(|(known, _)| known != settings) {
            if let Some((old, _)) = self.bucket.take() {
                self.outlets.forget(&old.url);
            }
            let opened = self.writer().and_then(|writer| {
                let env = |name: &str| std::env::var_os(name);
                Bucket::open(settings.clone(), writer, &env).map_err(|error| error.to_string())
            });
            match opened {
                Ok(bucket) => self.bucket = Some((settings.clone(), bucket)),
                Err(why) => return Err(self.failed(&name, "bucket", why)),
            }
        }
        let Some((_, bucket)) = &mut self.bucket else { return Err(Failed) };
        let (outlets, shown) = (Arc::clone(&self.outlets), name.clone());
        let progress = move |done: usize, all: usize| {
            outlets.tell(&shown, "bucket", |outlet| outlet.waiting = all.saturating_sub(done));
        };
        match bucket.publish(Arc::clone(site), clock::now(), false, Arc::new(progress)).await {
            Ok(report) => {
                if report.uploaded + report.deleted > 0 {
                    tracing::info!(
                        "{name}: {} objects uploaded, {} deleted, {} requests",
                        report.uploaded,
                        report.deleted,
                        report.requests
                    );
                }
                let problem = report.problems.first().map(ToString::to_string);
                self.succeeded(&name, "bucket", problem);
                Ok(report)
            }
            Err(error) => Err(self.failed(&name, "bucket", error.to_string())),
        }
    }

    fn writer(&self) -> Result<String, String> {
        match &self.state {
            Some(state) => {
                bucket::writer(state).map_err(|error| format!("cannot write below {}: {error}", state.display()))
            }
            None => Ok(uuid::Uuid::new_v4().to_string()),
        }
    }

    /// Asks the CDN to forget what is stale. What it was not told stays to be told.
    async fn purge(&mut self, settings: &purge::Settings) -> Result<(), Failed> {
        let name = settings.url.clone();
        let env = |name: &str| std::env::var_os(name);
        let mut tries = 0;
        while !self.stale.is_empty() {
            match purge::purge(&self.client, settings, &self.stale, &env).await {
                Ok(()) => {
                    self.stale.clear();
                    self.succeeded(&name, "purge", None);
                }
                Err(why) => {
                    let failed = self.failed(&name, "purge", why);
                    tries += 1;
                    if tries == PURGES {
                        return Err(failed);
                    }
                    sleep(pause(tries - 1)).await;
                }
            }
        }
        Ok(())
    }

    /// A teller for each hub, so that a slow one holds up no other.
    fn follow_hubs(&mut self, hubs: &[String]) {
        let gone: Vec<String> = self.hubs.keys().filter(|hub| !hubs.contains(hub)).cloned().collect();
        for hub in gone {
            if let Some(teller) = self.hubs.remove(&hub) {
                teller.abort();
            }
            self.outlets.forget(&hub);
        }
        for hub in hubs.iter().filter(|hub| !self.hubs.contains_key(*hub)).cloned().collect::<Vec<_>>() {
            let teller = Teller {
                hub: hub.clone(),
                client: self.client.clone(),
                told: Arc::clone(&self.told),
                memory: self.state.as_ref().map(|state| state.join(TOLD)),
                outlets: Arc::clone(&self.outlets),
            };
            self.hubs.insert(hub, tokio::spawn(teller.work(self.feeds.subscribe())));
        }
    }

    fn succeeded(&self, name: &str, kind: &'static str, trouble: Option<String>) {
        succeeded(&self.outlets, name, kind, 0);
        self.outlets.tell(name, kind, |outlet| outlet.trouble = trouble);
    }

    fn failed(&self, name: &str, kind: &'static str, why: String) -> Failed {
        failed(&self.outlets, name, kind, why);
        Failed
    }
}

/// Tells one hub.
struct Teller {
    hub: String,
    client: Client,
    told: Arc<Mutex<Told>>,
    memory: Option<PathBuf>,
    outlets: Arc<Outlets>,
}

impl Teller {
    async fn work(self, mut feeds: watch::Receiver<Feeds>) {
        let mut failures = 0;
        loop {
            let newest = feeds.borrow_and_update().clone();
            let news = self.told().news(&self.hub, &newest);
            let Some((url, etag)) = news.first().cloned() else {
                if feeds.changed().await.is_err() {
                    return;
                }
                continue;
            };
            self.outlets.tell(&self.hub, "hub", |outlet| outlet.waiting = news.len());
            match websub::ping(&self.client, &self.hub, &url).await {
                Ok(()) => {
                    failures = 0;
                    let text = {
                        let mut told = self.told();
                        told.note(&self.hub, url, etag);
                        told.to_text()
                    };
                    succeeded(&self.outlets, &self.hub, "hub", news.len() - 1);
                    self.remember(&text);
                    if news.len() == 1 {
                        sleep(ROUND).await;
                    }
                }
                Err(refusal) => {
                    failed(&self.outlets, &self.hub, "hub", refusal.why);
                    sleep(refusal.pause.unwrap_or_default().max(pause(failures))).await;
                    failures += 1;
                }
            }
        }
    }

    fn told(&self) -> std::sync::MutexGuard<'_, Told> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// In one step; what is lost means that a hub is told once more.
    fn remember(&self, text: &str) {
        let Some(memory) = &self.memory else { return };
        let aside = memory.with_extension("new");
        let written = std::fs::write(&aside, text).and_then(|()| std::fs::rename(&aside, memory));
        if let Err(error) = written {
            tracing::warn!("cannot write {}: {error}", memory.display());
        }
    }
}

fn succeeded(outlets: &Outlets, name: &str, kind: &'static str, waiting: usize) {
    outlets.tell(name, kind, |outlet| {
        if outlet.trouble.take().is_some() {
            tracing::info!("{kind} {name}: works again");
        }
        outlet.done += 1;
        outlet.waiting = waiting;
        outlet.last = Some(clock::now().into());
    });
}

/// Each trouble is told once, until it is another or over.
fn failed(outlets: &Outlets, name: &str, kind: &'static str, why: String) {
    outlets.tell(name, kind, |outlet| {
        if outlet.trouble.as_ref() != Some(&why) {
            tracing::warn!("{kind} {name}: {why}; the site here is served as ever, and this is tried again");
        }
        outlet.failed += 1;
        outlet.trouble = Some(why);
    });
}

/// The keys of what is other than in the site before. Without one nothing is known, and a CDN that keeps answers for
/// minutes has forgotten them by itself.
fn changed(before: Option<&Site>, site: &Site) -> BTreeSet<String> {
    let Some(before) = before else { return BTreeSet::new() };
    let came_or_changed = site.paths().filter(|path| !site.is_same_page(before, path));
    // Lists and pages of topics change with a feed beside them, and have its key.
    let told = |path: &String| {
        path.starts_with("/items/") || path.starts_with("/assets/") || site.resources.contains_key(path)
    };
    let went = before.paths().filter(|path| !site.holds(path));
    purge::keys(came_or_changed.filter(told).chain(went).collect::<Vec<_>>().iter().map(String::as_str))
}

/// How long to wait after so many failures: twice as long each time, up to a half less by chance, so that many
/// feedrooms that failed at once don't come back at once.
fn pause(failures: u32) -> Duration {
    let longest = PAUSES.0.saturating_mul(2_u32.saturating_pow(failures.min(16))).min(PAUSES.1);
    let chance = uuid::Uuid::new_v4().as_u128() as u32;
    longest.mul_f64(0.5 + f64::from(chance) / f64::from(u32::MAX) / 2.0)
}
