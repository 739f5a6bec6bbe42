//! Sanitising: HTML of any origin made safe for feeds and pages, its links made to lead somewhere.
//!
//! Whatever a release contains passes through here before it becomes a block's `html`. The output holds no script,
//! style, form, frame, event handler, class or id, and no link but to the web, to mail and telephone, or to
//! `/assets/…`. It is well-formed both as HTML and as XML: void elements end in ` />`, no entity has a name that XML
//! does not know, no character is one that XML forbids.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

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
    links: Arc<Links>,
}

impl Cleaner {
    /// A cleaner for the fragments of the file that `base` names.
    pub(crate) fn new(base: &Base<'_>) -> Self {
        let links = Arc::new(Links::new(base));
        let resolver = Arc::clone(&links);
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
                "href" | "src" | "poster" => resolver.resolve(value).map(Cow::Owned),
                _ => Some(Cow::Borrowed(value)),
            });
        Self { builder, links }
    }

    /// The fragment sanitised. One that would cost its square in time comes out as its text alone.
    pub(crate) fn clean(&self, html: &str) -> String {
        if guard::is_hostile(html) {
            return plain(&text_of(html));
        }
        xml_formed(&self.builder.clean(html).to_string())
    }

    /// A link as it may stand in output, made to lead somewhere; `None` where it must go.
    pub(crate) fn link(&self, link: &str) -> Option<String> {
        self.links.resolve(link)
    }
}

/// Serialised HTML in the form that XML parsers take too.
fn xml_formed(html: &str) -> String {
    let mut out = String::with_capacity(html.len() + 64);
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        out.push_str(&rest[..at]);
        let (tag, after) = rest[at..].split_at(guard::tag(&rest.as_bytes()[at..]).0);
        let inside = tag[1..].trim_end_matches('>');
        out.push('<');
        out.push_str(&inside.replace('<', "&lt;"));
        let is_void = tag_name(inside).is_some_and(|name| VOID.contains(&name)) && !inside.starts_with('/');
        out.push_str(if is_void { " />" } else { ">" });
        rest = after;
    }
    out.push_str(rest);
    text::clean(&out.replace("&nbsp;", "\u{A0}"))
}

/// Void elements that sanitised HTML may hold.
const VOID: [&str; 7] = ["br", "col", "hr", "img", "source", "track", "wbr"];

