//! The code is exchanged for tokens.
//!
//! [OpenID Connect Core 3.1.3](https://openid.net/specs/openid-connect-core-1_0.html#TokenEndpoint).

use super::{callback::Checked, sign_in::Attempt, token_response};
use crate::server::{
    config::plain,
    error::AuthError,
    provider::{
        Provider,
        client::{RawIdToken, TokenAnswer},
        discovery::{Discovered, DiscoveryError},
    },
};
use openidconnect::{
    AuthorizationCode, PkceCodeVerifier, RequestTokenError, StandardErrorResponse, TokenResponse,
    core::CoreErrorResponseType,
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
        .request_async(&token_response::Reader(provider.http()))
        .await
        .map_err(refusal)?;
    let id_token = answer
        .id_token()
        .cloned()
        .ok_or(AuthError::Internal("the library lost the ID token"))?;
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
fn refusal(error: RequestTokenError<AuthError, StandardErrorResponse<CoreErrorResponseType>>) -> AuthError {
    match error {
        RequestTokenError::Request(error) => error,
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
        // The path names a member, or a claim, and no value.
        RequestTokenError::Parse(error, _) => AuthError::TokenAnswer(match error.path().to_string().as_str() {
            "." => "a member, or a claim of the ID token, is not what its specification says".to_owned(),
            path => format!("`{}` is not what its specification says", plain(path)),
        }),
        RequestTokenError::Other(_) => AuthError::TokenAnswer("empty or of another content type".to_owned()),
    }
}
