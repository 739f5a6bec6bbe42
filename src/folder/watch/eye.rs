//! Watching one root: which folders the kernel tells of, and what its events say. The only file that knows `notify`.

use std::fs::Metadata;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use notify::event::{AccessKind, AccessMode, CreateKind, ModifyKind, RenameMode};
use notify::{ErrorKind, Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};

use crate::folder::bell::News;
use crate::folder::kind;

/// A file older than this has its name to stay.
const NEW: Duration = Duration::from_secs(10);

/// One root and the kernel's watches below it.
///
/// Every folder is watched by itself and only then listed: a recursive watch of `notify` misses files that are
/// written between the making of a folder and its watch.
pub(super) struct Eye {
    /// As configured.
    root: PathBuf,
    /// The folder that the watches are on; `None` while it is missing.
    identity: Option<Identity>,
    /// `None` where events are not used.
    watcher: Option<RecommendedWatcher>,
    /// Links inside the root: what they lead to and where they stand, both relative. Events tell of the target.
    links: Vec<(String, String)>,
    /// How many more folders may be watched.
    budget: usize,
    /// Folders without a watch, relative; the root itself where nothing can be watched.
    blind: Vec<String>,
    /// Why there are any.
    blindness: Option<Blindness>,
}

/// Why events don't come from a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Blindness {
    /// The kernel's limit of watches is reached.
    Watches,
    /// The kernel's limit of inotify instances, or of open files, is reached.
    Instances,
    /// The file system is elsewhere: another machine's changes make no events here.
    Network,
    /// Polling was asked for.
    Asked,
    /// The kernel refused for another reason.
    Refused,
}

/// What an event means.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Heard {
    /// News of paths relative to the root.
    Paths(Vec<(String, News)>),
    /// The root itself went, or is another one now.
    Root,
    /// Events were lost.
    Lost,
}

/// How an eye looks.
#[derive(Debug, Clone, Copy)]
pub(super) enum Sight {
    /// With the kernel's events, at most this many watches.
    Events(usize),
    /// By polling alone.
    Poll,
}

impl Eye {
    /// Opens an eye on a root that may be missing. `handler` is called for every event that can matter.
    pub(super) fn open(root: &Path, sight: Sight, handler: impl Fn(notify::Result<Event>) + Send + 'static) -> Self {
        let mut eye = Self {
            root: root.to_path_buf(),
            identity: identity(root),
            watcher: None,
            links: Vec::new(),
            budget: 0,
            blind: Vec::new(),
            blindness: None,
        };
        if eye.identity.is_none() {
            return eye;
        }
        let Sight::Events(budget) = sight else {
            eye.go_blind("", Blindness::Asked);
            return eye;
        };
        if is_on_network(root) {
            // Changes made on this machine still make events: both.
            eye.go_blind("", Blindness::Network);
        }
        eye.budget = budget;
        let filtered = move |event: notify::Result<Event>| {
            // Reading raises events too: whoever heeds those wakes himself by looking.
            if event.as_ref().is_ok_and(|event| is_about_reading(event.kind)) {
                return;
            }
            handler(event);
        };
        let config = notify::Config::default().with_follow_symlinks(false);
        match RecommendedWatcher::new(filtered, config) {
            Ok(watcher) => {
                eye.watcher = Some(watcher);
                eye.cover("");
            }
            Err(_) => eye.go_blind("", Blindness::Instances),
        }
        eye
    }

    /// Whether the path of the root leads to another folder than the one that is watched, or none any more.
    pub(super) fn is_stale(&self) -> bool {
        identity(&self.root) != self.identity
    }

    /// Whether the root was there when the eye was opened.
    pub(super) fn is_open(&self) -> bool {
        self.identity.is_some()
    }

    /// Folders that must be looked at by polling, relative, with the reason.
    pub(super) fn blind(&self) -> Option<(&[String], Blindness)> {
        self.blindness.map(|blindness| (self.blind.as_slice(), blindness))
    }

