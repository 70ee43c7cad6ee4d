//! Revokes tokens at the provider, where it offers that.
//!
//! [RFC 7009](https://www.rfc-editor.org/rfc/rfc7009.html).

use super::Provider;
use crate::server::{provider::discovery::Discovered, secret::Secret, session::payload::Tokens};
use axum::http::{
    Method, Request,
    header::{AUTHORIZATION, CONTENT_TYPE},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use openidconnect::{AuthType, HttpRequest};
use std::time::Duration;
use url::form_urlencoded::{self, Serializer};

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
    let Some(request) = request(provider, discovered, token, hint) else {
        return;
    };
    match provider.http().send(request).await {
        Ok(answer) if answer.status().is_success() => {}
        Ok(answer) => {
            tracing::warn!(provider = %provider.config.id, token = hint, status = answer.status().as_u16(), "revocation refused");
        }
        Err(error) => {
            tracing::warn!(provider = %provider.config.id, token = hint, reason = %error, "revocation failed")
        }
    }
}

/// The request, or `None` when the provider has no revocation endpoint.
fn request(provider: &Provider, discovered: &Discovered, token: &Secret, hint: &str) -> Option<HttpRequest> {
    let endpoint = discovered.metadata.additional_metadata().revocation_endpoint.as_ref()?;
    let client_id = &provider.config.client_id;
    let mut form = Serializer::new(String::new());
    form.append_pair("token", token.expose())
        .append_pair("token_type_hint", hint);

    let mut request = Request::builder()
        .method(Method::POST)
        .uri(endpoint.as_str())
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded");
    match (&provider.config.client_secret, discovered.client.auth_type()) {
        (Some(secret), AuthType::BasicAuth) => request = request.header(AUTHORIZATION, basic(client_id, secret)),
        (Some(secret), _) => {
            form.append_pair("client_id", client_id)
                .append_pair("client_secret", secret.expose());
        }
        (None, _) => {
            form.append_pair("client_id", client_id);
        }
    }
    request.body(form.finish().into_bytes()).ok()
}

/// [RFC 6749, 2.3.1](https://www.rfc-editor.org/rfc/rfc6749.html#section-2.3.1): encoded before it is joined.
fn basic(client_id: &str, secret: &Secret) -> String {
    let encode = |value: &str| form_urlencoded::byte_serialize(value.as_bytes()).collect::<String>();
    format!(
        "Basic {}",
        STANDARD.encode(format!("{}:{}", encode(client_id), encode(secret.expose())))
    )
}
