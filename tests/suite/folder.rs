//! Folders as they are: scanning and reading.

#![allow(clippy::unwrap_used, reason = "a helper of tests may fail as a test may")]

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::Command;

use feedroom::folder::{self, Globs, Look, Reading, RootState, Settings};

/// Makes a tree: `name` an empty folder where it ends in `/`, else a file with text.
fn tree(files: &[&str]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for name in files {
        write(folder.path(), name);
    }
    folder
}

fn write(root: &Path, name: &str) {
    let path = root.join(name);
    if name.ends_with('/') {
        fs::create_dir_all(path).unwrap();
        return;
    }
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, format!("text of {name}")).unwrap();
}

fn scan(root: &Path) -> Look {
    folder::scan(&Settings::new(root))
}

fn releases(look: &Look) -> Vec<&str> {
    look.releases.iter().map(|entry| entry.path.as_str()).collect()
}

fn problems(look: &Look) -> Vec<String> {
    look.problems.iter().map(ToString::to_string).collect()
}

#[test]
fn releases_and_assets_in_the_order_of_their_paths() {
    let names =
        ["b.txt", "a/2.md", "a/1.html", "NEWS", "a/photo.JPG", "annual.pdf", "a.txt", "debian/changelog", "é.txt"];
    let folder = tree(&names);
    let look = scan(folder.path());
    assert_eq!(releases(&look), ["NEWS", "a.txt", "a/1.html", "a/2.md", "b.txt", "debian/changelog", "é.txt"]);
    assert_eq!(look.assets.iter().map(|entry| entry.path.as_str()).collect::<Vec<_>>(), ["a/photo.JPG", "annual.pdf"]);
    assert_eq!((look.root, look.problems.len()), (RootState::Present, 0));
}

#[test]
fn traces_of_programs_are_passed_over() {
    let folder = tree(&[
        "a.txt",
        ".git/HEAD",
        ".hidden.txt",
        "a.txt~",
        ".a.txt.swp",
        "#a.txt#",
        "4913",
        "b.txt.tmp",
        "c.txt.part",
        "d.crdownload",
        "sub/.x/y.txt",
        "~$letter.docx",
        "__MACOSX/a.txt",
        ".a.txt.feedroom-tmp",
    ]);
    symlink("nobody@nowhere.1:2", folder.path().join(".#a.txt")).unwrap();
    let look = scan(folder.path());
    assert_eq!((releases(&look), problems(&look)), (vec!["a.txt"], vec![]));
}

#[test]
fn include_and_exclude_choose() {
    let folder = tree(&["a.txt", "a.md", "x/b.md", "x/drafts/c.md", "x/d.png"]);
    let globs = |patterns: &[&str]| Globs::new(patterns.iter().map(ToString::to_string)).unwrap();
    let mut settings = Settings::new(folder.path());
    settings.exclude = globs(&["**/drafts/**"]);
    assert_eq!(releases(&folder::scan(&settings)), ["a.md", "a.txt", "x/b.md"]);
    settings.include = globs(&["**/*.md"]);
    let look = folder::scan(&settings);
    assert_eq!(releases(&look), ["a.md", "x/b.md"]);
    settings.include = globs(&["*.{md,png}"]);
    assert_eq!(releases(&folder::scan(&settings)), ["a.md"], "`*` stays within a name");
}

#[test]
fn what_is_no_file_is_a_problem_and_the_others_go_on() {
    let folder = tree(&["good.txt", "sub/also.txt"]);
    let root = folder.path();
    assert!(Command::new("mkfifo").arg(root.join("pipe.txt")).status().unwrap().success());
    let _socket = std::os::unix::net::UnixListener::bind(root.join("sub/socket")).unwrap();
    symlink("/etc/hostname", root.join("outside.txt")).unwrap();
    symlink("nowhere.txt", root.join("dangling.txt")).unwrap();
    symlink("loop.txt", root.join("loop.txt")).unwrap();
    symlink("..", root.join("sub/up")).unwrap();
    fs::write(root.join(<std::ffi::OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(b"caf\xe9.txt")), "x").unwrap();
    let look = scan(root);
    assert_eq!(releases(&look), ["good.txt", "sub/also.txt"]);
    let problems = problems(&look);
    let expected = [
        ("caf\u{fffd}.txt: error:", "not UTF-8"),
        ("dangling.txt: warning:", "leads to nothing"),
        ("loop.txt: error:", "cannot follow the link"),
        ("outside.txt: warning:", "leads outside the folder"),
        ("pipe.txt: error:", "a named pipe"),
        ("sub/socket: error:", "a socket"),
        ("sub/up: warning:", "leads back"),
    ];
    assert_eq!(problems.len(), expected.len(), "{problems:#?}");
    for (problem, (start, part)) in problems.iter().zip(expected) {
        assert!(problem.starts_with(start) && problem.contains(part), "{problem}");
    }
}

