//! Saved HTML pages of any site, in any language: the release's own headline, its date with every witness, its
//! language and authors, and its text as blocks without the page around it.
//!
//! A page is parsed into a tree ([`dom`]) and laid out in lines ([`layout`]); the headline is found first, because
//! what a line means depends on where it stands from it. A page that lists releases becomes
//! [`Syntax::HtmlList`]: each entry a heading, its date a paragraph of its own, then its teaser.

// What the page is: its tree, its tags, its lines and parts.
mod dom;
mod layout;
mod marks;
mod sink;
mod tags;
mod words;

// What it says of itself.
mod address;
mod headline;
mod linked;
mod metadata;

// When it appeared.
mod dates;
mod days;
mod visible;

// Its text.
mod content;
mod list;
mod markup;

use std::borrow::Cow;
use std::ops::Range;

use super::sanitise::{Base, Cleaner};
use super::{
    Author, Block, BlockKind, DateField, DateRole, DateSource, Document, Embargo, Field, Header, Lines, Syntax,
    embargo, fields,
};
use crate::date::Hints;
use crate::problem::Problem;
use dom::{Dom, Id};
use headline::{Declared, Headline};
use layout::Line;
use linked::Entity;
use marks::Region;
use metadata::Meta;

/// Everything known of a page before its date and text are decided.
struct Page<'a> {
    dom: &'a Dom,
    metas: Vec<Meta>,
    entity: Option<Entity>,
    /// The page's own addresses, surest first.
    addresses: Vec<String>,
    headline: Headline,
    lines: Vec<Line>,
    /// For each node the part of the page that it stands in.
    regions: Vec<Option<Region>>,
    /// For each line its place from the headline.
    zones: Vec<Option<Zone>>,
    /// The element around the headline that its site marks as the text (`<article>`, `<main>`).
    core: Option<Id>,
    hints: Hints<'a>,
}

/// Where a line stands from the headline; the numbers count the lines between, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Zone {
    /// Above the headline.
    Before(usize),
    /// Below the headline, before the text is under way.
    After(usize),
    /// In the text.
    Text,
    /// Just after the text's end.
    Tail,
}

/// Reads a saved page. A page that nobody wrote (nested beyond [`dom::MAX_DEPTH`], or with hundreds of attributes
/// on a tag) is read as its bare text, and a problem says so.
pub(super) fn read(path: &str, text: &str, encoding: &'static str) -> (Document, Vec<Problem>) {
    let mut document = Document {
        path: path.to_string(),
        syntax: Syntax::Html,
        encoding,
        header: Header::default(),
        blocks: Vec::new(),
        embargoes: Vec::new(),
    };
    if let Some(line) = tags::overloaded(text) {
        document.blocks = stripped(text);
        let message = "a tag has more attributes than can be read, so the page is taken as bare text; save it again";
        return (document, vec![Problem::warning(path, message).at(line, 0)]);
    }
    let dom = Dom::parse(text);
    let language = language(&dom, &metadata::metas(&dom));
    let page = Page::new(&dom, language.as_deref());
    document.header = header(&page);
    document.embargoes = embargoes(&page);
    let page_url = page.addresses.iter().find(|url| url.contains("://")).cloned();
    let cleaner = Cleaner::new(&Base { file: path, page_url: page_url.as_deref() });
    if dom.truncated {
        document.blocks = stripped(text);
        let message = "the page is nested too deeply to be read, so it is taken as bare text; save it again";
        return (document, vec![Problem::warning(path, message)]);
    }
    if let Some(blocks) = list::blocks(&page, &cleaner) {
        document.syntax = Syntax::HtmlList;
        // The headline and dates found are those of the list, no release's own.
        document.header.title = None;
        document.header.dates.clear();
        document.blocks = blocks;
        return (document, Vec::new());
    }
    document.blocks = content::blocks(&page, &cleaner);
    (document, dates::impossible(&page, path))
}

