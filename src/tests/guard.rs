//! guard: who may see what, decided before anything is rendered.

mod cookies;
mod farewell;
mod life;
mod outage;

use super::{app::App, browser::Browser};
use reqwest::{Method, header::ACCEPT};

/// An anonymous browser, a plain user's, an administrator's.
async fn three(app: &App) -> [Browser; 3] {
    let [anonymous, user, admin] = [(); 3].map(|()| Browser::at(app));
    user.sign_in("user").await;
    admin.sign_in("admin").await;
    [anonymous, user, admin]
}

#[tokio::test]
async fn lets_everybody_navigate_where_they_may() {
    let app = App::start().await;
    let browsers = three(&app).await;
    for (path, expected) in [
        ("/", [200, 200, 200]),
        ("/auth/login", [200, 200, 200]),
        ("/auth/signed-out", [200, 200, 200]),
        ("/api/auth/session", [200, 200, 200]),
        ("/api/auth/providers", [200, 200, 200]),
        ("/dashboard", [303, 200, 200]),
        ("/dashboard?tab=1", [303, 200, 200]),
        ("/account", [303, 200, 200]),
        ("/admin", [303, 403, 200]),
        ("/admin/", [303, 403, 308]),
        ("/admin/anything", [303, 403, 404]),
        ("/admin/any/thing?x=1", [303, 403, 404]),
        ("/dashboard/", [308, 308, 308]),
        ("/account/", [308, 308, 308]),
        ("/administrator", [404, 404, 404]),
        ("/nothing", [404, 404, 404]),
        ("/api/nothing", [404, 404, 404]),
    ] {
        for (browser, expected) in browsers.iter().zip(expected) {
            assert_eq!(browser.get(path).await.status, expected, "{path}");
        }
    }
}

#[tokio::test]
async fn answers_programs_in_json_and_never_by_a_redirect() {
    let app = App::start().await;
    let [anonymous, user, admin] = three(&app).await;
    for (path, login) in [
        ("/dashboard", "/auth/login?redirect=%2Fdashboard"),
        ("/account?tab=1", "/auth/login?redirect=%2Faccount%3Ftab%3D1"),
        ("/admin/x", "/auth/login?redirect=%2Fadmin%2Fx"),
    ] {
        let answer = anonymous.fetch(path).await;
        assert_eq!(answer.status, 401, "{path}");
        let expected = serde_json::json!({ "error": "unauthenticated", "loginUrl": login });
        assert_eq!(answer.json(), expected);
        assert_eq!(answer.header("cache-control"), Some("no-store"));
    }
    let forbidden = user.fetch("/admin").await;
    assert_eq!(forbidden.status, 403);
    assert_eq!(forbidden.json(), serde_json::json!({ "error": "forbidden" }));
    assert_eq!(admin.fetch("/admin").await.status, 200);
}

#[tokio::test]
async fn tells_a_navigation_from_a_program_by_its_headers() {
    let app = App::start().await;
    let browser = Browser::at(&app);
    let html = "text/html,application/xhtml+xml,*/*;q=0.8";
    for (mode, accept, expected) in [
        (Some("navigate"), html, 303),
        (Some("navigate"), "*/*", 303),
        (Some("cors"), html, 401),
        (Some("same-origin"), "*/*", 401),
        (Some("no-cors"), "image/png", 401),
        (Some("nonsense"), html, 401),
        (None, html, 303),
        (None, "application/json, text/html", 303),
        (None, "*/*", 303),
        (None, "application/json", 401),
        (None, "", 401),
    ] {
        let mut request = browser.request(Method::GET, "/dashboard").header(ACCEPT, accept);
        if let Some(mode) = mode {
            request = request.header("sec-fetch-mode", mode);
        }
        assert_eq!(browser.send(request).await.status, expected, "{mode:?} {accept}");
    }
}

#[tokio::test]
async fn keeps_path_and_query_of_what_was_asked_for() {
    let app = App::start().await;
    let browser = Browser::at(&app);
    for (path, location) in [
        ("/dashboard", "/auth/login?redirect=%2Fdashboard"),
        (
            "/dashboard?a=1&b=%26",
            "/auth/login?redirect=%2Fdashboard%3Fa%3D1%26b%3D%2526",
        ),
        (
            "/account?next=//evil.example",
            "/auth/login?redirect=%2Faccount%3Fnext%3D%2F%2Fevil.example",
        ),
        ("/admin/a%20b?c", "/auth/login?redirect=%2Fadmin%2Fa%2520b%3Fc"),
    ] {
        let page = browser.get(path).await;
        assert_eq!((page.status.as_u16(), page.location()), (303, location));
    }
    let too_long = browser.get(&format!("/dashboard?{}", "x".repeat(2048))).await;
    assert_eq!(too_long.location(), "/auth/login");
}

