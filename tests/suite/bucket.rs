//! A site in a bucket: what is uploaded and when, what a killed or refused run leaves, and who may write.

#![allow(clippy::unwrap_used, reason = "a helper of tests may fail as a test may")]

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use feedroom::publish::bucket::{Bucket, BucketError, Report, Settings, Stored};
use feedroom::site::{Resource, Site};
use futures_util::stream::BoxStream;
use futures_util::{StreamExt, TryStreamExt};
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{
    Attribute, CopyOptions, Error, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta, ObjectStore,
    ObjectStoreExt, PutMode, PutMultipartOptions, PutOptions, PutPayload, PutResult, Result,
};

const MANIFEST: &str = "feedroom-manifest.json.gz";

/// What is to happen to a request: it is refused before it is carried out, or its answer is lost after.
#[derive(Clone, Copy, PartialEq)]
enum Fate {
    Refused,
    Lost,
}

/// A store that keeps a record of its requests, and lets some of them fail.
struct Shop {
    inner: Arc<InMemory>,
    log: Mutex<Vec<String>>,
    fate: Mutex<Box<dyn FnMut(usize, &str) -> Option<Fate> + Send>>,
}

impl Shop {
    fn new() -> Arc<Self> {
        Arc::new(Self { inner: Arc::default(), log: Mutex::default(), fate: Mutex::new(Box::new(|_, _| None)) })
    }

    fn let_fail(&self, fate: impl FnMut(usize, &str) -> Option<Fate> + Send + 'static) {
        self.log.lock().unwrap().clear();
        *self.fate.lock().unwrap() = Box::new(fate);
    }

    fn log(&self) -> Vec<String> {
        std::mem::take(&mut *self.log.lock().unwrap())
    }

    fn note(&self, verb: &str, key: &Path) -> Option<Fate> {
        let said = format!("{verb} {key}");
        let mut log = self.log.lock().unwrap();
        let fate = (self.fate.lock().unwrap())(log.len(), &said);
        log.push(said);
        fate
    }

    async fn content(&self) -> BTreeMap<String, Bytes> {
        let list: Vec<ObjectMeta> = self.inner.list(None).try_collect().await.unwrap();
        let mut content = BTreeMap::new();
        for meta in list.into_iter().filter(|meta| meta.location.as_ref() != MANIFEST) {
            let bytes = self.inner.get(&meta.location).await.unwrap().bytes().await.unwrap();
            content.insert(meta.location.to_string(), bytes);
        }
        content
    }
}

impl std::fmt::Debug for Shop {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Shop")
    }
}

impl std::fmt::Display for Shop {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Shop")
    }
}

fn refused(why: &str) -> Error {
    Error::Generic { store: "S3", source: why.to_string().into() }
}

#[async_trait]
impl ObjectStore for Shop {
    async fn put_opts(&self, location: &Path, payload: PutPayload, options: PutOptions) -> Result<PutResult> {
        let fate = self.note("put", location);
        if fate == Some(Fate::Refused) {
            return Err(refused("500 Internal Server Error"));
        }
        let done = self.inner.put_opts(location, payload, options).await;
        if fate == Some(Fate::Lost) { Err(refused("no answer within 20 s")) } else { done }
    }

    async fn put_multipart_opts(
        &self,
        location: &Path,
        options: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        self.note("parts", location);
        self.inner.put_multipart_opts(location, options).await
    }

    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        match self.note("get", location) {
            Some(_) => Err(refused("503 Slow Down")),
            None => self.inner.get_opts(location, options).await,
        }
    }

    async fn get_ranges(&self, location: &Path, ranges: &[Range<u64>]) -> Result<Vec<Bytes>> {
        self.inner.get_ranges(location, ranges).await
    }

    fn delete_stream(&self, locations: BoxStream<'static, Result<Path>>) -> BoxStream<'static, Result<Path>> {
        // Every deletion here is of one object.
        let keys: Vec<Path> = futures_util::FutureExt::now_or_never(locations.try_collect()).unwrap().unwrap();
        let fate = self.note("delete", &keys[0]);
        if fate == Some(Fate::Refused) {
            return futures_util::stream::iter([Err(refused("500 Internal Server Error"))]).boxed();
        }
        self.inner.delete_stream(futures_util::stream::iter(keys.into_iter().map(Ok)).boxed())
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        self.note("list", &prefix.cloned().unwrap_or_default());
        self.inner.list(prefix)
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.inner.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        self.inner.copy_opts(from, to, options).await
    }
}

fn settings() -> Settings {
    Settings { lease: Duration::from_millis(300), ..Settings::default() }
}

