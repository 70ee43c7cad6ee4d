//! refresh: what a renewal sends, keeps, believes and ends, at a provider that is right in everything but one thing.

mod checks;
mod delays;
mod need;
mod race;

use crate::{
    server::{
        secret,
        session::{Id, payload::SignedIn},
    },
    tests::{
        app::App,
        browser::{Browser, Page},
        faulty_provider::{
            FaultyProvider, SECRET,
            answers::{Endless, Raw},
        },
        verification::bench::Bench,
    },
};
use serde_json::{Value, json};

const PATH: &str = "/api/auth/refresh";
const ONE: &str = "refresh-token-one";
const TWO: &str = "refresh-token-two";

/// Somebody who signed in, with a refresh token that the provider will replace.
async fn signed_in() -> Bench {
    signed_in_with(&[]).await
}

async fn signed_in_with(variables: &[(&str, &str)]) -> Bench {
    let secret = [("AUTH_FAULTY_SECRET", SECRET)];
    let variables: Vec<_> = secret.iter().chain(variables).copied().collect();
    let bench = Bench::of(FaultyProvider::start().await, &variables).await;
    bench.provider.change(|answers| {
        answers.tokens = json!({ "refresh_token": ONE });
        answers.renewed_tokens = json!({ "refresh_token": TWO });
    });
    bench.sign_in().await;
    bench
}

async fn refresh(bench: &Bench) -> Page {
    bench.browser.call(PATH, &[]).await
}

fn id(bench: &Bench) -> Id {
    bench.browser.cookie("vestibule").unwrap().parse().unwrap()
}

async fn stored(bench: &Bench) -> SignedIn {
    bench.app.state.sessions().find(id(bench)).await.unwrap().unwrap()
}

async fn stored_refresh_token(bench: &Bench) -> String {
    stored(bench).await.tokens.refresh_token.unwrap().expose().to_owned()
}

/// The refresh tokens that came to the provider.
fn sent(bench: &Bench) -> Vec<String> {
    let asked = bench.provider.seen("/token").into_iter();
    asked
        .filter_map(|seen| seen.form.get("refresh_token").cloned())
        .collect()
}

/// Asserts that the session has ended for this reason, and that its browser is told.
async fn assert_ended(bench: &Bench, page: &Page, code: &str) -> String {
    assert_eq!(page.status, 401, "{}", page.text);
    let login_url = format!("/auth/login?error={code}");
    assert_eq!(page.json(), json!({ "error": code, "loginUrl": login_url }));
    assert_eq!(bench.browser.session().await, Value::Null);
    let visit = bench.browser.get("/account").await;
    assert_eq!(
        visit.location(),
        "/auth/login?error=session_expired&redirect=%2Faccount"
    );
    bench.assert_logged(code)
}

#[tokio::test]
async fn renews_the_tokens_and_answers_as_the_session_does() {
    let bench = signed_in().await;
    let before = stored(&bench).await;
    bench.advance(100);
    let page = refresh(&bench).await;
    assert_eq!(
        (page.status.as_u16(), page.json()),
        (200, bench.browser.session().await)
    );
    assert_eq!(page.header("cache-control"), Some("no-store"));

    let asked = bench.provider.seen("/token").pop().unwrap();
    assert_eq!(asked.form["grant_type"], "refresh_token");
    assert_eq!(asked.form["refresh_token"], ONE);
    assert!(!asked.form.contains_key("scope") && !asked.form.contains_key("code_verifier"));

    let after = stored(&bench).await;
    assert_eq!(after.tokens.refresh_token.unwrap().expose(), TWO);
    assert_eq!(after.tokens.access_token.expose(), "renewed-access-token-value");
    let life = after.tokens.access_token_expires_at.unwrap().unix_timestamp() - bench.now();
    assert_eq!(life, 300);
    assert_ne!(after.tokens.id_token.expose(), before.tokens.id_token.expose());
    assert_eq!(
        (after.signed_in_at, after.seen_at),
        (before.signed_in_at, before.seen_at)
    );
    for secret in [ONE, TWO, "access-token-value", after.tokens.id_token.expose()] {
        assert!(!page.text.contains(secret));
    }
}

