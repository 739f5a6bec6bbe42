//! Where html5ever builds its tree, and where building stops.

use std::borrow::Cow;
use std::cell::{Cell, Ref, RefCell};

use html5ever::interface::{ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::tendril::StrTendril;
use html5ever::{Attribute, QualName};

use super::dom::{Id, Kind, MAX_DEPTH, breaks};

/// So many nodes any page may have, and one more for each of so many bytes: a written page has one in thirty, a text
/// of nothing but tags one in three, each of hundreds of bytes in memory.
const NODES: usize = 100_000;
const BYTES_A_NODE: usize = 64;

/// Where html5ever builds its tree, in the order of building.
#[derive(Default)]
pub(super) struct Sink {
    nodes: RefCell<Vec<Raw>>,
    line: Cell<u32>,
    /// The most nodes that are kept.
    most: usize,
    /// Whether the page goes deeper, or has more nodes, than is read.
    pub(super) full: Cell<bool>,
}

/// A node in the order of building.
#[derive(Default)]
pub(super) struct Raw {
    name: Option<QualName>,
    /// What it is.
    pub(super) kind: Option<Kind>,
    parent: Option<Id>,
    /// Its children, as indices.
    pub(super) children: Vec<Id>,
    depth: usize,
    /// Its line.
    pub(super) line: u32,
}

impl Sink {
    /// For a page of so many bytes.
    pub(super) fn new(bytes: usize) -> Self {
        Self { most: NODES + bytes / BYTES_A_NODE, ..Self::default() }
    }

    fn push(&self, name: Option<QualName>, kind: Kind) -> Id {
        let mut nodes = self.nodes.borrow_mut();
        if nodes.is_empty() {
            nodes.push(Raw::default());
        }
        if nodes.len() >= self.most {
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
