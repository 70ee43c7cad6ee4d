//! origin: what changes something comes from here alone; pages are asked for under one name.

use super::{app::App, browser::Browser};
use reqwest::{Method, StatusCode, header::HeaderMap};
use serde_json::{Value, json};

/// Sends a request with these headers to a path that signs out.
async fn status(browser: &Browser, method: &Method, headers: &[(&str, &str)]) -> StatusCode {
    let mut all = HeaderMap::new();
    for (name, value) in headers {
        all.append(
            name.parse::<reqwest::header::HeaderName>().unwrap(),
            value.parse().unwrap(),
        );
    }
    browser
        .send(browser.request(method.clone(), "/api/auth/logout").headers(all))
        .await
        .status
}

#[tokio::test]
async fn refuses_every_change_that_another_origin_asks_for() {
    let app = App::start().await;
    let own = &*app.origin;
    let (slash, port, https) = (format!("{own}/"), format!("{own}0"), own.replace("http", "https"));
    let foreign: [&[(&str, &str)]; 14] = [
        &[("origin", "https://evil.example")],
        &[("origin", "null")],
        &[("origin", "")],
        &[("origin", &slash)],
        &[("origin", &port)],
        &[("origin", &https)],
        &[("origin", "http://localhost")],
        &[("origin", own), ("origin", "https://evil.example")],
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site")],
        &[("sec-fetch-site", "nonsense")],
        &[("origin", own), ("sec-fetch-site", "cross-site")],
        &[("origin", "https://evil.example"), ("sec-fetch-site", "same-origin")],
        &[("sec-fetch-site", "same-origin"), ("sec-fetch-site", "cross-site")],
    ];
    let browser = Browser::at(&app);
    browser.sign_in("user").await;
    for headers in foreign {
        for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::TRACE] {
            assert_eq!(status(&browser, &method, headers).await, 403, "{method} {headers:?}");
        }
        for method in [Method::GET, Method::HEAD, Method::OPTIONS] {
            assert_eq!(status(&browser, &method, headers).await, 405, "{method} {headers:?}");
        }
    }
    assert_ne!(browser.session().await, Value::Null);
}

#[tokio::test]
async fn lets_our_own_pages_and_programs_change_something() {
    let app = App::start().await;
    let own: [&[(&str, &str)]; 6] = [
        &[],
        &[("origin", &app.origin)],
        &[("sec-fetch-site", "same-origin")],
        &[("sec-fetch-site", "none")],
        &[("origin", &app.origin), ("sec-fetch-site", "same-origin")],
        &[("origin", &app.origin), ("origin", &app.origin)],
    ];
    for headers in own {
        let browser = Browser::at(&app);
        browser.sign_in("user").await;
        assert_eq!(status(&browser, &Method::POST, headers).await, 303, "{headers:?}");
        assert_eq!(browser.session().await, Value::Null);
    }
}

#[tokio::test]
async fn guards_every_path_that_takes_a_form() {
    let app = App::start().await;
    let browser = Browser::at(&app);
    for path in [
        "/api/auth/exchange",
        "/api/auth/logout",
        "/",
        "/nothing",
        "/dev/application/o/authorize/",
    ] {
        let request = || {
            browser
                .request(Method::POST, path)
                .header("origin", "https://evil.example")
        };
        let answer = browser.send(request().header("accept", "application/json")).await;
        assert_eq!(
            (answer.status.as_u16(), answer.json()),
            (403, json!({ "error": "cross_origin" })),
            "{path}"
        );
        let page = browser.send(request().header("sec-fetch-mode", "navigate")).await;
        assert_eq!(page.status, 403);
        assert!(
            page.text.contains("This request came from another site"),
            "{path}: {}",
            page.text
        );
    }
}

#[tokio::test]
async fn sends_a_page_asked_for_under_another_name_of_loopback_to_ours() {
    let app = App::start().await;
    let port = app.origin.rsplit(':').next().unwrap();
    let browser = Browser::at(&app);
    for host in ["localhost", "LOCALHOST", "127.0.0.2", "[::1]"] {
        for path in [
            "/",
            "/dashboard?tab=1&x=%26",
            "/auth/login?redirect=%2F%2Fevil.example",
            "/nothing",
        ] {
            for host in [host.to_owned(), format!("{host}:{port}"), format!("{host}:1")] {
                let request = browser.request(Method::GET, path).header("host", &host);
                let page = browser.send(request.header("sec-fetch-mode", "navigate")).await;
                assert_eq!(page.status, 307, "{host}{path}");
                assert_eq!(page.location(), format!("{}{path}", app.origin), "{host}");
                assert!(page.header("set-cookie").is_none());
            }
        }
    }
}

