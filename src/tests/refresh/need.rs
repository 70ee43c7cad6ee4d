//! When an access token is renewed for a page's own calls, and when it is given as it is.

use super::{id, refresh, sent, signed_in, stored};
use crate::{
    server::{auth::refresh::fresh_access_token, error::AuthError},
    tests::{faulty_provider::answers::Raw, verification::bench::Bench},
};
use axum::http::{HeaderMap, header::COOKIE};
use serde_json::json;
use std::sync::Arc;

const OLD: &str = "access-token-value";
const NEW: &str = "renewed-access-token-value";

async fn ask(bench: &Bench) -> Result<String, Arc<AuthError>> {
    let mut headers = HeaderMap::new();
    headers.insert(COOKIE, format!("vestibule={}", id(bench)).parse().unwrap());
    let token = fresh_access_token(&bench.app.state, &headers).await?;
    Ok(token.expose().to_owned())
}

#[tokio::test]
async fn within_a_minute_of_its_end_it_is_renewed_and_not_before() {
    let bench = signed_in().await;
    bench.advance(239);
    assert_eq!(ask(&bench).await.unwrap(), OLD);
    assert!(sent(&bench).is_empty());
    bench.advance(1);
    assert_eq!(ask(&bench).await.unwrap(), NEW);
    assert_eq!(ask(&bench).await.unwrap(), NEW);
    assert_eq!(sent(&bench).len(), 1);
}

#[tokio::test]
async fn one_that_lives_a_moment_is_not_renewed_at_every_need() {
    let bench = signed_in().await;
    bench
        .provider
        .change(|answers| answers.renewed_tokens["expires_in"] = json!(30));
    bench.advance(300);
    for (seconds, renewals) in [(0, 1), (9, 1), (1, 2), (9, 2)] {
        bench.advance(seconds);
        assert_eq!(ask(&bench).await.unwrap(), NEW);
        assert_eq!(sent(&bench).len(), renewals);
    }
}

#[tokio::test]
async fn one_whose_end_nobody_knows_is_given_as_it_is() {
    let bench = signed_in().await;
    bench
        .provider
        .change(|answers| answers.renewed_tokens["expires_in"] = json!(null));
    assert_eq!(refresh(&bench).await.status, 200);
    bench.advance(3000);
    assert_eq!(stored(&bench).await.tokens.access_token_expires_at, None);
    assert_eq!(ask(&bench).await.unwrap(), NEW);
    assert_eq!(sent(&bench).len(), 1);
}

#[tokio::test]
async fn while_the_provider_is_away_the_old_one_is_given_to_its_last_second() {
    let bench = signed_in().await;
    bench
        .provider
        .change(|answers| answers.instead = vec![("/token", Raw::html(503))]);
    bench.advance(299);
    assert_eq!(ask(&bench).await.unwrap(), OLD);
    bench.advance(1);
    assert!(matches!(
        *ask(&bench).await.unwrap_err(),
        AuthError::TokenUnreachable(_)
    ));
}

#[tokio::test]
async fn without_a_refresh_token_the_old_one_is_given_to_its_last_second() {
    let bench = Bench::start().await;
    bench.sign_in().await;
    bench.advance(299);
    assert_eq!(ask(&bench).await.unwrap(), OLD);
    bench.advance(1);
    assert!(matches!(*ask(&bench).await.unwrap_err(), AuthError::NoRefreshToken));
}

#[tokio::test]
async fn nobody_who_signed_out_is_given_one() {
    let bench = signed_in().await;
    let headers = HeaderMap::new();
    let nobody = fresh_access_token(&bench.app.state, &headers).await;
    assert!(matches!(*nobody.unwrap_err(), AuthError::SessionGone));
    bench.app.state.sessions().end(id(&bench)).await.unwrap();
    assert!(matches!(*ask(&bench).await.unwrap_err(), AuthError::SessionGone));
}
