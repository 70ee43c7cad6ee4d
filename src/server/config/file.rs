//! Reads `Leptos.toml`: its tables one by one, and refuses whatever no one asked for.

use super::{
    mistakes::{Mistake, Mistakes, plain},
    nearest,
    text::{Shown, Text},
};
use std::collections::BTreeSet;
use toml::{Table, Value};

/// One table of the file. It has no `Debug`: somebody may have written a secret into it.
pub(super) struct Section {
    file: String,
    path: String,
    table: Table,
    /// Whether the file has it.
    pub(super) is_given: bool,
}

impl Section {
    /// The file as a whole: `file` is its path as messages show it. Without a file every table is absent.
    pub(super) fn root(source: Option<(&str, &str)>, mistakes: &mut Mistakes) -> Self {
        let (file, text) = source.unwrap_or_default();
        let table = text.parse::<Table>().unwrap_or_else(|error| {
            // Only the message: the line itself may hold a secret.
            let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
            let line = before.matches('\n').count() + 1;
            let found = format!("text that is not TOML in line {line}: {}", plain(error.message()));
            mistakes.add_unread(Mistake::new(plain(file), found, "a file in TOML, see https://toml.io"));
            Table::new()
        });
        Self {
            file: plain(file),
            path: String::new(),
            table,
            is_given: source.is_some(),
        }
    }

    /// Takes the table `key` out; an empty one if there is none.
    pub(super) fn section(&mut self, key: &str, mistakes: &mut Mistakes) -> Self {
        let dot = if self.path.is_empty() { "" } else { "." };
        let path = format!("{}{dot}{}", self.path, plain(key));
        let (table, is_given) = match self.table.remove(key) {
            None => (Table::new(), false),
            Some(Value::Table(table)) => (table, true),
            Some(other) => {
                let expected = format!("a table, [{path}]");
                mistakes.add_unread(Mistake::new(self.subject(key), kind(&other), expected));
                (Table::new(), true)
            }
        };
        Self {
            file: self.file.clone(),
            path,
            table,
            is_given,
        }
    }

    /// Takes the text, number or boolean `key` out, as text.
    pub(super) fn take(&mut self, key: &str, shown: Shown, mistakes: &mut Mistakes) -> Option<Text> {
        let value = match self.table.remove(key)? {
            Value::String(text) => text,
            Value::Integer(number) => number.to_string(),
            Value::Float(number) => number.to_string(),
            Value::Boolean(flag) => flag.to_string(),
            Value::Datetime(time) => time.to_string(),
            other @ (Value::Array(_) | Value::Table(_)) => {
                mistakes.add_unread(Mistake::new(self.subject(key), kind(&other), "text in quotation marks"));
                return None;
            }
        };
        Some(Text::new(self.subject(key), &value, shown))
    }

    /// Takes the list of texts `key` out; none of them may be empty.
    pub(super) fn take_list(&mut self, key: &str, mistakes: &mut Mistakes) -> Option<Vec<String>> {
        let value = self.table.remove(key)?;
        let list = value.as_array().and_then(|list| {
            let texts = list
                .iter()
                .map(|item| item.as_str().filter(|text| !text.trim().is_empty()));
            texts.map(|text| text.map(str::to_owned)).collect::<Option<Vec<_>>>()
        });
        if list.is_none() {
            let expected = "a list of texts that are not empty, such as [\"one\", \"another\"]";
            mistakes.add(Mistake::new(self.subject(key), kind(&value), expected));
        }
        list
    }

    /// Takes the texts `key` out: a list, or one text with commas between them.
    pub(super) fn take_texts(&mut self, key: &str, mistakes: &mut Mistakes) -> Vec<Text> {
        if !matches!(self.table.get(key), Some(Value::Array(_))) {
            let text = self.take(key, Shown::Whole, mistakes);
            return text.map(|text| text.split()).unwrap_or_default();
        }
        let texts = self.take_list(key, mistakes).unwrap_or_default();
        let subject = self.subject(key);
        texts
            .iter()
            .map(|text| Text::new(&subject, text, Shown::Whole))
            .collect()
    }

    /// Refuses `key`, if it is there: a secret that belongs into `variable`.
    pub(super) fn refuse_secret(&mut self, key: &str, variable: &str, mistakes: &mut Mistakes) {
        if self.table.remove(key).is_some() {
            mistakes.add(self.secret(key, variable));
        }
    }

    fn secret(&self, key: &str, variable: &str) -> Mistake {
        let expected = format!("no secret in this file: set the variable {variable}, or {variable}_FILE to its path");
        Mistake::new(self.subject(key), "a secret", expected)
    }

    /// The keys that are left.
    pub(super) fn keys(&self) -> BTreeSet<String> {
        self.table.keys().cloned().collect()
    }

    /// Refuses every key that is left: `known` are those that may be there, `secret` the variable for secrets.
    pub(super) fn finish(self, known: &[&str], secret: &str, mistakes: &mut Mistakes) {
        for (key, value) in &self.table {
            let mistake = if is_secret(key) {
                self.secret(key, secret)
            } else {
                let expected = match nearest::find(key, known.iter().map(|key| (*key).to_owned())) {
                    Some(meant) => format!("{meant}, perhaps"),
                    None => format!("one of {}", known.join(", ")),
                };
                let found = if value.is_table() {
                    "a table that is not known"
                } else {
                    "a key that is not known"
                };
                Mistake::new(self.subject(key), found, expected)
            };
            mistakes.add(mistake);
        }
    }

    /// How messages call the key.
    pub(super) fn subject(&self, key: &str) -> String {
        let table = if self.path.is_empty() {
            String::new()
        } else {
            format!("[{}] ", self.path)
        };
        format!("{}, {table}{}", self.file, plain(key))
    }
}

/// Whether somebody who names a key so means a secret.
pub(super) fn is_secret(key: &str) -> bool {
    matches!(key, "secret" | "client-secret" | "client_secret")
}

fn kind(value: &Value) -> String {
    match value {
        Value::String(_) => "a text",
        Value::Integer(_) => "an integer",
        Value::Float(_) => "a number",
        Value::Boolean(_) => "a boolean",
        Value::Datetime(_) => "a date",
        Value::Array(_) => "a list",
        Value::Table(_) => "a table",
    }
    .to_owned()
}
