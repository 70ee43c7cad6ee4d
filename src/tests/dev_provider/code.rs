//! The code: short, once, and only with what it was made for.

use super::harness::{Bench, SCOPE, VERIFIER};
use std::collections::HashSet;

fn invalid_grant() -> (u16, String) {
    (400, "invalid_grant".to_owned())
}

#[tokio::test]
async fn is_redeemed_once_and_a_second_use_revokes_what_it_gave() {
    let bench = Bench::start().await;
    let code = bench.code("user", "openid offline_access");
    let tokens = bench.redeem(&code).await.tokens();
    assert!(bench.is_good(&tokens).await);

    assert_eq!(bench.redeem(&code).await.refused(), invalid_grant());
    assert!(!bench.is_good(&tokens).await);
    let refresh = tokens["refresh_token"].as_str().unwrap();
    assert_eq!(bench.refresh(refresh).await.refused(), invalid_grant());
}

#[tokio::test]
async fn of_many_at_once_one_wins() {
    let bench = Bench::start().await;
    let code = bench.code("user", SCOPE);
    let (a, b, c, d) = tokio::join!(
        bench.redeem(&code),
        bench.redeem(&code),
        bench.redeem(&code),
        bench.redeem(&code)
    );
    let good = [a, b, c, d].iter().filter(|reply| reply.status == 200).count();
    assert_eq!(good, 1);
}

#[tokio::test]
async fn expires_after_a_minute() {
    let bench = Bench::start().await;
    let (early, late) = (bench.code("user", SCOPE), bench.code("user", SCOPE));
    bench.pass(59);
    bench.redeem(&early).await.tokens();
    bench.pass(1);
    assert_eq!(bench.redeem(&late).await.refused(), invalid_grant());
}

#[tokio::test]
async fn needs_its_verifier() {
    let bench = Bench::start().await;
    let uri = bench.redirect_uri();
    let other = VERIFIER.replace("verifier", "Verifier");
    let wrong = bench.redeem_with(&bench.code("user", SCOPE), &uri, Some(&other)).await;
    assert_eq!(wrong.refused(), invalid_grant());
    for malformed in [
        None,
        Some("short"),
        Some(&*"x".repeat(129)),
        Some(&*format!("{VERIFIER} ")),
    ] {
        let code = bench.code("user", SCOPE);
        let reply = bench.redeem_with(&code, &uri, malformed).await;
        assert_eq!(reply.refused(), (400, "invalid_request".to_owned()), "{malformed:?}");
    }
}

#[tokio::test]
async fn is_spent_by_a_wrong_attempt() {
    let bench = Bench::start().await;
    let code = bench.code("user", SCOPE);
    let elsewhere = bench.redeem_with(&code, "https://evil.example/", Some(VERIFIER)).await;
    assert_eq!(elsewhere.refused(), invalid_grant());
    assert_eq!(bench.redeem(&code).await.refused(), invalid_grant());
}

#[tokio::test]
async fn is_never_the_same_and_never_unbounded() {
    let bench = Bench::start().await;
    let codes: HashSet<_> = (0..1100).map(|_| bench.code("user", SCOPE)).collect();
    assert_eq!(codes.len(), 1100);
    assert!(codes.iter().all(|code| code.len() == 43));
    let first = bench.code("user", SCOPE);
    for _ in 0..1000 {
        bench.code("user", SCOPE);
    }
    assert_eq!(bench.redeem(&first).await.refused(), invalid_grant(), "the oldest goes");
}

#[tokio::test]
async fn is_refused_when_unknown_or_missing() {
    let bench = Bench::start().await;
    assert_eq!(bench.redeem("unknown").await.refused(), invalid_grant());
    assert_eq!(bench.redeem("").await.refused(), (400, "invalid_request".to_owned()));
    assert_eq!(
        bench.token(&[("grant_type", "password")]).await.refused(),
        (400, "unsupported_grant_type".to_owned())
    );
    assert_eq!(bench.token(&[]).await.refused(), (400, "invalid_request".to_owned()));
}
