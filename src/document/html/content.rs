//! The main text of a page as blocks: from the headline to the end of the prose, without what stands beside it.

use super::dom::{Dom, Id, Kind, is_silent};
use super::layout::Line;
use super::{Page, Zone, markup, words};
use crate::date::Found;
use crate::document::sanitise::{self, Cleaner};
use crate::document::{Block, BlockKind};

/// The share of the prose, in percent, that the main part of a page holds.
const MAIN: usize = 60;

/// The blocks of an article.
pub(super) fn blocks(page: &Page<'_>, cleaner: &Cleaner) -> Vec<Block> {
    let dom = page.dom;
    let container = container(page);
    let headline = page.headline.node.filter(|&h| dom.holds(container, h));
    let mut id = headline.map_or(container, |h| dom.subtree(h).end);
    let end = dom.subtree(container).end;
    let mut out = Vec::new();
    while id < end {
        if page.regions[id].is_some() || is_silent(dom.tag(id)) || dom.has_attr(id, "hidden") {
            id = dom.subtree(id).end;
            continue;
        }
        match dom.kind(id) {
            Kind::Element(..) => {
                if let Some(kind) = block_kind(page, id) {
                    if matches!(kind, BlockKind::Heading(_)) && !out.is_empty() && words::leads_away(&dom.text(id)) {
                        break;
                    }
                    if !is_furniture(page, id) {
                        push(dom, &mut out, kind, markup::of(dom, id, &page.regions), dom.subtree(id), cleaner);
                    }
                    id = dom.subtree(id).end;
                    continue;
                }
            }
            Kind::Text(_) => {
                if let Some(line) = page.line_from(id)
                    && !is_dates_line(page, line)
                {
                    let html = markup::of_line(dom, line.first, line.last, line.block, &page.regions);
                    push(
                        dom,
                        &mut out,
                        BlockKind::Paragraph,
                        format!("<p>{html}</p>"),
                        line.first..line.last + 1,
                        cleaner,
                    );
                }
            }
            _ => {}
        }
        id += 1;
    }
    out
}

/// Adds a block unless it shows nothing.
pub(super) fn push(
    dom: &Dom,
    out: &mut Vec<Block>,
    kind: BlockKind,
    html: String,
    range: std::ops::Range<Id>,
    cleaner: &Cleaner,
) {
    // Escaped text in one element needs no sanitiser, and most paragraphs are no more; but a character may have been
    // written as a reference (`&#8;`).
    let plain = html.matches('<').count() == 2;
    let html = if plain {
        crate::text::clean(&html)
    } else {
        one_link(&html, cleaner).unwrap_or_else(|| cleaner.clean(&html).trim().to_string())
    };
    let text = sanitise::text_of(&html);
    let shows = !text.trim().is_empty() || html.contains("<img") || kind == BlockKind::Rule;
    if shows {
        out.push(Block { kind, text: text.trim().to_string(), html, lines: dom.lines_of(range), gap_before: true });
    }
}

/// What the sanitiser makes of an element that holds a link and nothing else, as the entries of a list do; `None`
/// where that takes the sanitiser to tell.
fn one_link(html: &str, cleaner: &Cleaner) -> Option<String> {
    let (open, rest) = html.split_once("<a href=\"")?;
    let (link, rest) = rest.split_once('"')?;
    let (said, close) = rest.strip_prefix('>')?.split_once("</a>")?;
    let name = open.strip_prefix('<')?.strip_suffix('>').filter(|name| matches!(*name, "h2" | "h3" | "p"))?;
    let is_whole = close.strip_prefix("</").and_then(|close| close.strip_suffix('>')) == Some(name);
    let is_simple = |text: &str| !text.contains(['&', '<', '>', '"', '\u{a0}']);
    let link = cleaner.link(link).filter(|to| is_simple(link) && is_simple(to))?;
    let is_web = link.starts_with('/') || link.starts_with("http://") || link.starts_with("https://");
    (is_whole && is_web && !said.contains('<') && !said.contains("&quot;"))
        .then(|| crate::text::clean(&format!("{open}<a href=\"{link}\">{said}</a>{close}")))
}

