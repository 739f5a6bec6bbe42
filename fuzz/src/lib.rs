//! What every fuzz target checks: the promises of the suite, in the same words.

#[path = "../../tests/suite/promises.rs"]
pub mod promises;
