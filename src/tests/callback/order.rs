//! The order of the checks: duplicates, attempt, binding, provider of the path, `iss`, `error`, code.

use super::{BINDING, is_exchange, is_open, with};
use crate::tests::{
    app::App,
    browser::{Browser, parameter},
    stub::Stub,
};
use serde_json::json;

#[tokio::test]
async fn refuses_a_parameter_that_came_twice_and_leaves_the_attempt() {
    let app = App::start().await;
    let browser = Browser::at(&app);
    let callback_url = browser.choose("user", None).await;
    for name in ["state", "code", "error", "iss", "session_state", "another", "%00"] {
        // Equal values are refused too: which of two is meant is not ours to guess.
        let page = browser.get(&format!("{callback_url}&{name}=x&{name}=x")).await;
        assert_eq!(page.location(), "/auth/login?error=state_mismatch", "{name}");
        assert!(is_open(&app, &callback_url).await, "{name}");
    }
    let state = parameter(&callback_url, "state").unwrap();
    let page = browser.get(&format!("{callback_url}&state={state}")).await;
    page.assert_sign_in_error("state_mismatch");
    assert!(is_exchange(&browser.get(&callback_url).await));
}

#[tokio::test]
async fn refuses_a_state_that_is_missing_or_unknown() {
    let app = App::start().await;
    let browser = Browser::at(&app);
    let callback_url = browser.choose("user", None).await;
    let state = parameter(&callback_url, "state").unwrap();
    let other_case: String = state
        .chars()
        .map(|c| if c.is_ascii_lowercase() { 'A' } else { c })
        .collect();
    let long = "x".repeat(5000);
    for forged in [
        None,
        Some(""),
        Some("x"),
        Some(&state[1..]),
        Some(&*other_case),
        Some(&*long),
        Some("\0"),
    ] {
        let page = browser.get(&with(&callback_url, "state", forged)).await;
        assert_eq!(page.location(), "/auth/login?error=state_mismatch", "{forged:?}");
    }
    for query in ["", "?", "?&&", "?%FF=%FE", "?code=x", "?error=access_denied"] {
        let page = browser.get(&format!("/api/auth/callback/dev{query}")).await;
        assert_eq!(page.location(), "/auth/login?error=state_mismatch", "{query}");
    }
    assert!(
        is_exchange(&browser.get(&callback_url).await),
        "the true attempt suffered"
    );
}

#[tokio::test]
async fn refuses_a_query_of_more_than_eight_kilobytes() {
    let app = App::start().await;
    let browser = Browser::at(&app);
    for (length, in_bounds) in [(8 * 1024, true), (8 * 1024 + 1, false), (60_000, false)] {
        // No parameter alone is too long.
        let half = "x".repeat(length.min(8 * 1024) / 2 - 200);
        let callback_url = browser.choose("user", None).await + &format!("&scope={half}&session_state={half}&x=");
        let query = callback_url.split_once('?').unwrap().1.len();
        let page = browser
            .get(&format!("{callback_url}{}", "x".repeat(length - query)))
            .await;
        if in_bounds {
            assert!(is_exchange(&page), "{}", page.location());
        } else {
            assert_eq!(page.location(), "/auth/login?error=state_mismatch");
            assert!(is_open(&app, &callback_url).await);
        }
    }
}

#[tokio::test]
async fn names_the_binding_cookie_that_did_not_come_back() {
    let app = App::start().await;
    for kept in [None, Some("garbage")] {
        let browser = Browser::at(&app);
        let callback_url = browser.choose("user", Some("/account")).await;
        browser.set_cookie(BINDING, kept);
        let page = browser.get(&callback_url).await;
        assert_eq!(page.location(), "/auth/login?error=binding_missing&redirect=%2Faccount");
        assert!(!is_open(&app, &callback_url).await);
    }
}

