//! Lines that are nothing but a date and its company: a label, a place, an author.

use std::ops::Range;

use super::cursor::is_letter;
use super::find::{next_trigger, scan};
use super::label::{Label, label, leads_in};
use super::names::{self, fold};
use super::parse::parse;
use super::reader::Reader;
use super::{Found, Hints, Precision};

/// Longest line in bytes that is looked at; a byline with a place is shorter.
const LONGEST_LINE: usize = 240;
/// Most words of a place, a section's name or an author.
const MOST_WORDS: usize = 4;

/// A line that is nothing but a date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DateLine {
    /// The date; its span is within the line.
    pub found: Found,
    /// What the label before it says.
    pub label: Option<Label>,
    /// Byte range of a place or a section's name beside it (`Geneva, 5 June 2025`).
    pub place: Option<Range<usize>>,
    /// Byte range of the author's name of a byline (`By Ann Author | June 5, 2025`).
    pub author: Option<Range<usize>>,
}

/// Reads a line that is nothing but a date, where it is one; `None` for a title or sentence that has a date.
///
/// With the date may stand a weekday, a time and zone, brackets and bullets, a label, a place or an author. Of two
/// labelled dates on a line (`Published: … | Updated: …`) the published one is given. A year alone is none.
pub fn line(text: &str, hints: &Hints<'_>) -> Option<DateLine> {
    if text.len() > LONGEST_LINE || text.trim().contains(['\n', '\r']) {
        return None;
    }
    next_trigger(text, 0)?;
    let mut dates = scan(&Reader::of_line(text, hints)).into_iter().filter_map(|read| Some(read.ok()?.found));
    let Some(first) = dates.next() else { return labelled_field(text, hints) };
    let second = dates.next();
    if dates.next().is_some() {
        return None;
    }
    let Some(second) = second else { return one_date(text, 0..text.len(), first) };
    // The words between the two belong to the second from the last bar, bracket or label on.
    let between = &text[first.span.end..second.span.start];
    let cut = first.span.end + between.find(['|', '(', '•', '·', ';', '–', '—', '/', ',', '-']).unwrap_or(0);
    let before = one_date(text, 0..cut, first)?;
    let after = one_date(text, cut..text.len(), second)?;
    match (before.label, after.label) {
        (_, Some(Label::Updated)) => Some(before),
        (Some(Label::Updated), Some(Label::Published)) => Some(after),
        _ => None,
    }
}

/// A date with what may stand around it, within a range of the line.
fn one_date(text: &str, range: Range<usize>, found: Found) -> Option<DateLine> {
    let before = range.start..found.span.start;
    let after = found.span.end..range.end;
    if found.start.precision() == Precision::Year {
        return None;
    }
    let mut company = Company { text, label: None, place: None, author: None };
    company.before(before, &found)?;
    company.after(after)?;
    Some(DateLine { label: company.label, place: company.place, author: company.author, found })
}

/// `Date: 06/2025`, `Published: 5.6.25`: after a label also what is no date in prose.
fn labelled_field(text: &str, hints: &Hints<'_>) -> Option<DateLine> {
    let (phrase, value) = text.split_once([':', '：'])?;
    let label = label(phrase)?;
    let mut found = parse(value, hints).ok()?;
    let start = text.len() - value.len();
    found.span = found.span.start + start..found.span.end + start;
    Some(DateLine { found, label: Some(label), place: None, author: None })
}

/// What stands around the date of a line, as far as it was understood.
struct Company<'t> {
    text: &'t str,
    label: Option<Label>,
    place: Option<Range<usize>>,
    author: Option<Range<usize>>,
}

