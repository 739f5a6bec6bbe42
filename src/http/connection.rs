//! One connection: the protocol is told from its first bytes, served by hyper, and ended when the watch says so.

use std::convert::Infallible;
use std::future::poll_fn;
use std::io;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use bytes::{Buf, Bytes, BytesMut};
use hyper::body::{Body, Incoming};
use hyper::header;
use hyper::rt::Executor;
use hyper::service::Service;
use hyper::{Method, Request, Response, StatusCode, Version};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep_until, timeout_at};

use super::answer::Answer;
use super::gather::Gather;
use super::peer::Peer;
use super::response::{self, Payload};
use super::server::{Handler, Limits, Stop, Stopping};
pub(super) use super::watch::Busy;
use super::watch::{Verdict, Watch};

/// What an HTTP/2 connection begins with (RFC 9113, section 3.4).
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// How long a connection without a request stays after the server began to stop: what is already on its way comes.
const FAREWELL: Duration = Duration::from_millis(250);

/// What every connection of a server shares.
pub(super) struct Shared {
    pub(super) handler: Arc<dyn Handler>,
    pub(super) limits: Limits,
    pub(super) permits: Arc<Semaphore>,
    /// When no more permits than this are left, whoever does nothing must go sooner.
    pub(super) few: usize,
}

impl Shared {
    /// How long a silent connection may stay, given how long it might if there were room.
    fn patience(&self, limit: Duration) -> Duration {
        if self.permits.available_permits() < self.few { limit / 8 } else { limit }
    }
}

/// Serves a connection to its end.
pub(super) async fn serve<S>(mut stream: S, peer: Peer, shared: Arc<Shared>, mut stop: Stop)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let opening = match open(&mut stream, &shared, &mut stop).await {
        Ok(opening) => opening,
        Err(refused) => return refuse(stream, refused, &shared.limits).await,
    };
    let http2 = opening.starts_with(PREFACE);
    let watch = Watch::new(http2);
    let stream = Watched { stream, opening, watch: watch.clone() };
    let service = Served { shared, peer, watch };
    if http2 { serve_http2(stream, service, stop).await } else { serve_http1(stream, service, stop).await }
}

/// Why a connection ends before a request is read; with a status where the client would understand one.
type Refused = Option<StatusCode>;

/// Reads until the protocol and, of HTTP/1, the whole request line are there, and judges what hyper doesn't: a
/// line of unbounded length and a version of the future. Everything read is handed on.
async fn open<S: AsyncRead + Unpin>(stream: &mut S, shared: &Shared, stop: &mut Stop) -> Result<Bytes, Refused> {
    let limits = &shared.limits;
    let mut buffer = BytesMut::new();
    let mut deadline = Instant::now() + shared.patience(limits.first_byte);
    loop {
        buffer.reserve(1024);
        let read = tokio::select! {
            biased;
            read = timeout_at(deadline, stream.read_buf(&mut buffer)) => read,
            _ = stop.beyond(Stopping::No), if buffer.is_empty() => {
                deadline = deadline.min(Instant::now() + FAREWELL);
                timeout_at(deadline, stream.read_buf(&mut buffer)).await
            }
        };
        match read {
            Ok(Ok(0)) | Ok(Err(_)) => return Err(None),
            Ok(Ok(count)) if count == buffer.len() => deadline = Instant::now() + limits.head,
            Ok(Ok(_)) => {}
            Err(_) if buffer.is_empty() => return Err(None),
            Err(_) => return Err(Some(StatusCode::REQUEST_TIMEOUT)),
        }
        // Empty lines before a request are let pass (RFC 9112, section 2.2).
        while buffer.first().is_some_and(|byte| matches!(byte, b'\r' | b'\n')) && buffer.len() < limits.target {
            buffer.advance(1);
        }
        if buffer.starts_with(PREFACE) {
            return Ok(buffer.freeze());
        }
        if PREFACE.starts_with(&buffer) {
            continue;
        }
        if let Some(end) = buffer.iter().position(|&byte| byte == b'\n') {
            return if is_later_version(&buffer[..end]) {
                Err(Some(StatusCode::HTTP_VERSION_NOT_SUPPORTED))
            } else {
                Ok(buffer.freeze())
            };
        }
        if buffer.len() > limits.target + 64 {
            return Err(Some(StatusCode::URI_TOO_LONG));
        }
    }
}

/// Whether a request line names a version of HTTP other than 1.x.
fn is_later_version(line: &[u8]) -> bool {
    let version = line.trim_ascii_end().rsplit(|&byte| byte == b' ').next().and_then(|v| v.strip_prefix(b"HTTP/"));
    version.is_some_and(|v| matches!(v, [major @ b'0'..=b'9', b'.', b'0'..=b'9'] if *major != b'1'))
}

