//! **begin**: stores an attempt, binds it to the browser, and sends the browser to the provider.
//!
//! [OpenID Connect Core 3.1.2.1](https://openid.net/specs/openid-connect-core-1_0.html#AuthRequest), with PKCE
//! ([RFC 7636](https://www.rfc-editor.org/rfc/rfc7636.html)), always S256.

use super::{cookieless, sign_in::Attempt};
use crate::{
    server::{
        client_address,
        error::AuthError,
        negotiation,
        rate_limit::{self, Route},
        secret::Secret,
        state::AppState,
        store::Kind,
    },
    shared::{paths, safe_path::SafePath},
};
use axum::{
    Json,
    extract::{Path, Request, State, rejection::PathRejection},
    http::{
        HeaderMap, HeaderValue, Method, StatusCode,
        header::{ALLOW, CACHE_CONTROL, SET_COOKIE},
    },
    response::{IntoResponse, Redirect, Response},
};
use openidconnect::{
    AuthenticationFlow, CsrfToken, Nonce, PkceCodeChallenge, PkceCodeVerifier, core::CoreResponseType,
};
use serde_json::json;
use std::net::IpAddr;
use url::{Url, form_urlencoded};

/// `GET /api/auth/login/{provider}?redirect=`.
pub async fn handle(
    State(state): State<AppState>,
    provider: Result<Path<String>, PathRejection>,
    request: Request,
) -> Response {
    if *request.method() != Method::GET {
        return (StatusCode::METHOD_NOT_ALLOWED, [(ALLOW, "GET")]).into_response();
    }
    let target = asked_target(request.uri().query());
    let provider = provider.map(|Path(provider)| provider).unwrap_or_default();
    if !negotiation::may_be_visit(request.headers()) {
        return navigate(&state, &provider, &target);
    }
    if let Some(refusal) = rate_limit::refuse(&state, Route::Begin, &request, Some(&target)) {
        return with_binding(&state, request.headers(), refusal);
    }
    let (address, headers) = (client_address::of(&state, &request), request.headers());
    match begin(&state, &provider, &target, address, headers).await {
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
            let refusal = Redirect::to(&paths::login(Some(&target), Some(error.public()))).into_response();
            match error {
                AuthError::Cookieless => with_binding(&state, headers, refusal),
                _ => refusal,
            }
        }
    }
}

/// Nobody goes there: a script, a picture, a frame, or a browser that loads in advance. Nothing begins, so that the true
/// visit finds everything as it was.
fn navigate(state: &AppState, provider: &str, target: &SafePath) -> Response {
    let login_url = match state.providers().find(provider) {
        Some(provider) => paths::begin(&provider.config.id, Some(target)),
        None => paths::login(Some(target), None),
    };
    let body = Json(json!({ "error": "unauthenticated", "loginUrl": login_url }));
    (StatusCode::UNAUTHORIZED, [(CACHE_CONTROL, "no-store")], body).into_response()
}

/// The refusal, with a binding for a browser that has none: by whether it comes back, the sign-in page knows whether
/// cookies are the trouble.
fn with_binding(state: &AppState, headers: &HeaderMap, mut refusal: Response) -> Response {
    let missing = state.cookies().binding(headers).is_none();
    if let Some(binding) = missing.then(random).and_then(Result::ok)
        && let Some(cookie) = state.cookies().set_binding(&binding)
    {
        refusal.headers_mut().append(SET_COOKIE, cookie);
    }
    refusal
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

async fn begin(
    state: &AppState,
    provider: &str,
    target: &SafePath,
    address: IpAddr,
    headers: &HeaderMap,
) -> Result<Begun, AuthError> {
    let provider = state.providers().find(provider).ok_or(AuthError::UnknownProvider)?;
    if state.cookies().binding(headers).is_none() && cookieless::is_looping(state, address, headers).await? {
        return Err(AuthError::Cookieless);
    }
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
