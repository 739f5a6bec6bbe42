//! From the pieces of one document to drafts: title, body, excerpt, date.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate};

use super::dating::{self, Candidate};
use super::evidence::Told;
use super::language::Languages;
use super::order::Order;
use super::segment::{self, Context, Piece};
use super::{Draft, EvidenceKind, Settings, Source, embargo, excerpt, phrases, traps};
use crate::date::{self, Hints, Precision};
use crate::document::{Block, BlockKind, DateField, DateRole, DateSource, Document, Syntax};
use crate::problem::Problem;
use crate::text::has_digit;

/// A longer headline is cut.
const TITLE_LIMIT: usize = 300;
/// A title made of a sentence is cut to about this.
const SENTENCE_TITLE: usize = 140;
/// A first sentence of more bytes makes a poor title.
const LONGEST_SENTENCE: usize = 1_000;
/// Characters of an excerpt.
const EXCERPT: usize = 320;
/// More items than this in one file are not believed.
const MOST_ITEMS: usize = 20_000;
/// So many short lines with digits are looked at for impossible dates.
const MOST_BAD_LINES: usize = 2_000;

/// The drafts of one document, in file order, with what is wrong with them.
pub(super) fn drafts(document: &Document, told: &Told, settings: &Settings) -> (Vec<Draft>, Vec<Problem>) {
    let language = document.header.language.as_deref().or(settings.language.as_deref());
    let order = Order::of(document, told.order, settings, language);
    let context = Context { hints: Hints { order: order.order, language }, told };
    let mut pieces = segment::pieces(document, &context);
    let mut problems = impossible(document, &context.hints);
    if pieces.len() > MOST_ITEMS {
        let problem = Problem::error(
            &document.path,
            format!("holds {} items; only the first {MOST_ITEMS} are read: split the file", pieces.len()),
        );
        problems.push(problem.at(pieces[MOST_ITEMS].lines.first, 1));
        pieces.truncate(MOST_ITEMS);
    }
    let alone = pieces.len() == 1;
    let candidates: Vec<Vec<Candidate>> =
        pieces.iter().map(|piece| candidates(document, piece, alone, &context)).collect();
    let candidates = with_years(&pieces, candidates);
    let mut languages = Languages::default();
    let mut out = Vec::new();
    let embargo::Shares { own: embargoes, crowd, problems: doubts } = embargo::of_pieces(document, &pieces);
    problems.extend(doubts);
    let crowd = crowd.map(|line| (line, "too many lines say embargo".to_string()));
    let mut shared: BTreeMap<u32, usize> = BTreeMap::new();
    embargoes.iter().flatten().for_each(|embargo| *shared.entry(embargo.line).or_default() += 1);
    for ((piece, mut candidates), lines) in pieces.into_iter().zip(candidates).zip(embargoes) {
        let body = piece.body.iter().map(|&at| &document.blocks[at]);
        let hold = embargo::hold(&lines, &candidates, &context.hints, &order, settings.time_zone);
        // What is held back until a day is published on that day.
        candidates.splice(0..0, hold.day.clone());
        let trapped = traps::passed_over(body, &candidates, &context.hints);
        let (date, mut passed_over, problem) = dating::choose(candidates, &document.path, settings.time_zone, &order);
        passed_over.extend(trapped);
        problems.extend(problem);
        let Some(mut draft) = draft(document, &piece, &context, &mut languages, &mut problems) else { continue };
        draft.date = date;
        draft.passed_over = passed_over;
        // The line is one of the release's, unless it is for others too or stands in a header.
        let title = document.header.title.as_ref().map(|title| title.line);
        let above = lines
            .iter()
            .map(|embargo| embargo.line)
            .filter(|line| Some(*line) != title && shared.get(line) == Some(&1));
        draft.sources[0].lines.first = above.chain([piece.lines.first]).min().unwrap_or(piece.lines.first);
        schedule(document, &piece, &mut draft, hold.until, settings, &context.hints);
        // Better late than before its time.
        if let Some((line, why)) =
            hold.sealed.or_else(|| crowd.clone()).or_else(|| sealed(document, &draft, alone, &context.hints))
        {
            draft.unfinished = true;
            let message = format!("held back, since nobody can read until when ({why}): write it as 2025-06-05 10:00");
            problems.push(Problem::error(&document.path, message).at(line, 1));
        }
        out.push(draft);
    }
    if out.is_empty() {
        let message = "no release found in this file: give it a title and text, or exclude it";
        let line = document.blocks.first().map_or(1, |block| block.lines.first);
        problems.push(Problem::warning(&document.path, message).at(line, 1));
    }
    (out, problems)
}

