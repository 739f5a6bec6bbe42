//! Markdown to blocks: CommonMark with tables, footnotes, strikethrough, task lists, definition lists and alerts.

use std::ops::Range;

use pulldown_cmark::{BlockQuoteKind, CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};

use super::sanitise::{self, Base, Cleaner};
use super::{Block, BlockKind, Lines};
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
        let mut written = String::with_capacity(source.len() * 2);
        html::push_html(&mut written, events.into_iter().flat_map(|(event, _)| plain_event(event)));
        let html = self.cleaner.clean(&written).trim().to_string();
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
    ["<img ", "<audio ", "<video "].iter().any(|tag| html.contains(tag))
}

/// Whether a paragraph is only a call to a site generator's template (`{{ … }}`, `{% … %}`) or a Kramdown attribute
/// list (`{: … }`): nothing that a reader should see.
fn is_template(text: &str) -> bool {
    let opens = ["{{", "{%", "{:"].iter().any(|mark| text.starts_with(mark));
    opens && text.ends_with('}') && !text.contains('\n')
}

/// An event as it is rendered: a task's box as a character, an alert with its label.
fn plain_event(event: Event<'_>) -> impl Iterator<Item = Event<'_>> {
    let mut label = None;
    let event = match event {
        Event::TaskListMarker(done) => Event::Text(if done { "☑ " } else { "☐ " }.into()),
        Event::Start(Tag::BlockQuote(Some(kind))) => {
            label = Some(alert(kind));
            Event::Start(Tag::BlockQuote(None))
        }
        Event::Start(Tag::CodeBlock(_)) => Event::Start(Tag::CodeBlock(CodeBlockKind::Indented)),
        Event::Start(Tag::Heading { level, .. }) => {
            Event::Start(Tag::Heading { level, id: None, classes: Vec::new(), attrs: Vec::new() })
        }
        other => other,
    };
    let label = label.into_iter().flat_map(|label| {
        [
            Event::Start(Tag::Paragraph),
            Event::Start(Tag::Strong),
            Event::Text(label.into()),
            Event::End(TagEnd::Strong),
            Event::End(TagEnd::Paragraph),
        ]
    });
    std::iter::once(event).chain(label)
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
    fold_lines(&out)
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
    for line in written.lines().map(text::fold_space).filter(|line| !line.is_empty()) {
        if !out.is_empty() {
            out.push('\n');
        }
        out.push_str(&line);
    }
    out
}
