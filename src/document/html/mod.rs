//! Saved HTML pages of any site, in any language.

mod address;
mod dom;
mod linked;
mod tags;
mod words;
