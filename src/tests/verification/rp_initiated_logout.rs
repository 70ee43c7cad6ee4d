//! [RP-Initiated Logout](https://openid.net/specs/openid-connect-rpinitiated-1_0.html), as the certification walks it.

use super::bench::Bench;
use crate::tests::browser::{Page, parameter};
use serde_json::json;

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
    returned(&bench, &format!("?state={state}")).await;
}

#[tokio::test]
async fn rp_init_logout_other_state() {
    let bench = Bench::start().await;
    log_out(&bench).await;
    let page = returned(&bench, "?state=another%3Cscript%3E").await;
    assert!(!page.text.contains("another"), "it is not acted on, and not shown");
}

#[tokio::test]
async fn rp_init_logout_no_state() {
    let bench = Bench::start().await;
    log_out(&bench).await;
    returned(&bench, "").await;
}
