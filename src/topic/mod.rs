//! Topics: rules that claim items by folder, tag and words, and expressions over other topics.
//!
//! Drafts go in, positions of topics come out. This room knows nothing of feeds.

/// A topic's rule as configured.
///
/// An item is claimed when any of `folders`, `tags`, `words` or `any` claims it, or every topic of a non-empty
/// `all` does; and no topic of `none` does.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rule {
    /// The topic's slug.
    pub slug: String,
    /// Folders relative to the root, e.g. `energy` or `regions/north`; an item of a file below one is claimed.
    pub folders: Vec<String>,
    /// Tags, compared by [`crate::text::fold`].
    pub tags: Vec<String>,
    /// Words and phrases of title and body: whole words, `parliament*` as prefix, case folded.
    pub words: Vec<String>,
    /// Slugs of other topics: any of them claims.
    pub any: Vec<String>,
    /// Slugs of other topics: all of them together claim.
    pub all: Vec<String>,
    /// Slugs of other topics: none of them may claim.
    pub none: Vec<String>,
}
