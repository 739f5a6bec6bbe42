//! Which new draft is which previous item: one pure function, the heart of the ledger's promise.
//!
//! Certain evidence first, each kind over all items before the next: a declared id; every byte the same in the same
//! file; the same title and text; the same text under another title; the same address elsewhere; and at last likeness.
//! Within a kind, the same file and the same date come first. Every step looks items up by hash, so the work grows with
//! the number of items and not with its square.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::hash::Hash as StdHash;
use std::sync::Arc;

use super::print::{Hash, Print};
use super::reason::{How, Reason};
use super::similarity::Sketch;

/// From this share of common word pairs on, a text in another file is an edited copy of one that went away.
pub const ALIKE_ELSEWHERE: f64 = 0.5;
/// The share within the same file, where less is enough.
pub const ALIKE_IN_PLACE: f64 = 0.35;
/// Two dates nearer than this, in microseconds, are the same date with its time corrected.
const SAME_DAY: i64 = 24 * 3_600_000_000;
/// Longest list of items that one hash leads to before it counts as boilerplate.
pub const CROWD: usize = 48;

/// What is compared of an item or draft.
#[derive(Debug, Clone)]
pub struct Face<'a> {
    /// Its fingerprints.
    pub print: &'a Print,
    /// The files it stands in.
    pub paths: Vec<&'a str>,
    /// The id that its author declares.
    pub declared: Option<&'a str>,
}

/// A previous item.
#[derive(Debug, Clone)]
pub struct Known<'a> {
    /// What it was like when last seen.
    pub face: Face<'a>,
    /// Its id.
    pub id: &'a str,
    /// Whether it is there to be matched.
    pub presence: Presence,
    /// When it was first seen, in microseconds.
    pub seen: i64,
    /// When everybody saw it first, likewise.
    pub public: Option<i64>,
    /// Whether it came so lately that its file may have been one for a moment, or was one before.
    pub passing: bool,
    /// Whether it was once let go for the release whose edit it was.
    pub passed: bool,
}

impl Known<'_> {
    /// Whether it is the one that readers have known for longer.
    fn precedes(&self, other: &Self) -> bool {
        let known = match (self.public, other.public) {
            (Some(own), Some(other)) => own < other,
            (own, other) => own.is_some() || other.is_none(),
        };
        known && self.seen < other.seen
    }

    /// Whether it is but the trace of a release's edit, whose text elsewhere is that release.
    fn is_shadow(&self) -> bool {
        self.passed && self.presence != Presence::Live
    }
}

/// Where a previous item stands before the new drafts are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// Published from files that were all looked at.
    Live,
    /// One of its files could not be read this time, so that it stays whatever the drafts say.
    Standing,
    /// Withdrawn, within its tombstone's life: it may return, edited too.
    Withdrawn,
    /// Likewise, but so many were withdrawn since that it may return edited only where it stood.
    Faded,
    /// Withdrawn long ago: only the very same text brings it back.
    Forgotten,
}

/// What became of one draft.
#[derive(Debug, Clone, PartialEq)]
pub struct Match {
    /// The previous item that it is; `None` where it is new.
    pub previous: Option<usize>,
    /// Why.
    pub reason: Reason,
    /// The declared id could not be taken, because it is another's.
    pub id_taken: bool,
    /// The item that an edit was for a while before it took its release's place.
    pub instead_of: Option<usize>,
}

impl Match {
    /// Whether nothing certain decided, so that another item could be more like it.
    pub fn is_unsure(&self) -> bool {
        self.previous.is_none() || matches!(self.reason.how, How::Alike(_))
    }
}

