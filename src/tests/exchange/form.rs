//! Forms and server-function calls, and fields that nobody's page would send.

use super::{PATH, SESSION, code_of, submit};
use crate::tests::{app::App, browser::Browser};
use reqwest::{
    Method,
    header::{ACCEPT, CONTENT_TYPE},
};
use serde_json::Value;

#[tokio::test]
async fn answers_a_server_function_call_with_200_and_the_cookie() {
    let app = App::start().await;
    let browser = Browser::at(&app);
    let code = code_of(&browser, "user").await;
    let done = browser.call(PATH, &[("code", &code), ("redirect", "/account")]).await;
    assert_eq!(done.status, 200);
    assert!(done.set_cookie(SESSION).is_some());
    assert_ne!(browser.session().await, Value::Null);
}

#[tokio::test]
async fn answers_a_server_function_call_that_fails_with_401_and_the_code_as_json() {
    let app = App::start().await;
    let browser = Browser::at(&app);
    let failed = browser.call(PATH, &[("code", "wrong"), ("redirect", "/account")]).await;
    assert_eq!(failed.status, 401);
    assert_eq!(failed.json(), "exchange_failed");
    assert!(failed.set_cookie(SESSION).is_none());
    assert!(failed.header("location").is_none());
}

#[tokio::test]
async fn answers_a_form_that_fails_with_the_sign_in_page() {
    let app = App::start().await;
    let browser = Browser::at(&app);
    let failed = submit(&browser, "wrong").await;
    assert!([302, 303].contains(&failed.status.as_u16()), "{}", failed.status);
    let location = "/auth/login?error=exchange_failed&redirect=%2Faccount%3Ftab%3D1";
    assert_eq!(failed.location(), location);
}

#[tokio::test]
async fn takes_a_form_with_a_field_missing_or_doubled_for_an_unusable_code() {
    let app = App::start().await;
    let browser = Browser::at(&app);
    let code = code_of(&browser, "user").await;
    let huge = "x".repeat(16 * 1024);
    for fields in [
        &[][..],
        &[("redirect", "/account")],
        &[("code", "")],
        &[("code", &code), ("code", &code), ("redirect", "/account")],
        &[("code", &code), ("code", "x")],
        &[("code[]", &code)],
        &[("Code", &code)],
        &[("exchange", &code)],
        &[("code", &code), ("padding", &huge)],
        &[("code", &huge)],
    ] {
        browser
            .submit(PATH, fields)
            .await
            .assert_sign_in_error("exchange_failed");
        assert_eq!(browser.call(PATH, fields).await.status, 401);
        assert!(browser.cookie(SESSION).is_none());
    }
    // None of them has spent it.
    assert_eq!(submit(&browser, &code).await.location(), "/account?tab=1");
}

#[tokio::test]
async fn needs_no_target_and_believes_none_of_two() {
    let app = App::start().await;
    for fields in [
        &[][..],
        &[("redirect", "")],
        &[("redirect", "/dashboard"), ("redirect", "/admin")],
    ] {
        let browser = Browser::at(&app);
        let code = code_of(&browser, "user").await;
        let fields: Vec<_> = fields.iter().copied().chain([("code", &*code)]).collect();
        let done = browser.submit(PATH, &fields).await;
        assert_eq!(
            done.location(),
            "/account?tab=1",
            "the target that the sign-in began with"
        );
    }
}

#[tokio::test]
async fn goes_on_to_the_target_of_the_form_and_never_away() {
    let app = App::start().await;
    for (redirect, location) in [
        ("/dashboard?of=form", "/dashboard?of=form"),
        ("https://evil.example", "/account?tab=1"),
        ("//evil.example", "/account?tab=1"),
        ("/\\evil.example", "/account?tab=1"),
        ("/\t/evil.example", "/account?tab=1"),
        ("/x\r\nSet-Cookie: a=b", "/account?tab=1"),
        ("javascript:alert(1)", "/account?tab=1"),
        ("/api/auth/logout", "/account?tab=1"),
    ] {
        let browser = Browser::at(&app);
        let code = code_of(&browser, "user").await;
        let done = browser.submit(PATH, &[("code", &code), ("redirect", redirect)]).await;
        assert_eq!(done.location(), location, "{redirect:?}");
        assert!(browser.cookie("a").is_none());
        let failed = browser.copy();
        failed.set_cookie(SESSION, None);
        let failed = failed.submit(PATH, &[("code", &code), ("redirect", redirect)]).await;
        assert!(!failed.location().contains("evil"), "{}", failed.location());
    }
}

#[tokio::test]
async fn reads_whatever_body_comes_as_a_form() {
    let app = App::start().await;
    let browser = Browser::at(&app);
    for (kind, body) in [
        ("application/json", &br#"{"code":"x","redirect":"/"}"#[..]),
        ("multipart/form-data; boundary=x", b"--x--"),
        ("application/x-www-form-urlencoded", b"\xff\xfe=%ff&%=%&&&=&code=%00"),
        ("", b""),
    ] {
        let request = browser
            .request(Method::POST, PATH)
            .header(CONTENT_TYPE, kind)
            .body(body);
        let request = request.header(ACCEPT, "application/json");
        assert_eq!(browser.send(request).await.status, 401, "{kind}");
    }
}

#[tokio::test]
async fn is_not_to_be_asked_by_get() {
    let app = App::start().await;
    let browser = Browser::at(&app);
    let code = code_of(&browser, "user").await;
    assert_eq!(
        browser.get(&format!("{PATH}?code={code}&redirect=%2F")).await.status,
        405
    );
    assert_eq!(submit(&browser, &code).await.location(), "/account?tab=1");
}
