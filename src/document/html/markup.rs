//! Parts of the tree written out again as HTML, with the few elements and attributes that carry meaning.

use std::ops::Range;

use super::dom::{Dom, Id, Kind, is_silent};
use super::marks::Region;

/// The HTML of a subtree, parts that stand beside the text left out.
pub(super) fn of(dom: &Dom, id: Id, regions: &[Option<Region>]) -> String {
    write(dom, dom.subtree(id), &[], regions)
}

/// The HTML of a line within its block, from its first text to its last.
pub(super) fn of_line(dom: &Dom, first: Id, last: Id, block: Id, regions: &[Option<Region>]) -> String {
    let mut around: Vec<Id> = dom.ancestors(first).take_while(|&a| a != block).collect();
    around.reverse();
    write(dom, first..last + 1, &around, regions)
}

fn write(dom: &Dom, range: Range<Id>, around: &[Id], regions: &[Option<Region>]) -> String {
    let mut out = String::new();
    let mut open: Vec<(&str, Id)> = Vec::new();
    let start = |id: Id, out: &mut String| -> Option<&'static str> {
        let tag = kept(dom.tag(id))?;
        out.push('<');
        out.push_str(tag);
        for name in attributes(tag) {
            if let Some(value) = attribute(dom, id, name) {
                out.push_str(&format!(" {name}=\"{}\"", crate::text::escape(value)));
            }
        }
        out.push('>');
        (!matches!(tag, "br" | "hr" | "img")).then_some(tag)
    };
    for &id in around {
        if let Some(tag) = start(id, &mut out) {
            open.push((tag, range.end));
        }
    }
    let mut id = range.start;
    while id < range.end {
        while let Some(&(tag, end)) = open.last()
            && id >= end
        {
            out.push_str(&format!("</{tag}>"));
            open.pop();
        }
        match dom.kind(id) {
            Kind::Text(text) => out.push_str(&crate::text::escape(text)),
            Kind::Element(name, _) => {
                let ruby = matches!(&**name, "rt" | "rp");
                if (is_silent(name) && !ruby) || (regions[id].is_some() && regions[id] != regions[range.start]) {
                    id = dom.subtree(id).end;
                    continue;
                }
                if let Some(tag) = start(id, &mut out) {
                    open.push((tag, dom.subtree(id).end));
                }
            }
            _ => {}
        }
        id += 1;
    }
    for (tag, _) in open.iter().rev() {
        out.push_str(&format!("</{tag}>"));
    }
    out
}

/// An attribute's value; an image that is loaded late keeps its address elsewhere.
fn attribute<'a>(dom: &'a Dom, id: Id, name: &str) -> Option<&'a str> {
    if name != "src" {
        return dom.attr(id, name);
    }
    let late = || ["data-src", "data-lazy-src", "data-original"].iter().find_map(|attr| dom.attr(id, attr));
    dom.attr(id, "src").filter(|src| !src.starts_with("data:")).or_else(late)
}

/// The elements that are written; the tags of others are left out, their content stays.
fn kept(tag: &str) -> Option<&'static str> {
    const KEPT: &[&str] = &[
        "a",
        "abbr",
        "b",
        "blockquote",
        "br",
        "caption",
        "cite",
        "code",
        "dd",
        "del",
        "dfn",
        "dl",
        "dt",
        "em",
        "figcaption",
        "figure",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "i",
        "img",
        "ins",
        "kbd",
        "li",
        "mark",
        "ol",
        "p",
        "pre",
        "q",
        "rp",
        "rt",
        "ruby",
        "s",
        "samp",
        "small",
        "strong",
        "sub",
        "sup",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "time",
        "tr",
        "u",
        "ul",
        "var",
    ];
    KEPT.binary_search(&tag).ok().map(|at| KEPT[at])
}

fn attributes(tag: &str) -> &'static [&'static str] {
    match tag {
        "a" => &["href"],
        "img" => &["src", "alt", "width", "height"],
        "td" | "th" => &["colspan", "rowspan"],
        "ol" => &["start"],
        "time" => &["datetime"],
        _ => &[],
    }
}
