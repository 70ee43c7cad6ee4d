//! How long discovery and keys are believed, and who waits for younger ones.

use super::bench::Bench;
use crate::server::provider::freshness::life;
use axum::http::{HeaderMap, header::CACHE_CONTROL};
use serde_json::json;
use std::time::Duration;

const DOCUMENT: &str = "/.well-known/openid-configuration";

#[test]
fn an_answer_lives_as_long_as_it_says_and_an_hour_at_most() {
    for (lines, seconds) in [
        (&[][..], 3600),
        (&["max-age=60"], 60),
        (&["public, Max-Age=60"], 60),
        (&["max-age=\"60\""], 60),
        (&["max-age=60, max-age=30"], 30),
        (&["max-age=60", "max-age=30"], 30),
        (&["max-age=86400"], 3600),
        (&["max-age=99999999999999999999"], 3600),
        (&["max-age=0"], 1),
        (&["no-store"], 1),
        (&["no-cache, max-age=60"], 1),
        (&["private=\"x\", NO-STORE"], 1),
        (&["max-age=soon"], 1),
        (&["max-age=-1"], 1),
        (&["max-age"], 1),
        (&["\u{fc}"], 1),
        (&["s-maxage=5, must-revalidate, public"], 3600),
        (&[""], 3600),
    ] {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(CACHE_CONTROL, line.parse().unwrap());
        }
        assert_eq!(life(&headers).whole_seconds(), seconds, "{lines:?}");
    }
}

#[test]
fn what_a_cache_on_the_way_has_kept_is_older() {
    for (age, seconds) in [("20", 40), ("59", 1), ("600", 1), ("old", 60)] {
        let mut headers = HeaderMap::new();
        headers.insert(CACHE_CONTROL, "max-age=60".parse().unwrap());
        headers.insert("age", age.parse().unwrap());
        assert_eq!(life(&headers).whole_seconds(), seconds, "{age}");
    }
}

#[tokio::test]
async fn what_may_be_believed_for_a_minute_is_asked_for_again_after_it() {
    let bench = Bench::start().await;
    bench.provider.set_cache_control(Some("max-age=60"));
    bench.sign_in().await;
    bench.advance(47);
    bench.sign_in().await;
    assert_eq!(
        (bench.provider.seen(DOCUMENT).len(), bench.provider.seen("/keys").len()),
        (1, 1)
    );
    bench.advance(13);
    bench.sign_in().await;
    assert_eq!(
        (bench.provider.seen(DOCUMENT).len(), bench.provider.seen("/keys").len()),
        (2, 2)
    );
}

#[tokio::test]
async fn what_must_not_be_kept_is_kept_for_a_second() {
    let bench = Bench::start().await;
    bench.provider.set_cache_control(Some("no-store"));
    bench.sign_in().await;
    assert_eq!(bench.provider.seen(DOCUMENT).len(), 1);
    bench.advance(1);
    bench.begin().await;
    assert_eq!(bench.provider.seen(DOCUMENT).len(), 2);
}

#[tokio::test]
async fn whoever_asks_near_the_end_has_it_renewed_and_waits_for_nothing() {
    let bench = Bench::start().await;
    bench.sign_in().await;
    bench.advance(2879);
    bench.begin().await;
    assert_eq!(bench.provider.seen(DOCUMENT).len(), 1);

    bench.advance(1);
    bench.provider.hold(Some(DOCUMENT));
    bench
        .provider
        .change(|answers| answers.discovery = json!({ "authorization_endpoint": "http://127.0.0.1:1/moved" }));
    for _ in 0..3 {
        let page = tokio::time::timeout(Duration::from_secs(20), bench.begin())
            .await
            .unwrap();
        assert!(
            page.location().starts_with(&bench.provider.issuer),
            "{}",
            page.location()
        );
    }
    bench.provider.wait_for(DOCUMENT, 1).await;
    bench.provider.hold(None);
    let renewed = async {
        while !bench.begin().await.location().starts_with("http://127.0.0.1:1/moved?") {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), renewed).await.unwrap();
    assert_eq!(bench.provider.seen(DOCUMENT).len(), 2, "one for all");
    bench.provider.wait_for("/keys", 2).await;
}

#[tokio::test]
async fn keys_move_with_the_document_that_names_them() {
    let bench = Bench::start().await;
    bench.sign_in().await;
    let elsewhere = format!("{}/keys?elsewhere", bench.provider.issuer);
    bench
        .provider
        .change(|answers| answers.discovery = json!({ "jwks_uri": elsewhere }));
    bench.advance(3600);
    bench.sign_in().await;
    let queries: Vec<_> = bench
        .provider
        .seen("/keys")
        .into_iter()
        .map(|seen| seen.query)
        .collect();
    assert_eq!(queries, [None, Some("elsewhere".to_owned())]);
}