#[test]
fn links_inside_are_followed() {
    let folder = tree(&["all/2025/a.txt", "energy/"]);
    let root = folder.path();
    symlink("../all/2025/a.txt", root.join("energy/a.txt")).unwrap();
    symlink("all/2025", root.join("latest")).unwrap();
    let look = scan(root);
    assert_eq!(releases(&look), ["all/2025/a.txt", "energy/a.txt", "latest/a.txt"]);
    assert_eq!(problems(&look), Vec::<String>::new());
    let Ok(Reading::Whole(bytes, _)) = folder::read(&Settings::new(root), &look.releases[1]) else { panic!() };
    assert_eq!(bytes, b"text of all/2025/a.txt");
    // The root itself may be reached through a link.
    let elsewhere = tempfile::tempdir().unwrap();
    symlink(root, elsewhere.path().join("news")).unwrap();
    assert_eq!(releases(&scan(&elsewhere.path().join("news"))), releases(&look));
}

#[test]
fn a_root_says_what_it_is() {
    let folder = tree(&["empty/", "hidden/.gitkeep", "file.txt", "only-problems/"]);
    let root = folder.path();
    symlink("nowhere", root.join("only-problems/x.txt")).unwrap();
    for (name, state, message) in [
        ("missing", RootState::Missing, "the folder is missing"),
        ("file.txt", RootState::Unreadable, "not a folder"),
        ("empty", RootState::Empty, ""),
        ("hidden", RootState::Empty, ""),
        ("only-problems", RootState::Present, "leads to nothing"),
    ] {
        let look = scan(&root.join(name));
        assert_eq!(look.root, state, "{name}");
        assert!(problems(&look).concat().contains(message), "{name}: {:?}", look.problems);
    }
}

#[test]
fn a_part_is_looked_at_alone() {
    let folder = tree(&["a.txt", "x/b.txt", "x/y/c.txt", ".git/z.txt"]);
    let settings = Settings::new(folder.path());
    let look = |paths: &[&str]| {
        let paths: Vec<String> = paths.iter().map(ToString::to_string).collect();
        let look = folder::look_at(&settings, &paths);
        assert_eq!((look.root, problems(&look)), (RootState::Present, vec![]));
        releases(&look).into_iter().map(String::from).collect::<Vec<_>>()
    };
    assert_eq!(look(&["x"]), ["x/b.txt", "x/y/c.txt"]);
    assert_eq!(look(&["x/y/c.txt", "x/y", "a.txt", "a.txt"]), ["a.txt", "x/y/c.txt"]);
    assert_eq!(look(&["gone.txt", "x/gone/too.txt", "a.txt/below", ".git/z.txt", "../x", "x/../a.txt"]), [""; 0]);
    assert_eq!(look(&[""]).len(), 3);
}

#[test]
fn reading_takes_a_file_whole_or_says_why_not() {
    let folder = tree(&["a.txt", "gone.txt", "pipe.txt", "large.txt", "swapped.txt"]);
    let root = folder.path();
    let mut settings = Settings::new(root);
    let entries = scan(root).releases;
    let entry = |name: &str| entries.iter().find(|entry| entry.path == name).unwrap();

    assert!(matches!(folder::read(&settings, entry("a.txt")), Ok(Reading::Whole(..))));
    fs::remove_file(root.join("gone.txt")).unwrap();
    assert_eq!(folder::read(&settings, entry("gone.txt")), Ok(Reading::Gone));
    fs::remove_file(root.join("pipe.txt")).unwrap();
    assert!(Command::new("mkfifo").arg(root.join("pipe.txt")).status().unwrap().success());
    assert!(folder::read(&settings, entry("pipe.txt")).unwrap_err().message.contains("a named pipe"));
    fs::remove_file(root.join("swapped.txt")).unwrap();
    symlink("/etc/passwd", root.join("swapped.txt")).unwrap();
    assert!(folder::read(&settings, entry("swapped.txt")).unwrap_err().message.contains("leads outside"));

    let large = fs::File::create(root.join("large.txt")).unwrap();
    large.set_len(settings.max_bytes).unwrap();
    assert!(matches!(folder::read(&settings, entry("large.txt")), Ok(Reading::Whole(..))), "the limit itself is fine");
    large.set_len(settings.max_bytes + 1).unwrap();
    let problem = folder::read(&settings, entry("large.txt")).unwrap_err();
    assert!(problem.message.contains("9 MiB, the limit is 8 MiB"), "{problem}");
    settings.max_bytes = 3;
    assert!(folder::read(&settings, entry("a.txt")).is_err());
}

