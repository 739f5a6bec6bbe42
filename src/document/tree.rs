//! Trees of front matter: YAML, TOML and JSON parsed into one shape that keeps lines.

use std::collections::HashMap;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::Value as Json;
use toml::de::{DeTable, DeValue};

/// A value of front matter with the line it stands in.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Node {
    /// 1-based line in the file.
    pub line: u32,
    /// The value.
    pub value: Value,
}

/// What front matter may hold; numbers, dates and booleans are their text as written.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    /// Text, a number, a date, a boolean; empty for null.
    Scalar(String),
    /// A list.
    List(Vec<Node>),
    /// A mapping in the order written, each key with its line.
    Map(Vec<(Key, Node)>),
}

/// A key as written and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Key {
    /// The key as written.
    pub name: String,
    /// 1-based line in the file.
    pub line: u32,
}

/// Where and why a parser stopped.
pub(super) struct Fault {
    /// 1-based.
    pub line: u32,
    /// 1-based; 0 where it is not known.
    pub column: u32,
    /// Why, in a few words.
    pub message: String,
}

/// Values that one front matter may hold, aliases expanded: a bound on YAML bombs.
const NODE_LIMIT: usize = 20_000;

impl Node {
    /// The text of a scalar, or of a list's only entry.
    pub(super) fn scalar(&self) -> Option<&str> {
        match &self.value {
            Value::Scalar(text) => Some(text),
            Value::List(items) if items.len() == 1 => items[0].scalar(),
            _ => None,
        }
    }

    /// The node itself, or the entries of a list.
    pub(super) fn items(&self) -> &[Node] {
        match &self.value {
            Value::List(items) => items,
            _ => std::slice::from_ref(self),
        }
    }

    /// The text of a scalar, or of a list's only entry.
    pub(super) fn scalars(&self) -> impl Iterator<Item = &str> {
        self.items().iter().filter_map(Node::scalar)
    }

    /// Moves all lines down.
    pub(super) fn shift(&mut self, lines: u32) {
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

/// YAML 1.2 as a tree; the empty text is an empty mapping. Lines count from 1.
pub(super) fn yaml(text: &str) -> Result<Node, Fault> {
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

/// TOML as a tree. Lines count from 1.
pub(super) fn toml(text: &str) -> Result<Node, Fault> {
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

/// JSON as a tree. Lines count from 1.
pub(super) fn json(text: &str) -> Result<Node, Fault> {
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
