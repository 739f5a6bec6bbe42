//! A folder's documents with what was derived of each: a change costs its own document, and those that it makes be
//! read otherwise.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;

use super::evidence::{Evidence, Proof, Standing, Words};
use super::merge::Lede;
use super::{Draft, Settings, derive, merge};
use crate::date::DateOrder;
use crate::document::Document;
use crate::problem::Problem;

/// The documents of one folder, as they were last derived.
#[derive(Debug)]
pub struct Folder {
    settings: Settings,
    evidence: Evidence,
    files: BTreeMap<String, File>,
}

#[derive(Debug)]
struct File {
    document: Arc<Document>,
    /// What the folder said of it when it was derived; it is derived again when that is something else.
    told: Option<(Vec<Standing>, Option<(DateOrder, Proof)>)>,
    drafts: Vec<(Lede, Draft)>,
    problems: Vec<Problem>,
}

impl Folder {
    /// A folder with no documents yet.
    pub fn new(settings: Settings) -> Self {
        Self { settings, evidence: Evidence::default(), files: BTreeMap::new() }
    }

    /// Takes the documents that the folder holds now, and derives those anew that are new or that the folder speaks of
    /// otherwise than before, on every core. Returns how many those were.
    ///
    /// A document is the one of before where it is the same value in memory.
    pub fn update<'d>(&mut self, documents: impl IntoIterator<Item = &'d Arc<Document>>) -> usize {
        let now: BTreeMap<&str, &Arc<Document>> = documents.into_iter().map(|d| (d.path.as_str(), d)).collect();
        let Self { settings, evidence, files } = self;
        files.retain(|path, file| {
            let stays = now.get(path.as_str()).is_some_and(|document| Arc::ptr_eq(document, &file.document));
            if !stays {
                evidence.remove(path);
            }
            stays
        });
        let new: Vec<&Arc<Document>> =
            now.into_iter().filter(|(path, _)| !files.contains_key(*path)).map(|(_, document)| document).collect();
        let words: Vec<Words> = new.par_iter().map(|document| Words::of(document)).collect();
        for (document, words) in new.into_iter().zip(words) {
            evidence.take(&document.path, words);
            let file = File { document: Arc::clone(document), told: None, drafts: Vec::new(), problems: Vec::new() };
            files.insert(document.path.clone(), file);
        }
        let evidence = &*evidence;
        let derived = files.par_iter_mut().filter_map(|(path, file)| {
            let told = (evidence.standings(&file.document), evidence.order(path));
            if file.told.as_ref() == Some(&told) {
                return None;
            }
            let (drafts, problems) = derive::drafts(&file.document, evidence, settings);
            file.drafts = drafts.into_iter().map(|draft| (Lede::of(&draft), draft)).collect();
            file.problems = problems;
            file.told = Some(told);
            Some(())
        });
        derived.count()
    }

    /// The releases of the folder, those of several files made one, in the order of the paths of the files that they
    /// were first found in.
    pub fn drafts(&self) -> (Vec<Draft>, Vec<Problem>) {
        let drafts = self.files.values().flat_map(|file| &file.drafts);
        let drafts = drafts.map(|(lede, draft)| (Cow::Borrowed(lede), draft.clone()));
        let problems = self.files.values().flat_map(|file| file.problems.iter().cloned()).collect();
        (merge::merge(drafts), problems)
    }
}