    /// What an event means. New folders are watched before this returns, so that looking at them after misses nothing.
    pub(super) fn hear(&mut self, event: notify::Result<Event>) -> Heard {
        let Ok(event) = event else { return Heard::Lost };
        if event.need_rescan() {
            return Heard::Lost;
        }
        let mut paths = Vec::new();
        for path in &event.paths {
            let Ok(relative) = path.strip_prefix(&self.root) else { continue };
            if relative.as_os_str().is_empty() {
                if matches!(event.kind, EventKind::Remove(_) | EventKind::Modify(ModifyKind::Name(_))) {
                    return Heard::Root;
                }
                // Its permissions, for example: all of it may read otherwise now.
                paths.push((String::new(), News::Settling));
                continue;
            }
            // What has no name in UTF-8 is looked at with the folder around it.
            let Some(relative) = relative.ancestors().find_map(Path::to_str) else { continue };
            if kind::is_ignored_path(relative) {
                continue;
            }
            let news = self.news(event.kind, path, relative).map(|news| settled(news, path, relative));
            if let Some(news) = news {
                self.through_links(relative, news, &mut paths);
                paths.push((relative.to_string(), news));
            }
        }
        Heard::Paths(paths)
    }

    fn news(&mut self, kind: EventKind, path: &Path, relative: &str) -> Option<News> {
        match kind {
            EventKind::Access(AccessKind::Close(AccessMode::Write)) => Some(News::Written),
            EventKind::Create(CreateKind::Folder) => {
                self.cover(relative);
                Some(News::Written)
            }
            EventKind::Create(_) => {
                let about = path.symlink_metadata().ok()?;
                if about.is_dir() {
                    self.cover(relative);
                } else if about.is_symlink() {
                    self.remember_link(relative);
                } else if about.is_file() && about.nlink() == 1 {
                    return Some(News::Writing);
                }
                // Links, hard or soft, and special files are complete at once.
                Some(News::Written)
            }
            // The same move has been told as one `From` and one `To`.
            EventKind::Modify(ModifyKind::Name(RenameMode::Both)) => None,
            EventKind::Modify(ModifyKind::Name(RenameMode::To)) => {
                match path.symlink_metadata() {
                    Ok(about) if about.is_dir() => self.cover(relative),
                    Ok(about) if about.is_symlink() => self.remember_link(relative),
                    _ => {}
                }
                Some(News::Written)
            }
            EventKind::Modify(ModifyKind::Name(_) | ModifyKind::Metadata(_)) | EventKind::Remove(_) => {
                Some(News::Settling)
            }
            EventKind::Access(_) => None,
            _ => Some(News::Writing),
        }
    }

