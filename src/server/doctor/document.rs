//! A discovery document, read leniently: one member that is wrong must not hide the others.

use crate::server::json;
use serde_json::{Map, Value};
use url::Url;

/// The members of the document.
#[derive(Clone, Debug)]
pub struct Document(Map<String, Value>);

impl Document {
    /// Reads an object.
    ///
    /// # Errors
    /// Where it is not one, or a name is in it twice.
    pub fn read(body: &[u8]) -> Result<Self, serde_json::Error> {
        json::read(body).map(Self)
    }

    /// All of it.
    pub fn members(&self) -> &Map<String, Value> {
        &self.0
    }

    /// A text.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.as_str()
    }

    /// A URL.
    pub fn url(&self, name: &str) -> Option<Url> {
        Url::parse(self.text(name)?).ok()
    }

    /// A list of texts; `None` when it is absent or has another shape.
    pub fn list(&self, name: &str) -> Option<Vec<&str>> {
        let items = self.0.get(name)?.as_array()?;
        Some(items.iter().filter_map(Value::as_str).collect())
    }

    /// Whether something is promised.
    pub fn promises(&self, name: &str) -> bool {
        self.0.get(name).and_then(Value::as_bool) == Some(true)
    }

    /// Whether it says anything of this.
    pub fn has(&self, name: &str) -> bool {
        self.0.get(name).is_some_and(|value| !value.is_null())
    }
}
