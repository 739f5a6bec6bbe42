//! Announcements: saved e-mail, and texts that open with header lines as e-mail has them.

use encoding_rs::Encoding;
use mail_parser::{Address, HeaderName, Message, MessageParser, MimeHeaders, PartType};

use super::fields;
use super::tree::{Key, Node, Value};
use super::{
    Author, Block, DateField, DateRole, DateSource, Document, Embargo, Field, Header, Lines, Syntax, embargo, html,
    plain,
};
use crate::date;
use crate::problem::Problem;
use crate::text;

/// Header lines that an announcement may have; GLEP 42 items list every profile that they concern.
const LINE_LIMIT: usize = 300;
/// Names without which header-like lines are taken for prose: one of these, beside a title.
const KNOWN: [&str; 26] = [
    "author",
    "authors",
    "by",
    "categories",
    "category",
    "content-language",
    "content-type",
    "created",
    "date",
    "draft",
    "embargo",
    "from",
    "id",
    "keywords",
    "lang",
    "language",
    "modified",
    "news-item-format",
    "newsgroups",
    "posted",
    "pubdate",
    "published",
    "revision",
    "slug",
    "status",
    "tags",
];

/// Header lines at the head of a text, and where its body starts.
pub(super) struct HeaderLines {
    /// What they say.
    pub header: Header,
    /// Byte offset of the body.
    pub body: usize,
    /// 1-based line of the body.
    pub body_line: u32,
    /// `Content-Type` without its parameters, lower case.
    pub content_type: Option<String>,
}

/// Reads header lines at the head of a text that is no e-mail. `None` unless all lines up to the first blank one are
/// well formed, and a title and another known field are among them: a press text may open with `Contact: …`.
pub(super) fn header_lines(text: &str) -> Option<HeaderLines> {
    let lines = lines(text)?;
    let has = |names: &[&str]| {
        lines.fields.iter().any(|f| names.iter().any(|n| f.0.eq_ignore_ascii_case(n)) && !f.1.is_empty())
    };
    if !has(&["title", "subject", "headline"]) || !has(&KNOWN) {
        return None;
    }
    let content_type = lines.fields.iter().find(|f| f.0.eq_ignore_ascii_case("content-type"));
    let content_type = content_type.map(|f| f.1.split(';').next().unwrap_or_default().trim().to_lowercase());
    let entries = lines
        .fields
        .into_iter()
        .map(|(name, value, line)| (Key { name: name.to_string(), line }, Node { line, value: Value::Scalar(value) }));
    let header = fields::header(&Node { line: 1, value: Value::Map(entries.collect()) });
    Some(HeaderLines { header, body: lines.body, body_line: lines.body_line, content_type })
}

/// Whether a text is a saved e-mail: header lines with a sender and a subject, or a mail server's marks.
pub(super) fn is_mail(path: &str, text: &str) -> bool {
    let Some(lines) = lines(after_envelope(text).0) else { return false };
    let has = |name: &str| lines.fields.iter().any(|field| field.0.eq_ignore_ascii_case(name));
    path.to_ascii_lowercase().ends_with(".eml")
        || (has("from") && (has("subject") || has("date")))
        || ["received", "return-path", "delivered-to", "message-id"].into_iter().any(has)
}

/// Reads a saved e-mail. `bytes` are the file's, or its text in UTF-8 where the mail does not say its encoding.
pub(super) fn mail(path: &str, bytes: &[u8]) -> Option<(Document, Vec<Problem>)> {
    let skipped = if bytes.starts_with(b"From ") { bytes.iter().position(|&b| b == b'\n')? + 1 } else { 0 };
    let message = MessageParser::default().parse(&bytes[skipped..])?;
    let raw = &bytes[skipped..];
    let breaks = (0..raw.len()).filter(|&at| raw[at] == b'\n').collect();
    let reader = Mail { path, raw, breaks, first_line: if skipped > 0 { 2 } else { 1 }, message: &message };
    let mut document = Document {
        path: path.into(),
        syntax: Syntax::Announcement,
        encoding: "UTF-8",
        header: reader.header(),
        blocks: Vec::new(),
        embargoes: Vec::new(),
    };
    let problems = reader.body(&mut document);
    Some((document, problems))
}

/// The text without the `From ` line of a mailbox, and whether there was one.
fn after_envelope(text: &str) -> (&str, bool) {
    match text.split_once('\n') {
        Some((first, rest)) if first.starts_with("From ") => (rest, true),
        _ => (text, false),
    }
}

/// Well-formed header lines: names as written, unfolded values, lines.
struct RawLines<'a> {
    fields: Vec<(&'a str, String, u32)>,
    body: usize,
    body_line: u32,
}

