//! health: alive, and ready. What happens when Redis goes away and comes back is in `guard::outage`.

use super::{app::App, browser::Browser, port::free_port, redis::Redis};
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn is_alive_and_ready_with_the_database() {
    let app = App::start().await;
    let browser = Browser::at(&app);
    let alive = browser.get("/healthz").await;
    assert_eq!((alive.status.as_u16(), &*alive.text), (200, "ok"));
    let ready = browser.get("/readyz").await;
    assert_eq!(
        (ready.status.as_u16(), ready.json()),
        (200, json!({ "database": "ok" }))
    );
}

#[tokio::test]
async fn is_ready_with_the_database_and_redis() {
    let redis = Redis::start().await;
    let app = App::with(&[("REDIS_URL", &redis.url)]).await;
    let ready = Browser::at(&app).get("/readyz").await;
    assert_eq!(
        (ready.status.as_u16(), ready.json()),
        (200, json!({ "database": "ok", "redis": "ok" }))
    );
}

#[tokio::test]
async fn stays_alive_without_the_database_and_says_what_is_not_ready() {
    let app = App::start().await;
    let browser = Browser::at(&app);
    app.state.database().close().await;
    assert_eq!(browser.get("/healthz").await.status, 200);
    let ready = browser.get("/readyz").await;
    assert_eq!(
        (ready.status.as_u16(), ready.json()),
        (503, json!({ "database": "unavailable" }))
    );
}

#[tokio::test]
async fn knows_redis_apart_from_the_database() {
    let redis = Redis::start().await;
    let app = App::with(&[("REDIS_URL", &redis.url)]).await;
    app.state.database().close().await;
    let ready = Browser::at(&app).get("/readyz").await;
    assert_eq!(
        (ready.status.as_u16(), ready.json()),
        (503, json!({ "database": "unavailable", "redis": "ok" }))
    );
}

#[tokio::test]
async fn answers_probes_of_any_kind_and_asks_who_they_are_of_none() {
    let app = App::start().await;
    let browser = Browser::at(&app);
    for path in ["/healthz", "/readyz"] {
        // A load balancer sends its own `Host`, and no other header.
        let raw = format!("GET {path} HTTP/1.1\r\nHost: 10.0.0.1\r\nConnection: close\r\n\r\n");
        let answer = app.send_raw(&raw).await;
        assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
        assert!(!answer.to_ascii_lowercase().contains("set-cookie"), "{answer}");
        assert_eq!(browser.send(browser.request(Method::HEAD, path)).await.status, 200);
        assert_eq!(browser.submit(path, &[]).await.status, 405);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn becomes_ready_when_redis_comes_after_the_start() {
    let port = free_port();
    let app = App::with(&[("REDIS_URL", &format!("redis://127.0.0.1:{port}"))]).await;
    let browser = Browser::at(&app);
    assert_eq!(browser.get("/readyz").await.status, 503);
    let _redis = Redis::on(port).await;
    browser.until_ready().await;
    assert_eq!(browser.sign_in("user").await, "/dashboard");
}
