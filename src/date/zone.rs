//! Time zones as they stand beside a time: offsets, abbreviations, names of places.

use std::collections::HashMap;
use std::sync::LazyLock;

use chrono::FixedOffset;
use chrono_tz::{TZ_VARIANTS, Tz};

use super::Zone;
use super::cursor::{char_at, char_before, number, separator, skip_gap, word};
use super::names::fold;

/// The zone that begins at a position, and where it ends: `Z`, `+02:00`, `UTC+3`, `CEST`, `ET`, `Moscow time`,
/// `heure de Paris`, `Europe/Paris`; in brackets or not.
pub(super) fn zone(text: &str, at: usize) -> Option<(Zone, usize)> {
    let at = skip_gap(text, at);
    if char_at(text, at).map(separator) == Some('(') {
        let open = at + char_at(text, at)?.len_utf8();
        let (zone, end) = bare_zone(text, skip_gap(text, open))?;
        let close = char_at(text, end).filter(|&c| separator(c) == ')')?;
        return Some((zone, end + close.len_utf8()));
    }
    let (zone, mut end) = bare_zone(text, at)?;
    // `+0200 (CEST)`: the comment says the same again (RFC 5322 section 3.2.2).
    let open = skip_gap(text, end);
    if text[open..].starts_with('(')
        && let Some(length) = text[open..].bytes().take(48).position(|b| b == b')' || b == b'\n')
        && text.as_bytes()[open + length] == b')'
        && !text[open..open + length].bytes().any(|b| b.is_ascii_digit())
        && matches!(zone, Zone::Offset(_))
        && char_before(text, end).is_some_and(|c| c.is_ascii_digit())
    {
        end = open + length + 1;
    }
    Some((zone, end))
}

/// The offset of so many minutes east of Greenwich.
pub(super) fn offset(minutes: i32) -> Option<Zone> {
    FixedOffset::east_opt(minutes * 60).map(Zone::Offset)
}

fn bare_zone(text: &str, at: usize) -> Option<(Zone, usize)> {
    let rest = text.get(at..)?;
    if let Some(read) = signed(text, at) {
        return Some(read);
    }
    let first = word(text, at);
    if first.is_empty() {
        return None;
    }
    let end = at + first.len();
    if matches!(first, "Z" | "z") {
        return Some((offset(0)?, end));
    }
    if matches!(first, "UTC" | "GMT" | "UT" | "utc" | "gmt") {
        return signed(text, skip_gap(text, end)).or(Some((offset(0)?, end)));
    }
    if let Some((zone, end)) = path(rest).map(|(zone, length)| (zone, at + length)) {
        return Some((zone, end));
    }
    if first.chars().all(char::is_uppercase) || first == "мск" {
        if let Some(&(_, minutes)) = ABBREVIATIONS.iter().find(|(name, _)| *name == first) {
            return Some((offset(minutes)?, end));
        }
        if let Some(&(_, zone)) = DAY_DEPENDENT.iter().find(|(name, _)| *name == first) {
            return Some((Zone::Named(zone), end));
        }
    }
    phrase(text, at)
}

/// `+02:00`, `-0500`, `+3`; `-0000` and `-00:00` are taken as UTC (RFC 5322 section 3.3, RFC 3339 section 4.3).
fn signed(text: &str, at: usize) -> Option<(Zone, usize)> {
    let sign = char_at(text, at)?;
    let factor = match sign {
        '+' => 1,
        '-' | '\u{2212}' => -1,
        _ => return None,
    };
    let hours = number(text, at + sign.len_utf8())?;
    let (minutes, end) = match hours.digits {
        4 => (hours.value / 100 * 60 + hours.value % 100, hours.end),
        1 | 2 => match number(text, hours.end + 1) {
            Some(minutes) if text[hours.end..].starts_with(':') && minutes.digits == 2 => {
                (hours.value * 60 + minutes.value, minutes.end)
            }
            _ => (hours.value * 60, hours.end),
        },
        _ => return None,
    };
    // The widest offset in use is +14:00 (Kiribati).
    if minutes > 14 * 60 || (hours.digits == 4 && hours.value % 100 > 59) {
        return None;
    }
    Some((offset(factor * i32::try_from(minutes).ok()?)?, end))
}

