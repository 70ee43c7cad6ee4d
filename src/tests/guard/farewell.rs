//! A session that ended by itself, or by somebody else: its browser is told once, keeps its target, and nobody else is
//! told anything.

use crate::{
    server::session::registry::Which,
    tests::{app::App, browser::Browser, stores::over_every_store},
};
use reqwest::Method;
use serde_json::Value;

over_every_store! {
    tells_once_that_a_session_has_expired,
    tells_once_that_somebody_else_has_ended_it,
    tells_nobody_who_signed_out_or_signed_in_again,
    tells_no_stranger,
    waits_for_a_visit_to_tell,
    forgets_after_a_day,
}

const WEEK: i64 = 7 * 24 * 3600;
const TOLD: &str = "/auth/login?error=session_expired&redirect=%2Faccount%3Ftab%3D1";
const NOT_TOLD: &str = "/auth/login?redirect=%2Faccount%3Ftab%3D1";

/// Where a visit to a private page leads; the answer must not touch the cookie.
async fn visit(browser: &Browser) -> String {
    let page = browser.get("/account?tab=1").await;
    assert!(
        page.set_cookie("vestibule").is_none(),
        "it could be that of a new session"
    );
    page.location().to_owned()
}

async fn end_from_elsewhere(app: &App, browser: &Browser) {
    let user = browser.session().await["user"].clone();
    let which = Which::Person(user["id"].as_str().unwrap());
    assert_eq!(app.state.sessions().end_all(which).await.unwrap(), 1);
}

async fn tells_once_that_a_session_has_expired(app: App) {
    let browser = Browser::at(&app);
    browser.sign_in("user").await;
    app.advance(WEEK - 1);
    assert_eq!(browser.get("/account?tab=1").await.status, 200);
    app.advance(WEEK);
    assert_eq!(browser.session().await, Value::Null);
    assert_eq!(visit(&browser).await, TOLD);
    let page = browser.get(TOLD).await.text;
    assert!(
        page.contains("You were signed out because your session ended."),
        "{page}"
    );
    for _ in 0..2 {
        assert_eq!(visit(&browser).await, NOT_TOLD);
    }
    browser.sign_in("user").await;
    assert_eq!(browser.get("/account?tab=1").await.status, 200);
}

async fn tells_once_that_somebody_else_has_ended_it(app: App) {
    let browser = Browser::at(&app);
    browser.sign_in("user").await;
    end_from_elsewhere(&app, &browser).await;
    let (one, two, three) = tokio::join!(visit(&browser), visit(&browser), visit(&browser));
    let led = [one, two, three];
    let told = led.iter().filter(|location| *location == TOLD).count();
    assert_eq!(told, 1, "{led:?}");
    assert_eq!(visit(&browser).await, NOT_TOLD);
}

async fn tells_nobody_who_signed_out_or_signed_in_again(app: App) {
    let browser = Browser::at(&app);
    browser.sign_in("user").await;
    let before = browser.copy();
    browser.submit("/api/auth/logout", &[]).await;
    assert_eq!(visit(&browser).await, NOT_TOLD);
    assert_eq!(visit(&before).await, NOT_TOLD);

    browser.sign_in("user").await;
    let before = browser.copy();
    browser.sign_in("admin").await;
    assert_eq!(visit(&before).await, NOT_TOLD);
}

async fn tells_no_stranger(app: App) {
    let browser = Browser::at(&app);
    assert_eq!(visit(&browser).await, NOT_TOLD);
    for forged in ["AAAAAAAAAAAAAAAAAAAAAA", "garbage"] {
        browser.set_cookie("vestibule", Some(forged));
        assert_eq!(visit(&browser).await, NOT_TOLD);
    }
}

async fn waits_for_a_visit_to_tell(app: App) {
    let browser = Browser::at(&app);
    browser.sign_in("user").await;
    end_from_elsewhere(&app, &browser).await;
    let asked = browser.fetch("/account?tab=1").await;
    assert_eq!(asked.status, 401);
    assert_eq!(asked.json()["loginUrl"], NOT_TOLD);
    let navigation = |method| {
        let request = browser.request(method, "/account?tab=1");
        request
            .header("sec-fetch-mode", "navigate")
            .header("accept", "text/html")
    };
    for request in [
        navigation(Method::HEAD),
        navigation(Method::GET).header("sec-purpose", "prefetch"),
        navigation(Method::GET).header("sec-fetch-dest", "iframe"),
    ] {
        assert_eq!(browser.send(request).await.location(), NOT_TOLD);
    }
    assert_eq!(visit(&browser).await, TOLD);
}

async fn forgets_after_a_day(app: App) {
    let (expired, ended) = (Browser::at(&app), Browser::at(&app));
    expired.sign_in("user").await;
    app.advance(WEEK);
    ended.sign_in("admin").await;
    end_from_elsewhere(&app, &ended).await;
    let rows = async || (app.count("sessions").await, app.count("endings").await);
    app.advance(24 * 3600 - 1);
    app.state.sweep().await.unwrap();
    assert_eq!(rows().await, (1, 1));
    app.advance(1);
    app.state.sweep().await.unwrap();
    assert_eq!(rows().await, (0, 0));
    assert_eq!(
        (visit(&expired).await, visit(&ended).await),
        (NOT_TOLD.into(), NOT_TOLD.into())
    );
}
