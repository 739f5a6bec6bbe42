//! Atom (RFC 4287), with tombstones (RFC 6721) and feed history (RFC 5005).

use std::collections::BTreeMap;

use atom_syndication::extension::{Extension, ExtensionMap};
use atom_syndication::{Category, Content, Entry as AtomEntry, Feed, Generator, Link, Person, Text, WriteConfig};
use chrono::{DateTime, FixedOffset, TimeZone, Utc};

use super::channel::{Channel, Entry, Place, person};
use super::standing::{Frame, Uses, cut};
use super::{Format, GENERATOR, format};
use crate::document::Author;
use crate::edition::{Attachment, Withdrawn};
use crate::text;

const HISTORY: &str = "http://purl.org/syndication/history/1.0";
const MEDIA: &str = "http://search.yahoo.com/mrss/";
const TOMBSTONES: &str = "http://purl.org/atompub/tombstones/1.0";

/// The channel as an Atom document, UTF-8.
///
/// The feed's id is the address that people subscribe to, the same on its archive pages. `updated` of an empty feed
/// is the beginning of 1990: it must be there, and no clock is asked.
pub fn atom(channel: &Channel<'_>) -> Vec<u8> {
    document(channel, channel.entries().iter().map(|entry| self::entry(channel, entry)).collect()).into_bytes()
}

/// One entry as it stands in the channel's document, and the namespaces that it uses.
pub(super) fn entry_alone(channel: &Channel<'_>, entry: &Entry<'_>) -> (String, Uses) {
    let entry = self::entry(channel, entry);
    let uses = Uses { media: entry.extensions.contains_key("media"), ..Uses::default() };
    let xml = write(&Feed { entries: vec![entry], ..Default::default() });
    (cut(&xml, "<entry>", "</entry>").1.to_string(), uses)
}

/// What stands around the entries of the channel's document, which use these namespaces.
pub(super) fn frame(channel: &Channel<'_>, uses: Uses) -> Frame {
    let media = uses.media.then(|| ("media".to_string(), BTreeMap::new()));
    let stub = AtomEntry { extensions: media.into_iter().collect(), ..Default::default() };
    let xml = document(channel, vec![stub]);
    let (before, _, after) = cut(&xml, "<entry>", "</entry>");
    Frame { before: before.to_string(), between: "\n", after: after.to_string() }
}

fn document(channel: &Channel<'_>, entries: Vec<AtomEntry>) -> String {
    let house = channel.newsroom();
    let current = channel.place() == Place::Current;
    let extensions = extensions(channel);
    let media = entries.iter().any(|entry| entry.extensions.contains_key("media"));
    let uses = [
        ("at", TOMBSTONES, extensions.contains_key("at")),
        ("fh", HISTORY, extensions.contains_key("fh")),
        ("media", MEDIA, media),
    ];
    let feed = Feed {
        title: construct(&channel.title(), None),
        subtitle: Some(construct(&channel.description(), None)),
        id: channel.current(Format::Atom),
        updated: channel.updated().unwrap_or_else(never),
        authors: vec![to_person(channel.house())],
        generator: Some(Generator { value: GENERATOR.to_string(), ..Default::default() }),
        icon: house.icon.as_deref().map(|url| format::uri(url).into_owned()),
        logo: house.logo.as_deref().map(|url| format::uri(url).into_owned()),
        rights: house.rights.as_deref().map(|rights| construct(&format::plain(rights), None)),
        links: links(channel, current),
        lang: channel.language().map(str::to_string),
        namespaces: uses.iter().filter(|u| u.2).map(|u| (u.0.to_string(), u.1.to_string())).collect(),
        extensions,
        entries,
        ..Default::default()
    };
    let xml = head_first(write(&feed));
    channel.styled(&format!("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n{xml}"), "<feed")
}

