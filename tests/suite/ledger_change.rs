#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]
//! Telling a ledger what changed comes to the same as telling it everything: two ledgers live through one random
//! history, the one told of changes, the other of the whole folder each time. In every fourth history they are on a disk,
//! and the one ends now and then and goes on in another process.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use feedroom::item::{Draft, EvidenceKind, Place};
use feedroom::ledger::{self, Decision, Kept, Ledger, Outcome, Root, RootState, Scan, Settings, What, Words};

use super::ledger::{at, dated, draft};
use super::ledger_history::Dice;

/// A folder with few words, dates, ids and addresses, so that its releases get in each other's way.
struct Folder {
    dice: Dice,
    now: DateTime<Utc>,
    files: BTreeMap<String, Vec<Draft>>,
    unread: Vec<String>,
}

impl Folder {
    fn text(&mut self) -> String {
        if self.dice.one_in(4) {
            return "Bug fixes.".into();
        }
        let subject = self.dice.roll(12);
        let words = |n: usize| format!("word{}", (subject * 7919 + n * n * 104_729) % 997);
        let mut text: Vec<String> = (0..24).map(words).collect();
        for _ in 0..self.dice.roll(6) {
            let at = self.dice.roll(text.len());
            text[at] = format!("other{}", self.dice.roll(50));
        }
        format!("{}.", text.join(" "))
    }

    fn write(&mut self, path: &str) -> Draft {
        let title = format!("Title {}", self.dice.roll(10));
        let text = self.text();
        let new = draft(path, &title, &text);
        self.alter(new)
    }

    fn alter(&mut self, mut draft: Draft) -> Draft {
        let kinds = [EvidenceKind::Header, EvidenceKind::Sentence];
        match self.dice.roll(9) {
            0 => draft.title = format!("Title {}", self.dice.roll(10)),
            1 | 2 => {
                let day = format!("2025-06-{:02}", 1 + self.dice.roll(28));
                draft = dated(draft, &day, kinds[self.dice.roll(2)]);
            }
            3 => draft.declared_id = Some(format!("id-{}", self.dice.roll(4))).filter(|_| !self.dice.one_in(3)),
            4 => {
                draft.link = Some(format!("https://example.org/{}", self.dice.roll(4))).filter(|_| !self.dice.one_in(3))
            }
            5 => draft.embargo = Some(self.soon().fixed_offset()).filter(|_| !self.dice.one_in(3)),
            6 => draft.expires = Some(self.soon().fixed_offset()).filter(|_| !self.dice.one_in(3)),
            7 => draft.unfinished = !draft.unfinished,
            _ => {
                let text = self.text();
                draft.body_html = format!("<p>{text}</p>");
                draft.body_text = text;
            }
        }
        draft
    }

    fn soon(&mut self) -> DateTime<Utc> {
        self.now + TimeDelta::hours(self.dice.roll(400) as i64 - 100)
    }

    fn path(&mut self) -> String {
        format!("{}/{}.txt", ["a", "b", "c"][self.dice.roll(3)], self.dice.roll(9))
    }

    fn any(&mut self) -> Option<String> {
        let paths: Vec<&String> = self.files.keys().collect();
        (!paths.is_empty()).then(|| paths[self.dice.roll(paths.len())].clone())
    }

    fn operate(&mut self) {
        let (some, path) = (self.any(), self.path());
        match (self.dice.roll(10), some) {
            (0 | 1, _) | (_, None) => {
                let new = self.write(&path);
                self.files.insert(path, vec![new]);
            }
            (2 | 3, Some(from)) => {
                let mut list = self.files.remove(&from).unwrap();
                list.iter_mut().flat_map(|draft| &mut draft.sources).for_each(|source| {
                    if source.path == from {
                        source.path.clone_from(&path);
                    }
                });
                self.files.insert(path, list);
            }
            (4, Some(from)) => drop(self.files.remove(&from)),
            (5, Some(from)) => {
                let new = self.write(&from);
                let at = self.dice.roll(self.files[&from].len() + 1);
                self.files.get_mut(&from).unwrap().insert(at, new);
            }
            (6, Some(from)) => {
                // The same release stands in another file too.
                let source = draft(&path, "", "").sources.remove(0);
                let first = &mut self.files.get_mut(&from).unwrap()[0];
                if first.sources.iter().all(|known| known.path != path) {
                    first.sources.push(source);
                } else {
                    first.sources.truncate(1);
                }
            }
            (_, Some(from)) => {
                let at = self.dice.roll(self.files[&from].len());
                let old = self.files[&from][at].clone();
                let new = self.alter(old);
                self.files.get_mut(&from).unwrap()[at] = new;
            }
        }
        if self.dice.one_in(6) {
            let places = ["a", "b", "a/1.txt", "c/2.txt"];
            self.unread = (0..self.dice.roll(3)).map(|_| places[self.dice.roll(4)].to_string()).collect();
        }
    }

    /// The drafts at their places; some of what can't be read is kept from before.
    fn drafts(&self) -> BTreeMap<Place, Draft> {
        let of = |(path, list): (&String, &Vec<Draft>)| {
            let path: Arc<str> = path.as_str().into();
            let place = move |(number, draft): (usize, &Draft)| {
                (Place { path: Arc::clone(&path), number: number as u32 }, draft.clone())
            };
            list.iter().enumerate().map(place).collect::<Vec<_>>()
        };
        let unread = |path: &str| self.unread.iter().any(|of| path == of || path.starts_with(&format!("{of}/")));
        self.files.iter().filter(|(path, _)| !unread(path) || path.ends_with("1.txt")).flat_map(of).collect()
    }
}

