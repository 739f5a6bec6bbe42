//! Front matter: splitting it off, and reading YAML, TOML and JSON into header fields.
//!
//! A file may open with `---` (YAML), `+++` (TOML), `---json`, `---toml`, `;;;` or a bare `{` (JSON). What can't be
//! parsed is a problem with line and column; its plain `key: value` lines are still believed, because one of them may
//! be `draft: true`, and a release must not come out early over a typing error elsewhere.

use std::collections::HashMap;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::Value as Json;
use toml::de::{DeTable, DeValue};

use super::Header;
use super::fields::{self, Key, Node, Value};
use crate::problem::Problem;

/// Values that one front matter may hold, aliases expanded: a bound on YAML bombs.
const NODE_LIMIT: usize = 20_000;

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
        _ => return None,
    };
    let mut at = 0;
    for line in rest.split_inclusive('\n') {
        if ends.contains(&line.trim_end()) {
            let (matter, body) = (&rest[..at], &rest[at + line.len()..]);
            let matter_line = first_line + 1;
            let body_line = matter_line + count_lines(matter) + 1;
            let split = Split { notation, matter, matter_line, body, body_line };
            return split.looks_meant().then_some(split);
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
    (fields::header(&node), problems)
}

/// A whole YAML document as a tree: for `.yml` files that are releases. Lines count from 1.
pub(super) fn read_yaml(path: &str, text: &str) -> (Node, Vec<Problem>) {
    let (node, fault) = parse(Notation::Yaml, text, 1);
    let problem =
        |f: Fault| Problem::error(path, format!("not valid YAML: {}; mend it", f.message)).at(f.line, f.column);
    (node, fault.map(problem).into_iter().collect())
}

/// Where and why a parser stopped.
struct Fault {
    line: u32,
    column: u32,
    message: String,
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
    Some(Split { notation: Notation::Json, matter, matter_line: first_line, body, body_line })
}

/// The length of the JSON value at the start of a text, where it is valid.
fn json_end(text: &str) -> Option<usize> {
    let mut stream = serde_json::Deserializer::from_str(text).into_iter::<serde::de::IgnoredAny>();
    stream.next()?.ok()?;
    Some(stream.byte_offset())
}

fn parse(notation: Notation, text: &str, first_line: u32) -> (Node, Option<Fault>) {
    let parsed = match notation {
        Notation::Yaml => parse_yaml(text),
        Notation::Toml => parse_toml(text),
        Notation::Json => parse_json(text),
    };
    let (mut node, fault) = match parsed {
        Ok(node) => (node, None),
        Err(fault) => (plain_lines(text, notation), Some(fault)),
    };
    node.shift(first_line - 1);
    (node, fault.map(|fault| Fault { line: fault.line + first_line - 1, ..fault }))
}

fn parse_yaml(text: &str) -> Result<Node, Fault> {
    if text.trim().is_empty() {
        return Ok(Node { line: 1, value: Value::Map(Vec::new()) });
    }
    let options = serde_saphyr::options! {
        duplicate_keys: serde_saphyr::DuplicateKeyPolicy::LastWins,
        leading_zero_numbers_as_strings: true,
        underscored_numbers_as_strings: true,
        with_snippet: false,
        budget: serde_saphyr::budget! { max_nodes: NODE_LIMIT },
    };
    let parsed: Result<serde_saphyr::Spanned<Yaml>, _> = serde_saphyr::from_str_with_options(text, options);
    match parsed {
        Ok(spanned) => Ok(spanned.value.into_node(text, &spanned.defined)),
        Err(error) => {
            let at = error.location();
            let number = |n: u64| u32::try_from(n).unwrap_or(u32::MAX);
            let (line, column) = at.map_or((1, 0), |at| (number(at.line()).max(1), number(at.column())));
            let message = error.without_snippet().to_string();
            let message = message.lines().next().unwrap_or_default();
            // The place is given beside the message.
            let message = message.split(" at line ").next().unwrap_or(message).trim_end_matches('.').to_string();
            let message =
                if message.starts_with("budget breached") { "it holds too much".to_string() } else { message };
            Err(Fault { line, column, message })
        }
    }
}

/// A YAML value as the parser hands it over; numbers are taken from the source as written.
enum Yaml {
    Text(String),
    Number(String),
    List(Vec<serde_saphyr::Spanned<Yaml>>),
    Map(Vec<(serde_saphyr::Spanned<Yaml>, serde_saphyr::Spanned<Yaml>)>),
}

impl Yaml {
    fn into_node(self, source: &str, at: &serde_saphyr::Location) -> Node {
        let line = u32::try_from(at.line()).unwrap_or(u32::MAX).max(1);
        let value = match self {
            Yaml::Text(text) => Value::Scalar(text),
            Yaml::Number(number) => Value::Scalar(written_number(source, at).unwrap_or(number)),
            Yaml::List(items) => {
                Value::List(items.into_iter().map(|i| i.value.into_node(source, &i.defined)).collect())
            }
            Yaml::Map(entries) => Value::Map(
                entries
                    .into_iter()
                    .map(|(key, node)| {
                        let line = u32::try_from(key.defined.line()).unwrap_or(u32::MAX).max(1);
                        let name = match key.value {
                            Yaml::Text(name) | Yaml::Number(name) => name,
                            _ => String::new(),
                        };
                        (Key { name, line }, node.value.into_node(source, &node.defined))
                    })
                    .collect(),
            ),
        };
        Node { line, value }
    }
}

/// A number as it stands in the source: `1.10` is not 1.1.
fn written_number(source: &str, at: &serde_saphyr::Location) -> Option<String> {
    let start = usize::try_from(at.span().byte_offset()?).ok()?;
    let length = usize::try_from(at.span().byte_len()?).ok()?;
    let written = source.get(start..start.checked_add(length)?)?.trim();
    written.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c)).then(|| written.to_string())
}