fn bucket(shop: &Arc<Shop>, writer: &str) -> Bucket {
    Bucket::over(shop.clone(), settings(), writer.to_string())
}

fn now() -> DateTime<Utc> {
    "2026-06-05T10:00:00Z".parse().unwrap()
}

async fn publish(bucket: &mut Bucket, site: Site) -> std::result::Result<Report, BucketError> {
    bucket.publish(Arc::new(site), now(), false, Arc::new(|_, _| {})).await
}

/// A site of items, each with a page that links to a file; two feeds and a front page link to all pages.
fn site(items: &[&str], word: &str) -> Site {
    let page = |text: String| Resource::new("text/html; charset=utf-8", text, DateTime::UNIX_EPOCH);
    let mut site = Site::default();
    let mut links = format!("{word}\n");
    for item in items {
        site.resources.insert(format!("/items/{item}/"), page(format!("{item} {word}\n-> /assets/{item} é.txt\n")));
        site.resources.insert(
            format!("/assets/{item} é.txt"),
            Resource::new("text/plain", item.to_string(), DateTime::UNIX_EPOCH),
        );
        links.push_str(&format!("-> /items/{item}/\n"));
    }
    let feed = |text: String| Resource::new("application/rss+xml; charset=utf-8", text, DateTime::UNIX_EPOCH);
    site.resources.insert("/rss.xml".into(), feed(format!("{links}-> /\n")));
    site.resources.insert("/works/rss.xml".into(), feed(links.clone()));
    site.resources.insert("/".into(), page(format!("{links}-> /rss.xml\n-> /works/rss.xml\n")));
    site
}

fn key(address: &str) -> String {
    let path = &address[1..];
    if path.is_empty() || path.ends_with('/') { format!("{path}index.html") } else { path.to_string() }
}

/// Every link leads to something that is there, from wherever a reader may come.
fn assert_walkable(content: &BTreeMap<String, Bytes>, when: &str) {
    let mut open: Vec<String> = ["rss.xml", "works/rss.xml", "index.html"]
        .map(String::from)
        .into_iter()
        .filter(|key| content.contains_key(key))
        .collect();
    let mut seen = Vec::new();
    while let Some(here) = open.pop() {
        let text = std::str::from_utf8(&content[&here]).unwrap().to_string();
        for link in text.lines().filter_map(|line| line.strip_prefix("-> ")) {
            let there = key(link);
            assert!(content.contains_key(&there), "{when}: {here} links to {there}, which is not there");
            if !seen.contains(&there) {
                seen.push(there.clone());
                open.push(there);
            }
        }
    }
}

fn wanted(site: &Site) -> BTreeMap<String, Bytes> {
    let bytes = |path: &str| match site.find(path).unwrap().content() {
        feedroom::site::Content::Bytes(body) => body.plain().clone(),
        feedroom::site::Content::File { path, .. } => std::fs::read(path).unwrap().into(),
    };
    site.paths().map(|path| (key(&path), bytes(&path))).collect()
}

#[tokio::test]
async fn a_change_costs_the_change_and_nothing_costs_one_request() {
    let shop = Shop::new();
    let mut first = bucket(&shop, "one");
    let report = publish(&mut first, site(&["a", "b"], "old")).await.unwrap();
    assert_eq!((report.uploaded, report.unchanged, report.deleted), (7, 0, 0));
    let log = shop.log();
    assert_eq!(log[..3], [format!("get {MANIFEST}"), "list ".into(), format!("put {MANIFEST}")]);
    assert_eq!(log.last().unwrap(), &format!("put {MANIFEST}"));
    assert_eq!(log.len(), 3 + 7 + 1);
    assert_eq!(shop.content().await, wanted(&site(&["a", "b"], "old")));

    // The same process knows already, another one asks once.
    publish(&mut first, site(&["a", "b"], "old")).await.unwrap();
    assert_eq!(shop.log(), Vec::<String>::new());
    let report = publish(&mut bucket(&shop, "one"), site(&["a", "b"], "old")).await.unwrap();
    assert_eq!((report.uploaded, report.unchanged), (0, 7));
    assert_eq!(shop.log(), [format!("get {MANIFEST}")]);

    let mut change = site(&["a", "b"], "old");
    let page = Resource::new("text/html; charset=utf-8", "corrected", DateTime::UNIX_EPOCH);
    change.resources.insert("/items/a/".into(), page);
    let report = publish(&mut first, change).await.unwrap();
    assert_eq!(report.changed, ["/items/a/"]);
    assert_eq!(shop.log(), [&format!("put {MANIFEST}"), "put items/a/index.html", &format!("put {MANIFEST}")]);
}

