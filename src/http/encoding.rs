//! `Accept-Encoding` (RFC 9110, section 12.5.3): which codings a client takes, and which it likes best.

use hyper::header::{ACCEPT_ENCODING, HeaderMap};

use crate::site::Coding;

/// How much a client likes each coding, in thousandths by position in [`Coding::ALL`]; 0 is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Accepted([u16; Coding::ALL.len()]);

impl Accepted {
    /// What a request's headers say. Without the field every coding is acceptable, and none is best; an empty
    /// field takes the identity only; a field takes the identity too unless it refuses it by name or by `*;q=0`.
    pub fn read(headers: &HeaderMap) -> Self {
        let mut fields = headers.get_all(ACCEPT_ENCODING).iter().peekable();
        if fields.peek().is_none() {
            return Self([1, 1, 1, 1000]);
        }
        let mut named = [None; Coding::ALL.len()];
        let mut others = None;
        for element in fields.filter_map(|field| field.to_str().ok()).flat_map(|field| field.split(',')) {
            let (name, weight) = element.split_once(';').unwrap_or((element, ""));
            let Some(weight) = quality(weight) else { continue };
            let name = name.trim();
            if name == "*" {
                others = Some(weight);
            } else if let Some(coding) = coding(name) {
                named[coding as usize] = Some(weight);
            }
        }
        Self(Coding::ALL.map(|coding| match (named[coding as usize], others, coding) {
            (Some(weight), _, _) => weight,
            // Who says `*` may not know the younger codings by name: gzip goes first.
            (None, Some(weight), Coding::Brotli | Coding::Zstd) if weight > 1 => weight - 1,
            (None, Some(weight), Coding::Gzip) => weight,
            // And whoever takes anything is better served with less.
            (None, Some(weight), _) => weight.min(1),
            (None, None, Coding::Identity) if named.iter().any(|w| w.is_some_and(|w| w > 0)) => 1,
            (None, None, Coding::Identity) => 1000,
            (None, None, _) => 0,
        }))
    }

    /// Whether the client takes a coding.
    pub fn takes(self, coding: Coding) -> bool {
        self.0[coding as usize] > 0
    }

    /// The best of the offered codings; `None` where the client refuses them all.
    pub fn best(self, offered: impl Fn(Coding) -> bool) -> Option<Coding> {
        let mut best: Option<Coding> = None;
        for coding in Coding::ALL.into_iter().filter(|&coding| self.takes(coding) && offered(coding)) {
            if best.is_none_or(|best| self.0[coding as usize] > self.0[best as usize]) {
                best = Some(coding);
            }
        }
        best
    }
}

/// The coding of a name, `x-gzip` being the old one of gzip (RFC 9110, section 8.4.1.3).
fn coding(name: &str) -> Option<Coding> {
    if name.eq_ignore_ascii_case("x-gzip") {
        return Some(Coding::Gzip);
    }
    Coding::ALL.into_iter().find(|coding| name.eq_ignore_ascii_case(coding.as_str()))
}

/// A weight (RFC 9110, section 12.4.2) in thousandths: 1000 where there is none, `None` where it is malformed.
pub(super) fn quality(parameters: &str) -> Option<u16> {
    let Some(text) = parameters.split(';').map(str::trim).find(|p| p.starts_with("q=") || p.starts_with("Q=")) else {
        return Some(1000);
    };
    let (whole, fraction) = text[2..].split_once('.').unwrap_or((&text[2..], ""));
    if fraction.len() > 3 || !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let thousandths = format!("{fraction:0<3}").parse::<u16>().ok()?;
    match whole {
        "0" => Some(thousandths),
        "1" if thousandths == 0 => Some(1000),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_liked_coding_is_taken() {
        for (field, want) in [
            ("gzip", Some("gzip")),
            ("x-gzip", Some("gzip")),
            ("GZIP", Some("gzip")),
            ("gzip, deflate, br", Some("br")),
            ("gzip, deflate, br, zstd", Some("br")),
            ("gzip, zstd", Some("zstd")),
            ("br;q=0.5, gzip;q=0.8", Some("gzip")),
            ("br;q=0.5, gzip;q=0.501", Some("gzip")),
            ("br;q=0, gzip;q=0, zstd; q=0.001", Some("zstd")),
            ("gzip;q=0.5, identity", Some("identity")),
            ("gzip;q=0.5, identity;q=0.5", Some("gzip")),
            ("deflate", Some("identity")),
            ("", Some("identity")),
            (" , ,", Some("identity")),
            ("gzip;q=0", Some("identity")),
            ("*", Some("gzip")),
            ("*;q=0.3, gzip;q=0", Some("br")),
            ("*;q=0.001", Some("br")),
            ("gzip;q=0, *", Some("br")),
            ("identity;q=0", None),
            ("*;q=0", None),
            ("deflate, *;q=0", None),
            ("identity;q=0, deflate", None),
            ("identity;q=0, br", Some("br")),
            ("*;q=0, identity", Some("identity")),
            ("*;q=0, identity;q=0.1", Some("identity")),
            ("gzip;q=nonsense", Some("identity")),
            ("gzip;q=1.5", Some("identity")),
            ("gzip;q=0.1234, br;q=0.1", Some("br")),
            ("gzip;q=1.000", Some("gzip")),
            ("gzip ; q=0.2 , br ; q=0.1", Some("gzip")),
            ("gzip;level=9;Q=0", Some("identity")),
        ] {
            let headers = HeaderMap::from_iter([(ACCEPT_ENCODING, field.parse().unwrap())]);
            assert_eq!(Accepted::read(&headers).best(|_| true).map(Coding::as_str), want, "{field:?}");
        }
    }

    #[test]
    fn no_field_takes_all_and_likes_none() {
        let accepted = Accepted::read(&HeaderMap::new());
        assert_eq!(accepted.best(|_| true), Some(Coding::Identity));
        assert!(accepted.takes(Coding::Zstd));
    }

    #[test]
    fn fields_on_several_lines_are_one() {
        let mut headers = HeaderMap::new();
        headers.append(ACCEPT_ENCODING, "gzip;q=0.5".parse().unwrap());
        headers.append(ACCEPT_ENCODING, "zstd".parse().unwrap());
        assert_eq!(Accepted::read(&headers).best(|_| true), Some(Coding::Zstd));
    }
}