    /// Watches a folder and all that is below it.
    fn cover(&mut self, relative: &str) {
        let Some(watcher) = &mut self.watcher else { return };
        let path = if relative.is_empty() { self.root.clone() } else { self.root.join(relative) };
        if self.budget == 0 {
            return self.go_blind(relative, Blindness::Watches);
        }
        if let Err(error) = watcher.watch(&path, RecursiveMode::NonRecursive) {
            return match error.kind {
                ErrorKind::MaxFilesWatch => self.go_blind(relative, Blindness::Watches),
                // It went before it could be watched; its removal is told by the folder around it.
                ErrorKind::PathNotFound | ErrorKind::WatchNotFound => {}
                ErrorKind::Io(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                // The look reports it; polling costs little and notices when it can be read.
                _ => self.go_blind(relative, Blindness::Refused),
            };
        }
        self.budget -= 1;
        for entry in std::fs::read_dir(&path).into_iter().flatten().flatten() {
            let name = entry.file_name();
            let (Some(name), Ok(file_type)) = (name.to_str(), entry.file_type()) else { continue };
            if kind::is_ignored(name) || !(file_type.is_dir() || file_type.is_symlink()) {
                continue;
            }
            let below = if relative.is_empty() { name.to_string() } else { format!("{relative}/{name}") };
            if file_type.is_dir() {
                self.cover(&below);
            } else {
                self.remember_link(&below);
            }
        }
    }

    fn remember_link(&mut self, relative: &str) {
        let real = || {
            let target = self.root.join(relative).canonicalize().ok()?;
            let inside = target.strip_prefix(self.root.canonicalize().ok()?).ok()?.to_str()?.to_string();
            Some(inside)
        };
        if let Some(target) = real() {
            let link = (target, relative.to_string());
            if !self.links.contains(&link) {
                self.links.push(link);
            }
        }
    }

    /// News of a target is news of every link that leads to it, or through it, or into it.
    fn through_links(&self, path: &str, news: News, paths: &mut Vec<(String, News)>) {
        for (target, link) in &self.links {
            let rest = path.strip_prefix(target.as_str()).filter(|rest| rest.is_empty() || rest.starts_with('/'));
            if let Some(rest) = rest {
                paths.push((format!("{link}{rest}"), news));
            } else if target.strip_prefix(path).is_some_and(|rest| rest.starts_with('/')) {
                paths.push((link.clone(), news));
            }
        }
    }

    fn go_blind(&mut self, relative: &str, why: Blindness) {
        self.blindness.get_or_insert(why);
        if !self.blind.iter().any(|blind| blind == relative) {
            self.blind.push(relative.to_string());
        }
    }
}

/// What is complete under a name that may be one for a moment is looked at when it has stayed: the release whose new
/// content it is would be a second one under that name.
fn settled(news: News, path: &Path, relative: &str) -> News {
    let name = relative.rsplit('/').next().unwrap_or(relative);
    if news != News::Written || path.is_dir() {
        return news;
    }
    if kind::in_place_of(name).any(|other| path.with_file_name(other).is_file()) && is_new(path) {
        return News::Aside;
    }
    if kind::is_lasting(name) { news } else { News::Settling }
}

/// Whether a file was made just now, as far as the file system tells.
fn is_new(path: &Path) -> bool {
    let made = path.metadata().and_then(|about| about.created());
    made.map_or(true, |made| made.elapsed().is_ok_and(|age| age < NEW))
}

fn is_about_reading(kind: EventKind) -> bool {
    matches!(kind, EventKind::Access(kind) if kind != AccessKind::Close(AccessMode::Write))
}

/// Device and inode, and when it was made where the file system tells: inodes are given again.
type Identity = (u64, u64, Option<std::time::SystemTime>);

fn identity(root: &Path) -> Option<Identity> {
    root.metadata().ok().filter(Metadata::is_dir).map(|about| (about.dev(), about.ino(), about.created().ok()))
}

/// Whether a path lies on a file system whose changes may be made by another machine (proc(5), mountinfo).
fn is_on_network(root: &Path) -> bool {
    let Ok(real) = root.canonicalize() else { return false };
    let Ok(mounts) = std::fs::read_to_string("/proc/self/mountinfo") else { return false };
    file_system_of(&real, &mounts).is_some_and(|kind| {
        matches!(
            kind,
            "9p" | "afs"
                | "ceph"
                | "cifs"
                | "coda"
                | "glusterfs"
                | "gpfs"
                | "lustre"
                | "ncpfs"
                | "nfs"
                | "nfs4"
                | "ocfs2"
                | "prl_fs"
                | "smb3"
                | "smbfs"
                | "vboxsf"
                | "virtiofs"
                | "vmhgfs"
        ) || (kind.starts_with("fuse.") && kind != "fuse.portal")
    })
}

/// The type of the file system that a path lies on: the longest mount point above it, the last one mounted there.
fn file_system_of<'m>(path: &Path, mounts: &'m str) -> Option<&'m str> {
    let mut best = (0, None);
    for line in mounts.lines() {
        let Some((mount, rest)) = line.split_once(" - ") else { continue };
        let Some(point) = mount.split(' ').nth(4) else { continue };
        // Blanks in a mount point are written in octal.
        let point = point.replace("\\040", " ").replace("\\011", "\t").replace("\\134", "\\");
        if path.starts_with(&point) && point.len() >= best.0 {
            best = (point.len(), rest.split(' ').next());
        }
    }
    best.1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_file_system() {
        let mounts = "22 1 8:1 / / rw shared:1 - ext4 /dev/sda1 rw\n\
                      30 22 0:40 / /mnt/press\\040room rw - nfs4 server:/x rw\n\
                      31 22 0:41 / /mnt rw shared:3 master:1 - tmpfs tmpfs rw\n";
        for (path, kind) in [("/srv/a", "ext4"), ("/mnt/press room/a", "nfs4"), ("/mnt/x", "tmpfs"), ("/mntx", "ext4")]
        {
            assert_eq!(file_system_of(Path::new(path), mounts), Some(kind), "{path}");
        }
    }
}
