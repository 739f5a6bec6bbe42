//! The watcher over the real file system: whatever happens in a folder, it rings.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use feedroom::folder::{Bell, Options, Reason, Watcher};
use tokio::sync::mpsc::Receiver;
use tokio::sync::mpsc::error::TryRecvError;

/// Longer than any bell may take on a machine that is busy with other things.
const PATIENCE: Duration = Duration::from_secs(10);

fn options() -> Options {
    Options { root_check: Duration::from_millis(200), ..Options::default() }
}

fn watch(root: &Path) -> (Watcher, Receiver<Bell>) {
    Watcher::start(vec![root.to_path_buf()], options()).unwrap()
}

fn next(bells: &mut Receiver<Bell>, patience: Duration) -> Option<Bell> {
    let end = Instant::now() + patience;
    loop {
        match bells.try_recv() {
            Ok(bell) => return Some(bell),
            Err(TryRecvError::Disconnected) => panic!("the watcher ended"),
            Err(TryRecvError::Empty) if Instant::now() >= end => return None,
            Err(TryRecvError::Empty) => std::thread::sleep(Duration::from_micros(200)),
        }
    }
}

/// Waits until the bells have told to look at every one of the paths, by itself, by a folder above it, or by a whole
/// look.
fn expect(bells: &mut Receiver<Bell>, paths: &[&str]) {
    let mut missing: BTreeSet<&str> = paths.iter().copied().collect();
    let end = Instant::now() + PATIENCE;
    while !missing.is_empty() {
        let left = end.saturating_duration_since(Instant::now());
        match next(bells, left).unwrap_or_else(|| panic!("never rang for {missing:?}")) {
            Bell::Look { paths, .. } => {
                let covers = |path: &str, rung: &str| {
                    rung.is_empty() || path.strip_prefix(rung).is_some_and(|r| r.is_empty() || r.starts_with('/'))
                };
                missing.retain(|path| !paths.iter().any(|rung| covers(path, rung)));
            }
            Bell::LookAll { .. } => missing.clear(),
            Bell::Trouble { problem, .. } => panic!("{problem}"),
        }
    }
}

fn expect_all(bells: &mut Receiver<Bell>, expected: Reason) {
    let end = Instant::now() + PATIENCE;
    loop {
        let left = end.saturating_duration_since(Instant::now());
        match next(bells, left).unwrap_or_else(|| panic!("never rang for {expected:?}")) {
            Bell::LookAll { reason, .. } if reason == expected => return,
            _ => {}
        }
    }
}

/// Takes what still comes until nothing came for a while.
fn quiet(bells: &mut Receiver<Bell>) -> Vec<Bell> {
    let mut late = Vec::new();
    while let Some(bell) = next(bells, Duration::from_millis(400)) {
        late.push(bell);
    }
    late
}

#[test]
fn each_way_of_changing_a_file_rings() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    fs::write(root.join("old.txt"), "old").unwrap();
    fs::create_dir(root.join("sub")).unwrap();
    let (_watcher, mut bells) = watch(root);
    fs::write(root.join("new.txt"), "new").unwrap();
    expect(&mut bells, &["new.txt"]);
    fs::write(root.join("old.txt"), "edited").unwrap();
    expect(&mut bells, &["old.txt"]);
    fs::rename(root.join("new.txt"), root.join("sub/renamed.txt")).unwrap();
    expect(&mut bells, &["new.txt", "sub/renamed.txt"]);
    fs::write(root.join("sub/save.tmp"), "saved by way of another file").unwrap();
    fs::rename(root.join("sub/save.tmp"), root.join("old.txt")).unwrap();
    expect(&mut bells, &["old.txt"]);
    fs::remove_file(root.join("old.txt")).unwrap();
    expect(&mut bells, &["old.txt"]);
    fs::rename(root.join("sub/renamed.txt"), root.join("sub/Renamed.txt")).unwrap();
    expect(&mut bells, &["sub/renamed.txt", "sub/Renamed.txt"]);
    fs::hard_link(root.join("sub/Renamed.txt"), root.join("linked.txt")).unwrap();
    expect(&mut bells, &["linked.txt"]);
    quiet(&mut bells);
    Command::new("chmod").args(["600", root.join("linked.txt").to_str().unwrap()]).status().unwrap();
    expect(&mut bells, &["linked.txt"]);
    fs::remove_dir_all(root.join("sub")).unwrap();
    expect(&mut bells, &["sub"]);
    quiet(&mut bells);
}

