//! Reading one date that begins at a known position: the forms that all finders and parsers share.

use chrono::NaiveDate;

use super::cursor::{Number, char_at, number, skip_gap, word};
use super::names::{self, Languages, Name};
use super::{BadDate, DateOrder, Hints, Notation, PartialDate};

/// A calendar date read from the text, without its weekday and time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Core {
    /// Where it begins.
    pub begin: usize,
    /// Where it ends.
    pub end: usize,
    /// The date, or the start of a range.
    pub start: PartialDate,
    /// The end of a range.
    pub last: Option<PartialDate>,
    /// How it was written.
    pub notation: Notation,
    /// The order that a numeric date proves by a part above 12.
    pub proves: Option<DateOrder>,
    /// A time that stood inside the date (`Jun 25 10:00:00 2026`).
    pub time: Option<super::TimeOfDay>,
}

/// What a form found: nothing of its kind, a date, or words that were meant as a date and are none.
pub(super) type Reading = Option<Result<Core, BadDate>>;

/// How much a date must prove itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// Among other words: versions, prices and verbs stand there too.
    Prose,
    /// A field or line that is expected to be a date.
    Field,
}

/// A text with what is known about it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reader<'t> {
    pub text: &'t str,
    pub order: Option<DateOrder>,
    pub languages: Languages,
    pub mode: Mode,
    /// The last year that a date in prose can have.
    pub latest: i32,
}

impl<'t> Reader<'t> {
    pub(super) fn new(text: &'t str, hints: &Hints<'_>, mode: Mode) -> Self {
        Self { text, order: hints.order, languages: names::languages_of(hints.language), mode, latest: 2100 }
    }

    /// The same for a line that is a date as a whole, where a number is no date by chance.
    pub(super) fn of_line(text: &'t str, hints: &Hints<'_>) -> Self {
        Self { latest: 2999, ..Self::new(text, hints, Mode::Prose) }
    }

    /// The date that begins at a position with a digit or with the name of its month.
    pub(super) fn date(&self, at: usize) -> Reading {
        if let Some(first) = number(self.text, at) {
            return self.east(at).or_else(|| self.numeric(&first)).or_else(|| self.day_first(&first));
        }
        self.east(at).or_else(|| self.month_first(at))
    }

    /// The month's name that begins at a position, with its dot, and with its other name after a slash, as papers
    /// of the Levant print it (`حزيران/يونيو`).
    pub(super) fn month_at(&self, at: usize) -> Option<Month> {
        let mut month = self.one_month_at(at)?;
        if self.text[month.end..].starts_with('/')
            && self.text[at..].starts_with(|c: char| !c.is_ascii())
            && let Some(other) = self.one_month_at(month.end + 1)
            && other.name.number == month.name.number
        {
            month.end = other.end;
        }
        Some(month)
    }

    /// One name of a month: a word or two (`كانون الثاني`, `tháng sáu`).
    fn one_month_at(&self, at: usize) -> Option<Month> {
        let first = word(self.text, at);
        let mut name = names::month(first, self.languages);
        let mut end = at + first.len();
        let start = first.chars().next()?;
        if name.is_none() && !first.is_ascii() {
            // Hebrew joins "in" to the name.
            name = first.strip_prefix('ב').and_then(|prefixed| names::month(prefixed, self.languages));
            let next = skip_gap(self.text, end);
            let second = word(self.text, next);
            if name.is_none() && next > end && !second.is_empty() {
                name = names::month(&format!("{first} {second}"), self.languages);
                end = next + second.len();
            }
        }
        let name = name?;
        let dotted = name.short && self.text[end..].starts_with('.');
        let case = match (start.is_lowercase(), first.chars().any(char::is_lowercase)) {
            (true, _) => Case::Lower,
            (false, true) => Case::Title,
            (false, false) => Case::Upper,
        };
        Some(Month { name, end: end + usize::from(dotted), dotted, case, word: Word::of(first) })
    }

    /// A four-digit year, or two digits where the notation allows it.
    pub(super) fn year(&self, read: &Number, two_digits: TwoDigits) -> Option<i32> {
        match (read.digits, two_digits) {
            (4, _) => i32::try_from(read.value).ok().filter(|year| (1000..=2999).contains(year)),
            (2, TwoDigits::Allowed) => Some(pivot(read.part())),
            _ => None,
        }
    }
}

/// Whether two digits can be a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TwoDigits {
    Allowed,
    Refused,
}

/// The year that two digits mean: 69 to 99 are of the twentieth century, 00 to 68 of the twenty-first, as POSIX
/// has it for `%y` (IEEE Std 1003.1, `strptime`).
pub(super) fn pivot(two_digits: u32) -> i32 {
    let year = i32::try_from(two_digits).unwrap_or(0);
    if year >= 69 { 1900 + year } else { 2000 + year }
}

/// The letters' case of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Case {
    Lower,
    Title,
    /// Capitals, or a script that has no case.
    Upper,
}