/// What an outcome says, of drafts that came and of whatever else happened.
fn told(outcome: &Outcome) -> (Vec<Decision>, Vec<Kept>, bool, Option<DateTime<Utc>>, Vec<String>, bool) {
    let happened = outcome.decisions.iter().filter(|decision| decision.what != What::Unchanged).cloned().collect();
    let withdrawn = outcome.withdrawn.iter().map(|(_, kept)| kept.clone()).collect();
    let problems = outcome.problems.iter().map(|problem| format!("{problem:?}")).collect();
    (happened, withdrawn, outcome.changed, outcome.next_change, problems, outcome.held.is_some())
}

fn history(seed: u64, operations: usize) {
    let mut folder = Folder {
        dice: Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1),
        now: at("2025-06-10T08:00:00Z"),
        files: BTreeMap::new(),
        unread: Vec::new(),
    };
    let settings = Settings { tombstone_life: TimeDelta::days(20), ..Settings::default() };
    let dirs = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let is_kept = seed % 4 == 1;
    let open = |at: usize| if is_kept { Ledger::open(dirs[at].path()) } else { Ledger::ephemeral() }.unwrap();
    let (mut one, mut two) = (open(0), open(1));
    let (mut ends, mut packs) = (Dice(seed), Dice(seed));
    // Whether the one goes on from what was kept, and how often it did so in another process.
    let (mut goes_on, mut went_on) = (false, 0);
    let mut known: BTreeMap<Place, Draft> = BTreeMap::new();
    // The same when it was kept last.
    let mut kept: BTreeMap<Place, Draft> = BTreeMap::new();
    let mut heard: BTreeMap<usize, Kept> = BTreeMap::new();
    for step in 0..operations {
        folder.now += TimeDelta::hours(folder.dice.roll(20) as i64 - 2);
        (0..folder.dice.roll(3)).for_each(|_| folder.operate());
        let drafts = folder.drafts();
        let shared = |(place, draft): (&Place, &Draft)| (place.clone(), Words::from(Arc::new(draft.clone())));
        let roots = vec![Root { path: String::new(), state: RootState::Present }];
        let scan = Scan { roots, unread: folder.unread.clone(), ..Scan::default() };
        let mut anew = step == 0 || folder.dice.one_in(40);
        if is_kept && ends.one_in(3) {
            drop(one);
            one = open(0);
            let recalled = ends.one_in(2).then(|| folder.now - TimeDelta::hours(ends.roll(3) as i64));
            let shown = recalled.map(|at| one.recall(at, &settings).unwrap());
            goes_on = one.resume("key", recalled, &settings).unwrap();
            if goes_on {
                heard.extend(shown.iter().flat_map(|shown| &shown.touched).map(|one| (one.slot, one.kept.clone())));
                known.clone_from(&kept);
                went_on += 1;
            }
            anew |= !goes_on;
            assert!(!one.resume("other key", recalled, &settings).unwrap());
        }
        let mut came: Vec<(Place, Words)> =
            drafts.iter().filter(|(place, draft)| known.get(place) != Some(draft)).map(shared).collect();
        if folder.dice.one_in(8) {
            // One that went and came again as it was.
            came.extend(drafts.iter().next().map(shared));
        }
        let other = |(place, draft): &(&Place, &Draft)| drafts.get(place) != Some(draft);
        let gone: Vec<Place> = known.iter().filter(other).map(|(place, _)| place.clone()).collect();
        let change = Scan { came, gone, whole: anew, ..scan.clone() };
        let mut change =
            if change.whole { Scan { came: drafts.iter().map(shared).collect(), ..change } } else { change };
        if packs.one_in(2) {
            // Packed or not, a draft is the same.
            let (places, words): (Vec<Place>, Vec<Words>) = change.came.into_iter().unzip();
            change.came = places.into_iter().zip(ledger::pack(words)).collect();
        }
        let whole = Scan { came: drafts.iter().map(shared).collect(), whole: true, ..scan };
        let case = || format!("seed {seed}, step {step}: {:?}", folder.unread);
        let preview = one.preview(&change, folder.now, &settings).unwrap();
        let first = one.publish(&change, folder.now, &settings).unwrap();
        let second = two.publish(&whole, folder.now, &settings).unwrap();
        assert_eq!(told(&first), told(&second), "{}", case());
        assert_eq!(told(&preview), told(&first), "a preview, {}", case());
        assert!(one.items().eq(two.items()), "items, {}", case());
        for (slot, kept) in one.items() {
            let text = |ledger: &Ledger| Draft { sources: Vec::new(), ..(*ledger.draft(slot).unwrap()).clone() };
            assert_eq!(text(&one), text(&two), "{} {}", kept.id, case());
        }
        // Who hears only what is touched knows every item.
        heard.extend(first.touched.iter().map(|one| (one.slot, one.kept.clone())));
        assert!(one.items().all(|(slot, kept)| heard[&slot] == kept), "touched, {}", case());
        if first.held.is_none() {
            known = drafts;
            if is_kept && ends.one_in(2) {
                one.keep("key", !goes_on, &[(step as i64, Some(vec![1]))]).unwrap();
                kept.clone_from(&known);
                goes_on = true;
            }
        } else if folder.dice.one_in(2) {
            one.confirm(folder.now).unwrap();
            two.confirm(folder.now).unwrap();
        }
    }
    assert!(!is_kept || went_on > 3, "seed {seed}: {went_on}");
}

#[test]
fn a_change_comes_to_the_same_as_everything() {
    let seeds = std::env::var("FEEDROOM_CHANGES").ok().and_then(|n| n.parse().ok()).unwrap_or(12);
    (1..=seeds).for_each(|seed| history(seed, 120));
}
