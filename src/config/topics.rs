//! Topics: those that are configured, checked against each other, and those that subfolders make by themselves.

use std::collections::{BTreeMap, BTreeSet};

use super::file;
use super::mistake::{Mistake, Origin, did_you_mean, nearest};
use super::resolve::Work;
use super::table::Value;
use crate::edition::{Content, Topic};
use crate::text;
use crate::topic::Rule;

/// How many items a topic's feeds hold where nothing says.
const WINDOW: u32 = 50;
/// The longest slug, in bytes: it stands in addresses that people type.
const SLUG_LIMIT: usize = 80;
/// First path segments that the site itself uses.
const RESERVED: [&str; 3] = ["archive", "assets", "items"];

/// The topics that subfolders make where none is configured, in the order of the folders' names: one for each first
/// folder that a release lies in (`energy` for `energy/2025/grid.txt`), with a title made from its name.
///
/// `paths` are release files relative to their root, in any order.
pub fn topics_of<'p>(paths: impl IntoIterator<Item = &'p str>) -> Vec<(Topic, Rule)> {
    let folders: BTreeSet<&str> =
        paths.into_iter().filter_map(|path| path.split_once('/')).map(|(folder, _)| folder).collect();
    let mut taken = BTreeSet::new();
    let mut topics = Vec::new();
    for folder in folders {
        let stem = match text::slug(folder, SLUG_LIMIT - 10) {
            slug if slug.is_empty() => "topic".to_string(),
            slug if bad_slug(&slug).is_some() => format!("{slug}-topic"),
            slug => slug,
        };
        let mut slug = stem.clone();
        let mut number = 2;
        while !taken.insert(slug.clone()) {
            slug = format!("{stem}-{number}");
            number += 1;
        }
        let rule = Rule { slug: slug.clone(), folders: vec![folder.to_string()], ..Rule::default() };
        let topic = Topic { slug, title: title_of(folder), window: WINDOW as usize, ..Topic::default() };
        topics.push((topic, rule));
    }
    topics
}

/// A title made from a file name or a slug: `water-supply` becomes `Water supply`.
pub(super) fn title_of(name: &str) -> String {
    let spaced = text::fold_space(&text::clean(name).replace(['-', '_'], " "));
    let mut letters = spaced.chars();
    letters.next().map_or_else(|| name.to_string(), |first| first.to_uppercase().chain(letters).collect())
}

/// Checks the topics that are configured.
pub(super) fn resolve(written: &[file::Topic], work: &mut Work<'_, '_>) -> Vec<(Topic, Rule)> {
    let mut topics = Vec::new();
    let mut seen: BTreeMap<&str, &Origin> = BTreeMap::new();
    for (index, one) in written.iter().enumerate() {
        let at = Origin::File(one.place.clone());
        let Some(slug) = &one.slug else { continue };
        if let Some((why, advice)) = bad_slug(&slug.value) {
            work.mistake(&slug.origin, format!("`{}` can't be a slug: {why}", slug.value), advice);
        } else if seen.contains_key(slug.value.as_str()) {
            let message = format!("the topic `{}` is there twice", slug.value);
            work.mistake(&slug.origin, message, "give it another slug, or join the two");
        }
        seen.entry(&slug.value).or_insert(&slug.origin);
        topics.push(topic(index, one, slug, &at, work));
    }
    check_references(written, work.mistakes);
    topics
}