/// Names that are ordinary words too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Word {
    /// English verbs in small letters.
    Verb,
    /// A planet in English, a month elsewhere.
    Planet,
    /// Abbreviations that other languages use in every sentence (`des`, `out`, `set`, `pro`, `sie`).
    Common,
    /// Nothing but a name.
    Name,
}

impl Word {
    fn of(word: &str) -> Self {
        match word.to_lowercase().as_str() {
            "may" | "march" => Word::Verb,
            "mars" => Word::Planet,
            "des" | "out" | "set" | "pro" | "sie" | "sen" | "tem" | "kas" | "led" | "ara" | "ago" | "mag" | "gen"
            | "lug" => Word::Common,
            _ => Word::Name,
        }
    }
}

/// The parts that stand with a month's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// Day, month and year.
    Full,
    /// Day and month.
    DayMonth,
    /// Month and day.
    MonthDay,
    /// Month and year.
    MonthYear,
}

/// A month's name in the text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Month {
    pub name: Name,
    /// Where the name and its dot end.
    pub end: usize,
    /// Whether a full stop marks it as an abbreviation.
    pub dotted: bool,
    pub case: Case,
    word: Word,
}

impl Month {
    /// Whether a name with these other parts is a date in prose, and not a verb, a planet or a small word.
    pub(super) fn convinces(&self, reader: &Reader<'_>, shape: Shape) -> bool {
        if reader.mode == Mode::Field {
            return true;
        }
        let known = reader.languages != 0;
        let lower = self.case == Case::Lower;
        let english = reader.languages & names::languages_of(Some("en")) != 0;
        match (shape, self.word) {
            (Shape::Full, Word::Common) => !lower || self.dotted || self.name.native,
            (Shape::Full, _) => true,
            (_, Word::Verb) if lower => self.name.native && !english,
            (Shape::MonthYear, Word::Planet) => !known || self.name.native,
            (_, Word::Planet) => self.name.native || (!known && self.case != Case::Title),
            (_, Word::Common) => self.name.native && !english,
            _ => !self.name.short || !lower || self.dotted || self.name.native,
        }
    }
}

/// How many days a month has; February has 29 where the year is unknown.
pub(super) fn days_in(year: Option<i32>, month: u32) -> u32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 => year.map_or(29, |year| if NaiveDate::from_ymd_opt(year, 2, 29).is_some() { 29 } else { 28 }),
        _ => 31,
    }
}

/// Checks a day of a month; the error says what the calendar has instead.
pub(super) fn check(year: Option<i32>, month: u32, day: u32, begin: usize, end: usize) -> Result<PartialDate, BadDate> {
    let bad = |message| Err(BadDate { span: begin..end, message });
    if !(1..=12).contains(&month) {
        return bad(format!("there is no month {month}"));
    }
    let days = days_in(year, month);
    if day < 1 || day > days {
        let name = MONTHS[month as usize - 1];
        return bad(match year {
            Some(year) => format!("there is no {day} {name} {year}"),
            None => format!("there is no {day} {name}"),
        });
    }
    Ok(PartialDate { year, month: Some(month), day: Some(day) })
}

/// Month names for messages.
pub(super) static MONTHS: &[&str] = pure_rust_locales::en_US::LC_TIME::MON;

/// A word that follows a position after a gap, folded; empty where none does.
pub(super) fn next_word(text: &str, at: usize) -> (String, usize) {
    let start = skip_gap(text, at);
    let said = word(text, start);
    (names::fold(said), start + said.len())
}

/// Whether a dash, or a word for "to" or "and", begins at a position, and where the next part begins: what may
/// stand between two days of one month.
pub(super) fn days_sign(text: &str, at: usize) -> Option<usize> {
    range_sign(text, at).or_else(|| listed(text, at, AND_WORDS))
}

/// Whether a dash or a word for "to" begins at a position, and where the next part begins.
pub(super) fn range_sign(text: &str, at: usize) -> Option<usize> {
    let start = skip_gap(text, at);
    let c = char_at(text, start)?;
    let after = start + c.len_utf8();
    if matches!(super::cursor::separator(c), '-' | '–' | '—' | '~' | '～' | '〜' | '至') {
        return Some(skip_gap(text, after));
    }
    listed(text, at, TO_WORDS)
}

/// Whether a word of a list follows a position after a gap, and where the next part begins.
fn listed(text: &str, at: usize, words: &[&str]) -> Option<usize> {
    let start = skip_gap(text, at);
    let said = word(text, start);
    if said.is_empty() || (start == at && said.is_ascii()) || !names::among(said, words) {
        return None;
    }
    Some(skip_gap(text, start + said.len()))
}

/// Words for "to" and "until", folded.
static TO_WORDS: &[&str] = &[
    "to", "until", "till", "through", "thru", "bis", "au", "a", "al", "ate", "tot", "til", "do", "az", "po", "pana",
    "ila", "hingga", "sampai", "den", "по", "до", "εωσ", "الی", "עד", "から", "부터",
];

/// Words for "and", folded.
static AND_WORDS: &[&str] =
    &["and", "und", "et", "y", "e", "ed", "en", "og", "och", "i", "ve", "si", "и", "та", "й", "και", "و"];
