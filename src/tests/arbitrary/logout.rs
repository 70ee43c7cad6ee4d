//! Arbitrary logout tokens, front-channel requests and access tokens: no panic, and nothing ends or opens.

use super::{Desk, for_all};
use crate::{
    server::provider::dev::backchannel::{Ended, token},
    tests::{browser::Browser, many::spoilt},
};
use axum::{
    body::Body,
    http::{HeaderValue, Request, StatusCode, Uri, header},
};
use proptest::{collection::vec, prelude::*};

impl Desk {
    /// With somebody signed in: gives out her session, as the provider calls it.
    fn with_session() -> (Self, Browser, Ended) {
        let desk = Self::open();
        let browser = Browser::at(&desk.app);
        let ended = desk.runtime.block_on(async {
            browser.sign_in("user").await;
            let id = browser.cookie("vestibule").unwrap().parse().unwrap();
            let session = desk.app.state.sessions().find(id).await.unwrap().unwrap();
            Ended {
                sid: session.sid.unwrap(),
                sub: session.user.sub,
            }
        });
        (desk, browser, ended)
    }

    fn tell(&self, kind: &str, body: Vec<u8>) -> StatusCode {
        let request = Request::post("/api/auth/backchannel-logout/dev").header(header::CONTENT_TYPE, kind);
        let (status, headers, _) = self.ask(request.body(Body::from(body)).unwrap());
        assert_eq!(headers[header::CACHE_CONTROL], "no-store");
        status
    }

    fn is_signed_in(&self, browser: &Browser) -> bool {
        !self.runtime.block_on(browser.session()).is_null()
    }
}

const FORM: &str = "application/x-www-form-urlencoded";

fn body() -> impl Strategy<Value = Vec<u8>> {
    let name = prop_oneof!["logout_token", "logout%5ftoken", "[!-~]{0,8}"];
    let value = prop_oneof![
        "[A-Za-z0-9_-]{0,40}(\\.[A-Za-z0-9_-]{0,40}){0,5}",
        "eyJhbGciOiJSUzI1NiJ9\\.e30\\.[A-Za-z0-9_-]{0,8}",
        "[ -~]{0,24}",
        "(%[0-9a-fA-F]{2}){0,12}",
    ];
    let pair = (name, value).prop_map(|(name, value)| format!("{name}={value}"));
    prop_oneof![
        vec(pair, 0..4).prop_map(|pairs| pairs.join("&").into_bytes()),
        vec(any::<u8>(), 0..64),
    ]
}

#[test]
fn no_arbitrary_body_ends_a_session() {
    let (desk, browser, _) = Desk::with_session();
    for_all(
        (body(), prop_oneof![Just(FORM), Just("text/plain"), Just("")]),
        |(body, kind)| {
            prop_assert_eq!(desk.tell(kind, body), StatusCode::BAD_REQUEST);
            Ok(())
        },
    );
    assert!(desk.is_signed_in(&browser));
}

#[test]
fn no_change_to_a_right_logout_token_ends_a_session() {
    let (desk, browser, ended) = Desk::with_session();
    let right = token(desk.app.state.dev_idp().unwrap(), &ended).unwrap();
    let form = |token: &[u8]| {
        let token: String = token.iter().map(|byte| format!("%{byte:02x}")).collect();
        format!("logout_token={token}").into_bytes()
    };
    for_all(spoilt(right.clone().into_bytes()), |changed| {
        prop_assume!(changed != right.as_bytes());
        prop_assert_eq!(desk.tell(FORM, form(&changed)), StatusCode::BAD_REQUEST);
        Ok(())
    });
    assert!(desk.is_signed_in(&browser));
    assert_eq!(desk.tell(FORM, form(right.as_bytes())), StatusCode::OK, "it was right");
    assert!(!desk.is_signed_in(&browser));
}

#[test]
fn no_arbitrary_front_channel_request_ends_a_session() {
    let (desk, browser, _) = Desk::with_session();
    let issuer = desk.app.state.dev_idp().unwrap().issuer().to_string();
    let query = ("(iss|sid|[a-z]{0,3})", "[!-~]{0,24}", "[!-~]{0,70}");
    for_all(query, |(name, value, sid)| {
        let Ok(uri) = format!("/api/auth/frontchannel-logout/dev?iss={issuer}&{name}={value}&sid={sid}").parse::<Uri>()
        else {
            return Ok(());
        };
        let (status, _, _) = desk.get(uri, None);
        prop_assert!(
            [StatusCode::OK, StatusCode::BAD_REQUEST].contains(&status),
            "{}",
            status
        );
        Ok(())
    });
    assert!(desk.is_signed_in(&browser));
}

#[test]
fn no_arbitrary_access_token_opens_anything() {
    let (desk, browser, _) = Desk::with_session();
    let access_token = desk.runtime.block_on(async {
        let id = browser.cookie("vestibule").unwrap().parse().unwrap();
        let session = desk.app.state.sessions().find(id).await.unwrap().unwrap();
        session.tokens.access_token.expose().to_owned()
    });
    let ask = |token: &[u8]| {
        let value = HeaderValue::from_bytes(&[b"Bearer ", token].concat()).ok()?;
        let request = Request::get("/api/v1/me").header(header::AUTHORIZATION, value);
        Some(desk.ask(request.body(Body::empty()).unwrap()).0)
    };
    assert_eq!(ask(access_token.as_bytes()), Some(StatusCode::OK));
    let token = prop_oneof![
        spoilt(access_token.clone().into_bytes()),
        vec(any::<u8>(), 0..80),
        "[A-Za-z0-9_-]{0,40}(\\.[A-Za-z0-9_-]{0,40}){0,5}".prop_map(String::into_bytes),
    ];
    for_all(token, |token| {
        prop_assume!(token.trim_ascii() != access_token.as_bytes());
        if let Some(status) = ask(&token) {
            prop_assert_eq!(status, StatusCode::UNAUTHORIZED);
        }
        Ok(())
    });
}