/// `Europe/Paris`, `America/Argentina/Ushuaia`.
fn path(rest: &str) -> Option<(Zone, usize)> {
    let length = rest
        .bytes()
        .take(40)
        .position(|b| !(b.is_ascii_alphanumeric() || matches!(b, b'/' | b'_' | b'-' | b'+')))
        .unwrap_or(rest.len().min(40));
    let name = rest.get(..length)?;
    if !name.contains('/') {
        return None;
    }
    name.parse::<Tz>().ok().map(|zone| (Zone::Named(zone), length))
}

/// `Moscow time`, `New York time`, `Central European Summer Time`, `heure de Paris`, `по московскому времени`.
fn phrase(text: &str, at: usize) -> Option<(Zone, usize)> {
    let mut words: Vec<String> = Vec::with_capacity(4);
    let mut end = at;
    for _ in 0..4 {
        let start = skip_gap(text, end);
        let next = word(text, start);
        if next.is_empty() {
            break;
        }
        end = start + next.len();
        words.push(fold(next));
        let said: Vec<&str> = words.iter().map(String::as_str).collect();
        let zone = match said.as_slice() {
            [name @ .., "time" | "zeit"] if !name.is_empty() => {
                let name = name.join(" ");
                let name = name.trim_start_matches("local ");
                spoken(name).or_else(|| place(name))
            }
            ["heure", "de" | "d", name] | ["hora", "de", name] | ["ora", "di", name] => place(name),
            ["по", "московскому", "времени"] => offset(3 * 60),
            ["за", "киівським", "часом"] => Some(Zone::Named(Tz::Europe__Kyiv)),
            _ => None,
        };
        if let Some(zone) = zone {
            return Some((zone, end));
        }
    }
    None
}

/// Zones of a country or continent by their English names.
fn spoken(name: &str) -> Option<Zone> {
    let zone = match name {
        "eastern" | "us eastern" => Tz::America__New_York,
        "central" | "us central" => Tz::America__Chicago,
        "mountain" | "us mountain" => Tz::America__Denver,
        "pacific" | "us pacific" => Tz::America__Los_Angeles,
        "uk" | "british" => Tz::Europe__London,
        "central european" => Tz::Europe__Brussels,
        "eastern european" => Tz::Europe__Bucharest,
        "western european" => Tz::Europe__Lisbon,
        "india" | "indian standard" | "india standard" => Tz::Asia__Kolkata,
        "japan" | "japan standard" => Tz::Asia__Tokyo,
        "korea" | "korean" | "korea standard" => Tz::Asia__Seoul,
        "china" | "china standard" => Tz::Asia__Shanghai,
        "eastern standard" => return offset(-5 * 60),
        "eastern daylight" => return offset(-4 * 60),
        "pacific standard" => return offset(-8 * 60),
        "pacific daylight" => return offset(-7 * 60),
        "central european summer" => return offset(2 * 60),
        "british summer" => return offset(60),
        "greenwich mean" | "universal" | "coordinated universal" => return offset(0),
        _ => return None,
    };
    Some(Zone::Named(zone))
}

/// The zone of a city: the last part of an IANA name, or one of the seats that the database names otherwise.
fn place(name: &str) -> Option<Zone> {
    static CITIES: LazyLock<HashMap<String, Tz>> = LazyLock::new(|| {
        let mut cities = HashMap::new();
        for zone in TZ_VARIANTS {
            let name = zone.name();
            if let Some((region, city)) = name.rsplit_once('/')
                && !matches!(region, "Etc" | "US" | "Canada" | "Mexico" | "Brazil" | "Chile")
            {
                cities.entry(city.replace('_', " ").to_ascii_lowercase()).or_insert(zone);
            }
        }
        for (city, zone) in [
            ("geneva", Tz::Europe__Zurich),
            ("bern", Tz::Europe__Zurich),
            ("the hague", Tz::Europe__Amsterdam),
            ("frankfurt", Tz::Europe__Berlin),
            ("kiev", Tz::Europe__Kyiv),
            ("washington", Tz::America__New_York),
            ("ottawa", Tz::America__Toronto),
            ("beijing", Tz::Asia__Shanghai),
            ("delhi", Tz::Asia__Kolkata),
            ("new delhi", Tz::Asia__Kolkata),
            ("canberra", Tz::Australia__Sydney),
            ("wellington", Tz::Pacific__Auckland),
            ("moscou", Tz::Europe__Moscow),
            ("bruxelles", Tz::Europe__Brussels),
            ("roma", Tz::Europe__Rome),
        ] {
            cities.insert(city.to_string(), zone);
        }
        cities
    });
    CITIES.get(name).copied().map(Zone::Named)
}

