//! The watcher over the real file system: whatever happens in a folder, it rings.

#![allow(clippy::unwrap_used, reason = "a helper of tests may fail as a test may")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use feedroom::folder::{self, Bell, Options, Reading, Reason, Settings, Stamp, Watcher};
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
fn each_closed_file_rings() {
    let folder = tempfile::tempdir().unwrap();
    let (_watcher, mut bells) = watch(folder.path());
    for n in 0..40 {
        let name = format!("{n}.txt");
        fs::write(folder.path().join(&name), "text").unwrap();
        expect(&mut bells, &[&name]);
    }
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
    expect(&mut bells, &["slow.txt"]);
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

/// Somebody who heeds the bells, and nothing but the bells.
struct Reader {
    settings: Settings,
    known: BTreeMap<String, (Stamp, Vec<u8>)>,
}

impl Reader {
    fn answer(&mut self, bell: Bell) {
        let mut again = match bell {
            Bell::Look { paths, .. } => paths,
            Bell::LookAll { .. } => vec![String::new()],
            Bell::Trouble { problem, .. } => panic!("{problem}"),
        };
        while !again.is_empty() {
            again = self.look(&again);
        }
    }

    /// Looks at paths; answers those that were being written.
    fn look(&mut self, paths: &[String]) -> Vec<String> {
        // What has several names is told of under one of them.
        let found = folder::look_at(&self.settings, paths).releases;
        let stood = paths.iter().filter_map(|path| Some(self.known.get(path)?.0.inode));
        let inodes: BTreeSet<u64> = found.iter().map(|entry| entry.stamp.inode).chain(stood).collect();
        let others = self.known.iter().filter(|(_, (stamp, _))| inodes.contains(&stamp.inode)).map(|(path, _)| path);
        let paths: Vec<String> = paths.iter().chain(others).cloned().collect();
        let look = folder::look_at(&self.settings, &paths);
        let below = |path: &str| {
            paths.iter().any(|looked| {
                looked.is_empty()
                    || path.strip_prefix(looked.as_str()).is_some_and(|r| r.is_empty() || r.starts_with('/'))
            })
        };
        let before: Vec<String> = self.known.keys().filter(|path| below(path)).cloned().collect();
        let mut changing = Vec::new();
        for path in before.into_iter().filter(|path| !look.releases.iter().any(|entry| entry.path == *path)) {
            self.known.remove(&path);
        }
        for entry in look.releases {
            if self.known.get(&entry.path).is_some_and(|(stamp, _)| *stamp == entry.stamp) {
                continue;
            }
            match folder::read(&self.settings, &entry) {
                Ok(Reading::Whole(bytes, stamp)) => drop(self.known.insert(entry.path, (stamp, bytes))),
                Ok(Reading::Gone) => drop(self.known.remove(&entry.path)),
                Ok(Reading::Changing) => changing.push(entry.path),
                Err(problem) => panic!("{problem}"),
            }
        }
        changing
    }

    fn texts(&self) -> BTreeMap<String, String> {
        self.known.iter().map(|(path, (_, bytes))| (path.clone(), String::from_utf8(bytes.clone()).unwrap())).collect()
    }
}

/// A generator of numbers that is the same everywhere (xorshift64).
pub(crate) struct Dice {
    pub(crate) state: u64,
    /// Whether the root itself may be taken away.
    pub(crate) root_too: bool,
}

impl Dice {
    pub(crate) fn roll(&mut self, sides: u64) -> u64 {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        self.state % sides
    }
}

/// One random deed in a folder. Most fail now and then, because another one was faster; that is as it should be.
/// `say` gives what is written into a file; all of one length.
pub(crate) fn deed(root: &Path, away: &Path, dice: &mut Dice, say: impl Fn(u64) -> String) {
    let folder = |dice: &mut Dice| match dice.roll(4) {
        0 => root.to_path_buf(),
        1 => root.join(format!("d{}", dice.roll(4))),
        _ => root.join(format!("d{}/e{}", dice.roll(4), dice.roll(3))),
    };
    let one = folder(dice).join(format!("f{}.txt", dice.roll(6)));
    let two = folder(dice).join(format!("f{}.txt", dice.roll(6)));
    let (here, there) = (folder(dice), folder(dice));
    let text = say(dice.roll(10_000));
    let _ = match dice.roll(16) {
        0..=3 => fs::write(&one, &text),
        4 => fs::create_dir_all(&here).and_then(|()| fs::write(here.join("f0.txt"), &text)),
        5 => fs::write(one.with_extension("tmp"), &text).and_then(|()| fs::rename(one.with_extension("tmp"), &two)),
        6 => fs::rename(&one, &two),
        7 => fs::remove_file(&one),
        8 if here != *root && there != *root => fs::rename(&here, &there),
        9 if here != *root => fs::remove_dir_all(&here),
        10 => fs::hard_link(&one, &two),
        11 => fs::File::options()
            .append(true)
            .open(&one)
            .and_then(|mut file| std::io::Write::write_all(&mut file, text.as_bytes())),
        12 if here != *root => fs::rename(&here, away.join("tree")).and_then(|()| {
            let _ = fs::write(away.join("tree/f5.txt"), &text);
            fs::rename(away.join("tree"), &there)
        }),
        13 => {
            let date = fs::metadata(&one).and_then(|about| about.modified());
            date.and_then(|date| {
                fs::write(&one, &text)?;
                fs::File::options().write(true).open(&one)?.set_modified(date)
            })
        }
        14 if dice.root_too && dice.roll(40) == 0 => {
            fs::rename(root, away.join("root")).and_then(|()| fs::rename(away.join("root"), root))
        }
        15 if dice.root_too && dice.roll(40) == 0 => fs::remove_dir_all(root).and_then(|()| fs::create_dir_all(root)),
        _ => Ok(()),
    };
    if dice.roll(3) == 0 {
        std::thread::sleep(Duration::from_micros(dice.roll(3_000)));
    }
}

/// Whoever heeds the bells knows in the end what a fresh look finds, whatever happened. `TORTURE_SECONDS` makes it
/// longer.
#[test]
fn whoever_heeds_the_bells_knows_everything_in_the_end() {
    let seconds = std::env::var("TORTURE_SECONDS").ok().and_then(|text| text.parse().ok()).unwrap_or(4_u64);
    let end = Instant::now() + Duration::from_secs(seconds);
    let mut round = 0;
    let mut most = 0;
    while Instant::now() < end {
        round += 1;
        let place = tempfile::tempdir().unwrap();
        let (root, away) = (place.path().join("root"), place.path().join("away"));
        fs::create_dir(&root).unwrap();
        fs::create_dir(&away).unwrap();
        let (_watcher, mut bells) = watch(&root);
        let mut reader = Reader { settings: Settings::new(&root), known: BTreeMap::new() };
        let stop = Instant::now() + Duration::from_millis(700);
        std::thread::scope(|scope| {
            for worker in 1..=3_u64 {
                let (root, away) = (&root, &away);
                scope.spawn(move || {
                    let mut dice = Dice { state: round * 1_000 + worker, root_too: round % 3 == 0 };
                    while Instant::now() < stop {
                        deed(root, away, &mut dice, |number| format!("{number:04}"));
                    }
                });
            }
            while Instant::now() < stop {
                next(&mut bells, Duration::from_millis(5)).into_iter().for_each(|bell| reader.answer(bell));
            }
        });
        let mut fresh = Reader { settings: Settings::new(&root), known: BTreeMap::new() };
        fresh.answer(Bell::LookAll { root: 0, reason: Reason::Regular });
        // Longer than a file that was never seen closed is waited for.
        while let Some(bell) = next(&mut bells, Duration::from_millis(1_300)) {
            reader.answer(bell);
        }
        assert_eq!(reader.texts(), fresh.texts(), "round {round}");
        most = most.max(reader.known.len());
    }
    assert!(most >= 10, "only {most} files at the end");
}
