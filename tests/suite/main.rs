//! One crate for all behaviour tests, one file a feature.

mod ledger;
mod ledger_history;
mod ledger_trouble;