impl<'de> Deserialize<'de> for Yaml {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(YamlVisitor)
    }
}

struct YamlVisitor;

impl<'de> Visitor<'de> for YamlVisitor {
    type Value = Yaml;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("any value")
    }
    fn visit_bool<E>(self, value: bool) -> Result<Yaml, E> {
        Ok(Yaml::Text(value.to_string()))
    }
    fn visit_i64<E>(self, value: i64) -> Result<Yaml, E> {
        Ok(Yaml::Number(value.to_string()))
    }
    fn visit_u64<E>(self, value: u64) -> Result<Yaml, E> {
        Ok(Yaml::Number(value.to_string()))
    }
    fn visit_i128<E>(self, value: i128) -> Result<Yaml, E> {
        Ok(Yaml::Number(value.to_string()))
    }
    fn visit_u128<E>(self, value: u128) -> Result<Yaml, E> {
        Ok(Yaml::Number(value.to_string()))
    }
    fn visit_f64<E>(self, value: f64) -> Result<Yaml, E> {
        Ok(Yaml::Number(value.to_string()))
    }
    fn visit_str<E>(self, value: &str) -> Result<Yaml, E> {
        Ok(Yaml::Text(value.to_string()))
    }
    fn visit_unit<E>(self) -> Result<Yaml, E> {
        Ok(Yaml::Text(String::new()))
    }
    fn visit_none<E>(self) -> Result<Yaml, E> {
        Ok(Yaml::Text(String::new()))
    }
    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Yaml, D::Error> {
        Yaml::deserialize(deserializer)
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Yaml, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element()? {
            items.push(item);
        }
        Ok(Yaml::List(items))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Yaml, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = map.next_entry()? {
            entries.push(entry);
        }
        Ok(Yaml::Map(entries))
    }
}

fn parse_toml(text: &str) -> Result<Node, Fault> {
    match DeTable::parse(text) {
        Ok(table) => {
            let lines = LineIndex::new(text);
            Ok(Node { line: 1, value: toml_map(table.get_ref(), &lines) })
        }
        Err(error) => {
            let (line, column) = error.span().map_or((1, 0), |span| LineIndex::new(text).place(text, span.start));
            Err(Fault { line, column, message: error.message().replace('\n', ", ") })
        }
    }
}

