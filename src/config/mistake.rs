//! What is wrong with a configuration, all of it at once, each mistake with its line shown and marked.

use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

use crate::problem::Problem;

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Origin {
    /// Nobody said anything.
    Default,
    /// A byte range of the file.
    File(Range<usize>),
    /// An environment variable, by its name.
    Environment(String),
    /// A flag, by its name.
    Flag(String),
}

impl Origin {
    /// The words for it: `default`, `feedroom.toml:12`, `$FEEDROOM_LISTEN`, `--listen`.
    pub(super) fn describe(&self, path: Option<&Path>, text: &str) -> String {
        match self {
            Origin::Default => "default".to_string(),
            Origin::File(range) => {
                let line = 1 + text.as_bytes().iter().take(range.start).filter(|&&b| b == b'\n').count();
                let name = path.and_then(Path::file_name).map(|name| name.to_string_lossy().into_owned());
                format!("{}:{line}", name.unwrap_or_default())
            }
            Origin::Environment(name) => format!("${name}"),
            Origin::Flag(name) => name.clone(),
        }
    }
}

/// One mistake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mistake {
    /// Where.
    pub(super) at: Origin,
    /// What is wrong.
    pub(super) message: String,
    /// What to do.
    pub(super) advice: String,
}

impl Mistake {
    pub(super) fn new(at: &Origin, message: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { at: at.clone(), message: message.into(), advice: advice.into() }
    }

    pub(super) fn span(at: Range<usize>, message: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { at: Origin::File(at), message: message.into(), advice: advice.into() }
    }
}

/// Whether text goes to a terminal that shows colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colour {
    /// Plain text.
    Never,
    /// ANSI escapes.
    Always,
}

/// Everything that is wrong with a configuration. Its `Display` shows all of it as plain text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    path: Option<PathBuf>,
    text: String,
    mistakes: Vec<Mistake>,
}

impl ConfigError {
    /// Mistakes in the text of one file, put in the order of the file.
    pub(super) fn new(path: Option<&Path>, text: &str, mut mistakes: Vec<Mistake>) -> Self {
        mistakes.sort_by_key(|mistake| match &mistake.at {
            Origin::File(range) => (0, range.start),
            _ => (1, 0),
        });
        Self { path: path.map(Path::to_path_buf), text: text.to_string(), mistakes }
    }

    /// A mistake that is not in the text of a file, and what to do about it.
    pub fn plain(message: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { path: None, text: String::new(), mistakes: vec![Mistake::new(&Origin::Default, message, advice)] }
    }

    /// How many mistakes there are; at least one.
    pub fn count(&self) -> usize {
        self.mistakes.len()
    }

    /// The messages alone, in the order of the file, for a status line or a log.
    pub fn messages(&self) -> impl Iterator<Item = &str> {
        self.mistakes.iter().map(|mistake| mistake.message.as_str())
    }

    /// The mistakes as problems of the file, or of whatever each stands in: `$FEEDROOM_LISTEN`, `--listen`.
    pub fn problems(&self) -> Vec<Problem> {
        let file = self.path.as_deref().map_or_else(|| "configuration".into(), Path::to_string_lossy);
        let one = |mistake: &Mistake| {
            let message = format!("{}: {}", mistake.message, mistake.advice);
            match &mistake.at {
                Origin::File(range) => {
                    let before = &self.text[..self.printable(range).start];
                    let line = 1 + before.matches('\n').count();
                    let column = 1 + before.rsplit('\n').next().unwrap_or_default().chars().count();
                    Problem::error(file.clone(), message).at(line as u32, column as u32)
                }
                Origin::Environment(name) => Problem::error(format!("${name}"), message),
                Origin::Flag(name) => Problem::error(name.as_str(), message),
                Origin::Default => Problem::error(file.clone(), message),
            }
        };
        self.mistakes.iter().map(one).collect()
    }

    /// All mistakes as shown to a person, with no line break at the end.
    pub fn show(&self, colour: Colour) -> String {
        let renderer = match colour {
            Colour::Never => Renderer::plain(),
            Colour::Always => Renderer::styled(),
        };
        let path = self.path.as_deref().map(|path| path.to_string_lossy().into_owned());
        let shown: Vec<String> = self.mistakes.iter().map(|one| self.one(one, path.as_deref(), &renderer)).collect();
        shown.join("\n\n")
    }

    fn one(&self, mistake: &Mistake, path: Option<&str>, renderer: &Renderer) -> String {
        let title = Level::ERROR.primary_title(&mistake.message);
        let advice = || Level::HELP.message(&mistake.advice);
        let group = match &mistake.at {
            Origin::File(range) => {
                let mark = AnnotationKind::Primary.span(self.printable(range));
                let snippet = Snippet::source(self.text.as_str()).path(path);
                title.element(snippet.annotation(mark.label(&mistake.advice)))
            }
            Origin::Environment(name) => {
                title.element(Level::NOTE.message(format!("it stands in the environment, ${name}"))).element(advice())
            }
            Origin::Flag(name) => {
                title.element(Level::NOTE.message(format!("it stands on the command line, {name}"))).element(advice())
            }
            Origin::Default => title.element(advice()),
        };
        renderer.render(&[group]).trim_end().to_string()
    }

    /// A range that can be marked: inside the text, on character boundaries, of one line, not empty where possible.
    fn printable(&self, range: &Range<usize>) -> Range<usize> {
        let floor = |mut at: usize| {
            at = at.min(self.text.len());
            while !self.text.is_char_boundary(at) {
                at -= 1;
            }
            at
        };
        let start = floor(range.start);
        let line_end = self.text[start..].find('\n').map_or(self.text.len(), |length| start + length);
        let end = floor(range.end.max(start)).min(line_end.max(start));
        start..end
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.show(Colour::Never))
    }
}

impl std::error::Error for ConfigError {}

/// The known names nearest to one that is not known, at most `limit`, all equally near; empty where none is near.
///
/// Near is a third of the letters wrong at most (transpositions count once), or one name holding the other.
pub(super) fn nearest<'n>(name: &str, known: impl IntoIterator<Item = &'n str>, limit: usize) -> Vec<&'n str> {
    let plain = |text: &str| text.to_lowercase().replace(['-', ' '], "_");
    let name = plain(name);
    let mut found: Vec<(usize, &str)> = Vec::new();
    for candidate in known {
        let other = plain(candidate);
        let distance = strsim::damerau_levenshtein(&name, &other);
        let near = distance <= (name.chars().count().max(3) / 3).min(4);
        let holds = name.len() > 2 && other.len() > 2 && (other.contains(&name) || name.contains(&other));
        if near || holds {
            found.push((if near { distance } else { distance + 100 }, candidate));
        }
    }
    found.sort();
    let best = found.first().map_or(0, |(distance, _)| *distance);
    found.into_iter().take_while(|(distance, _)| *distance == best).take(limit).map(|(_, name)| name).collect()
}

/// ``did you mean `a` or `b`?`` for names; `None` for no names.
pub(super) fn did_you_mean(names: &[&str]) -> Option<String> {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    let (last, others) = quoted.split_last()?;
    Some(match others {
        [] => format!("did you mean {last}?"),
        _ => format!("did you mean {} or {last}?", others.join(", ")),
    })
}
