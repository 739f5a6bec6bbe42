//! Pages that list items: the front page, a topic, a year, and a feed as people see it.

use std::collections::BTreeMap;

use askama::Template;
use chrono::Datelike;

use super::view::{Entry, Feed, Frame, Link, Subject, feeds_of, lang};
use crate::edition::{Edition, Item};

/// How many items a front page or topic page shows; older ones are in the years.
const NEWEST: usize = 30;

/// The front page: the newest items of all topics, the topics with their feeds, the years.
pub fn index(edition: &Edition) -> String {
    let house = &edition.newsroom;
    let mut frame = Frame::new(edition, 0, &house.title, &house.description).at("");
    let topics = (0..edition.topics.len()).map(Some);
    let subjects: Vec<_> = std::iter::once(None).chain(topics).map(|topic| frame.subject(edition, topic)).collect();
    // All formats of the whole, and of each topic the one that carries most: a reader lists every feed it discovers.
    let discover = subjects[1..].iter().filter_map(|subject| subject.feeds.iter().find(|feed| feed.format == "Atom"));
    frame.feeds.extend(discover.cloned());
    let page =
        Index { newest: newest(&frame, edition, None), years: year_links(edition, None, "", None), subjects, frame };
    render(&page)
}

/// A topic's page: its feeds, its newest items, and its years.
///
/// # Panics
///
/// Where the edition has no such topic.
pub fn topic(edition: &Edition, topic: usize) -> String {
    let about = &edition.topics[topic];
    let mut frame = Frame::new(edition, 1, &about.title, &about.description).at(&format!("{}/", about.slug));
    let mut feeds = feeds_of(edition, Some(topic));
    let own = feeds.clone();
    feeds.append(&mut frame.feeds);
    frame.feeds = feeds;
    frame.topics[topic].here = true;
    let page = Topic {
        newest: newest(&frame, edition, Some(topic)),
        years: year_links(edition, Some(topic), "", None),
        lang: lang(about.language.as_deref().unwrap_or(&edition.newsroom.language), frame.words.code),
        feeds: own,
        frame,
    };
    render(&page)
}

/// The items of one year, of a topic or of all for `None`, by month. It stands at `/{year}/` or `/{topic}/{year}/`;
/// a topic's slug is never all digits.
///
/// # Panics
///
/// Where the edition has no such topic.
pub fn year(edition: &Edition, topic: Option<usize>, year: i32) -> String {
    let (of, base, depth) = match topic.map(|topic| &edition.topics[topic]) {
        Some(topic) => (topic.title.as_str(), format!("{}/", topic.slug), 2),
        None => (edition.newsroom.title.as_str(), String::new(), 1),
    };
    let title = format!("{of}, {year}");
    let mut frame = Frame::new(edition, depth, &title, "").at(&format!("{base}{year}/"));
    if let Some(topic) = topic {
        frame.topics[topic].here = true;
        frame.feeds.splice(0..0, feeds_of(edition, Some(topic)));
    }
    let items = edition.items_of(topic).filter(|item| item.published.year() == year);
    let (dated, undated): (Vec<&Item>, Vec<&Item>) = items.partition(|item| !item.undated);
    let mut months: Vec<Month<'_>> = dated
        .chunk_by(|a, b| a.published.month() == b.published.month())
        .map(|items| Month {
            name: frame.words.month(&items[0].published),
            entries: items.iter().map(|item| frame.entry(edition, item)).collect(),
        })
        .collect();
    if !undated.is_empty() {
        let entries = undated.into_iter().map(|item| frame.entry(edition, item)).collect();
        months.push(Month { name: frame.words.undated.to_string(), entries });
    }
    let years = year_links(edition, topic, "../", Some(year));
    let page = Year { years, months, lang: frame.house_lang.clone(), frame };
    render(&page)
}

