//! The code is exchanged for tokens.
//!
//! [OpenID Connect Core 3.1.3](https://openid.net/specs/openid-connect-core-1_0.html#TokenEndpoint).

use super::{callback::Checked, sign_in::Attempt, token_response};
use crate::server::{
    config::{ClientAuth, plain},
    error::AuthError,
    provider::{
        Provider,
        client::{RawIdToken, TokenAnswer},
        discovery::{Discovered, DiscoveryError},
    },
    secret::Secret,
};
use openidconnect::{
    AuthorizationCode, PkceCodeVerifier, RefreshToken, RequestTokenError, StandardErrorResponse, TokenResponse,
    core::CoreErrorResponseType,
};
use std::sync::Arc;
use time::OffsetDateTime;

/// [RFC 6749, 5.2](https://www.rfc-editor.org/rfc/rfc6749.html#section-5.2).
const INVALID_GRANT: &str = "invalid_grant";

/// Tokens that nobody has verified yet; only [`exchange`] makes them.
pub struct Received<'a> {
    pub(super) provider: &'a Provider,
    pub(super) discovered: Arc<Discovered>,
    pub(super) attempt: Attempt,
    pub(super) answer: TokenAnswer,
    pub(super) id_token: RawIdToken,
    /// When they were asked for.
    pub(super) asked_at: OffsetDateTime,
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
    let asked_at = provider.clock().now();
    let answer = discovered
        .client
        .exchange_code(AuthorizationCode::new(code.expose().to_owned()))
        .map_err(|_| Arc::new(DiscoveryError::NoTokenEndpoint))?
        .set_pkce_verifier(PkceCodeVerifier::new(attempt.code_verifier.expose().to_owned()))
        .request_async(&token_response::Reader::of_code(provider.authenticated(&discovered)))
        .await
        .map_err(|error| refusal(error, discovered.client_auth))?;
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
        asked_at,
        _only_here: (),
    })
}

/// Sends the refresh token to the token endpoint
/// ([OpenID Connect Core 12.1](https://openid.net/specs/openid-connect-core-1_0.html#RefreshingAccessToken)).
///
/// # Errors
/// [`AuthError::RefreshRefused`] when it is not good any more; else when the provider does not answer, refuses, or answers
/// without what is needed.
pub(super) async fn renew(
    provider: &Provider,
    discovered: &Discovered,
    refresh_token: &Secret,
) -> Result<TokenAnswer, AuthError> {
    let refresh_token = RefreshToken::new(refresh_token.expose().to_owned());
    let answer = discovered
        .client
        .exchange_refresh_token(&refresh_token)
        .map_err(|_| Arc::new(DiscoveryError::NoTokenEndpoint))?
        .request_async(&token_response::Reader::of_refresh_token(
            provider.authenticated(discovered),
        ))
        .await;
    answer.map_err(|error| match refusal(error, discovered.client_auth) {
        AuthError::TokenRefused { code: INVALID_GRANT } => AuthError::RefreshRefused,
        error => error,
    })
}

/// What went wrong, without the answer's text: it could hold a token.
fn refusal(
    error: RequestTokenError<AuthError, StandardErrorResponse<CoreErrorResponseType>>,
    method: ClientAuth,
) -> AuthError {
    match error {
        RequestTokenError::Request(error) => error,
        RequestTokenError::ServerResponse(response) => {
            let client = |code| AuthError::ClientRefused { code, method };
            let other = |code| AuthError::TokenRefused { code };
            match response.error() {
                CoreErrorResponseType::InvalidClient => client("invalid_client"),
                CoreErrorResponseType::UnauthorizedClient => client("unauthorized_client"),
                CoreErrorResponseType::InvalidGrant => other(INVALID_GRANT),
                CoreErrorResponseType::InvalidRequest => other("invalid_request"),
                CoreErrorResponseType::InvalidScope => other("invalid_scope"),
                CoreErrorResponseType::UnsupportedGrantType => client("unsupported_grant_type"),
                CoreErrorResponseType::Extension(_) => other("another error"),
            }
        }
        // The path names a member, or a claim, and no value.
        RequestTokenError::Parse(error, _) => AuthError::TokenAnswer(match error.path().to_string().as_str() {
            "." => "a member, or a claim of the ID token, is not what its specification says".to_owned(),
            path => format!("`{}` is not what its specification says", plain(path)),
        }),
        RequestTokenError::Other(_) => AuthError::TokenAnswer("empty or of another content type".to_owned()),
    }
}
