//! Sanitising: HTML of any origin made safe for feeds and pages, its links made to lead somewhere.
//!
//! Whatever a release contains passes through here before it becomes a block's `html`. The output holds no script,
//! style, form, frame, event handler, class or id, and no link but to the web, to mail and telephone, or to
//! `/assets/…`. It is well-formed: every element that must be closed is.

use std::borrow::Cow;
use std::collections::HashMap;

use ammonia::{Builder, Url};

use super::guard;
use crate::text;

/// What relative links of a fragment are relative to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Base<'a> {
    /// The file, relative to its folder, with `/` between the parts.
    pub file: &'a str,
    /// The absolute address that the page was saved from, where it declares one: links then lead to that site.
    pub page_url: Option<&'a str>,
}

/// Sanitises one HTML fragment. For many fragments of one file make a [`Cleaner`].
pub(crate) fn clean(html: &str, base: &Base<'_>) -> String {
    Cleaner::new(base).clean(html)
}

/// Sanitises the fragments of one file.
pub(crate) struct Cleaner {
    builder: Builder<'static>,
}

impl Cleaner {
    /// A cleaner for the fragments of the file that `base` names.
    pub(crate) fn new(base: &Base<'_>) -> Self {
        let links = Links::new(base);
        let mut builder = Builder::default();
        builder
            .rm_tags(["area", "map", "nav"])
            .add_tags(["audio", "section", "source", "tfoot", "video"])
            .add_clean_content_tags([
                "applet", "button", "canvas", "datalist", "embed", "frameset", "head", "iframe", "math", "noframes",
                "noscript", "object", "select", "svg", "template", "textarea", "title",
            ])
            .add_generic_attributes(["dir"])
            .tag_attributes(HashMap::from([
                ("a", ["href", "hreflang"].into()),
                ("audio", ["src"].into()),
                ("img", ["alt", "height", "src", "width"].into()),
                ("ol", ["start"].into()),
                ("source", ["src", "type"].into()),
                ("td", ["colspan", "rowspan"].into()),
                ("th", ["colspan", "rowspan", "scope"].into()),
                ("time", ["datetime"].into()),
                ("video", ["height", "poster", "src", "width"].into()),
            ]))
            .set_tag_attribute_value("audio", "controls", "")
            .set_tag_attribute_value("video", "controls", "")
            .link_rel(None)
            .attribute_filter(move |_, name, value| match name {
                "href" | "src" | "poster" => links.resolve(value).map(Cow::Owned),
                _ => Some(Cow::Borrowed(value)),
            });
        Self { builder }
    }

    /// The fragment sanitised. One that would cost its square in time comes out as its text alone.
    pub(crate) fn clean(&self, html: &str) -> String {
        if guard::is_hostile(html) {
            return format!("<p>{}</p>", text::escape(&text_of(html)));
        }
        self.builder.clean(html).to_string()
    }
}

/// The visible text of a fragment: tags out, entities of sanitised output decoded, white space folded; `\n` for
/// `<br>` and between blocks.
pub(crate) fn text_of(html: &str) -> String {
    let mut out = Folder::default();
    let mut rest = html;
    while let Some(at) = rest.find(['<', '&']) {
        out.push(&rest[..at]);
        rest = &rest[at..];
        if rest.starts_with('&') {
            let (decoded, taken) = entity(rest);
            out.push_char(decoded);
            rest = &rest[taken..];
            continue;
        }
        let end = guard::tag(rest.as_bytes()).0;
        match tag_name(&rest[1..end]) {
            Some(name) if breaks_line(name) => out.line_break(),
            Some(name) if name.eq_ignore_ascii_case("td") || name.eq_ignore_ascii_case("th") => out.push(" "),
            Some(_) => {}
            None if rest.starts_with("<!") || rest.starts_with("</") => {}
            None => {
                out.push("<");
                rest = &rest[1..];
                continue;
            }
        }
        rest = &rest[end..];
    }
    out.push(rest);
    out.text
}

/// Text in which some tool left HTML entities (`Fish &amp; chips`), decoded; tags in it stay as they are.
pub(crate) fn decode_entities(text: &str) -> String {
    if !text.contains('&') {
        return text.to_string();
    }
    let fragment = scraper::Html::parse_fragment(&text.replace('<', "&lt;"));
    fragment.root_element().text().collect()
}

/// Where links lead: the file's own place, or the site that the page was saved from.
struct Links {
    folder: Vec<String>,
    page: Option<Url>,
}

impl Links {
    fn new(base: &Base<'_>) -> Self {
        let folder = base.file.rsplit_once('/').map_or("", |(folder, _)| folder);
        let folder = folder.split('/').filter(|part| !part.is_empty()).map(|part| encode(part, false)).collect();
        Self { folder, page: base.page_url.and_then(|url| Url::parse(url).ok()) }
    }

