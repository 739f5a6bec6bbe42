//! Topics: rules that claim items by folder, tag and words, and expressions over other topics.
//!
//! Drafts go in, positions of topics come out. This room knows nothing of feeds.

use crate::item::Draft;
use crate::text::fold;

mod words;

use words::Pattern;

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

/// Rules made ready to claim.
#[derive(Debug, Clone, Default)]
pub struct Topics {
    rules: Vec<Compiled>,
    /// Positions in an order in which every topic comes after those that it names.
    order: Vec<usize>,
}

#[derive(Debug, Clone)]
struct Compiled {
    folders: Vec<String>,
    tags: Vec<String>,
    words: Vec<Pattern>,
    any: Vec<usize>,
    all: Vec<usize>,
    none: Vec<usize>,
}

/// A rule that can't be used: the position of the rule and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadRule {
    /// Position in the list given to [`Topics::compile`].
    pub rule: usize,
    /// What is wrong.
    pub message: String,
}

impl Topics {
    /// Makes rules ready: looks up the slugs that they name, and finds an order without circles.
    ///
    /// # Errors
    /// Every rule that names an unknown topic, and every rule that depends on itself.
    pub fn compile(rules: &[Rule]) -> Result<Self, Vec<BadRule>> {
        let mut bad = Vec::new();
        let mut compiled = Vec::with_capacity(rules.len());
        for (at, rule) in rules.iter().enumerate() {
            let mut look_up = |slugs: &[String]| -> Vec<usize> {
                slugs
                    .iter()
                    .filter_map(|slug| {
                        let found = rules.iter().position(|other| other.slug == *slug);
                        if found.is_none() {
                            bad.push(BadRule { rule: at, message: format!("there is no topic `{slug}`") });
                        }
                        found
                    })
                    .collect()
            };
            compiled.push(Compiled {
                any: look_up(&rule.any),
                all: look_up(&rule.all),
                none: look_up(&rule.none),
                folders: rule.folders.iter().map(|f| f.trim_matches('/').to_string()).collect(),
                tags: rule.tags.iter().map(|tag| fold(tag)).collect(),
                words: rule.words.iter().filter_map(|word| Pattern::new(word)).collect(),
            });
        }
        let mut order = Vec::with_capacity(compiled.len());
        let mut placed = vec![false; compiled.len()];
        loop {
            let before = order.len();
            for (at, rule) in compiled.iter().enumerate() {
                let ready = rule.any.iter().chain(&rule.all).chain(&rule.none).all(|&other| placed[other]);
                if !placed[at] && ready {
                    placed[at] = true;
                    order.push(at);
                }
            }
            if order.len() == before {
                break;
            }
        }
        bad.extend((0..compiled.len()).filter(|&at| !placed[at]).map(|at| BadRule {
            rule: at,
            message: format!(
                "the topic `{}` depends on itself: take it out of the topics that it names",
                rules[at].slug
            ),
        }));
        if bad.is_empty() { Ok(Self { rules: compiled, order }) } else { Err(bad) }
    }

    /// The positions of the topics that claim a draft, ascending.
    pub fn claim(&self, draft: &Draft) -> Vec<usize> {
        let tags: Vec<String> = draft.tags.iter().map(|tag| fold(tag)).collect();
        let needs_words = self.rules.iter().any(|rule| !rule.words.is_empty());
        let text =
            if needs_words { format!(" {} {} ", fold(&draft.title), fold(&draft.body_text)) } else { String::new() };
        let mut claimed = vec![false; self.rules.len()];
        for &at in &self.order {
            let rule = &self.rules[at];
            let claims = rule.folders.iter().any(|folder| draft.sources.iter().any(|s| is_below(&s.path, folder)))
                || rule.tags.iter().any(|tag| tags.contains(tag))
                || rule.words.iter().any(|word| word.is_in(&text))
                || rule.any.iter().any(|&other| claimed[other])
                || (!rule.all.is_empty() && rule.all.iter().all(|&other| claimed[other]));
            claimed[at] = claims && !rule.none.iter().any(|&other| claimed[other]);
        }
        (0..claimed.len()).filter(|&at| claimed[at]).collect()
    }
}

fn is_below(path: &str, folder: &str) -> bool {
    folder.is_empty() || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}
