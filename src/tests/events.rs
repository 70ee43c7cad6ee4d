//! events: an open page learns at once that its session is over, and nothing of anybody else's.

mod instances;
mod limits;
pub mod tab;

use super::{app::App, browser::Browser, stores::over_every_store};
use crate::server::session::{Id, registry::Which, sealed};
use tab::Tab;

over_every_store! {
    signing_out_is_told_to_its_own_pages_and_no_others,
    every_other_end_is_told,
    another_sign_in_in_the_same_browser_is_told,
    who_is_not_signed_in_is_told_nothing,
    a_page_of_a_session_that_is_over_is_told_to_ask_anew,
    an_open_page_does_not_keep_its_session_alive,
}

const PATH: &str = "/api/auth/events";

fn key(browser: &Browser) -> String {
    let id: Id = browser.cookie("vestibule").unwrap().parse().unwrap();
    sealed::handle(&id).to_string()
}

async fn person(browser: &Browser) -> String {
    browser.session().await["user"]["id"].as_str().unwrap().to_owned()
}

async fn signed_in<const N: usize>(app: &App, person: &str) -> [Browser; N] {
    let browsers = [(); N].map(|()| Browser::at(app));
    for browser in &browsers {
        browser.sign_in(person).await;
    }
    browsers
}

async fn signing_out_is_told_to_its_own_pages_and_no_others(app: App) {
    let [here, there] = signed_in(&app, "user").await;
    let mut pages = [Tab::open(&here).await, Tab::of(&here).await];
    let mut others = Tab::open(&there).await;
    for page in &mut pages {
        assert_eq!(page.status, 200);
        assert_eq!(page.header("content-type"), "text/event-stream");
        assert_eq!(page.header("cache-control"), "no-store");
        assert_eq!(page.header("x-accel-buffering"), "no");
        assert!(page.until("\n\n").await.starts_with("retry:"), "{}", page.read);
    }
    others.until("\n\n").await;
    assert_eq!(app.state.sessions().live().count(), 3);

    here.submit("/api/auth/logout", &[]).await;
    for page in &mut pages {
        let told = page.read_to_end().await;
        assert!(told.ends_with("event: ended\ndata: signed_out\n\n"), "{told}");
    }
    assert_eq!(app.state.sessions().live().count(), 1);

    // It hears of its own end, and has heard of no other.
    there.submit("/api/auth/sessions/end", &[("end", "all")]).await;
    assert_eq!(others.read_to_end().await.matches("event:").count(), 1);
    assert_eq!(app.state.sessions().live().count(), 0);
}

async fn every_other_end_is_told(app: App) {
    let sessions = app.state.sessions();
    let [here] = signed_in(&app, "user").await;
    let ada = person(&here).await;
    for way in ["one", "others", "person", "sid", "removed"] {
        let [there] = signed_in(&app, "user").await;
        let id: Id = there.cookie("vestibule").unwrap().parse().unwrap();
        let sid = sessions.find(id).await.unwrap().unwrap().sid.unwrap();
        let mut page = Tab::of(&there).await;
        page.until("\n\n").await;
        match way {
            "one" => drop(here.submit("/api/auth/sessions/end", &[("end", &key(&there))]).await),
            "others" => drop(here.submit("/api/auth/sessions/end", &[("end", "others")]).await),
            "person" => assert_eq!(sessions.end_all(Which::Person(&ada)).await.unwrap(), 2),
            "sid" => {
                let by_sid = Which::Sid {
                    provider: "dev",
                    sid: &sid,
                };
                assert_eq!(sessions.end_all(by_sid).await.unwrap(), 1);
            }
            _ => assert_eq!(sessions.remove_person(&ada).await.unwrap(), 1),
        }
        let told = page.read_to_end().await;
        assert!(told.ends_with("event: ended\ndata: ended\n\n"), "{way}: {told}");
        assert!(there.session().await.is_null(), "{way}");
    }
}