/// The smallest element around the headline, or else in the page, that holds most of the prose.
fn container(page: &Page<'_>) -> Id {
    let dom = page.dom;
    let mut prose = vec![0usize; dom.len()];
    let from = page.headline.node.unwrap_or(0);
    for line in page.lines.iter().filter(|line| line.first > from && page.regions[line.block].is_none()) {
        prose[line.block] += if line.is_prose() { line.chars } else { line.chars / 8 };
    }
    for id in (1..dom.len()).rev() {
        prose[dom.parent(id)] += prose[id];
    }
    let enough = |id: Id| prose[id] > 0 && prose[id] * 100 >= prose[0] * MAIN;
    match page.headline.node {
        Some(headline) => dom.ancestors(headline).find(|&a| enough(a)).unwrap_or(0),
        None => (0..dom.len()).rev().find(|&id| enough(id)).unwrap_or(0),
    }
}

/// The kind of block that an element is as a whole; `None`: something to look into.
fn block_kind(page: &Page<'_>, id: Id) -> Option<BlockKind> {
    let dom = page.dom;
    Some(match dom.tag(id) {
        "h1" => BlockKind::Heading(1),
        "h2" => BlockKind::Heading(2),
        "h3" => BlockKind::Heading(3),
        "h4" => BlockKind::Heading(4),
        "h5" => BlockKind::Heading(5),
        "h6" => BlockKind::Heading(6),
        "p" => BlockKind::Paragraph,
        "ul" | "ol" => BlockKind::List,
        "blockquote" => BlockKind::Quote,
        "pre" => BlockKind::Code,
        "table" if !is_layout_table(page, id) => BlockKind::Table,
        "figure" | "dl" => BlockKind::Other,
        "hr" => BlockKind::Rule,
        _ => return None,
    })
}

/// Whether a table is there for the page's arrangement: it holds headings, tables, or long text.
fn is_layout_table(page: &Page<'_>, id: Id) -> bool {
    let dom = page.dom;
    let inner = dom.subtree(id).skip(1).any(|n| matches!(dom.tag(n), "table" | "h1" | "h2" | "h3" | "form"));
    inner || page.lines_in(id).iter().filter(|line| line.chars > 300).count() > 0
}

/// Lists that are mostly links or dates, and date lines: they belong to the page, not to the text.
fn is_furniture(page: &Page<'_>, id: Id) -> bool {
    let lines = page.lines_in(id);
    let chars: usize = lines.iter().map(|line| line.chars).sum();
    let linked: usize = lines.iter().map(|line| line.linked).sum();
    let list = matches!(page.dom.tag(id), "ul" | "ol") && lines.len() > 2;
    let dates = || lines.iter().take(60).filter(|line| is_date(page, line)).count();
    list && (linked * 10 > chars * 8 || dates() * 3 >= lines.len().min(60))
        || matches!(lines, [one] if is_dates_line(page, one))
}

/// Whether a line by the headline is there to tell the date.
fn is_dates_line(page: &Page<'_>, line: &Line) -> bool {
    let at = page.lines.partition_point(|l| l.first < line.first);
    matches!(page.zones.get(at), Some(Some(Zone::After(_)))) && is_date(page, line)
}

fn is_date(page: &Page<'_>, line: &Line) -> bool {
    let third = |found: &Found| found.span.len() * 3 > line.text.len();
    line.chars <= 100 && super::days::find(&line.text, &page.hints).iter().any(third)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::sanitise::Base;

    #[test]
    fn a_lone_link_comes_out_as_the_sanitiser_has_it() {
        let cleaner = Cleaner::new(&Base { file: "news/a.html", page_url: Some("https://quay.example/news/") });
        let links = ["/b", "b.html", "https://x.example/ä?q=1", "//x.example/y", "?a=1", "http://x.example"];
        for link in links {
            for said in ["Quay", " A &amp; B\u{a0}&lt;c&gt; ", "水"] {
                let html = format!("<h2><a href=\"{link}\">{said}</a></h2>");
                assert_eq!(one_link(&html, &cleaner), Some(cleaner.clean(&html).trim().to_string()), "{html}");
            }
        }
        for odd in [
            "<h2><a href=\"javascript:x\">a</a></h2>",
            "<h2><a href=\"tel:1\">a</a></h2>",
            "<h2><a href=\"/b\"><b>a</b></a></h2>",
            "<h2><a href=\"/b\">a</a> b</h2>",
            "<h2><a href=\"/b?c&amp;d\">a</a></h2>",
            "<h2><a href=\"/b\">a &quot;b&quot;</a></h2>",
        ] {
            assert_eq!(one_link(odd, &cleaner), None, "{odd}");
        }
    }
}
