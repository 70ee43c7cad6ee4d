//! Once, however many try at the same time, and however often the page is submitted.

use super::{PATH, SESSION, code_of, submit};
use crate::tests::{app::App, browser::Browser, stores::over_every_store};
use serde_json::Value;
use tokio::task::JoinSet;

over_every_store! {
    begins_one_session_of_a_hundred_redemptions,
    redeems_a_code_once,
    leads_a_second_submit_of_a_signed_in_browser_to_its_target,
}

const ROUNDS: usize = 20;
const REDEMPTIONS: usize = 100;

async fn begins_one_session_of_a_hundred_redemptions(app: App) {
    for round in 0..ROUNDS {
        let browser = Browser::at(&app);
        let code = code_of(&browser, "user").await;
        let mut redemptions = JoinSet::new();
        for _ in 0..REDEMPTIONS {
            let (browser, code) = (browser.copy(), code.clone());
            redemptions.spawn(async move { submit(&browser, &code).await });
        }
        let answers = redemptions.join_all().await;
        let (begun, refused): (Vec<_>, Vec<_>) =
            answers.iter().partition(|answer| answer.set_cookie(SESSION).is_some());
        assert_eq!((begun.len(), refused.len()), (1, REDEMPTIONS - 1), "in round {round}");
        for answer in refused {
            answer.assert_sign_in_error("exchange_failed");
        }
    }
}

async fn redeems_a_code_once(app: App) {
    let browser = Browser::at(&app);
    let code = code_of(&browser, "user").await;
    let replay = browser.copy();
    submit(&browser, &code).await;
    let again = submit(&replay, &code).await;
    let location = "/auth/login?error=exchange_failed&redirect=%2Faccount%3Ftab%3D1";
    assert_eq!(again.location(), location);
    assert!(replay.cookie(SESSION).is_none());
    assert_eq!(replay.session().await, Value::Null);
}

async fn leads_a_second_submit_of_a_signed_in_browser_to_its_target(app: App) {
    let browser = Browser::at(&app);
    let code = code_of(&browser, "user").await;
    submit(&browser, &code).await;
    let session = browser.cookie(SESSION);
    let again = submit(&browser, &code).await;
    assert_eq!(again.location(), "/account?tab=1");
    assert_eq!(browser.cookie(SESSION), session, "the session is the same");
    let hostile = browser
        .submit(PATH, &[("code", &code), ("redirect", "//evil.example")])
        .await;
    assert_eq!(hostile.location(), "/dashboard");
    // A program is told the truth.
    let called = browser.call(PATH, &[("code", &code), ("redirect", "/account")]).await;
    assert_eq!(called.status, 401);
}
