//! What the provider may answer instead of a code, and that its own words go nowhere.

use super::{is_exchange, is_open, with};
use crate::tests::{app::App, browser::Browser};
use url::form_urlencoded::byte_serialize;

/// Text that a provider, or somebody in its place, would like to show on our page.
const WORDS: &str = "<script>alert(1)</script> call +1 555 evil.example";

#[tokio::test]
async fn maps_every_error_to_one_of_ours() {
    let app = App::start().await;
    let browser = Browser::at(&app);
    for (error, ours) in [
        ("access_denied", "access_denied"),
        ("login_required", "login_required"),
        ("interaction_required", "login_required"),
        ("account_selection_required", "login_required"),
        ("consent_required", "login_required"),
        ("temporarily_unavailable", "provider_unavailable"),
        ("server_error", "provider_error"),
        ("invalid_request", "provider_error"),
        ("invalid_scope", "provider_error"),
        ("unauthorized_client", "provider_error"),
        ("unsupported_response_type", "provider_error"),
        ("request_not_supported", "provider_error"),
        ("ACCESS_DENIED", "provider_error"),
        ("not_allowed", "provider_error"),
        (WORDS, "provider_error"),
    ] {
        let callback_url = browser.choose("user", Some("/account")).await;
        let words: String = byte_serialize(WORDS.as_bytes()).collect();
        let answer = with(&callback_url, "code", None) + "&error_description=" + &words + "&error_uri=" + &words;
        let page = browser.get(&with(&answer, "error", Some(error))).await;
        assert_eq!(page.status, 303);
        let expected = format!("/auth/login?error={ours}&redirect=%2Faccount");
        assert_eq!(page.location(), expected, "{error}");
        assert!(!is_open(&app, &callback_url).await, "{error}");
        let shown = browser.get(page.location()).await;
        assert!(shown.text.contains("role=\"alert\""), "{error}");
        assert!(!shown.text.contains("evil.example"), "{error}");
    }
}

#[tokio::test]
async fn believes_the_error_rather_than_the_code_beside_it() {
    let app = App::start().await;
    let browser = Browser::at(&app);
    let callback_url = browser.choose("user", None).await;
    let page = browser.get(&with(&callback_url, "error", Some("access_denied"))).await;
    page.assert_sign_in_error("access_denied");
}

#[tokio::test]
async fn tells_of_access_that_was_denied_at_the_provider() {
    let app = App::start().await;
    let browser = Browser::at(&app);
    let callback_url = browser.choose("deny", Some("/account?tab=1")).await;
    let page = browser.get(&callback_url).await;
    assert_eq!(
        page.location(),
        "/auth/login?error=access_denied&redirect=%2Faccount%3Ftab%3D1"
    );
}

#[tokio::test]
async fn misses_a_code_that_did_not_come() {
    let app = App::start().await;
    let browser = Browser::at(&app);
    for code in [None, Some("")] {
        let callback_url = browser.choose("user", None).await;
        let page = browser.get(&with(&callback_url, "code", code)).await;
        page.assert_sign_in_error("no_code");
    }
}

#[tokio::test]
async fn counts_an_empty_error_and_an_empty_issuer_as_left_out() {
    let app = App::start().await;
    let browser = Browser::at(&app);
    let callback_url = browser.choose("user", None).await;
    let page = browser.get(&format!("{callback_url}&error=&iss=")).await;
    assert!(is_exchange(&page), "{}", page.location());
}

#[tokio::test]
async fn ignores_what_it_does_not_know() {
    let app = App::start().await;
    let browser = Browser::at(&app);
    let callback_url = browser.choose("user", None).await;
    let page = browser
        .get(&format!("{callback_url}&session_state=x.y&foo=1&redirect=%2Fadmin"))
        .await;
    assert!(is_exchange(&page), "{}", page.location());
    assert!(
        page.location().ends_with("&redirect=%2Fdashboard"),
        "{}",
        page.location()
    );
}
