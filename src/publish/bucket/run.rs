//! One publication: read the manifest, compare, claim, upload in stages, delete, let go.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::StreamExt;
use object_store::path::Path;
use object_store::{
    Attribute, Attributes, Error as StoreError, ObjectStore, ObjectStoreExt, PutMode, PutMultipartOptions, PutOptions,
    UpdateVersion, WriteMultipart,
};
use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep};

use super::goods::{Goods, Object, address};
use super::manifest::{self, Claim, Manifest};
use super::plan::{Plan, Wanted};
use super::{Bucket, BucketError, Known, Progress, Report};
use crate::problem::Problem;
use crate::site::Site;

/// How often a publication begins again because somebody else has written meanwhile.
const ATTEMPTS: usize = 3;
/// Objects longer than this go up in parts.
const LONG: usize = 16 * 1024 * 1024;
const PART: usize = 8 * 1024 * 1024;

pub(super) async fn publish(
    bucket: &mut Bucket,
    site: Arc<Site>,
    now: DateTime<Utc>,
    anew: bool,
    progress: Arc<Progress>,
) -> Result<Report, BucketError> {
    let goods = Arc::new(
        Goods::new(Arc::clone(&site), bucket.settings.stored).map_err(|address| BucketError::Key { address })?,
    );
    let mut attempt = 1;
    loop {
        let run = Run { bucket, goods: &goods, site: &site, now, anew, progress: &progress };
        match run.go().await {
            // What was known is out of date: read and compare again.
            Err(BucketError::Conflict) if attempt < ATTEMPTS => {
                bucket.known = None;
                attempt += 1;
            }
            done => return done,
        }
    }
}

struct Run<'r> {
    bucket: &'r mut Bucket,
    goods: &'r Arc<Goods>,
    site: &'r Arc<Site>,
    now: DateTime<Utc>,
    anew: bool,
    progress: &'r Arc<Progress>,
}

/// What has become of the work so far.
struct Progressing {
    manifest: Manifest,
    version: UpdateVersion,
    report: Report,
    all: usize,
    /// When the claim was last put into the manifest.
    renewed: Instant,
}

