//! obstacle: what the sign-in page says of a cookie that did not come back.

use super::{app::App, browser::Browser};
use reqwest::Method;

const HTTP: &str = "This page came over http";
const HOST: &str = "under another address than";
const REFUSED: &str = "Your browser returned no cookie";

/// Whichever of the three the page says.
async fn said(app: &App, path: &str, headers: &[(&str, &str)]) -> Option<&'static str> {
    let browser = Browser::at(app);
    let request = headers
        .iter()
        .fold(browser.request(Method::GET, path), |request, (name, value)| {
            request.header(*name, *value)
        });
    let page = browser.send(request).await;
    assert_eq!(page.status, 200);
    let mut found = [HTTP, HOST, REFUSED]
        .into_iter()
        .filter(|words| page.text.contains(words));
    let first = found.next();
    assert_eq!(found.next(), None, "one reason is enough");
    first
}

#[tokio::test]
async fn names_the_reason_that_the_server_sees() {
    let app = App::with(&[
        ("AUTH_URL", "https://app.example"),
        ("AUTH_SECRET", "0123456789abcdefghijklmnopqrstuv"),
        ("AUTH_ACME_ISSUER", "http://127.0.0.1:1/"),
        ("AUTH_ACME_ID", "app"),
        ("AUTH_TRUSTED_PROXIES", "127.0.0.1"),
    ])
    .await;
    let own = ("host", "app.example");
    let binding = format!("__Host-vestibule-login={}", "x".repeat(43));
    for code in ["too_many_attempts", "binding_missing"] {
        let path = format!("/auth/login?error={code}");
        for (headers, expected) in [
            (&[own][..], Some(REFUSED)),
            (&[own, ("x-forwarded-proto", "https")], Some(REFUSED)),
            (&[own, ("x-forwarded-proto", "http")], Some(HTTP)),
            (&[own, ("x-forwarded-proto", "https, http")], Some(HTTP)),
            (&[("host", "other.example"), ("x-forwarded-proto", "http")], Some(HTTP)),
            (&[("host", "other.example")], Some(HOST)),
            (&[("host", "APP.example:443")], Some(REFUSED)),
            (
                &[("host", "10.0.0.1:3000"), ("x-forwarded-host", "app.example")],
                Some(REFUSED),
            ),
            (&[own, ("x-forwarded-host", "other.example")], Some(HOST)),
            // With the cookie there is none.
            (&[("host", "other.example"), ("cookie", &binding)], None),
        ] {
            assert_eq!(said(&app, &path, headers).await, expected, "{code} {headers:?}");
        }
    }
    for path in [
        "/auth/login",
        "/auth/login?error=state_mismatch",
        "/auth/login?error=too_many",
    ] {
        assert_eq!(said(&app, path, &[("host", "other.example")]).await, None, "{path}");
    }
}

#[tokio::test]
async fn believes_no_stranger_that_the_page_came_over_http() {
    let app = App::public().await;
    let path = "/auth/login?error=too_many_attempts";
    let forged = [
        ("host", "app.example"),
        ("x-forwarded-proto", "http"),
        ("x-forwarded-host", "evil.example"),
    ];
    assert_eq!(said(&app, path, &forged).await, Some(REFUSED));
}

#[tokio::test]
async fn shows_nothing_of_the_name_that_was_asked_for() {
    let app = App::public().await;
    let browser = Browser::at(&app);
    let request = browser
        .request(Method::GET, "/auth/login?error=binding_missing")
        .header("host", "evil.example");
    let page = browser.send(request).await;
    assert!(page.text.contains("https://app.example"), "{}", page.text);
    assert!(!page.text.contains("evil.example"), "{}", page.text);
}
