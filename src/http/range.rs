//! `Range` (RFC 9110, section 14): one part of a file, as podcast players ask for it.

use std::ops::Range;

/// What a `Range` field asks of a representation of a known length.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// Nothing that is understood or wanted in part: the whole. Several ranges at once are answered so too, which
    /// section 14.2 allows; no player asks for them.
    Whole,
    /// These bytes: `206`.
    Bytes(Range<u64>),
    /// Nothing of it is there: `416`.
    Unsatisfiable,
}

/// Reads a field.
pub fn read(field: &str, length: u64) -> Part {
    let Some((unit, set)) = field.split_once('=') else { return Part::Whole };
    let (first, last) = match set.trim().split_once('-') {
        Some((first, last)) if unit.trim().eq_ignore_ascii_case("bytes") => (first.trim(), last.trim()),
        _ => return Part::Whole,
    };
    let range = match (number(first), number(last)) {
        (Some(first), Some(last)) if first > last => return Part::Whole,
        (Some(first), Some(last)) => first..last.saturating_add(1).min(length),
        (Some(first), None) if last.is_empty() => first..length,
        (None, Some(suffix)) if first.is_empty() => length.saturating_sub(suffix)..length,
        _ => return Part::Whole,
    };
    if range.start < range.end { Part::Bytes(range) } else { Part::Unsatisfiable }
}

/// Digits only; a number too large for any file is the largest.
fn number(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| text.parse().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_of_a_hundred_bytes() {
        for (field, want) in [
            ("bytes=0-9", Part::Bytes(0..10)),
            ("bytes=0-0", Part::Bytes(0..1)),
            ("bytes=90-", Part::Bytes(90..100)),
            ("bytes=90-500", Part::Bytes(90..100)),
            ("bytes=-10", Part::Bytes(90..100)),
            ("bytes=-500", Part::Bytes(0..100)),
            ("Bytes = 1-2", Part::Bytes(1..3)),
            ("bytes=0-99999999999999999999999", Part::Bytes(0..100)),
            ("bytes=100-", Part::Unsatisfiable),
            ("bytes=99999999999999999999999-", Part::Unsatisfiable),
            ("bytes=-0", Part::Unsatisfiable),
            ("bytes=9-0", Part::Whole),
            ("bytes=0-1,5-6", Part::Whole),
            ("bytes=-", Part::Whole),
            ("bytes=a-b", Part::Whole),
            ("bytes=+1-2", Part::Whole),
            ("bytes", Part::Whole),
            ("lines=0-9", Part::Whole),
        ] {
            assert_eq!(read(field, 100), want, "{field}");
        }
        assert_eq!(read("bytes=0-", 0), Part::Unsatisfiable);
    }
}
