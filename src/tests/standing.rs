//! A session that began under another configuration.

use super::{
    app::App,
    browser::Browser,
    faulty_provider::{CLIENT, FaultyProvider, SECRET},
    verification::bench::Bench,
};
use serde_json::{Value, json};

/// Somebody of the group `crew` who has signed in; her browser at the same site, configured anew with `changed`.
async fn after(file: &str, changed: &[(&str, &str)]) -> (Bench, App, Browser) {
    let secret = ("AUTH_SECRET", "0123456789abcdefghijklmnopqrstuv");
    let variables = [("AUTH_FAULTY_SECRET", SECRET), secret];
    let bench = Bench::of(FaultyProvider::start().await, &variables).await;
    bench
        .provider
        .change(|answers| answers.userinfo = json!({ "groups": ["crew", "vestibule-admins"] }));
    bench.sign_in().await;
    assert_eq!(bench.browser.get("/admin").await.status, 200);

    let database = format!("sqlite:{}", bench.app.folder().join("vestibule.db").display());
    let issuer = bench.provider.issuer.clone();
    let same = [
        secret,
        ("AUTH_URL", &*bench.app.origin),
        ("DATABASE_URL", &*database),
        ("AUTH_FAULTY_ISSUER", &*issuer),
        ("AUTH_FAULTY_ID", CLIENT),
        ("AUTH_FAULTY_SECRET", SECRET),
    ];
    let is_changed = |name: &str| changed.iter().any(|(other, _)| *other == name);
    let mut variables: Vec<_> = same.into_iter().filter(|(name, _)| !is_changed(name)).collect();
    variables.extend(changed.iter().filter(|(_, value)| !value.is_empty()));
    let app = App::with_file(file, &variables).await;
    let browser = bench.browser.moved_to(&app);
    (bench, app, browser)
}

async fn assert_over(changed: &[(&str, &str)]) {
    let (_bench, app, browser) = after("", changed).await;
    let page = browser.get("/dashboard").await;
    assert_eq!(
        page.location(),
        "/auth/login?error=session_expired&redirect=%2Fdashboard",
        "{changed:?}"
    );
    assert_eq!(browser.session().await, Value::Null);
    assert_eq!(app.count("sessions").await + app.count("tower_sessions").await, 0);
}

#[tokio::test]
async fn it_goes_on_under_the_same() {
    let (_bench, _app, browser) = after("", &[("AUTH_FAULTY_ALLOWED_GROUPS", "staff,crew")]).await;
    assert_eq!(browser.get("/admin").await.status, 200);
}

#[tokio::test]
async fn it_is_over_when_its_person_would_not_be_let_in() {
    assert_over(&[("AUTH_FAULTY_ALLOWED_GROUPS", "staff")]).await;
    assert_over(&[("AUTH_FAULTY_ALLOWED_DOMAINS", "elsewhere.example")]).await;
}

#[tokio::test]
async fn it_is_over_when_its_provider_is_gone_or_another() {
    let other = "https://other.example/";
    assert_over(&[("AUTH_FAULTY_ISSUER", other)]).await;
    assert_over(&[
        ("AUTH_FAULTY_ISSUER", ""),
        ("AUTH_FAULTY_ID", ""),
        ("AUTH_FAULTY_SECRET", ""),
        ("AUTH_OTHER_ISSUER", other),
        ("AUTH_OTHER_ID", CLIENT),
    ])
    .await;
}

#[tokio::test]
async fn its_roles_are_those_that_are_granted_now() {
    let (_bench, _app, browser) = after("[auth.roles]\nadmin = [\"staff\"]\nrower = [\"crew\"]\n", &[]).await;
    assert_eq!(browser.get("/admin").await.status, 403);
    assert_eq!(browser.session().await["user"]["roles"], json!(["rower", "user"]));
}
