//! Standing type: a feed that takes over the entries of the one before equals one that is written whole.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use feedroom::edition::{Body, Edition, Item, Keeper};
use feedroom::feed::{Channel, Format, Shelf, Stack, Standing};
use proptest::prelude::*;

use crate::feed_edition::{edition, item, nasty, rich, withdrawn};
use crate::feed_round_trip::{any_item, any_text};

/// What can become of an edition.
#[derive(Debug, Clone)]
enum Event {
    Comes(Box<Item>, usize),
    Goes(usize),
    Withdrawn(usize),
    Retitled(usize, String),
    /// Its text becomes so many times as long.
    Grows(usize, usize),
    Shrinks(usize),
    Nothing,
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        5 => (any_item(), 0_usize..4).prop_map(|(item, topic)| Event::Comes(Box::new(item), topic)),
        2 => any::<usize>().prop_map(Event::Goes),
        1 => any::<usize>().prop_map(Event::Withdrawn),
        2 => (any::<usize>(), any_text()).prop_map(|(at, title)| Event::Retitled(at, title)),
        2 => (any::<usize>(), 1_usize..4_000).prop_map(|(at, times)| Event::Grows(at, times)),
        1 => any::<usize>().prop_map(Event::Shrinks),
        1 => Just(Event::Nothing),
    ]
}

/// Carries an event out, so that what it leaves alone stays the very same; gives the ids that it concerns.
fn happen(event: &Event, edition: &mut Edition) -> Vec<String> {
    let nth = |at: &usize| {
        let count = edition.items.len();
        (count > 0).then(|| edition.items.of(None)[at % count].id.clone())
    };
    match event {
        Event::Comes(item, topic) => {
            let item = Item { topics: vec![*topic], slug: item.id.replace(':', "-"), ..(**item).clone() };
            edition.items.remove(&item.id);
            edition.items.insert(Arc::new(item.clone()));
            return vec![item.id];
        }
        Event::Goes(at) | Event::Withdrawn(at) => {
            let Some(id) = nth(at) else { return Vec::new() };
            edition.items.remove(&id);
            if matches!(event, Event::Withdrawn(_)) {
                let gone = withdrawn(1, "2026-01-01T00:00:00+01:00", Some("Legal & Press"));
                edition.withdrawn.push(feedroom::edition::Withdrawn { id: id.clone(), ..gone });
            }
            return vec![id];
        }
        _ => {}
    }
    let (at, edit): (_, &dyn Fn(&mut Item)) = match event {
        Event::Retitled(at, title) => (at, &|item| item.title.clone_from(title)),
        Event::Grows(at, times) => (at, &|item| item.body_html = item.body_html.html().repeat(*times).into()),
        Event::Shrinks(at) => (at, &|item| item.body_html = "".into()),
        _ => return Vec::new(),
    };
    let Some(id) = nth(at) else { return Vec::new() };
    edition.items.edit(&id, edit);
    vec![id]
}

/// The feeds of an edition, of all topics and each, kept up from change to change.
#[derive(Default)]
struct Kept {
    stacks: BTreeMap<Option<usize>, Stack>,
    feeds: BTreeMap<(Option<usize>, Format), Standing>,
}

impl Kept {
    /// Takes a change in, and compares all feeds with those that are made whole.
    fn follow(&mut self, edition: &Edition, changed: Option<&[String]>) {
        for topic in std::iter::once(None).chain((0..edition.topics.len()).map(Some)) {
            let stack = self.stacks.entry(topic).or_insert_with(|| Stack::new(Shelf::default()));
            let shelf = stack.layout().shelf().clone();
            stack.turn(edition, topic, changed);
            let (channel, problems) = Channel::laid(edition, topic, stack.layout());
            let (whole, met) = Channel::of(edition, topic, &shelf);
            assert_eq!(problems, met);
            for format in Format::ALL {
                let before = self.feeds.remove(&(topic, format));
                let set = Standing::set(format, &channel, before.as_ref());
                let (set_text, whole_text) = (String::from_utf8_lossy(set.bytes()), format.render(&whole));
                assert_eq!(set_text, String::from_utf8_lossy(&whole_text), "{format:?} of {topic:?}");
                self.feeds.insert((topic, format), set);
            }
        }
    }
}

#[test]
fn nasty_feeds_are_the_same() {
    for edition in [edition(0), edition(1), edition(70), nasty()] {
        let mut kept = Kept::default();
        kept.follow(&edition, None);
        let mut next = edition.clone();
        next.items.insert(Arc::new(Item { slug: "another".into(), ..rich(9_999) }));
        kept.follow(&next, Some(&[rich(9_999).id]));
        kept.follow(&edition, Some(&[rich(9_999).id]));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_feeds_are_the_same(
        count in 0_usize..60,
        window in 1_usize..60,
        events in prop::collection::vec(event(), 1..12),
    ) {
        let mut edition = edition(count);
        edition.items.insert(Arc::new(rich(5_000)));
        edition.topics[0].window = window;
        let mut kept = Kept::default();
        kept.follow(&edition, None);
        for event in &events {
            let changed = happen(event, &mut edition);
            kept.follow(&edition, Some(&changed));
        }
    }
}

/// Keeps one text, which can't be had now and then.
struct Forgetful {
    text: Mutex<Arc<str>>,
    away: AtomicBool,
}

impl Keeper for Forgetful {
    fn body(&self, _: usize, _: &[u8; 16]) -> Option<Arc<str>> {
        (!self.away.load(Ordering::Relaxed)).then(|| Arc::clone(&self.text.lock().expect("nobody panicked")))
    }
}

#[test]
fn a_text_that_could_not_be_had_comes_back() {
    let keeper = Arc::new(Forgetful { text: Mutex::new("<p>All about it.</p>".into()), away: AtomicBool::new(true) });
    let mut edition = edition(3);
    let told = Item { body_html: Body::kept(keeper.clone(), 0, [0; 16]), id: "urn:example:told".into(), ..item(9) };
    edition.items.insert(Arc::new(told));
    let mut kept = Kept::default();
    kept.follow(&edition, None);
    keeper.away.store(false, Ordering::Relaxed);
    kept.follow(&edition, Some(&[]));
    for (of, feed) in &kept.feeds {
        let told = String::from_utf8_lossy(feed.bytes()).contains("All about it.");
        assert_eq!(told, matches!(of.0, None | Some(0 | 1)), "{of:?}");
    }
}
