//! Topics at work: which of them there are, and which items they claim.

use std::collections::BTreeSet;

use super::{Settings, TopicSource};
use crate::edition::Topic;
use crate::item::Draft;
use crate::topic::{Rule, Topics};

/// The topics in order, and what they claim.
#[derive(Debug, Clone)]
pub struct Claims {
    pub(super) topics: Vec<Topic>,
    pub(super) rules: Topics,
}

impl Claims {
    /// The topics of the settings. Where subfolders make them, these are those that the paths lie in.
    ///
    /// A rule's folders are those below each of the folders that releases come from.
    pub(super) fn new(settings: &Settings, paths: &[String]) -> Self {
        let topics = match &settings.topics {
            TopicSource::Configured(topics) => topics.clone(),
            TopicSource::Subfolders(make) => {
                let paths: BTreeSet<&str> = paths.iter().map(|path| within(settings, path)).collect();
                make(&paths.into_iter().collect::<Vec<_>>())
            }
        };
        let (topics, mut rules): (Vec<Topic>, Vec<Rule>) = topics.into_iter().unzip();
        for rule in &mut rules {
            let below = |folder: &String| -> Vec<String> {
                let folder = folder.trim_matches('/');
                settings.folders.iter().map(|of| format!("{}{folder}", of.prefix)).collect()
            };
            rule.folders = rule.folders.iter().flat_map(below).collect();
        }
        // The configuration was checked; topics made of subfolders name no others.
        Self { topics, rules: Topics::compile(&rules).unwrap_or_default() }
    }

    /// The slugs of the topics that claim a draft, in the order of the topics.
    pub fn on(&self, draft: &Draft) -> Vec<String> {
        self.rules.claim(draft).into_iter().map(|at| self.topics[at].slug.clone()).collect()
    }
}

/// A path without the prefix of its folder.
fn within<'p>(settings: &Settings, path: &'p str) -> &'p str {
    let prefixes = settings.folders.iter().map(|folder| folder.prefix.as_str()).filter(|prefix| !prefix.is_empty());
    prefixes.filter_map(|prefix| path.strip_prefix(prefix)).next().unwrap_or(path)
}
