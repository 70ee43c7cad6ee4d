//! Keys, their names and their rotation:
//! [OpenID Connect Core 10.1.1](https://openid.net/specs/openid-connect-core-1_0.html#RotateSigKeys).

use super::bench::{Bench, accepted, refused};
use crate::tests::faulty_provider::answers::{Answers, Signing};

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
async fn unknown_keys_make_us_ask_once_in_ten_seconds_and_no_more() {
    let bench = Bench::start().await;
    bench.provider.change(|answers| answers.signing = Signing::Key(1));
    for _ in 0..3 {
        let page = bench.call_back().await;
        bench.assert_refused(&page, "token_invalid").await;
    }
    assert_eq!(bench.provider.seen("/keys").len(), 2);

    bench.provider.change(rotate_to(1));
    bench.advance(9);
    let page = bench.call_back().await;
    bench.assert_refused(&page, "token_invalid").await;
    bench.advance(1);
    bench.sign_in().await;
    assert_eq!(bench.provider.seen("/keys").len(), 3);
}

#[tokio::test]
async fn a_provider_without_keys_signs_nobody_in() {
    refused("token_invalid", |answers| answers.published = Vec::new()).await;
}
