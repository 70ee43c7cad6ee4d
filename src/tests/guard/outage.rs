//! The store is away: nobody is signed out for that.

use crate::{
    server::store::Kind,
    tests::{
        app::App,
        browser::{Browser, exchange_of},
        postgres::Postgres,
        redis::Redis,
    },
};
use serde_json::json;
use sqlx::PgPool;
use std::time::Instant;

const SESSION: &str = "vestibule";

/// Everything that a signed-in browser asks for while the store of its session is away.
async fn assert_signed_in_still(browser: &Browser) {
    for path in ["/", "/dashboard"] {
        let page = browser.get(path).await;
        assert_eq!(page.status, 503, "{path}");
        assert_eq!(page.header("retry-after"), Some("5"), "{path}");
        assert_eq!(page.header("cache-control"), Some("no-store"), "{path}");
        assert!(
            page.text.contains("You have not been signed out"),
            "{path}: {}",
            page.text
        );
    }
    let answer = browser.fetch("/api/auth/session").await;
    assert_eq!(answer.status, 503);
    assert_eq!(answer.header("retry-after"), Some("5"));
    assert_eq!(answer.json(), json!({ "error": "unavailable" }));
    let out = browser.submit("/api/auth/logout", &[]).await;
    assert_eq!(out.status, 503, "it is not said that the session has ended");
    assert!(browser.cookie(SESSION).is_some(), "the cookie stays");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_redis_nobody_is_signed_out_and_with_it_all_goes_on() {
    let redis = Redis::start().await;
    let app = App::with(&[("REDIS_URL", &redis.url)]).await;
    let (browser, stranger) = (Browser::at(&app), Browser::at(&app));
    browser.sign_in("admin").await;
    let page = stranger.callback(&stranger.choose("user", None).await).await;
    let (code, _) = exchange_of(&page);
    let port = redis.port;
    drop(redis);

    assert_signed_in_still(&browser).await;
    let ready = stranger.get("/readyz").await;
    assert_eq!(ready.status, 503);
    assert_eq!(ready.json(), json!({ "database": "ok", "redis": "unavailable" }));
    assert_eq!(stranger.get("/healthz").await.status, 200);
    assert_eq!(stranger.get("/").await.status, 200, "who has no session needs no store");
    stranger
        .get("/api/auth/login/dev")
        .await
        .assert_sign_in_error("server_error");
    let called = stranger
        .call("/api/auth/exchange", &[("code", &code), ("redirect", "/")])
        .await;
    assert_eq!((called.status.as_u16(), called.json()), (503, json!("server_error")));

    let _redis = Redis::on(port).await;
    stranger.until_ready().await;
    assert_eq!(stranger.sign_in("user").await, "/dashboard");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_postgres_nobody_is_signed_out_and_with_it_all_goes_on() {
    let mut postgres = Postgres::careful().await;
    let app = App::with(&[("DATABASE_URL", &postgres.url)]).await;
    let (browser, stranger) = (Browser::at(&app), Browser::at(&app));
    browser.sign_in("admin").await;
    postgres.kill();

    assert_signed_in_still(&browser).await;
    let ready = stranger.get("/readyz").await;
    assert_eq!(
        (ready.status.as_u16(), ready.json()),
        (503, json!({ "database": "unavailable" }))
    );
    assert_eq!(stranger.get("/").await.status, 200, "who has no session needs no store");
    stranger
        .get("/api/auth/login/dev")
        .await
        .assert_sign_in_error("server_error");

    postgres.revive().await;
    stranger.until_ready().await;
    assert_eq!(browser.get("/dashboard").await.status, 200, "it is the same session");
    assert_eq!(stranger.sign_in("user").await, "/dashboard");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_hangs_is_as_good_as_away() {
    let postgres = Postgres::start().await;
    let app = App::with(&[("DATABASE_URL", &postgres.url)]).await;
    let browser = Browser::at(&app);
    browser.sign_in("admin").await;
    let other = PgPool::connect(&postgres.url).await.unwrap();
    let mut hold = other.begin().await.unwrap();
    sqlx::query("LOCK TABLE tower_sessions IN ACCESS EXCLUSIVE MODE")
        .execute(&mut *hold)
        .await
        .unwrap();
    let start = Instant::now();
    assert_eq!(browser.get("/dashboard").await.status, 503);
    assert!(start.elapsed().as_secs() < 10, "{:?}", start.elapsed());
    hold.rollback().await.unwrap();
    assert_eq!(browser.get("/dashboard").await.status, 200);
}

#[tokio::test]
async fn without_the_database_nobody_is_signed_out() {
    let app = App::start().await;
    let (browser, stranger) = (Browser::at(&app), Browser::at(&app));
    browser.sign_in("admin").await;
    let callback_url = stranger.choose("user", Some("/account")).await;
    app.state.database().close().await;

    assert_signed_in_still(&browser).await;
    let ready = stranger.get("/readyz").await;
    assert_eq!(
        (ready.status.as_u16(), ready.json()),
        (503, json!({ "database": "unavailable" }))
    );
    assert_eq!(stranger.get("/").await.status, 200);
    assert_eq!(
        stranger.get(&callback_url).await.location(),
        "/auth/login?error=server_error"
    );
    stranger
        .get("/api/auth/login/dev")
        .await
        .assert_sign_in_error("server_error");
    let page = stranger
        .submit("/api/auth/exchange", &[("code", "x"), ("redirect", "/account")])
        .await;
    assert_eq!(page.location(), "/auth/login?error=server_error&redirect=%2Faccount");
    assert!(app.state.one_time().contains(Kind::Attempt, "x").await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn who_signs_out_is_signed_out_though_the_registry_is_away() {
    let (redis, mut postgres) = (Redis::start().await, Postgres::start().await);
    let app = App::with(&[("REDIS_URL", &redis.url), ("DATABASE_URL", &postgres.url)]).await;
    let browser = Browser::at(&app);
    browser.sign_in("user").await;
    let kept = browser.copy();
    postgres.kill();
    assert_eq!(browser.get("/dashboard").await.status, 200, "her session is in Redis");

    let out = browser.submit("/api/auth/logout", &[]).await;
    assert!(out.location().contains("/end-session/"), "{} {}", out.status, out.text);
    assert!(browser.cookie(SESSION).is_none());
    // And nobody says that she has not been.
    let page = kept.get("/dashboard").await;
    assert_eq!(page.location(), "/auth/login?redirect=%2Fdashboard");
}
