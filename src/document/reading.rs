//! Reading a file: decode it, recognise its syntax, and hand it to that syntax's reader.
//!
//! The extension is believed first, but content decides where it does not tell, or lies: `.txt`, no extension, `NEWS`,
//! an HTML page or an e-mail saved under another name.

use super::sanitise::Base;
use super::{
    Document, Embargo, Header, Syntax, announcement, changelog, day_log, decode, embargo, field_list, fields,
    front_matter, html, markdown, plain,
};
use crate::problem::Problem;
use crate::text::{is_plain, is_xml_char};

/// What reading depends on besides the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The folder's BCP 47 language where known: a hint for detecting legacy encodings.
    pub language: Option<String>,
    /// Larger files are not read, in bytes.
    pub max_bytes: usize,
}

impl Default for Settings {
    /// No language, 8 MiB.
    fn default() -> Self {
        Self { language: None, max_bytes: 8 << 20 }
    }
}

/// Reads a file's bytes. `path` is the file relative to its folder, with `/` between the parts.
///
/// `None` where nothing can be read: an empty or too large file, or one that is no text; one problem says which.
pub fn read(path: &str, bytes: &[u8], settings: &Settings) -> (Option<Document>, Vec<Problem>) {
    match readable(path, bytes, settings) {
        Err(problem) => (None, vec![problem]),
        Ok(decoded) => {
            let (mut document, mut problems) = File { path, bytes, decoded: &decoded }.read();
            // The text was cleaned when it was decoded; entities (`&#8;`) and encoded words may bring back what XML forbids.
            if let Some(document) = &mut document {
                scrub(document);
                embargo::settle(document);
            }
            problems.extend(decoded.problem);
            problems.sort();
            (document, problems)
        }
    }
}

/// Takes characters out that no feed may carry, wherever a document holds text.
fn scrub(document: &mut Document) {
    // Told by bytes first: of what XML forbids, U+FFFE and U+FFFF begin with EF, all else is a control character.
    let odd = |byte: u8| byte == 0xEF || byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r');
    let clean = |text: &mut String| {
        if !is_plain(text) && text.bytes().any(odd) && !text.chars().all(is_xml_char) {
            text.retain(is_xml_char);
        }
    };
    for block in &mut document.blocks {
        clean(&mut block.text);
        clean(&mut block.html);
    }
    let header = &mut document.header;
    header.title.iter_mut().for_each(|field| clean(&mut field.value));
    header.tags.iter_mut().chain(&mut header.summary).for_each(clean);
    header.authors.iter_mut().for_each(|author| clean(&mut author.name));
}

fn readable(path: &str, bytes: &[u8], settings: &Settings) -> Result<decode::Decoded, Problem> {
    if bytes.len() > settings.max_bytes {
        let mebibyte = 1024.0 * 1024.0;
        let (size, limit) = (bytes.len() as f64 / mebibyte, settings.max_bytes as f64 / mebibyte);
        let message =
            format!("the file has {size:.1} MiB, more than the {limit:.1} MiB that are read; divide it or exclude it");
        return Err(Problem::error(path, message));
    }
    let empty = || Problem::error(path, "the file is empty; write the release into it, or remove it");
    if bytes.trim_ascii().is_empty() {
        return Err(empty());
    }
    let decoded = decode::decode(path, bytes, settings.language.as_deref())?;
    if decoded.text.trim().is_empty() { Err(empty()) } else { Ok(decoded) }
}

/// What a file's name says about its syntax.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Named {
    Markdown,
    Html,
    Yaml,
    Mail,
    /// `.txt`, no extension, an unknown one: content tells.
    Text,
}

fn named(path: &str) -> Named {
    let name = path.rsplit('/').next().unwrap_or(path);
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension).to_ascii_lowercase();
    match extension.as_str() {
        "md" | "markdown" | "mdown" | "mkd" | "mkdn" | "mdwn" | "mdx" | "qmd" => Named::Markdown,
        "html" | "htm" | "xhtml" | "xht" | "shtml" => Named::Html,
        "yml" | "yaml" => Named::Yaml,
        "eml" => Named::Mail,
        _ => Named::Text,
    }
}

/// One decoded file.
struct File<'a> {
    path: &'a str,
    bytes: &'a [u8],
    decoded: &'a decode::Decoded,
}

