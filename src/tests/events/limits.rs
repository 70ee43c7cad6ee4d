//! How many streams there may be, and that none of them keeps the server from stopping.

use super::{Tab, signed_in};
use crate::{
    server::session::{
        Id,
        live::{IN_ALL, Live, Notice, OF_SESSION, Why, wire::Wire},
    },
    tests::{app::App, redis::Redis},
};

#[tokio::test]
async fn of_one_session_the_oldest_rests() {
    let app = App::start().await;
    let [browser, another] = signed_in(&app, "user").await;
    let mut of_another = Tab::of(&another).await;
    of_another.until("\n\n").await;
    let mut pages = Vec::new();
    for _ in 0..=OF_SESSION {
        let mut page = Tab::of(&browser).await;
        page.until("\n\n").await;
        pages.push(page);
    }
    let told = pages.remove(0);
    let told = { told }.read_to_end().await.to_owned();
    assert!(told.contains("event: rest\n") && !told.contains("ended"), "{told}");
    assert_eq!(app.state.sessions().live().count(), OF_SESSION + 1);

    browser.submit("/api/auth/logout", &[]).await;
    for page in &mut pages {
        let told = page.read_to_end().await;
        assert!(told.ends_with("data: signed_out\n\n"), "{told}");
    }
    another.submit("/api/auth/logout", &[]).await;
    assert_eq!(of_another.read_to_end().await.matches("event:").count(), 1);
}

#[tokio::test]
async fn a_page_that_is_left_is_forgotten() {
    let app = App::start().await;
    let [browser] = signed_in(&app, "user").await;
    let mut page = Tab::of(&browser).await;
    page.until("\n\n").await;
    let live = app.state.sessions().live();
    assert_eq!(live.count(), 1);
    drop(page);
    while live.count() > 0 {
        tokio::task::yield_now().await;
    }
    let head = browser.request(reqwest::Method::HEAD, super::PATH);
    assert_eq!(browser.send(head).await.status, 200);
    assert_eq!(live.count(), 0, "whoever asks for the headers alone does not listen");
}

#[tokio::test]
async fn when_the_server_stops_they_end() {
    let app = App::start().await;
    let [browser] = signed_in(&app, "user").await;
    let mut page = Tab::of(&browser).await;
    page.until("\n\n").await;
    app.state.sessions().live().stop();
    assert!(!page.read_to_end().await.contains("event:"), "{}", page.read);
    let mut late = Tab::of(&browser).await;
    assert!(!late.read_to_end().await.contains("event:"), "{}", late.read);
    assert!(!browser.session().await.is_null(), "nobody is signed out for that");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outage_is_no_end() {
    let redis = Redis::start().await;
    let app = App::with(&[("REDIS_URL", &redis.url)]).await;
    let [browser] = signed_in(&app, "user").await;
    drop(redis);
    let page = Tab::of(&browser).await;
    assert_eq!(page.status, 503);
    assert_eq!(page.header("retry-after"), "5");
    assert_eq!(page.header("cache-control"), "no-store");
    assert_eq!(app.state.sessions().live().count(), 0);
}

#[tokio::test]
async fn in_all_there_are_so_many_and_no_more() {
    let live = Live::new(Wire::None);
    let mut listeners: Vec<_> = (0..IN_ALL)
        .map(|number| live.listen(Id(i128::try_from(number).unwrap())).unwrap())
        .collect();
    assert!(live.listen(Id(-1)).is_err());
    assert_eq!(live.count(), IN_ALL);
    listeners.truncate(1);
    assert_eq!(live.count(), 1);
    assert!(live.listen(Id(-1)).is_ok());

    let mut first = listeners.remove(0);
    live.announce(Id(1), Why::Ended).await;
    live.announce(Id(0), Why::Replaced).await;
    assert_eq!(first.told().await, Some(Notice::Ended(Why::Replaced)));
    drop(first);
    assert_eq!(live.count(), 0);
}
