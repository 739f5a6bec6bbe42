//! A newsroom in a folder of its own, and the real program run in it: what the tests from outside stand on.

#![allow(clippy::unwrap_used, reason = "a helper of tests may fail as a test may")]

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

/// Longer than anything may take on a machine that is busy with other things.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

/// A folder with releases in it, gone with the test.
pub(crate) struct Newsroom {
    dir: tempfile::TempDir,
}

/// What a command came to.
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Newsroom {
    pub(crate) fn new() -> Self {
        Self { dir: tempfile::Builder::new().prefix("fr").tempdir().unwrap() }
    }

    /// One with two topics, a dated release in each.
    pub(crate) fn small() -> Self {
        let room = Self::new();
        room.write("releases/water/flood.txt", release("River levels rise", "5 June 2025", "The weir stayed open."));
        room.write(
            "releases/energy/solar.md",
            "---\ntitle: Sun on every roof\ndate: 2025-05-02T09:00:00+02:00\n---\nThe town hall has its panels now.\n",
        );
        room
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.dir.path().join(path)
    }

    pub(crate) fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    pub(crate) fn remove(&self, path: &str) {
        fs::remove_file(self.path(path)).unwrap();
    }

    /// Every file below a folder with a hash of its bytes.
    pub(crate) fn tree(&self, path: &str) -> BTreeMap<String, String> {
        let mut files = BTreeMap::new();
        gather(&self.path(path), "", &mut files);
        files
    }

    /// The program in this folder, without the world's settings.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_feedroom"));
        command.current_dir(self.dir.path()).env_clear().env("HOME", self.dir.path()).args(arguments);
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        ran(self.command(arguments))
    }

    /// The program behind some lines of shell, as service managers start it.
    pub(crate) fn shell(&self, lines: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new("sh");
        command.current_dir(self.dir.path()).env_clear().env("HOME", self.dir.path());
        let script = format!("{lines}\nexec \"$0\" \"$@\"");
        command.args(["-c", &script, env!("CARGO_BIN_EXE_feedroom")]).args(arguments);
        command
    }

    /// Starts the daemon and waits until it has said where it listens. It ends with the value.
    pub(crate) fn serve(&self, arguments: &[&str]) -> Daemon {
        let mut command = self.command(&["serve", "--listen", "127.0.0.1:0"]);
        command.args(arguments).stdin(Stdio::null());
        self.serve_by(command)
    }

    /// Starts the daemon by a command of its own.
    pub(crate) fn serve_by(&self, mut command: Command) -> Daemon {
        let admin = self.path("admin.sock");
        command.arg("--admin").arg(format!("unix:{}", admin.display()));
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let out = listen(child.stdout.take().unwrap());
        let err = listen(child.stderr.take().unwrap());
        let mut daemon = Daemon { child, address: String::new(), admin, out, err };
        until("the daemon listens", || match daemon.child.try_wait().unwrap() {
            Some(status) => panic!("ended with {status}: {}", daemon.err()),
            None => daemon.out().contains("subscribe to"),
        });
        let said = daemon.out();
        daemon.address = said
            .split("listening on http")
            .nth(1)
            .unwrap()
            .split("://")
            .nth(1)
            .unwrap()
            .split('/')
            .next()
            .unwrap()
            .to_string();
        daemon
    }
}

/// Runs a command to its end.
pub(crate) fn ran(mut command: Command) -> Ran {
    let output = command.stdin(Stdio::null()).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Ran { code: output.status.code().unwrap_or(-1), out: text(output.stdout), err: text(output.stderr) }
}

/// A press release as plain text.
pub(crate) fn release(title: &str, date: &str, body: &str) -> String {
    format!("{title}\n\n{date}\n\n{body}\n")
}

fn gather(dir: &Path, prefix: &str, files: &mut BTreeMap<String, String>) {
    let Ok(list) = fs::read_dir(dir) else { return };
    for entry in list.map(Result::unwrap) {
        let name = format!("{prefix}{}", entry.file_name().to_str().unwrap());
        if entry.file_type().unwrap().is_dir() {
            gather(&entry.path(), &format!("{name}/"), files);
        } else {
            files.insert(name, blake3::hash(&fs::read(entry.path()).unwrap()).to_hex()[..16].to_string());
        }
    }
}

/// A running daemon.
pub(crate) struct Daemon {
    child: Child,
    pub(crate) address: String,
    admin: PathBuf,
    out: Arc<Mutex<String>>,
    err: Arc<Mutex<String>>,
}

/// An answer: its status, its head in lower case, its body.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }
}

impl Daemon {
    pub(crate) fn out(&self) -> String {
        self.out.lock().unwrap().clone()
    }

    pub(crate) fn err(&self) -> String {
        self.err.lock().unwrap().clone()
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.get_with(path, "")
    }

    /// Asks with further header lines, each ended by CRLF.
    pub(crate) fn get_with(&self, path: &str, headers: &str) -> Answer {
        ask(TcpStream::connect(&self.address).unwrap(), path, headers)
    }

    /// Asks the admin listener.
    pub(crate) fn admin(&self, path: &str) -> Answer {
        ask(UnixStream::connect(&self.admin).unwrap(), path, "")
    }

    pub(crate) fn signal(&self, signal: Signal) {
        kill_process(self.pid(), signal).unwrap();
    }

    pub(crate) fn pid(&self) -> Pid {
        Pid::from_child(&self.child)
    }

    /// Asks it to end, and gives its exit code.
    pub(crate) fn stop(mut self) -> i32 {
        self.signal(Signal::TERM);
        let mut code = None;
        until("the daemon ends", || {
            code = self.child.try_wait().unwrap();
            code.is_some()
        });
        code.unwrap().code().unwrap_or(-1)
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn ask(mut stream: impl Read + Write, path: &str, headers: &str) -> Answer {
    write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{headers}\r\n").unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).unwrap();
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no answer to {path}: {text}"));
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    let head = head.split("\r\n").map(|line| match line.split_once(": ") {
        Some((name, value)) => format!("{}: {value}\n", name.to_ascii_lowercase()),
        None => format!("{line}\n"),
    });
    Answer { status, head: head.collect(), body: body.to_string() }
}

/// Keeps what a stream says.
fn listen(stream: impl Read + Send + 'static) -> Arc<Mutex<String>> {
    let heard = Arc::new(Mutex::new(String::new()));
    let ear = heard.clone();
    std::thread::spawn(move || {
        let mut stream = BufReader::new(stream);
        let mut line = String::new();
        while stream.read_line(&mut line).is_ok_and(|length| length > 0) {
            ear.lock().unwrap().push_str(&std::mem::take(&mut line));
        }
    });
    heard
}

/// Waits until something is so.
pub(crate) fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let end = Instant::now() + PATIENCE;
    while !is_so() {
        assert!(Instant::now() < end, "never: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}