impl Run<'_> {
    async fn go(self) -> Result<Report, BucketError> {
        let known = match self.bucket.known.take() {
            Some(known) if !self.anew => Some(known),
            _ => self.read().await?,
        };
        let known = self.wait_for_others(known).await?;
        let (old, site, version) = match known {
            Some(known) => (known.manifest, known.site, Some(known.version)),
            None => (Manifest::new(), None, None),
        };
        let (wanted, tombs) = self.compare(&old, site).await?;
        let trusted = if self.anew { old.doubted() } else { old.clone() };
        let grace = TimeDelta::from_std(self.bucket.settings.grace).unwrap_or(TimeDelta::MAX);
        let plan = Plan::new(&trusted, &wanted, &tombs, self.now, grace);
        let mut report = Report { unchanged: wanted.len() + tombs.len() - plan.uploads(), ..Report::default() };
        if let (true, None, Some(version)) = (plan.is_empty(), &old.claim, &version) {
            report.tell_of_leaving(&old, grace);
            self.bucket.known =
                Some(Known { manifest: old, version: version.clone(), site: Some(Arc::clone(self.site)) });
            return Ok(report);
        }
        if version.is_none() && !self.anew {
            self.refuse_foreign(&wanted).await?;
        }
        let mut claimed = plan.begin(&trusted, self.now);
        claimed.edition = old.edition + 1;
        claimed.claim = Some(Claim { writer: self.bucket.writer.clone(), beat: 0 });
        let version = self.put_manifest(&claimed, version).await?;
        let (all, renewed) = (plan.uploads(), Instant::now());
        let mut work = Progressing { manifest: claimed, version, report, all, renewed };
        let done = self.carry_out(&plan, &wanted, &tombs, &mut work).await;
        if matches!(done, Err(BucketError::Conflict)) {
            return Err(BucketError::Conflict);
        }
        // Also after a failure: nobody has to wait for a writer that has given up.
        work.manifest.claim = None;
        let let_go = self.put_manifest(&work.manifest, Some(work.version.clone())).await;
        done?;
        let version = let_go?;
        work.report.tell_of_leaving(&work.manifest, grace);
        let site = work.report.problems.is_empty().then(|| Arc::clone(self.site));
        self.bucket.known = Some(Known { manifest: work.manifest, version, site });
        Ok(work.report)
    }

    /// What is wanted, and what is to stand where something is withdrawn. What is the same as in the site that the
    /// manifest tells of is not rendered.
    async fn compare(&self, old: &Manifest, before: Option<Arc<Site>>) -> Result<(Wanted, Wanted), BucketError> {
        let (goods, site, old) = (Arc::clone(self.goods), Arc::clone(self.site), old.clone());
        let work = move || {
            let known = |key: &str, address: &str| {
                let same = before.as_ref().is_some_and(|before| site.is_same_page(before, address));
                old.objects.get(key).filter(|print| same && !print.is_empty()).cloned()
            };
            let wanted = goods.wanted(known);
            let withdrawn = old.objects.keys().chain(old.gone.keys()).filter(|key| !wanted.contains_key(*key));
            let tombs = goods.tombs(withdrawn);
            (wanted, tombs)
        };
        tokio::task::spawn_blocking(work).await.map_err(|error| BucketError::System(std::io::Error::other(error)))
    }

    /// Waits while another writer gives signs of life. One that has given none for the lease is taken for dead; a
    /// claim of our own is left over from a run that was killed.
    async fn wait_for_others(&self, mut known: Option<Known>) -> Result<Option<Known>, BucketError> {
        let lease = self.bucket.settings.lease;
        let mut since = Instant::now();
        let limit = since + lease * 10;
        loop {
            let claim = known.as_ref().and_then(|known| known.manifest.claim.as_ref());
            let Some(claim) = claim.filter(|claim| claim.writer != self.bucket.writer) else { return Ok(known) };
            if since.elapsed() >= lease {
                tracing::warn!(writer = claim.writer, "took over from a writer that gave no sign of life");
                return Ok(known);
            }
            if Instant::now() >= limit {
                return Err(BucketError::Conflict);
            }
            sleep(lease / 6).await;
            let now = self.read().await?;
            if now.as_ref().map(|now| &now.manifest) != known.as_ref().map(|known| &known.manifest) {
                since = Instant::now();
            }
            known = now;
        }
    }

    async fn carry_out(
        &self,
        plan: &Plan,
        wanted: &Wanted,
        tombs: &Wanted,
        work: &mut Progressing,
    ) -> Result<(), BucketError> {
        for stage in &plan.stages {
            self.upload(stage, wanted, false, work).await?;
        }
        self.upload(&plan.tombs, tombs, true, work).await?;
        for key in &plan.expired {
            match self.bucket.store.objects.delete(&self.path(key)?).await {
                Ok(()) | Err(StoreError::NotFound { .. }) => {
                    work.report.deleted += 1;
                    work.manifest.gone.remove(key);
                }
                Err(error) => return Err(BucketError::store("delete", key, &error)),
            }
        }
        Ok(())
    }

    /// Uploads some objects, a bounded number at once, and gives signs of life meanwhile.
    async fn upload(
        &self,
        keys: &[String],
        prints: &Wanted,
        withdrawn: bool,
        work: &mut Progressing,
    ) -> Result<(), BucketError> {
        let mut beat = interval(self.bucket.settings.lease / 4);
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        beat.tick().await;
        let mut waiting = keys.iter();
        let mut under_way: JoinSet<(String, Result<Uploaded, BucketError>)> = JoinSet::new();
        let mut failed = None;
        loop {
            // Whoever was held up for long may have lost his claim, and must not write before he knows.
            if failed.is_none() && work.renewed.elapsed() > self.bucket.settings.lease / 2 {
                self.renew(work).await?;
            }
            while failed.is_none() && under_way.len() < self.bucket.settings.parallel.max(1) {
                let Some(key) = waiting.next() else { break };
                let (goods, store) = (Arc::clone(self.goods), Arc::clone(&self.bucket.store.objects));
                let (key, path, told) = (key.clone(), self.path(key)?, self.bucket.store.is_remote);
                under_way.spawn(async move {
                    let done = put(&goods, &*store, &key, &path, withdrawn, told).await;
                    (key, done)
                });
            }
            tokio::select! {
                done = under_way.join_next() => match done {
                    None => return failed.map_or(Ok(()), Err),
                    Some(Ok((key, Ok(done)))) => work.take(key, done, prints, self.progress),
                    Some(Ok((_, Err(error)))) => failed = failed.or(Some(error)),
                    Some(Err(error)) => failed = failed.or(Some(BucketError::System(std::io::Error::other(error)))),
                },
                // Dropping what is under way stops it: if another has taken over, the bucket is his.
                _ = beat.tick() => self.renew(work).await?,
            }
        }
    }

    /// Gives a sign of life, and notes what has been done.
    async fn renew(&self, work: &mut Progressing) -> Result<(), BucketError> {
        if let Some(claim) = &mut work.manifest.claim {
            claim.beat += 1;
        }
        work.version = self.put_manifest(&work.manifest, Some(work.version.clone())).await?;
        work.renewed = Instant::now();
        Ok(())
    }

    async fn read(&self) -> Result<Option<Known>, BucketError> {
        let refused = |error: &StoreError| BucketError::store("read", manifest::KEY, error);
        let found = match self.bucket.store.objects.get(&self.path(manifest::KEY)?).await {
            Ok(found) => found,
            Err(StoreError::NotFound { source, .. }) if !source.to_string().contains("NoSuchBucket") => {
                return Ok(None);
            }
            Err(error) => return Err(refused(&error)),
        };
        let version = UpdateVersion { e_tag: found.meta.e_tag.clone(), version: found.meta.version.clone() };
        let bytes = found.bytes().await.map_err(|error| refused(&error))?;
        let manifest = match Manifest::parse(&bytes) {
            Ok(manifest) => manifest,
            Err(_) if self.anew => Manifest::new(),
            Err(why) => return Err(BucketError::Manifest { why }),
        };
        Ok(Some(Known { manifest, version, site: None }))
    }

    /// Writes the manifest over that of a version, or where there is none.
    async fn put_manifest(
        &self,
        manifest: &Manifest,
        over: Option<UpdateVersion>,
    ) -> Result<UpdateVersion, BucketError> {
        let store = &self.bucket.store;
        let mode = match over {
            _ if !store.is_remote => PutMode::Overwrite,
            Some(version) => PutMode::Update(version),
            None => PutMode::Create,
        };
        let told = [(Attribute::ContentType, "application/gzip"), (Attribute::CacheControl, "no-store")];
        let attributes = if store.is_remote { Attributes::from_iter(told) } else { Attributes::default() };
        let options = PutOptions { mode, attributes, ..PutOptions::default() };
        let bytes = manifest.to_bytes();
        match store.objects.put_opts(&self.path(manifest::KEY)?, bytes.into(), options).await {
            Ok(put) => Ok(UpdateVersion { e_tag: put.e_tag, version: put.version }),
            Err(StoreError::Precondition { .. } | StoreError::AlreadyExists { .. } | StoreError::NotFound { .. }) => {
                // The answer to our own write may have been lost, and the repetition met what it had written.
                match self.read().await? {
                    Some(standing) if standing.manifest == *manifest => Ok(standing.version),
                    _ => Err(BucketError::Conflict),
                }
            }
            Err(error) => Err(BucketError::store("write", manifest::KEY, &error)),
        }
    }

    /// Refuses to write over what is not ours, before there is a manifest.
    async fn refuse_foreign(&self, wanted: &Wanted) -> Result<(), BucketError> {
        let prefix = &self.bucket.settings.prefix;
        let root = (!prefix.is_empty()).then(|| Path::parse(prefix)).transpose();
        let root = root.map_err(|error| BucketError::Address { url: prefix.clone(), why: error.to_string() })?;
        let mut keys = Vec::new();
        let mut list = self.bucket.store.objects.list(root.as_ref());
        while let Some(found) = list.next().await {
            let found = found.map_err(|error| BucketError::store("list", "", &error))?;
            let key = found.location.as_ref();
            let key = if prefix.is_empty() { key } else { key[prefix.len()..].trim_start_matches('/') };
            keys.extend(wanted.get_key_value(key).map(|(key, _)| key.clone()));
        }
        if keys.is_empty() { Ok(()) } else { Err(BucketError::Foreign { keys }) }
    }

    fn path(&self, key: &str) -> Result<Path, BucketError> {
        let prefix = &self.bucket.settings.prefix;
        let full = if prefix.is_empty() { key.to_string() } else { format!("{prefix}/{key}") };
        // Parsed, not converted: a conversion would escape what servers then look for unescaped.
        Path::parse(&full).map_err(|_| BucketError::Key { address: address(key) })
    }
}