/// Decides for each draft which previous item it is, in the drafts' order. No item is given twice.
///
/// The result depends on the order of both lists only where evidence is equal: give them in a stable one.
/// `recall` and `sketch` give the sketches of previous items and of drafts, and are asked only for those that
/// nothing certain decides. Fails only where they do.
pub fn decide<E>(
    previous: &[Known<'_>],
    drafts: &[Face<'_>],
    mut recall: impl FnMut(usize) -> Result<Arc<Sketch>, E>,
    mut sketch: impl FnMut(usize) -> Result<Arc<Sketch>, E>,
) -> Result<Vec<Match>, E> {
    let mut table = Table::new(previous, drafts);
    table.by_declared_id();
    // What is as it was stays what it is, whatever else is like it.
    table.by_content(&Step { content: Content::Raw, place: true, date: false });
    for content in [Content::Full, Content::Body] {
        for (place, date) in [(true, true), (false, true), (true, false), (false, false)] {
            table.by_content(&Step { content, place, date });
        }
        if content == Content::Full {
            table.lone_in_file();
        }
    }
    table.by_link();
    table.by_likeness(&mut recall, &mut sketch)?;
    table.give_back(recall, sketch)?;
    Ok(table.matches)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Content {
    /// Byte for byte.
    Raw,
    Full,
    Body,
}

/// One step of looking for equal content: in the same file, with the same date, or anywhere.
struct Step {
    content: Content,
    place: bool,
    date: bool,
}

struct Table<'t, 'a> {
    previous: &'t [Known<'a>],
    drafts: &'t [Face<'a>],
    free: Vec<bool>,
    matches: Vec<Match>,
    /// How many items and drafts each file holds; filled when first asked for.
    counts: Option<(Counts<'a>, Counts<'a>)>,
}

type Counts<'a> = HashMap<&'a str, u32>;

impl<'t, 'a> Table<'t, 'a> {
    fn new(previous: &'t [Known<'a>], drafts: &'t [Face<'a>]) -> Self {
        let reason = Reason { how: How::New, moved_from: None };
        let unknown = Match { previous: None, reason, id_taken: false, instead_of: None };
        let matches = vec![unknown; drafts.len()];
        Self { previous, drafts, free: vec![true; previous.len()], matches, counts: None }
    }

    fn take(&mut self, draft: usize, item: usize, how: How) {
        self.free[item] = false;
        let (old, new) = (&self.previous[item].face, &self.drafts[draft]);
        let here = old.paths.is_empty() || new.paths.iter().any(|path| old.paths.contains(path));
        let how = if how == How::SameText && old.print.date != new.print.date { How::Redated } else { how };
        let moved_from = if here { None } else { old.paths.first().map(|path| (*path).to_string()) };
        self.matches[draft].previous = Some(item);
        self.matches[draft].reason = Reason { how, moved_from };
    }

    fn open(&self, draft: usize) -> bool {
        self.matches[draft].previous.is_none()
    }

    fn open_drafts(&self) -> Vec<usize> {
        (0..self.drafts.len()).filter(|&draft| self.open(draft)).collect()
    }

    fn free_items(&self) -> Vec<usize> {
        (0..self.previous.len()).filter(|&item| self.free[item]).collect()
    }

    /// Declared ids. Of several drafts that declare the same, the one that lies in the item's file has it.
    fn by_declared_id(&mut self) {
        let mut claims: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (draft, face) in self.drafts.iter().enumerate() {
            if let Some(id) = face.declared {
                claims.entry(id).or_default().push(draft);
            }
        }
        if claims.is_empty() {
            return;
        }
        let mut known: HashMap<&str, usize> = HashMap::new();
        for (item, old) in self.previous.iter().enumerate() {
            known.entry(old.id).or_insert(item);
        }
        for (item, old) in self.previous.iter().enumerate() {
            if let Some(id) = old.face.declared {
                known.insert(id, item);
            }
        }
        for (id, drafts) in claims {
            let item = known.get(id).copied().filter(|&item| self.free[item]);
            let at_home = |&&draft: &&usize| {
                item.is_some_and(|item| {
                    self.drafts[draft].paths.iter().any(|p| self.previous[item].face.paths.contains(p))
                })
            };
            let heir = *drafts.iter().find(at_home).unwrap_or(&drafts[0]);
            for &draft in drafts.iter().filter(|&&draft| draft != heir) {
                self.matches[draft].id_taken = true;
            }
            if let Some(item) = item {
                self.take(heir, item, How::Declared);
            }
        }
    }

    fn by_content(&mut self, step: &Step) {
        let key = |face: &Face<'a>| {
            let content = match step.content {
                Content::Raw => face.print.raw,
                Content::Full => face.print.full,
                Content::Body => face.print.body,
            };
            (content, if step.date { face.print.date } else { None })
        };
        if step.place {
            self.pair(step, |face| face.paths.iter().map(|&path| (key(face), path)).collect());
        } else {
            self.pair(step, |face| vec![(key(face), "")]);
        }
    }

    /// Pairs drafts with free items that share a key, in order.
    fn pair<K: StdHash + Eq>(&mut self, step: &Step, keys: impl Fn(&Face<'a>) -> Vec<K>) {
        let (items, drafts) = (self.free_items(), self.open_drafts());
        if items.is_empty() || drafts.is_empty() {
            return;
        }
        let mut index: HashMap<K, Vec<usize>> = HashMap::with_capacity(items.len());
        // Backwards, so that the first is at the end; live ones before withdrawn ones.
        let rank = |&item: &usize| (self.previous[item].presence as u8, item);
        let mut items = items;
        items.sort_by_key(|item| std::cmp::Reverse(rank(item)));
        for item in items {
            for key in keys(&self.previous[item].face) {
                index.entry(key).or_default().push(item);
            }
        }
        for draft in drafts {
            for key in keys(&self.drafts[draft]) {
                let Some(list) = index.get_mut(&key) else { continue };
                while list.last().is_some_and(|&item| !self.free[item]) {
                    list.pop();
                }
                let mut nearest = list.iter().rev().take(CROWD).copied();
                let found = nearest.find(|&item| self.free[item] && self.certain(step, item, draft));
                if let Some(item) = found {
                    let how = if step.content == Content::Body { How::Retitled } else { How::SameText };
                    self.take(draft, item, how);
                    break;
                }
            }
        }
    }

    /// Whether equal content is proof at this step. `Bug fixes.` alone is none: there, place and date count too.
    fn certain(&self, step: &Step, item: usize, draft: usize) -> bool {
        let (old, new) = (&self.previous[item], &self.drafts[draft]);
        let weighty = new.print.weighty();
        if old.is_shadow() && !step.place {
            return false;
        }
        match step.content {
            Content::Raw => old.presence == Presence::Live,
            Content::Full if old.presence == Presence::Live => weighty || step.date,
            Content::Full => weighty || (step.place && step.date),
            Content::Body => {
                let titled_alone = new.print.words == 0;
                let recent = matches!(old.presence, Presence::Live | Presence::Withdrawn | Presence::Faded);
                !titled_alone && recent && (weighty || (step.place && step.date)) && !rival_ids(&old.face, new)
            }
        }
    }

    /// A short text that is its file's only one, before and now, is the same with another date.
    fn lone_in_file(&mut self) {
        let (items, drafts) = (self.free_items(), self.open_drafts());
        if items.is_empty() || drafts.is_empty() {
            return;
        }
        let mut homes: HashMap<(Hash, &str), usize> = HashMap::new();
        for item in items.into_iter().filter(|&item| self.previous[item].presence == Presence::Live) {
            for &path in &self.previous[item].face.paths {
                if self.alone(path) {
                    homes.insert((self.previous[item].face.print.full, path), item);
                }
            }
        }
        for draft in drafts {
            let face = &self.drafts[draft];
            let home = face.paths.iter().find_map(|&path| homes.get(&(face.print.full, path)).copied());
            if let Some(item) = home.filter(|&item| self.free[item]) {
                self.take(draft, item, How::SameText);
            }
        }
    }

    /// Whether a file held one item and now holds one draft.
    fn alone(&mut self, path: &str) -> bool {
        let (old, new) = self.counts.get_or_insert_with(|| {
            let mut old = Counts::new();
            for item in self.previous.iter().filter(|item| matches!(item.presence, Presence::Live | Presence::Standing))
            {
                item.face.paths.iter().for_each(|path| *old.entry(path).or_default() += 1);
            }
            let mut new = Counts::new();
            self.drafts.iter().flat_map(|face| &face.paths).for_each(|path| *new.entry(path).or_default() += 1);
            (old, new)
        });
        old.get(path) == Some(&1) && new.get(path) == Some(&1)
    }

    /// Equal addresses elsewhere, where no other item or draft has the same.
    fn by_link(&mut self) {
        let drafts = self.open_drafts();
        let linked = drafts.iter().any(|&draft| self.drafts[draft].print.link.is_some());
        let items = self.free_items();
        if !linked || items.is_empty() {
            return;
        }
        let mut draft_of: HashMap<Hash, Vec<usize>> = HashMap::new();
        for (draft, face) in self.drafts.iter().enumerate() {
            face.print.link.iter().for_each(|&link| draft_of.entry(link).or_default().push(draft));
        }
        let mut item_of: HashMap<Hash, Vec<usize>> = HashMap::new();
        for (item, old) in self.previous.iter().enumerate() {
            if old.presence != Presence::Forgotten && !old.is_shadow() {
                old.face.print.link.iter().for_each(|&link| item_of.entry(link).or_default().push(item));
            }
        }
        for draft in drafts {
            let Some(link) = self.drafts[draft].print.link else { continue };
            let ([_], Some(&[item])) = (draft_of[&link].as_slice(), item_of.get(&link).map(Vec::as_slice)) else {
                continue;
            };
            if self.free[item] && !rival_ids(&self.previous[item].face, &self.drafts[draft]) {
                self.take(draft, item, How::Link);
            }
        }
    }

    /// Likeness of what is left. Only pairs that share a file, a title or an uncommon pair of words are weighed;
    /// the most alike are joined first.
    fn by_likeness<E>(
        &mut self,
        mut recall: impl FnMut(usize) -> Result<Arc<Sketch>, E>,
        mut sketch: impl FnMut(usize) -> Result<Arc<Sketch>, E>,
    ) -> Result<(), E> {
        let drafts = self.open_drafts();
        let mut items = self.free_items();
        let files: HashSet<&str> = drafts.iter().flat_map(|&draft| self.drafts[draft].paths.iter().copied()).collect();
        items.retain(|&item| match &self.previous[item] {
            Known { presence: Presence::Standing | Presence::Forgotten, .. } => false,
            old if old.presence == Presence::Faded || old.is_shadow() => {
                old.face.paths.iter().any(|path| files.contains(path))
            }
            _ => true,
        });
        if drafts.is_empty() || items.is_empty() {
            return Ok(());
        }
        let sketches = items.iter().map(|&item| recall(item)).collect::<Result<Vec<_>, E>>()?;
        let mut by_pair: HashMap<u32, Vec<usize>> = HashMap::new();
        let mut by_title: HashMap<&[u32], Vec<usize>> = HashMap::new();
        let mut by_path: HashMap<&str, Vec<usize>> = HashMap::new();
        for (at, sketch) in sketches.iter().enumerate() {
            sketch.pairs.iter().for_each(|&pair| by_pair.entry(pair).or_default().push(at));
            by_title.entry(sketch.title_pieces()).or_default().push(at);
            self.previous[items[at]].face.paths.iter().for_each(|&path| by_path.entry(path).or_default().push(at));
        }
        let mut scores = Vec::new();
        for &draft in &drafts {
            let own = sketch(draft)?;
            let mut shared: HashMap<usize, usize> = HashMap::new();
            for list in own.pairs.iter().filter_map(|pair| by_pair.get(pair)).filter(|list| list.len() <= CROWD) {
                list.iter().for_each(|&at| *shared.entry(at).or_default() += 1);
            }
            let mut near: Vec<(usize, usize)> = shared.into_iter().map(|(at, n)| (usize::MAX - n, at)).collect();
            near.sort_unstable();
            near.truncate(CROWD);
            let mut near: Vec<usize> = near.into_iter().map(|(_, at)| at).collect();
            let paths = self.drafts[draft].paths.iter().filter_map(|path| by_path.get(path));
            for list in by_title.get(own.title_pieces()).into_iter().chain(paths).filter(|list| list.len() <= CROWD) {
                near.extend(list);
            }
            near.sort_unstable();
            near.dedup();
            for at in near {
                if let Some((score, alike)) = self.likeness(items[at], draft, &sketches[at], &own) {
                    scores.push((score, items[at], draft, alike));
                }
            }
        }
        for (item, draft, alike) in best_first(scores) {
            if self.free[item] && self.open(draft) {
                self.take(draft, item, How::Alike((alike * 100.0) as u8));
            }
        }
        Ok(())
    }

    /// An edit that came under another name (written beside the release, then moved over it) is the release whose
    /// place it took, as if it had been written there. The item that it was under the other name is let go; so is one
    /// that was withdrawn elsewhere and had the same text.
    fn give_back<E>(
        &mut self,
        mut recall: impl FnMut(usize) -> Result<Arc<Sketch>, E>,
        mut sketch: impl FnMut(usize) -> Result<Arc<Sketch>, E>,
    ) -> Result<(), E> {
        let mut movers: HashMap<&str, Vec<usize>> = HashMap::new();
        for (draft, found) in self.matches.iter().enumerate().filter(|(_, found)| found.reason.how != How::Declared) {
            let Some(taken) = found.previous.map(|item| &self.previous[item]) else { continue };
            let passing = taken.passing || taken.presence != Presence::Live;
            if passing && taken.presence != Presence::Standing {
                for path in self.drafts[draft].paths.iter().filter(|path| !taken.face.paths.contains(path)) {
                    movers.entry(path).or_default().push(draft);
                }
            }
        }
        if movers.is_empty() {
            return Ok(());
        }
        let mut scores = Vec::new();
        for item in self.free_items() {
            let old = &self.previous[item];
            if !matches!(old.presence, Presence::Live | Presence::Withdrawn) {
                continue;
            }
            let here = old.face.paths.iter().filter_map(|path| movers.get(path)).flatten();
            for draft in here.copied().collect::<BTreeSet<_>>() {
                let taken = self.matches[draft].previous.map(|item| &self.previous[item]);
                if taken.is_some_and(|taken| old.precedes(taken))
                    && let Some((score, alike)) = self.likeness(item, draft, &*recall(item)?, &*sketch(draft)?)
                {
                    scores.push((score, item, draft, alike));
                }
            }
        }
        let mut back: BTreeSet<usize> = BTreeSet::new();
        for (item, draft, alike) in best_first(scores) {
            if self.free[item] && back.insert(draft) {
                let taken = self.matches[draft].previous;
                self.take(draft, item, How::Alike((alike * 100.0) as u8));
                taken.into_iter().for_each(|taken| self.free[taken] = true);
                self.matches[draft].instead_of = taken;
            }
        }
        Ok(())
    }

    /// Whether a draft may be an item's next form, as (rank, likeness).
    fn likeness(&mut self, item: usize, draft: usize, old: &Sketch, new: &Sketch) -> Option<(f64, f64)> {
        let (known, face) = (&self.previous[item], &self.drafts[draft]);
        if rival_ids(&known.face, face) {
            return None;
        }
        let shared = face.paths.iter().find(|path| known.face.paths.contains(path)).copied();
        let place = shared.is_some();
        let date = compare(known.face.print.date, face.print.date);
        let slight = !known.face.print.weighty() && !face.print.weighty();
        let live = known.presence == Presence::Live;
        let title = old.title(new);
        let opening = old.opening(new);
        let text = old.text(new).max(if opening >= 0.8 { 0.9 * opening } else { 0.0 });
        let lone = shared.is_some_and(|path| self.alone(path));
        // A report on the same form with other figures is another one, however alike the words are.
        let figures = old.same_figures(new) || (place && date == Dates::Same && title >= 0.8);
        let same = figures
            && match (date, place) {
                // Another date and another text is another release, unless nearly all the rest has stayed.
                (Dates::Differ, true) => text >= 0.6 && title >= 0.8,
                (Dates::Differ, false) => !slight && text >= 0.8 && title >= 0.8,
                (Dates::Same, true) => text >= 0.3 || title >= 0.6 || (lone && (text >= 0.15 || title >= 0.5)),
                (Dates::Unknown, true) if slight => text >= ALIKE_IN_PLACE && title >= 0.6,
                (Dates::Unknown, true) => text >= ALIKE_IN_PLACE || (title >= 0.8 && (lone || text >= 0.1)),
                (_, false) if slight => text >= ALIKE_ELSEWHERE && title >= 0.7,
                (_, false) => text >= ALIKE_ELSEWHERE || (title >= 0.8 && text >= 0.3),
            };
        let bonus = |yes: bool, by: f64| if yes { by } else { 0.0 };
        let rank = text + 0.3 * title + bonus(place, 0.2) + bonus(date == Dates::Same, 0.1) + bonus(live, 0.05);
        same.then_some((rank, if text > 0.0 { text } else { title }))
    }
}

