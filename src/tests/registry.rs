//! The registry: who has signed in, and which sessions are on.

use super::{app::App, browser::Browser, stores::over_every_store};
use crate::server::{
    session::{Handle, Id, registry::Which, sealed, whence},
    store::database::either,
};
use time::Duration;

over_every_store! {
    every_sign_in_is_entered_and_every_sign_out_is_forgotten,
    sessions_end_by_person_by_sid_and_by_subject,
    use_is_noted_and_expiry_is_swept,
    what_no_database_keeps_is_left_out,
}

fn handle(browser: &Browser) -> Handle {
    let id: Id = browser.cookie("vestibule").unwrap().parse().unwrap();
    sealed::handle(&id)
}

async fn person(browser: &Browser) -> String {
    browser.session().await["user"]["id"].as_str().unwrap().to_owned()
}

async fn count(app: &App, person: &str) -> usize {
    let now = app.state.clock().now();
    let listed = app.state.sessions().registry().of_person(person, now, 100).await;
    listed.unwrap().len()
}

async fn every_sign_in_is_entered_and_every_sign_out_is_forgotten(app: App) {
    let (first, second) = (Browser::at(&app), Browser::at(&app));
    first.sign_in("user").await;
    app.advance(60);
    second.sign_in("user").await;
    let ada = person(&first).await;
    let now = app.state.clock().now();
    let registry = app.state.sessions().registry();

    let listed = registry.of_person(&ada, now, 100).await.unwrap();
    let handles: Vec<Handle> = listed.iter().map(|entry| entry.handle).collect();
    assert_eq!(handles, [handle(&second), handle(&first)], "the last used comes first");
    assert_eq!(listed[0].provider, "dev");
    assert_eq!(listed[0].whence.address, "127.0.0.1");
    assert_eq!(listed[0].signed_in_at - listed[1].signed_in_at, Duration::seconds(60));
    assert_eq!(listed[0].expires_at - listed[0].signed_in_at, Duration::days(7));

    let all = "SELECT id, name, last_seen - first_seen FROM people";
    let people: Vec<(String, Option<String>, i64)> =
        either!(app.state.database(), pool => sqlx::query_as(all).fetch_all(pool).await.unwrap());
    assert_eq!(people.len(), 1, "the second sign-in is of the same person");
    assert_eq!((&people[0].0, people[0].2), (&ada, 60));
    let all = "SELECT issuer, person_id FROM accounts";
    let accounts: Vec<(String, String)> =
        either!(app.state.database(), pool => sqlx::query_as(all).fetch_all(pool).await.unwrap());
    assert_eq!(
        accounts,
        [(format!("{}/dev/application/o/vestibule/", app.origin), ada.clone())]
    );

    first.submit("/api/auth/logout", &[]).await;
    assert_eq!(count(&app, &ada).await, 1);
}

async fn sessions_end_by_person_by_sid_and_by_subject(app: App) {
    let browsers = [(); 3].map(|()| Browser::at(&app));
    for browser in &browsers {
        browser.sign_in("user").await;
    }
    let other = Browser::at(&app);
    other.sign_in("admin").await;
    let [first, second, third] = &browsers;
    let (ada, sessions) = (person(first).await, app.state.sessions());
    let is_signed_in = async |browser: &Browser| !browser.session().await.is_null();

    let foreign = Which::One {
        person: &ada,
        handle: handle(&other),
    };
    assert_eq!(
        sessions.end_all(foreign).await.unwrap(),
        0,
        "nobody ends the session of another"
    );
    assert!(is_signed_in(&other).await);

    let one = Which::One {
        person: &ada,
        handle: handle(third),
    };
    assert_eq!(sessions.end_all(one).await.unwrap(), 1);
    assert!(!is_signed_in(third).await && is_signed_in(second).await);

    let others = Which::Others {
        person: &ada,
        but: handle(first),
    };
    assert_eq!(sessions.end_all(others).await.unwrap(), 1);
    assert!(!is_signed_in(second).await && is_signed_in(first).await);

    let signed_in = sessions
        .find(first.cookie("vestibule").unwrap().parse().unwrap())
        .await
        .unwrap()
        .unwrap();
    let (sid, sub) = (signed_in.sid.unwrap(), signed_in.user.sub);
    let elsewhere = Which::Sid {
        provider: "elsewhere",
        sid: &sid,
    };
    assert_eq!(
        sessions.end_all(elsewhere).await.unwrap(),
        0,
        "a provider ends its own alone"
    );
    let of_another = Which::SidOfSubject {
        provider: "dev",
        sid: &sid,
        sub: "another",
    };
    assert_eq!(sessions.end_all(of_another).await.unwrap(), 0);
    let by_sid = Which::Sid {
        provider: "dev",
        sid: &sid,
    };
    assert_eq!(sessions.end_all(by_sid).await.unwrap(), 1);
    assert!(!is_signed_in(first).await);

    second.sign_in("user").await;
    third.sign_in("user").await;
    let by_subject = Which::Subject {
        provider: "dev",
        sub: &sub,
    };
    assert_eq!(sessions.end_all(by_subject).await.unwrap(), 2);
    assert!(is_signed_in(&other).await, "another person stays");
    assert_eq!(count(&app, &ada).await, 0);
}

async fn use_is_noted_and_expiry_is_swept(app: App) {
    let browser = Browser::at(&app);
    browser.sign_in("user").await;
    let ada = person(&browser).await;
    let registry = app.state.sessions().registry();
    app.advance(2 * 3600);
    browser.get("/dashboard").await;
    let now = app.state.clock().now();
    let listed = registry.of_person(&ada, now, 100).await.unwrap();
    assert_eq!(listed[0].seen_at - listed[0].signed_in_at, Duration::hours(2));
    assert_eq!(listed[0].expires_at - listed[0].seen_at, Duration::days(7));

    registry
        .sweep(listed[0].expires_at - Duration::seconds(1))
        .await
        .unwrap();
    assert_eq!(count(&app, &ada).await, 1);
    registry.sweep(listed[0].expires_at).await.unwrap();
    assert_eq!(count(&app, &ada).await, 0);
}

#[test]
fn a_browser_is_called_by_its_name() {
    for (user_agent, name) in [
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
            "Firefox on Linux",
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0",
            "Edge on Windows",
        ),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15",
            "Safari on macOS",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/140.0 Mobile/15E148 Safari/604.1",
            "Chrome on iPhone",
        ),
        (
            "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36",
            "Chrome on Android",
        ),
        ("curl/8.5.0", "curl"),
        ("<script>alert(1)</script>", "An unknown browser"),
        ("", "An unknown browser"),
    ] {
        assert_eq!(whence::browser(user_agent), name);
    }
}

async fn what_no_database_keeps_is_left_out(app: App) {
    let browser = Browser::at(&app);
    browser.sign_in("user").await;
    let id: Id = browser.cookie("vestibule").unwrap().parse().unwrap();
    let sessions = app.state.sessions();
    let mut signed_in = sessions.find(id).await.unwrap().unwrap();
    signed_in.user.name = Some("A\0da".to_owned());
    sessions.follow(id, &signed_in).await.unwrap();
    assert_eq!(app.count("people WHERE name = 'Ada'").await, 1);
}
