//! Things that are taken once: one suite over `SQLite` in a file and in memory, `PostgreSQL`, and Redis.

pub mod back_end;

use crate::{
    server::store::{Entry, Kind, OneTimeStore, redis::RedisOneTime},
    tests::{port::free_port, redis::Redis},
};
use std::{collections::BTreeSet, sync::Arc};
use tokio::{sync::Barrier, task::JoinSet};

/// Any moment: the stores know no clock but this argument.
const NOW: i64 = 1_900_000_000;

pub type Store = Arc<dyn OneTimeStore>;

const fn entry<'a>(kind: Kind, key: &'a str, owner: &'a str, now: i64) -> Entry<'a> {
    Entry {
        kind,
        key,
        owner,
        value: b"\0sealed\xff",
        now,
    }
}

/// Those of `keys` that are there.
async fn there(store: &Store, kind: Kind, keys: &[String], now: i64) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for key in keys {
        if store.contains(kind, key, now).await.unwrap() {
            found.insert(key.clone());
        }
    }
    found
}

fn keys(prefix: &str, count: usize) -> Vec<String> {
    (0..count).map(|number| format!("{prefix}-{number:02}")).collect()
}

/// The macro's tests: a suite each over every back end.
macro_rules! over_every_back_end {
    ($($name:ident),* $(,)?) => {
        over_every_back_end!(@ in_a_file: file, $($name),*);
        over_every_back_end!(@ in_memory: memory, $($name),*);
        over_every_back_end!(@ in_postgres: postgres, $($name),*);
        over_every_back_end!(@ in_redis: redis, $($name),*);

        /// The whole suite, one test after the other, each after `clear`.
        pub(super) async fn all_over(store: &crate::tests::one_time::Store, clear: impl Fn()) {
            $(
                clear();
                $name(store.clone()).await;
            )*
        }
    };
    (@ $module:ident: $make:ident, $($name:ident),*) => {
        mod $module {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
                async fn $name() {
                    let back_end = super::back_end::BackEnd::$make().await;
                    super::$name(back_end.store.clone()).await;
                }
            )*
        }
    };
}

mod attempts;
mod locks;
mod many;

over_every_back_end!(
    what_is_put_is_taken_once,
    what_is_there_can_be_seen_without_taking_it,
    nothing_is_given_out_when_its_time_is_over,
    kinds_do_not_meet,
    beyond_twenty_the_oldest_of_an_owner_goes,
    within_one_second_too_the_oldest_goes,
    what_was_taken_does_not_count,
    owners_and_kinds_are_counted_apart,
    any_number_of_takers_get_it_once,
    what_nobody_put_is_not_there,
    it_answers,
    of_any_number_one_is_the_first,
    the_first_is_forgotten_in_its_time,
    sweeping_leaves_what_still_lives,
);

async fn what_is_put_is_taken_once(store: Store) {
    store.put(entry(Kind::Attempt, "key", "owner", NOW)).await.unwrap();
    assert_eq!(
        store.take(Kind::Attempt, "key", NOW).await.unwrap().unwrap(),
        b"\0sealed\xff"
    );
    assert_eq!(store.take(Kind::Attempt, "key", NOW).await.unwrap(), None);
    assert!(!store.contains(Kind::Attempt, "key", NOW).await.unwrap());
}

async fn what_is_there_can_be_seen_without_taking_it(store: Store) {
    store.put(entry(Kind::Exchange, "key", "owner", NOW)).await.unwrap();
    for _ in 0..3 {
        assert!(store.contains(Kind::Exchange, "key", NOW).await.unwrap());
    }
    assert!(store.take(Kind::Exchange, "key", NOW).await.unwrap().is_some());
}

async fn nothing_is_given_out_when_its_time_is_over(store: Store) {
    for kind in [Kind::Attempt, Kind::Exchange] {
        let last = NOW + kind.seconds() - 1;
        for key in ["in time", "seen too late", "taken too late"] {
            store.put(entry(kind, key, "owner", NOW)).await.unwrap();
        }
        assert!(store.contains(kind, "in time", last).await.unwrap());
        assert!(store.take(kind, "in time", last).await.unwrap().is_some());
        assert!(!store.contains(kind, "seen too late", last + 1).await.unwrap());
        assert_eq!(store.take(kind, "taken too late", last + 1).await.unwrap(), None);
        // Whoever came too late has spent it, should a clock go back.
        assert_eq!(store.take(kind, "taken too late", NOW).await.unwrap(), None);
    }
}

async fn kinds_do_not_meet(store: Store) {
    store.put(entry(Kind::Attempt, "key", "owner", NOW)).await.unwrap();
    assert!(!store.contains(Kind::Exchange, "key", NOW).await.unwrap());
    assert_eq!(store.take(Kind::Exchange, "key", NOW).await.unwrap(), None);
    assert!(store.take(Kind::Attempt, "key", NOW).await.unwrap().is_some());
}

async fn beyond_twenty_the_oldest_of_an_owner_goes(store: Store) {
    let keys = keys("key", 27);
    for (later, key) in (0..).zip(&keys) {
        store
            .put(entry(Kind::Attempt, key, "owner", NOW + later))
            .await
            .unwrap();
    }
    assert_eq!(
        there(&store, Kind::Attempt, &keys, NOW + 30).await,
        keys[7..].iter().cloned().collect()
    );
}

