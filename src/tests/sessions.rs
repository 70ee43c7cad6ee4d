//! sessions: a person lists her own and ends them, here and elsewhere; nobody else's.

use super::{app::App, browser::Browser, stores::over_every_store};
use crate::server::session::{Handle, Id, payload::SignedIn, registry::Whence, sealed};
use reqwest::Method;
use serde_json::json;

over_every_store! {
    lists_ones_own_and_says_which_is_this,
    ends_the_one_that_is_pointed_at,
    ends_all_others,
    ends_all,
    says_once_what_was_ended,
    what_has_ended_already_is_harmless,
    nobody_ends_what_is_anothers,
    many_are_listed_up_to_a_hundred,
}

const PAGE: &str = "/account/sessions";
const END: &str = "/api/auth/sessions/end";
const SIGN_IN_FIRST: &str = "/auth/login?redirect=%2Faccount%2Fsessions";

fn id(browser: &Browser) -> Id {
    browser.cookie("vestibule").unwrap().parse().unwrap()
}

fn key(browser: &Browser) -> String {
    sealed::handle(&id(browser)).to_string()
}

async fn signed_in<const N: usize>(app: &App, person: &str) -> [Browser; N] {
    let browsers = [(); N].map(|()| Browser::at(app));
    for browser in &browsers {
        browser.sign_in(person).await;
    }
    browsers
}

async fn is_signed_in(browser: &Browser) -> bool {
    !browser.session().await.is_null()
}

/// Begins another session of the browser's person, from there.
async fn begin(app: &App, like: &Browser, browser: &str, address: &str) -> Handle {
    let signed_in: SignedIn = app.state.sessions().find(id(like)).await.unwrap().unwrap();
    let whence = Whence {
        address: address.to_owned(),
        browser: browser.to_owned(),
    };
    sealed::handle(&app.state.sessions().begin(&signed_in, &whence).await.unwrap())
}

async fn lists_ones_own_and_says_which_is_this(app: App) {
    let [browser] = signed_in(&app, "user").await;
    let [other] = signed_in(&app, "admin").await;
    let alone = browser.get(PAGE).await;
    assert_eq!(alone.status, 200);
    assert_eq!(alone.header("cache-control"), Some("no-store"));
    assert!(alone.text.contains("This session") && alone.text.contains("you are signed in nowhere else"));
    assert!(!alone.text.contains("End all"), "there is nothing to end but this one");

    let address = "2001:db8:85a3:8d3:1319:8a2e:370:7348";
    let first = begin(&app, &browser, "Firefox on Linux", address).await;
    app.advance(60);
    let second = Browser::at(&app);
    second.sign_in("user").await;
    let page = browser.get(PAGE).await.text;
    for shown in [
        "Firefox on Linux",
        address,
        "This session",
        "Development",
        "<time datetime=\"",
    ] {
        assert!(page.contains(shown), "{shown}: {page}");
    }
    let places = [key(&second), first.to_string()].map(|key| page.find(&format!("value=\"{key}\"")).unwrap());
    assert!(places[0] < places[1], "the last used comes first");
    assert!(
        !page.contains(&format!("value=\"{}\"", key(&browser))),
        "this one is none of the others"
    );
    assert!(!page.contains(&key(&other)), "another person's is not listed");
    assert!(
        !page.contains(&id(&browser).to_string()),
        "the cookie's id is in the page"
    );
}

async fn ends_the_one_that_is_pointed_at(app: App) {
    let [here, there, third] = signed_in(&app, "user").await;
    let done = here.submit(END, &[("end", &key(&there))]).await;
    assert_eq!((done.status.as_u16(), done.location()), (303, PAGE));
    assert!(!is_signed_in(&there).await);
    assert!(is_signed_in(&here).await && is_signed_in(&third).await);

    let program = here.call(END, &[("end", &key(&third))]).await;
    assert_eq!((program.status.as_u16(), program.json()), (200, json!({ "ended": 1 })));
    assert!(!is_signed_in(&third).await);

    // Its own: that is to sign out.
    let before = here.copy();
    let done = here.submit(END, &[("end", &key(&here))]).await;
    assert_eq!(done.location(), "/auth/signed-out");
    assert!(here.cookie("vestibule").is_none());
    assert!(!is_signed_in(&before).await);
}

