//! Every URL once, and who may see what is there.

use crate::{
    shared::{
        error::SignInError,
        paths::{self, Access},
        safe_path::SafePath,
    },
    ui::app::App,
};
use leptos_axum::generate_route_list;
use std::collections::BTreeSet;

#[tokio::test]
async fn every_page_is_a_route_and_every_route_a_page() {
    let routes = generate_route_list(App);
    let routes: Vec<_> = routes.iter().map(|route| route.path()).collect();
    let unique: BTreeSet<_> = routes.iter().copied().collect();
    assert_eq!(routes.len(), unique.len(), "a path has two routes: {routes:?}");
    assert_eq!(unique, paths::PAGES.iter().copied().collect());
}

#[test]
fn the_urls_are_the_contracts() {
    let pages = [
        "/",
        "/auth/login",
        "/auth/callback",
        "/auth/signed-out",
        "/dashboard",
        "/account",
        "/account/sessions",
        "/admin",
    ];
    assert_eq!(paths::PAGES, pages);
    let endpoints = [
        (paths::API_LOGIN, "/api/auth/login"),
        (paths::API_CALLBACK, "/api/auth/callback"),
        (paths::API_EXCHANGE, "/api/auth/exchange"),
        (paths::API_SESSION, "/api/auth/session"),
        (paths::API_PROVIDERS, "/api/auth/providers"),
        (paths::API_REFRESH, "/api/auth/refresh"),
        (paths::API_LOGOUT, "/api/auth/logout"),
        (paths::API_SESSIONS_END, "/api/auth/sessions/end"),
        (paths::API_EVENTS, "/api/auth/events"),
        (paths::API_BACKCHANNEL_LOGOUT, "/api/auth/backchannel-logout"),
        (paths::API_FRONTCHANNEL_LOGOUT, "/api/auth/frontchannel-logout"),
        (paths::API_ME, "/api/v1/me"),
        (paths::HEALTHZ, "/healthz"),
        (paths::READYZ, "/readyz"),
    ];
    for (path, contract) in endpoints {
        assert_eq!(path, contract);
    }
}

#[test]
fn a_path_is_open_private_or_for_a_role() {
    let table = [
        ("/", Access::Public),
        ("/auth/login", Access::Public),
        ("/auth/callback", Access::Public),
        ("/auth/signed-out", Access::Public),
        ("/api", Access::Public),
        ("/api/auth/session", Access::Public),
        ("/dashboard", Access::SignedIn),
        ("/account", Access::SignedIn),
        ("/account/sessions", Access::SignedIn),
        ("/admin", Access::Role("admin")),
        ("/admin/", Access::Role("admin")),
        ("/admin/people/{id}", Access::Role("admin")),
        // A forgotten line closes a page, never opens it.
        ("/auth/another", Access::SignedIn),
        ("/auth/login/more", Access::SignedIn),
        ("/another", Access::SignedIn),
        ("/apis", Access::SignedIn),
        ("/administration", Access::SignedIn),
        ("", Access::SignedIn),
    ];
    for (path, access) in table {
        assert_eq!(paths::access(path), access, "{path:?}");
    }
}

#[test]
fn a_path_is_under_a_root_by_whole_segments() {
    assert!(paths::is_under("/admin", "/admin") && paths::is_under("/admin/x", "/admin"));
    assert!(!paths::is_under("/administer", "/admin") && !paths::is_under("/x/admin", "/admin"));
    assert!(!paths::is_under("", "/admin"));
}

#[test]
fn what_goes_into_a_query_is_encoded() {
    let target = SafePath::parse("/search?q=a&b=%2F#top").unwrap();
    let encoded = "redirect=%2Fsearch%3Fq%3Da%26b%3D%252F%23top";
    assert_eq!(paths::login(None, None), "/auth/login");
    assert_eq!(paths::login(Some(&target), None), format!("/auth/login?{encoded}"));
    assert_eq!(
        paths::login(None, Some(SignInError::NoCode)),
        "/auth/login?error=no_code"
    );
    assert_eq!(
        paths::login(Some(&target), Some(SignInError::NoCode)),
        format!("/auth/login?error=no_code&{encoded}")
    );
    assert_eq!(paths::begin("dev", None), "/api/auth/login/dev");
    assert_eq!(
        paths::begin("dev", Some(&target)),
        format!("/api/auth/login/dev?{encoded}")
    );
    assert_eq!(
        paths::callback_page("a+b&c", &target),
        format!("/auth/callback?exchange=a%2Bb%26c&{encoded}")
    );
}
