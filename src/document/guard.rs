//! A guard before HTML parsers: finds input on which they take the square of its length in time.
//!
//! html5ever compares each attribute of a tag with all before it, walks up all open elements at every tag, moves what
//! a table does not allow to a place that it searches for, and opens `<b>` and its like again in every paragraph
//! until they are closed. One pass over the tags bounds all four. It reads
//! tags and comments as the HTML standard's tokenizer does (section 13.2.5); where it can't follow (a script within
//! a script, foreign content) it stops believing end tags, so that it errs to the safe side.

use std::collections::HashMap;

/// Elements may stand this deep in each other.
pub(crate) const DEPTH_LIMIT: u32 = 256;
/// Attributes that one tag may have.
pub(crate) const ATTRIBUTE_LIMIT: u32 = 512;
/// Elements that may stand where a table does not allow them.
const FOSTER_LIMIT: u32 = 2048;

/// Formatting elements that are opened again, for each byte of the input.
const REOPENED_LIMIT: usize = 2;

/// Formatting elements (HTML standard, section 13.2.4.3).
const FORMATTING: [&[u8]; 14] =
    [b"a", b"b", b"big", b"code", b"em", b"font", b"i", b"nobr", b"s", b"small", b"strike", b"strong", b"tt", b"u"];
/// Elements that are void, or end where their like begins: a run of them does not nest.
const FLAT: [&[u8]; 26] = [
    b"area", b"base", b"br", b"col", b"dd", b"dt", b"embed", b"hr", b"img", b"input", b"li", b"link", b"meta",
    b"option", b"p", b"param", b"rt", b"source", b"tbody", b"td", b"tfoot", b"th", b"thead", b"tr", b"track", b"wbr",
];
/// Those of them that stand in tables.
const TABLE_PARTS: [&[u8]; 9] = [b"caption", b"col", b"colgroup", b"tbody", b"td", b"tfoot", b"th", b"thead", b"tr"];
/// Those that hold anything.
const CELLS: [&[u8]; 3] = [b"caption", b"td", b"th"];
/// Elements whose content is text, whatever stands in it.
const RAW: [&[u8]; 2] = [b"script", b"style"];

/// Whether parsing this HTML would take the square of its length in time.
pub(crate) fn is_hostile(html: &str) -> bool {
    let bytes = html.as_bytes();
    let mut open = Open::default();
    let mut at = 0;
    while let Some(step) = bytes[at..].iter().position(|&b| b == b'<') {
        at += step;
        let rest = &bytes[at..];
        let Some((closing, name)) = name(rest) else {
            at += if rest.starts_with(b"<!--") { comment(rest) } else { 1 };
            continue;
        };
        let (length, attributes) = tag(rest);
        if attributes > ATTRIBUTE_LIMIT {
            return true;
        }
        at += length;
        if closing {
            open.close(name);
        } else {
            open.open(name);
            if is_one_of(name, &RAW) && !open.has(b"svg") && !open.has(b"math") {
                let end = end_of_raw(&bytes[at..], name);
                open.doubted |= is_one_of(name, &RAW[..1]) && contains(&bytes[at..at + end], b"<!--");
                at += end;
            }
        }
        open.reopened += open.formatting as usize;
        if open.depth > DEPTH_LIMIT
            || open.fostered > FOSTER_LIMIT
            || open.reopened > REOPENED_LIMIT * bytes.len() + 65_536
        {
            return true;
        }
    }
    false
}

/// The length of the tag or comment at the start of `text` (all of `text` where it never ends), and the number of
/// its attributes.
pub(crate) fn tag(text: &[u8]) -> (usize, u32) {
    /// Where in a tag the tokenizer is (HTML standard, sections 13.2.5.32 to 13.2.5.39).
    enum State {
        Between,
        Name,
        AfterName,
        BeforeValue,
        Value,
        Quoted(u8),
    }
    if text.starts_with(b"<!--") {
        return (comment(text), 0);
    }
    let mut attributes = 0;
    let start = 1 + text.iter().skip(1).take_while(|b| !b.is_ascii_whitespace() && !b"/>".contains(b)).count();
    let skipped = if text.get(1) == Some(&b'/') { 2 } else { start };
    let mut state = State::Between;
    for (i, &b) in text.iter().enumerate().skip(skipped) {
        let space = b.is_ascii_whitespace();
        state = match state {
            State::Quoted(quote) if b == quote => State::Between,
            State::Quoted(quote) => State::Quoted(quote),
            _ if b == b'>' => return (i + 1, attributes),
            State::BeforeValue if space => State::BeforeValue,
            State::BeforeValue if b == b'"' || b == b'\'' => State::Quoted(b),
            State::BeforeValue | State::Value if !space => State::Value,
            State::Name | State::AfterName if b == b'=' => State::BeforeValue,
            State::Name | State::AfterName if space => State::AfterName,
            _ if space || (b == b'/' && !matches!(state, State::Value)) => State::Between,
            State::Between | State::AfterName => {
                attributes += 1;
                State::Name
            }
            _ => State::Name,
        };
    }
    (text.len(), attributes)
}