async fn ends_all_others(app: App) {
    let [here, there, third] = signed_in(&app, "user").await;
    let [foreign] = signed_in(&app, "admin").await;
    let done = here.submit(END, &[("end", "others")]).await;
    assert_eq!((done.status.as_u16(), done.location()), (303, PAGE));
    assert!(is_signed_in(&here).await && is_signed_in(&foreign).await);
    assert!(!is_signed_in(&there).await && !is_signed_in(&third).await);
    assert!(here.get(PAGE).await.text.contains("Ended: 2 other sessions."));
}

async fn ends_all(app: App) {
    let [here, there] = signed_in(&app, "user").await;
    let [foreign] = signed_in(&app, "admin").await;
    let before = here.copy();
    let done = here.submit(END, &[("end", "all")]).await;
    assert_eq!((done.status.as_u16(), done.location()), (303, "/auth/signed-out"));
    assert_eq!(done.header("clear-site-data"), Some("\"cache\""));
    assert!(here.cookie("vestibule").is_none());
    assert!(!is_signed_in(&before).await && !is_signed_in(&there).await);
    assert!(is_signed_in(&foreign).await);
}

async fn says_once_what_was_ended(app: App) {
    let [here, there] = signed_in(&app, "user").await;
    let gone = begin(&app, &here, "Firefox on Linux", "192.0.2.1").await;
    here.submit(END, &[("end", &gone.to_string())]).await;
    let said = "Ended: Firefox on Linux.";
    assert!(!there.get(PAGE).await.text.contains(said), "that is for who did it");
    let page = here.get(PAGE).await;
    assert!(page.text.contains(said) && page.text.contains("<title>Done: Sessions · Vestibule</title>"));
    assert!(!here.get(PAGE).await.text.contains(said), "a reload says nothing");
    // Two at once: the later one is said.
    here.submit(END, &[("end", "others")]).await;
    here.submit(END, &[("end", "others")]).await;
    assert!(here.get(PAGE).await.text.contains("There was no other session to end."));
    for link in ["?ended=Your+account+is+locked", "?end=all", "?notice=x"] {
        let page = here.get(&format!("{PAGE}{link}")).await;
        assert!(
            !page.text.contains("role=\"status\"") && !page.text.contains("locked"),
            "{link}"
        );
    }
    assert!(is_signed_in(&here).await);
}

async fn what_has_ended_already_is_harmless(app: App) {
    let [here, there] = signed_in(&app, "user").await;
    let gone = key(&there);
    there.submit("/api/auth/logout", &[]).await;
    for key in [&gone, "AAAAAAAAAAAAAAAAAAAAAA", "garbage", ""] {
        let done = here.submit(END, &[("end", key)]).await;
        assert_eq!((done.status.as_u16(), done.location()), (303, PAGE), "{key}");
        assert!(here.get(PAGE).await.text.contains("That session had already ended."));
        assert_eq!(here.call(END, &[("end", key)]).await.status, 404, "{key}");
    }
    assert!(is_signed_in(&here).await);
}

async fn nobody_ends_what_is_anothers(app: App) {
    let [here] = signed_in(&app, "user").await;
    let [foreign] = signed_in(&app, "admin").await;
    let answer = here.call(END, &[("end", &key(&foreign))]).await;
    assert_eq!(
        (answer.status.as_u16(), answer.json()),
        (404, json!({ "error": "not_found" }))
    );
    here.submit(END, &[("end", &key(&foreign))]).await;
    assert!(is_signed_in(&foreign).await);
    let page = here.get(PAGE).await.text;
    assert!(page.contains("already ended"), "as of one that is not there: {page}");

    // By the cookie's id itself, should it ever be known.
    here.submit(END, &[("end", &id(&foreign).to_string())]).await;
    assert!(is_signed_in(&foreign).await);
}

