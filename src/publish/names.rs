//! Addresses as names of files.

use std::collections::BTreeMap;

use chrono::DateTime;

use super::manifest;
use crate::site::{Resource, Site};
use crate::text;

/// The name of the file for an address, `index.html` where it ends in `/`. `None` for an address that can't be a file
/// name: with empty parts, `..`, or a part that is too long.
///
/// A site keeps its addresses decoded, and servers decode what they are asked for: the name is the address.
pub(super) fn file_name(address: &str) -> Option<String> {
    let path = address.strip_prefix('/')?;
    let name = if path.is_empty() || path.ends_with('/') { format!("{path}index.html") } else { path.to_string() };
    let sound =
        |part: &str| !part.is_empty() && part.len() <= 255 && !matches!(part, "." | "..") && !part.contains('\0');
    (name.split('/').all(sound) && name != manifest::NAME).then_some(name)
}

/// Pages at the former addresses of pages, which lead to the new ones: a plain directory can't answer `301`. Former
/// addresses that are told apart by their query can't be files, and feed readers don't follow a page.
pub(super) fn redirects(site: &Site) -> BTreeMap<String, Resource> {
    let pages = site.former_paths().filter(|(from, _)| from.ends_with('/') && !from.contains('?') && !site.holds(from));
    pages.map(|(from, to)| (from.to_string(), redirect(site, to))).collect()
}

fn redirect(site: &Site, to: &str) -> Resource {
    let to = if to.starts_with('/') { format!("{}{to}", site.prefix) } else { to.to_string() };
    let to = text::escape(&to.replace(' ', "%20"));
    let page = format!(
        "<!doctype html>\n<html lang=\"\">\n<head>\n<meta charset=\"utf-8\">\n<title>{to}</title>\n\
         <link rel=\"canonical\" href=\"{to}\">\n<meta http-equiv=\"refresh\" content=\"0; url={to}\">\n\
         </head>\n<body><p><a href=\"{to}\">{to}</a></p></body>\n</html>\n"
    );
    Resource::new("text/html; charset=utf-8", page, DateTime::UNIX_EPOCH)
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
            ("/assets/a bé 100%.pdf", Some("assets/a bé 100%.pdf")),
            ("/../x", None),
            ("/a/../x", None),
            ("/a//b", None),
            ("/a\0", None),
            ("/.feedroom-manifest.json", None),
            ("rss.xml", None),
        ] {
            assert_eq!(file_name(address).as_deref(), name, "{address}");
        }
    }
}