/// The elements that are open, as far as tags tell.
#[derive(Default)]
struct Open {
    counts: HashMap<u64, u32>,
    depth: u32,
    /// For each open table, whether a cell of it is open: there anything may stand.
    in_cell: Vec<bool>,
    fostered: u32,
    /// Of the open elements, those that format.
    formatting: u32,
    reopened: usize,
    doubted: bool,
}

impl Open {
    fn open(&mut self, name: &[u8]) {
        let foreign = self.has(b"svg") || self.has(b"math");
        let is_table_part = is_one_of(name, &TABLE_PARTS);
        match self.in_cell.last_mut() {
            Some(in_cell) if is_table_part => *in_cell = !foreign && is_one_of(name, &CELLS),
            Some(false) if !is_one_of(name, &RAW) => self.fostered += 1,
            _ => {}
        }
        if name.eq_ignore_ascii_case(b"table") {
            self.in_cell.push(false);
        }
        if !is_one_of(name, &FLAT) && (foreign || !is_one_of(name, &RAW)) {
            *self.counts.entry(hash(name)).or_default() += 1;
            self.depth += 1;
            self.formatting += u32::from(is_one_of(name, &FORMATTING));
        }
    }

    fn close(&mut self, name: &[u8]) {
        if is_one_of(name, &TABLE_PARTS)
            && let Some(in_cell) = self.in_cell.last_mut()
        {
            *in_cell = false;
        }
        if let Some(count) = self.counts.get_mut(&hash(name)).filter(|count| **count > 0 && !self.doubted) {
            *count -= 1;
            self.depth -= 1;
            self.formatting -= u32::from(is_one_of(name, &FORMATTING));
            if name.eq_ignore_ascii_case(b"table") {
                self.in_cell.pop();
            }
        }
    }

    fn has(&self, name: &[u8]) -> bool {
        self.counts.get(&hash(name)).is_some_and(|&count| count > 0)
    }
}

/// Whether a tag at the start of `text` closes, and its name; `None` where there is no tag.
fn name(text: &[u8]) -> Option<(bool, &[u8])> {
    let closing = text.get(1) == Some(&b'/');
    let rest = text.get(if closing { 2 } else { 1 }..)?;
    if !rest.first()?.is_ascii_alphabetic() {
        return None;
    }
    let length = rest.iter().take_while(|b| !b.is_ascii_whitespace() && !b"/>".contains(b)).count();
    Some((closing, &rest[..length]))
}

/// The length of the comment at the start of `text`.
fn comment(text: &[u8]) -> usize {
    for abrupt in [&b"<!-->"[..], b"<!--->"] {
        if text.starts_with(abrupt) {
            return abrupt.len();
        }
    }
    for (i, &b) in text.iter().enumerate().skip(6) {
        if b == b'>' && (text[..i].ends_with(b"--") || text[..i].ends_with(b"--!")) {
            return i + 1;
        }
    }
    text.len()
}

/// The length of raw text up to its end tag.
fn end_of_raw(text: &[u8], name: &[u8]) -> usize {
    let ends = |i: &usize| {
        text[*i..].starts_with(b"</")
            && text.get(i + 2..i + 2 + name.len()).is_some_and(|n| n.eq_ignore_ascii_case(name))
    };
    (0..text.len()).find(ends).unwrap_or(text.len())
}

fn contains(text: &[u8], needle: &[u8]) -> bool {
    text.windows(needle.len()).any(|window| window == needle)
}

fn is_one_of(name: &[u8], names: &[&[u8]]) -> bool {
    names.iter().any(|n| name.eq_ignore_ascii_case(n))
}

/// FNV-1a of a name in lower case: enough to tell the few names of a page apart.
fn hash(name: &[u8]) -> u64 {
    name.iter()
        .fold(0xcbf2_9ce4_8422_2325, |h, b| (h ^ u64::from(b.to_ascii_lowercase())).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_takes_the_square_is_hostile() {
        for html in [
            "<div>".repeat(300),
            "<b></div>".repeat(300),
            "<!--><div>".repeat(300),
            "<div title = \"</div>\">".repeat(300),
            format!("<a {}>", "x ".repeat(600)),
            format!("<table>{}", "<b></b>".repeat(3000)),
            format!("<table><tr><td>a</td>{}", "<br>".repeat(3000)),
            format!("<table><svg><td>{}", "<b></b>".repeat(3000)),
            format!("{}{}", "<font>".repeat(200), "<p>x".repeat(20_000)),
            format!("<script><!--<script></script>{}", "<div></div>".repeat(300)),
            format!("<svg><script>{}", "<b>".repeat(300)),
        ] {
            assert!(is_hostile(&html), "{}", &html[..60]);
        }
    }

    #[test]
    fn what_pages_hold_is_not() {
        for html in [
            "<p>a<br><li>b<td>c".repeat(3000),
            "<div><p>a</p></div>".repeat(3000),
            "<!-- <div> --><a title=\"<div>\">b</a>".repeat(3000),
            "<script>let s = '<div>';</script>".repeat(3000),
            format!("<table>{}</table>", "<tr><td>a<br><b>b</b></td></tr>".repeat(3000)),
            "<<<< 1 < 2 <3".repeat(3000),
        ] {
            assert!(!is_hostile(&html), "{}", &html[..30]);
        }
    }
}