fn lines(text: &str) -> Option<RawLines<'_>> {
    let mut fields: Vec<(&str, String, u32)> = Vec::new();
    let mut at = 0;
    for (line, number) in text.split_inclusive('\n').zip(1..) {
        let start = at;
        at += line.len();
        let line = line.trim_end();
        if line.is_empty() {
            if fields.is_empty() {
                continue;
            }
            return Some(RawLines { fields, body: at, body_line: number + 1 });
        }
        if fields.len() > LINE_LIMIT {
            return None;
        }
        if line.starts_with([' ', '\t']) {
            let last = fields.last_mut()?;
            last.1.push(' ');
            last.1.push_str(line.trim());
            continue;
        }
        let (name, value) = text[start..start + line.len()].split_once(':')?;
        let is_name = name.len() <= 40
            && name.starts_with(|c: char| c.is_ascii_alphabetic())
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
        if !is_name || value.starts_with(|c: char| !c.is_whitespace() && !c.is_alphanumeric()) {
            return None;
        }
        fields.push((name, value.trim().to_string(), number));
    }
    // A text of header lines only has no body.
    let body_line = u32::try_from(text.lines().count()).unwrap_or(u32::MAX);
    (fields.len() >= 2).then_some(RawLines { fields, body: text.len(), body_line })
}

/// One e-mail being read.
struct Mail<'a> {
    path: &'a str,
    raw: &'a [u8],
    /// Offsets of line breaks.
    breaks: Vec<usize>,
    first_line: u32,
    message: &'a Message<'a>,
}

impl Mail<'_> {
    fn header(&self) -> Header {
        let message = self.message;
        let mut header = Header::default();
        let subject = message.subject().map(|subject| cut_marks(&clean(subject), &self.list_names()));
        header.title = subject.filter(|s| !s.is_empty()).map(|value| self.field(&HeaderName::Subject, value));
        let date = message.header_raw(HeaderName::Date).map(clean);
        if let Some(date) = date.filter(|date| date.chars().any(|c| c.is_ascii_digit())) {
            let field = self.field(&HeaderName::Date, date);
            header.dates.push(DateField { role: DateRole::Published, source: DateSource::FrontMatter, field });
        }
        for said in message.headers().iter().filter(|said| fields::is_embargo(said.name.as_str())) {
            let value = message.header_raw(said.name.clone()).map(clean).unwrap_or_default();
            let field = self.field(&said.name, value);
            header.dates.push(DateField { role: DateRole::Embargo, source: DateSource::FrontMatter, field });
        }
        header.authors = message.from().map(authors).unwrap_or_default();
        // RFC 2392: the address of a message is `mid:` and its id.
        header.id = message.message_id().filter(|id| id.contains('@')).map(|id| format!("mid:{}", mid(id)));
        header.language =
            message.header_raw("Content-Language").and_then(|l| fields::language_tag(l.split(',').next()?));
        let keywords = message.header_raw(HeaderName::Keywords).map(clean).unwrap_or_default();
        header.tags = keywords.split(',').map(str::trim).filter(|tag| !tag.is_empty()).map(str::to_string).collect();
        header
    }

    fn field(&self, name: &HeaderName<'_>, value: String) -> Field {
        let header = self.message.headers().iter().rev().find(|header| header.name == *name);
        let line = header.map_or(self.first_line, |header| self.line(header.offset_field as usize));
        Field { value, name: name.as_str().to_string(), line }
    }

    /// The names of the lists that the mail went to, as tags in its subject name them.
    fn list_names(&self) -> Vec<String> {
        let mut names = Vec::new();
        let lists = ["List-Id", "List-Post", "To", "Cc", "Reply-To", "Sender"];
        for raw in lists.iter().filter_map(|name| self.message.header_raw(*name)) {
            let addresses = raw.split([',', '<', '>', ' ', ':']).filter(|part| part.contains(['@', '.']));
            names.extend(addresses.filter_map(|part| part.split(['@', '.']).next()).take(20).map(text::fold));
        }
        names
    }

    /// Reads the parts that a reader is meant to see into a document: plain text rather than HTML. What any other part
    /// says of an embargo counts too.
    fn body(&self, document: &mut Document) -> Vec<Problem> {
        let mut problems = Vec::new();
        // Some senders put no more than "see the HTML part" into the plain one.
        let message = self.message;
        let length = |ids: &[u32]| -> usize {
            let parts = ids.iter().filter_map(|&id| message.part(id));
            parts.filter_map(|part| part.text_contents()).map(|text| text.trim().len()).sum()
        };
        let is_stub = length(&message.text_body) < 200 && length(&message.html_body) > 2000;
        let (shown, other) = (&message.text_body, &message.html_body);
        let (shown, other) = if is_stub { (other, shown) } else { (shown, other) };
        for id in shown.iter().chain(other.iter().filter(|id| !shown.contains(id))) {
            let Some(part) = message.part(*id) else { continue };
            let is_shown = shown.contains(id);
            if !is_shown && !part.text_contents().is_some_and(date::may_say_embargo) {
                continue;
            }
            let first_line = self.line(part.offset_body as usize);
            let last_line = self.line(part.offset_end as usize).max(first_line);
            let charset = part.content_type().and_then(|content| content.attribute("charset"));
            let known =
                charset.filter(|_| !self.raw.is_ascii()).and_then(|label| Encoding::for_label(label.as_bytes()));
            let encoding = known.map_or(document.encoding, Encoding::name);
            let (blocks, embargoes) = match &part.body {
                PartType::Text(body) => {
                    let body = without_armour(&text::clean(body));
                    let (text, embargoes) = embargo::lines(&body, first_line);
                    (plain::blocks(&text, first_line), embargoes)
                }
                PartType::Html(body) => {
                    let (page, found) = html::read(self.path, &text::clean(body), encoding);
                    let found = found.into_iter().filter(|_| is_shown);
                    problems.extend(found.map(|problem| Problem { line: problem.line + first_line - 1, ..problem }));
                    let blocks = page.blocks.into_iter().map(|block| shifted(block, first_line - 1)).collect();
                    let lines = page.embargoes.into_iter();
                    (blocks, lines.map(|embargo| Embargo { line: embargo.line + first_line - 1, ..embargo }).collect())
                }
                _ => continue,
            };
            let held = embargoes.into_iter().map(|embargo| Embargo { line: embargo.line.min(last_line), ..embargo });
            document.embargoes.extend(held);
            if is_shown {
                document.encoding = encoding;
                document.blocks.extend(blocks.into_iter().map(|block: Block| within(block, last_line)));
            }
        }
        problems
    }

    /// The file's line of an offset into the message.
    fn line(&self, offset: usize) -> u32 {
        self.first_line + u32::try_from(self.breaks.partition_point(|&at| at < offset)).unwrap_or(u32::MAX)
    }
}