/// Text alone as HTML: what is left of a fragment that is too dear to parse.
pub(crate) fn plain(text: &str) -> String {
    format!("<p>{}</p>", text::escape(text).replace('\n', "<br />"))
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
        if !rest[1..].starts_with(|c: char| c.is_ascii_alphabetic() || "/!?".contains(c)) {
            out.push("<");
            rest = &rest[1..];
            continue;
        }
        let end = guard::tag(rest.as_bytes()).0;
        match tag_name(&rest[1..end]) {
            Some(name) if breaks_line(name) => out.line_break(),
            Some("td" | "th") => out.push(" "),
            _ => {}
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

/// Whether an element starts and ends a line of the visible text.
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

#[cfg(test)]
mod tests {
    use super::*;

    const BASE: Base<'_> = Base { file: "press/2025/ferry news.md", page_url: None };

    #[test]
    fn links_lead_somewhere() {
        let saved = Base { page_url: Some("https://example.org/press/ferry/"), ..BASE };
        for (link, here, there) in [
            ("a.pdf", "/assets/press/2025/a.pdf", "https://example.org/press/ferry/a.pdf"),
            (
                "./a%20b.pdf?x=1#p2",
                "/assets/press/2025/a%20b.pdf?x=1#p2",
                "https://example.org/press/ferry/a%20b.pdf?x=1#p2",
            ),
            ("a b.pdf", "/assets/press/2025/a%20b.pdf", "https://example.org/press/ferry/a%20b.pdf"),
            ("../img/å.png", "/assets/press/img/%C3%A5.png", "https://example.org/press/img/%C3%A5.png"),
            ("../../../../../etc/x", "/assets/etc/x", "https://example.org/etc/x"),
            ("%2e%2e/%2E./%2e%2e/x", "/assets/x", "https://example.org/x"),
            ("..\\x.png", "/assets/press/x.png", "https://example.org/press/x.png"),
            ("/img/x.png", "/assets/img/x.png", "https://example.org/img/x.png"),
            ("/assets/img/x.png", "/assets/img/x.png", "https://example.org/assets/img/x.png"),
            ("100%.png", "/assets/press/2025/100%25.png", "https://example.org/press/ferry/100%.png"),
            ("other.md", "/assets/press/2025/other.md", "https://example.org/press/ferry/other.md"),
            ("docs/", "/assets/press/2025/docs/", "https://example.org/press/ferry/docs/"),
            ("?page=2", "/assets/press/2025/?page=2", "https://example.org/press/ferry/?page=2"),
            ("//cdn.example.net/x", "https://cdn.example.net/x", "https://cdn.example.net/x"),
            ("HTTPS://example.net", "https://example.net/", "https://example.net/"),
            ("mailto:a@example.org", "mailto:a@example.org", "mailto:a@example.org"),
        ] {
            assert_eq!(Links::new(&BASE).resolve(link).as_deref(), Some(here), "{link}");
            assert_eq!(Links::new(&saved).resolve(link).as_deref(), Some(there), "{link}");
        }
        for link in [
            "",
            "#top",
            "javascript:alert(1)",
            " java\nscript:alert(1)",
            "data:image/png;base64,AA",
            "cid:x",
            "file:///etc",
            "C:\\x",
        ] {
            assert_eq!(Links::new(&BASE).resolve(link), None, "{link}");
        }
        let spaced = Base { file: "my files/100%/a.md", page_url: None };
        assert_eq!(Links::new(&spaced).resolve("b.png").as_deref(), Some("/assets/my%20files/100%25/b.png"));
    }

    #[test]
    fn only_what_is_safe_stays() {
        for (html, clean_html) in [
            ("<p onclick=x class=y id=z style=w>a<br>b", "<p>a<br />b</p>"),
            ("<script>x</script><style>y</style><iframe src=z>w</iframe>a", "a"),
            ("<form><input><button>x</button>a</form>", "a"),
            ("<svg><a xlink:href='javascript:x'>y</a></svg>a", "a"),
            (
                "<img src='a.png' alt='A' onerror=x srcset='b.png 2x'>",
                "<img src=\"/assets/press/2025/a.png\" alt=\"A\" />",
            ),
            ("<a href='javascript:x' title='t'>a</a>", "<a title=\"t\">a</a>"),
            (
                "<audio><source src=a.mp3 type=audio/mpeg></audio>",
                "<audio controls=\"\"><source src=\"/assets/press/2025/a.mp3\" type=\"audio/mpeg\" /></audio>",
            ),
            ("<h2>a&nbsp;b &lt;c&gt; &#8;</h2>", "<h2>a\u{A0}b &lt;c&gt; </h2>"),
            (
                "<figure><table><tr><td colspan=2>a</table><figcaption>b</figure>",
                "<figure><table><tbody><tr><td colspan=\"2\">a</td></tr></tbody></table><figcaption>b</figcaption></figure>",
            ),
            ("<b title='<x>'>a", "<b title=\"&lt;x&gt;\">a</b>"),
        ] {
            assert_eq!(clean(html, &BASE), clean_html, "{html}");
            assert_eq!(clean(clean_html, &BASE), clean_html, "twice");
        }
    }

    #[test]
    fn visible_text() {
        for (html, visible) in [
            ("<p>a <b>b</b>c</p><p>d<br />e</p>", "a bc\nd\ne"),
            ("<ul><li>a</li><li>b &amp; &lt;c&gt; &#x41;&nbsp;d</li></ul>", "a\nb & <c> A d"),
            ("<tr><td>a</td><td>b</td></tr>", "a b"),
            ("1 < 2 & 3", "1 < 2 & 3"),
            ("<!-- x --><img alt=\"a>b\" />c", "c"),
        ] {
            assert_eq!(text_of(html), visible, "{html}");
        }
    }
}
