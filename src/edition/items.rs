//! The items of an edition: in order, by topic, and by name. Cheap to copy and to change, however many there are.

use std::cmp::Ordering;
use std::ops::Index;
use std::sync::Arc;

use imbl::{OrdMap, Vector};
use rayon::prelude::*;

use super::Item;

/// Items, newest `published` first, ties by id; and those of each topic in the same order.
///
/// The next edition shares all that is the same with the one before: a copy costs nothing, a change the logarithm of
/// their number.
#[derive(Debug, Clone, Default)]
pub struct Items {
    all: Vector<Arc<Item>>,
    topics: Vec<Vector<Arc<Item>>>,
    /// By hash of id and of slug.
    named: OrdMap<u64, Arc<Item>>,
}

impl Items {
    /// The items of one topic by its position; of all topics for `None`.
    pub fn of(&self, topic: Option<usize>) -> &Vector<Arc<Item>> {
        static NONE: std::sync::LazyLock<Vector<Arc<Item>>> = std::sync::LazyLock::new(Vector::new);
        match topic {
            None => &self.all,
            Some(topic) => self.topics.get(topic).unwrap_or(&NONE),
        }
    }

    /// All, newest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Item> + ExactSizeIterator {
        self.all.iter().map(Arc::as_ref)
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// The item with an id.
    pub fn by_id(&self, id: &str) -> Option<&Arc<Item>> {
        self.named.get(&name(b'i', id)).filter(|item| item.id == id)
    }

    /// The item whose page has a slug.
    pub fn by_slug(&self, slug: &str) -> Option<&Arc<Item>> {
        self.named.get(&name(b's', slug)).filter(|item| item.slug == slug)
    }

    /// Puts an item where it belongs. No other has its id or slug: take that one out first.
    pub fn insert(&mut self, item: Arc<Item>) {
        for &topic in &item.topics {
            if self.topics.len() <= topic {
                self.topics.resize_with(topic + 1, Vector::new);
            }
            put(&mut self.topics[topic], &item);
        }
        put(&mut self.all, &item);
        self.named.insert(name(b'i', &item.id), Arc::clone(&item));
        self.named.insert(name(b's', &item.slug), item);
    }

    /// Takes an item out.
    pub fn remove(&mut self, id: &str) -> Option<Arc<Item>> {
        let item = self.named.remove(&name(b'i', id))?;
        self.named.remove(&name(b's', &item.slug));
        take(&mut self.all, &item);
        for &topic in &item.topics {
            take(&mut self.topics[topic], &item);
        }
        Some(item)
    }

    /// Changes an item.
    pub fn edit(&mut self, id: &str, change: impl FnOnce(&mut Item)) {
        if let Some(mut item) = self.remove(id) {
            change(Arc::make_mut(&mut item));
            self.insert(item);
        }
    }
}

/// The order of items: newest first, ties by id.
pub(crate) fn newest_first(a: &Item, b: &Item) -> Ordering {
    b.published.cmp(&a.published).then_with(|| a.id.cmp(&b.id))
}

fn put(list: &mut Vector<Arc<Item>>, item: &Arc<Item>) {
    let at = list.binary_search_by(|other| newest_first(other, item)).unwrap_or_else(|at| at);
    list.insert(at, Arc::clone(item));
}

fn take(list: &mut Vector<Arc<Item>>, item: &Item) {
    if let Ok(at) = list.binary_search_by(|other| newest_first(other, item)) {
        list.remove(at);
    }
}

/// A hash of a kind of name and a name.
fn name(kind: u8, name: &str) -> u64 {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&[kind]).update(name.as_bytes());
    u64::from_le_bytes(hasher.finalize().as_bytes()[..8].try_into().expect("a hash has 32 bytes"))
}

impl FromIterator<Arc<Item>> for Items {
    fn from_iter<I: IntoIterator<Item = Arc<Item>>>(items: I) -> Self {
        let mut items: Vec<Arc<Item>> = items.into_iter().collect();
        items.sort_by(|a, b| newest_first(a, b));
        let topics = items.iter().flat_map(|item| &item.topics).max().map_or(0, |last| last + 1);
        let mut by_topic = vec![Vector::new(); topics];
        for item in &items {
            item.topics.iter().for_each(|&topic| by_topic[topic].push_back(Arc::clone(item)));
        }
        let names = |item: &Arc<Item>| [(b'i', &item.id), (b's', &item.slug)].map(|(kind, text)| name(kind, text));
        let mut named: Vec<(u64, Arc<Item>)> =
            items.par_iter().flat_map_iter(|item| names(item).map(|name| (name, Arc::clone(item)))).collect();
        named.par_sort_unstable_by_key(|(name, _)| *name);
        Self { all: items.into_iter().collect(), topics: by_topic, named: named.into_iter().collect() }
    }
}

impl FromIterator<Item> for Items {
    fn from_iter<I: IntoIterator<Item = Item>>(items: I) -> Self {
        items.into_iter().map(Arc::new).collect()
    }
}

impl From<Vec<Item>> for Items {
    fn from(items: Vec<Item>) -> Self {
        items.into_iter().collect()
    }
}

impl Index<usize> for Items {
    type Output = Item;

    fn index(&self, at: usize) -> &Item {
        &self.all[at]
    }
}

impl PartialEq for Items {
    fn eq(&self, other: &Self) -> bool {
        self.all == other.all
    }
}

impl Eq for Items {}
