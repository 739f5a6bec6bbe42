//! The daemon as a service: what a service manager passes and hears, restarts, configuration and messages.

#![allow(clippy::unwrap_used, reason = "a helper of tests may fail as a test may")]

use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixDatagram;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use rustix::process::Signal;
use serde_json::Value;

use crate::binary::{Daemon, Newsroom, release, until};

/// A service manager's ear.
struct Ear {
    socket: UnixDatagram,
    heard: String,
}

impl Ear {
    fn new(room: &Newsroom) -> Self {
        let socket = UnixDatagram::bind(room.path("notify.sock")).unwrap();
        socket.set_nonblocking(true).unwrap();
        Self { socket, heard: String::new() }
    }

    fn listen(&mut self) -> &str {
        let mut message = [0; 4096];
        while let Ok(length) = self.socket.recv(&mut message) {
            self.heard.push_str(&String::from_utf8_lossy(&message[..length]));
            self.heard.push('\n');
        }
        &self.heard
    }

    /// Waits for a message, and forgets all that came until then.
    fn hear(&mut self, what: &str) {
        until(what, || self.listen().contains(what));
        let end = self.heard.find(what).unwrap() + what.len();
        self.heard.drain(..end);
    }
}

/// The program with the listener as its inherited socket.
fn inheriting(room: &Newsroom, listener: &TcpListener, arguments: &[&str]) -> Command {
    let lines = "exec 3<&0 </dev/null; export LISTEN_PID=$$ LISTEN_FDS=1";
    let mut command = room.shell(lines, arguments);
    command.stdin(Stdio::from(OwnedFd::from(listener.try_clone().unwrap())));
    command
}

fn config(title: &str) -> String {
    format!("[newsroom]\ntitle = \"{title}\"\n[[folder]]\npath = \"releases\"\n")
}

fn until_title(daemon: &Daemon, title: &str) {
    until(title, || daemon.get("/rss.xml").body.contains(&format!("<title>{title}</title>")));
}

#[test]
fn a_service_manager_hears_every_turn() {
    let room = Newsroom::small();
    room.write("feedroom.toml", config("First"));
    let mut ear = Ear::new(&room);
    let mut command = room.command(&["serve", "--listen", "127.0.0.1:0"]);
    command.env("NOTIFY_SOCKET", room.path("notify.sock")).env("WATCHDOG_USEC", "400000");
    let daemon = room.serve_by(command);
    // The state is known when the service becomes ready.
    ear.hear("STATUS=2 items in 2 topics at http://127.0.0.1:");
    ear.hear("READY=1");
    ear.hear("WATCHDOG=1");
    ear.hear("WATCHDOG=1");

    room.write("releases/water/broken.txt", "Broken\n\n31 June 2025\n\nNo such day.\n");
    ear.hear("STATUS=3 items in 2 topics");
    let later = "---\ntitle: Later\ndate: 2199-01-01\n---\nWait.\n";
    room.write("releases/water/later.md", later);
    ear.hear("1 under embargo");

    room.write("feedroom.toml", config("Second"));
    daemon.signal(Signal::HUP);
    ear.hear("RELOADING=1");
    ear.hear("MONOTONIC_USEC=");
    ear.hear("READY=1");
    until_title(&daemon, "Second");

    room.write("feedroom.toml", "[newsroom]\ntitel = \"Third\"\n[[folder]]\npath = \"releases\"\n");
    daemon.signal(Signal::HUP);
    ear.hear("the new configuration has mistakes, the old one stays");
    ear.hear("READY=1");
    let status: Value = serde_json::from_str(&daemon.admin("/status.json").body).unwrap();
    let mistake = &status["problems"][0];
    assert!(mistake["file"].as_str().unwrap().ends_with("feedroom.toml"), "{status}");
    assert_eq!((&mistake["line"], &mistake["column"]), (&2.into(), &1.into()));
    assert_eq!(mistake["message"], "unknown key `titel` in [newsroom]: did you mean `title`?");
    // It is said until it is mended, whatever else is published.
    room.write("releases/water/more.txt", release("More", "6 June 2025", "The weir is still open."));
    ear.hear("STATUS=4 items in 2 topics");
    ear.hear("the new configuration has mistakes, the old one stays");
    room.write("feedroom.toml", config("Third"));
    daemon.signal(Signal::HUP);
    until_title(&daemon, "Third");
    until("the mistake is gone", || !daemon.admin("/status.json").body.contains("titel"));

    assert_eq!(daemon.stop(), 0);
    ear.hear("STOPPING=1");
}

