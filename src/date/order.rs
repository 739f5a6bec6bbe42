//! In which order all-numeric dates are written: what a text proves, and what a language suggests.

use super::find::scan;
use super::reader::{Mode, Reader};
use super::{DateOrder, Hints};

/// How many dates of a text prove each order: those of whose first two numbers one is above 12.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct OrderProofs {
    /// Dates that can only be day first, `25/06/2025`.
    pub day_first: u32,
    /// Dates that can only be month first, `06/25/2025`.
    pub month_first: u32,
}

impl OrderProofs {
    /// The order that all proofs agree on; `None` without a proof, or where they contradict each other.
    pub fn order(&self) -> Option<DateOrder> {
        match (self.day_first, self.month_first) {
            (1.., 0) => Some(DateOrder::DayFirst),
            (0, 1..) => Some(DateOrder::MonthFirst),
            _ => None,
        }
    }

    /// The proofs of both, as those of a file and of the rest of its folder.
    pub fn and(self, other: Self) -> Self {
        Self {
            day_first: self.day_first.saturating_add(other.day_first),
            month_first: self.month_first.saturating_add(other.month_first),
        }
    }
}

/// What the numeric dates of a text prove about their order. Takes time linear in the text.
pub fn order_proofs(text: &str) -> OrderProofs {
    let mut proofs = OrderProofs::default();
    for read in scan(&Reader::new(text, &Hints::default(), Mode::Prose)).into_iter().flatten() {
        match read.proves {
            Some(DateOrder::DayFirst) => proofs.day_first += 1,
            Some(DateOrder::MonthFirst) => proofs.month_first += 1,
            Some(DateOrder::YearFirst) | None => {}
        }
    }
    proofs
}

/// The order that readers of a language (BCP 47) expect in an ambiguous numeric date.
///
/// Month first is the habit of the United States and its near; the languages of East Asia, Hungarian, Lithuanian,
/// Latvian and Mongolian put the year first where it has two digits. Plain `en` says nothing of a country and is
/// read as most of the world writes English, day first: an international release is as likely as an American one,
/// and a folder of American releases proves its order by the first day above 12.
pub fn default_order(language: &str) -> DateOrder {
    let tag = language.replace('_', "-").to_ascii_lowercase();
    let mut parts = tag.split('-');
    let primary = parts.next().unwrap_or("");
    let region = parts.find(|part| part.len() == 2).unwrap_or("");
    match (primary, region) {
        (_, "us" | "pr" | "gu" | "as" | "vi" | "mp" | "fm" | "mh" | "pw") => DateOrder::MonthFirst,
        ("fil" | "tl", _) | ("en", "ph") => DateOrder::MonthFirst,
        ("en" | "fr", "ca") | ("en", "za") => DateOrder::YearFirst,
        ("hu" | "zh" | "ja" | "ko" | "lt" | "lv" | "mn" | "sv" | "eu" | "ky", _) => DateOrder::YearFirst,
        _ => DateOrder::DayFirst,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn proofs_are_counted_and_must_agree() {
        let proofs = order_proofs("05/06/2025, 25/06/2025 and 31.12.2024; 1.14.10; 12.11.10; 192.168.25.1");
        assert_eq!((proofs.day_first, proofs.month_first), (2, 0));
        assert_eq!(proofs.order(), Some(DateOrder::DayFirst));
        let other = order_proofs("06/25/2025");
        assert_eq!(other.order(), Some(DateOrder::MonthFirst));
        assert_eq!(proofs.and(other).order(), None);
        assert_eq!(order_proofs("05/06/2025").order(), None);
    }

    #[test]
    fn orders_of_languages() {
        for (language, order) in [
            ("en-US", DateOrder::MonthFirst),
            ("en", DateOrder::DayFirst),
            ("en-GB", DateOrder::DayFirst),
            ("de-CH", DateOrder::DayFirst),
            ("zh-Hant-TW", DateOrder::YearFirst),
            ("hu", DateOrder::YearFirst),
            ("es-US", DateOrder::MonthFirst),
        ] {
            assert_eq!(default_order(language), order, "{language}");
        }
    }
}
