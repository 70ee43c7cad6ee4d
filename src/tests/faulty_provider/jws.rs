//! ID tokens and keys, by hand: [RFC 7515](https://www.rfc-editor.org/rfc/rfc7515.html) and
//! [RFC 7517](https://www.rfc-editor.org/rfc/rfc7517.html).

use super::{SECRET, Shared, answers::Signing};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use rsa::{
    pkcs1v15::SigningKey,
    signature::{SignatureEncoding, Signer},
    traits::PublicKeyParts,
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// The published keys.
pub fn key_set(shared: &Shared) -> Value {
    let answers = shared.answers();
    let keys = answers.published.iter().map(|number| {
        let key = shared.key(*number);
        let mut published = json!({
            "kty": "RSA",
            "use": "sig",
            "alg": "RS256",
            "n": URL_SAFE_NO_PAD.encode(key.n().to_bytes_be()),
            "e": URL_SAFE_NO_PAD.encode(key.e().to_bytes_be()),
        });
        if answers.names_keys {
            published["kid"] = json!(format!("key-{number}"));
        }
        published
    });
    json!({ "keys": keys.collect::<Vec<_>>() })
}

/// An ID token with these claims, signed as the test wants it.
pub fn sign(shared: &Shared, claims: &Value) -> String {
    let answers = shared.answers();
    let (algorithm, named) = match answers.signing {
        Signing::Key(named) | Signing::As(_, named) => ("RS256", named),
        Signing::Broken | Signing::OverOtherClaims => ("RS256", 0),
        Signing::None => ("none", 0),
        Signing::ClientSecret => ("HS256", 0),
    };
    let mut header = json!({ "alg": algorithm, "typ": "JWT" });
    if answers.names_keys && algorithm == "RS256" {
        header["kid"] = json!(format!("key-{named}"));
    }
    let header = part(&shared.merged(header, |answers| &answers.header));
    let input = format!("{header}.{}", part(claims));
    let signature = match answers.signing {
        Signing::Key(number) | Signing::As(number, _) => rs256(shared, number, &input),
        Signing::Broken => {
            let mut signature = rs256(shared, 0, &input);
            signature[100] ^= 1;
            signature
        }
        Signing::OverOtherClaims => rs256(shared, 0, &format!("{header}.{}", part(&json!({})))),
        Signing::None => Vec::new(),
        Signing::ClientSecret => hs256(SECRET.as_bytes(), input.as_bytes()),
    };
    format!("{input}.{}", URL_SAFE_NO_PAD.encode(signature))
}

/// `at_hash`: [OpenID Connect Core 3.1.3.6](https://openid.net/specs/openid-connect-core-1_0.html#CodeIDToken).
pub fn half_hash(access_token: &str) -> String {
    URL_SAFE_NO_PAD.encode(&Sha256::digest(access_token)[..16])
}

fn part(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

fn rs256(shared: &Shared, number: usize, input: &str) -> Vec<u8> {
    SigningKey::<Sha256>::new(shared.key(number).clone())
        .sign(input.as_bytes())
        .to_vec()
}

/// HMAC by its definition, [RFC 2104](https://www.rfc-editor.org/rfc/rfc2104.html), for keys of up to 64 bytes.
fn hs256(key: &[u8], input: &[u8]) -> Vec<u8> {
    let pad = |byte: u8| {
        let mut pad = [byte; 64];
        pad.iter_mut().zip(key).for_each(|(pad, key)| *pad ^= key);
        pad
    };
    let inner = Sha256::new().chain_update(pad(0x36)).chain_update(input).finalize();
    Sha256::new()
        .chain_update(pad(0x5c))
        .chain_update(inner)
        .finalize()
        .to_vec()
}

#[test]
fn hmac_is_that_of_rfc_4231() {
    let found: String = hs256(b"Jefe", b"what do ya want for nothing?")
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    assert_eq!(
        found,
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    );
}
