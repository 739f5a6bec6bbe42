//! `feedroom check URL`: what feed readers get at a public address, through whatever stands in front of it.

mod judge;

use std::io::Read;

use chrono::DateTime;
use url::Url;

use super::{Exit, report};
use crate::clock;
use crate::http::{Fetched, fetch};
use crate::site::Coding;
use judge::{Report, Unchanged};

/// Bytes that a compressed body may grow to.
const LIMIT: u64 = 64 * 1024 * 1024;

/// Whether an argument is an address on the web rather than a path.
pub(super) fn is_address(argument: &str) -> bool {
    argument.starts_with("http://") || argument.starts_with("https://")
}

/// Asks as readers ask, and shows what they get and what is wrong with it.
pub(super) fn run(asked: &str) -> Exit {
    if let Err(error) = Url::parse(asked) {
        report::error(&format!("error: {asked} is no address: {error}"));
        return Exit::Usage;
    }
    match ask(asked) {
        Ok(found) => show(&found),
        Err(message) => {
            report::error(&format!("error: {message}"));
            Exit::Failed
        }
    }
}

fn show(found: &Report) -> Exit {
    for fact in &found.facts {
        report::line(fact);
    }
    for problem in &found.problems {
        report::line(&report::problem(problem));
    }
    report::error(&report::tally(&found.problems));
    report::exit_of(&found.problems)
}

/// The polls of one reader: plain, compressed, and unchanged in every way in which readers ask.
fn ask(asked: &str) -> Result<Report, String> {
    let plain = fetch(asked, &[("accept-encoding", "identity".to_string())])?;
    let url = plain.url.clone();
    let mut found = Report::default();
    if !found.arrive(asked, &plain) {
        return Ok(found);
    }
    found.cache(&plain);
    let gzip = fetch(&url, &[("accept-encoding", "gzip".to_string())])?;
    found.compressed(&plain, &gzip, &decoded(&gzip));
    for coding in [Coding::Brotli, Coding::Zstd] {
        let answer = fetch(&url, &[("accept-encoding", coding.as_str().to_string())])?;
        found.also(coding.as_str(), &answer);
    }
    let mut unchanged = Vec::new();
    for (how, name, value, coding) in [
        (Unchanged::Tag, "if-none-match", plain.header("etag"), "identity"),
        (Unchanged::CompressedTag, "if-none-match", gzip.header("etag"), "gzip"),
        (Unchanged::Date, "if-modified-since", plain.header("last-modified"), "identity"),
    ] {
        let Some(value) = value else { continue };
        let answer = fetch(&url, &[(name, value.to_string()), ("accept-encoding", coding.to_string())])?;
        unchanged.push((how, answer));
    }
    let now = clock::now();
    let changed = plain.header("last-modified").and_then(|date| DateTime::parse_from_rfc2822(date).ok());
    let by_date = unchanged.iter().any(|(how, answer)| *how == Unchanged::Date && answer.status == 304);
    if by_date && changed.is_some_and(|changed| changed < now) {
        let now = now.format("%a, %d %b %Y %H:%M:%S GMT").to_string();
        unchanged.push((Unchanged::LaterDate, fetch(&url, &[("if-modified-since", now)])?));
    }
    found.unchanged(&plain, &unchanged);
    Ok(found)
}

/// What a gzip body holds; an error where it is none.
fn decoded(answer: &Fetched) -> Result<Vec<u8>, String> {
    let mut out = Vec::new();
    if answer.header("content-encoding").is_none() {
        return Ok(answer.body.to_vec());
    }
    let read = flate2::read::MultiGzDecoder::new(&answer.body[..]).take(LIMIT).read_to_end(&mut out);
    read.map_err(|error| error.to_string())?;
    Ok(out)
}
