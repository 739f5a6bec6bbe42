//! What a folder knows of its files as bytes, so that another process can go on from there without reading any.
//!
//! They hold for the program that wrote them, and for its settings, only: whoever keeps them sees to that.

use std::sync::Arc;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::Settings;
use super::evidence::{Key, Trace};
use super::folder::{File, Folder, Place, releases};
use super::groups::Groups;
use super::merge::Sketch;
use crate::problem::Problem;

/// A file.
#[derive(Serialize, Deserialize)]
struct Kept {
    path: String,
    trace: Trace,
    /// The positions of the texts that open a dated block.
    heads: Vec<u32>,
    problems: Vec<Problem>,
    /// Its drafts; where one is the first of its release, with that.
    drafts: Vec<(Sketch, Option<Release>)>,
}

/// A release, kept with its first draft.
#[derive(Serialize, Deserialize)]
struct Release {
    told: u64,
    /// The places of its other drafts.
    others: Vec<(String, u32)>,
    wants: Vec<Key>,
    problems: Vec<Problem>,
}

impl Folder {
    /// The numbers of the files of which something else is to be kept than when this was last asked.
    pub fn take_touched(&mut self) -> Vec<u32> {
        let mut touched: Vec<u32> = std::mem::take(&mut self.touched).into_iter().collect();
        touched.sort_unstable();
        touched
    }

    /// Counts a file among those of which something else is to be kept, where it is known.
    pub fn touch(&mut self, path: &str) {
        self.touched.extend(self.numbers.get(path));
    }

    /// The numbers of all files, ascending.
    pub fn numbers(&self) -> impl Iterator<Item = u32> {
        (0..).zip(&self.files).filter(|(_, file)| file.is_some()).map(|(number, _)| number)
    }

    /// The path of the file with a number.
    pub fn path(&self, number: u32) -> Option<&str> {
        Some(&self.files.get(number as usize)?.as_ref()?.path)
    }

    /// The path of the file with a number, and what is to be kept of it; `None` where there is none.
    pub fn kept(&self, number: u32) -> Option<(Arc<str>, Vec<u8>)> {
        let file = self.files.get(number as usize)?.as_ref()?;
        let release = |draft: u32| {
            let place = |draft: &u32| {
                let Place { path, number } = self.groups.place(*draft);
                (path.to_string(), *number)
            };
            let (wants, problems) = self.beside.kept(draft);
            Release {
                told: self.groups.told(draft),
                others: self.groups.release(draft)[1..].iter().map(place).collect(),
                wants: wants.to_vec(),
                problems: problems.to_vec(),
            }
        };
        let drafts = file
            .drafts
            .iter()
            .map(|&draft| (self.groups.sketch(draft).clone(), self.groups.is_first(draft).then(|| release(draft))));
        let kept = Kept {
            path: file.path.to_string(),
            trace: file.trace.clone(),
            heads: self.evidence.heads(number, &file.trace),
            problems: self.problems.get(&number).cloned().unwrap_or_default(),
            drafts: drafts.collect(),
        };
        Some((Arc::clone(&file.path), postcard::to_allocvec(&kept).expect("memory takes any bytes")))
    }

    /// The folder of another process, out of what it kept of each file by number, and the paths of the files beside the
    /// releases. `None` where that does not go together.
    pub fn resume(
        settings: Settings,
        kept: &[(u32, Vec<u8>)],
        assets: impl IntoIterator<Item = String>,
    ) -> Option<Self> {
        let read = kept.par_iter().map(|(number, bytes)| Some((*number, postcard::from_bytes::<Kept>(bytes).ok()?)));
        let kept: Vec<(u32, Kept)> = read.collect::<Option<_>>()?;
        let mut folder = Self::new(settings);
        folder.files.resize_with(kept.iter().map(|(number, _)| *number as usize + 1).max().unwrap_or(0), || None);
        let mut drafts: Vec<(Place, Sketch)> = Vec::with_capacity(kept.len());
        let mut firsts = Vec::with_capacity(kept.len());
        let mut traced = Vec::with_capacity(kept.len());
        for (number, Kept { path, trace, heads, problems, drafts: own }) in kept {
            let path: Arc<str> = path.into();
            let from = drafts.len() as u32;
            for ((sketch, release), at) in own.into_iter().zip(0..) {
                firsts.extend(release.map(|release| (drafts.len() as u32, release)));
                drafts.push((Place { path: Arc::clone(&path), number: at }, sketch));
            }
            if !problems.is_empty() {
                folder.problems.insert(number, problems);
            }
            traced.push((number, heads));
            folder.numbers.insert(Arc::clone(&path), number).is_none().then_some(())?;
            let file = File { path, trace, drafts: (from..drafts.len() as u32).collect() };
            folder.files[number as usize].replace(file).is_none().then_some(())?;
        }
        let Folder { files, numbers, evidence, beside, groups, .. } = &mut folder;
        let draft = |(path, number): &(String, u32)| {
            let file = files[*numbers.get(path.as_str())? as usize].as_ref()?;
            file.drafts.get(*number as usize).copied()
        };
        let whole = |(first, release): &(u32, Release)| {
            let others = release.others.iter().map(draft);
            Some((std::iter::once(Some(*first)).chain(others).collect::<Option<Box<[u32]>>>()?, release.told))
        };
        let together = firsts.iter().map(whole).collect::<Option<Vec<_>>>()?;
        let trace = || {
            evidence.reserve(files.iter().flatten().map(|file| file.trace.len()).sum());
            for (number, heads) in traced {
                let file = files[number as usize].as_ref().expect("it was put there just now");
                evidence.add_again(number, &file.trace, &heads);
            }
        };
        *groups = rayon::join(trace, || Groups::resume(drafts, together)).1?;
        for (first, release) in firsts {
            beside.keep_again(first, release.wants, release.problems);
        }
        beside.resume(assets, &|stem| releases(files, numbers, groups, stem));
        folder.free = (0..).zip(&folder.files).filter(|(_, file)| file.is_none()).map(|(number, _)| number).collect();
        Some(folder)
    }
}