#[tokio::test]
async fn says_nothing_secret_in_the_log() {
    let bench = signed_in().await;
    assert_eq!(refresh(&bench).await.status, 200);
    bench.advance(11);
    bench
        .provider
        .change(|answers| answers.renewed_claims = json!({ "sub": "somebody-else" }));
    assert_eq!(refresh(&bench).await.status, 401);
    // It looks for every token that was given or sent.
    bench.assert_logged("token_invalid");
}

#[tokio::test]
async fn keeps_the_refresh_token_where_no_other_comes() {
    let bench = signed_in().await;
    for tokens in [json!({}), json!({ "refresh_token": "" })] {
        bench.provider.change(|answers| answers.renewed_tokens = tokens);
        bench.advance(11);
        assert_eq!(refresh(&bench).await.status, 200);
        assert_eq!(stored_refresh_token(&bench).await, ONE);
    }
    assert_eq!(sent(&bench), [ONE, ONE]);
}

#[tokio::test]
async fn gives_what_is_ten_seconds_old_to_who_asks_again() {
    let bench = signed_in().await;
    assert_eq!(refresh(&bench).await.status, 200);
    bench.advance(9);
    assert_eq!(refresh(&bench).await.status, 200);
    assert_eq!(sent(&bench), [ONE]);
    bench.advance(1);
    assert_eq!(refresh(&bench).await.status, 200);
    assert_eq!(sent(&bench), [ONE, TWO]);
}

#[tokio::test]
async fn a_demotion_is_in_force_at_the_next_request() {
    let bench = signed_in().await;
    bench
        .provider
        .change(|answers| answers.userinfo = json!({ "groups": ["vestibule-admins"], "name": "Ada Byron" }));
    assert_eq!(bench.browser.get("/admin").await.status, 403);
    assert_eq!(refresh(&bench).await.status, 200);
    assert_ne!(bench.browser.get("/admin").await.status, 403);
    let people = async || -> (String, String) {
        let people = sqlx::query_as("SELECT name, groups FROM people");
        people.fetch_one(bench.app.sqlite()).await.unwrap()
    };
    let known = ("Ada Byron".to_owned(), "[\"vestibule-admins\"]".to_owned());
    assert_eq!(people().await, known, "the registry follows");

    bench
        .provider
        .change(|answers| answers.userinfo = json!({ "groups": [], "organizationId": "other" }));
    bench.advance(11);
    let page = refresh(&bench).await.json();
    assert_eq!(
        (&page["user"]["roles"], &page["user"]["organization_id"]),
        (&json!(["user"]), &json!("other"))
    );
    assert_eq!(bench.browser.get("/admin").await.status, 403);
}

#[tokio::test]
async fn the_session_goes_by_the_sid_that_was_said_last() {
    let bench = signed_in().await;
    let sids = async || -> Option<String> {
        let sid = sqlx::query_scalar("SELECT sid FROM sessions");
        sid.fetch_one(bench.app.sqlite()).await.unwrap()
    };
    for (said, known) in [(json!("one"), "one"), (json!(null), "one"), (json!("two"), "two")] {
        bench
            .provider
            .change(|answers| answers.renewed_claims = json!({ "sid": said }));
        bench.advance(11);
        assert_eq!(refresh(&bench).await.status, 200);
        assert_eq!(stored(&bench).await.sid.as_deref(), Some(known));
        assert_eq!(sids().await, Some(secret::digest(known)), "and not by its name");
    }
}

