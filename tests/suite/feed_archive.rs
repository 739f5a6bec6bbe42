//! Archives: the way back meets every item once, and what is full stays as it is.

use std::collections::{BTreeMap, BTreeSet};

use chrono::Duration;
use feedroom::edition::{Edition, Item};
use feedroom::feed::{Channel, Format, PAGE, Place, Shelf, Stack};
use proptest::prelude::*;

use crate::feed_edition::{at, change, edition, id, item, withdrawn};

/// The documents of one topic in one format, by address, and the address of the newest.
struct History {
    documents: BTreeMap<String, String>,
    newest: String,
}

impl History {
    fn of(channel: &Channel<'_>, format: Format) -> History {
        let address = |channel: &Channel<'_>| {
            format!("https://news.harbour.example/press/{}", channel.path(format).expect("a path"))
        };
        let pages = channel.archive();
        let documents = std::iter::once(channel)
            .chain(&pages)
            .map(|channel| (address(channel), String::from_utf8(format.render(channel)).expect("UTF-8")));
        History { documents: documents.collect(), newest: address(channel) }
    }

    /// The ids met on the way back from the newest document, in order.
    fn walk(&self) -> Vec<String> {
        let mut ids = Vec::new();
        let mut next = Some(self.newest.clone());
        let mut steps = 0;
        while let Some(address) = next {
            steps += 1;
            assert!(steps <= self.documents.len(), "a circle");
            let text = self.documents.get(&address).unwrap_or_else(|| panic!("a link to nothing: {address}"));
            let (found, older) = if text.starts_with('{') { read_json(text) } else { read_atom(text) };
            ids.extend(found);
            next = older;
        }
        ids
    }
}

fn read_atom(text: &str) -> (Vec<String>, Option<String>) {
    let document = roxmltree::Document::parse(text).expect("well-formed");
    let feed = document.root_element();
    let named = |name: &'static str| move |node: &roxmltree::Node<'_, '_>| node.tag_name().name() == name;
    let ids = feed
        .children()
        .filter(named("entry"))
        .map(|entry| entry.children().find(named("id")).and_then(|id| id.text()).expect("an id").to_string());
    let older = feed.children().filter(named("link")).find(|link| link.attribute("rel") == Some("prev-archive"));
    (ids.collect(), older.and_then(|link| link.attribute("href")).map(str::to_string))
}

fn read_json(text: &str) -> (Vec<String>, Option<String>) {
    let feed: serde_json::Value = serde_json::from_str(text).expect("JSON");
    let ids = feed["items"].as_array().expect("items").iter().map(|i| i["id"].as_str().expect("an id").to_string());
    (ids.collect(), feed["next_url"].as_str().map(str::to_string))
}

/// The full pages of a feed by address, as they are served.
fn complete(channel: &Channel<'_>) -> BTreeMap<String, Vec<u8>> {
    let pages = channel.archive();
    let full = pages.iter().filter(|page| matches!(page.place(), Place::Page { complete: true, .. }));
    full.flat_map(|page| {
        [Format::Atom, Format::Json].map(|format| (page.path(format).expect("a path"), format.render(page)))
    })
    .collect()
}

#[test]
fn every_count_of_items_is_reached_once() {
    for count in [0, 1, 10, 49, 50, 51, 99, 100, 101, 149, 150, 151, 260] {
        let edition = edition(count);
        for topic in [None, Some(0), Some(1), Some(2), Some(3)] {
            let (channel, problems) = Channel::of(&edition, topic, &Shelf::default());
            assert_eq!(problems, []);
            let want: Vec<String> = edition.items_of(topic).map(|item| item.id.clone()).collect();
            assert_eq!(channel.entries().len(), want.len().min(50));
            for format in [Format::Atom, Format::Json] {
                assert_eq!(History::of(&channel, format).walk(), want, "{count} items, {topic:?}, {format:?}");
            }
        }
    }
}