/// Abbreviations with one offset, in minutes east of Greenwich. Where an abbreviation is used in several parts of
/// the world, the reading is that of RFC 5322 section 4.3, else the one with most inhabitants.
static ABBREVIATIONS: &[(&str, i32)] = &[
    ("WET", 0),
    ("WEST", 60),
    ("BST", 60),
    ("CET", 60),
    ("MEZ", 60),
    ("CEST", 120),
    ("MESZ", 120),
    ("EET", 120),
    ("EEST", 180),
    ("MSK", 180),
    ("МСК", 180),
    ("мск", 180),
    ("TRT", 180),
    ("SAST", 120),
    ("CAT", 120),
    ("WAT", 60),
    ("EAT", 180),
    ("GST", 240),
    ("PKT", 300),
    ("IST", 330),
    ("NPT", 345),
    ("ICT", 420),
    ("WIB", 420),
    ("WITA", 480),
    ("WIT", 540),
    ("HKT", 480),
    ("SGT", 480),
    ("PHT", 480),
    ("AWST", 480),
    ("JST", 540),
    ("KST", 540),
    ("ACST", 570),
    ("ACDT", 630),
    ("AEST", 600),
    ("AEDT", 660),
    ("NZST", 720),
    ("NZDT", 780),
    ("NST", -210),
    ("NDT", -150),
    ("AST", -240),
    ("ADT", -180),
    ("EST", -300),
    ("EDT", -240),
    ("CST", -360),
    ("CDT", -300),
    ("MST", -420),
    ("MDT", -360),
    ("PST", -480),
    ("PDT", -420),
    ("AKST", -540),
    ("AKDT", -480),
    ("HST", -600),
    ("BRT", -180),
    ("ART", -180),
    ("CLT", -240),
    ("COT", -300),
    ("PET", -300),
];

/// Abbreviations that mean summer or winter time as the day demands.
static DAY_DEPENDENT: &[(&str, Tz)] = &[
    ("ET", Tz::America__New_York),
    ("CT", Tz::America__Chicago),
    ("MT", Tz::America__Denver),
    ("PT", Tz::America__Los_Angeles),
    ("AET", Tz::Australia__Sydney),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fixed_offsets() {
        for (text, minutes, length) in [
            ("Z", 0, 1),
            ("+02:00", 120, 6),
            ("-0500", -300, 5),
            ("UTC+3", 180, 5),
            ("UTC+05:30 x", 330, 9),
            ("GMT-2", -120, 5),
            ("(GMT)", 0, 5),
            ("CEST", 120, 4),
            ("MESZ", 120, 4),
            ("+0200 (CEST)", 120, 12),
            ("по московскому времени", 180, "по московскому времени".len()),
        ] {
            assert_eq!(zone(text, 0), Some((offset(minutes).unwrap(), length)), "{text}");
        }
    }

    #[test]
    fn named_zones() {
        for (text, tz) in [
            ("ET", Tz::America__New_York),
            ("(Moscow time)", Tz::Europe__Moscow),
            ("New York time", Tz::America__New_York),
            ("Geneva time", Tz::Europe__Zurich),
            ("Eastern Time", Tz::America__New_York),
            ("heure de Paris", Tz::Europe__Paris),
            ("Europe/Paris", Tz::Europe__Paris),
        ] {
            assert_eq!(zone(text, 0), Some((Zone::Named(tz), text.len())), "{text}");
        }
    }

    #[test]
    fn no_zones() {
        for text in ["", "people", "Ex", "+99", "It was time", "cet", "(5 people)", "-7777"] {
            assert_eq!(zone(text, 0), None, "{text}");
        }
    }
}
