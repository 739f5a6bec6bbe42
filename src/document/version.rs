//! Version headings: telling `## [1.2.3] - 2025-06-05` from dates, addresses and section numbers.

/// What a version heading names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VersionHeading<'a> {
    /// The version as written (`1.2.3`, `v2.0-rc.1`, `2:4.0.2-1`), or the words for one that is not out yet
    /// (`Unreleased`).
    pub version: &'a str,
    /// The name before it, where there is one (`GNU nano`).
    pub name: Option<&'a str>,
}

/// Longer lines are no headings.
const LENGTH_LIMIT: usize = 240;

/// Words that a version follows, in the languages of changelogs.
const VERSION_WORDS: &str = "\
    version|versions|ver|release|rel|v|r|versión|versão|versione|versie|wersja|verze|версия|версія|релиз|sürüm|\
    έκδοση|الإصدار|版本|バージョン|버전";
/// Words that may stand around them.
const HEADING_WORDS: &str = "\
    a|all|an|and|announcement|bug-fix|bugfix|bugfixes|change|changed|changelog|changes|feature|features|fix|\
    fixes|for|highlights|history|hotfix|in|introduced|major|minor|new|news|notable|notes|noteworthy|of|patch|\
    released|security|the|to|update|updates|with|user-visible|what's|what’s";
/// Words after which a number counts something else.
const NUMBERED_THINGS: &str = "\
    abbildung|abschnitt|after|annex|appendix|article|artikel|before|capítulo|chapter|chapitre|clause|figure|fig|\
    from|kapitel|item|lesson|level|magnitude|no|number|page|part|paragraph|phase|question|rozdział|rule|section|\
    sección|seite|since|stage|step|tab|tabelle|table|teil|than|until|via|глава|раздел";
/// Words for what is not out yet, alone or with a few words after them.
const UNRELEASED: &str = "\
    unreleased|not yet released|to be released|next release|next version|upcoming release|upcoming version|\
    in development|work in progress";
/// Words for it that must stand alone.
const UNRELEASED_ALONE: &str = "{{$next}}|{{next}}|next|upcoming|head|master|main|vnext|development version";
/// Words that tell a version's state.
const STATES: &str = "\
    alpha|beta|candidate|current|dev|final|latest|lts|pre-release|prerelease|release|released|releasedate|stable|\
    tba|tbd|yanked";

/// Reads a heading line of a changelog: its visible text, dates included. `None` where it is no version's heading.
///
/// A version stands alone, behind words such as `Changes in` or a product's name, or behind a date; after it come at
/// most a date, a state or a name. A bare number with one dot needs one of these, because it may be a section's.
pub fn is_version_heading(text: &str) -> Option<VersionHeading<'_>> {
    let text = text.trim();
    let text = if text.starts_with("---") { text.trim_matches('-') } else { text };
    let text = text.trim_matches(['#', '=', '*', '~', '_', ' ', '\t']);
    if text.is_empty() || text.len() > LENGTH_LIMIT || text.contains('\n') {
        return None;
    }
    unreleased(text)
        .or_else(|| debian(text))
        .or_else(|| numbered(text, Front::Bare))
        .or_else(|| after_date(text).and_then(|rest| numbered(rest, Front::Dated)))
}

/// A Debian changelog's heading: `package (version) distribution; urgency=…`.
pub(super) fn debian(text: &str) -> Option<VersionHeading<'_>> {
    let (name, rest) = text.split_once(" (")?;
    let (version, rest) = rest.split_once(')')?;
    let (distributions, keys) = rest.split_once(';')?;
    let is_name = name.starts_with(|c: char| c.is_ascii_alphanumeric()) && name.bytes().all(is_package_byte);
    let fits = is_name
        && !version.is_empty()
        && version.bytes().all(|b| is_package_byte(b) || b"~:".contains(&b))
        && distributions.starts_with(' ')
        && !distributions.trim().is_empty()
        && distributions.bytes().all(|b| is_package_byte(b) || b" ~".contains(&b))
        && keys.contains('=');
    fits.then_some(VersionHeading { version, name: Some(name) })
}

fn is_package_byte(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b"+-._".contains(&b)
}

