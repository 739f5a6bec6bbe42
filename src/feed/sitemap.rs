//! What search engines are told: the sitemap of all pages, and `robots.txt`.

use chrono::{DateTime, FixedOffset};

use super::format;
use crate::edition::{Edition, Item};
use crate::text::escape;

/// How many addresses a sitemap may hold (sitemaps.org protocol 0.9).
const ADDRESSES: usize = 50_000;

/// The sitemap (sitemaps.org protocol 0.9) of the index, the topics and the newest items, UTF-8. `lastmod` is the
/// newest `updated` of what stands on a page.
pub fn sitemap(edition: &Edition) -> Vec<u8> {
    let newest = |items: &mut dyn Iterator<Item = &Item>| items.map(|item| item.updated).max();
    let mut pages = vec![(String::new(), newest(&mut edition.items.iter()))];
    for (at, topic) in edition.topics.iter().enumerate() {
        pages.push((format!("{}/", topic.slug), newest(&mut edition.items_of(Some(at)))));
    }
    let mut items: Vec<&Item> = edition.items.iter().collect();
    items.sort_by(|a, b| b.published.cmp(&a.published).then_with(|| a.id.cmp(&b.id)));
    pages.extend(items.into_iter().map(|item| (item.page_path(), Some(item.updated))));
    pages.truncate(ADDRESSES);

    let mut xml = String::from(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n",
    );
    for (path, updated) in pages {
        xml.push_str(&url(&edition.newsroom.url(&path), updated));
    }
    xml.push_str("</urlset>\n");
    xml.into_bytes()
}

/// `robots.txt` (RFC 9309): everything may be fetched, and here is the sitemap.
pub fn robots(edition: &Edition) -> Vec<u8> {
    let sitemap = edition.newsroom.url("sitemap.xml");
    format!("User-agent: *\nAllow: /\n\nSitemap: {}\n", format::uri(&sitemap)).into_bytes()
}

fn url(address: &str, updated: Option<DateTime<FixedOffset>>) -> String {
    let lastmod = updated.map(|at| format!("<lastmod>{}</lastmod>", format::rfc3339(at))).unwrap_or_default();
    format!("<url><loc>{}</loc>{lastmod}</url>\n", escape(&format::uri(address)))
}
