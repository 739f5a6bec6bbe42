//! A cheap look at a page's tags without a tree: refuses what would keep a parser busy, and strips a page to text.

use std::ops::Range;

use crate::document::guard;

/// A piece of a page.
#[derive(Debug, PartialEq, Eq)]
enum Piece {
    /// Text between tags.
    Text(Range<usize>),
    /// A tag from `<` to `>`.
    Tag(Range<usize>),
    /// A comment, a doctype, or the inside of a script or style.
    Silent,
}

/// The line of the first tag that has more attributes than any real page, where there is one.
pub(super) fn overloaded(page: &str) -> Option<u32> {
    pieces(page).into_iter().find_map(|piece| match piece {
        Piece::Tag(range) if guard::tag(&page.as_bytes()[range.clone()]).1 > guard::ATTRIBUTE_LIMIT => {
            Some(1 + newlines(&page[..range.start]))
        }
        _ => None,
    })
}

/// The page's text with its tags out, as paragraphs with the line each begins on.
pub(super) fn strip(page: &str) -> Vec<(u32, String)> {
    let mut out: Vec<(u32, String)> = Vec::new();
    let mut open = String::new();
    let (mut line, mut seen, mut first) = (1u32, 0, 1);
    let mut is_blank = true;
    let mut close = |open: &mut String, first: u32| {
        let text = crate::text::fold_space(&unescape(open));
        if !text.is_empty() {
            out.push((first, text));
        }
        open.clear();
    };
    for piece in pieces(page) {
        match piece {
            Piece::Text(range) => {
                let text = &page[range.clone()];
                if is_blank {
                    let lead = range.start + text.len() - text.trim_start().len();
                    line += newlines(&page[seen..lead]);
                    seen = lead;
                    first = line;
                    is_blank = text.trim_start().is_empty();
                }
                open.push_str(text);
            }
            Piece::Tag(range) if !super::dom::is_inline(name(&page[range.clone()])) => {
                close(&mut open, first);
                is_blank = true;
            }
            _ => {}
        }
    }
    close(&mut open, first);
    out
}

fn newlines(text: &str) -> u32 {
    u32::try_from(text.bytes().filter(|&b| b == b'\n').count()).unwrap_or(u32::MAX)
}

/// Cuts a page into pieces, roughly as the HTML standard's tokenizer does (section 13.2.5).
fn pieces(page: &str) -> Vec<Piece> {
    let bytes = page.as_bytes();
    let mut out = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let Some(open) = page[at..].find('<').map(|found| at + found) else { break };
        let end = match bytes.get(open + 1) {
            Some(b'!') | Some(b'?') => {
                let (from, close) = if page[open..].starts_with("<!--") { (open + 2, "-->") } else { (open, ">") };
                page[from..].find(close).map_or(bytes.len(), |found| from + found + close.len())
            }
            Some(b'/') | Some(b'a'..=b'z') | Some(b'A'..=b'Z') => open + guard::tag(&bytes[open..]).0,
            _ => {
                out.push(Piece::Text(at..open + 1));
                at = open + 1;
                continue;
            }
        };
        if open > at {
            out.push(Piece::Text(at..open));
        }
        let silent = matches!(bytes.get(open + 1), Some(b'!') | Some(b'?'));
        out.push(if silent { Piece::Silent } else { Piece::Tag(open..end) });
        at = end;
        let tag = &page[open..end];
        let name = name(tag);
        if !silent && !tag.starts_with("</") && !tag.ends_with("/>") && is_raw(name) {
            at = closing(page, at, name);
            out.push(Piece::Silent);
        }
    }
    if at < bytes.len() {
        out.push(Piece::Text(at..bytes.len()));
    }
    out
}

fn name(tag: &str) -> &str {
    let tag = tag.trim_start_matches(['<', '/']);
    &tag[..tag.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(tag.len())]
}

fn is_raw(name: &str) -> bool {
    ["script", "style", "textarea", "xmp", "noframes", "noembed"].iter().any(|raw| name.eq_ignore_ascii_case(raw))
}

/// Where the closing tag of a raw-text element begins.
fn closing(page: &str, from: usize, name: &str) -> usize {
    let mut at = from;
    while let Some(found) = page[at..].find("</") {
        let start = at + found;
        if page
            .as_bytes()
            .get(start + 2..start + 2 + name.len())
            .is_some_and(|n| n.eq_ignore_ascii_case(name.as_bytes()))
        {
            return start;
        }
        at = start + 2;
    }
    page.len()
}

/// The five entities of XML and the no-break space; what is rarer stays as written.
fn unescape(text: &str) -> String {
    let mut out = text.replace("&nbsp;", " ");
    for (entity, c) in [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")] {
        out = out.replace(entity, c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_with_too_many_attributes_is_found() {
        let many: String = (0..2000).map(|n| format!(" a{n}=1")).collect();
        assert_eq!(overloaded(&format!("<p>\n<p>\n<div{many}>x</div>")), Some(3));
        assert_eq!(overloaded(&format!("<script>if (a <b{many}) {{}}</script><p title='{many}'>")), None);
        assert_eq!(overloaded(&format!("<!-- <b{many}> -->")), None);
    }

    #[test]
    fn text_is_stripped_into_paragraphs_with_lines() {
        let page = "<title>T</title>\n<script>var a = '<p>';</script>\n<p>One <b>two</b>\n&amp; 3 < 4</p>\n\n<DIV>four";
        assert_eq!(strip(page), [(1, "T".into()), (3, "One two & 3 < 4".into()), (6, "four".into())]);
    }
}
