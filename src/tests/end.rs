//! end: the session is gone here first, then its tokens, then the session at the provider.

use super::{
    app::App,
    browser::{Browser, parameter},
    stores::over_every_store,
    stub::Stub,
};
use crate::server::session::{Id, payload::SignedIn, registry::Whence};
use reqwest::Method;
use serde_json::{Value, json};

over_every_store! {
    ends_the_session_and_goes_on_to_the_provider,
    revokes_the_tokens_at_the_provider,
    tells_a_program_where_to_go,
    ends_here_when_the_provider_is_away,
    never_fails_without_a_session,
}

const PATH: &str = "/api/auth/logout";
const SESSION: &str = "vestibule";

/// What the store has of the browser's session.
async fn session_of(app: &App, browser: &Browser) -> SignedIn {
    let id: Id = browser.cookie(SESSION).unwrap().parse().unwrap();
    app.state.sessions().find(id).await.unwrap().unwrap()
}

fn somewhere() -> Whence {
    Whence {
        address: "192.0.2.1".to_owned(),
        browser: "Firefox on Linux".to_owned(),
    }
}

fn signed_out(app: &App) -> String {
    format!("{}/auth/signed-out", app.origin)
}

async fn ends_the_session_and_goes_on_to_the_provider(app: App) {
    let browser = Browser::at(&app);
    browser.sign_in("user").await;
    let session = session_of(&app, &browser).await;
    let before = browser.copy();

    let ended = browser.submit(PATH, &[]).await;
    assert_eq!(ended.status, 303);
    let location = ended.location().to_owned();
    let of_provider = format!("{}/dev/application/o/vestibule/end-session/?", app.origin);
    assert!(location.starts_with(&of_provider), "{location}");
    let told = |name| parameter(&location, name);
    assert_eq!(told("id_token_hint").as_deref(), Some(session.tokens.id_token.expose()));
    assert_eq!(told("client_id").as_deref(), Some("vestibule"));
    assert_eq!(told("post_logout_redirect_uri"), Some(signed_out(&app)));
    let state = told("state").unwrap();
    assert_eq!(state.len(), 43);

    let (value, attributes) = ended.set_cookie(SESSION).unwrap();
    assert_eq!(value, "");
    assert_eq!(attributes, ["HttpOnly", "Max-Age=0", "Path=/", "SameSite=Lax"]);
    assert_eq!(ended.header("clear-site-data"), Some("\"cache\""));
    assert_eq!(ended.header("cache-control"), Some("no-store"));
    assert_eq!(
        before.session().await,
        Value::Null,
        "the cookie alone would bring the session back"
    );

    let back = browser.get(&location).await;
    assert_eq!(back.location(), format!("{}?state={state}", signed_out(&app)));
    assert_eq!(browser.get(back.location()).await.status, 200);
    assert_eq!(browser.session().await, Value::Null);
}

async fn revokes_the_tokens_at_the_provider(app: App) {
    let browser = Browser::at(&app);
    browser.sign_in("user").await;
    let tokens = session_of(&app, &browser).await.tokens;
    let secret = app
        .state
        .providers()
        .find("dev")
        .unwrap()
        .config
        .client_secret
        .clone()
        .unwrap();
    let userinfo = async || {
        let request = Browser::at(&app).request(Method::GET, "/dev/application/o/userinfo/");
        browser
            .send(request.bearer_auth(tokens.access_token.expose()))
            .await
            .status
    };
    assert_eq!(userinfo().await, 200);
    browser.submit(PATH, &[]).await;
    assert_eq!(userinfo().await, 401);
    let fields = [
        ("grant_type", "refresh_token"),
        ("refresh_token", tokens.refresh_token.as_ref().unwrap().expose()),
        ("client_id", "vestibule"),
        ("client_secret", secret.expose()),
    ];
    let refreshed = browser.call("/dev/application/o/token/", &fields).await;
    assert_eq!(refreshed.json()["error"], "invalid_grant");
}

async fn tells_a_program_where_to_go(app: App) {
    let browser = Browser::at(&app);
    browser.sign_in("user").await;
    let before = browser.copy();
    let ended = browser.call(PATH, &[]).await;
    assert_eq!(ended.status, 200);
    let answer = ended.json();
    let location = answer["logoutUrl"].as_str().unwrap();
    assert!(location.contains("/end-session/?id_token_hint="), "{location}");
    assert_eq!(answer.as_object().unwrap().len(), 1);
    assert!(browser.cookie(SESSION).is_none());
    assert_eq!(before.session().await, Value::Null);
    assert_eq!(ended.header("cache-control"), Some("no-store"));
}

async fn ends_here_when_the_provider_is_away(app: App) {
    let browser = Browser::at(&app);
    browser.sign_in("user").await;
    // A session of a provider that was configured once and is not any more.
    let mut orphan = session_of(&app, &browser).await;
    orphan.user.provider = "gone".to_owned();
    let id = app.state.sessions().begin(&orphan, &somewhere()).await.unwrap();
    browser.set_cookie(SESSION, Some(&id.to_string()));
    assert_eq!(browser.submit(PATH, &[]).await.location(), signed_out(&app));
    assert!(app.state.sessions().find(id).await.unwrap().is_none());
}

