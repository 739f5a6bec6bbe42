//! A document: what the author wrote, read out of any syntax and not yet divided into items.
//!
//! Bytes go in, a [`Document`] and problems come out. This room knows syntaxes (front matter, plain text,
//! Markdown, HTML, changelogs, announcements) and encodings; it knows nothing of items, dates as evidence, or feeds.

// Bytes to text, and which syntax it is in.
mod decode;
mod reading;

// The syntaxes.
mod announcement;
mod changelog;
mod day_log;
mod field_list;
mod front_matter;
mod html;
mod markdown;
mod plain;

// What several syntaxes share.
mod embargo;
mod fields;
mod guard;
mod links;
mod sanitise;
mod tree;
mod version;

pub use reading::{Settings, read};
pub use version::{VersionHeading, is_version_heading};

/// The visible text of an HTML fragment, tags and entities undone.
pub fn text_of_html(html: &str) -> String {
    sanitise::text_of(html)
}

/// A file's content, read into one shape whatever its syntax.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// The file, relative to its folder, with `/` between the parts.
    pub path: String,
    /// The syntax that it was read as.
    pub syntax: Syntax,
    /// The encoding that it was read in, by its WHATWG name (`UTF-8`, `windows-1251`).
    pub encoding: &'static str,
    /// What stands in header fields: front matter, HTML metadata, RFC 822 header lines.
    pub header: Header,
    /// The text in reading order, without embargo lines.
    pub blocks: Vec<Block>,
    /// The embargo lines, in the order of the file.
    pub embargoes: Vec<Embargo>,
}

/// A line that holds a text back until a time: `EMBARGOED UNTIL …`. It is no block of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Embargo {
    /// What it says, from the first word of the embargo on, white space folded.
    pub said: String,
    /// 1-based line.
    pub line: u32,
    /// Whether a blank line stands before it.
    pub gap_before: bool,
    /// Whether a blank line stands behind it.
    pub gap_after: bool,
}

/// The syntaxes a release file may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Syntax {
    /// Plain text: releases, digests, dumps of pages.
    Plain,
    /// CommonMark, with or without front matter.
    Markdown,
    /// A saved page.
    Html,
    /// A saved page that lists releases: each entry a heading, its date in a paragraph of its own after it, and
    /// what else the entry says.
    HtmlList,
    /// A changelog in Markdown: one version a heading (Keep a Changelog and its kin).
    Changelog,
    /// A Debian changelog or NEWS.Debian: `package (version) …`, trailer ` -- name <mail>  date`.
    DebianChangelog,
    /// A GNU NEWS or Changes file: one version a block, its date on the heading line or at the end.
    News,
    /// A GNU ChangeLog: entries under a day and a name (`2024-05-05  Ann Arbour  <ann@example.org>`), each a heading.
    DayLog,
    /// RFC 822 header lines and a body: a saved e-mail or an announcement.
    Announcement,
}

/// Header fields, gathered from wherever the syntax keeps them. Empty where there are none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Header {
    /// The declared title.
    pub title: Option<Field>,
    /// Dated fields, strongest first.
    pub dates: Vec<DateField>,
    /// Tags, categories and keywords as written.
    pub tags: Vec<String>,
    /// Authors as written.
    pub authors: Vec<Author>,
    /// `description` or `summary`.
    pub summary: Option<String>,
    /// BCP 47 language.
    pub language: Option<String>,
    /// A declared, permanent id.
    pub id: Option<String>,
    /// A declared slug.
    pub slug: Option<String>,
    /// A declared path on the author's site with digits in it (`path`, `permalink`, `slug`): it may hold a date.
    pub path_hint: Option<Field>,
    /// Former addresses of the same release.
    pub aliases: Vec<String>,
    /// The lead image, a path relative to the file or an absolute URL.
    pub image: Option<String>,
    /// Declared attachments, paths relative to the file or absolute URLs.
    pub attachments: Vec<String>,
    /// The release's own address elsewhere (`canonical`, `link`).
    pub link: Option<String>,
    /// The site's or house's name, so that it can be cut from titles.
    pub site_name: Option<String>,
    /// `draft: true` (or `published: false`).
    pub draft: bool,
}

/// A header field as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// The value.
    pub value: String,
    /// The field's name as written (`title`, `og:title`, `Subject`).
    pub name: String,
    /// 1-based line in the file.
    pub line: u32,
}

/// A dated header field as written, not yet parsed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DateField {
    /// What it dates.
    pub role: DateRole,
    /// Where it was read from.
    pub source: DateSource,
    /// The field with its value as written.
    pub field: Field,
}

/// What a dated field dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DateRole {
    /// When the release was, or is to be, published.
    Published,
    /// When it was last changed.
    Updated,
    /// Not public before this instant (`publishDate` in Hugo, `embargo`).
    Embargo,
    /// Not public from this instant on (`expiryDate`).
    Expires,
}

/// Where a dated field was read from, as the ladder of evidence distinguishes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DateSource {
    /// Front matter, or the `Date:` field of an announcement.
    FrontMatter,
    /// Metadata of a saved page: JSON-LD, OpenGraph, `<time>` marked as publication.
    Metadata,
    /// A visible date line of a saved page (a byline, a `<time>` without a mark).
    Visible,
}

/// A person or house that a release is by.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Author {
    /// Name as shown.
    pub name: String,
    /// E-mail address where given.
    pub email: Option<String>,
    /// Home page where given.
    pub url: Option<String>,
}

/// A run of lines of a file, 1-based and inclusive.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Lines {
    /// First line.
    pub first: u32,
    /// Last line.
    pub last: u32,
}

/// One block of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// What it is.
    pub kind: BlockKind,
    /// Visible text: white space folded to single spaces; `\n` only where a line break was meant.
    pub text: String,
    /// The block as sanitised HTML, well-formed, relative links made root-relative (`/assets/…`).
    pub html: String,
    /// Where it stands in the file.
    pub lines: Lines,
    /// Whether a blank line (or a block boundary of the syntax) stands before it.
    pub gap_before: bool,
}

/// The kinds of block that later rooms tell apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BlockKind {
    /// A heading of the given level, 1 to 6.
    Heading(u8),
    /// A paragraph, or in plain text a line that stands for one.
    Paragraph,
    /// A whole list.
    List,
    /// A quotation.
    Quote,
    /// Preformatted text.
    Code,
    /// A table.
    Table,
    /// A rule (`---`, `____`, `* * *`).
    Rule,
    /// Anything else that is shown: a figure, a definition list.
    Other,
}
