//! A site written as a directory.

#![allow(clippy::unwrap_used, reason = "a helper of tests may fail as a test may")]

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::Path;

use feedroom::publish::directory::{self, DirectoryError, Options, Report};
use feedroom::site::{Coding, Resource, Site};

fn resource(media_type: &str, bytes: &str) -> Resource {
    Resource::new(media_type, bytes.to_string(), chrono::DateTime::UNIX_EPOCH)
}

fn file(media_type: &str, path: &Path) -> Resource {
    let bytes = fs::read(path).unwrap();
    let etag = blake3::hash(&bytes).to_hex().to_string();
    Resource::file(media_type, path, bytes.len() as u64, None, &etag, chrono::DateTime::UNIX_EPOCH)
}

/// A small site; `news` is what its feed says.
fn site(news: &str) -> Site {
    let mut site = Site::default();
    let long = |text: &str| format!("{text} {}", "and so on ".repeat(120));
    site.resources.insert("/".into(), resource("text/html; charset=utf-8", &long("index")));
    site.resources.insert("/rss.xml".into(), resource("application/rss+xml; charset=utf-8", &long(news)));
    site.resources.insert("/energy/feed.json".into(), resource("application/feed+json", "{}"));
    site.resources.insert("/items/quay-wall/".into(), resource("text/html; charset=utf-8", &long("quay wall")));
    site
}

fn write(site: &Site, out: &Path) -> Result<Report, DirectoryError> {
    directory::write(site, out, Options::default())
}

/// Every file below a directory with its bytes.
fn content(out: &Path) -> BTreeMap<String, Vec<u8>> {
    fn walk(at: &Path, out: &Path, found: &mut BTreeMap<String, Vec<u8>>) {
        for entry in fs::read_dir(at).unwrap().map(Result::unwrap) {
            let path = entry.path();
            if entry.file_type().unwrap().is_dir() {
                walk(&path, out, found);
            } else {
                let name = path.strip_prefix(out).unwrap().to_str().unwrap().to_string();
                found.insert(name, fs::read(&path).unwrap_or_default());
            }
        }
    }
    let mut found = BTreeMap::new();
    walk(out, out, &mut found);
    found
}

fn names(out: &Path) -> Vec<String> {
    content(out).into_keys().collect()
}

#[test]
fn addresses_become_files_with_twins() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("new/public");
    let report = write(&site("news"), &out).unwrap();
    assert_eq!(
        names(&out),
        [
            ".feedroom-manifest.json",
            "energy/feed.json",
            "index.html",
            "index.html.br",
            "index.html.gz",
            "index.html.zst",
            "items/quay-wall/index.html",
            "items/quay-wall/index.html.br",
            "items/quay-wall/index.html.gz",
            "items/quay-wall/index.html.zst",
            "rss.xml",
            "rss.xml.br",
            "rss.xml.gz",
            "rss.xml.zst",
        ]
    );
    assert_eq!(report, Report { written: 13, ..Report::default() });
    let files = content(&out);
    let plain = &files["rss.xml"];
    let mut text = Vec::new();
    flate2::read::GzDecoder::new(&files["rss.xml.gz"][..]).read_to_end(&mut text).unwrap();
    assert_eq!(&text, plain);
    text.clear();
    brotli::Decompressor::new(&files["rss.xml.br"][..], 4096).read_to_end(&mut text).unwrap();
    assert_eq!(&text, plain);
    assert_eq!(&zstd::decode_all(&files["rss.xml.zst"][..]).unwrap(), plain);
    assert_eq!(files["rss.xml.gz"][4..8], [0; 4], "no time in the header");
}

