//! A callback that comes again: by the same browser within seconds it is the same, by anybody else it is refused.

use super::{BINDING, SESSION, gate::Gate, is_exchange, with};
use crate::tests::{
    app::App,
    browser::{Browser, exchange_of, parameter},
    stores::over_every_store,
};
use std::{io::Write, net::TcpStream};

over_every_store! {
    gives_the_same_answer_for_ten_seconds,
    gives_the_same_error_for_ten_seconds,
    gives_nothing_to_another_browser,
    gives_nothing_for_another_question,
    leads_on_once_the_code_is_redeemed,
    waits_for_the_answer_on_its_way,
    goes_on_for_a_browser_that_hangs_up,
}

async fn gives_the_same_answer_for_ten_seconds(app: App) {
    let browser = Browser::at(&app);
    let callback_url = browser.choose("user", Some("/account")).await;
    let page = browser.get(&callback_url).await;
    assert!(is_exchange(&page), "{}", page.location());
    for seconds in [0, 4, 5] {
        app.advance(seconds);
        let again = browser.get(&callback_url).await;
        assert_eq!(again.location(), page.location(), "after {seconds} more seconds");
        assert_eq!(again.status, page.status);
    }
    app.advance(1);
    let late = browser.get(&callback_url).await;
    assert_eq!(late.location(), "/auth/login?error=state_mismatch&redirect=%2Faccount");
    assert!(browser.cookie(SESSION).is_none());
}

async fn gives_the_same_error_for_ten_seconds(app: App) {
    for (name, value, error) in [
        ("error", Some("access_denied"), "access_denied"),
        ("code", Some("forged"), "provider_error"),
    ] {
        let browser = Browser::at(&app);
        let callback_url = with(&browser.choose("user", None).await, name, value);
        browser.get(&callback_url).await.assert_sign_in_error(error);
        app.advance(9);
        browser.get(&callback_url).await.assert_sign_in_error(error);
        app.advance(1);
        browser.get(&callback_url).await.assert_sign_in_error("state_mismatch");
    }
}

async fn gives_nothing_to_another_browser(app: App) {
    let (browser, bound, new) = (Browser::at(&app), Browser::at(&app), Browser::at(&app));
    bound.get("/api/auth/login/dev").await;
    let callback_url = browser.choose("user", Some("/account")).await;
    let page = browser.get(&callback_url).await;
    let without = browser.copy();
    without.set_cookie(BINDING, None);
    for other in [&bound, &new, &without] {
        let refused = other.get(&callback_url).await;
        // Not even where the person wanted to go.
        assert_eq!(refused.location(), "/auth/login?error=state_mismatch");
    }
    assert_eq!(browser.get(&callback_url).await.location(), page.location());
    // Nor does whoever was refused first get anything by asking again.
    let callback_url = browser.choose("user", None).await;
    bound.get(&callback_url).await.assert_sign_in_error("state_mismatch");
    bound.get(&callback_url).await.assert_sign_in_error("state_mismatch");
    browser.get(&callback_url).await.assert_sign_in_error("state_mismatch");
}

async fn gives_nothing_for_another_question(app: App) {
    let browser = Browser::at(&app);
    let callback_url = browser.choose("user", None).await;
    assert!(is_exchange(&browser.get(&callback_url).await));
    let (code, state) = (parameter(&callback_url, "code"), parameter(&callback_url, "state"));
    let reordered = format!("/api/auth/callback/dev?state={}&code={}", state.unwrap(), code.unwrap());
    for other in [
        with(&callback_url, "code", Some("another")),
        with(&callback_url, "code", None),
        with(&callback_url, "error", Some("access_denied")),
        format!("{callback_url}&x=y"),
        callback_url.replace("/dev?", "/nobody?"),
        reordered,
    ] {
        browser.get(&other).await.assert_sign_in_error("state_mismatch");
    }
    assert!(is_exchange(&browser.get(&callback_url).await), "the true one suffered");
}

async fn leads_on_once_the_code_is_redeemed(app: App) {
    let browser = Browser::at(&app);
    let callback_url = browser.choose("user", Some("/account?tab=1")).await;
    let page = browser.callback(&callback_url).await;
    let (code, redirect) = exchange_of(&page);
    let fields = [("code", &*code), ("redirect", &*redirect)];
    browser.submit("/api/auth/exchange", &fields).await;
    let session = browser.cookie(SESSION);
    let again = browser.callback(&callback_url).await;
    assert_eq!(again, page);
    assert_eq!(browser.get(&again).await.location(), "/account?tab=1");
    assert_eq!(browser.cookie(SESSION), session);
}

/// Begins at the gate: gives out the callback URL.
async fn begin(browser: &Browser) -> String {
    let begun = browser.get("/api/auth/login/gate?redirect=%2Faccount").await;
    let state = parameter(begun.location(), "state").unwrap();
    format!("/api/auth/callback/gate?code=x&state={state}")
}

/// The same stores, with the gate as provider.
async fn at_gate(app: &App, gate: &Gate) -> App {
    let redis = app.state.config().redis_url.as_ref().map(|url| url.expose().to_owned());
    let redis = redis.as_deref().map(|url| ("REDIS_URL", url));
    let variables: Vec<_> = gate.variables().into_iter().chain(redis).collect();
    App::with(&variables).await
}

async fn waits_for_the_answer_on_its_way(app: App) {
    let gate = Gate::start().await;
    let app = at_gate(&app, &gate).await;
    let browser = Browser::at(&app);
    let callback_url = begin(&browser).await;
    let ask = || {
        let (browser, callback_url) = (browser.clone(), callback_url.clone());
        tokio::spawn(async move { browser.get(&callback_url).await })
    };
    let first = ask();
    gate.knocked().await;
    let others: Vec<_> = (0..5).map(|_| ask()).collect();
    // Somebody else is not kept waiting.
    Browser::at(&app)
        .get(&callback_url)
        .await
        .assert_sign_in_error("state_mismatch");
    gate.open();
    for page in [first].into_iter().chain(others) {
        let page = page.await.unwrap();
        assert_eq!(page.location(), "/auth/login?error=provider_error&redirect=%2Faccount");
    }
    assert_eq!(gate.asked(), 1);
}

async fn goes_on_for_a_browser_that_hangs_up(app: App) {
    let gate = Gate::start().await;
    let app = at_gate(&app, &gate).await;
    let browser = Browser::at(&app);
    let callback_url = begin(&browser).await;
    let mut connection = TcpStream::connect(app.address.replace("http://", "")).unwrap();
    let cookie = browser.cookie(BINDING).unwrap();
    let request = format!("GET {callback_url} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {BINDING}={cookie}\r\n\r\n");
    connection.write_all(request.as_bytes()).unwrap();
    gate.knocked().await;
    drop(connection);
    // Long enough for the server to notice.
    for _ in 0..10 {
        assert_eq!(browser.get("/readyz").await.status, 200);
    }
    gate.open();
    let page = browser.get(&callback_url).await;
    assert_eq!(page.location(), "/auth/login?error=provider_error&redirect=%2Faccount");
    assert_eq!(gate.asked(), 1);
}
