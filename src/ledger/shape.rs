//! The form in which a draft is kept: JSON with names of its own, so that the item room may rename its fields
//! without making a ledger unreadable.

use std::cell::RefCell;

use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};
use zstd::bulk::{Compressor, Decompressor};

use crate::date::Precision;
use crate::document::{Author, Lines};
use crate::item::{Dated, Draft, Evidence, EvidenceKind, Source};

/// A draft as kept. What was only of use for `explain` at the time (dates passed over) is left out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Kept {
    sources: Vec<(String, u32, u32)>,
    title: String,
    html: String,
    text: String,
    excerpt: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    date: Option<Date>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    modified: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    embargo: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    expires: Option<String>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    unfinished: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    declared_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    slug: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    aliases: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    language: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    authors: Vec<Person>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    tags: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    image: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    attachments: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    link: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Date {
    at: String,
    precision: String,
    kind: String,
    words: String,
    path: String,
    line: u32,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Person {
    name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    url: Option<String>,
}

impl From<&Draft> for Kept {
    fn from(draft: &Draft) -> Self {
        let instant = |at: &DateTime<FixedOffset>| at.to_rfc3339();
        Self {
            sources: draft.sources.iter().map(|s| (s.path.clone(), s.lines.first, s.lines.last)).collect(),
            title: draft.title.clone(),
            html: draft.body_html.clone(),
            text: draft.body_text.clone(),
            excerpt: draft.excerpt.clone(),
            date: draft.date.as_ref().map(|date| Date {
                at: instant(&date.published),
                precision: precision_name(date.precision).to_string(),
                kind: date.evidence.kind.as_str().to_string(),
                words: date.evidence.text.clone(),
                path: date.evidence.path.clone(),
                line: date.evidence.line,
            }),
            modified: draft.modified.as_ref().map(instant),
            embargo: draft.embargo.as_ref().map(instant),
            expires: draft.expires.as_ref().map(instant),
            unfinished: draft.unfinished,
            declared_id: draft.declared_id.clone(),
            slug: draft.slug.clone(),
            aliases: draft.aliases.clone(),
            language: draft.language.clone(),
            authors: draft
                .authors
                .iter()
                .map(|a| Person { name: a.name.clone(), email: a.email.clone(), url: a.url.clone() })
                .collect(),
            tags: draft.tags.clone(),
            image: draft.image.clone(),
            attachments: draft.attachments.clone(),
            link: draft.link.clone(),
        }
    }
}

impl Kept {
    /// The draft, or what is wrong with it.
    pub fn draft(self) -> Result<Draft, String> {
        let date = |date: Date| -> Result<Dated, String> {
            Ok(Dated {
                published: instant(&date.at)?,
                precision: precision(&date.precision)?,
                evidence: Evidence { kind: kind(&date.kind)?, text: date.words, path: date.path, line: date.line },
            })
        };
        let at = |text: Option<String>| text.as_deref().map(instant).transpose();
        let source = |(path, first, last)| Source { path, lines: Lines { first, last } };
        Ok(Draft {
            sources: self.sources.into_iter().map(source).collect(),
            title: self.title,
            body_html: self.html,
            body_text: self.text,
            excerpt: self.excerpt,
            date: self.date.map(date).transpose()?,
            modified: at(self.modified)?,
            embargo: at(self.embargo)?,
            expires: at(self.expires)?,
            unfinished: self.unfinished,
            declared_id: self.declared_id,
            slug: self.slug,
            aliases: self.aliases,
            language: self.language,
            authors: self.authors.into_iter().map(|p| Author { name: p.name, email: p.email, url: p.url }).collect(),
            tags: self.tags,
            image: self.image,
            attachments: self.attachments,
            link: self.link,
            passed_over: Vec::new(),
        })
    }
}

/// What says that it is larger is unpacked bit by bit: damaged bytes say anything.
const LARGE: u64 = 16 << 20;

/// Level 3 without a dictionary: a third of the size at 100 MB/s and more.
pub fn compressor() -> Compressor<'static> {
    Compressor::new(3).expect("zstd knows level 3")
}

/// A draft as a packed text.
pub fn pack(press: &mut Compressor<'_>, draft: &Draft) -> std::io::Result<Vec<u8>> {
    let json = serde_json::to_vec(&Kept::from(draft)).expect("a draft is JSON");
    press.compress(&json)
}

/// The draft in a packed text, or what is wrong with it.
pub fn unpack(packed: &[u8]) -> Result<Draft, String> {
    thread_local! {
        // What it works with takes longer to make than most texts to unpack.
        static PRESS: RefCell<Option<Decompressor<'static>>> = const { RefCell::new(None) };
    }
    let size = zstd::zstd_safe::get_frame_content_size(packed).ok().flatten().filter(|size| *size <= LARGE);
    let json = match size {
        Some(size) => PRESS.with_borrow_mut(|press| {
            let press = match press {
                Some(press) => press,
                None => press.insert(Decompressor::new()?),
            };
            press.decompress(packed, size as usize)
        }),
        None => zstd::stream::decode_all(packed),
    };
    let json = json.map_err(|error| error.to_string())?;
    serde_json::from_slice::<Kept>(&json).map_err(|error| error.to_string())?.draft()
}

fn instant(text: &str) -> Result<DateTime<FixedOffset>, String> {
    DateTime::parse_from_rfc3339(text).map_err(|error| format!("`{text}` is no instant: {error}"))
}

const PRECISIONS: [(Precision, &str); 6] = [
    (Precision::None, "none"),
    (Precision::Year, "year"),
    (Precision::Month, "month"),
    (Precision::Day, "day"),
    (Precision::Minute, "minute"),
    (Precision::Second, "second"),
];

fn precision_name(precision: Precision) -> &'static str {
    PRECISIONS.iter().find(|(known, _)| *known == precision).map_or("none", |(_, name)| name)
}

fn precision(name: &str) -> Result<Precision, String> {
    let found = PRECISIONS.iter().find(|(_, known)| *known == name);
    found.map(|(precision, _)| *precision).ok_or_else(|| format!("`{name}` is no precision"))
}

fn kind(name: &str) -> Result<EvidenceKind, String> {
    let kinds = [
        EvidenceKind::Inferred,
        EvidenceKind::Sentence,
        EvidenceKind::FileName,
        EvidenceKind::Dateline,
        EvidenceKind::Title,
        EvidenceKind::Header,
        EvidenceKind::Metadata,
        EvidenceKind::FrontMatter,
    ];
    kinds.into_iter().find(|kind| kind.as_str() == name).ok_or_else(|| format!("`{name}` is no kind of evidence"))
}