#[tokio::test]
async fn brings_the_person_back_to_what_was_asked_for() {
    let app = App::start().await;
    let browser = Browser::at(&app);
    let login = browser.get("/account?tab=1").await.location().to_owned();
    let page = browser.get(&login).await.text;
    let begin = "/api/auth/login/dev?redirect=%2Faccount%3Ftab%3D1";
    assert!(page.contains(&format!("href=\"{begin}\"")), "{page}");
}

#[tokio::test]
async fn guards_every_method() {
    let app = App::start().await;
    let [anonymous, user, _] = three(&app).await;
    for method in [Method::HEAD, Method::POST, Method::PUT, Method::DELETE, Method::OPTIONS] {
        let navigation = |browser: &Browser| {
            browser
                .request(method.clone(), "/dashboard?x")
                .header("sec-fetch-mode", "navigate")
        };
        let refused = anonymous.send(navigation(&anonymous)).await;
        assert_eq!(refused.status, 303, "{method}");
        let login = if method == Method::HEAD {
            "/auth/login?redirect=%2Fdashboard%3Fx"
        } else {
            "/auth/login"
        };
        assert_eq!(refused.location(), login, "{method}");
        let passed = user.send(navigation(&user)).await;
        let expected = if method == Method::HEAD { 200 } else { 405 };
        assert_eq!(passed.status, expected, "{method}");
        assert!(passed.text.is_empty(), "{method}: {}", passed.text);
    }
}

#[tokio::test]
async fn is_not_led_astray_by_another_spelling() {
    let app = App::start().await;
    let [anonymous, user, _] = three(&app).await;
    for path in [
        "/%64ashboard",
        "/dashboard%2F",
        "/dashboard;x",
        "/dashboard%00",
        "/Dashboard",
        "//dashboard",
        "/x/../dashboard",
        "/x/%2e%2e/dashboard",
        "/auth/login/../../account",
        "/auth/login/..%2f..%2faccount",
    ] {
        let page = anonymous.get(path).await;
        assert!(page.status != 200, "{path}");
    }
    for path in [
        "/%61dmin",
        "/Admin",
        "//admin",
        "/admin%2F",
        "/admin;x",
        "/dashboard/../admin",
    ] {
        let page = user.get(path).await;
        assert!([403, 404].contains(&page.status.as_u16()), "{path}: {}", page.status);
        assert!(
            page.text.contains("This page is not open") || page.text.contains("There is no page"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn shows_a_page_of_its_own_for_the_wrong_role() {
    let app = App::start().await;
    let user = Browser::at(&app);
    user.sign_in("user").await;
    let page = user.get("/admin").await;
    assert!(page.text.contains("This page is not open to you"), "{}", page.text);
    assert!(page.text.contains("Mireille Kaya"), "{}", page.text);
    assert!(
        !page.text.contains("/api/auth/login/"),
        "signing in again would not help"
    );
    assert_eq!(page.header("cache-control"), Some("no-store"));
}

#[tokio::test]
async fn gives_pages_the_person_that_the_session_answer_has() {
    let app = App::start().await;
    let browser = Browser::at(&app);
    for person in ["admin", "support", "user", "long-name"] {
        browser.sign_in(person).await;
        let session = browser.session().await;
        let account = browser.get("/account").await;
        assert_eq!(account.header("cache-control"), Some("no-store"));
        for field in ["id", "sub", "name", "email", "preferred_username", "organization_id"] {
            if let Some(value) = session["user"][field].as_str() {
                assert!(account.text.contains(value), "{person} has no {field}");
            }
        }
        for list in ["groups", "roles"] {
            for value in session["user"][list].as_array().unwrap() {
                assert!(
                    account.text.contains(value.as_str().unwrap()),
                    "{person} has not {value}"
                );
            }
        }
        let expires = session["expires"].as_str().unwrap();
        assert!(
            account.text.contains(&format!("datetime=\"{expires}\"")),
            "{person}: {expires}"
        );
        let dashboard = browser.get("/dashboard").await.text;
        assert!(
            dashboard.contains(session["user"]["name"].as_str().unwrap()),
            "{person}"
        );
    }
}
