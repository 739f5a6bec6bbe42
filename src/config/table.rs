//! Reading one table of a configuration: known keys by type, everything else a mistake.
//!
//! A derived deserialiser stops at the first mistake; a table read key by key can report all of them.

use std::ops::{Range, RangeInclusive};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::mistake::{Mistake, Origin, did_you_mean, nearest};

/// A value with where it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Value<T> {
    pub(super) value: T,
    pub(super) origin: Origin,
}

impl<T> Value<T> {
    pub(super) fn in_file(value: T, range: Range<usize>) -> Self {
        Self { value, origin: Origin::File(range) }
    }
}

/// A table that is being read. Ask for every key it may have, then [`Table::finish`] it.
pub(super) struct Table<'t, 'i> {
    table: &'t DeTable<'i>,
    name: &'static str,
    known: Vec<&'static str>,
    mistakes: Vec<Mistake>,
}

impl<'t, 'i> Table<'t, 'i> {
    /// A table shown in messages as `name`, e.g. `[server]`; the file itself has the empty name.
    pub(super) fn new(table: &'t DeTable<'i>, name: &'static str) -> Self {
        Self { table, name, known: Vec::new(), mistakes: Vec::new() }
    }

    /// A key that must be there; call before it is read. `place` is marked where it is not.
    pub(super) fn require(&mut self, key: &str, place: &Range<usize>, message: &str, advice: &str) {
        if !self.table.contains_key(key) {
            self.mistakes.push(Mistake::span(place.clone(), message, advice));
        }
    }

    /// A string.
    pub(super) fn string(&mut self, key: &'static str) -> Option<Value<String>> {
        let value = self.get(key)?;
        match value.get_ref() {
            DeValue::String(text) => Some(Value::in_file(text.to_string(), value.span())),
            _ => self.wrong(key, value, "a string in quotes", &quoted(value)),
        }
    }

    /// A string that is not blank; for values that a reader sees or that name something.
    pub(super) fn filled(&mut self, key: &'static str) -> Option<Value<String>> {
        let text = self.string(key)?;
        if text.value.trim().is_empty() {
            self.mistakes.push(Mistake::new(
                &text.origin,
                format!("`{key}` is empty"),
                "write something, or leave the line out",
            ));
            return None;
        }
        Some(text)
    }

    /// A whole number within a range.
    pub(super) fn integer(&mut self, key: &'static str, range: RangeInclusive<u32>) -> Option<Value<u32>> {
        let value = self.get(key)?;
        let (low, high) = (range.start(), range.end());
        let DeValue::Integer(number) = value.get_ref() else {
            return self.wrong(
                key,
                value,
                "a whole number",
                &format!("write a number from {low} to {high}, no quotes"),
            );
        };
        match u32::from_str_radix(number.as_str(), number.radix()).ok().filter(|number| range.contains(number)) {
            Some(number) => Some(Value::in_file(number, value.span())),
            None => {
                let message = format!("`{key}` is out of range");
                self.mistakes.push(Mistake::span(
                    value.span(),
                    message,
                    format!("write a number from {low} to {high}"),
                ));
                None
            }
        }
    }

    /// A list of strings; `None` where the key is missing.
    pub(super) fn strings(&mut self, key: &'static str) -> Option<Vec<Value<String>>> {
        let value = self.get(key)?;
        let DeValue::Array(list) = value.get_ref() else {
            let advice = match value.get_ref() {
                DeValue::String(text) => format!("put it in brackets: [{text:?}]"),
                _ => "write it as [\"one\", \"two\"]".to_string(),
            };
            return self.wrong(key, value, "a list of strings", &advice);
        };
        let mut strings = Vec::new();
        for one in list.iter() {
            match one.get_ref() {
                DeValue::String(text) => strings.push(Value::in_file(text.to_string(), one.span())),
                _ => {
                    self.wrong::<()>(key, one, "a list of strings", &quoted(one));
                }
            }
        }
        Some(strings)
    }

    /// A table of strings under keys of the author's own, in their order.
    pub(super) fn pairs(&mut self, key: &'static str) -> Vec<(Value<String>, Value<String>)> {
        let Some(value) = self.get(key) else { return Vec::new() };
        let DeValue::Table(table) = value.get_ref() else {
            self.wrong::<()>(key, value, "a table of strings", "write it as { \"one\" = \"other\" }");
            return Vec::new();
        };
        let mut pairs = Vec::new();
        for (name, value) in table.iter() {
            match value.get_ref() {
                DeValue::String(text) => pairs.push((
                    Value::in_file(name.get_ref().to_string(), name.span()),
                    Value::in_file(text.to_string(), value.span()),
                )),
                _ => {
                    self.wrong::<()>(key, value, "a table of strings", &quoted(value));
                }
            }
        }
        pairs
    }

