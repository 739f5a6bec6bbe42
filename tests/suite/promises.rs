//! What holds whatever a folder contains. The property tests of the chain and the fuzz targets ask for the same.

use std::sync::Arc;

use chrono::{DateTime, FixedOffset, Utc};
use feedroom::date::{self, DateOrder, Hints};
use feedroom::document::{self, Document, Lines};
use feedroom::edition::{Edition, Item, Newsroom, Topic};
use feedroom::feed::{self, Channel, Format, Shelf};
use feedroom::item::{self, Draft};
use feedroom::ledger::{self, Ledger, Outcome, Scan, Touched, Words};
use feedroom::problem::Problem;

/// Names under which a file is read in different ways.
#[rustfmt::skip] // words read as running text
const NAMES: [&str; 12] = [
    "release.txt", "release.md", "release.html", "CHANGELOG.md", "NEWS", "changelog.Debian", "release.eml",
    "release.yml", "2025-06-05-release.txt", "README", "20250605_release.md", "liste.htm",
];

/// The name that a byte chooses.
pub fn name(choice: u8) -> &'static str {
    NAMES[usize::from(choice) % NAMES.len()]
}

/// A file can be read whatever it holds; its blocks are well-formed and stand in it.
pub fn of_reading(path: &str, bytes: &[u8]) -> Option<Document> {
    let (document, problems) = document::read(path, bytes, &document::Settings::default());
    let count = line_count(bytes);
    assert!(document.is_some() || !problems.is_empty(), "nothing was read of {path}, and nothing says why");
    within(&problems, count);
    let document = document?;
    for block in &document.blocks {
        assert_well_formed(&block.html);
        assert_lines(block.lines, count);
        assert!(block.text.chars().all(is_xml), "text that XML forbids: {:?}", block.text);
    }
    let header = &document.header;
    for field in header.title.iter().chain(&header.path_hint).chain(header.dates.iter().map(|date| &date.field)) {
        assert!((1..=count).contains(&field.line), "{field:?} is on no line of {count}");
    }
    Some(document)
}

/// What is derived of one file has a title and a body and says where it stands.
pub fn of_deriving(path: &str, bytes: &[u8]) {
    if let Some(document) = of_reading(path, bytes) {
        let (drafts, problems) = item::derive(&[&document], &settings());
        let count = line_count(bytes);
        within(&problems, count);
        drafts.iter().for_each(|draft| of_draft(draft, count));
    }
}

fn of_draft(draft: &Draft, count: u32) {
    assert!(!draft.sources.is_empty(), "{draft:?} comes from nowhere");
    draft.sources.iter().for_each(|source| assert_lines(source.lines, count));
    assert!(!draft.title.trim().is_empty() && !draft.title.contains('\n'), "no title: {:?}", draft.title);
    assert_well_formed(&draft.body_html);
    if let Some(dated) = &draft.date {
        assert!(dated.evidence.line <= count, "{dated:?} is on no line of {count}");
    }
}

/// Dates stand where their spans say, and on whole characters.
pub fn of_dates(text: &str, hints: u8) {
    let order = [None, Some(DateOrder::DayFirst), Some(DateOrder::MonthFirst), Some(DateOrder::YearFirst)];
    let language = [None, Some("en"), Some("de"), Some("ru"), Some("ja"), Some("ar"), Some("x")];
    let hints = usize::from(hints);
    let hints = Hints { order: order[hints % order.len()], language: language[hints / order.len() % language.len()] };
    let mut end = 0;
    for found in date::find(text, &hints) {
        assert!(end <= found.span.start && !found.span.is_empty(), "{found:?} in {text:?}");
        assert!(text.get(found.span.clone()).is_some(), "{found:?} in {text:?}");
        end = found.span.end;
        let _ = (found.resolve(chrono_tz::Europe::Berlin), found.resolve_end(chrono_tz::Asia::Tokyo));
        let _ = (found.day(), found.last_day(), found.weekday_agrees());
    }
    for bad in date::impossible(text, &hints) {
        assert!(text.get(bad.span.clone()).is_some(), "{bad:?} in {text:?}");
    }
    if let Err(bad) = date::parse(text, &hints) {
        assert!(text.get(bad.span.clone()).is_some(), "{bad:?} in {text:?}");
    }
    let _ = (date::line(text, &hints), date::in_name(text), date::order_proofs(text));
}

