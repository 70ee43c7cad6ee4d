//! [Back-Channel Logout](https://openid.net/specs/openid-connect-backchannel-1_0.html), as the certification walks it, and
//! whose sessions end. What the token itself must be is in `logout_token`.

mod requests;

use super::bench::Bench;
use crate::tests::{
    app::App,
    browser::{Browser, Page, exchange_of},
    faulty_provider::{
        CLIENT, FaultyProvider, SECRET, SUB,
        answers::{Signing, merge},
    },
};
use reqwest::{Method, header::CONTENT_TYPE};
use serde_json::{Value, json};
use url::form_urlencoded::Serializer;

pub const PATH: &str = "/api/auth/backchannel-logout/faulty";
pub const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";
/// What the provider calls its session.
pub const SID: &str = "session-1";
const FORM: &str = "application/x-www-form-urlencoded";

/// A bench at which somebody has signed in whose session the provider calls [`SID`].
pub async fn signed_in() -> Bench {
    let bench = Bench::start().await;
    bench.provider.change(|answers| answers.claims = json!({ "sid": SID }));
    bench.sign_in().await;
    bench.take_log();
    bench
}

/// The claims of a right logout token, changed so.
pub fn claims(bench: &Bench, change: &Value) -> Value {
    let now = bench.now();
    let mut claims = json!({
        "iss": bench.provider.issuer,
        "sub": SUB,
        "aud": CLIENT,
        "iat": now,
        "exp": now + 120,
        "jti": format!("token-{}", crate::server::secret::Secret::random().unwrap().expose()),
        "sid": SID,
        "events": { EVENT: {} },
    });
    merge(&mut claims, change);
    claims
}

/// A logout token, changed so.
pub fn token(bench: &Bench, change: &Value) -> String {
    bench.provider.sign(&claims(bench, change))
}

/// Sends the token as a provider does; checks what every answer must have.
pub async fn send(app: &App, token: &str) -> Page {
    let body = Serializer::new(String::new())
        .append_pair("logout_token", token)
        .finish();
    send_body(app, PATH, Some(FORM), body).await
}

async fn send_body(app: &App, path: &str, kind: Option<&str>, body: impl Into<reqwest::Body>) -> Page {
    let provider = Browser::at(app);
    let mut request = provider.request(Method::POST, path).body(body);
    if let Some(kind) = kind {
        request = request.header(CONTENT_TYPE, kind);
    }
    let answer = provider.send(request).await;
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert!(answer.header("set-cookie").is_none());
    answer
}

/// Whether the browser's session is on.
pub async fn is_on(browser: &Browser) -> bool {
    !browser.session().await.is_null()
}

/// Asserts that the token is refused for this reason and nothing ends.
pub async fn assert_refused(bench: &Bench, token: &str, reason: &str) {
    let answer = send(&bench.app, token).await;
    let log = bench.take_log();
    assert_eq!(answer.status, 400, "{token} {log}");
    assert_eq!(answer.json(), json!({ "error": "invalid_request" }));
    assert!(is_on(&bench.browser).await, "the session has ended: {log}");
    let line = log.lines().find(|line| line.contains("a logout was refused"));
    let line = line.unwrap_or_else(|| panic!("nothing is in the log: {log}"));
    assert!(line.contains(reason), "{line:?} has no {reason:?}");
}

async fn refused_for(reason: &str, change: Value) {
    let bench = signed_in().await;
    assert_refused(&bench, &token(&bench, &change), reason).await;
}

#[tokio::test]
async fn rp_backchannel_rpinitlogout() {
    let bench = signed_in().await;
    bench.browser.submit("/api/auth/logout", &[]).await;
    // Its session is gone already, and the answer is the same.
    assert_eq!(send(&bench.app, &token(&bench, &Value::Null)).await.status, 200);

    let bench = signed_in().await;
    let answer = send(&bench.app, &token(&bench, &Value::Null)).await;
    assert_eq!((answer.status.as_u16(), &*answer.text), (200, ""));
    assert!(!is_on(&bench.browser).await);
    assert!(bench.take_log().contains("the provider ended sessions"));
}

#[tokio::test]
async fn rp_backchannel_rpinitlogout_alg_none() {
    let bench = signed_in().await;
    bench.provider.change(|answers| answers.signing = Signing::None);
    assert_refused(&bench, &token(&bench, &Value::Null), "`alg` is none").await;
}

#[tokio::test]
async fn rp_backchannel_rpinitlogout_no_event() {
    refused_for("`events` is missing", json!({ "events": null })).await;
}

#[tokio::test]
async fn rp_backchannel_rpinitlogout_with_nonce() {
    refused_for("`nonce` is there", json!({ "nonce": "n" })).await;
}

/// The provider has the key, and announces RS256 alone.
#[tokio::test]
async fn rp_backchannel_rpinitlogout_wrong_alg() {
    let bench = signed_in().await;
    bench.provider.change(|answers| {
        answers.algorithm = "ES256";
        answers.discovery = json!({ "id_token_signing_alg_values_supported": ["RS256"] });
    });
    let reason = "`alg` is ES256, which the provider does not announce";
    assert_refused(&bench, &token(&bench, &Value::Null), reason).await;
}

#[tokio::test]
async fn rp_backchannel_rpinitlogout_wrong_aud() {
    refused_for("`aud` does not name", json!({ "aud": "another" })).await;
}

