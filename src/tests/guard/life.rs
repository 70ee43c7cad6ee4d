//! How long a session lives, and how seldom its use is noted.

use crate::{
    server::session::Id,
    tests::{app::App, browser::Browser, stores::over_every_store},
};
use serde_json::Value;

over_every_store! {
    ends_after_a_week_unused_and_not_before,
    ends_after_thirty_days_whatever_happens,
    notes_the_use_once_an_hour,
    does_not_bring_an_ended_session_back,
}

const SESSION: &str = "vestibule";
const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;

async fn ends_after_a_week_unused_and_not_before(app: App) {
    for (unused, lives) in [(7 * DAY - 1, true), (7 * DAY, false)] {
        let browser = Browser::at(&app);
        browser.sign_in("user").await;
        app.advance(unused);
        assert_eq!(browser.session().await != Value::Null, lives);
        let page = browser.get("/dashboard").await;
        assert_eq!(page.status, if lives { 200 } else { 303 });
    }
}

async fn ends_after_thirty_days_whatever_happens(app: App) {
    let browser = Browser::at(&app);
    browser.sign_in("user").await;
    for _ in 0..4 {
        app.advance(6 * DAY);
        assert_ne!(browser.session().await, Value::Null);
    }
    app.advance(HOUR);
    let renewed = browser.get("/dashboard").await.set_cookie(SESSION).unwrap();
    // 24 days and an hour have gone: the cookie follows the session, and a day more, to be told of its end.
    assert!(
        renewed.1.contains(&format!("Max-Age={}", 7 * DAY - HOUR)),
        "{renewed:?}"
    );
    app.advance(6 * DAY - HOUR - 1);
    assert_ne!(browser.session().await, Value::Null);
    app.advance(1);
    assert_eq!(browser.session().await, Value::Null);
}

async fn notes_the_use_once_an_hour(app: App) {
    let browser = Browser::at(&app);
    browser.sign_in("user").await;
    let id = browser.cookie(SESSION).unwrap();
    let first = browser.session().await["expires"].clone();

    app.advance(HOUR - 1);
    let early = browser.get("/dashboard").await;
    assert!(
        early.set_cookie(SESSION).is_none(),
        "nothing is written within the hour"
    );
    assert_eq!(browser.session().await["expires"], first);

    app.advance(1);
    let (value, attributes) = browser.get("/dashboard").await.set_cookie(SESSION).unwrap();
    assert_eq!(value, id, "it is the same session");
    assert_eq!(attributes, ["HttpOnly", "Max-Age=691200", "Path=/", "SameSite=Lax"]);
    assert_ne!(browser.session().await["expires"], first);

    assert!(browser.get("/dashboard").await.set_cookie(SESSION).is_none());
}

async fn does_not_bring_an_ended_session_back(app: App) {
    let browser = Browser::at(&app);
    browser.sign_in("user").await;
    let id: Id = browser.cookie(SESSION).unwrap().parse().unwrap();
    let sessions = app.state.sessions();
    // A slow request has found the session; meanwhile another ends it.
    let mut found = sessions.find(id).await.unwrap().unwrap();
    let before = browser.copy();
    browser.submit("/api/auth/logout", &[]).await;
    app.advance(2 * HOUR);
    assert!(!sessions.keep(id, &mut found).await.unwrap());
    assert!(sessions.find(id).await.unwrap().is_none());
    assert_eq!(before.session().await, Value::Null);
}
