//! Plain text to blocks: a stand-in that takes each line for a block.

use super::{Block, BlockKind, Lines};
use crate::text;

/// The blocks of a text whose first line has the given number.
pub(super) fn blocks(text: &str, first_line: u32) -> Vec<Block> {
    let mut gap_before = true;
    let mut out = Vec::new();
    for (line, number) in text.lines().zip(first_line..) {
        let folded = text::fold_space(line);
        if folded.is_empty() {
            gap_before = true;
            continue;
        }
        let html = format!("<p>{}</p>", text::escape(&folded));
        let lines = Lines { first: number, last: number };
        out.push(Block { kind: BlockKind::Paragraph, text: folded, html, lines, gap_before });
        gap_before = false;
    }
    out
}
