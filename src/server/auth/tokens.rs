//! The code is exchanged for tokens.
//!
//! [OpenID Connect Core 3.1.3](https://openid.net/specs/openid-connect-core-1_0.html#TokenEndpoint).

use super::{callback::Checked, sign_in::Attempt};
use crate::server::{
    error::AuthError,
    http::HttpError,
    provider::{
        Provider,
        client::{RawIdToken, TokenAnswer},
        discovery::{Discovered, DiscoveryError},
    },
};
use openidconnect::{
    AuthorizationCode, OAuth2TokenResponse, PkceCodeVerifier, RequestTokenError, StandardErrorResponse, TokenResponse,
    core::{CoreErrorResponseType, CoreTokenType},
};
use std::sync::Arc;

/// Tokens that nobody has verified yet; only [`exchange`] makes them.
pub struct Received<'a> {
    pub(super) provider: &'a Provider,
    pub(super) discovered: Arc<Discovered>,
    pub(super) attempt: Attempt,
    pub(super) answer: TokenAnswer,
    pub(super) id_token: RawIdToken,
    _only_here: (),
}

/// Sends the code and the PKCE verifier to the token endpoint.
///
/// # Errors
/// When the provider does not answer, refuses, or answers without what is needed.
pub async fn exchange(checked: Checked<'_>) -> Result<Received<'_>, AuthError> {
    let Checked {
        provider,
        discovered,
        attempt,
        code,
        ..
    } = checked;
    let answer = discovered
        .client
        .exchange_code(AuthorizationCode::new(code.expose().to_owned()))
        .map_err(|_| Arc::new(DiscoveryError::NoTokenEndpoint))?
        .set_pkce_verifier(PkceCodeVerifier::new(attempt.code_verifier.expose().to_owned()))
        .request_async(provider.http())
        .await
        .map_err(refusal)?;
    if *answer.token_type() != CoreTokenType::Bearer {
        return Err(AuthError::TokenAnswer("`token_type` is not Bearer"));
    }
    let id_token = answer
        .id_token()
        .cloned()
        .ok_or(AuthError::TokenAnswer("`id_token` is missing"))?;
    Ok(Received {
        provider,
        discovered,
        attempt,
        answer,
        id_token,
        _only_here: (),
    })
}

/// What went wrong, without the answer's text: it could hold a token.
fn refusal(error: RequestTokenError<HttpError, StandardErrorResponse<CoreErrorResponseType>>) -> AuthError {
    match error {
        RequestTokenError::Request(HttpError::TooLong) => {
            AuthError::TokenAnswer("longer than any that a provider sends")
        }
        RequestTokenError::Request(error) => AuthError::TokenUnreachable(error.to_string()),
        RequestTokenError::ServerResponse(response) => {
            let (code, client) = match response.error() {
                CoreErrorResponseType::InvalidClient => ("invalid_client", true),
                CoreErrorResponseType::UnauthorizedClient => ("unauthorized_client", true),
                CoreErrorResponseType::InvalidGrant => ("invalid_grant", false),
                CoreErrorResponseType::InvalidRequest => ("invalid_request", false),
                CoreErrorResponseType::InvalidScope => ("invalid_scope", false),
                CoreErrorResponseType::UnsupportedGrantType => ("unsupported_grant_type", true),
                CoreErrorResponseType::Extension(_) => ("another error", false),
            };
            AuthError::TokenRefused { code, client }
        }
        RequestTokenError::Parse(..) => AuthError::TokenAnswer("not the JSON of a token response with an ID token"),
        RequestTokenError::Other(_) => AuthError::TokenAnswer("empty or of another content type"),
    }
}