#[tokio::test]
async fn rp_backchannel_rpinitlogout_wrong_event() {
    let another = "http://schemas.openid.net/event/backchannel-login";
    refused_for("`events` has no logout event", json!({ "events": { another: {} } })).await;
}

#[tokio::test]
async fn rp_backchannel_rpinitlogout_wrong_iss() {
    refused_for(
        "`iss` is \"https://evil.example\"",
        json!({ "iss": "https://evil.example" }),
    )
    .await;
}

/// A browser signed in as `sub`, in a session that the provider calls `sid`.
async fn browser(bench: &Bench, sub: &str, sid: &str) -> Browser {
    bench.provider.change(|answers| {
        answers.claims = json!({ "sub": sub, "sid": sid });
        answers.userinfo = json!({ "sub": sub });
    });
    let browser = Browser::at(&bench.app);
    bench.sign_in_at(&browser).await;
    browser
}

/// Three sessions of two people, two of them with one `sid`; which are on after a token that says this.
async fn left_by(who: Value) -> [bool; 3] {
    let bench = Bench::start().await;
    let browsers = [
        browser(&bench, "ada", "one").await,
        browser(&bench, "ada", "two").await,
        browser(&bench, "eve", "one").await,
    ];
    assert_eq!(send(&bench.app, &token(&bench, &who)).await.status, 200);
    let [first, second, third] = &browsers;
    [is_on(first).await, is_on(second).await, is_on(third).await]
}

#[tokio::test]
async fn the_sid_alone_ends_the_sessions_of_that_name() {
    assert_eq!(
        left_by(json!({ "sid": "one", "sub": null })).await,
        [false, true, false]
    );
}

#[tokio::test]
async fn the_sub_alone_ends_all_sessions_of_that_person() {
    assert_eq!(
        left_by(json!({ "sid": null, "sub": "ada" })).await,
        [false, false, true]
    );
}

#[tokio::test]
async fn both_end_the_sessions_that_match_both() {
    assert_eq!(
        left_by(json!({ "sid": "one", "sub": "ada" })).await,
        [false, true, true]
    );
    assert_eq!(left_by(json!({ "sid": "two", "sub": "eve" })).await, [true, true, true]);
}

#[tokio::test]
async fn sessions_of_another_provider_stay() {
    let (faulty, other) = (FaultyProvider::start().await, FaultyProvider::start().await);
    let variables = [
        ("AUTH_OTHER_ISSUER", &*other.issuer),
        ("AUTH_OTHER_ID", CLIENT),
        ("AUTH_FAULTY_SECRET", SECRET),
    ];
    let bench = Bench::of(faulty, &variables).await;
    bench.provider.change(|answers| answers.claims = json!({ "sid": SID }));
    bench.sign_in().await;
    // The same keys, the same client, the same `sub` and `sid`; only the issuer differs.
    other.set_now(bench.now());
    let token = other.sign(&claims(&bench, &json!({ "iss": other.issuer })));
    let body = Serializer::new(String::new())
        .append_pair("logout_token", &token)
        .finish();
    let path = "/api/auth/backchannel-logout/other";
    assert_eq!(send_body(&bench.app, path, Some(FORM), body.clone()).await.status, 200);
    assert!(is_on(&bench.browser).await);
    assert_eq!(send_body(&bench.app, PATH, Some(FORM), body).await.status, 400);
    assert!(is_on(&bench.browser).await);
}

/// Between callback and exchange there is no session yet that could be ended.
#[tokio::test]
async fn what_is_ended_before_it_is_redeemed_never_begins() {
    for change in [json!({}), json!({ "sub": null }), json!({ "sid": null })] {
        let bench = Bench::start().await;
        bench.provider.change(|answers| answers.claims = json!({ "sid": SID }));
        let page = bench.call_back().await;
        let (code, redirect) = exchange_of(page.location());
        bench.advance(1);
        assert_eq!(send(&bench.app, &token(&bench, &change)).await.status, 200);
        let form = [("code", &*code), ("redirect", &*redirect)];
        let page = bench.browser.submit("/api/auth/exchange", &form).await;
        assert!(
            page.location().contains("error=exchange_failed"),
            "{change}: {}",
            page.location()
        );
        assert_eq!(bench.browser.session().await, Value::Null);
        assert_eq!(
            bench.app.count("sessions").await + bench.app.count("tower_sessions").await,
            0
        );
        bench.take_log();
        // It says nothing of the next.
        bench.advance(1);
        bench.sign_in().await;
    }
}

#[tokio::test]
async fn what_is_ended_of_others_lets_it_begin() {
    let bench = Bench::start().await;
    bench.provider.change(|answers| answers.claims = json!({ "sid": SID }));
    let page = bench.call_back().await;
    let (code, redirect) = exchange_of(page.location());
    bench.advance(1);
    for change in [
        json!({ "sub": null, "sid": "another" }),
        json!({ "sub": "another", "sid": null }),
        json!({ "sub": "another" }),
    ] {
        assert_eq!(send(&bench.app, &token(&bench, &change)).await.status, 200);
    }
    let form = [("code", &*code), ("redirect", &*redirect)];
    assert_eq!(
        bench.browser.submit("/api/auth/exchange", &form).await.location(),
        "/account"
    );
}
