//! The time that an embargo names.
//!
//! What stands beside its day and may be a time of day is read as one, or the embargo is not read at all: it would open
//! at midnight, hours too early.

use std::ops::Range;

use super::embargo::{Word, words};
use super::embargo_words::{AFTERNOON, HOURS, INTO, KLOK, LATER, TIMES, UNTIL};
use super::find::scan;
use super::reader::{Mode, Reader};
use super::{Found, Hints, TimeOfDay, names, time};

/// A headline behind an embargo has as many words as this.
const HEADLINE: usize = 4;
/// A line under an embargo that is only a time of day has no more words.
const TIME_WORDS: usize = 10;

/// The time that an embargo names, out of the words that [`embargo`](super::embargo) found. The year may be missing.
///
/// # Errors
/// Why nobody can tell until when.
pub fn embargo_time(said: &str, hints: &Hints<'_>) -> Result<Found, String> {
    let (mut found, known) = day(said, hints)?;
    let unread = || Err("its time of day can't be read".to_string());
    match found.time {
        Some(_) if said[found.span.end..].trim_start().starts_with(char::is_numeric) => return unread(),
        Some(ref mut time) => {
            // `6 o'clock in the evening`.
            let tail = &said[found.span.end..tail_end(said, found.span.end)];
            if (1..12).contains(&time.hour) && words(tail).iter().take(4).any(|word| word.is_any(AFTERNOON)) {
                time.hour += 12;
            }
        }
        None => match beside(said, &known) {
            Beside::Nothing => {}
            Beside::Time(time, end) => {
                found.time = Some(time);
                found.span.end = found.span.end.max(end);
            }
            Beside::Unread => return unread(),
        },
    }
    Ok(found)
}

/// The day that an embargo names, whatever it says of the time of day. The year may be missing.
pub fn embargo_day(said: &str, hints: &Hints<'_>) -> Option<Found> {
    day(said, hints).ok().map(|(found, _)| Found { time: None, ..found })
}

/// The last day that an embargo names, and where all its dates stand.
fn day(said: &str, hints: &Hints<'_>) -> Result<(Found, Vec<Range<usize>>), String> {
    let reader = Reader::new(said, hints, Mode::Field);
    let mut dates = Vec::new();
    for read in scan(&reader) {
        dates.push(read.map_err(|bad| bad.message)?.found);
    }
    let known = dates.iter().map(|found| found.span.clone()).collect::<Vec<_>>();
    dates.retain(|found| found.start.month.is_some() && found.start.day.is_some());
    // Of several, the last to come is the careful one; without a year they can't be compared.
    let latest = dates.into_iter().max_by_key(|found| (found.end.unwrap_or(found.start), found.time.map(|t| t.hour)));
    let Some(mut found) = latest else { return Err("it names no day".to_string()) };
    if let Some(end) = found.end.take() {
        found.start = end;
    }
    if !found.weekday_agrees() {
        return Err("the day of the week is another one".to_string());
    }
    Ok((found, known))
}

/// Whether a word leads into the end of an embargo: `until`, `bis`, `hasta`.
pub fn is_until(word: &str) -> bool {
    let word = names::fold(word);
    UNTIL.contains(&word.as_str()) || INTO.contains(&word.as_str())
}

/// Whether a line is nothing but a time of day, or words that stand for one: `10.00 Uhr`, `at 6pm`, `nach der Sitzung`.
pub fn is_time_of_day(line: &str) -> bool {
    let words = words(line);
    let names_one = |at: usize| {
        let (word, before) = (&words[at], at.checked_sub(1).map(|before| &words[before]));
        let is_time = || hour(line, word.start, before, words.get(at + 1)).is_some();
        word.is_any(TIMES) || word.is_event() || word.is_number() && is_time()
    };
    (1..=TIME_WORDS).contains(&words.len())
        && words.iter().all(|word| word.is_of_time() || word.is_event() || word.is_any(HOURS))
        && (0..words.len()).any(names_one)
        && scan(&Reader::new(line, &Hints::default(), Mode::Field)).is_empty()
}

