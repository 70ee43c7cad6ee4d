//! Which of the provider's keys may have signed a token.
//!
//! [OpenID Connect Core 10.1](https://openid.net/specs/openid-connect-core-1_0.html#Signing),
//! [RFC 7517, 4](https://www.rfc-editor.org/rfc/rfc7517.html#section-4).

use super::form::{Form, name};
use crate::server::{config::plain, provider::client::Metadata};
use openidconnect::{
    JsonWebKey, JsonWebKeyAlgorithm, JsonWebKeyUse, JwsSigningAlgorithm,
    core::{CoreJsonWebKey, CoreJwsSigningAlgorithm},
};

/// The most keys that are tried: a token without `kid` must not make us try a thousand.
const MOST: usize = 16;

/// The keys of that `kid`, or all where the token names none; of them those that may sign so. At least one.
///
/// # Errors
/// Why there is none.
pub(in crate::server::auth) fn candidates<'d>(
    discovered: &'d Metadata,
    form: &Form,
) -> Result<Vec<&'d CoreJsonWebKey>, String> {
    let algorithm = &form.algorithm;
    let named: Vec<&CoreJsonWebKey> = discovered
        .jwks()
        .keys()
        .iter()
        .filter(|key| match &form.key_id {
            Some(key_id) => key.key_id().is_some_and(|id| id.as_str() == key_id),
            None => true,
        })
        .collect();
    let which = match &form.key_id {
        Some(key_id) => format!("`kid` \"{}\"", plain(key_id)),
        None => "a token without `kid`".to_owned(),
    };
    let fitting: Vec<&CoreJsonWebKey> = named
        .iter()
        .copied()
        .filter(|key| unfit(key, algorithm).is_none())
        .collect();
    if fitting.len() > MOST {
        return Err(format!(
            "{which}: {} keys fit, and no more than {MOST} are tried",
            fitting.len()
        ));
    }
    if !fitting.is_empty() {
        return Ok(fitting);
    }
    let reason = named.iter().find_map(|key| unfit(key, algorithm));
    Err(match reason {
        Some(reason) => format!("{which}: {reason}"),
        None => format!("{which}: the provider publishes no such key"),
    })
}

/// What keeps `key` from having signed with `algorithm`.
pub(crate) fn unfit(key: &CoreJsonWebKey, algorithm: &CoreJwsSigningAlgorithm) -> Option<String> {
    let shown = name(algorithm);
    if key.key_use().is_some_and(|usage| !usage.allows_signature()) {
        return Some("the key is not for signatures, by its `use`".to_owned());
    }
    if algorithm.key_type().as_ref() != Some(key.key_type()) {
        return Some(format!("the key's `kty` is not that of {shown}"));
    }
    match key.signing_alg() {
        JsonWebKeyAlgorithm::Unspecified => None,
        JsonWebKeyAlgorithm::Algorithm(of_key) if of_key == algorithm => None,
        JsonWebKeyAlgorithm::Algorithm(of_key) => Some(format!("the key's `alg` is {}, not {shown}", name(of_key))),
        JsonWebKeyAlgorithm::Unsupported => Some("the key's `alg` is not for signatures".to_owned()),
    }
}
