//! What parsers that feedroom did not write, and the crates that wrote the feed, read back is what was meant.

use std::collections::BTreeMap;

use chrono::{DateTime, FixedOffset, TimeZone};
use feedroom::document::Author;
use feedroom::edition::{Attachment, Edition, Item};
use feedroom::feed::{Channel, Format, LIMIT, Shelf};
use proptest::prelude::*;

use crate::feed_edition::{NASTY_TITLES, change, edition, item, nasty};

/// What a reader should know of an item, whatever the format.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Meant {
    id: String,
    title: String,
    page: String,
    published: DateTime<FixedOffset>,
    updated: DateTime<FixedOffset>,
    authors: Vec<String>,
    excerpt: String,
    body: String,
    files: Vec<(String, Option<u64>)>,
}

/// The text that a feed may carry of any text: one line, no forbidden, invisible or reordering characters.
fn kept(text: &str) -> String {
    let kept = |c: char| match c {
        '\u{AD}' | '\u{FEFF}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => None,
        '\t' | '\n' | '\r' => Some(' '),
        '\0'..='\u{1F}' | '\u{7F}'..='\u{9F}' | '\u{FDD0}'..='\u{FDEF}' => None,
        '\u{FFFD}' => Some('?'),
        c if (c as u32) & 0xFFFF >= 0xFFFE => None,
        c => Some(c),
    };
    text.chars().filter_map(kept).collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

impl Meant {
    fn of(item: &Item) -> Meant {
        let first =
            |candidates: &[&str]| candidates.iter().map(|c| kept(c)).find(|c| !c.is_empty()).unwrap_or_default();
        let authors: Vec<String> = item.authors.iter().map(|a| kept(&a.name)).filter(|a| !a.is_empty()).collect();
        Meant {
            id: item.id.clone(),
            title: first(&[&item.title, &item.excerpt, &item.slug]),
            page: format!("https://news.harbour.example/press/items/{}/", item.slug),
            published: item.published,
            updated: item.updated,
            authors: if authors.is_empty() { vec!["Press Office".into()] } else { authors },
            excerpt: kept(&item.excerpt),
            body: kept(&item.body_html.html()),
            files: item.attachments.iter().map(|file| (file.url.clone(), file.length)).collect(),
        }
    }
}

/// What a reader shows of text that it takes for HTML.
fn shown(html: &str) -> String {
    kept(&scraper::Html::parse_fragment(html).root_element().text().collect::<String>())
}

fn rendered(edition: &Edition, format: Format) -> String {
    String::from_utf8(format.render(&Channel::of(edition, Some(0), &Shelf::default()).0)).expect("UTF-8")
}

/// Child elements by namespace and name.
fn children<'a>(node: roxmltree::Node<'a, 'a>, ns: Option<&str>, name: &str) -> Vec<roxmltree::Node<'a, 'a>> {
    let named = |n: &roxmltree::Node<'_, '_>| n.tag_name().name() == name && n.tag_name().namespace() == ns;
    node.children().filter(named).collect()
}

fn text(node: roxmltree::Node<'_, '_>, ns: Option<&str>, name: &str) -> String {
    let texts = |node: &roxmltree::Node<'_, '_>| node.children().filter_map(|t| t.text()).collect::<String>();
    children(node, ns, name).first().map(texts).unwrap_or_default()
}

const ATOM: Option<&str> = Some("http://www.w3.org/2005/Atom");
const DC: Option<&str> = Some("http://purl.org/dc/elements/1.1/");
const CONTENT: Option<&str> = Some("http://purl.org/rss/1.0/modules/content/");

fn files_of(links: Vec<roxmltree::Node<'_, '_>>) -> Vec<(String, Option<u64>)> {
    let enclosures = links.into_iter().filter(|link| link.attribute("rel") == Some("enclosure"));
    enclosures
        .map(|l| {
            (l.attribute("href").unwrap_or_default().to_string(), l.attribute("length").and_then(|n| n.parse().ok()))
        })
        .collect()
}

fn atom_by_roxmltree(xml: &str) -> Vec<Meant> {
    let document = roxmltree::Document::parse(xml).expect("well-formed");
    let entry = |entry: roxmltree::Node<'_, '_>| {
        let links = children(entry, ATOM, "link");
        let construct = |name: &str| {
            let html = children(entry, ATOM, name).first().is_some_and(|n| n.attribute("type") == Some("html"));
            let value = text(entry, ATOM, name);
            if html { shown(&value) } else { value }
        };
        Meant {
            id: text(entry, ATOM, "id"),
            title: construct("title"),
            page: links[0].attribute("href").unwrap_or_default().to_string(),
            published: DateTime::parse_from_rfc3339(&text(entry, ATOM, "published")).expect("RFC 3339"),
            updated: DateTime::parse_from_rfc3339(&text(entry, ATOM, "updated")).expect("RFC 3339"),
            authors: children(entry, ATOM, "author").into_iter().map(|a| text(a, ATOM, "name")).collect(),
            excerpt: construct("summary"),
            body: kept(&text(entry, ATOM, "content")),
            files: files_of(links),
        }
    };
    children(document.root_element(), ATOM, "entry").into_iter().map(entry).collect()
}

