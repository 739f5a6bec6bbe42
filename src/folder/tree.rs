//! Walking a tree of files that may be anything: every entry is met once, none is opened, no link leads outside.

use std::fs::{self, FileType, Metadata};
use std::io;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::Path;

use super::kind;
use super::scan::{Root, Stamp};
use crate::problem::Problem;

/// Something met on the way.
pub(super) enum Node {
    /// A regular file, or a link to one inside the root.
    File(String, Stamp),
    /// Something that can't be a release.
    Trouble(Problem),
    /// Something that can't be looked at: what stands there, or below, is unknown.
    Unknown(Problem),
}

/// How deep folders may be nested; deeper is a mistake, or a trap.
const DEPTH: usize = 64;

/// Meets everything at and below a path relative to the root, in no particular order. A path that is not there, or
/// that leads through something ignored, meets nothing.
pub(super) fn walk(root: &Root<'_>, path: &str, meet: &mut dyn FnMut(Node)) {
    if path.is_empty() {
        return folder(root, String::new(), &mut vec![identity(&root.real)], meet);
    }
    if kind::is_ignored_path(path) || path.split('/').any(|part| matches!(part, ".." | "")) {
        return;
    }
    // The way down must not leave the root through a link, nor be a file.
    let parent = path.rsplit_once('/').map_or("", |(parent, _)| parent);
    let real = match root.path.join(parent).canonicalize() {
        Ok(real) => real,
        Err(error) => return unless_gone(path, "look at the file", &error, meet),
    };
    if !real.starts_with(&root.real) {
        return;
    }
    let mut above: Vec<_> = real.ancestors().take_while(|at| at.starts_with(&root.real)).map(identity).collect();
    above.reverse();
    match fs::symlink_metadata(root.path.join(path)) {
        Ok(about) => entry(root, path.to_string(), about.file_type(), Some(about), &mut above, meet),
        Err(error) => unless_gone(path, "look at the file", &error, meet),
    }
}

type Identity = Option<(u64, u64)>;

fn identity(path: &Path) -> Identity {
    fs::metadata(path).ok().map(|about| (about.dev(), about.ino()))
}

fn folder(root: &Root<'_>, path: String, above: &mut Vec<Identity>, meet: &mut dyn FnMut(Node)) {
    let list = match fs::read_dir(root.path.join(&path)) {
        Ok(list) => list,
        Err(error) => return unless_gone(&path, "list the folder", &error, meet),
    };
    for one in list {
        let one = match one {
            Ok(one) => one,
            Err(error) => return unless_gone(&path, "list the folder", &error, meet),
        };
        let name = one.file_name();
        let Some(name) = name.to_str() else {
            let shown = name.to_string_lossy();
            if !kind::is_ignored(&shown) {
                let message = "the name is not UTF-8, so no address can be made of it; rename the file";
                meet(Node::Trouble(Problem::error(below(&path, &shown), message)));
            }
            continue;
        };
        if kind::is_ignored(name) {
            continue;
        }
        let path = below(&path, name);
        match one.file_type() {
            Ok(file_type) if file_type.is_file() => match one.metadata() {
                Ok(about) => entry(root, path, file_type, Some(about), above, meet),
                Err(error) => unless_gone(&path, "look at the file", &error, meet),
            },
            Ok(file_type) => entry(root, path, file_type, None, above, meet),
            Err(error) => unless_gone(&path, "look at the file", &error, meet),
        }
    }
}

/// `about` must be there for a regular file.
fn entry(
    root: &Root<'_>,
    path: String,
    file_type: FileType,
    about: Option<Metadata>,
    above: &mut Vec<Identity>,
    meet: &mut dyn FnMut(Node),
) {
    if file_type.is_file() {
        if let Some(about) = about {
            meet(Node::File(path, Stamp::of(&about)));
        }
        return;
    }
    if file_type.is_symlink() {
        return link(root, path, above, meet);
    }
    if file_type.is_dir() {
        return descend(root, path, above, meet);
    }
    meet(Node::Trouble(Problem::error(path, not_a_file(file_type))));
}

/// What to say about something that is neither a file, a folder nor a link.
pub(super) fn not_a_file(file_type: FileType) -> String {
    let what = match file_type {
        file_type if file_type.is_fifo() => "a named pipe",
        file_type if file_type.is_socket() => "a socket",
        _ => "a device",
    };
    format!("this is {what}, not a file; it is never opened, move it out of the folder")
}

fn descend(root: &Root<'_>, path: String, above: &mut Vec<Identity>, meet: &mut dyn FnMut(Node)) {
    let identity = identity(&root.path.join(&path));
    if above.contains(&identity) {
        let message = "this link leads back to a folder that it lies in; remove it";
        meet(Node::Trouble(Problem::warning(path, message)));
        return;
    }
    if above.len() > DEPTH {
        let message = format!("folders are nested deeper than {DEPTH}; this one is not looked into");
        meet(Node::Trouble(Problem::error(path, message)));
        return;
    }
    above.push(identity);
    folder(root, path, above, meet);
    above.pop();
}

fn link(root: &Root<'_>, path: String, above: &mut Vec<Identity>, meet: &mut dyn FnMut(Node)) {
    let full = root.path.join(&path);
    let trouble = |message: String| Node::Trouble(Problem::warning(path.clone(), message));
    let real = match full.canonicalize() {
        Ok(real) => real,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            meet(trouble("this link leads to nothing; remove it or restore its target".to_string()));
            return;
        }
        Err(error) => {
            return unless_gone(&path, "follow the link", &error, meet);
        }
    };
    let Ok(inside) = real.strip_prefix(&root.real) else {
        let message = "this link leads outside the folder and is not followed; copy the file in, or make the \
                       other place a folder of its own in the configuration";
        meet(trouble(message.to_string()));
        return;
    };
    if inside.to_str().is_none_or(|inside| !inside.is_empty() && kind::is_ignored_path(inside)) {
        meet(trouble("this link leads to a hidden or temporary file and is not followed".to_string()));
        return;
    }
    match fs::metadata(&full) {
        Ok(about) if about.is_file() => {
            meet(Node::File(path, Stamp::of(&about)));
        }
        Ok(about) if about.is_dir() => descend(root, path, above, meet),
        Ok(about) => {
            meet(Node::Trouble(Problem::error(path, not_a_file(about.file_type()))));
        }
        Err(error) => unless_gone(&path, "follow the link", &error, meet),
    }
}

/// Reports a failure; what has just gone (between the listing and the look, perhaps) is not one.
fn unless_gone(path: &str, verb: &str, error: &io::Error, meet: &mut dyn FnMut(Node)) {
    if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) {
        return;
    }
    let advice = match error.kind() {
        io::ErrorKind::PermissionDenied => "; give the user that runs feedroom read access",
        _ => "",
    };
    meet(Node::Unknown(Problem::error(path, format!("cannot {verb}: {error}{advice}"))));
}

fn below(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_string() } else { format!("{folder}/{name}") }
}

impl Stamp {
    pub(super) fn of(about: &Metadata) -> Self {
        let instant =
            |seconds: i64, nanoseconds: i64| seconds.saturating_mul(1_000_000_000).saturating_add(nanoseconds);
        Self {
            size: about.len(),
            modified: instant(about.mtime(), about.mtime_nsec()),
            changed: instant(about.ctime(), about.ctime_nsec()),
            inode: about.ino(),
        }
    }
}