#[test]
fn a_closed_file_rings_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let (_watcher, mut bells) = watch(folder.path());
    let mut times = Vec::new();
    for n in 0..40 {
        let name = format!("{n}.txt");
        fs::write(folder.path().join(&name), "text").unwrap();
        let start = Instant::now();
        expect(&mut bells, &[&name]);
        times.push(start.elapsed());
        std::thread::sleep(Duration::from_millis(15));
    }
    times.sort();
    // A debouncer would wait at least 50 ms; the machine may be busy, so only the middle counts.
    assert!(times[times.len() / 2] < Duration::from_millis(20), "{times:?}");
}

#[test]
fn folders_that_come_with_files_in_them_are_seen_whole() {
    let folder = tempfile::tempdir().unwrap();
    let elsewhere = tempfile::tempdir_in(folder.path().parent().unwrap()).unwrap();
    let root = folder.path();
    let (_watcher, mut bells) = watch(root);
    for round in 0..20 {
        // Made and filled faster than anybody can watch.
        let deep = root.join(format!("made{round}/b/c"));
        fs::create_dir_all(&deep).unwrap();
        fs::write(deep.join("x.txt"), "x").unwrap();
        expect(&mut bells, &[&format!("made{round}/b/c/x.txt")]);
        quiet_until_empty(&mut bells);
        fs::write(deep.join("y.txt"), "y").unwrap();
        expect(&mut bells, &[&format!("made{round}/b/c/y.txt")]);
        // Moved in with all its content, then written to.
        let source = elsewhere.path().join("tree");
        fs::create_dir_all(source.join("d")).unwrap();
        fs::write(source.join("d/z.txt"), "z").unwrap();
        fs::rename(&source, root.join(format!("moved{round}"))).unwrap();
        expect(&mut bells, &[&format!("moved{round}/d/z.txt")]);
        quiet_until_empty(&mut bells);
        fs::write(root.join(format!("moved{round}/d/later.txt")), "later").unwrap();
        expect(&mut bells, &[&format!("moved{round}/d/later.txt")]);
        // Renamed within, and written to under the new name.
        fs::rename(root.join(format!("moved{round}")), root.join(format!("again{round}"))).unwrap();
        expect(&mut bells, &[&format!("moved{round}"), &format!("again{round}/d/z.txt")]);
        quiet_until_empty(&mut bells);
        fs::write(root.join(format!("again{round}/d/last.txt")), "last").unwrap();
        expect(&mut bells, &[&format!("again{round}/d/last.txt")]);
    }
}

fn quiet_until_empty(bells: &mut Receiver<Bell>) {
    while next(bells, Duration::from_millis(30)).is_some() {}
}

#[test]
fn reading_and_passing_traces_ring_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    fs::create_dir(root.join(".git")).unwrap();
    fs::write(root.join("a.txt"), "text").unwrap();
    let (_watcher, mut bells) = watch(root);
    for _ in 0..10 {
        fs::read(root.join("a.txt")).unwrap();
        fs::read_dir(root).unwrap().for_each(drop);
    }
    fs::write(root.join(".a.txt.swp"), "swap").unwrap();
    fs::write(root.join("a.txt~"), "backup").unwrap();
    fs::write(root.join("4913"), "").unwrap();
    fs::remove_file(root.join("4913")).unwrap();
    fs::write(root.join(".git/index"), "index").unwrap();
    assert_eq!(quiet(&mut bells), vec![]);
}

