//! `private_key_jwt`: [RFC 7523](https://www.rfc-editor.org/rfc/rfc7523.html).

use super::bench::Bench;
use crate::{
    server::{
        clock::Clock,
        provider::client_key::{ClientKey, KeyError},
        secret,
    },
    tests::{
        faulty_provider::{
            CLIENT, FaultyProvider, SECRET,
            client::{PublicKey, Registration},
        },
        rsa_key,
    },
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use p256::pkcs8::{EncodePrivateKey, LineEnding};
use rsa::{RsaPrivateKey, rand_core::OsRng, traits::PublicKeyParts};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// A key for ES256, and its public half.
fn es256() -> (String, PublicKey) {
    let key = p256::SecretKey::from_slice(&[7; 32]).unwrap();
    let public = p256::ecdsa::SigningKey::from(&key).verifying_key().to_owned();
    (
        key.to_pkcs8_pem(LineEnding::LF).unwrap().to_string(),
        PublicKey::Es256(public),
    )
}

fn es384() -> (String, PublicKey) {
    let key = p384::SecretKey::from_slice(&[7; 48]).unwrap();
    let public = p384::ecdsa::SigningKey::from(&key).verifying_key().to_owned();
    (
        key.to_pkcs8_pem(LineEnding::LF).unwrap().to_string(),
        PublicKey::Es384(public),
    )
}

fn rs256() -> (String, PublicKey) {
    let key = rsa_key::next();
    let pem = rsa::pkcs8::EncodePrivateKey::to_pkcs8_pem(&key, Default::default()).unwrap();
    (pem.to_string(), PublicKey::Rs256(key.to_public_key()))
}

async fn bench(pem: &str, key: PublicKey, more: &[(&str, &str)]) -> Bench {
    let provider = FaultyProvider::start().await;
    provider.register(Registration {
        method: Some("private_key_jwt"),
        key: Some(key),
        ..Registration::default()
    });
    let variables: Vec<_> = [("AUTH_FAULTY_KEY", pem)]
        .into_iter()
        .chain(more.iter().copied())
        .collect();
    Bench::of(provider, &variables).await
}

fn parts(assertion: &str) -> Vec<Value> {
    let parts = assertion.split('.').take(2);
    parts
        .map(|part| serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap())
        .collect()
}

#[tokio::test]
async fn private_key_jwt() {
    for (pem, key) in [es256(), es384(), rs256()] {
        let bench = bench(&pem, key, &[]).await;
        bench.sign_in().await;
        // No assertion comes twice: the provider would not take it.
        bench.sign_in().await;
        let request = &bench.provider.seen("/token")[0];
        assert_eq!(request.authorization, None);
        let names: Vec<_> = request.form.keys().map(String::as_str).collect();
        assert_eq!(
            names,
            [
                "client_assertion",
                "client_assertion_type",
                "client_id",
                "code",
                "code_verifier",
                "grant_type",
                "redirect_uri"
            ]
        );
    }
}

/// Another provider's token endpoint in this one's discovery document gets nothing that the other would take.
#[tokio::test]
async fn an_assertion_is_for_the_issuer_alone_whatever_the_token_endpoint() {
    let (pem, key) = es256();
    let bench = bench(&pem, key, &[]).await;
    let victim = FaultyProvider::start().await;
    let (_, key) = es256();
    victim.register(Registration {
        key: Some(key),
        ..Registration::default()
    });
    let endpoint = format!("{}/token", victim.issuer);
    bench
        .provider
        .change(|answers| answers.discovery = json!({ "token_endpoint": endpoint }));
    let page = bench.call_back().await;
    bench.assert_refused(&page, "configuration").await;
    let [header, claims] = &parts(&victim.seen("/token")[0].form["client_assertion"])[..] else {
        panic!("header and claims")
    };
    assert_eq!(claims["aud"], json!(bench.provider.issuer));
    assert_eq!((&claims["iss"], &claims["sub"]), (&json!(CLIENT), &json!(CLIENT)));
    assert_eq!(header["alg"], "ES256");
}

#[tokio::test]
async fn a_key_that_the_provider_does_not_know_is_a_mistake_of_the_configuration_and_the_log_names_the_method() {
    let (pem, _) = es256();
    let (_, another) = es384();
    let bench = bench(&pem, another, &[]).await;
    let page = bench.call_back().await;
    let log = bench.assert_refused(&page, "configuration").await;
    assert!(
        log.contains("`invalid_client` to this application, which authenticates by `private_key_jwt`"),
        "{log}"
    );
    let assertion = &bench.provider.seen("/token")[0].form["client_assertion"];
    assert!(!log.contains(assertion.split('.').nth(1).unwrap()) && !log.contains("PRIVATE KEY"));
}

#[tokio::test]
async fn revocation_is_signed_too() {
    let (pem, key) = es256();
    let bench = bench(&pem, key, &[]).await;
    let revocation = format!("{}/revoke", bench.provider.issuer);
    bench
        .provider
        .change(|answers| answers.discovery = json!({ "revocation_endpoint": revocation }));
    bench.sign_in().await;
    bench.browser.submit("/api/auth/logout", &[]).await;
    let (token, revoke) = (&bench.provider.seen("/token")[0], &bench.provider.seen("/revoke")[0]);
    assert_eq!(revoke.form["token_type_hint"], "access_token");
    assert_ne!(token.form["client_assertion"], revoke.form["client_assertion"]);
}

#[tokio::test]
async fn beside_a_secret_the_configured_method_counts() {
    let (pem, key) = es256();
    let both = |method| [("AUTH_FAULTY_SECRET", SECRET), ("AUTH_FAULTY_CLIENT_AUTH", method)];
    bench(&pem, key, &both("private_key_jwt")).await.sign_in().await;

    let (_, key) = es256();
    let by_secret = bench(&pem, key, &both("client_secret_post")).await;
    by_secret.provider.register(Registration {
        method: Some("client_secret_post"),
        ..Registration::default()
    });
    by_secret.sign_in().await;
}

#[test]
fn keys_are_read_in_every_wrapping_that_openssl_has_written() {
    let rsa = rsa_key::next();
    let p256 = p256::SecretKey::from_slice(&[9; 32]).unwrap();
    let p384 = p384::SecretKey::from_slice(&[9; 48]).unwrap();
    let rsa8 = rsa::pkcs8::EncodePrivateKey::to_pkcs8_pem(&rsa, Default::default()).unwrap();
    let rsa1 = rsa::pkcs1::EncodeRsaPrivateKey::to_pkcs1_pem(&rsa, Default::default()).unwrap();
    let pairs = [
        ("RS256", rsa8.to_string(), rsa1.to_string()),
        (
            "ES256",
            p256.to_pkcs8_pem(LineEnding::LF).unwrap().to_string(),
            p256.to_sec1_pem(LineEnding::LF).unwrap().to_string(),
        ),
        (
            "ES384",
            p384.to_pkcs8_pem(LineEnding::LF).unwrap().to_string(),
            p384.to_sec1_pem(LineEnding::LF).unwrap().to_string(),
        ),
    ];
    for (algorithm, new, old) in pairs {
        let [new_key, old_key] = [&new, &old].map(|pem| ClientKey::from_pem(pem).unwrap());
        assert_eq!(new_key.algorithm(), algorithm);
        assert_eq!(new_key.public_jwk(), old_key.public_jwk());
        // In one line of an environment file, and from another system.
        for changed in [
            new.trim().replace('\n', "\\n"),
            new.replace('\n', "\r\n"),
            format!("\n  {new}\n"),
        ] {
            assert_eq!(ClientKey::from_pem(&changed).unwrap().name(), new_key.name());
        }
        let with_curve = format!("-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n{old}");
        assert_eq!(ClientKey::from_pem(&with_curve).unwrap().name(), new_key.name());
        let middle = new.lines().nth(1).unwrap();
        assert!(!format!("{new_key:?}").contains(&middle[..16]));
    }
}

/// [RFC 7638, 3.1](https://www.rfc-editor.org/rfc/rfc7638.html#section-3.1): the members, in their order, no white space.
#[test]
fn a_key_is_named_by_its_thumbprint() {
    let (pem, PublicKey::Rs256(public)) = rs256() else {
        panic!("an RSA key")
    };
    let (n, e) = (public.n().to_bytes_be(), public.e().to_bytes_be());
    let (n, e) = (URL_SAFE_NO_PAD.encode(n), URL_SAFE_NO_PAD.encode(e));
    let key = ClientKey::from_pem(&pem).unwrap();
    assert_eq!(
        key.name(),
        secret::digest(&format!(r#"{{"e":"{e}","kty":"RSA","n":"{n}"}}"#))
    );
    assert_eq!(
        key.public_jwk(),
        json!({ "kty": "RSA", "e": e, "n": n, "kid": key.name(), "alg": "RS256", "use": "sig" })
    );

    let (pem, PublicKey::Es256(public)) = es256() else {
        panic!("an EC key")
    };
    let point = public.to_sec1_point(false);
    let (x, y) = point.as_bytes()[1..].split_at(32);
    let (x, y) = (URL_SAFE_NO_PAD.encode(x), URL_SAFE_NO_PAD.encode(y));
    let key = ClientKey::from_pem(&pem).unwrap();
    let members = format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#);
    assert_eq!(key.name(), secret::digest(&members));
}

#[test]
fn what_is_no_key_to_sign_with_is_refused_with_the_reason() {
    let (good, _) = es256();
    let body = good.lines().nth(1).unwrap();
    let wrapped = |label: &str| format!("-----BEGIN {label}-----\n{body}\n-----END {label}-----\n");
    let short = RsaPrivateKey::new(&mut OsRng, 1024).unwrap();
    let short = rsa::pkcs8::EncodePrivateKey::to_pkcs8_pem(&short, Default::default()).unwrap();
    let cut: String = good.lines().take(2).collect::<Vec<_>>().join("\n");
    for (text, error) in [
        (String::new(), KeyError::NotPem),
        ("hunter2".to_owned(), KeyError::NotPem),
        (body.to_owned(), KeyError::NotPem),
        (cut, KeyError::NotPem),
        ("-----BEGIN ".to_owned(), KeyError::NotPem),
        (wrapped("ENCRYPTED PRIVATE KEY"), KeyError::Encrypted),
        (
            good.replacen("KEY-----\n", "KEY-----\nProc-Type: 4,ENCRYPTED\n", 1),
            KeyError::Encrypted,
        ),
        (wrapped("PUBLIC KEY"), KeyError::NotPrivate),
        (wrapped("CERTIFICATE"), KeyError::NotPrivate),
        (wrapped("OPENSSH PRIVATE KEY"), KeyError::NotPrivate),
        (wrapped("RSA PRIVATE KEY"), KeyError::Kind),
        (wrapped("EC PRIVATE KEY"), KeyError::Kind),
        (good.replace(body, "hunter2hunter2=="), KeyError::Kind),
        (short.to_string(), KeyError::Short),
    ] {
        assert_eq!(ClientKey::from_pem(&text).err(), Some(error), "{text}");
    }
}

/// No name but its own is in a form, and the time is the clock's.
#[tokio::test]
async fn an_assertion_holds_for_a_minute() {
    let (pem, key) = es256();
    let bench = bench(&pem, key, &[]).await;
    bench.advance(86_400);
    bench.sign_in().await;
    let now = bench.now();
    assert!(now > Clock::system().unix() + 80_000);
    let form: &BTreeMap<String, String> = &bench.provider.seen("/token")[0].form;
    let claims = &parts(&form["client_assertion"])[1];
    assert_eq!(
        (claims["iat"].as_i64(), claims["exp"].as_i64()),
        (Some(now), Some(now + 60))
    );
}
