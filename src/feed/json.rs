//! JSON Feed 1.1.

use serde::Serialize;

use super::channel::{Channel, Entry, Place};
use super::standing::Frame;
use super::{Format, format};
use crate::document::Author as Person;
use crate::edition::Attachment as File;

/// The channel as a JSON Feed 1.1 document, UTF-8.
///
/// `next_url` leads to the newest archive page, itself a JSON Feed.
pub fn json(channel: &Channel<'_>) -> Vec<u8> {
    document(channel, channel.entries().iter().map(|entry| item(channel, entry)).collect()).into_bytes()
}

/// One entry as it stands in the channel's document.
pub(super) fn entry_alone(channel: &Channel<'_>, entry: &Entry<'_>) -> String {
    serde_json::to_string(&item(channel, entry)).expect("strings and numbers are always JSON")
}

/// What stands around the entries of the channel's document: they are its last field.
pub(super) fn frame(channel: &Channel<'_>) -> Frame {
    const END: &str = "]}\n";
    let json = document(channel, Vec::new());
    let before = json.strip_suffix(END).unwrap_or(&json);
    Frame { before: before.to_string(), between: ",", after: END.to_string() }
}

fn document<'e>(channel: &Channel<'e>, items: Vec<Item<'e>>) -> String {
    let house = channel.newsroom();
    let icon = |url: &Option<String>| url.as_deref().map(|url| format::uri(url).into_owned());
    let hubs = house.hubs.iter().filter(|_| channel.place() == Place::Current);
    let feed = Feed {
        version: "https://jsonfeed.org/version/1.1",
        title: channel.title(),
        home_page_url: channel.home(),
        feed_url: channel.address_in(Format::Json),
        description: channel.description(),
        next_url: channel.older(Format::Json),
        icon: icon(&house.icon).or_else(|| icon(&house.logo)),
        favicon: icon(&house.icon),
        authors: vec![author(channel.house())],
        language: channel.language(),
        hubs: hubs.map(|hub| Hub { kind: "WebSub", url: format::uri(hub).into_owned() }).collect(),
        items,
    };
    // Maps with string keys into memory: nothing of it can fail.
    let mut json = serde_json::to_string(&feed).expect("strings and numbers are always JSON");
    json.push('\n');
    json
}

fn item<'e>(channel: &Channel<'e>, entry: &Entry<'e>) -> Item<'e> {
    let item = entry.item;
    let page = channel.address(&item.page_path());
    let content_html = entry.body(&page);
    let summary = entry.excerpt();
    // Every item must have a content (JSON Feed 1.1, "Items").
    let content_text = content_html.is_none().then(|| summary.clone().unwrap_or_else(|| entry.title()));
    Item {
        id: format::clean(&item.id),
        url: page,
        external_url: channel.elsewhere(item),
        title: entry.title(),
        content_html,
        content_text,
        summary,
        image: item.image.as_ref().map(|image| format::uri(&image.url).into_owned()),
        date_published: format::rfc3339(item.published),
        date_modified: format::rfc3339(item.updated),
        authors: channel.authors_of(item).into_iter().map(author).collect(),
        tags: channel.categories_of(item).into_iter().map(|category| category.label).collect(),
        language: channel.language_of(item),
        attachments: item.attachments.iter().map(attachment).collect(),
    }
}

fn author(person: Person) -> Author {
    let url = person.url.or_else(|| person.email.map(|email| format!("mailto:{email}")));
    Author { name: person.name, url }
}

fn attachment(file: &File) -> Attachment {
    Attachment {
        url: format::uri(&file.url).into_owned(),
        mime_type: format::media_type(&file.media_type).to_string(),
        title: Some(format::title(&file.title)).filter(|title| !title.is_empty()),
        size_in_bytes: file.length,
    }
}

#[derive(Serialize)]
struct Feed<'e> {
    version: &'static str,
    title: String,
    home_page_url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    feed_url: Option<String>,
    description: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    icon: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    favicon: Option<String>,
    authors: Vec<Author>,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<&'e str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    hubs: Vec<Hub>,
    items: Vec<Item<'e>>,
}

#[derive(Serialize)]
struct Item<'e> {
    id: String,
    url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    external_url: Option<String>,
    title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    content_html: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    content_text: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    summary: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<String>,
    date_published: String,
    date_modified: String,
    authors: Vec<Author>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<&'e str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    attachments: Vec<Attachment>,
}

#[derive(Serialize)]
struct Author {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
}

#[derive(Serialize)]
struct Attachment {
    url: String,
    mime_type: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    size_in_bytes: Option<u64>,
}

#[derive(Serialize)]
struct Hub {
    #[serde(rename = "type")]
    kind: &'static str,
    url: String,
}
