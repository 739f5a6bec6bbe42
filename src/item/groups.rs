//! Which drafts of a folder are one release, kept up as drafts come and go.
//!
//! The result is that of [`merge`](super::merge::merge) over all drafts. What two drafts are to each other is
//! decided by the keys that they share and by the other holders of these, so a change concerns the holders of its own
//! keys with all that were one release with them, and nobody else.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use foldhash::fast::FixedState;

use super::folder::Place;
use super::index::Index;
use super::merge::{self, Opening, Shared, Sketch};

/// The drafts of a folder, each with a number, and which of them are one release.
#[derive(Debug, Default)]
pub(super) struct Groups {
    drafts: Vec<Option<Member>>,
    /// Numbers that are not in use.
    free: Vec<u32>,
    parts: Index,
    wholes: Index,
    /// The drafts of each release that has several, in the order of their places; by the number of the first.
    several: HashMap<u32, Box<[u32]>, FixedState>,
}

#[derive(Debug)]
struct Member {
    place: Place,
    sketch: Sketch,
    /// The number of the first draft of its release.
    first: u32,
    /// Of the first draft of a release: a hash of the release as it was told last; 0 where it was not.
    told: u64,
}

/// What a change did to releases.
#[derive(Debug, Default)]
pub(super) struct Regrouped {
    /// The first drafts of the releases that are of other drafts than before, or of drafts that just came.
    pub changed: Vec<u32>,
    /// The first drafts of those that are no more as they were.
    pub dissolved: Vec<u32>,
    /// The places of these, with the hash of what was told of them.
    pub before: BTreeMap<Place, u64>,
    /// All files that the drafts of these releases stand in, or stood in.
    pub paths: BTreeSet<std::sync::Arc<str>>,
}

impl Groups {
    /// The drafts of the release that a draft belongs to, in the order of their places.
    pub fn release(&self, draft: u32) -> &[u32] {
        let first = &self.member(draft).first;
        self.several.get(first).map_or(std::slice::from_ref(first), |drafts| drafts)
    }

    /// The first draft of the release that a draft belongs to.
    pub fn first(&self, draft: u32) -> u32 {
        self.member(draft).first
    }

    /// Whether a draft is there and the first of its release.
    pub fn is_first(&self, draft: u32) -> bool {
        self.drafts[draft as usize].as_ref().is_some_and(|member| member.first == draft)
    }

    pub fn place(&self, draft: u32) -> &Place {
        &self.member(draft).place
    }

    /// The first drafts of all releases.
    pub fn firsts(&self) -> impl Iterator<Item = u32> {
        (0..).zip(&self.drafts).filter_map(|(at, member)| member.as_ref().filter(|m| m.first == at).map(|_| at))
    }

    /// The hash of what was told last of the release that a draft is the first of.
    pub fn told(&self, first: u32) -> u64 {
        self.member(first).told
    }

    pub fn tell(&mut self, first: u32, hash: u64) {
        self.member_mut(first).told = hash;
    }

    /// What tells which others are the same release as a draft.
    pub fn sketch(&self, draft: u32) -> &Sketch {
        &self.member(draft).sketch
    }

    /// Drafts as another process had them, numbered as they come, with their releases: the drafts of each in their
    /// order, and what was told of it. `None` where that does not go together.
    pub fn resume(drafts: Vec<(Place, Sketch)>, releases: Vec<(Box<[u32]>, u64)>) -> Option<Self> {
        let mut groups = Self::default();
        groups.drafts.reserve_exact(drafts.len());
        groups.wholes.reserve(drafts.len());
        for (place, sketch) in drafts {
            groups.insert(place, sketch);
        }
        let mut free = vec![true; groups.drafts.len()];
        for (drafts, told) in releases {
            let &first = drafts.first()?;
            for &draft in &drafts {
                std::mem::replace(free.get_mut(draft as usize)?, false).then_some(())?;
                groups.member_mut(draft).first = first;
            }
            groups.tell(first, told);
            if drafts.len() > 1 {
                groups.several.insert(first, drafts);
            }
        }
        free.iter().all(|free| !free).then_some(groups)
    }

