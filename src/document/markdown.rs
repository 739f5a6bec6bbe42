//! Markdown to blocks: CommonMark with tables, footnotes, strikethrough, task lists, definition lists and alerts.

use std::ops::Range;

use pulldown_cmark::{
    Alignment, BlockQuoteKind, CodeBlockKind, CowStr, Event, HeadingLevel, LinkType, Options, Parser, Tag, TagEnd, html,
};

use super::sanitise::{self, Base, Cleaner};
use super::{Block, BlockKind, Lines, guard};
use crate::text;

/// The blocks of a Markdown text, one for each block at the top level. `first_line` is the file's line in which the
/// text starts.
pub(super) fn blocks(text: &str, first_line: u32, base: &Base<'_>) -> Vec<Block> {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_DEFINITION_LIST
        | Options::ENABLE_GFM;
    let mut reader = Reader { text, first_line, cleaner: Cleaner::new(base), counted: (0, 0), blocks: Vec::new() };
    let (mut depth, mut events) = (0_u32, Vec::new());
    for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
        match event {
            Event::Start(_) => depth += 1,
            Event::End(_) => depth -= 1,
            _ => {}
        }
        events.push((event, range));
        if depth == 0 {
            reader.block(std::mem::take(&mut events));
        }
    }
    reader.blocks
}

/// Whether a long text is made of marks rather than of words: a parser keeps hundreds of bytes for each of them, open
/// brackets and such that close nothing too.
pub(super) fn is_overmarked(text: &str) -> bool {
    const FEW: usize = 32 << 10;
    let marks =
        text.bytes().filter(|byte| matches!(byte, b'[' | b']' | b'*' | b'_' | b'`' | b'<' | b'>' | b'|' | b'~' | b'!'));
    text.len() > FEW && marks.count() > FEW.max(text.len() / 4)
}

/// Turns the events of top-level blocks into blocks.
struct Reader<'a> {
    text: &'a str,
    first_line: u32,
    cleaner: Cleaner,
    /// A byte offset and the number of line breaks before it, so that lines are counted once.
    counted: (usize, u32),
    blocks: Vec<Block>,
}

