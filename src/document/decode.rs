//! Decoding: bytes to text, whatever the encoding, or the reason why they are no text.
//!
//! In this order: a byte-order mark; UTF-32 and UTF-16 by the pattern of their zero bytes; valid UTF-8; UTF-8 with a
//! few bytes damaged; what the file declares (`<meta charset>`, an XML declaration, a mail's `Content-Type`); what a
//! detector makes of the bytes, with the folder's language as a hint. Line breaks become `\n`, and nothing else
//! changes the number of lines, so that a line of the text is a line of the file.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

use crate::problem::Problem;
use crate::text;

/// Text with the encoding it was read in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Decoded {
    /// Clean text: `\n` line breaks, only characters that XML allows.
    pub text: String,
    /// WHATWG name.
    pub encoding: &'static str,
    /// Bytes that could not be read, if any.
    pub problem: Option<Problem>,
}

/// How much of a file the detector looks at, from its first byte beyond ASCII on.
const DETECT_LIMIT: usize = 128 * 1024;

/// Decodes a file's bytes. `language` (BCP 47) is the folder's, where known. The error says what the bytes are.
pub(super) fn decode(path: &str, bytes: &[u8], language: Option<&str>) -> Result<Decoded, Problem> {
    if let Some(what) = binary_kind(bytes) {
        return Err(Problem::error(path, format!("this is {what}, not text; put it beside a release, or exclude it")));
    }
    let (text, encoding) = match wide(bytes) {
        Some(wide) => wide,
        None if looks_binary(bytes) => {
            return Err(Problem::error(path, "this is binary data, not text; exclude it, or save it as UTF-8 text"));
        }
        None => narrow(bytes, language),
    };
    let problem = undecodable(path, bytes, &text, encoding);
    Ok(Decoded { text: text::clean(&text), encoding, problem })
}