fn toml_map(table: &DeTable<'_>, lines: &LineIndex) -> Value {
    let mut entries: Vec<(usize, Key, Node)> = table
        .iter()
        .map(|(key, value)| {
            let name = key.get_ref().to_string();
            let line = lines.line(key.span().start);
            (key.span().start, Key { name, line }, toml_node(value, lines))
        })
        .collect();
    entries.sort_by_key(|entry| entry.0);
    Value::Map(entries.into_iter().map(|(_, key, node)| (key, node)).collect())
}

fn toml_node(value: &toml::Spanned<DeValue<'_>>, lines: &LineIndex) -> Node {
    let line = lines.line(value.span().start);
    let value = match value.get_ref() {
        DeValue::String(text) => Value::Scalar(text.to_string()),
        DeValue::Integer(number) => Value::Scalar(number.to_string()),
        DeValue::Float(number) => Value::Scalar(number.to_string()),
        DeValue::Boolean(value) => Value::Scalar(value.to_string()),
        DeValue::Datetime(datetime) => Value::Scalar(datetime.to_string()),
        DeValue::Array(items) => Value::List(items.iter().map(|item| toml_node(item, lines)).collect()),
        DeValue::Table(table) => toml_map(table, lines),
    };
    Node { line, value }
}

fn parse_json(text: &str) -> Result<Node, Fault> {
    let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    match serde_json::from_str::<Json>(text) {
        Ok(json) => Ok(json_node(&json, &json_lines(text), 1)),
        Err(error) => {
            let message = error.to_string();
            let message = message.rsplit_once(" at line ").map_or(message.as_str(), |(m, _)| m).to_string();
            Err(Fault { line: number(error.line()).max(1), column: number(error.column()), message })
        }
    }
}

/// A JSON value as a tree. JSON's parser keeps no places: a key's line is the first that opens with it.
fn json_node(json: &Json, lines: &HashMap<&str, u32>, line: u32) -> Node {
    let value = match json {
        Json::Null => Value::Scalar(String::new()),
        Json::Bool(value) => Value::Scalar(value.to_string()),
        Json::Number(number) => Value::Scalar(number.to_string()),
        Json::String(text) => Value::Scalar(text.clone()),
        Json::Array(items) => Value::List(items.iter().map(|item| json_node(item, lines, line)).collect()),
        Json::Object(map) => Value::Map(
            map.iter()
                .map(|(name, value)| {
                    let line = lines.get(name.as_str()).copied().unwrap_or(line);
                    (Key { name: name.clone(), line }, json_node(value, lines, line))
                })
                .collect(),
        ),
    };
    Node { line, value }
}

/// The lines that open with a key in quotes.
fn json_lines(text: &str) -> HashMap<&str, u32> {
    let mut lines = HashMap::new();
    for (line, number) in text.lines().zip(1..) {
        let opening = line.trim_start_matches(['{', ' ', '\t']).strip_prefix('"');
        if let Some((key, _)) = opening.and_then(|rest| rest.split_once('"')) {
            lines.entry(key).or_insert(number);
        }
    }
    lines
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

impl Node {
    /// Moves all lines down.
    fn shift(&mut self, lines: u32) {
        self.line += lines;
        match &mut self.value {
            Value::Scalar(_) => {}
            Value::List(items) => items.iter_mut().for_each(|item| item.shift(lines)),
            Value::Map(entries) => {
                for (key, node) in entries {
                    key.line += lines;
                    node.shift(lines);
                }
            }
        }
    }
}

/// The starts of a text's lines.
struct LineIndex(Vec<usize>);

impl LineIndex {
    fn new(text: &str) -> Self {
        Self(std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect())
    }

    /// The 1-based line of a byte offset.
    fn line(&self, offset: usize) -> u32 {
        u32::try_from(self.0.partition_point(|&start| start <= offset)).unwrap_or(u32::MAX)
    }

    /// The 1-based line and column of a byte offset.
    fn place(&self, text: &str, offset: usize) -> (u32, u32) {
        let line = self.line(offset);
        let start = self.0[line as usize - 1];
        let column = text.get(start..offset).map_or(0, |before| before.chars().count());
        (line, u32::try_from(column).unwrap_or(u32::MAX).saturating_add(1))
    }
}

fn count_lines(text: &str) -> u32 {
    u32::try_from(text.bytes().filter(|&b| b == b'\n').count()).unwrap_or(u32::MAX)
}