fn unreleased(text: &str) -> Option<VersionHeading<'_>> {
    let inner = text.trim_start_matches(['[', '(']);
    let lower = inner.to_lowercase();
    let plain = lower.trim_end_matches([']', ')', ':', ' ']);
    let starts = |word: &&str| {
        lower
            .strip_prefix(*word)
            .is_some_and(|rest| !rest.starts_with(char::is_alphanumeric) && rest.split_whitespace().count() <= 4)
    };
    let word =
        UNRELEASED_ALONE.split('|').find(|word| plain == *word).or_else(|| UNRELEASED.split('|').find(starts))?;
    inner.get(..word.len()).map(|version| VersionHeading { version, name: None })
}

/// How sure a number is to be a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Strength {
    /// `3`: one only behind a word such as `version`.
    Integer,
    /// `1.2`, `10.0.0.1`: a section's or an address's number as well.
    Weak,
    /// `v3`, `[1.2]`, `1.2.3`, `1.2-rc.1`.
    Strong,
}

/// What stood before the words that are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Front {
    Bare,
    Dated,
}

/// What follows a date at the front: `2023.01.18 - GNU nano 7.2`, `22 Dec 2022, PHP 8.2.1`, `2023-11-01 (3.44.0)`,
/// `2023-02-03 v3.6.0`.
fn after_date(text: &str) -> Option<&str> {
    if let Some((date, rest)) = text.split_once([' ', '\t'])
        && is_date(date)
        && rest.trim_start().starts_with(|c: char| c.is_ascii_alphanumeric())
    {
        return Some(rest);
    }
    let separators = [", ", ": ", " - ", " – ", " — ", " ("];
    let ends =
        text.char_indices().filter_map(|(at, _)| Some((at, separators.iter().find(|s| text[at..].starts_with(**s))?)));
    let (at, separator) =
        ends.take(4).find(|(at, _)| text[..*at].split_whitespace().count() <= 5 && has_date(&text[..*at]))?;
    Some(&text[at + separator.len()..])
}

fn numbered(text: &str, front: Front) -> Option<VersionHeading<'_>> {
    let mut names: Option<(usize, usize)> = None;
    let mut unknown = 0;
    let (mut behind_version_word, mut behind_heading_words) = (false, false);
    for (index, (start, word)) in words(text).enumerate() {
        if index > 8 {
            return None;
        }
        if !word.contains(char::is_alphanumeric) && !word.starts_with("{{") {
            continue;
        }
        if let Some((from, length, strength, own_name)) = version(word, behind_version_word) {
            let strength = match strength {
                Strength::Integer if !behind_version_word && !behind_heading_words => return None,
                Strength::Integer | Strength::Weak if behind_version_word || front == Front::Dated => Strength::Strong,
                other => other,
            };
            let version = &text[start + from..start + from + length];
            let rest = &text[start + from + length..];
            let name = own_name.or_else(|| names.map(|(from, to)| &text[from..to]));
            return fits_after(rest, strength, unknown > 0).then_some(VersionHeading { version, name });
        }
        let lower = word.to_lowercase();
        let plain = lower.trim_end_matches([':', ',']);
        if plain == "between" || plain == "from" {
            // `Changes from 3.4 to 3.5`: the newer one.
            let rest = &text[start + word.len()..];
            let newer =
                rest.split_once(" and ").or_else(|| rest.split_once(" to ")).or_else(|| rest.split_once(" TO "));
            return numbered(newer?.1, front);
        }
        if listed(NUMBERED_THINGS, plain.trim_end_matches('.')) {
            return None;
        }
        behind_version_word = listed(VERSION_WORDS, plain.trim_end_matches('.'));
        if behind_version_word || listed(HEADING_WORDS, plain) {
            behind_heading_words = behind_heading_words || plain == "in" || plain == "new";
            continue;
        }
        behind_heading_words = false;
        unknown += 1;
        if unknown > 3 || word.ends_with(['.', ',', ';', '!', '?']) || is_date(plain) {
            return None;
        }
        names = Some((names.map_or(start, |(from, _)| from), start + word.trim_end_matches(':').len()));
    }
    None
}

/// The words of a line with their offsets.
fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.split_whitespace().map(move |word| (word.as_ptr() as usize - text.as_ptr() as usize, word))
}

