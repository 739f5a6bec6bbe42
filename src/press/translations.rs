//! Translations: releases whose files differ in nothing but the language in their names (`quay.md`, `quay.fr.md`).

use std::collections::{BTreeMap, BTreeSet};

use crate::edition::{Newsroom, Translation};

/// The languages of ISO 639-1: only these are taken for one in a file's name.
const LANGUAGES: &str = "aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da \
    de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik \
    io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms \
    mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm \
    sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu";

/// What the names of the items' files say about which are the same release in another language.
///
/// Items are translations of each other where each is the only one of its file, the files lie in one folder, their
/// names without extension and language are the same, at least one name has a language, and no two are in the same.
/// A file without one in its name is in the language that it declares, or the house's. One that declares another
/// than its name says is left alone. A language that only the name tells becomes the item's.
#[derive(Debug, Default)]
pub(super) struct Versions {
    /// By slot.
    of: Vec<Option<Version>>,
    /// Hash of each path without extension and language, with who has it.
    releases: BTreeSet<(u64, usize)>,
    /// Hash of each file's path, with who stands in it.
    files: BTreeSet<(u64, usize)>,
    /// How many names with a language each release has: most have none.
    named: BTreeMap<u64, usize>,
}

#[derive(Debug)]
struct Version {
    release: u64,
    /// Its first file.
    file: u64,
    public: bool,
    /// What most have nothing of.
    more: Option<Box<More>>,
}

#[derive(Debug, Default, PartialEq)]
struct More {
    /// Its other files.
    files: Box<[u64]>,
    /// The language in its file's name.
    named: Option<Box<str>>,
    declared: Option<Box<str>>,
}

impl Version {
    fn files(&self) -> impl Iterator<Item = u64> {
        std::iter::once(self.file).chain(self.more.iter().flat_map(|more| &more.files).copied())
    }

    fn named(&self) -> Option<&str> {
        self.more.as_ref()?.named.as_deref()
    }

    fn declared(&self) -> Option<&str> {
        self.more.as_ref()?.declared.as_deref()
    }
}

impl Versions {
    /// Takes note of an item of the ledger, and who else may be told of it.
    pub fn put(&mut self, slot: usize, paths: &[String], declared: Option<&str>, public: bool) {
        let Some(first) = paths.first() else { return };
        let (release, named) = split(first);
        let files = paths[1..].iter().map(|path| hash(path)).collect();
        let more = More { files, named: named.map(Into::into), declared: declared.map(Into::into) };
        let more = (more != More::default()).then(|| Box::new(more));
        let version = Version { release: hash(release), file: hash(first), public, more };
        self.releases.insert((version.release, slot));
        self.files.extend(version.files().map(|file| (file, slot)));
        if version.named().is_some() {
            *self.named.entry(version.release).or_default() += 1;
        }
        if self.of.len() <= slot {
            self.of.resize_with(slot + 1, || None);
        }
        self.of[slot] = Some(version);
    }

    /// Forgets an item; gives those that may have been told of it.
    pub fn take(&mut self, slot: usize) -> Vec<usize> {
        let Some(version) = self.of.get_mut(slot).and_then(Option::take) else { return Vec::new() };
        self.releases.remove(&(version.release, slot));
        for file in version.files() {
            self.files.remove(&(file, slot));
        }
        let near = self.near(&version);
        if version.named().is_some()
            && let Some(count) = self.named.get_mut(&version.release)
        {
            *count -= 1;
            if *count == 0 {
                self.named.remove(&version.release);
            }
        }
        near
    }

    /// An item, and those that may have to be told of it.
    pub fn concerned(&self, slot: usize) -> Vec<usize> {
        self.get(slot).map(|version| self.near(version)).unwrap_or_default()
    }

    /// Items that are, or may be, translated.
    pub fn all(&self) -> Vec<usize> {
        self.named.keys().flat_map(|release| self.sharing(&self.releases, *release)).collect()
    }