/// What came of one upload.
enum Uploaded {
    /// So many bytes.
    Bytes(u64),
    /// The file beside a release could not be read.
    Unread(std::io::Error),
}

impl Progressing {
    fn take(&mut self, key: String, done: Uploaded, prints: &Wanted, progress: &Arc<Progress>) {
        match done {
            Uploaded::Bytes(bytes) => {
                self.report.uploaded += 1;
                self.report.bytes += bytes;
                self.report.changed.push(address(&key));
                let print = prints.get(&key).cloned().unwrap_or_default();
                match self.manifest.gone.get_mut(&key) {
                    Some(gone) => gone.print = print,
                    None => drop(self.manifest.objects.insert(key, print)),
                }
            }
            // In doubt, so that the next run tries again.
            Uploaded::Unread(error) => {
                let message = format!("cannot read this file to publish it: {error}");
                self.report.problems.push(Problem::error(&key, message));
            }
        }
        progress(self.report.uploaded, self.all);
    }
}

impl Report {
    fn tell_of_leaving(&mut self, manifest: &Manifest, grace: TimeDelta) {
        self.leaving = manifest.gone.len();
        self.next_deletion = manifest.gone.values().filter_map(|gone| gone.since.checked_add_signed(grace)).min();
        self.changed.sort();
    }
}