/// A version in a word: its offset and length in it, how sure it is, and a name glued to its front.
/// Behind a word such as `version` even a date is one (`version 2021.12.17`).
fn version(word: &str, announced: bool) -> Option<(usize, usize, Strength, Option<&str>)> {
    let open = word.len() - word.trim_start_matches(['[', '(', '（', '【', '"', '`', '\'', '‘', '“', '«']).len();
    let inner = &word[open..];
    // A scope (`@scope/name@1.0`) may hold what else ends a version.
    let scope = name_before(inner).map_or(0, str::len);
    let end =
        inner[scope..].find([']', ')', '（', '）', '】', '"', '`', '\'', '’', '”', '»', ',', ';', '/', '|', '?', '!']);
    let inner = inner[..end.map_or(inner.len(), |end| scope + end)].trim_end_matches(':');
    let bracketed = open > 0;
    let (skip, name) = match name_before(inner) {
        Some(name) => (name.len() + 1, Some(name)),
        None => (0, None),
    };
    let number = &inner[skip..];
    let marked =
        number.starts_with(['v', 'V']) && number[1..].trim_start_matches('.').starts_with(|c: char| c.is_ascii_digit());
    let digits = if marked { number[1..].trim_start_matches('.') } else { number };
    let strength = match strength(digits) {
        None if announced && is_date(digits) && !digits.contains(['-', '/']) => Strength::Strong,
        judged => judged?,
    };
    let strength = if (marked || bracketed) && !is_date(digits) { Strength::Strong } else { strength };
    Some((open + skip, number.len(), strength, name))
}

/// A product's name glued to a version: `serde-1.0.1`, `@scope/pkg@2.0.0`.
fn name_before(word: &str) -> Option<&str> {
    let is_number = |rest: &str| rest.trim_start_matches(['v', 'V']).starts_with(|c: char| c.is_ascii_digit());
    let (at, _) = word.match_indices(['-', '@', '_']).find(|(at, _)| *at > 0 && is_number(&word[at + 1..]))?;
    let name = &word[..at];
    (name.starts_with(|c: char| c.is_alphabetic() || c == '@') && word[at + 1..].contains('.')).then_some(name)
}

/// Judges digits and dots, with an epoch before and a suffix after; `None`: no version.
fn strength(written: &str) -> Option<Strength> {
    let (epoch, rest) = written.split_once(':').unwrap_or(("", written));
    if !epoch.bytes().all(|b| b.is_ascii_digit()) || rest.len() > 60 || is_date(rest) {
        return None;
    }
    let core_length = rest.bytes().take_while(|b| b.is_ascii_digit() || *b == b'.').count();
    let (core, suffix) = rest.split_at(core_length);
    let core_end = core.trim_end_matches('.');
    let open_end = core_end.len() < core.len();
    if open_end && !matches!(suffix, "x" | "X" | "y" | "*") {
        return None;
    }
    let parts: Vec<&str> = core_end.split('.').collect();
    if parts.iter().any(|part| part.is_empty() || part.len() > 9) || !is_suffix(suffix) {
        return None;
    }
    let year = |part: &str| part.len() == 4 && (1900..2100).contains(&part.parse().unwrap_or(0));
    let address =
        parts.len() == 4 && suffix.is_empty() && parts.iter().all(|p| p.parse::<u32>().is_ok_and(|n| n < 256));
    match parts.len() {
        1 if suffix.is_empty() && (year(parts[0]) || parts[0].len() > 4) => None,
        1 if open_end => Some(Strength::Weak),
        1 if suffix.is_empty() => Some(Strength::Integer),
        1 if epoch.is_empty() && !suffix.contains(['.', '~', '+']) => Some(Strength::Integer),
        2 if suffix.is_empty() && epoch.is_empty() => Some(Strength::Weak),
        4 if address => Some(Strength::Weak),
        _ => Some(Strength::Strong),
    }
}

/// What may stand behind a version's digits: `-rc.1`, `~deb12u2`, `+build`, `rc1`, `b2`, `.x`.
fn is_suffix(suffix: &str) -> bool {
    let Some(first) = suffix.chars().next() else { return true };
    if !suffix.bytes().all(|b| b.is_ascii_alphanumeric() || b"-+~._*:".contains(&b)) {
        return false;
    }
    if "-+~_*".contains(first) {
        return true;
    }
    let letters: String = suffix.chars().take_while(char::is_ascii_alphabetic).collect::<String>().to_ascii_lowercase();
    ["a", "b", "c", "d", "alpha", "beta", "dev", "p", "pl", "post", "pre", "r", "rc", "rev", "x", "y"]
        .contains(&letters.as_str())
}

