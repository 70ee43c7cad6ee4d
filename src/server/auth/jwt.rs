//! A signed token of a provider's that is no ID token: its form, its signature, who made it, and for whom.
//!
//! [RFC 7519, 7.2](https://www.rfc-editor.org/rfc/rfc7519.html#section-7.2),
//! [RFC 8725, 3](https://www.rfc-editor.org/rfc/rfc8725.html#section-3). Of which kind it is, its reader decides.

use super::id_token::{
    form::{self, Form},
    keys, seconds,
};
use crate::server::{
    config::plain,
    provider::{
        Provider,
        cache::Sake,
        discovery::{Discovered, DiscoveryError},
    },
};
use openidconnect::JsonWebKey;
use serde_json::{Map, Value};
use std::{sync::Arc, time::Duration};

/// A token whose signature, `iss` and `aud` hold; only [`verify`] makes one.
pub(super) struct Jwt {
    /// `typ`, where the header has one, in lower case and without `application/`.
    pub(super) kind: Option<String>,
    /// The claims.
    pub(super) claims: Map<String, Value>,
}

/// Why a token is refused.
#[derive(Debug, thiserror::Error)]
pub(super) enum JwtError {
    /// The provider can't be asked for its keys.
    #[error("discovery failed: {0}")]
    Discovery(#[from] Arc<DiscoveryError>),
    /// A check failed. The message names it, and no part of the token.
    #[error("{0}")]
    Token(String),
}

/// Why the provider does not vouch for a token, as far as we know of the provider.
enum Failure {
    /// It does not announce what it has done: it may by now.
    Document(String),
    /// The keys that we have did not sign it: it may have others by now.
    Keys(String),
}

/// Verifies `token`, which `what` says the name of, as one that `provider` signed for `audience`. Keys that are not known
/// are fetched again, as for an ID token.
///
/// # Errors
/// The first check that fails.
pub(super) async fn verify(what: &str, token: &str, provider: &Provider, audience: &str) -> Result<Jwt, JwtError> {
    let form = form::read_signed(what, token).map_err(JwtError::Token)?;
    let known = provider.discover().await?;
    // Before keys are fetched for it.
    check_issuer(&known, &form.claims).map_err(JwtError::Token)?;
    check_audience(&form.claims, audience).map_err(JwtError::Token)?;
    if let Err(failure) = check_signature(&known, &form, token) {
        let again = match &failure {
            Failure::Document(_) => provider.rediscover_all(Sake::Strangers).await?,
            Failure::Keys(_) => provider.rediscover(Sake::Strangers).await?,
        }
        .value;
        let (Failure::Document(reason) | Failure::Keys(reason)) = failure;
        if Arc::ptr_eq(&known, &again) {
            return Err(JwtError::Token(reason));
        }
        check_issuer(&again, &form.claims).map_err(JwtError::Token)?;
        check_signature(&again, &form, token)
            .map_err(|(Failure::Document(reason) | Failure::Keys(reason))| JwtError::Token(reason))?;
    }
    Ok(Jwt {
        kind: form.kind,
        claims: form.claims,
    })
}

/// Each key that may be meant is tried, and one must hold.
fn check_signature(discovered: &Discovered, form: &Form, token: &str) -> Result<(), Failure> {
    if !discovered.algorithms.contains(&form.algorithm) {
        let shown = form::name(&form.algorithm);
        return Err(Failure::Document(format!(
            "`alg` is {shown}, which the provider does not announce"
        )));
    }
    let (signed, _) = token.rsplit_once('.').unwrap_or_default();
    let mut refused = String::new();
    for key in keys::candidates(&discovered.metadata, form).map_err(Failure::Keys)? {
        match key.verify_signature(&form.algorithm, signed.as_bytes(), &form.signature) {
            Ok(()) => return Ok(()),
            Err(error) => refused = format!("the signature is not that of the provider's key: {error}"),
        }
    }
    Err(Failure::Keys(refused))
}

/// The provider's, byte for byte.
fn check_issuer(discovered: &Discovered, claims: &Map<String, Value>) -> Result<(), String> {
    let expected = discovered.metadata.issuer().as_str();
    match claims.get("iss") {
        Some(Value::String(found)) if found == expected => Ok(()),
        Some(Value::String(found)) => Err(format!(
            "`iss` is \"{}\", and discovery says \"{}\"",
            plain(found),
            plain(expected)
        )),
        _ => Err("`iss` is missing or not text".to_owned()),
    }
}

/// `expected`, alone or among others.
fn check_audience(claims: &Map<String, Value>, expected: &str) -> Result<(), String> {
    let is_named = match claims.get("aud") {
        Some(Value::String(audience)) => audience == expected,
        Some(Value::Array(audiences)) if audiences.iter().all(Value::is_string) => {
            audiences.iter().any(|audience| audience == expected)
        }
        _ => return Err("`aud` is missing, or neither text nor a list of texts".to_owned()),
    };
    if is_named {
        Ok(())
    } else {
        Err(format!("`aud` does not name \"{}\"", plain(expected)))
    }
}

/// The time, in seconds since 1970, and how far the provider's may be from it.
#[derive(Clone, Copy)]
pub(super) struct Moment {
    now: i64,
    leeway: i64,
}

impl Moment {
    /// `now` in seconds since 1970.
    pub(super) fn new(now: i64, leeway: Duration) -> Self {
        Self {
            now,
            leeway: i64::try_from(leeway.as_secs()).unwrap_or(0),
        }
    }

    /// `exp` and `nbf`, where they are there.
    ///
    /// # Errors
    /// The one that does not hold.
    pub(super) fn check_window(self, claims: &Map<String, Value>) -> Result<(), String> {
        if let Some(expires) = time(claims, "exp")?
            && self.now >= expires.saturating_add(self.leeway)
        {
            return Err(format!("`exp` is {} s past", self.now.saturating_sub(expires)));
        }
        if let Some(begins) = time(claims, "nbf")?
            && self.now < begins.saturating_sub(self.leeway)
        {
            return Err(format!("`nbf` is {} s in the future", begins.saturating_sub(self.now)));
        }
        Ok(())
    }

    /// That `issued` is not to come, and at most `oldest` seconds ago.
    ///
    /// # Errors
    /// By how much it is off.
    pub(super) fn check_issued(self, issued: i64, oldest: i64) -> Result<(), String> {
        let age = self.now.saturating_sub(issued);
        if age < -self.leeway {
            return Err(format!("`iat` is {} s in the future", age.saturating_neg()));
        }
        if age > oldest.saturating_add(self.leeway) {
            return Err(format!("`iat` is {age} s past"));
        }
        Ok(())
    }
}

/// A claim that is a time, in seconds since 1970.
///
/// # Errors
/// When it is something else.
pub(super) fn time(claims: &Map<String, Value>, name: &str) -> Result<Option<i64>, String> {
    match claims.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => match seconds(value) {
            Some(time) => Ok(Some(time.timestamp())),
            None => Err(format!("`{name}` is not a time")),
        },
    }
}

/// A claim that is a name: text that is neither empty nor endless.
///
/// # Errors
/// When it is something else.
pub(super) fn name<'c>(claims: &'c Map<String, Value>, name: &str) -> Result<Option<&'c str>, String> {
    match claims.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) if !text.is_empty() && text.len() <= 255 && !text.contains(char::is_control) => {
            Ok(Some(text))
        }
        Some(_) => Err(format!("`{name}` is empty, longer than 255 bytes, or not text")),
    }
}
