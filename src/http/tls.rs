//! TLS (rustls over ring): a certificate and its key from two files, read anew when they change.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use arc_swap::ArcSwap;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// How often the files are looked at.
const LOOK: Duration = Duration::from_secs(10);

/// A certificate chain and its key in use, shared by every listener that speaks TLS with them.
#[derive(Debug)]
pub struct Tls {
    certificate: PathBuf,
    key: PathBuf,
    config: ArcSwap<ServerConfig>,
    stamps: Mutex<[Option<SystemTime>; 2]>,
}

impl Tls {
    /// Reads a PEM file of the certificate and its chain, and one of its key. TLS 1.2 and 1.3; HTTP/2 and HTTP/1.1
    /// are offered by ALPN.
    ///
    /// # Errors
    /// A file that can't be read or holds none, with its path; a key that is not the certificate's.
    pub fn load(certificate: impl Into<PathBuf>, key: impl Into<PathBuf>) -> io::Result<Arc<Self>> {
        let (certificate, key) = (certificate.into(), key.into());
        let stamps = Mutex::new(stamps(&certificate, &key));
        let config = ArcSwap::new(read(&certificate, &key)?);
        Ok(Arc::new(Self { certificate, key, config, stamps }))
    }

    /// Reads the files again where they have changed since they were last read, and tells whether they had. New
    /// connections take the new certificate, others keep theirs.
    ///
    /// # Errors
    /// As of [`load`](Self::load); the former certificate stays in use, and the files are looked at again next time.
    pub fn refresh(&self) -> io::Result<bool> {
        let mut known = self.stamps.lock().unwrap_or_else(PoisonError::into_inner);
        let now = stamps(&self.certificate, &self.key);
        if *known == now {
            return Ok(false);
        }
        self.config.store(read(&self.certificate, &self.key)?);
        *known = now;
        Ok(true)
    }

    /// Refreshes now and then, for as long as it is polled.
    pub(super) async fn keep_fresh(self: Arc<Self>) {
        loop {
            tokio::time::sleep(LOOK).await;
            self.clone().refresh_now().await;
        }
    }

    /// Refreshes beside the running server, and tells the log what came of it.
    pub async fn refresh_now(self: Arc<Self>) {
        let tls = self.clone();
        match tokio::task::spawn_blocking(move || tls.refresh()).await {
            Ok(Ok(true)) => tracing::info!(certificate = %self.certificate.display(), "took a new certificate"),
            Ok(Err(error)) => tracing::warn!(%error, "keeping the former certificate"),
            _ => {}
        }
    }

    pub(super) fn acceptor(&self) -> TlsAcceptor {
        TlsAcceptor::from(self.config.load_full())
    }
}

fn stamps(certificate: &Path, key: &Path) -> [Option<SystemTime>; 2] {
    [certificate, key].map(|path| std::fs::metadata(path).and_then(|meta| meta.modified()).ok())
}

fn read(certificate: &Path, key: &Path) -> io::Result<Arc<ServerConfig>> {
    let told = |path: &Path, error: &dyn std::fmt::Display| {
        io::Error::new(io::ErrorKind::InvalidData, format!("can't use {}: {error}", path.display()))
    };
    let chain = CertificateDer::pem_file_iter(certificate)
        .and_then(|certificates| certificates.collect::<Result<Vec<_>, _>>())
        .map_err(|error| told(certificate, &error))?;
    if chain.is_empty() {
        return Err(told(certificate, &"it holds no certificate"));
    }
    let secret = PrivateKeyDer::from_pem_file(key).map_err(|error| told(key, &error))?;
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, secret))
        .map_err(|error| told(key, &error))?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}