impl Company<'_> {
    /// Understands the words before the date, or gives `None`.
    fn before(&mut self, range: Range<usize>, found: &Found) -> Option<()> {
        let text = self.text;
        let whole = &text[range.clone()];
        if let Some(said) = label(whole) {
            self.label = Some(said);
            return Some(());
        }
        // A label that is not known says something else of its date: `Print date:`.
        if whole.trim_end().ends_with([':', '：']) {
            return None;
        }
        let loose = !whole.trim_end().ends_with(is_divider);
        let parts = parts(text, range, is_divider);
        let last = parts.len().saturating_sub(1);
        for (index, part) in parts.into_iter().enumerate() {
            let said = &text[part.clone()];
            if said.is_empty() || self.byline(said, &part) {
                continue;
            }
            if let Some(label) = label(said).or_else(|| self.signed_label(said, part.start)) {
                self.label = self.label.or(Some(label));
                continue;
            }
            // Without a comma a longer name or a month of a year makes a title: `Annual Report June 2025`.
            let close = loose && index == last;
            let plain = without_lead_ins(said);
            if plain.is_empty() {
                continue;
            }
            let most = if close { 2 } else { MOST_WORDS };
            let lead = plain.len() < said.len();
            if !is_place(plain, most) || (close && !lead && found.start.day.is_none()) || is_work(plain) {
                return None;
            }
            let start = part.start;
            self.place = self.place.take().or(Some(start..start + plain.len()));
        }
        Some(())
    }

    /// Understands the words after the date, or gives `None`.
    fn after(&mut self, range: Range<usize>) -> Option<()> {
        let text = self.text;
        let rest = &text[range.clone()];
        let opened = rest.trim_start();
        let divided = opened.starts_with(['|', ',', '(', '•', '·', '/', '[']);
        for part in parts(text, range, |c| matches!(c, '|' | '•' | '·' | ',' | '(' | ')' | '[' | ']' | '/' | ';')) {
            let said = &text[part.clone()];
            if said.is_empty() || self.byline(said, &part) || is_reading_time(said) || is_edition(said) {
                continue;
            }
            if !divided || !is_place(said, MOST_WORDS) || said.chars().any(|c| c.is_ascii_digit()) {
                return None;
            }
            self.place = self.place.take().or(Some(part));
        }
        Some(())
    }

    /// The label of `Posted by Ann Author on`; the name is kept.
    fn signed_label(&mut self, said: &str, start: usize) -> Option<Label> {
        let (first, rest) = without_lead_ins(said).split_once(' ')?;
        let from = start + first.len() + 1;
        let label = label(first)?;
        self.byline(rest, &(from..from + rest.len())).then_some(label)
    }

    /// Whether a part is `By Ann Author`, in any language; the name is kept.
    fn byline(&mut self, said: &str, part: &Range<usize>) -> bool {
        let mut words = said.split_whitespace();
        let lead = words.next().map(|word| fold(word.trim_end_matches(':'))).unwrap_or_default();
        if !BYLINES.contains(&lead.as_str()) {
            return false;
        }
        let names: Vec<&str> = words.collect();
        let capital = names.first().is_some_and(|word| !word.starts_with(char::is_lowercase));
        if names.len() > 5 || !capital || said.chars().any(|c| c.is_ascii_digit()) {
            return false;
        }
        let name = said.trim_start_matches(|c: char| !c.is_whitespace()).trim_start();
        self.author = self.author.take().or(Some(part.end - name.len()..part.end));
        true
    }
}

/// What divides a place, an author and a date on a line.
fn is_divider(c: char) -> bool {
    matches!(c, '|' | '•' | '·' | ',' | '–' | '—' | '/' | ';' | '，' | '、' | '،' | '(' | ')' | '[' | ']' | '›' | '»')
}

/// The parts of a range between dividers, trimmed of white space and decoration.
fn parts(text: &str, range: Range<usize>, divides: impl Fn(char) -> bool) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let mut start = range.start;
    let bounds =
        text[range.clone()].char_indices().filter(|&(_, c)| divides(c)).map(|(i, c)| (range.start + i, c.len_utf8()));
    for (end, length) in bounds.chain([(range.end, 0)]) {
        parts.push(trim(text, start..end));
        start = end + length;
    }
    parts
}

fn trim(text: &str, range: Range<usize>) -> Range<usize> {
    let decoration = |c: char| {
        c.is_whitespace() || (!is_letter(c) && !c.is_numeric() && !matches!(c, '©' | '$' | '€' | '%' | '№' | '+' | '@'))
    };
    let part = &text[range.clone()];
    let start = range.start + part.len() - part.trim_start_matches(decoration).len();
    let part = &text[start.min(range.end)..range.end];
    start..start + part.trim_end_matches(decoration).len()
}

