//! Addresses to listen on, and the public address that follows from one.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;

/// What a listener speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// HTTP in the clear.
    Http,
    /// HTTP over TLS.
    Https,
}

/// Where a server listens.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Listen {
    /// A TCP address; port 0 lets the system choose.
    Tcp(SocketAddr),
    /// A Unix socket, an absolute path.
    Unix(PathBuf),
}

impl Listen {
    /// Reads `127.0.0.1:8080`, `[::1]:8080`, `localhost:8080`, `/run/feedroom/admin.sock` or the same behind `unix:`.
    ///
    /// Host names other than `localhost` are refused: what they mean may change between two starts.
    pub fn parse(text: &str) -> Result<Self, String> {
        let path = text.strip_prefix("unix:").unwrap_or(text);
        if path.starts_with('/') {
            return Ok(Listen::Unix(PathBuf::from(path)));
        }
        if let Ok(address) = text.parse::<SocketAddr>() {
            return Ok(Listen::Tcp(address));
        }
        if let Some(port) = text.strip_prefix("localhost:").and_then(|port| port.parse().ok()) {
            return Ok(Listen::Tcp(SocketAddr::from((Ipv4Addr::LOCALHOST, port))));
        }
        let port = text.rsplit(':').next().unwrap_or(text);
        let advice = match (text.parse::<IpAddr>(), port.parse::<u16>()) {
            (Ok(IpAddr::V4(ip)), _) => format!("add a port: `{ip}:8080`"),
            (Ok(IpAddr::V6(ip)), _) => format!("add a port: `[{ip}]:8080`"),
            (_, Ok(port)) if text.trim_start_matches(':') == port.to_string() => {
                format!("name the interface too: `127.0.0.1:{port}` for this machine only, `0.0.0.0:{port}` for all")
            }
            _ => "write an IP address and a port such as `127.0.0.1:8080`, or the absolute path of a Unix socket"
                .to_string(),
        };
        Err(advice)
    }

    /// The public address that this one is reached at when nothing else is said, ending in `/`; `None` for a Unix
    /// socket. An unspecified address (`0.0.0.0`) is reached over loopback.
    pub fn base_url(&self, scheme: Scheme) -> Option<String> {
        let Listen::Tcp(address) = self else { return None };
        let mut host = *address;
        if host.ip().is_unspecified() {
            host.set_ip(Ipv4Addr::LOCALHOST.into());
        }
        let (scheme, usual) = match scheme {
            Scheme::Http => ("http", ":80"),
            Scheme::Https => ("https", ":443"),
        };
        let host = host.to_string();
        Some(format!("{scheme}://{}/", host.strip_suffix(usual).unwrap_or(&host)))
    }
}

/// As servers bind it, and as it reads back: a Unix socket stands behind `unix:`.
impl fmt::Display for Listen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Listen::Tcp(address) => address.fmt(f),
            Listen::Unix(path) => write!(f, "unix:{}", path.display()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_how_an_address_is_written() {
        for (text, advice) in [
            ("8080", "name the interface too: `127.0.0.1:8080` for this machine only, `0.0.0.0:8080` for all"),
            (":8080", "name the interface too: `127.0.0.1:8080` for this machine only, `0.0.0.0:8080` for all"),
            ("10.0.0.1", "add a port: `10.0.0.1:8080`"),
            ("::1", "add a port: `[::1]:8080`"),
        ] {
            assert_eq!(Listen::parse(text), Err(advice.to_string()), "{text}");
        }
        for text in ["example.org:80", "127.0.0.1:99999", "", "run/x.sock"] {
            assert!(Listen::parse(text).is_err_and(|advice| advice.starts_with("write an IP")), "{text}");
        }
    }

    #[test]
    fn a_public_address_follows() {
        for (text, url) in [
            ("127.0.0.1:8080", Some("http://127.0.0.1:8080/")),
            ("localhost:80", Some("http://127.0.0.1/")),
            ("0.0.0.0:9000", Some("http://127.0.0.1:9000/")),
            ("[::1]:8080", Some("http://[::1]:8080/")),
            ("/run/x.sock", None),
        ] {
            assert_eq!(Listen::parse(text).unwrap().base_url(Scheme::Http).as_deref(), url, "{text}");
        }
        let secure = |text| Listen::parse(text).unwrap().base_url(Scheme::Https);
        assert_eq!(secure("0.0.0.0:443").as_deref(), Some("https://127.0.0.1/"));
        assert_eq!(secure("[::1]:80").as_deref(), Some("https://[::1]:80/"));
    }
}
