//! What every page may know about this site, provided once per request in Leptos context.

use std::sync::Arc;

/// The site, as the pages show it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Site {
    /// The configured providers, in the order of their buttons.
    pub providers: Arc<[ProviderEntry]>,
    /// Whether the embedded development provider is on: every page then says so.
    pub dev_idp: bool,
    /// Whom somebody asks who is not let in.
    pub contact: Option<Contact>,
}

/// Whom to ask, as a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    /// An `https:` or a `mailto:` URL.
    pub href: String,
    /// As the operator wrote it.
    pub text: String,
}

/// A provider as the sign-in page and `GET /api/auth/providers` show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderEntry {
    /// The id, as in its URLs.
    pub id: String,
    /// The label of its button.
    pub name: String,
    /// Its redirect URI, to be registered there.
    pub callback_url: String,
}