    /// One word of several, each with its meaning.
    pub(super) fn choice<T: Copy>(&mut self, key: &'static str, choices: &[(&'static str, T)]) -> Option<Value<T>> {
        let text = self.string(key)?;
        if let Some((_, meaning)) = choices.iter().find(|(word, _)| *word == text.value) {
            return Some(Value { value: *meaning, origin: text.origin });
        }
        let words: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
        let advice = did_you_mean(&nearest(&text.value, words.iter().copied(), 1))
            .unwrap_or_else(|| format!("write one of `{}`", words.join("`, `")));
        self.mistakes.push(Mistake::new(&text.origin, format!("`{key}` can't be `{}`", text.value), advice));
        None
    }

    /// A table below this one, with the place of its header.
    pub(super) fn table(&mut self, key: &'static str) -> Option<(&'t DeTable<'i>, Range<usize>)> {
        let value = self.get(key)?;
        match value.get_ref() {
            DeValue::Table(table) => Some((table, value.span())),
            DeValue::Array(_) => {
                self.wrong(key, value, "one table", &format!("there is only one: write [{key}] in single brackets"))
            }
            _ => self.wrong(key, value, "a table", &format!("write its keys below a line [{key}]")),
        }
    }

    /// A list of tables below this one, with the places of their headers.
    pub(super) fn tables(&mut self, key: &'static str) -> Vec<(&'t DeTable<'i>, Range<usize>)> {
        let Some(value) = self.get(key) else { return Vec::new() };
        let advice = format!("there may be several: write [[{key}]] in double brackets");
        let DeValue::Array(list) = value.get_ref() else {
            self.wrong::<()>(key, value, "a list of tables", &advice);
            return Vec::new();
        };
        if list.is_empty() {
            self.mistakes.push(Mistake::span(value.span(), format!("`{key}` is an empty list"), advice.as_str()));
        }
        let mut tables = Vec::new();
        for one in list.iter() {
            match one.get_ref() {
                DeValue::Table(table) => tables.push((table, one.span())),
                _ => {
                    self.wrong::<()>(key, one, "a list of tables", &advice);
                }
            }
        }
        tables
    }

    /// Adds the mistakes of this table, unknown keys among them, to `mistakes`.
    pub(super) fn finish(mut self, mistakes: &mut Vec<Mistake>) {
        for key in self.table.keys() {
            if self.known.contains(&key.get_ref().as_ref()) {
                continue;
            }
            let message = match self.name {
                "" => format!("unknown key `{}`", key.get_ref()),
                name => format!("unknown key `{}` in {name}", key.get_ref()),
            };
            let advice = did_you_mean(&nearest(key.get_ref(), self.known.iter().copied(), 1))
                .unwrap_or_else(|| format!("known here: {}", self.known.join(", ")));
            self.mistakes.push(Mistake::span(key.span(), message, advice));
        }
        mistakes.append(&mut self.mistakes);
    }

    fn get(&mut self, key: &'static str) -> Option<&'t Spanned<DeValue<'i>>> {
        self.known.push(key);
        self.table.get(key)
    }

    fn wrong<T>(&mut self, key: &str, value: &Spanned<DeValue<'i>>, expected: &str, advice: &str) -> Option<T> {
        let message = format!("`{key}` must be {expected}, not {}", kind(value.get_ref()));
        self.mistakes.push(Mistake::span(value.span(), message, advice));
        None
    }
}

fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a fraction",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

/// Advice for a value that lacks its quotes.
fn quoted(value: &Spanned<DeValue<'_>>) -> String {
    match value.get_ref() {
        DeValue::Integer(number) => format!("put it in quotes: \"{number}\""),
        DeValue::Float(number) => format!("put it in quotes: \"{number}\""),
        DeValue::Boolean(truth) => format!("put it in quotes: \"{truth}\""),
        DeValue::Datetime(date) => format!("put it in quotes: \"{date}\""),
        DeValue::Array(_) => "there can be only one: take it out of the brackets".to_string(),
        DeValue::String(_) | DeValue::Table(_) => "write it as \"text\"".to_string(),
    }
}