/// RSS titles are plain text, save those with an end tag, which validators would take for undeclared HTML.
fn rss_title(title: &str) -> String {
    assert!(!regex_end_tag(title), "{title}");
    if regex_end_tag(&shown(title)) { shown(title) } else { title.to_string() }
}

/// Whether `</\w+>` is found.
fn regex_end_tag(text: &str) -> bool {
    text.split("</").skip(1).any(|rest| {
        let name: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        !name.is_empty() && rest[name.len()..].starts_with('>')
    })
}

fn rss_by_roxmltree(xml: &str) -> Vec<Meant> {
    let document = roxmltree::Document::parse(xml).expect("well-formed");
    let channel = children(document.root_element(), None, "channel")[0];
    let item = |item: roxmltree::Node<'_, '_>| {
        let mut files: Vec<(String, Option<u64>)> = children(item, None, "enclosure")
            .into_iter()
            .map(|e| {
                (e.attribute("url").unwrap_or_default().to_string(), e.attribute("length").and_then(|n| n.parse().ok()))
            })
            .collect();
        files.extend(files_of(children(item, ATOM, "link")));
        Meant {
            id: text(item, None, "guid"),
            title: rss_title(&text(item, None, "title")),
            page: text(item, None, "link"),
            published: DateTime::parse_from_rfc2822(&text(item, None, "pubDate")).expect("RFC 2822"),
            updated: DateTime::parse_from_rfc3339(&text(item, ATOM, "updated")).expect("RFC 3339"),
            authors: children(item, DC, "creator").iter().map(|c| c.text().unwrap_or_default().to_string()).collect(),
            excerpt: shown(&text(item, None, "description")),
            body: kept(&text(item, CONTENT, "encoded")),
            files,
        }
    };
    children(channel, None, "item").into_iter().map(item).collect()
}

fn json_by_serde(text: &str) -> Vec<Meant> {
    let feed: serde_json::Value = serde_json::from_str(text).expect("JSON");
    let string = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_string();
    let item = |item: &serde_json::Value| Meant {
        id: string(&item["id"]),
        title: string(&item["title"]),
        page: string(&item["url"]),
        published: DateTime::parse_from_rfc3339(&string(&item["date_published"])).expect("RFC 3339"),
        updated: DateTime::parse_from_rfc3339(&string(&item["date_modified"])).expect("RFC 3339"),
        authors: item["authors"].as_array().expect("authors").iter().map(|a| string(&a["name"])).collect(),
        excerpt: string(&item["summary"]),
        body: kept(&string(&item["content_html"])),
        files: (item["attachments"].as_array().into_iter().flatten())
            .map(|file| (string(&file["url"]), file["size_in_bytes"].as_u64()))
            .collect(),
    };
    feed["items"].as_array().expect("items").iter().map(item).collect()
}

/// The files as a map: RSS puts the chosen enclosure first, and writes 0 for a length that is not known.
fn files(meant: &Meant) -> BTreeMap<String, u64> {
    meant.files.iter().map(|(url, length)| (url.clone(), length.unwrap_or(0))).collect()
}

fn check(edition: &Edition) {
    let meant: Vec<Meant> = edition.items.iter().map(Meant::of).collect();
    let atom = rendered(edition, Format::Atom);
    let rss = rendered(edition, Format::Rss);
    let json = rendered(edition, Format::Json);

    assert_eq!(atom_by_roxmltree(&atom), meant);
    assert_eq!(json_by_serde(&json), meant);
    for (read, meant) in rss_by_roxmltree(&rss).into_iter().zip(&meant) {
        assert_eq!(files(&read), files(meant));
        let authors = vec![meant.authors.join(", ")];
        assert_eq!(read, Meant { files: read.files.clone(), authors, ..meant.clone() });
    }

    // The crates that wrote them.
    let atom_back = atom_syndication::Feed::read_from(atom.as_bytes()).expect("Atom");
    let rss_back = rss::Channel::read_from(rss.as_bytes()).expect("RSS");
    assert_eq!(atom_back.entries.len(), meant.len());
    assert_eq!(rss_back.items.len(), meant.len());
    for (meant, (entry, item)) in meant.iter().zip(atom_back.entries.iter().zip(&rss_back.items)) {
        assert_eq!((&entry.id, entry.published, entry.updated), (&meant.id, Some(meant.published), meant.updated));
        assert_eq!(kept(entry.content.as_ref().and_then(|c| c.value()).unwrap_or_default()), meant.body);
        assert_eq!(item.guid.as_ref().map(|g| (g.value.as_str(), g.permalink)), Some((meant.id.as_str(), false)));
        assert_eq!(kept(item.content().unwrap_or_default()), meant.body);
        assert_eq!(item.link(), Some(meant.page.as_str()));
    }

    // A reader's parser, one for all three.
    for (format, text) in [("Atom", &atom), ("RSS", &rss), ("JSON", &json)] {
        let feed = feed_rs::parser::parse(text.as_bytes()).unwrap_or_else(|error| panic!("{format}: {error}"));
        assert_eq!(feed.entries.len(), meant.len(), "{format}");
        for (meant, entry) in meant.iter().zip(&feed.entries) {
            assert_eq!(entry.id, meant.id, "{format}");
            assert_eq!(entry.published, Some(meant.published.to_utc()), "{format}");
            let title = entry.title.as_ref().map(|title| shown(&title.content)).unwrap_or_default();
            let plain = entry.title.as_ref().map(|title| kept(&title.content)).unwrap_or_default();
            assert!([&title, &plain].contains(&&meant.title), "{format}: {title} is not {}", meant.title);
            assert!(entry.links.iter().any(|link| link.href == meant.page), "{format}: {:?}", entry.links);
            let body = entry.content.as_ref().and_then(|content| content.body.as_deref()).unwrap_or_default();
            assert_eq!(shown(body), shown(&meant.body), "{format}");
        }
    }
}

