//! Problems: what is wrong with an input, as data.
//!
//! A problem never stops a run. Each room returns what it could read together with the problems it met; the
//! edge (a command, the log, a status page) decides how to show them.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// How much a problem matters to the person who owns the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Severity {
    /// Worth knowing; nothing is wrong and no exit code changes.
    Note,
    /// Something was read otherwise than the author may have meant.
    Warning,
    /// Something could not be read, or is not published because of it.
    Error,
}

impl Severity {
    /// The lower-case word used in every output.
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Note => "note",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

/// One thing wrong with one input file, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Problem {
    /// The file, relative to its folder, with `/` between the parts.
    pub path: String,
    /// 1-based line; 0 where the whole file is meant.
    pub line: u32,
    /// 1-based column in characters; 0 where the whole line is meant.
    pub column: u32,
    /// How much it matters.
    pub severity: Severity,
    /// What is wrong and what to do, one sentence without a full stop at the end.
    pub message: String,
}

impl Problem {
    /// A problem of the given severity with a whole file.
    pub fn new(severity: Severity, path: impl Into<String>, message: impl Into<String>) -> Self {
        Self { path: path.into(), line: 0, column: 0, severity, message: message.into() }
    }

    /// A note about a whole file.
    pub fn note(path: impl Into<String>, message: impl Into<String>) -> Self {
        Self::new(Severity::Note, path, message)
    }

    /// A warning about a whole file.
    pub fn warning(path: impl Into<String>, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, path, message)
    }

    /// An error of a whole file.
    pub fn error(path: impl Into<String>, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, path, message)
    }

    /// The same problem at a line and column (1-based; column 0 means the whole line).
    pub fn at(mut self, line: u32, column: u32) -> Self {
        self.line = line;
        self.column = column;
        self
    }

    /// An object with `file`, `severity`, `message`, and `line` and `column` where there are any.
    pub fn to_json(&self) -> Value {
        let mut object = json!({"file": self.path, "severity": self.severity.as_str(), "message": self.message});
        for (key, place) in [("line", self.line), ("column", self.column)] {
            if place > 0 {
                object[key] = place.into();
            }
        }
        object
    }
}

/// `path:line:column: severity: message`, as compilers print; parts that are 0 are left out.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.path)?;
        if self.line > 0 {
            write!(f, ":{}", self.line)?;
            if self.column > 0 {
                write!(f, ":{}", self.column)?;
            }
        }
        write!(f, ": {}: {}", self.severity.as_str(), self.message)
    }
}
