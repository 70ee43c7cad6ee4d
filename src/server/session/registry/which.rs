//! Which sessions are meant: all that can be meant is found by an index.

use crate::server::{secret, session::Handle};

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

impl Which<'_> {
    /// By which is remembered that a provider has ended them; `None` for what is not a provider's to say.
    pub(super) fn mark(&self) -> Option<String> {
        match *self {
            Self::Sid { provider, sid } => Some(mark(provider, Some(sid), None)),
            Self::Subject { provider, sub } => Some(mark(provider, None, Some(sub))),
            Self::SidOfSubject { provider, sid, sub } => Some(mark(provider, Some(sid), Some(sub))),
            Self::One { .. } | Self::Others { .. } | Self::Person(_) => None,
        }
    }
}

/// The marks of all that would end a session of that `sub` and `sid`. Without a `sid` the first is one that nothing sets.
pub(super) fn marks(provider: &str, sid: Option<&str>, sub: &str) -> [String; 3] {
    [(sid, None), (sid, Some(sub)), (None, Some(sub))].map(|(sid, sub)| mark(provider, sid, sub))
}

fn mark(provider: &str, sid: Option<&str>, sub: Option<&str>) -> String {
    let [sid, sub] = [sid, sub].map(|part| part.map_or_else(String::new, secret::digest));
    secret::digest(&format!("{provider}\0{sid}\0{sub}"))
}

/// A `sid` as it is kept: whoever knows it may end the session, so that a copy of the database must not tell it.
pub(crate) fn hidden(sid: &str) -> String {
    secret::digest(sid)
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
        Which::Sid { provider, sid } => ("provider = $1 AND sid = $2", vec![provider.to_owned(), hidden(sid)]),
        Which::Subject { provider, sub } => ("provider = $1 AND sub = $2", vec![provider.to_owned(), sub.to_owned()]),
        Which::SidOfSubject { provider, sid, sub } => (
            "provider = $1 AND sid = $2 AND sub = $3",
            vec![provider.to_owned(), hidden(sid), sub.to_owned()],
        ),
    };
    (format!("SELECT id FROM sessions WHERE {condition}"), values)
}
