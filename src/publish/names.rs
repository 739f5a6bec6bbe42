//! Addresses as names of files.

use std::collections::BTreeMap;

use super::manifest;
use crate::site::{Content, Resource, Site};
use crate::text;

/// The name of the file for an address: percent-encoding undone as every web server does, `index.html` where the
/// address ends in `/`. `None` for an address that can't be a file name: with empty parts, `..`, or a part that is too
/// long.
pub(super) fn file_name(address: &str) -> Option<String> {
    let path = percent_decode(address.strip_prefix('/')?)?;
    let name = if path.is_empty() || path.ends_with('/') { format!("{path}index.html") } else { path };
    let sound =
        |part: &str| !part.is_empty() && part.len() <= 255 && !matches!(part, "." | "..") && !part.contains('\0');
    (name.split('/').all(sound) && name != manifest::NAME).then_some(name)
}

/// `None` where a `%` is not followed by two hexadecimal digits, hides a `/`, or the bytes are not UTF-8.
fn percent_decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        rest = tail;
        if *first != b'%' {
            bytes.push(*first);
            continue;
        }
        let [high, low, tail @ ..] = rest else { return None };
        let digit = |byte: u8| char::from(byte).to_digit(16);
        let byte = u8::try_from(digit(*high)? * 16 + digit(*low)?).ok()?;
        if byte == b'/' {
            return None;
        }
        bytes.push(byte);
        rest = tail;
    }
    String::from_utf8(bytes).ok()
}

/// Pages at the former addresses of pages, which lead to the new ones: a plain directory can't answer `301`.
pub(super) fn redirects(site: &Site) -> BTreeMap<String, Resource> {
    let pages = site.moved.iter().filter(|(from, _)| from.ends_with('/') && !site.resources.contains_key(*from));
    pages
        .map(|(from, to)| {
            let to = text::escape(to);
            let page = format!(
                "<!doctype html>\n<html lang=\"\">\n<head>\n<meta charset=\"utf-8\">\n<title>{to}</title>\n\
                 <link rel=\"canonical\" href=\"{to}\">\n<meta http-equiv=\"refresh\" content=\"0; url={to}\">\n\
                 </head>\n<body><p><a href=\"{to}\">{to}</a></p></body>\n</html>\n"
            );
            let resource = Resource {
                media_type: "text/html; charset=utf-8".to_string(),
                etag: blake3::hash(page.as_bytes()).to_hex().to_string(),
                content: Content::Bytes(page.into()),
                last_modified: chrono::DateTime::UNIX_EPOCH,
            };
            (from.clone(), resource)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_become_names() {
        for (address, name) in [
            ("/", Some("index.html")),
            ("/rss.xml", Some("rss.xml")),
            ("/items/x/", Some("items/x/index.html")),
            ("/assets/a%20b%C3%A9.pdf", Some("assets/a bé.pdf")),
            ("/../x", None),
            ("/a/%2e%2e/x", None),
            ("/a%2Fb", None),
            ("/a//b", None),
            ("/a%00", None),
            ("/a%zz", None),
            ("/.feedroom-manifest.json", None),
            ("rss.xml", None),
        ] {
            assert_eq!(file_name(address).as_deref(), name, "{address}");
        }
    }
}
