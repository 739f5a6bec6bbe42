//! Front matter: splitting it off, and reading YAML, TOML and JSON into header fields.
//!
//! A file may open with `---` (YAML), `+++` (TOML), `---json`, `---toml`, `;;;` or a bare `{` (JSON). What can't be
//! parsed is a problem with line and column; its plain `key: value` lines are still believed, because one of them may
//! be `draft: true`, and a release must not come out early over a typing error elsewhere.

use super::Header;
use super::fields;
use super::tree::{self, Fault, Key, Node, Value};
use crate::problem::Problem;

/// The notations of front matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Notation {
    /// YAML 1.2, `---`.
    Yaml,
    /// TOML, `+++`.
    Toml,
    /// JSON, `{`.
    Json,
}

/// Front matter found at the head of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Split<'a> {
    /// How it is written.
    pub notation: Notation,
    /// The front matter without its fences.
    pub matter: &'a str,
    /// 1-based line that it starts in.
    pub matter_line: u32,
    /// What follows.
    pub body: &'a str,
    /// 1-based line that the body starts in.
    pub body_line: u32,
    /// Whether the fence that should end it is missing.
    pub open: bool,
}

/// Splits front matter off; `None` where the text does not open with any. A rule (`---`) above prose is none.
pub(super) fn split(text: &str) -> Option<Split<'_>> {
    let head = text.len() - text.trim_start_matches(['\n', ' ', '\t']).len();
    let (above, text) = text.split_at(head);
    let first_line = 1 + count_lines(above);
    if text.starts_with('{') {
        return split_json(text, first_line);
    }
    let (fence, rest) = text.split_once('\n')?;
    let (notation, ends): (_, &[&str]) = match fence.trim_end() {
        "---" | "--- " | "---yaml" | "--- yaml" => (Notation::Yaml, &["---", "..."]),
        "---toml" | "--- toml" => (Notation::Toml, &["---"]),
        "---json" | "--- json" => (Notation::Json, &["---"]),
        ";;;" => (Notation::Json, &[";;;"]),
        "+++" => (Notation::Toml, &["+++"]),
        _ => return unopened(text, first_line),
    };
    let mut at = 0;
    for line in rest.split_inclusive('\n') {
        if ends.contains(&line.trim_end()) {
            let (matter, body) = (&rest[..at], &rest[at + line.len()..]);
            let matter_line = first_line + 1;
            let body_line = matter_line + count_lines(matter) + 1;
            let split = Split { notation, matter, matter_line, body, body_line, open: false };
            return split.looks_meant().then_some(split);
        }
        at += line.len();
    }
    unended(notation, rest, first_line + 1)
}

/// Front matter whose end fence was forgotten: lines of fields up to the first empty one, among them one that says
/// what the text is. Were it taken for text, a draft would come out.
fn unended(notation: Notation, rest: &str, matter_line: u32) -> Option<Split<'_>> {
    const TELLING: [&str; 8] = ["title", "date", "draft", "published", "publishDate", "layout", "slug", "embargo"];
    let separator = match notation {
        Notation::Yaml => ':',
        Notation::Toml => '=',
        Notation::Json => return None,
    };
    let length = rest.find("\n\n").map_or(rest.len(), |at| at + 1);
    let (matter, body) = rest.split_at(length);
    let key = |line: &str| line.split_once(separator).map(|(key, _)| key.trim_end().to_string());
    let is_field = |line: &str| line.starts_with([' ', '\t', '-', '#', '[', ']']) || key(line).is_some();
    let tells = |line: &str| key(line).is_some_and(|key| TELLING.contains(&key.as_str()));
    let body_line = matter_line + count_lines(matter);
    let split = Split { notation, matter, matter_line, body, body_line, open: true };
    (matter.lines().all(is_field) && matter.lines().any(tells) && split.looks_meant()).then_some(split)
}

/// Front matter that begins without a fence and ends with one, as Hexo allows it: `title: …` on the first line.
fn unopened(text: &str, first_line: u32) -> Option<Split<'_>> {
    if !text.starts_with("title:") {
        return None;
    }
    let mut at = 0;
    for line in text.split_inclusive('\n').take(100) {
        if line.trim().is_empty() {
            return None;
        }
        if line.trim_end() == "---" {
            let (matter, body) = (&text[..at], &text[at + line.len()..]);
            let body_line = first_line + count_lines(matter) + 1;
            let notation = Notation::Yaml;
            return Some(Split { notation, matter, matter_line: first_line, body, body_line, open: false });
        }
        at += line.len();
    }
    None
}