/// Whether digits are a date rather than a version: `2023.01.18`, `2023-01-18`, `18.01.2023`, `18/1/23`.
fn is_date(written: &str) -> bool {
    let mut parts = written.split(['.', '-', '/']);
    let (Some(a), Some(b), Some(c), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
        return false;
    };
    if ![a, b, c].iter().all(|part| !part.is_empty() && part.len() <= 4 && part.bytes().all(|b| b.is_ascii_digit())) {
        return false;
    }
    let number = |part: &str| part.parse().unwrap_or(0);
    let is_year = |part: &str| part.len() == 4 && (1900..2100).contains(&number(part));
    let is_month = |part: &str| part.len() <= 2 && (1..=12).contains(&number(part));
    let is_day = |part: &str| part.len() <= 2 && (1..=31).contains(&number(part));
    let dotted = written.contains('.');
    if is_year(a) {
        // `2024.1.2` is a calendar version, `2024.01.02` a date.
        return is_month(b) && is_day(c) && (!dotted || (b.len() == 2 && c.len() == 2));
    }
    let either_order = (is_day(a) && is_month(b)) || (is_month(a) && is_day(b));
    either_order && (is_year(c) || (c.len() == 2 && (!dotted || a.starts_with('0'))))
}

/// Whether what follows a version is what headings have: nothing, a date, a state, a name.
fn fits_after(rest: &str, strength: Strength, named: bool) -> bool {
    let rest = rest.trim_start_matches([']', ')', '"', '`', '\'', '’', '”', '»']);
    let rest = rest.trim_start_matches([':', ',', ';', ' ', '\t']);
    let count = rest.split_whitespace().count();
    if rest.is_empty() {
        return strength >= Strength::Weak;
    }
    if count > 14 {
        return false;
    }
    let body = rest.trim_start_matches(['-', '–', '—', '/', '|', '@', '~', ' ']);
    let separated = body.len() < rest.len();
    if body.is_empty() {
        return true;
    }
    let first = body.split_whitespace().next().unwrap_or_default();
    let first = first.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    if listed(STATES, first.as_str()) || is_placeholder(body) {
        return true;
    }
    if has_date(body) {
        return separated || body.starts_with(['(', '[', '<', '"', '“', '‘', '«', '\'']) || count <= 7;
    }
    let quoted = body.starts_with(['(', '[', '"', '“', '‘', '«', '\'']);
    strength == Strength::Strong && (quoted || (separated && !named)) && count <= 10 && !body.ends_with('.')
}

/// `XXX XXXX XX`, `TBD`, `??`.
fn is_placeholder(text: &str) -> bool {
    text.split_whitespace().all(|word| word.chars().all(|c| "xX?-.".contains(c)))
}

/// Whether a word is one of a list.
fn listed(list: &str, word: &str) -> bool {
    list.split('|').any(|entry| entry == word)
}

