//! The page as a tree: parsed by html5ever into nodes that are numbered in document order, each with its line.
//!
//! A node's subtree is the run of numbers from it to its `end`, so that every walk is a loop and no page, however
//! nested, can exhaust the stack. html5ever is quadratic in nesting: parsing stops at [`MAX_DEPTH`].

use std::ops::Range;

use html5ever::tendril::{StrTendril, TendrilSink};
use html5ever::tokenizer::TokenizerOpts;
use html5ever::tree_builder::TreeBuilderOpts;
use html5ever::{LocalName, ParseOpts, parse_document};

use super::sink::{Raw, Sink};
use crate::document::Lines;

/// The deepest nesting that is read; a page that goes deeper was not made by or for a person.
pub(super) const MAX_DEPTH: usize = 256;
/// Bytes given to the parser between two looks at the depth.
const CHUNK: usize = 4096;

/// A node's number: its place in document order; 0 is the document.
pub(super) type Id = usize;

/// A parsed page.
pub(super) struct Dom {
    nodes: Vec<Node>,
    /// Whether the tree was cut off because it went deeper than [`MAX_DEPTH`] or grew beyond what is kept.
    pub(super) truncated: bool,
}

struct Node {
    parent: Id,
    end: Id,
    line: u32,
    kind: Kind,
}

/// What a node is.
pub(super) enum Kind {
    /// The document, or something that shows nothing (a doctype).
    Nothing,
    /// An element with its attributes.
    Element(LocalName, Vec<(LocalName, StrTendril)>),
    /// Text.
    Text(String),
    /// A comment.
    Comment(String),
}

impl Dom {
    /// Parses a page. Reads at most as far as the limits allow.
    pub(super) fn parse(text: &str) -> Self {
        let opts = ParseOpts {
            tokenizer: TokenizerOpts::default(),
            tree_builder: TreeBuilderOpts { scripting_enabled: true, ..TreeBuilderOpts::default() },
        };
        let mut parser = parse_document(Sink::new(text.len()), opts);
        let mut rest = text;
        while !rest.is_empty() && !parser.tokenizer.sink.sink.full.get() {
            let end = (CHUNK..).find(|&at| at >= rest.len() || rest.is_char_boundary(at)).unwrap_or(CHUNK);
            let (chunk, after) = rest.split_at(end.min(rest.len()));
            parser.process(StrTendril::from_slice(chunk));
            rest = after;
        }
        let full = parser.tokenizer.sink.sink.full.get();
        number(parser.finish(), full)
    }