#[test]
fn what_may_not_be_read_is_a_problem() {
    let folder = tree(&["good.txt", "secret.txt", "closed/x.txt"]);
    let root = folder.path();
    fs::set_permissions(root.join("secret.txt"), fs::Permissions::from_mode(0o000)).unwrap();
    fs::set_permissions(root.join("closed"), fs::Permissions::from_mode(0o000)).unwrap();
    // Whoever may read everything (root) sees no problem here; that too is to be so.
    let almighty = fs::read(root.join("secret.txt")).is_ok();
    let look = scan(root);
    let secret = look.releases.iter().find(|entry| entry.path == "secret.txt").unwrap();
    let reading = folder::read(&Settings::new(root), secret);
    fs::set_permissions(root.join("closed"), fs::Permissions::from_mode(0o755)).unwrap();
    if almighty {
        assert!(matches!(reading, Ok(Reading::Whole(..))));
        assert_eq!((look.releases.len(), look.problems.len()), (3, 0));
        assert!(look.unknown.is_empty());
    } else {
        assert_eq!(look.unknown, ["closed"]);
        assert!(reading.unwrap_err().message.contains("read access"));
        assert!(problems(&look)[0].starts_with("closed: error: cannot list the folder"));
    }
}

/// While somebody writes, a reading is one of the whole texts that ever stood there, or none.
#[test]
fn a_file_is_never_taken_half() {
    let folder = tree(&["a.txt"]);
    let path = folder.path().join("a.txt");
    fs::write(&path, "aaaa").unwrap();
    let settings = Settings::new(folder.path());
    let entry = scan(folder.path()).releases.remove(0);
    let done = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            use std::io::Write;
            for round in 0..200_u32 {
                let mut file = fs::File::create(&path).unwrap();
                for _ in 0..64 {
                    file.write_all(&[b'a' + (round % 26) as u8; 4096]).unwrap();
                }
            }
            done.store(true, std::sync::atomic::Ordering::SeqCst);
        });
        let mut whole = 0;
        while !done.load(std::sync::atomic::Ordering::SeqCst) {
            if let Ok(Reading::Whole(bytes, stamp)) = folder::read(&settings, &entry) {
                assert_eq!(bytes.len() as u64, stamp.size);
                assert!(bytes.windows(2).all(|pair| pair[0] == pair[1]), "two texts in one reading");
                whole += 1;
            }
        }
        assert!(whole > 0);
    });
}

#[test]
fn a_stamp_moves_with_every_change() {
    let folder = tree(&["a.txt"]);
    let path = folder.path().join("a.txt");
    let stamp = || scan(folder.path()).releases[0].stamp;
    let first = stamp();
    assert_eq!(first, stamp());
    let modified = fs::metadata(&path).unwrap().modified().unwrap();
    // Another text of the same length, put in place with the old date.
    std::thread::sleep(std::time::Duration::from_millis(20));
    fs::write(&path, "TEXT OF a.txt").unwrap();
    fs::File::options().write(true).open(&path).unwrap().set_modified(modified).unwrap();
    let second = stamp();
    assert_eq!((first.size, first.modified, first.inode), (second.size, second.modified, second.inode));
    assert_ne!(first, second);
}

/// File times stand still for some milliseconds; a change within them must not be lost.
#[test]
fn a_change_within_one_tick_is_read_again() {
    let folder = tree(&["a.txt"]);
    let settings = Settings::new(folder.path());
    let path = folder.path().join("a.txt");
    for round in 0..300 {
        fs::write(&path, format!("{round:05}")).unwrap();
        let entry = scan(folder.path()).releases.remove(0);
        let Ok(Reading::Whole(_, remembered)) = folder::read(&settings, &entry) else { panic!() };
        fs::write(&path, format!("{:05}", round + 1)).unwrap();
        assert_ne!(scan(folder.path()).releases[0].stamp, remembered, "round {round}: the change would be missed");
    }
    std::thread::sleep(std::time::Duration::from_millis(80));
    let entry = scan(folder.path()).releases.remove(0);
    let Ok(Reading::Whole(_, remembered)) = folder::read(&settings, &entry) else { panic!() };
    assert_eq!(scan(folder.path()).releases[0].stamp, remembered, "an old file is not read again");
}
