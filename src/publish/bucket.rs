//! A site in a bucket of an object store: S3 and everything compatible, Google Cloud Storage, Azure, a local folder.
//!
//! Only what changed is uploaded; the manifest, an object of its own, tells what stands there. Each object is replaced
//! in one step, and what is linked to comes before what links to it. Whoever writes first puts a claim into the
//! manifest, on the condition that it is still the one he has read: two writers never mix their editions, and a writer
//! that was killed leaves a claim that says which objects are in doubt.

mod error;
mod goods;
mod manifest;
mod plan;
mod run;
mod store;

use std::ffi::OsString;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use chrono::{DateTime, Utc};
use object_store::ObjectStore;

pub use error::BucketError;
pub use goods::Stored;

use crate::problem::Problem;
use crate::site::Site;
use manifest::Manifest;
use store::Store;

/// Which bucket, and how it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// `s3://bucket`, `gs://bucket`, `az://container`, `file:///folder`. No credentials: these come from the
    /// environment or the files that the stores' own tools use.
    pub url: String,
    /// What stands before every key, without slashes around it; empty for none.
    pub prefix: String,
    /// The address of a store that is compatible with S3 or Azure.
    pub endpoint: Option<String>,
    /// The region of an S3 bucket, where neither the environment nor a profile names it.
    pub region: Option<String>,
    /// In which coding texts are kept.
    pub stored: Stored,
    /// How long withdrawn objects stay, for caches that still lead to them.
    pub grace: Duration,
    /// Requests under way at once.
    pub parallel: usize,
    /// How long the claim of another writer holds that gives no sign of life.
    pub lease: Duration,
}

impl Default for Settings {
    /// No address, a grace of an hour, sixteen requests at once.
    fn default() -> Self {
        Self {
            url: String::new(),
            prefix: String::new(),
            endpoint: None,
            region: None,
            stored: Stored::Plain,
            grace: Duration::from_secs(3600),
            parallel: 16,
            lease: Duration::from_secs(60),
        }
    }
}

/// What a publication did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// Objects uploaded.
    pub uploaded: usize,
    /// Their bytes as sent.
    pub bytes: u64,
    /// Objects that stood there already.
    pub unchanged: usize,
    /// Withdrawn objects that were deleted.
    pub deleted: usize,
    /// Withdrawn objects that are deleted when their grace is over.
    pub leaving: usize,
    /// When that is for the next of them.
    pub next_deletion: Option<DateTime<Utc>>,
    /// Requests sent, repetitions included.
    pub requests: u64,
    /// The addresses at which something else stands than before.
    pub changed: Vec<String>,
    /// Assets that could not be read: left out, an earlier copy left in place.
    pub problems: Vec<Problem>,
}

/// Called with the objects done and their number in all.
pub type Progress = dyn Fn(usize, usize) + Send + Sync;

/// A bucket that is published to, with what it is known to hold.
pub struct Bucket {
    store: Store,
    settings: Settings,
    /// Who writes: the same after a restart, another for every other feedroom.
    writer: String,
    known: Option<Known>,
}

/// The manifest as it was last read or written by us, and the site that it tells of.
struct Known {
    manifest: Manifest,
    version: object_store::UpdateVersion,
    site: Option<Arc<Site>>,
}

impl Bucket {
    /// A bucket by its settings. Nothing is asked of it yet. `env` is the environment, for credentials.
    ///
    /// # Errors
    /// The address means nothing, or there is something wrong with the credentials' form.
    pub fn open(
        settings: Settings,
        writer: String,
        env: &dyn Fn(&str) -> Option<OsString>,
    ) -> Result<Self, BucketError> {
        let store = store::open(&settings, env)?;
        Ok(Self { store, settings, writer, known: None })
    }

    /// A bucket in a store that is there already.
    pub fn over(store: Arc<dyn ObjectStore>, settings: Settings, writer: String) -> Self {
        let store = Store { objects: store, is_remote: true, requests: Arc::default() };
        Self { store, settings, writer, known: None }
    }

    /// Publishes a site. What is in the bucket already is not sent again, unless `anew`: then everything is uploaded,
    /// whatever stands there and whatever the manifest says.
    ///
    /// # Errors
    /// The store refused, could not be reached for a minute, or belongs to another writer. Every object is whole, no
    /// feed links to what is not there, and the next publication goes on from here.
    pub async fn publish(
        &mut self,
        site: Arc<Site>,
        now: DateTime<Utc>,
        anew: bool,
        progress: Arc<Progress>,
    ) -> Result<Report, BucketError> {
        let before = self.store.requests.load(Relaxed);
        let done = run::publish(self, site, now, anew, progress).await;
        if done.is_err() {
            self.known = None;
        }
        done.map(|report| Report { requests: self.store.requests.load(Relaxed) - before, ..report })
    }
}

/// Publishes once, in a runtime of its own. Call it outside of any.
///
/// # Errors
/// As of [`Bucket::publish`].
pub fn publish(
    bucket: &mut Bucket,
    site: Site,
    now: DateTime<Utc>,
    anew: bool,
    progress: Arc<Progress>,
) -> Result<Report, BucketError> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(BucketError::System)?;
    runtime.block_on(bucket.publish(Arc::new(site), now, anew, progress))
}

/// The name under which a state folder writes: drawn once, and another on every machine, should the folder be copied.
///
/// # Errors
/// The folder can't be written to.
pub fn writer(state: &Path) -> std::io::Result<String> {
    let path = state.join("writer");
    let drawn = match std::fs::read_to_string(&path) {
        Ok(drawn) if !drawn.trim().is_empty() => drawn,
        _ => {
            let drawn = uuid::Uuid::new_v4().to_string();
            std::fs::create_dir_all(state)?;
            std::fs::write(&path, &drawn)?;
            drawn
        }
    };
    let machine = std::fs::read_to_string("/etc/machine-id").unwrap_or_default();
    Ok(blake3::hash(format!("{}\n{}", drawn.trim(), machine.trim()).as_bytes()).to_hex()[..16].to_string())
}
