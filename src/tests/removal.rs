//! A removed person: she is forgotten with her accounts, and signed out everywhere.

use super::{app::App, browser::Browser, stores::over_every_store};
use crate::server::{
    session::{Id, payload::SignedIn, registry::Whence},
    store::database::either,
};

over_every_store! {
    a_removed_person_is_forgotten_and_signed_out_everywhere,
    what_is_known_of_a_person_follows_her_sign_ins,
}

async fn person(browser: &Browser) -> String {
    browser.session().await["user"]["id"].as_str().unwrap().to_owned()
}

async fn known(app: &App, person: &str) -> (usize, usize) {
    let rows = async |query: &'static str| {
        let found: Vec<(String,)> = either!(app.state.database(), pool => {
            sqlx::query_as(query).bind(person).fetch_all(pool).await.unwrap()
        });
        found.len()
    };
    (
        rows("SELECT id FROM people WHERE id = $1").await,
        rows("SELECT issuer FROM accounts WHERE person_id = $1").await,
    )
}

async fn a_removed_person_is_forgotten_and_signed_out_everywhere(app: App) {
    let [here, there, other] = [(); 3].map(|()| Browser::at(&app));
    here.sign_in("user").await;
    there.sign_in("user").await;
    other.sign_in("admin").await;
    let (ada, grace) = (person(&here).await, person(&other).await);
    let sessions = app.state.sessions();
    assert_eq!(known(&app, &ada).await, (1, 1));

    assert_eq!(sessions.remove_person(&ada).await.unwrap(), 2);
    assert!(here.session().await.is_null() && there.session().await.is_null());
    assert_eq!(known(&app, &ada).await, (0, 0));
    assert_eq!(known(&app, &grace).await, (1, 1));
    assert!(!other.session().await.is_null(), "another person stays");
    assert_eq!(
        sessions.remove_person(&ada).await.unwrap(),
        0,
        "a second time is harmless"
    );

    // Whether she may come back, the provider and the configuration say.
    here.sign_in("user").await;
    assert_eq!(person(&here).await, ada);
    assert_eq!(known(&app, &ada).await, (1, 1));
}

async fn what_is_known_of_a_person_follows_her_sign_ins(app: App) {
    let browser = Browser::at(&app);
    browser.sign_in("user").await;
    let id: Id = browser.cookie("vestibule").unwrap().parse().unwrap();
    let sessions = app.state.sessions();
    let mut signed_in: SignedIn = sessions.find(id).await.unwrap().unwrap();
    app.advance(60);
    signed_in.signed_in_at = app.state.clock().now();
    signed_in.user.name = Some("Mireille Kaya-Berg".to_owned());
    signed_in.user.email = None;
    signed_in.user.groups = vec!["harbour".to_owned()];
    signed_in.user.organization_id = Some("acme".to_owned());
    let whence = Whence {
        address: "192.0.2.1".to_owned(),
        browser: "Firefox on Linux".to_owned(),
    };
    sessions.begin(&signed_in, &whence).await.unwrap();
    type Row = (Option<String>, Option<String>, Option<String>, String, i64);
    let all = "SELECT name, email, organization_id, groups, last_seen - first_seen FROM people";
    let people: Vec<Row> = either!(app.state.database(), pool => sqlx::query_as(all).fetch_all(pool).await.unwrap());
    let expected = (
        Some("Mireille Kaya-Berg".to_owned()),
        None,
        Some("acme".to_owned()),
        "[\"harbour\"]".to_owned(),
        60,
    );
    assert_eq!(people, [expected]);
}
