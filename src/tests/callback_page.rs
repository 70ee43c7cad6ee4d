//! callback page: decided before it is rendered; Reload and Back are harmless.

use super::{
    app::App,
    browser::{Browser, Page, exchange_of},
};

/// Goes as far as the callback page's URL.
async fn page_of(browser: &Browser, redirect: Option<&str>) -> String {
    let callback_url = browser.choose("user", redirect).await;
    browser.callback(&callback_url).await
}

async fn redeem(browser: &Browser, page: &str) -> Page {
    let (code, redirect) = exchange_of(page);
    browser
        .submit("/api/auth/exchange", &[("code", &code), ("redirect", &redirect)])
        .await
}

#[tokio::test]
async fn is_one_form_with_a_button_that_nobody_keeps() {
    let app = App::start().await;
    let browser = Browser::at(&app);
    let location = page_of(&browser, Some("/account?a=1&b=2")).await;
    let page = browser.get(&location).await;
    assert_eq!(page.status, 200);
    assert_eq!(page.header("cache-control"), Some("no-store"));
    let (code, _) = exchange_of(&location);
    let html = &page.text;
    assert!(
        html.contains("<form method=\"post\" action=\"/api/auth/exchange\""),
        "{html}"
    );
    let field = format!("<input type=\"hidden\" name=\"code\" value=\"{code}\"");
    assert!(html.contains(&field), "{html}");
    assert_eq!(html.matches(&code).count(), 1, "the code is somewhere else too: {html}");
    assert!(
        html.contains("name=\"redirect\" value=\"/account?a=1&amp;b=2\""),
        "{html}"
    );
    assert!(html.contains("<button"), "{html}");
}

#[tokio::test]
async fn without_a_code_leads_to_the_sign_in_page() {
    let app = App::start().await;
    let browser = Browser::at(&app);
    for (query, location) in [
        ("", "/auth/login?error=no_code"),
        ("?exchange=", "/auth/login?error=no_code"),
        ("?code=x&state=y", "/auth/login?error=no_code"),
        ("?redirect=%2Faccount", "/auth/login?error=no_code&redirect=%2Faccount"),
        ("?redirect=https%3A%2F%2Fevil.example", "/auth/login?error=no_code"),
        ("?redirect=%2F%2Fevil.example", "/auth/login?error=no_code"),
    ] {
        let page = browser.get(&format!("/auth/callback{query}")).await;
        assert_eq!(page.status, 303, "{query}");
        assert_eq!(page.location(), location, "{query}");
    }
}

#[tokio::test]
async fn shows_no_target_that_leaves() {
    let app = App::start().await;
    let browser = Browser::at(&app);
    for hostile in [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "javascript:evil",
    ] {
        let redirect: String = url::form_urlencoded::byte_serialize(hostile.as_bytes()).collect();
        let page = browser
            .get(&format!("/auth/callback?exchange=x&redirect={redirect}"))
            .await;
        assert!(!page.text.contains("evil"), "{hostile}: {}", page.text);
        assert!(
            page.text.contains("name=\"redirect\" value=\"/dashboard\""),
            "{hostile}"
        );
    }
}

#[tokio::test]
async fn escapes_whatever_stands_in_the_place_of_a_code() {
    let app = App::start().await;
    let browser = Browser::at(&app);
    let page = browser
        .get("/auth/callback?exchange=%22%3E%3Cscript%3Eevil()%3C/script%3E")
        .await;
    assert_eq!(page.status, 200);
    // Within quotes only the quote ends the value.
    assert!(page.text.contains("name=\"code\" value=\"&quot;"), "{}", page.text);
    assert_eq!(page.text.matches("evil()").count(), 1, "{}", page.text);
}

#[tokio::test]
async fn may_be_loaded_again_before_it_is_redeemed() {
    let app = App::start().await;
    let browser = Browser::at(&app);
    let location = page_of(&browser, None).await;
    for _ in 0..3 {
        assert_eq!(browser.get(&location).await.status, 200);
    }
    assert_eq!(redeem(&browser, &location).await.location(), "/dashboard");
}

#[tokio::test]
async fn leads_a_signed_in_browser_to_its_target_once_the_code_is_redeemed() {
    let app = App::start().await;
    let browser = Browser::at(&app);
    let location = page_of(&browser, Some("/account?tab=1")).await;
    redeem(&browser, &location).await;
    for _ in 0..2 {
        let page = browser.get(&location).await;
        assert_eq!(page.status, 303);
        assert_eq!(page.location(), "/account?tab=1");
    }
    assert_eq!(browser.get("/auth/callback").await.location(), "/dashboard");
    assert_eq!(
        browser.get("/auth/callback?redirect=%2Faccount").await.location(),
        "/account"
    );
    let hostile = "/auth/callback?exchange=x&redirect=%2F%2Fevil.example";
    assert_eq!(browser.get(hostile).await.location(), "/dashboard");
}

#[tokio::test]
async fn redeems_a_fresh_code_of_a_signed_in_browser() {
    let app = App::start().await;
    let browser = Browser::at(&app);
    browser.sign_in("admin").await;
    let location = page_of(&browser, None).await;
    assert_eq!(browser.get(&location).await.status, 200);
    redeem(&browser, &location).await;
    let name = browser.session().await["user"]["preferred_username"].clone();
    assert_eq!(name, "mireille.kaya");
}

#[tokio::test]
async fn does_not_tell_a_stranger_whether_a_code_is_good() {
    let app = App::start().await;
    let browser = Browser::at(&app);
    let location = page_of(&browser, None).await;
    redeem(&browser, &location).await;
    let stranger = Browser::at(&app);
    assert_eq!(stranger.get(&location).await.status, 200);
    redeem(&stranger, &location)
        .await
        .assert_sign_in_error("exchange_failed");
    assert_eq!(stranger.get("/auth/callback?exchange=never").await.status, 200);
}

#[tokio::test]
async fn spends_nothing_by_being_looked_at() {
    let app = App::start().await;
    let browser = Browser::at(&app);
    let location = page_of(&browser, None).await;
    Browser::at(&app).get(&location).await;
    let head = browser.request(reqwest::Method::HEAD, &location);
    assert_eq!(browser.send(head).await.status, 200);
    assert_eq!(redeem(&browser, &location).await.location(), "/dashboard");
}
