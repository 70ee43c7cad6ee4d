//! Writes YAML, as little of it as a blueprint needs: every text of others is quoted and escaped.

use std::fmt::Write;

/// A piece of YAML. Names of members and words are ours; texts are anybody's.
#[derive(Clone, Debug)]
pub enum Node {
    /// A word of ours that needs no quotation marks.
    Word(&'static str),
    /// Any text.
    Text(String),
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Number(u32),
    /// One after the other.
    List(Vec<Self>),
    /// Members, in this order.
    Map(Vec<(&'static str, Self)>),
    /// A node that authentik reads in its own way, such as `!KeyOf`.
    Tagged(&'static str, Box<Self>),
}

impl Node {
    /// A text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// Over several lines, from the left margin.
    #[must_use]
    pub fn block(&self) -> String {
        self.indented(0)
    }

    /// The same, `margin` columns to the right.
    #[must_use]
    pub fn indented(&self, margin: usize) -> String {
        let mut text = String::new();
        self.write_block(margin, &mut text);
        text
    }

    fn write_block(&self, margin: usize, text: &mut String) {
        match self {
            Self::List(items) => {
                for item in items {
                    let mut inner = String::new();
                    item.write_block(margin + 2, &mut inner);
                    // The dash stands where the first line of the item begins.
                    let _ = write!(text, "{:margin$}- {}", "", inner.trim_start());
                }
            }
            Self::Map(members) => {
                for (name, value) in members {
                    let _ = write!(text, "{:margin$}{name}:", "");
                    if value.is_block() {
                        text.push('\n');
                        value.write_block(margin + 2, text);
                    } else {
                        let _ = writeln!(text, " {}", value.line());
                    }
                }
            }
            _ => {
                let _ = writeln!(text, "{:margin$}{}", "", self.line());
            }
        }
    }

    fn is_block(&self) -> bool {
        match self {
            Self::List(items) => !items.is_empty(),
            Self::Map(members) => !members.is_empty(),
            _ => false,
        }
    }

    /// On one line.
    fn line(&self) -> String {
        match self {
            Self::Word(word) => (*word).to_owned(),
            Self::Text(text) => quoted(text),
            Self::Bool(value) => value.to_string(),
            Self::Number(number) => number.to_string(),
            Self::List(items) => {
                let items: Vec<String> = items.iter().map(Self::line).collect();
                format!("[{}]", items.join(", "))
            }
            Self::Map(members) => {
                let members: Vec<String> = members
                    .iter()
                    .map(|(name, value)| format!("{name}: {}", value.line()))
                    .collect();
                format!("{{{}}}", members.join(", "))
            }
            Self::Tagged(tag, node) => format!("!{tag} {}", node.line()),
        }
    }
}

/// In double quotes ([YAML 1.2, 7.3.1](https://yaml.org/spec/1.2.2/#731-double-quoted-style)). Letters, digits and ASCII
/// stand as they are; all else is escaped, line breaks of every kind among it.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for character in text.chars() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            ' '..='~' => quoted.push(character),
            _ if character.is_alphanumeric() => quoted.push(character),
            _ => match u32::from(character) {
                code @ 0..=0xffff => {
                    let _ = write!(quoted, "\\u{code:04x}");
                }
                code => {
                    let _ = write!(quoted, "\\U{code:08x}");
                }
            },
        }
    }
    quoted.push('"');
    quoted
}
