//! contract: the HTTP surface, row by row, walked with nothing but what `curl` sends: `Accept: */*`.

mod pages;

use super::{
    app::App,
    browser::{Browser, Page, exchange_of},
};
use reqwest::{
    Method,
    header::{ACCEPT, CONTENT_TYPE},
};
use serde_json::{Value, json};
use url::form_urlencoded::Serializer;

const ANYTHING: &str = "*/*";
const HTML: &str = "text/html";
const JSON: &str = "application/json";

async fn get(curl: &Browser, accept: &str, path: &str) -> Page {
    curl.send(curl.request(Method::GET, path).header(ACCEPT, accept)).await
}

async fn post(curl: &Browser, accept: &str, path: &str, fields: &[(&str, &str)]) -> Page {
    let body = Serializer::new(String::new()).extend_pairs(fields).finish();
    let request = curl.request(Method::POST, path).header(ACCEPT, accept);
    curl.send(
        request
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(body),
    )
    .await
}

/// From begin to the callback page's URL.
async fn exchange(curl: &Browser, redirect: &str) -> (String, String) {
    let begun = get(curl, ANYTHING, &format!("/api/auth/login/dev?redirect={redirect}")).await;
    assert_eq!(begun.status, 303);
    let callback_url = curl.choose_at(begun.location(), "user").await;
    let checked = get(curl, ANYTHING, &callback_url).await;
    assert_eq!(checked.status, 303);
    assert!(
        checked.location().starts_with("/auth/callback?exchange="),
        "{}",
        checked.location()
    );
    exchange_of(checked.location())
}

/// Signed in, with this `Accept`.
async fn signed_in(app: &App) -> Browser {
    let curl = Browser::at(app);
    let (code, redirect) = exchange(&curl, "%2Faccount").await;
    post(
        &curl,
        HTML,
        "/api/auth/exchange",
        &[("code", &code), ("redirect", &redirect)],
    )
    .await;
    curl
}

#[tokio::test]
async fn begin_leads_to_the_provider_or_back_with_an_error() {
    let app = App::start().await;
    let curl = Browser::at(&app);
    let begun = get(&curl, ANYTHING, "/api/auth/login/dev?redirect=%2Faccount").await;
    assert_eq!(begun.status, 303);
    assert!(begun.location().contains("/authorize/?"), "{}", begun.location());
    let refused = get(&curl, ANYTHING, "/api/auth/login/nobody?redirect=%2Faccount").await;
    assert_eq!(refused.status, 303);
    assert_eq!(
        refused.location(),
        "/auth/login?error=unknown_provider&redirect=%2Faccount"
    );
}

#[tokio::test]
async fn callback_leads_to_its_page_or_back_with_an_error() {
    let app = App::start().await;
    let curl = Browser::at(&app);
    let (code, redirect) = exchange(&curl, "%2Faccount").await;
    assert_eq!((code.len(), &*redirect), (43, "/account"));
    let refused = get(&curl, ANYTHING, "/api/auth/callback/dev?code=x&state=y").await;
    assert_eq!(
        (refused.status.as_u16(), refused.location()),
        (303, "/auth/login?error=state_mismatch")
    );
}

#[tokio::test]
async fn the_callback_page_is_there_with_a_code_and_not_without() {
    let app = App::start().await;
    let curl = Browser::at(&app);
    assert_eq!(
        get(&curl, ANYTHING, "/auth/callback?exchange=x&redirect=%2F")
            .await
            .status,
        200
    );
    let without = get(&curl, ANYTHING, "/auth/callback").await;
    assert_eq!(
        (without.status.as_u16(), without.location()),
        (303, "/auth/login?error=no_code")
    );
}

#[tokio::test]
async fn exchange_answers_a_form_by_a_redirect_and_a_call_by_the_cookie() {
    let app = App::start().await;
    for (accept, is_form) in [(HTML, true), (ANYTHING, true), (JSON, false)] {
        let curl = Browser::at(&app);
        let (code, redirect) = exchange(&curl, "%2Faccount").await;
        let fields = [("code", &*code), ("redirect", &*redirect)];
        let done = post(&curl, accept, "/api/auth/exchange", &fields).await;
        if is_form {
            assert!([302, 303].contains(&done.status.as_u16()), "{accept}: {}", done.status);
            assert_eq!(done.location(), "/account");
        } else {
            assert_eq!(done.status, 200, "{accept}");
        }
        assert!(done.set_cookie("vestibule").is_some(), "{accept}");

        let failed = post(&Browser::at(&app), accept, "/api/auth/exchange", &fields).await;
        if is_form {
            assert_eq!(
                failed.location(),
                "/auth/login?error=exchange_failed&redirect=%2Faccount"
            );
        } else {
            assert_eq!(
                (failed.status.as_u16(), failed.json()),
                (401, json!("exchange_failed")),
                "{accept}"
            );
        }
    }
}

