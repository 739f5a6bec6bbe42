//! The time of day that stands with a date.

use super::TimeOfDay;
use super::cursor::{Number, char_at, char_before, is_letter, number, separator, skip_gap, word};
use super::names::{self, fold};
use super::zone::zone;

/// What was already read before a time tells how far a bare number can be trusted to be one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Announced {
    /// Nothing, or a word such as `at` that also stands before other things.
    No,
    /// A word that only stands before times (`kl.`, `godz.`): `10.30` is one.
    Yes,
    /// The `T` of ISO 8601: a hyphen leads into an offset, never into a second time.
    Iso,
}

/// The time that follows a date ending at a position, and where the time or its zone ends.
///
/// Between the two may stand a comma, a dash, a bar, or a preposition of any language.
pub(super) fn after(text: &str, at: usize) -> Option<(TimeOfDay, usize)> {
    if let Some(read) = iso(text, at) {
        return Some(read);
    }
    let mut at = at;
    let mut announced = Announced::No;
    for step in 0..4 {
        let next = skip_gap(text, at);
        let apart = next > at || step > 0 || char_before(text, at).is_some_and(|c| !c.is_ascii());
        at = next;
        let c = separator(char_at(text, at)?);
        if matches!(c, ',' | '-' | '–' | '—' | '|' | '·' | '•' | '/' | '@' | '(' | ';' | '\'') || (c == ':' && apart)
        {
            at += char_at(text, at)?.len_utf8();
            continue;
        }
        if c.is_alphabetic() {
            let before = word(text, at);
            let kind = preposition(before);
            let Some(kind) = kind else { return clock(text, at, announced).filter(|_| apart) };
            announced = kind;
            at += before.len();
            if text[at..].starts_with('.') {
                at += 1;
            }
            continue;
        }
        // A colon goes straight on into the time in server logs: `05/Jun/2025:10:00:00 +0200`.
        let start = if c == ':' { at + 1 } else { at };
        return clock(text, start, announced).filter(|_| apart || c == ':');
    }
    clock(text, skip_gap(text, at), announced)
}

/// A time that begins at a position in the text, and where it or its zone ends.
pub(super) fn at(text: &str, at: usize) -> Option<(TimeOfDay, usize)> {
    clock(text, at, Announced::No)
}

/// `T10:00:00Z`, `T100000+0200`, `T10:00` (ISO 8601 section 4.2, RFC 3339 section 5.6).
fn iso(text: &str, at: usize) -> Option<(TimeOfDay, usize)> {
    if !matches!(char_at(text, at), Some('T' | 't')) {
        return None;
    }
    let first = number(text, at + 1)?;
    let (hour, minute, second, end) = match first.digits {
        2 => return clock(text, at + 1, Announced::Iso).or_else(|| finish(text, first.part(), 0, None, first.end)),
        4 => (first.part() / 100, first.part() % 100, None, first.end),
        6 => (first.part() / 10_000, first.part() / 100 % 100, Some(first.part() % 100), first.end),
        _ => return None,
    };
    finish(text, hour, minute, second, fraction(text, end))
}

fn clock(text: &str, at: usize, announced: Announced) -> Option<(TimeOfDay, usize)> {
    if let Some((half, start)) = half_before(text, at) {
        let (time, end) = plain_clock(text, start, Announced::Yes)?;
        return Some((TimeOfDay { hour: on_half(time.hour, half)?, ..time }, end));
    }
    if let Some(read) = spoken(text, at) {
        return Some(read);
    }
    plain_clock(text, at, announced)
}

