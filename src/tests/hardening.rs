//! hardening: odd requests that no browser sends, and files that others must not read.

use super::{app::App, browser::Browser};
use reqwest::{
    Method,
    header::{ACCEPT, ALLOW, HeaderValue, REFERER},
};

#[tokio::test]
async fn a_target_without_a_path_is_a_bad_request() {
    let app = App::start().await;
    let host = app.origin.trim_start_matches("http://");
    for target in ["dashboard", "*", "example.com:80"] {
        let request =
            format!("GET {target} HTTP/1.1\r\nHost: {host}\r\nAccept: text/html\r\nConnection: close\r\n\r\n");
        let answer = app.send_raw(&request).await;
        assert!(answer.starts_with("HTTP/1.1 400"), "{target}: {answer}");
    }
}

#[tokio::test]
async fn a_head_does_not_spend_the_attempt() {
    let app = App::start().await;
    let browser = Browser::at(&app);
    let callback_url = browser.choose("user", None).await;
    let head = browser.send(browser.request(Method::HEAD, &callback_url)).await;
    assert_eq!((head.status.as_u16(), head.header(ALLOW.as_str())), (405, Some("GET")));
    assert!(
        browser
            .callback(&callback_url)
            .await
            .starts_with("/auth/callback?exchange=")
    );
}

#[tokio::test]
async fn an_answer_never_leads_to_where_the_request_came_from() {
    let app = App::start().await;
    let browser = Browser::at(&app);
    for accept in [&b"text/html\xff"[..], b"text/html", b"*/*", b"application/json"] {
        let request = browser
            .request(Method::POST, "/api/auth/exchange")
            .header(ACCEPT, HeaderValue::from_bytes(accept).unwrap())
            .header(REFERER, "https://evil.example/x")
            .body("code=x");
        let answer = browser.send(request).await;
        assert!(
            !answer.header("location").unwrap_or_default().contains("evil"),
            "{accept:?}"
        );
    }
}

#[tokio::test]
async fn a_provider_id_that_is_not_text_is_unknown() {
    let app = App::start().await;
    Browser::at(&app)
        .get("/api/auth/login/%ff")
        .await
        .assert_sign_in_error("unknown_provider");
}

#[tokio::test]
async fn a_link_does_not_choose_a_person() {
    let app = App::start().await;
    let browser = Browser::at(&app);
    let begun = browser.get("/api/auth/login/dev").await;
    let page = browser.get(&format!("{}&person=admin", begun.location())).await;
    assert_eq!(page.status, 200);
    assert!(page.text.contains("Who is signing in?"));
}

#[cfg(unix)]
#[tokio::test]
async fn the_database_and_the_secret_are_their_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let app = App::start().await;
    Browser::at(&app).sign_in("user").await;
    let mut files = 0;
    for file in std::fs::read_dir(app.folder()).unwrap() {
        let file = file.unwrap();
        let mode = file.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{:?} is {mode:o}", file.file_name());
        files += 1;
    }
    assert!(files >= 2);
}
