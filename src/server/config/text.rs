//! A value as it was given, with the name that a message calls it by.

use super::mistakes::{Mistake, Refusal, plain};

/// How much of a value a message may repeat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shown {
    /// All of it.
    Whole,
    /// The scheme of the URL: what follows may hold a password.
    Scheme,
    /// Nothing.
    Nothing,
}

/// A value as it was given, trimmed. It has no `Debug`: it may be a secret.
pub(super) struct Text {
    /// The variable, or the key and its file.
    pub(super) subject: String,
    /// What was given, without white space around it.
    pub(super) value: String,
    /// What of it may be seen.
    pub(super) shown: Shown,
}

impl Text {
    /// A value that `subject` holds.
    pub(super) fn new(subject: impl Into<String>, value: &str, shown: Shown) -> Self {
        Self {
            subject: subject.into(),
            value: value.trim().to_owned(),
            shown,
        }
    }

    /// The parts between its commas, trimmed. Nothing has no parts.
    pub(super) fn split(&self) -> Vec<Self> {
        if self.value.is_empty() {
            return Vec::new();
        }
        let parts = self.value.split(',');
        parts.map(|part| Self::new(&self.subject, part, self.shown)).collect()
    }

    /// The mistake that this value is, by what its parser expected.
    pub(super) fn mistake(&self, refusal: Refusal) -> Mistake {
        Mistake::new(&self.subject, self.found(), refusal.0)
    }

    fn found(&self) -> String {
        if self.value.is_empty() {
            return "an empty value".to_owned();
        }
        // Whatever has an `@` may be a URL with a password in it.
        match self.shown {
            Shown::Whole if !self.value.contains('@') => format!("\"{}\"", plain(&self.value)),
            Shown::Whole | Shown::Scheme => match self.value.split_once("://") {
                Some((scheme, _)) if is_scheme(scheme) => format!("\"{scheme}://…\""),
                _ => "a value that is not shown here, because it may hold a password".to_owned(),
            },
            Shown::Nothing => "a value that is not shown here".to_owned(),
        }
    }
}

fn is_scheme(text: &str) -> bool {
    (1..=20).contains(&text.len())
        && text
            .bytes()
            .all(|b| b.is_ascii_lowercase() || matches!(b, b'+' | b'-' | b'.'))
}