#[tokio::test]
async fn session_says_who_one_is() {
    let app = App::start().await;
    let stranger = get(&Browser::at(&app), ANYTHING, "/api/auth/session").await;
    assert_eq!((stranger.status.as_u16(), stranger.json()), (200, Value::Null));
    let known = get(&signed_in(&app).await, ANYTHING, "/api/auth/session").await;
    assert_eq!(known.status, 200);
    let fields: Vec<_> = known.json()["user"].as_object().unwrap().keys().cloned().collect();
    let mut contract = vec![
        "id",
        "provider",
        "sub",
        "name",
        "email",
        "email_verified",
        "preferred_username",
        "picture",
        "groups",
        "roles",
        "organization_id",
    ];
    contract.sort_unstable();
    let mut found = fields;
    found.sort_unstable();
    assert_eq!(found, contract);
}

#[tokio::test]
async fn logout_leads_to_the_provider_or_says_where_it_is() {
    let app = App::start().await;
    for (accept, is_json) in [(ANYTHING, false), (HTML, false), (JSON, true)] {
        let curl = signed_in(&app).await;
        let ended = post(&curl, accept, "/api/auth/logout", &[]).await;
        let location = if is_json {
            assert_eq!(ended.status, 200);
            ended.json()["logoutUrl"].as_str().unwrap().to_owned()
        } else {
            assert_eq!(ended.status, 303, "{accept}");
            ended.location().to_owned()
        };
        for parameter in ["id_token_hint=", "post_logout_redirect_uri=", "state="] {
            assert!(location.contains(parameter), "{accept}: {location}");
        }
        assert_eq!(curl.session().await, Value::Null);
        let again = post(&curl, accept, "/api/auth/logout", &[]).await;
        assert_eq!(again.status, if is_json { 200 } else { 303 }, "{accept}");
    }
}

#[tokio::test]
async fn the_provider_ends_sessions_or_is_refused() {
    let app = App::start().await;
    let curl = Browser::at(&app);
    let refused = [
        post(
            &curl,
            ANYTHING,
            "/api/auth/backchannel-logout/dev",
            &[("logout_token", "x")],
        )
        .await,
        get(&curl, ANYTHING, "/api/auth/frontchannel-logout/dev?iss=x&sid=y").await,
    ];
    for page in refused {
        assert_eq!(
            (page.status.as_u16(), page.header("cache-control")),
            (400, Some("no-store"))
        );
    }
    let issuer = app.state.dev_idp().unwrap().issuer();
    let path = format!("/api/auth/frontchannel-logout/dev?iss={issuer}&sid=y");
    let done = get(&curl, ANYTHING, &path).await;
    assert_eq!(
        (done.status.as_u16(), done.header("cache-control")),
        (200, Some("no-store"))
    );
}

#[tokio::test]
async fn me_says_who_one_is() {
    let app = App::start().await;
    let stranger = get(&Browser::at(&app), ANYTHING, "/api/v1/me").await;
    assert_eq!(stranger.status, 401);
    assert!(stranger.header("www-authenticate").unwrap().starts_with("Bearer"));
    let curl = signed_in(&app).await;
    let known = get(&curl, ANYTHING, "/api/v1/me").await;
    assert_eq!(
        (known.status.as_u16(), known.json()),
        (200, curl.session().await["user"].clone())
    );
}

#[tokio::test]
async fn providers_are_listed() {
    let app = App::start().await;
    let providers = get(&Browser::at(&app), ANYTHING, "/api/auth/providers").await;
    assert_eq!(providers.status, 200);
    let mut keys: Vec<_> = providers.json()[0].as_object().unwrap().keys().cloned().collect();
    keys.sort_unstable();
    assert_eq!(keys, ["callbackUrl", "id", "loginUrl", "name"]);
}

#[tokio::test]
async fn health_is_told() {
    let app = App::start().await;
    let curl = Browser::at(&app);
    assert_eq!(get(&curl, ANYTHING, "/healthz").await.status, 200);
    assert_eq!(get(&curl, ANYTHING, "/readyz").await.status, 200);
}
