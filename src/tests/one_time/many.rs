//! The same suites over Redis in its larger forms: each form once, for it takes seconds to start.

use super::{Store, attempts, back_end, locks};
use crate::{
    server::store::redis::RedisOneTime,
    tests::redis::{cluster::Cluster, sentinel::Sentinel},
};
use std::sync::Arc;

async fn store(url: &str) -> Store {
    Arc::new(RedisOneTime::new(back_end::pool_at(url).await))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn all_of_it_holds_in_a_cluster() {
    let cluster = Cluster::start().await;
    let store = store(&cluster.url).await;
    super::all_over(&store, || cluster.clear()).await;
    attempts::all_over(&store, || cluster.clear()).await;
    locks::all_over(&store, || cluster.clear()).await;
    // And it was a cluster's work.
    assert!(cluster.shares().iter().all(|keys| *keys > 0), "{:?}", cluster.shares());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn and_behind_sentinels() {
    let sentinel = Sentinel::start().await;
    let store = store(&sentinel.url).await;
    super::all_over(&store, || sentinel.clear()).await;
    attempts::all_over(&store, || sentinel.clear()).await;
    locks::all_over(&store, || sentinel.clear()).await;
}
