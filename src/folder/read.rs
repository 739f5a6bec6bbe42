//! Taking one file whole, or saying why not.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read, Seek};
use std::os::unix::fs::OpenOptionsExt;

use super::scan::Stamp;
use super::tree::not_a_file;
use super::{Entry, Settings};
use crate::clock;
use crate::problem::Problem;

/// What came of reading a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reading {
    /// Its bytes, and the stamp to remember for them. A file that changed only just now has one that no later look
    /// finds again, so that it is read once more: a further change might not show in its times.
    Whole(Vec<u8>, Stamp),
    /// Somebody was writing it meanwhile: what was read is neither the old nor the new. Look again soon.
    Changing,
    /// It is no longer there.
    Gone,
}

/// Reads one release, no more than the limit of the settings.
///
/// A file that can't be read, is too large, or is no file at all is a problem. Opening never waits: a pipe that has
/// taken the place of a file is noticed and left alone.
pub fn read(settings: &Settings, entry: &Entry) -> Result<Reading, Problem> {
    let fail = |message: String| Problem::error(&entry.path, message);
    let cannot = |verb: &str, error: &std::io::Error| match error.kind() {
        ErrorKind::PermissionDenied => {
            fail(format!("cannot {verb} the file: {error}; give the user that runs feedroom read access"))
        }
        _ => fail(format!("cannot {verb} the file: {error}")),
    };
    // Opening a device may already do something, so look first; a swap between the steps is caught below.
    let mut path = settings.root.join(&entry.path);
    let mut about = std::fs::symlink_metadata(&path);
    if about.as_ref().is_ok_and(|about| about.is_symlink()) {
        let real = path.canonicalize().and_then(|real| Ok((settings.root.canonicalize()?, real)));
        match real {
            Ok((root, real)) if real.starts_with(&root) => path = real,
            Ok(_) => return Err(fail("this link leads outside the folder and is not followed".to_string())),
            Err(error) if is_gone(&error) => return Ok(Reading::Gone),
            Err(error) => return Err(cannot("follow", &error)),
        }
        about = std::fs::symlink_metadata(&path);
    }
    match about {
        Ok(about) if about.is_symlink() => return Ok(Reading::Changing),
        Ok(about) if !about.is_file() => return Err(fail(not_a_file(about.file_type()))),
        Ok(_) => {}
        Err(error) if is_gone(&error) => return Ok(Reading::Gone),
        Err(error) => return Err(cannot("look at", &error)),
    }
    let flags = libc::O_NONBLOCK | libc::O_NOFOLLOW;
    let mut file = match OpenOptions::new().read(true).custom_flags(flags).open(&path) {
        Ok(file) => file,
        Err(error) if is_gone(&error) => return Ok(Reading::Gone),
        Err(error) if error.raw_os_error() == Some(libc::ELOOP) => return Ok(Reading::Changing),
        Err(error) => return Err(cannot("open", &error)),
    };
    // Before the stamp is taken: whoever writes from here on and leaves the stamp as it is does so within a tick of it.
    let now = clock::now().timestamp_nanos_opt().unwrap_or(i64::MAX);
    let before = file.metadata().map_err(|error| cannot("look at", &error))?;
    if !before.is_file() {
        return Err(fail(not_a_file(before.file_type())));
    }
    let before = Stamp::of(&before);
    if before.size > settings.max_bytes {
        let limit = settings.max_bytes / (1024 * 1024);
        let size = before.size.div_ceil(1024 * 1024);
        return Err(fail(format!(
            "the file is too large for a release: {size} MiB, the limit is {limit} MiB; split it, or exclude it"
        )));
    }
    let mut take = || -> std::io::Result<(Vec<u8>, Stamp)> {
        let bytes = take(&mut file, before.size)?;
        Ok((bytes, Stamp::of(&file.metadata()?)))
    };
    let (bytes, mut stamp) = take().map_err(|error| cannot("read", &error))?;
    if !same_content(&before, &stamp) || bytes.len() as u64 != before.size {
        return Ok(Reading::Changing);
    }
    if stamp.is_fresh(now) {
        // The times can't tell whether somebody wrote while this was read; the bytes can.
        let (again, _) = take().map_err(|error| cannot("read", &error))?;
        if again != bytes {
            return Ok(Reading::Changing);
        }
        stamp.smudge();
    }
    Ok(Reading::Whole(bytes, stamp))
}

/// At most one byte more than expected, to notice growth without following it.
fn take(file: &mut File, size: u64) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or_default() + 1);
    file.rewind()?;
    file.take(size + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The change time may move without the content (a rename, a new link, a mode); size and modification time can't
/// stay when somebody writes.
fn same_content(before: &Stamp, after: &Stamp) -> bool {
    before.size == after.size && before.modified == after.modified
}

fn is_gone(error: &std::io::Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory)
}
