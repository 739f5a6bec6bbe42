//! A channel: what one feed holds, before any format. Decides the window, what each entry carries, and the links.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{DateTime, FixedOffset};

use super::archive::{Layout, Shelf, Stack};
use super::size::{LIMIT, Measure};
use super::{Format, Rhythm, format};
use crate::document::Author;
use crate::edition::{Content, Edition, Item, Newsroom, Topic, Withdrawn};
use crate::problem::Problem;

/// How many items the feed of all topics holds; a topic has its own window.
pub const WINDOW: usize = 50;

/// How many tombstones the feed that people subscribe to holds, the newest withdrawals'. A mass withdrawal must not
/// crowd out the items; those on archive pages have theirs there as well.
const TOMBSTONES: usize = 200;

/// What one feed holds.
#[derive(Debug, Clone)]
pub struct Channel<'e> {
    pub(super) edition: &'e Edition,
    pub(super) topic: Option<&'e Topic>,
    /// The topic's position.
    pub(super) position: Option<usize>,
    pub(super) place: Place,
    pub(super) entries: Vec<Entry<'e>>,
    pub(super) withdrawn: Vec<&'e Withdrawn>,
    pub(super) updated: Option<DateTime<FixedOffset>>,
    pub(super) rhythm: Rhythm,
    pub(super) layout: Layout,
}

/// Where a feed document stands among those of its topic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The feed that people subscribe to.
    Current,
    /// An archive page (RFC 5005 section 4).
    Page {
        /// Its number; 1 holds the first items ever published.
        number: usize,
        /// Whether it is full, so that no later release changes it.
        complete: bool,
    },
}

/// An item in a feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry<'e> {
    /// The item.
    pub item: &'e Arc<Item>,
    /// What the feed carries of it.
    pub carries: Content,
}

impl<'e> Channel<'e> {
    /// The feed of one topic (its position in [`Edition::topics`]), or of all topics for `None`, with notes on what
    /// had to be left out.
    ///
    /// It holds the newest items of its window that do not stand in a full archive page. `shelf` is what
    /// [`Channel::shelf`] gave for the same topic's last edition, by its slug; an empty one where nothing is
    /// remembered.
    pub fn of(edition: &'e Edition, topic: Option<usize>, shelf: &Shelf) -> (Self, Vec<Problem>) {
        let mut stack = Stack::new(shelf.clone());
        stack.turn(edition, topic, None);
        Channel::laid(edition, topic, stack.layout())
    }

