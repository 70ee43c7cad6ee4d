//! Refresh tokens: rotated, and their reuse noticed.

use super::harness::{Bench, claims, text};

const SCOPE: &str = "openid profile offline_access";

#[tokio::test]
async fn rotates() {
    let bench = Bench::start().await;
    let first = bench.sign_in("support", SCOPE).await;
    bench.pass(500);
    let second = bench.refresh(text(&first["refresh_token"])).await.tokens();
    assert_ne!(first["refresh_token"], second["refresh_token"]);
    assert_ne!(first["access_token"], second["access_token"]);
    assert!(bench.is_good(&second).await);

    let (before, after) = (claims(&first), claims(&second));
    for claim in ["iss", "sub", "aud", "sid", "auth_time", "groups"] {
        assert_eq!(before[claim], after[claim], "{claim}");
    }
    assert!(after.get("nonce").is_none());
    assert_eq!(after["iat"].as_i64(), before["iat"].as_i64().map(|issued| issued + 500));
    bench.pass(29 * 24 * 60 * 60);
    bench.refresh(text(&second["refresh_token"])).await.tokens();
}

#[tokio::test]
async fn reuse_ends_the_family() {
    let bench = Bench::start().await;
    let first = bench.sign_in("support", SCOPE).await;
    let stranger = bench.sign_in("support", SCOPE).await;
    let second = bench.refresh(text(&first["refresh_token"])).await.tokens();
    let third = bench.refresh(text(&second["refresh_token"])).await.tokens();

    let invalid = (400, "invalid_grant".to_owned());
    assert_eq!(bench.refresh(text(&first["refresh_token"])).await.refused(), invalid);
    assert_eq!(bench.refresh(text(&third["refresh_token"])).await.refused(), invalid);
    for tokens in [&first, &second, &third] {
        assert!(!bench.is_good(tokens).await);
    }
    assert!(bench.is_good(&stranger).await, "another session is another family");
}

#[tokio::test]
async fn expires() {
    let bench = Bench::start().await;
    let tokens = bench.sign_in("support", SCOPE).await;
    bench.pass(30 * 24 * 60 * 60);
    let late = bench.refresh(text(&tokens["refresh_token"])).await;
    assert_eq!(late.refused(), (400, "invalid_grant".to_owned()));
}

#[tokio::test]
async fn gives_no_more_than_was_granted() {
    let bench = Bench::start().await;
    let tokens = bench.sign_in("support", SCOPE).await;
    let refresh = text(&tokens["refresh_token"]);
    let form = |scope| {
        [
            ("grant_type", "refresh_token"),
            ("refresh_token", refresh),
            ("scope", scope),
        ]
    };
    let more = bench.token(&form("openid email")).await;
    assert_eq!(more.refused(), (400, "invalid_scope".to_owned()));
    let same = bench.token(&form("openid profile")).await.tokens();
    assert_eq!(same["scope"], SCOPE, "what was given is said");
}
