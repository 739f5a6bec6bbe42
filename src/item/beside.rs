//! The files beside a folder's releases, kept so that one that comes or goes concerns only the releases that name it,
//! link to it or share its name. What [`attach`](super::attach::attach) does to all drafts at once.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Bound;
use std::sync::Arc;

use foldhash::fast::FixedState;

use super::Draft;
use super::attach::{self, Attached};
use super::evidence::Key;
use super::index::Index;
use crate::problem::Problem;

/// The names of files beside releases, and which releases want them. Releases go by the number of their first draft.
#[derive(Debug, Default)]
pub(super) struct Beside {
    assets: BTreeSet<Arc<str>>,
    /// The release whose name an asset shares.
    owners: BTreeMap<Arc<str>, u32>,
    /// Assets that came or went since releases were last told.
    news: BTreeSet<Arc<str>>,
    /// The releases that name or link to a path.
    wanted: Index,
    /// The same by release, of those that do.
    wants: HashMap<u32, Box<[Key]>, FixedState>,
    problems: BTreeMap<u32, Vec<Problem>>,
}

impl Beside {
    pub fn add(&mut self, path: String) {
        let path: Arc<str> = path.into();
        if self.assets.insert(path.clone()) {
            self.news.insert(path);
        }
    }

    pub fn remove(&mut self, path: &str) {
        if let Some(path) = self.assets.take(path) {
            self.news.insert(path);
        }
    }

    /// What releases name that is not there.
    pub fn problems(&self) -> impl Iterator<Item = &Problem> {
        self.problems.values().flatten()
    }

    /// The releases that have other assets than before: since some came or went, and since the releases in the files
    /// of `paths` are others. `releases` tells those that stand in the files with a path without its extension.
    /// Some of what is returned may be no releases any more.
    pub fn turned(&mut self, paths: &BTreeSet<Arc<str>>, releases: &dyn Fn(&str) -> BTreeSet<u32>) -> BTreeSet<u32> {
        let news = std::mem::take(&mut self.news);
        let mut turned: BTreeSet<u32> =
            news.iter().flat_map(|path| self.wanted.holders(Key::of(path))).copied().collect();
        let shared: Vec<Arc<str>> = paths.iter().flat_map(|path| self.named_as(attach::stem(path))).cloned().collect();
        for asset in shared.into_iter().chain(news).collect::<BTreeSet<_>>() {
            let owner = self.assets.contains(&asset).then(|| owner(&asset, releases)).flatten();
            let before = match owner {
                Some(owner) => self.owners.insert(asset, owner),
                None => self.owners.remove(&asset),
            };
            if before != owner {
                turned.extend(before.into_iter().chain(owner));
            }
        }
        turned
    }

    /// A draft of a release with its assets, and what is to be [kept](Beside::keep) of that.
    pub fn attached(&self, release: u32, mut draft: Draft) -> (Draft, Attached) {
        let stems: BTreeSet<&str> = draft.sources.iter().map(|source| attach::stem(&source.path)).collect();
        let own = stems.into_iter().flat_map(|stem| self.named_as(stem));
        let own: BTreeSet<&Arc<str>> = own.filter(|asset| self.owners.get(*asset) == Some(&release)).collect();
        let own: Vec<Arc<str>> = own.into_iter().cloned().collect();
        let has = |path: &str| self.assets.contains(path);
        let attached = attach::one(&mut draft, &has, own.iter().map(|path| &**path));
        (draft, attached)
    }

    /// Remembers what a release wants.
    pub fn keep(&mut self, release: u32, attached: Attached) {
        self.forget(release);
        if !attached.problems.is_empty() {
            self.problems.insert(release, attached.problems);
        }
        if attached.wants.is_empty() {
            return;
        }
        let wants: BTreeSet<Key> = attached.wants.iter().map(|path| Key::of(path)).collect();
        self.want(release, wants.into_iter().collect());
    }

    fn want(&mut self, release: u32, wants: Box<[Key]>) {
        wants.iter().for_each(|&path| self.wanted.add(path, release));
        self.wants.insert(release, wants);
    }

    /// What is remembered of a release: what it wants, and what it names that is not there.
    pub fn kept(&self, release: u32) -> (&[Key], &[Problem]) {
        let problems = self.problems.get(&release).map_or(&[][..], |problems| problems);
        (self.wants.get(&release).map_or(&[], |wants| wants), problems)
    }

    /// Remembers what another process remembered of a release.
    pub fn keep_again(&mut self, release: u32, wants: Vec<Key>, problems: Vec<Problem>) {
        if !problems.is_empty() {
            self.problems.insert(release, problems);
        }
        if !wants.is_empty() {
            self.want(release, wants.into());
        }
    }

    /// Files beside releases as another process had them: nobody is to be told of these.
    pub fn resume(&mut self, assets: impl IntoIterator<Item = String>, releases: &dyn Fn(&str) -> BTreeSet<u32>) {
        self.assets = assets.into_iter().map(Arc::from).collect();
        let owned = self.assets.iter().filter_map(|asset| Some((Arc::clone(asset), owner(asset, releases)?)));
        self.owners = owned.collect();
    }

    /// Forgets a release.
    pub fn forget(&mut self, release: u32) {
        self.problems.remove(&release);
        for path in self.wants.remove(&release).unwrap_or_default() {
            self.wanted.remove(path, release);
        }
    }

    /// The assets that may belong to a release of a name.
    fn named_as<'a>(&'a self, stem: &'a str) -> impl Iterator<Item = &'a Arc<str>> {
        let signs = ["", "-", ".", "_"].into_iter().filter(|_| !self.assets.is_empty());
        let begin = signs.map(move |sign| (sign.is_empty(), format!("{stem}{sign}")));
        let found = begin.flat_map(|(is_whole, begin)| {
            let from = self.assets.range::<str, _>((Bound::Included(begin.as_str()), Bound::Unbounded));
            from.take_while(move |path| if is_whole { ***path == *begin } else { path.starts_with(&begin) })
        });
        found.filter(move |asset| attach::stems(asset).any(|name| name == stem))
    }
}

/// The release whose name an asset shares; where several have that name, it is nobody's.
fn owner(asset: &str, releases: &dyn Fn(&str) -> BTreeSet<u32>) -> Option<u32> {
    let named = attach::stems(asset).map(releases).find(|releases| !releases.is_empty())?;
    if named.len() == 1 { named.into_iter().next() } else { None }
}