impl Reader<'_> {
    fn block(&mut self, events: Vec<(Event<'_>, Range<usize>)>) {
        let Some((first, range)) = events.first() else { return };
        let range = range.clone();
        let mut kind = kind(first);
        let source = self.text.get(range.clone()).unwrap_or_default().trim_end();
        let visible = visible_text(&events, self.text);
        if kind == BlockKind::Paragraph && is_template(&visible) {
            return;
        }
        let html = self.render(events, &visible);
        let text = if kind == BlockKind::Other { sanitise::text_of(&html) } else { visible };
        if kind == BlockKind::Other {
            kind = kind_of_html(&html);
        }
        if text.is_empty() && kind != BlockKind::Rule && !shows_something(&html) {
            return;
        }
        let first = self.line(range.start);
        let last = self.line(range.start + source.len().saturating_sub(1)).max(first);
        let gap_before = self.blocks.last().is_none_or(|block| block.lines.last + 1 < first)
            || !matches!(kind, BlockKind::Paragraph);
        self.blocks.push(Block { kind, text, html, lines: Lines { first, last }, gap_before });
    }

    /// The HTML of a block. What Markdown itself makes needs no sanitising once its links are resolved; raw HTML does.
    fn render(&self, events: Vec<(Event<'_>, Range<usize>)>, visible: &str) -> String {
        let (mut depth, mut deepest, mut raw) = (0_u32, 0, false);
        for (event, _) in &events {
            match event {
                Event::Start(_) => depth += 1,
                Event::End(_) => depth -= 1,
                Event::Html(_) | Event::InlineHtml(_) => raw = true,
                _ => {}
            }
            deepest = deepest.max(depth);
        }
        if deepest > guard::DEPTH_LIMIT {
            return sanitise::plain(visible);
        }
        let mut html = String::new();
        html::push_html(
            &mut html,
            Plain { inner: events.into_iter(), cleaner: &self.cleaner, waiting: Vec::new(), dropped: Vec::new() },
        );
        if !raw {
            return text::clean(html.trim_end());
        }
        // Most raw blocks of a page's source are tags alone.
        let is_void = !shows_something(&html.to_ascii_lowercase()) && sanitise::text_of(&html).is_empty();
        if is_void { String::new() } else { self.cleaner.clean(&html).trim().to_string() }
    }

    /// The file's line of a byte offset; offsets mostly ascend.
    fn line(&mut self, offset: usize) -> u32 {
        let (from, breaks) = if offset >= self.counted.0 { self.counted } else { (0, 0) };
        let bytes = self.text.as_bytes();
        let new = bytes[from..offset.min(bytes.len())].iter().filter(|&&b| b == b'\n').count();
        self.counted = (offset, breaks + u32::try_from(new).unwrap_or(u32::MAX));
        self.first_line + self.counted.1
    }
}

fn kind(event: &Event<'_>) -> BlockKind {
    match event {
        Event::Start(Tag::Heading { level, .. }) => BlockKind::Heading(level_number(*level)),
        Event::Start(Tag::Paragraph) => BlockKind::Paragraph,
        Event::Start(Tag::List(_)) => BlockKind::List,
        Event::Start(Tag::BlockQuote(_)) => BlockKind::Quote,
        Event::Start(Tag::CodeBlock(_)) => BlockKind::Code,
        Event::Start(Tag::Table(_)) => BlockKind::Table,
        Event::Rule => BlockKind::Rule,
        _ => BlockKind::Other,
    }
}

fn level_number(level: HeadingLevel) -> u8 {
    match level {
        HeadingLevel::H1 => 1,
        HeadingLevel::H2 => 2,
        HeadingLevel::H3 => 3,
        HeadingLevel::H4 => 4,
        HeadingLevel::H5 => 5,
        HeadingLevel::H6 => 6,
    }
}

/// What a block of raw HTML is, by the element that it opens with.
fn kind_of_html(html: &str) -> BlockKind {
    let name = html.strip_prefix('<').and_then(|rest| rest.split(['>', ' ']).next()).unwrap_or_default();
    match name.as_bytes() {
        [b'h', level @ b'1'..=b'6'] => BlockKind::Heading(level - b'0'),
        b"p" => BlockKind::Paragraph,
        b"ul" | b"ol" => BlockKind::List,
        b"blockquote" => BlockKind::Quote,
        b"pre" => BlockKind::Code,
        b"table" => BlockKind::Table,
        b"hr" => BlockKind::Rule,
        _ => BlockKind::Other,
    }
}

/// Whether HTML without text still shows or plays something.
fn shows_something(html: &str) -> bool {
    ["<img ", "<audio", "<video", "<hr"].iter().any(|tag| html.contains(tag))
}

/// Whether a paragraph is only a call to a site generator's template (`{{ … }}`, `{% … %}`), a Kramdown attribute list
/// (`{: … }`) or an MDX import: nothing that a reader should see.
fn is_template(text: &str) -> bool {
    if text.starts_with("import ") && (text.contains(" from '") || text.contains(" from \"")) {
        return true;
    }
    let opens = ["{{", "{%", "{:"].iter().any(|mark| text.starts_with(mark));
    opens && text.ends_with('}') && !text.contains('\n')
}

/// Events as they are rendered: links resolved or dropped, no class, id or style, a task's box as a character, a
/// footnote's mark as its label, an alert with its name.
struct Plain<'r, I> {
    inner: I,
    cleaner: &'r Cleaner,
    /// Events to come before the next of `inner`, last first.
    waiting: Vec<Event<'r>>,
    /// For each open link, whether it was dropped.
    dropped: Vec<bool>,
}

impl<'r, 'e: 'r, I: Iterator<Item = (Event<'e>, Range<usize>)>> Iterator for Plain<'r, I> {
    type Item = Event<'r>;

    fn next(&mut self) -> Option<Event<'r>> {
        loop {
            if let Some(event) = self.waiting.pop() {
                return Some(event);
            }
            let event = self.inner.next()?.0;
            if let Some(event) = self.plain(event) {
                return Some(event);
            }
        }
    }
}

