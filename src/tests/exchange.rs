//! exchange: the one-time code is redeemed once, by the same browser, within a minute.

mod form;
mod once;

use super::{
    app::App,
    browser::{Browser, Page, exchange_of},
    stores::over_every_store,
};
use serde_json::Value;

over_every_store! {
    begins_a_session_whose_cookie_is_an_opaque_id,
    ends_a_code_after_a_minute_and_not_before,
    redeems_a_code_for_its_own_browser_alone,
    begins_a_fresh_session_in_place_of_a_planted_one,
    ends_the_session_that_the_browser_had,
}

const PATH: &str = "/api/auth/exchange";
const SESSION: &str = "vestibule";
const BINDING: &str = "vestibule-login";

/// Goes as far as the exchange code.
async fn code_of(browser: &Browser, person: &str) -> String {
    let callback_url = browser.choose(person, Some("/account?tab=1")).await;
    exchange_of(&browser.callback(&callback_url).await).0
}

/// Submits the callback page's form.
async fn submit(browser: &Browser, code: &str) -> Page {
    browser
        .submit(PATH, &[("code", code), ("redirect", "/account?tab=1")])
        .await
}

async fn begins_a_session_whose_cookie_is_an_opaque_id(app: App) {
    let browser = Browser::at(&app);
    let code = code_of(&browser, "groups").await;
    let done = submit(&browser, &code).await;
    assert!([302, 303].contains(&done.status.as_u16()), "{}", done.status);
    assert_eq!(done.location(), "/account?tab=1");
    assert_eq!(done.header("cache-control"), Some("no-store"));
    let (value, attributes) = done.set_cookie(SESSION).unwrap();
    assert_eq!(value.len(), 22, "128 bits in base64url, whoever signs in: {value}");
    assert_eq!(attributes, ["HttpOnly", "Max-Age=691200", "Path=/", "SameSite=Lax"]);
    let session = browser.session().await;
    assert_eq!(session["user"]["groups"].as_array().unwrap().len(), 500);
    assert!(
        !session.to_string().contains(&value),
        "the session's id is not to be told"
    );
}

async fn ends_a_code_after_a_minute_and_not_before(app: App) {
    for (seconds, in_time) in [(59, true), (60, false)] {
        let browser = Browser::at(&app);
        let code = code_of(&browser, "user").await;
        app.advance(seconds);
        let done = submit(&browser, &code).await;
        if in_time {
            assert_eq!(done.location(), "/account?tab=1");
        } else {
            done.assert_sign_in_error("exchange_failed");
        }
        assert_eq!(browser.cookie(SESSION).is_some(), in_time);
    }
}

async fn redeems_a_code_for_its_own_browser_alone(app: App) {
    for has_binding in [true, false] {
        let (browser, thief) = (Browser::at(&app), Browser::at(&app));
        let code = code_of(&browser, "admin").await;
        if has_binding {
            thief.get("/api/auth/login/dev").await;
        }
        submit(&thief, &code).await.assert_sign_in_error("exchange_failed");
        assert!(thief.cookie(SESSION).is_none());
        // Whoever tried it has spent it: a code that leaked is worth nothing.
        submit(&browser, &code).await.assert_sign_in_error("exchange_failed");
    }
}

async fn begins_a_fresh_session_in_place_of_a_planted_one(app: App) {
    let browser = Browser::at(&app);
    let planted = "AAAAAAAAAAAAAAAAAAAAAA";
    browser.set_cookie(SESSION, Some(planted));
    let code = code_of(&browser, "user").await;
    browser.set_cookie(SESSION, Some(planted));
    submit(&browser, &code).await;
    assert_ne!(browser.cookie(SESSION).as_deref(), Some(planted));
    assert_ne!(browser.session().await, Value::Null);
    let attacker = Browser::at(&app);
    attacker.set_cookie(SESSION, Some(planted));
    assert_eq!(attacker.session().await, Value::Null);
}

async fn ends_the_session_that_the_browser_had(app: App) {
    let browser = Browser::at(&app);
    browser.sign_in("user").await;
    let before = browser.copy();
    assert_ne!(before.session().await, Value::Null);
    browser.sign_in("admin").await;
    assert_ne!(browser.cookie(SESSION), before.cookie(SESSION));
    assert_eq!(before.session().await, Value::Null);
    assert_eq!(browser.session().await["user"]["preferred_username"], "adaeze.obi");
}

#[tokio::test]
async fn leaves_the_session_alone_that_a_wrong_code_came_with() {
    let app = App::start().await;
    let browser = Browser::at(&app);
    browser.sign_in("user").await;
    let session = browser.cookie(SESSION);
    browser
        .call(PATH, &[("code", "wrong"), ("redirect", "/dashboard")])
        .await;
    assert_eq!(browser.cookie(SESSION), session);
    assert_ne!(browser.session().await, Value::Null);
}

#[tokio::test]
async fn needs_the_binding_cookie_still() {
    let app = App::start().await;
    let browser = Browser::at(&app);
    let code = code_of(&browser, "user").await;
    browser.set_cookie(BINDING, None);
    submit(&browser, &code).await.assert_sign_in_error("exchange_failed");
}
