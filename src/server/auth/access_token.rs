//! The access token of a program: a JWT of a configured provider, for this application, and no other kind of token.
//!
//! [RFC 9068, 4](https://www.rfc-editor.org/rfc/rfc9068.html#section-4), read with leniency for providers that are older
//! than it. Whether it was revoked is not asked: it is good until its `exp`.

use super::{
    admission,
    id_token::form,
    jwt::{self, Jwt, JwtError, Moment},
    person::{self, MOST_GROUPS},
};
use crate::{
    server::{
        config::{Config, plain},
        provider::{Provider, discovery::DiscoveryError},
        state::AppState,
    },
    shared::viewer::User,
};
use serde_json::{Map, Value};
use std::sync::Arc;

/// Whom an access token speaks of; only [`verify`] makes one.
pub(super) struct Bearer {
    /// The person, or the machine, as the application knows it.
    pub(super) user: User,
    /// Whether it is a program for itself: nobody stands behind it.
    pub(super) is_machine: bool,
}

/// Why an access token opens nothing.
#[derive(Debug, thiserror::Error)]
pub(super) enum Refusal {
    /// The provider that it names can't be asked for its keys.
    #[error("discovery failed: {0}")]
    Discovery(#[from] Arc<DiscoveryError>),
    /// A check failed. The message names it, and no part of the token.
    #[error("{0}")]
    Token(String),
    /// It is right, and whom it speaks of may not come in.
    #[error("not admitted: {0}")]
    NotAdmitted(#[from] admission::Refusal),
}

impl From<JwtError> for Refusal {
    fn from(error: JwtError) -> Self {
        match error {
            JwtError::Discovery(error) => Self::Discovery(error),
            JwtError::Token(reason) => Self::Token(reason),
        }
    }
}

/// Verifies `token`: by the provider that its `iss` names, of those that are configured.
///
/// # Errors
/// The first check that fails.
pub(super) async fn verify(token: &str, state: &AppState) -> Result<Bearer, Refusal> {
    let unverified = form::read_signed("access token", token).map_err(Refusal::Token)?;
    let issuer = jwt_issuer(&unverified.claims)?;
    let mut refusal = Refusal::Token(format!("`iss` is \"{}\", which no provider here is", plain(issuer)));
    // Several may be of one issuer, each for its own audience.
    for provider in state.providers().iter().filter(|provider| may_be(provider, issuer)) {
        match verify_by(provider, token, state).await {
            Ok(bearer) => return Ok(bearer),
            // That it could not be asked is no verdict, whatever the next one says.
            Err(_) if matches!(refusal, Refusal::Discovery(_)) => {}
            Err(error) => refusal = error,
        }
    }
    Err(refusal)
}

fn jwt_issuer(claims: &Map<String, Value>) -> Result<&str, Refusal> {
    let issuer = claims.get("iss").and_then(Value::as_str);
    issuer.ok_or_else(|| Refusal::Token("`iss` is missing or not text".to_owned()))
}

/// Whether it is worth asking: what discovery says is compared byte for byte then.
fn may_be(provider: &Provider, issuer: &str) -> bool {
    let bare = |issuer: &str| issuer.strip_suffix('/').unwrap_or(issuer).to_owned();
    bare(provider.config.issuer.as_str()) == bare(issuer)
}

async fn verify_by(provider: &Provider, token: &str, state: &AppState) -> Result<Bearer, Refusal> {
    let config = &provider.config;
    let audience = config.audience.as_ref().unwrap_or(&config.client_id);
    let jwt = jwt::verify("access token", token, provider, audience).await?;
    check_kind(&jwt).map_err(Refusal::Token)?;
    let moment = Moment::new(state.clock().unix(), state.config().clock_leeway);
    check_times(&jwt.claims, moment).map_err(Refusal::Token)?;
    let bearer = bearer(&config.id, &jwt.claims, state.config()).map_err(Refusal::Token)?;
    let groups = person::groups(&jwt.claims, &state.config().claims.groups);
    let facts = admission::Facts {
        email: bearer.user.email.as_deref(),
        email_verified: bearer.user.email_verified,
        groups: groups.as_deref(),
    };
    admission::check(&config.admission, facts)?;
    Ok(bearer)
}

/// It is an access token. Who does not say so in `typ` is known by what only the one kind or only the other has:
/// authentik's ID token and access token have the same `iss`, `aud` and key.
fn check_kind(jwt: &Jwt) -> Result<(), String> {
    let claims = &jwt.claims;
    let is_there = |name: &&str| claims.get(*name).is_some_and(|value| !value.is_null());
    if is_there(&"events") {
        return Err("`events` is there: it tells of an event, and is no access token".to_owned());
    }
    match jwt.kind.as_deref() {
        Some("at+jwt") => return Ok(()),
        None | Some("jwt") => {}
        Some(_) => return Err("`typ` is that of another kind of token".to_owned()),
    }
    if let Some(found) = ["nonce", "at_hash", "c_hash", "s_hash"]
        .iter()
        .find(|name| is_there(name))
    {
        return Err(format!("`{found}` is there: it is an ID token"));
    }
    // Keycloak and Cognito say the kind in a claim.
    for (name, expected) in [("typ", "bearer"), ("token_use", "access")] {
        if is_there(&name) {
            let said = claims.get(name).and_then(Value::as_str);
            return match said {
                Some(said) if said.eq_ignore_ascii_case(expected) => Ok(()),
                _ => Err(format!("`{name}` among the claims is that of another kind of token")),
            };
        }
    }
    let of_old_authentik = ["azp", "uid"].iter().all(is_there);
    if of_old_authentik || ["scope", "scp", "client_id"].iter().any(is_there) {
        Ok(())
    } else {
        Err("nothing says that it is an access token: neither `typ`, nor `scope`, nor `client_id`".to_owned())
    }
}

fn check_times(claims: &Map<String, Value>, moment: Moment) -> Result<(), String> {
    jwt::time(claims, "exp")?.ok_or("`exp` is missing")?;
    moment.check_window(claims)?;
    match jwt::time(claims, "iat")? {
        Some(issued) => moment.check_issued(issued, i64::MAX),
        None => Ok(()),
    }
}

fn bearer(provider: &str, claims: &Map<String, Value>, config: &Config) -> Result<Bearer, String> {
    let issuer = claims.get("iss").and_then(Value::as_str).unwrap_or_default();
    let client = match jwt::name(claims, "client_id")? {
        Some(client) => Some(client),
        None => jwt::name(claims, "azp")?,
    };
    let (sub, id, is_machine) = match (jwt::name(claims, "sub")?, client) {
        // RFC 9068, 2.2: where nobody stands behind it, `sub` is the client.
        (Some(sub), client) => (sub, person::person_id(issuer, sub), client == Some(sub)),
        // No `sub` can be like that.
        (None, Some(client)) => (client, person::person_id(issuer, &format!("\0client\0{client}")), true),
        (None, None) => return Err("neither `sub` nor `client_id` nor `azp` is there".to_owned()),
    };
    let groups = person::groups(claims, &config.claims.groups).unwrap_or_default();
    if groups.len() > MOST_GROUPS {
        return Err(format!("{} groups, and {MOST_GROUPS} are the most", groups.len()));
    }
    let text = |name: &str| person::owned(claims.get(name).and_then(Value::as_str));
    let user = User {
        id,
        provider: provider.to_owned(),
        sub: sub.to_owned(),
        name: text("name"),
        email: text("email"),
        email_verified: claims.get("email_verified").and_then(flag),
        preferred_username: text("preferred_username"),
        picture: text("picture"),
        roles: person::granted(&groups, &config.roles),
        groups,
        organization_id: person::text(config.claims.organization.find(claims)),
    };
    Ok(Bearer { user, is_machine })
}

/// Some providers write it as text.
fn flag(claim: &Value) -> Option<bool> {
    match claim {
        Value::Bool(flag) => Some(*flag),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}
