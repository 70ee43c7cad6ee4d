//! The pages' rows: for everybody, for who is signed in, for administrators.

use super::{ANYTHING, HTML, JSON, get, signed_in};
use crate::tests::{app::App, browser::Browser};
use serde_json::json;

#[tokio::test]
async fn the_public_pages_are_there() {
    let app = App::start().await;
    let curl = Browser::at(&app);
    for path in [
        "/",
        "/auth/login",
        "/auth/login?redirect=%2Faccount&error=no_code",
        "/auth/signed-out",
    ] {
        let page = get(&curl, ANYTHING, path).await;
        assert_eq!(page.status, 200, "{path}");
        assert!(page.header("content-type").unwrap().starts_with("text/html"), "{path}");
    }
}

#[tokio::test]
async fn protected_pages_are_for_who_signed_in() {
    let app = App::start().await;
    let stranger = Browser::at(&app);
    for (path, login) in [
        ("/dashboard", "/auth/login?redirect=%2Fdashboard"),
        ("/account", "/auth/login?redirect=%2Faccount"),
    ] {
        for accept in [HTML, ANYTHING] {
            let navigation = get(&stranger, accept, path).await;
            assert_eq!(
                (navigation.status.as_u16(), navigation.location()),
                (303, login),
                "{accept}"
            );
        }
        let call = get(&stranger, JSON, path).await;
        let expected = json!({ "error": "unauthenticated", "loginUrl": login });
        assert_eq!((call.status.as_u16(), call.json()), (401, expected));
    }
    let curl = signed_in(&app).await;
    for path in ["/dashboard", "/account"] {
        let page = get(&curl, ANYTHING, path).await;
        assert_eq!(page.status, 200, "{path}");
        assert_eq!(page.header("cache-control"), Some("no-store"), "{path}");
        assert!(page.text.contains("Mireille Kaya"), "{path}");
    }
}

#[tokio::test]
async fn the_administrators_pages_are_for_administrators() {
    let app = App::start().await;
    assert_eq!(get(&Browser::at(&app), HTML, "/admin/x").await.status, 303);
    let curl = signed_in(&app).await;
    for path in ["/admin", "/admin/x"] {
        let page = get(&curl, HTML, path).await;
        assert_eq!(page.status, 403, "{path}");
        assert!(!page.text.contains("name=\"code\""), "{path}");
    }
    let admin = Browser::at(&app);
    admin.sign_in("admin").await;
    assert_eq!(get(&admin, ANYTHING, "/admin").await.status, 200);
}