    /// The same, with the items laid out already.
    pub fn laid(edition: &'e Edition, topic: Option<usize>, layout: &Layout) -> (Self, Vec<Problem>) {
        let mut channel = Channel::opened(edition, topic);
        channel.rhythm = Rhythm::of(edition.items_of(topic));
        let shown = |(item, _): &(&'e Arc<Item>, Measure)| !layout.shelved.contains(&item.id);
        let newest = edition.items.of(topic).iter().zip(layout.newest.iter().copied());
        let current: Vec<(&Arc<Item>, Measure)> = newest.filter(shown).collect();
        let withdrawn = std::mem::take(&mut channel.withdrawn);
        let mut channel = channel.filled(&current, withdrawn);
        channel.layout = layout.clone();
        let reduced =
            channel.entries.iter().zip(&current).filter(|(entry, (_, it))| entry.carries != it.wanted).count();
        let asked = channel.window().min(edition.items.of(topic).len());
        let problems = channel.notes(reduced, asked, layout.newest.len());
        (channel, problems)
    }

    /// The channel with its tombstones, still without items.
    pub(super) fn opened(edition: &'e Edition, topic: Option<usize>) -> Self {
        let mut channel = Channel::head(edition, topic);
        let mut withdrawn: Vec<&Withdrawn> = edition.withdrawn.iter().filter(|gone| channel.held(gone)).collect();
        withdrawn.sort_by(|a, b| b.at.cmp(&a.at).then_with(|| a.id.cmp(&b.id)));
        withdrawn.truncate(TOMBSTONES);
        channel.withdrawn = withdrawn;
        channel
    }

    /// How many items its feed holds if they fit.
    pub(super) fn window(&self) -> usize {
        self.topic.map_or(WINDOW, |topic| topic.window).max(1)
    }

    /// What had to be left out of `asked` items, of which the `newest` fit, some of them `reduced` to their excerpts.
    fn notes(&self, reduced: usize, asked: usize, newest: usize) -> Vec<Problem> {
        // Withdrawals leave gaps that the next releases fill; more is missing only where the window grew.
        let held_back = (newest - self.entries.len()).saturating_sub(self.withdrawn.len());
        let limit = LIMIT / 1024;
        let advice = "choose a smaller window, or let the topic carry excerpts only";
        let notes = [
            (reduced, format!("carry their excerpt only, since whole the feed would pass {limit} KiB; {advice}")),
            (
                asked - newest,
                format!("stand in the archive only, since with them the feed would pass {limit} KiB; {advice}"),
            ),
            (held_back, "stay on archive pages, which never change; new releases will fill the window".to_string()),
        ];
        let place = self.path(Format::Atom).unwrap_or_default();
        let note = |(count, what)| Problem::note(&place, format!("{count} of the newest {asked} items {what}"));
        notes.into_iter().filter(|(count, _)| *count > 0).map(note).collect()
    }

    /// The channel without anything in it.
    pub(super) fn head(edition: &'e Edition, topic: Option<usize>) -> Self {
        Channel {
            edition,
            topic: topic.and_then(|at| edition.topics.get(at)),
            position: topic,
            place: Place::Current,
            entries: Vec::new(),
            withdrawn: Vec::new(),
            updated: None,
            rhythm: Rhythm::default(),
            layout: Layout::default(),
        }
    }

    /// Which items stand on complete archive pages after this edition: what the next one's [`Channel::of`] takes.
    pub fn shelf(&self) -> &Shelf {
        &self.layout.shelf
    }

    /// The items it holds, newest first.
    pub fn entries(&self) -> &[Entry<'e>] {
        &self.entries
    }

    /// Where it stands.
    pub fn place(&self) -> Place {
        self.place
    }

    /// How often releases come, as far as they prove it.
    pub fn rhythm(&self) -> Rhythm {
        self.rhythm
    }

    /// Its path on the site, without the leading slash; `None` for a format that it is not published in: archive
    /// pages are Atom and JSON only.
    pub fn path(&self, format: Format) -> Option<String> {
        self.path_at(self.place, format)
    }

    /// When it last changed: the newest `updated` or withdrawal in it, whole seconds; `None` where it is empty.
    pub fn updated(&self) -> Option<DateTime<FixedOffset>> {
        self.updated
    }

    /// The channel with these items and tombstones, newest first, each item with as much of it as fits.
    pub(super) fn filled(mut self, items: &[(&'e Arc<Item>, Measure)], withdrawn: Vec<&'e Withdrawn>) -> Self {
        self.withdrawn = withdrawn;
        self.entries = self.carried(items);
        let entries = self.entries.iter().map(|entry| entry.item.updated.max(entry.item.published));
        self.updated = entries.chain(self.withdrawn.iter().map(|w| w.at)).max().map(format::seconds);
        self
    }

    pub(super) fn newsroom(&self) -> &'e Newsroom {
        &self.edition.newsroom
    }

    /// `Topic – House`; the house's title alone for all topics.
    pub(super) fn title(&self) -> String {
        let house = format::title(&self.newsroom().title);
        match self.topic.map(|t| format::title(&t.title)) {
            Some(topic) if house.is_empty() || topic == house => topic,
            Some(topic) => format!("{topic} – {house}"),
            None if house.is_empty() => self.newsroom().base_url.clone(),
            None => house,
        }
    }

    /// The topic's sentence, or the house's, or the title.
    pub(super) fn description(&self) -> String {
        let candidates = [self.topic.map(|t| format::plain(&t.description)), Some(self.newsroom().description.clone())];
        let described = candidates.into_iter().flatten().map(|d| format::plain(&d)).find(|d| !d.is_empty());
        described.unwrap_or_else(|| self.title())
    }

    pub(super) fn language(&self) -> Option<&'e str> {
        let topic = self.topic.and_then(|t| t.language.as_deref());
        format::language(topic.unwrap_or(&self.newsroom().language))
    }

    /// The language of an item where it is not the channel's.
    pub(super) fn language_of(&self, item: &'e Item) -> Option<&'e str> {
        let language = format::language(item.language.as_deref().unwrap_or(&self.newsroom().language));
        language.filter(|_| language != self.language())
    }

    /// The authors of an item, or the house.
    pub(super) fn authors_of(&self, item: &'e Item) -> Vec<Author> {
        let named: Vec<Author> = item.authors.iter().filter_map(person).collect();
        if named.is_empty() { vec![self.house()] } else { named }
    }

    /// The address of the release elsewhere, where it is one that a reader can open.
    pub(super) fn elsewhere(&self, item: &Item) -> Option<String> {
        let link = item.link.as_deref().map(|link| format::uri(link).into_owned());
        link.filter(|link| link.starts_with("https://") || link.starts_with("http://"))
    }

    /// The topics and tags of an item, each once.
    pub(super) fn categories_of(&self, item: &'e Item) -> Vec<Category> {
        let scheme = |name: &str| self.address(&format!("#{name}"));
        let mut topics: Vec<usize> = item.topics.clone();
        topics.sort_unstable();
        let topics = topics.into_iter().filter_map(|at| self.edition.topics.get(at)).map(|topic| Category {
            term: topic.slug.clone(),
            label: format::title(&topic.title),
            scheme: scheme("topics"),
        });
        let tags = item.tags.iter().map(|tag| format::title(tag)).map(|tag| Category {
            term: tag.clone(),
            label: tag,
            scheme: scheme("tags"),
        });
        let mut seen = BTreeSet::new();
        tags.chain(topics).filter(|c| !c.label.is_empty() && seen.insert(c.label.to_lowercase())).collect()
    }

    /// The house as an author: every Atom feed must have one (RFC 4287 section 4.1.1).
    pub(super) fn house(&self) -> Author {
        self.newsroom().author.as_ref().and_then(person).unwrap_or_else(|| Author {
            name: format::title(&self.newsroom().title),
            url: Some(format::uri(&self.newsroom().base_url).into_owned()),
            ..Author::default()
        })
    }

    /// The address of the page that people read instead of the feed.
    pub(super) fn home(&self) -> String {
        self.address(&self.folder())
    }

    /// The absolute address of this document in a format.
    pub(super) fn address_in(&self, format: Format) -> Option<String> {
        self.path(format).map(|path| self.address(&path))
    }

    /// The absolute address of the feed that people subscribe to.
    pub(super) fn current(&self, format: Format) -> String {
        self.address(&format!("{}{}", self.folder(), format.file_name()))
    }

    /// The absolute address of the page of older items that comes before this document, in Atom or JSON.
    pub(super) fn older(&self, format: Format) -> Option<String> {
        let number = match self.place {
            Place::Current => self.layout.shelf.len() + usize::from(!self.layout.open.is_empty()),
            Place::Page { number, .. } => number - 1,
        };
        let page = Place::Page { number, complete: false };
        self.path_at(page, format).filter(|_| number > 0).map(|path| self.address(&path))
    }

    /// The absolute address of the page that follows a full one. It always exists, though it may be empty, so that
    /// the link stands from the page's first day on.
    pub(super) fn newer(&self, format: Format) -> Option<String> {
        match self.place {
            Place::Page { number, complete: true } => {
                let page = Place::Page { number: number + 1, complete: false };
                self.path_at(page, format).map(|path| self.address(&path))
            }
            _ => None,
        }
    }

    pub(super) fn address(&self, path: &str) -> String {
        format::uri(&self.newsroom().url(path)).into_owned()
    }

    /// Whether a withdrawn item was one of this topic's.
    fn held(&self, gone: &Withdrawn) -> bool {
        self.topic.is_none_or(|topic| gone.topics.contains(&topic.slug))
    }

    fn folder(&self) -> String {
        self.topic.map(|t| format!("{}/", t.slug)).unwrap_or_default()
    }

    fn path_at(&self, place: Place, format: Format) -> Option<String> {
        match place {
            Place::Current => Some(format!("{}{}", self.folder(), format.file_name())),
            Place::Page { number, .. } if format != Format::Rss => {
                Some(format!("{}archive/{number}.{}", self.folder(), format.file_name()))
            }
            Place::Page { .. } => None,
        }
    }
}

/// A topic or tag of an item.
pub(super) struct Category {
    /// What machines compare.
    pub term: String,
    /// What people read.
    pub label: String,
    /// The URI that tells topics from tags.
    pub scheme: String,
}

impl Entry<'_> {
    /// The title; the excerpt's beginning, or the slug, where the item has none.
    pub(super) fn title(&self) -> String {
        let candidates = [&self.item.title, &self.item.excerpt, &self.item.slug, &self.item.id];
        candidates.iter().map(|text| format::title(text)).find(|title| !title.is_empty()).unwrap_or_default()
    }

    /// The excerpt, where the feed carries one.
    pub(super) fn excerpt(&self) -> Option<String> {
        let excerpt = format::plain(&self.item.excerpt);
        (self.carries != Content::Full && !excerpt.is_empty()).then_some(excerpt)
    }

    /// The full text as HTML with absolute references, where the feed carries it.
    pub(super) fn body(&self, page: &str) -> Option<String> {
        let carried = self.carries != Content::Excerpt && self.item.is_told();
        carried.then(|| format::absolute(&format::clean(&self.item.body_html.html()), page))
    }
}

/// An author with a name and sound addresses; the address stands in for a missing name.
pub(super) fn person(author: &Author) -> Option<Author> {
    let email = author.email.as_deref().map(format::plain).filter(|e| e.contains('@') && !e.contains(' '));
    let url = author.url.as_deref().map(|u| format::uri(u).into_owned()).filter(|u| u.contains(':'));
    let name = format::title(&author.name);
    let name = if name.is_empty() { email.clone().or_else(|| url.clone())? } else { name };
    Some(Author { name, email, url })
}