/// The files of a folder, in whatever order, become the same feeds, which every parser reads.
pub fn of_the_chain(files: &[(String, Vec<u8>)]) {
    let documents: Vec<Document> = files.iter().filter_map(|(path, bytes)| of_reading(path, bytes)).collect();
    let count = files.iter().map(|(_, bytes)| line_count(bytes)).max().unwrap_or(0);
    let (drafts, problems) = item::derive(&documents.iter().collect::<Vec<_>>(), &settings());
    let backwards = item::derive(&documents.iter().rev().collect::<Vec<_>>(), &settings());
    assert_eq!((&drafts, &problems), (&backwards.0, &backwards.1), "the order of files shows");
    within(&problems, count);
    drafts.iter().for_each(|draft| of_draft(draft, count));
    let bytes = feeds(drafts);
    assert_eq!(bytes, feeds(backwards.0.into_iter().rev().collect()), "the order of drafts shows");
    for (format, bytes) in bytes {
        let text = std::str::from_utf8(&bytes).expect("feeds are UTF-8");
        match format {
            Some(Format::Json) => {
                let feed: serde_json::Value = serde_json::from_str(text).expect("JSON");
                let ids: Vec<&str> =
                    feed["items"].as_array().expect("items").iter().filter_map(|item| item["id"].as_str()).collect();
                let distinct: std::collections::BTreeSet<&&str> = ids.iter().collect();
                assert_eq!(distinct.len(), ids.len(), "an id stands twice in {ids:?}");
            }
            _ => drop(roxmltree::Document::parse(text).unwrap_or_else(|error| panic!("{error} in {text}"))),
        }
    }
}

/// The feeds of these drafts, and with no format the list of feeds and the map of the site.
fn feeds(drafts: Vec<Draft>) -> Vec<(Option<Format>, Vec<u8>)> {
    let mut ledger = Ledger::ephemeral().expect("a ledger in memory");
    let outcome = ledger.publish(&Scan::of(drafts), now(), &ledger::Settings::default()).expect("a ledger in memory");
    let edition = edition(&ledger, &outcome);
    let channel = Channel::of(&edition, None, &Shelf::default()).0;
    let rendered = Format::ALL.map(|format| (Some(format), format.render(&channel)));
    rendered.into_iter().chain([(None, feed::opml(&edition)), (None, feed::sitemap(&edition))]).collect()
}

fn edition(ledger: &Ledger, outcome: &Outcome) -> Edition {
    let public = outcome.touched.iter().filter(|touched| touched.kept.is_public(now()));
    let text = |one: &Touched| {
        let draft = one.draft.as_ref().map(Words::draft);
        draft.unwrap_or_else(|| ledger.draft(one.slot).expect("a text in memory"))
    };
    let item = |(kept, draft): (&ledger::Kept, Arc<Draft>)| Item {
        id: kept.id.clone(),
        slug: kept.slug.clone(),
        title: draft.title.clone(),
        body_html: draft.body_html.as_str().into(),
        excerpt: draft.excerpt.clone(),
        published: kept.published,
        undated: kept.undated,
        updated: kept.updated,
        corrected: kept.corrected,
        language: draft.language.clone(),
        authors: draft.authors.clone(),
        tags: draft.tags.clone(),
        topics: vec![0],
        image: None,
        attachments: Vec::new(),
        link: draft.link.clone(),
        translations: Vec::new(),
        aliases: Vec::new(),
        files: Vec::new(),
    };
    let items = public.map(|one| item((&one.kept, text(one)))).collect();
    let newsroom = Newsroom {
        title: "Harbour".into(),
        base_url: "https://news.harbour.example/".into(),
        language: "en".into(),
        ..Newsroom::default()
    };
    let topic = Topic { slug: "harbour".into(), title: "Harbour".into(), window: 50, ..Topic::default() };
    Edition { newsroom, topics: vec![topic], items, withdrawn: Vec::new() }
}

fn settings() -> item::Settings {
    item::Settings { time_zone: chrono_tz::Europe::Berlin, language: None, date_order: None }
}

fn now() -> DateTime<Utc> {
    let now: DateTime<FixedOffset> = DateTime::parse_from_rfc3339("2026-05-01T12:00:00Z").expect("an instant");
    now.into()
}

/// At most how many lines these bytes are, in whatever encoding.
fn line_count(bytes: &[u8]) -> u32 {
    let breaks = bytes.iter().filter(|&&b| matches!(b, b'\n' | b'\r' | 0x0b | 0x0c | 0x85 | 0xa8 | 0xa9)).count();
    u32::try_from(breaks + 1).unwrap_or(u32::MAX)
}

fn assert_lines(lines: Lines, count: u32) {
    assert!(1 <= lines.first && lines.first <= lines.last && lines.last <= count, "{lines:?} of {count}");
}

fn within(problems: &[Problem], count: u32) {
    problems.iter().for_each(|problem| assert!(problem.line <= count, "{problem:?} is on no line of {count}"));
}

/// HTML that XML parsers take too.
fn assert_well_formed(html: &str) {
    let parsed = roxmltree::Document::parse(&format!("<x>{html}</x>")).map(drop);
    parsed.unwrap_or_else(|error| panic!("{error} in {html}"));
}

/// Whether XML 1.0 (section 2.2) has a character.
fn is_xml(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}
