//! Names the commit in `feedroom --version`: of the clone that a release is built in, or as `FEEDROOM_COMMIT` says.
//! Built from a tarball there is none; a debug build names none either, for it would be built anew with each commit.

#![allow(clippy::print_stdout, reason = "a build script speaks to cargo on standard output")]

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::process::Command;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rustc-env=FEEDROOM_SOURCE={:016x}", source());
    println!("cargo:rerun-if-env-changed=FEEDROOM_COMMIT");
    let is_release = std::env::var("PROFILE").is_ok_and(|profile| profile == "release");
    let given = std::env::var("FEEDROOM_COMMIT").ok().filter(|commit| !commit.is_empty());
    let commit = given.or_else(|| if is_release { commit_of_clone() } else { None });
    let version = std::env::var("CARGO_PKG_VERSION").unwrap_or_default();
    let version = commit.map_or_else(|| version.clone(), |commit| format!("{version} ({commit})"));
    println!("cargo:rustc-env=FEEDROOM_VERSION={version}");
}

/// The commit and its day: `1a2b3c4d5e6f 2026-11-25`.
fn commit_of_clone() -> Option<String> {
    // A tarball that is unpacked inside of another clone has no commit.
    if !Path::new(".git").exists() {
        return None;
    }
    let git = |arguments: &[&str]| {
        let output = Command::new("git").args(arguments).output().ok().filter(|output| output.status.success())?;
        String::from_utf8(output.stdout).ok().map(|text| text.trim().to_string())
    };
    for name in ["HEAD", "refs/heads", "packed-refs"] {
        if let Some(path) = git(&["rev-parse", "--git-path", name]).filter(|path| Path::new(path).exists()) {
            println!("cargo:rerun-if-changed={path}");
        }
    }
    git(&["log", "-1", "--format=%h %cs", "--abbrev=12"])
}

/// A hash of all that may change how files are read: the source, and the versions of the crates.
fn source() -> u64 {
    let mut open = vec![PathBuf::from("src"), PathBuf::from("Cargo.toml"), PathBuf::from("Cargo.lock")];
    let mut files = BTreeMap::new();
    while let Some(path) = open.pop() {
        println!("cargo:rerun-if-changed={}", path.display());
        match std::fs::read_dir(&path) {
            Ok(list) => open.extend(list.flatten().map(|entry| entry.path())),
            Err(_) => drop(files.insert(path.clone(), std::fs::read(&path).unwrap_or_default())),
        }
    }
    let mut hasher = DefaultHasher::new();
    files.hash(&mut hasher);
    hasher.finish()
}
