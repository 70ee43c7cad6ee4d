//! A provider that comes and goes.

use super::{super::faulty_provider::answers::Raw, bench::Bench};
use serde_json::json;
use tokio::task::JoinSet;

#[tokio::test]
async fn a_provider_that_is_down_from_the_start_is_found_when_it_comes() {
    let bench = Bench::start().await;
    bench.provider.set_open(false);
    for _ in 0..2 {
        let page = bench.begin().await;
        bench.assert_refused(&page, "provider_unavailable").await;
    }
    bench.provider.set_open(true);
    // For a moment the failure stands, so that those who waited for it share it.
    let page = bench.begin().await;
    bench.assert_refused(&page, "provider_unavailable").await;
    bench.advance(2);
    bench.sign_in().await;
}

#[tokio::test]
async fn a_provider_that_goes_down_in_the_middle_is_unavailable_and_comes_back_without_a_restart() {
    let bench = Bench::start().await;
    let callback_url = bench.authorize().await;
    bench.provider.set_open(false);
    let page = bench.browser.get(&callback_url).await;
    bench.assert_refused(&page, "provider_unavailable").await;
    assert!(bench.provider.seen("/token").is_empty());

    bench.provider.set_open(true);
    bench.sign_in().await;
    assert_eq!(
        bench.provider.seen("/keys").len(),
        1,
        "what was known was believed throughout"
    );
}

#[tokio::test]
async fn what_discovery_said_is_believed_for_an_hour_and_beyond_it_while_the_provider_is_down() {
    let bench = Bench::start().await;
    bench.sign_in().await;
    bench.advance(2879);
    bench.sign_in().await;
    assert_eq!(bench.provider.seen("/keys").len(), 1);

    bench.advance(721);
    bench.provider.set_open(false);
    let page = bench.begin().await;
    assert!(
        page.location().starts_with(&bench.provider.issuer),
        "{}",
        page.location()
    );
    bench.provider.set_open(true);
    bench.advance(2);
    bench.sign_in().await;
    assert_eq!(bench.provider.seen("/keys").len(), 2);
}

#[tokio::test]
async fn a_userinfo_endpoint_that_does_not_answer_makes_the_provider_unavailable() {
    let bench = Bench::start().await;
    // Nobody listens on port 1.
    bench
        .provider
        .change(|answers| answers.discovery = json!({ "userinfo_endpoint": "http://127.0.0.1:1/" }));
    let page = bench.call_back().await;
    bench.assert_refused(&page, "provider_unavailable").await;
}

#[tokio::test]
async fn a_provider_whose_discovery_turns_into_anothers_is_not_followed() {
    let bench = Bench::start().await;
    bench.sign_in().await;
    bench
        .provider
        .change(|answers| answers.discovery = json!({ "issuer": "https://another.example" }));
    bench.advance(3600);
    // The last answer that was this provider's own still holds.
    let page = bench.begin().await;
    assert!(
        page.location().starts_with(&bench.provider.issuer),
        "{}",
        page.location()
    );
}

#[tokio::test]
async fn who_waits_for_a_provider_shares_what_comes_of_it() {
    let bench = Bench::start().await;
    bench.provider.change(|answers| {
        answers.instead = vec![("/.well-known/openid-configuration", Raw::json(500, "{}"))];
    });
    let mut begins = JoinSet::new();
    for _ in 0..20 {
        let browser = bench.browser.clone();
        begins.spawn(async move { browser.get("/api/auth/login/faulty").await });
    }
    for page in begins.join_all().await {
        page.assert_sign_in_error("provider_unavailable");
    }
    assert_eq!(bench.provider.seen("/.well-known/openid-configuration").len(), 1);
}
