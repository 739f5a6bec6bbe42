//! Merging: the same text in several files is one release.
//!
//! Two drafts are the same when the whole text of one is the title or the opening of the other (a teaser, perhaps cut
//! short), or when most of their paragraphs are the same; unless explicit dates more than a few days apart, or other
//! titles with explicit times that differ, say that the words were used again. Only drafts that share a title, an opening, the beginning of one or the whole text are
//! compared, and each with the fullest that shares it. What more than a hundred drafts share, except for the whole
//! text, is a formula of the house (`Weekly report of the harbour office`) and proves nothing.

use std::collections::BTreeMap;

use chrono::Datelike;

use super::dating;
use super::evidence::{Key, LONG_ENOUGH};
use super::{Draft, EvidenceKind};
use crate::date::{self, Hints, Precision};
use crate::text::fold;

/// Days by which the dates of one release in two places may differ.
const SAME_RELEASE: i32 = 3;
/// Folded bytes of a teaser cut short that must agree.
const PREFIX: usize = 48;
/// A shorter text is no teaser.
const SHORTEST_TEASER: usize = 20;
/// Of a release in many files no more dates that were not taken are kept.
const MOST_PASSED_OVER: usize = 24;
/// What more drafts than this share is a formula.
pub(super) const FORMULA: usize = 100;

/// Drafts of a whole folder with those of one release made one. The order of the first of each stays.
pub(super) fn merge(drafts: Vec<Draft>) -> Vec<Draft> {
    if drafts.len() < 2 {
        return drafts;
    }
    let sketches: Vec<Sketch> = drafts.iter().map(Sketch::of).collect();
    let mut groups: Vec<usize> = (0..drafts.len()).collect();
    let mut by_key: BTreeMap<Shared, Vec<usize>> = BTreeMap::new();
    for (at, sketch) in sketches.iter().enumerate() {
        for key in sketch.shared() {
            by_key.entry(key).or_default().push(at);
        }
    }
    for (key, same) in by_key {
        if key.is_formula(same.len()) {
            continue;
        }
        // Against the fullest of them; teasers of one release need not be compared with one another.
        let fullest =
            *same.iter().max_by_key(|&&at| (sketches[at].length, std::cmp::Reverse(at))).expect("a group has a member");
        for &other in &same {
            let words = || Some([Opening::of(&drafts[fullest]), Opening::of(&drafts[other])]);
            if other != fullest && sketches[other].is_of(&sketches[fullest], words) {
                let (a, b) = (root(&groups, fullest), root(&groups, other));
                groups[a.max(b)] = a.min(b);
            }
        }
    }
    let mut members: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for at in 0..drafts.len() {
        members.entry(root(&groups, at)).or_default().push(at);
    }
    let mut drafts: Vec<Option<Draft>> = drafts.into_iter().map(Some).collect();
    members
        .into_values()
        .map(|group| {
            group
                .into_iter()
                .map(|at| drafts[at].take().expect("each draft is in one group"))
                .reduce(unite)
                .expect("a group has a member")
        })
        .collect()
}

pub(super) fn root(groups: &[usize], mut at: usize) -> usize {
    while groups[at] != at {
        at = groups[at];
    }
    at
}

/// Something that drafts may have in common, so that they are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Shared {
    /// A title, an opening, or the beginning of one.
    Part(Key),
    /// All the words.
    Whole(Key),
}

impl Shared {
    /// Whether so many drafts share it that it proves nothing.
    pub fn is_formula(self, drafts: usize) -> bool {
        matches!(self, Shared::Part(_)) && drafts > FORMULA
    }
}

/// What a draft opens with, folded.
pub(super) struct Opening {
    title: String,
    /// Its first paragraph.
    text: String,
}

impl Opening {
    pub fn of(draft: &Draft) -> Self {
        let first = paragraphs(draft).next().unwrap_or_default();
        Self { title: fold(&draft.title), text: opening(first).unwrap_or_else(|| fold(first)) }
    }