impl File<'_> {
    fn read(&self) -> (Option<Document>, Vec<Problem>) {
        let text = self.decoded.text.as_str();
        let named = named(self.path);
        if named == Named::Yaml {
            return self.yaml();
        }
        let is_mail = named != Named::Html && announcement::is_mail(self.path, text);
        if let Some((document, problems)) = is_mail.then(|| announcement::mail(self.path, self.mail_bytes())).flatten()
        {
            return (Some(document), problems);
        }
        if let Some(split) = front_matter::split(text) {
            let (header, problems) = front_matter::read(self.path, &split);
            let (document, found) = self.body(split.body, split.body_line, header, named);
            return (Some(document), problems.into_iter().chain(found).collect());
        }
        if let Some(lines) = announcement::header_lines(text).filter(|_| named != Named::Html) {
            let named = match lines.content_type.as_deref() {
                Some("text/html") => Named::Html,
                Some("text/markdown") => Named::Markdown,
                _ => named,
            };
            let (mut document, problems) = self.body(&text[lines.body..], lines.body_line, lines.header, named);
            if document.syntax == Syntax::Plain {
                document.syntax = Syntax::Announcement;
            }
            return (Some(document), problems);
        }
        if let Some(list) = (named == Named::Text).then(|| field_list::read(text)).flatten() {
            let (document, problems) = self.body(&text[list.body..], list.body_line, list.header, named);
            return (Some(document), problems);
        }
        let (document, problems) = self.body(text, 1, Header::default(), named);
        (Some(document), problems)
    }

    /// Reads what follows front matter or header lines, or the whole text.
    fn body(&self, text: &str, line: u32, header: Header, named: Named) -> (Document, Vec<Problem>) {
        let is_page = opens_as_page(text);
        let is_html =
            is_page || (named == Named::Html && text.contains('<')) || (named == Named::Text && opens_as_html(text));
        if is_html {
            // Empty lines stand for the front matter, so that lines are the file's.
            let above = "\n".repeat(line as usize - 1);
            let (mut document, problems) = html::read(self.path, &format!("{above}{text}"), self.decoded.encoding);
            let last = line.saturating_add(u32::try_from(text.lines().count()).unwrap_or(u32::MAX)).saturating_sub(1);
            document.blocks =
                document.blocks.into_iter().map(|block| announcement::within(block, last.max(1))).collect();
            document.embargoes.iter_mut().for_each(|embargo| embargo.line = embargo.line.min(last.max(1)));
            document.header = merged(header, document.header);
            return (document, problems);
        }
        let (text, embargoes) = embargo::lines(text, line);
        let text = text.as_ref();
        let is_markdown = named == Named::Markdown || (named == Named::Text && looks_like_markdown(text));
        if is_markdown && markdown::is_overmarked(text) {
            let message = "a quarter of this text and more are marks of Markdown, so it is read as plain text";
            let problem = Problem::warning(self.path, message).at(line, 0);
            return (self.document(Syntax::Plain, header, plain::blocks(text, line), embargoes), vec![problem]);
        }
        if is_markdown {
            let blocks = markdown::blocks(text, line, &Base { file: self.path, page_url: None });
            let is_changelog = changelog::is_changelog(self.path, &header, &blocks);
            let syntax = if is_changelog { Syntax::Changelog } else { Syntax::Markdown };
            return (self.document(syntax, header, blocks, embargoes), Vec::new());
        }
        if line == 1 && changelog::is_debian(text) {
            let blocks = changelog::debian_blocks(text);
            return (self.document(Syntax::DebianChangelog, header, blocks, embargoes), Vec::new());
        }
        if let Some(blocks) = (line == 1).then(|| day_log::blocks(text)).flatten() {
            return (self.document(Syntax::DayLog, header, blocks, embargoes), Vec::new());
        }
        if line == 1 && changelog::is_news(self.path, text) {
            return (self.document(Syntax::News, header, changelog::news(text), embargoes), Vec::new());
        }
        (self.document(Syntax::Plain, header, plain::blocks(text, line), embargoes), Vec::new())
    }

    /// A `.yml` file that is a release as a whole: a title, a date, and its text under a key.
    fn yaml(&self) -> (Option<Document>, Vec<Problem>) {
        let text = self.decoded.text.as_str();
        if let Some(split) = front_matter::split(text).filter(|split| !split.open && !split.body.trim().is_empty()) {
            let (header, problems) = front_matter::read(self.path, &split);
            let (document, found) = self.body(split.body, split.body_line, header, Named::Markdown);
            return (Some(document), problems.into_iter().chain(found).collect());
        }
        let (node, mut problems) = front_matter::read_yaml(self.path, text);
        let header = fields::header(&node);
        if header.title.is_none() {
            let message = "this YAML file has no `title` and is no release; give it one, or exclude it";
            problems.push(Problem::warning(self.path, message));
            return (None, problems);
        }
        let base = Base { file: self.path, page_url: None };
        let body = fields::body(&node);
        let (text, embargoes) = body.as_ref().map(|field| embargo::lines(&field.value, field.line)).unwrap_or_default();
        let blocks = body.as_ref().map(|field| markdown::blocks(&text, field.line, &base)).unwrap_or_default();
        (Some(self.document(Syntax::Markdown, header, blocks, embargoes)), problems)
    }

    fn document(&self, syntax: Syntax, header: Header, blocks: Vec<super::Block>, embargoes: Vec<Embargo>) -> Document {
        Document { path: self.path.into(), syntax, encoding: self.decoded.encoding, header, blocks, embargoes }
    }

    /// An e-mail as it is where it tells its encodings itself, else as UTF-8.
    fn mail_bytes(&self) -> &[u8] {
        let tells = self.bytes.is_ascii() || std::str::from_utf8(self.bytes).is_ok() || {
            let head = &self.bytes[..self.bytes.len().min(16 * 1024)].to_ascii_lowercase();
            head.windows(8).any(|w| w == b"charset=") && !head.contains(&0)
        };
        if tells { self.bytes } else { self.decoded.text.as_bytes() }
    }
}

