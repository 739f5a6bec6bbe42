//! TLS: both protocols by ALPN, a certificate that is renewed under the running server, and files that are none.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use feedroom::http::{Limits, Listener, Public, Tls, serve};
use feedroom::site::{Resource, Site};
use http_body_util::{BodyExt, Empty};
use hyper::body::Bytes;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

/// Writes a new self-signed certificate and its key.
pub(crate) fn issue(folder: &Path) -> CertificateDer<'static> {
    let made = rcgen::generate_simple_self_signed(["localhost".to_string()]).unwrap();
    std::fs::write(folder.join("cert.pem"), made.cert.pem()).unwrap();
    std::fs::write(folder.join("key.pem"), made.signing_key.serialize_pem()).unwrap();
    made.cert.der().clone()
}

pub(crate) async fn connect(
    address: std::net::SocketAddr,
    trusted: &CertificateDer<'static>,
    protocol: &[u8],
) -> std::io::Result<TlsStream<tokio::net::TcpStream>> {
    let mut roots = RootCertStore::empty();
    roots.add(trusted.clone()).unwrap();
    let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![protocol.to_vec()];
    let stream = tokio::net::TcpStream::connect(address).await?;
    TlsConnector::from(Arc::new(config)).connect("localhost".try_into().unwrap(), stream).await
}

#[test]
fn both_protocols_and_a_renewed_certificate() {
    let folder = tempfile::tempdir().unwrap();
    let first = issue(folder.path());
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let tls = Tls::load(folder.path().join("cert.pem"), folder.path().join("key.pem")).unwrap();
        let mut site = Site::default();
        let body = "release ".repeat(50_000);
        site.resources.insert("/x".into(), Resource::new("text/plain", body.clone(), chrono::DateTime::UNIX_EPOCH));
        let listener = Listener::tcp("127.0.0.1:0".parse().unwrap()).unwrap().with_tls(tls.clone());
        let address = listener.local_addr().unwrap();
        assert_eq!(listener.address(), format!("https://{address}"));
        let public = Arc::new(Public::new(Arc::new(ArcSwap::from_pointee(site)), Arc::default()));
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let server = tokio::spawn(serve(vec![listener], public, Limits::default(), async {
            let _ = stopped.await;
        }));

        let mut stream = connect(address, &first, b"http/1.1").await.unwrap();
        stream.write_all(b"GET /x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.expect("closed with a close_notify");
        assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with(&body));

        let stream = connect(address, &first, b"h2").await.unwrap();
        assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
        let (mut sender, connection) =
            hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await.unwrap();
        tokio::spawn(connection);
        let get = hyper::Request::builder().uri("https://localhost/x").body(Empty::<Bytes>::new()).unwrap();
        let response = sender.send_request(get).await.unwrap();
        assert_eq!(response.into_body().collect().await.unwrap().to_bytes(), body);

        assert!(!tls.refresh().unwrap(), "nothing has changed");
        std::fs::write(folder.path().join("cert.pem"), "half a certificate").unwrap();
        assert!(tls.refresh().is_err());
        assert!(connect(address, &first, b"h2").await.is_ok(), "the former one stays in use");
        let second = issue(folder.path());
        assert!(tls.refresh().unwrap());
        assert!(connect(address, &second, b"h2").await.is_ok());
        assert!(connect(address, &first, b"h2").await.is_err());

        drop(sender);
        let _ = stop.send(());
        tokio::time::timeout(Duration::from_secs(5), server).await.unwrap().unwrap();
    });
}

#[test]
fn files_that_are_no_certificate_are_named() {
    let folder = tempfile::tempdir().unwrap();
    issue(folder.path());
    let (certificate, key) = (folder.path().join("cert.pem"), folder.path().join("key.pem"));
    let other = tempfile::tempdir().unwrap();
    issue(other.path());
    std::fs::write(folder.path().join("empty"), "").unwrap();
    for (certificate, key, named) in [
        (folder.path().join("missing"), key.clone(), "missing"),
        (folder.path().join("empty"), key.clone(), "empty"),
        (certificate.clone(), certificate.clone(), "cert.pem"),
        (certificate, other.path().join("key.pem"), "key.pem"),
    ] {
        let error = Tls::load(certificate, key).unwrap_err().to_string();
        assert!(error.contains(named), "{error}");
    }
}
