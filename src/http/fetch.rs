//! Fetching one address over HTTP or HTTPS, as a feed reader would: for `check URL` and for moving in from a feed.

use std::sync::Arc;
use std::time::Duration;

use http_body_util::{BodyExt, Empty, Limited};
use hyper::body::Bytes;
use hyper::{HeaderMap, Request, StatusCode, header};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};
use url::Url;

/// Redirects that are followed.
const REDIRECTS: usize = 5;
/// Bytes of a body that are taken.
const LIMIT: usize = 32 * 1024 * 1024;
/// How long one answer may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// What an address answered.
#[derive(Debug, Clone)]
pub struct Fetched {
    /// The address that answered in the end.
    pub url: String,
    /// The addresses that redirected there, with their status, in order.
    pub redirects: Vec<(String, u16)>,
    /// The status.
    pub status: u16,
    /// The header fields.
    pub headers: HeaderMap,
    /// The body as it came, not decoded.
    pub body: Bytes,
}

impl Fetched {
    /// A header field as text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}

/// Fetches an address with `GET` and the given header fields, following up to five redirects. Blocks the thread; call
/// it outside of any runtime.
///
/// # Errors
/// A sentence: the address is none, nobody answers, the certificate is wrong, the answer is too long or takes too long.
pub fn fetch(url: &str, fields: &[(&'static str, String)]) -> Result<Fetched, String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|e| e.to_string())?;
    runtime.block_on(async {
        let mut url = Url::parse(url).map_err(|error| format!("{url} is no address: {error}"))?;
        let mut redirects = Vec::new();
        loop {
            let answer = tokio::time::timeout(PATIENCE, get(&url, fields)).await;
            let (status, headers, body) =
                answer.map_err(|_| format!("{url} took longer than {} s to answer", PATIENCE.as_secs()))??;
            let location = headers.get(header::LOCATION).and_then(|to| to.to_str().ok());
            let (true, Some(to)) = (status.is_redirection() && status != StatusCode::NOT_MODIFIED, location) else {
                return Ok(Fetched { url: url.into(), redirects, status: status.as_u16(), headers, body });
            };
            if redirects.len() == REDIRECTS {
                return Err(format!("{url} redirects once more after {REDIRECTS} redirects"));
            }
            let next =
                url.join(to).map_err(|error| format!("{url} redirects to `{to}`, which is no address: {error}"))?;
            redirects.push((url.to_string(), status.as_u16()));
            url = next;
        }
    })
}

async fn get(url: &Url, fields: &[(&'static str, String)]) -> Result<(StatusCode, HeaderMap, Bytes), String> {
    let secure = match url.scheme() {
        "https" => true,
        "http" => false,
        other => return Err(format!("{url}: `{other}` is neither http nor https")),
    };
    let host = url.host_str().ok_or_else(|| format!("{url} names no host"))?;
    let port = url.port_or_known_default().unwrap_or(80);
    let address = host.trim_matches(['[', ']']).to_string();
    let tcp = TcpStream::connect((address.as_str(), port)).await;
    let tcp = tcp.map_err(|error| format!("can't connect to {host}:{port}: {error}"))?;
    if !secure {
        return talk(tcp, url, host, fields).await;
    }
    let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from(address).map_err(|_| format!("{host} can't have a certificate"))?;
    let tls = TlsConnector::from(Arc::new(config)).connect(name, tcp).await;
    talk(tls.map_err(|error| format!("TLS with {host} failed, as it will for readers: {error}"))?, url, host, fields)
        .await
}

async fn talk(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    url: &Url,
    host: &str,
    fields: &[(&'static str, String)],
) -> Result<(StatusCode, HeaderMap, Bytes), String> {
    let told = |what: &str, error: String| format!("{url}: {what}: {error}");
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
        .await
        .map_err(|error| told("the connection failed", error.to_string()))?;
    let driver = tokio::spawn(connection);
    let authority = url.port().map_or_else(|| host.to_string(), |port| format!("{host}:{port}"));
    let target = &url[url::Position::BeforePath..url::Position::AfterQuery];
    let mut request = Request::get(target)
        .header(header::HOST, authority)
        .header(header::USER_AGENT, concat!("feedroom/", env!("CARGO_PKG_VERSION")))
        .header(header::CONNECTION, "close");
    for (name, value) in fields {
        request = request.header(*name, value);
    }
    let request = request.body(Empty::<Bytes>::new()).map_err(|error| told("can't ask", error.to_string()))?;
    let answer = sender.send_request(request).await.map_err(|error| told("no answer", error.to_string()))?;
    let (head, body) = answer.into_parts();
    let body =
        Limited::new(body, LIMIT).collect().await.map_err(|error| told("the answer broke off", error.to_string()))?;
    driver.abort();
    Ok((head.status, head.headers, body.to_bytes()))
}
