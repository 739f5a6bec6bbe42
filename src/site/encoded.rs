//! One body in every content coding, each made once: by the background warmer or by the first who asks.

use std::io::Write;
use std::sync::{Arc, OnceLock};

use bytes::Bytes;

/// A content coding (RFC 9110, section 8.4.1; RFC 7932; RFC 8878), in the order of preference when a client likes
/// several equally: the smallest for feeds first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Coding {
    /// Brotli.
    Brotli,
    /// Zstandard.
    Zstd,
    /// Gzip.
    Gzip,
    /// None.
    Identity,
}

impl Coding {
    /// All of them, best first; `coding as usize` is the position.
    pub const ALL: [Coding; 4] = [Coding::Brotli, Coding::Zstd, Coding::Gzip, Coding::Identity];

    /// The name in `Accept-Encoding` and `Content-Encoding`.
    pub fn as_str(self) -> &'static str {
        match self {
            Coding::Brotli => "br",
            Coding::Zstd => "zstd",
            Coding::Gzip => "gzip",
            Coding::Identity => "identity",
        }
    }

    /// What the validator of this coding has more than that of the identity.
    pub fn suffix(self) -> &'static str {
        match self {
            Coding::Brotli => "-br",
            Coding::Zstd => "-zst",
            Coding::Gzip => "-gz",
            Coding::Identity => "",
        }
    }
}

/// Bytes, and the same compressed. Clones share what has been made.
#[derive(Debug, Clone)]
pub struct Encoded {
    plain: Bytes,
    made: Arc<[OnceLock<Bytes>; 3]>,
}

impl Encoded {
    /// Nothing compressed yet.
    pub fn new(plain: Bytes) -> Self {
        Self { plain, made: Arc::default() }
    }

    /// The bytes as rendered.
    pub fn plain(&self) -> &Bytes {
        &self.plain
    }

    /// The bytes in a coding; the first call for each compresses, at a cost of 1 to 6 ms for 150 kB.
    pub fn coded(&self, coding: Coding) -> &Bytes {
        match coding {
            Coding::Identity => &self.plain,
            Coding::Brotli => self.made[0].get_or_init(|| brotli(&self.plain)),
            Coding::Zstd => self.made[1].get_or_init(|| zstd(&self.plain)),
            Coding::Gzip => self.made[2].get_or_init(|| gzip(&self.plain)),
        }
    }

    /// Makes all codings.
    pub(super) fn warm(&self) {
        for coding in Coding::ALL {
            self.coded(coding);
        }
    }

    /// Shares what a body with the same bytes has made.
    pub(super) fn take_over(&mut self, equal: &Encoded) {
        self.made = Arc::clone(&equal.made);
    }
}

/// Quality 6 of 11 and a window of 4 MiB: nearly as small as 9 at a third of the time.
fn brotli(plain: &[u8]) -> Bytes {
    let mut out = Vec::with_capacity(plain.len() / 4);
    let mut writer = brotli::CompressorWriter::new(&mut out, 64 * 1024, 6, 22);
    writer.write_all(plain).expect("a vector takes every byte");
    drop(writer);
    out.into()
}

/// Level 9, with the length and without a checksum: TCP has one.
fn zstd(plain: &[u8]) -> Bytes {
    zstd::bulk::compress(plain, 9).expect("zstd compresses any bytes in memory").into()
}

/// Level 6, which is a hundredth larger than 9 at a third of the time; no name and no time in the head, so that the bytes
/// depend on nothing else.
fn gzip(plain: &[u8]) -> Bytes {
    let out = Vec::with_capacity(plain.len() / 4);
    let mut writer = flate2::GzBuilder::new().mtime(0).write(out, flate2::Compression::new(6));
    writer.write_all(plain).expect("a vector takes every byte");
    writer.finish().expect("a vector takes every byte").into()
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    #[test]
    fn every_coding_gives_the_bytes_back() {
        let plain = Bytes::from("Reservoir levels rose again in June. ".repeat(400));
        let body = Encoded::new(plain.clone());
        let mut out = Vec::new();
        flate2::read::GzDecoder::new(&body.coded(Coding::Gzip)[..]).read_to_end(&mut out).unwrap();
        assert_eq!(out, plain);
        assert_eq!(zstd::decode_all(&body.coded(Coding::Zstd)[..]).unwrap(), plain);
        out.clear();
        brotli::Decompressor::new(&body.coded(Coding::Brotli)[..], 4096).read_to_end(&mut out).unwrap();
        assert_eq!(out, plain);
        for coding in [Coding::Brotli, Coding::Zstd, Coding::Gzip] {
            assert!(body.coded(coding).len() < plain.len() / 10, "{coding:?}");
        }
    }

    #[test]
    fn an_equal_body_takes_over_what_is_made() {
        let old = Encoded::new(Bytes::from("a".repeat(2000)));
        let made = old.coded(Coding::Gzip).as_ptr();
        let mut new = Encoded::new(Bytes::from("a".repeat(2000)));
        new.take_over(&old);
        assert_eq!(new.coded(Coding::Gzip).as_ptr(), made);
    }
}
