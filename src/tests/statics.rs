//! statics: files, how long they are kept, and what is not among them.

use super::{
    app::App,
    browser::{Browser, Page},
};
use reqwest::{Method, header::ACCEPT_ENCODING};
use std::path::Path;
use tempfile::TempDir;

const SCRIPT: &str = "console.log('vestibule');";

/// A site's folder as cargo-leptos makes it, with a secret beside it.
fn site() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |path: &str, content: &[u8]| {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    };
    write("beside.txt", b"a secret");
    write("site/favicon.svg", b"<svg/>");
    write("site/index.html", b"an index");
    write("site/folder/index.html", b"an index");
    write("site/pkg/app.js", SCRIPT.as_bytes());
    write("site/pkg/app.js.br", b"as brotli");
    write("site/pkg/app.js.gz", b"as gzip");
    write("site/pkg/plain.css", b"p{}");
    write("site/dashboard.html", b"a file");
    folder
}

async fn app_of(site: &Path, hash_files: &str) -> App {
    let root = site.join("site").display().to_string();
    let hashes = site.join("hash.txt").display().to_string();
    std::fs::write(&hashes, "js: a\nwasm: b\ncss: c\n").unwrap();
    App::with(&[
        ("LEPTOS_SITE_ROOT", &root),
        ("LEPTOS_HASH_FILES", hash_files),
        ("LEPTOS_HASH_FILE_NAME", &hashes),
    ])
    .await
}

async fn encoded(browser: &Browser, path: &str, accepts: &str) -> Page {
    browser
        .send(browser.request(Method::GET, path).header(ACCEPT_ENCODING, accepts))
        .await
}

#[tokio::test]
async fn are_kept_as_long_as_their_names_allow() {
    let site = site();
    for (hash_files, path, expected) in [
        ("true", "/pkg/app.js", "public, max-age=31536000, immutable"),
        ("false", "/pkg/app.js", "no-cache"),
        ("true", "/favicon.svg", "public, max-age=3600"),
        ("false", "/favicon.svg", "public, max-age=3600"),
    ] {
        let app = app_of(site.path(), hash_files).await;
        let file = Browser::at(&app).get(path).await;
        assert_eq!(file.status, 200, "{path}");
        assert_eq!(
            file.header("cache-control"),
            Some(expected),
            "{path}, hashed: {hash_files}"
        );
        assert!(file.header("set-cookie").is_none());
    }
}

#[tokio::test]
async fn are_sent_precompressed_to_who_accepts_that() {
    let site = site();
    let app = app_of(site.path(), "false").await;
    let browser = Browser::at(&app);
    for (accepts, encoding, content) in [
        ("br, gzip", Some("br"), "as brotli"),
        ("gzip, deflate", Some("gzip"), "as gzip"),
        ("identity", None, SCRIPT),
        ("br;q=0, gzip", Some("gzip"), "as gzip"),
    ] {
        let file = encoded(&browser, "/pkg/app.js", accepts).await;
        assert_eq!(file.header("content-encoding"), encoding, "{accepts}");
        assert_eq!(file.text, content, "{accepts}");
        assert_eq!(file.header("content-type"), Some("text/javascript"));
        assert_eq!(file.header("vary"), Some("accept-encoding"));
    }
    let plain = encoded(&browser, "/pkg/plain.css", "br, gzip").await;
    assert_eq!((plain.header("content-encoding"), &*plain.text), (None, "p{}"));
}

#[tokio::test]
async fn cost_no_look_at_the_session() {
    let site = site();
    let app = app_of(site.path(), "false").await;
    let browser = Browser::at(&app);
    browser.set_cookie("vestibule", Some("AAAAAAAAAAAAAAAAAAAAAA"));
    app.state.database().close().await;
    let file = browser.get("/favicon.svg").await;
    assert_eq!((file.status.as_u16(), &*file.text), (200, "<svg/>"));
}