/// What a file is that is no text, by its first bytes.
fn binary_kind(bytes: &[u8]) -> Option<&'static str> {
    const KINDS: [(&[u8], &str); 25] = [
        (b"\x89PNG\r\n\x1a\n", "a PNG image"),
        (b"\xff\xd8\xff", "a JPEG image"),
        (b"GIF87a", "a GIF image"),
        (b"GIF89a", "a GIF image"),
        (b"II*\0", "a TIFF image"),
        (b"MM\0*", "a TIFF image"),
        (b"\0\0\x01\0", "an icon"),
        (b"%PDF-", "a PDF file"),
        (b"%!PS", "a PostScript file"),
        (b"{\\rtf", "a Rich Text (RTF) file"),
        (b"PK\x03\x04", "a ZIP archive (a DOCX, ODT or EPUB file is one too)"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Microsoft Office file"),
        (b"\x1f\x8b", "a gzip archive"),
        (b"BZh", "a bzip2 archive"),
        (b"\xfd7zXZ\0", "an xz archive"),
        (b"\x28\xb5\x2f\xfd", "a zstd archive"),
        (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
        (b"Rar!\x1a", "a RAR archive"),
        (b"ID3", "an MP3 recording"),
        (b"OggS", "an Ogg recording"),
        (b"fLaC", "a FLAC recording"),
        (b"\x1aE\xdf\xa3", "a Matroska or WebM film"),
        (b"\x7fELF", "a program"),
        (b"SQLite format 3\0", "an SQLite database"),
        (b"wOF", "a font"),
    ];
    let known = KINDS.iter().find(|(magic, _)| bytes.starts_with(magic)).map(|(_, what)| *what);
    known.or_else(|| match (bytes.get(..4)?, bytes.get(4..8)?, bytes.get(8..12)?) {
        (b"RIFF", _, b"WEBP") => Some("a WebP image"),
        (b"RIFF", _, b"WAVE") => Some("a WAV recording"),
        (_, b"ftyp", b"avif") => Some("an AVIF image"),
        (_, b"ftyp", _) => Some("an MP4 film or recording"),
        _ => None,
    })
}

/// Text in UTF-32 or UTF-16, marked or told by the pattern of its zero bytes.
fn wide(bytes: &[u8]) -> Option<(String, &'static str)> {
    match bytes {
        [0xFF, 0xFE, 0, 0, rest @ ..] => return Some((utf_32(rest, u32::from_le_bytes), "UTF-32LE")),
        [0, 0, 0xFE, 0xFF, rest @ ..] => return Some((utf_32(rest, u32::from_be_bytes), "UTF-32BE")),
        [0xFF, 0xFE, rest @ ..] => return Some(utf_16(UTF_16LE, rest)),
        [0xFE, 0xFF, rest @ ..] => return Some(utf_16(UTF_16BE, rest)),
        _ => {}
    }
    // Without a mark: spaces and line breaks have a zero on one side only, and text of any script has them.
    let sample = &bytes[..bytes.len().min(8192) & !1];
    if !bytes.len().is_multiple_of(2) || !sample.contains(&0) {
        return None;
    }
    let (mut little, mut big, mut both) = (0, 0, 0);
    for pair in sample.chunks_exact(2) {
        match pair {
            [0, 0] => both += 1,
            [b' '..=b'~' | b'\t' | b'\n' | b'\r', 0] => little += 1,
            [0, b' '..=b'~' | b'\t' | b'\n' | b'\r'] => big += 1,
            _ => {}
        }
    }
    let enough = |this: usize, other: usize| both == 0 && this >= 2 && this > sample.len() / 40 && other * 20 < this;
    let encoding = if enough(little, big) {
        UTF_16LE
    } else if enough(big, little) {
        UTF_16BE
    } else {
        return None;
    };
    let (text, name) = utf_16(encoding, bytes);
    let strange = text.chars().filter(|&c| c == '\u{FFFD}' || (c.is_control() && !c.is_whitespace())).count();
    (strange * 100 <= text.chars().count()).then_some((text, name))
}

fn utf_16(encoding: &'static Encoding, bytes: &[u8]) -> (String, &'static str) {
    (encoding.decode_without_bom_handling(bytes).0.into_owned(), encoding.name())
}

fn utf_32(bytes: &[u8], unit: fn([u8; 4]) -> u32) -> String {
    let unit = |chunk: &[u8]| chunk.try_into().ok().map(unit).and_then(char::from_u32).unwrap_or('\u{FFFD}');
    bytes.chunks(4).map(unit).collect()
}

/// Whether bytes in no wide encoding can't be text: control characters that no text holds.
fn looks_binary(bytes: &[u8]) -> bool {
    let sample = &bytes[..bytes.len().min(64 * 1024)];
    let controls = sample.iter().filter(|&&b| b < 0x09 || (0x0E..0x20).contains(&b) && b != 0x1B || b == 0x7F).count();
    controls * 100 > sample.len()
}

/// Text in UTF-8 or in an encoding whose units are bytes.
fn narrow(bytes: &[u8], language: Option<&str>) -> (String, &'static str) {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let valid = std::str::from_utf8(bytes);
    // ISO-2022-JP is ASCII with escapes.
    let japanese = bytes.is_ascii() && bytes.windows(3).any(|w| w == b"\x1B$B" || w == b"\x1B$@");
    if let (Ok(text), false) = (valid, japanese) {
        return (text.to_string(), UTF_8.name());
    }
    if valid.is_err() && is_damaged_utf_8(bytes) {
        return (String::from_utf8_lossy(bytes).into_owned(), UTF_8.name());
    }
    let declared =
        declared(bytes).and_then(Encoding::for_label).filter(|e| *e != UTF_8 && *e != UTF_16LE && *e != UTF_16BE);
    let encoding = declared.unwrap_or_else(|| detect(bytes, language));
    (encoding.decode_without_bom_handling(bytes).0.into_owned(), encoding.name())
}

/// Whether bytes are UTF-8 but for a few: the sequences that are right far outnumber those that are wrong.
fn is_damaged_utf_8(bytes: &[u8]) -> bool {
    let (mut right, mut wrong) = (0, 0);
    for chunk in bytes.utf8_chunks() {
        right += chunk.valid().bytes().filter(|&b| b >= 0xC0).count();
        wrong += usize::from(!chunk.invalid().is_empty());
    }
    right >= 2 && right >= 2 * wrong
}

/// The label that the head of a file declares: `charset=…` of HTML and mail, `encoding="…"` of XML.
fn declared(bytes: &[u8]) -> Option<&[u8]> {
    let head = &bytes[..bytes.len().min(4096)];
    let is_markup = head.iter().find(|b| !b.is_ascii_whitespace()) == Some(&b'<');
    let lower = head.to_ascii_lowercase();
    let find = |needle: &[u8]| lower.windows(needle.len()).position(|w| w == needle).map(|at| at + needle.len());
    let is_declaration = is_markup || find(b"content-type:").is_some() || find(b"<meta").is_some();
    let start = find(b"charset=").filter(|_| is_declaration).or_else(|| find(b"encoding=").filter(|_| is_markup))?;
    let rest = head[start..].trim_ascii_start();
    let rest = rest.strip_prefix(b"\"").or_else(|| rest.strip_prefix(b"'")).unwrap_or(rest);
    let end = rest.iter().position(|b| !(b.is_ascii_alphanumeric() || b"-_:.+".contains(b))).unwrap_or(rest.len());
    Some(&rest[..end])
}

fn detect(bytes: &[u8], language: Option<&str>) -> &'static Encoding {
    let first = bytes.iter().position(|&b| b >= 0x80 || b == 0x1B).unwrap_or(0).saturating_sub(16);
    let rest = &bytes[first..];
    let sample = &rest[..rest.len().min(DETECT_LIMIT)];
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(sample, sample.len() == rest.len());
    detector.guess(language.and_then(top_level_domain), Utf8Detection::Deny)
}

