//! Many instances of one site: they start together, and a sign-in may hit another one at every step.

mod faults;
mod fleet;
mod race;
mod restart;
mod site;
mod size;

use crate::{
    server::{config::DatabaseUrl, store::database::Database},
    tests::{
        app::App,
        browser::Browser,
        events::tab::Tab,
        port::free_port,
        postgres::Postgres,
        process::Process,
        redis::{cluster::Cluster, sentinel::Sentinel},
    },
};
use futures_util::future::join_all;
use site::{Site, Stores};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_that_start_together_make_the_tables_once() {
    let postgres = Postgres::start().await;
    let variables = [("DATABASE_URL", &*postgres.url)];
    let apps = join_all((0..10).map(|_| App::with(&variables))).await;
    for app in &apps {
        assert_eq!(Browser::at(app).get("/readyz").await.status, 200);
    }
    let migrations = sqlx::migrate!("src/server/store/migrations/postgres").iter().count();
    let migrations = i64::try_from(migrations).unwrap();
    assert_eq!(apps[0].count("_sqlx_migrations WHERE success").await, migrations);
    assert_eq!(apps[0].count("_sqlx_migrations").await, migrations);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_processes_that_start_together_are_all_ready() {
    let postgres = Postgres::start().await;
    let folder = tempfile::tempdir().unwrap();
    let file = format!("sqlite:{}", folder.path().join("new.db").display());
    // Ten on a new database of a server, and two on a new file.
    let urls = [vec![&*postgres.url; 10], vec![&*file; 2]].concat();
    let started: Vec<Process> = urls
        .iter()
        .map(|url| Process::launch(free_port(), &[("DATABASE_URL", *url)]))
        .collect();
    for process in &started {
        process.until_ready().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn so_do_ten_that_open_one_file() {
    for round in 0..10 {
        let folder = tempfile::tempdir().unwrap();
        let url = DatabaseUrl::File(folder.path().join("new.db"));
        for opened in join_all((0..10).map(|_| Database::open(&url))).await {
            let database = opened.unwrap_or_else(|error| panic!("round {round}: {error}"));
            database.ping().await.unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sign_in_may_hit_another_at_every_step_over_postgres() {
    wanders(&Site::start(Stores::Postgres, 4).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn and_over_redis_beside_postgres() {
    wanders(&Site::start(Stores::RedisAndPostgres, 4).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn and_over_a_cluster_of_redis() {
    let cluster = Cluster::start().await;
    let url = cluster.url.clone();
    wanders(&Site::over(vec![("REDIS_URL", url)], vec![Box::new(cluster)], 4).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn and_behind_sentinels_where_sessions_outlive_the_master() {
    let mut sentinel = Sentinel::start().await;
    let site = Site::over(vec![("REDIS_URL", sentinel.url.clone())], Vec::new(), 4).await;
    wanders(&site).await;

    let browser = Browser::at(&site.apps[0]);
    let waiting = browser.callback(&site.authorize(&browser).await).await;
    let signed_in = Browser::at(&site.apps[0]);
    let page = signed_in.callback(&site.authorize(&signed_in).await).await;
    site::redeem(&signed_in, &page).await;
    sentinel.fail_over().await;
    for app in &site.apps {
        Browser::at(app).until_ready().await;
        assert!(!signed_in.moved_to(app).session().await.is_null());
    }
    assert_eq!(
        site::redeem(&browser.moved_to(&site.apps[3]), &waiting)
            .await
            .location(),
        "/account"
    );
    hears(&site).await;
}

/// Begin, callback, exchange and guard: each at another instance; then the session is everywhere, until it ends anywhere.
async fn wanders(site: &Site) {
    let [begin, callback, exchange, guard] = &site.apps[..] else {
        panic!("four instances are needed")
    };
    let browser = Browser::at(begin);
    let callback_url = site.authorize(&browser).await;
    let page = browser.moved_to(callback).callback(&callback_url).await;
    assert!(page.starts_with("/auth/callback?exchange="), "{page}");
    // The page itself, with its button for who has no JavaScript, at yet another.
    assert_eq!(browser.moved_to(guard).get(&page).await.status, 200);
    let done = site::redeem(&browser.moved_to(exchange), &page).await;
    assert_eq!(done.location(), "/account");
    let dashboard = browser.moved_to(guard).get("/dashboard").await;
    assert_eq!(dashboard.status, 200, "{}", dashboard.text);

    for app in &site.apps {
        assert!(!browser.moved_to(app).session().await.is_null());
    }
    browser.moved_to(callback).submit("/api/auth/logout", &[]).await;
    assert_eq!(begin.count("sessions").await, 0);
    for app in &site.apps {
        assert!(browser.moved_to(app).session().await.is_null());
    }
    hears(site).await;
}

/// A page that is open at one instance is told of the end at another, once they hear each other; before, that it is to ask.
async fn hears(site: &Site) {
    for _ in 0..20 {
        let browser = Browser::at(&site.apps[0]);
        let callback_page = browser.callback(&site.authorize(&browser).await).await;
        site::redeem(&browser, &callback_page).await;
        let mut page = Tab::of(&browser.moved_to(&site.apps[1])).await;
        page.until("\n\n").await;
        browser.moved_to(&site.apps[2]).submit("/api/auth/logout", &[]).await;
        let told = page.read_to_end().await;
        if told.ends_with("event: ended\ndata: signed_out\n\n") {
            return;
        }
        assert!(told.ends_with("event: ended\ndata: replaced\n\n"), "{told}");
    }
    panic!("the second instance does not hear the third");
}