async fn never_fails_without_a_session(app: App) {
    let expired = Browser::at(&app);
    expired.sign_in("user").await;
    app.advance(8 * 24 * 3600);
    let forged = Browser::at(&app);
    forged.set_cookie(SESSION, Some("AAAAAAAAAAAAAAAAAAAAAA"));
    let garbage = Browser::at(&app);
    garbage.set_cookie(SESSION, Some("garbage"));
    for browser in [expired, forged, garbage, Browser::at(&app)] {
        let program = browser.copy().call(PATH, &[]).await;
        assert_eq!(
            (program.status.as_u16(), program.json()),
            (200, json!({ "logoutUrl": signed_out(&app) }))
        );
        for _ in 0..2 {
            let ended = browser.submit(PATH, &[]).await;
            assert_eq!((ended.status.as_u16(), ended.location()), (303, &*signed_out(&app)));
            assert!(browser.cookie(SESSION).is_none());
        }
    }
}

#[tokio::test]
async fn ends_here_when_the_provider_does_not_answer() {
    let down = [
        ("AUTH_DOWN_ISSUER", "http://127.0.0.1:1/"),
        ("AUTH_DOWN_ID", "app"),
        ("AUTH_DEV_IDP", "on"),
    ];
    let app = App::with(&down).await;
    let browser = Browser::at(&app);
    browser.sign_in("user").await;
    let mut session = session_of(&app, &browser).await;
    session.user.provider = "down".to_owned();
    let id = app.state.sessions().begin(&session, &somewhere()).await.unwrap();
    browser.set_cookie(SESSION, Some(&id.to_string()));
    assert_eq!(browser.submit(PATH, &[]).await.location(), signed_out(&app));
    assert!(app.state.sessions().find(id).await.unwrap().is_none());
}

#[tokio::test]
async fn goes_on_by_a_page_to_a_provider_that_forms_may_not_be_answered_by() {
    let elsewhere = json!({ "end_session_endpoint": "http://127.0.0.1:1/leave?of=stub" });
    let stub = Stub::start(400, "", elsewhere).await;
    let [issuer, id] = stub.variables();
    let app = App::with(&[issuer, id, ("AUTH_DEV_IDP", "on")]).await;
    let browser = Browser::at(&app);
    browser.sign_in("user").await;
    let mut session = session_of(&app, &browser).await;
    session.user.provider = "stub".to_owned();
    session.issuer.clone_from(&stub.issuer);
    let id = app.state.sessions().begin(&session, &somewhere()).await.unwrap();
    browser.set_cookie(SESSION, Some(&id.to_string()));
    let page = browser.submit(PATH, &[]).await;
    assert_eq!(page.status, 200);
    let refresh = page.header("refresh").unwrap();
    assert!(
        refresh.starts_with("0; url=http://127.0.0.1:1/leave?of=stub&id_token_hint="),
        "{refresh}"
    );
    assert!(
        !page.text.contains(session.tokens.id_token.expose()),
        "the token is in the page"
    );
    assert!(browser.cookie(SESSION).is_none());
    assert!(app.state.sessions().find(id).await.unwrap().is_none());
}

#[tokio::test]
async fn ends_nothing_for_another_site_or_by_a_link() {
    let app = App::start().await;
    let browser = Browser::at(&app);
    browser.sign_in("user").await;
    assert_eq!(browser.get(PATH).await.status, 405);
    let foreign = browser
        .request(Method::POST, PATH)
        .header("origin", "https://evil.example");
    assert_eq!(browser.send(foreign).await.status, 403);
    assert_ne!(browser.session().await, Value::Null);
}

#[tokio::test]
async fn ends_one_session_and_no_other() {
    let app = App::start().await;
    let (browser, another) = (Browser::at(&app), Browser::at(&app));
    browser.sign_in("user").await;
    another.sign_in("user").await;
    browser.submit(PATH, &[]).await;
    assert_ne!(another.session().await, Value::Null);
}

#[tokio::test]
async fn the_signed_out_page_signs_nobody_in() {
    let app = App::start().await;
    let (browser, signed_in) = (Browser::at(&app), Browser::at(&app));
    signed_in.sign_in("user").await;
    for browser in [browser, signed_in] {
        let page = browser.get("/auth/signed-out?state=x&redirect=%2Fdashboard").await;
        assert_eq!(page.status, 200);
        assert!(page.header("location").is_none() && page.header("refresh").is_none());
        assert!(page.set_cookie("vestibule-login").is_none());
        for automatic in ["http-equiv", ".js\"", "import(", "/api/auth/login"] {
            assert!(!page.text.contains(automatic), "{automatic}: {}", page.text);
        }
    }
}

#[tokio::test]
async fn the_page_of_the_end_says_nothing_untrue_to_who_is_signed_in() {
    let app = App::start().await;
    let browser = Browser::at(&app);
    browser.sign_in("user").await;
    let page = browser.get("/auth/signed-out").await;
    assert!(
        page.text.contains("You are signed in") && !page.text.contains("You are signed out"),
        "{}",
        page.text
    );
    browser.submit(PATH, &[]).await;
    let page = browser.get("/auth/signed-out").await;
    assert!(page.text.contains("You are signed out"), "{}", page.text);
}