#[tokio::test]
async fn never_come_from_beside_the_folder() {
    let site = site();
    let app = app_of(site.path(), "false").await;
    for path in [
        "/../beside.txt",
        "/pkg/../../beside.txt",
        "/%2e%2e/beside.txt",
        "/..%2fbeside.txt",
        "/..%5cbeside.txt",
        "/pkg/%2e%2e/%2e%2e/beside.txt",
        "//beside.txt",
        "/%00",
        "/favicon.svg%00",
        "/%2fetc/passwd",
        "//etc/passwd",
        "/C:/beside.txt",
    ] {
        let answer = app
            .send_raw(&format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
            .await;
        assert!(
            !answer.contains("a secret") && !answer.contains("root:"),
            "{path}: {answer}"
        );
        assert!(
            !answer.starts_with("HTTP/1.1 200 ") && !answer.starts_with("HTTP/1.1 5"),
            "{path}: {answer}"
        );
    }
}

#[tokio::test]
async fn stand_in_for_no_page_and_no_folder() {
    let site = site();
    let app = app_of(site.path(), "false").await;
    let browser = Browser::at(&app);
    assert!(!browser.get("/").await.text.contains("an index"));
    for path in [
        "/folder",
        "/folder/",
        "/pkg",
        "/pkg/",
        "/pkg/none.js",
        "/favicon.svg/",
        "/favicon.svg/x",
    ] {
        let page = browser.get(path).await;
        assert_eq!(page.status, 404, "{path}");
        assert!(page.text.contains("There is no page here"), "{path}: {}", page.text);
    }
    assert_eq!(browser.get("/dashboard").await.status, 303);
}

#[tokio::test]
async fn are_read_and_never_written() {
    let site = site();
    let app = app_of(site.path(), "false").await;
    let browser = Browser::at(&app);
    let head = browser.send(browser.request(Method::HEAD, "/favicon.svg")).await;
    assert_eq!((head.status.as_u16(), head.header("content-length")), (200, Some("6")));
    for method in [Method::POST, Method::PUT, Method::DELETE] {
        let answer = browser.send(browser.request(method.clone(), "/favicon.svg")).await;
        assert_eq!(answer.status, 404, "{method}");
    }
}

#[tokio::test]
async fn are_sent_once_to_who_has_them() {
    let site = site();
    let app = app_of(site.path(), "false").await;
    let browser = Browser::at(&app);
    let first = browser.get("/favicon.svg").await;
    let known = first.header("last-modified").unwrap();
    let request = browser
        .request(Method::GET, "/favicon.svg")
        .header("if-modified-since", known);
    let again = browser.send(request).await;
    assert_eq!(again.status, 304);
    assert_eq!(again.header("cache-control"), Some("public, max-age=3600"));
}

#[tokio::test]
async fn leave_a_page_with_a_slash_too_many_to_its_own_address() {
    let app = App::start().await;
    let browser = Browser::at(&app);
    for (path, location) in [
        ("/dashboard/", "/dashboard"),
        ("/dashboard/?tab=1&x=%26", "/dashboard?tab=1&x=%26"),
        ("/auth/login/?error=no_code", "/auth/login?error=no_code"),
        ("/auth/callback/?exchange=x", "/auth/callback?exchange=x"),
    ] {
        let page = browser.get(path).await;
        assert_eq!((page.status.as_u16(), page.location()), (308, location), "{path}");
    }
    assert_eq!(browser.get("/dashboard//").await.status, 404);
}

#[tokio::test]
async fn say_that_there_is_none_in_the_words_of_who_asks() {
    let app = App::start().await;
    let browser = Browser::at(&app);
    let page = browser.get("/nothing?<script>alert(1)</script>").await;
    assert_eq!(page.status, 404);
    assert!(page.header("content-type").unwrap().starts_with("text/html"));
    assert!(!page.text.contains("alert(1)"), "{}", page.text);
    let answer = browser.fetch("/api/nothing").await;
    assert_eq!(
        (answer.status.as_u16(), answer.json()),
        (404, serde_json::json!({ "error": "not_found" }))
    );
}
