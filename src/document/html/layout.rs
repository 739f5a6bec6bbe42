//! The page as it is read: its lines of text in order, and which parts of it stand beside the text.

use super::dom::{Dom, Id, Kind, is_inline, is_silent};
use super::marks::{self, Region};

/// A line of text: inline content between two block boundaries or line breaks.
#[derive(Debug)]
pub(super) struct Line {
    /// Its text, white space folded.
    pub(super) text: String,
    /// Its first text node.
    pub(super) first: Id,
    /// Its last text node.
    pub(super) last: Id,
    /// The nearest element that is not inline.
    pub(super) block: Id,
    /// Characters of the text.
    pub(super) chars: usize,
    /// How many of them stand in links.
    pub(super) linked: usize,
}

impl Line {
    /// Whether it reads as prose: long, and mostly not links.
    pub(super) fn is_prose(&self) -> bool {
        // One character of Chinese or Japanese says about what three letters say.
        let wide = self.text.chars().filter(|c| *c >= '\u{2E80}').count();
        self.chars + 2 * wide >= 110 && self.linked * 2 < self.chars
    }
}

/// The lines of a page in document order, hidden ones left out.
pub(super) fn lines(dom: &Dom) -> Vec<Line> {
    let mut out: Vec<Line> = Vec::new();
    let mut open: Option<Line> = None;
    let mut block = 0;
    // Ends of the enclosing blocks and links.
    let mut blocks: Vec<(Id, Id)> = Vec::new();
    let mut link_end = 0;
    let mut id = 0;
    while id < dom.len() {
        while let Some(&(outer, end)) = blocks.last()
            && id >= end
        {
            blocks.pop();
            block = outer;
            close(&mut open, &mut out);
        }
        match dom.kind(id) {
            Kind::Text(text) => {
                let line = open.get_or_insert_with(|| Line {
                    text: String::new(),
                    first: id,
                    last: id,
                    block,
                    chars: 0,
                    linked: 0,
                });
                if !text.trim().is_empty() {
                    if line.text.trim().is_empty() {
                        line.first = id;
                    } else if parts(dom, line.last, id) {
                        line.text.push(' ');
                    }
                    line.last = id;
                }
                line.text.push_str(text);
                if id < link_end {
                    line.linked += text.trim().chars().count();
                }
            }
            Kind::Element(name, _) => {
                let tag: &str = name;
                if is_silent(tag) || is_hidden(dom, id) {
                    id = dom.subtree(id).end;
                    continue;
                }
                if tag == "a" {
                    link_end = dom.subtree(id).end;
                }
                if !is_inline(tag) {
                    close(&mut open, &mut out);
                    if tag != "br" && tag != "hr" {
                        blocks.push((block, dom.subtree(id).end));
                        block = id;
                    }
                }
            }
            _ => {}
        }
        id += 1;
    }
    close(&mut open, &mut out);
    out
}

/// Whether two texts of one line are apart although no space stands between them: `<a>Ann</a><span>5 June</span>`.
fn parts(dom: &Dom, before: Id, after: Id) -> bool {
    let (before, after) = (dom.parent(before), dom.parent(after));
    before != after && [before, after].iter().any(|&id| matches!(dom.tag(id), "a" | "span" | "time" | "label"))
}

fn close(open: &mut Option<Line>, out: &mut Vec<Line>) {
    let Some(mut line) = open.take() else { return };
    line.text = crate::text::fold_space(&crate::text::clean(&line.text));
    line.chars = line.text.chars().count();
    if line.chars > 0 {
        out.push(line);
    }
}

fn is_hidden(dom: &Dom, id: Id) -> bool {
    dom.has_attr(id, "hidden")
        || dom.attr(id, "style").is_some_and(|style| {
            let style: String = style.chars().filter(|c| !c.is_whitespace()).collect();
            style.contains("display:none")
        })
}

/// For each node, what part of the page it stands in; `None`: the text, or nothing known.
///
/// A name counts only where it can: an element that holds the headline, or half of the prose, is no sidebar, whatever
/// it is called. Comments may hold most of a page's prose.
pub(super) fn regions(dom: &Dom, lines: &[Line], headline: Option<Id>) -> Vec<Option<Region>> {
    let mut prose = vec![0usize; dom.len()];
    let mut total = 0;
    for line in lines.iter().filter(|line| line.is_prose()) {
        prose[line.block] += line.chars;
        total += line.chars;
    }
    for id in (1..dom.len()).rev() {
        prose[dom.parent(id)] += prose[id];
    }
    let mut out: Vec<Option<Region>> = vec![None; dom.len()];
    for id in 1..dom.len() {
        out[id] = out[dom.parent(id)];
        if out[id].is_none() && matches!(dom.kind(id), Kind::Element(..)) && !headline.is_some_and(|h| dom.holds(id, h))
        {
            let most = total > 0 && prose[id] * 2 >= total;
            out[id] = marks::region(dom, id).filter(|region| *region == Region::Comments || !most);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_at_blocks_and_breaks() {
        let dom = Dom::parse(
            "<div>By <a href=x>Ann</a><span>5 June</span><p>One <b>tw</b>o<br>three</p>tail<p hidden>no</p></div>",
        );
        let lines = lines(&dom);
        let texts: Vec<&str> = lines.iter().map(|line| &*line.text).collect();
        assert_eq!(texts, ["By Ann 5 June", "One two", "three", "tail"]);
        assert_eq!(
            (lines[0].chars, lines[0].linked, dom.tag(lines[1].block), dom.tag(lines[3].block)),
            (13, 3, "p", "div")
        );
    }

    #[test]
    fn a_sidebar_that_holds_the_text_is_none() {
        let prose = "word ".repeat(60);
        let dom = Dom::parse(&format!(
            "<div class=has-sidebar><h1>T</h1><p>{prose}</p></div><div class=sidebar><p>5 June</p></div>"
        ));
        let headline = dom.elements("h1").next();
        let regions = regions(&dom, &lines(&dom), headline);
        let of = |tag: &str| dom.elements(tag).map(|id| regions[id]).collect::<Vec<_>>();
        assert_eq!(of("p"), [None, Some(Region::Beside)]);
    }
}