#[tokio::test]
async fn objects_say_what_they_are() {
    let shop = Shop::new();
    let gzip = Settings { stored: Stored::Gzip, prefix: "press/news".into(), ..settings() };
    let mut site = site(&["a"], &"many words ".repeat(200));
    site.resources.insert(
        "/style-0123.css".into(),
        Resource::new("text/css; charset=utf-8", "a", DateTime::UNIX_EPOCH).immutable(),
    );
    publish(&mut Bucket::over(shop.clone(), gzip, "one".into()), site).await.unwrap();
    let about = |key: &str| {
        let (shop, key) = (shop.clone(), Path::parse(key).unwrap());
        async move {
            let found = shop.inner.get(&key).await.unwrap();
            let told = |name| found.attributes.get(&name).map(|value| value.to_string());
            let told = [
                told(Attribute::ContentType),
                told(Attribute::CacheControl),
                told(Attribute::ContentEncoding),
                told(Attribute::Metadata("feedroom-etag".into())).map(|etag| etag.len().to_string()),
            ];
            told.map(Option::unwrap_or_default)
        }
    };
    let kept = "max-age=300, stale-while-revalidate=600";
    assert_eq!(about("press/news/rss.xml").await, ["application/rss+xml; charset=utf-8", kept, "gzip", "32"]);
    assert_eq!(about("press/news/index.html").await, ["text/html; charset=utf-8", kept, "gzip", "32"]);
    // A key is its address as servers decode it, once.
    assert_eq!(about("press/news/assets/a é.txt").await, ["text/plain", kept, "", "32"]);
    let style = about("press/news/style-0123.css").await;
    assert_eq!(style[..3], ["text/css; charset=utf-8", "max-age=31536000, immutable", ""]);
}

/// At every request of a change the run is stopped, before the request is carried out and after. Whatever is there
/// then can be walked, and the next run makes it whole.
#[tokio::test]
async fn a_run_that_stops_anywhere_is_repaired_by_the_next() {
    let (old, new) = (["a", "b", "c"], ["b", "d", "e"]);
    for fate in [Fate::Refused, Fate::Lost] {
        for at in 0.. {
            let shop = Shop::new();
            publish(&mut bucket(&shop, "one"), site(&old, "old")).await.unwrap();
            // From there on nothing gets through: the process is gone, and can't clear up.
            shop.let_fail(move |n, _| (n >= at).then_some(if n == at { fate } else { Fate::Refused }));
            let stopped = publish(&mut bucket(&shop, "one"), site(&new, "new")).await;
            let requests = shop.log().len();
            shop.let_fail(|_, _| None);
            assert_walkable(&shop.content().await, &format!("stopped at {at}"));
            publish(&mut bucket(&shop, "one"), site(&new, "new")).await.unwrap();
            let content = shop.content().await;
            assert_walkable(&content, &format!("repaired after {at}"));
            for (key, bytes) in wanted(&site(&new, "new")) {
                assert_eq!(content[&key], bytes, "{key} after {at}");
            }
            let report = publish(&mut bucket(&shop, "one"), site(&new, "new")).await.unwrap();
            assert_eq!((report.uploaded, report.unchanged), (0, 9), "{at}");
            if stopped.is_ok() {
                assert!(requests >= 11, "{requests}");
                break;
            }
        }
    }
}

/// While a change is under way, too, nothing ever links to what is not there.
#[tokio::test]
async fn a_reader_may_come_between_any_two_requests() {
    let shop = Shop::new();
    publish(&mut bucket(&shop, "one"), site(&["a", "b"], "old")).await.unwrap();
    let mut slow = Bucket::over(shop.clone(), Settings { parallel: 1, ..settings() }, "one".into());
    for (n, items) in [vec!["b", "c"], vec!["c", "d", "e"], vec![], vec!["a", "e"]].into_iter().enumerate() {
        for stop in 0.. {
            // Look at the bucket as it is after `stop` requests of this change, then let the change come to its end.
            shop.let_fail(move |n, _| (n >= stop).then_some(Fate::Refused));
            let done = publish(&mut slow, site(&items, &format!("{n}"))).await;
            assert_walkable(&shop.content().await, &format!("change {n}, request {stop}"));
            if done.is_ok() {
                break;
            }
        }
    }
}

