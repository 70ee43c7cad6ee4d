//! Two callbacks at the same moment at two instances: the code is redeemed once, and both say the same.

use crate::tests::{
    app::App,
    browser::{Browser, exchange_of},
    faulty_provider::{CLIENT, FaultyProvider},
    redis::Redis,
};
use tokio::task::JoinSet;

const ROUNDS: usize = 20;
const CALLBACKS: usize = 6;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn over_one_database() {
    answer_alike(None).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn over_redis() {
    let redis = Redis::start().await;
    answer_alike(Some(&redis)).await;
}

async fn answer_alike(redis: Option<&Redis>) {
    let provider = FaultyProvider::start().await;
    let mut variables = vec![
        ("AUTH_FAULTY_ISSUER", &*provider.issuer),
        ("AUTH_FAULTY_ID", CLIENT),
        ("AUTH_SECRET", "0123456789abcdefghijklmnopqrstuv"),
    ];
    variables.extend(redis.map(|redis| ("REDIS_URL", &*redis.url)));
    let one = App::with(&variables).await;
    let database = format!("sqlite:{}", one.folder().join("vestibule.db").display());
    let shared = [("AUTH_URL", &*one.origin), ("DATABASE_URL", &*database)];
    let variables: Vec<_> = variables.iter().copied().chain(shared).collect();
    let other = App::with(&variables).await;
    provider.set_now(one.state.clock().unix());

    for round in 1..=ROUNDS {
        let browser = Browser::at(&one);
        let begun = browser.get("/api/auth/login/faulty?redirect=%2Faccount").await;
        let callback_url = provider.authorize(begun.location()).replace(&one.origin, "");
        let mut callbacks = JoinSet::new();
        for number in 0..CALLBACKS {
            let browser = browser.moved_to(if number % 2 == 0 { &one } else { &other });
            let callback_url = callback_url.clone();
            callbacks.spawn(async move { browser.callback(&callback_url).await });
        }
        let locations = callbacks.join_all().await;
        assert!(locations[0].starts_with("/auth/callback?exchange="), "{}", locations[0]);
        assert!(
            locations.iter().all(|location| *location == locations[0]),
            "{locations:?}"
        );
        assert_eq!(provider.seen("/token").len(), round);

        let (code, redirect) = exchange_of(&locations[0]);
        let fields = [("code", &*code), ("redirect", &*redirect)];
        let done = browser.moved_to(&other).submit("/api/auth/exchange", &fields).await;
        assert_eq!(done.location(), "/account");
        assert!(browser.cookie("vestibule").is_some());
    }
}
