//! **begin**: stores an attempt, binds it to the browser, and sends the browser to the provider.
//!
//! [OpenID Connect Core 3.1.2.1](https://openid.net/specs/openid-connect-core-1_0.html#AuthRequest), with PKCE
//! ([RFC 7636](https://www.rfc-editor.org/rfc/rfc7636.html)), always S256.

use super::sign_in::Attempt;
use crate::{
    server::{error::AuthError, secret::Secret, state::AppState, store::Kind},
    shared::{paths, safe_path::SafePath},
};
use axum::{
    extract::{Path, RawQuery, State, rejection::PathRejection},
    http::{HeaderMap, HeaderValue, header::SET_COOKIE},
    response::{IntoResponse, Redirect, Response},
};
use openidconnect::{
    AuthenticationFlow, CsrfToken, Nonce, PkceCodeChallenge, PkceCodeVerifier, core::CoreResponseType,
};
use url::{Url, form_urlencoded};

/// `GET /api/auth/login/{provider}?redirect=`.
pub async fn handle(
    State(state): State<AppState>,
    provider: Result<Path<String>, PathRejection>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let target = asked_target(query.as_deref());
    let provider = provider.map(|Path(provider)| provider).unwrap_or_default();
    match begin(&state, &provider, &target, &headers).await {
        Ok(Begun {
            authorization_url,
            cookie,
        }) => ([(SET_COOKIE, cookie)], Redirect::to(authorization_url.as_str())).into_response(),
        Err(error) => {
            error.log(
                "begin",
                state
                    .providers()
                    .find(&provider)
                    .map(|provider| provider.config.id.as_str()),
            );
            Redirect::to(&paths::login(Some(&target), Some(error.public()))).into_response()
        }
    }
}

struct Begun {
    authorization_url: Url,
    cookie: HeaderValue,
}

fn asked_target(query: Option<&str>) -> SafePath {
    let redirect = form_urlencoded::parse(query.unwrap_or_default().as_bytes())
        .find_map(|(name, value)| (name == "redirect").then_some(value));
    SafePath::parse_or_default(redirect.as_deref())
}

async fn begin(state: &AppState, provider: &str, target: &SafePath, headers: &HeaderMap) -> Result<Begun, AuthError> {
    let provider = state.providers().find(provider).ok_or(AuthError::UnknownProvider)?;
    let discovered = provider.discover().await?;

    // Several tabs share one binding: a second sign-in must not break the first.
    let binding = match state.cookies().binding(headers) {
        Some(binding) => binding,
        None => random()?,
    };
    let attempt = Attempt {
        provider: provider.config.id.clone(),
        nonce: random()?,
        code_verifier: random()?,
        target: target.to_string(),
        binding: binding.digest(),
    };
    let csrf_state = state.one_time().put(Kind::Attempt, &attempt.binding, &attempt).await?;

    let nonce = Nonce::new(attempt.nonce.expose().to_owned());
    let verifier = PkceCodeVerifier::new(attempt.code_verifier.expose().to_owned());
    let (authorization_url, _, _) = discovered
        .client
        .authorize_url(
            AuthenticationFlow::<CoreResponseType>::AuthorizationCode,
            move || CsrfToken::new(csrf_state.expose().to_owned()),
            move || nonce,
        )
        .add_scopes(discovered.scopes.iter().cloned())
        .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier))
        .url();
    let cookie = state
        .cookies()
        .set_binding(&binding)
        .ok_or(AuthError::Internal("the cookie is not a header"))?;
    Ok(Begun {
        authorization_url,
        cookie,
    })
}

fn random() -> Result<Secret, AuthError> {
    Secret::random().map_err(|_| AuthError::Internal("the system gave no randomness"))
}