#[tokio::test]
async fn refuses_an_attempt_of_another_browser() {
    let app = App::start().await;
    let (browser, another) = (Browser::at(&app), Browser::at(&app));
    another.get("/api/auth/login/dev").await;
    let callback_url = browser.choose("user", None).await;
    another.get(&callback_url).await.assert_sign_in_error("state_mismatch");
    browser.get(&callback_url).await.assert_sign_in_error("state_mismatch");
}

#[tokio::test]
async fn refuses_an_answer_on_the_redirect_uri_of_another_provider() {
    let stub = Stub::plain().await;
    let [issuer, id] = stub.variables();
    let app = App::with(&[issuer, id, ("AUTH_DEV_IDP", "on")]).await;
    let browser = Browser::at(&app);
    for path in ["/stub?", "/nobody?", "/DEV?", "/dev%2F?"] {
        let callback_url = browser.choose("user", None).await;
        let page = browser.get(&callback_url.replace("/dev?", path)).await;
        page.assert_sign_in_error("state_mismatch");
        assert!(!is_open(&app, &callback_url).await, "{path}");
    }
    let begun = browser.get("/api/auth/login/stub").await;
    let state = parameter(begun.location(), "state").unwrap();
    let page = browser
        .get(&format!("/api/auth/callback/dev?state={state}&code=x"))
        .await;
    page.assert_sign_in_error("state_mismatch");
}

#[tokio::test]
async fn accepts_the_issuer_of_the_provider_and_no_other() {
    let app = App::start().await;
    let browser = Browser::at(&app);
    let issuer = format!("{}/dev/application/o/vestibule/", app.origin);
    let (no_slash, loud) = (issuer.trim_end_matches('/').to_owned(), issuer.to_uppercase());
    for (iss, is_right) in [
        (&*issuer, true),
        (&*no_slash, false),
        (&*loud, false),
        ("https://evil.example/", false),
        ("dev", false),
    ] {
        let callback_url = browser.choose("user", None).await;
        let page = browser.get(&with(&callback_url, "iss", Some(iss))).await;
        assert_eq!(is_exchange(&page), is_right, "{iss}: {}", page.location());
        if !is_right {
            page.assert_sign_in_error("state_mismatch");
        }
    }
}

#[tokio::test]
async fn misses_the_issuer_that_a_provider_announces() {
    let announced = json!({ "authorization_response_iss_parameter_supported": true });
    let stub = Stub::start(400, r#"{"error":"invalid_grant"}"#, announced).await;
    let app = App::with(&stub.variables()).await;
    let browser = Browser::at(&app);
    for (iss, error) in [(None, "state_mismatch"), (Some(&*stub.issuer), "provider_error")] {
        let begun = browser.get("/api/auth/login/stub").await;
        let state = parameter(begun.location(), "state").unwrap();
        let callback_url = format!("{}/api/auth/callback/stub?code=x&state={state}", app.origin);
        browser
            .get(&with(&callback_url, "iss", iss))
            .await
            .assert_sign_in_error(error);
    }
}

#[tokio::test]
async fn tells_of_the_first_check_that_fails() {
    let app = App::start().await;
    for (change, bound, error) in [
        ("&state=again&error=access_denied", false, "state_mismatch"),
        (
            "&iss=https://evil.example/&error=access_denied",
            false,
            "binding_missing",
        ),
        ("&error=access_denied", false, "binding_missing"),
        ("&iss=https://evil.example/&error=access_denied", true, "state_mismatch"),
        ("&error=access_denied", true, "access_denied"),
    ] {
        let browser = Browser::at(&app);
        let callback_url = browser.choose("user", None).await;
        if !bound {
            browser.set_cookie(BINDING, None);
        }
        browser
            .get(&format!("{callback_url}{change}"))
            .await
            .assert_sign_in_error(error);
    }
    let browser = Browser::at(&app);
    let callback_url = browser.choose("user", None).await.replace("/dev?", "/nobody?");
    browser.set_cookie(BINDING, None);
    browser.get(&callback_url).await.assert_sign_in_error("binding_missing");
}