/// Impossible dates in the lines that date things: short ones, and the headings and trailers of changelogs.
fn impossible(document: &Document, hints: &Hints<'_>) -> Vec<Problem> {
    let dates = |block: &&Block| match document.syntax {
        Syntax::Changelog | Syntax::News => matches!(block.kind, BlockKind::Heading(_)),
        Syntax::DebianChangelog => block.text.starts_with("-- "),
        // A page's other short lines are cells and captions.
        Syntax::Html | Syntax::HtmlList | Syntax::DayLog => block.text.len() <= 48,
        _ => block.kind != BlockKind::Code,
    };
    let head = document.blocks.iter().filter(|block| block.text.len() <= 160 && has_digit(&block.text)).filter(dates);
    let mut problems = Vec::new();
    for block in head.take(MOST_BAD_LINES) {
        for bad in date::impossible(&block.text, hints) {
            let column = marks(document.syntax, block) + block.text[..bad.span.start].chars().count() as u32 + 1;
            let said = &block.text[bad.span.clone()];
            // Versions are counted by the calendar: `2025.13.01`.
            let is_changelog = matches!(document.syntax, Syntax::Changelog | Syntax::News);
            if is_changelog && said.find('.') == Some(4) {
                continue;
            }
            let message = format!("“{said}” is no date: {}; correct it", bad.message);
            problems.push(Problem::warning(&document.path, message).at(block.lines.first, column));
        }
    }
    problems
}

/// How many characters of a block's line stand before its text, as far as that can be told: `## `.
fn marks(syntax: Syntax, block: &Block) -> u32 {
    match block.kind {
        BlockKind::Heading(level)
            if matches!(syntax, Syntax::Markdown | Syntax::Changelog) && block.lines.first == block.lines.last =>
        {
            u32::from(level) + 1
        }
        _ => 0,
    }
}

/// Every date that may be a piece's publication date.
fn candidates(document: &Document, piece: &Piece, alone: bool, context: &Context<'_>) -> Vec<Candidate> {
    let hints = &context.hints;
    if document.syntax == Syntax::Html
        && let Some(ranked) = ranked_fields(document, hints)
    {
        return ranked;
    }
    let mut out = piece.dates.clone();
    if alone {
        let dates = &document.header.dates;
        let opens = |line: u32| dates.iter().any(|field| field.role == DateRole::Embargo && field.field.line == line);
        let published = || dates.iter().filter(|field| field.role == DateRole::Published);
        // A field that opens a release dates it too, where no other does (`publishDate`).
        let dated = published().any(|field| !opens(field.field.line));
        for field in published().filter(|field| !dated || !opens(field.field.line)) {
            // What can't be read holds the release back.
            out.extend(field_candidate(field, hints));
        }
        // A path that the front matter declares may hold the date (`2015/02/13/title`), as a file's name may.
        if let Some(hint) = &document.header.path_hint
            && let Some(found) = date::in_name(&hint.value.trim_matches('/').replace('/', "-"))
        {
            out.push(Candidate::new(EvidenceKind::FileName, found, &hint.value, hint.line));
        }
        let (above, name) = document.path.rsplit_once('/').unwrap_or(("", &document.path));
        // A bundle's folder has the name (`2025-06-05-flood/index.md`).
        let name = if name.starts_with("index.") { above.rsplit('/').next().unwrap_or(name) } else { name };
        if let Some(found) = date::in_name(name) {
            out.push(Candidate::new(EvidenceKind::FileName, found, name, 0));
        }
    }
    if let Some(title) = &piece.title
        && document.header.title.is_some()
        && let Some((found, _)) = dating::in_title(title, hints)
    {
        out.push(Candidate::new(EvidenceKind::Title, found, title, piece.lines.first));
    }
    let paragraphs =
        piece.body.iter().map(|&at| &document.blocks[at]).filter(|b| matches!(b.kind, BlockKind::Paragraph));
    for (position, block) in paragraphs.take(4).enumerate() {
        if let Some((found, end)) = dating::dateline(&block.text, hints) {
            out.push(Candidate::new(EvidenceKind::Dateline, found, &block.text[..end], block.lines.first));
            break;
        }
        if position == 0
            && let Some((found, under_way)) = dating::opening(&block.text, hints)
        {
            let text = &block.text[..found.span.end];
            let mut candidate = Candidate::new(EvidenceKind::Sentence, found.clone(), text, block.lines.first);
            candidate.by_start = under_way;
            out.push(candidate);
        }
    }
    out
}