async fn within_one_second_too_the_oldest_goes(store: Store) {
    // Not in the order of their names, which must not decide.
    let mut keys = keys("key", 45);
    keys.reverse();
    for key in &keys {
        store.put(entry(Kind::Exchange, key, "owner", NOW)).await.unwrap();
    }
    assert_eq!(
        there(&store, Kind::Exchange, &keys, NOW).await,
        keys[25..].iter().cloned().collect()
    );
}

async fn what_was_taken_does_not_count(store: Store) {
    let keys = keys("key", 24);
    for key in &keys[..20] {
        store.put(entry(Kind::Attempt, key, "owner", NOW)).await.unwrap();
    }
    for key in &keys[10..14] {
        assert!(store.take(Kind::Attempt, key, NOW).await.unwrap().is_some());
    }
    for key in &keys[20..] {
        store.put(entry(Kind::Attempt, key, "owner", NOW)).await.unwrap();
    }
    let rest = keys[..10].iter().chain(&keys[14..]).cloned().collect();
    assert_eq!(there(&store, Kind::Attempt, &keys, NOW).await, rest);
}

async fn owners_and_kinds_are_counted_apart(store: Store) {
    let (own, foreign, other_kind) = (keys("own", 22), keys("foreign", 20), keys("other", 20));
    for (foreign, other_kind) in foreign.iter().zip(&other_kind) {
        store
            .put(entry(Kind::Attempt, foreign, "another owner", NOW))
            .await
            .unwrap();
        store
            .put(entry(Kind::Exchange, other_kind, "owner", NOW))
            .await
            .unwrap();
    }
    for key in &own {
        store.put(entry(Kind::Attempt, key, "owner", NOW)).await.unwrap();
    }
    assert_eq!(there(&store, Kind::Attempt, &own, NOW).await.len(), 20);
    assert_eq!(there(&store, Kind::Attempt, &foreign, NOW).await.len(), 20);
    assert_eq!(there(&store, Kind::Exchange, &other_kind, NOW).await.len(), 20);
}

async fn any_number_of_takers_get_it_once(store: Store) {
    for round in 0..20 {
        let key = format!("round {round}");
        store.put(entry(Kind::Exchange, &key, "owner", NOW)).await.unwrap();
        let start = Arc::new(Barrier::new(100));
        let mut takers = JoinSet::new();
        for _ in 0..100 {
            let (store, start, key) = (store.clone(), start.clone(), key.clone());
            takers.spawn(async move {
                start.wait().await;
                store.take(Kind::Exchange, &key, NOW).await.unwrap().is_some()
            });
        }
        let winners = takers.join_all().await.into_iter().filter(|won| *won).count();
        assert_eq!(winners, 1, "{key}");
    }
}

async fn what_nobody_put_is_not_there(store: Store) {
    for key in ["", "key", "'; DROP TABLE one_time; --", "*", "é\x01\r\n"] {
        assert_eq!(store.take(Kind::Attempt, key, NOW).await.unwrap(), None, "{key:?}");
        assert!(!store.contains(Kind::Attempt, key, NOW).await.unwrap(), "{key:?}");
    }
}

async fn it_answers(store: Store) {
    store.ping().await.unwrap();
}

async fn of_any_number_one_is_the_first(store: Store) {
    for round in 0..20 {
        let key = format!("round {round}");
        let start = Arc::new(Barrier::new(50));
        let mut tasks = JoinSet::new();
        for _ in 0..50 {
            let (store, start, key) = (store.clone(), start.clone(), key.clone());
            tasks.spawn(async move {
                start.wait().await;
                store.put_first(entry(Kind::LogoutToken, &key, "", NOW)).await.unwrap()
            });
        }
        let first = tasks.join_all().await.into_iter().filter(|is_first| *is_first).count();
        assert_eq!(first, 1, "{key}");
        assert!(store.contains(Kind::LogoutToken, &key, NOW).await.unwrap());
        assert!(!store.contains(Kind::Attempt, &key, NOW).await.unwrap());
    }
}

async fn the_first_is_forgotten_in_its_time(store: Store) {
    let over = NOW + Kind::LogoutToken.seconds();
    assert!(store.put_first(entry(Kind::LogoutToken, "key", "", NOW)).await.unwrap());
    assert!(
        !store
            .put_first(entry(Kind::LogoutToken, "key", "", over - 1))
            .await
            .unwrap()
    );
    assert!(store.contains(Kind::LogoutToken, "key", over - 1).await.unwrap());
    assert!(!store.contains(Kind::LogoutToken, "key", over).await.unwrap());
    store.sweep(over).await.unwrap();
}

async fn sweeping_leaves_what_still_lives(store: Store) {
    store.put(entry(Kind::Attempt, "old", "owner", NOW)).await.unwrap();
    store.put(entry(Kind::Attempt, "new", "owner", NOW + 1)).await.unwrap();
    let now = NOW + Kind::Attempt.seconds();
    store.sweep(now).await.unwrap();
    assert!(!store.contains(Kind::Attempt, "old", now).await.unwrap());
    assert!(store.take(Kind::Attempt, "new", now).await.unwrap().is_some());
}

#[tokio::test]
async fn redis_may_start_after_the_application() {
    let port = free_port();
    let url = format!("redis://127.0.0.1:{port}");
    let (pool, _redis) = tokio::join!(back_end::pool_at(&url), Redis::on(port));
    RedisOneTime::new(pool).ping().await.unwrap();
}
