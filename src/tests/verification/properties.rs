//! Whatever a provider answers: nothing panics, and nothing passes that is not in order.

use crate::{
    server::{
        auth::{
            id_token::form,
            token_response::{self, Grant},
        },
        provider::client::RawIdToken,
    },
    tests::{
        faulty_provider::KeyPair,
        many::{many, spoilt},
    },
};
use axum::http::{Response, header::CONTENT_TYPE};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use openidconnect::{ClientId, IssuerUrl, Nonce, core::CoreIdTokenVerifier};
use proptest::{collection::vec, prelude::*, sample::select, test_runner::TestRunner};
use serde_json::{Value, json};
use std::str::FromStr;

/// JSON that is nearly that of a header, of claims, or of a token response; or anything else.
fn text() -> impl Strategy<Value = String> {
    let name = select(vec![
        "alg",
        "kid",
        "crit",
        "enc",
        "typ",
        "iss",
        "sub",
        "aud",
        "exp",
        "iat",
        "nonce",
        "access_token",
        "token_type",
        "id_token",
    ]);
    let value = prop_oneof![
        select(vec![
            "\"RS256\"",
            "\"none\"",
            "\"HS256\"",
            "\"Bearer\"",
            "1",
            "-1e999",
            "null",
            "[]",
            "{}",
            "\"x\"",
            "\"\\ud800\""
        ])
        .prop_map(str::to_owned),
        any::<String>().prop_map(|text| json!(text).to_string()),
    ];
    prop_oneof![
        vec((name, value), 0..8).prop_map(|members| {
            let members: Vec<_> = members
                .iter()
                .map(|(name, value)| format!("\"{name}\":{value}"))
                .collect();
            format!("{{{}}}", members.join(","))
        }),
        any::<String>(),
    ]
}

fn token() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        text().prop_map(|text| URL_SAFE_NO_PAD.encode(text)),
        vec(any::<u8>(), 0..40).prop_map(|bytes| URL_SAFE_NO_PAD.encode(bytes)),
        any::<String>(),
    ];
    prop_oneof![vec(part, 0..7).prop_map(|parts| parts.join(".")), any::<String>()]
}

/// A signed token, and what verifies it.
fn signed() -> (String, CoreIdTokenVerifier<'static>) {
    let key = KeyPair::default();
    let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let claims = json!({
        "iss": "https://id.example/realm", "sub": "person-1", "aud": "app", "iat": 1, "exp": 9_999_999_999_i64, "nonce": "n",
    });
    let input = format!("{}.{}", part(json!({ "alg": "RS256", "kid": "one" })), part(claims));
    let token = format!(
        "{input}.{}",
        URL_SAFE_NO_PAD.encode(key.sign("RS256", input.as_bytes()))
    );
    let mut published = key.publish("RS256");
    published["kid"] = json!("one");
    let keys = serde_json::from_value(json!({ "keys": [published] })).unwrap();
    let issuer = IssuerUrl::new("https://id.example/realm".to_owned()).unwrap();
    (
        token,
        CoreIdTokenVerifier::new_public_client(ClientId::new("app".to_owned()), issuer, keys),
    )
}

#[test]
fn no_change_to_a_signed_id_token_passes() {
    let (token, verifier) = signed();
    let passes = |token: &str| {
        form::read(token).is_ok()
            && RawIdToken::from_str(token)
                .is_ok_and(|token| token.claims(&verifier, &Nonce::new("n".to_owned())).is_ok())
    };
    assert!(passes(&token));
    let changed = spoilt(token.clone().into_bytes());
    TestRunner::new(many())
        .run(&changed, |changed| {
            let changed = String::from_utf8_lossy(&changed);
            prop_assert!(changed == token || !passes(&changed), "{}", changed);
            Ok(())
        })
        .unwrap();
}

proptest! {
    #![proptest_config(many())]

    #[test]
    fn no_id_token_panics_and_what_is_read_is_signed_with_a_key_pair(token in token()) {
        if form::read(&token).is_ok() {
            let header = URL_SAFE_NO_PAD.decode(token.split('.').next().unwrap()).unwrap();
            let header: Value = serde_json::from_slice(&header).unwrap();
            let algorithm = header["alg"].as_str().unwrap();
            prop_assert!(["RS", "PS", "ES", "Ed"].iter().any(|start| algorithm.starts_with(start)), "{}", algorithm);
            prop_assert!(header.get("crit").is_none() && header.get("enc").is_none());
        }
    }

    #[test]
    fn no_token_response_panics_and_none_passes_without_its_tokens(
        status in select(vec![200u16, 201, 204, 302, 400, 401, 500]),
        content_type in select(vec!["application/json", "application/JSON; charset=utf-8", "text/html", ""]),
        body in prop_oneof![text().prop_map(String::into_bytes), vec(any::<u8>(), 0..60)],
        token in token(),
    ) {
        let with_token = json!({ "access_token": "x", "token_type": "Bearer", "id_token": token }).to_string().into_bytes();
        for body in [body, with_token] {
            let answer = Response::builder()
                .status(status)
                .header(CONTENT_TYPE, content_type)
                .body(body.clone())
                .unwrap();
            if token_response::check(&answer, Grant::Code).is_ok() && status == 200 {
                let read: Value = serde_json::from_slice(&body).unwrap();
                prop_assert!(read["access_token"].is_string() && form::read(read["id_token"].as_str().unwrap()).is_ok());
            }
        }
    }
}
