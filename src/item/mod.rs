//! Items: drafts derived from documents, one for each dated release, each saying why it has its title and date.
//!
//! Documents go in, drafts and problems come out. This room decides what a release is, which date is its
//! publication date, and which texts are the same release. It knows nothing of identity (that is `ledger`), of
//! topics, or of feeds.

use std::borrow::Cow;

use chrono::{DateTime, FixedOffset};
use chrono_tz::Tz;

use crate::date::{DateOrder, Precision};
use crate::document::{Author, Document, Lines};
use crate::problem::Problem;
use evidence::Facts;

pub use attach::attach;
pub use folder::{Change, Folder, Place, Reread};

// One document, and what others say of it.
mod derive;
mod embargo;
mod evidence;

// All of a folder.
mod attach;
mod beside;
mod folder;
mod groups;
mod index;
mod merge;

mod dateline;
mod dating;
mod excerpt;
mod language;
mod order;
mod phrases;
mod words;

mod digest;
mod listing;
mod page;
mod roles;
mod segment;
mod teasers;
mod traps;
mod versions;

/// What a folder says about its files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The zone in which a day without a time begins.
    pub time_zone: Tz,
    /// BCP 47 language of the house, where set.
    pub language: Option<String>,
    /// The order of ambiguous numeric dates, where set.
    pub date_order: Option<DateOrder>,
}

/// The releases of a folder: each document's own, those of several files made one.
///
/// Documents may come in any order; drafts come out in the order of the paths of the files that they were first
/// found in.
pub fn derive(documents: &[&Document], settings: &Settings) -> (Vec<Draft>, Vec<Problem>) {
    let mut documents: Vec<&Document> = documents.to_vec();
    documents.sort_by(|a, b| a.path.cmp(&b.path));
    let facts: Vec<Facts> = documents.iter().map(|document| Facts::of(document)).collect();
    let mut evidence = evidence::Evidence::default();
    (0..).zip(&facts).for_each(|(file, facts)| evidence.add(file, facts));
    let mut drafts = Vec::new();
    let mut problems = Vec::new();
    for (document, facts) in documents.into_iter().zip(&facts) {
        let (mut found, mut met) = derive::drafts(document, &evidence.told(facts), settings);
        drafts.append(&mut found);
        problems.append(&mut met);
    }
    (merge::merge(drafts), problems)
}

/// One release, derived from one or more files, before identity.
#[derive(Debug, Clone, PartialEq, Hash)]
pub struct Draft {
    /// Where it stands; the first is the one that its body was taken from. Never empty.
    pub sources: Vec<Source>,
    /// Title, one line of plain text.
    pub title: String,
    /// Body as sanitised HTML, local links root-relative.
    pub body_html: String,
    /// Body as plain text, paragraphs separated by `\n\n`.
    pub body_text: String,
    /// Excerpt, plain text cut at a sentence.
    pub excerpt: String,
    /// The publication date, where anything but the first sight tells it.
    pub date: Option<Dated>,
    /// A declared date of last change.
    pub modified: Option<DateTime<FixedOffset>>,
    /// Not public before this instant.
    pub embargo: Option<DateTime<FixedOffset>>,
    /// Not public from this instant on.
    pub expires: Option<DateTime<FixedOffset>>,
    /// Declared a draft: never public.
    pub unfinished: bool,
    /// The declared permanent id.
    pub declared_id: Option<String>,
    /// The declared slug.
    pub slug: Option<String>,
    /// Former addresses.
    pub aliases: Vec<String>,
    /// BCP 47 language of its own text, where known.
    pub language: Option<String>,
    /// Authors as written.
    pub authors: Vec<Author>,
    /// Tags as written.
    pub tags: Vec<String>,
    /// The lead image: a path relative to the folder or an absolute URL.
    pub image: Option<String>,
    /// Files that belong to it: paths relative to the folder or absolute URLs.
    pub attachments: Vec<String>,
    /// The release's own address elsewhere.
    pub link: Option<String>,
    /// Dates that were seen and not taken, with the reason.
    pub passed_over: Vec<PassedOver>,
}

/// Where a draft stands in a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Source {
    /// The file, relative to its folder.
    pub path: String,
    /// The lines it takes, its date line included.
    pub lines: Lines,
}

/// A publication date with the reason for it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Dated {
    /// The instant, in the folder's time zone or the one written.
    pub published: DateTime<FixedOffset>,
    /// How fine it is known.
    pub precision: Precision,
    /// Why.
    pub evidence: Evidence,
}

/// Why a draft has its date.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Evidence {
    /// The rung of the ladder.
    pub kind: EvidenceKind,
    /// The words it was read from.
    pub text: String,
    /// The file they stand in.
    pub path: String,
    /// 1-based line.
    pub line: u32,
}

/// The ladder of evidence, weakest first so that `max` is the strongest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EvidenceKind {
    /// Taken from neighbours of an ordered list or the file's other dates.
    Inferred,
    /// A date that opens the first sentence and tells when it happened.
    Sentence,
    /// The file's name.
    FileName,
    /// `GENEVA, 5 June 2025 — …`.
    Dateline,
    /// A date glued to the title.
    Title,
    /// A line that is only a date.
    Header,
    /// Metadata of a saved page.
    Metadata,
    /// Front matter, or an announcement's `Date:`.
    FrontMatter,
}

impl EvidenceKind {
    /// The name used by `explain --json`.
    pub fn as_str(self) -> &'static str {
        match self {
            EvidenceKind::Inferred => "inferred",
            EvidenceKind::Sentence => "sentence",
            EvidenceKind::FileName => "file-name",
            EvidenceKind::Dateline => "dateline",
            EvidenceKind::Title => "title",
            EvidenceKind::Header => "header",
            EvidenceKind::Metadata => "metadata",
            EvidenceKind::FrontMatter => "front-matter",
        }
    }
}

/// A date that was seen and not taken.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PassedOver {
    /// The words.
    pub text: String,
    /// 1-based line.
    pub line: u32,
    /// Why not, e.g. `in parentheses`, `weaker evidence`.
    pub reason: Cow<'static, str>,
}
