//! The plan of the house, as data: which room may import which, and which crate belongs to which room.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// What any room may import; these import nothing of the house.
const GROUND: [&str; 3] = ["media", "problem", "text"];

/// A room (a file or folder right under `src/`) and the rooms that it may import beside the ground, in the order of
/// the flow. `clock` is for the edges alone: the core takes the time as an argument.
const ROOMS: &[(&str, &[&str])] = &[
    ("media", &[]),
    ("problem", &[]),
    ("text", &[]),
    ("clock", &[]),
    // The pure core.
    ("date", &[]),
    ("document", &["date"]),
    ("item", &["date", "document"]),
    ("ledger", &["date", "document", "item"]),
    ("topic", &["item"]),
    ("edition", &["document"]),
    ("feed", &["document", "edition"]),
    ("page", &["document", "edition"]),
    ("site", &["edition", "feed", "page"]),
    // The edges.
    ("folder", &["clock"]),
    ("press", &["document", "edition", "folder", "item", "ledger", "site", "topic"]),
    ("http", &["clock", "site"]),
    ("publish", &["http", "site"]),
    ("config", &["date", "document", "edition", "folder", "publish", "topic"]),
    ("daemon", &["clock", "config", "folder", "http", "ledger", "press", "publish", "site"]),
    (
        "cli",
        &[
            "clock", "config", "daemon", "date", "document", "feed", "http", "item", "ledger", "press", "publish",
            "site", "topic",
        ],
    ),
    ("lib", &[]),
    ("main", &[]),
];

/// A crate and the only places that may name it, as prefixes of paths under `src/`.
const CRATES: &[(&str, &[&str])] = &[
    ("hyper", &["http"]),
    ("hyper_util", &["http"]),
    ("notify", &["folder/watch", "folder/eye"]),
    ("rss", &["feed/rss", "feed/read", "feed/mod"]),
    ("atom_syndication", &["feed/atom", "feed/read"]),
    ("clap", &["cli"]),
    ("rusqlite", &["ledger"]),
    ("askama", &["page", "http/admin"]),
    ("pulldown_cmark", &["document"]),
    ("ammonia", &["document"]),
    ("scraper", &["document"]),
    ("toml", &["config", "document/front_matter", "document/tree"]),
    ("object_store", &["publish/bucket"]),
    ("tokio", &["http", "folder/watch", "folder/bell", "publish/bucket", "daemon", "cli/serve"]),
];

#[test]
fn every_import_follows_an_arrow_of_the_plan() {
    let mut wrong = Vec::new();
    for (path, code) in sources() {
        let room = room_of(&path);
        let Some((_, allowed)) = ROOMS.iter().find(|(name, _)| *name == room) else {
            wrong.push(format!("{path}: the room `{room}` is not in the plan"));
            continue;
        };
        for other in imports(&code) {
            let allowed = allowed.contains(&other.as_str()) || GROUND.contains(&other.as_str());
            if other != room && !allowed && ROOMS.iter().any(|(name, _)| *name == other) {
                wrong.push(format!("{path}: `{room}` may not import `{other}`"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_crate_stays_in_its_room() {
    let mut wrong = Vec::new();
    for (path, code) in sources() {
        for (name, places) in CRATES {
            let allowed = places.iter().any(|place| path.starts_with(place));
            if !allowed && mentions(&code, name) {
                wrong.push(format!("{path}: names the crate `{name}`, which belongs to {}", places.join(", ")));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_plan_has_no_circle() {
    let mut placed: BTreeSet<&str> = BTreeSet::new();
    loop {
        let ready: Vec<&str> = ROOMS
            .iter()
            .filter(|(name, imports)| !placed.contains(name) && imports.iter().all(|other| placed.contains(other)))
            .map(|(name, _)| *name)
            .collect();
        if ready.is_empty() {
            break;
        }
        placed.extend(ready);
    }
    let stuck: Vec<&str> = ROOMS.iter().map(|(name, _)| *name).filter(|name| !placed.contains(name)).collect();
    assert!(stuck.is_empty(), "rooms in a circle: {stuck:?}");
}

#[test]
fn the_check_sees_an_arrow_that_is_not_allowed() {
    assert_eq!(
        imports("use crate::feed::rss;\nfn f() { crate::{a::b, page::{x, y}}; }"),
        ["a", "feed", "page"].map(String::from).into()
    );
    assert_eq!(imports("// crate::feed\nlet x = 1; #[cfg(test)] mod tests { use crate::feed; }"), BTreeSet::new());
    assert!(
        mentions("use rss::Channel;", "rss")
            && !mentions("feed::rss::write()", "rss")
            && !mentions("let boss::x", "oss")
    );
}

/// Every source file with its path under `src/`.
fn sources() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut out = Vec::new();
    let mut open: Vec<PathBuf> = vec![root.clone()];
    while let Some(dir) = open.pop() {
        for entry in fs::read_dir(&dir).expect("src can be listed").flatten() {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                let name = path.strip_prefix(&root).expect("below src").to_string_lossy().into_owned();
                out.push((name, fs::read_to_string(&path).expect("source is readable")));
            }
        }
    }
    assert!(out.len() > 20, "the sources were not found");
    out.sort();
    out
}

fn room_of(path: &str) -> String {
    path.split('/').next().unwrap_or(path).trim_end_matches(".rs").to_string()
}

/// The code without comments and without its unit tests.
fn production(code: &str) -> String {
    let code = code.split("#[cfg(test)]").next().unwrap_or_default();
    code.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n")
}

/// The rooms named behind `crate::`.
fn imports(code: &str) -> BTreeSet<String> {
    let code = production(code);
    let mut out = BTreeSet::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        match rest.strip_prefix('{') {
            Some(list) => {
                let mut depth = 0;
                let mut name = String::new();
                let mut open = true;
                for c in list.chars() {
                    match c {
                        '{' => depth += 1,
                        '}' if depth == 0 => break,
                        '}' => depth -= 1,
                        ',' if depth == 0 => {
                            out.insert(std::mem::take(&mut name));
                            open = true;
                        }
                        c if depth == 0 && open && (c.is_alphanumeric() || c == '_') => name.push(c),
                        c if depth == 0 && !c.is_whitespace() => open = false,
                        _ => {}
                    }
                }
                out.insert(name);
            }
            None => {
                out.insert(rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect());
            }
        }
    }
    out.remove("");
    out
}

/// Whether code names a crate as the first part of a path.
fn mentions(code: &str, name: &str) -> bool {
    let code = production(code);
    let needle = format!("{name}::");
    code.match_indices(&needle).any(|(at, _)| {
        !code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':')
            || code[..at].ends_with("::") && code[..at].trim_end_matches(':').ends_with([' ', '(', '<', '&', '{'])
    })
}