fn plain_clock(text: &str, at: usize, announced: Announced) -> Option<(TimeOfDay, usize)> {
    let hour = number(text, at)?;
    if hour.digits == 4 {
        return military(text, hour);
    }
    if hour.digits > 2 || hour.value > 24 {
        return None;
    }
    let next = char_at(text, hour.end).map(|c| (separator(c), hour.end + c.len_utf8()));
    let (mut minute, mut second, mut end) = (0, None, hour.end);
    let mut certain = false;
    match next {
        Some((':', start)) => {
            let read = two_digits(text, start)?;
            (minute, end, certain) = (read.part(), read.end, true);
            if let Some(read) = follows(text, end, ':').and_then(|start| two_digits(text, start)) {
                (second, end) = (Some(read.part()), fraction(text, read.end));
            }
        }
        Some(('.', start)) => {
            if let Some(read) = two_digits(text, start) {
                (minute, end, certain) = (read.part(), read.end, announced == Announced::Yes);
            }
        }
        _ => {
            if let Some((read, stop)) = hour_unit(text, hour.end) {
                (minute, end, certain) = (read, stop, true);
            }
        }
    }
    let mut hour = hour.part();
    if let Some((half, stop)) = half_after(text, end) {
        (hour, end, certain) = (on_half(hour, half)?, stop, true);
    } else if let Some(stop) = unit(text, end) {
        (end, certain) = (stop, true);
    }
    if !certain {
        return None;
    }
    // Of a range of times the first counts: `10:00–12:00 CET`.
    let dash = skip_gap(text, end);
    let offset_follows = second.is_some() || announced == Announced::Iso;
    if !offset_follows
        && let Some(c) = char_at(text, dash).filter(|&c| matches!(separator(c), '-' | '–' | '—'))
        && let Some((_, stop)) = plain_clock_end(text, skip_gap(text, dash + c.len_utf8()))
    {
        end = stop;
    }
    finish(text, hour, minute, second, end)
}

/// The end of a range of times; only `12:00` and `12.00 Uhr`, so that nothing else is swallowed.
fn plain_clock_end(text: &str, at: usize) -> Option<(u32, usize)> {
    let hour = number(text, at).filter(|n| n.digits <= 2 && n.value <= 24)?;
    let c = char_at(text, hour.end)?;
    let minute = two_digits(text, hour.end + c.len_utf8())?;
    match separator(c) {
        ':' => Some((minute.part(), half_after(text, minute.end).map_or(minute.end, |(_, end)| end))),
        '.' => unit(text, minute.end).map(|end| (minute.part(), end)),
        _ => None,
    }
}

/// `0900 GMT`, `1000 hrs`.
fn military(text: &str, digits: Number) -> Option<(TimeOfDay, usize)> {
    let (hour, minute) = (digits.part() / 100, digits.part() % 100);
    let end = unit(text, digits.end);
    if end.is_none() && zone(text, digits.end).is_none() {
        return None;
    }
    finish(text, hour, minute, None, end.unwrap_or(digits.end))
}

/// Checks the parts, and takes the zone that follows.
fn finish(text: &str, hour: u32, minute: u32, second: Option<u32>, end: usize) -> Option<(TimeOfDay, usize)> {
    let whole = minute == 0 && second.unwrap_or(0) == 0;
    if hour > 24 || (hour == 24 && !whole) || minute > 59 || second.is_some_and(|second| second > 60) {
        return None;
    }
    if char_at(text, end).is_some_and(|c| c.is_ascii_digit()) {
        return None;
    }
    // A comma may stand before the zone: `10:00, Moscow time`.
    let after_comma = follows(text, end, ',').unwrap_or(end);
    let found = zone(text, end).or_else(|| zone(text, after_comma)).filter(|&(_, stop)| {
        char_at(text, stop).is_none_or(|c| !is_letter(c) || !char_before(text, stop).is_some_and(is_letter))
    });
    let time = TimeOfDay { hour, minute, second, zone: found.map(|(zone, _)| zone) };
    Some((time, found.map_or(end, |(_, end)| end)))
}

fn two_digits(text: &str, at: usize) -> Option<Number> {
    number(text, at).filter(|read| read.digits == 2 && read.value <= 60)
}

/// The position after a separator that stands at a position.
fn follows(text: &str, at: usize, wanted: char) -> Option<usize> {
    char_at(text, at).filter(|&c| separator(c) == wanted).map(|c| at + c.len_utf8())
}

/// The position after a decimal fraction of a second.
fn fraction(text: &str, at: usize) -> usize {
    match char_at(text, at) {
        Some('.' | ',') => number(text, at + 1).map_or(at, |read| read.end),
        _ => at,
    }
}

