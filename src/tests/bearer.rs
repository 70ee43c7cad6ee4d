//! `GET /api/v1/me`, by cookie and by access token; and the extractor behind it, which any route can have.

mod access_token;

use super::{
    app::App,
    browser::{Browser, Page},
    faulty_provider::{CLIENT, SUB, answers::merge},
    verification::bench::Bench,
};
use crate::server::session::Id;
use reqwest::{Method, header::AUTHORIZATION};
use serde_json::{Value, json};

const ME: &str = "/api/v1/me";

/// Asks as a program does.
async fn ask(app: &App, authorization: &str) -> Page {
    let program = Browser::at(app);
    let request = program.request(Method::GET, ME).header(AUTHORIZATION, authorization);
    program.send(request).await
}

async fn ask_with(app: &App, token: &str) -> Page {
    ask(app, &format!("Bearer {token}")).await
}

/// An access token of the faulty provider's, of the shape that authentik's have, changed so.
fn access_token(bench: &Bench, change: &Value) -> String {
    let now = bench.now();
    let mut claims = json!({
        "iss": bench.provider.issuer,
        "sub": SUB,
        "aud": CLIENT,
        "iat": now,
        "exp": now + 300,
        "auth_time": now,
        "sid": "session-1",
        "azp": CLIENT,
        "uid": "x",
        "jti": "token-1",
        "scope": "openid profile email",
        "name": "Ada",
        "groups": ["vestibule-admins"],
    });
    merge(&mut claims, change);
    bench.provider.sign(&claims)
}

/// Asserts an answer by RFC 6750 with this status and error, and nobody in it.
fn assert_denied(page: &Page, status: u16, error: &str) {
    assert_eq!(page.status, status, "{}", page.text);
    let challenge = page.header("www-authenticate").unwrap();
    assert!(
        challenge.starts_with("Bearer realm=\"vestibule\", error=\""),
        "{challenge}"
    );
    assert!(challenge.contains(&format!("error=\"{error}\"")), "{challenge}");
    assert_eq!(page.header("cache-control"), Some("no-store"));
    assert!(page.header("location").is_none() && page.header("set-cookie").is_none());
    assert!(page.json().get("sub").is_none(), "{}", page.text);
}

#[tokio::test]
async fn the_cookie_and_the_access_token_of_one_sign_in_are_the_same_person() {
    let app = App::start().await;
    for person in ["admin", "user", "groups", "long-name"] {
        let browser = Browser::at(&app);
        browser.sign_in(person).await;
        let user = browser.session().await["user"].clone();
        let by_cookie = browser.fetch(ME).await;
        assert_eq!((by_cookie.status.as_u16(), by_cookie.json()), (200, user.clone()));
        assert_eq!(by_cookie.header("cache-control"), Some("no-store"));

        let id: Id = browser.cookie("vestibule").unwrap().parse().unwrap();
        let tokens = app.state.sessions().find(id).await.unwrap().unwrap().tokens;
        let by_token = ask_with(&app, tokens.access_token.expose()).await;
        assert_eq!((by_token.status.as_u16(), by_token.json()), (200, user), "{person}");
        assert_eq!(by_token.header("cache-control"), Some("no-store"));
        assert!(by_token.header("set-cookie").is_none());

        assert_denied(&ask_with(&app, tokens.id_token.expose()).await, 401, "invalid_token");
        let refresh = tokens.refresh_token.unwrap();
        assert_denied(&ask_with(&app, refresh.expose()).await, 401, "invalid_token");
    }
}

#[tokio::test]
async fn who_shows_nothing_is_told_how_and_never_redirected() {
    let app = App::start().await;
    let stranger = Browser::at(&app);
    for page in [stranger.fetch(ME).await, stranger.get(ME).await] {
        assert_eq!(page.status, 401);
        assert_eq!(page.header("www-authenticate"), Some("Bearer realm=\"vestibule\""));
        assert_eq!(
            page.json(),
            json!({ "error": "unauthenticated", "loginUrl": "/auth/login" })
        );
    }
    // In the query or in a form it would be in logs: it is not looked for there.
    let bench = Bench::start().await;
    let token = access_token(&bench, &Value::Null);
    let asked = Browser::at(&bench.app)
        .fetch(&format!("{ME}?access_token={token}"))
        .await;
    assert_eq!(asked.status, 401);
}