#[test]
fn the_same_site_is_the_same_bytes_and_writes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (one, two) = (folder.path().join("one"), folder.path().join("two"));
    write(&site("news"), &one).unwrap();
    write(&site("news"), &two).unwrap();
    assert_eq!(content(&one), content(&two));
    let state = |out: &Path| {
        // The number of a file that went may be given to the next; nobody but the kernel sets when it was changed.
        let about = |name: String| {
            let about = fs::metadata(out.join(&name)).unwrap();
            (about.ino(), about.ctime(), about.ctime_nsec(), name)
        };
        names(out).into_iter().map(about).collect::<Vec<_>>()
    };
    let before = state(&one);
    assert_eq!(write(&site("news"), &one).unwrap(), Report { unchanged: 13, ..Report::default() });
    assert_eq!(state(&one), before);
    // A change costs the change.
    assert_eq!(write(&site("newer"), &one).unwrap(), Report { written: 4, unchanged: 9, ..Report::default() });
    assert_eq!(content(&one).get("rss.xml").unwrap()[..5], *b"newer");
    write(&site("newer"), &two).unwrap();
    assert_eq!(content(&one), content(&two), "by whatever way it came about");
}

#[test]
fn what_went_is_removed_and_what_is_not_ours_stays() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path();
    fs::write(out.join("CNAME"), "news.example.org").unwrap();
    write(&site("news"), out).unwrap();
    fs::write(out.join("items/notes.txt"), "mine").unwrap();
    let mut smaller = site("news");
    smaller.resources.remove("/items/quay-wall/");
    smaller.resources.remove("/energy/feed.json");
    assert_eq!(write(&smaller, out).unwrap().removed, 5);
    assert!(!out.join("energy").exists(), "an empty directory goes too");
    assert!(!out.join("items/quay-wall").exists());
    assert_eq!(fs::read(out.join("items/notes.txt")).unwrap(), b"mine");
    assert_eq!(fs::read(out.join("CNAME")).unwrap(), b"news.example.org");
    // Twins go when they are not asked for any more.
    let options = Options { codings: &[Coding::Gzip], ..Options::default() };
    assert_eq!(directory::write(&smaller, out, options).unwrap().removed, 4);
    assert_eq!(
        names(out),
        [".feedroom-manifest.json", "CNAME", "index.html", "index.html.gz", "items/notes.txt", "rss.xml", "rss.xml.gz"]
    );
}

#[test]
fn a_foreign_file_is_never_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path();
    fs::write(out.join("index.html"), "my own page").unwrap();
    fs::write(out.join("rss.xml.gz"), "my own archive").unwrap();
    let error = write(&site("news"), out).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "{} holds files that feedroom did not write: index.html, rss.xml.gz; nothing was changed; move them away, \
             or write to another directory",
            out.display()
        )
    );
    assert_eq!(names(out), ["index.html", "rss.xml.gz"], "nothing was touched");
    // Also beside files of ours.
    let out = folder.path().join("ours");
    write(&site("news"), &out).unwrap();
    fs::create_dir(out.join("water")).unwrap();
    fs::write(out.join("water/index.html"), "mine").unwrap();
    let mut larger = site("news");
    larger.resources.insert("/water/".into(), resource("text/html", "ours"));
    assert!(
        matches!(write(&larger, &out), Err(DirectoryError::Foreign { paths, .. }) if paths == ["water/index.html"])
    );
    // The very same bytes are no loss: a lost manifest is made again.
    fs::remove_file(out.join(".feedroom-manifest.json")).unwrap();
    assert_eq!(write(&site("news"), &out).unwrap(), Report { unchanged: 13, ..Report::default() });
}

#[test]
fn links_never_lead_out() {
    let folder = tempfile::tempdir().unwrap();
    let (out, elsewhere) = (folder.path().join("out"), folder.path().join("elsewhere"));
    fs::create_dir(&elsewhere).unwrap();
    fs::create_dir(&out).unwrap();
    symlink(&elsewhere, out.join("items")).unwrap();
    let error = write(&site("news"), &out).unwrap_err();
    assert!(error.to_string().contains("out/items is in the way"), "{error}");
    assert_eq!(names(&elsewhere), [""; 0]);
    fs::remove_file(out.join("items")).unwrap();
    write(&site("news"), &out).unwrap();
    // A file of ours that somebody replaced by a link: the link goes, its target stays.
    let target = elsewhere.join("precious.xml");
    fs::write(&target, "precious").unwrap();
    fs::remove_file(out.join("rss.xml")).unwrap();
    symlink(&target, out.join("rss.xml")).unwrap();
    write(&site("newer"), &out).unwrap();
    assert!(fs::symlink_metadata(out.join("rss.xml")).unwrap().is_file());
    assert_eq!(fs::read(&target).unwrap(), b"precious");
    // A directory of ours that somebody moved away and linked: nothing is removed through the link.
    fs::rename(out.join("items"), elsewhere.join("items")).unwrap();
    symlink(elsewhere.join("items"), out.join("items")).unwrap();
    let mut smaller = site("newer");
    smaller.resources.remove("/items/quay-wall/");
    write(&smaller, &out).unwrap();
    assert!(elsewhere.join("items/quay-wall/index.html").exists());
}