/// The top-level domain under which a language is mostly written: the hint that the detector understands.
fn top_level_domain(language: &str) -> Option<&'static [u8]> {
    let lower = language.to_ascii_lowercase();
    Some(match lower.split(['-', '_']).next()? {
        "zh" if lower.contains("tw") || lower.contains("hant") || lower.contains("hk") => b"tw",
        "zh" => b"cn",
        "ja" => b"jp",
        "ko" => b"kr",
        "ru" => b"ru",
        "uk" => b"ua",
        "be" => b"by",
        "bg" => b"bg",
        "sr" => b"rs",
        "mk" => b"mk",
        "pl" => b"pl",
        "cs" => b"cz",
        "sk" => b"sk",
        "hu" => b"hu",
        "sl" => b"si",
        "hr" => b"hr",
        "ro" => b"ro",
        "el" => b"gr",
        "tr" => b"tr",
        "he" => b"il",
        "ar" => b"sa",
        "fa" => b"ir",
        "th" => b"th",
        "vi" => b"vn",
        "lt" => b"lt",
        "lv" => b"lv",
        "et" => b"ee",
        "is" => b"is",
        "de" => b"de",
        "fr" => b"fr",
        "es" => b"es",
        "it" => b"it",
        "pt" => b"pt",
        "nl" => b"nl",
        "sv" => b"se",
        "da" => b"dk",
        "fi" => b"fi",
        "nb" | "nn" | "no" => b"no",
        _ => return None,
    })
}

/// The problem of bytes that came out as U+FFFD, where the file does not hold that character itself.
fn undecodable(path: &str, bytes: &[u8], text: &str, encoding: &'static str) -> Option<Problem> {
    let first = text.find('\u{FFFD}')?;
    let written = bytes.windows(3).filter(|w| w == b"\xEF\xBF\xBD").count();
    let count = text[first..].matches('\u{FFFD}').count();
    if encoding == UTF_8.name() && written == count {
        return None;
    }
    let breaks = text[..first].replace("\r\n", "\n").bytes().filter(|b| matches!(b, b'\n' | b'\r')).count();
    let what = if count == 1 { "a byte is".into() } else { format!("{count} places are") };
    let message = format!("{what} not valid {encoding}, shown as \u{FFFD}; save the file as UTF-8");
    Some(Problem::warning(path, message).at(u32::try_from(breaks + 1).unwrap_or(u32::MAX), 0))
}