async fn another_sign_in_in_the_same_browser_is_told(app: App) {
    let [browser] = signed_in(&app, "user").await;
    let before = key(&browser);
    let mut page = Tab::of(&browser).await;
    page.until("\n\n").await;
    browser.sign_in("admin").await;
    let told = page.read_to_end().await;
    assert!(told.ends_with("event: ended\ndata: replaced\n\n"), "{told}");

    // And a page that asks again for the session that it was rendered for.
    let mut page = Tab::at(&browser, &format!("{PATH}?of={before}")).await;
    assert_eq!(page.read_to_end().await, "event: ended\ndata: replaced\n\n");
    let mut page = Tab::of(&browser).await;
    assert!(page.until("\n\n").await.starts_with("retry:"), "its own session lives");
}

async fn who_is_not_signed_in_is_told_nothing(app: App) {
    let stranger = Browser::at(&app);
    let [expired] = signed_in(&app, "user").await;
    app.advance(8 * 24 * 3600);
    let forged = Browser::at(&app);
    forged.set_cookie("vestibule", Some("AAAAAAAAAAAAAAAAAAAAAA"));
    for browser in [stranger, expired, forged] {
        let answer = browser.fetch(PATH).await;
        assert_eq!((answer.status.as_u16(), answer.text.as_str()), (204, ""));
        assert_eq!(answer.header("cache-control"), Some("no-store"));
    }
    assert_eq!(app.state.sessions().live().count(), 0);
}

async fn a_page_of_a_session_that_is_over_is_told_to_ask_anew(app: App) {
    let [browser] = signed_in(&app, "user").await;
    let (session, kept) = (key(&browser), browser.copy());
    browser.submit("/api/auth/logout", &[]).await;
    for browser in [browser, kept] {
        let mut page = Tab::at(&browser, &format!("{PATH}?of={session}")).await;
        assert_eq!(page.status, 200);
        assert_eq!(page.read_to_end().await, "event: ended\ndata: replaced\n\n");
    }
    assert_eq!(app.state.sessions().live().count(), 0);
}

async fn an_open_page_does_not_keep_its_session_alive(app: App) {
    let [browser] = signed_in(&app, "user").await;
    let ada = person(&browser).await;
    app.advance(2 * 3600);
    let mut page = Tab::of(&browser).await;
    page.until("\n\n").await;
    assert!(!page.has_header("set-cookie"));
    let (registry, now) = (app.state.sessions().registry(), app.state.clock().now());
    let listed = registry.of_person(&ada, now, 1).await.unwrap();
    assert_eq!(listed[0].seen_at, listed[0].signed_in_at);
}

#[tokio::test(flavor = "multi_thread")]
async fn expiry_is_told_when_it_comes_and_not_before() {
    let file = "[auth.session]\nidle = \"2s\"\nupdate-age = \"1s\"\nmax-age = \"1h\"\n";
    let app = App::with_file(file, &[]).await;
    let [browser] = signed_in(&app, "user").await;
    let mut page = Tab::of(&browser).await;
    page.until("\n\n").await;
    // Another page uses the session, and so makes it last.
    app.advance(1);
    browser.get("/dashboard").await;
    app.advance(1);
    let told = page.until("\n:").await;
    assert!(!told.contains("ended"), "{told}");
    app.advance(1);
    let told = page.read_to_end().await;
    assert!(told.ends_with("event: ended\ndata: ended\n\n"), "{told}");
}

#[tokio::test]
async fn private_pages_say_which_session_they_are_for_and_public_ones_load_nothing() {
    let app = App::start().await;
    let [browser] = signed_in(&app, "admin").await;
    let mark = format!("data-session=\"{}\"", key(&browser));
    for path in ["/dashboard", "/account", "/account/sessions", "/admin"] {
        let page = browser.get(path).await.text;
        assert!(page.contains(&mark) && page.contains(".wasm"), "{path}: {page}");
    }
    for path in ["/", "/auth/login", "/auth/signed-out", "/nothing"] {
        let page = browser.get(path).await.text;
        assert!(
            !page.contains("data-session") && !page.contains(".wasm"),
            "{path}: {page}"
        );
    }
}