fn write(feed: &Feed) -> String {
    let config = WriteConfig { write_document_declaration: false, indent_size: Some(0) };
    // Writing to memory fails only where memory does.
    let xml = feed.write_with_config(Vec::new(), config).expect("a vector takes every write");
    format::hexadecimal(&String::from_utf8(xml).expect("the writer is given UTF-8 only"))
}

/// The document with the feed's extensions, which the writer puts last, before its entries: whoever reads a feed as a
/// stream must know first whether it is an archive.
fn head_first(xml: String) -> String {
    let (Some(first), Some(last)) = (xml.find("<entry>"), xml.rfind("</entry>")) else { return xml };
    let (Some(end), after) = (xml.rfind("</feed>"), last + "</entry>".len()) else { return xml };
    format!("{}{}\n{}\n{}", &xml[..first], xml[after..end].trim(), &xml[first..after], &xml[end..])
}

/// What stands for the time at which nothing happened yet.
fn never() -> DateTime<FixedOffset> {
    Utc.with_ymd_and_hms(1990, 1, 1, 0, 0, 0).single().map(|at| at.fixed_offset()).unwrap_or_default()
}

/// A text construct (RFC 4287 section 3.1): plain, or HTML where the text could be taken for it.
fn construct(plain: &str, lang: Option<&str>) -> Text {
    let mut construct = if format::has_end_tag(plain) { Text::html(text::escape(plain)) } else { Text::plain(plain) };
    construct.lang = lang.map(str::to_string);
    construct
}

fn link(rel: &str, href: String, mime_type: Option<&str>) -> Link {
    Link { rel: rel.to_string(), href, mime_type: mime_type.map(str::to_string), ..Default::default() }
}

fn links(channel: &Channel<'_>, current: bool) -> Vec<Link> {
    let atom = Some(Format::Atom.media_type());
    let mut links = vec![link("alternate", channel.home(), Some("text/html"))];
    links.extend(channel.address_in(Format::Atom).map(|href| link("self", href, atom)));
    if current {
        let hubs = channel.newsroom().hubs.iter();
        links.extend(hubs.map(|hub| link("hub", format::uri(hub).into_owned(), None)));
    } else {
        links.push(link("current", channel.current(Format::Atom), atom));
    }
    links.extend(channel.older(Format::Atom).map(|href| link("prev-archive", href, atom)));
    links.extend(channel.newer(Format::Atom).map(|href| link("next-archive", href, atom)));
    links
}

fn to_person(author: Author) -> Person {
    Person { name: author.name, email: author.email, uri: author.url, ..Default::default() }
}

fn entry(channel: &Channel<'_>, entry: &Entry<'_>) -> AtomEntry {
    let item = entry.item;
    let page = channel.address(&item.page_path());
    let lang = channel.language_of(item);
    let excerpt = entry.excerpt();
    let body = entry.body(&page);
    // An entry without any text would leave a reader nothing to show.
    let summary = excerpt.or_else(|| body.is_none().then(|| entry.title()));
    AtomEntry {
        title: construct(&entry.title(), lang),
        id: format::clean(&item.id),
        updated: format::seconds(item.updated),
        published: Some(format::seconds(item.published)),
        authors: channel.authors_of(item).into_iter().map(to_person).collect(),
        categories: categories(channel, entry),
        links: entry_links(channel, entry, &page),
        summary: summary.map(|summary| construct(&summary, lang)),
        content: body.map(|body| Content {
            base: Some(page),
            lang: lang.map(str::to_string),
            value: Some(body),
            content_type: Some("html".to_string()),
            src: None,
        }),
        extensions: thumbnail(item.image.as_ref()),
        ..Default::default()
    }
}

fn categories(channel: &Channel<'_>, entry: &Entry<'_>) -> Vec<Category> {
    channel
        .categories_of(entry.item)
        .into_iter()
        .map(|category| Category {
            term: category.term,
            scheme: Some(category.scheme),
            // The label is plain text without a way to say so.
            label: Some(category.label).filter(|label| !format::has_end_tag(label)),
        })
        .collect()
}

