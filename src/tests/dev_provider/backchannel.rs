//! It tells the application that a session is over, as a provider of its own would.

use super::harness::{Bench, SCOPE, payload, text};
use crate::{
    server::{
        provider::dev::backchannel::{Ended, token},
        session::{Id, payload::SignedIn, registry::Whence},
    },
    tests::{app::App, browser::Browser},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

#[tokio::test]
async fn its_logout_tokens_are_of_authentiks_shape() {
    let bench = Bench::start().await;
    let tokens = bench.sign_in("user", SCOPE).await;
    let (id, sid, sub) = (
        payload(text(&tokens["id_token"])),
        "the sid".to_owned(),
        "the sub".to_owned(),
    );
    let ended = Ended { sid, sub };
    let (first, second) = (token(&bench.idp, &ended).unwrap(), token(&bench.idp, &ended).unwrap());
    let header = URL_SAFE_NO_PAD.decode(first.split('.').next().unwrap()).unwrap();
    let header: Value = serde_json::from_slice(&header).unwrap();
    assert_eq!((text(&header["alg"]), text(&header["typ"])), ("RS256", "logout+jwt"));
    assert!(header["kid"].is_string());
    let (mut claims, other) = (payload(&first), payload(&second));
    assert_ne!(claims["jti"], other["jti"]);
    let lasts = claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap();
    assert_eq!(lasts, 120);
    for changing in ["jti", "exp", "iat"] {
        claims.as_object_mut().unwrap().remove(changing).unwrap();
    }
    let event = "http://schemas.openid.net/event/backchannel-logout";
    let expected = json!({
        "iss": id["iss"], "aud": "vestibule", "sub": "the sub", "sid": "the sid", "events": { event: {} },
    });
    assert_eq!(claims, expected);
}

/// What the store has of the browser's session.
async fn session_of(app: &App, browser: &Browser) -> SignedIn {
    let id: Id = browser.cookie("vestibule").unwrap().parse().unwrap();
    app.state.sessions().find(id).await.unwrap().unwrap()
}

#[tokio::test]
async fn signing_out_there_ends_every_session_of_that_sid_here() {
    let app = App::start().await;
    let (browser, twin, other) = (Browser::at(&app), Browser::at(&app), Browser::at(&app));
    for browser in [&browser, &other] {
        browser.sign_in("user").await;
    }
    let session = session_of(&app, &browser).await;
    let somewhere = Whence {
        address: "192.0.2.1".to_owned(),
        browser: "Firefox on Linux".to_owned(),
    };
    let id = app.state.sessions().begin(&session, &somewhere).await.unwrap();
    twin.set_cookie("vestibule", Some(&id.to_string()));
    assert!(!twin.session().await.is_null());

    let hint = session.tokens.id_token.expose();
    let path = format!("/dev/application/o/vestibule/end-session/?id_token_hint={hint}");
    assert_eq!(Browser::at(&app).get(&path).await.status, 200);
    // It is told by a request of the provider's own, which is on its way: each question gives it time.
    let mut asked = 0;
    while !browser.session().await.is_null() || !twin.session().await.is_null() {
        asked += 1;
        assert!(asked < 500, "the session does not end");
    }
    assert!(
        !other.session().await.is_null(),
        "it is another session of the same person"
    );
}

#[tokio::test]
async fn signing_out_here_goes_well_although_it_is_told_of_it() {
    let app = App::start().await;
    let browser = Browser::at(&app);
    browser.sign_in("user").await;
    let left = browser.submit("/api/auth/logout", &[]).await;
    let back = browser.get(left.location()).await;
    let page = browser.get(back.location()).await;
    assert!(
        page.text.contains("Development provider was asked to end its own"),
        "{}",
        page.text
    );
}