/// The years in which items were published, newest first, each with their number: the year pages that exist.
pub fn years(edition: &Edition, topic: Option<usize>) -> Vec<(i32, usize)> {
    let mut years = BTreeMap::new();
    for item in edition.items_of(topic) {
        *years.entry(item.published.year()).or_insert(0) += 1;
    }
    years.into_iter().rev().collect()
}

/// Whether items were published in a year, so that it has a page.
pub fn has_year(edition: &Edition, topic: Option<usize>, year: i32) -> bool {
    edition.items_of(topic).any(|item| item.published.year() == year)
}

/// A feed as a person sees it who opened its address in a browser: what a feed is, the address to copy, the items.
///
/// `path` is the feed's path without the leading slash (`rss.xml`, `river/atom.xml`); the document is meant to be
/// answered under that very address where a browser navigates there.
///
/// # Panics
///
/// Where the edition has no such topic.
pub fn feed(edition: &Edition, topic: Option<usize>, path: &str) -> String {
    let about = topic.map(|topic| &edition.topics[topic]);
    let (title, description) = match about {
        Some(topic) => (topic.title.as_str(), topic.description.as_str()),
        None => (edition.newsroom.title.as_str(), edition.newsroom.description.as_str()),
    };
    let depth = path.matches('/').count();
    let mut frame = Frame::new(edition, depth, title, description);
    frame.feeds = feeds_of(edition, topic);
    if let Some(topic) = topic {
        frame.topics[topic].here = true;
    }
    let language = about.and_then(|topic| topic.language.as_deref()).unwrap_or(&edition.newsroom.language);
    let window = about.map_or(NEWEST, |topic| topic.window);
    let page = FeedPage {
        lang: lang(language, frame.words.code),
        address: edition.newsroom.url(path),
        page: if topic.is_some() { "./" } else { frame.front() }.to_string(),
        entries: edition.items_of(topic).take(window).map(|item| frame.entry(edition, item)).collect(),
        frame,
    };
    render(&page)
}

#[derive(Template)]
#[template(path = "index.html")]
struct Index<'a> {
    frame: Frame<'a>,
    newest: Vec<Entry<'a>>,
    subjects: Vec<Subject<'a>>,
    years: Vec<(Link, usize)>,
}

#[derive(Template)]
#[template(path = "topic.html")]
struct Topic<'a> {
    frame: Frame<'a>,
    lang: String,
    feeds: Vec<Feed>,
    newest: Vec<Entry<'a>>,
    years: Vec<(Link, usize)>,
}

#[derive(Template)]
#[template(path = "year.html")]
struct Year<'a> {
    frame: Frame<'a>,
    lang: String,
    months: Vec<Month<'a>>,
    years: Vec<(Link, usize)>,
}

#[derive(Template)]
#[template(path = "feed.html")]
struct FeedPage<'a> {
    frame: Frame<'a>,
    lang: String,
    address: String,
    page: String,
    entries: Vec<Entry<'a>>,
}

/// A month of a year, or the items that have no date.
struct Month<'a> {
    name: String,
    entries: Vec<Entry<'a>>,
}

/// A page's text. Rendering writes into a string from values that can always be shown.
pub(super) fn render(page: &impl Template) -> String {
    page.render().expect("writing into a string does not fail")
}

fn newest<'a>(frame: &Frame<'a>, edition: &'a Edition, topic: Option<usize>) -> Vec<Entry<'a>> {
    edition.items_of(topic).take(NEWEST).map(|item| frame.entry(edition, item)).collect()
}

/// The links to the years, with their numbers of items; `up` is the way from the page to the folder they stand in.
fn year_links(edition: &Edition, topic: Option<usize>, up: &str, here: Option<i32>) -> Vec<(Link, usize)> {
    let link = |year: i32| Link {
        href: format!("{up}{year}/"),
        title: year.to_string(),
        lang: String::new(),
        here: here == Some(year),
    };
    years(edition, topic).into_iter().map(|(year, count)| (link(year), count)).collect()
}
