//! `feedroom completions` and `feedroom man`: made from the same source as `--help`.

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use super::{Cli, Exit, report};

/// Prints completions for a shell.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  feedroom completions bash > /usr/share/bash-completion/completions/feedroom")]
pub(super) struct Completions {
    /// The shell
    shell: Shell,
}

impl Completions {
    pub fn run(self) -> Exit {
        let mut out = Vec::new();
        clap_complete::generate(self.shell, &mut Cli::command(), "feedroom", &mut out);
        report::line(String::from_utf8_lossy(&out).trim_end());
        Exit::Done
    }
}

/// Prints the manual page, in roff.
pub(super) fn man() -> Exit {
    let mut out = Vec::new();
    if clap_mangen::Man::new(Cli::command()).render(&mut out).is_err() {
        return Exit::Failed;
    }
    report::line(String::from_utf8_lossy(&out).trim_end());
    Exit::Done
}
