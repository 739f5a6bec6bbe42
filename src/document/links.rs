//! Links: making the links of a release lead somewhere from a feed or a page of ours.
//!
//! A relative link leads to the asset beside the release (`/assets/…`), or where the page tells its own address, to
//! that site. Schemes other than the web's, mail's and the telephone's are dropped.

use ammonia::Url;

/// What relative links of a fragment are relative to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Base<'a> {
    /// The file, relative to its folder, with `/` between the parts.
    pub file: &'a str,
    /// The absolute address that the page was saved from, where it declares one: links then lead to that site.
    pub page_url: Option<&'a str>,
}

/// Where links lead: the file's own place, or the site that the page was saved from.
pub(super) struct Links {
    folder: Vec<String>,
    page: Option<Url>,
}

impl Links {
    /// The links of a file.
    pub(super) fn new(base: &Base<'_>) -> Self {
        let folder = base.file.rsplit_once('/').map_or("", |(folder, _)| folder);
        let folder = folder.split('/').filter(|part| !part.is_empty()).map(|part| encode(part, false)).collect();
        Self { folder, page: base.page_url.and_then(|url| Url::parse(url).ok()) }
    }

    /// The link as it may stand in output; `None` where it must go.
    pub(super) fn resolve(&self, link: &str) -> Option<String> {
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
}
