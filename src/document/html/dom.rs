//! The page as a tree: parsed by html5ever into nodes that are numbered in document order, each with its line.
//!
//! A node's subtree is the run of numbers from it to its `end`, so that every walk is a loop and no page, however
//! nested, can exhaust the stack. html5ever is quadratic in nesting: parsing stops at [`MAX_DEPTH`].

use std::borrow::Cow;
use std::cell::{Cell, Ref, RefCell};
use std::ops::Range;

use crate::document::Lines;
use html5ever::interface::{ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::tendril::{StrTendril, TendrilSink};
use html5ever::tokenizer::TokenizerOpts;
use html5ever::tree_builder::TreeBuilderOpts;
use html5ever::{Attribute, LocalName, ParseOpts, QualName, parse_document};

/// The deepest nesting that is read; a page that goes deeper was not made by or for a person.
pub(super) const MAX_DEPTH: usize = 256;
/// The most nodes that are kept.
const MAX_NODES: usize = 1_000_000;
/// Bytes given to the parser between two looks at the depth.
const CHUNK: usize = 4096;

/// A node's number: its place in document order; 0 is the document.
pub(super) type Id = usize;

/// A parsed page.
pub(super) struct Dom {
    nodes: Vec<Node>,
    /// Whether the tree was cut off because it went deeper than [`MAX_DEPTH`] or grew beyond [`MAX_NODES`].
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
        let mut parser = parse_document(Sink::default(), opts);
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

fn breaks(text: &str) -> u32 {
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

/// Where html5ever builds its tree, in the order of building.
#[derive(Default)]
struct Sink {
    nodes: RefCell<Vec<Raw>>,
    line: Cell<u32>,
    full: Cell<bool>,
}

#[derive(Default)]
struct Raw {
    name: Option<QualName>,
    kind: Option<Kind>,
    parent: Option<Id>,
    children: Vec<Id>,
    depth: usize,
    line: u32,
}

impl Sink {
    fn push(&self, name: Option<QualName>, kind: Kind) -> Id {
        let mut nodes = self.nodes.borrow_mut();
        if nodes.is_empty() {
            nodes.push(Raw::default());
        }
        if nodes.len() >= MAX_NODES {
            self.full.set(true);
        }
        nodes.push(Raw { name, kind: Some(kind), line: self.line.get().max(1), ..Raw::default() });
        nodes.len() - 1
    }

    /// Puts a node or text among the children of `parent`, before the child at `place`.
    fn insert(&self, parent: Id, place: usize, child: NodeOrText<Id>) {
        let id = match child {
            NodeOrText::AppendNode(id) => id,
            NodeOrText::AppendText(text) => {
                let before = place.checked_sub(1).map(|at| self.nodes.borrow()[parent].children[at]);
                if let Some(before) = before
                    && let Some(Kind::Text(whole)) = &mut self.nodes.borrow_mut()[before].kind
                {
                    whole.push_str(&text);
                    return;
                }
                // The line is the one at the end of the text.
                let breaks = breaks(&text);
                let id = self.push(None, Kind::Text(text.to_string()));
                let line = self.line.get().saturating_sub(breaks).max(1);
                self.nodes.borrow_mut()[id].line = line;
                id
            }
        };
        let mut nodes = self.nodes.borrow_mut();
        let depth = nodes[parent].depth + 1;
        if depth > MAX_DEPTH {
            self.full.set(true);
        }
        nodes[id].depth = depth;
        nodes[id].parent = Some(parent);
        nodes[parent].children.insert(place, id);
    }

    /// The place of a child among its siblings, looked for from the end, where parsers work.
    fn place(&self, parent: Id, child: Id) -> Option<usize> {
        self.nodes.borrow()[parent].children.iter().rposition(|&c| c == child)
    }
}

impl TreeSink for Sink {
    type Handle = Id;
    type Output = Vec<Raw>;
    type ElemName<'a> = Ref<'a, QualName>;

    fn finish(self) -> Vec<Raw> {
        self.nodes.into_inner()
    }

    fn parse_error(&self, _: Cow<'static, str>) {}

    fn get_document(&self) -> Id {
        let mut nodes = self.nodes.borrow_mut();
        if nodes.is_empty() {
            nodes.push(Raw::default());
        }
        0
    }

    fn elem_name<'a>(&'a self, target: &'a Id) -> Ref<'a, QualName> {
        Ref::map(self.nodes.borrow(), |nodes| nodes[*target].name.as_ref().expect("asked of elements only"))
    }

    fn create_element(&self, name: QualName, attrs: Vec<Attribute>, _: ElementFlags) -> Id {
        let attrs = attrs.into_iter().map(|a| (a.name.local, a.value)).collect();
        let kind = Kind::Element(name.local.clone(), attrs);
        self.push(Some(name), kind)
    }

    fn create_comment(&self, text: StrTendril) -> Id {
        self.push(None, Kind::Comment(text.to_string()))
    }

    fn create_pi(&self, _: StrTendril, _: StrTendril) -> Id {
        self.push(None, Kind::Nothing)
    }

    fn append(&self, parent: &Id, child: NodeOrText<Id>) {
        let place = self.nodes.borrow()[*parent].children.len();
        self.insert(*parent, place, child);
    }

    fn append_based_on_parent_node(&self, element: &Id, prev: &Id, child: NodeOrText<Id>) {
        let has_parent = self.nodes.borrow()[*element].parent.is_some();
        if has_parent { self.append_before_sibling(element, child) } else { self.append(prev, child) }
    }

    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {}

    fn get_template_contents(&self, target: &Id) -> Id {
        *target
    }

    fn same_node(&self, x: &Id, y: &Id) -> bool {
        x == y
    }

    fn set_quirks_mode(&self, _: QuirksMode) {}

    fn append_before_sibling(&self, sibling: &Id, child: NodeOrText<Id>) {
        if let NodeOrText::AppendNode(id) = &child {
            self.remove_from_parent(id);
        }
        let parent = self.nodes.borrow()[*sibling].parent;
        if let Some(parent) = parent
            && let Some(place) = self.place(parent, *sibling)
        {
            self.insert(parent, place, child);
        }
    }

    fn add_attrs_if_missing(&self, target: &Id, attrs: Vec<Attribute>) {
        if let Some(Kind::Element(_, have)) = &mut self.nodes.borrow_mut()[*target].kind {
            for attr in attrs {
                if !have.iter().any(|(name, _)| *name == attr.name.local) {
                    have.push((attr.name.local, attr.value));
                }
            }
        }
    }

    fn remove_from_parent(&self, target: &Id) {
        let parent = self.nodes.borrow_mut()[*target].parent.take();
        if let Some(parent) = parent
            && let Some(place) = self.place(parent, *target)
        {
            self.nodes.borrow_mut()[parent].children.remove(place);
        }
    }

    fn reparent_children(&self, node: &Id, new_parent: &Id) {
        let mut nodes = self.nodes.borrow_mut();
        let moved = std::mem::take(&mut nodes[*node].children);
        for &child in &moved {
            nodes[child].parent = Some(*new_parent);
        }
        nodes[*new_parent].children.extend(moved);
    }

    fn set_current_line(&self, line: u64) {
        self.line.set(u32::try_from(line).unwrap_or(u32::MAX));
    }
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
