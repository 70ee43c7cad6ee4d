//! [OpenID Connect Core 3.1.3.7](https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation): the claims.

use super::bench::{Bench, accepted, refused_for};
use crate::tests::faulty_provider::{CLIENT, SUB};
use serde_json::{Value, json};

/// Asserts that an ID token with these claims is refused for this reason, before userinfo is asked.
async fn claims_refused(reason: &str, claims: Value) {
    let shown = claims.to_string();
    let bench = refused_for("token_invalid", reason, |answers| answers.claims = claims).await;
    assert_eq!(bench.provider.seen("/token").len(), 1, "{shown}");
    assert!(bench.provider.seen("/userinfo").is_empty(), "{shown}");
}

/// `oidcc-client-test`.
#[tokio::test]
async fn oidcc_client_test() {
    let bench = Bench::start().await;
    let user = bench.sign_in().await;
    assert_eq!((&user["sub"], &user["provider"]), (&json!(SUB), &json!("faulty")));
    for path in ["/.well-known/openid-configuration", "/keys", "/token", "/userinfo"] {
        assert_eq!(bench.provider.seen(path).len(), 1, "{path}");
        assert_eq!(
            bench.provider.seen(path)[0].query,
            None,
            "{path}: nothing of ours is in a query"
        );
    }
}

#[tokio::test]
async fn invalid_iss() {
    let reason = "`iss` is \"https://another.example\", and discovery says \"http://127.0.0.1:";
    claims_refused(reason, json!({ "iss": "https://another.example" })).await;
    // Not even by a slash: it is compared with what discovery says, byte for byte.
    let bench = Bench::start().await;
    let with_slash = format!("{}/", bench.provider.issuer);
    bench
        .provider
        .change(|answers| answers.claims = json!({ "iss": with_slash }));
    let page = bench.call_back().await;
    bench.assert_refused(&page, "token_invalid").await;
}

#[tokio::test]
async fn missing_iss() {
    claims_refused("`iss` is missing", json!({ "iss": null })).await;
}

#[tokio::test]
async fn missing_sub() {
    claims_refused("`sub` is missing", json!({ "sub": null })).await;
}

#[tokio::test]
async fn sub_that_is_no_name() {
    for sub in ["", &*"s".repeat(256), "line\nbreak"] {
        claims_refused(
            "`sub` is empty, longer than 255 bytes, or not text",
            json!({ "sub": sub }),
        )
        .await;
    }
}

#[tokio::test]
async fn invalid_aud() {
    let reason = "`aud` does not name this client";
    claims_refused(reason, json!({ "aud": "another-client" })).await;
    claims_refused(reason, json!({ "aud": ["another-client"] })).await;
    claims_refused(reason, json!({ "aud": [CLIENT.to_uppercase()] })).await;
    // Who is authorized is not who is meant.
    claims_refused(reason, json!({ "aud": "another-client", "azp": CLIENT })).await;
}

#[tokio::test]
async fn missing_aud() {
    claims_refused("`aud` does not name this client: it is missing", json!({ "aud": null })).await;
    claims_refused("`aud` does not name this client", json!({ "aud": [] })).await;
}

#[tokio::test]
async fn several_audiences_without_azp() {
    let reason = "`aud` names other clients too, and there is no `azp`";
    claims_refused(reason, json!({ "aud": [CLIENT, "another-client"] })).await;
    claims_refused(reason, json!({ "aud": ["another-client", CLIENT] })).await;
}

#[tokio::test]
async fn several_audiences_with_us_as_azp() {
    for audiences in [json!([CLIENT, "another-client"]), json!(["a", "b", CLIENT])] {
        accepted(|answers| answers.claims = json!({ "aud": audiences, "azp": CLIENT })).await;
    }
}

#[tokio::test]
async fn foreign_azp() {
    let reason = "`azp` is another client: \"another-client\"";
    claims_refused(reason, json!({ "azp": "another-client" })).await;
    claims_refused(
        reason,
        json!({ "azp": "another-client", "aud": [CLIENT, "another-client"] }),
    )
    .await;
    accepted(|answers| answers.claims = json!({ "azp": CLIENT })).await;
}

#[tokio::test]
async fn an_audience_that_is_a_list_of_us_alone_is_accepted() {
    accepted(|answers| answers.claims = json!({ "aud": [CLIENT] })).await;
    accepted(|answers| answers.claims = json!({ "aud": [CLIENT, CLIENT] })).await;
}

#[tokio::test]
async fn nonce_invalid() {
    claims_refused("`nonce` is not the attempt's", json!({ "nonce": "another" })).await;
    claims_refused("`nonce` is not the attempt's", json!({ "nonce": "" })).await;
}

#[tokio::test]
async fn nonce_missing() {
    claims_refused("`nonce` is missing", json!({ "nonce": null })).await;
}

/// An ID token of the same provider for the same client, of another attempt.
#[tokio::test]
async fn nonce_of_another_attempt() {
    let bench = Bench::start().await;
    let first = bench.begin().await;
    let nonce = crate::tests::browser::parameter(first.location(), "nonce").unwrap();
    let earlier = bench.provider.authorize(first.location());
    bench.browser.get(&earlier).await;
    let other = Bench::start().await;
    other
        .provider
        .change(|answers| answers.claims = json!({ "nonce": nonce }));
    let page = other.call_back().await;
    let reason = other.assert_refused(&page, "token_invalid").await;
    assert!(reason.contains("`nonce` is not the attempt's"), "{reason}");
}

#[tokio::test]
async fn claims_of_another_type_are_refused() {
    for (name, value, expected) in [
        ("sub", json!(1), "text"),
        ("iss", json!(["x"]), "text"),
        ("exp", json!("soon"), "a time"),
        ("iat", json!([]), "a time"),
        ("nonce", json!({}), "text"),
        ("aud", json!(1), "text or a list of texts"),
        ("aud", json!([CLIENT, 1]), "text or a list of texts"),
        ("azp", json!(1), "text"),
        ("at_hash", json!(true), "text"),
    ] {
        claims_refused(&format!("`{name}` is not {expected}"), json!({ name: value })).await;
    }
    let odd = "not what its specification says";
    claims_refused(odd, json!({ "iss": "no URL" })).await;
    claims_refused(odd, json!({ "email": 1 })).await;
}

#[tokio::test]
async fn at_hash_wrong() {
    let reason = "`at_hash` is not the access token's";
    claims_refused(reason, json!({ "at_hash": "AAAAAAAAAAAAAAAAAAAAAA" })).await;
    claims_refused(reason, json!({ "at_hash": "" })).await;
    let bench = refused_for("token_invalid", reason, |answers| {
        answers.tokens = json!({ "access_token": "swapped" });
    })
    .await;
    assert!(bench.provider.seen("/userinfo").is_empty());
}

#[tokio::test]
async fn at_hash_may_be_absent() {
    accepted(|answers| answers.claims = json!({ "at_hash": null })).await;
}
