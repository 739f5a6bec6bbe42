//! Which of a page's dates is the date of publication: every candidate weighed, those that agree together.
//!
//! Three kinds of witness speak of a page's date: what it declares to machines, its address, and what it shows to
//! readers. Each has a weight; witnesses that name the same day add up. A release's date is the day with the
//! greatest sum, and its strongest witness stands first in the result.

use super::days::{self, Day};
use super::dom::{Dom, Id};
use super::linked::Entity;
use super::marks::Region;
use super::metadata::{self, Meta};
use super::{Page, address, visible};
use crate::date::{self, Hints};
use crate::document::{DateField, DateRole, DateSource, Field};
use crate::problem::Problem;

/// Who says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Witness {
    /// JSON-LD.
    Linked,
    /// `<meta>`.
    Meta,
    /// Microdata, RDFa, hAtom, a marked `<time>`.
    Marked,
    /// The address.
    Address,
    /// A line that readers see.
    Shown,
}

impl Witness {
    /// Markup for machines is mostly written by one program: its kinds are no independent witnesses.
    fn is_markup(self) -> bool {
        matches!(self, Witness::Linked | Witness::Meta | Witness::Marked)
    }
}

/// A date that might be the publication's.
#[derive(Debug, Clone)]
pub(super) struct Candidate {
    pub(super) role: DateRole,
    pub(super) witness: Witness,
    /// How far it is to be believed, 0 to 100.
    pub(super) weight: u32,
    pub(super) day: Day,
    pub(super) name: String,
    pub(super) value: String,
    pub(super) line: u32,
}

/// Below this a lone candidate is not believed: a wrong date is worse than an unknown one.
pub(super) const BELIEVED: u32 = 40;
/// Most candidates that are compared, and that are handed on.
const COMPARED: usize = 300;
const MOST: usize = 12;

/// The dates of a page, strongest first.
pub(super) fn find(page: &Page<'_>) -> Vec<DateField> {
    let mut all = Vec::new();
    if let Some(entity) = &page.entity {
        linked(entity, &page.hints, &mut all);
    }
    metas(&page.metas, &page.hints, &mut all);
    marked(page, &mut all);
    addresses(page, &mut all);
    visible::find(page, &mut all);
    if !all.iter().any(|c| c.role == DateRole::Published && c.weight >= BELIEVED) {
        scripts(page, &mut all);
    }
    rank(all).into_iter().map(Candidate::into_field).collect()
}

/// Impossible days in the metadata of a page that are to tell when it was published.
pub(super) fn impossible(page: &Page<'_>, path: &str) -> Vec<Problem> {
    let told =
        page.metas.iter().filter(|meta| metadata::date_role(meta).is_some_and(|(role, _)| role == DateRole::Published));
    let told = told.map(|meta| (meta.name.as_str(), meta.content.as_str(), meta.line));
    let linked = page.entity.iter().filter_map(|e| Some(("datePublished", e.published.as_deref()?, e.line)));
    let bad = told.chain(linked).filter_map(|(name, value, line)| {
        let bad = date::impossible(value, &page.hints).into_iter().next()?;
        let message = format!("{name}: “{value}” is no date: {}; correct it", bad.message);
        Some(Problem::warning(path, message).at(line, 1))
    });
    bad.collect()
}

impl Candidate {
    fn into_field(self) -> DateField {
        let source = if self.witness == Witness::Shown { DateSource::Visible } else { DateSource::Metadata };
        DateField { role: self.role, source, field: Field { value: self.value, name: self.name, line: self.line } }
    }
}

/// Orders candidates: those of the day most believed in, then the others by weight.
fn rank(mut all: Vec<Candidate>) -> Vec<Candidate> {
    all.sort_by_key(|c| std::cmp::Reverse(c.weight));
    all.truncate(COMPARED);
    // A page whose only date line tells the last change tells by it when it appeared in this form.
    if !all.iter().any(|c| c.role == DateRole::Published && c.weight >= BELIEVED) {
        for line in all.iter_mut().filter(|c| c.witness == Witness::Shown && c.weight >= 70) {
            line.role = DateRole::Published;
        }
    }
    let published: Vec<&Candidate> = all.iter().filter(|c| c.role == DateRole::Published).collect();
    let mut days: Vec<Day> = published.iter().map(|c| c.day).collect();
    days.sort_unstable();
    days.dedup();
    let sums: Vec<(Day, u32)> = days.iter().map(|&day| (day, sum(day, &published))).collect();
    let best = sums.iter().max_by_key(|(day, sum)| (*sum, std::cmp::Reverse(*day))).map(|(day, _)| *day);
    let strength = |c: &Candidate| {
        let sum = sums.iter().find(|(day, _)| *day == c.day).map_or(0, |(_, sum)| *sum);
        (
            c.role == DateRole::Published,
            Some(c.day) == best,
            if c.role == DateRole::Published { sum } else { 0 },
            c.weight,
        )
    };
    all.retain(|c| {
        c.weight >= BELIEVED || (Some(c.day) == best && sums.iter().any(|(d, s)| *d == c.day && *s >= BELIEVED))
    });
    all.sort_by(|a, b| {
        strength(b)
            .cmp(&strength(a))
            .then(a.witness.cmp(&b.witness))
            .then(a.line.cmp(&b.line))
            .then(a.value.cmp(&b.value))
    });
    all.dedup_by(|a, b| a.role == b.role && a.witness == b.witness && a.day == b.day && a.value == b.value);
    all.truncate(MOST);
    all
}

