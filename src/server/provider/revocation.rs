//! Revokes tokens at the provider, where it offers that.
//!
//! [RFC 7009](https://www.rfc-editor.org/rfc/rfc7009.html).

use super::Provider;
use crate::server::{provider::discovery::Discovered, secret::Secret, session::payload::Tokens};
use std::time::Duration;

/// How long a person waits for it at sign-out.
const PATIENCE: Duration = Duration::from_secs(3);

/// Revokes `tokens` at `provider`. Failure is logged and not fatal: the session is gone already.
pub async fn revoke(provider: &Provider, discovered: &Discovered, tokens: &Tokens) {
    let revocations = async {
        // The refresh token first: revoking it ends the access tokens made of it at most providers.
        if let Some(refresh_token) = &tokens.refresh_token {
            revoke_one(provider, discovered, refresh_token, "refresh_token").await;
        }
        revoke_one(provider, discovered, &tokens.access_token, "access_token").await;
    };
    if tokio::time::timeout(PATIENCE, revocations).await.is_err() {
        tracing::warn!(provider = %provider.config.id, "the provider is slow to revoke; going on");
    }
}

async fn revoke_one(provider: &Provider, discovered: &Discovered, token: &Secret, hint: &'static str) {
    let Some(endpoint) = &discovered.metadata.additional_metadata().revocation_endpoint else {
        return;
    };
    let fields = [("token", token.expose()), ("token_type_hint", hint)];
    match provider.authenticated(discovered).post(endpoint, &fields).await {
        Ok(answer) if answer.status().is_success() => {}
        Ok(answer) => {
            let (status, method) = (answer.status().as_u16(), discovered.client_auth);
            tracing::warn!(provider = %provider.config.id, token = hint, status, %method, "revocation refused");
        }
        Err(error) => {
            tracing::warn!(provider = %provider.config.id, token = hint, reason = %error, "revocation failed");
        }
    }
}