/// `h30` in `10h30`, `h` alone, `時30分`, `시 30분`, ` Uhr 30`: the minutes and the end.
fn hour_unit(text: &str, at: usize) -> Option<(u32, usize)> {
    let start = skip_gap(text, at);
    let c = char_at(text, start)?;
    let after = start + c.len_utf8();
    let latin = matches!(c, 'h' | 'H');
    if !latin && !matches!(c, '時' | '时' | '点' | '點' | '시') {
        return None;
    }
    let next = skip_gap(text, after);
    if let Some(minute) = number(text, next).filter(|n| n.digits <= 2 && n.value < 60) {
        let unit = skip_gap(text, minute.end);
        return match char_at(text, unit) {
            Some(c @ ('分' | '분')) => Some((minute.part(), unit + c.len_utf8())),
            // `10 h 30`, as French typography has it.
            _ if latin && minute.digits == 2 && (next == after || start > at) => Some((minute.part(), minute.end)),
            _ => Some((0, after)),
        };
    }
    if c != '시' && char_at(text, after) == Some('半') {
        return Some((30, after + '半'.len_utf8()));
    }
    (!latin || char_at(text, after).is_none_or(|c| !is_letter(c))).then_some((0, after))
}

/// The end of a word for hours that follows a time: `Uhr`, `h`, `hrs`, `น.`.
fn unit(text: &str, at: usize) -> Option<usize> {
    let start = skip_gap(text, at);
    let said = word(text, start);
    let known = names::among(
        said,
        &[
            "uhr",
            "h",
            "hs",
            "hrs",
            "hours",
            "uur",
            "u",
            "น",
            "hod",
            "uri",
            "orakor",
            "ora",
            "часов",
            "часа",
            "ч",
            "oclock",
        ],
    );
    if known {
        let end = start + said.len();
        return Some(if said.chars().count() < 4 && text[end..].starts_with('.') && said != "Uhr" {
            end + 1
        } else {
            end
        });
    }
    let clock = ["o'clock", "o’clock"].iter().find(|clock| text[start..].starts_with(**clock))?;
    Some(start + clock.len())
}

/// Half of the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Half {
    Morning,
    Afternoon,
}

fn on_half(hour: u32, half: Half) -> Option<u32> {
    match (half, hour) {
        (Half::Morning, 12) => Some(0),
        (Half::Afternoon, 1..=11) => Some(hour + 12),
        (_, 0..=24) => Some(hour),
        _ => None,
    }
}

/// `pm`, `p.m.`, `PM`, `μ.μ.` after a time.
fn half_after(text: &str, at: usize) -> Option<(Half, usize)> {
    let start = skip_gap(text, at);
    let rest = text.get(start..)?;
    for (letters, half) in [
        (['a', 'm'], Half::Morning),
        (['p', 'm'], Half::Afternoon),
        (['π', 'μ'], Half::Morning),
        (['μ', 'μ'], Half::Afternoon),
    ] {
        let mut chars = rest.char_indices().filter(|(_, c)| *c != ' ' && *c != '\u{A0}').peekable();
        let mut wanted = letters.into_iter();
        let mut end = None;
        let mut last = wanted.next();
        while let Some((at, c)) = chars.next() {
            if Some(c.to_ascii_lowercase()) != last {
                break;
            }
            let dot = chars.next_if(|(_, c)| *c == '.');
            end = Some(dot.map_or(at + c.len_utf8(), |(at, _)| at + 1));
            last = wanted.next();
            if last.is_none() {
                break;
            }
        }
        if let Some(end) = end.filter(|&end| last.is_none() && char_at(rest, end).is_none_or(|c| !c.is_alphanumeric()))
        {
            return Some((half, start + end));
        }
    }
    None
}

/// `午後`, `下午`, `오전` before a time.
fn half_before(text: &str, at: usize) -> Option<(Half, usize)> {
    let rest = text.get(at..)?;
    let (said, half) = HALVES.iter().find(|(said, _)| rest.starts_with(said))?;
    Some((*half, skip_gap(text, at + said.len())))
}

