//! Header fields as markups other than Markdown write them: field lists of reStructuredText, comments of Nikola, document
//! attributes of AsciiDoc, keywords of Org. What follows is read as plain text.

use super::tree::{Key, Node, Value};
use super::{Header, fields};
use crate::date::{self, Hints};

/// Header fields, and where the text behind them starts.
pub(super) struct FieldList {
    /// The fields.
    pub header: Header,
    /// Byte offset of the body.
    pub body: usize,
    /// 1-based line of the body.
    pub body_line: u32,
}

/// So many lines are looked at.
const MOST_LINES: usize = 100;

/// Reads the head of a text that opens as one of these markups does; `None` without a title and a field beside it.
pub(super) fn read(text: &str) -> Option<FieldList> {
    let mut head = Head { text, at: 0, line: 1, entries: Vec::new() };
    head.skip_blank();
    let first = head.peek()?;
    if let Some(mark) = ["#+", ".. "].into_iter().find(|mark| first.starts_with(mark)) {
        head.keywords(mark);
    } else if let Some(title) = first.strip_prefix("= ") {
        head.add("title", title);
        head.next();
        head.attributes();
    } else {
        head.docinfo()?;
    }
    let has = |name: &str| head.entries.iter().any(|(key, _)| key.name.eq_ignore_ascii_case(name));
    if !has("title") || head.entries.len() < 2 {
        return None;
    }
    let header = fields::header(&Node { line: 1, value: Value::Map(head.entries) });
    Some(FieldList { header, body: head.at, body_line: head.line })
}

/// The lines at the head of a text, and the fields read from them.
struct Head<'a> {
    text: &'a str,
    at: usize,
    line: u32,
    entries: Vec<(Key, Node)>,
}

impl<'a> Head<'a> {
    fn peek(&self) -> Option<&'a str> {
        self.text[self.at..].lines().next().filter(|_| (self.line as usize) < MOST_LINES)
    }

    fn next(&mut self) -> Option<&'a str> {
        let line = self.text[self.at..].split_inclusive('\n').next().filter(|_| (self.line as usize) < MOST_LINES)?;
        self.at += line.len();
        self.line += 1;
        Some(line.trim_end())
    }

    fn skip_blank(&mut self) {
        while self.peek().is_some_and(|line| line.trim().is_empty()) {
            self.next();
        }
    }

    fn add(&mut self, name: &str, value: &str) {
        let line = self.line;
        let value = value.trim().trim_matches(['<', '>']).to_string();
        self.entries.push((Key { name: name.to_string(), line }, Node { line, value: Value::Scalar(value) }));
    }

    /// Org and Nikola: `#+DATE: <2025-06-05 Thu>`, `.. date: 2025-06-05`.
    fn keywords(&mut self, mark: &str) {
        while let Some(line) = self.peek().and_then(|line| line.strip_prefix(mark)) {
            if let Some((name, value)) = line.split_once(':') {
                self.add(&name.to_ascii_lowercase(), value);
            }
            self.next();
        }
    }

    /// AsciiDoc: `:revdate: 5 June 2025`, with a line for the author and one for the revision above them.
    fn attributes(&mut self) {
        while let Some(line) = self.peek().filter(|line| !line.trim().is_empty()) {
            match field(line) {
                Some((name, value)) => {
                    let name = name.strip_prefix("page-").or(name.strip_prefix("jbake-")).unwrap_or(name);
                    self.add(if name == "revdate" { "date" } else { name }, value);
                }
                None if line.starts_with("//") => {}
                None => {
                    let found = date::find(line, &Hints::default()).into_iter().next();
                    match found.filter(|found| found.is_complete() && line.len() <= 60) {
                        Some(found) => self.add("date", &line[found.span]),
                        None if line.contains('@') => self.add("author", line.split('<').next().unwrap_or(line)),
                        None => return,
                    }
                }
            }
            self.next();
        }
    }

    /// reStructuredText: a title between or over rules, then `:date: 2025-06-05`.
    fn docinfo(&mut self) -> Option<()> {
        if self.peek().is_some_and(is_rule) {
            self.next();
        }
        let title = self.peek()?;
        if title.trim().is_empty() || is_rule(title) {
            return None;
        }
        self.add("title", title);
        self.next();
        self.next().filter(|line| is_rule(line))?;
        self.skip_blank();
        while let Some((name, value)) = self.peek().and_then(field) {
            self.add(name, value);
            self.next();
        }
        Some(())
    }
}

/// `:name: value`.
fn field(line: &str) -> Option<(&str, &str)> {
    let (name, value) = line.strip_prefix(':')?.split_once(':')?;
    let named = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_ ".contains(&byte));
    (named && (value.is_empty() || value.starts_with(' '))).then_some((name, value))
}

/// A line of one sign of punctuation.
fn is_rule(line: &str) -> bool {
    let line = line.trim_end();
    line.len() >= 3
        && line.bytes().all(|byte| byte == line.as_bytes()[0])
        && line.starts_with(|c: char| c.is_ascii_punctuation())
}