#[tokio::test]
async fn where_both_come_the_token_decides() {
    let bench = Bench::start().await;
    bench
        .provider
        .change(|answers| answers.claims = json!({ "name": "Ada" }));
    bench.sign_in().await;
    let both = async |authorization: &str| {
        let request = bench
            .browser
            .request(Method::GET, ME)
            .header(AUTHORIZATION, authorization);
        bench.browser.send(request).await
    };
    let other = access_token(&bench, &json!({ "sub": "eve", "name": "Eve" }));
    assert_eq!(both(&format!("Bearer {other}")).await.json()["sub"], "eve");
    for wrong in ["Bearer x", "Bearer ", "Bearer", "bearer a b", "BEARER \u{e9}"] {
        assert_denied(&both(wrong).await, 401, "invalid_token");
    }
    // Another scheme is somebody else's, such as a proxy's before this server.
    for scheme in ["Basic YTpi", "Bearers x", "Digest x", ""] {
        assert_eq!(both(scheme).await.json()["sub"], SUB, "{scheme:?}");
    }
}

#[tokio::test]
async fn two_tokens_are_one_too_many() {
    let bench = Bench::start().await;
    let token = access_token(&bench, &Value::Null);
    for other in [
        format!("Bearer {token}"),
        "Basic YTpi".to_owned(),
        "Bearer x".to_owned(),
    ] {
        let program = Browser::at(&bench.app);
        let request = program
            .request(Method::GET, ME)
            .header(AUTHORIZATION, format!("Bearer {token}"))
            .header(AUTHORIZATION, &other);
        assert_denied(&program.send(request).await, 400, "invalid_request");
    }
}

#[tokio::test]
async fn the_scheme_is_written_in_any_case() {
    let bench = Bench::start().await;
    let token = access_token(&bench, &Value::Null);
    for scheme in ["Bearer", "bearer", "BEARER"] {
        assert_eq!(
            ask(&bench.app, &format!("{scheme} {token}")).await.status,
            200,
            "{scheme}"
        );
    }
}

/// What browsers do with cookies they do with no token. Whoever shows one has no cookie here.
#[tokio::test]
async fn the_rules_against_forged_requests_are_for_cookies() {
    let bench = Bench::start().await;
    bench.sign_in().await;
    let foreign = |authorization: Option<&str>| {
        let request = bench.browser.request(Method::POST, "/api/auth/logout");
        let request = request
            .header("origin", "https://evil.example")
            .header("sec-fetch-site", "cross-site");
        match authorization {
            Some(value) => request.header(AUTHORIZATION, value),
            None => request,
        }
    };
    assert_eq!(bench.browser.send(foreign(None)).await.status, 403);
    assert_eq!(bench.browser.send(foreign(Some("Basic YTpi"))).await.status, 403);
    let token = format!("Bearer {}", access_token(&bench, &Value::Null));
    for shown in [token.as_str(), "Bearer x"] {
        // It passes, and the session of the cookie beside it is not touched.
        let before = bench.browser.copy();
        assert_eq!(before.send(foreign(Some(shown))).await.status, 303, "{shown:.10}");
        assert!(!bench.browser.session().await.is_null());
    }
}

#[tokio::test]
async fn the_provider_is_away() {
    let bench = Bench::start().await;
    let token = access_token(&bench, &Value::Null);
    bench.provider.set_open(false);
    let page = ask_with(&bench.app, &token).await;
    assert_eq!(
        (page.status.as_u16(), page.json()),
        (503, json!({ "error": "unavailable" }))
    );
    assert_eq!(page.header("retry-after"), Some("5"));
    assert!(bench.take_log().contains("an access token can't be verified"));
    bench.provider.set_open(true);
    bench.app.advance(60);
    assert_eq!(ask_with(&bench.app, &token).await.status, 200);
    // What it said before is enough.
    bench.provider.set_open(false);
    assert_eq!(ask_with(&bench.app, &token).await.status, 200);
}
