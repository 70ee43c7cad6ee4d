//! Attempts, which leave an outcome where they were, and how many of something an owner has.

use super::{NOW, Store, back_end, entry, keys};
use crate::{
    server::{
        config::DatabaseUrl,
        store::{
            Kind, TakenAttempt,
            database::{Database, either},
            sql::SqlOneTime,
        },
    },
    tests::postgres::Postgres,
};
use std::sync::Arc;
use tokio::{sync::Barrier, task::JoinSet};

over_every_back_end!(
    an_attempt_leaves_its_outcome_where_it_was,
    an_attempt_that_is_too_old_leaves_nothing,
    of_any_number_one_takes_the_attempt_and_the_others_find_the_outcome,
    an_owner_has_so_many,
);

async fn an_attempt_leaves_its_outcome_where_it_was(store: Store) {
    let take = async |now| store.take_attempt("key", b"on its way", now).await.unwrap();
    assert_eq!(take(NOW).await, TakenAttempt::Nothing);
    store.leave("key", b"forged", NOW).await.unwrap();
    assert_eq!(
        store.left("key", NOW).await.unwrap(),
        None,
        "nothing is left of nothing"
    );

    store.put(entry(Kind::Attempt, "key", "owner", NOW)).await.unwrap();
    assert_eq!(take(NOW).await, TakenAttempt::Attempt(b"\0sealed\xff".to_vec()));
    assert_eq!(take(NOW).await, TakenAttempt::Outcome(b"on its way".to_vec()));
    assert_eq!(store.take(Kind::Attempt, "key", NOW).await.unwrap(), None);
    assert_eq!(store.count(Kind::Attempt, "owner", NOW).await.unwrap(), 0);

    store.leave("key", b"\0answer\xff", NOW + 5).await.unwrap();
    assert_eq!(take(NOW + 6).await, TakenAttempt::Outcome(b"\0answer\xff".to_vec()));
    let last = NOW + 5 + Kind::Outcome.seconds() - 1;
    assert_eq!(store.left("key", last).await.unwrap().unwrap(), b"\0answer\xff");
    assert_eq!(store.left("key", last + 1).await.unwrap(), None);
    assert_eq!(take(last + 1).await, TakenAttempt::Nothing);
    store.sweep(last + 1).await.unwrap();
}

async fn an_attempt_that_is_too_old_leaves_nothing(store: Store) {
    store.put(entry(Kind::Attempt, "key", "owner", NOW)).await.unwrap();
    let late = NOW + Kind::Attempt.seconds();
    assert_eq!(
        store.take_attempt("key", b"x", late).await.unwrap(),
        TakenAttempt::Nothing
    );
    assert_eq!(store.left("key", late).await.unwrap(), None);
    // Whoever came too late has spent it, should a clock go back.
    assert_eq!(
        store.take_attempt("key", b"x", NOW).await.unwrap(),
        TakenAttempt::Nothing
    );
}

async fn of_any_number_one_takes_the_attempt_and_the_others_find_the_outcome(store: Store) {
    for round in 0..20 {
        let key = format!("round {round}");
        store.put(entry(Kind::Attempt, &key, "owner", NOW)).await.unwrap();
        let start = Arc::new(Barrier::new(50));
        let mut takers = JoinSet::new();
        for number in 0..50_u8 {
            let (store, start, key) = (store.clone(), start.clone(), key.clone());
            takers.spawn(async move {
                start.wait().await;
                (number, store.take_attempt(&key, &[number], NOW).await.unwrap())
            });
        }
        let taken = takers.join_all().await;
        let winners: Vec<_> = taken
            .iter()
            .filter(|(_, found)| matches!(found, TakenAttempt::Attempt(_)))
            .collect();
        let [(winner, _)] = winners[..] else {
            panic!("{} winners in {key}", winners.len())
        };
        let left = TakenAttempt::Outcome(vec![*winner]);
        assert_eq!(taken.iter().filter(|(_, found)| *found == left).count(), 49, "{key}");
    }
}

async fn an_owner_has_so_many(store: Store) {
    let count = async |owner, now| store.count(Kind::Cookieless, owner, now).await.unwrap();
    assert_eq!(count("owner", NOW).await, 0);
    for (later, key) in (0..).zip(keys("key", 5)) {
        store
            .put(entry(Kind::Cookieless, &key, "owner", NOW + later))
            .await
            .unwrap();
    }
    store
        .put(entry(Kind::Attempt, "other kind", "owner", NOW))
        .await
        .unwrap();
    assert_eq!(count("owner", NOW + 4).await, 5);
    assert_eq!(count("another", NOW + 4).await, 0);
    assert_eq!(count("owner", NOW + Kind::Cookieless.seconds() + 1).await, 3);
    for key in keys("more", 30) {
        store
            .put(entry(Kind::Cookieless, &key, "owner", NOW + 5))
            .await
            .unwrap();
    }
    assert_eq!(count("owner", NOW + 5).await, Kind::Cookieless.limit());
}

#[tokio::test]
async fn a_flood_is_swept_away_as_a_whole_in_sqlite() {
    sweeps(Database::open(&DatabaseUrl::Memory).await.unwrap(), "x'00'").await;
}

#[tokio::test]
async fn and_in_postgres_too() {
    let postgres = Postgres::start().await;
    sweeps(back_end::database(&postgres).await, "'\\x00'::bytea").await;
}

async fn sweeps(database: Database, value: &str) {
    let numbers = "WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < 12345)";
    let flood = format!(
        "INSERT INTO one_time (kind, key, owner, value, created_at, expires_at)
         {numbers} SELECT 'attempt', cast(n AS text), cast(n AS text), {value}, 0, $1 + n % 2 FROM number"
    );
    either!(&database, pool => {
        sqlx::query(&flood).bind(NOW).execute(pool).await.unwrap();
    });
    let store: Store = Arc::new(SqlOneTime::new(database.clone()));
    store.sweep(NOW).await.unwrap();
    let all = "SELECT expires_at FROM one_time";
    let left: Vec<i64> = either!(&database, pool => sqlx::query_scalar(all).fetch_all(pool).await.unwrap());
    assert_eq!(left, [NOW + 1; 6173]);
}
