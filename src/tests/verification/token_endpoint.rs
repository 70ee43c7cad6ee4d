//! [OpenID Connect Core 3.1.3.3](https://openid.net/specs/openid-connect-core-1_0.html#TokenResponse): the answer around
//! the ID token, and the errors in its place.

use super::bench::{Bench, accepted, refused_for};
use crate::tests::faulty_provider::{
    FaultyProvider,
    answers::{Endless, Raw},
};
use serde_json::{Value, json};
use std::time::Duration;

async fn answer_refused(code: &str, reason: &str, raw: Raw) {
    let bench = refused_for(code, reason, |answers| answers.instead = vec![("/token", raw)]).await;
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
        let reason = match error {
            "evil words" => "the token endpoint answered `another error`".to_owned(),
            _ if status == 503 => "status 503".to_owned(),
            error => format!("the token endpoint answered `{error}`"),
        };
        answer_refused(code, &reason, Raw::json(status, body.to_string())).await;
    }
}

#[tokio::test]
async fn a_provider_that_is_out_of_order_is_unavailable() {
    for status in [500, 502, 503, 504] {
        let reason = format!("the token endpoint failed: the provider answered with status {status}");
        answer_refused("provider_unavailable", &reason, Raw::html(status)).await;
        answer_refused("provider_unavailable", &reason, Raw::json(status, "")).await;
    }
}

#[tokio::test]
async fn a_redirect_instead_of_an_answer() {
    for status in [301, 302, 303, 307, 308] {
        let away = Raw {
            status,
            header: ("location", "/realm/elsewhere".to_owned()),
            body: String::new(),
        };
        let bench = refused_for("token_invalid", "a redirect, which is not followed", |answers| {
            answers.instead = vec![("/token", away)];
        })
        .await;
        assert!(bench.provider.seen("/elsewhere").is_empty());
    }
}

#[tokio::test]
async fn non_json() {
    let text = Raw {
        status: 200,
        header: ("content-type", "text/plain".to_owned()),
        body: "{}".to_owned(),
    };
    for (raw, reason) in [
        (Raw::html(200), "the content type is not application/json"),
        (text, "the content type is not application/json"),
        (Raw::html(400), "status 400, not JSON"),
        (Raw::json(200, ""), "status 200, not JSON"),
        (Raw::json(200, "{"), "status 200, not JSON"),
        (Raw::json(200, "{} {}"), "status 200, not JSON"),
        (Raw::json(200, "[]"), "status 200, JSON, but not an object"),
        (Raw::json(200, "null"), "status 200, JSON, but not an object"),
        (
            Raw::json(200, "\"eyJhbGciOiJSUzI1NiJ9\""),
            "status 200, JSON, but not an object",
        ),
        (Raw::json(204, ""), "status 204, not JSON"),
        (Raw::json(200, "[".repeat(100_000)), "status 200, not JSON"),
    ] {
        answer_refused("token_invalid", reason, raw).await;
    }
}

#[tokio::test]
async fn a_name_twice() {
    for name in ["access_token", "token_type", "expires_in", "id_token"] {
        refused_for(
            "token_invalid",
            "status 200, JSON with a name twice in one object",
            |answers| {
                answers.doubled = Some(("tokens", name));
            },
        )
        .await;
    }
    let deep = r#"{"error":"invalid_grant","more":[{"a":1,"a":2}]}"#;
    answer_refused(
        "token_invalid",
        "status 400, JSON with a name twice",
        Raw::json(400, deep),
    )
    .await;
}

#[tokio::test]
async fn ten_megabytes() {
    let body = json!({ "access_token": "x".repeat(10 << 20), "token_type": "Bearer" });
    let reason = "the answer is longer than 1048576 bytes";
    answer_refused("token_invalid", reason, Raw::json(200, body.to_string())).await;
}

/// Asserts that an answer which does not come to an end is refused for this reason.
async fn endless_refused(code: &str, reason: &str, endless: Endless) {
    for path in ["/token", "/userinfo"] {
        let provider = FaultyProvider::start().await;
        provider.prepare();
        let bench = Bench::impatient(provider, Duration::from_secs(1)).await;
        bench.provider.change(|answers| answers.endless = Some((path, endless)));
        let page = bench.call_back().await;
        let code = if path == "/userinfo" {
            code.replace("token_invalid", "provider_error")
        } else {
            code.to_owned()
        };
        let logged = bench.assert_refused(&page, &code).await;
        assert!(logged.contains(reason), "{logged:?} has no {reason:?}");
    }
}

#[tokio::test]
async fn an_answer_that_never_begins() {
    endless_refused("provider_unavailable", "timed out", Endless::Silent).await;
}

#[tokio::test]
async fn an_answer_that_never_ends() {
    endless_refused("provider_unavailable", "timed out", Endless::Stuck).await;
}

#[tokio::test]
async fn an_answer_without_end() {
    endless_refused(
        "token_invalid",
        "the answer is longer than 1048576 bytes",
        Endless::Flood,
    )
    .await;
}

async fn tokens_refused(reason: &str, tokens: Value) {
    let bench = refused_for("token_invalid", reason, |answers| answers.tokens = tokens).await;
    assert!(bench.provider.seen("/userinfo").is_empty());
}

#[tokio::test]
async fn token_type_that_is_not_bearer() {
    tokens_refused("`token_type` is not Bearer", json!({ "token_type": "DPoP" })).await;
    tokens_refused("`token_type` is not Bearer", json!({ "token_type": "Bearer " })).await;
    for missing in [json!(""), json!(null), json!(1), json!(["Bearer"])] {
        tokens_refused("`token_type` is missing", json!({ "token_type": missing })).await;
    }
    for case in ["bearer", "BEARER"] {
        accepted(|answers| answers.tokens = json!({ "token_type": case })).await;
    }
}

#[tokio::test]
async fn missing_id_token() {
    for missing in [json!(null), json!(1), json!(""), json!({}), json!(["x"])] {
        tokens_refused("`id_token` is missing", json!({ "id_token": missing })).await;
    }
}

#[tokio::test]
async fn missing_access_token() {
    for missing in [json!(null), json!(1), json!("")] {
        tokens_refused("`access_token` is missing", json!({ "access_token": missing })).await;
    }
}

/// It is sent in a header later.
#[tokio::test]
async fn an_access_token_that_is_none() {
    for odd in ["line\r\nbreak: x", "t\u{e4}st", "\u{7f}", "a\0"] {
        tokens_refused(
            "`access_token` has characters that no token has",
            json!({ "access_token": odd }),
        )
        .await;
    }
}

#[tokio::test]
async fn a_life_that_cannot_be_is_no_reason_to_panic() {
    tokens_refused("`expires_in`", json!({ "expires_in": -1 })).await;
    accepted(|answers| answers.tokens = json!({ "expires_in": u64::MAX })).await;
    accepted(|answers| answers.tokens = json!({ "expires_in": null })).await;
}
