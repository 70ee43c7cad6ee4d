//! [Front-Channel Logout](https://openid.net/specs/openid-connect-frontchannel-1_0.html): a page of the provider's, in a
//! frame of which no cookie arrives.

use super::{
    backchannel_logout::{SID, is_on, signed_in},
    bench::Bench,
};
use crate::tests::browser::{Browser, Page};
use serde_json::json;
use url::form_urlencoded::Serializer;

const PATH: &str = "/api/auth/frontchannel-logout/faulty";

/// The frame's request: of another site, without a cookie.
async fn frame(bench: &Bench, path: &str, pairs: &[(&str, &str)]) -> Page {
    let query = Serializer::new(String::new()).extend_pairs(pairs).finish();
    let stranger = Browser::at(&bench.app);
    let request = stranger
        .request(reqwest::Method::GET, &format!("{path}?{query}"))
        .header("sec-fetch-site", "cross-site")
        .header("sec-fetch-dest", "iframe")
        .header("sec-fetch-mode", "navigate");
    let page = stranger.send(request).await;
    assert_eq!(page.header("cache-control"), Some("no-store"));
    assert!(page.header("set-cookie").is_none());
    page
}

#[tokio::test]
async fn rp_frontchannel_rpinitlogout() {
    let bench = signed_in().await;
    bench.browser.submit("/api/auth/logout", &[]).await;
    let pairs = [("iss", &*bench.provider.issuer), ("sid", SID)];
    // Its session is gone already, and the answer is the same.
    assert_eq!(frame(&bench, PATH, &pairs).await.status, 200);
}

#[tokio::test]
async fn rp_frontchannel_opinitlogout() {
    let bench = signed_in().await;
    let other = Browser::at(&bench.app);
    bench
        .provider
        .change(|answers| answers.claims = json!({ "sid": "another" }));
    bench.sign_in_at(&other).await;
    let pairs = [("iss", &*bench.provider.issuer), ("sid", SID), ("more", "is ignored")];
    assert_eq!(frame(&bench, PATH, &pairs).await.status, 200);
    assert!(!is_on(&bench.browser).await);
    assert!(is_on(&other).await);
}

#[tokio::test]
async fn the_providers_pages_may_frame_it_and_nobody_elses() {
    let bench = Bench::start().await;
    bench.provider.change(|answers| {
        answers.claims = json!({ "sid": SID });
        answers.discovery = json!({ "end_session_endpoint": "http://127.0.0.1:9/leave" });
    });
    bench.sign_in().await;
    let issuer = &*bench.provider.issuer;
    let page = frame(&bench, PATH, &[("iss", issuer), ("sid", SID)]).await;
    let policy = page.header("content-security-policy").unwrap();
    let ancestors = policy
        .split("; ")
        .find_map(|part| part.strip_prefix("frame-ancestors "))
        .unwrap();
    let mut origins: Vec<&str> = ancestors.split(' ').collect();
    origins.sort_unstable();
    let mut expected = [bench.provider.address.as_str(), "http://127.0.0.1:9"];
    expected.sort_unstable();
    assert_eq!(origins, expected, "{policy}");
    assert!(
        policy.contains("'nonce-") && policy.contains("default-src 'none'"),
        "{policy}"
    );
    assert!(page.header("x-frame-options").is_none());
    assert_eq!(page.header("x-content-type-options"), Some("nosniff"));

    let refused = frame(&bench, PATH, &[("iss", "https://evil.example"), ("sid", SID)]).await;
    let framed = refused.header("content-security-policy").unwrap();
    assert!(framed.contains("frame-ancestors 'none'"), "{framed}");
    assert_eq!(refused.header("x-frame-options"), Some("DENY"));
}

#[tokio::test]
async fn without_the_one_issuer_and_the_one_sid_nothing_ends() {
    let bench = signed_in().await;
    let issuer = &*bench.provider.issuer;
    let (slash, upper, long) = (format!("{issuer}/"), issuer.to_uppercase(), "x".repeat(256));
    let refused: [&[(&str, &str)]; 13] = [
        &[],
        &[("iss", issuer)],
        &[("sid", SID)],
        &[("iss", ""), ("sid", SID)],
        &[("iss", issuer), ("sid", "")],
        &[("iss", &slash), ("sid", SID)],
        &[("iss", &upper), ("sid", SID)],
        &[("iss", "https://evil.example"), ("sid", SID)],
        &[("iss", issuer), ("iss", issuer), ("sid", SID)],
        &[("iss", issuer), ("sid", SID), ("sid", SID)],
        &[("iss", issuer), ("sid", &long)],
        &[("iss", issuer), ("sid", SID), ("x", &"x".repeat(5000))],
        &[("ISS", issuer), ("SID", SID)],
    ];
    for pairs in refused {
        let page = frame(&bench, PATH, pairs).await;
        assert_eq!(
            (page.status.as_u16(), page.json()),
            (400, json!({ "error": "invalid_request" })),
            "{pairs:?}"
        );
    }
    let right = [("iss", issuer), ("sid", SID)];
    for path in ["nobody", "dev", "%ff", "FAULTY"] {
        let path = format!("/api/auth/frontchannel-logout/{path}");
        assert_eq!(frame(&bench, &path, &right).await.status, 400, "{path}");
    }
    for odd in [
        "'; DELETE FROM sessions; --",
        "%",
        "session-_",
        "SESSION-1",
        "session-1 ",
    ] {
        assert_eq!(
            frame(&bench, PATH, &[("iss", issuer), ("sid", odd)]).await.status,
            200,
            "{odd}"
        );
    }
    assert!(is_on(&bench.browser).await);
}

#[tokio::test]
async fn without_the_database_the_answer_is_no() {
    let bench = signed_in().await;
    bench.app.state.database().close().await;
    let pairs = [("iss", &*bench.provider.issuer), ("sid", SID)];
    assert_eq!(frame(&bench, PATH, &pairs).await.status, 400);
    assert!(bench.take_log().contains("a logout failed"));
}

#[tokio::test]
async fn a_host_that_would_end_the_directive_may_not_frame_it() {
    let bench = Bench::start().await;
    bench.provider.change(|answers| {
        answers.claims = json!({ "sid": SID });
        answers.discovery = json!({ "end_session_endpoint": "http://x;sandbox/leave" });
    });
    bench.sign_in().await;
    let page = frame(&bench, PATH, &[("iss", &bench.provider.issuer), ("sid", SID)]).await;
    let policy = page.header("content-security-policy").unwrap();
    assert!(
        policy.contains(&bench.provider.address) && !policy.contains("sandbox"),
        "{policy}"
    );
}
