//! In which order a document's all-numeric dates are read, and who says so.

use super::dating::{self, Candidate};
use super::evidence::Proof;
use super::{PassedOver, Settings};
use crate::date::{self, DateOrder, Hints, Notation, PartialDate};
use crate::document::Document;
use crate::text::has_digit;

/// The order of a document's ambiguous dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Order<'a> {
    /// `None`: nothing tells, and they are read day first.
    pub order: Option<DateOrder>,
    /// Whether the settings or other dates tell it, and not a custom.
    pub is_proved: bool,
    because: &'static str,
    language: Option<&'a str>,
}

impl<'a> Order<'a> {
    /// The order that the folder's settings, its dates (`proved`) or the language tell, the first of them that does.
    pub fn of(
        document: &Document,
        proved: Option<(DateOrder, Proof)>,
        settings: &Settings,
        language: Option<&'a str>,
    ) -> Order<'a> {
        let set = || Some((settings.date_order?, "as the folder's settings say"));
        let proved = || {
            let (order, proof) = proved?;
            Some((
                order,
                match proof {
                    Proof::File => "as other dates of the file prove",
                    Proof::Folder => "as dates in other files of the folder prove",
                },
            ))
        };
        let written = || Some((written(document, language)?, "as the file's dates with names are written"));
        let spoken = || Some((date::default_order(language?), "as is the custom of the language"));
        let told = set().or_else(&proved).or_else(written).or_else(spoken);
        let (order, because) = told.map_or((None, "as nothing tells otherwise"), |(order, told)| (Some(order), told));
        let is_proved = settings.date_order.is_some() || proved().is_some();
        Order { order, is_proved, because, language }
    }

    /// The other date that the words of a chosen one can mean, with the reason why they were not read so.
    pub fn passed_over(&self, taken: &Candidate) -> Option<PassedOver> {
        if taken.found.notation != (Notation::Numeric { ambiguous: true }) {
            return None;
        }
        let read = |order| {
            let hints = Hints { order: Some(order), language: self.language };
            date::find(&taken.text, &hints).into_iter().find(|found| found.notation == taken.found.notation)
        };
        let orders = [DateOrder::DayFirst, DateOrder::MonthFirst, DateOrder::YearFirst];
        let is_taken = |start: PartialDate| start == taken.found.start;
        let order = orders.into_iter().find(|order| read(*order).is_some_and(|found| is_taken(found.start)))?;
        let other = orders.into_iter().filter_map(read).find(|found| !is_taken(found.start))?;
        let day = Candidate::new(taken.kind, other.clone(), &taken.text, taken.line).day()?;
        let first = match order {
            DateOrder::DayFirst => "day",
            DateOrder::MonthFirst => "month",
            DateOrder::YearFirst => "year",
        };
        Some(PassedOver {
            text: format!("{} as {day}", &taken.text[other.span]),
            line: taken.line,
            reason: format!("read {first} first, {}", self.because).into(),
        })
    }
}

/// Month first, where a text in English without a country writes all its dates that way (`June 5, 2025`): who writes
/// names so writes numbers so.
fn written(document: &Document, language: Option<&str>) -> Option<DateOrder> {
    if language.is_some_and(|language| language != "en") {
        return None;
    }
    let (mut month_first, mut day_first) = (0, 0);
    for block in document.blocks.iter().filter(|block| has_digit(&block.text)) {
        for found in date::find(&block.text, &Hints::default()) {
            match dating::english_style(&block.text, &found) {
                Some(DateOrder::MonthFirst) => month_first += 1,
                Some(_) => day_first += 1,
                None => {}
            }
        }
    }
    (month_first > 0 && day_first == 0).then_some(DateOrder::MonthFirst)
}
