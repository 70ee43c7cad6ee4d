//! Which sessions are meant: all that can be meant is found by an index.

use crate::server::session::Handle;

/// Which sessions are meant.
#[derive(Clone, Copy, Debug)]
pub enum Which<'a> {
    /// That one of a person, and nobody else's.
    One {
        /// Whose it must be.
        person: &'a str,
        /// Which it is.
        handle: Handle,
    },
    /// All of a person but that one.
    Others {
        /// Whose.
        person: &'a str,
        /// Which stays.
        but: Handle,
    },
    /// All of a person.
    Person(&'a str),
    /// Those that a provider calls by that `sid`.
    Sid {
        /// The id of the provider.
        provider: &'a str,
        /// Its session id.
        sid: &'a str,
    },
    /// All of a subject of a provider.
    Subject {
        /// The id of the provider.
        provider: &'a str,
        /// Its `sub`.
        sub: &'a str,
    },
    /// Those of that subject that the provider calls by that `sid`.
    SidOfSubject {
        /// The id of the provider.
        provider: &'a str,
        /// Its session id.
        sid: &'a str,
        /// Its `sub`.
        sub: &'a str,
    },
}

/// The statement that finds those sessions, and what to bind to it.
pub(crate) fn query(which: Which<'_>) -> (String, Vec<String>) {
    let (condition, values) = match which {
        Which::One { person, handle } => (
            "person_id = $1 AND id = $2",
            vec![person.to_owned(), handle.to_string()],
        ),
        Which::Others { person, but } => ("person_id = $1 AND id <> $2", vec![person.to_owned(), but.to_string()]),
        Which::Person(person) => ("person_id = $1", vec![person.to_owned()]),
        Which::Sid { provider, sid } => ("provider = $1 AND sid = $2", vec![provider.to_owned(), sid.to_owned()]),
        Which::Subject { provider, sub } => ("provider = $1 AND sub = $2", vec![provider.to_owned(), sub.to_owned()]),
        Which::SidOfSubject { provider, sid, sub } => (
            "provider = $1 AND sid = $2 AND sub = $3",
            vec![provider.to_owned(), sid.to_owned(), sub.to_owned()],
        ),
    };
    (format!("SELECT id FROM sessions WHERE {condition}"), values)
}