    /// The number of nodes; the numbers are `0..len()`.
    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }

    /// What a node is.
    pub(super) fn kind(&self, id: Id) -> &Kind {
        &self.nodes[id].kind
    }

    /// A node's parent; the document is its own.
    pub(super) fn parent(&self, id: Id) -> Id {
        self.nodes[id].parent
    }

    /// 1-based line at which an element's tag ends or a text begins.
    pub(super) fn line(&self, id: Id) -> u32 {
        self.nodes[id].line
    }

    /// 1-based line on which the first visible character of a text stands.
    pub(super) fn line_of_text(&self, id: Id) -> u32 {
        let lead = self.raw_text(id).map_or("", |text| &text[..text.len() - text.trim_start().len()]);
        self.line(id) + breaks(lead)
    }

    /// The lines from the first visible text in a run of nodes to the last.
    pub(super) fn lines_of(&self, range: Range<Id>) -> Lines {
        let shown = |id: &Id| self.raw_text(*id).is_some_and(|text| !text.trim().is_empty());
        let first = range.clone().find(shown).map_or_else(|| self.line(range.start), |id| self.line_of_text(id));
        let last = range
            .rev()
            .find(shown)
            .map_or(first, |id| self.line(id) + breaks(self.raw_text(id).unwrap_or_default().trim_end()));
        Lines { first, last: last.max(first) }
    }

    /// A node and everything in it, in document order.
    pub(super) fn subtree(&self, id: Id) -> Range<Id> {
        id..self.nodes[id].end
    }

    /// Whether `inner` is `outer` or stands in it.
    pub(super) fn holds(&self, outer: Id, inner: Id) -> bool {
        self.subtree(outer).contains(&inner)
    }

    /// The children of a node.
    pub(super) fn children(&self, id: Id) -> impl Iterator<Item = Id> + '_ {
        let end = self.nodes[id].end;
        let mut next = id + 1;
        std::iter::from_fn(move || {
            let child = (next < end).then_some(next)?;
            next = self.nodes[child].end;
            Some(child)
        })
    }

    /// The ancestors of a node, nearest first, without the document.
    pub(super) fn ancestors(&self, id: Id) -> impl Iterator<Item = Id> + '_ {
        std::iter::successors(Some(self.parent(id)), |&at| Some(self.parent(at))).take_while(|&at| at != 0)
    }

    /// A text node's text, as it stands in the file.
    pub(super) fn raw_text(&self, id: Id) -> Option<&str> {
        match &self.nodes[id].kind {
            Kind::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The element's name in lower case; empty for what is no element.
    pub(super) fn tag(&self, id: Id) -> &str {
        match &self.nodes[id].kind {
            Kind::Element(name, _) => name,
            _ => "",
        }
    }

    /// An attribute's value, trimmed; `None` where it is missing or empty.
    pub(super) fn attr(&self, id: Id, name: &str) -> Option<&str> {
        let Kind::Element(_, attrs) = &self.nodes[id].kind else { return None };
        let value = attrs.iter().find(|(n, _)| &**n == name).map(|(_, value)| value.trim())?;
        (!value.is_empty()).then_some(value)
    }

    /// Whether the element carries the attribute, with any value or none.
    pub(super) fn has_attr(&self, id: Id, name: &str) -> bool {
        matches!(&self.nodes[id].kind, Kind::Element(_, attrs) if attrs.iter().any(|(n, _)| &**n == name))
    }

    /// The elements of one name in document order.
    pub(super) fn elements<'a>(&'a self, tag: &'a str) -> impl Iterator<Item = Id> + 'a {
        (0..self.len()).filter(move |&id| self.tag(id) == tag)
    }

    /// The text of a subtree, white space folded; scripts, styles and ruby readings left out.
    pub(super) fn text(&self, id: Id) -> String {
        let mut out = String::new();
        let mut at = id;
        let end = self.nodes[id].end;
        while at < end {
            match &self.nodes[at].kind {
                Kind::Text(text) => out.push_str(text),
                Kind::Element(name, _) if is_silent(name) => {
                    at = self.nodes[at].end;
                    continue;
                }
                Kind::Element(name, _) if !is_inline(name) || &**name == "br" => out.push(' '),
                _ => {}
            }
            at += 1;
        }
        crate::text::fold_space(&out)
    }
}

pub(super) fn breaks(text: &str) -> u32 {
    u32::try_from(text.bytes().filter(|&b| b == b'\n').count()).unwrap_or(u32::MAX)
}

/// Elements whose text is not shown, or not as part of the sentence.
pub(super) fn is_silent(tag: &str) -> bool {
    matches!(
        tag,
        "script"
            | "style"
            | "noscript"
            | "template"
            | "head"
            | "svg"
            | "math"
            | "iframe"
            | "object"
            | "rt"
            | "rp"
            | "select"
            | "textarea"
            | "datalist"
            | "audio"
            | "video"
            | "canvas"
            | "noframes"
    )
}

/// Elements that stand within a line of text; every other begins a line of its own.
pub(super) fn is_inline(tag: &str) -> bool {
    matches!(
        tag,
        "a" | "abbr"
            | "acronym"
            | "b"
            | "bdi"
            | "bdo"
            | "big"
            | "cite"
            | "code"
            | "data"
            | "del"
            | "dfn"
            | "em"
            | "font"
            | "i"
            | "img"
            | "ins"
            | "kbd"
            | "label"
            | "mark"
            | "nobr"
            | "q"
            | "rb"
            | "ruby"
            | "s"
            | "samp"
            | "small"
            | "span"
            | "strike"
            | "strong"
            | "sub"
            | "sup"
            | "time"
            | "tt"
            | "u"
            | "var"
            | "wbr"
    )
}

/// Numbers the nodes in document order, leaving out what lies too deep.
fn number(mut raw: Vec<Raw>, full: bool) -> Dom {
    let mut nodes: Vec<Node> = Vec::with_capacity(raw.len());
    let mut truncated = full;
    // Open nodes as (number, raw index, next child).
    let mut open: Vec<(Id, usize, usize)> = Vec::new();
    nodes.push(Node { parent: 0, end: 0, line: 1, kind: Kind::Nothing });
    open.push((0, 0, 0));
    while let Some((id, index, next)) = open.pop() {
        let Some(&child) = raw.get(index).and_then(|node| node.children.get(next)) else {
            nodes[id].end = nodes.len();
            continue;
        };
        open.push((id, index, next + 1));
        if open.len() > MAX_DEPTH {
            truncated = true;
            continue;
        }
        let kind = raw[child].kind.take().unwrap_or(Kind::Nothing);
        nodes.push(Node { parent: id, end: 0, line: raw[child].line, kind });
        open.push((nodes.len() - 1, child, 0));
    }
    Dom { nodes, truncated }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_run_in_document_order_with_lines() {
        let dom = Dom::parse("<p>one\n<b>two</b>\n\n<p>\n three <i>four</i>");
        let seen: Vec<(String, u32)> = (0..dom.len())
            .filter_map(|id| match dom.kind(id) {
                Kind::Element(name, _) if dom.line(id) > 0 => Some((name.to_string(), dom.line(id))),
                _ => None,
            })
            .skip(3)
            .collect();
        assert_eq!(seen, [("p".into(), 1), ("b".into(), 2), ("p".into(), 4), ("i".into(), 5)]);
        let body = dom.elements("body").next().unwrap();
        assert_eq!(dom.children(body).map(|id| dom.text(id)).collect::<Vec<_>>(), ["one two", "three four"]);
    }

    #[test]
    fn a_text_has_the_line_it_begins_on() {
        let dom = Dom::parse("<p>\n\nfirst\nsecond</p>");
        let text = (0..dom.len()).find(|&id| matches!(dom.kind(id), Kind::Text(_))).unwrap();
        assert_eq!(dom.line(text), 1);
    }

    #[test]
    fn nesting_ends_the_reading_not_the_stack() {
        for page in [
            "<div>".repeat(200_000),
            "<a><div>".to_string() + &"<a>".repeat(100_000),
            (0..60_000).map(|n| format!("<b id=x{n}><p>")).collect(),
        ] {
            let dom = Dom::parse(&page);
            assert!(dom.truncated || dom.len() < 250_000);
        }
    }
}
