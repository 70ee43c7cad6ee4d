//! A callback of no open attempt, with a session: the person goes on, and nothing changes.

use super::{SESSION, is_exchange, with};
use crate::tests::{app::App, browser::Browser, stores::over_every_store};

over_every_store! {
    leads_to_the_target_of_a_sign_in_long_done,
    leads_to_the_default_page_from_a_state_that_is_unknown,
    refuses_an_attempt_of_somebody_else_all_the_same,
}

async fn leads_to_the_target_of_a_sign_in_long_done(app: App) {
    let browser = Browser::at(&app);
    let callback_url = browser.choose("user", Some("/account?tab=1")).await;
    let page = browser.callback(&callback_url).await;
    let (code, redirect) = crate::tests::browser::exchange_of(&page);
    let fields = [("code", &*code), ("redirect", &*redirect)];
    browser.submit("/api/auth/exchange", &fields).await;
    let (session, person) = (browser.cookie(SESSION), browser.session().await);
    app.advance(300);
    for url in [callback_url.clone(), with(&callback_url, "code", Some("another"))] {
        let back = browser.get(&url).await;
        assert_eq!((back.status.as_u16(), back.location()), (303, "/account?tab=1"));
    }
    // By then nobody knows any more where it was to lead.
    app.advance(300);
    assert_eq!(browser.callback(&callback_url).await, "/dashboard");
    assert_eq!(browser.cookie(SESSION), session);
    assert_eq!(browser.session().await["user"], person["user"]);
}

async fn leads_to_the_default_page_from_a_state_that_is_unknown(app: App) {
    let browser = Browser::at(&app);
    browser.sign_in("user").await;
    let (session, person) = (browser.cookie(SESSION), browser.session().await);
    for query in [
        "",
        "?code=x&state=forged",
        "?error=access_denied&state=forged",
        "?code=x&state=forged&redirect=https%3A%2F%2Fevil.example",
    ] {
        let request = browser
            .request(reqwest::Method::GET, &format!("/api/auth/callback/dev{query}"))
            .header("sec-fetch-site", "cross-site")
            .header("sec-fetch-mode", "navigate");
        let page = browser.send(request).await;
        assert_eq!((page.status.as_u16(), page.location()), (303, "/dashboard"), "{query}");
        assert!(page.set_cookie(SESSION).is_none());
    }
    assert_eq!(browser.cookie(SESSION), session);
    assert_eq!(browser.session().await, person);
}

async fn refuses_an_attempt_of_somebody_else_all_the_same(app: App) {
    let (victim, attacker) = (Browser::at(&app), Browser::at(&app));
    victim.sign_in("user").await;
    let person = victim.session().await;
    let callback_url = attacker.choose("admin", None).await;
    victim.get(&callback_url).await.assert_sign_in_error("state_mismatch");
    assert_eq!(victim.session().await, person);
    // One of her own that is open is a sign-in still, perhaps as somebody else.
    let own = victim.choose("admin", None).await;
    assert!(is_exchange(&victim.get(&own).await));
}
