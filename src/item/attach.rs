//! Assets: which files beside a release belong to it.
//!
//! A file belongs to the release that links to it, that names it in its header fields, or whose name it shares
//! (`flood.txt`, `flood.pdf`, `flood-map.png`).

use std::collections::{BTreeMap, BTreeSet};

use super::Draft;
use crate::media;
use crate::problem::Problem;
use crate::text::percent_decode;

/// Gives each draft its lead image and attachments out of the assets of the folder (paths relative to it).
///
/// Returns a problem for each local file that a release names and the folder does not have.
pub fn attach(drafts: &mut [Draft], assets: &BTreeSet<String>) -> Vec<Problem> {
    let beside = by_name(drafts, assets);
    let has = |path: &str| assets.contains(path);
    let attach = |(at, draft)| one(draft, &has, beside.get(&at).into_iter().flatten().copied()).problems;
    drafts.iter_mut().enumerate().flat_map(attach).collect()
}

/// What came of attaching files to a draft.
pub(super) struct Attached {
    /// Local files that it names and the folder does not have.
    pub problems: Vec<Problem>,
    /// The local files that it names or links to, there or not.
    pub wants: Vec<String>,
}

/// Gives a draft its lead image and attachments: of the files that it names or links to those that the folder has,
/// and its own by their names.
pub(super) fn one<'a>(draft: &mut Draft, has: &dyn Fn(&str) -> bool, own: impl Iterator<Item = &'a str>) -> Attached {
    let source = draft.sources[0].clone();
    let mut problems = Vec::new();
    let mut wants: Vec<String> = local_links(&draft.body_html).collect();
    let linked: Vec<String> = wants.iter().filter(|path| has(path)).cloned().collect();
    let mut known = |path: &String| {
        if is_elsewhere(path) {
            return true;
        }
        let there = has(path);
        wants.push(path.clone());
        if !there {
            problems.push(
                Problem::warning(
                    &source.path,
                    format!("names `{path}`, which is not in the folder: add the file or correct the name"),
                )
                .at(source.lines.first, 0),
            );
        }
        there
    };
    let declared: Vec<String> =
        draft.attachments.iter().map(|path| resolve(&source.path, path)).filter(&mut known).collect();
    let image = draft.image.as_ref().map(|path| resolve(&source.path, path)).filter(&mut known);
    let is_image = |path: &String| media::is_image(media::type_of(path));
    let all: Vec<String> = declared.into_iter().chain(linked).chain(own.map(str::to_string)).collect();
    draft.image = image.or_else(|| all.iter().find(|path| is_image(path)).cloned());
    let mut attachments: Vec<String> = Vec::new();
    for path in all {
        // Images in the text are part of it; only those beside it are files to fetch.
        if !is_image(&path) && !attachments.contains(&path) {
            attachments.push(path);
        }
    }
    draft.attachments = attachments;
    Attached { problems, wants }
}

/// The paths of the folder's files that a body links to.
fn local_links(html: &str) -> impl Iterator<Item = String> + '_ {
    const LOCAL: &str = "=\"/assets/";
    html.match_indices(LOCAL).filter_map(|(at, _)| {
        let rest = &html[at + LOCAL.len()..];
        let path = &rest[..rest.find('"')?];
        Some(percent_decode(path.split(['?', '#']).next().unwrap_or(path)))
    })
}

fn is_elsewhere(path: &str) -> bool {
    path.contains("://") || path.starts_with("data:")
}

/// A path as written in a file, relative to the folder: `..` does not leave it.
fn resolve(file: &str, path: &str) -> String {
    if is_elsewhere(path) {
        return path.to_string();
    }
    let dir = file.rsplit_once('/').map_or("", |(dir, _)| dir);
    let mut parts: Vec<&str> =
        if path.starts_with('/') { Vec::new() } else { dir.split('/').filter(|p| !p.is_empty()).collect() };
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    percent_decode(&parts.join("/"))
}

/// Assets by the position of the draft whose file's name they share. A name that fits several files goes to the
/// longest; a file with several items owns nothing by its name.
fn by_name<'a>(drafts: &[Draft], assets: &'a BTreeSet<String>) -> BTreeMap<usize, Vec<&'a str>> {
    let mut owners: BTreeMap<&str, Option<usize>> = BTreeMap::new();
    for (at, draft) in drafts.iter().enumerate() {
        for source in &draft.sources {
            owners
                .entry(stem(&source.path))
                .and_modify(|owner| *owner = owner.filter(|&o| o == at))
                .or_insert(Some(at));
        }
    }
    let mut out: BTreeMap<usize, Vec<&'a str>> = BTreeMap::new();
    for asset in assets {
        let owner = stems(asset).find_map(|name| owners.get(name));
        if let Some(Some(at)) = owner {
            out.entry(*at).or_default().push(asset);
        }
    }
    out
}

/// The names that a release may have which an asset belongs to, the longest first.
pub(super) fn stems(asset: &str) -> impl Iterator<Item = &str> {
    let whole = stem(asset);
    let name_at = whole.rfind('/').map_or(0, |slash| slash + 1);
    let cuts = whole[name_at..].rmatch_indices(['-', '_', '.']).map(move |(cut, _)| &whole[..name_at + cut]);
    std::iter::once(whole).chain(cuts)
}

/// A path without its extension.
pub(super) fn stem(path: &str) -> &str {
    let name_at = path.rfind('/').map_or(0, |slash| slash + 1);
    path[name_at..].rfind('.').filter(|&dot| dot > 0).map_or(path, |dot| &path[..name_at + dot])
}