/// Makes one object and uploads it, in one step as its readers see it.
async fn put(
    goods: &Arc<Goods>,
    store: &dyn ObjectStore,
    key: &str,
    path: &Path,
    withdrawn: bool,
    told: bool,
) -> Result<Uploaded, BucketError> {
    let (making, name) = (Arc::clone(goods), key.to_string());
    let make = move || {
        let object = if withdrawn { making.tomb(&name) } else { making.take(&name) };
        let object = object.ok_or_else(|| std::io::Error::other("its text can't be had any more"))?;
        let attributes = attributes(&object);
        object.body.read().map(|bytes| (bytes, attributes))
    };
    // Rendering, packing and reading take the time of a request each: not on the threads that answer requests.
    let made = tokio::task::spawn_blocking(make).await.map_err(|e| BucketError::System(std::io::Error::other(e)))?;
    let (bytes, attributes) = match made {
        Ok(made) => made,
        Err(error) => return Ok(Uploaded::Unread(error)),
    };
    let attributes = if told { attributes } else { Attributes::default() };
    let length = bytes.len();
    let refused = |error: StoreError| BucketError::store("write", key, &error);
    if length <= LONG {
        let options = PutOptions { attributes, ..PutOptions::default() };
        store.put_opts(path, bytes.into(), options).await.map_err(refused)?;
    } else {
        let options = PutMultipartOptions { attributes, ..PutMultipartOptions::default() };
        let upload = store.put_multipart_opts(path, options).await.map_err(refused)?;
        let mut upload = WriteMultipart::new_with_chunk_size(upload, PART);
        for part in 0..length.div_ceil(PART) {
            upload.wait_for_capacity(2).await.map_err(refused)?;
            upload.put(bytes.slice(part * PART..length.min((part + 1) * PART)));
        }
        upload.finish().await.map_err(refused)?;
    }
    Ok(Uploaded::Bytes(length as u64))
}

fn attributes(object: &Object) -> Attributes {
    let mut attributes = Attributes::from_iter([
        (Attribute::ContentType, object.media_type.clone()),
        (Attribute::CacheControl, object.cache_control.to_string()),
        (Attribute::Metadata("feedroom-etag".into()), object.etag.clone()),
    ]);
    if let Some(coding) = object.coding {
        attributes.insert(Attribute::ContentEncoding, coding.into());
    }
    attributes
}