    /// The link as it may stand in output; `None` where it must go.
    fn resolve(&self, link: &str) -> Option<String> {
        let link: String = link.trim().chars().filter(|c| !c.is_ascii_control()).collect();
        if link.is_empty() || link.starts_with('#') {
            return None;
        }
        if let Some(scheme) = scheme(&link) {
            let allowed = ["http", "https", "mailto", "tel", "ftp"].iter().any(|s| scheme.eq_ignore_ascii_case(s));
            return allowed.then(|| Url::parse(&link).ok()).flatten().map(String::from);
        }
        if let Some(page) = &self.page {
            return page.join(&link).ok().map(String::from);
        }
        if link.starts_with("//") {
            return Url::parse(&format!("https:{link}")).ok().map(String::from);
        }
        Some(self.asset(&link))
    }

    /// A relative link as `/assets/…`; its `..` never lead above the folder.
    fn asset(&self, link: &str) -> String {
        let end = link.find(['?', '#']).unwrap_or(link.len());
        let (path, tail) = link.split_at(end);
        let path = path.replace('\\', "/");
        let rooted = path.starts_with('/');
        let path = path.strip_prefix("/assets/").unwrap_or(&path);
        let mut parts: Vec<String> = if rooted { Vec::new() } else { self.folder.clone() };
        let mut folder = path.is_empty();
        for part in path.split('/') {
            let dots = part.replace("%2e", ".").replace("%2E", ".");
            folder = part.is_empty() || dots == "." || dots == "..";
            match dots.as_str() {
                "" | "." => {}
                ".." => drop(parts.pop()),
                _ => parts.push(encode(part, true)),
            }
        }
        let slash = if folder && !parts.is_empty() { "/" } else { "" };
        format!("/assets/{}{slash}{}", parts.join("/"), encode_tail(tail))
    }
}

/// The scheme of an absolute URL (RFC 3986, section 3.1).
fn scheme(link: &str) -> Option<&str> {
    let (scheme, _) = link.split_once(':')?;
    let valid = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
    valid.then_some(scheme)
}

/// A path segment percent-encoded (RFC 3986, section 3.3); `keep`: what is encoded already stays.
fn encode(part: &str, keep: bool) -> String {
    encode_with(part, keep, |b| b.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@".contains(&b))
}

/// A query and fragment percent-encoded (RFC 3986, sections 3.4 and 3.5).
fn encode_tail(tail: &str) -> String {
    encode_with(tail, true, |b| b.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@/?#".contains(&b))
}

fn encode_with(text: &str, keep: bool, plain: impl Fn(u8) -> bool) -> String {
    let bytes = text.as_bytes();
    let mut out = String::with_capacity(text.len());
    for (i, &b) in bytes.iter().enumerate() {
        let encoded = b == b'%'
            && bytes.get(i + 1).is_some_and(u8::is_ascii_hexdigit)
            && bytes.get(i + 2).is_some_and(u8::is_ascii_hexdigit);
        if plain(b) || (keep && encoded) {
            out.push(char::from(b));
        } else {
            out.push_str(&format!("%{b:02X}"));
        }
    }
    out
}

/// Text gathered with its white space folded.
#[derive(Default)]
struct Folder {
    text: String,
    gap: bool,
    breaks: bool,
}

impl Folder {
    fn push(&mut self, text: &str) {
        text.chars().for_each(|c| self.push_char(c));
    }

    fn push_char(&mut self, c: char) {
        if c.is_whitespace() {
            self.gap = true;
            return;
        }
        if !self.text.is_empty() {
            if self.breaks {
                self.text.push('\n');
            } else if self.gap {
                self.text.push(' ');
            }
        }
        (self.gap, self.breaks) = (false, false);
        self.text.push(c);
    }

    fn line_break(&mut self) {
        self.breaks = true;
    }
}

/// The character that an entity at the start of `text` stands for, and the length of the entity.
fn entity(text: &str) -> (char, usize) {
    let name = text[1..].split(';').next().unwrap_or_default();
    let decoded = match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "nbsp" => Some(' '),
        _ if name.len() > 8 => None,
        _ => name.strip_prefix('#').and_then(|number| {
            let hex = number.strip_prefix(['x', 'X']).map(|hex| u32::from_str_radix(hex, 16));
            hex.unwrap_or_else(|| number.parse()).ok().and_then(char::from_u32).filter(|&c| text::is_xml_char(c))
        }),
    };
    decoded.filter(|_| text[1 + name.len()..].starts_with(';')).map_or(('&', 1), |c| (c, name.len() + 2))
}

/// The element's name in the inside of a tag (`p`, `/p`, `br /`).
fn tag_name(inside: &str) -> Option<&str> {
    let inside = inside.strip_prefix('/').unwrap_or(inside);
    let end = inside.bytes().take_while(u8::is_ascii_alphanumeric).count();
    (end > 0 && inside.as_bytes()[0].is_ascii_alphabetic()).then(|| &inside[..end])
}

fn breaks_line(name: &str) -> bool {
    const BLOCKS: [&str; 31] = [
        "article",
        "aside",
        "blockquote",
        "br",
        "caption",
        "center",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "figcaption",
        "figure",
        "footer",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tr",
        "ul",
    ];
    BLOCKS.iter().any(|block| name.eq_ignore_ascii_case(block))
}
