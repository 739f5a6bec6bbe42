//! Writes of one turn of an HTTP/2 connection, gathered into few.
//!
//! The h2 crate writes and flushes each frame by itself, 16 KiB at most. Here they are kept until the connection has
//! done all that it can for now, or enough has come together, and leave at once: a copy costs less than a system call and
//! the packets that it makes.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// Bytes that are enough to be written without waiting for more.
const ENOUGH: usize = 128 * 1024;
/// What may come on top of that with one write: a frame and its head.
const FRAME: usize = 17 * 1024;

/// A stream that gathers what is written to it; one clone is written to, by the other it is [emptied](Self::poll_empty).
pub(super) struct Gather<S>(Arc<Mutex<Gathered<S>>>);

struct Gathered<S> {
    stream: S,
    waiting: Vec<u8>,
    /// How much of it has left already.
    sent: usize,
}

impl<S> Gather<S> {
    pub(super) fn new(stream: S) -> Self {
        Self(Arc::new(Mutex::new(Gathered { stream, waiting: Vec::new(), sent: 0 })))
    }

    fn lock(&self) -> MutexGuard<'_, Gathered<S>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<S> Clone for Gather<S> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<S: AsyncWrite + Unpin> Gather<S> {
    /// Sends what has gathered. Say it after each poll of the connection.
    pub(super) fn poll_empty(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.lock().poll_empty(cx)
    }
}

impl<S: AsyncWrite + Unpin> Gathered<S> {
    fn poll_empty(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while self.sent < self.waiting.len() {
            let count = ready!(Pin::new(&mut self.stream).poll_write(cx, &self.waiting[self.sent..]))?;
            if count == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.sent += count;
        }
        // A connection with nothing to say keeps no memory for it.
        (self.waiting, self.sent) = (Vec::new(), 0);
        // Flushed also where nothing was written: so the watch hears that nothing is under way.
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    /// Makes room for a write.
    fn poll_room(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.waiting.len() >= ENOUGH {
            ready!(self.poll_empty(cx))?;
        }
        if self.waiting.capacity() == 0 {
            self.waiting.reserve_exact(ENOUGH + FRAME);
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Gather<S> {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.lock().stream).poll_read(cx, buf)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Gather<S> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        self.poll_write_vectored(cx, &[io::IoSlice::new(buf)])
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let mut gathered = self.lock();
        ready!(gathered.poll_room(cx))?;
        let before = gathered.waiting.len();
        for buf in bufs {
            gathered.waiting.extend_from_slice(buf);
        }
        Poll::Ready(Ok(gathered.waiting.len() - before))
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    /// Left to [`Gather::poll_empty`].
    fn poll_flush(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut gathered = self.lock();
        ready!(gathered.poll_empty(cx))?;
        Pin::new(&mut gathered.stream).poll_shutdown(cx)
    }
}
