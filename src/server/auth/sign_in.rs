//! What is stored of a sign-in between its steps.

use crate::{
    server::{secret::Secret, session::payload::Tokens},
    shared::{safe_path::SafePath, viewer::User},
};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

/// A sign-in that was begun: kept for ten minutes under the hash of its `state`.
#[derive(Debug, Serialize, Deserialize)]
pub struct Attempt {
    /// The provider that was asked. Its answer must come back on this provider's own redirect URI.
    pub provider: String,
    /// [OpenID Connect Core 3.1.2.1](https://openid.net/specs/openid-connect-core-1_0.html#AuthRequest).
    pub nonce: Secret,
    /// [RFC 7636, 4.1](https://www.rfc-editor.org/rfc/rfc7636.html#section-4.1).
    pub code_verifier: Secret,
    /// Where the person wanted to go.
    pub target: String,
    /// The digest of the browser's binding.
    pub binding: String,
}

/// A verified sign-in that waits for its browser: kept for a minute under the hash of its exchange code.
#[derive(Debug, Serialize, Deserialize)]
pub struct Verified {
    /// Who she is.
    pub user: User,
    /// The provider's `iss`.
    pub issuer: String,
    /// The label of the provider.
    pub provider_name: String,
    /// The provider's session id.
    pub sid: Option<String>,
    /// What the provider gave.
    pub tokens: Tokens,
    /// When the provider was asked for it: what it has ended since is over.
    pub asked_at: OffsetDateTime,
    /// Where she wanted to go.
    pub target: String,
    /// The digest of the browser's binding.
    pub binding: String,
}

impl Attempt {
    /// The target, validated again: what comes out of a store is input.
    #[must_use]
    pub fn target(&self) -> SafePath {
        SafePath::parse_or_default(Some(&self.target))
    }
}

impl Verified {
    /// The target, validated again.
    #[must_use]
    pub fn target(&self) -> SafePath {
        SafePath::parse_or_default(Some(&self.target))
    }
}
