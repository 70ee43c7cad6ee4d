//! The form of an ID token, before anybody believes a word of it: three parts, two objects, an algorithm that is none of
//! the dangerous ones.
//!
//! [RFC 7515, 3.1 and 4.1](https://www.rfc-editor.org/rfc/rfc7515.html#section-3.1),
//! [RFC 8725, 3](https://www.rfc-editor.org/rfc/rfc8725.html#section-3).

use crate::server::{config::plain, json};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use openidconnect::core::CoreJwsSigningAlgorithm;
use serde_json::{Map, Value};

/// What an ID token says, unverified.
pub(crate) struct Form {
    /// `alg`: an asymmetric one.
    pub(super) algorithm: CoreJwsSigningAlgorithm,
    /// `kid`, where the header has one.
    pub(super) key_id: Option<String>,
    /// The claims.
    pub(super) claims: Map<String, Value>,
}

/// Reads `token`.
///
/// # Errors
/// The check that failed, without a part of the token but for short names out of its header.
pub(crate) fn read(token: &str) -> Result<Form, String> {
    let parts: Vec<&str> = token.split('.').collect();
    let (header, claims, signature) = match parts.as_slice() {
        [header, claims, signature] => (*header, *claims, *signature),
        // RFC 7516, 9: a JWE has five.
        [_, _, _, _, _] => return Err(encrypted()),
        parts => return Err(format!("the ID token has {} parts, not 3", parts.len())),
    };
    let header = object("header", header)?;
    if header.contains_key("enc") {
        return Err(encrypted());
    }
    if header.contains_key("crit") || header.contains_key("b64") {
        return Err("`crit` asks for an extension, and none is supported".to_owned());
    }
    for name in ["kid", "typ", "cty"] {
        check_type(&header, name, "text", Value::is_string)?;
    }
    let algorithm = algorithm(header.get("alg"))?;
    let claims = object("claims", claims)?;
    check_types(&claims)?;
    // The library reads it more leniently, so that one token could be written in several ways.
    decode("signature", signature)?;
    Ok(Form {
        algorithm,
        key_id: header.get("kid").and_then(Value::as_str).map(str::to_owned),
        claims,
    })
}

/// What must be there ([OpenID Connect Core 2](https://openid.net/specs/openid-connect-core-1_0.html#IDToken)), and of
/// which type: the library would only say that something is not. An absent `aud` it names itself.
fn check_types(claims: &Map<String, Value>) -> Result<(), String> {
    for name in ["iss", "sub", "exp", "iat"] {
        if claims.get(name).is_none_or(Value::is_null) {
            return Err(format!("`{name}` is missing"));
        }
    }
    for name in ["iss", "sub", "nonce", "azp", "at_hash"] {
        check_type(claims, name, "text", Value::is_string)?;
    }
    for name in ["exp", "iat"] {
        check_type(claims, name, "a time", Value::is_number)?;
    }
    check_type(claims, "aud", "text or a list of texts", |value| match value {
        Value::Array(audiences) => audiences.iter().all(Value::is_string),
        value => value.is_string(),
    })
}

fn check_type(
    object: &Map<String, Value>,
    name: &str,
    expected: &str,
    is_right: impl Fn(&Value) -> bool,
) -> Result<(), String> {
    match object.get(name) {
        Some(value) if !is_right(value) && !value.is_null() => Err(format!("`{name}` is not {expected}")),
        _ => Ok(()),
    }
}

/// One of the algorithms that the library verifies with a public key.
fn algorithm(named: Option<&Value>) -> Result<CoreJwsSigningAlgorithm, String> {
    use CoreJwsSigningAlgorithm as Algorithm;
    let Some(Value::String(name)) = named else {
        return Err("`alg` is missing or not text".to_owned());
    };
    match serde_json::from_value(Value::String(name.clone())) {
        Ok(Algorithm::None) => Err("`alg` is none: the token is not signed".to_owned()),
        Ok(Algorithm::HmacSha256 | Algorithm::HmacSha384 | Algorithm::HmacSha512) => Err(format!(
            "`alg` is {name}, which is symmetric: select a Signing Key at the provider"
        )),
        Ok(Algorithm::EcdsaP521Sha512) => Err(format!("`alg` is {name}, which is not supported: select another key")),
        Ok(algorithm) => Ok(algorithm),
        Err(_) => Err(format!("`alg` is \"{}\", which is not known", plain(name))),
    }
}

/// The name of an algorithm, as it stands in a header.
pub(super) fn name(algorithm: &CoreJwsSigningAlgorithm) -> String {
    match serde_json::to_value(algorithm) {
        Ok(Value::String(name)) => name,
        _ => "unknown".to_owned(),
    }
}

fn object(part: &str, encoded: &str) -> Result<Map<String, Value>, String> {
    json::object(&decode(part, encoded)?).map_err(|error| format!("the {part} of the ID token: {error}"))
}

/// Base64url as [RFC 7515, 2](https://www.rfc-editor.org/rfc/rfc7515.html#section-2) has it: without padding, and with no
/// bit set that means nothing.
fn decode(part: &str, encoded: &str) -> Result<Vec<u8>, String> {
    URL_SAFE_NO_PAD
        .decode(encoded)
        .map_err(|_| format!("the {part} of the ID token: not base64url"))
}

fn encrypted() -> String {
    "the ID token is encrypted, which is not supported: remove the Encryption Key of the provider".to_owned()
}
