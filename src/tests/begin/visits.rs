//! Only a visit begins a sign-in: nothing that a browser loads in advance, within a page, or for a script.

use crate::tests::{
    app::App,
    browser::{Browser, Page, parameter},
    stores::over_every_store,
};
use reqwest::Method;
use serde_json::json;

over_every_store! {
    begins_nothing_for_what_is_no_visit,
    begins_at_every_visit,
}

const BINDING: &str = "vestibule-login";
const PATH: &str = "/api/auth/login/dev?redirect=%2Faccount";

async fn ask(browser: &Browser, method: Method, headers: &[(&str, &str)]) -> Page {
    let request = headers
        .iter()
        .fold(browser.request(method, PATH), |request, (name, value)| {
            request.header(*name, *value)
        });
    browser.send(request).await
}

async fn begins_nothing_for_what_is_no_visit(app: App) {
    let document = ("sec-fetch-dest", "document");
    let navigate = ("sec-fetch-mode", "navigate");
    let no_visits: [&[(&str, &str)]; 17] = [
        &[("sec-purpose", "prefetch"), document, navigate],
        &[("sec-purpose", "prefetch;prerender"), document, navigate],
        &[("sec-purpose", "prefetch;anonymous-client-ip"), document, navigate],
        &[("purpose", "prefetch"), document, navigate],
        &[("Purpose", "Prefetch")],
        &[("x-moz", "prefetch")],
        &[("x-purpose", "preview")],
        &[("sec-fetch-dest", "image"), ("sec-fetch-mode", "no-cors")],
        &[("sec-fetch-dest", "image"), navigate],
        &[("sec-fetch-dest", "iframe"), navigate],
        &[("sec-fetch-dest", "frame"), navigate],
        &[("sec-fetch-dest", "object"), navigate],
        &[("sec-fetch-dest", "script"), ("sec-fetch-mode", "no-cors")],
        &[("sec-fetch-dest", "serviceworker"), ("sec-fetch-mode", "same-origin")],
        &[("sec-fetch-dest", "empty"), ("sec-fetch-mode", "cors")],
        &[("sec-fetch-dest", "empty"), ("sec-fetch-mode", "same-origin")],
        &[document, navigate, ("sec-fetch-dest", "iframe")],
    ];
    let browser = Browser::at(&app);
    for headers in no_visits {
        let answer = ask(&browser, Method::GET, headers).await;
        assert_eq!(answer.status, 401, "{headers:?}");
        let expected = json!({ "error": "unauthenticated", "loginUrl": PATH });
        assert_eq!(answer.json(), expected, "{headers:?}");
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert_eq!(answer.header("set-cookie"), None, "{headers:?}");
    }
    let head = ask(&browser, Method::HEAD, &[]).await;
    assert_eq!((head.status.as_u16(), head.header("set-cookie")), (405, None));
    assert_eq!(app.count("one_time").await, 0);
    // The visit that follows finds everything as it was.
    assert_eq!(browser.sign_in("user").await, "/dashboard");
}

async fn begins_at_every_visit(app: App) {
    let visits: [&[(&str, &str)]; 6] = [
        &[("sec-fetch-dest", "document"), ("sec-fetch-mode", "navigate")],
        &[("sec-fetch-mode", "navigate")],
        // `curl`, and browsers that say nothing.
        &[],
        &[("accept", "*/*"), ("user-agent", "curl/8.5.0")],
        &[("accept", "application/json")],
        // Node's `fetch`, which is no browser's.
        &[("accept", "*/*"), ("sec-fetch-mode", "cors")],
    ];
    for headers in visits {
        let browser = Browser::at(&app);
        let begun = ask(&browser, Method::GET, headers).await;
        assert_eq!(begun.status, 303, "{headers:?}");
        assert!(parameter(begun.location(), "state").is_some(), "{headers:?}");
        assert!(browser.cookie(BINDING).is_some(), "{headers:?}");
    }
}

#[tokio::test]
async fn sends_a_script_to_the_sign_in_page_where_there_is_no_such_provider() {
    let app = App::start().await;
    let answer = Browser::at(&app)
        .fetch("/api/auth/login/nobody?redirect=%2F%2Fevil.example")
        .await;
    assert_eq!(answer.status, 401);
    assert_eq!(answer.json()["loginUrl"], "/auth/login?redirect=%2Fdashboard");
}
