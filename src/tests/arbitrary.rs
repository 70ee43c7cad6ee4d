//! Arbitrary input at the front door: no panic, and no session.
//!
//! A panic in a handler is answered with 500, which no case may get.

mod logout;

use super::{app::App, many::many};
use crate::server::router;
use axum::{
    Router,
    body::{Body, to_bytes},
    extract::ConnectInfo,
    http::{HeaderMap, HeaderValue, Request, StatusCode, Uri, header},
};
use proptest::{collection::vec, prelude::*, test_runner::TestRunner};
use std::net::{Ipv4Addr, SocketAddr};
use tower::ServiceExt;

/// Tries `case` with many values of `strategy`.
fn for_all<S: Strategy>(strategy: S, case: impl Fn(S::Value) -> Result<(), TestCaseError>) {
    TestRunner::new(many()).run(&strategy, case).unwrap();
}

/// The application without a network.
struct Desk {
    runtime: tokio::runtime::Runtime,
    router: Router,
    host: HeaderValue,
    app: App,
}

impl Desk {
    fn open() -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let app = runtime.block_on(App::start());
        Self {
            router: router::build(app.state.clone()),
            host: HeaderValue::from_str(app.origin.strip_prefix("http://").unwrap()).unwrap(),
            runtime,
            app,
        }
    }

    fn get(&self, uri: Uri, cookie: Option<HeaderValue>) -> (StatusCode, HeaderMap, Vec<u8>) {
        let mut request = Request::get(uri).body(Body::empty()).unwrap();
        request
            .headers_mut()
            .extend(cookie.map(|cookie| (header::COOKIE, cookie)));
        self.ask(request)
    }

    fn ask(&self, mut request: Request<Body>) -> (StatusCode, HeaderMap, Vec<u8>) {
        request
            .extensions_mut()
            .insert(ConnectInfo(SocketAddr::from((Ipv4Addr::LOCALHOST, 1))));
        let headers = request.headers_mut();
        headers.insert(header::HOST, self.host.clone());
        headers.insert(header::ACCEPT, HeaderValue::from_static("text/html"));
        self.runtime.block_on(async {
            let response = self.router.clone().oneshot(request).await.unwrap();
            let (parts, body) = response.into_parts();
            let body = to_bytes(body, usize::MAX).await.unwrap();
            (parts.status, parts.headers, body.to_vec())
        })
    }
}

/// Whether `headers` begin a session. Removing the cookie is no session.
fn begins_a_session(headers: &HeaderMap) -> bool {
    headers.get_all(header::SET_COOKIE).iter().any(|cookie| {
        let cookie = String::from_utf8_lossy(cookie.as_bytes());
        cookie.starts_with("vestibule=") && !cookie.starts_with("vestibule=;")
    })
}

/// Parameters as a provider sends them, as nobody does, and bytes that are no parameters.
fn query() -> impl Strategy<Value = String> {
    let name = prop_oneof![
        "state|code|error|iss|session_state|scope|id_token|response",
        "[!-~]{0,8}"
    ];
    let value = prop_oneof![
        "[A-Za-z0-9_-]{43}",
        "[!-~]{0,24}",
        "(%[0-9a-fA-F]{2}){0,12}",
        "%[%0-9a-g]{0,3}"
    ];
    let pair = (name, value).prop_map(|(name, value)| format!("{name}={value}"));
    prop_oneof![
        vec(pair, 0..6).prop_map(|pairs| pairs.join("&")),
        vec(any::<u8>(), 0..64).prop_map(|bytes| bytes.iter().map(|byte| format!("%{byte:02x}")).collect()),
        vec(any::<u8>(), 0..64).prop_map(|bytes| String::from_utf8_lossy(&bytes).into_owned()),
    ]
}

#[test]
fn a_callback_query_is_refused_with_a_code_of_the_list() {
    let desk = Desk::open();
    for_all((query(), prop_oneof!["dev", "[a-z%.]{0,6}"]), |(query, provider)| {
        let Ok(uri) = format!("/api/auth/callback/{provider}?{query}").parse::<Uri>() else {
            return Ok(());
        };
        let (status, headers, _) = desk.get(uri, None);
        prop_assert!(!status.is_server_error(), "{status}");
        prop_assert!(!begins_a_session(&headers));
        if status == StatusCode::SEE_OTHER {
            let location = headers[header::LOCATION].to_str().unwrap();
            prop_assert!(location.starts_with("/auth/login?"), "{location}");
        }
        Ok(())
    });
}

/// Cookies of ours with odd values, cookies that are nearly ours, and bytes that are no cookies.
fn cookies() -> impl Strategy<Value = Vec<u8>> {
    let name = prop_oneof!["(__Host-)?vestibule(-login)?", "[!-~]{0,10}"];
    let value = prop_oneof![
        "[A-Za-z0-9_-]{22}|[A-Za-z0-9_-]{43}",
        "\"?[!-~]{0,30}\"?",
        "(%[0-9a-f]{2}){0,9}",
    ];
    let pair = (name, value).prop_map(|(name, value)| format!("{name}={value}"));
    prop_oneof![
        vec(pair, 0..5).prop_map(|pairs| pairs.join("; ").into_bytes()),
        vec(any::<u8>(), 0..80),
    ]
}

#[test]
fn cookies_that_were_not_given_out_sign_nobody_in() {
    let desk = Desk::open();
    for_all(cookies(), |cookies| {
        let Ok(cookie) = HeaderValue::from_bytes(&cookies) else {
            return Ok(());
        };
        let uri = Uri::from_static("/api/auth/session");
        let (status, headers, body) = desk.get(uri, Some(cookie));
        prop_assert_eq!(status, StatusCode::OK);
        prop_assert_eq!(body, b"null");
        prop_assert!(!begins_a_session(&headers));
        Ok(())
    });
}
