//! `feedroom completions` and `feedroom man`: made from the same source as `--help`.

use std::path::PathBuf;

use clap::{Args, Command, CommandFactory};
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

/// Prints the manual page, or writes one for each command.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  feedroom man | man -l -\n  feedroom man --dir /usr/local/share/man/man1")]
pub(super) struct Man {
    /// Write feedroom.1, feedroom-serve.1 and so on into this folder
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
}

impl Man {
    pub fn run(self) -> Exit {
        let mut root = Cli::command().disable_help_subcommand(true);
        root.build();
        let Some(dir) = self.dir else {
            report::line(page(&root).trim_end());
            return Exit::Done;
        };
        let mut open = vec![root];
        while let Some(command) = open.pop() {
            let name = command.get_display_name().unwrap_or_else(|| command.get_name());
            let path = dir.join(format!("{name}.1"));
            let written = std::fs::create_dir_all(&dir).and_then(|()| std::fs::write(&path, page(&command)));
            if let Err(error) = written {
                report::error(&format!("error: cannot write {}: {error}", path.display()));
                return Exit::Failed;
            }
            open.extend(command.get_subcommands().cloned());
        }
        Exit::Done
    }
}

/// The manual page of one command, in roff: what `--help` says, examples line by line.
fn page(command: &Command) -> String {
    let name = command.get_display_name().unwrap_or_else(|| command.get_name()).to_string();
    let notes = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    let man = clap_mangen::Man::new(command.clone())
        .title(name)
        .source(format!("feedroom {}", env!("CARGO_PKG_VERSION")))
        .manual("feedroom");
    let mut out = Vec::new();
    // Writing to a Vec can't fail.
    let _ = man.render_title(&mut out);
    let _ = man.render_name_section(&mut out);
    let _ = man.render_synopsis_section(&mut out);
    let _ = man.render_description_section(&mut out);
    let _ = man.render_options_section(&mut out);
    if command.has_subcommands() {
        let _ = man.render_subcommands_section(&mut out);
    }
    let mut page = String::from_utf8_lossy(&out).into_owned();
    if !notes.is_empty() {
        page.push_str(".SH NOTES\n.nf\n");
        for line in notes.lines() {
            // A dot or a quote at its beginning would be a request; `\&` is nothing that is printed.
            page.push_str("\\&");
            page.push_str(&line.replace('\\', "\\e").replace('-', "\\-"));
            page.push('\n');
        }
        page.push_str(".fi\n");
    }
    page
}