    fn texts(&self) -> [&str; 2] {
        [&self.title, &self.text]
    }

    /// Whether one of these texts goes on as one of the other's ends.
    fn begins(&self, other: &Opening) -> bool {
        let begins = |text: &&str| text.len() >= PREFIX && other.texts().iter().any(|other| other.starts_with(*text));
        self.texts().iter().any(begins)
    }
}

/// A first paragraph without the dateline that a teaser of its release leaves off; `None` where it has none.
fn opening(first: &str) -> Option<String> {
    dating::dateline(first, &Hints::default()).map(|(_, end)| fold(&first[end..]))
}

fn paragraphs(draft: &Draft) -> impl Iterator<Item = &str> {
    draft.body_text.split("\n\n").filter(|paragraph| !paragraph.trim().is_empty())
}

/// What of a draft tells which others are the same release, kept without its words.
#[derive(Debug)]
pub(super) struct Sketch {
    /// The keys of title, opening and their beginnings, each once; behind them those of its paragraphs, ordered.
    keys: Box<[Key]>,
    /// How many of the keys are of the first kind.
    parts: u8,
    /// Of title and body: the same words whatever their length.
    whole: Key,
    title: Key,
    opening: Key,
    /// Which of title and opening are long enough for a teaser, where the draft is a single paragraph.
    teases: [bool; 2],
    /// Whether it is a single paragraph cut short.
    is_cut: bool,
    /// The length of its body in bytes.
    pub length: u32,
    /// The day of an explicit date, counted from the first of our era.
    day: Option<i32>,
    /// The minute since 1970 of an explicit date that tells it.
    minute: Option<i32>,
    declared_id: Option<Key>,
    /// Whether its date is the end of an embargo, which says nothing of when it was written.
    is_held: bool,
}

impl Sketch {
    pub fn of(draft: &Draft) -> Self {
        let folds: Vec<String> = paragraphs(draft).map(fold).collect();
        let first = paragraphs(draft).next().unwrap_or_default();
        let text = opening(first).unwrap_or_else(|| folds.first().cloned().unwrap_or_default());
        let opening = Opening { title: fold(&draft.title), text };
        let words = std::iter::once(&opening.title).chain(&folds).filter(|text| !text.is_empty());
        let whole = Key::of(&words.map(String::as_str).collect::<Vec<_>>().join(" "));
        let mut keys: Vec<Key> = opening.texts().into_iter().filter_map(Key::of_long).collect();
        // A teaser cut short agrees with its release in its beginning only.
        keys.extend(opening.texts().into_iter().filter_map(beginning).map(Key::of));
        keys.sort_unstable();
        keys.dedup();
        let parts = keys.len() as u8;
        keys.extend(folds.iter().filter_map(|text| Key::of_long(text)));
        keys[usize::from(parts)..].sort_unstable();
        let first = first.trim_end();
        let is_single = folds.len() < 2;
        let is_cut = first.ends_with(['…', ']']) || first.ends_with("...") || draft.title.ends_with('…');
        let explicit = draft.date.as_ref().filter(|date| date.evidence.kind >= EvidenceKind::Dateline);
        Self {
            keys: keys.into(),
            parts,
            whole,
            title: Key::of(&opening.title),
            opening: Key::of(&opening.text),
            teases: opening.texts().map(|text| is_single && text.len() >= SHORTEST_TEASER),
            is_cut: is_single && is_cut,
            length: u32::try_from(draft.body_text.len()).unwrap_or(u32::MAX),
            minute: explicit
                .filter(|date| date.precision >= Precision::Minute)
                .and_then(|date| i32::try_from(date.published.timestamp() / 60).ok()),
            day: explicit.map(|date| date.published.date_naive().num_days_from_ce()),
            declared_id: draft.declared_id.as_deref().map(Key::of),
            is_held: explicit.is_some_and(|date| date::embargo(&date.evidence.text).is_some()),
        }
    }