/// A phrase without the prepositions at its end: `Berlin, den`, `Moscow on`.
fn without_lead_ins(said: &str) -> &str {
    let mut plain = said;
    while let Some(last) = plain.split_whitespace().next_back() {
        if !leads_in(last.trim_end_matches('.')) {
            break;
        }
        plain = plain[..plain.len() - last.len()].trim_end();
    }
    plain
}

/// Whether a phrase can be a place's name: few words, each with a capital or a particle, no digits.
fn is_place(said: &str, most: usize) -> bool {
    let mut words = 0;
    for word in said.split_whitespace() {
        let Some(first) = word.chars().find(|c| is_letter(*c)) else { return false };
        if word.chars().any(char::is_numeric) || word.contains(['@', '©', '№', '+', '=', '<', '>', '?', '!']) {
            return false;
        }
        let particle = names::among(word.trim_end_matches('.'), PARTICLES);
        if first.is_lowercase() && !particle {
            return false;
        }
        words += 1;
    }
    (1..=most).contains(&words)
}

/// Whether a phrase names a kind of text or meeting, so that a date beside it makes a title.
fn is_work(said: &str) -> bool {
    said.split_whitespace().any(|word| names::among(word, WORKS))
}

/// `3 min read`, `Lesezeit 3 Minuten`, a share button: what pages print beside their date.
fn is_reading_time(said: &str) -> bool {
    let words: Vec<String> = said.split_whitespace().map(fold).collect();
    words.len() <= 5
        && words.iter().any(|word| {
            word.starts_with("min") || word == "read" || word == "lesezeit" || word == "lecture" || word == "lectura"
        })
        && words.iter().all(|word| word.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '.' | ':')))
}

/// For which edition a Korean release is meant, beside its day: `2025. 6. 5.(목) 조간`.
fn is_edition(said: &str) -> bool {
    matches!(said, "조간" | "석간" | "조간부터" | "석간부터" | "배포 즉시" | "배포시" | "배포 시" | "이후" | "부터")
}

/// Words that begin a byline, folded.
static BYLINES: &[&str] = &[
    "by",
    "von",
    "par",
    "por",
    "di",
    "da",
    "door",
    "av",
    "af",
    "przez",
    "autor",
    "autorka",
    "author",
    "автор",
    "от",
    "skriven",
    "text",
    "redaktion",
    "yazan",
    "από",
    "בקלם",
    "מאת",
    "بقلم",
];

/// Small words within places' names, folded.
static PARTICLES: &[&str] = &[
    "de", "la", "le", "les", "du", "des", "of", "the", "and", "am", "an", "der", "den", "im", "in", "bei", "ob", "nad",
    "di", "del", "do", "da", "das", "dos", "sur", "sous", "et", "und", "г", "м", "с", "пос", "al", "el", "y", "e",
    "upon", "on", "op", "aan", "sul", "pod", "na",
];

/// Kinds of texts and meetings, folded: a name with one of these is a title and no place.
static WORKS: &[&str] = &[
    "release",
    "releases",
    "notes",
    "report",
    "digest",
    "newsletter",
    "update",
    "updates",
    "minutes",
    "agenda",
    "meeting",
    "conference",
    "bulletin",
    "edition",
    "issue",
    "version",
    "statement",
    "briefing",
    "review",
    "summary",
    "bericht",
    "sitzung",
    "protokoll",
    "rapport",
    "reunion",
    "informe",
    "acta",
    "changelog",
    "copyright",
    "since",
    "until",
    "before",
    "after",
    "versammlung",
    "week",
    "day",
    "summit",
    "session",
    "forum",
    "workshop",
    "webinar",
    "election",
    "elections",
    "statistics",
    "results",
    "plan",
    "budget",
];

#[cfg(test)]
mod tests {
    use super::*;

