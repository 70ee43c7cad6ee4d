//! [RP-Initiated Logout](https://openid.net/specs/openid-connect-rpinitiated-1_0.html), as the certification walks it.

use super::bench::Bench;
use crate::tests::{
    browser::{Browser, Page, parameter},
    faulty_provider::answers::Raw,
};
use serde_json::{Value, json};

/// What the page says to a browser that comes from where it was sent.
const BOTH: &str = "Faulty was asked to end its own";
/// What it says to any other.
const HERE: &str = "You may still be signed in at the provider";

/// Signs in and out: gives out the URL that the browser is sent to.
async fn log_out(bench: &Bench) -> String {
    let endpoint = format!("{}/end-session", bench.provider.issuer);
    bench
        .provider
        .change(|answers| answers.discovery = json!({ "end_session_endpoint": endpoint }));
    bench.sign_in().await;
    let location = bench
        .browser
        .submit("/api/auth/logout", &[])
        .await
        .location()
        .to_owned();
    assert!(location.starts_with(&format!("{endpoint}?")), "{location}");
    location
}

/// The page that the provider sends the browser back to says so, and signs nobody in.
async fn returned(bench: &Bench, query: &str) -> Page {
    let page = bench.browser.get(&format!("/auth/signed-out{query}")).await;
    assert_eq!(page.status, 200);
    assert!(page.text.contains("signed out"), "{}", page.text);
    assert!(page.text.contains(BOTH) != page.text.contains(HERE), "{}", page.text);
    assert!(page.header("location").is_none() && page.header("set-cookie").is_none());
    assert!(bench.browser.session().await.is_null());
    page
}

#[tokio::test]
async fn rp_init_logout() {
    let bench = Bench::start().await;
    let location = log_out(&bench).await;
    let hint = parameter(&location, "id_token_hint").unwrap();
    let given = bench.provider.secrets();
    assert!(
        hint.split('.').all(|part| given.iter().any(|secret| secret == part)),
        "{hint}"
    );
    let back = parameter(&location, "post_logout_redirect_uri").unwrap();
    assert_eq!(back, format!("{}/auth/signed-out", bench.app.origin));
    let state = parameter(&location, "state").unwrap();
    let query = format!("?state={state}");
    assert!(returned(&bench, &query).await.text.contains(BOTH));
    // It was good once.
    assert!(returned(&bench, &query).await.text.contains(HERE));
    assert_eq!(bench.count("sign-out").await, 0);
}

#[tokio::test]
async fn rp_init_logout_other_state() {
    let bench = Bench::start().await;
    log_out(&bench).await;
    let page = returned(&bench, "?state=another%3Cscript%3E").await;
    assert!(!page.text.contains("another"), "it is not acted on, and not shown");
    assert!(page.text.contains(HERE));
    let long = "x".repeat(10_000);
    for state in ["", &"A".repeat(43), &long, "%00", "%ff", "x&state=x"] {
        let page = returned(&bench, &format!("?state={state}")).await;
        assert!(page.text.contains(HERE), "{state:.60}");
    }
}

#[tokio::test]
async fn rp_init_logout_no_state() {
    let bench = Bench::start().await;
    log_out(&bench).await;
    assert!(returned(&bench, "").await.text.contains(HERE));
}

#[tokio::test]
async fn the_state_is_of_one_browser_for_ten_minutes() {
    let bench = Bench::start().await;
    let (without, another) = (Browser::at(&bench.app), Browser::at(&bench.app));
    another.set_cookie("vestibule-login", Some(&"A".repeat(43)));
    for browser in [&without, &another] {
        let state = parameter(&log_out(&bench).await, "state").unwrap();
        let page = browser.get(&format!("/auth/signed-out?state={state}")).await;
        assert!(page.status == 200 && page.text.contains(HERE), "{}", page.text);
    }
    let state = parameter(&log_out(&bench).await, "state").unwrap();
    bench.advance(600);
    assert!(returned(&bench, &format!("?state={state}")).await.text.contains(HERE));
}

/// Who is signed in stays so, whatever state is in the query.
#[tokio::test]
async fn the_page_ends_nothing() {
    let bench = Bench::start().await;
    let state = parameter(&log_out(&bench).await, "state").unwrap();
    bench.sign_in().await;
    for state in [&*state, "another"] {
        bench.browser.get(&format!("/auth/signed-out?state={state}")).await;
        assert!(!bench.browser.session().await.is_null());
    }
}

#[tokio::test]
async fn without_an_end_session_endpoint_it_ends_here_and_the_page_says_so() {
    let bench = Bench::start().await;
    bench.sign_in().await;
    let left = bench.browser.submit("/api/auth/logout", &[]).await;
    assert_eq!(left.location(), format!("{}/auth/signed-out", bench.app.origin));
    assert!(returned(&bench, "").await.text.contains(HERE));
    assert_eq!(bench.count("sign-out").await, 0);
}

/// Signs out where tokens can be revoked; gives out which were, and what the log says of it.
async fn revoke(instead: Option<Raw>) -> (Vec<String>, String) {
    let bench = Bench::start().await;
    let revocation = format!("{}/revoke", bench.provider.issuer);
    bench.provider.change(|answers| {
        answers.discovery = json!({ "revocation_endpoint": revocation });
        answers.tokens = json!({ "refresh_token": "refresh-token-value" });
        answers.instead = instead.into_iter().map(|raw| ("/revoke", raw)).collect();
    });
    bench.sign_in().await;
    bench.take_log();
    let left = bench.browser.submit("/api/auth/logout", &[]).await;
    assert_eq!(left.location(), format!("{}/auth/signed-out", bench.app.origin));
    assert_eq!(bench.browser.session().await, Value::Null);
    let seen = bench.provider.seen("/revoke");
    let revoked = seen
        .iter()
        .map(|seen| format!("{} {}", seen.form["token_type_hint"], seen.form["token"]));
    let log = bench.take_log();
    assert!(!log.contains("refresh-token-value"), "{log}");
    (revoked.collect(), log)
}

#[tokio::test]
async fn tokens_are_revoked_and_a_provider_that_refuses_is_no_reason_to_stay() {
    let both = ["refresh_token refresh-token-value", "access_token access-token-value"];
    let (revoked, log) = revoke(Some(Raw::json(200, ""))).await;
    assert_eq!(revoked, both);
    assert!(
        !log.contains("revocation refused") && !log.contains("revocation failed"),
        "{log}"
    );
    let unsupported = Raw::json(400, r#"{"error":"unsupported_token_type"}"#);
    for raw in [Raw::json(503, "{}"), unsupported, Raw::html(302)] {
        let (revoked, log) = revoke(Some(raw)).await;
        assert_eq!(revoked, both);
        assert!(
            log.contains("revocation refused") || log.contains("revocation failed"),
            "{log}"
        );
    }
    // The provider knows the access token alone.
    let (revoked, log) = revoke(None).await;
    assert_eq!(revoked, both);
    assert!(log.contains("revocation refused"), "{log}");
}
