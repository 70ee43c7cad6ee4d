//! **end**, told by the provider, from server to server: its logout token ends the sessions that it means.
//!
//! [OpenID Connect Back-Channel Logout 1.0, 2.5 to 2.8](https://openid.net/specs/openid-connect-backchannel-1_0.html#BCRequest).

use super::{
    jwt::{JwtError, Moment},
    logout_token::{self, LogoutToken, Whose},
};
use crate::server::{
    body,
    provider::Provider,
    session::registry::Which,
    state::AppState,
    store::{Kind, StoreError},
};
use axum::{
    Json,
    body::Body,
    extract::{Path, Request, State, rejection::PathRejection},
    http::{
        HeaderMap, StatusCode,
        header::{CACHE_CONTROL, CONTENT_TYPE},
    },
    response::{IntoResponse, Response},
};
use serde_json::json;
use url::form_urlencoded;

/// The longest request that is read, in bytes.
const MAX_BODY: usize = 64 * 1024;

/// Why nothing, or not everything, was ended.
#[derive(Debug, thiserror::Error)]
enum Refusal {
    #[error("no provider of that id is configured")]
    UnknownProvider,
    #[error("{0}")]
    Request(&'static str),
    #[error("{0}")]
    Token(#[from] JwtError),
    #[error("a logout token of this `jti` has come before")]
    Replayed,
    #[error("store: {0}")]
    Store(#[from] StoreError),
}

/// `POST /api/auth/backchannel-logout/{provider}`: 200 when the sessions are gone, whether or not they were there.
///
/// Else 400, and nothing third ([2.8](https://openid.net/specs/openid-connect-backchannel-1_0.html#BCResponse)). A provider
/// may try again after 400, so that is the answer, too, where a store is away.
pub async fn handle(
    State(state): State<AppState>,
    provider: Result<Path<String>, PathRejection>,
    request: Request,
) -> Response {
    let provider = provider.map(|Path(id)| id).unwrap_or_default();
    let provider = state.providers().find(&provider);
    let id = provider.map(|provider| provider.config.id.as_str());
    let (parts, body) = request.into_parts();
    let answer = match end(&state, provider, &parts.headers, body).await {
        Ok(ended) => {
            tracing::info!(
                step = "backchannel",
                provider = id,
                ended,
                "the provider ended sessions"
            );
            StatusCode::OK.into_response()
        }
        Err(refusal) => {
            let away = matches!(&refusal, Refusal::Store(_) | Refusal::Token(JwtError::Discovery(_)));
            if away {
                tracing::error!(step = "backchannel", provider = id, reason = %refusal, "a logout failed");
            } else {
                tracing::warn!(step = "backchannel", provider = id, reason = %refusal, "a logout was refused");
            }
            (StatusCode::BAD_REQUEST, Json(json!({ "error": "invalid_request" }))).into_response()
        }
    };
    ([(CACHE_CONTROL, "no-store")], answer).into_response()
}

/// Ends what the token in `body` means, and gives out how many sessions that were.
async fn end(state: &AppState, provider: Option<&Provider>, headers: &HeaderMap, body: Body) -> Result<usize, Refusal> {
    let provider = provider.ok_or(Refusal::UnknownProvider)?;
    let token = token(headers, body).await?;
    let moment = Moment::new(state.clock().unix(), state.config().clock_leeway);
    let LogoutToken { jti, whose } = logout_token::verify(&token, provider, moment).await?;

    let id = provider.config.id.as_str();
    let name = format!("{id}\0{jti}");
    if state.one_time().contains(Kind::LogoutToken, &name).await? {
        return Err(Refusal::Replayed);
    }
    let which = match &whose {
        Whose::Sid(sid) => Which::Sid { provider: id, sid },
        Whose::Sub(sub) => Which::Subject { provider: id, sub },
        Whose::Both { sid, sub } => Which::SidOfSubject { provider: id, sid, sub },
    };
    let ended = state.sessions().end_all(which).await?;
    // Noted only now: a token whose work could not be done may come again.
    if state.one_time().is_first(Kind::LogoutToken, &name).await? {
        Ok(ended)
    } else {
        Err(Refusal::Replayed)
    }
}

/// The one `logout_token` of a form.
async fn token(headers: &HeaderMap, body: Body) -> Result<String, Refusal> {
    let mut kinds = headers.get_all(CONTENT_TYPE).iter();
    let kind = kinds.next().and_then(|value| value.to_str().ok()).unwrap_or_default();
    let (essence, _) = kind.split_once(';').unwrap_or((kind, ""));
    let is_form = essence.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded");
    if !is_form || kinds.next().is_some() {
        return Err(Refusal::Request("the body is not application/x-www-form-urlencoded"));
    }
    let body = body::read(body, MAX_BODY)
        .await
        .ok_or(Refusal::Request("the body is cut off, slow, or longer than 64 kB"))?;
    let mut tokens = form_urlencoded::parse(&body).filter(|(name, _)| name == "logout_token");
    match (tokens.next(), tokens.next()) {
        (Some((_, token)), None) => Ok(token.into_owned()),
        (None, _) => Err(Refusal::Request("`logout_token` is missing")),
        (Some(_), Some(_)) => Err(Refusal::Request("`logout_token` came more than once")),
    }
}