impl<'r, I> Plain<'r, I> {
    fn plain(&mut self, event: Event<'r>) -> Option<Event<'r>> {
        Some(match event {
            Event::TaskListMarker(done) => Event::Text(if done { "☑ " } else { "☐ " }.into()),
            Event::FootnoteReference(label) => Event::InlineHtml(mark(&label)),
            Event::Start(Tag::FootnoteDefinition(label)) => Event::InlineHtml(format!("<div>{}", mark(&label)).into()),
            Event::End(TagEnd::FootnoteDefinition) => Event::InlineHtml("</div>".into()),
            Event::Start(Tag::BlockQuote(kind)) => {
                let label = kind.map(|kind| {
                    [
                        Event::End(TagEnd::Paragraph),
                        Event::End(TagEnd::Strong),
                        Event::Text(alert(kind).into()),
                        Event::Start(Tag::Strong),
                        Event::Start(Tag::Paragraph),
                    ]
                });
                self.waiting.extend(label.into_iter().flatten());
                Event::Start(Tag::BlockQuote(None))
            }
            Event::Start(Tag::CodeBlock(_)) => Event::Start(Tag::CodeBlock(CodeBlockKind::Indented)),
            Event::Start(Tag::Table(columns)) => Event::Start(Tag::Table(vec![Alignment::None; columns.len()])),
            Event::Start(Tag::Heading { level, .. }) => {
                Event::Start(Tag::Heading { level, id: None, classes: Vec::new(), attrs: Vec::new() })
            }
            Event::Start(Tag::Link { dest_url, title, id, link_type }) => {
                // An e-mail autolink is written without its scheme.
                let email = link_type == LinkType::Email;
                let link =
                    if email { self.cleaner.link(&format!("mailto:{dest_url}")) } else { self.cleaner.link(&dest_url) };
                self.dropped.push(link.is_none());
                let link_type = if email { LinkType::Inline } else { link_type };
                Event::Start(Tag::Link { dest_url: link?.into(), title, id, link_type })
            }
            Event::End(TagEnd::Link) if self.dropped.pop() == Some(true) => return None,
            Event::Start(Tag::Image { dest_url, title, id, link_type }) => {
                let dest_url = self.cleaner.link(&dest_url).unwrap_or_default().into();
                Event::Start(Tag::Image { dest_url, title, id, link_type })
            }
            other => other,
        })
    }
}

fn mark(label: &str) -> CowStr<'static> {
    format!("<sup>{}</sup>", text::escape(label)).into()
}

fn alert(kind: BlockQuoteKind) -> &'static str {
    match kind {
        BlockQuoteKind::Note => "Note",
        BlockQuoteKind::Tip => "Tip",
        BlockQuoteKind::Important => "Important",
        BlockQuoteKind::Warning => "Warning",
        BlockQuoteKind::Caution => "Caution",
    }
}

/// The text that a reader sees of a block. A line break of the source is kept as `\n` where the author must have
/// meant it: the line was left much shorter than the block's longest.
fn visible_text(events: &[(Event<'_>, Range<usize>)], source: &str) -> String {
    let block = events.first().map_or(0..0, |(_, range)| range.clone());
    let longest = source.get(block).unwrap_or_default().lines().map(|line| line.len()).max().unwrap_or(0);
    let mut out = String::new();
    let mut in_image = 0;
    for (event, range) in events {
        match event {
            Event::Start(Tag::Image { .. }) => in_image += 1,
            Event::End(TagEnd::Image) => in_image -= 1,
            // What stands for an image where it can't be shown is not visible.
            _ if in_image > 0 => {}
            Event::Text(text) | Event::Code(text) | Event::InlineMath(text) | Event::DisplayMath(text) => {
                out.push_str(text);
            }
            Event::SoftBreak => out.push(if is_short_line(source, range.start, longest) { '\n' } else { ' ' }),
            Event::HardBreak => out.push('\n'),
            Event::TaskListMarker(done) => out.push_str(if *done { "☑ " } else { "☐ " }),
            Event::InlineHtml(tag) if tag.to_ascii_lowercase().starts_with("<br") => out.push('\n'),
            Event::InlineHtml(tag) if tag.starts_with("<wbr") => {}
            Event::End(TagEnd::TableCell) => out.push(' '),
            Event::End(
                TagEnd::Paragraph
                | TagEnd::Item
                | TagEnd::TableRow
                | TagEnd::TableHead
                | TagEnd::Heading(_)
                | TagEnd::CodeBlock
                | TagEnd::DefinitionListTitle
                | TagEnd::DefinitionListDefinition,
            )
            | Event::Start(Tag::List(_)) => out.push('\n'),
            _ => {}
        }
    }
    fold_lines(&text::clean(&out))
}

/// Whether the line that ends at `at` was broken although the next word would have fitted easily: a date, a place, a
/// label on a line of its own. Authors who give each sentence a line mean no break by it.
fn is_short_line(source: &str, at: usize, longest: usize) -> bool {
    let line = source[..at].rsplit('\n').next().unwrap_or_default().trim_end();
    let next = source[at..].split_whitespace().next().map_or(0, str::len);
    line.len() <= 80 && !line.ends_with(['.', ',', ';', '!', '?']) && (line.len() + 1 + next) * 5 < longest * 3
}

/// White space folded on each line, empty lines out.
fn fold_lines(written: &str) -> String {
    let mut out = String::with_capacity(written.len());
    for line in written.lines().filter(|line| !line.trim().is_empty()) {
        if !out.is_empty() {
            out.push('\n');
        }
        text::fold_space_into(&mut out, line);
    }
    out
}
