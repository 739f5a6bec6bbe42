//! The command line: one file a command. What the user typed (low) is turned into what the program means (high) here;
//! everything is shown here and nowhere else.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

mod annotate;
mod check;
mod check_url;
mod config;
mod diff;
mod explain;
mod generate;
mod init;
mod items;
mod ledger;
mod log;
mod publish;
mod report;
mod serve;
mod setup;
mod shell;

/// How a command ended; the numbers are part of the contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// Done.
    Done = 0,
    /// Done, but with problems in the input.
    Problems = 1,
    /// Wrong usage or configuration; nothing was touched.
    Usage = 2,
    /// Could not run: port in use, state locked, disk full.
    Failed = 3,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(exit as u8)
    }
}

const EXIT_CODES: &str = "Exit codes: 0 done, 1 done but with problems in the input, 2 wrong usage or configuration, \
                          3 could not run (port in use, state locked, disk full).";

/// Turns a folder of release files into RSS, Atom and JSON Feed per topic.
#[derive(Debug, Parser)]
#[command(name = "feedroom", version = env!("FEEDROOM_VERSION"), max_term_width = 100, after_help = EXIT_CODES)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the feeds, and keep them up with the folder
    Serve(serve::Serve),
    /// Write the feeds and pages into a directory, once
    Generate(generate::Generate),
    /// Say what is wrong with the release files, as file:line:column; of a URL: what readers get there
    Check(check::Check),
    /// Show the items derived from files, and why each has its title, date, topics and id
    Explain(explain::Explain),
    /// Show what publishing now would change in each feed
    Diff(diff::Diff),
    /// List what the ledger holds
    Items(items::Items),
    /// Back up, restore, adopt or confirm the record of what was published
    Ledger(ledger::Ledger),
    /// Publish the site to a bucket, once
    Publish(publish::Publish),
    /// Print the settings in force, and where each value came from
    Config(config::Config),
    /// Make a newsroom that works at once
    Init(init::Init),
    /// Print completions for a shell
    Completions(shell::Completions),
    /// Print the manual page, or write one for each command
    Man(shell::Man),
}

/// Where the releases are and how they are set up; shared by most commands.
#[derive(Debug, Clone, Default, Args)]
struct Source {
    /// A folder of releases, without a configuration: each subfolder is a topic
    #[arg(conflicts_with = "config")]
    path: Option<PathBuf>,
    #[command(flatten)]
    house: House,
}

/// How a newsroom is set up, and where it keeps its record.
#[derive(Debug, Clone, Default, Args)]
struct House {
    /// The configuration; else $FEEDROOM_CONFIG, ./feedroom.toml, ./config/feedroom.toml, /etc/feedroom/feedroom.toml
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The public address that feeds and pages link to
    #[arg(long, value_name = "URL")]
    base_url: Option<String>,
    /// Where the record of what was published is kept
    #[arg(long, value_name = "DIR")]
    state: Option<PathBuf>,
    /// Keep no record: ids come from the content alone
    #[arg(long, conflicts_with = "state")]
    ephemeral: bool,
}

/// Runs the command line of the process and gives its exit code.
pub fn main() -> ExitCode {
    run(std::env::args_os()).into()
}

/// Runs a command line, program name first.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> Exit {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => {
            let help = !error.use_stderr();
            // A closed pipe is the reader's choice, not a failure.
            let _ = error.print();
            return if help { Exit::Done } else { Exit::Usage };
        }
    };
    match cli.command {
        Command::Serve(command) => command.run(),
        Command::Generate(command) => command.run(),
        Command::Check(command) => command.run(),
        Command::Explain(command) => command.run(),
        Command::Diff(command) => command.run(),
        Command::Items(command) => command.run(),
        Command::Ledger(command) => command.run(),
        Command::Publish(command) => command.run(),
        Command::Config(command) => command.run(),
        Command::Init(command) => command.run(),
        Command::Completions(command) => command.run(),
        Command::Man(command) => command.run(),
    }
}