fn topic(index: usize, one: &file::Topic, slug: &Value<String>, at: &Origin, work: &mut Work<'_, '_>) -> (Topic, Rule) {
    let key = |name: &str| format!("topic[{index}].{name}");
    work.origin(key("slug"), &slug.origin);
    let topic = Topic {
        slug: slug.value.clone(),
        title: work.optional(&key("title"), &one.title).unwrap_or_else(|| title_of(&slug.value)),
        description: work.plain(&key("description"), &one.description, String::new()),
        language: work.language(&key("language"), &one.language),
        window: work.plain(&key("window"), &one.window, WINDOW) as usize,
        content: work.plain(&key("content"), &one.content, Content::Both),
    };
    let mut values = |name: &str, list: &[Value<String>]| {
        work.origin(key(name), list.first().map_or(&Origin::Default, |value| &value.origin));
        for value in list.iter().filter(|value| value.value.trim().is_empty()) {
            work.mistake(&value.origin, format!("an empty text in `{name}`"), "take it out");
        }
        list.iter().map(|value| value.value.clone()).collect::<Vec<String>>()
    };
    let mut rule = Rule {
        slug: slug.value.clone(),
        folders: values("folders", &one.folders),
        tags: values("tags", &one.tags),
        words: values("words", &one.words),
        any: values("any", &one.any),
        all: values("all", &one.all),
        none: values("none", &one.none),
    };
    for (folder, written) in rule.folders.iter_mut().zip(&one.folders) {
        let clean = folder.trim_start_matches("./").trim_end_matches('/').to_string();
        if clean.starts_with('/') || clean.split('/').any(|part| part == "..") {
            let message = format!("`{folder}` is not below a folder of releases");
            work.mistake(
                &written.origin,
                message,
                "name it as it lies in its `[[folder]]`: `energy` or `regions/north`",
            );
        }
        *folder = clean;
    }
    let claims = [&rule.folders, &rule.tags, &rule.words, &rule.any, &rule.all];
    if claims.iter().all(|list| list.is_empty()) {
        let advice = "add `folders`, `tags`, `words`, `any` or `all`";
        work.mistake(at, format!("the topic `{}` claims nothing", slug.value), advice);
    }
    (topic, rule)
}

/// Why a text can't be a slug, and what to do.
fn bad_slug(slug: &str) -> Option<(&'static str, String)> {
    let advice = |better: String| match better {
        better if !better.is_empty() && better != slug && bad_slug(&better).is_none() => format!("write `{better}`"),
        _ => "write it as `water-supply`".to_string(),
    };
    if slug.len() > SLUG_LIMIT {
        return Some(("it is longer than 80 letters", advice(text::slug(slug, SLUG_LIMIT))));
    }
    let shaped = slug
        .split('-')
        .all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()));
    if !shaped {
        let why = "only lower-case letters, digits and single hyphens stand in addresses";
        return Some((why, advice(text::slug(slug, SLUG_LIMIT))));
    }
    if RESERVED.contains(&slug) {
        return Some(("the site itself uses that address", advice(format!("{slug}-news"))));
    }
    if slug.bytes().all(|b| b.is_ascii_digit()) {
        return Some(("it has digits only", advice(format!("year-{slug}"))));
    }
    None
}

/// Topics that name unknown topics, and topics that lead back to themselves.
fn check_references(written: &[file::Topic], mistakes: &mut Vec<Mistake>) {
    let slugs: Vec<&str> =
        written.iter().filter_map(|topic| topic.slug.as_ref()).map(|slug| slug.value.as_str()).collect();
    let mut edges: BTreeMap<&str, Vec<&Value<String>>> = BTreeMap::new();
    for topic in written {
        for reference in topic.any.iter().chain(&topic.all).chain(&topic.none) {
            if slugs.contains(&reference.value.as_str()) {
                if let Some(slug) = &topic.slug {
                    edges.entry(&slug.value).or_default().push(reference);
                }
                continue;
            }
            let advice = did_you_mean(&nearest(&reference.value, slugs.iter().copied(), 2))
                .unwrap_or_else(|| format!("topics are: {}", slugs.join(", ")));
            mistakes.push(Mistake::new(&reference.origin, format!("there is no topic `{}`", reference.value), advice));
        }
    }
    let mut done = BTreeSet::new();
    for slug in slugs {
        follow(slug, &edges, &mut Vec::new(), &mut done, mistakes);
    }
}

/// Goes down from one topic; a way that meets itself is a circle, reported once at the reference that closes it.
fn follow<'w>(
    slug: &'w str,
    edges: &BTreeMap<&'w str, Vec<&'w Value<String>>>,
    way: &mut Vec<&'w str>,
    done: &mut BTreeSet<&'w str>,
    mistakes: &mut Vec<Mistake>,
) {
    if done.contains(slug) {
        return;
    }
    way.push(slug);
    for reference in edges.get(slug).into_iter().flatten() {
        match way.iter().position(|passed| *passed == reference.value) {
            Some(start) => {
                let circle = format!("{} → {}", way[start..].join(" → "), reference.value);
                let message = format!("the topic `{}` leads back to itself", reference.value);
                mistakes.push(Mistake::new(&reference.origin, message, circle));
            }
            None => follow(&reference.value, edges, way, done, mistakes),
        }
    }
    way.pop();
    done.insert(slug);
}