#[test]
fn a_file_may_become_a_directory_and_back() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path();
    let (mut flat, mut deep) = (site("news"), site("news"));
    flat.resources.insert("/assets/map".into(), resource("text/plain", "flat"));
    deep.resources.insert("/assets/map/north.txt".into(), resource("text/plain", "deep"));
    for _ in 0..2 {
        write(&flat, out).unwrap();
        assert_eq!(fs::read(out.join("assets/map")).unwrap(), b"flat");
        let report = write(&deep, out).unwrap();
        assert_eq!((report.written, report.removed), (1, 1));
        assert_eq!(fs::read(out.join("assets/map/north.txt")).unwrap(), b"deep");
    }
    fs::write(out.join("assets/map/mine.txt"), "mine").unwrap();
    assert!(write(&flat, out).is_err());
    assert_eq!(fs::read(out.join("assets/map/mine.txt")).unwrap(), b"mine");
}

#[test]
fn damage_is_mended() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path();
    write(&site("news"), out).unwrap();
    let good = content(out);
    // Cut by a power failure, edited by hand, left over by a run that was killed.
    fs::write(out.join("rss.xml"), "").unwrap();
    fs::write(out.join("index.html.gz"), "").unwrap();
    fs::write(out.join("items/quay-wall/index.html"), "edited").unwrap();
    fs::write(out.join(".rss.xml.feedroom-tmp"), "half").unwrap();
    fs::remove_file(out.join("energy/feed.json")).unwrap();
    let report = write(&site("news"), out).unwrap();
    assert_eq!(report.written, 4);
    assert_eq!(content(out), good);
}

/// A manifest vouches only for files that nobody touched after it; what is younger is compared and mended, also where
/// its length is the old one.
#[test]
fn an_edit_of_the_same_length_is_mended_too() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path();
    write(&site("news"), out).unwrap();
    let good = content(out);
    std::thread::sleep(std::time::Duration::from_millis(120));
    let edit = |name: &str| {
        let path = out.join(name);
        let mut bytes = fs::read(&path).unwrap();
        bytes[0] ^= 1;
        let date = fs::metadata(&path).unwrap().modified().unwrap();
        fs::write(&path, bytes).unwrap();
        fs::File::options().write(true).open(&path).unwrap().set_modified(date).unwrap();
    };
    edit("rss.xml");
    edit("index.html.br");
    assert_eq!(write(&site("news"), out).unwrap().written, 2);
    assert_eq!(content(out), good);
}

#[test]
fn assets_are_copied_and_a_missing_one_is_a_problem() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let (photo, table) = (folder.path().join("photo.jpg"), folder.path().join("table.csv"));
    fs::write(&photo, [0xFF, 0xD8, 1, 2, 3]).unwrap();
    fs::write(&table, "tide,height\n".repeat(100)).unwrap();
    let mut site = site("news");
    site.resources.insert("/assets/works/my photo.jpg".into(), file("image/jpeg", &photo));
    site.resources.insert("/assets/table.csv".into(), file("text/csv", &table));
    write(&site, &out).unwrap();
    assert_eq!(fs::read(out.join("assets/works/my photo.jpg")).unwrap(), [0xFF, 0xD8, 1, 2, 3]);
    assert!(out.join("assets/table.csv.br").exists());
    assert!(!out.join("assets/works/my photo.jpg.gz").exists());
    assert_eq!(write(&site, &out).unwrap().written, 0);
    // Changed, with the same length.
    fs::write(&photo, [0xFF, 0xD8, 3, 2, 1]).unwrap();
    site.resources.insert("/assets/works/my photo.jpg".into(), file("image/jpeg", &photo));
    assert_eq!(write(&site, &out).unwrap().written, 1);
    // Gone between the look and the copy: said, and the earlier copy stays.
    fs::write(&photo, "x").unwrap();
    site.resources.insert("/assets/works/my photo.jpg".into(), file("image/jpeg", &photo));
    fs::remove_file(&photo).unwrap();
    let report = write(&site, &out).unwrap();
    assert_eq!(report.problems.len(), 1);
    assert!(report.problems[0].to_string().starts_with("assets/works/my photo.jpg: error: cannot read this file"));
    assert_eq!(fs::read(out.join("assets/works/my photo.jpg")).unwrap(), [0xFF, 0xD8, 3, 2, 1]);
    assert_eq!(write(&site, &out).unwrap().removed, 0);
}

