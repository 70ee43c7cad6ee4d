//! Tells the client that a session is over
//! ([OpenID Connect Back-Channel Logout 1.0, 2.5](https://openid.net/specs/openid-connect-backchannel-1_0.html#BCRequest)).

use super::{DevIdp, key::LogoutTokenError};
use crate::server::{http::HttpClient, secret::Secret};
use axum::http::{Method, Request, header::CONTENT_TYPE};
use serde_json::json;
use url::form_urlencoded::Serializer;

const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";
/// How long a token is good, in seconds.
const LIFE: i64 = 120;

/// A session that is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ended {
    /// `sid`.
    pub sid: String,
    /// `sub`.
    pub sub: String,
}

/// Tells it in a task of its own: the client is this very server, and who signs out does not wait for it.
pub(crate) fn tell(idp: &DevIdp, http: HttpClient, ended: &Ended) {
    let token = match token(idp, ended) {
        Ok(token) => token,
        Err(error) => {
            tracing::error!(%error, "the development provider could not make a logout token");
            return;
        }
    };
    let uri = idp.0.client.backchannel_logout_uri.clone();
    tokio::spawn(async move {
        let form = Serializer::new(String::new())
            .append_pair("logout_token", &token)
            .finish();
        let request = Request::builder()
            .method(Method::POST)
            .uri(uri.as_str())
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(form.into_bytes());
        let Ok(request) = request else { return };
        match http.send(request).await {
            Ok(answer) if answer.status().is_success() => {}
            Ok(answer) => {
                let status = answer.status().as_u16();
                tracing::warn!(status, "the development provider told of a logout, and was refused");
            }
            Err(error) => tracing::warn!(%error, "the development provider could not tell of a logout"),
        }
    });
}

/// A logout token for the client, of the shape that authentik's have.
///
/// # Errors
/// When the system has no randomness, or the key fails.
pub(crate) fn token(idp: &DevIdp, ended: &Ended) -> Result<String, LogoutTokenError> {
    let now = idp.now();
    idp.0.key.sign_logout(&json!({
        "iss": idp.issuer(),
        "aud": idp.0.client.id,
        "sub": ended.sub,
        "sid": ended.sid,
        "iat": now,
        "exp": now.saturating_add(LIFE),
        "jti": Secret::random()?.expose(),
        "events": { EVENT: {} },
    }))
}
