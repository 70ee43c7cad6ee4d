//! Keys, their names and their rotation:
//! [OpenID Connect Core 10.1.1](https://openid.net/specs/openid-connect-core-1_0.html#RotateSigKeys).

use super::bench::{Bench, accepted};
use crate::tests::faulty_provider::answers::{Answers, Raw, Signing};
use serde_json::json;

/// Publishes the key of that number alone, and signs with it.
fn rotate_to(number: usize) -> impl FnOnce(&mut Answers) {
    move |answers| {
        answers.published = vec![number];
        answers.signing = Signing::Key(number);
    }
}

#[tokio::test]
async fn discovery_jwks_uri_keys() {
    let bench = Bench::start().await;
    bench.sign_in().await;
    assert_eq!(bench.provider.seen("/keys").len(), 1);
}

#[tokio::test]
async fn of_several_keys_the_named_one_counts() {
    accepted(|answers| {
        answers.published = vec![1, 0];
        answers.signing = Signing::Key(0);
    })
    .await;
}

#[tokio::test]
async fn signing_key_rotation() {
    let bench = Bench::start().await;
    let before = bench.sign_in().await;
    bench.provider.change(rotate_to(1));
    assert_eq!(bench.sign_in().await, before);
    assert_eq!(bench.provider.seen("/keys").len(), 2);
}

#[tokio::test]
async fn signing_key_rotation_just_before_signing() {
    let bench = Bench::start().await;
    let callback_url = bench.authorize().await;
    assert_eq!(bench.provider.seen("/keys").len(), 1, "discovery was made before");
    bench.provider.change(rotate_to(1));
    let page = bench.browser.get(&callback_url).await;
    assert!(page.location().starts_with("/auth/callback?"), "{}", page.location());
    assert_eq!(bench.provider.seen("/keys").len(), 2);
}

#[tokio::test]
async fn unknown_keys_make_us_ask_five_times_in_a_minute_and_no_more() {
    let bench = Bench::start().await;
    bench.provider.change(|answers| answers.signing = Signing::Key(1));
    for _ in 0..8 {
        let page = bench.call_back().await;
        bench.assert_refused(&page, "token_invalid").await;
    }
    assert_eq!(bench.provider.seen("/keys").len(), 1 + 5);
    assert_eq!(
        bench.provider.seen("/.well-known/openid-configuration").len(),
        1,
        "the keys alone"
    );

    bench.provider.change(rotate_to(1));
    bench.advance(59);
    let page = bench.call_back().await;
    bench.assert_refused(&page, "token_invalid").await;
    bench.advance(1);
    bench.sign_in().await;
    assert_eq!(bench.provider.seen("/keys").len(), 7);
}

/// Keys of kinds that the library does not know, and what is no key at all.
#[tokio::test]
async fn what_can_not_be_read_among_the_keys_does_not_spoil_the_others() {
    let bench = Bench::start().await;
    bench.provider.publish(vec![
        json!({ "kty": "AKP", "alg": "ML-DSA-65", "kid": "quantum", "pub": "AAAA" }),
        json!({ "kty": "OKP", "crv": "Ed448", "kid": "large", "x": "AAAA" }),
        json!({ "kty": "RSA", "alg": "RSA-OAEP-256", "use": "enc", "kid": "encryption", "n": "AQAB", "e": "AQAB" }),
        json!({ "kty": "RSA", "kid": "without a modulus" }),
        json!({ "kty": "RSA", "alg": "XX999", "n": "AQAB", "e": "AQAB" }),
        json!({ "kty": "EC", "crv": "P-256", "x": "!", "y": 1 }),
        json!({ "kty": 5 }),
        json!({}),
        json!(null),
        json!("key"),
        json!([1]),
    ]);
    bench.sign_in().await;
}

#[tokio::test]
async fn a_key_set_that_verifies_nothing_does_not_take_the_place_of_one_that_does() {
    let bench = Bench::start().await;
    bench.sign_in().await;
    let useless = [
        Raw::json(500, "{}"),
        Raw::json(200, "{}"),
        Raw::json(200, "not JSON"),
        Raw::json(200, r#"{"keys":[]}"#),
        Raw::json(200, r#"{"keys":[],"keys":[]}"#),
        Raw::json(200, r#"{"keys":[{"kty":"oct","k":"AAAA"}]}"#),
        Raw::json(
            200,
            r#"{"keys":[{"kty":"RSA","use":"enc","kid":"key-0","n":"AQAB","e":"AQAB"}]}"#,
        ),
        Raw::html(200),
    ];
    for (count, raw) in useless.into_iter().enumerate() {
        bench.provider.change(|answers| answers.instead = vec![("/keys", raw)]);
        bench.advance(3600);
        bench.sign_in().await;
        assert_eq!(bench.provider.seen("/keys").len(), 2 + count);
    }
}

#[tokio::test]
async fn a_provider_without_keys_is_a_mistake_of_the_configuration_before_anybody_goes_there() {
    let bench = Bench::start().await;
    bench.provider.change(|answers| answers.published = Vec::new());
    let page = bench.begin().await;
    bench.assert_refused(&page, "configuration").await;
}
