//! The requests around the token: their form, that each token does its work once, and what is answered without a store.

use super::{FORM, PATH, assert_refused, is_on, send, send_body, signed_in, token};
use crate::tests::{
    app::App,
    browser::Browser,
    faulty_provider::{CLIENT, FaultyProvider, SECRET},
    redis::Redis,
    verification::bench::Bench,
};
use reqwest::{
    Method,
    header::{CONTENT_TYPE, HeaderMap},
};
use serde_json::{Value, json};
use std::sync::Arc;
use tokio::task::JoinSet;

#[tokio::test]
async fn anything_but_one_token_in_a_form_is_refused() {
    let bench = signed_in().await;
    let token = token(&bench, &Value::Null);
    let right = format!("logout_token={token}");
    let long = format!("{right}&x={}", "x".repeat(64 * 1024));
    let endless = "x".repeat(3 * 1024 * 1024);
    for (path, kind, body) in [
        (
            PATH,
            Some("application/json"),
            format!("{{\"logout_token\":\"{token}\"}}"),
        ),
        (PATH, Some("application/jwt"), token.clone()),
        (PATH, Some("multipart/form-data"), right.clone()),
        (PATH, None, right.clone()),
        (PATH, Some(FORM), String::new()),
        (PATH, Some(FORM), "logout_token=".to_owned()),
        (PATH, Some(FORM), format!("token={token}")),
        (PATH, Some(FORM), format!("{right}&{right}")),
        (PATH, Some(FORM), format!("{right}&logout_token=")),
        (PATH, Some(FORM), long),
        (PATH, Some(FORM), endless),
        ("/api/auth/backchannel-logout/nobody", Some(FORM), right.clone()),
        ("/api/auth/backchannel-logout/dev", Some(FORM), right.clone()),
        ("/api/auth/backchannel-logout/%ff", Some(FORM), right.clone()),
        ("/api/auth/backchannel-logout/FAULTY", Some(FORM), right.clone()),
    ] {
        let answer = send_body(&bench.app, path, kind, body.clone()).await;
        assert_eq!(answer.status, 400, "{path} {kind:?} {:.60}", body);
    }
    // In the query it is not looked for.
    let answer = send_body(&bench.app, &format!("{PATH}?{right}"), Some(FORM), "").await;
    assert_eq!(answer.status, 400);
    assert!(is_on(&bench.browser).await);
    bench.take_log();

    // Unknown fields are ignored, and the content type may have a parameter.
    let kind = "Application/X-WWW-Form-Urlencoded; charset=UTF-8";
    let answer = send_body(&bench.app, PATH, Some(kind), format!("more=1&{right}")).await;
    assert_eq!(answer.status, 200);
    assert!(!is_on(&bench.browser).await);
}

#[tokio::test]
async fn only_a_post_and_from_wherever_it_comes() {
    let bench = signed_in().await;
    let provider = Browser::at(&bench.app);
    for method in [Method::GET, Method::PUT, Method::DELETE] {
        assert_eq!(provider.send(provider.request(method, PATH)).await.status, 405);
    }
    let mut headers = HeaderMap::new();
    headers.insert("origin", "https://id.example".parse().unwrap());
    headers.insert("sec-fetch-site", "cross-site".parse().unwrap());
    headers.insert(CONTENT_TYPE, FORM.parse().unwrap());
    let request = provider.request(Method::POST, PATH).headers(headers);
    let body = format!("logout_token={}", token(&bench, &Value::Null));
    assert_eq!(provider.send(request.body(body)).await.status, 200);
    assert!(!is_on(&bench.browser).await);
}

#[tokio::test]
async fn a_token_does_its_work_once() {
    let bench = signed_in().await;
    let again = token(&bench, &json!({ "jti": "the same" }));
    assert_eq!(send(&bench.app, &again).await.status, 200);
    bench.sign_in().await;
    bench.take_log();
    assert_refused(&bench, &again, "has come before").await;
    // Another of the same name is as good as the same; and it is believed no longer than it is remembered.
    let other = token(&bench, &json!({ "jti": "the same", "sid": null }));
    assert_refused(&bench, &other, "has come before").await;
    bench.advance(361);
    assert_refused(&bench, &again, "`exp` is 241 s past").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_a_hundred_at_once_one_is_the_first() {
    let redis = Redis::start().await;
    for more in [None, Some(("REDIS_URL", &*redis.url))] {
        let mut variables = vec![
            ("AUTH_FAULTY_SECRET", SECRET),
            ("AUTH_SECRET", "0123456789abcdefghijklmnopqrstuv"),
        ];
        variables.extend(more);
        let bench = Bench::of(FaultyProvider::start().await, &variables).await;
        let database = format!("sqlite:{}", bench.app.folder().join("vestibule.db").display());
        let same = [
            ("AUTH_URL", &*bench.app.origin),
            ("DATABASE_URL", &*database),
            ("AUTH_FAULTY_ISSUER", &*bench.provider.issuer),
            ("AUTH_FAULTY_ID", CLIENT),
        ];
        let other = Arc::new(App::with(&variables.iter().copied().chain(same).collect::<Vec<_>>()).await);
        bench.sign_in().await;
        let token = token(&bench, &json!({ "sid": null }));
        let mut sent = JoinSet::new();
        for _ in 0..100 {
            let (other, token) = (other.clone(), token.clone());
            sent.spawn(async move { send(&other, &token).await.status.as_u16() });
        }
        let first = sent
            .join_all()
            .await
            .into_iter()
            .filter(|status| *status == 200)
            .count();
        assert_eq!(first, 1);
        assert!(
            !is_on(&bench.browser).await,
            "what one instance is told holds at the other"
        );
        assert_eq!(send(&bench.app, &token).await.status, 400);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn while_a_store_is_away_the_answer_is_no_and_the_token_may_come_again() {
    let redis = Redis::start().await;
    let variables = [("AUTH_FAULTY_SECRET", SECRET), ("REDIS_URL", &redis.url)];
    let bench = Bench::of(FaultyProvider::start().await, &variables).await;
    bench.sign_in().await;
    let token = token(&bench, &json!({ "sid": null }));
    let port = redis.port;
    drop(redis);
    assert_eq!(send(&bench.app, &token).await.status, 400);

    let _redis = Redis::on(port).await;
    bench.browser.until_ready().await;
    assert_eq!(send(&bench.app, &token).await.status, 200);
}

#[tokio::test]
async fn without_the_database_the_answer_is_no() {
    let bench = signed_in().await;
    let right = token(&bench, &Value::Null);
    bench.app.state.database().close().await;
    assert_eq!(send(&bench.app, &right).await.status, 400);
    assert!(bench.take_log().contains("a logout failed"));
}
