//! From what the ledger keeps to an item of an edition: with topics and absolute addresses.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::Claims;
use super::desk::Means;
use crate::document::Author;
use crate::edition::{Attachment, Body, Item, Newsroom};
use crate::item::Draft;
use crate::ledger::Kept;
use crate::media;
use crate::text::{percent_decode, percent_encode};

/// What is shown of an item's words, its body apart: kept beside the item, so that a start need not read every text. It
/// comes from the words and the settings alone: what the folder holds beside the releases is looked up each time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Face {
    pub title: String,
    excerpt: String,
    /// The language of its own text, where known.
    pub language: Option<String>,
    authors: Vec<(String, Option<String>, Option<String>)>,
    tags: Vec<String>,
    pub topics: Vec<usize>,
    /// Paths below `assets/`, or addresses elsewhere, as those of the attachments.
    image: Option<String>,
    attachments: Vec<String>,
    /// Paths below `assets/` that the body shows or links to.
    linked: Vec<String>,
    aliases: Vec<String>,
    link: Option<String>,
    /// Where it stands: file and line.
    pub place: (String, u32),
}

/// The face of a draft. Its body goes to the keeper.
pub(super) fn face(slot: usize, kept: &Kept, draft: &Draft, means: &Means<'_>, claims: &Claims) -> Face {
    let newsroom = &means.settings.newsroom;
    let body_html = absolute(&draft.body_html, &newsroom.base_url);
    let linked = linked(&body_html, newsroom);
    means.bodies.put(slot, kept.raw, body_html.into());
    let source = &draft.sources[0];
    Face {
        title: draft.title.clone(),
        excerpt: draft.excerpt.clone(),
        language: draft.language.clone(),
        authors: draft.authors.iter().map(|a| (a.name.clone(), a.email.clone(), a.url.clone())).collect(),
        tags: draft.tags.clone(),
        topics: claims.rules.claim(draft),
        image: draft.image.clone(),
        attachments: draft.attachments.clone(),
        linked,
        aliases: aliases(&draft.aliases, newsroom),
        link: draft.link.clone().filter(|link| link.starts_with("https://") || link.starts_with("http://")),
        place: (source.path.clone(), source.lines.first),
    }
}

/// An item with its face; its body stays with the keeper.
pub(super) fn item(slot: usize, kept: &Kept, face: Face, means: &Means<'_>) -> Item {
    let newsroom = &means.settings.newsroom;
    let attachment = |path: &String| attachment(path, newsroom, means.lengths);
    let image = face.image.as_ref().and_then(attachment);
    let attachments: Vec<Attachment> = face.attachments.iter().filter_map(attachment).collect();
    let base = newsroom.url("assets/");
    let attached = image.iter().chain(&attachments).filter_map(|file| file.url.strip_prefix(&base)).map(percent_decode);
    let files: BTreeSet<String> = attached.chain(face.linked).collect();
    let author = |(name, email, url): (String, Option<String>, Option<String>)| Author { name, email, url };
    Item {
        id: kept.id.clone(),
        slug: kept.slug.clone(),
        title: face.title,
        body_html: Body::kept(means.bodies.clone(), slot, kept.raw),
        excerpt: face.excerpt,
        published: kept.published,
        undated: kept.undated,
        updated: kept.updated,
        corrected: kept.corrected,
        language: face.language.filter(|language| *language != newsroom.language),
        authors: face.authors.into_iter().map(author).collect(),
        tags: face.tags,
        topics: face.topics,
        image,
        attachments,
        files: files.into_iter().collect(),
        aliases: face.aliases,
        link: face.link,
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
    let length = Some(*assets.get(path)?);
    Some(Attachment { url: newsroom.url(&format!("assets/{}", percent_encode(path))), media_type, length, title })
}

/// Former addresses as paths of this site: written as a path from its root or below its address, or absolute.
fn aliases(written: &[String], newsroom: &Newsroom) -> Vec<String> {
    let paths = written.iter().filter_map(|alias| {
        let path = match alias.strip_prefix(&newsroom.base_url) {
            Some(path) => path,
            None if alias.contains("://") => return None,
            None => alias.trim_start_matches('/'),
        };
        let path = percent_decode(path.split('#').next().unwrap_or(path));
        (!path.is_empty()).then(|| format!("/{path}"))
    });
    paths.collect::<BTreeSet<_>>().into_iter().collect()
}

/// The house's files that a body shows or links to: paths below `assets/`, each once, in order.
fn linked(body: &str, newsroom: &Newsroom) -> Vec<String> {
    let base = newsroom.url("assets/");
    let urls = body.match_indices(&base).map(|(at, _)| {
        let rest = &body[at..];
        &rest[..rest.find(['"', '<', '>', ' ', '?', '#']).unwrap_or(rest.len())]
    });
    let files: BTreeSet<String> = urls.filter_map(|url| url.strip_prefix(&base)).map(percent_decode).collect();
    files.into_iter().collect()
}

/// A sanitised body with its root-relative addresses made absolute. Only attribute values inside tags are touched:
/// the sanitiser writes `<` in text as `&lt;`, and every attribute value in double quotes.
pub(super) fn absolute(html: &str, base_url: &str) -> String {
    const ATTRIBUTES: [&str; 3] = [" src=\"/", " href=\"/", " poster=\"/"];
    if !html.contains("=\"/") {
        return html.to_string();
    }
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