impl<'a> Page<'a> {
    fn new(dom: &'a Dom, language: Option<&'a str>) -> Self {
        let metas = metadata::metas(dom);
        let addresses = address::own(dom, metadata::first(&metas, &["ogurl"]).map(|m| &*m.content));
        let title = dom.elements("title").find(|&id| dom.ancestors(id).any(|a| dom.tag(a) == "head"));
        let title = title.map(|id| (dom.text(id), dom.line(id))).filter(|(text, _)| !text.is_empty());
        let og_title = metadata::first(&metas, &["ogtitle"]);
        let called = og_title.map(|m| &*m.content).or(title.as_ref().map(|(text, _)| &**text)).unwrap_or_default();
        let entity = linked::main_entity(dom, &addresses, called);
        let mut shared: Vec<(String, String, u32)> =
            ["ogtitle", "twittertitle", "dctitle", "dctermstitle", "parselytitle"]
                .iter()
                .filter_map(|key| metadata::first(&metas, &[key]))
                .map(|m| (m.content.clone(), m.name.clone(), m.line))
                .collect();
        if let Some(entity) = entity.as_ref().filter(|e| e.rank == 3)
            && let Some(headline) = &entity.headline
        {
            shared.insert(0, (headline.clone(), "headline".to_string(), entity.line));
        }
        let publisher = entity.as_ref().and_then(|e| e.publisher.as_deref());
        let host = addresses.iter().find_map(|url| address::host(url));
        let site_names = headline::site_names(&metas, publisher, host);
        let headline = headline::find(dom, &Declared { title, shared, site_names });
        let lines = layout::lines(dom);
        let regions = layout::regions(dom, &lines, headline.node);
        let zones = zones(dom, &lines, &regions, headline.node);
        let hints = Hints { order: None, language };
        let order = days::proven_order(dom, &lines, host, &hints);
        let core = headline.node.and_then(|node| dom.ancestors(node).find(|&a| is_core(dom, a)));
        let hints = Hints { order, ..hints };
        Self { dom, metas, entity, addresses, headline, lines, regions, zones, core, hints }
    }

    /// The place of a node from the headline.
    fn zone_of(&self, id: Id) -> Option<Zone> {
        visible::zone(self, id)
    }

    /// The line that begins with a text node.
    fn line_from(&self, id: Id) -> Option<&Line> {
        self.lines.binary_search_by_key(&id, |line| line.first).ok().map(|at| &self.lines[at])
    }

    /// The numbers of the lines in a subtree.
    fn lines_range(&self, id: Id) -> Range<usize> {
        let nodes = self.dom.subtree(id);
        let at = |node: Id| self.lines.partition_point(|line| line.first < node);
        at(nodes.start)..at(nodes.end)
    }

    /// The lines in a subtree.
    fn lines_in(&self, id: Id) -> &[Line] {
        &self.lines[self.lines_range(id)]
    }
}

fn is_core(dom: &Dom, id: Id) -> bool {
    matches!(dom.tag(id), "article" | "main")
        || dom.attr(id, "role") == Some("main")
        || dom.attr(id, "itemtype").is_some_and(|t| t.ends_with("Article") || t.ends_with("Posting"))
        || marks::names(dom, id)
            .any(|w| matches!(&*w, "article" | "artikel" | "content" | "main" | "post" | "hentry" | "story" | "inhalt"))
}

