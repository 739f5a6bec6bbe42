//! The page of one item.

use askama::Template;
use serde_json::{Value, json};

use super::listing::render;
use super::view::{Day, Frame, Link, Subject, lang, language_of};
use super::words::own_name;
use crate::edition::{Attachment, Edition, Item, Translation};
use crate::{media, text};

/// An item's page: its text, files, tags and topics, with OpenGraph and JSON-LD for those who preview or index it.
pub fn item(edition: &Edition, item: &Item) -> String {
    let house = &edition.newsroom;
    let mut frame = Frame::new(edition, 2, &item.title, &item.excerpt).at(&item.page_path());
    let topics = item.topics.iter().map(|&topic| frame.subject(edition, Some(topic)));
    let mut subjects: Vec<_> = topics.map(|subject| Subject { about: "", ..subject }).collect();
    frame.feeds.extend(subjects.iter().flat_map(|subject| subject.feeds.iter().cloned()));
    if subjects.is_empty() {
        subjects.push(frame.subject(edition, None));
    }
    let language = language_of(item, house);
    let authors = people(edition, item);
    let body = under_a_title(&item.body_html.html());
    // A body that shows the lead image itself needs no second one above it.
    let lead = item.image.as_ref().filter(|image| web(&image.url).is_some());
    let image = lead.filter(|image| !body.contains(&text::escape(&image.url)));
    let page = ItemPage {
        lang: lang(language, frame.words.code),
        date: frame.date(item),
        corrected: frame.correction(item),
        updated: item.updated.to_rfc3339(),
        topics: frame.topics_of(edition, item),
        files: item.attachments.iter().filter_map(|file| File::of(file, &frame)).collect(),
        translations: item.translations.iter().map(|other| translation(other, &frame)).collect(),
        json_ld: json_ld(edition, item, &authors),
        preview: lead.map(|image| &image.url).or(house.logo.as_ref()).or(house.icon.as_ref()),
        alt: image.map_or("", caption),
        link: item.link.as_deref().and_then(web),
        image,
        subjects,
        authors,
        body,
        item,
        frame,
    };
    render(&page)
}

#[derive(Template)]
#[template(path = "item.html")]
struct ItemPage<'a> {
    frame: Frame<'a>,
    item: &'a Item,
    lang: String,
    date: Option<Day>,
    corrected: Option<String>,
    updated: String,
    authors: Vec<Person<'a>>,
    topics: Vec<Link>,
    subjects: Vec<Subject<'a>>,
    image: Option<&'a Attachment>,
    /// What the image shows, in words; empty where nobody said.
    alt: &'a str,
    link: Option<&'a str>,
    /// The image for previews elsewhere.
    preview: Option<&'a String>,
    body: String,
    files: Vec<File<'a>>,
    /// The same release in other languages.
    translations: Vec<Link>,
    json_ld: String,
}

/// Whom a release is by.
struct Person<'a> {
    name: &'a str,
    email: Option<&'a str>,
    url: Option<&'a str>,
    /// schema.org's type: the house's own author is an organisation, the others are people.
    kind: &'static str,
}

/// An attachment as shown.
struct File<'a> {
    url: &'a str,
    media_type: &'a str,
    title: &'a str,
    /// `PDF, 1.2 MB`.
    about: String,
}

impl<'a> File<'a> {
    fn of(file: &'a Attachment, frame: &Frame<'_>) -> Option<Self> {
        let mut about = kind_of(file);
        if let Some(length) = file.length {
            about = format!("{about}, {}", frame.words.size(length));
        }
        Some(Self { url: web(&file.url)?, media_type: &file.media_type, title: &file.title, about })
    }
}

/// The authors of an item; the house's where it names none.
fn people<'a>(edition: &'a Edition, item: &'a Item) -> Vec<Person<'a>> {
    let house = edition.newsroom.author.as_ref();
    let authors = item.authors.iter().chain(house.filter(|_| item.authors.is_empty()));
    authors
        .map(|author| Person {
            name: &author.name,
            email: author.email.as_deref(),
            url: author.url.as_deref().and_then(web),
            kind: if house == Some(author) { "Organization" } else { "Person" },
        })
        .collect()
}

/// A link to the same release in another language, named in that language.
fn translation(other: &Translation, frame: &Frame<'_>) -> Link {
    let title = own_name(&other.language).to_string();
    Link { href: other.url.clone(), title, lang: lang(&other.language, frame.words.code), here: false }
}

/// The title of an image where it is a caption and not the name of its file.
fn caption(image: &Attachment) -> &str {
    if media::type_of(&image.title) == image.media_type { "" } else { &image.title }
}

/// An address that a page may link to: of the web, and nothing that a browser would run.
fn web(url: &str) -> Option<&str> {
    let scheme = url.split_once("://")?.0;
    ["http", "https"].iter().any(|known| scheme.eq_ignore_ascii_case(known)).then_some(url)
}