/// The page, its translations, the release elsewhere and all files.
///
/// With translations the page stands first and, marked with its language, last: some readers take an entry's first
/// alternate for its link, others its last.
fn entry_links(channel: &Channel<'_>, entry: &Entry<'_>, page: &str) -> Vec<Link> {
    let item = entry.item;
    let html = Some("text/html");
    let mut links = vec![link("alternate", page.to_string(), html)];
    let own = channel.language_of(item).or(channel.language());
    if channel.place() == Place::Current && !item.translations.is_empty() {
        let mut languages: Vec<&str> = own.into_iter().collect();
        for translation in &item.translations {
            let Some(language) = format::language(&translation.language) else { continue };
            if !languages.contains(&language) {
                languages.push(language);
                let href = format::uri(&translation.url).into_owned();
                links.push(Link { hreflang: Some(language.to_string()), ..link("alternate", href, html) });
            }
        }
        links.extend(own.filter(|_| links.len() > 1).map(|language| Link {
            hreflang: Some(language.to_string()),
            ..link("alternate", page.to_string(), html)
        }));
    }
    links.extend(channel.elsewhere(item).map(|url| link("via", url, None)));
    links.extend(item.attachments.iter().map(enclosure));
    links
}

fn enclosure(file: &Attachment) -> Link {
    let title = format::title(&file.title);
    Link {
        title: (!title.is_empty() && !format::has_end_tag(&title)).then_some(title),
        length: file.length.map(|length| length.to_string()),
        ..link("enclosure", format::uri(&file.url).into_owned(), Some(format::media_type(&file.media_type)))
    }
}

fn thumbnail(image: Option<&Attachment>) -> ExtensionMap {
    let Some(image) = image else { return ExtensionMap::default() };
    let thumbnail = extension("media:thumbnail", [("url", format::uri(&image.url).into_owned())]);
    named("media", "thumbnail", vec![thumbnail])
}

/// The archive's mark on complete pages, and the tombstones.
fn extensions(channel: &Channel<'_>) -> ExtensionMap {
    let mut map = ExtensionMap::default();
    if matches!(channel.place(), Place::Page { complete: true, .. }) {
        map.extend(named("fh", "archive", vec![extension("fh:archive", [])]));
    }
    if !channel.withdrawn.is_empty() {
        let stones = channel.withdrawn.iter().map(|gone| tombstone(channel, gone)).collect();
        map.extend(named("at", "deleted-entry", stones));
    }
    map
}

/// What is left of a withdrawn entry (RFC 6721 section 3): which, when, and by whom.
fn tombstone(channel: &Channel<'_>, gone: &Withdrawn) -> Extension {
    let when = format::rfc3339(gone.at);
    let mut stone = extension("at:deleted-entry", [("ref", format::clean(&gone.id)), ("when", when)]);
    let by = gone.by.as_ref().and_then(person).unwrap_or_else(|| channel.house());
    let parts = [("name", Some(by.name)), ("email", by.email), ("uri", by.url)];
    let mut person = extension("at:by", []);
    for (name, value) in parts {
        if let Some(value) = value {
            let part = Extension { value: Some(value), ..extension(name, []) };
            person.children.insert(name.to_string(), vec![part]);
        }
    }
    stone.children.insert("by".to_string(), vec![person]);
    stone
}

fn named(prefix: &str, name: &str, elements: Vec<Extension>) -> ExtensionMap {
    ExtensionMap::from([(prefix.to_string(), BTreeMap::from([(name.to_string(), elements)]))])
}

/// An extension element. Its attributes are escaped here, as the writer writes them as they are.
fn extension<const N: usize>(name: &str, attrs: [(&str, String); N]) -> Extension {
    let attrs = attrs.into_iter().map(|(name, value)| (name.to_string(), text::escape(&value)));
    Extension { name: name.to_string(), attrs: attrs.collect(), ..Default::default() }
}
