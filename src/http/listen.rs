//! Listeners: TCP of both families, Unix sockets, and sockets inherited from a service manager.

use std::io;
use std::net::{SocketAddr, TcpListener as StdTcpListener};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use rustix::net::sockopt::set_tcp_congestion;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpSocket, TcpStream, UnixListener, UnixStream};

use super::peer::Peer;
use super::tls::Tls;

/// How many connections the kernel keeps waiting while all permits are taken.
const BACKLOG: u32 = 4096;

/// A bound socket that gives connections.
#[derive(Debug)]
pub struct Listener {
    socket: Socket,
    /// Where the socket's file lies, to be removed at the end; only of Unix sockets bound here.
    file: Option<PathBuf>,
    tls: Option<Arc<Tls>>,
}

#[derive(Debug)]
enum Socket {
    Tcp(TcpListener),
    Unix(UnixListener),
}

impl Listener {
    /// Binds a TCP address; port 0 lets the system choose. Needs a running tokio.
    ///
    /// # Errors
    /// What the system says, with the address: it is in use, not of this machine, or not allowed.
    pub fn tcp(address: SocketAddr) -> io::Result<Self> {
        let bind = || {
            let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
            // A restart must not wait for the last connections of the process before it.
            socket.set_reuseaddr(true)?;
            if address.ip().is_loopback() {
                unpaced(&socket);
            }
            socket.bind(address)?;
            socket.listen(BACKLOG)
        };
        match bind() {
            Ok(tcp) => Ok(Self { socket: Socket::Tcp(tcp), file: None, tls: None }),
            Err(error) => Err(io::Error::new(error.kind(), format!("can't listen on {address}: {error}"))),
        }
    }

    /// Binds a Unix socket, whose file is removed with the listener. A file that a process left behind, so that
    /// nobody answers at it, is replaced. Needs a running tokio.
    ///
    /// # Errors
    /// What the system says, with the path: somebody answers there already, or it is not allowed.
    pub fn unix(path: &Path) -> io::Result<Self> {
        let bind = || match UnixListener::bind(path) {
            Err(error) if error.kind() == io::ErrorKind::AddrInUse && is_abandoned(path) => {
                std::fs::remove_file(path)?;
                UnixListener::bind(path)
            }
            bound => bound,
        };
        match bind() {
            Ok(unix) => Ok(Self { socket: Socket::Unix(unix), file: Some(path.to_path_buf()), tls: None }),
            Err(error) => Err(io::Error::new(error.kind(), format!("can't listen on {}: {error}", path.display()))),
        }
    }

    /// The sockets that a service manager passes on (`LISTEN_FDS`), TCP or Unix, in their order. Call it once,
    /// before anything else opens files, inside a running tokio.
    ///
    /// # Errors
    /// A passed descriptor that is no listening stream socket.
    pub fn inherited() -> io::Result<Vec<Self>> {
        let mut fds = listenfd::ListenFd::from_env();
        let mut listeners = Vec::new();
        for at in 0..fds.len() {
            if let Ok(Some(tcp)) = fds.take_tcp_listener(at) {
                listeners.push(Self::try_from(tcp)?);
            } else if let Some(unix) = fds.take_unix_listener(at)? {
                unix.set_nonblocking(true)?;
                listeners.push(Self { socket: Socket::Unix(UnixListener::from_std(unix)?), file: None, tls: None });
            }
        }
        Ok(listeners)
    }

    /// The same, speaking TLS.
    pub fn with_tls(mut self, tls: Arc<Tls>) -> Self {
        self.tls = Some(tls);
        self
    }

    /// The certificate it speaks TLS with.
    pub(super) fn tls(&self) -> Option<&Arc<Tls>> {
        self.tls.as_ref()
    }