#[test]
fn nasty_cases_come_back_as_meant() {
    let mut edition = nasty();
    // Those with relative references, over-long titles or no text at all are judged elsewhere: they must change.
    let keep = |item: &Item| NASTY_TITLES.contains(&&*item.title) && !item.excerpt.trim().is_empty();
    change(&mut edition, |items| {
        items.retain(keep);
        items.iter_mut().for_each(|item| item.attachments.clear());
    });
    assert!(edition.items.len() >= 19);
    check(&edition);
}

/// Text of all sorts, with what breaks feeds well represented.
pub fn any_text() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        4 => "[a-z]{1,8} ",
        2 => prop::sample::select(NASTY_TITLES.to_vec()).prop_map(str::to_string),
        2 => any::<String>(),
        1 => prop::sample::select(vec!["<", ">", "&", "]]>", "\"", "'", "&lt;", "&#x26;", "</b>", "<!--", "\u{0}", "\r\n"])
            .prop_map(str::to_string),
    ];
    prop::collection::vec(part, 0..4).prop_map(|parts| parts.concat().chars().take(200).collect())
}

fn any_date() -> impl Strategy<Value = DateTime<FixedOffset>> {
    (631_152_000_i64..4_102_444_800, -56_i32..=56).prop_map(|(seconds, quarter)| {
        let offset = FixedOffset::east_opt(quarter * 900).expect("within a day");
        offset.timestamp_opt(seconds, 0).single().expect("one instant")
    })
}

pub fn any_item() -> impl Strategy<Value = Item> {
    let file = ("[a-z]{1,9}", prop::option::of(1_u64..9_999_999), any_text(), 0..4_usize);
    let files = prop::collection::vec(file, 0..4);
    (any::<u64>(), any_text(), any_text(), any_text(), any_date(), 0_i64..99_999, any_text(), files).prop_map(
        |(key, title, excerpt, body, published, later, author, files)| {
            let kinds = ["image/png", "audio/mpeg", "video/mp4", "application/pdf"];
            let mut attachments: Vec<Attachment> = files
                .into_iter()
                .map(|(name, length, title, kind)| Attachment {
                    url: format!("https://news.harbour.example/press/assets/{name}"),
                    media_type: kinds[kind].into(),
                    length,
                    title,
                })
                .collect();
            attachments.sort_by(|a, b| a.url.cmp(&b.url));
            attachments.dedup_by(|a, b| a.url == b.url);
            Item {
                id: format!("urn:example:{key}"),
                slug: format!("item-{key}"),
                title,
                body_html: format!("<p>{}.</p>", feedroom::text::escape(&body)).into(),
                excerpt: format!("{excerpt}."),
                updated: published + chrono::Duration::seconds(later),
                published,
                authors: vec![Author { name: author, ..Author::default() }],
                attachments,
                ..item(0)
            }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn any_items_come_back_as_meant(mut items in prop::collection::vec(any_item(), 1..6)) {
        items.sort_by(|a, b| a.id.cmp(&b.id));
        items.dedup_by(|a, b| a.id == b.id);
        check(&Edition { items: items.into(), ..edition(0) });
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn no_feed_passes_its_limit(items in prop::collection::vec(any_item(), 1..60), times in 1_usize..800, topic in 0_usize..3) {
        let mut items = items;
        for (n, item) in items.iter_mut().enumerate() {
            item.id = format!("urn:example:{n}");
            item.body_html = item.body_html.html().repeat(times).into();
            item.excerpt = item.excerpt.repeat(times / 20);
            item.topics = vec![topic];
        }
        let mut edition = Edition { items: items.into(), ..edition(0) };
        edition.topics[topic].window = 60;
        for topic in [None, Some(topic)] {
            let (channel, _) = Channel::of(&edition, topic, &Shelf::default());
            prop_assert!(!channel.entries().is_empty());
            for format in Format::ALL {
                let size = format.render(&channel).len();
                prop_assert!(size <= LIMIT || channel.entries().len() == 1, "{format:?}: {size}");
            }
        }
    }
}