    /// The language of an item, where it is not the house's, and its translations. `page` gives the path of the page
    /// of a public item.
    pub fn others(
        &self,
        slot: usize,
        newsroom: &Newsroom,
        page: impl Fn(usize) -> Option<String>,
    ) -> (Option<String>, Vec<Translation>) {
        let Some(own) = self.get(slot) else { return (None, Vec::new()) };
        let foreign = |language: &str| Some(language.to_string()).filter(|language| *language != newsroom.language);
        let alone = || (own.declared().and_then(foreign), Vec::new());
        if !self.named.contains_key(&own.release) {
            return alone();
        }
        let members = self.sharing(&self.releases, own.release);
        let mut versions: Vec<(String, usize)> = Vec::new();
        let mut any_named = false;
        for member in members {
            let Some(version) = self.get(member).filter(|version| version.public) else { continue };
            if self.sharing(&self.files, version.file).len() > 1 {
                continue;
            }
            let declared = version.declared().unwrap_or_default();
            let language = match version.named() {
                Some(named) if !declared.is_empty() && primary(declared) != primary(named) => continue,
                Some(named) if declared.is_empty() => named,
                None if declared.is_empty() => &newsroom.language,
                _ => declared,
            };
            any_named |= version.named().is_some();
            versions.push((language.to_string(), member));
        }
        versions.sort();
        let languages: BTreeSet<&str> = versions.iter().map(|(language, _)| language.as_str()).collect();
        let told_apart = languages.len() == versions.len() && !languages.contains("");
        let is_one = versions.iter().find(|(_, member)| *member == slot);
        let (Some((language, _)), true, true) = (is_one, told_apart && any_named, versions.len() > 1) else {
            return alone();
        };
        let others = versions.iter().filter(|(_, other)| *other != slot);
        let translations = others.filter_map(|(language, other)| {
            Some(Translation { language: language.clone(), url: newsroom.url(&page(*other)?) })
        });
        (foreign(language), translations.collect())
    }

    /// Who shares a release or a file with one.
    fn near(&self, version: &Version) -> Vec<usize> {
        if self.named.is_empty() {
            return Vec::new();
        }
        let mut releases = BTreeSet::from([version.release]);
        for file in version.files() {
            // Whether an item is alone in its file counts for its whole release.
            let beside = self.sharing(&self.files, file);
            releases.extend(beside.iter().filter_map(|slot| self.get(*slot)).map(|beside| beside.release));
        }
        let spoken = releases.into_iter().filter(|release| self.named.contains_key(release));
        spoken.flat_map(|release| self.sharing(&self.releases, release)).collect()
    }

    fn get(&self, slot: usize) -> Option<&Version> {
        self.of.get(slot)?.as_ref()
    }

    fn sharing(&self, index: &BTreeSet<(u64, usize)>, hash: u64) -> Vec<usize> {
        index.range((hash, 0)..=(hash, usize::MAX)).map(|(_, slot)| *slot).collect()
    }
}

fn hash(text: &str) -> u64 {
    u64::from_le_bytes(blake3::hash(text.as_bytes()).as_bytes()[..8].try_into().expect("a hash has 32 bytes"))
}

/// A path without extension and language, and the language in its name: `news/quay.pt-BR.md` is `news/quay`, `pt-BR`.
fn split(path: &str) -> (&str, Option<String>) {
    let name = path.rfind('/').map_or(0, |at| at + 1);
    let stem = path[name..].rfind('.').filter(|&at| at > 0).map_or(path, |at| &path[..name + at]);
    let Some(at) = stem[name..].rfind('.').filter(|&at| at > 0).map(|at| name + at) else { return (stem, None) };
    let tag = stem[at + 1..].replace('_', "-");
    let parts: Vec<&str> = tag.split('-').collect();
    let letters =
        |part: &str, lengths: &[usize]| lengths.contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphabetic());
    let sound = match parts[..] {
        [language] => is_language(language),
        // A region of two letters, or a script of four.
        [language, rest] => is_language(language) && letters(rest, &[2, 4]),
        _ => false,
    };
    if sound { (&stem[..at], Some(tag)) } else { (stem, None) }
}

fn is_language(code: &str) -> bool {
    code.len() == 2 && LANGUAGES.split_ascii_whitespace().any(|known| known == code)
}

fn primary(tag: &str) -> &str {
    tag.split('-').next().unwrap_or(tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_in_a_name_is_told_from_other_endings() {
        for (path, release, language) in [
            ("quay.md", "quay", None),
            ("quay.fr.md", "quay", Some("fr")),
            ("news.fr/quay.txt", "news.fr/quay", None),
            ("news/quay.pt_BR.md", "news/quay", Some("pt-BR")),
            ("news/quay.zh-Hant.md", "news/quay", Some("zh-Hant")),
            ("2025.06.05.txt", "2025.06.05", None),
            ("v1.2.rc.md", "v1.2.rc", None),
            ("quay.FR.md", "quay.FR", None),
            (".de.md", ".de", None),
            ("news/.md", "news/.md", None),
            ("fr", "fr", None),
        ] {
            assert_eq!(split(path), (release, language.map(String::from)), "{path}");
        }
    }
}
