//! What the token endpoint may answer, and codes that are not this sign-in's.

use super::{is_open, with};
use crate::tests::{
    app::App,
    browser::{Browser, parameter},
    stub::Stub,
};
use serde_json::json;

/// Begins at the stub, and goes to the callback with a code.
async fn answer_of(browser: &Browser) -> String {
    let begun = browser.get("/api/auth/login/stub?redirect=%2Faccount").await;
    let state = parameter(begun.location(), "state").unwrap();
    browser
        .callback(&format!("/api/auth/callback/stub?code=x&state={state}"))
        .await
}

#[tokio::test]
async fn refuses_a_code_that_the_provider_does_not_know() {
    let app = App::start().await;
    let browser = Browser::at(&app);
    let callback_url = browser.choose("user", None).await;
    let forged = with(&callback_url, "code", Some("forged"));
    browser.get(&forged).await.assert_sign_in_error("provider_error");
    assert!(!is_open(&app, &callback_url).await);
}

#[tokio::test]
async fn refuses_a_code_of_another_sign_in() {
    let app = App::start().await;
    let (browser, thief) = (Browser::at(&app), Browser::at(&app));
    let stolen = parameter(&browser.choose("admin", None).await, "code").unwrap();
    let own = thief.choose("user", None).await;
    // PKCE: the code was given for the verifier of the other attempt.
    thief
        .get(&with(&own, "code", Some(&stolen)))
        .await
        .assert_sign_in_error("provider_error");
}

#[tokio::test]
async fn refuses_a_code_that_is_older_than_the_provider_allows() {
    let app = App::start().await;
    let browser = Browser::at(&app);
    let callback_url = browser.choose("user", None).await;
    app.advance(61);
    browser.get(&callback_url).await.assert_sign_in_error("provider_error");
}

#[tokio::test]
async fn tells_apart_what_the_token_endpoint_answers() {
    for (status, answer, error) in [
        (400, r#"{"error":"invalid_grant"}"#, "provider_error"),
        (
            400,
            r#"{"error":"invalid_request","error_description":"evil words"}"#,
            "provider_error",
        ),
        (400, r#"{"error":"evil words"}"#, "provider_error"),
        (401, r#"{"error":"invalid_client"}"#, "configuration"),
        (400, r#"{"error":"unauthorized_client"}"#, "configuration"),
        (500, "evil words", "provider_unavailable"),
        (307, "", "token_invalid"),
        (200, "", "token_invalid"),
        (200, "{}", "token_invalid"),
        (200, r#"{"access_token":"x","token_type":"Bearer"}"#, "token_invalid"),
        (
            200,
            r#"{"access_token":"x","token_type":"Bearer","id_token":"x"}"#,
            "token_invalid",
        ),
    ] {
        let stub = Stub::start(status, answer, json!({})).await;
        let app = App::with(&stub.variables()).await;
        let location = answer_of(&Browser::at(&app)).await;
        let expected = format!("/auth/login?error={error}&redirect=%2Faccount");
        assert_eq!(location, expected, "{status} {answer}");
    }
}

#[tokio::test]
async fn tells_of_a_token_endpoint_that_is_away() {
    let away = json!({ "token_endpoint": "http://127.0.0.1:1/token" });
    let stub = Stub::start(200, "", away).await;
    let app = App::with(&stub.variables()).await;
    let location = answer_of(&Browser::at(&app)).await;
    assert_eq!(location, "/auth/login?error=provider_unavailable&redirect=%2Faccount");
}

#[tokio::test]
async fn goes_on_with_what_discovery_said_before_when_the_provider_is_down_later() {
    let stub = Stub::plain().await;
    let app = App::with(&stub.variables()).await;
    let browser = Browser::at(&app);
    browser.get("/api/auth/login/stub").await;
    drop(stub);
    app.advance(2 * 3600);
    let location = answer_of(&browser).await;
    assert_eq!(location, "/auth/login?error=provider_unavailable&redirect=%2Faccount");
}