async fn serve_http1<S>(stream: Watched<S>, service: Served, mut stop: Stop)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let shared = service.shared.clone();
    let (limits, watch) = (&shared.limits, service.watch.clone());
    let mut connection = hyper::server::conn::http1::Builder::new()
        .header_read_timeout(None)
        .half_close(true)
        .max_header_size(limits.head_size)
        .max_buf_size((2 * limits.head_size).max(64 * 1024))
        .max_headers(limits.headers)
        .serve_connection(TokioIo::new(stream), service);
    let mut timer = pin!(sleep_until(Instant::now() + limits.head));
    let mut farewell = false;
    let refused = loop {
        tokio::select! {
            biased;
            ended = poll_fn(|cx| connection.poll_without_shutdown(cx)) => {
                let misread = ended.is_err_and(|error| error.is_parse());
                if !misread && !watch.unread.load(Relaxed) {
                    let _ = connection.into_parts().io.into_inner().stream.shutdown().await;
                    return;
                }
                break None;
            }
            () = timer.as_mut() => match watch.judge(limits, shared.patience(limits.idle)) {
                _ if farewell && watch.is_idle() => {
                    Pin::new(&mut connection).graceful_shutdown();
                    farewell = false;
                    timer.as_mut().reset(Instant::now() + limits.stall);
                }
                Verdict::Wait(until) => {
                    let soon = Instant::now() + FAREWELL;
                    timer.as_mut().reset(if farewell { until.min(soon) } else { until });
                }
                Verdict::SlowHead => break Some(StatusCode::REQUEST_TIMEOUT),
                Verdict::Idle | Verdict::SlowReader => return,
            },
            stage = stop.beyond(stage(&watch)) => {
                if stage == Stopping::Now {
                    return;
                }
                watch.closing.store(true, Relaxed);
                farewell = true;
                timer.as_mut().reset(Instant::now() + FAREWELL);
            }
        }
    };
    refuse(connection.into_parts().io.into_inner().stream, refused, limits).await;
}

async fn serve_http2<S>(stream: Watched<S>, service: Served, mut stop: Stop)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let shared = service.shared.clone();
    let (limits, watch) = (&shared.limits, service.watch.clone());
    let gather = Gather::new(stream);
    let mut connection = pin!(
        hyper::server::conn::http2::Builder::new(AtOnce)
            .timer(TokioTimer::new())
            .max_concurrent_streams(128)
            .max_header_list_size(u32::try_from(limits.head_size).unwrap_or(u32::MAX))
            .keep_alive_interval(limits.idle / 2)
            .keep_alive_timeout(limits.stall)
            .serve_connection(TokioIo::new(gather.clone()), service)
    );
    let mut timer = pin!(sleep_until(Instant::now() + limits.idle));
    let (mut leaving, mut ended) = (false, false);
    loop {
        tokio::select! {
            biased;
            () = poll_fn(|cx| {
                ended = ended || connection.as_mut().poll(cx).is_ready();
                match gather.poll_empty(cx) {
                    Poll::Pending => Poll::Pending,
                    Poll::Ready(sent) if ended || sent.is_err() => Poll::Ready(()),
                    Poll::Ready(_) => Poll::Pending,
                }
            }) => return,
            () = timer.as_mut() => match watch.judge(limits, shared.patience(limits.idle)) {
                Verdict::Wait(until) => timer.as_mut().reset(until),
                Verdict::Idle if !leaving => {
                    leaving = true;
                    connection.as_mut().graceful_shutdown();
                    timer.as_mut().reset(Instant::now() + limits.stall);
                }
                _ => return,
            },
            stage = stop.beyond(stage(&watch)) => {
                if stage == Stopping::Now {
                    return;
                }
                watch.closing.store(true, Relaxed);
                connection.as_mut().graceful_shutdown();
            }
        }
    }
}

/// Runs the task of a stream at once, within that of its connection. Nearly every answer is ready, and is then written
/// together with those of the other streams that came with it; a task of its own would cost a wake-up on another core.
#[derive(Debug, Clone, Copy)]
struct AtOnce;

impl<F> Executor<F> for AtOnce
where
    F: Future<Output = ()> + Send + 'static,
{
    fn execute(&self, task: F) {
        let mut task = Box::pin(task);
        // Whoever must wait is asked again as a task, which wakes it in time.
        if task.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending() {
            tokio::spawn(task);
        }
    }
}

/// How far a connection has followed the server in stopping.
fn stage(watch: &Watch) -> Stopping {
    if watch.closing.load(Relaxed) { Stopping::Gracefully } else { Stopping::No }
}

/// Ends a connection whose client may still be sending: a closing with unread bytes would reset it and take the
/// last answer along. So the end is announced first and what still comes is thrown away, within bounds.
async fn refuse<S: AsyncRead + AsyncWrite + Unpin>(mut stream: S, status: Refused, limits: &Limits) {
    let deadline = Instant::now() + limits.lingering;
    if let Some(status) = status {
        let line = format!(
            "HTTP/1.1 {} {}\r\nconnection: close\r\ncontent-length: 0\r\ndate: {}\r\n\r\n",
            status.as_str(),
            status.canonical_reason().unwrap_or_default(),
            httpdate::HttpDate::from(std::time::SystemTime::from(crate::clock::now())),
        );
        if !matches!(timeout_at(deadline, stream.write_all(line.as_bytes())).await, Ok(Ok(()))) {
            return;
        }
    }
    let _ = timeout_at(deadline, stream.shutdown()).await;
    let mut scrap = vec![0; 16 * 1024];
    let mut left = 4 * 1024 * 1024;
    while let Ok(Ok(count)) = timeout_at(deadline, stream.read(&mut scrap)).await {
        if count == 0 || count >= left {
            return;
        }
        left -= count;
    }
}

