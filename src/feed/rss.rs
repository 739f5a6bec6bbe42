//! RSS 2.0, to the RSS Advisory Board's specification and best-practices profile.

use std::collections::{BTreeMap, BTreeSet};

use ::rss::extension::atom::{AtomExtension, Link};
use ::rss::extension::dublincore::DublinCoreExtension;
use ::rss::extension::{Extension, ExtensionMap};
use ::rss::{Category, Enclosure, Guid, Image, Item, Source};

use super::channel::{Channel, Entry};
use super::standing::{Frame, Uses, cut};
use super::{Format, GENERATOR, format};
use crate::edition::Attachment;
use crate::{media, text};

const MEDIA: &str = "http://search.yahoo.com/mrss/";
const DOCS: &str = "https://www.rssboard.org/rss-specification";
const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// The channel as an RSS 2.0 document, UTF-8.
///
/// Times are RFC 822 with numeric zones. Plain-text elements follow the profile's rule for `&` and `<`; an item's
/// `description` is its excerpt as HTML, `content:encoded` its full text, or `description` alone carries whichever
/// of both the topic wants.
pub fn rss(channel: &Channel<'_>) -> Vec<u8> {
    document(channel, channel.entries().iter().map(|entry| item(channel, entry)).collect()).into_bytes()
}

/// One entry as it stands in the channel's document, and the namespaces that it uses.
pub(super) fn entry_alone(channel: &Channel<'_>, entry: &Entry<'_>) -> (String, Uses) {
    let item = item(channel, entry);
    let uses = Uses { content: item.content.is_some(), media: item.extensions.contains_key("media") };
    let xml = write(&::rss::Channel { items: vec![item], ..Default::default() });
    (cut(&xml, "<item>", "</item>").1.to_string(), uses)
}

/// What stands around the entries of the channel's document, which use these namespaces.
pub(super) fn frame(channel: &Channel<'_>, uses: Uses) -> Frame {
    // What every item has, and what these use: the writer declares no others.
    let stub = Item {
        content: uses.content.then(String::new),
        extensions: uses.media.then(|| ("media".to_string(), BTreeMap::new())).into_iter().collect(),
        dublin_core_ext: Some(DublinCoreExtension::default()),
        ..Default::default()
    };
    let xml = document(channel, vec![stub]);
    let (before, _, after) = cut(&xml, "<item>", "</item>");
    Frame { before: before.to_string(), between: "\n", after: after.to_string() }
}

fn document(channel: &Channel<'_>, items: Vec<Item>) -> String {
    let house = channel.newsroom();
    let rhythm = channel.rhythm();
    let media = items.iter().any(|item| item.extensions.contains_key("media"));
    let feed = ::rss::Channel {
        title: format::undeclared(&channel.title()),
        link: channel.home(),
        description: format::undeclared(&channel.description()),
        language: channel.language().map(str::to_string),
        copyright: house.rights.as_deref().map(format::plain).map(|rights| format::undeclared(&rights)),
        last_build_date: channel.updated().map(format::rfc822),
        generator: Some(GENERATOR.to_string()),
        docs: Some(DOCS.to_string()),
        ttl: rhythm.ttl.map(|minutes| minutes.to_string()),
        skip_hours: (0..24).filter(|hour| rhythm.quiet_hours & (1 << hour) != 0).map(|h| h.to_string()).collect(),
        skip_days: (0..7).filter(|day| rhythm.quiet_days & (1 << day) != 0).map(|d| DAYS[d].to_string()).collect(),
        image: image(channel),
        atom_ext: Some(AtomExtension { links: links(channel) }),
        namespaces: media.then(|| ("media".to_string(), MEDIA.to_string())).into_iter().collect(),
        items,
        ..Default::default()
    };
    channel.styled(&write(&feed), "<rss")
}

fn write(feed: &::rss::Channel) -> String {
    // Writing to memory fails only where memory does.
    let xml = feed.pretty_write_to(Vec::new(), b' ', 0).expect("a vector takes every write");
    format::hexadecimal(&String::from_utf8(xml).expect("the writer is given UTF-8 only"))
}

fn links(channel: &Channel<'_>) -> Vec<Link> {
    let link = |rel: &str, href: String, mime_type: Option<&str>| Link {
        rel: rel.to_string(),
        href,
        mime_type: mime_type.map(str::to_string),
        ..Default::default()
    };
    let own = link("self", channel.current(Format::Rss), Some(Format::Rss.media_type()));
    let hubs = channel.newsroom().hubs.iter().map(|hub| link("hub", format::uri(hub).into_owned(), None));
    let older = channel.older(Format::Atom);
    let older = older.map(|href| link("prev-archive", href, Some(Format::Atom.media_type())));
    std::iter::once(own).chain(hubs).chain(older).collect()
}

/// The logo or the icon, in a format that RSS 2.0 allows. Title and link must be the channel's.
fn image(channel: &Channel<'_>) -> Option<Image> {
    let house = channel.newsroom();
    let allowed = |url: &&String| matches!(media::type_of(url), "image/gif" | "image/jpeg" | "image/png");
    let url = [&house.logo, &house.icon].into_iter().flatten().find(allowed)?;
    Some(Image {
        url: format::uri(url).into_owned(),
        title: format::undeclared(&channel.title()),
        link: channel.home(),
        ..Default::default()
    })
}

