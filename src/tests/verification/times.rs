//! `exp`, `nbf` and `iat`: [OpenID Connect Core 3.1.3.7](https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation),
//! 9 and 10.

use super::bench::{Bench, accepted, refused_for};
use crate::tests::faulty_provider::{FaultyProvider, SECRET};
use serde_json::{Value, json};

/// One with this leeway; by default that of the application.
async fn bench(leeway: Option<&str>) -> Bench {
    let mut variables = vec![("AUTH_FAULTY_SECRET", SECRET)];
    variables.extend(leeway.map(|leeway| ("AUTH_CLOCK_LEEWAY", leeway)));
    Bench::of(FaultyProvider::start().await, &variables).await
}

/// Signs in with these claims; gives out why it was refused.
async fn refusal(bench: &Bench, claims: Value) -> Option<String> {
    bench.provider.change(|answers| answers.claims = claims);
    let page = bench.call_back().await;
    if page.location().starts_with("/auth/callback?") {
        // The exchange that waits would be in the way of the next.
        let (code, redirect) = crate::tests::browser::exchange_of(page.location());
        let fields = [("code", &*code), ("redirect", &*redirect)];
        bench.browser.submit("/api/auth/exchange", &fields).await;
        bench.sign_out().await;
        return None;
    }
    Some(bench.assert_refused(&page, "token_invalid").await)
}

/// `exp`.
#[tokio::test]
async fn exp_past() {
    let bench = bench(None).await;
    for (ago, is_accepted) in [(-300, true), (0, true), (59, true), (60, false), (600, false)] {
        let exp = bench.now() - ago;
        let refusal = refusal(&bench, json!({ "exp": exp, "iat": exp - 300 })).await;
        assert_eq!(refusal.is_none(), is_accepted, "{ago}: {refusal:?}");
        if let Some(reason) = refusal {
            let words = format!(
                "`exp` is {ago} s past, and the leeway is 60 s: the provider's clock may be behind, or this machine's ahead"
            );
            assert!(reason.contains(&words), "{reason}");
        }
    }
    // By so much it is no matter of clocks.
    let long = bench.now() - 601;
    let reason = refusal(&bench, json!({ "exp": long, "iat": long - 300 }))
        .await
        .unwrap();
    assert!(
        reason.ends_with("`exp` is 601 s past, and the leeway is 60 s"),
        "{reason}"
    );
}

#[tokio::test]
async fn nbf_future() {
    let bench = bench(None).await;
    for (ahead, is_accepted) in [(-600, true), (0, true), (60, true), (61, false), (86_400, false)] {
        let refusal = refusal(&bench, json!({ "nbf": bench.now() + ahead })).await;
        assert_eq!(refusal.is_none(), is_accepted, "{ahead}: {refusal:?}");
        if let Some(reason) = refusal {
            assert!(
                reason.contains(&format!("`nbf` is {ahead} s in the future")),
                "{reason}"
            );
        }
    }
    for no_time in [json!("soon"), json!(true), json!([0]), json!(1e300), json!(i64::MAX)] {
        let reason = refusal(&bench, json!({ "nbf": no_time })).await.unwrap();
        assert!(reason.contains("`nbf` is not a time"), "{reason}");
    }
    let fraction = bench.now() as f64 + 0.5;
    assert_eq!(refusal(&bench, json!({ "nbf": fraction })).await, None);
}

#[tokio::test]
async fn iat_future() {
    let bench = bench(None).await;
    for (ahead, is_accepted) in [(60, true), (61, false), (600, false), (86_400, false)] {
        let iat = bench.now() + ahead;
        let refusal = refusal(&bench, json!({ "iat": iat, "exp": iat + 300 })).await;
        assert_eq!(refusal.is_none(), is_accepted, "{ahead}: {refusal:?}");
        if let Some(reason) = refusal {
            assert!(
                reason.contains(&format!("`iat` is {ahead} s in the future")),
                "{reason}"
            );
            let whose = "the provider's clock may be ahead, or this machine's behind";
            assert_eq!(reason.contains(whose), ahead <= 600, "{reason}");
        }
    }
}

/// Though it has not expired: it answers an attempt of the last ten minutes, so that it can't be as old.
#[tokio::test]
async fn iat_long_past() {
    let bench = bench(None).await;
    let exp = bench.now() + 300;
    for (ago, is_accepted) in [(600, true), (86_400, true), (86_401, false), (1_000_000_000, false)] {
        let refusal = refusal(&bench, json!({ "iat": bench.now() - ago, "exp": exp })).await;
        assert_eq!(refusal.is_none(), is_accepted, "{ago}: {refusal:?}");
        assert!(refusal.is_none_or(|reason| reason.contains(&format!("`iat` is {ago} s past"))));
    }
}

#[tokio::test]
async fn missing_iat() {
    refused_for("token_invalid", "`iat` is missing", |answers| {
        answers.claims = json!({ "iat": null })
    })
    .await;
}

#[tokio::test]
async fn missing_exp() {
    refused_for("token_invalid", "`exp` is missing", |answers| {
        answers.claims = json!({ "exp": null })
    })
    .await;
}

#[tokio::test]
async fn nbf_may_be_absent() {
    accepted(|answers| answers.claims = json!({ "nbf": null })).await;
}

#[tokio::test]
async fn the_leeway_is_what_the_configuration_says() {
    for (leeway, seconds) in [("0s", 0), ("5s", 5), ("10m", 600)] {
        let bench = bench(Some(leeway)).await;
        let now = bench.now();
        for (claims, is_accepted) in [
            (json!({ "exp": now - seconds + 1, "iat": now - 300 }), true),
            (json!({ "exp": now - seconds, "iat": now - 300 }), false),
            (json!({ "iat": now + seconds }), true),
            (json!({ "iat": now + seconds + 1 }), false),
            (json!({ "nbf": now + seconds }), true),
            (json!({ "nbf": now + seconds + 1 }), false),
        ] {
            // The end stays after the beginning.
            let refusal = refusal(&bench, claims.clone()).await;
            assert_eq!(refusal.is_none(), is_accepted, "{leeway} {claims}: {refusal:?}");
        }
    }
}

#[tokio::test]
async fn times_beyond_every_calendar_are_refused() {
    let bench = bench(None).await;
    for claims in [
        json!({ "exp": i64::MIN }),
        json!({ "exp": -1 }),
        json!({ "exp": 0 }),
        json!({ "exp": -1e300 }),
        json!({ "exp": "soon" }),
        json!({ "iat": i64::MAX }),
        json!({ "iat": i64::MIN }),
        json!({ "iat": 1e300 }),
        json!({ "iat": 8_210_266_876_799_i64 }),
        json!({ "iat": -8_334_601_228_800_i64 }),
        json!({ "iat": [] }),
    ] {
        assert!(refusal(&bench, claims.clone()).await.is_some(), "{claims}");
    }
    let latest = json!({ "exp": 8_210_266_876_799_i64 });
    assert_eq!(refusal(&bench, latest).await, None);
}
