//! GNU ChangeLogs: entries under lines such as `2024-05-05  Ann Arbour  <ann@example.org>` (GNU Coding Standards,
//! section 6.8.2), or with the date as `ctime` writes it, as old ones have it.

use super::changelog::Blocks;
use super::{Block, BlockKind};
use crate::date::{self, Hints};

/// A longer line is no head of an entry.
const LONGEST: usize = 200;

/// The blocks of a ChangeLog: of each entry a heading with its day and name, then its changes. `None` for any other text:
/// one that does not open with an entry's head, or where nothing but prose follows.
pub(super) fn blocks(text: &str) -> Option<Vec<Block>> {
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    lines.next().and_then(head)?;
    if lines.next().is_some_and(|line| !line.starts_with([' ', '\t']) && head(line).is_none()) {
        return None;
    }
    let mut out = Blocks::default();
    for (at, line) in text.lines().enumerate() {
        match head(line) {
            // Of several people right below one another the first stands for all.
            Some(_)
                if matches!(out.blocks.last(), Some(Block { kind: BlockKind::Heading(_), .. })) && out.is_idle() => {}
            Some(head) => {
                out.flush();
                out.push(BlockKind::Heading(2), head, at, at);
            }
            // Local variables of an editor are for nobody else.
            None if line.starts_with("Local Variables:") || line.starts_with('\u{c}') => break,
            None => out.line(line, at),
        }
    }
    out.flush();
    Some(out.blocks)
}

/// The head of an entry as a heading, `2024-05-05 by Ann Arbour`: a day at the margin, a gap, a name and its mail.
fn head(line: &str) -> Option<String> {
    if line.len() > LONGEST || !line.starts_with(|c: char| c.is_ascii_alphanumeric()) || !line.contains('@') {
        return None;
    }
    let gap = ["  ", "\t"].into_iter().filter_map(|gap| line.rfind(gap)).max()?;
    let found = date::find(line, &Hints::default()).into_iter().next()?;
    found.day().filter(|_| found.span.start == 0 && found.span.end <= gap)?;
    let who = line[found.span.end..].split(['<', '(']).next().unwrap_or_default();
    let who = crate::text::fold_space(who);
    let named = (2..=60).contains(&who.chars().count()) && !who.contains(|c: char| c.is_ascii_digit());
    named.then(|| format!("{} by {who}", &line[found.span.clone()]))
}