#[test]
fn a_root_that_goes_and_comes_back_is_watched_again() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("releases");
    fs::create_dir(&root).unwrap();
    let (_watcher, mut bells) = watch(&root);
    // Deleted and made again.
    fs::remove_dir_all(&root).unwrap();
    expect_all(&mut bells, Reason::Root);
    fs::create_dir(&root).unwrap();
    fs::write(root.join("a.txt"), "a").unwrap();
    expect_all(&mut bells, Reason::Root);
    quiet(&mut bells);
    fs::write(root.join("b.txt"), "b").unwrap();
    expect(&mut bells, &["b.txt"]);
    // Deleted and made again at once.
    fs::remove_dir_all(&root).unwrap();
    fs::create_dir(&root).unwrap();
    expect_all(&mut bells, Reason::Root);
    quiet(&mut bells);
    fs::write(root.join("c.txt"), "c").unwrap();
    expect(&mut bells, &["c.txt"]);
    // Moved away, and back.
    let away = folder.path().join("away");
    fs::rename(&root, &away).unwrap();
    expect_all(&mut bells, Reason::Root);
    quiet(&mut bells);
    fs::write(away.join("hidden-from-us.txt"), "x").unwrap();
    assert_eq!(quiet(&mut bells), vec![], "what happens elsewhere does not ring");
    fs::rename(&away, &root).unwrap();
    expect_all(&mut bells, Reason::Root);
    quiet(&mut bells);
    fs::write(root.join("d.txt"), "d").unwrap();
    expect(&mut bells, &["d.txt"]);
}

#[test]
fn a_root_may_come_later() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("not/yet");
    let (_watcher, mut bells) = watch(&root);
    assert_eq!(quiet(&mut bells), vec![]);
    fs::create_dir_all(root.join("sub")).unwrap();
    expect_all(&mut bells, Reason::Root);
    fs::write(root.join("sub/a.txt"), "a").unwrap();
    expect(&mut bells, &["sub/a.txt"]);
}

#[test]
fn a_burst_is_few_bells() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let (_watcher, mut bells) = watch(root);
    let names: Vec<String> = (0..5_000).map(|n| format!("d{}/{n}.txt", n % 50)).collect();
    let writer = std::thread::spawn({
        let (root, names) = (root.to_path_buf(), names.clone());
        move || {
            for name in &names {
                let path = root.join(name);
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(path, "text").unwrap();
            }
        }
    });
    let mut missing: BTreeSet<String> = names.into_iter().collect();
    let mut count = 0;
    while !missing.is_empty() {
        let bell = next(&mut bells, PATIENCE).unwrap_or_else(|| panic!("{} files never rang", missing.len()));
        count += 1;
        if let Bell::Look { paths, .. } = bell {
            for path in paths {
                if !missing.remove(&path) && !path.contains('/') {
                    // A folder rings for what lies in it by now.
                    fs::read_dir(root.join(&path)).unwrap().flatten().for_each(|entry| {
                        missing.remove(&format!("{path}/{}", entry.file_name().to_str().unwrap()));
                    });
                }
            }
        }
    }
    writer.join().unwrap();
    assert!(count <= 30, "{count} bells");
    assert!(quiet(&mut bells).len() <= 2);
}

#[test]
fn a_file_that_is_being_written_is_waited_for() {
    use std::io::Write;
    let folder = tempfile::tempdir().unwrap();
    let (_watcher, mut bells) = watch(folder.path());
    let mut file = fs::File::create(folder.path().join("slow.txt")).unwrap();
    for _ in 0..6 {
        file.write_all(b"a line\n").unwrap();
        assert_eq!(next(&mut bells, Duration::from_millis(150)), None, "half a file rang");
    }
    drop(file);
    let start = Instant::now();
    expect(&mut bells, &["slow.txt"]);
    assert!(start.elapsed() < Duration::from_millis(500), "the end of writing is noticed");
}

