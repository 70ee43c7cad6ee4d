//! [OpenID Connect Core 3.1.3.7](https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation), 6 to 8: the
//! signature.

use super::bench::{Bench, accepted, refused};
use crate::tests::faulty_provider::answers::Signing;
use serde_json::json;

async fn signing_refused(signing: Signing) {
    let bench = refused("token_invalid", |answers| answers.signing = signing).await;
    assert!(bench.provider.seen("/userinfo").is_empty());
}

#[tokio::test]
async fn idtoken_sig_rs256() {
    accepted(|answers| answers.signing = Signing::Key(0)).await;
}

/// The certification leaves the choice; here it is refused.
#[tokio::test]
async fn idtoken_sig_none() {
    signing_refused(Signing::None).await;
}

#[tokio::test]
async fn idtoken_sig_none_is_refused_also_when_it_is_all_that_is_offered() {
    let bench = Bench::start().await;
    bench
        .provider
        .change(|answers| answers.discovery = json!({ "id_token_signing_alg_values_supported": ["none"] }));
    let page = bench.begin().await;
    bench.assert_refused(&page, "configuration").await;
}

#[tokio::test]
async fn invalid_sig_rs256() {
    signing_refused(Signing::Broken).await;
    signing_refused(Signing::OverOtherClaims).await;
}

#[tokio::test]
async fn a_signature_by_another_key_under_the_known_ones_name_is_refused() {
    signing_refused(Signing::As(1, 0)).await;
}

#[tokio::test]
async fn a_signature_by_a_key_that_is_not_published_is_refused() {
    signing_refused(Signing::Key(1)).await;
}

#[tokio::test]
async fn the_client_secret_signs_nothing_though_the_provider_offers_it() {
    signing_refused(Signing::ClientSecret).await;
}

#[tokio::test]
async fn an_algorithm_that_is_not_offered_is_refused() {
    refused("token_invalid", |answers| {
        answers.discovery = json!({ "id_token_signing_alg_values_supported": ["ES256"] })
    })
    .await;
    for algorithm in ["RS512", "PS256", "rs256", "", "unheard of"] {
        refused("token_invalid", |answers| answers.header = json!({ "alg": algorithm })).await;
    }
}

#[tokio::test]
async fn a_key_that_the_token_brings_along_is_not_believed() {
    let header = json!({ "jwk": { "kty": "oct", "k": "AAAA" }, "jku": "https://evil.example/keys", "kid": "unknown" });
    refused("token_invalid", |answers| answers.header = header).await;
}

#[tokio::test]
async fn what_is_no_token_is_refused() {
    for token in [
        "",
        ".",
        "..",
        "...",
        "a.b.c",
        "e30.e30.",
        "eyJhbGciOiJSUzI1NiJ9.e30.AA",
        "\u{fffd}.é.\0",
    ] {
        refused("token_invalid", |answers| answers.tokens = json!({ "id_token": token })).await;
    }
}