#[tokio::test]
async fn leaves_every_other_request_where_it_is() {
    let app = App::start().await;
    let browser = Browser::at(&app);
    let local = "localhost";
    for (method, path, host, mode, expected) in [
        (Method::GET, "/", local, "cors", 200),
        (Method::GET, "/healthz", local, "no-cors", 200),
        (Method::POST, "/api/auth/logout", local, "navigate", 303),
        (Method::GET, "/", "evil.example", "navigate", 200),
        (Method::GET, "/", "localhost.evil.example", "navigate", 200),
        (Method::GET, "/", "127.0.0.1.evil.example", "navigate", 200),
        (Method::GET, "/", "127.0.0.1:1", "navigate", 200),
    ] {
        let request = browser
            .request(method, path)
            .header("host", host)
            .header("sec-fetch-mode", mode);
        assert_eq!(browser.send(request).await.status, expected, "{host}{path} {mode}");
    }
}

#[tokio::test]
async fn sends_nobody_away_from_here() {
    let app = App::start().await;
    for (line, path) in [
        ("GET //evil.example/ HTTP/1.1", "//evil.example/"),
        ("GET //evil.example HTTP/1.1", "//evil.example"),
        ("GET /\\evil.example HTTP/1.1", "/\\evil.example"),
        ("GET /@evil.example/ HTTP/1.1", "/@evil.example/"),
        ("GET /.evil.example/ HTTP/1.1", "/.evil.example/"),
        ("GET http://localhost/x?y HTTP/1.1", "/x?y"),
        ("GET http://localhost//evil.example HTTP/1.1", "//evil.example"),
        ("GET http://localhost HTTP/1.1", "/"),
        ("GET http://evil.example/x HTTP/1.1", "/x"),
    ] {
        let headers = "Host: localhost\r\nSec-Fetch-Mode: navigate\r\nConnection: close";
        let answer = app.send_raw(&format!("{line}\r\n{headers}\r\n\r\n")).await;
        let location = answer.lines().find_map(|line| line.strip_prefix("location: "));
        if answer.starts_with("HTTP/1.1 400 ") {
            assert_eq!(location, None, "{line}");
            continue;
        }
        assert!(answer.starts_with("HTTP/1.1 307 "), "{line}: {answer}");
        assert_eq!(location, Some(&*format!("{}{path}", app.origin)), "{line}");
    }
}

#[tokio::test]
async fn knows_itself_by_the_name_that_it_was_given() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let url = format!("http://localhost:{port}");
    let app = App::on(listener, &[("AUTH_URL", &url)]).await;
    let browser = Browser::at(&app);
    assert_eq!(browser.get("/account?x").await.location(), format!("{url}/account?x"));
    let by_name = browser
        .request(Method::GET, "/")
        .header("host", format!("localhost:{port}"));
    assert_eq!(
        browser.send(by_name.header("sec-fetch-mode", "navigate")).await.status,
        200
    );
}

#[tokio::test]
async fn keeps_the_embedded_provider_from_whoever_comes_through_a_proxy() {
    let app = App::with(&[("AUTH_TRUSTED_PROXIES", "127.0.0.1")]).await;
    let browser = Browser::at(&app);
    let discovery = "/dev/application/o/vestibule/.well-known/openid-configuration";
    assert_eq!(browser.get(discovery).await.status, 200);
    for (name, value) in [
        ("x-forwarded-for", "203.0.113.9"),
        ("x-forwarded-for", "127.0.0.1"),
        ("forwarded", "for=203.0.113.9"),
        ("x-real-ip", "203.0.113.9"),
        ("x-forwarded-proto", "https"),
        ("via", "1.1 proxy"),
    ] {
        for path in [discovery, "/dev/application/o/authorize/"] {
            let request = browser.request(Method::GET, path).header(name, value);
            assert_eq!(browser.send(request).await.status, 403, "{name} {path}");
        }
    }
}

#[tokio::test]
async fn redirects_no_name_where_the_site_is_public() {
    let app = App::public().await;
    let browser = Browser::at(&app);
    for host in ["localhost", "127.0.0.1", "app.example", "evil.example"] {
        let request = browser.request(Method::GET, "/").header("host", host);
        assert_eq!(
            browser.send(request.header("sec-fetch-mode", "navigate")).await.status,
            200,
            "{host}"
        );
    }
}
