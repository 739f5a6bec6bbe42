//! Why a draft is, or is not, what was published before: as data, and as a sentence.

use std::fmt;

/// Why a draft is or is not a previous item. Shown by `explain`.
#[derive(Debug, Clone, PartialEq)]
pub struct Reason {
    /// The evidence.
    pub how: How,
    /// The file it stood in before, where none of its present files is that.
    pub moved_from: Option<String>,
}

/// The evidence that decided.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum How {
    /// Nothing known is like it.
    New,
    /// It declares the item's id.
    Declared,
    /// Same title and text.
    SameText,
    /// Same title and text with another date.
    Redated,
    /// Same text under another title.
    Retitled,
    /// Same address elsewhere.
    Link,
    /// A text this alike, in percent.
    Alike(u8),
    /// Its file could not be read, so it stays as it was.
    Stands,
    /// No file holds it any more.
    Gone,
    /// Its author made it a draft again.
    Unfinished,
    /// Its author put it under embargo again.
    Embargoed,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.how {
            How::New => f.write_str("nothing published before is like it")?,
            How::Declared => f.write_str("it declares this id")?,
            How::SameText => f.write_str("same title and text as before")?,
            How::Redated => f.write_str("same title and text as before, with another date")?,
            How::Retitled => f.write_str("same text as before, under another title")?,
            How::Link => f.write_str("same address elsewhere as before")?,
            How::Alike(percent) => write!(f, "{percent} % alike to what was published before")?,
            How::Stands => f.write_str("its file could not be read, so it stays as it was")?,
            How::Gone => f.write_str("no file holds it any more")?,
            How::Unfinished => f.write_str("its author made it a draft again")?,
            How::Embargoed => f.write_str("its author put it under embargo again")?,
        }
        match &self.moved_from {
            Some(path) => write!(f, ", formerly in {path}"),
            None => Ok(()),
        }
    }
}
