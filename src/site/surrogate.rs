//! Keys by which caches forget what changed together (`Surrogate-Key`, `Cache-Tag`).

use std::borrow::Cow;

/// The key of what stands at an address: `topic-works` for everything below `/works/`, `item-flood` for an item's
/// page, `assets` for files beside releases, `all` for all the rest.
///
/// Of letters, digits and hyphens alone, at most 100 of them, so that any CDN takes it.
pub fn surrogate_key(path: &str) -> String {
    let mut parts = path.trim_start_matches('/').split('/');
    let first = parts.next().unwrap_or_default();
    let second = parts.next();
    let (kind, name) = match (first, second) {
        ("assets", Some(_)) => return "assets".to_string(),
        ("items", Some(slug)) => ("item", slug),
        ("archive", _) | (_, None) => return "all".to_string(),
        (year, Some(_)) if year.bytes().all(|b| b.is_ascii_digit()) => return "all".to_string(),
        (slug, Some(_)) => ("topic", slug),
    };
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let name: Cow<'_, str> = match name.chars().all(plain) && name.len() <= 90 {
        true => name.into(),
        false => blake3::hash(name.as_bytes()).to_hex()[..24].to_string().into(),
    };
    format!("{kind}-{name}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changes_together_has_one_key() {
        for (path, key) in [
            ("/", "all"),
            ("/rss.xml", "all"),
            ("/opml.xml", "all"),
            ("/2025/", "all"),
            ("/archive/1.atom.xml", "all"),
            ("/works/", "topic-works"),
            ("/works/rss.xml", "topic-works"),
            ("/works/archive/2.atom.xml", "topic-works"),
            ("/works/2025/", "topic-works"),
            ("/items/flood/", "item-flood"),
            ("/assets/a/b.pdf", "assets"),
        ] {
            assert_eq!(surrogate_key(path), key, "{path}");
        }
        assert_eq!(surrogate_key("/items/é/"), surrogate_key("/items/é/"));
        assert_ne!(surrogate_key("/items/é/"), surrogate_key("/items/è/"));
    }
}