static HALVES: &[(&str, Half)] = &[
    ("午前", Half::Morning),
    ("上午", Half::Morning),
    ("凌晨", Half::Morning),
    ("早上", Half::Morning),
    ("오전", Half::Morning),
    ("午後", Half::Afternoon),
    ("下午", Half::Afternoon),
    ("晚上", Half::Afternoon),
    ("오후", Half::Afternoon),
];

/// `noon`, `12 noon`, `midnight`: midnight is the end of the day that it stands with, as the press styles of the
/// Associated Press and Reuters have it, so that nothing is out too early.
fn spoken(text: &str, at: usize) -> Option<(TimeOfDay, usize)> {
    let start = number(text, at).filter(|n| n.value == 12).map_or(at, |n| skip_gap(text, n.end));
    let said = word(text, start);
    let hour = match fold(said).as_str() {
        "noon" | "midday" | "midi" | "mittag" | "mittags" | "mediodia" | "mezzogiorno" => 12,
        "midnight" | "minuit" | "mitternacht" | "medianoche" | "mezzanotte" => 24,
        _ => return None,
    };
    finish(text, hour, 0, None, start + said.len())
}

/// Words that stand between a date and a time; `None` for any other word.
fn preposition(said: &str) -> Option<Announced> {
    match fold(said).as_str() {
        "kl" | "klo" | "klokken" | "klockan" | "godz" | "godzina" | "ore" | "orele" | "saat" | "pukul" | "jam"
        | "hod" | "time" | "uhrzeit" | "heure" | "hora" | "ora" => Some(Announced::Yes),
        "at" | "um" | "a" | "las" | "la" | "alle" | "as" | "om" | "o" | "v" | "ve" | "u" | "ob" | "gegen" | "ab"
        | "from" | "в" | "во" | "о" | "об" | "у" | "στισ" | "luc" | "by" | "around" | "till" | "until" | "bis"
        | "הساعة" | "الساعة" | "الساعه" | "בשעה" | "เวลา" | "den" => Some(Announced::No),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<(u32, u32, Option<u32>, usize)> {
        after(text, 0).map(|(time, end)| (time.hour, time.minute, time.second, end))
    }

    #[test]
    fn times_after_a_date() {
        for (text, hour, minute, second) in [
            ("T10:00:00Z", 10, 0, Some(0)),
            ("T100000+0200", 10, 0, Some(0)),
            ("T10:00", 10, 0, None),
            (" 10:00:00.123456 +0200", 10, 0, Some(0)),
            (", 10:30", 10, 30, None),
            (" um 10.30 Uhr", 10, 30, None),
            (" à 10h30", 10, 30, None),
            (" a las 10 h", 10, 0, None),
            (" kl. 10.30", 10, 30, None),
            (" at 3 p.m.", 15, 0, None),
            (" 3:05pm ET", 15, 5, None),
            (", 12 noon", 12, 0, None),
            (" midnight", 24, 0, None),
            (" 24:00", 24, 0, None),
            (" 12:00 AM", 0, 0, None),
            (" - 0900 GMT", 9, 0, None),
            (" 午後3時30分", 15, 30, None),
            (" 下午3:20", 15, 20, None),
            (" 10時", 10, 0, None),
            (" 오전 10시 30분", 10, 30, None),
            (" | 10:00–12:00 CET", 10, 0, None),
            (" 10 Uhr MESZ", 10, 0, None),
            (":10:00:00 +0200", 10, 0, Some(0)),
            (" в 10:00 мск", 10, 0, None),
            (" 10:00 (Moscow time)", 10, 0, None),
            (" 3:30 μ.μ.", 15, 30, None),
        ] {
            assert_eq!(read(text), Some((hour, minute, second, text.len())), "{text}");
        }
    }

    #[test]
    fn no_times() {
        for text in
            ["", " 10 people", " 25:00", " 10:61", " 3.5", " - 10", " the 10:00", " 10:1", " a man", " 24:30", "10:00"]
        {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
