//! Compressed twins beside files, for servers that send them ready-made (nginx `gzip_static`, Caddy `precompressed`).

use bytes::Bytes;

use crate::site::{Coding, Content, Encoded, Resource};

/// What is added to a file's name for a coding, as servers look for it; `None` for the identity, which has no twin.
pub(super) fn suffix(coding: Coding) -> Option<&'static str> {
    match coding {
        Coding::Brotli => Some(".br"),
        Coding::Zstd => Some(".zst"),
        Coding::Gzip => Some(".gz"),
        Coding::Identity => None,
    }
}

/// Shorter texts fit in one packet as they are.
const SHORT: u64 = 1_000;
/// An asset longer than this has no twins: it would have to be held in memory.
const LONG: u64 = 16 * 1024 * 1024;

/// Whether a resource has twins: text of some length.
pub(super) fn are_worth_it(resource: &Resource) -> bool {
    let length = resource.length();
    match resource.content() {
        Content::Bytes(_) => resource.is_coded(),
        Content::File { .. } => {
            let kind = resource.media_type().split(';').next().unwrap_or_default();
            let text = kind.starts_with("text/") || kind.ends_with("+xml") || kind.ends_with("json");
            text && (SHORT..=LONG).contains(&length)
        }
    }
}

/// The bytes of a twin, the same that the server sends; `None` where compression saves nothing, or the file that it
/// is to be made from can't be read.
pub(super) fn make(resource: &Resource, coding: Coding) -> Option<Bytes> {
    let plain = match resource.content() {
        Content::Bytes(body) => body.plain().clone(),
        Content::File { path, .. } => std::fs::read(path).ok()?.into(),
    };
    // A body of its own: what the resource keeps would fill the memory with a big site's twins.
    let body = Encoded::new(plain);
    let twin = body.coded(coding).clone();
    (twin.len() < body.plain().len()).then_some(twin)
}
