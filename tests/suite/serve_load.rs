//! The daemon under load: stopping loses no request that it took, a reload drops no connection.

#![allow(clippy::unwrap_used, reason = "a helper of tests may fail as a test may")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::thread::JoinHandle;

use rustix::process::Signal;

use crate::binary::{Daemon, Newsroom, PATIENCE, release, until};

/// Clients that ask without a pause, half of them on one connection each, half on a new one for each request.
struct Load {
    clients: Vec<JoinHandle<Vec<String>>>,
    answered: Arc<AtomicUsize>,
    /// Set before the server is told to stop: what is begun later may be refused.
    stopping: Arc<AtomicBool>,
    enough: Arc<AtomicBool>,
}

impl Load {
    fn on(daemon: &Daemon) -> Self {
        let (answered, stopping, enough) = <(Arc<AtomicUsize>, Arc<AtomicBool>, Arc<AtomicBool>)>::default();
        let client = |at: usize| {
            let (address, answered) = (daemon.address.clone(), answered.clone());
            let (stopping, enough) = (stopping.clone(), enough.clone());
            std::thread::spawn(move || {
                if at.is_multiple_of(2) {
                    stay(&address, &answered, &stopping, &enough)
                } else {
                    come_and_go(&address, &answered, &stopping, &enough)
                }
            })
        };
        let clients = (0..8).map(client).collect();
        Self { clients, answered, stopping, enough }
    }

    fn until_answered(&self, more: usize) {
        let goal = self.answered.load(SeqCst) + more;
        until("the clients are answered", || self.answered.load(SeqCst) >= goal);
    }

    /// What the clients lost, in words.
    fn lost(self) -> Vec<String> {
        self.clients.into_iter().flat_map(|client| client.join().unwrap()).collect()
    }
}

fn open(address: &str) -> std::io::Result<BufReader<TcpStream>> {
    let stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    Ok(BufReader::new(stream))
}

/// One request and its whole answer; whether the connection stays open.
fn ask(stream: &mut BufReader<TcpStream>) -> Result<bool, String> {
    let told = |what: &str, error: std::io::Error| format!("{what}: {error}");
    stream.get_mut().write_all(b"GET /rss.xml HTTP/1.1\r\nHost: x\r\n\r\n").map_err(|error| told("asking", error))?;
    let (mut stays, mut length, mut line) = (true, 0, String::new());
    loop {
        line.clear();
        match stream.read_line(&mut line) {
            Ok(0) => return Err("closed without an answer".to_string()),
            Ok(_) if line == "\r\n" => break,
            Ok(_) => {}
            Err(error) => return Err(told("no answer", error)),
        }
        stays &= line != "connection: close\r\n";
        length = line.strip_prefix("content-length: ").map_or(length, |number| number.trim().parse().unwrap());
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).map_err(|error| told("half an answer", error))?;
    if !body.ends_with(b"</rss>\n") && !body.ends_with(b"</rss>") {
        return Err("another answer".to_string());
    }
    Ok(stays)
}

/// On one connection to its end, which only the server's stopping may be.
fn stay(address: &str, answered: &AtomicUsize, stopping: &AtomicBool, enough: &AtomicBool) -> Vec<String> {
    let mut stream = open(address).unwrap();
    while !enough.load(SeqCst) {
        match ask(&mut stream) {
            Ok(stays) => {
                answered.fetch_add(1, SeqCst);
                if !stays {
                    return if stopping.load(SeqCst) { Vec::new() } else { vec!["let go for no reason".to_string()] };
                }
            }
            Err(error) => return vec![format!("on a connection that stays: {error}")],
        }
    }
    Vec::new()
}

fn come_and_go(address: &str, answered: &AtomicUsize, stopping: &AtomicBool, enough: &AtomicBool) -> Vec<String> {
    let mut lost = Vec::new();
    while !enough.load(SeqCst) {
        let asked = open(address).map_err(|error| format!("connecting: {error}"));
        let in_time = !stopping.load(SeqCst);
        match asked.and_then(|mut stream| ask(&mut stream)) {
            Ok(_) => drop(answered.fetch_add(1, SeqCst)),
            // The kernel may have taken it for a server that was already leaving.
            Err(_) if !in_time => return lost,
            Err(error) => {
                lost.push(format!("on a new connection: {error}"));
                return lost;
            }
        }
    }
    lost
}

fn newsroom() -> Newsroom {
    let room = Newsroom::small();
    for at in 0..30 {
        let date = format!("{} May 2025", at + 1);
        room.write(
            &format!("releases/water/{at}.txt"),
            release(&format!("Level {at}"), &date, &"It rose. ".repeat(300)),
        );
    }
    room.write("feedroom.toml", "[[folder]]\npath = \"releases\"\n");
    room
}

#[test]
fn stopping_under_load_loses_no_request() {
    for signal in [Signal::TERM, Signal::INT] {
        let room = newsroom();
        let daemon = room.serve(&["--ephemeral"]);
        let load = Load::on(&daemon);
        load.until_answered(300);
        load.stopping.store(true, SeqCst);
        daemon.signal(signal);
        assert_eq!(daemon.stop(), 0);
        assert_eq!(load.lost(), Vec::<String>::new());
    }
}

#[test]
fn a_reload_drops_no_connection() {
    let room = newsroom();
    let daemon = room.serve(&["--ephemeral"]);
    let load = Load::on(&daemon);
    for title in ["One", "Two", "Three", "Four"] {
        load.until_answered(50);
        room.write("feedroom.toml", format!("[newsroom]\ntitle = \"{title}\"\n[[folder]]\npath = \"releases\"\n"));
        daemon.signal(Signal::HUP);
        until(title, || daemon.get("/rss.xml").body.contains(&format!("<title>{title}</title>")));
    }
    load.until_answered(50);
    load.enough.store(true, SeqCst);
    assert_eq!(load.lost(), Vec::<String>::new());
    assert_eq!(daemon.stop(), 0);
}