/// What the witnesses of a day weigh together. Markup of an instant in UTC that the page shows as the day before or
/// after, in its own zone, speaks for the day shown.
fn sum(day: Day, published: &[&Candidate]) -> u32 {
    let strongest = |pick: &dyn Fn(&Candidate) -> bool| {
        published.iter().filter(|c| c.day == day && pick(c)).map(|c| c.weight).max().unwrap_or(0)
    };
    let kinds = [Witness::Linked, Witness::Meta, Witness::Marked].map(|w| strongest(&|c| c.witness == w));
    let markup = kinds.iter().max().copied().unwrap_or(0) + 5 * kinds.iter().filter(|w| **w > 60).count() as u32;
    let shown = strongest(&|c| c.witness == Witness::Shown);
    let borrowed = if shown >= 60 && markup == 0 {
        let neighbours = published
            .iter()
            .filter(|c| c.witness.is_markup() && is_utc(&c.value) && days::apart(c.day, day) == Some(1));
        neighbours.map(|c| c.weight).max().unwrap_or(0)
    } else {
        0
    };
    markup + strongest(&|c| c.witness == Witness::Address) + shown + borrowed
}

/// Whether a value is an instant in UTC, other than midnight.
fn is_utc(value: &str) -> bool {
    let zone = value.ends_with('Z') || value.ends_with("+00:00") || value.ends_with("+0000");
    zone && value.contains('T') && !value.contains("T00:00")
}

fn linked(entity: &Entity, hints: &Hints<'_>, out: &mut Vec<Candidate>) {
    let weight = match entity.rank {
        3 => 100,
        2 => 88,
        _ => 84,
    };
    let fields = [
        (&entity.published, DateRole::Published, weight, "datePublished"),
        (&entity.created, DateRole::Published, weight - 25, "dateCreated"),
        (&entity.modified, DateRole::Updated, 65, "dateModified"),
    ];
    for (value, role, weight, name) in fields {
        if let Some(value) = value {
            add(out, hints, Witness::Linked, role, weight, name, value, entity.line);
        }
    }
}

fn metas(metas: &[Meta], hints: &Hints<'_>, out: &mut Vec<Candidate>) {
    for meta in metas {
        if let Some((role, weight)) = metadata::date_role(meta) {
            add(out, hints, Witness::Meta, role, weight, &meta.name, &meta.content, meta.line);
        }
    }
}

/// Microdata (`itemprop`), RDFa (`property`) and hAtom (`class="published"`) in the body.
fn marked(page: &Page<'_>, out: &mut Vec<Candidate>) {
    let dom = page.dom;
    for id in 1..dom.len() {
        if dom.tag(id).is_empty() || page.regions[id] == Some(Region::Comments) {
            continue;
        }
        let Some((role, name, weight)) = mark(dom, id) else { continue };
        let value = [name, "content", "datetime", "title", "data-datetime"].iter().find_map(|attr| dom.attr(id, attr));
        let value = value.map_or_else(|| dom.text(id), str::to_string);
        // A date belongs to the item or entry that it stands in; that of another entry is not this page's.
        // A scope that holds neither a heading nor a link is no entry, but a wrapper of the page's own data.
        let says = |scope| dom.subtree(scope).any(|id| matches!(dom.tag(id), "a" | "h1" | "h2" | "h3" | "h4"));
        let scope = dom.ancestors(id).find(|&a| dom.has_attr(a, "itemscope") || is_entry(dom, a)).filter(|&a| says(a));
        let own = match (scope, page.headline.node) {
            (Some(scope), Some(headline)) => dom.holds(scope, headline),
            _ => true,
        };
        let near = page.zone_of(id).is_some();
        let weight = match (own, page.regions[id].is_none(), near) {
            (true, true, _) | (true, false, true) => weight,
            (false, true, true) => weight - 10,
            _ => 30,
        };
        add(out, &page.hints, Witness::Marked, role, weight, name, &value, dom.line(id));
    }
}

