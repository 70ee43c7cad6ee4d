//! The form of an ID token, or of another signed token, before anybody believes a word of it: three parts, two objects,
//! an algorithm that is none of the dangerous ones.
//!
//! [RFC 7515, 3.1 and 4.1](https://www.rfc-editor.org/rfc/rfc7515.html#section-3.1),
//! [RFC 8725, 3](https://www.rfc-editor.org/rfc/rfc8725.html#section-3).

use crate::server::{config::plain, json};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use openidconnect::core::CoreJwsSigningAlgorithm;
use serde_json::{Map, Value};

/// The event by which a logout token is known
/// ([Back-Channel Logout 2.4](https://openid.net/specs/openid-connect-backchannel-1_0.html#LogoutToken)).
pub(in crate::server) const LOGOUT_EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// What a signed token says, unverified.
pub(crate) struct Form {
    /// `alg`: an asymmetric one.
    pub(in crate::server::auth) algorithm: CoreJwsSigningAlgorithm,
    /// `kid`, where the header has one.
    pub(super) key_id: Option<String>,
    /// `typ`, where the header has one, in lower case and without `application/`
    /// ([RFC 7515, 4.1.9](https://www.rfc-editor.org/rfc/rfc7515.html#section-4.1.9)).
    pub(in crate::server::auth) kind: Option<String>,
    /// The claims.
    pub(in crate::server::auth) claims: Map<String, Value>,
    /// The signature.
    pub(in crate::server::auth) signature: Vec<u8>,
}

/// Reads `token` as an ID token.
///
/// # Errors
/// The check that failed, without a part of the token but for short names out of its header.
pub(crate) fn read(token: &str) -> Result<Form, String> {
    let form = read_signed("ID token", token)?;
    check_types(&form.claims)?;
    check_kind(&form.claims)?;
    Ok(form)
}

/// Reads `token`, which `what` says the name of, whatever it claims.
///
/// # Errors
/// As [`read`].
pub(in crate::server::auth) fn read_signed(what: &str, token: &str) -> Result<Form, String> {
    // A sixth part is as wrong as any that follow it.
    let parts: Vec<&str> = token.splitn(6, '.').collect();
    let (header, claims, signature) = match parts.as_slice() {
        [header, claims, signature] => (*header, *claims, *signature),
        // RFC 7516, 9: a JWE has five.
        [_, _, _, _, _] => return Err(encrypted(what)),
        _ => return Err(format!("the {what} has {} parts, not 3", token.split('.').count())),
    };
    let header = object(what, "header", header)?;
    if header.contains_key("enc") {
        return Err(encrypted(what));
    }
    if header.contains_key("crit") || header.contains_key("b64") {
        return Err("`crit` asks for an extension, and none is supported".to_owned());
    }
    for name in ["kid", "typ", "cty"] {
        check_type(&header, name, "text", Value::is_string)?;
    }
    let algorithm = algorithm(header.get("alg"))?;
    let claims = object(what, "claims", claims)?;
    // The library reads it more leniently, so that one token could be written in several ways.
    let signature = decode(what, "signature", signature)?;
    let text = |name: &str| header.get(name).and_then(Value::as_str);
    Ok(Form {
        algorithm,
        key_id: text("kid").map(str::to_owned),
        kind: text("typ").map(kind),
        claims,
        signature,
    })
}

/// Media types are told apart without regard to case.
fn kind(typ: &str) -> String {
    let typ = typ.to_ascii_lowercase();
    typ.strip_prefix("application/").map(str::to_owned).unwrap_or(typ)
}

/// The provider signs other tokens with the same keys: one that speaks of a logout passes for no ID token. Those that say
/// so in `typ` the library refuses ([RFC 8725, 3.11](https://www.rfc-editor.org/rfc/rfc8725.html#section-3.11)).
fn check_kind(claims: &Map<String, Value>) -> Result<(), String> {
    match claims.get("events").and_then(|events| events.get(LOGOUT_EVENT)) {
        Some(_) => Err("`events` speaks of a logout: it is no ID token".to_owned()),
        None => Ok(()),
    }
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
pub(in crate::server::auth) fn name(algorithm: &CoreJwsSigningAlgorithm) -> String {
    match serde_json::to_value(algorithm) {
        Ok(Value::String(name)) => name,
        _ => "unknown".to_owned(),
    }
}

fn object(what: &str, part: &str, encoded: &str) -> Result<Map<String, Value>, String> {
    json::object(&decode(what, part, encoded)?).map_err(|error| format!("the {part} of the {what}: {error}"))
}

/// Base64url as [RFC 7515, 2](https://www.rfc-editor.org/rfc/rfc7515.html#section-2) has it: without padding, and with no
/// bit set that means nothing.
fn decode(what: &str, part: &str, encoded: &str) -> Result<Vec<u8>, String> {
    URL_SAFE_NO_PAD
        .decode(encoded)
        .map_err(|_| format!("the {part} of the {what}: not base64url"))
}

fn encrypted(what: &str) -> String {
    format!("the {what} is encrypted, which is not supported: remove the Encryption Key of the provider")
}