#[test]
fn a_changed_configuration_is_read_without_a_signal() {
    let room = Newsroom::small();
    room.write("feedroom.toml", config("First"));
    let daemon = room.serve(&[]);
    until_title(&daemon, "First");
    // As editors do it: another file takes the name.
    room.write("feedroom.toml.new", config("Second"));
    fs::rename(room.path("feedroom.toml.new"), room.path("feedroom.toml")).unwrap();
    until_title(&daemon, "Second");
    room.write("feedroom.toml", "[[folder]]\npath = 3\n");
    until("the mistake is told", || daemon.err().contains("the old one stays"));
    until_title(&daemon, "Second");
    room.write("feedroom.toml", config("Third"));
    until_title(&daemon, "Third");
    assert_eq!(daemon.stop(), 0);
}

#[test]
fn a_changed_configuration_waits_for_a_signal_where_that_is_wanted() {
    let room = Newsroom::small();
    let by_hand = |title: &str| format!("{}[watch]\nconfiguration = false\n", config(title));
    room.write("feedroom.toml", by_hand("First"));
    let daemon = room.serve(&[]);
    room.write("feedroom.toml", by_hand("Second"));
    // Longer than the file would go unseen if it were watched.
    std::thread::sleep(std::time::Duration::from_secs(4));
    until_title(&daemon, "First");
    daemon.signal(Signal::HUP);
    until_title(&daemon, "Second");
}

/// Needs `systemd-socket-activate`, which belongs to systemd; `.ci/run` sees to it that it is there.
#[test]
fn systemd_activates_it_by_a_socket() {
    if Command::new("systemd-socket-activate").arg("--version").output().is_err() {
        println!("SKIPPED: there is no systemd-socket-activate on this machine");
        return;
    }
    let room = Newsroom::small();
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let mut command = Command::new("systemd-socket-activate");
    command.current_dir(room.path(".")).arg(format!("--listen={address}")).arg("--fdname=public");
    command.arg(format!("--setenv=HOME={}", room.path(".").display()));
    command.args([env!("CARGO_BIN_EXE_feedroom"), "serve", "releases"]);
    let first = std::thread::scope(|scope| {
        let caller = scope.spawn(|| {
            let mut stream = None;
            until("the socket is there", || {
                stream = TcpStream::connect(&address).ok();
                stream.is_some()
            });
            let mut stream = stream.unwrap();
            write!(stream, "GET /rss.xml HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").unwrap();
            let mut answer = String::new();
            stream.read_to_string(&mut answer).unwrap();
            answer
        });
        let daemon = room.serve_by(command);
        assert_eq!(daemon.address, address, "{}", daemon.err());
        let answer = caller.join().unwrap();
        assert_eq!(daemon.stop(), 0);
        answer
    });
    assert!(first.starts_with("HTTP/1.1 200"), "the call that started it is answered: {first}");
    assert!(first.contains("River levels rise"), "{first}");
}

