//! ID tokens and key sets, by hand: [RFC 7515](https://www.rfc-editor.org/rfc/rfc7515.html) and
//! [RFC 7517](https://www.rfc-editor.org/rfc/rfc7517.html).

use super::{
    SECRET, Shared,
    answers::{Signing, merge, text},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// The published keys.
pub fn key_set(shared: &Shared) -> Value {
    let answers = shared.answers();
    let keys = answers.published.iter().map(|number| {
        let mut published = shared.keys[*number].publish(answers.algorithm);
        merge(&mut published, &json!({ "use": "sig", "alg": answers.algorithm }));
        if answers.names_keys {
            published["kid"] = json!(format!("key-{number}"));
        }
        merge(&mut published, &answers.keys);
        published
    });
    json!({ "keys": keys.collect::<Vec<_>>() })
}

/// An ID token with these claims, signed as the test wants it.
pub fn sign(shared: &Shared, claims: &Value) -> String {
    let answers = shared.answers();
    let (algorithm, named) = match answers.signing {
        Signing::Key(named) | Signing::As(_, named) => (answers.algorithm, named),
        Signing::Broken | Signing::OverOtherClaims => (answers.algorithm, 0),
        Signing::None => ("none", 0),
        Signing::ClientSecret | Signing::PublicPem | Signing::PublicModulus => ("HS256", 0),
        Signing::Encrypted => ("RSA-OAEP", 0),
    };
    let mut header = json!({ "alg": algorithm, "typ": "JWT" });
    if answers.names_keys && !matches!(algorithm, "none" | "HS256") {
        header["kid"] = json!(format!("key-{named}"));
    }
    if matches!(answers.signing, Signing::Encrypted) {
        header["enc"] = json!("A256GCM");
    }
    merge(&mut header, &answers.header);
    let doubled = |place: &str| answers.doubled.filter(|(of, _)| *of == place).map(|(_, name)| name);
    let part = |text: String| URL_SAFE_NO_PAD.encode(text);
    let header = part(text(&header, doubled("header")));
    let input = format!("{header}.{}", part(text(claims, doubled("claims"))));
    let by_key = |number: usize, input: &str| shared.keys[number].sign(answers.algorithm, input.as_bytes());
    let signature = match answers.signing {
        Signing::Key(number) | Signing::As(number, _) => by_key(number, &input),
        Signing::Broken => {
            let mut signature = by_key(0, &input);
            signature[10] ^= 1;
            signature
        }
        Signing::OverOtherClaims => by_key(0, &format!("{header}.{}", part("{}".to_owned()))),
        Signing::None => Vec::new(),
        Signing::ClientSecret => hs256(SECRET.as_bytes(), input.as_bytes()),
        Signing::PublicPem => hs256(shared.keys[0].public_pem().as_bytes(), input.as_bytes()),
        Signing::PublicModulus => hs256(&shared.keys[0].modulus(), input.as_bytes()),
        Signing::Encrypted => return format!("{header}.a2V5.aXY.{}.dGFn", part("encrypted".to_owned())),
    };
    format!("{input}.{}", URL_SAFE_NO_PAD.encode(signature))
}

/// HMAC by its definition, [RFC 2104](https://www.rfc-editor.org/rfc/rfc2104.html).
fn hs256(key: &[u8], input: &[u8]) -> Vec<u8> {
    let hashed = Sha256::digest(key);
    let key = if key.len() > 64 { &hashed } else { key };
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
    let hex = |bytes: Vec<u8>| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    assert_eq!(
        hex(hs256(b"Jefe", b"what do ya want for nothing?")),
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    );
    let long = [0xaa; 131];
    assert_eq!(
        hex(hs256(&long, b"Test Using Larger Than Block-Size Key - Hash Key First")),
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
    );
}