/// The place of each line from the headline; without a headline, from the first prose.
fn zones(dom: &Dom, lines: &[Line], regions: &[Option<Region>], headline: Option<Id>) -> Vec<Option<Zone>> {
    let plain = |line: &Line| regions[line.block].is_none();
    let (from, to) = match headline {
        Some(node) => {
            let range = dom.subtree(node);
            (lines.partition_point(|l| l.first < range.start), lines.partition_point(|l| l.first < range.end))
        }
        None => {
            let first = lines.iter().position(|l| l.is_prose() && plain(l)).unwrap_or(0);
            (first, first)
        }
    };
    let mut out = vec![None; lines.len()];
    let mut count = 0;
    for at in (0..from).rev() {
        count += usize::from(plain(&lines[at]));
        out[at] = Some(Zone::Before(count.max(1)));
    }
    // The first long line may be a lead that stands above the byline.
    let (mut count, mut prose) = (0, 0);
    for at in to..lines.len() {
        if plain(&lines[at]) {
            count += 1;
            prose += usize::from(lines[at].is_prose());
        }
        out[at] = Some(if prose <= 1 && count <= 14 { Zone::After(count.max(1) + 4 * prose) } else { Zone::Text });
    }
    if let Some(last) = (to..lines.len()).rev().find(|&at| lines[at].is_prose() && plain(&lines[at])) {
        let tail = (last + 1..lines.len()).filter(|&at| plain(&lines[at])).take(4);
        tail.for_each(|at| {
            if out[at] == Some(Zone::Text) {
                out[at] = Some(Zone::Tail);
            }
        });
    }
    out
}

fn language(dom: &Dom, metas: &[Meta]) -> Option<String> {
    let html = dom.elements("html").next();
    let declared = html.and_then(|id| dom.attr(id, "lang").or_else(|| dom.attr(id, "xml:lang")));
    let declared = declared.map(str::to_string);
    let meta = metadata::first(metas, &["oglocale", "contentlanguage", "dclanguage", "dctermslanguage", "language"]);
    let body = dom.elements("body").next().and_then(|id| dom.attr(id, "lang")).map(str::to_string);
    let tidy = |tag: &str| tag.split([',', ';']).next().unwrap_or_default().trim().replace('_', "-");
    let meta = meta.map(|meta| tidy(&meta.content));
    let tag = tidy(&declared.or(body).or_else(|| meta.clone())?);
    // What is shared may name the country that the page leaves out.
    let tag = meta.filter(|meta| !tag.is_empty() && meta.starts_with(&format!("{tag}-"))).unwrap_or(tag);
    let valid =
        tag.split('-').next().is_some_and(|p| (2..=3).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_alphabetic()));
    (valid && tag.is_ascii()).then_some(tag)
}

fn header(page: &Page<'_>) -> Header {
    let metas = &page.metas;
    let entity = page.entity.clone().unwrap_or_default();
    let value = |keys: &[&str]| metadata::first(metas, keys).map(|m| m.content.clone());
    let title = Some(&page.headline).filter(|h| !h.text.is_empty());
    let mut tags: Vec<String> = metadata::all(metas, &["articletag"]).map(str::to_string).collect();
    if tags.is_empty() {
        tags = entity.tags;
    }
    let keywords = metadata::all(metas, &["keywords", "newskeywords", "articlesection", "sailthrutags", "parselytags"]);
    tags.extend(keywords.flat_map(|k| k.split([',', ';'])).map(|t| t.trim().to_string()));
    let mut seen = std::collections::HashSet::new();
    tags.retain(|t| !t.is_empty() && t.chars().count() <= 60 && seen.insert(crate::text::fold(t)));
    tags.truncate(20);
    Header {
        title: title.map(|h| Field { value: h.text.clone(), name: h.name.clone(), line: h.line }),
        dates: dates::find(page).into_iter().chain(declared_embargoes(metas)).collect(),
        tags,
        authors: authors(page, entity.authors),
        summary: value(&["ogdescription", "description", "twitterdescription", "dcdescription"]).or(entity.description),
        language: page.hints.language.map(str::to_string).or(entity.language),
        image: value(&["ogimage", "ogimageurl", "twitterimage"]).or(entity.image),
        link: page.addresses.iter().find(|url| url.starts_with("http")).cloned(),
        site_name: value(&["ogsitename", "applicationname"]).or(entity.publisher),
        ..Header::default()
    }
}