/// Front matter completed by what the page itself says.
fn merged(front: Header, page: Header) -> Header {
    let either = |a: Vec<String>, b: Vec<String>| if a.is_empty() { b } else { a };
    Header {
        title: front.title.or(page.title),
        dates: front.dates.into_iter().chain(page.dates).collect(),
        tags: either(front.tags, page.tags),
        authors: if front.authors.is_empty() { page.authors } else { front.authors },
        summary: front.summary.or(page.summary),
        language: front.language.or(page.language),
        id: front.id.or(page.id),
        slug: front.slug.or(page.slug),
        path_hint: front.path_hint.or(page.path_hint),
        aliases: either(front.aliases, page.aliases),
        image: front.image.or(page.image),
        attachments: either(front.attachments, page.attachments),
        link: front.link.or(page.link),
        site_name: front.site_name.or(page.site_name),
        draft: front.draft || page.draft,
    }
}

/// Whether a text is a whole HTML page, whatever its name.
fn opens_as_page(text: &str) -> bool {
    opens_with(text, &["<!doctype html", "<html"])
}

/// Whether a text opens as HTML does (after the HTML standard's MIME sniffing) and goes on with end tags.
fn opens_as_html(text: &str) -> bool {
    const OPENINGS: [&str; 12] =
        ["<head", "<title", "<body", "<meta", "<link", "<script", "<style", "<h1", "<div", "<p>", "<table", "<article"];
    opens_with(text, &OPENINGS)
        && ["</p>", "</div>", "</body>", "</table>", "</article>", "</h1>"].iter().any(|tag| text.contains(tag))
}

/// Whether a text opens with one of these tags, after white space, comments and an XML declaration.
fn opens_with(text: &str, tags: &[&str]) -> bool {
    let mut rest = text.trim_start();
    while let Some(end) = rest
        .strip_prefix("<!--")
        .map(|r| r.find("-->").map(|at| at + 7))
        .or_else(|| rest.strip_prefix("<?").map(|r| r.find('>').map(|at| at + 3)))
    {
        let Some(end) = end else { return false };
        rest = rest[end..].trim_start();
    }
    tags.iter().any(|tag| rest.get(..tag.len()).is_some_and(|head| head.eq_ignore_ascii_case(tag)))
}

/// Whether a text without a telling name is Markdown: it opens with an ATX heading, and has more of its marks.
fn looks_like_markdown(text: &str) -> bool {
    let is_heading = |line: &str| {
        let marks = line.bytes().take_while(|&b| b == b'#').count();
        (1..=6).contains(&marks) && line.as_bytes().get(marks) == Some(&b' ') && line.len() > marks + 2
    };
    let head: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).take(200).collect();
    let headings = head.iter().filter(|line| is_heading(line)).count();
    let other = head
        .iter()
        .any(|line| line.contains("](http") || line.contains("**") || line.starts_with("- ") || line.starts_with("* "));
    head.first().is_some_and(|line| is_heading(line)) && (headings >= 2 || other)
}
