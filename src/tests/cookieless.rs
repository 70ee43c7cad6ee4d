//! loop breaker: a browser that comes back without its cookie is stopped at the sixth sign-in, and nobody else is.

use super::{
    app::App,
    browser::{Browser, Page},
    stores::over_every_store,
};
use reqwest::{Method, header::USER_AGENT};

over_every_store! {
    stops_the_sixth_sign_in_of_a_browser_that_returns_no_cookie,
    counts_returns_and_no_starts,
    stops_nobody_else,
    forgets_after_a_minute,
}

const BINDING: &str = "vestibule-login";

/// Begins under this name, in a browser that has no cookie.
async fn begin(app: &App, agent: &str) -> (Browser, Page) {
    let browser = Browser::at(app);
    let begun = begin_in(&browser, agent).await;
    (browser, begun)
}

async fn begin_in(browser: &Browser, agent: &str) -> Page {
    let request = browser
        .request(Method::GET, "/api/auth/login/dev?redirect=%2Faccount")
        .header(USER_AGENT, agent)
        .header("sec-fetch-mode", "navigate");
    browser.send(request).await
}

/// Comes back from the provider without the cookie, so many times.
async fn come_back(app: &App, agent: &str, times: usize) {
    for _ in 0..times {
        let (browser, begun) = begin(app, agent).await;
        let callback_url = browser.choose_at(begun.location(), "user").await;
        browser.set_cookie(BINDING, None);
        let request = browser.request(Method::GET, &callback_url).header(USER_AGENT, agent);
        browser.send(request).await.assert_sign_in_error("binding_missing");
    }
}

async fn stops_the_sixth_sign_in_of_a_browser_that_returns_no_cookie(app: App) {
    come_back(&app, "loop", 5).await;
    let (browser, stopped) = begin(&app, "loop").await;
    assert_eq!(stopped.status, 303);
    assert_eq!(
        stopped.location(),
        "/auth/login?error=too_many_attempts&redirect=%2Faccount"
    );
    // Should it keep cookies after all, one more click will do.
    let page = browser.get(stopped.location()).await;
    assert!(!page.text.contains("returned no cookie"), "{}", page.text);
    assert!(begin_in(&browser, "loop").await.location().contains("/authorize/?"));
    // A browser that keeps none is told so, and stays stopped.
    browser.set_cookie(BINDING, None);
    let page = browser.get(stopped.location()).await;
    assert!(page.text.contains("Your browser returned no cookie"), "{}", page.text);
    begin_in(&browser, "loop")
        .await
        .assert_sign_in_error("too_many_attempts");
}

async fn counts_returns_and_no_starts(app: App) {
    for _ in 0..12 {
        assert!(begin(&app, "new people").await.1.location().contains("/authorize/?"));
    }
    come_back(&app, "new people", 4).await;
    assert!(begin(&app, "new people").await.1.location().contains("/authorize/?"));
}

async fn stops_nobody_else(app: App) {
    let bound = begin(&app, "loop").await.0;
    come_back(&app, "loop", 5).await;
    assert!(begin_in(&bound, "loop").await.location().contains("/authorize/?"));
    assert!(begin(&app, "another").await.1.location().contains("/authorize/?"));
    let unknown = Browser::at(&app).get("/api/auth/login/nobody").await;
    unknown.assert_sign_in_error("unknown_provider");
}

async fn forgets_after_a_minute(app: App) {
    come_back(&app, "loop", 3).await;
    app.advance(30);
    come_back(&app, "loop", 2).await;
    begin(&app, "loop").await.1.assert_sign_in_error("too_many_attempts");
    app.advance(30);
    assert!(begin(&app, "loop").await.1.location().contains("/authorize/?"));
}

#[tokio::test]
async fn keeps_the_address_of_nobody() {
    let app = App::start().await;
    come_back(&app, "loop", 1).await;
    let owner: String = sqlx::query_scalar("SELECT owner FROM one_time WHERE kind = 'cookieless'")
        .fetch_one(app.sqlite())
        .await
        .unwrap();
    assert_eq!(owner.len(), 43);
    assert!(!owner.contains("127") && !owner.contains("loop"));
}