/// The dates of a saved page, which its reader has ranked already across all the places a page keeps them: those of
/// publication, else those of the last change, which is the best that such a page tells. `None` where it has none.
fn ranked_fields(document: &Document, hints: &Hints<'_>) -> Option<Vec<Candidate>> {
    let of = |role: DateRole| {
        let fields = document.header.dates.iter().filter(move |field| field.role == role);
        fields.filter_map(|field| field_candidate(field, hints).ok()).collect::<Vec<_>>()
    };
    let mut ranked = Some(of(DateRole::Published)).filter(|c| !c.is_empty()).unwrap_or_else(|| of(DateRole::Updated));
    // What stands behind the first must not overtake it by its kind.
    let strongest = ranked.first()?.kind;
    for candidate in &mut ranked {
        candidate.kind = candidate.kind.min(strongest);
    }
    Some(ranked)
}

fn field_candidate(field: &DateField, hints: &Hints<'_>) -> Result<Candidate, date::BadDate> {
    let kind = match field.source {
        DateSource::FrontMatter => EvidenceKind::FrontMatter,
        DateSource::Metadata => EvidenceKind::Metadata,
        DateSource::Visible => EvidenceKind::Header,
    };
    let found = date::parse(&field.field.value, hints)?;
    Ok(Candidate::new(kind, found, &format!("{}: {}", field.field.name, field.field.value), field.field.line))
}

/// Years for dates that lack one, told by the neighbours of an ordered list.
fn with_years(pieces: &[Piece], mut candidates: Vec<Vec<Candidate>>) -> Vec<Vec<Candidate>> {
    let lacks = |of: &Vec<Candidate>| of.iter().any(|candidate| candidate.found.start.year.is_none());
    if !candidates.iter().any(lacks) {
        return candidates;
    }
    let days: Vec<Option<NaiveDate>> = candidates.iter().map(|of| of.iter().find_map(Candidate::day)).collect();
    let first_teaser = pieces.iter().position(|piece| piece.teaser).unwrap_or(pieces.len());
    // The nearest day below, of any piece and of the teasers alone.
    let (mut below, mut teaser_below) = (None, None);
    let mut nearest: Vec<Option<NaiveDate>> = Vec::with_capacity(pieces.len());
    for (piece, day) in pieces.iter().zip(&days).rev() {
        nearest.push(if piece.teaser { teaser_below } else { below });
        below = day.or(below);
        if piece.teaser {
            teaser_below = day.or(teaser_below);
        }
    }
    nearest.reverse();
    let mut above = None;
    for at in 0..pieces.len() {
        // A page's own article may be years away from the teasers above it.
        let own = !pieces[at].teaser && pieces.len() > 1 && first_teaser < at;
        if days[at].is_none() && !own {
            for candidate in &mut candidates[at] {
                let start = candidate.found.end.unwrap_or(candidate.found.start);
                if let (None, Some(month), Some(day)) = (start.year, start.month, start.day)
                    && let Some(year) = dating::year_between(month, day, above, nearest[at])
                {
                    *candidate = candidate.clone().in_year(year);
                }
            }
        }
        above = days[at].or(above);
    }
    candidates
}

/// Title, body and excerpt of a piece; `None` where nothing is left of it.
fn draft(
    document: &Document,
    piece: &Piece,
    context: &Context<'_>,
    languages: &mut Languages,
    problems: &mut Vec<Problem>,
) -> Option<Draft> {
    let header = &document.header;
    let blocks = || {
        piece.body.iter().map(|&at| &document.blocks[at]).filter(|b| b.kind != BlockKind::Rule || !b.html.is_empty())
    };
    let mut body_text = blocks().map(|b| b.text.as_str()).filter(|t| !t.is_empty()).collect::<Vec<_>>().join("\n\n");
    let mut body_html = blocks().map(|b| b.html.as_str()).collect::<Vec<_>>().join("\n");
    let first_prose = blocks()
        .find(|b| matches!(b.kind, BlockKind::Paragraph) && !b.text.is_empty())
        .or_else(|| blocks().find(|b| !b.text.is_empty()));
    let title = match &piece.title {
        Some(title) => title.clone(),
        None => {
            let block = first_prose?;
            let sentence = excerpt::first_sentence(&block.text);
            if sentence > LONGEST_SENTENCE {
                let message = "there is no title, and the first sentence is too long to be one: write a title above it";
                problems.push(Problem::warning(&document.path, message).at(block.lines.first, 1));
            }
            sentence_title(&block.text, &context.hints)
        }
    };
    let title = crate::text::fold_space(&title);
    let mut title = phrases::without_label(&title).to_string();
    if title.is_empty() {
        return None;
    }
    if title.chars().count() > TITLE_LIMIT {
        problems.push(
            Problem::warning(
                &document.path,
                format!("the title has {} characters and was cut: shorten it", title.chars().count()),
            )
            .at(header.title.as_ref().map_or(piece.lines.first, |title| title.line), 1),
        );
        title = excerpt::cut_at_clause(&title, TITLE_LIMIT);
    }
    if body_text.is_empty() {
        body_text.clone_from(&title);
        body_html = format!("<p>{}</p>", crate::text::escape(&title));
    }
    let summary = header.summary.clone().filter(|summary| !summary.trim().is_empty());
    let excerpt = match (summary, first_prose) {
        (Some(summary), _) => excerpt::cut_at_clause(&crate::text::fold_space(&summary), EXCERPT * 2),
        (None, Some(block)) => {
            let text = &block.text[dating::dateline(&block.text, &context.hints).map_or(0, |(_, end)| end)..];
            excerpt::cut_at_sentence(text, EXCERPT)
        }
        (None, None) => String::new(),
    };
    let language = header.language.clone().or_else(|| languages.of(&body_text, context.hints.language));
    Some(Draft {
        sources: vec![Source { path: document.path.clone(), lines: piece.lines }],
        title,
        body_html,
        body_text,
        excerpt,
        date: None,
        modified: None,
        embargo: None,
        expires: None,
        unfinished: header.draft || piece.unfinished,
        declared_id: header.id.clone(),
        slug: header.slug.clone(),
        aliases: header.aliases.clone(),
        language,
        authors: header.authors.clone(),
        tags: header.tags.clone(),
        image: header.image.clone(),
        attachments: header.attachments.clone(),
        link: header.link.clone(),
        passed_over: Vec::new(),
    })
}

