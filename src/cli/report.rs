//! What is shown: problems, summaries, progress. The only file that writes to the terminal.

use std::io::{IsTerminal, Write};
use std::time::Duration;

use anstyle::{AnsiColor, Style};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::Exit;
use crate::problem::{Problem, Severity};

/// A line on standard output. A closed pipe is the reader's choice and ends nothing.
pub(super) fn line(text: &str) {
    let _ = writeln!(anstream::stdout(), "{text}");
}

/// A line on standard error.
pub(super) fn error(text: &str) {
    let _ = writeln!(anstream::stderr(), "{text}");
}

/// Whether standard error takes colours (a terminal, `NO_COLOR` unset).
pub(super) fn is_coloured() -> bool {
    anstream::stderr().current_choice() != anstream::ColorChoice::Never
}

/// A text in bold, where the terminal shows it.
pub(super) fn bold(text: &str) -> String {
    let style = Style::new().bold();
    format!("{style}{text}{style:#}")
}

/// A text in a weaker tone, where the terminal shows it.
pub(super) fn dim(text: &str) -> String {
    let style = Style::new().dimmed();
    format!("{style}{text}{style:#}")
}

/// A problem as compilers print it.
pub(super) fn problem(problem: &Problem) -> String {
    let colour = match problem.severity {
        Severity::Error => AnsiColor::Red,
        Severity::Warning => AnsiColor::Yellow,
        Severity::Note => AnsiColor::Cyan,
    };
    let style = Style::new().bold().fg_color(Some(colour.into()));
    let shown = problem.to_string();
    let word = problem.severity.as_str();
    shown.replacen(&format!(": {word}: "), &format!(": {style}{word}{style:#}: "), 1)
}

/// The exit code that problems ask for: notes ask for none.
pub(super) fn exit_of(problems: &[Problem]) -> Exit {
    if problems.iter().any(|p| p.severity > Severity::Note) { Exit::Problems } else { Exit::Done }
}

/// A count with its noun.
pub(super) fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// Problems in numbers: what matters, and the notes beside it.
pub(super) fn tally(problems: &[Problem]) -> String {
    let notes = problems.iter().filter(|p| p.severity == Severity::Note).count();
    let serious = count(problems.len() - notes, "problem", "problems");
    if notes == 0 { serious } else { format!("{serious}, {}", count(notes, "note", "notes")) }
}

/// A progress bar that shows only on a terminal, and only once the work has taken a second.
pub(super) struct Bar {
    bar: ProgressBar,
    started: std::time::Instant,
}

impl Bar {
    /// A bar with nothing done.
    pub fn new() -> Self {
        Self::named("reading")
    }

    /// The same for other work.
    pub fn named(work: &'static str) -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        let style =
            ProgressStyle::with_template("{msg} {bar:32} {pos}/{len}").unwrap_or_else(|_| ProgressStyle::default_bar());
        bar.set_style(style);
        bar.set_message(work);
        Self { bar, started: std::time::Instant::now() }
    }

    /// Tells how far the work has come.
    pub fn update(&self, done: usize, of: usize) {
        self.bar.set_length(of as u64);
        self.bar.set_position(done as u64);
        if self.bar.is_hidden() && self.started.elapsed() > Duration::from_secs(1) && std::io::stderr().is_terminal() {
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
    }

    /// Takes the bar away.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
