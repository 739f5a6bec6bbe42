//! What there is to do: a pure comparison of what is wanted with what the manifest says.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};

use super::manifest::{Gone, Manifest};

/// What is to stand under each key, as a print of bytes and metadata.
pub(super) type Wanted = BTreeMap<String, String>;

/// What there is to do.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Plan {
    /// Keys to upload, in stages: each is complete before the next begins.
    pub stages: Vec<Vec<String>>,
    /// Withdrawn objects whose grace begins with this run.
    pub leaving: Vec<String>,
    /// Withdrawn objects whose place is taken by a word that says so.
    pub tombs: Vec<String>,
    /// Withdrawn objects whose grace is over.
    pub expired: Vec<String>,
}

impl Plan {
    /// Compares.
    ///
    /// `tombs` is what is to stand under withdrawn keys during their grace. New objects come first, what is linked to
    /// before what links to it: so nothing ever links to an object that is not there.
    pub fn new(old: &Manifest, wanted: &Wanted, tombs: &Wanted, now: DateTime<Utc>, grace: TimeDelta) -> Self {
        let mut stages: BTreeMap<(bool, u8), Vec<String>> = BTreeMap::new();
        for (key, print) in wanted {
            let standing = old.objects.get(key).filter(|print| !print.is_empty());
            if standing != Some(print) {
                stages.entry((standing.is_some(), rank(key))).or_default().push(key.clone());
            }
        }
        let leaving: Vec<String> = old.objects.keys().filter(|key| !wanted.contains_key(*key)).cloned().collect();
        let standing = |key: &String| old.gone.get(key).map(|gone| gone.print.as_str());
        let gone = || old.gone.iter().filter(|(key, _)| !wanted.contains_key(*key));
        let is_over = |gone: &Gone| now - gone.since >= grace;
        let expired: Vec<String> = gone().filter(|(_, gone)| is_over(gone)).map(|(key, _)| key.clone()).collect();
        let staying = gone().filter(|(_, gone)| !is_over(gone)).map(|(key, _)| key).chain(&leaving);
        let tombs = staying.filter(|key| tombs.get(*key).is_some_and(|print| standing(key) != Some(print)));
        let tombs = tombs.cloned().collect();
        Self { stages: stages.into_values().collect(), leaving, tombs, expired }
    }

    /// Whether everything is as it should be.
    pub fn is_empty(&self) -> bool {
        self.stages.is_empty() && self.leaving.is_empty() && self.tombs.is_empty() && self.expired.is_empty()
    }

    /// How many objects are to be uploaded.
    pub fn uploads(&self) -> usize {
        self.stages.iter().map(Vec::len).sum::<usize>() + self.tombs.len()
    }

    /// The manifest while the work is under way: what is to be uploaded is in doubt until it has been.
    pub fn begin(&self, old: &Manifest, now: DateTime<Utc>) -> Manifest {
        let mut new = old.clone();
        for key in &self.leaving {
            new.objects.remove(key);
            new.gone.insert(key.clone(), Gone { since: now, print: String::new() });
        }
        for key in self.stages.iter().flatten() {
            new.gone.remove(key);
            new.objects.insert(key.clone(), String::new());
        }
        for key in &self.tombs {
            new.gone.entry(key.clone()).and_modify(|gone| gone.print.clear());
        }
        new
    }
}

