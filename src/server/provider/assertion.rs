//! Signs who the application is, for `private_key_jwt`.
//!
//! [RFC 7523, 3](https://www.rfc-editor.org/rfc/rfc7523.html#section-3), as
//! [RFC 10070](https://www.rfc-editor.org/rfc/rfc10070.html) narrows it, and
//! [OpenID Connect Core 9](https://openid.net/specs/openid-connect-core-1_0.html#ClientAuthentication).

use super::client_key::ClientKey;
use crate::server::secret::Secret;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

/// How long an assertion holds, in seconds: as long as a request takes, and two clocks that differ a little.
const LIFE: i64 = 60;

/// A new assertion of `client_id` for the provider `issuer`, at `now` in seconds since 1970. `None` when it can't be
/// signed, or the system gives no randomness.
///
/// Its audience is the issuer alone, as discovery names it and we have checked it. OpenID Connect Core asked for the token
/// endpoint; but that is whatever the provider says: a hostile one names another provider's, and what is signed for it opens
/// the other (CVE-2025-27370). Therefore RFC 10070 and FAPI 2.0 want the issuer, as a string and nothing beside it.
/// Keycloak and `oidc-provider` take it, and so must every provider that has passed FAPI 2.0; authentik knows no
/// `private_key_jwt` for the code. The explicit type is RFC 10070's, so that no other JWT of ours passes for one.
pub fn sign(key: &ClientKey, client_id: &str, issuer: &str, now: i64) -> Option<Secret> {
    let header = json!({ "alg": key.algorithm(), "kid": key.name(), "typ": "client-authentication+jwt" });
    let claims = json!({
        "iss": client_id,
        "sub": client_id,
        "aud": issuer,
        "jti": Secret::random().ok()?.expose(),
        "iat": now,
        "exp": now + LIFE,
    });
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let input = format!("{}.{}", part(&header), part(&claims));
    let signature = URL_SAFE_NO_PAD.encode(key.sign(input.as_bytes())?);
    Some(Secret::new(format!("{input}.{signature}")))
}