/// The header fields of front matter, and what is wrong with it.
pub(super) fn read(path: &str, split: &Split<'_>) -> (Header, Vec<Problem>) {
    let (node, fault) = parse(split.notation, split.matter, split.matter_line);
    let mut problems = Vec::new();
    if let Some(fault) = fault {
        let message = format!("the front matter is not valid {}: {}; mend it", split.notation.name(), fault.message);
        problems.push(Problem::error(path, message).at(fault.line, fault.column));
    }
    if split.open {
        let fence = if split.notation == Notation::Toml { "+++" } else { "---" };
        let message = format!("the front matter has no end: write a line `{fence}` below its last field");
        problems.push(Problem::error(path, message).at(split.body_line, 1));
    }
    (fields::header(&node), problems)
}

/// A whole YAML document as a tree: for `.yml` files that are releases. Lines count from 1.
pub(super) fn read_yaml(path: &str, text: &str) -> (Node, Vec<Problem>) {
    let (node, fault) = parse(Notation::Yaml, text, 1);
    let problem =
        |f: Fault| Problem::error(path, format!("not valid YAML: {}; mend it", f.message)).at(f.line, f.column);
    (node, fault.map(problem).into_iter().collect())
}

impl Notation {
    fn name(self) -> &'static str {
        match self {
            Notation::Yaml => "YAML",
            Notation::Toml => "TOML",
            Notation::Json => "JSON",
        }
    }
}

impl Split<'_> {
    /// Whether what stands between the fences is meant as front matter: its first line that says anything opens a
    /// mapping. Empty fences are front matter too, as Jekyll has it.
    fn looks_meant(&self) -> bool {
        let first = self.matter.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#'));
        let Some(first) = first else { return true };
        match self.notation {
            Notation::Json => first.starts_with('{'),
            Notation::Toml => first.contains('=') || first.starts_with('['),
            Notation::Yaml => {
                let key = first.split(':').next().unwrap_or_default().trim_matches(['"', '\'']);
                first.contains(':') && !key.is_empty() && key.len() <= 60 && key.split(' ').count() <= 3
            }
        }
    }
}

fn split_json(text: &str, first_line: u32) -> Option<Split<'_>> {
    // `{%` and `{{` are templates, `{:` an attribute list.
    if !text[1..].trim_start().starts_with(['"', '}']) {
        return None;
    }
    let end = json_end(text).or_else(|| text.find("\n}").map(|at| at + 2)).unwrap_or(text.len());
    let (matter, body) = text.split_at(end);
    let body_line = first_line + count_lines(matter);
    Some(Split { notation: Notation::Json, matter, matter_line: first_line, body, body_line, open: false })
}

/// The length of the JSON value at the start of a text, where it is valid.
fn json_end(text: &str) -> Option<usize> {
    let mut stream = serde_json::Deserializer::from_str(text).into_iter::<serde::de::IgnoredAny>();
    stream.next()?.ok()?;
    Some(stream.byte_offset())
}

fn parse(notation: Notation, text: &str, first_line: u32) -> (Node, Option<Fault>) {
    let parsed = match notation {
        Notation::Yaml => tree::yaml(text),
        Notation::Toml => tree::toml(text),
        Notation::Json => tree::json(text),
    };
    let (mut node, fault) = match parsed {
        Ok(node) => (node, None),
        Err(fault) => (plain_lines(text, notation), Some(fault)),
    };
    node.shift(first_line - 1);
    (node, fault.map(|fault| Fault { line: fault.line + first_line - 1, ..fault }))
}

/// What a broken front matter says on lines of its own, at the top level, with one plain value.
fn plain_lines(text: &str, notation: Notation) -> Node {
    let separator = if notation == Notation::Toml { '=' } else { ':' };
    let mut entries = Vec::new();
    for (line, number) in text.lines().zip(1..) {
        let line = if notation == Notation::Json { line.trim().trim_end_matches(',') } else { line };
        let Some((name, value)) = line.split_once(separator) else { continue };
        let (name, value) = (name.trim_end().trim_matches('"'), value.trim());
        let is_name = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-') && !name.is_empty();
        let value = match value.as_bytes() {
            [quote @ (b'"' | b'\''), inner @ .., end] if quote == end && !inner.contains(quote) => {
                &value[1..value.len() - 1]
            }
            [b'"' | b'\'' | b'[' | b'{' | b'|' | b'>' | b'&' | b'*' | b'!', ..] | [] => continue,
            _ => value,
        };
        if is_name {
            let key = Key { name: name.to_string(), line: number };
            entries.push((key, Node { line: number, value: Value::Scalar(value.to_string()) }));
        }
    }
    Node { line: 1, value: Value::Map(entries) }
}

fn count_lines(text: &str) -> u32 {
    u32::try_from(text.bytes().filter(|&b| b == b'\n').count()).unwrap_or(u32::MAX)
}
