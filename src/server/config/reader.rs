//! Looks a value up, environment before file, and parses it; what goes wrong is noted and the reading goes on.

use super::{
    Purpose,
    environment::Environment,
    file::Section,
    mistakes::{Mistakes, Refusal},
    text::{Shown, Text},
};

/// The environment, and the mistakes so far. The tables of the file are passed along.
pub(super) struct Reader {
    pub(super) environment: Environment,
    pub(super) mistakes: Mistakes,
    pub(super) purpose: Purpose,
}

impl Reader {
    /// The variable, else the key of the file. The key counts as known even where the variable overrides it.
    pub(super) fn text(&mut self, variable: &str, section: &mut Section, key: &str) -> Option<Text> {
        let of_file = section.take(key, Shown::Whole, &mut self.mistakes);
        self.variable(variable, Shown::Whole).or(of_file)
    }

    /// The variable, comma-separated, else the key of the file, a list or comma-separated. Without a value: nothing.
    pub(super) fn list(&mut self, variable: &str, section: &mut Section, key: &str) -> Vec<Text> {
        let of_file = section.take_texts(key, &mut self.mistakes);
        match self.variable(variable, Shown::Whole) {
            Some(text) => text.split(),
            None => of_file,
        }
    }

    /// The variable.
    pub(super) fn variable(&mut self, variable: &str, shown: Shown) -> Option<Text> {
        self.environment.take(variable, shown, &mut self.mistakes)
    }

    /// Parses `text`; a refusal is a mistake.
    pub(super) fn parse<T>(&mut self, text: &Text, parser: impl FnOnce(&str) -> Result<T, Refusal>) -> Option<T> {
        match parser(&text.value) {
            Ok(value) => Some(value),
            Err(refusal) => {
                self.mistakes.add(text.mistake(refusal));
                None
            }
        }
    }

    /// Parses the variable, else the key of the file, if one is given.
    pub(super) fn value<T>(
        &mut self,
        variable: &str,
        section: &mut Section,
        key: &str,
        parser: impl FnOnce(&str) -> Result<T, Refusal>,
    ) -> Option<T> {
        let text = self.text(variable, section, key)?;
        self.parse(&text, parser)
    }
}
