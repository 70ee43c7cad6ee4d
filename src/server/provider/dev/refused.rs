//! The error answers of the token and revocation endpoints ([RFC 6749, 5.2](https://www.rfc-editor.org/rfc/rfc6749#section-5.2)).

use super::{fields::Fault, grants::GrantError};
use axum::{
    Json,
    http::{HeaderName, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::json;

/// Nothing of these answers may be kept ([RFC 6749, 5.1](https://www.rfc-editor.org/rfc/rfc6749#section-5.1)).
pub const NO_STORE: [(HeaderName, &str); 2] = [(header::CACHE_CONTROL, "no-store"), (header::PRAGMA, "no-cache")];

/// Why a program gets nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// The request is malformed; the sentence says how.
    Request(&'static str),
    /// The client is unknown or did not prove itself.
    Client,
    /// The code or refresh token is not, or no longer, good for this request.
    Grant,
    /// More was asked for than was granted.
    Scope,
    /// Neither a code nor a refresh token.
    GrantType,
    /// The fault is here.
    Server,
}

impl Refused {
    fn parts(&self) -> (StatusCode, &'static str, &'static str) {
        match self {
            Self::Request(problem) => (StatusCode::BAD_REQUEST, "invalid_request", problem),
            Self::Client => (
                StatusCode::UNAUTHORIZED,
                "invalid_client",
                "The client is unknown or its secret is wrong.",
            ),
            Self::Grant => (
                StatusCode::BAD_REQUEST,
                "invalid_grant",
                "The code or token is unknown, expired or used, or was issued for another request.",
            ),
            Self::Scope => (
                StatusCode::BAD_REQUEST,
                "invalid_scope",
                "The scope exceeds what was granted.",
            ),
            Self::GrantType => (
                StatusCode::BAD_REQUEST,
                "unsupported_grant_type",
                "The grant type is neither authorization_code nor refresh_token.",
            ),
            Self::Server => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "server_error",
                "The provider could not answer.",
            ),
        }
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let (status, error, description) = self.parts();
        let body = Json(json!({ "error": error, "error_description": description }));
        match status {
            StatusCode::UNAUTHORIZED => (
                status,
                NO_STORE,
                [(header::WWW_AUTHENTICATE, "Basic realm=\"vestibule-dev\"")],
                body,
            )
                .into_response(),
            _ => (status, NO_STORE, body).into_response(),
        }
    }
}

impl From<Fault> for Refused {
    fn from(fault: Fault) -> Self {
        Self::Request(fault.describe())
    }
}

impl From<GrantError> for Refused {
    fn from(error: GrantError) -> Self {
        match error {
            GrantError::Invalid => Self::Grant,
            GrantError::Scope => Self::Scope,
            GrantError::Random(error) => {
                tracing::error!(%error, "the development provider has no random bytes");
                Self::Server
            }
        }
    }
}
