//! Every command and configuration that the README and `docs/` show is run, page by page, in a folder of its own.
//!
//! What a fenced block is, its language or a comment on the line above tells:
//!
//! - `console`: lines behind `$` are typed into one shell a page, the lines below are what it says; `…` is anything.
//!   A command that ends in `&` is a daemon. One that fails must be followed by `$ echo $?`.
//! - `<!-- file: NAME -->`: the block is written to this file, where the shell stands.
//! - `<!-- needs: PROGRAM -->`: the block is left out where the program is not there; `.ci/run` installs all of them.
//! - `<!-- same as: FILE -->`: the block is this file of the repository.
//! - `<!-- not run: REASON -->`: it can't be run here.
//! - `toml` without a comment: a part of a configuration, without mistakes.
//!
//! `UPDATE_GOLDEN=1` writes what is said now into the pages; read the difference before it is committed.

#![allow(clippy::unwrap_used, reason = "a helper of tests may fail as a test may")]

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use crate::binary::{Newsroom, PATIENCE};

/// The port that the pages show.
const PORT: &str = "8080";

/// A fenced block.
struct Block {
    language: String,
    /// What the comment above says: a word and its value.
    note: Option<(String, String)>,
    /// Its lines, as numbers of the page's lines.
    lines: std::ops::Range<usize>,
}

fn blocks(page: &[String]) -> Vec<Block> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < page.len() {
        let Some(language) = page[at].strip_prefix("```") else {
            at += 1;
            continue;
        };
        let above = page[..at].iter().rev().find(|line| !line.is_empty());
        let note = above.and_then(|line| line.strip_prefix("<!-- ")?.strip_suffix(" -->")?.split_once(": "));
        let end = at + 1 + page[at + 1..].iter().position(|line| line.starts_with("```")).expect("an open block");
        let note = note.map(|(word, value)| (word.to_string(), value.to_string()));
        found.push(Block { language: language.to_string(), note, lines: at + 1..end });
        at = end + 1;
    }
    found
}

/// A shell that is typed into.
struct Shell {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    port: String,
    daemons: usize,
}

impl Shell {
    fn new(room: &Newsroom) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port().to_string();
        let programs = Path::new(env!("CARGO_BIN_EXE_feedroom")).parent().unwrap();
        let path = format!("{}:{}", programs.display(), std::env::var("PATH").unwrap_or_default());
        let mut command = Command::new("bash");
        command.args(["--noprofile", "--norc"]).current_dir(room.path(".")).env_clear();
        command.env("PATH", path).env("HOME", room.path(".")).env("LC_ALL", "C.UTF-8");
        command.env("FEEDROOM_LISTEN", format!("127.0.0.1:{port}"));
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let (input, output) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
        let mut shell = Self { child, input, output, port, daemons: 0 };
        shell.run("exec 2>&1; trap 'kill $(jobs -p) 2>/dev/null; wait' EXIT");
        shell
    }

    /// What a command says, and its exit code.
    fn run(&mut self, command: &str) -> (String, i32) {
        let command = command.replace(PORT, &self.port);
        writeln!(self.input, "{command}\nprintf '\\001%s\\n' $?").unwrap();
        let (mut said, mut line) = (String::new(), String::new());
        loop {
            line.clear();
            assert!(self.output.read_line(&mut line).unwrap() > 0, "the shell ended: {command}\n{said}");
            if let Some((rest, code)) = line.split_once('\u{1}') {
                said.push_str(rest);
                return (said.replace(&self.port, PORT), code.trim().parse().unwrap());
            }
            said.push_str(&line);
        }
    }

    /// Starts a daemon and waits until it has said where it listens.
    fn start(&mut self, command: &str) -> (String, i32) {
        self.daemons += 1;
        let log = format!("\"$HOME/daemon-{}.log\"", self.daemons);
        let wait = format!("until grep -q 'subscribe to' {log} || ! kill -0 $!; do sleep 0.05; done; cat {log}");
        self.run(&format!("{} >{log} 2>&1 &\n{wait}", command.trim_end_matches('&').trim_end()))
    }
}

impl Drop for Shell {
    fn drop(&mut self) {
        let _ = writeln!(self.input, "exit");
        let _ = self.child.wait();
    }
}

/// Whether a text is as expected; `…` stands for anything.
fn is_as(expected: &str, said: &str) -> bool {
    let mut parts = expected.split('…');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = said.strip_prefix(first) else { return false };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else { return rest.is_empty() };
    for part in middle {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last)
}

