//! Translations: releases whose files differ in nothing but the language in their names (`quay.md`, `quay.fr.md`).

use std::collections::{BTreeMap, BTreeSet};

use crate::edition::{Item, Newsroom, Translation};
use crate::ledger::Kept;

/// The languages of ISO 639-1: only these are taken for one in a file's name.
const LANGUAGES: &str = "aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da \
    de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik \
    io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms \
    mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm \
    sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu";

/// Tells each item of the same release in other languages.
///
/// Items are translations of each other where each is the only one of its file, the files lie in one folder, their
/// names without extension and language are the same, at least one name has a language, and no two are in the same.
/// A file without one in its name is in the language that it declares, or the house's. One that declares another
/// than its name says is left alone. A language that only the name tells becomes the item's.
pub(super) fn link(items: &mut [Item], kept: &[Kept], newsroom: &Newsroom) {
    let mut held: BTreeMap<&str, usize> = BTreeMap::new();
    for source in kept.iter().flat_map(|kept| &kept.draft.sources) {
        *held.entry(&source.path).or_default() += 1;
    }
    let known: BTreeMap<&str, &Kept> = kept.iter().map(|kept| (kept.id.as_str(), kept)).collect();
    let mut releases: BTreeMap<&str, Vec<(String, usize, bool)>> = BTreeMap::new();
    for (at, item) in items.iter().enumerate() {
        let Some(draft) = known.get(item.id.as_str()).map(|kept| &kept.draft) else { continue };
        let path = draft.sources[0].path.as_str();
        if held[path] > 1 {
            continue;
        }
        let (release, named) = split(path);
        let declared = draft.language.as_deref().unwrap_or_default();
        let language = match &named {
            Some(named) if !declared.is_empty() && primary(declared) != primary(named) => continue,
            Some(named) if declared.is_empty() => named.clone(),
            None if declared.is_empty() => newsroom.language.clone(),
            _ => declared.to_string(),
        };
        releases.entry(release).or_default().push((language, at, named.is_some()));
    }
    for mut versions in releases.into_values() {
        let languages: BTreeSet<&str> = versions.iter().map(|(language, ..)| language.as_str()).collect();
        let told_apart = languages.len() == versions.len() && !languages.contains("");
        if versions.len() < 2 || !told_apart || !versions.iter().any(|(.., named)| *named) {
            continue;
        }
        versions.sort();
        for (language, at, _) in &versions {
            let others = versions.iter().filter(|(_, other, _)| other != at);
            items[*at].translations = others
                .map(|(language, other, _)| Translation {
                    language: language.clone(),
                    url: newsroom.url(&items[*other].page_path()),
                })
                .collect();
            items[*at].language = Some(language.clone()).filter(|language| *language != newsroom.language);
        }
    }
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
