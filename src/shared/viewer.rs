//! All that a browser may know about a person.

use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A person as the application knows her, and as `GET /api/auth/session` shows her.
///
/// Absent claims are `None`; an absent organisation is `None`, never the subject.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// Stable identifier, derived from issuer and subject: the only pair that names an identity.
    pub id: String,
    /// The id of the provider that vouched for her, as in `AUTH_<P>_ISSUER`.
    pub provider: String,
    /// The provider's `sub`.
    pub sub: String,
    /// The `name` claim.
    pub name: Option<String>,
    /// The `email` claim. Never an identity: see `id`.
    pub email: Option<String>,
    /// The `email_verified` claim; `None` when the provider did not say.
    pub email_verified: Option<bool>,
    /// The `preferred_username` claim.
    pub preferred_username: Option<String>,
    /// The `picture` claim, as the provider sent it. The pages do not load it.
    pub picture: Option<String>,
    /// The `groups` claim.
    pub groups: Vec<String>,
    /// Roles that the groups grant, by `[auth.roles]`.
    pub roles: Vec<String>,
    /// The organisation claim.
    pub organization_id: Option<String>,
}

impl User {
    /// What to call her: her name, else her username, else her e-mail, else her subject.
    #[must_use]
    pub fn display_name(&self) -> &str {
        [&self.name, &self.preferred_username, &self.email]
            .into_iter()
            .flatten()
            .map(|claim| claim.trim())
            .find(|claim| !claim.is_empty())
            .unwrap_or(&self.sub)
    }

    /// Whether her groups grant `role`.
    #[must_use]
    pub fn has_role(&self, role: &str) -> bool {
        self.roles.iter().any(|granted| granted == role)
    }
}

/// A signed-in person and the facts of her session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Who she is.
    pub user: User,
    /// The label of the provider, as on its sign-in button.
    pub provider_name: String,
    /// When this session began, RFC 3339, UTC, whole seconds.
    pub signed_in_at: String,
    /// When this session ends if nothing happens, RFC 3339, UTC, whole seconds.
    pub expires: String,
    /// Whether the provider renews what it says of her while the session lasts.
    pub is_renewable: bool,
}

/// Who asks: provided once per request by the guard, in the request's extensions and in Leptos context.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Viewer {
    /// Nobody that we know.
    #[default]
    Anonymous,
    /// The session store did not answer: perhaps somebody, who is not signed out for that.
    Unknown,
    /// A signed-in person.
    Person(Arc<Person>),
}

impl Viewer {
    /// The signed-in person, if there is one.
    #[must_use]
    pub fn person(&self) -> Option<&Person> {
        match self {
            Self::Anonymous | Self::Unknown => None,
            Self::Person(person) => Some(person),
        }
    }
}