/// Types a console block; the lines that it should be.
fn console(shell: &mut Shell, lines: &[String], wrong: &mut Vec<String>) -> Vec<String> {
    let mut as_said = Vec::new();
    let (mut at, mut last) = (0, 0);
    let mut configured = false;
    while at < lines.len() {
        let Some(command) = lines[at].strip_prefix("$ ") else {
            wrong.push(format!("a console begins with `$ `: {}", lines[at]));
            return lines.to_vec();
        };
        let end = at + 1 + lines[at + 1..].iter().take_while(|line| !line.starts_with("$ ")).count();
        let expected = lines[at + 1..end].iter().map(|line| format!("{line}\n")).collect::<String>();
        // What a reader sees follows the folder, but takes its moment.
        let follows = command.starts_with("curl") || command.starts_with("newsboat");
        if follows && configured {
            wrong.push(format!("$ {command}\ncomes too early: the configuration is looked at every two seconds"));
        }
        let began = Instant::now();
        let (said, code) = loop {
            let (said, code) = match command {
                "echo $?" => (format!("{last}\n"), 0),
                _ if command.ends_with('&') => shell.start(command),
                _ => shell.run(command),
            };
            if is_as(&expected, &said) || !follows || began.elapsed() > PATIENCE {
                break (said, code);
            }
            std::thread::sleep(Duration::from_millis(50));
        };
        configured = (configured || command.contains("> feedroom.toml")) && !command.starts_with("sleep");
        as_said.push(lines[at].clone());
        let is_told = lines.get(end).is_some_and(|next| next == "$ echo $?");
        if code != 0 && !is_told {
            wrong.push(format!("$ {command}\nexits with {code}:\n{said}"));
        }
        if is_as(&expected, &said) {
            as_said.extend(lines[at + 1..end].iter().cloned());
        } else {
            wrong.push(format!("$ {command}\nsaid:\n{said}instead of:\n{expected}"));
            as_said.extend(said.lines().map(String::from));
        }
        last = code;
        at = end;
    }
    as_said
}

/// Runs a page in a folder of its own; what is wrong with it.
fn run(page: &Path) -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut lines: Vec<String> = fs::read_to_string(page).unwrap().lines().map(String::from).collect();
    let room = Newsroom::new();
    let mut shell = Shell::new(&room);
    let mut wrong = Vec::new();
    let mut update = Vec::new();
    for block in blocks(&lines) {
        let text = lines[block.lines.clone()].join("\n") + "\n";
        let note = block.note.as_ref().map(|(word, value)| (word.as_str(), value.as_str()));
        match (block.language.as_str(), note) {
            (_, Some(("not run", reason))) if !reason.trim().is_empty() => {}
            (_, Some(("same as", file))) => {
                if fs::read_to_string(root.join(file)).unwrap_or_default() != text {
                    wrong.push(format!("the block is not {file}"));
                }
            }
            (_, Some(("file", name))) => {
                let text = format!("mkdir -p \"$(dirname {name})\"; cat >{name} <<'END-OF-BLOCK'\n{text}END-OF-BLOCK");
                shell.run(&text);
            }
            ("console", Some(("needs", program))) if shell.run(&format!("command -v {program}")).1 != 0 => {
                println!("SKIPPED: there is no {program} on this machine");
            }
            ("console", None | Some(("needs", _))) => {
                let as_said = console(&mut shell, &lines[block.lines.clone()], &mut wrong);
                update.push((block.lines.clone(), as_said));
            }
            ("toml", None) => {
                let folder = if text.contains("[[folder]]") { "" } else { "\n[[folder]]\npath = \"releases\"\n" };
                room.write("part-of-a-page.toml", format!("{text}{folder}"));
                let ran = room.run(&["config", "--config", "part-of-a-page.toml"]);
                if ran.code != 0 {
                    wrong.push(ran.err);
                }
            }
            (language, note) => {
                wrong.push(format!("what is to be done with a block of `{language}`, {note:?}?\n{text}"))
            }
        }
    }
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        for (range, block) in update.into_iter().rev() {
            lines.splice(range, block);
        }
        fs::write(page, lines.join("\n") + "\n").unwrap();
    }
    wrong
}

fn check(page: &Path) {
    let wrong = run(page);
    assert!(wrong.is_empty(), "{}:\n\n{}", page.display(), wrong.join("\n\n"));
}

#[test]
fn the_readme_is_true() {
    check(&Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md"));
}

#[test]
fn the_pages_are_true() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
    let pages = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut pages: Vec<PathBuf> = pages.filter(|path| path.extension().is_some_and(|name| name == "md")).collect();
    pages.sort();
    assert!(pages.len() >= 6, "{pages:?}");
    // Side by side: each has its own folder and its own port.
    let wrong: Vec<String> = std::thread::scope(|scope| {
        let running: Vec<_> = pages.iter().map(|page| (page, scope.spawn(|| run(page)))).collect();
        let all = running.into_iter().flat_map(|(page, run)| {
            run.join().unwrap().into_iter().map(move |wrong| format!("{}: {wrong}", page.display()))
        });
        all.collect()
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn the_check_sees_what_is_not_true() {
    let room = Newsroom::new();
    let page = |text: &str| {
        room.write("page.md", text);
        run(&room.path("page.md"))
    };
    assert_eq!(page("```console\n$ echo one two\none…\n$ false\n$ echo $?\n1\n```\n"), Vec::<String>::new());
    for text in [
        "```console\n$ echo one\ntwo\n```\n",
        "```console\n$ false\n```\n",
        "```console\n$ true >> feedroom.toml\n$ curl --version >/dev/null\n```\n",
        "```toml\n[server]\nlisten = 3\n```\n",
        "```text\nwhat is this\n```\n",
        "<!-- same as: config/feedroom.toml -->\n```toml\n[server]\n```\n",
    ] {
        assert_eq!(page(text).len(), 1, "{text}");
    }
}
