//! Where a person is signed in, as her page of sessions shows it.

use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The name of the session that a page is for: a hash of its cookie's id, which opens nothing. In the request's
/// extensions and in Leptos context, where somebody is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ThisSession(pub Arc<str>);

/// The sessions of a person, and what was just done to them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SessionList {
    /// The one that asks.
    pub this: Option<SessionEntry>,
    /// The others, the last used first.
    pub others: Vec<SessionEntry>,
    /// Whether there are more than are listed.
    pub is_cut: bool,
    /// What the last form did, to be said once.
    pub ended: Option<Ended>,
}

/// A session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionEntry {
    /// What ends it, for its own person.
    pub key: String,
    /// The label of the provider.
    pub provider_name: String,
    /// The browser in words.
    pub browser: String,
    /// The client's address when it began.
    pub address: String,
    /// When it began, RFC 3339, UTC, whole seconds.
    pub signed_in_at: String,
    /// When it was last noted to be in use, likewise.
    pub seen_at: String,
    /// When it ends if nothing happens, likewise.
    pub expires: String,
    /// Whether it ends then however much it is used.
    pub is_limited: bool,
}

/// What was ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ended {
    /// One session, of this browser in words.
    One(String),
    /// This many, all but the one that asked.
    Others(u32),
    /// None: the session that was meant had ended before.
    Nothing,
}

impl Ended {
    /// What to say of it.
    #[must_use]
    pub fn sentence(&self) -> String {
        match self {
            Self::One(browser) => format!("Ended: {browser}."),
            Self::Others(0) => "There was no other session to end.".to_owned(),
            Self::Others(1) => "Ended: one other session.".to_owned(),
            Self::Others(count) => format!("Ended: {count} other sessions."),
            Self::Nothing => "That session had already ended.".to_owned(),
        }
    }
}