/// Pairs of an item and a draft with their likeness, by rank.
fn best_first(mut scores: Vec<(f64, usize, usize, f64)>) -> impl Iterator<Item = (usize, usize, f64)> {
    scores.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    scores.into_iter().map(|(_, item, draft, alike)| (item, draft, alike))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Dates {
    Same,
    Differ,
    Unknown,
}

fn compare(old: Option<i64>, new: Option<i64>) -> Dates {
    match (old, new) {
        (Some(old), Some(new)) if old.abs_diff(new) < SAME_DAY as u64 => Dates::Same,
        (Some(_), Some(_)) => Dates::Differ,
        _ => Dates::Unknown,
    }
}

/// Two different declared ids are two different releases, however alike.
fn rival_ids(old: &Face<'_>, new: &Face<'_>) -> bool {
    matches!((old.declared, new.declared), (Some(old), Some(new)) if old != new)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::print::hash;

    struct Text {
        title: &'static str,
        body: &'static str,
        print: Print,
        path: &'static str,
    }

    const BRIDGE: &str = "The council opened a new footbridge over the river on Monday and closed the old one at once.";
    const BREAD: &str =
        "Bread prices rose for the third month in a row, as the statistics office said in its bulletin.";

    fn text(path: &'static str, title: &'static str, body: &'static str, day: Option<i64>) -> Text {
        let print = Print {
            raw: hash(format!("{title}/{body}/{day:?}").as_bytes()),
            full: hash(format!("{title}/{body}").as_bytes()),
            body: hash(body.as_bytes()),
            words: body.split_whitespace().count() as u32,
            date: day.map(|day| day * SAME_DAY),
            link: None,
        };
        Text { title, body, print, path }
    }

    /// What each draft is, as the position of a previous text, with the evidence.
    fn matched(old: &[Text], presence: Presence, new: &[Text]) -> Vec<(Option<usize>, How)> {
        let face = |text: &'static str, print| Face { print, paths: vec![text], declared: None };
        let ids: Vec<String> = (0..old.len()).map(|n| n.to_string()).collect();
        let known: Vec<Known<'_>> = old
            .iter()
            .zip(&ids)
            .zip(0..)
            .map(|((text, id), seen)| Known {
                face: face(text.path, &text.print),
                id,
                presence,
                seen,
                public: Some(seen),
                passing: seen > 0,
                passed: false,
            })
            .collect();
        let drafts: Vec<Face<'_>> = new.iter().map(|text| face(text.path, &text.print)).collect();
        let sketch = |text: &Text| Sketch::of(text.title, text.body);
        let recall = |item: usize| Ok::<_, ()>(Arc::new(sketch(&old[item])));
        let matches =
            decide(&known, &drafts, recall, |draft| Ok(Arc::new(sketch(&new[draft])))).expect("nothing fails");
        matches.into_iter().map(|found| (found.previous, found.reason.how)).collect()
    }

    #[test]
    fn drafts_are_known_again_by_the_strongest_evidence() {
        let old = || vec![text("a", "Bridge", BRIDGE, Some(1)), text("d", "1.0", "Bug fixes.", Some(2))];
        let later =
            "The council opened a new footbridge over the river on Monday and closed the old one in the evening.";
        let table = [
            ("unchanged", text("a", "Bridge", BRIDGE, Some(1)), (Some(0), How::SameText)),
            ("moved", text("b", "Bridge", BRIDGE, Some(1)), (Some(0), How::SameText)),
            ("redated", text("a", "Bridge", BRIDGE, Some(9)), (Some(0), How::Redated)),
            ("retitled and moved", text("b", "Walkers", BRIDGE, Some(1)), (Some(0), How::Retitled)),
            ("edited and moved", text("b", "Bridge", later, Some(1)), (Some(0), How::Alike(79))),
            ("other news", text("a", "Bread", BREAD, Some(1)), (None, How::New)),
            ("edited under another date elsewhere", text("b", "Walkers", later, Some(9)), (None, How::New)),
            ("a short text moved with its date", text("e", "1.0", "Bug fixes.", Some(2)), (Some(1), How::SameText)),
            ("a short text elsewhere and at another time", text("e", "1.0", "Bug fixes.", Some(3)), (None, How::New)),
            ("a short text under another title", text("e", "1.1", "Bug fixes.", Some(2)), (None, How::New)),
        ];
        for (name, new, expected) in table {
            assert_eq!(matched(&old(), Presence::Live, &[new]), [expected], "{name}");
        }
    }

    #[test]
    fn what_was_forgotten_returns_only_as_it_was() {
        let old = [text("a", "Bridge", BRIDGE, None)];
        let edited = "The council opened a new footbridge over the river on Monday and closed the old one later.";
        let exact = matched(&old, Presence::Forgotten, &[text("b", "Bridge", BRIDGE, None)]);
        assert_eq!(exact, [(Some(0), How::SameText)]);
        assert_eq!(matched(&old, Presence::Forgotten, &[text("a", "Bridge", edited, None)])[0].0, None);
        assert_eq!(matched(&old, Presence::Withdrawn, &[text("a", "Bridge", edited, None)])[0].0, Some(0));
        assert_eq!(matched(&old, Presence::Standing, &[text("a", "Bridge", edited, None)])[0].0, None);
    }

    #[test]
    fn an_edit_that_came_by_another_name_stays_in_its_place() {
        let edited = "The council opened a new footbridge over the river on Monday and closed the old one later.";
        let old = [text("a", "Bridge", BRIDGE, None), text("b", "Bridge of wood", edited, None)];
        let moved = |path, title, body| matched(&old, Presence::Live, &[text(path, title, body, None)])[0].0;
        assert_eq!(moved("a", "Bridge of wood", edited), Some(0), "moved over the release");
        assert_eq!(moved("c", "Bridge of wood", edited), Some(1), "moved elsewhere");
        assert_eq!(moved("b", "Bridge of wood", edited), Some(1), "left where it is");
        let old = [text("a", "Bread", BREAD, None), text("b", "Bridge", BRIDGE, None)];
        let found = matched(&old, Presence::Live, &[text("a", "Bridge", BRIDGE, None)]);
        assert_eq!(found, [(Some(1), How::SameText)], "another release took the place");
    }

    #[test]
    fn an_item_goes_to_one_draft_only() {
        let old = [text("a", "Bridge", BRIDGE, None)];
        let two = [text("a", "Bridge", BRIDGE, None), text("b", "Bridge", BRIDGE, None)];
        let found = matched(&old, Presence::Live, &two);
        assert_eq!(found, [(Some(0), How::SameText), (None, How::New)]);
    }
}
