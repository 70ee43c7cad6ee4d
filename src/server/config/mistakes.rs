//! Collects every mistake of the configuration, so that one start shows them all.

use std::{error::Error, fmt};

/// The longest piece of a value or a name that a message repeats, in characters.
const SHOWN: usize = 120;

/// One mistake: where it is, what is there, and what should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// The variable, or the key and its file.
    pub subject: String,
    /// What was found; never the value of a secret.
    pub found: String,
    /// What is expected, and what to do.
    pub expected: String,
}

impl Mistake {
    /// A mistake of `subject`.
    pub fn new(subject: impl Into<String>, found: impl Into<String>, expected: impl Into<String>) -> Self {
        Self {
            subject: subject.into(),
            found: found.into(),
            expected: expected.into(),
        }
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: found {}; expected {}", self.subject, self.found, self.expected)
    }
}

/// Every mistake of the configuration. It prints as a list, and never holds the value of a secret.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mistakes {
    list: Vec<Mistake>,
    unread: bool,
}

impl Mistakes {
    /// Every mistake, in the order of the checks.
    #[must_use]
    pub fn list(&self) -> &[Mistake] {
        &self.list
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Adds one.
    pub(super) fn add(&mut self, mistake: Mistake) {
        self.list.push(mistake);
    }

    /// Adds one about a source that could not be read, so that nothing is called missing that may stand there.
    pub(super) fn add_unread(&mut self, mistake: Mistake) {
        self.unread = true;
        self.add(mistake);
    }

    /// Adds that `subject` is missing, unless a source could not be read.
    pub(super) fn add_missing(&mut self, subject: impl Into<String>, expected: impl Into<String>) {
        if !self.unread {
            self.add(Mistake::new(subject, "nothing", expected));
        }
    }
}

impl fmt::Display for Mistakes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.list.len() {
            1 => f.write_str("one mistake in the configuration:")?,
            count => write!(f, "{count} mistakes in the configuration:")?,
        }
        self.list.iter().try_for_each(|mistake| write!(f, "\n  - {mistake}"))
    }
}

impl Error for Mistakes {}

/// What is wrong with a value, by the parser that refused it: what it expected, and what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected {0}")]
pub struct Refusal(pub String);

impl From<&str> for Refusal {
    fn from(expected: &str) -> Self {
        Self(expected.to_owned())
    }
}

/// `text` as a message may repeat it: shortened, and without characters that move a terminal's cursor.
pub(crate) fn plain(text: &str) -> String {
    let mut shown: String = text.chars().take(SHOWN).flat_map(char::escape_debug).collect();
    if text.chars().nth(SHOWN).is_some() {
        shown.push('…');
    }
    shown
}
