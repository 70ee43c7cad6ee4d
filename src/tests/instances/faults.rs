//! An instance, Redis or `PostgreSQL` is killed while people sign in: what was finished stays, what was not is refused and
//! can be begun again, and all of it goes on by itself. The table that it prints says how often.

use super::fleet::{Counts, Fleet, look};
use crate::tests::{postgres::Postgres, redis::Redis};
use futures_util::future::join_all;
use sqlx::PgPool;
use std::time::Duration;

/// How long each stays away.
const AWAY: Duration = Duration::from_secs(3);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_half_done_over_postgres() {
    let mut postgres = Postgres::careful().await;
    let url = postgres.url.clone();
    let mut fleet = Fleet::start(2, &[("DATABASE_URL", &url)]).await;
    let crowd = fleet.crowd(4);
    let mut table = Vec::new();
    crowd.until_finished(10).await;
    table.push(("nothing", crowd.count()));

    fleet.instances[0].kill();
    tokio::time::sleep(AWAY).await;
    fleet.instances[0].revive().await;
    crowd.until_finished(10).await;
    table.push(("an instance", crowd.count()));

    postgres.kill();
    assert_away(&fleet, "database").await;
    postgres.revive().await;
    assert_back(&fleet).await;
    crowd.until_finished(10).await;
    table.push(("PostgreSQL", crowd.count()));

    let (rest, browsers) = crowd.go_home().await;
    table.push(("nothing more", rest));
    report(&table);
    assert_nothing_lost(&table, join_all(browsers.iter().map(look)).await);

    let database = PgPool::connect(&url).await.unwrap();
    let count = async |of: &str| -> i64 {
        let query = format!("SELECT count(*) FROM {of}");
        sqlx::query_scalar(&query).fetch_one(&database).await.unwrap()
    };
    let without = "sessions LEFT JOIN tower_sessions USING (id) WHERE data IS NULL";
    assert_eq!(count(without).await, 0, "registered, and no session");
    let finished = i64::try_from(browsers.len()).unwrap();
    assert!(
        count("sessions").await >= finished,
        "a session that nobody could find to end it"
    );
    assert_eq!(count("people").await, 1);
    assert_eq!(count("accounts").await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_half_done_over_redis_beside_postgres() {
    let (mut postgres, mut redis) = (Postgres::careful().await, Redis::persistent().await);
    let stores = [
        ("DATABASE_URL", &*postgres.url.clone()),
        ("REDIS_URL", &*redis.url.clone()),
    ];
    let mut fleet = Fleet::start(2, &stores).await;
    let crowd = fleet.crowd(4);
    let mut table = Vec::new();
    crowd.until_finished(10).await;
    table.push(("nothing", crowd.count()));

    fleet.instances[1].kill();
    tokio::time::sleep(AWAY).await;
    fleet.instances[1].revive().await;
    crowd.until_finished(10).await;
    table.push(("an instance", crowd.count()));

    redis.kill();
    assert_away(&fleet, "redis").await;
    redis.revive().await;
    assert_back(&fleet).await;
    crowd.until_finished(10).await;
    table.push(("Redis", crowd.count()));

    postgres.kill();
    assert_away(&fleet, "database").await;
    postgres.revive().await;
    assert_back(&fleet).await;
    crowd.until_finished(10).await;
    table.push(("PostgreSQL", crowd.count()));

    let (rest, browsers) = crowd.go_home().await;
    table.push(("nothing more", rest));
    report(&table);
    assert_nothing_lost(&table, join_all(browsers.iter().map(look)).await);

    // Every session that is registered is one of those in Redis.
    let database = PgPool::connect(&postgres.url).await.unwrap();
    let registered: Vec<String> = sqlx::query_scalar("SELECT id FROM sessions")
        .fetch_all(&database)
        .await
        .unwrap();
    assert!(registered.len() >= browsers.len());
    let keys = redis.command(&["--raw", "keys", "*"]);
    let stored: std::collections::BTreeSet<&str> = keys.lines().collect();
    let lost: Vec<_> = registered.iter().filter(|id| !stored.contains(id.as_str())).collect();
    assert!(lost.is_empty(), "{lost:?}");
}

/// Every instance says what is away.
async fn assert_away(fleet: &Fleet, what: &str) {
    for instance in &fleet.instances {
        let (status, text) = instance.readiness().await.unwrap();
        assert_eq!(status, 503);
        assert!(text.contains(&format!("\"{what}\":\"unavailable\"")), "{text}");
    }
    tokio::time::sleep(AWAY).await;
}

/// Nobody has to do anything for it.
async fn assert_back(fleet: &Fleet) {
    for instance in &fleet.instances {
        let mut tries = 0;
        while !matches!(instance.readiness().await, Some((200, _))) {
            tries += 1;
            assert!(tries < 100, "it does not come back: {}", instance.log());
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}

fn report(table: &[(&str, Counts)]) {
    let columns = [
        "tried",
        "finished",
        "refused for now",
        "to begin again",
        "cut off",
        "SIGNED OUT",
    ];
    println!("{:>14} | {}", "killed", columns.join(" | "));
    for (what, counts) in table {
        let cell = |name: &&str| format!("{:>1$}", counts.get(name).unwrap_or(&0), name.len());
        println!(
            "{what:>14} | {}",
            columns.iter().map(cell).collect::<Vec<_>>().join(" | ")
        );
    }
}

fn assert_nothing_lost(table: &[(&str, Counts)], still: Vec<&str>) {
    let lost = still.iter().filter(|seen| **seen != "looked, signed in").count();
    println!("sessions: {}, lost: {lost}", still.len());
    assert_eq!(lost, 0);
    assert!(table.iter().all(|(_, counts)| !counts.contains_key("SIGNED OUT")));
    let (_, at_rest) = &table[0];
    assert_eq!(at_rest["tried"], at_rest["finished"], "without a fault all go well");
}
