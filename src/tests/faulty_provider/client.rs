//! Whether a request is the application's: [RFC 6749, 2.3](https://www.rfc-editor.org/rfc/rfc6749.html#section-2.3),
//! [RFC 7523, 3](https://www.rfc-editor.org/rfc/rfc7523.html#section-3). By hand, as tokens are.

use super::{CLIENT, SECRET};
use crate::server::json;
use axum::http::{HeaderMap, header::AUTHORIZATION};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use serde_json::Value;
use sha2::Sha256;
use std::collections::{BTreeMap, BTreeSet};
use url::form_urlencoded;

/// What the provider has registered of the application.
#[derive(Default)]
pub struct Registration {
    /// The only way in which it may authenticate; by default any, and a public client's.
    pub method: Option<&'static str>,
    /// The public key, for `private_key_jwt`.
    pub key: Option<PublicKey>,
    /// The assertions that came, by `jti`.
    pub assertions: BTreeSet<String>,
}

/// The public half of the application's key.
pub enum PublicKey {
    Rs256(rsa::RsaPublicKey),
    Es256(p256::ecdsa::VerifyingKey),
    Es384(p384::ecdsa::VerifyingKey),
}

impl Registration {
    /// In one way, and in no two at once.
    pub fn accepts(&mut self, headers: &HeaderMap, form: &BTreeMap<String, String>, issuer: &str, now: i64) -> bool {
        let field = |name: &str| form.get(name).map(String::as_str);
        let found = match (
            headers.get(AUTHORIZATION),
            field("client_secret"),
            field("client_assertion"),
        ) {
            (Some(header), None, None) if is_basic(header.to_str().unwrap()) => "client_secret_basic",
            (None, Some(SECRET), None) if field("client_id") == Some(CLIENT) => "client_secret_post",
            (None, None, Some(assertion))
                if field("client_id").is_none_or(|id| id == CLIENT)
                    && field("client_assertion_type")
                        == Some("urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
                    && self.is_ours(assertion, issuer, now) == Some(true) =>
            {
                "private_key_jwt"
            }
            (None, None, None) if field("client_id") == Some(CLIENT) => "none",
            _ => return false,
        };
        self.method.is_none_or(|method| method == found)
    }

    fn is_ours(&mut self, assertion: &str, issuer: &str, now: i64) -> Option<bool> {
        let (input, signature) = assertion.rsplit_once('.')?;
        let (header, claims) = input.split_once('.')?;
        let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).ok();
        let header: Value = json::read(&decode(header)?).ok()?;
        let claims: Value = json::read(&decode(claims)?).ok()?;
        let algorithm = self.key.as_ref()?.verify(input.as_bytes(), &decode(signature)?)?;
        let (issued, expires) = (claims["iat"].as_i64()?, claims["exp"].as_i64()?);
        let jti = claims["jti"].as_str()?;
        Some(
            header["alg"] == algorithm
                && header["typ"] == "client-authentication+jwt"
                && header["kid"].is_string()
                && claims["iss"] == CLIENT
                && claims["sub"] == CLIENT
                && claims["aud"] == issuer
                && (issued - now).abs() <= 1
                && expires - issued == 60
                && decode(jti)?.len() * 8 >= 128
                && self.assertions.insert(jti.to_owned()),
        )
    }
}

impl PublicKey {
    /// The algorithm, when the signature is right.
    fn verify(&self, input: &[u8], signature: &[u8]) -> Option<&'static str> {
        use p256::ecdsa::signature::Verifier;
        match self {
            Self::Rs256(key) => {
                let key = rsa::pkcs1v15::VerifyingKey::<Sha256>::new(key.clone());
                let signature = rsa::pkcs1v15::Signature::try_from(signature).ok()?;
                rsa::signature::Verifier::verify(&key, input, &signature).ok()?;
                Some("RS256")
            }
            Self::Es256(key) => {
                let signature = p256::ecdsa::Signature::from_slice(signature).ok()?;
                key.verify(input, &signature).ok()?;
                Some("ES256")
            }
            Self::Es384(key) => {
                let signature = p384::ecdsa::Signature::from_slice(signature).ok()?;
                key.verify(input, &signature).ok()?;
                Some("ES384")
            }
        }
    }
}

/// RFC 6749, 2.3.1: each is form-encoded, so that only the colon between them is one.
fn is_basic(header: &str) -> bool {
    let encoded = header.strip_prefix("Basic ").unwrap_or_default();
    let pair = String::from_utf8(STANDARD.decode(encoded).unwrap_or_default()).unwrap_or_default();
    let decoded: Vec<String> = pair.split(':').map(decode).collect();
    decoded == [CLIENT, SECRET]
}

fn decode(part: &str) -> String {
    let pair = format!("x={part}");
    form_urlencoded::parse(pair.as_bytes())
        .next()
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default()
}
