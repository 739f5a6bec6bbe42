//! Compressed twins beside files, for servers that send them ready-made (nginx `gzip_static`, Caddy `precompressed`).

use std::io::Write;

/// A content coding (RFC 9110, section 8.4.1) for which a twin is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Coding {
    /// gzip (RFC 1952).
    Gzip,
    /// Brotli (RFC 7932).
    Brotli,
    /// Zstandard (RFC 8878).
    Zstd,
}

impl Coding {
    /// Every coding, in the order of the twins' names.
    pub const ALL: [Coding; 3] = [Coding::Brotli, Coding::Gzip, Coding::Zstd];

    /// What is added to a file's name.
    pub(super) fn suffix(self) -> &'static str {
        match self {
            Coding::Gzip => ".gz",
            Coding::Brotli => ".br",
            Coding::Zstd => ".zst",
        }
    }
}

/// Below this a twin saves less than the headers that announce it.
const SMALL: usize = 256;

/// Whether a file of a media type and length is worth a twin: text, of some length.
pub(super) fn is_worth_it(media_type: &str, length: usize) -> bool {
    let kind = media_type.split(';').next().unwrap_or_default().trim();
    let text = kind.starts_with("text/")
        || kind.ends_with("+xml")
        || kind.ends_with("+json")
        || matches!(kind, "application/json" | "application/xml" | "application/javascript");
    text && length >= SMALL
}

/// The bytes in a coding; the same on every machine and at any hour. `None` where that saves nothing.
///
/// Levels are those where the next one costs twice the time for a percent: a site has many files.
pub(super) fn compress(coding: Coding, bytes: &[u8]) -> Option<Vec<u8>> {
    let compressed = match coding {
        Coding::Gzip => gzip(bytes),
        Coding::Brotli => brotli(bytes),
        Coding::Zstd => zstd::bulk::compress(bytes, 9),
    };
    // Compressing into memory fails only where there is none left for it; a missing twin is no loss.
    compressed.ok().filter(|compressed| compressed.len() < bytes.len())
}

fn gzip(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    // No name and no time in the header; the operating system is `unknown`, so that machines agree.
    let mut writer =
        flate2::GzBuilder::new().mtime(0).operating_system(255).write(Vec::new(), flate2::Compression::new(6));
    writer.write_all(bytes)?;
    writer.finish()
}

fn brotli(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut writer = brotli::CompressorWriter::new(Vec::new(), 4096, 6, 20);
    writer.write_all(bytes)?;
    writer.flush()?;
    Ok(writer.into_inner())
}
