//! What happens to a session while its refresh token is on its way.

use super::{ONE, PATH, id, sent, signed_in, stored, stored_refresh_token};
use crate::{
    server::secret::Secret,
    tests::{browser::Page, faulty_provider::answers::Raw, verification::bench::Bench},
};
use serde_json::{Value, json};
use tokio::task::JoinHandle;

/// Begins to renew; the provider has the refresh token, and does not answer yet.
async fn begin(bench: &Bench) -> JoinHandle<Page> {
    bench.provider.hold(Some("/token"));
    let (browser, asked) = (bench.browser.clone(), bench.provider.seen("/token").len());
    let waiting = tokio::spawn(async move { browser.call(PATH, &[]).await });
    bench.provider.wait_for("/token", asked + 1).await;
    waiting
}

async fn go_on(bench: &Bench, waiting: JoinHandle<Page>) -> Page {
    bench.provider.hold(None);
    waiting.await.unwrap()
}

/// As another instance does that held the lock before.
async fn store_another(bench: &Bench, refresh_token: &str) {
    let sessions = bench.app.state.sessions();
    let found = sessions.read(id(bench)).await.unwrap().unwrap();
    let mut next = found.signed_in.clone();
    next.tokens.refresh_token = Some(Secret::new(refresh_token));
    assert!(sessions.replace(id(bench), &found, &next).await.unwrap());
}

#[tokio::test]
async fn a_refusal_ends_nothing_where_other_tokens_are_stored_by_then() {
    let bench = signed_in().await;
    let refused = Raw::json(400, "{\"error\":\"invalid_grant\"}");
    let waiting = begin(&bench).await;
    store_another(&bench, "refresh-token-three").await;
    bench
        .provider
        .change(|answers| answers.instead = vec![("/token", refused)]);
    let page = go_on(&bench, waiting).await;
    assert_eq!(
        (page.status.as_u16(), page.json()),
        (200, bench.browser.session().await)
    );
    assert_eq!(stored_refresh_token(&bench).await, "refresh-token-three");
}

#[tokio::test]
async fn who_signs_out_meanwhile_stays_signed_out_and_the_new_tokens_are_revoked() {
    let bench = signed_in().await;
    let endpoint = format!("{}/revoke", bench.provider.issuer);
    bench
        .provider
        .change(|answers| answers.discovery = json!({ "revocation_endpoint": endpoint }));
    bench.advance(3601);
    let waiting = begin(&bench).await;
    let cookie = bench.browser.cookie("vestibule");
    bench.browser.submit("/api/auth/logout", &[]).await;
    assert_eq!(go_on(&bench, waiting).await.status, 401);
    bench.browser.set_cookie("vestibule", cookie.as_deref());
    assert_eq!(bench.browser.session().await, Value::Null);
    let revoked = bench
        .provider
        .seen("/revoke")
        .into_iter()
        .map(|seen| seen.form["token"].clone());
    let revoked: Vec<_> = revoked.collect();
    assert!(revoked.iter().any(|token| token == super::TWO), "{revoked:?}");
}

#[tokio::test]
async fn who_goes_away_meanwhile_does_not_stop_it() {
    let bench = signed_in().await;
    let waiting = begin(&bench).await;
    waiting.abort();
    assert!(waiting.await.is_err_and(|error| error.is_cancelled()));
    let again = tokio::spawn({
        let browser = bench.browser.clone();
        async move { browser.call(PATH, &[]).await }
    });
    bench.provider.hold(None);
    assert_eq!(again.await.unwrap().status, 200);
    assert_eq!(sent(&bench), [ONE]);
    assert_eq!(stored_refresh_token(&bench).await, super::TWO);
}

#[tokio::test]
async fn the_use_that_is_noted_meanwhile_and_the_new_tokens_both_stay() {
    let bench = signed_in().await;
    let mut seen_before = stored(&bench).await;
    bench.advance(3600);
    // Both requests of the same moment: one renews, the other notes the use with what it has read before.
    let waiting = begin(&bench).await;
    assert_eq!(go_on(&bench, waiting).await.status, 200);
    let after = stored(&bench).await;
    let sessions = bench.app.state.sessions();
    sessions.keep(id(&bench), &mut seen_before).await.unwrap();
    assert_eq!(
        stored_refresh_token(&bench).await,
        super::TWO,
        "the old tokens are not written back"
    );
    assert_eq!(stored(&bench).await.seen_at, after.seen_at);
    assert_eq!(seen_before.tokens.refresh_token.unwrap().expose(), super::TWO);
}

#[tokio::test]
async fn a_lock_that_nobody_gave_back_is_waited_for_and_its_holders_result_used() {
    let bench = signed_in().await;
    let name = format!("refresh:{}", crate::server::session::sealed::handle(&id(&bench)));
    let lock = bench.app.state.one_time().lock(&name, 60).await.unwrap().unwrap();
    let browser = bench.browser.clone();
    let waiting = tokio::spawn(async move { browser.call(PATH, &[]).await });
    // Its holder is gone; when the time is over, somebody else does it.
    bench.advance(59);
    assert!(bench.app.state.one_time().lock(&name, 60).await.unwrap().is_none());
    assert!(sent(&bench).is_empty());
    bench.advance(1);
    assert_eq!(waiting.await.unwrap().status, 200);
    assert_eq!(sent(&bench), [ONE]);
    bench.app.state.one_time().unlock(lock).await.unwrap();
}