    /// Takes drafts out and others in. Returns the numbers of those that came, and what became of releases.
    ///
    /// `words` reads the openings of two drafts again, the fuller first.
    pub fn change(
        &mut self,
        gone: &[u32],
        came: Vec<(Place, Sketch)>,
        words: &mut dyn FnMut(&Place, &Place) -> Option<[Opening; 2]>,
    ) -> (Vec<u32>, Regrouped) {
        let gone_keys = gone.iter().flat_map(|&draft| self.member(draft).sketch.shared());
        let keys: BTreeSet<Shared> = gone_keys.chain(came.iter().flat_map(|(_, sketch)| sketch.shared())).collect();
        let mut touched: BTreeSet<u32> = gone.iter().map(|&draft| self.first(draft)).collect();
        touched.extend(self.compared(&keys));
        // What the touched releases were.
        let mut old: BTreeMap<u32, Box<[u32]>> = BTreeMap::new();
        let mut regrouped = Regrouped::default();
        let mut keep = |groups: &Self, firsts: &BTreeSet<u32>, regrouped: &mut Regrouped| {
            for &first in firsts {
                let member = groups.member(first);
                regrouped.before.insert(member.place.clone(), member.told);
                let drafts: Box<[u32]> = groups.release(first).into();
                regrouped.paths.extend(drafts.iter().map(|&draft| groups.place(draft).path.clone()));
                old.insert(first, drafts);
            }
        };
        keep(self, &touched, &mut regrouped);
        for &draft in gone {
            self.remove(draft);
        }
        let fresh: Vec<u32> = came.into_iter().map(|(place, sketch)| self.insert(place, sketch)).collect();
        // A key that was a formula, and is none any more, compares drafts that it did not before.
        let is_fresh: BTreeSet<u32> = fresh.iter().copied().collect();
        let more = self.compared(&keys);
        let more: BTreeSet<u32> =
            more.into_iter().filter(|first| !is_fresh.contains(first) && !touched.contains(first)).collect();
        keep(self, &more, &mut regrouped);
        let gone: BTreeSet<u32> = gone.iter().copied().collect();
        let stay = old.values().flat_map(|drafts| drafts.iter().copied()).filter(|draft| !gone.contains(draft));
        let drafts: Vec<u32> = stay.chain(fresh.iter().copied()).collect::<BTreeSet<u32>>().into_iter().collect();
        for first in old.keys() {
            self.several.remove(first);
        }
        for release in self.divided(&drafts, words) {
            let first = release[0];
            let is_as_before = !release.iter().any(|draft| is_fresh.contains(draft))
                && old.get(&first).is_some_and(|old| **old == *release);
            for &draft in &release {
                let member = self.member_mut(draft);
                member.first = first;
                if !is_as_before {
                    member.told = 0;
                }
            }
            if is_as_before {
                old.remove(&first);
                regrouped.before.remove(self.place(first));
            } else {
                regrouped.changed.push(first);
                regrouped.paths.extend(release.iter().map(|&draft| self.place(draft).path.clone()));
            }
            if release.len() > 1 {
                self.several.insert(first, release.into());
            }
        }
        for first in old.keys() {
            // It may be the first of a release again one day, and is not told of until then.
            self.drafts[*first as usize].iter_mut().for_each(|member| member.told = 0);
        }
        regrouped.dissolved = old.into_keys().collect();
        (fresh, regrouped)
    }

    /// The first drafts of the releases of all drafts that are compared with one another for one of these keys.
    fn compared(&self, keys: &BTreeSet<Shared>) -> BTreeSet<u32> {
        let drafts = keys.iter().flat_map(|key| self.holders(*key));
        drafts.map(|&draft| self.first(draft)).collect()
    }

    /// The drafts that are compared for a key.
    fn holders(&self, key: Shared) -> &[u32] {
        let holders = match key {
            Shared::Part(key) => self.parts.holders(key),
            Shared::Whole(key) => self.wholes.holders(key),
        };
        if key.is_formula(holders.len()) { &[] } else { holders }
    }

    /// Drafts, ordered, divided into releases; each in the order of the places. No other draft is one with them.
    fn divided(&self, drafts: &[u32], words: &mut dyn FnMut(&Place, &Place) -> Option<[Opening; 2]>) -> Vec<Vec<u32>> {
        let mut groups: Vec<usize> = (0..drafts.len()).collect();
        let keys: BTreeSet<Shared> = drafts.iter().flat_map(|&draft| self.member(draft).sketch.shared()).collect();
        for key in keys {
            let holders = self.holders(key);
            if holders.len() < 2 {
                continue;
            }
            let rank = |draft: u32| {
                let member = self.member(draft);
                (member.sketch.length, std::cmp::Reverse(&member.place))
            };
            let Some(&fullest) = holders.iter().max_by_key(|&&draft| rank(draft)) else { continue };
            // Where it is of another release, none of these is one with it.
            let Ok(full_at) = drafts.binary_search(&fullest) else { continue };
            let full = self.member(fullest);
            for at in holders.iter().filter_map(|draft| drafts.binary_search(draft).ok()) {
                let other = self.member(drafts[at]);
                if at != full_at && other.sketch.is_of(&full.sketch, || words(&full.place, &other.place)) {
                    let (a, b) = (merge::root(&groups, full_at), merge::root(&groups, at));
                    groups[a.max(b)] = a.min(b);
                }
            }
        }
        let mut releases: BTreeMap<usize, Vec<u32>> = BTreeMap::new();
        for (at, &draft) in drafts.iter().enumerate() {
            releases.entry(merge::root(&groups, at)).or_default().push(draft);
        }
        let mut releases: Vec<Vec<u32>> = releases.into_values().collect();
        for release in releases.iter_mut().filter(|release| release.len() > 1) {
            release.sort_unstable_by(|&a, &b| self.place(a).cmp(self.place(b)));
        }
        releases
    }

    fn insert(&mut self, place: Place, sketch: Sketch) -> u32 {
        let draft = self.free.pop().unwrap_or_else(|| {
            self.drafts.push(None);
            u32::try_from(self.drafts.len() - 1).expect("memory ends before these numbers")
        });
        for key in sketch.shared() {
            match key {
                Shared::Part(key) => self.parts.add(key, draft),
                Shared::Whole(key) => self.wholes.add(key, draft),
            }
        }
        self.drafts[draft as usize] = Some(Member { place, sketch, first: draft, told: 0 });
        draft
    }

    fn remove(&mut self, draft: u32) {
        let Some(member) = self.drafts[draft as usize].take() else { return };
        for key in member.sketch.shared() {
            match key {
                Shared::Part(key) => self.parts.remove(key, draft),
                Shared::Whole(key) => self.wholes.remove(key, draft),
            }
        }
        self.free.push(draft);
    }

    fn member(&self, draft: u32) -> &Member {
        self.drafts[draft as usize].as_ref().expect("a draft is asked for while it is there")
    }

    fn member_mut(&mut self, draft: u32) -> &mut Member {
        self.drafts[draft as usize].as_mut().expect("a draft is asked for while it is there")
    }
}
