//! Logs by day: GNU ChangeLogs with entries under lines such as `2024-05-05  Ann Arbour  <ann@example.org>` (GNU Coding
//! Standards, section 6.8.2), or with the date as `ctime` writes it, as old ones have it; and what `git log` prints.

use super::changelog::Blocks;
use super::{Block, BlockKind};
use crate::date::{self, Hints};

/// A longer line is no head of an entry.
const LONGEST: usize = 200;

/// The blocks of a log by day: of each entry a heading with its day and name, then its changes. `None` for any other
/// text: one that does not open with an entry's head, or where nothing but prose follows.
pub(super) fn blocks(text: &str) -> Option<Vec<Block>> {
    let lines: Vec<&str> = text.lines().collect();
    let mut filled = (0..lines.len()).filter(|&at| !lines[at].trim().is_empty());
    let first = filled.next()?;
    if git_head(&lines[first..]).is_some() {
        return Some(git(&lines));
    }
    head(&lines[first..])?;
    if filled.next().is_some_and(|at| !lines[at].starts_with([' ', '\t']) && head(&lines[at..]).is_none()) {
        return None;
    }
    let mut out = Blocks::default();
    for (at, line) in lines.iter().enumerate() {
        match head(&lines[at..]) {
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

/// The head of an entry as a heading, `2024-05-05 by Ann Arbour`: a day at the margin, a gap, a name and its mail. A name
/// without mail needs changes right below it.
fn head(lines: &[&str]) -> Option<String> {
    let line = lines.first()?;
    if line.len() > LONGEST || !line.starts_with(|c: char| c.is_ascii_alphanumeric()) {
        return None;
    }
    let mailed = line.contains('@');
    let starred = || {
        let mut below = lines.iter().skip(1).filter(|line| !line.trim().is_empty());
        below.next().is_some_and(|line| line.starts_with([' ', '\t']) && line.trim_start().starts_with("* "))
    };
    if !(mailed || line.starts_with(|c: char| c.is_ascii_digit()) && starred()) {
        return None;
    }
    let found = date::find(line, &Hints::default()).into_iter().next()?;
    found.day().filter(|_| found.span.start == 0)?;
    let behind = &line[found.span.end..];
    let gap = behind.contains("  ") || behind.contains('\t') || (behind.starts_with(' ') && behind.ends_with('>'));
    let who = behind.split(['<', '(']).next().unwrap_or_default();
    let who = crate::text::fold_space(who);
    let named = (2..=60).contains(&who.chars().count()) && !who.contains(|c: char| c.is_ascii_digit());
    (gap && named).then(|| format!("{} by {who}", &line[found.span.clone()]))
}

/// The head of a commit as `git log` prints it: its date, its author, whether it merges others, and its last line.
struct Commit<'t> {
    date: &'t str,
    author: &'t str,
    merges: bool,
    lines: usize,
}

fn git_head<'t>(lines: &[&'t str]) -> Option<Commit<'t>> {
    let hash = lines.first()?.strip_prefix("commit ")?.split(' ').next()?;
    if hash.len() < 7 || !hash.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let end = lines.iter().take(10).position(|line| line.trim().is_empty()).unwrap_or(lines.len().min(10));
    let field = |name: &str| lines[1..end].iter().find_map(|line| Some(line.strip_prefix(name)?.trim()));
    Some(Commit {
        date: field("CommitDate:").or_else(|| field("Date:"))?,
        author: field("Author:")?,
        merges: field("Merge:").is_some(),
        lines: end,
    })
}

/// The commits of a log that `git log` printed, but for those that only merge others. Patches and tables of changed
/// files are left out.
fn git(lines: &[&str]) -> Vec<Block> {
    let mut out = Blocks::default();
    let (mut at, mut is_wanted) = (0, false);
    while at < lines.len() {
        let line = lines[at];
        if let Some(commit) = git_head(&lines[at..]) {
            out.flush();
            is_wanted = !commit.merges;
            if is_wanted {
                let author = commit.author.split('<').next().unwrap_or_default();
                let heading = format!("{} by {}", in_order(commit.date), crate::text::fold_space(author));
                out.push(BlockKind::Heading(2), heading, at, at + commit.lines - 1);
            }
            at += commit.lines;
            continue;
        }
        match line.strip_prefix("    ") {
            Some(words) if is_wanted && !is_trailer(words) => out.line(words, at),
            _ if line.trim().is_empty() => out.line("", at),
            _ => {}
        }
        at += 1;
    }
    out.flush();
    out.blocks
}

/// A date with its year and zone at the end, `Tue May 3 15:09:54 2022 -0700`, in the order of others.
fn in_order(date: &str) -> String {
    match date.split_whitespace().collect::<Vec<_>>()[..] {
        [_, month, day, time, year, zone] if time.contains(':') => format!("{day} {month} {year} {time} {zone}"),
        _ => date.to_string(),
    }
}

/// Whether a line of a commit's message is for the project's books: `Signed-off-by: …`, `Change-Id: …`.
fn is_trailer(line: &str) -> bool {
    let Some((key, _)) = line.split_once(": ") else { return false };
    let key = key.to_ascii_lowercase();
    key.ends_with("-by") || ["change-id", "git-svn-id", "part-of", "cherry-picked-from"].contains(&key.as_str())
}