fn item(channel: &Channel<'_>, entry: &Entry<'_>) -> Item {
    let item = entry.item;
    let page = channel.address(&item.page_path());
    let excerpt = entry.excerpt().map(|excerpt| text::escape(&excerpt));
    let body = entry.body(&page);
    let (description, content) = if excerpt.is_some() { (excerpt, body) } else { (body, None) };
    let enclosure = enclosure(&item.attachments);
    let others = item.attachments.iter().filter(|file| enclosure.is_none_or(|chosen| chosen.url != file.url));
    Item {
        title: Some(format::undeclared(&entry.title())),
        link: Some(page),
        description,
        content,
        categories: categories(channel, entry),
        enclosure: enclosure.map(|file| Enclosure {
            url: format::uri(&file.url).into_owned(),
            length: file.length.unwrap_or(0).to_string(),
            mime_type: format::media_type(&file.media_type).to_string(),
        }),
        guid: Some(Guid { value: format::clean(&item.id), permalink: false }),
        pub_date: Some(format::rfc822(item.published)),
        source: channel.elsewhere(item).map(source),
        extensions: extensions(entry),
        atom_ext: Some(AtomExtension { links: others.map(enclosure_link).collect() }),
        dublin_core_ext: Some(DublinCoreExtension {
            // All in one, since some readers show the first of several only, others the last.
            creators: vec![channel.authors_of(item).into_iter().map(|a| a.name).collect::<Vec<_>>().join(", ")],
            languages: channel.language_of(item).map(str::to_string).into_iter().collect(),
            ..Default::default()
        }),
        ..Default::default()
    }
}

/// The one enclosure that RSS readers agree on: sound before film before documents before images, and files of
/// known length before others.
fn enclosure(files: &[Attachment]) -> Option<&Attachment> {
    let rank = |file: &&Attachment| {
        let kind = match file.media_type.split('/').next().unwrap_or_default() {
            "audio" => 0,
            "video" => 1,
            "image" => 3,
            _ => 2,
        };
        (file.length.is_none(), kind)
    };
    files.iter().min_by_key(rank)
}

fn enclosure_link(file: &Attachment) -> Link {
    let title = format::title(&file.title);
    Link {
        rel: "enclosure".to_string(),
        href: format::uri(&file.url).into_owned(),
        mime_type: Some(format::media_type(&file.media_type).to_string()),
        title: (!title.is_empty() && !format::has_end_tag(&title)).then_some(title),
        length: file.length.map(|length| length.to_string()),
        ..Default::default()
    }
}

fn categories(channel: &Channel<'_>, entry: &Entry<'_>) -> Vec<Category> {
    channel
        .categories_of(entry.item)
        .into_iter()
        .map(|category| Category { name: format::undeclared(&category.label), domain: Some(category.scheme) })
        .collect()
}

/// The release's address elsewhere, named by its host.
fn source(url: String) -> Source {
    let host = url.split("://").nth(1).and_then(|rest| rest.split(['/', '?', '#']).next()).unwrap_or(&url);
    Source { title: Some(host.to_string()), url }
}

fn extensions(entry: &Entry<'_>) -> ExtensionMap {
    let item = entry.item;
    let updated = extension("atom:updated", Some(format::rfc3339(item.updated)), []);
    let mut map = ExtensionMap::from([("atom".to_string(), BTreeMap::from([("updated".to_string(), vec![updated])]))]);

    let mut images: Vec<&Attachment> = item.image.iter().collect();
    images.extend(item.attachments.iter().filter(|file| media::is_image(&file.media_type)));
    let mut seen = BTreeSet::new();
    images.retain(|file| seen.insert(&*file.url));
    if images.is_empty() {
        return map;
    }
    let thumbnail = item
        .image
        .as_ref()
        .map(|file| extension("media:thumbnail", None, [("url", Some(format::uri(&file.url).into_owned()))]));
    let contents = images.into_iter().map(|file| {
        let title = Some(format::title(&file.title)).filter(|t| !t.is_empty() && !format::has_end_tag(t));
        let mut content = extension(
            "media:content",
            None,
            [
                ("url", Some(format::uri(&file.url).into_owned())),
                ("type", Some(format::media_type(&file.media_type).to_string())),
                ("medium", Some("image".to_string())),
                ("fileSize", file.length.filter(|&length| length > 0).map(|length| length.to_string())),
            ],
        );
        if let Some(title) = title {
            let title = extension("media:title", Some(title), [("type", Some("plain".to_string()))]);
            content.children.insert("title".to_string(), vec![title]);
        }
        content
    });
    let elements = BTreeMap::from([
        ("content".to_string(), contents.collect()),
        ("thumbnail".to_string(), thumbnail.into_iter().collect()),
    ]);
    map.insert("media".to_string(), elements);
    map
}

fn extension<const N: usize>(name: &str, value: Option<String>, attrs: [(&str, Option<String>); N]) -> Extension {
    let attrs = attrs.into_iter().filter_map(|(name, value)| Some((name.to_string(), value?)));
    Extension { name: name.to_string(), value, attrs: attrs.collect(), children: BTreeMap::new() }
}
