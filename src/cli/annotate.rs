//! Problems in the forms that pipelines read.

use std::path::{Path, PathBuf};

use clap::ValueEnum;
use serde_json::{Value, json};

use super::{report, setup};
use crate::config;
use crate::problem::{Problem, Severity};
use crate::{site, text};

/// How problems are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// file:line:column: severity: message
    Text,
    /// One JSON object a line
    Json,
    /// A SARIF 2.1.0 log, for code scanning
    Sarif,
    /// Workflow commands that annotate the lines of a pull request
    Github,
}

impl Format {
    /// Shows all problems. Programs are told files as they lie from the working directory.
    pub fn show(self, problems: &[Problem], settings: &config::Settings) {
        let places = Places::new(settings);
        match self {
            Format::Text => problems.iter().for_each(|problem| report::line(&report::problem(problem))),
            Format::Json => problems.iter().for_each(|problem| report::line(&object(problem, &places).to_string())),
            Format::Sarif => report::line(&format!("{:#}", sarif(problems, &places))),
            Format::Github => problems.iter().for_each(|problem| report::line(&annotation(problem, &places))),
        }
    }
}

/// Where the files that problems name lie.
struct Places {
    /// What stands before a folder's files in a problem's path, and the folder.
    folders: Vec<(String, PathBuf)>,
    working: Option<PathBuf>,
}

impl Places {
    fn new(settings: &config::Settings) -> Self {
        let folders = setup::press(settings, site::Parts::Feeds).folders;
        let folders = folders.into_iter().map(|folder| (folder.prefix, folder.files.root)).collect();
        Self { folders, working: std::env::current_dir().ok() }
    }

    /// The file of a problem, relative to the working directory where it lies below.
    fn of(&self, problem: &Problem) -> String {
        let place = self.folders.iter().find_map(|(prefix, root)| Some(root.join(problem.path.strip_prefix(prefix)?)));
        let place = place.unwrap_or_else(|| PathBuf::from(&problem.path));
        let below = self.working.as_ref().and_then(|working| place.strip_prefix(working).ok());
        below.unwrap_or(&place).to_string_lossy().into_owned()
    }
}

fn object(problem: &Problem, places: &Places) -> Value {
    Problem { path: places.of(problem), ..problem.clone() }.to_json()
}

/// A log with one run (SARIF 2.1.0, section 3.13); its level words are the severities.
fn sarif(problems: &[Problem], places: &Places) -> Value {
    let result = |problem: &Problem| {
        let file = places.of(problem);
        let scheme = if Path::new(&file).is_absolute() { "file://" } else { "" };
        let mut place = json!({"artifactLocation": {"uri": format!("{scheme}{}", text::percent_encode(&file))}});
        if problem.line > 0 {
            place["region"] = json!({"startLine": problem.line});
            if problem.column > 0 {
                place["region"]["startColumn"] = json!(problem.column);
            }
        }
        json!({
            "ruleId": "release",
            "level": problem.severity.as_str(),
            "message": {"text": problem.message},
            "locations": [{"physicalLocation": place}],
        })
    };
    let rule =
        json!({"id": "release", "shortDescription": {"text": "A release file that may be read otherwise than meant"}});
    let driver = json!({"name": "feedroom", "version": env!("CARGO_PKG_VERSION"), "rules": [rule]});
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": driver},
            "columnKind": "unicodeCodePoints",
            "results": problems.iter().map(result).collect::<Vec<_>>(),
        }],
    })
}

/// A workflow command; in its values `%`, line breaks and, in properties, `:` and `,` are escaped.
fn annotation(problem: &Problem, places: &Places) -> String {
    let plain = |text: &str| text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    let property = |text: &str| plain(text).replace(':', "%3A").replace(',', "%2C");
    let word = match problem.severity {
        Severity::Note => "notice",
        other => other.as_str(),
    };
    let mut place = format!("file={}", property(&places.of(problem)));
    if problem.line > 0 {
        place.push_str(&format!(",line={}", problem.line));
        if problem.column > 0 {
            place.push_str(&format!(",col={}", problem.column));
        }
    }
    format!("::{word} {place}::{}", plain(&problem.message))
}