#[tokio::test]
async fn what_may_pass_leaves_the_session_and_the_refresh_token() {
    let bench = signed_in().await;
    for (status, raw) in [
        (503, Raw::html(500)),
        (503, Raw::json(503, "{\"error\":\"temporarily_unavailable\"}")),
        (503, Raw::html(200)),
        (503, Raw::json(200, "{\"access_token\":1}")),
        (401, Raw::json(401, "{\"error\":\"invalid_client\"}")),
        (401, Raw::json(400, "{\"error\":\"invalid_request\"}")),
    ] {
        bench
            .provider
            .change(|answers| answers.instead = vec![("/token", raw.clone())]);
        let page = refresh(&bench).await;
        assert_eq!(page.status, status, "{raw:?}: {}", page.text);
        assert_eq!(page.header("retry-after").is_some(), status == 503);
        assert_ne!(bench.browser.session().await, Value::Null, "{raw:?}");
    }
    bench.provider.change(|answers| answers.instead.clear());
    bench.provider.set_open(false);
    let page = refresh(&bench).await;
    assert_eq!(
        (page.status.as_u16(), page.json()),
        (503, json!({ "error": "provider_unavailable" }))
    );
    bench.provider.set_open(true);
    assert_eq!(stored_refresh_token(&bench).await, ONE);
    assert_eq!(
        refresh(&bench).await.status,
        200,
        "it goes on when the provider is back"
    );
}

#[tokio::test]
async fn what_can_not_be_verified_now_is_verified_later_by_the_new_refresh_token() {
    let bench = signed_in().await;
    bench
        .provider
        .change(|answers| answers.instead = vec![("/userinfo", Raw::html(502))]);
    assert_eq!(refresh(&bench).await.status, 503);
    assert_ne!(bench.browser.session().await, Value::Null);
    let tokens = stored(&bench).await.tokens;
    assert_eq!(tokens.refresh_token.unwrap().expose(), TWO, "the old one is spent");
    assert!(
        tokens.access_token_expires_at.unwrap().unix_timestamp() <= bench.now(),
        "it is not given out"
    );

    bench.provider.change(|answers| answers.instead.clear());
    assert_eq!(refresh(&bench).await.status, 200);
    assert_eq!(sent(&bench), [ONE, TWO]);
}

#[tokio::test]
async fn without_a_refresh_token_the_session_lives_to_its_own_limits() {
    let bench = Bench::start().await;
    bench.sign_in().await;
    let page = refresh(&bench).await;
    let told = json!({ "error": "login_required", "loginUrl": "/auth/login?error=login_required" });
    assert_eq!((page.status.as_u16(), page.json()), (401, told));
    assert_eq!(bench.provider.seen("/token").len(), 1);
    assert_ne!(bench.browser.session().await, Value::Null);
    let says_so = "This provider gave no refresh token";
    assert!(bench.browser.get("/account").await.text.contains(says_so));
    let renewable = signed_in().await;
    assert!(!renewable.browser.get("/account").await.text.contains(says_so));
}

#[tokio::test]
async fn without_a_session_there_is_nothing_to_renew() {
    let app = App::start().await;
    let browser = Browser::at(&app);
    let told = json!({ "error": "unauthenticated", "loginUrl": "/auth/login" });
    for cookie in [None, Some("garbage"), Some("AAAAAAAAAAAAAAAAAAAAAA")] {
        browser.set_cookie("vestibule", cookie);
        let page = browser.call(PATH, &[]).await;
        assert_eq!((page.status.as_u16(), page.json()), (401, told.clone()), "{cookie:?}");
    }
    assert_eq!(browser.get(PATH).await.status, 405);
    let foreign = browser
        .request(reqwest::Method::POST, PATH)
        .header("origin", "https://evil.example");
    assert_eq!(browser.send(foreign).await.status, 403);
}

#[tokio::test]
async fn a_provider_that_does_not_answer_is_waited_for_no_longer_than_any() {
    let patience = std::time::Duration::from_millis(300);
    let provider = FaultyProvider::start().await;
    provider.prepare();
    let bench = Bench::impatient(provider, patience).await;
    bench
        .provider
        .change(|answers| answers.tokens = json!({ "refresh_token": ONE }));
    bench.sign_in().await;
    bench
        .provider
        .change(|answers| answers.endless = Some(("/token", Endless::Silent)));
    assert_eq!(refresh(&bench).await.status, 503);
    assert_ne!(bench.browser.session().await, Value::Null);
}
