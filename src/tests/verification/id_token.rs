//! [OpenID Connect Core 3.1.3.7](https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation): the claims.

use super::bench::{Bench, accepted, refused};
use crate::tests::faulty_provider::{CLIENT, SUB};
use serde_json::{Value, json};

/// Asserts that an ID token with these claims is refused before userinfo is asked.
async fn claims_refused(claims: Value) {
    let shown = claims.to_string();
    let bench = refused("token_invalid", |answers| answers.claims = claims).await;
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
    claims_refused(json!({ "iss": "https://another.example" })).await;
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
    claims_refused(json!({ "iss": null })).await;
}

#[tokio::test]
async fn missing_sub() {
    claims_refused(json!({ "sub": null })).await;
}

#[tokio::test]
async fn a_sub_that_is_no_name() {
    claims_refused(json!({ "sub": "" })).await;
    claims_refused(json!({ "sub": "s".repeat(256) })).await;
    claims_refused(json!({ "sub": "line\nbreak" })).await;
}

#[tokio::test]
async fn invalid_aud() {
    claims_refused(json!({ "aud": "another-client" })).await;
    claims_refused(json!({ "aud": ["another-client"] })).await;
}

#[tokio::test]
async fn missing_aud() {
    claims_refused(json!({ "aud": null })).await;
    claims_refused(json!({ "aud": [] })).await;
}

#[tokio::test]
async fn missing_iat() {
    claims_refused(json!({ "iat": null })).await;
}

#[tokio::test]
async fn missing_exp() {
    claims_refused(json!({ "exp": null })).await;
}

#[tokio::test]
async fn nonce_invalid() {
    claims_refused(json!({ "nonce": "another" })).await;
}

#[tokio::test]
async fn nonce_missing() {
    claims_refused(json!({ "nonce": null })).await;
}

#[tokio::test]
async fn claims_of_another_type_are_refused() {
    for claims in [
        json!({ "sub": 1 }),
        json!({ "exp": "soon" }),
        json!({ "iat": [] }),
        json!({ "nonce": {} }),
        json!({ "aud": 1 }),
        json!({ "iss": "no URL" }),
    ] {
        claims_refused(claims).await;
    }
}

#[tokio::test]
async fn an_audience_that_is_a_list_of_us_alone_is_accepted() {
    accepted(|answers| answers.claims = json!({ "aud": [CLIENT] })).await;
}

#[tokio::test]
async fn a_further_audience_that_nobody_here_trusts_is_refused() {
    claims_refused(json!({ "aud": [CLIENT, "another-client"] })).await;
    claims_refused(json!({ "aud": [CLIENT, "another-client"], "azp": CLIENT })).await;
}

#[tokio::test]
async fn an_authorized_party_is_us_or_nobody() {
    claims_refused(json!({ "azp": "another-client" })).await;
    accepted(|answers| answers.claims = json!({ "azp": CLIENT })).await;
}

#[tokio::test]
async fn expiry_is_a_minute_lenient() {
    for (ago, is_accepted) in [(-300, true), (0, true), (59, true), (60, false), (86_400, false)] {
        let bench = Bench::start().await;
        let exp = bench.now() - ago;
        bench
            .provider
            .change(|answers| answers.claims = json!({ "exp": exp, "iat": exp - 300 }));
        if is_accepted {
            bench.sign_in().await;
        } else {
            let page = bench.call_back().await;
            bench.assert_refused(&page, "token_invalid").await;
        }
    }
}

#[tokio::test]
async fn issue_in_the_future_is_a_minute_lenient() {
    for (ahead, is_accepted) in [(60, true), (61, false), (86_400, false)] {
        let bench = Bench::start().await;
        let iat = bench.now() + ahead;
        bench
            .provider
            .change(|answers| answers.claims = json!({ "iat": iat, "exp": iat + 300 }));
        if is_accepted {
            bench.sign_in().await;
        } else {
            let page = bench.call_back().await;
            bench.assert_refused(&page, "token_invalid").await;
        }
    }
}

#[tokio::test]
async fn times_beyond_every_calendar_are_refused() {
    claims_refused(json!({ "exp": i64::MIN })).await;
    claims_refused(json!({ "iat": i64::MAX })).await;
    claims_refused(json!({ "iat": 1e300 })).await;
    claims_refused(json!({ "exp": -1e300 })).await;
}

#[tokio::test]
async fn an_access_token_hash_is_the_access_tokens() {
    claims_refused(json!({ "at_hash": "AAAAAAAAAAAAAAAAAAAAAA" })).await;
    claims_refused(json!({ "at_hash": "" })).await;
    let bench = refused("token_invalid", |answers| {
        answers.tokens = json!({ "access_token": "swapped" })
    })
    .await;
    assert!(bench.provider.seen("/userinfo").is_empty());
}

#[tokio::test]
async fn an_access_token_hash_may_be_absent() {
    accepted(|answers| answers.claims = json!({ "at_hash": null })).await;
}