#[tokio::test]
async fn what_is_withdrawn_goes_after_its_grace() {
    let shop = Shop::new();
    let mut bucket = bucket(&shop, "one");
    publish(&mut bucket, site(&["a", "b"], "x")).await.unwrap();
    let mut without = site(&["b"], "x");
    without.gone.insert("/items/a/".into(), "withdrawn".into());
    let report = publish(&mut bucket, without.clone()).await.unwrap();
    assert_eq!((report.deleted, report.leaving), (0, 2));
    assert_eq!(report.next_deletion, Some(now() + TimeDelta::hours(1)));
    // Who comes by an older feed is told.
    assert_eq!(shop.content().await["items/a/index.html"], "withdrawn");
    assert!(report.changed.contains(&"/items/a/".to_string()), "{:?}", report.changed);
    shop.log();
    publish(&mut bucket, without.clone()).await.unwrap();
    assert_eq!(shop.log(), Vec::<String>::new());
    let later = now() + TimeDelta::minutes(61);
    let report = bucket.publish(Arc::new(without.clone()), later, false, Arc::new(|_, _| {})).await.unwrap();
    assert_eq!((report.deleted, report.leaving, report.uploaded), (2, 0, 0));
    assert_eq!(shop.content().await, wanted(&without));
}

#[tokio::test]
async fn two_writers_never_mix() {
    let shop = Shop::new();
    publish(&mut bucket(&shop, "one"), site(&["a"], "old")).await.unwrap();
    // The first is killed amid its work and leaves a claim; the second waits until that is stale.
    shop.let_fail(|n, _| (n >= 3).then_some(Fate::Refused));
    publish(&mut bucket(&shop, "one"), site(&["a", "b"], "one")).await.unwrap_err();
    shop.let_fail(|_, _| None);
    let mut second = bucket(&shop, "two");
    publish(&mut second, site(&["a", "c"], "two")).await.unwrap();
    let log = shop.log();
    assert!(log.iter().filter(|said| said.starts_with("get")).count() > 3, "it waited: {log:?}");

    // One that knew the bucket from before finds that it is another by now, and begins again.
    let mut third = bucket(&shop, "three");
    publish(&mut third, site(&["a", "c"], "three")).await.unwrap();
    publish(&mut second, site(&["a", "c"], "two again")).await.unwrap();
    assert_eq!(shop.content().await["index.html"], wanted(&site(&["a", "c"], "two again"))["index.html"]);

    // One that was thought dead (its machine slept) comes back amid its work: it finds out before it ends, and what
    // stands is the other's edition.
    let other = Mutex::new(Some(site(&["a", "d"], "other")));
    // The same store by another way, which leaves no trace in the record.
    let (inner, handle) = (shop.inner.clone(), tokio::runtime::Handle::current());
    shop.let_fail(move |n, _| {
        if n == 2 {
            let site = other.lock().unwrap().take();
            let mut taking_over = Bucket::over(inner.clone(), settings(), "four".into());
            let handle = handle.clone();
            std::thread::spawn(move || {
                handle.block_on(async { publish(&mut taking_over, site.unwrap()).await }).unwrap();
            })
            .join()
            .unwrap();
        }
        None
    });
    let _ = tokio::task::spawn_blocking({
        let shop = shop.clone();
        move || {
            let runtime = tokio::runtime::Runtime::new().unwrap();
            runtime.block_on(async { publish(&mut bucket(&shop, "five"), site(&["a", "e"], "five")).await })
        }
    })
    .await
    .unwrap();
    let content = shop.content().await;
    assert_walkable(&content, "after a writer came back");
    let words: Vec<&str> = ["rss.xml", "works/rss.xml", "index.html"]
        .iter()
        .map(|key| std::str::from_utf8(&content[*key]).unwrap().lines().next().unwrap())
        .collect();
    assert!(words.iter().all(|word| *word == words[0]), "mixed: {words:?}");
}

#[tokio::test]
async fn what_is_not_ours_stays() {
    let shop = Shop::new();
    let put = |key: &str, text: &'static str| {
        let (shop, key) = (shop.clone(), Path::parse(key).unwrap());
        async move { shop.inner.put(&key, text.into()).await.unwrap() }
    };
    put("index.html", "the old site").await;
    put("other/page.html", "elsewhere").await;
    let error = publish(&mut bucket(&shop, "one"), site(&["a"], "x")).await.unwrap_err();
    assert!(matches!(&error, BucketError::Foreign { keys } if *keys == ["index.html"]), "{error}");
    assert!(error.to_string().contains("--anew"), "{error}");
    assert_eq!(shop.content().await.len(), 2);
    let mut first = bucket(&shop, "one");
    first.publish(Arc::new(site(&["a"], "x")), now(), true, Arc::new(|_, _| {})).await.unwrap();
    assert_eq!(shop.content().await["other/page.html"], "elsewhere");
    // Somebody breaks an object by hand, and the manifest: everything is uploaded again on request.
    put("rss.xml", "broken").await;
    assert_eq!(publish(&mut bucket(&shop, "one"), site(&["a"], "x")).await.unwrap().uploaded, 0);
    put(MANIFEST, "no manifest").await;
    let error = publish(&mut bucket(&shop, "one"), site(&["a"], "x")).await.unwrap_err();
    assert!(matches!(error, BucketError::Manifest { .. }), "{error}");
    let report = bucket(&shop, "one").publish(Arc::new(site(&["a"], "x")), now(), true, Arc::new(|_, _| {})).await;
    assert_eq!(report.unwrap().uploaded, 5);
    assert_eq!(shop.content().await["rss.xml"], wanted(&site(&["a"], "x"))["rss.xml"]);
}

