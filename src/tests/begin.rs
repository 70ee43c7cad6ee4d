//! begin: the attempt that is stored, the cookie, and where the browser is sent.

mod targets;
mod visits;

use super::{
    app::App,
    browser::{Browser, Page, parameter},
    stores::over_every_store,
    stub::Stub,
};
use crate::server::{auth::sign_in::Attempt, secret, store::Kind};
use std::collections::BTreeSet;

over_every_store! {
    a_person_signs_in,
    stores_an_attempt_and_sends_the_browser_to_the_provider,
    makes_everything_anew_each_time,
    binds_two_tabs_to_one_browser,
    keeps_twenty_attempts_of_a_browser_and_lets_the_oldest_go,
}

const BINDING: &str = "vestibule-login";

fn state_of(begin: &Page) -> String {
    parameter(begin.location(), "state").unwrap()
}

async fn attempt_of(app: &App, begin: &Page) -> Attempt {
    app.state
        .one_time()
        .take(Kind::Attempt, &state_of(begin))
        .await
        .unwrap()
        .unwrap()
}

async fn a_person_signs_in(app: App) {
    let browser = Browser::at(&app);
    assert_eq!(browser.session().await, serde_json::Value::Null);
    assert_eq!(browser.sign_in("admin").await, "/dashboard");
    assert_eq!(browser.session().await["user"]["roles"][0], "admin");
}

async fn stores_an_attempt_and_sends_the_browser_to_the_provider(app: App) {
    let browser = Browser::at(&app);
    let begin = browser.get("/api/auth/login/dev?redirect=%2Faccount%3Ftab%3D1").await;
    assert_eq!(begin.status, 303);
    let location = begin.location();
    let of_provider = format!("{}/dev/application/o/authorize/?", app.origin);
    assert!(location.starts_with(&of_provider), "{location}");
    let asked = |name| parameter(location, name);
    assert_eq!(asked("response_type").as_deref(), Some("code"));
    assert_eq!(asked("client_id").as_deref(), Some("vestibule"));
    assert_eq!(
        asked("redirect_uri"),
        Some(format!("{}/api/auth/callback/dev", app.origin))
    );
    assert_eq!(
        asked("scope").as_deref(),
        Some("openid profile email offline_access organization")
    );
    assert_eq!(asked("code_challenge_method").as_deref(), Some("S256"));

    let attempt = attempt_of(&app, &begin).await;
    assert_eq!(attempt.provider, "dev");
    assert_eq!(attempt.target, "/account?tab=1");
    assert_eq!(asked("nonce").as_deref(), Some(attempt.nonce.expose()));
    assert_eq!(asked("code_challenge"), Some(attempt.code_verifier.digest()));
    assert_eq!(attempt.binding, secret::digest(&browser.cookie(BINDING).unwrap()));
    assert!(!location.contains(attempt.code_verifier.expose()));
    assert!(!location.contains(&browser.cookie(BINDING).unwrap()));
}

async fn makes_everything_anew_each_time(app: App) {
    let mut seen = BTreeSet::new();
    for _ in 0..3 {
        let browser = Browser::at(&app);
        let begin = browser.get("/api/auth/login/dev").await;
        for name in ["state", "nonce", "code_challenge"] {
            let value = parameter(begin.location(), name).unwrap();
            assert_eq!(value.len(), 43, "{name} has not 256 bits: {value}");
            assert!(seen.insert(value), "{name} was there before");
        }
        assert!(
            seen.insert(browser.cookie(BINDING).unwrap()),
            "the binding was there before"
        );
    }
}

async fn binds_two_tabs_to_one_browser(app: App) {
    let browser = Browser::at(&app);
    let first = browser.choose("user", Some("/account")).await;
    let binding = browser.cookie(BINDING);
    let second = browser.choose("user", Some("/dashboard?second")).await;
    assert_eq!(browser.cookie(BINDING), binding);
    for (callback_url, target) in [(first, "/account"), (second, "/dashboard?second")] {
        let page = browser.callback(&callback_url).await;
        assert_eq!(parameter(&page, "redirect").as_deref(), Some(target), "{page}");
        assert!(parameter(&page, "exchange").is_some(), "{page}");
    }
}

