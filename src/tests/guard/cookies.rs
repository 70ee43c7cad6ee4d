//! Session cookies that nobody here gave out, and several at once.

use crate::tests::{app::App, browser::Browser};
use reqwest::{Method, header::COOKIE};
use serde_json::Value;

const SESSION: &str = "vestibule";

#[tokio::test]
async fn knows_nobody_by_a_cookie_that_it_did_not_give_out() {
    let app = App::start().await;
    let (long, huge) = ("A".repeat(4000), "A".repeat(60_000));
    for forged in [
        "",
        "garbage",
        "AAAAAAAAAAAAAAAAAAAAAA",
        "AAAAAAAAAAAAAAAAAAAAAB",
        "_____________________w",
        "null",
        "../../etc/passwd",
        "' OR 1=1 --",
        "%00",
        "\"quoted\"",
        "a=b=c",
        &long,
        &huge,
    ] {
        let browser = Browser::at(&app);
        browser.set_cookie(SESSION, Some(forged));
        assert_eq!(browser.session().await, Value::Null, "{forged:.30}");
        browser.set_cookie(SESSION, Some(forged));
        let page = browser.get("/dashboard").await;
        assert_eq!(page.location(), "/auth/login?redirect=%2Fdashboard", "{forged:.30}");
    }
}

#[tokio::test]
async fn survives_a_cookie_header_that_is_no_text() {
    let app = App::start().await;
    let browser = Browser::at(&app);
    for bytes in [
        &b"vestibule=\xff\xfe"[..],
        b"\xc3\x28; vestibule=x",
        b"=",
        b";;;",
        b"vestibule",
    ] {
        let request = browser.request(Method::GET, "/api/auth/session").header(COOKIE, bytes);
        let answer = browser.send(request).await;
        assert_eq!((answer.status.as_u16(), answer.json()), (200, Value::Null));
    }
}

#[tokio::test]
async fn a_late_answer_to_an_old_request_leaves_the_new_session_alone() {
    let app = App::start().await;
    let browser = Browser::at(&app);
    browser.sign_in("user").await;
    let earlier = browser.copy();
    browser.sign_in("admin").await;
    let late = earlier.get("/dashboard").await;
    assert_eq!(late.status, 303);
    assert!(late.set_cookie(SESSION).is_none(), "it would remove the new cookie");
}

#[tokio::test]
async fn a_foreign_cookie_of_any_bytes_does_not_hide_ours() {
    let app = App::start().await;
    let browser = Browser::at(&app);
    browser.sign_in("user").await;
    let id = browser.cookie(SESSION).unwrap();
    let header = [b"name=J\xfcrgen; other=\xff; vestibule=", id.as_bytes()].concat();
    let stranger = Browser::at(&app);
    let request = stranger
        .request(Method::GET, "/api/auth/session")
        .header(COOKIE, header);
    assert_ne!(stranger.send(request).await.json(), Value::Null);
}

#[tokio::test]
async fn believes_the_first_of_two_cookies_of_the_name() {
    let app = App::start().await;
    let browser = Browser::at(&app);
    browser.sign_in("user").await;
    let true_one = browser.cookie(SESSION).unwrap();
    let stranger = Browser::at(&app);
    let forged = "AAAAAAAAAAAAAAAAAAAAAA";
    for (first, second, is_known) in [
        (&*true_one, forged, true),
        (forged, &*true_one, false),
        ("garbage", &*true_one, false),
        (&*true_one, &*true_one, true),
    ] {
        let in_one = format!("other=1; vestibule={first}; vestibule={second}");
        let request = stranger
            .request(Method::GET, "/api/auth/session")
            .header(COOKIE, in_one);
        let answer = stranger.send(request).await.json();
        assert_eq!(answer != Value::Null, is_known, "{first} {second}");
        let request = stranger
            .request(Method::GET, "/api/auth/session")
            .header(COOKIE, format!("vestibule={first}"))
            .header(COOKIE, format!("vestibule={second}"));
        let answer = stranger.send(request).await.json();
        assert_eq!(answer != Value::Null, is_known, "{first} {second}, in two headers");
    }
}

#[tokio::test]
async fn takes_no_other_cookie_for_the_session() {
    let app = App::start().await;
    let browser = Browser::at(&app);
    browser.sign_in("user").await;
    let id = browser.cookie(SESSION).unwrap();
    let stranger = Browser::at(&app);
    for name in [
        "Vestibule",
        "vestibule-login",
        "__Host-vestibule",
        "xvestibule",
        "vestibule2",
    ] {
        let request = stranger
            .request(Method::GET, "/dashboard")
            .header(COOKIE, format!("{name}={id}"));
        assert_eq!(stranger.send(request).await.status, 303, "{name}");
    }
}
