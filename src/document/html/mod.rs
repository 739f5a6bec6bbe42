//! Saved HTML pages: a stand-in that takes the whole body for one block.

#[cfg(test)]
mod address;
#[cfg(test)]
mod dom;
#[cfg(test)]
mod linked;
#[cfg(test)]
mod tags;
#[cfg(test)]
mod words;

use super::sanitise::{self, Base};
use super::{Block, BlockKind, Document, Field, Header, Lines, Syntax};
use crate::problem::Problem;

/// Reads a saved page.
pub(super) fn read(path: &str, text: &str, encoding: &'static str) -> (Document, Vec<Problem>) {
    let mut header = Header::default();
    if let Some(value) = text.split_once("<title>").and_then(|(_, rest)| rest.split_once("</title>")) {
        let value = sanitise::text_of(value.0);
        header.title = Some(Field { value, name: "title".into(), line: 1 });
    }
    let html = sanitise::clean(text, &Base { file: path, page_url: None });
    let last = text.lines().count().max(1) as u32;
    let block = Block {
        kind: BlockKind::Other,
        text: sanitise::text_of(&html),
        html,
        lines: Lines { first: 1, last },
        gap_before: true,
    };
    (Document { path: path.into(), syntax: Syntax::Html, encoding, header, blocks: vec![block] }, Vec::new())
}
