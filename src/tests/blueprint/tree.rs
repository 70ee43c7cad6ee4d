//! YAML as a tree, of the events of `saphyr-parser`, with the tags that authentik gives a meaning to.

use saphyr_parser::{Event, Parser, ScalarStyle};
use std::ops::Index;

/// A node.
#[derive(Debug)]
pub enum Yaml {
    Text(String),
    Bool(bool),
    Number(i64),
    List(Vec<Yaml>),
    Map(Vec<(String, Yaml)>),
    Tagged(String, Box<Yaml>),
}

/// Reads the only document in `text`.
pub fn parse(text: &str) -> Yaml {
    let events = Parser::new_from_str(text).map(|event| match event {
        Ok((event, _)) => event,
        Err(error) => panic!("{error}\n{text}"),
    });
    let mut events = events.filter(|event| !matches!(event, Event::StreamStart | Event::Nothing));
    assert!(matches!(events.next(), Some(Event::DocumentStart(_))));
    let tree = node(events.next().unwrap(), &mut events);
    assert!(matches!(events.next(), Some(Event::DocumentEnd)));
    assert!(
        matches!(events.next(), Some(Event::StreamEnd)),
        "authentik reads one document"
    );
    tree
}

fn node<'i>(first: Event<'i>, events: &mut impl Iterator<Item = Event<'i>>) -> Yaml {
    let (node, tag) = match first {
        Event::Scalar(text, ScalarStyle::Plain, _, tag) => (plain(&text), tag),
        Event::Scalar(text, _, _, tag) => (Yaml::Text(text.into_owned()), tag),
        Event::SequenceStart(_, tag) => {
            let mut items = Vec::new();
            loop {
                match events.next().unwrap() {
                    Event::SequenceEnd => break (Yaml::List(items), tag),
                    item => items.push(node(item, events)),
                }
            }
        }
        Event::MappingStart(_, tag) => {
            let mut members: Vec<(String, Yaml)> = Vec::new();
            loop {
                match events.next().unwrap() {
                    Event::MappingEnd => break (Yaml::Map(members), tag),
                    Event::Scalar(name, _, _, None) => {
                        assert!(members.iter().all(|(other, _)| *other != name), "{name} comes twice");
                        members.push((name.into_owned(), node(events.next().unwrap(), events)));
                    }
                    other => panic!("{other:?} is no name of a member"),
                }
            }
        }
        other => panic!("{other:?} in the tree"),
    };
    match tag {
        Some(tag) => {
            assert_eq!(tag.handle, "!");
            Yaml::Tagged(tag.suffix.clone(), Box::new(node))
        }
        None => node,
    }
}

/// A scalar without quotation marks, as YAML 1.1 reads it, which is what authentik reads.
fn plain(text: &str) -> Yaml {
    match text {
        "true" => Yaml::Bool(true),
        "false" => Yaml::Bool(false),
        "" | "~" | "null" | "yes" | "no" | "on" | "off" | "y" | "n" => panic!("{text:?} is not what it looks like"),
        _ => text.parse().map_or_else(|_| Yaml::Text(text.to_owned()), Yaml::Number),
    }
}

impl Yaml {
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    pub fn list(&self) -> &[Yaml] {
        match self {
            Self::List(items) => items,
            other => panic!("no list: {other:?}"),
        }
    }

    /// The members of a map; none where there is no map.
    pub fn members(&self) -> &[(String, Yaml)] {
        match self {
            Self::Map(members) => members,
            _ => &[],
        }
    }

    pub fn get(&self, name: &str) -> Option<&Yaml> {
        let found = self.members().iter().find(|(found, _)| found == name);
        found.map(|(_, value)| value)
    }

    /// The tag, and what it is on.
    #[track_caller]
    pub fn tagged(&self) -> (&str, &Yaml) {
        match self {
            Self::Tagged(tag, inner) => (tag, inner),
            other => panic!("not tagged: {other:?}"),
        }
    }
}

impl Index<&str> for Yaml {
    type Output = Yaml;

    fn index(&self, name: &str) -> &Yaml {
        self.get(name).unwrap_or_else(|| panic!("{name} is not in {self:?}"))
    }
}

impl Index<usize> for Yaml {
    type Output = Yaml;

    fn index(&self, at: usize) -> &Yaml {
        &self.list()[at]
    }
}
