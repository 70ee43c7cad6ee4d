//! A copy of the database or of Redis, in the wrong hands: it opens no session and holds no token. Redis tells of nobody;
//! the database tells who has signed in, which is what the registry is for.

use crate::{
    server::{secret, session::Id},
    tests::{
        app::App,
        browser::{Browser, exchange_of, parameter},
        redis::Redis,
    },
};
use std::path::Path;

/// All bytes of the files in a folder.
fn bytes_in(folder: &Path) -> Vec<u8> {
    let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    files
        .filter(|file| file.is_file())
        .flat_map(|file| std::fs::read(file).unwrap())
        .collect()
}

fn has(bytes: &[u8], wanted: &str) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted.as_bytes())
}

/// Leaves an attempt, an exchange and a session in the store, then looks at its `copy`.
async fn assert_opens_nothing(app: &App, has_registry: bool, copy: impl Fn() -> Vec<u8>) {
    let browser = Browser::at(app);
    let begun = browser
        .get("/api/auth/login/dev?redirect=%2Faccount%3Fsecret-target")
        .await;
    let state = parameter(begun.location(), "state").unwrap();
    let nonce = parameter(begun.location(), "nonce").unwrap();
    let waiting = browser.callback(&browser.choose("support", None).await).await;
    let (code, _) = exchange_of(&waiting);
    browser.sign_in("admin").await;

    let cookie = browser.cookie("vestibule").unwrap();
    let id: Id = cookie.parse().unwrap();
    let session = app.state.sessions().find(id).await.unwrap().unwrap();
    let copy = copy();
    // What is looked for would be found: these are there.
    for known in [&state, &code] {
        assert!(has(&copy, &secret::digest(known)), "not a copy of what is stored");
    }
    let refresh_token = session.tokens.refresh_token.unwrap();
    for (what, value) in [
        ("the cookie", &*cookie),
        ("the id", &id.0.to_string()),
        ("the binding", &browser.cookie("vestibule-login").unwrap()),
        ("the state", &state),
        ("the nonce", &nonce),
        ("the target", "secret-target"),
        ("the exchange code", &code),
        ("the access token", session.tokens.access_token.expose()),
        ("the refresh token", refresh_token.expose()),
        ("the ID token", session.tokens.id_token.expose()),
        // By which anybody could end it at the front channel.
        ("the provider's session", session.sid.as_deref().unwrap()),
        (
            "the ID token's header",
            session.tokens.id_token.expose().split('.').next().unwrap(),
        ),
        ("the name in an exchange", "Lindqvist"),
        ("a field's name", "access_token"),
        ("a field's name", "access_token_expires_at"),
        ("a field's name", "refresh_token"),
    ] {
        assert!(!has(&copy, value), "{what} is in the copy");
    }
    for (what, value) in [
        ("the subject", &*session.user.sub),
        ("the person's id", &session.user.id),
        ("the name", "Adaeze"),
        ("the e-mail", "harbour"),
        ("the group", "vestibule-admins"),
    ] {
        assert_eq!(has(&copy, value), has_registry, "{what}");
    }
    // Nor does what stands there open anything.
    let thief = Browser::at(app);
    for line in copy.split(|byte| !byte.is_ascii_alphanumeric() && !b"-_".contains(byte)) {
        if line.len() == 22 {
            thief.set_cookie("vestibule", std::str::from_utf8(line).ok());
            assert_eq!(thief.session().await, serde_json::Value::Null);
        }
    }
}

#[tokio::test]
async fn of_the_database_open_nothing() {
    let app = App::start().await;
    assert_opens_nothing(&app, true, || {
        let secret = std::fs::read_to_string(app.folder().join("vestibule.secret")).unwrap();
        let bytes = bytes_in(app.folder());
        assert!(
            has(&bytes, &secret),
            "the secret lies beside the database, and there alone"
        );
        let database = std::fs::read(app.folder().join("vestibule.db")).unwrap();
        assert!(!has(&database, &secret));
        bytes
    })
    .await;
}

#[tokio::test]
async fn of_redis_open_nothing_and_tell_nothing() {
    let redis = Redis::start().await;
    let app = App::with(&[("REDIS_URL", &redis.url)]).await;
    assert_opens_nothing(&app, false, || redis.dump()).await;
}
