//! The code is exchanged for tokens.
//!
//! [OpenID Connect Core 3.1.3](https://openid.net/specs/openid-connect-core-1_0.html#TokenEndpoint).

use super::{callback::Checked, sign_in::Attempt};
use crate::server::{
    config::ClientAuth,
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
        .request_async(&provider.authenticated(&discovered))
        .await
        .map_err(|error| refusal(error, discovered.client_auth))?;
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
fn refusal(
    error: RequestTokenError<HttpError, StandardErrorResponse<CoreErrorResponseType>>,
    method: ClientAuth,
) -> AuthError {
    match error {
        RequestTokenError::Request(HttpError::TooLong) => {
            AuthError::TokenAnswer("longer than any that a provider sends")
        }
        RequestTokenError::Request(HttpError::Unauthenticated(reason)) => AuthError::Internal(reason),
        RequestTokenError::Request(error) => AuthError::TokenUnreachable(error.to_string()),
        RequestTokenError::ServerResponse(response) => {
            let client = |code| AuthError::ClientRefused { code, method };
            let other = |code| AuthError::TokenRefused { code };
            match response.error() {
                CoreErrorResponseType::InvalidClient => client("invalid_client"),
                CoreErrorResponseType::UnauthorizedClient => client("unauthorized_client"),
                CoreErrorResponseType::InvalidGrant => other("invalid_grant"),
                CoreErrorResponseType::InvalidRequest => other("invalid_request"),
                CoreErrorResponseType::InvalidScope => other("invalid_scope"),
                CoreErrorResponseType::UnsupportedGrantType => client("unsupported_grant_type"),
                CoreErrorResponseType::Extension(_) => other("another error"),
            }
        }
        RequestTokenError::Parse(..) => AuthError::TokenAnswer("not the JSON of a token response with an ID token"),
        RequestTokenError::Other(_) => AuthError::TokenAnswer("empty or of another content type"),
    }
}