#[test]
fn full_pages_stay_after_a_thousand_releases() {
    let before = edition(170);
    let (channel, _) = Channel::of(&before, None, &Shelf::default());
    let pages = complete(&channel);
    assert_eq!(pages.len(), 2 * 2, "two pages in two formats");

    let after = edition(1_170);
    // With the shelf that was kept, and, as all new releases are newer, without it.
    for shelf in [channel.shelf().clone(), Shelf::default()] {
        let (channel, _) = Channel::of(&after, None, &shelf);
        let later = complete(&channel);
        for (path, bytes) in &pages {
            assert_eq!(&later[path], bytes, "{path}");
        }
        assert_eq!(History::of(&channel, Format::Atom).walk().len(), 1_170);
    }
}

#[test]
fn releases_of_old_dates_join_the_open_page() {
    let mut edition = edition(170);
    let shelf = Channel::of(&edition, None, &Shelf::default()).0.shelf().clone();
    let pages = complete(&Channel::of(&edition, None, &shelf).0);
    let old = (5_000..5_060).map(|n| {
        let published = at("1999-05-05T12:00:00Z") + Duration::days(n as i64 - 5_000);
        Item { published, updated: published, ..item(n) }
    });
    change(&mut edition, |items| items.extend(old));
    let (channel, _) = Channel::of(&edition, None, &shelf);
    let later = complete(&channel);
    assert!(pages.iter().all(|(path, bytes)| &later[path] == bytes));
    assert_eq!(later.len(), pages.len() + 2, "one page more");
    let walked = History::of(&channel, Format::Atom).walk();
    assert_eq!(walked.len(), 230);
    assert_eq!(walked.iter().collect::<BTreeSet<_>>().len(), 230);
}

#[test]
fn a_withdrawal_changes_its_own_page_only() {
    let mut edition = edition(170);
    let shelf = Channel::of(&edition, None, &Shelf::default()).0.shelf().clone();
    let pages = complete(&Channel::of(&edition, None, &shelf).0);
    let gone = id(60);
    edition.items.remove(&gone);
    edition.withdrawn.push(withdrawn(60, "2025-05-05T00:00:00Z", None));
    let (channel, _) = Channel::of(&edition, None, &shelf);
    let later = complete(&channel);
    let changed: Vec<&String> = pages.keys().filter(|path| later[*path] != pages[*path]).collect();
    assert_eq!(changed, ["archive/2.atom.xml", "archive/2.feed.json"]);
    let page = String::from_utf8(later["archive/2.atom.xml"].clone()).unwrap();
    assert!(page.contains(&format!("<at:deleted-entry ref=\"{gone}\" when=\"2025-05-05T00:00:00+00:00\">")));
    assert!(!page.contains("release-60"), "the text that was taken back is gone");
    assert_eq!(page.matches("<entry>").count(), PAGE - 1, "neighbours stay");

    // When the tombstone has had its time, only that page changes again.
    edition.withdrawn.clear();
    let last = complete(&Channel::of(&edition, None, &shelf).0);
    assert_eq!(last["archive/1.atom.xml"], pages["archive/1.atom.xml"]);
    assert_ne!(last["archive/2.atom.xml"], later["archive/2.atom.xml"]);
}