    /// What other drafts may have in common with it.
    pub fn shared(&self) -> impl Iterator<Item = Shared> {
        let parts = self.keys[..usize::from(self.parts)].iter().map(|key| Shared::Part(*key));
        parts.chain([Shared::Whole(self.whole)])
    }

    /// Whether this is the same release as a fuller one. `words` tells the openings of the fuller and of this one
    /// where they must be read again, or nothing where that can't be done.
    pub fn is_of(&self, full: &Sketch, words: impl FnOnce() -> Option<[Opening; 2]>) -> bool {
        if full.declared_id.is_some() && self.declared_id.is_some() && full.declared_id != self.declared_id {
            return false;
        }
        // The same words with an embargo and without one are one release, which is held back, whatever date stands there.
        let are_dates = self.is_held == full.is_held;
        if let (Some(a), Some(b)) = (full.day, self.day)
            && are_dates
            && (a - b).abs() > SAME_RELEASE
        {
            return false;
        }
        // A bulletin in the same words each hour, under a title and a time of its own.
        if are_dates
            && self.title != full.title
            && self.minute.is_some()
            && full.minute.is_some()
            && self.minute != full.minute
        {
            return false;
        }
        if self.whole == full.whole {
            return true;
        }
        let teaser = |text: Key| text == full.title || text == full.opening;
        if self.teases[0] && teaser(self.title) || self.teases[1] && teaser(self.opening) {
            return true;
        }
        if self.is_cut && words().is_some_and(|[full, own]| own.begins(&full)) {
            return true;
        }
        // Two full texts: most paragraphs of the shorter must stand in the longer.
        let (long, short) = (full.paragraphs(), self.paragraphs());
        let common = short.iter().filter(|key| long.binary_search(key).is_ok()).count();
        !short.is_empty() && common * 2 > short.len() && self.title == full.title
            || common == short.len() && common == long.len() && common > 0
    }

    fn paragraphs(&self) -> &[Key] {
        &self.keys[usize::from(self.parts)..]
    }
}

/// The beginning of a folded text that is long enough to be cut short: as many whole characters.
fn beginning(text: &str) -> Option<&str> {
    let end = (0..=PREFIX.min(text.len())).rev().find(|&at| text.is_char_boundary(at))?;
    (text.len() >= PREFIX && end >= LONG_ENOUGH).then(|| &text[..end])
}

/// Two drafts of one release: the fullest body, the strongest evidence, every file.
pub(super) fn unite(a: Draft, b: Draft) -> Draft {
    let (mut full, mut other) = if b.body_text.len() > a.body_text.len() { (b, a) } else { (a, b) };
    full.sources.append(&mut other.sources);
    let rank = |draft: &Draft| draft.date.as_ref().map(|d| (d.evidence.kind, d.precision));
    if rank(&other) > rank(&full) {
        full.date = other.date;
    }
    full.modified = full.modified.max(other.modified);
    full.embargo = full.embargo.max(other.embargo);
    full.expires = match (full.expires, other.expires) {
        (Some(a), Some(b)) => Some(a.max(b)),
        _ => None,
    };
    full.unfinished |= other.unfinished;
    full.declared_id = full.declared_id.or(other.declared_id);
    full.slug = full.slug.or(other.slug);
    full.language = full.language.or(other.language);
    full.image = full.image.or(other.image);
    full.link = full.link.or(other.link);
    append_new(&mut full.aliases, other.aliases);
    append_new(&mut full.tags, other.tags);
    append_new(&mut full.authors, other.authors);
    append_new(&mut full.attachments, other.attachments);
    full.passed_over.append(&mut other.passed_over);
    full.passed_over.truncate(MOST_PASSED_OVER);
    full
}

fn append_new<T: PartialEq>(list: &mut Vec<T>, more: Vec<T>) {
    for value in more {
        if !list.contains(&value) {
            list.push(value);
        }
    }
}