/// The name by which people know a kind of file: its extension where the type is that of its extension, else the
/// media type.
fn kind_of(file: &Attachment) -> String {
    let path = file.url.split(['?', '#']).next().unwrap_or_default();
    let extension = path.rsplit('/').next().and_then(|name| name.rsplit_once('.')).map(|(_, extension)| extension);
    match extension {
        Some(extension) if media::type_of(path) == file.media_type && extension.is_ascii() && extension.len() <= 5 => {
            extension.to_ascii_uppercase()
        }
        _ => file.media_type.clone(),
    }
}

/// The description as schema.org's `NewsArticle`, ready to stand in a `script` element: JSON with every `<` escaped.
fn json_ld(edition: &Edition, item: &Item, authors: &[Person<'_>]) -> String {
    let house = &edition.newsroom;
    let url = house.url(&item.page_path());
    let people = authors.iter().map(|author| {
        without_nulls(json!({ "@type": author.kind, "name": author.name, "email": author.email, "url": author.url }))
    });
    let sections: Vec<&str> =
        item.topics.iter().filter_map(|&topic| edition.topics.get(topic)).map(|topic| topic.title.as_str()).collect();
    let list = |values: &[&str]| if values.is_empty() { Value::Null } else { json!(values) };
    let tags: Vec<&str> = item.tags.iter().map(String::as_str).collect();
    let value = without_nulls(json!({
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "@id": url,
        "identifier": item.id,
        "url": url,
        "mainEntityOfPage": url,
        "headline": item.title,
        "description": item.excerpt,
        "inLanguage": language_of(item, house),
        "datePublished": (!item.undated).then(|| item.published.to_rfc3339()),
        "dateModified": (!item.undated || item.corrected).then(|| item.updated.to_rfc3339()),
        "author": people.collect::<Vec<_>>(),
        "publisher": without_nulls(json!({
            "@type": "Organization", "name": house.title, "url": house.base_url, "logo": house.logo,
        })),
        "image": item.image.as_ref().and_then(|image| web(&image.url)),
        "articleSection": list(&sections),
        "keywords": list(&tags),
    }));
    value.to_string().replace('<', "\\u003c")
}

/// An object without its fields that are null.
fn without_nulls(mut value: Value) -> Value {
    if let Value::Object(fields) = &mut value {
        fields.retain(|_, field| !field.is_null());
    }
    value
}

/// A body whose headings begin below the page's own: moved down together where its highest is an `h1`, so that the
/// page has one `h1`, and up to `h2` where it is lower.
///
/// The body is sanitised, so that tags are in lower case and a `<` in text is always `&lt;`.
fn under_a_title(body: &str) -> String {
    let highest = (1..=6).find(|level| body.contains(&format!("<h{level}")));
    let Some(highest) = highest.filter(|&level| level != 2) else { return body.to_string() };
    let mut out = String::with_capacity(body.len());
    let mut copied = 0;
    for (at, _) in body.match_indices('<') {
        let name = at + 1 + usize::from(body[at + 1..].starts_with('/'));
        if let &[b'h', level @ b'1'..=b'6', b'>' | b' ', ..] = &body.as_bytes()[name..] {
            let moved = (level - b'0' + 2 - highest).min(6);
            out.push_str(&body[copied..=name]);
            out.push(char::from(b'0' + moved));
            copied = name + 2;
        }
    }
    out.push_str(&body[copied..]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_of_a_body_begin_at_the_second_level() {
        for (body, moved) in [
            ("<p>none</p>", "<p>none</p>"),
            ("<h2>a</h2><h3>b</h3>", "<h2>a</h2><h3>b</h3>"),
            ("<h1>a</h1><hr><h2 id=\"x\">b</h2><h6>c</h6>", "<h2>a</h2><hr><h3 id=\"x\">b</h3><h6>c</h6>"),
            ("<hr><h6>é</h6>", "<hr><h2>é</h2>"),
            ("<h3>a</h3><h4>b</h4><p>&lt;h3>", "<h2>a</h2><h3>b</h3><p>&lt;h3>"),
        ] {
            assert_eq!(under_a_title(body), moved);
        }
    }

    #[test]
    fn only_addresses_of_the_web_are_linked() {
        for (url, linked) in [
            ("https://h.example/", true),
            ("HTTP://h.example/", true),
            ("javascript://h.example/%0Aalert(1)", false),
            ("javascript:alert(1)", false),
            ("/relative", false),
        ] {
            assert_eq!(web(url).is_some(), linked, "{url}");
        }
    }

    #[test]
    fn kinds_are_named_as_people_know_them() {
        let file = |url: &str, media_type: &str| Attachment {
            url: url.into(),
            media_type: media_type.into(),
            length: None,
            title: String::new(),
        };
        for (url, media_type, kind) in [
            ("https://h.example/a/report.pdf", "application/pdf", "PDF"),
            ("https://h.example/a.b/report", "application/pdf", "application/pdf"),
            ("https://h.example/report.pdf?x=1.txt", "application/pdf", "PDF"),
            ("https://h.example/photo.jpeg", "image/jpeg", "JPEG"),
        ] {
            assert_eq!(kind_of(&file(url, media_type)), kind);
        }
    }
}