#[test]
fn a_full_page_says_what_rfc_5005_wants() {
    let edition = edition(170);
    let (channel, _) = Channel::of(&edition, Some(0), &Shelf::default());
    let pages: Vec<String> =
        channel.archive().iter().map(|page| String::from_utf8(Format::Atom.render(page)).unwrap()).collect();
    let base = "https://news.harbour.example/press/harbour/";
    let link =
        |rel: &str, path: &str| format!("<link href=\"{base}{path}\" rel=\"{rel}\" type=\"application/atom+xml\"/>");
    assert_eq!(pages.len(), 3);
    for (page, has, has_not) in [
        (0, vec![link("next-archive", "archive/2.atom.xml"), "<fh:archive>".into()], vec!["prev-archive"]),
        (1, vec![link("prev-archive", "archive/1.atom.xml"), link("next-archive", "archive/3.atom.xml")], vec!["hub"]),
        (2, vec![link("prev-archive", "archive/2.atom.xml")], vec!["next-archive", "fh:archive"]),
    ] {
        for want in
            has.iter().chain(&[link("current", "atom.xml"), link("self", &format!("archive/{}.atom.xml", page + 1))])
        {
            assert!(pages[page].contains(want), "page {page}: {want}");
        }
        assert!(has_not.iter().all(|not| !pages[page].contains(not)), "page {page}: {has_not:?}");
    }
    let current = String::from_utf8(Format::Atom.render(&channel)).unwrap();
    assert!(current.contains(&link("prev-archive", "archive/3.atom.xml")) && !current.contains("fh:archive"));
    assert!(pages[0].find("<fh:archive>") < pages[0].find("<entry>"), "the mark stands in the head");
}

#[test]
fn what_is_archived_does_not_come_back() {
    let mut edition = edition(100);
    let (channel, _) = Channel::of(&edition, Some(0), &Shelf::default());
    let (shelf, pages) = (channel.shelf().clone(), complete(&channel));
    assert_eq!(shelf.len(), 1, "the window and one full page");

    // A withdrawal from the window pulls nothing out of the full page: readers that forgot it would show it as new.
    change(&mut edition, |items| items.remove(0));
    let (channel, _) = Channel::of(&edition, Some(0), &shelf);
    assert_eq!(channel.entries().len(), 49);
    assert_eq!(complete(&channel), pages);

    // Nor does a larger window, unless it takes in a whole page.
    for (window, full, held) in [(70, 1, 49), (98, 1, 49), (99, 0, 99), (500, 0, 99)] {
        edition.topics[0].window = window;
        let (channel, problems) = Channel::of(&edition, Some(0), &shelf);
        assert_eq!(problems.iter().any(|note| note.message.contains("new releases will fill the window")), full == 1);
        assert_eq!((channel.shelf().len(), channel.entries().len()), (full, held), "window {window}");
        assert_eq!(History::of(&channel, Format::Atom).walk().len(), 99);
    }
    // A smaller one sends items to the open page.
    edition.topics[0].window = 10;
    let (channel, _) = Channel::of(&edition, Some(0), &shelf);
    assert_eq!(channel.entries().len(), 10);
    assert_eq!(complete(&channel), pages);
    assert_eq!(History::of(&channel, Format::Atom).walk().len(), 99);
}

#[test]
fn the_page_after_a_full_one_is_there_from_the_first_day() {
    let edition = edition(100);
    let (channel, _) = Channel::of(&edition, None, &Shelf::default());
    let pages = channel.archive();
    assert_eq!(pages.len(), 2);
    assert_eq!(pages[1].entries().len(), 0);
    let history = History::of(&channel, Format::Atom);
    let (_, older) = read_atom(&history.documents[&history.newest]);
    assert_eq!(older.as_deref(), Some("https://news.harbour.example/press/archive/1.atom.xml"));
}

/// What may happen to a newsroom between two editions.
#[derive(Debug, Clone)]
enum Event {
    Publish(usize),
    Backfill(usize),
    Withdraw(usize),
    Edit(usize),
    Forget,
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        4 => (1_usize..40).prop_map(Event::Publish),
        2 => (1_usize..20).prop_map(Event::Backfill),
        2 => any::<usize>().prop_map(Event::Withdraw),
        2 => any::<usize>().prop_map(Event::Edit),
        1 => Just(Event::Forget),
    ]
}

