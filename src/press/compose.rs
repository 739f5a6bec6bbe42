//! From what the ledger keeps to an edition: what is public now, with topics and absolute addresses.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use super::{Claims, translations};
use crate::edition::{Attachment, Edition, Item, Newsroom, Withdrawn};
use crate::ledger::{Kept, Outcome};
use crate::media;
use crate::text::{percent_decode, percent_encode};
use crate::topic::Topics;

/// The edition of an instant. `assets` gives the length of each file that lies beside the releases.
pub(super) fn edition(
    newsroom: &Newsroom,
    claims: &Claims,
    outcome: &Outcome,
    assets: &BTreeMap<String, u64>,
    now: DateTime<Utc>,
) -> Edition {
    let rules = &claims.rules;
    let public = outcome.items.iter().filter(|kept| kept.is_public(now));
    let mut items: Vec<Item> = public.map(|kept| item(kept, newsroom, rules, assets)).collect();
    translations::link(&mut items, &outcome.items, newsroom);
    items.sort_by(|a, b| b.published.cmp(&a.published).then_with(|| a.id.cmp(&b.id)));
    let mut withdrawn: Vec<Withdrawn> = outcome
        .withdrawn
        .iter()
        .filter_map(|kept| {
            let at = kept.withdrawn?.into();
            let topics = claims.on(&kept.draft);
            Some(Withdrawn { id: kept.id.clone(), slug: kept.slug.clone(), at, topics, by: None })
        })
        .collect();
    withdrawn.sort_by(|a, b| b.at.cmp(&a.at).then_with(|| a.id.cmp(&b.id)));
    Edition { newsroom: newsroom.clone(), topics: claims.topics.clone(), items: items.into(), withdrawn }
}

fn item(kept: &Kept, newsroom: &Newsroom, rules: &Topics, assets: &BTreeMap<String, u64>) -> Item {
    let draft = &kept.draft;
    let attachment = |path: &String| attachment(path, newsroom, assets);
    let body_html = absolute(&draft.body_html, &newsroom.base_url);
    let image = draft.image.as_ref().and_then(attachment);
    let attachments: Vec<Attachment> = draft.attachments.iter().filter_map(attachment).collect();
    let files = files(&body_html, image.iter().chain(&attachments), newsroom);
    Item {
        id: kept.id.clone(),
        slug: kept.slug.clone(),
        title: draft.title.clone(),
        body_html: body_html.into(),
        excerpt: draft.excerpt.clone(),
        published: kept.published,
        undated: kept.undated,
        updated: kept.updated,
        corrected: kept.corrected,
        language: draft.language.clone().filter(|language| *language != newsroom.language),
        authors: draft.authors.clone(),
        tags: draft.tags.clone(),
        topics: rules.claim(draft),
        image,
        attachments,
        files,
        link: draft.link.clone().filter(|link| link.starts_with("https://") || link.starts_with("http://")),
        translations: Vec::new(),
    }
}

/// A file as an attachment; `None` where a local one is no longer there.
fn attachment(path: &String, newsroom: &Newsroom, assets: &BTreeMap<String, u64>) -> Option<Attachment> {
    let media_type = media::type_of(path).to_string();
    let title = path.rsplit('/').next().unwrap_or(path).to_string();
    if path.contains("://") {
        return Some(Attachment { url: path.clone(), media_type, length: None, title });
    }
    let length = *assets.get(path)?;
    Some(Attachment {
        url: newsroom.url(&format!("assets/{}", percent_encode(path))),
        media_type,
        length: Some(length),
        title,
    })
}

/// The house's files that an item has or links to: paths below `assets/`, each once, in order.
fn files<'a>(body: &str, attached: impl Iterator<Item = &'a Attachment>, newsroom: &Newsroom) -> Vec<String> {
    let base = newsroom.url("assets/");
    let linked = body.match_indices(&base).map(|(at, _)| {
        let rest = &body[at..];
        &rest[..rest.find(['"', '<', '>', ' ', '?', '#']).unwrap_or(rest.len())]
    });
    let urls = attached.map(|file| file.url.as_str()).chain(linked);
    let files: BTreeSet<String> = urls.filter_map(|url| url.strip_prefix(&base)).map(percent_decode).collect();
    files.into_iter().collect()
}

/// A sanitised body with its root-relative addresses made absolute. Only attribute values inside tags are touched:
/// the sanitiser writes `<` in text as `&lt;`, and every attribute value in double quotes.
pub(super) fn absolute(html: &str, base_url: &str) -> String {
    const ATTRIBUTES: [&str; 3] = [" src=\"/", " href=\"/", " poster=\"/"];
    let mut out = String::with_capacity(html.len() + 64);
    let mut rest = html;
    while let Some(open) = rest.find('<') {
        out.push_str(&rest[..open]);
        let tag = &rest[open..open + tag_length(&rest[open..])];
        rest = &rest[open + tag.len()..];
        let mut tag = tag;
        while let Some((at, attribute)) =
            ATTRIBUTES.iter().filter_map(|name| tag.find(name).map(|at| (at, *name))).min()
        {
            let value = at + attribute.len();
            out.push_str(&tag[..value - 1]);
            // `//host/path` is no address of this site.
            if tag[value..].starts_with('/') {
                out.push('/');
            } else {
                out.push_str(base_url);
            }
            tag = &tag[value..];
        }
        out.push_str(tag);
    }
    out.push_str(rest);
    out
}

/// The length of the tag that a text starts with, its `>` outside of quotes.
fn tag_length(text: &str) -> usize {
    let mut quoted = false;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            b'>' if !quoted => return at + 1,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_root_relative_attributes_become_absolute() {
        let html = r#"<p>say src="/x" &lt;a href="/y"&gt;</p><img alt="a > b" src="/assets/a.png"><a href="//cdn.example/x">c</a><a href="https://example.org/">d</a>"#;
        let expected = r#"<p>say src="/x" &lt;a href="/y"&gt;</p><img alt="a > b" src="https://news.example/n/assets/a.png"><a href="//cdn.example/x">c</a><a href="https://example.org/">d</a>"#;
        assert_eq!(absolute(html, "https://news.example/n/"), expected);
    }
}