/// What is linked to comes before what links to it: assets, items, archives, other pages, feeds, lists of feeds.
fn rank(key: &str) -> u8 {
    let last = key.rsplit('/').next().unwrap_or(key);
    match key {
        _ if key.starts_with("assets/") || last.ends_with(".css") || last.ends_with(".xsl") => 0,
        _ if key.starts_with("items/") => 1,
        _ if key.starts_with("archive/") || key.contains("/archive/") => 2,
        "index.html" | "opml.xml" | "sitemap.xml" | "robots.txt" => 5,
        _ if matches!(last, "rss.xml" | "atom.xml" | "feed.json") => 4,
        _ => 3,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(pairs: &[(&str, &str)]) -> Wanted {
        pairs.iter().map(|(key, print)| (key.to_string(), print.to_string())).collect()
    }

    fn standing(pairs: &[(&str, &str)]) -> Manifest {
        let mut manifest = Manifest::new();
        manifest.objects = wanted(pairs);
        manifest
    }

    const GRACE: TimeDelta = TimeDelta::minutes(10);

    #[test]
    fn what_is_linked_to_comes_first_and_new_things_before_changed_ones() {
        let old =
            standing(&[("rss.xml", "1"), ("index.html", "1"), ("works/index.html", "1"), ("items/a/index.html", "1")]);
        let new = wanted(&[
            ("rss.xml", "2"),
            ("index.html", "2"),
            ("works/index.html", "1"),
            ("items/a/index.html", "2"),
            ("items/b/index.html", "1"),
            ("assets/b.pdf", "1"),
            ("ferry/atom.xml", "1"),
            ("ferry/index.html", "1"),
            ("archive/1.atom.xml", "1"),
        ]);
        let plan = Plan::new(&old, &new, &Wanted::new(), DateTime::UNIX_EPOCH, GRACE);
        let stages: Vec<Vec<&str>> = plan.stages.iter().map(|s| s.iter().map(String::as_str).collect()).collect();
        assert_eq!(
            stages,
            [
                vec!["assets/b.pdf"],
                vec!["items/b/index.html"],
                vec!["archive/1.atom.xml"],
                vec!["ferry/index.html"],
                vec!["ferry/atom.xml"],
                vec!["items/a/index.html"],
                vec!["rss.xml"],
                vec!["index.html"],
            ]
        );
        assert_eq!(plan.uploads(), 8);
    }

    #[test]
    fn what_is_in_doubt_is_uploaded_again() {
        let old = standing(&[("a", "1"), ("b", "1")]);
        let new = wanted(&[("a", "1"), ("b", "2"), ("c", "1")]);
        let plan = Plan::new(&old, &new, &Wanted::new(), DateTime::UNIX_EPOCH, GRACE);
        let begun = plan.begin(&old, DateTime::UNIX_EPOCH);
        assert_eq!(begun.objects, wanted(&[("a", "1"), ("b", ""), ("c", "")]));
        // The writer is killed here. Whatever the next one wants, he does not trust those two.
        let next = Plan::new(&begun, &wanted(&[("a", "1"), ("b", "1")]), &Wanted::new(), DateTime::UNIX_EPOCH, GRACE);
        assert_eq!((next.stages, next.leaving), (vec![vec!["b".to_string()]], vec!["c".to_string()]));
    }

    #[test]
    fn withdrawn_objects_are_told_of_and_go_after_their_grace() {
        let (old, none) = (standing(&[("items/a/index.html", "1")]), Wanted::new());
        let tombs = wanted(&[("items/a/index.html", "gone")]);
        let (then, key) = (DateTime::UNIX_EPOCH, vec!["items/a/index.html".to_string()]);
        let plan = Plan::new(&old, &none, &tombs, then, GRACE);
        assert_eq!((&plan.leaving, &plan.tombs, plan.expired.len()), (&key, &key, 0));
        let mut begun = plan.begin(&old, then);
        assert!(begun.objects.is_empty());
        let again = Plan::new(&begun, &none, &tombs, then, GRACE);
        assert_eq!((again.leaving.len(), &again.tombs), (0, &key), "in doubt");
        begun.gone.values_mut().for_each(|gone| gone.print = "gone".into());
        assert!(Plan::new(&begun, &none, &tombs, then + TimeDelta::minutes(9), GRACE).is_empty());
        let over = Plan::new(&begun, &none, &tombs, then + GRACE, GRACE);
        assert_eq!((over.expired, over.tombs.len()), (key.clone(), 0));
        // It comes back: nothing of the grace is left.
        let back = Plan::new(&begun, &wanted(&[("items/a/index.html", "1")]), &none, then + GRACE, GRACE);
        assert_eq!((&back.stages, back.expired.len()), (&vec![key], 0));
        assert!(back.begin(&begun, then).gone.is_empty());
        // A clock that went back an hour deletes nothing early.
        assert!(Plan::new(&begun, &none, &tombs, then - TimeDelta::hours(1), GRACE).is_empty());
    }
}