fn clean(raw: &str) -> String {
    text::fold_space(&text::clean(raw))
}

fn shifted(block: Block, by: u32) -> Block {
    Block { lines: Lines { first: block.lines.first + by, last: block.lines.last + by }, ..block }
}

/// A block whose lines go no further than `last`: the lines of a transfer encoding are not those of the text, and an
/// HTML parser takes the end of a file for one more line.
pub(super) fn within(block: Block, last: u32) -> Block {
    Block { lines: Lines { first: block.lines.first.min(last), last: block.lines.last.min(last) }, ..block }
}

fn authors(address: &Address<'_>) -> Vec<Author> {
    let known = address.iter().filter_map(|entry| {
        let email = entry.address().map(clean);
        let name = entry.name().map(clean).filter(|name| !name.is_empty()).or_else(|| email.clone())?;
        Some(Author { name, email, url: None })
    });
    known.collect()
}

/// A message id as it stands in a `mid:` URL (RFC 2392, section 2).
fn mid(id: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@".contains(&b);
    id.bytes().map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

/// A subject without `Re:`, `Fwd:` and the tags of lists (`[info-gnu]`, `[ANN]`).
fn cut_marks(subject: &str, lists: &[String]) -> String {
    const REPLIES: [&str; 12] = ["re", "fw", "fwd", "aw", "wg", "sv", "vs", "tr", "rv", "res", "enc", "antw"];
    let mut rest = subject.trim();
    for _ in 0..20 {
        let cut = rest.split_once(':').filter(|(mark, _)| REPLIES.contains(&mark.trim().to_lowercase().as_str()));
        let cut = cut.map(|(_, rest)| rest).or_else(|| {
            let (tag, rest) = rest.strip_prefix('[')?.split_once(']')?;
            is_list_tag(tag, lists).then_some(rest)
        });
        match cut.map(str::trim_start).filter(|rest| !rest.is_empty()) {
            Some(shorter) => rest = shorter,
            None => break,
        }
    }
    rest.to_string()
}

/// Whether a tag names a list: one the mail went to, a mark of announcements, or a name in small letters.
fn is_list_tag(tag: &str, lists: &[String]) -> bool {
    let folded = text::fold(tag);
    lists.contains(&folded)
        || ["ann", "announce", "announcement"].contains(&folded.as_str())
        || (tag.starts_with(|c: char| c.is_ascii_lowercase())
            && tag.contains('-')
            && tag.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-_.".contains(&b)))
}

/// The text that was signed, without the armour of OpenPGP (RFC 9580, section 7); lines stay where they are.
fn without_armour(text: &str) -> String {
    const SIGNED: &str = "-----BEGIN PGP SIGNED MESSAGE-----";
    if !text.contains(SIGNED) {
        return text.to_string();
    }
    let mut out = String::with_capacity(text.len());
    let (mut in_header, mut in_signature) = (false, false);
    for line in text.lines() {
        in_header |= line == SIGNED;
        in_signature |= line == "-----BEGIN PGP SIGNATURE-----";
        if !in_header && !in_signature {
            out.push_str(line.strip_prefix("- ").filter(|rest| rest.starts_with('-')).unwrap_or(line));
        }
        out.push('\n');
        in_header &= !line.trim().is_empty();
        in_signature &= line != "-----END PGP SIGNATURE-----";
    }
    out
}
