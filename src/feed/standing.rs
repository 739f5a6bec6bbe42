//! Standing type: a feed as it was last set, with the place of each entry. What a change leaves as it was goes over into
//! the next feed as bytes; only the head and the entries that are others are written.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;

use super::{Channel, Entry, Format};
use crate::edition::{Content, Item};

/// A feed that was set in one format.
#[derive(Debug)]
pub struct Standing {
    bytes: Bytes,
    lines: Vec<Line>,
}

/// An entry in the bytes of a feed.
#[derive(Debug)]
struct Line {
    item: Arc<Item>,
    carries: Content,
    uses: Uses,
    /// Where it lies.
    at: Range<usize>,
}

/// An entry on its way into a feed.
struct Piece<'b> {
    bytes: Cow<'b, [u8]>,
    uses: Uses,
    /// Whether it stands as long as its item does.
    is_lasting: bool,
}

/// The namespaces that an entry uses and a feed without it need not declare.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Uses {
    pub content: bool,
    pub media: bool,
}

/// What stands around the entries of a feed.
pub(super) struct Frame {
    pub before: String,
    pub between: &'static str,
    pub after: String,
}

impl Standing {
    /// Sets the feed that people subscribe to, the same as [`Format::render`]. `before` is one in the same format, of the
    /// same topic of the same house: entries of items that are the very same are taken over.
    pub fn set(format: Format, channel: &Channel<'_>, before: Option<&Standing>) -> Self {
        if channel.entries().is_empty() {
            return Self { bytes: format.render(channel).into(), lines: Vec::new() };
        }
        let known: HashMap<&str, (&Line, &[u8])> = before.map(Standing::entries).unwrap_or_default();
        let piece = |entry: &Entry<'_>| {
            let known = known.get(entry.item.id.as_str());
            match known.filter(|(line, _)| Arc::ptr_eq(&line.item, entry.item) && line.carries == entry.carries) {
                Some((line, bytes)) => Piece { bytes: Cow::Borrowed(*bytes), uses: line.uses, is_lasting: true },
                None => {
                    let (text, uses) = format.entry(channel, entry);
                    // A text that can't be had now may be there the next time.
                    let is_lasting = entry.item.body_html.find().is_some();
                    Piece { bytes: Cow::Owned(text.into_bytes()), uses, is_lasting }
                }
            }
        };
        let pieces: Vec<Piece<'_>> = channel.entries().iter().map(piece).collect();
        let frame = format.frame(channel, pieces.iter().map(|piece| piece.uses).collect());
        let length: usize = pieces.iter().map(|piece| piece.bytes.len() + frame.between.len()).sum();
        let mut bytes = Vec::with_capacity(frame.before.len() + length + frame.after.len());
        let mut lines = Vec::with_capacity(pieces.len());
        let mut between = frame.before.as_bytes();
        for (entry, piece) in channel.entries().iter().zip(pieces) {
            bytes.extend_from_slice(between);
            between = frame.between.as_bytes();
            let start = bytes.len();
            bytes.extend_from_slice(&piece.bytes);
            if piece.is_lasting {
                let (item, carries) = (Arc::clone(entry.item), entry.carries);
                lines.push(Line { item, carries, uses: piece.uses, at: start..bytes.len() });
            }
        }
        bytes.extend_from_slice(frame.after.as_bytes());
        Self { bytes: bytes.into(), lines }
    }

    /// The feed, UTF-8.
    pub fn bytes(&self) -> &Bytes {
        &self.bytes
    }

    /// The entries by the ids of their items.
    fn entries(&self) -> HashMap<&str, (&Line, &[u8])> {
        self.lines.iter().map(|line| (line.item.id.as_str(), (line, &self.bytes[line.at.clone()]))).collect()
    }
}

impl FromIterator<Uses> for Uses {
    fn from_iter<I: IntoIterator<Item = Uses>>(all: I) -> Self {
        let either = |a: Uses, b: Uses| Uses { content: a.content || b.content, media: a.media || b.media };
        all.into_iter().fold(Uses::default(), either)
    }
}

/// A document of one entry: what is before the entry, the entry, and what is after it.
pub(super) fn cut<'x>(xml: &'x str, open: &str, close: &str) -> (&'x str, &'x str, &'x str) {
    let start = xml.find(open).unwrap_or(xml.len());
    let end = xml.rfind(close).map_or(xml.len(), |at| at + close.len());
    (&xml[..start], &xml[start..end], &xml[end..])
}
