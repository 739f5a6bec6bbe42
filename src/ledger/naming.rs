//! Ids and slugs for new items: from what the release says of itself, so that a folder read twice without its
//! ledger gives the same ids.

use std::collections::{HashMap, HashSet};

use uuid::Uuid;

use super::print::Print;
use crate::item::Draft;
use crate::text;

/// The namespace of all ids made here (RFC 9562, section 5.5); never to change.
const NAMESPACE: Uuid = Uuid::from_u128(0x8f1c_2a54_6b0e_4c1d_9a37_5e2f_d04b_91c6);
/// Bytes of a slug before a suffix.
const SLUG: usize = 80;

/// The id that an author declared, as a URI: itself where it is one, else a UUID made from it.
pub fn declared_id(declared: &str) -> String {
    if let Ok(uuid) = Uuid::parse_str(declared) {
        return uuid.urn().to_string();
    }
    let scheme = declared.split_once(':').is_some_and(|(scheme, rest)| {
        let letters = scheme.starts_with(|c: char| c.is_ascii_alphabetic());
        letters && !rest.is_empty() && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
    });
    if scheme && !declared.contains(|c: char| c.is_whitespace() || c.is_control() || "<>\"{}|\\^`".contains(c)) {
        declared.to_string()
    } else {
        urn(&["declared", declared])
    }
}

/// Ids for new drafts, for none of which `used` is true, the same in whatever order the drafts come.
///
/// The key is the first of these that no other of the drafts shares: the address elsewhere; title and date; these
/// with the text; these with the place. A declared id is taken as it is where it is free and `declares` allows it.
pub fn ids(drafts: &[(&Draft, &Print, bool)], used: impl Fn(&str) -> bool) -> Vec<String> {
    let keys: Vec<Vec<String>> =
        drafts.iter().map(|(draft, print, declares)| ladder(draft, print, *declares)).collect();
    let mut claims: HashMap<&str, u32> = HashMap::new();
    for key in keys.iter().flat_map(|keys| keys.iter().collect::<HashSet<_>>()) {
        *claims.entry(key).or_default() += 1;
    }
    let mut taken: HashSet<String> = HashSet::new();
    let mut out = Vec::with_capacity(drafts.len());
    for keys in &keys {
        let free = |key: &&String| claims[key.as_str()] == 1 && !used(key) && !taken.contains(key.as_str());
        let id = keys.iter().find(free).cloned().unwrap_or_else(|| {
            let last = keys.last().expect("a ladder has rungs");
            let mut tries = (1..).map(|n: u32| urn(&[last, &n.to_string()]));
            tries.find(|id| !used(id) && !taken.contains(id)).expect("numbers don't end")
        });
        taken.insert(id.clone());
        out.push(id);
    }
    out
}

fn ladder(draft: &Draft, print: &Print, declares: bool) -> Vec<String> {
    let title = text::fold(&draft.title);
    let date = draft.date.as_ref().map(|date| date.published.date_naive().to_string()).unwrap_or_default();
    let text: String = print.full.iter().map(|byte| format!("{byte:02x}")).collect();
    let place = draft.sources.first().map(|source| source.path.as_str()).unwrap_or_default();
    let mut keys = Vec::new();
    if let Some(declared) = draft.declared_id.as_deref().filter(|_| declares) {
        keys.push(declared_id(declared));
    }
    if let Some(link) = &draft.link {
        keys.push(urn(&["link", link]));
    }
    keys.push(urn(&["title", &title, &date]));
    keys.push(urn(&["text", &title, &date, &text]));
    keys.push(urn(&["place", &title, &date, &text, place]));
    keys
}

fn urn(parts: &[&str]) -> String {
    Uuid::new_v5(&NAMESPACE, parts.join("\0").as_bytes()).urn().to_string()
}

/// A slug for an item, none of those for which `used` is true: the declared one or the title's; with the day, then
/// with a part of the id, where another item has it.
pub fn slug(draft: &Draft, id: &str, used: impl Fn(&str) -> bool) -> String {
    let day = draft.date.as_ref().map(|date| date.published.date_naive().to_string());
    let mark: String = Uuid::new_v5(&NAMESPACE, id.as_bytes()).simple().to_string();
    let wished = draft.slug.as_deref().map(|slug| text::slug(slug, SLUG)).filter(|slug| !slug.is_empty());
    let stem = wished.unwrap_or_else(|| text::slug(&draft.title, SLUG));
    let join = |end: &str| if stem.is_empty() { end.to_string() } else { format!("{stem}-{end}") };
    let dated = day.as_deref().map(join);
    let marked = [8, 16, 32].map(|length| join(&mark[..length]));
    let candidates = Some(stem.clone()).filter(|stem| !stem.is_empty()).into_iter().chain(dated).chain(marked);
    let mut last = String::new();
    for candidate in candidates {
        if !used(&candidate) {
            return candidate;
        }
        last = candidate;
    }
    (2..).map(|n: u32| format!("{last}-{n}")).find(|slug| !used(slug)).expect("numbers don't end")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declared_ids_become_uris() {
        let kept = ["https://example.org/1", "urn:uuid:8f1c2a54-6b0e-4c1d-9a37-5e2fd04b91c6", "tag:example.org,2025:1"];
        for id in kept {
            assert_eq!(declared_id(id), id);
        }
        assert_eq!(declared_id("8F1C2A54-6B0E-4C1D-9A37-5E2FD04B91C6"), kept[1]);
        for id in ["42", "two words: here", "2025:x", ":x", "x:", "a b"] {
            assert!(declared_id(id).starts_with("urn:uuid:"), "{id}");
        }
        assert_ne!(declared_id("42"), declared_id("43"));
    }
}