/// Applies an event; gives the id of the item that it touched, if it touched an old one.
fn apply(event: &Event, edition: &mut Edition, counter: &mut usize) -> Option<String> {
    match *event {
        Event::Publish(count) => {
            change(edition, |items| items.extend((*counter..*counter + count).map(item)));
            *counter += count;
        }
        Event::Backfill(count) => {
            let old = (*counter..*counter + count).map(|n| {
                let published = item(n).published - Duration::days(4_000);
                Item { published, updated: published, ..item(n) }
            });
            change(edition, |items| items.extend(old));
            *counter += count;
        }
        Event::Withdraw(which) if !edition.items.is_empty() => {
            let gone = change(edition, |items| items.remove(which % items.len()));
            let stone = withdrawn(0, "2031-01-01T00:00:00Z", None);
            edition.withdrawn.push(feedroom::edition::Withdrawn { id: gone.id.clone(), ..stone });
            return Some(gone.id);
        }
        Event::Edit(which) if !edition.items.is_empty() => {
            let id = edition.items[which % edition.items.len()].id.clone();
            edition.items.edit(&id, |item| {
                item.title.push_str(" (corrected)");
                item.updated += Duration::hours(1);
            });
            return Some(id);
        }
        Event::Forget => edition.withdrawn.clear(),
        _ => {}
    }
    None
}

/// The ids of the items that are not in both editions as they are.
fn changed(before: &Edition, after: &Edition) -> Vec<String> {
    let differs = |edition: &Edition, item: &Item| edition.items.by_id(&item.id).is_none_or(|other| **other != *item);
    let gone = before.items.iter().filter(|item| differs(after, item));
    let came = after.items.iter().filter(|item| differs(before, item));
    gone.chain(came).map(|item| item.id.clone()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, ..ProptestConfig::default() })]

    #[test]
    fn holds_through_any_history(window in 1_usize..70, events in prop::collection::vec(event(), 1..14)) {
        let mut edition = edition(90);
        edition.topics[0].window = window;
        let mut counter = 90;
        let mut shelf = Channel::of(&edition, Some(0), &Shelf::default()).0.shelf().clone();
        let mut pages: BTreeMap<String, Vec<u8>> = BTreeMap::new();
        let mut forgotten = false;
        let mut stack = Stack::new(Shelf::default());
        stack.turn(&edition, Some(0), None);
        for event in &events {
            let before = edition.clone();
            let touched = apply(event, &mut edition, &mut counter);
            forgotten |= matches!(event, Event::Forget);
            let (channel, _) = Channel::of(&edition, Some(0), &shelf);
            // Kept up change by change it is the same.
            stack.turn(&edition, Some(0), Some(&changed(&before, &edition)));
            let (kept_up, _) = Channel::laid(&edition, Some(0), stack.layout());
            prop_assert_eq!(kept_up.shelf(), channel.shelf(), "after {:?}", event);
            let documents = |channel: &Channel<'_>| -> Vec<Vec<u8>> {
                let all = std::iter::once(channel.clone()).chain(channel.archive());
                all.map(|page| Format::Atom.render(&page)).collect()
            };
            prop_assert_eq!(documents(&kept_up), documents(&channel), "after {:?}", event);

            let walked = History::of(&channel, Format::Atom).walk();
            let once: BTreeSet<&String> = walked.iter().collect();
            prop_assert_eq!(once.len(), walked.len(), "an item twice after {:?}", event);
            prop_assert_eq!(once, edition.items.iter().map(|item| &item.id).collect(), "after {:?}", event);
            prop_assert!(channel.entries().len() <= window);

            let later = complete(&channel);
            for (path, bytes) in &pages {
                let own = touched.as_ref().is_some_and(|id| String::from_utf8_lossy(bytes).contains(id.as_str()));
                // A tombstone's end changes the page that it stood on.
                let expired = forgotten && String::from_utf8_lossy(bytes).contains("at:deleted-entry");
                let stays = later.get(path) == Some(bytes);
                let taken_apart = !later.contains_key(path) && matches!(event, Event::Withdraw(_));
                prop_assert!(stays || own || expired || taken_apart, "{} changed after {:?}", path, event);
            }
            pages = later;
            shelf = channel.shelf().clone();
        }
    }
}
