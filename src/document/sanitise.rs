//! Sanitising: HTML of any origin made safe for feeds and pages, its links made to lead somewhere.
//!
//! Whatever a release contains passes through here before it becomes a block's `html`. The output holds no script,
//! style, form, frame, event handler, class or id, and no link but to the web, to mail and telephone, or to
//! `/assets/…`. It is well-formed both as HTML and as XML: void elements end in ` />`, no entity has a name that XML
//! does not know, no character is one that XML forbids.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::HashMap;
use std::sync::Arc;

use ammonia::Builder;

use super::guard;
pub(crate) use super::links::Base;
use super::links::Links;
use crate::text;

/// Sanitises the fragments of one file.
pub(crate) struct Cleaner {
    /// Made when it is first wanted: most Markdown has no HTML in it.
    builder: OnceCell<Builder<'static>>,
    links: Arc<Links>,
}

impl Cleaner {
    /// A cleaner for the fragments of the file that `base` names.
    pub(crate) fn new(base: &Base<'_>) -> Self {
        Self { builder: OnceCell::new(), links: Arc::new(Links::new(base)) }
    }

    fn builder(&self) -> Builder<'static> {
        let resolver = Arc::clone(&self.links);
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
        builder
    }

    /// The fragment sanitised. One that would cost its square in time comes out as its text alone.
    pub(crate) fn clean(&self, html: &str) -> String {
        if guard::is_hostile(html) {
            return plain(&text_of(html));
        }
        xml_formed(&self.builder.get_or_init(|| self.builder()).clean(html).to_string())
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
            out.push(decoded.encode_utf8(&mut [0; 4]));
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

/// Text gathered with its white space folded.
#[derive(Default)]
struct Folder {
    text: String,
    gap: bool,
    breaks: bool,
}

impl Folder {
    fn push(&mut self, text: &str) {
        let mut rest = text;
        loop {
            let word = rest.trim_start();
            self.gap |= word.len() < rest.len();
            if word.is_empty() {
                return;
            }
            let (word, after) = word.split_at(word.find(char::is_whitespace).unwrap_or(word.len()));
            if !self.text.is_empty() {
                if self.breaks {
                    self.text.push('\n');
                } else if self.gap {
                    self.text.push(' ');
                }
            }
            (self.gap, self.breaks) = (false, false);
            self.text.push_str(word);
            rest = after;
        }
    }

    fn line_break(&mut self) {
        self.breaks = true;
    }
}

/// The character that an entity at the start of `text` stands for, and the length of the entity.
fn entity(text: &str) -> (char, usize) {
    /// The longest entity that is known, its `;` included.
    const LONGEST: usize = 10;
    let Some(end) = text.bytes().take(LONGEST).position(|b| b == b';') else { return ('&', 1) };
    let name = &text[1..end];
    let decoded = match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "nbsp" => Some(' '),
        _ => name.strip_prefix('#').and_then(|number| {
            let hex = number.strip_prefix(['x', 'X']).map(|hex| u32::from_str_radix(hex, 16));
            hex.unwrap_or_else(|| number.parse()).ok().and_then(char::from_u32).filter(|&c| text::is_xml_char(c))
        }),
    };
    decoded.map_or(('&', 1), |c| (c, end + 1))
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
            assert_eq!(Cleaner::new(&BASE).clean(html), clean_html, "{html}");
            assert_eq!(Cleaner::new(&BASE).clean(clean_html), clean_html, "twice");
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
