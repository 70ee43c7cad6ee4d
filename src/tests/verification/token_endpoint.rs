//! [OpenID Connect Core 3.1.3.3](https://openid.net/specs/openid-connect-core-1_0.html#TokenResponse): the answer around
//! the ID token, and the errors in its place.

use super::bench::{accepted, refused};
use crate::tests::faulty_provider::answers::Raw;
use serde_json::{Value, json};

async fn answer_refused(code: &str, raw: Raw) {
    let bench = refused(code, |answers| answers.instead = vec![("/token", raw)]).await;
    assert_eq!(bench.provider.seen("/token").len(), 1, "a code is sent once");
    assert!(bench.provider.seen("/userinfo").is_empty());
}

#[tokio::test]
async fn errors_have_the_code_of_what_can_be_done_about_them() {
    for (status, error, code) in [
        (400, "invalid_grant", "provider_error"),
        (400, "invalid_request", "provider_error"),
        (400, "invalid_scope", "provider_error"),
        (400, "evil words", "provider_error"),
        (401, "invalid_client", "configuration"),
        (400, "invalid_client", "configuration"),
        (400, "unauthorized_client", "configuration"),
        (400, "unsupported_grant_type", "configuration"),
        (503, "temporarily_unavailable", "provider_unavailable"),
    ] {
        let body = json!({ "error": error, "error_description": "evil words", "error_uri": "https://evil.example" });
        answer_refused(code, Raw::json(status, body.to_string())).await;
    }
}

#[tokio::test]
async fn a_provider_that_is_out_of_order_is_unavailable() {
    for status in [500, 502, 503, 504] {
        answer_refused("provider_unavailable", Raw::html(status)).await;
        answer_refused("provider_unavailable", Raw::json(status, "")).await;
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    for status in [301, 302, 303, 307, 308] {
        let away = Raw {
            status,
            header: ("location", "/realm/elsewhere".to_owned()),
            body: String::new(),
        };
        let bench = refused("token_invalid", |answers| answers.instead = vec![("/token", away)]).await;
        assert!(bench.provider.seen("/elsewhere").is_empty());
    }
}

#[tokio::test]
async fn what_is_no_token_response_is_refused() {
    for raw in [
        Raw::html(200),
        Raw::html(400),
        Raw::json(200, ""),
        Raw::json(200, "{"),
        Raw::json(200, "[]"),
        Raw::json(200, "null"),
        Raw::json(204, ""),
        Raw::json(200, "[".repeat(100_000)),
        Raw {
            status: 200,
            header: ("content-type", "text/plain".to_owned()),
            body: "{}".to_owned(),
        },
    ] {
        answer_refused("token_invalid", raw).await;
    }
}

#[tokio::test]
async fn an_answer_of_two_megabytes_is_not_read() {
    let body = json!({ "access_token": "x".repeat(2 << 20), "token_type": "Bearer" });
    answer_refused("token_invalid", Raw::json(200, body.to_string())).await;
}

async fn tokens_refused(tokens: Value) {
    let bench = refused("token_invalid", |answers| answers.tokens = tokens).await;
    assert!(bench.provider.seen("/userinfo").is_empty());
}

#[tokio::test]
async fn the_token_type_is_bearer_in_any_case() {
    tokens_refused(json!({ "token_type": "DPoP" })).await;
    tokens_refused(json!({ "token_type": "" })).await;
    tokens_refused(json!({ "token_type": null })).await;
    accepted(|answers| answers.tokens = json!({ "token_type": "bearer" })).await;
}

#[tokio::test]
async fn the_id_token_and_the_access_token_are_there() {
    tokens_refused(json!({ "id_token": null })).await;
    tokens_refused(json!({ "id_token": 1 })).await;
    tokens_refused(json!({ "access_token": null })).await;
    tokens_refused(json!({ "access_token": 1 })).await;
}

#[tokio::test]
async fn a_life_that_cannot_be_is_no_reason_to_panic() {
    tokens_refused(json!({ "expires_in": -1 })).await;
    accepted(|answers| answers.tokens = json!({ "expires_in": u64::MAX })).await;
    accepted(|answers| answers.tokens = json!({ "expires_in": null })).await;
}