/// `<meta name="embargo" content="…">`.
fn declared_embargoes(metas: &[Meta]) -> impl Iterator<Item = DateField> + '_ {
    let said = metas.iter().filter(|meta| fields::is_embargo(&meta.name) && !fields::is_no(&meta.content));
    said.map(|meta| {
        let field = Field { value: meta.content.clone(), name: meta.name.clone(), line: meta.line };
        DateField { role: DateRole::Embargo, source: DateSource::FrontMatter, field }
    })
}

/// The embargo lines of a page, wherever they stand on it: a notice above the text is no part of the text. What readers
/// comment, and what leads elsewhere, holds nothing back.
fn embargoes(page: &Page<'_>) -> Vec<Embargo> {
    let foreign = |line: &&Line| line.linked * 2 > line.chars || page.regions[line.block] == Some(Region::Comments);
    let lines: Vec<&Line> = page.lines.iter().filter(|line| !foreign(line)).collect();
    let texts: Vec<Cow<'_, str>> = lines.iter().map(|line| whole(page.dom, line)).collect();
    let texts: Vec<&str> = texts.iter().map(|text| &**text).collect();
    let said = lines.iter().enumerate().filter_map(|(at, line)| {
        let said = embargo::said(&texts[at..])?.said;
        Some(Embargo { said, line: page.dom.line_of_text(line.first), gap_before: true, gap_after: true })
    });
    let mut all: Vec<Embargo> = said.take(embargo::MOST + 1).collect();
    if embargo::are_dates(all.iter().map(|embargo| embargo.said.as_str())) {
        all.retain(|embargo| !embargo::is_date(&embargo.said));
    }
    all
}

/// A line's text; where a word for an embargo is split into runs (`<span>SPERR</span><span>FRIST</span>`), without the
/// spaces that part them.
fn whole<'l>(dom: &Dom, line: &'l Line) -> Cow<'l, str> {
    if line.first < line.last && !crate::date::may_say_embargo(&line.text) {
        let runs: String = (line.first..=line.last).filter_map(|id| dom.raw_text(id)).collect();
        if crate::date::may_say_embargo(&runs) {
            return Cow::Owned(crate::text::fold_space(&runs));
        }
    }
    Cow::Borrowed(&line.text)
}

/// Names of authors: from linked data, `<meta>`, or an element marked as author.
fn authors(page: &Page<'_>, linked: Vec<String>) -> Vec<Author> {
    let dom = page.dom;
    let mut names = linked;
    if names.is_empty() {
        let metas = metadata::all(
            &page.metas,
            &["author", "articleauthor", "dccreator", "dctermscreator", "parselyauthor", "sailthruauthor", "byl"],
        );
        names = metas.map(str::to_string).collect();
    }
    if names.is_empty() {
        let marked = |id: &Id| {
            page.regions[*id] != Some(Region::Comments)
                && (address::has_word(dom.attr(*id, "rel"), "author")
                    || address::has_word(dom.attr(*id, "itemprop"), "author"))
        };
        names = (1..dom.len()).filter(marked).take(3).map(|id| dom.text(id)).collect();
    }
    let mut out: Vec<Author> = Vec::new();
    for name in names {
        let name = crate::text::fold_space(&crate::text::clean(&name));
        let usable = (2..=80).contains(&name.chars().count()) && !name.contains("://") && !name.contains('@');
        if usable && !out.iter().any(|a| a.name == name) {
            out.push(Author { name, ..Author::default() });
        }
    }
    out
}

/// The blocks of a page that is taken as bare text.
fn stripped(text: &str) -> Vec<Block> {
    let paragraph = |(line, words): (u32, String)| {
        let text = crate::text::clean(&words);
        Block {
            kind: BlockKind::Paragraph,
            html: format!("<p>{}</p>", crate::text::escape(&text)),
            text,
            lines: Lines { first: line, last: line },
            gap_before: true,
        }
    };
    tags::strip(text).into_iter().map(paragraph).collect()
}
