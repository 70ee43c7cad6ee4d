//! The authorization response itself: what has no business in it.
//!
//! [OAuth 2.0 Multiple Response Types](https://openid.net/specs/oauth-v2-multiple-response-types-1_0.html),
//! [JARM](https://openid.net/specs/oauth-v2-jarm-final.html), [RFC 6749, 3.1](https://www.rfc-editor.org/rfc/rfc6749.html#section-3.1).

use super::bench::{Bench, refused_for};
use reqwest::StatusCode;
use serde_json::json;

/// Asserts that the answer is refused for this reason when it has this beside what is right; the code is not sent.
async fn parameter_refused(name: &str, value: &str) {
    let reason = format!("the parameter `{name}` belongs to a response type or mode that was not asked for");
    let bench = refused_for("token_invalid", &reason, |answers| {
        answers.authorization = json!({ name: value })
    })
    .await;
    assert!(bench.provider.seen("/token").is_empty(), "the code is not sent");
}

#[tokio::test]
async fn id_token_in_the_query() {
    parameter_refused("id_token", "eyJhbGciOiJub25lIn0.e30.").await;
    parameter_refused("id_token", "").await;
}

#[tokio::test]
async fn access_token_in_the_query() {
    parameter_refused("access_token", "x").await;
}

#[tokio::test]
async fn token_type_in_the_query() {
    parameter_refused("token_type", "Bearer").await;
}

#[tokio::test]
async fn expires_in_in_the_query() {
    parameter_refused("expires_in", "300").await;
}

#[tokio::test]
async fn jarm_response_in_the_query() {
    parameter_refused("response", "eyJhbGciOiJSUzI1NiJ9.e30.AA").await;
}

#[tokio::test]
async fn form_post() {
    let bench = Bench::start().await;
    let callback_url = bench.authorize().await;
    let (path, query) = callback_url.split_once('?').unwrap();
    let fields: Vec<_> = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let fields: Vec<_> = fields.iter().map(|(name, value)| (&**name, &**value)).collect();
    let page = bench.browser.submit(path, &fields).await;
    assert_eq!(page.status, StatusCode::METHOD_NOT_ALLOWED);
    assert!(page.header("allow").unwrap().starts_with("GET"));
    assert!(bench.provider.seen("/token").is_empty());
    // A request that was refused so spends nothing.
    assert!(
        bench
            .browser
            .get(&callback_url)
            .await
            .location()
            .starts_with("/auth/callback?")
    );
}

#[tokio::test]
async fn a_parameter_twice() {
    for name in ["state", "code", "iss", "error", "session_state", "anything"] {
        let bench = Bench::start().await;
        let callback_url = bench.authorize().await;
        let page = bench.browser.get(&format!("{callback_url}&{name}=x&{name}=x")).await;
        assert_eq!(page.location(), "/auth/login?error=state_mismatch", "{name}");
        assert!(bench.provider.seen("/token").is_empty());
        let reason = bench.assert_logged("state_mismatch");
        let shown = if name == "anything" { "another" } else { name };
        assert!(
            reason.contains(&format!("the parameter `{shown}` came more than once")),
            "{reason}"
        );
    }
}

#[tokio::test]
async fn a_parameter_that_is_too_long() {
    for name in ["state", "code", "iss", "error", "session_state", "anything"] {
        for (length, is_read) in [(4096, true), (4097, false)] {
            let bench = Bench::start().await;
            let callback_url = bench.authorize().await;
            let with = super::super::callback::with(&callback_url, name, Some(&"x".repeat(length)));
            let page = bench.browser.get(&with).await;
            // What is read is nonsense still, but for what nobody looks at.
            let is_ignored = matches!(name, "session_state" | "anything");
            assert_eq!(
                page.location().starts_with("/auth/callback?"),
                is_read && is_ignored,
                "{name}"
            );
            if !is_read {
                assert_eq!(page.location(), "/auth/login?error=state_mismatch", "{name}");
                let reason = bench.assert_logged("state_mismatch");
                let shown = if name == "anything" { "another" } else { name };
                assert!(
                    reason.contains(&format!("the parameter `{shown}` is too long")),
                    "{reason}"
                );
                assert!(bench.provider.seen("/token").is_empty());
            }
        }
    }
}