/// Whether a text holds a year or an all-numeric date.
fn has_date(text: &str) -> bool {
    let is_year = |run: &str| run.len() == 4 && (1900..2100).contains(&run.parse().unwrap_or(0));
    text.split(|c: char| !c.is_ascii_digit()).any(is_year)
        || text.split(|c: char| !(c.is_ascii_digit() || "./-".contains(c))).any(is_date)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_of_versions() {
        for (text, version, name) in [
            ("[1.2.3] - 2025-06-05", "1.2.3", None),
            ("v1.2.3 (2026-07-09)", "v1.2.3", None),
            ("1.2.3 / 2025-06-05", "1.2.3", None),
            ("1.2.3 ‘Heron’", "1.2.3", None),
            ("[1.0.0-rc.1] - 2024-02-29 [YANKED]", "1.0.0-rc.1", None),
            ("[Unreleased] - ReleaseDate", "Unreleased", None),
            ("Unreleased next version", "Unreleased", None),
            ("{{$NEXT}}", "{{$NEXT}}", None),
            ("* Noteworthy changes in release 3.8 (2021-08-01) [stable]", "3.8", None),
            ("Version 4.3 (19 Jan 2020)", "4.3", None),
            ("2023-02-03 v3.6.0", "v3.6.0", None),
            ("2022-11-02 lamp 1.5.11 (a day for lamps)", "1.5.11", Some("lamp")),
            ("2009-11-06: v1.0.4 release", "v1.0.4", None),
            ("---- August 7th 1996 version 2.2a ----", "2.2a", Some("August 7th 1996")),
            ("2023.01.18 - GNU nano 7.2 \"A quoted name, in any language!\"", "7.2", Some("GNU nano")),
            ("Release 2.8.3 Mon August 10 2026", "2.8.3", None),
            ("Release 2.8.4 XXX XXXXXX XX XXXX", "2.8.4", None),
            ("dbus 1.14.10 (2023-09-01)", "1.14.10", Some("dbus")),
            ("E2fsprogs 1.47.0 (February 5, 2023)", "1.47.0", Some("E2fsprogs")),
            ("2.4000   2025-07-04", "2.4000", None),
            ("0.07  2012-06-25 12:00:00 Europe/Paris", "0.07", None),
            ("Changes in 2.3", "2.3", None),
            ("What's new in version 3", "3", None),
            ("What’s new in 4.1", "4.1", None),
            ("Version 12", "12", None),
            ("v3", "v3", None),
            ("3.0.0-beta.1 - 2026-07-21", "3.0.0-beta.1", None),
            ("lamp (590-2.1~deb12u2) bookworm-security; urgency=high", "590-2.1~deb12u2", Some("lamp")),
            ("lamp (2:4.0.2-1) unstable; urgency=medium", "2:4.0.2-1", Some("lamp")),
            ("2:4.0.2-1", "2:4.0.2-1", None),
            ("590-2.1~deb12u2", "590-2.1~deb12u2", None),
            ("lantern-0.3.1 (2020-01-01)", "0.3.1", Some("lantern")),
            ("@scope/lantern@2.0.0", "2.0.0", Some("@scope/lantern")),
            ("Lantern version 2.0", "2.0", Some("Lantern")),
            ("Версия 5.15.3 (30.03.2022)", "5.15.3", None),
            ("1.2", "1.2", None),
            ("2.x", "2.x", None),
            ("=== 1.9.0 ===", "1.9.0", None),
            ("1.9.0:", "1.9.0", None),
            ("22 Dec 2022, PHP 8.2.1", "8.2.1", Some("PHP")),
            ("2023-11-01 (3.44.0)", "3.44.0", None),
            ("CHANGES FROM 3.4 TO 3.5", "3.5", None),
            ("Changes between 3.0.0 and 3.0.1 [14 Dec 2021]", "3.0.1", None),
            ("Changes with nginx 1.25.3                     24 Oct 2023", "1.25.3", Some("nginx")),
            ("What's New in Python 3.12.0 final?", "3.12.0", Some("Python")),
            ("Fixed in 8.5.0 - December 6 2023", "8.5.0", Some("Fixed")),
            ("🎉 1.2.0 (2024-02-03)", "1.2.0", None),
            ("0.2.0 — unreleased", "0.2.0", None),
            ("2024.1.2", "2024.1.2", None),
            ("version 2021.12.17", "2021.12.17", None),
        ] {
            let found = is_version_heading(text).map(|heading| (heading.version, heading.name));
            assert_eq!(found, Some((version, name)), "{text}");
        }
    }

    #[test]
    fn other_lines() {
        for text in [
            "2023.01.18",
            "2023-01-18",
            "18.01.2023",
            "5 June 2025",
            "192.168.0.1 is unreachable",
            "1.2 Scope",
            "1. Introduction",
            "2.1.3 Methods of measurement",
            "Section 3.2",
            "Chapter 4.1 – The sea",
            "Upcoming events",
            "Next steps",
            "3.5 million people",
            "Sales rose by 2.5%",
            "3.5mm jack",
            "Changes since 1.2",
            "The 2025 budget",
            "Changes in 2024",
            "Python 3.10 becomes the default",
            "COVID-19",
            "Version",
            "",
            "We fixed 3 bugs",
            "On 28 May 2025 in Geneva",
            "Added",
            "Bug fixes",
            "Phase 2",
            "Figure 2.3 shows the sea",
            "Fixed in 2.1.3 by a patch that nobody had expected to be written before the summer, said the maintainers",
        ] {
            assert_eq!(is_version_heading(text), None, "{text}");
        }
    }
}
