//! `SIGTERM`: ready no more, then done within ten seconds; and one instance after the other, under load, with no loss.

use super::fleet::{Fleet, look};
use crate::tests::{
    port::free_port,
    postgres::Postgres,
    process::{Process, readiness},
    redis::Redis,
};
use futures_util::future::join_all;
use std::time::Duration;

/// What the contract gives it.
const LIMIT: Duration = Duration::from_secs(10);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn readiness_goes_first_and_the_server_ends_in_time() {
    let mut server = Process::start(free_port(), &[]).await;
    let home = format!("http://{}/", server.address);
    let builder = reqwest::Client::builder().tls_built_in_root_certs(false);
    let client = builder.no_proxy().build().unwrap();
    let before = client.get(&home).send().await.unwrap();
    assert_eq!(
        (before.status().as_u16(), before.headers().get("connection")),
        (200, None)
    );

    server.terminate();
    let (status, text) = loop {
        let answer = server
            .readiness()
            .await
            .expect("it answers until it is known not to be ready");
        if answer.0 != 200 {
            break answer;
        }
    };
    assert_eq!((status, &*text), (503, r#"{"server":"stopping"}"#));
    // Who has not heard of it is served on, once on each connection.
    let after = client.get(&home).send().await.unwrap();
    assert_eq!(after.status(), 200);
    assert_eq!(after.headers()["connection"], "close");
    let (status, took) = server.ended().await;
    assert!(status.success() && took < LIMIT, "{status} after {took:?}");
    assert_eq!(readiness(&server.address).await, None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_that_never_ends_does_not_hold_it() {
    let mut server = Process::start(free_port(), &[]).await;
    let mut open = tokio::net::TcpStream::connect(&server.address).await.unwrap();
    let half = b"POST /api/auth/exchange HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\ncode=";
    tokio::io::AsyncWriteExt::write_all(&mut open, half).await.unwrap();
    server.terminate();
    let (status, took) = server.ended().await;
    assert!(
        status.success() && took < LIMIT + Duration::from_secs(1),
        "{status} after {took:?}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_after_the_other_under_load_loses_nothing_over_postgres() {
    let postgres = Postgres::start().await;
    rolls(&[("DATABASE_URL", &*postgres.url)]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_after_the_other_under_load_loses_nothing_over_redis_beside_postgres() {
    let (postgres, redis) = (Postgres::start().await, Redis::start().await);
    rolls(&[("DATABASE_URL", &*postgres.url), ("REDIS_URL", &*redis.url)]).await;
}

async fn rolls(stores: &[(&str, &str)]) {
    let mut fleet = Fleet::start(2, stores).await;
    let crowd = fleet.crowd(4);
    crowd.until_finished(10).await;
    for number in 0..fleet.instances.len() {
        let instance = &mut fleet.instances[number];
        instance.terminate();
        let (status, took) = instance.ended().await;
        assert!(
            status.success() && took < LIMIT,
            "{status} after {took:?}: {}",
            instance.log()
        );
        instance.revive().await;
        crowd.until_finished(10).await;
    }
    let (counts, browsers) = crowd.go_home().await;
    println!("{counts:?}");
    let finished = counts["finished"];
    let all: Vec<_> = counts.into_iter().collect();
    let nothing_else = [
        ("finished", finished),
        ("looked, signed in", finished),
        ("tried", finished),
    ];
    assert_eq!(all, nothing_else);
    let still = join_all(browsers.iter().map(look)).await;
    assert_eq!(still, vec!["looked, signed in"; finished]);
}
