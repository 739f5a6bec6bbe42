//! Merging: the same text in several files is one release.
//!
//! Two drafts are the same when the whole text of one is the title or the opening of the other (a teaser, perhaps cut
//! short), or when most of their paragraphs are the same; unless explicit dates more than a few days apart say that
//! the words were used again.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::dating;
use super::evidence::Key;
use super::{Draft, EvidenceKind};
use crate::date::Hints;
use crate::text::fold;

/// Days by which the dates of one release in two places may differ.
const SAME_RELEASE: i64 = 3;
/// Folded bytes of a teaser cut short that must agree.
const PREFIX: usize = 48;

/// Drafts of a whole folder with those of one release made one. The order of the first of each stays.
pub(super) fn merge<'l>(drafts: impl IntoIterator<Item = (Cow<'l, Lede>, Draft)>) -> Vec<Draft> {
    let (ledes, drafts): (Vec<Cow<'l, Lede>>, Vec<Draft>) = drafts.into_iter().unzip();
    if drafts.len() < 2 {
        return drafts;
    }
    let mut groups: Vec<usize> = (0..drafts.len()).collect();
    let mut by_key: BTreeMap<Key, Vec<usize>> = BTreeMap::new();
    for (at, lede) in ledes.iter().enumerate() {
        for key in &lede.keys {
            by_key.entry(*key).or_default().push(at);
        }
    }
    for same in by_key.values() {
        // Against the fullest of them; teasers of one release need not be compared with one another.
        let fullest = *same
            .iter()
            .max_by_key(|&&at| (drafts[at].body_text.len(), std::cmp::Reverse(at)))
            .expect("a group has a member");
        for &other in same {
            if other != fullest && is_same(&drafts[fullest], &ledes[fullest], &drafts[other], &ledes[other]) {
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

fn root(groups: &[usize], mut at: usize) -> usize {
    while groups[at] != at {
        at = groups[at];
    }
    at
}

/// What a draft opens with, folded, and what else it is compared by.
#[derive(Debug, Clone)]
pub(super) struct Lede {
    title: String,
    opening: String,
    /// The keys of its paragraphs, ordered.
    paragraphs: Vec<Key>,
    single: bool,
    cut_short: bool,
    /// Of title and body: the same words whatever their length.
    whole: Key,
    keys: Vec<Key>,
}

impl Lede {
    pub fn of(draft: &Draft) -> Self {
        let paragraphs: Vec<&str> = draft.body_text.split("\n\n").filter(|p| !p.trim().is_empty()).collect();
        let first = paragraphs.first().copied().unwrap_or_default();
        let title = fold(&draft.title);
        let folds: Vec<String> = paragraphs.iter().map(|text| fold(text)).collect();
        // A teaser leaves the dateline of its release off.
        let opening = match dating::dateline(first, &Hints::default()) {
            Some((_, end)) => fold(&first[end..]),
            None => folds.first().cloned().unwrap_or_default(),
        };
        let cut_short =
            first.trim_end().ends_with(['…', ']']) || first.trim_end().ends_with("...") || draft.title.ends_with('…');
        let mut keys: Vec<Key> = [&title, &opening].into_iter().filter_map(|text| Key::of_long(text)).collect();
        // A teaser cut short agrees with its release in its beginning only.
        keys.extend([&title, &opening].into_iter().filter_map(|text| text.get(..PREFIX).and_then(Key::of_long)));
        let words = std::iter::once(&title).chain(&folds).filter(|text| !text.is_empty());
        let whole = Key::of(&words.map(String::as_str).collect::<Vec<_>>().join(" "));
        keys.push(whole);
        keys.sort_unstable();
        keys.dedup();
        let single = paragraphs.len() < 2;
        let mut paragraphs: Vec<Key> = folds.iter().filter_map(|text| Key::of_long(text)).collect();
        paragraphs.sort_unstable();
        Self { title, opening, paragraphs, single, cut_short, whole, keys }
    }

    /// Whether this whole text is one of the other's opening texts.
    fn is_teaser_of(&self, other: &Lede) -> bool {
        self.single
            && [&self.opening, &self.title].into_iter().any(|text| {
                text.len() >= 20
                    && (*text == other.title
                        || *text == other.opening
                        || self.cut_short
                            && text.len() >= PREFIX
                            && (other.opening.starts_with(text.as_str()) || other.title.starts_with(text.as_str())))
            })
    }
}

fn is_same(full: &Draft, full_lede: &Lede, other: &Draft, lede: &Lede) -> bool {
    if full.declared_id.is_some() && other.declared_id.is_some() && full.declared_id != other.declared_id {
        return false;
    }
    let explicit = |draft: &Draft| {
        draft.date.as_ref().filter(|d| d.evidence.kind >= EvidenceKind::Dateline).map(|d| d.published.date_naive())
    };
    if let (Some(a), Some(b)) = (explicit(full), explicit(other))
        && (a - b).num_days().abs() > SAME_RELEASE
    {
        return false;
    }
    if lede.whole == full_lede.whole || lede.is_teaser_of(full_lede) {
        return true;
    }
    // Two full texts: most paragraphs of the shorter must stand in the longer.
    let (long, short) = (&full_lede.paragraphs, &lede.paragraphs);
    let common = short.iter().filter(|key| long.binary_search(key).is_ok()).count();
    !short.is_empty() && common * 2 > short.len() && lede.title == full_lede.title
        || common == short.len() && common == long.len() && common > 0
}

/// Two drafts of one release: the fullest body, the strongest evidence, every file.
fn unite(a: Draft, b: Draft) -> Draft {
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
    full
}

fn append_new<T: PartialEq>(list: &mut Vec<T>, more: Vec<T>) {
    for value in more {
        if !list.contains(&value) {
            list.push(value);
        }
    }
}
