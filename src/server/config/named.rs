//! Finds the providers that a command is about.

use super::{Config, ProviderConfig};

/// No provider of that id is configured.
#[derive(Debug, thiserror::Error)]
#[error("There is no provider {asked:?} in the configuration; {}.", known(.ids))]
pub struct UnknownProvider {
    asked: String,
    ids: Vec<String>,
}

impl UnknownProvider {
    /// For what was asked, and the ids that there are.
    #[must_use]
    pub fn new(asked: &str, ids: impl IntoIterator<Item = String>) -> Self {
        Self {
            asked: asked.to_owned(),
            ids: ids.into_iter().collect(),
        }
    }
}

fn known(ids: &[String]) -> String {
    match ids {
        [] => "none is declared".to_owned(),
        ids => format!("it has {}", ids.join(", ")),
    }
}

impl Config {
    /// The declared provider `only`, or all that are declared.
    #[must_use]
    pub fn named(&self, only: Option<&str>) -> Vec<&ProviderConfig> {
        let is_meant = |provider: &&ProviderConfig| only.is_none_or(|id| provider.id == id);
        self.providers.iter().filter(is_meant).collect()
    }

    /// The ids of all that are declared.
    pub fn ids(&self) -> impl Iterator<Item = String> {
        self.providers.iter().map(|provider| provider.id.clone())
    }
}