#[test]
fn a_restart_through_an_inherited_socket_refuses_nobody() {
    let room = Newsroom::small();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let start = || room.serve_by(inheriting(&room, &listener, &["serve", "releases", "--state", "state"]));
    let (done, answered) = (AtomicBool::new(false), AtomicUsize::new(0));
    let ask = || {
        let mut stream = TcpStream::connect(address).map_err(|error| format!("connect: {error}"))?;
        let mut answer = String::new();
        let request = "GET /rss.xml HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
        stream.write_all(request.as_bytes()).map_err(|error| format!("write: {error}"))?;
        stream.read_to_string(&mut answer).map_err(|error| format!("read: {error}"))?;
        if answer.starts_with("HTTP/1.1 200") { Ok(()) } else { Err(format!("answer: {answer:?}")) }
    };
    let call = || -> Result<(), String> {
        while !done.load(Ordering::Relaxed) {
            ask()?;
            answered.fetch_add(1, Ordering::Relaxed);
        }
        Ok(())
    };
    std::thread::scope(|scope| {
        let callers: Vec<_> = (0..8).map(|_| scope.spawn(call)).collect();
        for _ in 0..5 {
            let daemon = start();
            let before = answered.load(Ordering::Relaxed);
            until("it answers", || {
                answered.load(Ordering::Relaxed) >= before + 50 || callers.iter().any(|caller| caller.is_finished())
            });
            assert_eq!(daemon.stop(), 0);
        }
        done.store(true, Ordering::Relaxed);
        // Those who called in between are answered by the last.
        let last = start();
        for caller in callers {
            assert_eq!(caller.join().unwrap(), Ok(()));
        }
        assert_eq!(last.stop(), 0);
    });
    assert!(answered.into_inner() >= 250);
}

#[test]
fn messages_are_json_where_that_is_wanted_and_requests_are_told() {
    let room = Newsroom::small();
    room.write("feedroom.toml", format!("{}[log]\nformat = \"json\"\naccess = true\n", config("News")));
    let daemon = room.serve(&[]);
    daemon.get("/rss.xml");
    until("the request is told", || daemon.err().contains("/rss.xml"));
    let lines: Vec<Value> = daemon.err().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let told = lines.iter().find(|line| line["target"] == "feedroom::access");
    let fields = &told.unwrap_or_else(|| panic!("{lines:?}"))["fields"];
    assert_eq!(
        (&fields["status"], &fields["method"], &fields["target"]),
        (&200.into(), &"GET".into(), &"/rss.xml".into())
    );
    let published =
        |line: &Value| line["fields"]["message"].as_str().is_some_and(|text| text.starts_with("published: "));
    assert!(lines.iter().any(published), "{lines:?}");
}

/// Twice as many files as connections, so that the rest of the process has some too.
#[test]
fn fewer_connections_than_were_asked_for_are_told_once() {
    let room = Newsroom::small();
    let serve = ["serve", "releases", "--ephemeral", "--listen", "127.0.0.1:0"];
    let few = |arguments| room.serve_by(room.shell("ulimit -n 400", arguments));
    let daemon = few(&serve);
    daemon.get("/rss.xml");
    assert!(!daemon.err().contains("open files"), "nobody asked for more: {}", daemon.err());
    drop(daemon);
    room.write("feedroom.toml", config("Many") + "[limits]\nconnections = 300\n");
    let daemon = few(&["serve", "--ephemeral", "--listen", "127.0.0.1:0"]);
    daemon.get("/rss.xml");
    let told = daemon.err();
    assert_eq!(told.matches("the limit of open files allows fewer connections than wanted").count(), 1, "{told}");
}

#[test]
fn requests_are_not_told_unasked_and_levels_hold_by_module() {
    let room = Newsroom::small();
    let daemon = room.serve(&["releases", "--ephemeral"]);
    daemon.get("/rss.xml");
    assert_eq!(daemon.err().lines().count(), 1, "{}", daemon.err());
    assert!(daemon.err().contains("published: 2 items from 2 files, 0 problems"));
    drop(daemon);
    let mut command = room.command(&["serve", "releases", "--ephemeral", "--listen", "127.0.0.1:0"]);
    command.env("FEEDROOM_LOG", "off,feedroom::access=info").env("JOURNAL_STREAM", "8:1");
    let daemon = room.serve_by(command);
    daemon.get("/atom.xml");
    until("the request is told", || daemon.err().contains("/atom.xml"));
    assert!(!daemon.err().contains("published"), "{}", daemon.err());
    assert!(!daemon.err().contains('\u{1b}'), "no colours in a pipe");
}