/// The service of one connection.
struct Served {
    shared: Arc<Shared>,
    peer: Peer,
    watch: Arc<Watch>,
}

impl Service<Request<Incoming>> for Served {
    type Response = Response<Payload>;
    type Error = Infallible;
    type Future = Reply;

    fn call(&self, request: Request<Incoming>) -> Reply {
        self.watch.called();
        let (head, body) = request.into_parts();
        let mut answer = match refusal(&head, body.size_hint().lower(), &self.shared.limits) {
            Some(status) => Answer::plain(status).with(header::CONNECTION, "close"),
            None => self.shared.handler.answer(&head, self.peer),
        };
        if head.version <= Version::HTTP_11 {
            if !body.is_end_stream() {
                self.watch.unread.store(true, Relaxed);
            }
            if self.watch.closing.load(Relaxed) {
                answer = answer.with(header::CONNECTION, "close");
            }
        } else {
            answer.headers.remove(header::CONNECTION);
        }
        match response::ready(answer) {
            Ok(response) => Reply::Ready(Some(response)),
            Err(answer) => {
                let busy = Busy::new(&self.watch);
                Reply::Later(Box::pin(response::from_file(answer, head.method == Method::HEAD, busy)))
            }
        }
    }
}

/// What is wrong with a request before anybody asks what it wants.
fn refusal(head: &hyper::http::request::Parts, body: u64, limits: &Limits) -> Option<StatusCode> {
    let target = head.uri.path_and_query().map(|target| target.as_str().len());
    if target.is_some_and(|length| length > limits.target) {
        Some(StatusCode::URI_TOO_LONG)
    } else if (target.is_none() && head.method != Method::CONNECT)
        || (head.version <= Version::HTTP_11 && !host_is_sound(head))
    {
        Some(StatusCode::BAD_REQUEST)
    } else if body > limits.body {
        Some(StatusCode::PAYLOAD_TOO_LARGE)
    } else {
        None
    }
}

/// Exactly one `Host` on HTTP/1.1, at most one before (RFC 9112, section 3.2).
fn host_is_sound(head: &hyper::http::request::Parts) -> bool {
    let mut hosts = head.headers.get_all(header::HOST).iter();
    let valid = |host: &hyper::header::HeaderValue| {
        host.is_empty() || host.to_str().is_ok_and(|host| host.parse::<hyper::http::uri::Authority>().is_ok())
    };
    match (hosts.next(), hosts.next()) {
        (Some(host), None) => valid(host),
        (None, _) => head.version < Version::HTTP_11,
        (Some(_), Some(_)) => false,
    }
}

/// A response that is there, or one that a file must be opened for.
#[expect(clippy::large_enum_variant, reason = "the large one is nearly every answer, and boxing costs an allocation")]
enum Reply {
    Ready(Option<Response<Payload>>),
    Later(Pin<Box<dyn Future<Output = Response<Payload>> + Send>>),
}

impl Future for Reply {
    type Output = Result<Response<Payload>, Infallible>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match self.get_mut() {
            Reply::Ready(response) => Poll::Ready(Ok(response.take().expect("a future is polled until it is ready"))),
            Reply::Later(response) => response.as_mut().poll(cx).map(Ok),
        }
    }
}

/// A stream that gives back what was read to tell the protocol, and tells the watch what happens on it.
struct Watched<S> {
    stream: S,
    opening: Bytes,
    watch: Arc<Watch>,
}

impl<S: AsyncRead + Unpin> AsyncRead for Watched<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        if !self.opening.is_empty() {
            let count = self.opening.len().min(buf.remaining());
            buf.put_slice(&self.opening.split_to(count));
            return Poll::Ready(Ok(()));
        }
        let before = buf.filled().len();
        let polled = Pin::new(&mut self.stream).poll_read(cx, buf);
        if buf.filled().len() > before {
            self.watch.read();
        }
        polled
    }
}

impl<S: AsyncWrite + Unpin> Watched<S> {
    fn wrote(&self, polled: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        if let Poll::Ready(Ok(count)) = polled {
            self.watch.wrote(count);
        }
        polled
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Watched<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.stream).poll_write(cx, buf);
        self.wrote(polled)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.stream).poll_write_vectored(cx, bufs);
        self.wrote(polled)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let polled = Pin::new(&mut self.stream).poll_flush(cx);
        if polled.is_ready() {
            self.watch.flushed();
        }
        polled
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