/// What stands beside the dates of an embargo that name no time of day.
enum Beside {
    Nothing,
    /// A time of day, and where it ends.
    Time(TimeOfDay, usize),
    /// What may be a time of day: a number, `evening`, `after the meeting`.
    Unread,
}

fn beside(said: &str, known: &[Range<usize>]) -> Beside {
    let from = known.last().map_or(0, |span| span.end);
    let end = tail_end(said, from);
    let mut read: Option<(TimeOfDay, usize)> = None;
    let words = words(&said[..end]);
    for (at, word) in words.iter().enumerate() {
        let is_read = |at: usize| known.iter().any(|span| span.contains(&at)) || read.is_some_and(|(_, to)| at < to);
        // `After 10:00 on 5 May` tells a time, `after the meeting` none; German has `am 5. Mai`.
        let leads = (word.is_any(LATER) || word.folded == "am")
            && words.get(at + 1).is_some_and(|next| next.is_number() || is_read(next.start));
        if is_read(word.start) || leads || !(word.is_number() || word.is_any(TIMES) || word.is_event()) {
            continue;
        }
        let before = at.checked_sub(1).map(|before| &words[before]);
        match hour(said, word.start, before, words.get(at + 1)) {
            // Of two times nobody knows which counts.
            Some(time) if read.is_none() => read = Some(time),
            _ if word.is_any(&["today", "heute"]) || read.is_some() && word.is_any(&["clock", "uhr", "hrs"]) => {}
            _ => return Beside::Unread,
        }
    }
    read.map_or(Beside::Nothing, |(time, end)| Beside::Time(time, end))
}

/// The same, or an hour that a word makes one: `kl. 10`, `ore 10`, `10 heures`.
fn hour(said: &str, at: usize, before: Option<&Word<'_>>, after: Option<&Word<'_>>) -> Option<(TimeOfDay, usize)> {
    time_at(said, at).or_else(|| {
        let digits = said[at..].bytes().take_while(u8::is_ascii_digit).count();
        let hour = said[at..at + digits].parse().ok().filter(|hour| (0..=24).contains(hour) && digits > 0)?;
        let is_alone = !said[at + digits..].starts_with([':', '.', ',', '-', '/']) || said[at + digits..].len() <= 1;
        let unit = after.filter(|word| word.is_any(HOURS));
        let is_hour = is_alone && before.is_some_and(|word| word.is_any(KLOK)) || unit.is_some();
        let end = unit.map_or(at + digits, |word| word.end);
        is_hour.then_some((TimeOfDay { hour, minute: 0, second: None, zone: None }, end))
    })
}

/// A time of day that begins at a position, and where it ends. In an embargo `10.00` is one.
fn time_at(said: &str, at: usize) -> Option<(TimeOfDay, usize)> {
    const LEAD: &str = " kl ";
    time::at(said, at).or_else(|| {
        let (time, end) = time::after(&format!("{LEAD}{}", &said[at..]), 0)?;
        Some((time, at + end - LEAD.len()))
    })
}

/// Where the words end that belong to a date: the next sentence speaks of something else, and so does a headline.
fn tail_end(said: &str, from: usize) -> usize {
    let tail = &said[from..];
    let ends = tail.char_indices().filter(|(at, c)| {
        let behind = &tail[at + c.len_utf8()..];
        let next = behind.trim_start();
        match c {
            // `(ca. 18 Uhr)` goes on.
            '.' | '!' | '?' => next.len() < behind.len() && next.starts_with(char::is_uppercase),
            ':' | '–' | '—' | '|' | '：' | '-' => is_headline(next),
            _ => false,
        }
    });
    let end = ends.map(|(at, _)| from + at).next();
    end.unwrap_or(said.len())
}

fn is_headline(text: &str) -> bool {
    let words = words(text);
    let first = words.first();
    words.iter().filter(|word| !word.is_number()).count() >= HEADLINE
        && !first.is_some_and(|word| word.is_of_time() || word.is_event())
}
