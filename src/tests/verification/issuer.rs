//! The issuer in the authorization response: [RFC 9207](https://www.rfc-editor.org/rfc/rfc9207.html).

use super::bench::{Bench, refused_for};
use serde_json::json;

#[tokio::test]
async fn an_announced_issuer_that_is_missing_is_refused() {
    let bench = refused_for(
        "state_mismatch",
        "announces `iss` in its answers, and this one has none",
        |answers| {
            answers.discovery = json!({ "authorization_response_iss_parameter_supported": true });
        },
    )
    .await;
    assert!(bench.provider.seen("/token").is_empty(), "the code is not sent");
}

#[tokio::test]
async fn another_issuer_is_refused_whether_announced_or_not() {
    for announced in [true, false] {
        let bench = refused_for(
            "state_mismatch",
            "the `iss` of the answer is not the provider's issuer",
            |answers| {
                answers.discovery = json!({ "authorization_response_iss_parameter_supported": announced });
                answers.authorization = json!({ "iss": "https://another.example" });
            },
        )
        .await;
        assert!(bench.provider.seen("/token").is_empty(), "the code is not sent");
    }
}

#[tokio::test]
async fn the_right_issuer_is_accepted_whether_announced_or_not() {
    for announced in [true, false] {
        let bench = Bench::start().await;
        let issuer = bench.provider.issuer.clone();
        bench.provider.change(|answers| {
            answers.discovery = json!({ "authorization_response_iss_parameter_supported": announced });
            answers.authorization = json!({ "iss": issuer });
        });
        bench.sign_in().await;
    }
}

#[tokio::test]
async fn the_issuer_is_compared_byte_for_byte() {
    for change in [
        |issuer: &str| format!("{issuer}/"),
        |issuer: &str| issuer.to_uppercase(),
    ] {
        let bench = Bench::start().await;
        let issuer = change(&bench.provider.issuer);
        bench
            .provider
            .change(|answers| answers.authorization = json!({ "iss": issuer }));
        let page = bench.call_back().await;
        bench.assert_refused(&page, "state_mismatch").await;
    }
}
