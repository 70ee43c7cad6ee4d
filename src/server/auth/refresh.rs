//! **refresh**: renews the provider's tokens, once for all who want it at a time, and with them what is known of the person.
//!
//! [OpenID Connect Core 12](https://openid.net/specs/openid-connect-core-1_0.html#RefreshTokens),
//! [RFC 6749, 6](https://www.rfc-editor.org/rfc/rfc6749.html#section-6),
//! [RFC 9700, 4.14](https://www.rfc-editor.org/rfc/rfc9700.html#section-4.14).

mod flights;
mod renewal;

pub use flights::Flights;

use super::who;
use crate::{
    server::{
        error::AuthError,
        secret::Secret,
        session::{
            Id,
            payload::{SignedIn, Tokens},
            sealed,
        },
        state::AppState,
    },
    shared::paths,
};
use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode, header::RETRY_AFTER},
    response::{IntoResponse, Response},
};
use flights::Outcome;
use serde_json::json;
use std::sync::Arc;
use time::{Duration, OffsetDateTime};

/// How long before its end an access token is renewed for whoever needs it.
const MARGIN: Duration = Duration::MINUTE;

/// For how long renewed tokens are new: who wants others until then is a second tab, or a repetition.
const NEW: Duration = Duration::seconds(10);

/// When tokens are to be renewed.
#[derive(Clone, Copy, Debug)]
enum Demand {
    /// When the access token ends within a minute.
    WhenNeeded,
    /// At once, unless it has just been done.
    Now,
}

/// `POST /api/auth/refresh`: renews the tokens now, and answers as `GET /api/auth/session`.
pub async fn handle(State(state): State<AppState>, headers: HeaderMap) -> Response {
    let Some(id) = state.cookies().session(&headers) else {
        return refuse(&AuthError::SessionGone);
    };
    match renew(&state, id, Demand::Now).await {
        Ok(signed_in) => who::answer(&signed_in.viewer(state.sessions().ends_at(&signed_in))).into_response(),
        Err(error) => refuse(&error),
    }
}

/// An access token of the person whose request has these headers, good for a minute at least where her provider renews
/// it: to call an API on her behalf. It stays on the server.
///
/// # Errors
/// When nobody is signed in (any more), or there is none that is still good.
pub async fn fresh_access_token(state: &AppState, headers: &HeaderMap) -> Result<Secret, Arc<AuthError>> {
    let id = state.cookies().session(headers).ok_or(AuthError::SessionGone)?;
    match renew(state, id, Demand::WhenNeeded).await {
        Ok(signed_in) => Ok(signed_in.tokens.access_token.clone()),
        // What there is may be good for some seconds yet.
        Err(error) => match state.sessions().find(id).await.map_err(AuthError::from)? {
            Some(signed_in) if !has_expired(&signed_in.tokens, state.sessions().now()) => {
                Ok(signed_in.tokens.access_token)
            }
            _ => Err(error),
        },
    }
}

/// The session of that id with tokens as they are wanted.
async fn renew(state: &AppState, id: Id, demand: Demand) -> Outcome {
    let found = state.sessions().find(id).await.map_err(AuthError::from)?;
    let signed_in = found.ok_or(AuthError::SessionGone)?;
    if !is_due(&signed_in.tokens, demand, state.sessions().now()) {
        return Ok(Arc::new(signed_in));
    }
    let (handle, state) = (sealed::handle(&id), state.clone());
    let flights = state.flights().clone();
    flights
        .join(handle, async move {
            logged(renewal::run(&state, id, demand).await, &signed_in)
        })
        .await
}

fn is_due(tokens: &Tokens, demand: Demand, now: OffsetDateTime) -> bool {
    let is_new = tokens.renewed_at.is_some_and(|at| now < at + NEW) && !has_expired(tokens, now);
    let is_wanted = match demand {
        Demand::Now => true,
        Demand::WhenNeeded => tokens.access_token_expires_at.is_some_and(|at| at <= now + MARGIN),
    };
    is_wanted && !is_new
}

fn has_expired(tokens: &Tokens, now: OffsetDateTime) -> bool {
    tokens.access_token_expires_at.is_some_and(|at| at <= now)
}

/// Says in the log what came of it: once for all who wait for it.
fn logged(result: Result<SignedIn, AuthError>, before: &SignedIn) -> Result<SignedIn, AuthError> {
    let provider = &*before.user.provider;
    match &result {
        Ok(_) => tracing::info!(provider, "tokens renewed"),
        Err(AuthError::SessionGone | AuthError::NoRefreshToken) => {}
        Err(error) => error.log("refresh", Some(provider)),
    }
    result
}

/// 401 for who has to sign in again to have it, 503 for who can try again.
fn refuse(error: &AuthError) -> Response {
    let code = match error {
        AuthError::SessionGone => {
            let body = json!({ "error": "unauthenticated", "loginUrl": paths::login(None, None) });
            return (StatusCode::UNAUTHORIZED, Json(body)).into_response();
        }
        AuthError::Store(_) => "unavailable",
        error => error.public().code(),
    };
    if renewal::may_pass(error) {
        return (
            StatusCode::SERVICE_UNAVAILABLE,
            [(RETRY_AFTER, "5")],
            Json(json!({ "error": code })),
        )
            .into_response();
    }
    let body = json!({ "error": code, "loginUrl": paths::login(None, Some(error.public())) });
    (StatusCode::UNAUTHORIZED, Json(body)).into_response()
}