fn mark(dom: &Dom, id: Id) -> Option<(DateRole, &'static str, u32)> {
    for attr in ["itemprop", "property"] {
        let Some(value) =
            dom.attr(id, attr).filter(|_| dom.tag(id) != "meta" || attr == "itemprop" || in_body(dom, id))
        else {
            continue;
        };
        for word in value.split_ascii_whitespace() {
            let word = word.rsplit(':').next().unwrap_or(word).to_ascii_lowercase();
            match &*word {
                "datepublished" | "issued" => return Some((DateRole::Published, "datePublished", 92)),
                "datecreated" | "created" | "uploaddate" => return Some((DateRole::Published, "dateCreated", 80)),
                "date" if attr == "property" => return Some((DateRole::Published, "date", 80)),
                "datemodified" | "modified" => return Some((DateRole::Updated, "dateModified", 60)),
                _ => {}
            }
        }
    }
    for attr in ["data-published", "data-publish-date", "data-published-date", "data-pubdate", "data-publishdate"] {
        if dom.has_attr(id, attr) {
            return Some((DateRole::Published, attr, 70));
        }
    }
    let class = dom.attr(id, "class");
    let entry = || dom.ancestors(id).any(|a| is_entry(dom, a));
    let valued = dom.has_attr(id, "datetime") || dom.has_attr(id, "title");
    if dom.tag(id) == "time" && (dom.has_attr(id, "pubdate") || dom.attr(id, "itemprop") == Some("pubdate")) {
        return Some((DateRole::Published, "time pubdate", 90));
    }
    if address::has_word(class, "published") && (valued || entry()) {
        return Some((DateRole::Published, "published", 88));
    }
    if address::has_word(class, "entry-date") && valued {
        return Some((DateRole::Published, "entry-date", 86));
    }
    if address::has_word(class, "updated") && valued {
        return Some((DateRole::Updated, "updated", 55));
    }
    None
}

fn in_body(dom: &Dom, id: Id) -> bool {
    !dom.ancestors(id).any(|a| dom.tag(a) == "head")
}

fn is_entry(dom: &Dom, id: Id) -> bool {
    let class = dom.attr(id, "class");
    address::has_word(class, "hentry") || address::has_word(class, "h-entry") || dom.tag(id) == "article"
}

/// Dates in the page's own addresses.
fn addresses(page: &Page<'_>, out: &mut Vec<Candidate>) {
    for url in &page.addresses {
        if let Some(found) = address::date(url) {
            let weight = if found.separated { 84 } else { 70 };
            out.push(Candidate {
                role: DateRole::Published,
                witness: Witness::Address,
                weight,
                day: found.day,
                name: "canonical".to_string(),
                value: days::iso(found.day),
                line: 1,
            });
            return;
        }
    }
}

/// The date of publication in the data of a page's scripts, where they know exactly one.
fn scripts(page: &Page<'_>, out: &mut Vec<Candidate>) {
    const KEYS: &[&str] = &[
        "datepublished",
        "publisheddate",
        "publishdate",
        "pubdate",
        "publishedat",
        "publishtime",
        "publishedtime",
        "publicationdate",
        "firstpublished",
        "publish_date",
        "published_at",
        "published_time",
        "publish_time",
        "pub_date",
    ];
    let mut found: Vec<Candidate> = Vec::new();
    for id in page.dom.elements("script") {
        for text in page.dom.subtree(id).filter_map(|at| page.dom.raw_text(at)).filter(|text| text.len() < 2_000_000) {
            // In a script's data keys and values stand between quotes, in data within data between escaped ones.
            let text = text.replace('\\', "");
            let parts: Vec<&str> = text.split('"').collect();
            for part in parts.windows(3) {
                let key = part[0].to_ascii_lowercase();
                if KEYS.contains(&&*key) && part[1].trim() == ":" && found.len() < 50 {
                    let line = page.dom.line(id);
                    add(&mut found, &page.hints, Witness::Meta, DateRole::Published, 45, &key, part[2], line);
                }
            }
        }
    }
    if found.iter().all(|c| c.day == found[0].day) {
        out.extend(found.into_iter().take(1));
    }
}

#[expect(clippy::too_many_arguments, reason = "a flat list of facts, all of one candidate")]
fn add(
    out: &mut Vec<Candidate>,
    hints: &Hints<'_>,
    witness: Witness,
    role: DateRole,
    weight: u32,
    name: &str,
    value: &str,
    line: u32,
) {
    let value = days::readable(value);
    if value.chars().count() <= 80
        && let Some(day) = days::of(&value, hints)
    {
        out.push(Candidate { role, witness, weight, day, name: name.to_string(), value, line });
    }
}
