//! headers: on every response, whatever it is.

use super::{
    app::App,
    browser::{Browser, Page},
};
use reqwest::Method;

/// The nonce of the response's policy.
fn nonce_of(page: &Page) -> String {
    let policy = page.header("content-security-policy").unwrap();
    policy
        .split("'nonce-")
        .nth(1)
        .unwrap()
        .split('\'')
        .next()
        .unwrap()
        .to_owned()
}

fn assert_headers(page: &Page, what: &str) {
    let policy = page
        .header("content-security-policy")
        .unwrap_or_else(|| panic!("{what} has no policy"));
    for part in [
        "default-src 'none'; ",
        "base-uri 'none'; ",
        "frame-ancestors 'none'; ",
        "form-action 'self'",
    ] {
        assert!(policy.contains(part), "{what}: {policy}");
    }
    for weak in [
        "unsafe-inline",
        "'unsafe-eval'",
        "unsafe-hashes",
        "*",
        "http:",
        "https:;",
    ] {
        let weak_by_itself = policy.split([' ', ';']).any(|word| word == weak);
        assert!(!weak_by_itself, "{what} allows {weak}: {policy}");
    }
    assert_eq!(nonce_of(page).len(), 22, "{what}: 128 bits in base64");
    for (name, value) in [
        ("referrer-policy", "same-origin"),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
    ] {
        assert_eq!(page.header(name), Some(value), "{what}: {name}");
        assert_eq!(page.headers.get_all(name).iter().count(), 1, "{what}: {name} twice");
    }
    assert!(page.header("permissions-policy").is_some(), "{what}");
    assert!(
        page.header("server").is_none() && page.header("x-powered-by").is_none(),
        "{what}"
    );
}

#[tokio::test]
async fn are_on_every_kind_of_response() {
    let site = tempfile::tempdir().unwrap();
    std::fs::write(site.path().join("robots.txt"), "User-agent: *").unwrap();
    let app = App::with(&[("LEPTOS_SITE_ROOT", site.path().to_str().unwrap())]).await;
    let (browser, signed_in) = (Browser::at(&app), Browser::at(&app));
    signed_in.sign_in("user").await;

    for (path, status) in [
        ("/", 200),
        ("/auth/login", 200),
        ("/auth/callback?exchange=x", 200),
        ("/auth/callback", 303),
        ("/auth/signed-out", 200),
        ("/dashboard", 303),
        ("/dashboard/", 308),
        ("/nothing", 404),
        ("/api/nothing", 404),
        ("/robots.txt", 200),
        ("/healthz", 200),
        ("/readyz", 200),
        ("/api/auth/session", 200),
        ("/api/auth/providers", 200),
        ("/api/auth/login/dev", 303),
        ("/api/auth/login/nobody", 303),
        ("/api/auth/callback/dev", 303),
        ("/api/auth/exchange", 405),
        ("/api/auth/logout", 405),
        ("/dev/application/o/authorize/", 400),
        ("/dev/application/o/vestibule/.well-known/openid-configuration", 200),
    ] {
        for page in [browser.get(path).await, browser.fetch(path).await] {
            let is_refusal = [401, 404].contains(&page.status.as_u16());
            assert!(page.status == status || is_refusal, "{path}: {}", page.status);
            assert_headers(&page, path);
        }
    }
    for (path, status) in [("/dashboard", 200), ("/account", 200), ("/admin", 403)] {
        let page = signed_in.get(path).await;
        assert_eq!(page.status, status, "{path}");
        assert_headers(&page, path);
        assert_eq!(page.header("cache-control"), Some("no-store"), "{path}");
    }
    assert_headers(&signed_in.submit("/api/auth/logout", &[]).await, "sign-out");
    assert_headers(&browser.call("/api/auth/exchange", &[]).await, "401");
    let foreign = browser
        .request(Method::POST, "/api/auth/logout")
        .header("origin", "https://evil.example");
    assert_headers(&browser.send(foreign).await, "403");
    let huge = browser.request(Method::POST, "/").body(vec![b'x'; 3 * 1024 * 1024]);
    let huge = browser.send(huge).await;
    assert_eq!(huge.status, 413);
    assert_headers(&huge, "413");
    let elsewhere = browser
        .request(Method::GET, "/")
        .header("host", "localhost")
        .header("accept", "text/html");
    let elsewhere = browser.send(elsewhere).await;
    assert_eq!(elsewhere.status, 307);
    assert_headers(&elsewhere, "307");
}

#[tokio::test]
async fn are_on_the_answer_to_a_store_that_is_away() {
    let app = App::start().await;
    let browser = Browser::at(&app);
    browser.sign_in("user").await;
    app.state.database().close().await;
    assert_headers(&browser.get("/dashboard").await, "503");
    assert_headers(&browser.fetch("/dashboard").await, "503");
    assert_headers(&browser.get("/readyz").await, "/readyz");
}

#[tokio::test]
async fn have_another_nonce_each_time_and_the_scripts_carry_it() {
    let app = App::start().await;
    let browser = Browser::at(&app);
    let mut seen = std::collections::BTreeSet::new();
    browser.sign_in("groups").await;
    for path in [
        "/auth/callback?exchange=x",
        "/account",
        "/account",
        "/dashboard",
        "/nothing",
    ] {
        let page = Browser::copy(&browser).get(path).await;
        let nonce = nonce_of(&page);
        assert!(seen.insert(nonce.clone()), "{path} has a nonce that was there before");
        let with_nonce = format!("nonce=\"{nonce}\"");
        for script in page.text.split("<script").skip(1) {
            let tag = script.split('>').next().unwrap();
            assert!(tag.contains(&with_nonce), "{path}: <script{tag}>");
        }
    }
    let account = browser.get("/account").await;
    assert!(account.text.contains("<script"), "500 groups have a filter");
}

#[tokio::test]
async fn forbid_nothing_that_the_pages_do() {
    let app = App::start().await;
    let browser = Browser::at(&app);
    browser.sign_in("groups").await;
    for path in [
        "/",
        "/auth/login?error=no_code",
        "/dashboard",
        "/account",
        "/admin",
        "/nothing",
    ] {
        let html = browser.get(path).await.text;
        for inline in [
            " style=\"",
            "<style",
            " onclick=",
            " onload=",
            " onsubmit=",
            "javascript:",
        ] {
            assert!(!html.contains(inline), "{path} has {inline}");
        }
    }
}

#[tokio::test]
async fn let_a_form_end_at_the_providers_and_nowhere_else() {
    let provider = [
        ("AUTH_ACME_ISSUER", "https://id.acme.example/o/app/"),
        ("AUTH_ACME_ID", "app"),
    ];
    let app = App::with(&provider).await;
    let page = Browser::at(&app).get("/").await;
    let policy = page.header("content-security-policy").unwrap();
    let form_action = policy.split("form-action ").nth(1).unwrap();
    let mut sources: Vec<_> = form_action.split(' ').filter(|source| *source != app.origin).collect();
    sources.sort_unstable();
    assert_eq!(sources, ["'self'", "https://id.acme.example"]);
}

#[tokio::test]
async fn ask_for_https_only_where_it_is() {
    let app = App::start().await;
    assert!(
        Browser::at(&app)
            .get("/")
            .await
            .header("strict-transport-security")
            .is_none()
    );
    let https = App::public().await;
    let page = Browser::at(&https).get("/").await;
    assert_eq!(page.header("strict-transport-security"), Some("max-age=31536000"));
}
