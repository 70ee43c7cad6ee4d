//! callback: every check of the provider's answer, in order, and what is left when one fails.

mod again;
mod answers;
mod gate;
mod instances;
mod order;
mod signed_in;
mod tokens;

use super::{
    app::App,
    browser::{Browser, Page, parameter},
    stores::over_every_store,
};
use crate::server::store::Kind;

over_every_store! {
    mints_an_exchange_and_begins_no_session,
    takes_an_attempt_once,
    ends_an_attempt_after_ten_minutes_and_not_before,
    gives_fifty_callbacks_one_exchange,
    leaves_nothing_behind_when_it_fails,
    spends_nothing_on_what_is_no_visit,
}

const BINDING: &str = "vestibule-login";
const SESSION: &str = "vestibule";

/// Whether the attempt of a callback URL is still there to be taken.
async fn is_open(app: &App, callback_url: &str) -> bool {
    let state = parameter(callback_url, "state").unwrap();
    app.state.one_time().contains(Kind::Attempt, &state).await.unwrap()
}

/// The same URL with another value of the parameter, or without it.
pub fn with(callback_url: &str, name: &str, value: Option<&str>) -> String {
    let mut url = url::Url::parse(callback_url).unwrap();
    let kept: Vec<_> = url
        .query_pairs()
        .into_owned()
        .filter(|(other, _)| other != name)
        .collect();
    url.query_pairs_mut()
        .clear()
        .extend_pairs(kept)
        .extend_pairs(value.map(|value| (name, value)));
    url.into()
}

fn is_exchange(page: &Page) -> bool {
    page.location().starts_with("/auth/callback?exchange=")
}

async fn spends_nothing_on_what_is_no_visit(app: App) {
    let browser = Browser::at(&app);
    let callback_url = browser.choose("user", None).await;
    for headers in [
        [("sec-fetch-dest", "image"), ("sec-fetch-site", "cross-site")],
        [("sec-fetch-dest", "iframe"), ("sec-fetch-mode", "navigate")],
        [("sec-fetch-dest", "document"), ("sec-purpose", "prefetch")],
    ] {
        let request = browser.request(reqwest::Method::GET, &callback_url);
        let request = headers
            .iter()
            .fold(request, |request, (name, value)| request.header(*name, *value));
        let answer = browser.send(request).await;
        assert_eq!(answer.status, 303);
        assert_eq!(answer.location(), "/auth/login?error=state_mismatch");
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert!(is_open(&app, &callback_url).await);
    }
    assert!(is_exchange(&browser.get(&callback_url).await));
}

async fn mints_an_exchange_and_begins_no_session(app: App) {
    let browser = Browser::at(&app);
    let callback_url = browser.choose("user", Some("/account?tab=1")).await;
    assert!(is_open(&app, &callback_url).await);
    let page = browser.get(&callback_url).await;
    assert_eq!(page.status, 303);
    let code = parameter(page.location(), "exchange").unwrap();
    assert_eq!(code.len(), 43);
    let expected = format!("/auth/callback?exchange={code}&redirect=%2Faccount%3Ftab%3D1");
    assert_eq!(page.location(), expected);
    assert!(app.state.one_time().contains(Kind::Exchange, &code).await.unwrap());
    assert!(!is_open(&app, &callback_url).await);
    assert!(browser.cookie(SESSION).is_none());
    assert_eq!(page.header("cache-control"), Some("no-store"));
}

async fn takes_an_attempt_once(app: App) {
    let browser = Browser::at(&app);
    let callback_url = browser.choose("user", None).await;
    assert!(is_exchange(&browser.get(&callback_url).await));
    app.advance(10);
    browser.get(&callback_url).await.assert_sign_in_error("state_mismatch");
}

async fn ends_an_attempt_after_ten_minutes_and_not_before(app: App) {
    let browser = Browser::at(&app);
    for (seconds, in_time) in [(599, true), (600, false)] {
        let begin = browser.get("/api/auth/login/dev").await;
        app.advance(seconds);
        let callback_url = browser.choose_at(begin.location(), "user").await;
        let page = browser.get(&callback_url).await;
        if in_time {
            assert!(is_exchange(&page), "{}", page.location());
        } else {
            page.assert_sign_in_error("state_mismatch");
        }
    }
}

async fn gives_fifty_callbacks_one_exchange(app: App) {
    let browser = Browser::at(&app);
    let callback_url = browser.choose("user", None).await;
    let mut callbacks = tokio::task::JoinSet::new();
    for _ in 0..50 {
        let (browser, callback_url) = (browser.clone(), callback_url.clone());
        callbacks.spawn(async move { browser.get(&callback_url).await });
    }
    let pages = callbacks.join_all().await;
    assert!(is_exchange(&pages[0]), "{}", pages[0].location());
    assert!(pages.iter().all(|page| page.location() == pages[0].location()));
}

async fn leaves_nothing_behind_when_it_fails(app: App) {
    for (name, value, error) in [
        ("iss", Some("https://evil.example/"), "state_mismatch"),
        ("error", Some("access_denied"), "access_denied"),
        ("code", None, "no_code"),
        ("code", Some("forged"), "provider_error"),
    ] {
        let browser = Browser::at(&app);
        let callback_url = browser.choose("user", Some("/account")).await;
        let page = browser.get(&with(&callback_url, name, value)).await;
        assert_eq!(
            page.location(),
            format!("/auth/login?error={error}&redirect=%2Faccount")
        );
        assert!(!is_open(&app, &callback_url).await, "{error}");
        assert!(browser.cookie(SESSION).is_none(), "{error}");
        // The true answer comes too late.
        browser.get(&callback_url).await.assert_sign_in_error("state_mismatch");
        assert_eq!(browser.session().await, serde_json::Value::Null);
    }
}

#[tokio::test]
async fn leaves_no_row_behind_when_it_fails() {
    let app = App::start().await;
    let browser = Browser::at(&app);
    for (name, value) in [("code", Some("forged")), ("error", Some("x")), ("iss", Some("x"))] {
        let callback_url = browser.choose("user", None).await;
        browser.get(&with(&callback_url, name, value)).await;
        for table in ["one_time", "tower_sessions"] {
            // What became of the attempt is remembered for a while, for the browser that had it.
            let kept = if table == "one_time" {
                "WHERE kind <> 'outcome'"
            } else {
                ""
            };
            let query = format!("SELECT count(*) FROM {table} {kept}");
            let rows: i64 = sqlx::query_scalar(&query).fetch_one(app.sqlite()).await.unwrap();
            assert_eq!(rows, 0, "{table} after {name}");
        }
    }
}

#[tokio::test]
async fn answers_whatever_the_caller_accepts_by_a_redirect() {
    let app = App::start().await;
    let browser = Browser::at(&app);
    for accept in ["*/*", "application/json", "text/html", "image/png", ""] {
        let callback_url = browser.choose("user", None).await;
        let request = browser
            .request(reqwest::Method::GET, &callback_url)
            .header("accept", accept);
        let page = browser.send(request).await;
        assert_eq!(page.status, 303, "{accept}");
        assert!(is_exchange(&page), "{accept}: {}", page.location());
    }
}

#[tokio::test]
async fn is_not_to_be_posted() {
    let app = App::start().await;
    let browser = Browser::at(&app);
    let callback_url = browser.choose("user", None).await;
    assert_eq!(browser.submit(&callback_url, &[]).await.status, 405);
    assert!(is_open(&app, &callback_url).await);
}
