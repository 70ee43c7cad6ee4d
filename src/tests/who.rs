//! who: the session as JSON, and the providers.

use super::{app::App, browser::Browser};
use serde_json::{Value, json};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

#[tokio::test]
async fn is_nobody_before_somebody_signs_in() {
    let app = App::start().await;
    for answer in [
        Browser::at(&app).fetch("/api/auth/session").await,
        Browser::at(&app).get("/api/auth/session").await,
    ] {
        assert_eq!((answer.status.as_u16(), &*answer.text), (200, "null"));
        assert_eq!(answer.header("content-type"), Some("application/json"));
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert!(answer.header("set-cookie").is_none());
    }
}

#[tokio::test]
async fn is_the_person_whose_provider_vouched_for_her() {
    let app = App::start().await;
    let browser = Browser::at(&app);
    browser.sign_in("admin").await;
    let mut session = browser.session().await;
    let id = session["user"]["id"].take();
    let sub = session["user"]["sub"].take();
    let expires = session["expires"].take();
    assert_eq!((id.as_str().unwrap().len(), sub.as_str().unwrap().len()), (22, 64));
    let expected = json!({
        "user": {
            "id": null,
            "provider": "dev",
            "sub": null,
            "name": "Adaeze Obi",
            "email": "adaeze.obi@harbour.example",
            "email_verified": false,
            "preferred_username": "adaeze.obi",
            "picture": null,
            "groups": ["vestibule-admins", "harbour-staff"],
            "roles": ["admin", "user"],
            "organization_id": "org_harbour",
        },
        "expires": null,
    });
    assert_eq!(session, expected);
    let expires = OffsetDateTime::parse(expires.as_str().unwrap(), &Rfc3339).unwrap();
    let left = expires - app.state.clock().now();
    assert_eq!(
        left.whole_seconds(),
        7 * 24 * 3600 - 1,
        "a week, less the fraction that is not shown"
    );
}

#[tokio::test]
async fn has_null_for_what_the_provider_did_not_say() {
    let app = App::start().await;
    let browser = Browser::at(&app);
    browser.sign_in("long-name").await;
    let user = browser.session().await["user"].clone();
    for absent in ["email", "email_verified", "picture", "organization_id"] {
        assert_eq!(user[absent], Value::Null, "{absent}");
        assert!(user.as_object().unwrap().contains_key(absent), "{absent}");
    }
    assert_eq!(user["groups"], json!([]));
}

#[tokio::test]
async fn gives_each_person_one_id_for_good() {
    let app = App::start().await;
    let mut ids = Vec::new();
    for person in ["admin", "support", "user", "admin"] {
        let browser = Browser::at(&app);
        browser.sign_in(person).await;
        ids.push(browser.session().await["user"]["id"].clone());
    }
    assert_eq!(ids[0], ids[3]);
    assert!(ids[0] != ids[1] && ids[1] != ids[2] && ids[0] != ids[2], "{ids:?}");
}

#[tokio::test]
async fn has_five_hundred_groups_and_the_roles_that_they_grant() {
    let app = App::start().await;
    let browser = Browser::at(&app);
    for (person, groups, roles) in [
        ("groups", 500, json!(["user"])),
        ("support", 2, json!(["support", "user"])),
        ("user", 0, json!(["user"])),
    ] {
        browser.sign_in(person).await;
        let user = browser.session().await["user"].clone();
        assert_eq!(user["groups"].as_array().unwrap().len(), groups, "{person}");
        assert_eq!(user["roles"], roles, "{person}");
    }
}

#[tokio::test]
async fn lists_the_providers_as_the_sign_in_page_does() {
    let acme = [
        ("AUTH_ACME_CORP_ISSUER", "http://127.0.0.1:1/"),
        ("AUTH_ACME_CORP_ID", "client-of-acme"),
        ("AUTH_ACME_CORP_SECRET", "secret-of-acme"),
        ("AUTH_DEV_IDP", "on"),
    ];
    let app = App::with(&acme).await;
    let browser = Browser::at(&app);
    let answer = browser.fetch("/api/auth/providers").await;
    let origin = &app.origin;
    let expected = json!([
        {
            "id": "acme-corp",
            "name": "Acme Corp",
            "loginUrl": format!("{origin}/api/auth/login/acme-corp"),
            "callbackUrl": format!("{origin}/api/auth/callback/acme-corp"),
        },
        {
            "id": "dev",
            "name": "Development provider",
            "loginUrl": format!("{origin}/api/auth/login/dev"),
            "callbackUrl": format!("{origin}/api/auth/callback/dev"),
        },
    ]);
    assert_eq!((answer.status.as_u16(), answer.json()), (200, expected));
    assert!(!answer.text.contains("of-acme"));
    let page = browser.get("/auth/login").await.text;
    for path in ["/api/auth/login/acme-corp", "/api/auth/login/dev"] {
        assert!(page.contains(&format!("href=\"{path}\"")), "{path}: {page}");
    }
}

#[tokio::test]
async fn is_told_to_nobody_who_posts_or_comes_from_elsewhere() {
    let app = App::start().await;
    let browser = Browser::at(&app);
    browser.sign_in("user").await;
    assert_eq!(browser.submit("/api/auth/session", &[]).await.status, 405);
    let answer = browser.fetch("/api/auth/session").await;
    assert!(answer.header("access-control-allow-origin").is_none());
}