#[tokio::test]
async fn a_lost_answer_is_not_taken_for_another_writer() {
    let shop = Shop::new();
    publish(&mut bucket(&shop, "one"), site(&["a"], "x")).await.unwrap();
    let twice = Arc::new(Twice(shop.clone()));
    publish(&mut Bucket::over(twice, settings(), "one".into()), site(&["a", "b"], "y")).await.unwrap();
    assert_eq!(shop.content().await, wanted(&site(&["a", "b"], "y")));
}

/// A store that sends each conditional write twice and tells of the second, as after a lost answer.
#[derive(Debug)]
struct Twice(Arc<Shop>);

impl std::fmt::Display for Twice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Twice")
    }
}

#[async_trait]
impl ObjectStore for Twice {
    async fn put_opts(&self, location: &Path, payload: PutPayload, options: PutOptions) -> Result<PutResult> {
        if !matches!(options.mode, PutMode::Overwrite) {
            self.0.inner.put_opts(location, payload.clone(), options.clone()).await?;
        }
        self.0.inner.put_opts(location, payload, options).await
    }

    async fn put_multipart_opts(
        &self,
        location: &Path,
        options: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        self.0.inner.put_multipart_opts(location, options).await
    }

    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        self.0.inner.get_opts(location, options).await
    }

    fn delete_stream(&self, locations: BoxStream<'static, Result<Path>>) -> BoxStream<'static, Result<Path>> {
        self.0.inner.delete_stream(locations)
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        self.0.inner.list(prefix)
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.0.inner.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        self.0.inner.copy_opts(from, to, options).await
    }
}

#[tokio::test]
async fn long_files_go_up_in_parts_and_missing_ones_hold_nothing_up() {
    let folder = tempfile::tempdir().unwrap();
    let (long, short) = (folder.path().join("film.mp4"), folder.path().join("gone.pdf"));
    std::fs::write(&long, vec![7; 20 * 1024 * 1024]).unwrap();
    let mut with_files = site(&["a"], "x");
    let file =
        |path: &std::path::Path, length| Resource::file("video/mp4", path, length, None, "abc", DateTime::UNIX_EPOCH);
    with_files.resources.insert("/assets/film.mp4".into(), file(&long, 20 * 1024 * 1024));
    with_files.resources.insert("/assets/gone.pdf".into(), file(&short, 10));
    let shop = Shop::new();
    let report = publish(&mut bucket(&shop, "one"), with_files.clone()).await.unwrap();
    assert_eq!((report.problems.len(), report.uploaded), (1, 6));
    assert!(report.problems[0].to_string().contains("assets/gone.pdf"), "{}", report.problems[0]);
    assert!(shop.log().contains(&"parts assets/film.mp4".to_string()));
    assert_eq!(shop.content().await["assets/film.mp4"].len(), 20 * 1024 * 1024);
    // It comes back.
    std::fs::write(&short, "0123456789").unwrap();
    let report = publish(&mut bucket(&shop, "one"), with_files).await.unwrap();
    assert_eq!(report.changed, ["/assets/gone.pdf"]);
}

#[test]
fn a_local_folder_is_a_bucket_too() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("file://{}", folder.path().join("public").display());
    let settings = Settings { url, ..settings() };
    let go = |words: &str| {
        let mut bucket = Bucket::open(settings.clone(), "one".into(), &|_| None).unwrap();
        feedroom::publish::bucket::publish(&mut bucket, site(&["a"], words), now(), false, Arc::new(|_, _| {})).unwrap()
    };
    assert_eq!(go("x").uploaded, 5);
    assert_eq!(go("x").uploaded, 0);
    assert_eq!(go("y").uploaded, 4);
    let rss = std::fs::read(folder.path().join("public/rss.xml")).unwrap();
    assert_eq!(rss, wanted(&site(&["a"], "y"))["rss.xml"]);
}
