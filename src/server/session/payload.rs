//! What a session holds.

use crate::{
    server::secret::Secret,
    shared::viewer::{Person, User, Viewer},
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

/// A signed-in person with her tokens. It is stored sealed and never leaves the server whole.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SignedIn {
    /// What a browser may know.
    pub user: User,
    /// The provider's `iss`: with the subject, who she is.
    pub issuer: String,
    /// The label of the provider.
    pub provider_name: String,
    /// The provider's session id (`sid`), by which it names this session when it ends it.
    pub sid: Option<String>,
    /// What the provider gave.
    pub tokens: Tokens,
    /// When the session began.
    pub signed_in_at: OffsetDateTime,
    /// When it was last noted to be in use.
    pub seen_at: OffsetDateTime,
}

/// The provider's tokens.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Tokens {
    /// For the provider's own endpoints.
    pub access_token: Secret,
    /// When the access token expires, if the provider said.
    pub access_token_expires_at: Option<OffsetDateTime>,
    /// For new access tokens, if the provider gave one.
    pub refresh_token: Option<Secret>,
    /// The ID token, to be shown to the provider at sign-out.
    pub id_token: Secret,
    /// The `nonce` of the sign-in: what a refreshed ID token repeats, if it has one.
    #[serde(default)]
    pub nonce: Option<Secret>,
    /// When they were last renewed, if ever.
    #[serde(default)]
    pub renewed_at: Option<OffsetDateTime>,
}

impl SignedIn {
    /// What a browser may know of this session, which ends at `ends_at`.
    #[must_use]
    pub fn viewer(&self, ends_at: OffsetDateTime) -> Viewer {
        Viewer::Person(Arc::new(Person {
            user: self.user.clone(),
            provider_name: self.provider_name.clone(),
            signed_in_at: rfc3339(self.signed_in_at),
            expires: rfc3339(ends_at),
            is_renewable: self.tokens.refresh_token.is_some(),
        }))
    }
}

/// RFC 3339, whole seconds.
#[must_use]
pub fn rfc3339(at: OffsetDateTime) -> String {
    at.replace_nanosecond(0)
        .unwrap_or(at)
        .format(&Rfc3339)
        .unwrap_or_default()
}