/// The first sentence as a title, its dateline left off.
fn sentence_title(text: &str, hints: &Hints<'_>) -> String {
    let skip = dating::dateline(text, hints).map(|(_, end)| end).or_else(|| dating::place_line(text)).unwrap_or(0);
    let text = text[skip..].trim_start();
    let sentence = &text[..excerpt::first_sentence(text)];
    excerpt::cut_at_clause(sentence.trim(), SENTENCE_TITLE)
}

/// The field that says when a release is to be public and can't be read, with the reason: an embargo, or the date that
/// front matter declares.
fn sealed(document: &Document, draft: &Draft, alone: bool, hints: &Hints<'_>) -> Option<(u32, String)> {
    let is_typed = |field: &&DateField| {
        field.source == DateSource::FrontMatter
            && (field.role == DateRole::Embargo || alone && field.role == DateRole::Published)
    };
    document.header.dates.iter().filter(is_typed).find_map(|field| {
        let why = match date::parse(&field.field.value, hints) {
            Err(bad) => bad.message,
            Ok(found) if field.role == DateRole::Embargo && !found.is_complete() => "it names no day of a year".into(),
            Ok(found) if found.start.year.is_none() && !is_day_of(&found, draft) => "it names no year".into(),
            Ok(_) => return None,
        };
        Some((field.field.line, format!("{}: “{}”, {why}", field.field.name, field.field.value)))
    })
}

/// Whether a date without a year is the day that other evidence gave the release.
fn is_day_of(found: &date::Found, draft: &Draft) -> bool {
    let day = draft.date.as_ref().map(|date| date.published.date_naive());
    day.is_some_and(|day| (Some(day.month()), Some(day.day())) == (found.start.month, found.start.day))
}

/// When a draft opens, changes and ends. Only explicit evidence holds an item back: header fields, a date line, an
/// embargo line; never a date in prose.
fn schedule(
    document: &Document,
    piece: &Piece,
    draft: &mut Draft,
    held: Option<DateTime<FixedOffset>>,
    settings: &Settings,
    hints: &Hints<'_>,
) {
    let zone = settings.time_zone;
    let resolve = |found: &date::Found| found.resolve(zone).map(|(instant, _)| instant);
    let fields = |role: DateRole| {
        let fields = document.header.dates.iter().filter(move |field| field.role == role);
        fields.filter_map(|field| resolve(&date::parse(&field.field.value, hints).ok()?))
    };
    draft.modified = fields(DateRole::Updated).next().or_else(|| piece.updated.as_ref().and_then(resolve));
    draft.expires = fields(DateRole::Expires).next();
    let explicit = draft
        .date
        .as_ref()
        .filter(|date| {
            matches!(date.evidence.kind, EvidenceKind::FrontMatter | EvidenceKind::Metadata | EvidenceKind::Header)
        })
        .map(|date| date.published);
    // A year alone dates nothing, but nothing comes out before it begins.
    let published = document.header.dates.iter().filter(|field| field.role == DateRole::Published);
    let years = published.filter_map(|field| date::parse(&field.field.value, hints).ok());
    let years = years.filter(|found| found.start.precision() == Precision::Year).filter_map(|found| resolve(&found));
    draft.embargo = fields(DateRole::Embargo).chain(held).chain(explicit).chain(years).max();
}