    /// The address as a person would type it: `http://127.0.0.1:8080`, `unix:/run/feedroom.sock`.
    pub fn address(&self) -> String {
        let scheme = if self.tls.is_some() { "https" } else { "http" };
        match &self.socket {
            Socket::Tcp(tcp) => tcp.local_addr().map(|a| format!("{scheme}://{a}")).unwrap_or_else(|e| e.to_string()),
            Socket::Unix(unix) => match unix.local_addr() {
                Ok(address) => format!("unix:{}", address.as_pathname().unwrap_or(Path::new("?")).display()),
                Err(error) => error.to_string(),
            },
        }
    }

    /// The bound TCP address; `None` of a Unix socket.
    pub fn local_addr(&self) -> Option<SocketAddr> {
        match &self.socket {
            Socket::Tcp(tcp) => tcp.local_addr().ok(),
            Socket::Unix(_) => None,
        }
    }

    /// Waits for the next connection.
    pub(super) async fn accept(&self) -> io::Result<(Stream, Peer)> {
        match &self.socket {
            Socket::Tcp(tcp) => {
                let (stream, address) = tcp.accept().await?;
                // Answers leave in one write; waiting for the client's acknowledgement only delays them.
                stream.set_nodelay(true)?;
                Ok((Stream::Tcp(stream), Peer::Tcp(address)))
            }
            Socket::Unix(unix) => Ok((Stream::Unix(unix.accept().await?.0), Peer::Unix)),
        }
    }
}

/// Keeps the kernel from pacing what is sent over the connections of a socket, as BBR does where it is the system's
/// choice: within the machine there is no path to spare, and each 64 KiB would wait for a timer of their own, which in a
/// virtual machine costs more than copying them. Reno is there in every kernel and open to everybody. Sockets that a
/// service manager passes on are as it made them.
fn unpaced(socket: &TcpSocket) {
    if let Err(error) = set_tcp_congestion(socket, "reno") {
        tracing::debug!(%error, "can't choose how a socket of the loopback is paced");
    }
}

impl TryFrom<StdTcpListener> for Listener {
    type Error = io::Error;

    fn try_from(listener: StdTcpListener) -> io::Result<Self> {
        listener.set_nonblocking(true)?;
        Ok(Self { socket: Socket::Tcp(TcpListener::from_std(listener)?), file: None, tls: None })
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        if let Some(file) = &self.file {
            let _ = std::fs::remove_file(file);
        }
    }
}

/// Whether a socket's file is left over from a process that is gone.
fn is_abandoned(path: &Path) -> bool {
    use std::os::unix::fs::FileTypeExt;
    let is_socket = std::fs::symlink_metadata(path).is_ok_and(|meta| meta.file_type().is_socket());
    let answer = std::os::unix::net::UnixStream::connect(path);
    is_socket && answer.is_err_and(|error| error.kind() == io::ErrorKind::ConnectionRefused)
}

/// An accepted connection.
#[derive(Debug)]
pub(super) enum Stream {
    Tcp(TcpStream),
    Unix(UnixStream),
}

macro_rules! each {
    ($self:expr, $stream:ident => $call:expr) => {
        match $self.get_mut() {
            Stream::Tcp($stream) => $call,
            Stream::Unix($stream) => $call,
        }
    };
}

impl AsyncRead for Stream {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        each!(self, stream => Pin::new(stream).poll_read(cx, buf))
    }
}

impl AsyncWrite for Stream {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        each!(self, stream => Pin::new(stream).poll_write(cx, buf))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        each!(self, stream => Pin::new(stream).poll_write_vectored(cx, bufs))
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        each!(self, stream => Pin::new(stream).poll_flush(cx))
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        each!(self, stream => Pin::new(stream).poll_shutdown(cx))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustix::net::sockopt::tcp_congestion;

    #[tokio::test]
    async fn nothing_is_paced_within_the_machine() {
        let listener = Listener::tcp(([127, 0, 0, 1], 0).into()).unwrap();
        let _client = std::net::TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (Stream::Tcp(stream), _) = listener.accept().await.unwrap() else { panic!("no TCP") };
        assert_eq!(tcp_congestion(&stream).unwrap(), "reno");
    }
}
