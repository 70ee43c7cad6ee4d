//! Locks: one owner at a time, on whichever instance.

use super::{NOW, Store, back_end};
use crate::{
    server::store::{OneTimeStore, redis::RedisOneTime},
    tests::redis::Redis,
};
use fred::prelude::KeysInterface;
use std::sync::Arc;
use tokio::{sync::Barrier, task::JoinSet};

over_every_back_end!(
    one_owner_has_it_until_he_gives_it_back,
    nobody_gives_back_what_another_has,
    names_do_not_meet,
    of_any_number_who_want_it_one_has_it,
);

async fn one_owner_has_it_until_he_gives_it_back(store: Store) {
    assert!(store.lock("name", "one", 60, NOW).await.unwrap());
    assert!(!store.lock("name", "another", 60, NOW).await.unwrap());
    assert!(!store.lock("name", "one", 60, NOW).await.unwrap(), "not even twice");
    store.unlock("name", "one").await.unwrap();
    assert!(store.lock("name", "another", 60, NOW).await.unwrap());
}

async fn nobody_gives_back_what_another_has(store: Store) {
    assert!(store.lock("name", "one", 60, NOW).await.unwrap());
    store.unlock("name", "another").await.unwrap();
    store.unlock("another name", "one").await.unwrap();
    assert!(!store.lock("name", "another", 60, NOW).await.unwrap());
}

async fn names_do_not_meet(store: Store) {
    for name in ["one", "two", "", "'; DROP TABLE locks; --", "é\r\n"] {
        assert!(store.lock(name, "owner", 60, NOW).await.unwrap(), "{name:?}");
    }
}

async fn of_any_number_who_want_it_one_has_it(store: Store) {
    for round in 0..20 {
        let name = format!("round {round}");
        let start = Arc::new(Barrier::new(50));
        let mut owners = JoinSet::new();
        for owner in 0..50 {
            let (store, start, name) = (store.clone(), start.clone(), name.clone());
            owners.spawn(async move {
                start.wait().await;
                store.lock(&name, &owner.to_string(), 60, NOW).await.unwrap()
            });
        }
        let owners = owners.join_all().await.into_iter().filter(|is_owner| *is_owner);
        assert_eq!(owners.count(), 1, "{name}");
    }
}

#[tokio::test]
async fn of_one_who_does_not_come_back_is_free_when_its_time_is_over() {
    for back_end in [back_end::BackEnd::file().await, back_end::BackEnd::memory().await] {
        let store = &back_end.store;
        assert!(store.lock("name", "gone", 60, NOW).await.unwrap());
        assert!(!store.lock("name", "next", 60, NOW + 59).await.unwrap());
        assert!(store.lock("name", "next", 60, NOW + 60).await.unwrap());
        store.unlock("name", "gone").await.unwrap();
        assert!(
            !store.lock("name", "third", 60, NOW + 119).await.unwrap(),
            "it is the next one's"
        );
        store.sweep(NOW + 119).await.unwrap();
        assert!(!store.lock("name", "third", 60, NOW + 119).await.unwrap());
        store.sweep(NOW + 120).await.unwrap();
        assert!(store.lock("name", "third", 60, NOW).await.unwrap(), "swept away");
    }
}

#[tokio::test]
async fn of_one_who_does_not_come_back_redis_frees_by_its_own_clock() {
    let redis = Redis::start().await;
    let pool = back_end::pool(&redis).await;
    let store = RedisOneTime::new(pool.clone());
    assert!(store.lock("name", "gone", 60, NOW).await.unwrap());
    let left: i64 = pool.pttl("vestibule:lock:name").await.unwrap();
    assert!((50_001..=60_000).contains(&left), "{left} ms");
}
