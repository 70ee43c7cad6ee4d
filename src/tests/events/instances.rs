//! Over several instances: what one ends, the pages of the other are told.

use super::{Tab, key};
use crate::tests::{app::App, browser::Browser, postgres::Postgres, redis::Redis};
use sqlx::PgPool;
use std::time::Duration;

const CHANNEL: &str = "vestibule_ended";

/// Waits until both instances hear what the other says.
async fn until_heard(redis: &Redis) {
    while redis.publish(CHANNEL, "is anybody there?") < 2 {
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
}

const SECRET: (&str, &str) = ("AUTH_SECRET", "0123456789abcdefghijklmnopqrstuv");

/// Two instances of one site over that Redis.
async fn two(redis: &Redis) -> [App; 2] {
    let one = App::with(&[("REDIS_URL", &redis.url), SECRET]).await;
    let database = format!("sqlite:{}", one.folder().join("vestibule.db").display());
    let other = App::with(&[
        ("REDIS_URL", &redis.url),
        SECRET,
        ("AUTH_URL", &one.origin),
        ("DATABASE_URL", &database),
    ])
    .await;
    until_heard(redis).await;
    [one, other]
}

#[tokio::test(flavor = "multi_thread")]
async fn an_end_at_one_instance_is_told_at_the_other() {
    let redis = Redis::start().await;
    let [one, other] = two(&redis).await;
    assert_told(&one, &other).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_end_at_one_instance_is_told_at_the_other_by_postgres() {
    let postgres = Postgres::start().await;
    let one = App::with(&[("DATABASE_URL", &postgres.url), SECRET]).await;
    let shared = [("AUTH_URL", &*one.origin), ("DATABASE_URL", &*postgres.url)];
    let other = App::with(&[&shared[..], &[SECRET]].concat()).await;
    let database = PgPool::connect(&postgres.url).await.unwrap();
    let listeners = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'";
    while sqlx::query_scalar::<_, i64>(listeners)
        .fetch_one(&database)
        .await
        .unwrap()
        < 2
    {
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    assert_told(&one, &other).await;
}

async fn assert_told(one: &App, other: &App) {
    for way in ["/api/auth/logout", "/api/auth/sessions/end"] {
        let [leaves, stays] = [(); 2].map(|()| Browser::at(one));
        leaves.sign_in("user").await;
        stays.sign_in("user").await;
        let mut page = Tab::of(&leaves.moved_to(other)).await;
        let mut another = Tab::of(&stays.moved_to(other)).await;
        page.until("\n\n").await;
        another.until("\n\n").await;
        let why = match way {
            "/api/auth/logout" => {
                leaves.submit(way, &[]).await;
                "signed_out"
            }
            _ => {
                stays.submit(way, &[("end", &key(&leaves))]).await;
                "ended"
            }
        };
        let told = page.read_to_end().await;
        assert!(told.ends_with(&format!("event: ended\ndata: {why}\n\n")), "{told}");
        stays.submit("/api/auth/logout", &[]).await;
        let told = another.read_to_end().await;
        assert_eq!(told.matches("event:").count(), 1, "{told}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_ended_while_redis_could_not_be_heard_is_found_when_it_is_back() {
    let redis = Redis::start().await;
    let [one, other] = two(&redis).await;
    let browser = Browser::at(&one);
    browser.sign_in("user").await;
    let mut page = Tab::of(&browser.moved_to(&other)).await;
    page.until("\n\n").await;
    // It keeps nothing: with it, the session is gone.
    let port = redis.port;
    drop(redis);
    let redis = Redis::on(port).await;
    let told = page.read_to_end().await;
    assert!(told.ends_with("event: ended\ndata: replaced\n\n"), "{told}");

    // And it is heard again.
    until_heard(&redis).await;
    browser.until_ready().await;
    browser.sign_in("user").await;
    let mut page = Tab::of(&browser.moved_to(&other)).await;
    page.until("\n\n").await;
    browser.submit("/api/auth/logout", &[]).await;
    let told = page.read_to_end().await;
    assert!(told.ends_with("data: signed_out\n\n"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_instance_says_is_passed_over() {
    let redis = Redis::start().await;
    let [one, other] = two(&redis).await;
    let browser = Browser::at(&one);
    browser.sign_in("user").await;
    let mut page = Tab::of(&browser.moved_to(&other)).await;
    page.until("\n\n").await;
    let key = key(&browser);
    for message in [
        "",
        " ",
        "ended",
        &key,
        &format!("{key} deleted"),
        "garbage ended",
        &format!("{key}  ended"),
    ] {
        assert_eq!(redis.publish(CHANNEL, message), 2, "{message}");
    }
    browser.submit("/api/auth/logout", &[]).await;
    let told = page.read_to_end().await;
    assert!(
        told.ends_with("data: signed_out\n\n") && told.matches("event:").count() == 1,
        "{told}"
    );
}
