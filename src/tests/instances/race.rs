//! One exchange code, a thousand redemptions of it at the same time, at two instances: one session.

use super::site::{Site, Stores, redeem};
use crate::tests::browser::Browser;
use std::sync::Arc;
use tokio::{sync::Barrier, task::JoinSet};

const REDEMPTIONS: usize = 1_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_thousand_redemptions_begin_one_session_over_postgres() {
    races(&Site::start(Stores::Postgres, 2).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_thousand_redemptions_begin_one_session_over_redis_beside_postgres() {
    races(&Site::start(Stores::RedisAndPostgres, 2).await).await;
}

async fn races(site: &Site) {
    let browser = Browser::at(&site.apps[0]);
    let page = browser.callback(&site.authorize(&browser).await).await;
    let start = Arc::new(Barrier::new(REDEMPTIONS));
    let mut redemptions = JoinSet::new();
    for number in 0..REDEMPTIONS {
        // Each is a browser of its own with the cookies of this one.
        let browser = browser.moved_to(&site.apps[number % 2]).copy();
        let (start, page) = (start.clone(), page.clone());
        redemptions.spawn(async move {
            start.wait().await;
            let answer = redeem(&browser, &page).await;
            (browser, answer)
        });
    }
    let answers = redemptions.join_all().await;
    let (begun, refused): (Vec<_>, Vec<_>) = answers
        .iter()
        .partition(|(browser, _)| browser.cookie("vestibule").is_some());
    assert_eq!((begun.len(), refused.len()), (1, REDEMPTIONS - 1));
    let mut reasons: Vec<&str> = refused.iter().map(|(_, answer)| answer.location()).collect();
    reasons.sort_unstable();
    reasons.dedup();
    assert_eq!(reasons, ["/auth/login?error=exchange_failed&redirect=%2Faccount"]);
    let (winner, answer) = begun[0];
    assert_eq!(answer.location(), "/account");
    assert!(!winner.session().await.is_null());
    assert_eq!(site.apps[0].count("sessions").await, 1);
}