async fn many_are_listed_up_to_a_hundred(app: App) {
    let [here] = signed_in(&app, "user").await;
    for number in 0..100 {
        begin(&app, &here, "Firefox on Linux", &format!("192.0.2.{number}")).await;
    }
    let buttons = async || {
        let page = here.get(PAGE).await.text;
        (
            page.matches("aria-label=\"End ").count(),
            page.contains("The 100 used last"),
        )
    };
    assert_eq!(buttons().await, (100, false));
    app.advance(60);
    for number in 0..2 {
        begin(&app, &here, "Edge on Windows", &format!("198.51.100.{number}")).await;
    }
    assert_eq!(buttons().await, (100, true));
    assert!(
        here.get(PAGE).await.text.contains("This session"),
        "this one is always there"
    );
    here.submit(END, &[("end", "others")]).await;
    assert!(here.get(PAGE).await.text.contains("Ended: 102 other sessions."));
}

#[tokio::test]
async fn is_for_who_is_signed_in() {
    let app = App::start().await;
    let stranger = Browser::at(&app);
    assert_eq!(stranger.get(PAGE).await.location(), SIGN_IN_FIRST);
    let ended = stranger.submit(END, &[("end", "all")]).await;
    assert_eq!((ended.status.as_u16(), ended.location()), (303, SIGN_IN_FIRST));
    let called = stranger.call(END, &[("end", "all")]).await;
    let expected = json!({ "error": "unauthenticated", "loginUrl": SIGN_IN_FIRST });
    assert_eq!((called.status.as_u16(), called.json()), (401, expected));
}

#[tokio::test]
async fn ends_nothing_for_another_site_or_by_a_link_or_without_a_word() {
    let app = App::start().await;
    let [here, there] = signed_in(&app, "user").await;
    let foreign = here
        .request(Method::POST, END)
        .header("origin", "https://evil.example")
        .body("end=all");
    assert_eq!(here.send(foreign).await.status, 403);
    assert_eq!(here.get(&format!("{END}?end=all")).await.status, 405);
    assert_eq!(here.submit(END, &[]).await.status, 400);
    let long = "x".repeat(2000);
    assert_eq!(here.submit(END, &[("end", &long)]).await.status, 400);
    assert!(is_signed_in(&here).await && is_signed_in(&there).await);
}

#[tokio::test]
async fn an_outage_signs_nobody_out() {
    let redis = super::redis::Redis::start().await;
    let app = App::with(&[("REDIS_URL", &redis.url)]).await;
    let [here] = signed_in(&app, "user").await;
    app.state.database().close().await;
    let page = here.get(PAGE).await;
    assert_eq!(page.status, 503);
    assert_eq!(page.header("retry-after"), Some("5"));
    let ended = here.submit(END, &[("end", "all")]).await;
    assert_eq!(ended.status, 503);
    assert!(ended.set_cookie("vestibule").is_none());
}

#[tokio::test]
async fn a_session_that_use_makes_no_longer_does_not_say_that_it_would() {
    let app = App::with_file(
        "[auth.session]\nidle = \"10m\"\nupdate-age = \"1m\"\nmax-age = \"30m\"\n",
        &[],
    )
    .await;
    let browser = Browser::at(&app);
    browser.sign_in("user").await;
    for (seconds, is_limited) in [(0, false), (500, false), (500, false), (300, true)] {
        app.advance(seconds);
        browser.get("/dashboard").await;
        let page = browser.get("/account/sessions").await.text;
        assert_ne!(page.contains("Ends, if unused"), is_limited, "{seconds}: {page}");
    }
}
