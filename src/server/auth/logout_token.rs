//! The logout token, by which a provider says that a session of its is over.
//!
//! [OpenID Connect Back-Channel Logout 1.0, 2.4 and 2.6](https://openid.net/specs/openid-connect-backchannel-1_0.html#LogoutToken).

use super::{
    id_token::form::LOGOUT_EVENT,
    jwt::{self, Jwt, JwtError, Moment},
};
use crate::server::provider::Provider;
use serde_json::{Map, Value};

/// How old one may be, in seconds. It bounds those without `exp`, as authentik 2025.8.0 sends them.
const OLDEST: i64 = 300;

/// What a logout token says; only [`verify`] makes one.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct LogoutToken {
    /// Its name: one of a name does its work once.
    pub(super) jti: String,
    /// Whose sessions end.
    pub(super) whose: Whose,
}

/// Which sessions a logout token means.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Whose {
    /// Those that the provider calls by that `sid`.
    Sid(String),
    /// All of that `sub`.
    Sub(String),
    /// Those of that `sub` that the provider calls by that `sid`.
    Both {
        /// `sid`.
        sid: String,
        /// `sub`.
        sub: String,
    },
}

/// Verifies `token` as a logout token that `provider` made for this application just now.
///
/// # Errors
/// The first check that fails.
pub(super) async fn verify(token: &str, provider: &Provider, moment: Moment) -> Result<LogoutToken, JwtError> {
    let jwt = jwt::verify("logout token", token, provider, &provider.config.client_id).await?;
    read(&jwt, moment).map_err(JwtError::Token)
}

fn read(jwt: &Jwt, moment: Moment) -> Result<LogoutToken, String> {
    let claims = &jwt.claims;
    match jwt.kind.as_deref() {
        None | Some("logout+jwt" | "jwt") => {}
        Some(_) => return Err("`typ` is that of another kind of token".to_owned()),
    }
    check_event(claims)?;
    // Whatever its value: an ID token must never pass for a logout token.
    if claims.contains_key("nonce") {
        return Err("`nonce` is there, as in an ID token".to_owned());
    }
    moment.check_window(claims)?;
    let issued = jwt::time(claims, "iat")?.ok_or("`iat` is missing")?;
    moment.check_issued(issued, OLDEST)?;
    let jti = jwt::name(claims, "jti")?.ok_or("`jti` is missing")?;
    let whose = match (jwt::name(claims, "sid")?, jwt::name(claims, "sub")?) {
        (Some(sid), Some(sub)) => Whose::Both {
            sid: sid.to_owned(),
            sub: sub.to_owned(),
        },
        (Some(sid), None) => Whose::Sid(sid.to_owned()),
        (None, Some(sub)) => Whose::Sub(sub.to_owned()),
        (None, None) => return Err("neither `sid` nor `sub` is there".to_owned()),
    };
    Ok(LogoutToken {
        jti: jti.to_owned(),
        whose,
    })
}

/// `events` is an object that has the logout event, itself an object.
fn check_event(claims: &Map<String, Value>) -> Result<(), String> {
    let Some(Value::Object(events)) = claims.get("events") else {
        return Err("`events` is missing or not an object".to_owned());
    };
    match events.get(LOGOUT_EVENT) {
        Some(Value::Object(_)) => Ok(()),
        Some(_) => Err("the logout event in `events` is not an object".to_owned()),
        None => Err("`events` has no logout event".to_owned()),
    }
}