#[test]
fn former_pages_lead_on() {
    let folder = tempfile::tempdir().unwrap();
    let mut site = site("news");
    site.moved.insert("/items/old/".into(), "/items/quay-wall/?a=1&b=\"2\"".into());
    site.moved.insert("/old.xml".into(), "/rss.xml".into());
    site.moved.insert("/?feed=rss2".into(), "/rss.xml".into());
    site.prefix = "/news".into();
    site.gone.insert("/items/withdrawn/".into(), "gone".into());
    write(&site, folder.path()).unwrap();
    let page = fs::read_to_string(folder.path().join("items/old/index.html")).unwrap();
    assert!(page.contains("url=/news/items/quay-wall/?a=1&amp;b=&quot;2&quot;\""), "{page}");
    assert!(!folder.path().join("old.xml").exists(), "a feed reader does not follow a page");
    assert!(!folder.path().join("items/withdrawn").exists());
}

#[test]
fn what_the_disk_refuses_is_said_with_verb_and_path() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("file");
    fs::write(&out, "not a directory").unwrap();
    let error = write(&site("news"), &out).unwrap_err();
    assert!(error.to_string().starts_with(&format!("cannot create the directory {}: ", out.display())), "{error}");

    let out = folder.path().join("out");
    write(&site("news"), &out).unwrap();
    let good = content(&out);
    fs::write(out.join(".feedroom-manifest.json"), "{\"version\":9,\"files\":{}}").unwrap();
    let error = write(&site("newer"), &out).unwrap_err();
    assert!(error.to_string().contains("its version is 9"), "{error}");
    fs::write(out.join(".feedroom-manifest.json"), &good[".feedroom-manifest.json"]).unwrap();

    // Nobody but root writes into a directory without permission.
    fs::set_permissions(&out, fs::Permissions::from_mode(0o555)).unwrap();
    if fs::write(out.join("probe"), "").is_err() {
        let error = write(&site("newer"), &out).unwrap_err();
        assert!(error.to_string().starts_with(&format!("cannot write {}", out.display())), "{error}");
    }
    fs::set_permissions(&out, fs::Permissions::from_mode(0o755)).unwrap();
    let _ = fs::remove_file(out.join("probe"));
    assert_eq!(content(&out)["items/quay-wall/index.html"], good["items/quay-wall/index.html"]);
}

/// What was there stays whole, and the next run completes it.
#[test]
fn a_failed_write_leaves_old_files_whole() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path();
    write(&site("news"), out).unwrap();
    let before = content(out);
    // Where the temporary file would be made stands a directory: the write fails as it would on a full disk.
    fs::create_dir(out.join(".rss.xml.feedroom-tmp")).unwrap();
    let error = write(&site("newer"), out).unwrap_err();
    assert!(error.to_string().starts_with(&format!("cannot write {}", out.join("rss.xml").display())), "{error}");
    assert_eq!(content(out)["rss.xml"], before["rss.xml"]);
    fs::remove_dir(out.join(".rss.xml.feedroom-tmp")).unwrap();
    write(&site("newer"), out).unwrap();
    assert!(content(out)["rss.xml"].starts_with(b"newer"));
}

#[test]
fn an_address_that_is_no_file_name_is_refused_before_anything_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let mut site = site("news");
    site.resources.insert("/assets/../../escape".into(), resource("text/plain", "x"));
    assert!(matches!(write(&site, &out), Err(DirectoryError::Address { .. })));
    assert!(!out.exists());
}