#[test]
fn links_ring_with_their_targets() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    fs::create_dir_all(root.join("all/2025")).unwrap();
    fs::create_dir(root.join("energy")).unwrap();
    fs::write(root.join("all/2025/a.txt"), "a").unwrap();
    std::os::unix::fs::symlink("../all/2025/a.txt", root.join("energy/a.txt")).unwrap();
    let (_watcher, mut bells) = watch(root);
    fs::write(root.join("all/2025/a.txt"), "edited").unwrap();
    expect(&mut bells, &["all/2025/a.txt", "energy/a.txt"]);
    std::os::unix::fs::symlink("all/2025", root.join("latest")).unwrap();
    expect(&mut bells, &["latest"]);
    fs::write(root.join("all/2025/b.txt"), "b").unwrap();
    expect(&mut bells, &["all/2025/b.txt", "latest/b.txt"]);
}

#[test]
fn folders_beyond_the_limit_of_watches_are_polled_and_it_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    for n in 0..4 {
        fs::create_dir_all(root.join(format!("{n}/deep"))).unwrap();
    }
    let few = Options { watches: 3, poll: Duration::from_millis(200), ..options() };
    let (_watcher, mut bells) = Watcher::start(vec![root.to_path_buf()], few).unwrap();
    let Some(Bell::Trouble { root: 0, problem }) = next(&mut bells, PATIENCE) else { panic!() };
    assert!(problem.message.contains("fs.inotify.max_user_watches"), "{problem}");
    for n in 0..4 {
        let name = format!("{n}/deep/a.txt");
        fs::write(root.join(&name), "a").unwrap();
        expect(&mut bells, &[&name]);
    }
}

#[test]
fn polling_alone_looks_at_everything() {
    let folder = tempfile::tempdir().unwrap();
    let poll = Options { watches: 0, poll: Duration::from_millis(100), ..options() };
    let (_watcher, mut bells) = Watcher::start(vec![folder.path().to_path_buf()], poll).unwrap();
    for _ in 0..3 {
        assert_eq!(next(&mut bells, PATIENCE), Some(Bell::LookAll { root: 0, reason: Reason::Poll }));
    }
}

#[test]
fn a_full_look_comes_now_and_then() {
    let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let roots = folders.iter().map(|folder| folder.path().to_path_buf()).collect();
    let often = Options { full_look: Duration::from_millis(300), ..options() };
    let (_watcher, mut bells) = Watcher::start(roots, often).unwrap();
    for root in [0, 1, 0, 1] {
        assert_eq!(next(&mut bells, PATIENCE), Some(Bell::LookAll { root, reason: Reason::Regular }));
    }
    fs::write(folders[1].path().join("a.txt"), "a").unwrap();
    let rung = loop {
        if let Some(Bell::Look { root, paths }) = next(&mut bells, PATIENCE) {
            break (root, paths);
        }
    };
    assert_eq!(rung, (1, vec!["a.txt".to_string()]), "the new watches ring too");
}

#[test]
fn somebody_busy_finds_one_bell_for_all() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let (_watcher, mut bells) = watch(root);
    for n in 0..60 {
        fs::write(root.join(format!("{n}.txt")), "text").unwrap();
        std::thread::sleep(Duration::from_millis(10));
    }
    let count = quiet(&mut bells).len();
    assert!(count <= 7, "{count} bells lay waiting");
}

#[test]
fn it_ends_when_it_is_dropped_and_when_nobody_listens() {
    let folder = tempfile::tempdir().unwrap();
    let (watcher, mut bells) = watch(folder.path());
    drop(watcher);
    assert_eq!(bells.try_recv(), Err(TryRecvError::Disconnected));
    let (watcher, bells) = watch(folder.path());
    drop(bells);
    fs::write(folder.path().join("a.txt"), "a").unwrap();
    drop(watcher);
}
