//! `AUTH_URL`, and what it is by default.

use super::{assert_mistake, read};
use crate::server::config::PublicUrl;

#[test]
fn public_url_is_an_origin() {
    for (given, origin) in [
        ("https://app.example.com", "https://app.example.com"),
        ("https://App.Example.com/", "https://app.example.com"),
        ("https://app.example.com:8443", "https://app.example.com:8443"),
        ("http://127.0.0.1:3000", "http://127.0.0.1:3000"),
        ("http://127.1.2.3", "http://127.1.2.3"),
        ("http://localhost:3000", "http://localhost:3000"),
        ("http://[::1]:3000", "http://[::1]:3000"),
    ] {
        let url = PublicUrl::parse(given).unwrap();
        assert_eq!(url.origin(), origin);
        assert_eq!(url.is_https(), given.starts_with("https"));
        assert_eq!(url.is_loopback(), given.starts_with("http:"));
    }
    let https = "begins with https://";
    let origin = "an origin only";
    for (given, part) in [
        ("", "an empty value"),
        ("app.example.com", https),
        ("ftp://app.example.com", https),
        ("https://app example.com", https),
        ("https://app.exa\nmple.com", https),
        ("https:\\\\app.example.com", https),
        ("http://app.example.com", "http:// is for localhost"),
        ("http://localhost.example.com", "http:// is for localhost"),
        ("http://0.0.0.0:3000", "http:// is for localhost"),
        ("https://app.example.com/path", origin),
        ("https://app.example.com?q", origin),
        ("https://app.example.com/?", origin),
        ("https://app.example.com/#", origin),
        ("https://user:hunter2@app.example.com", origin),
    ] {
        assert_mistake("", &[("AUTH_URL", given)], &["AUTH_URL: found", part]);
    }
    let shown = read("", &[("AUTH_URL", "https://user:hunter2@app.example.com")])
        .unwrap_err()
        .to_string();
    assert!(!shown.contains("hunter2"), "{shown}");
}

#[test]
fn public_url_joins_paths_of_its_own() {
    let url = PublicUrl::parse("https://app.example.com").unwrap();
    for (path, joined) in [
        ("/", "https://app.example.com/"),
        (
            "/auth/login?error=no_code#here",
            "https://app.example.com/auth/login?error=no_code#here",
        ),
        ("//evil.example/x", "https://app.example.com//evil.example/x"),
        ("https://evil.example", "https://app.example.com/https://evil.example"),
    ] {
        assert_eq!(url.join(path).as_str(), joined);
    }
}

#[test]
fn an_address_that_no_browser_can_use_needs_a_public_url() {
    assert_mistake(
        "",
        &[("LEPTOS_SITE_ADDR", "0.0.0.0:3000")],
        &["AUTH_URL: found nothing", "0.0.0.0:3000"],
    );
    let config = read(
        "",
        &[
            ("LEPTOS_SITE_ADDR", "0.0.0.0:3000"),
            ("AUTH_URL", "http://localhost:3000"),
        ],
    )
    .unwrap();
    assert_eq!(config.public_url.origin(), "http://localhost:3000");
    assert_eq!(
        read("", &[("LEPTOS_SITE_ADDR", "[::1]:80")])
            .unwrap()
            .public_url
            .origin(),
        "http://[::1]"
    );
}