    /// Date, label, place and author.
    type Read<'t> = (String, Option<Label>, Option<&'t str>, Option<&'t str>);

    fn read(text: &str) -> Option<Read<'_>> {
        let line = line(text, &Hints::default())?;
        let start = line.found.start;
        let date = format!("{}-{}-{}", start.year.unwrap_or(0), start.month.unwrap_or(0), start.day.unwrap_or(0));
        Some((date, line.label, line.place.map(|range| &text[range]), line.author.map(|range| &text[range])))
    }

    #[test]
    fn lines_that_are_dates() {
        let published = Some(Label::Published);
        for (text, label, place, author) in [
            ("05.06.2025", None, None, None),
            ("5 June 2025", None, None, None),
            ("  * Thursday, 5 June 2025, 10:00 CET *", None, None, None),
            ("[2025-06-05]", None, None, None),
            ("June 5th, 2025.", None, None, None),
            ("— 5. Juni 2025 —", None, None, None),
            ("Published: 5 June 2025", published, None, None),
            ("Posted on June 5, 2025", published, None, None),
            ("Veröffentlicht am 5. Juni 2025 um 10.30 Uhr", published, None, None),
            ("Publié le 5 juin 2025 à 10h30", published, None, None),
            ("Опубликовано 5 июня 2025 г.", published, None, None),
            ("Stand: 05.06.2025", published, None, None),
            ("Pressemitteilung vom 5. Juni 2025", published, None, None),
            ("Press Release No. 23/2025, 5 June 2025", published, None, None),
            ("FOR IMMEDIATE RELEASE: June 5, 2025", published, None, None),
            ("发布时间：2025年6月5日", published, None, None),
            ("Date: 5.6.25", published, None, None),
            ("Updated: 5 June 2025", Some(Label::Updated), None, None),
            ("EMBARGOED UNTIL 5 June 2025 10:00 CET", Some(Label::Embargo), None, None),
            ("Sperrfrist: 5. Juni 2025, 10 Uhr", Some(Label::Embargo), None, None),
            ("Deadline: 5 June 2025", Some(Label::Deadline), None, None),
            ("Geneva, 5 June 2025", None, Some("Geneva"), None),
            ("Berlin, den 5. Juni 2025", None, Some("Berlin"), None),
            ("Frankfurt am Main, 5. Juni 2025", None, Some("Frankfurt am Main"), None),
            ("г. Москва, 5 июня 2025 г.", None, Some("г. Москва"), None),
            ("5 June 2025, Geneva", None, Some("Geneva"), None),
            ("News | 5 June 2025", published, None, None),
            ("By Ann Author | June 5, 2025", None, None, Some("Ann Author")),
            ("June 5, 2025 by Ann Author", None, None, Some("Ann Author")),
            ("5 June 2025 • 3 min read", None, None, None),
            ("Published: 5 June 2025 | Updated: 7 June 2025", published, None, None),
            ("5 June 2025 (updated 7 June 2025)", None, None, None),
            ("(5 June 2025)", None, None, None),
        ] {
            assert_eq!(read(text), Some(("2025-6-5".to_string(), label, place, author)), "{text}");
        }
        assert_eq!(read("June 2025").unwrap().0, "2025-6-0");
        assert_eq!(read("5 June").unwrap().0, "0-6-5");
        assert_eq!(read("3-5 June 2025").unwrap().0, "2025-6-3");
    }

    #[test]
    fn lines_that_are_more() {
        for text in [
            "",
            "2025",
            "On 5 June 2025 the council met",
            "Annual Report June 2025",
            "5 June 2025 Water supply restored",
            "5 June 2025 – Water Supply Restored",
            "Water supply restored on 5 June 2025",
            "© 5 June 2025",
            "1.14.10",
            "1.10.14",
            "nginx 1.10.14",
            "Minutes of the meeting, 5 June 2025",
            "5 June 2025, 6 June 2025 and 7 June 2025",
            "Print Date: 5 June 2025",
            "Call +7-495-795-27-10",
            "We met in May",
        ] {
            assert_eq!(line(text, &Hints::default()), None, "{text}");
        }
    }
}
