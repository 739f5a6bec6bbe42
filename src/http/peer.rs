//! Who is at the other end of a connection, and who is behind the proxy that is.

use std::fmt;
use std::net::{IpAddr, SocketAddr};

use hyper::header::{FORWARDED, HeaderMap, HeaderName};

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The other end of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Peer {
    /// A TCP client.
    Tcp(SocketAddr),
    /// A process on this machine, over a Unix socket.
    Unix,
}

impl Peer {
    /// Whether it is on this machine.
    pub fn is_local(&self) -> bool {
        match self {
            Peer::Tcp(address) => address.ip().to_canonical().is_loopback(),
            Peer::Unix => true,
        }
    }

    /// The client's address: the peer's, or where the peer is one of the `proxies` (addresses of which so many leading bits
    /// count) or comes over a Unix socket, the
    /// last address in `Forwarded` (RFC 7239), else `X-Forwarded-For`, that is not a proxy's. What clients write
    /// there themselves stands further to the front and is never believed.
    pub fn client(&self, headers: &HeaderMap, proxies: &[(IpAddr, u8)]) -> Option<IpAddr> {
        let is_proxy = |ip: IpAddr| proxies.iter().any(|&(net, bits)| holds(net, bits, ip));
        let own = match self {
            Peer::Tcp(address) => Some(address.ip().to_canonical()),
            Peer::Unix => None,
        };
        if own.is_some_and(|ip| !is_proxy(ip)) {
            return own;
        }
        let values = |name| headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
        let mut chain: Vec<&str> =
            values(FORWARDED).flat_map(|field| field.split(',')).filter_map(forwarded_for).collect();
        if chain.is_empty() {
            chain = values(X_FORWARDED_FOR).flat_map(|field| field.split(',')).collect();
        }
        let mut client = own;
        for hop in chain.into_iter().rev() {
            let Some(ip) = address(hop) else { break };
            client = Some(ip);
            if !is_proxy(ip) {
                break;
            }
        }
        client
    }
}

impl fmt::Display for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Peer::Tcp(address) => address.ip().to_canonical().fmt(f),
            Peer::Unix => f.write_str("unix"),
        }
    }
}

/// Whether an address lies in a network.
fn holds(net: IpAddr, bits: u8, ip: IpAddr) -> bool {
    let differing = match (net, ip) {
        (IpAddr::V4(net), IpAddr::V4(ip)) => (net.to_bits() ^ ip.to_bits()).leading_zeros(),
        (IpAddr::V6(net), IpAddr::V6(ip)) => (net.to_bits() ^ ip.to_bits()).leading_zeros(),
        _ => return false,
    };
    differing >= bits.into()
}

/// The `for` of one element.
fn forwarded_for(element: &str) -> Option<&str> {
    let pairs = element.split(';').filter_map(|pair| pair.trim().split_once('='));
    pairs.into_iter().find(|(name, _)| name.eq_ignore_ascii_case("for")).map(|(_, value)| value.trim_matches('"'))
}

/// An address with or without port and brackets.
fn address(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let bare = text.trim_start_matches('[').trim_end_matches(']');
    bare.parse()
        .ok()
        .or_else(|| text.parse::<SocketAddr>().ok().map(|address| address.ip()))
        .map(|ip: IpAddr| ip.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_proxies_are_believed() {
        let proxies = [("10.0.0.0".parse().unwrap(), 30), ("2001:db8:1::".parse().unwrap(), 48)];
        for (peer, name, value, want) in [
            ("192.0.2.9:1", "x-forwarded-for", "203.0.113.5", Some("192.0.2.9")),
            ("10.0.0.1:1", "x-forwarded-for", "203.0.113.5", Some("203.0.113.5")),
            ("10.0.0.1:1", "x-forwarded-for", "6.6.6.6, 203.0.113.5", Some("203.0.113.5")),
            ("10.0.0.1:1", "x-forwarded-for", "6.6.6.6, 203.0.113.5, 10.0.0.2", Some("203.0.113.5")),
            ("10.0.0.1:1", "x-forwarded-for", "nonsense", Some("10.0.0.1")),
            ("10.0.0.1:1", "forwarded", "for=203.0.113.5;proto=https", Some("203.0.113.5")),
            ("10.0.0.1:1", "forwarded", "for=6.6.6.6, For=\"[2001:db8::1]:4711\"", Some("2001:db8::1")),
            ("[::ffff:10.0.0.1]:1", "forwarded", "for=203.0.113.5", Some("203.0.113.5")),
            ("10.0.0.4:1", "x-forwarded-for", "203.0.113.5", Some("10.0.0.4")),
            ("[2001:db8:1:2::3]:1", "x-forwarded-for", "203.0.113.5, 10.0.0.3", Some("203.0.113.5")),
            ("[2001:db8:2::3]:1", "x-forwarded-for", "203.0.113.5", Some("2001:db8:2::3")),
            ("unix", "x-forwarded-for", "203.0.113.5", Some("203.0.113.5")),
            ("unix", "accept", "x", None),
        ] {
            let peer = peer.parse().map_or(Peer::Unix, Peer::Tcp);
            let name: HeaderName = name.parse().unwrap();
            let headers = HeaderMap::from_iter([(name, value.parse().unwrap())]);
            assert_eq!(peer.client(&headers, &proxies), want.map(|ip| ip.parse().unwrap()), "{peer} {value}");
        }
    }
}