async fn keeps_twenty_attempts_of_a_browser_and_lets_the_oldest_go(app: App) {
    let (browser, another) = (Browser::at(&app), Browser::at(&app));
    let of_another = another.choose("user", None).await;
    let mut opened = Vec::new();
    for _ in 0..21 {
        opened.push(browser.choose("user", None).await);
    }
    browser
        .get(&opened.remove(0))
        .await
        .assert_sign_in_error("state_mismatch");
    for callback_url in opened {
        let page = browser.callback(&callback_url).await;
        assert!(page.starts_with("/auth/callback?exchange="), "{page}");
    }
    let page = another.callback(&of_another).await;
    assert!(
        page.starts_with("/auth/callback?exchange="),
        "another browser's attempt went: {page}"
    );
}

#[tokio::test]
async fn sets_the_binding_cookie_with_every_attribute() {
    let app = App::start().await;
    let browser = Browser::at(&app);
    let (value, attributes) = browser.get("/api/auth/login/dev").await.set_cookie(BINDING).unwrap();
    assert_eq!(value.len(), 43);
    assert_eq!(attributes, ["HttpOnly", "Max-Age=600", "Path=/", "SameSite=Lax"]);
    // The second tab makes it last as long as its own sign-in may.
    let again = browser.get("/api/auth/login/dev").await.set_cookie(BINDING).unwrap();
    assert_eq!(again, (value, attributes));
}

#[tokio::test]
async fn sets_a_host_cookie_on_https() {
    let stub = Stub::plain().await;
    let [issuer, id] = stub.variables();
    let secret = ("AUTH_SECRET", "0123456789abcdefghijklmnopqrstuv");
    let app = App::with(&[("AUTH_URL", "https://app.example"), secret, issuer, id]).await;
    let begin = Browser::at(&app).get("/api/auth/login/stub").await;
    let redirect_uri = parameter(begin.location(), "redirect_uri");
    assert_eq!(
        redirect_uri.as_deref(),
        Some("https://app.example/api/auth/callback/stub")
    );
    let (_, attributes) = begin.set_cookie("__Host-vestibule-login").unwrap();
    assert_eq!(
        attributes,
        ["HttpOnly", "Max-Age=600", "Path=/", "SameSite=Lax", "Secure"]
    );
    assert!(begin.set_cookie(BINDING).is_none());
}

#[tokio::test]
async fn replaces_a_binding_that_can_be_none() {
    let app = App::start().await;
    for planted in ["", "short", &"x".repeat(44), &"x".repeat(4000)] {
        let browser = Browser::at(&app);
        browser.set_cookie(BINDING, Some(planted));
        browser.get("/api/auth/login/dev").await;
        assert_ne!(browser.cookie(BINDING).as_deref(), Some(planted));
    }
}

#[tokio::test]
async fn refuses_a_provider_that_is_unknown() {
    let app = App::start().await;
    let long = "x".repeat(2000);
    for name in ["nobody", "DEV", "dev%2F", "dev%00", "..%2Fdev", "%F0%9F%A6%80", &long] {
        let refused = Browser::at(&app)
            .get(&format!("/api/auth/login/{name}?redirect=%2Faccount"))
            .await;
        assert_eq!(refused.status, 303, "{name}");
        assert_eq!(
            refused.location(),
            "/auth/login?error=unknown_provider&redirect=%2Faccount",
            "{name}"
        );
        assert!(refused.set_cookie(BINDING).is_none(), "{name}");
    }
}

#[tokio::test]
async fn a_provider_that_is_down_hurts_only_itself() {
    let down = ("AUTH_DOWN_ISSUER", "http://127.0.0.1:1/");
    let app = App::with(&[down, ("AUTH_DOWN_ID", "app"), ("AUTH_DEV_IDP", "on")]).await;
    let browser = Browser::at(&app);
    let refused = browser.get("/api/auth/login/down?redirect=%2Faccount").await;
    assert_eq!(
        refused.location(),
        "/auth/login?error=provider_unavailable&redirect=%2Faccount"
    );
    assert_eq!(browser.get("/readyz").await.status, 200);
    assert_eq!(browser.sign_in("user").await, "/dashboard");
    browser
        .get("/api/auth/login/down")
        .await
        .assert_sign_in_error("provider_unavailable");
}

#[tokio::test]
async fn begins_by_get_alone() {
    let app = App::start().await;
    let browser = Browser::at(&app);
    assert_eq!(browser.submit("/api/auth/login/dev", &[]).await.status, 405);
    assert!(browser.cookie(BINDING).is_none());
}
