//! The userinfo endpoint ([OpenID Connect Core 5.3](https://openid.net/specs/openid-connect-core-1_0.html#UserInfo),
//! [RFC 6750, 3](https://www.rfc-editor.org/rfc/rfc6750#section-3)).

use super::{DevIdp, claims, refused::NO_STORE};
use axum::{
    Extension, Json,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};

/// The claims of whom the access token is about.
pub async fn tell(Extension(idp): Extension<DevIdp>, headers: HeaderMap) -> Response {
    let Some(token) = bearer(&headers) else {
        return unauthorized("Bearer realm=\"vestibule-dev\"");
    };
    let known = idp
        .access_token_id(token)
        .and_then(|id| idp.grants().open_with(&id, idp.now()));
    match known {
        Some((person, scopes)) => (NO_STORE, Json(claims::userinfo(&person, &scopes))).into_response(),
        None => unauthorized("Bearer realm=\"vestibule-dev\", error=\"invalid_token\""),
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

fn unauthorized(challenge: &'static str) -> Response {
    (
        StatusCode::UNAUTHORIZED,
        NO_STORE,
        [(header::WWW_AUTHENTICATE, challenge)],
    )
        .into_response()
}
