//! Who asks an API: a signed-in browser by its cookie, or a program by its access token. For any route.
//!
//! [RFC 6750](https://www.rfc-editor.org/rfc/rfc6750.html). A token comes in the `Authorization` header alone; where it
//! comes, it decides, whatever cookie is beside it.

use super::access_token::{self, Refusal};
use crate::{
    server::state::AppState,
    shared::{
        paths,
        viewer::{User, Viewer},
    },
};
use axum::{
    Json,
    extract::{FromRef, FromRequestParts},
    http::{
        HeaderMap, HeaderValue, StatusCode,
        header::{AUTHORIZATION, CACHE_CONTROL, RETRY_AFTER, WWW_AUTHENTICATE},
        request::Parts,
    },
    response::{IntoResponse, Response},
};
use serde_json::json;

/// The longest token that is read, in bytes: that of somebody in 500 groups takes half of it.
const MAX_TOKEN: usize = 64 * 1024;

/// Who asks. A handler that takes one is not reached by anybody else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Principal {
    /// The person, or the machine, with the roles that its groups grant.
    pub user: User,
    /// Whether it is a program for itself (client credentials): nobody stands behind it.
    pub is_machine: bool,
}

/// Why somebody does not pass. As a response it is what RFC 6750, 3, has a resource answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Denied {
    /// Neither a session nor a token.
    Unauthenticated,
    /// The token is not one of ours, or not any more.
    InvalidToken,
    /// Two tokens.
    InvalidRequest,
    /// The provider does not admit whom the token speaks of.
    NotAdmitted,
    /// The role is missing.
    Forbidden,
    /// Who it is can't be told now: the session store, or the token's provider, is away.
    Unavailable,
}

impl Principal {
    /// Lets pass whose groups grant `role`.
    ///
    /// # Errors
    /// [`Denied::Forbidden`].
    pub fn require(&self, role: &str) -> Result<(), Denied> {
        if self.user.has_role(role) {
            Ok(())
        } else {
            Err(Denied::Forbidden)
        }
    }

    async fn of_token(token: &str, state: &AppState) -> Result<Self, Denied> {
        match access_token::verify(token, state).await {
            Ok(bearer) => Ok(Self {
                user: bearer.user,
                is_machine: bearer.is_machine,
            }),
            Err(refusal) => {
                if let Refusal::Discovery(_) = refusal {
                    tracing::error!(step = "bearer", reason = %refusal, "an access token can't be verified");
                } else {
                    tracing::info!(step = "bearer", reason = %refusal, "an access token was refused");
                }
                Err(match refusal {
                    Refusal::Discovery(_) => Denied::Unavailable,
                    Refusal::Token(_) => Denied::InvalidToken,
                    Refusal::NotAdmitted(_) => Denied::NotAdmitted,
                })
            }
        }
    }

    fn of_viewer(viewer: Option<&Viewer>) -> Result<Self, Denied> {
        match viewer {
            Some(Viewer::Person(person)) => Ok(Self {
                user: person.user.clone(),
                is_machine: false,
            }),
            Some(Viewer::Unknown) => Err(Denied::Unavailable),
            Some(Viewer::Anonymous) | None => Err(Denied::Unauthenticated),
        }
    }
}

impl<S> FromRequestParts<S> for Principal
where
    S: Send + Sync,
    AppState: FromRef<S>,
{
    type Rejection = Denied;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Denied> {
        match token(&parts.headers)? {
            Some(token) => Self::of_token(token, &AppState::from_ref(state)).await,
            None => Self::of_viewer(parts.extensions.get::<Viewer>()),
        }
    }
}

/// `GET /api/v1/me`.
pub async fn me(principal: Principal) -> Json<User> {
    Json(principal.user)
}

/// Whether a program shows a token, right or wrong.
#[must_use]
pub fn is_shown(headers: &HeaderMap) -> bool {
    headers
        .get_all(AUTHORIZATION)
        .iter()
        .any(|value| after_scheme(value).is_some())
}

/// The token, if one is shown. Other schemes are somebody else's: a proxy may have asked for a password.
fn token(headers: &HeaderMap) -> Result<Option<&str>, Denied> {
    if !is_shown(headers) {
        return Ok(None);
    }
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return Err(Denied::InvalidRequest);
    };
    let token = after_scheme(value).and_then(|token| str::from_utf8(token).ok());
    match token.map(str::trim) {
        Some(token) if !token.is_empty() && token.len() <= MAX_TOKEN => Ok(Some(token)),
        _ => Err(Denied::InvalidToken),
    }
}

/// What follows `Bearer`, in whatever case.
fn after_scheme(value: &HeaderValue) -> Option<&[u8]> {
    let (scheme, rest) = value.as_bytes().split_at_checked("bearer".len())?;
    let is_whole = rest.first().is_none_or(u8::is_ascii_whitespace);
    (scheme.eq_ignore_ascii_case(b"bearer") && is_whole).then_some(rest)
}

impl IntoResponse for Denied {
    fn into_response(self) -> Response {
        let (status, challenge, body) = match self {
            // Section 3.1: who shows nothing is told nothing of errors.
            Self::Unauthenticated => (
                StatusCode::UNAUTHORIZED,
                Some("Bearer realm=\"vestibule\""),
                json!({ "error": "unauthenticated", "loginUrl": paths::login(None, None) }),
            ),
            Self::InvalidToken => (
                StatusCode::UNAUTHORIZED,
                Some(
                    "Bearer realm=\"vestibule\", error=\"invalid_token\", \
                     error_description=\"The access token has expired or is not valid here\"",
                ),
                json!({ "error": "invalid_token" }),
            ),
            Self::InvalidRequest => (
                StatusCode::BAD_REQUEST,
                Some("Bearer realm=\"vestibule\", error=\"invalid_request\""),
                json!({ "error": "invalid_request" }),
            ),
            Self::NotAdmitted => (StatusCode::FORBIDDEN, INSUFFICIENT, json!({ "error": "not_allowed" })),
            Self::Forbidden => (StatusCode::FORBIDDEN, INSUFFICIENT, json!({ "error": "forbidden" })),
            Self::Unavailable => (StatusCode::SERVICE_UNAVAILABLE, None, json!({ "error": "unavailable" })),
        };
        let mut response = (status, [(CACHE_CONTROL, "no-store")], Json(body)).into_response();
        let headers = response.headers_mut();
        match challenge {
            Some(challenge) => headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static(challenge)),
            None => headers.insert(RETRY_AFTER, HeaderValue::from_static("5")),
        };
        response
    }
}

const INSUFFICIENT: Option<&str> = Some("Bearer realm=\"vestibule\", error=\"insufficient_scope\"");
