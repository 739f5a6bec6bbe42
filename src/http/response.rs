//! From an answer to a response of hyper: the body's plan is carried out, files are looked at and read.

use std::io;
use std::path::Path;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::SystemTime;

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use hyper::header::{self, HeaderValue};
use hyper::{Response, StatusCode};
use tokio::fs::File;
use tokio::io::{AsyncRead, AsyncSeekExt, ReadBuf};

use super::answer::{Answer, Plan};
use super::connection::Busy;

/// How much of a file is read at a time.
const CHUNK: usize = 64 * 1024;

/// The body of a response.
#[derive(Debug, Default)]
pub(super) enum Payload {
    /// Nothing, or nothing more.
    #[default]
    Nothing,
    /// All at once.
    Bytes(Bytes),
    /// Read as the client takes it.
    File { file: File, left: u64, _busy: Busy },
}

/// The response of an answer that needs no file; the answer itself where it does.
#[expect(clippy::result_large_err, reason = "the error is the same answer handed back, not a failure on its way up")]
pub(super) fn ready(answer: Answer) -> Result<Response<Payload>, Answer> {
    let payload = match answer.plan {
        Plan::Nothing => Payload::Nothing,
        Plan::Bytes(bytes) => Payload::Bytes(bytes),
        Plan::File { .. } => return Err(answer),
    };
    let mut response = Response::new(payload);
    *response.status_mut() = answer.status;
    *response.headers_mut() = answer.headers;
    Ok(response)
}

/// The response of an answer from a file: opened and looked at before a word is said. A file that is gone, or no
/// longer the plain file that the site knew, is `404`; one that has changed is sent whole as it is now, and without
/// the validators of what it was.
pub(super) async fn from_file(mut answer: Answer, head_only: bool, busy: Busy) -> Response<Payload> {
    let missing = || {
        let answer = Answer::plain(StatusCode::NOT_FOUND).with(header::CACHE_CONTROL, "no-cache");
        ready(if head_only { answer.without_body() } else { answer }).unwrap_or_default()
    };
    let Plan::File { path, length, modified, mut range } = answer.plan else {
        return ready(answer).unwrap_or_default();
    };
    answer.plan = Plan::Nothing;
    let opened = tokio::task::spawn_blocking(move || open(&path)).await;
    let Ok(Ok((file, found))) = opened else { return missing() };
    if found.length != length || modified.is_some_and(|modified| found.modified != Some(modified)) {
        range = 0..found.length;
        answer.status = StatusCode::OK;
        for name in [header::ETAG, header::LAST_MODIFIED, header::CONTENT_RANGE, header::ACCEPT_RANGES] {
            answer.headers.remove(name);
        }
        answer.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(found.length));
        answer.headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    }
    let mut response = ready(answer).unwrap_or_default();
    let left = range.end - range.start;
    if head_only || left == 0 {
        return response;
    }
    let mut file = File::from_std(file);
    if range.start > 0 && file.seek(io::SeekFrom::Start(range.start)).await.is_err() {
        return missing();
    }
    *response.body_mut() = Payload::File { file, left, _busy: busy };
    response
}

struct Found {
    length: u64,
    modified: Option<SystemTime>,
}

/// Opens a plain file at a path without symbolic links; whatever else stands there now was put there since.
fn open(path: &Path) -> io::Result<(std::fs::File, Found)> {
    use std::os::unix::fs::MetadataExt;
    let seen = std::fs::symlink_metadata(path)?;
    // A FIFO would block the opening for ever.
    if !seen.is_file() || path.canonicalize()? != path {
        return Err(io::ErrorKind::NotFound.into());
    }
    let file = std::fs::File::open(path)?;
    let opened = file.metadata()?;
    if (opened.dev(), opened.ino()) != (seen.dev(), seen.ino()) {
        return Err(io::ErrorKind::NotFound.into());
    }
    Ok((file, Found { length: opened.len(), modified: opened.modified().ok() }))
}

impl Body for Payload {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        match &mut *self {
            Payload::Nothing => Poll::Ready(None),
            Payload::Bytes(bytes) => {
                let bytes = std::mem::take(bytes);
                *self = Payload::Nothing;
                Poll::Ready(Some(Ok(Frame::data(bytes))))
            }
            Payload::File { file, left, .. } => {
                let mut chunk = vec![0; CHUNK.min(usize::try_from(*left).unwrap_or(CHUNK))];
                let mut buffer = ReadBuf::new(&mut chunk);
                ready!(Pin::new(file).poll_read(cx, &mut buffer))?;
                let read = buffer.filled().len();
                if read == 0 {
                    // Cut short under our hands: the promised length can't be kept, so the connection must break.
                    return Poll::Ready(Some(Err(io::ErrorKind::UnexpectedEof.into())));
                }
                *left -= read as u64;
                if *left == 0 {
                    *self = Payload::Nothing;
                }
                chunk.truncate(read);
                Poll::Ready(Some(Ok(Frame::data(chunk.into()))))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Payload::Nothing => true,
            Payload::Bytes(bytes) => bytes.is_empty(),
            Payload::File { left, .. } => *left == 0,
        }
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(match self {
            Payload::Nothing => 0,
            Payload::Bytes(bytes) => bytes.len() as u64,
            Payload::File { left, .. } => *left,
        })
    }
}
