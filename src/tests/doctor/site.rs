//! The site itself: address, stores, and the provider within.

use super::{Patient, copied, find};
use crate::{
    server::{
        clock::Clock,
        config::Config,
        doctor::{self, Check, Report, Verdict},
    },
    tests::{
        app::App,
        port::free_port,
        postgres::Postgres,
        redis::{Redis, cluster::Cluster, sentinel::Sentinel},
    },
};
use sqlx::PgPool;

const MEMORY: (&str, &str) = ("DATABASE_URL", "sqlite::memory:");

async fn examine(variables: &[(&str, &str)]) -> Report {
    let variables = variables
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let config = Config::from_sources(None, variables).unwrap();
    let report = doctor::examine(&config, None, &Clock::system()).await.unwrap();
    copied::assert_bare(&report);
    report
}

#[tokio::test]
async fn the_address_and_where_the_server_listens() {
    let public = [
        ("AUTH_SECRET", "0123456789abcdefghijklmnopqrstuv"),
        ("AUTH_DOWN_ISSUER", "http://127.0.0.1:1/"),
        ("AUTH_DOWN_ID", "app"),
    ];
    for (url, address, verdict, part) in [
        (
            "https://app.example.com",
            "127.0.0.1:3000",
            Verdict::Pass,
            "Secure and __Host-",
        ),
        (
            "https://app.example.com",
            "0.0.0.0:8080",
            Verdict::Pass,
            "listens on 0.0.0.0:8080",
        ),
        (
            "http://127.0.0.1:3000",
            "127.0.0.1:3000",
            Verdict::Pass,
            "for this machine only",
        ),
        (
            "http://localhost:3000",
            "127.0.0.1:3000",
            Verdict::Pass,
            "for this machine only",
        ),
        (
            "http://127.0.0.1:3000",
            "0.0.0.0:3000",
            Verdict::Warn,
            "Others can't sign in",
        ),
        (
            "http://127.0.0.1:4000",
            "127.0.0.1:3000",
            Verdict::Warn,
            "make the ports agree",
        ),
    ] {
        let own = [
            ("AUTH_URL", url),
            ("LEPTOS_SITE_ADDR", address),
            ("DATABASE_URL", "sqlite::memory:"),
        ];
        let variables: Vec<_> = public.iter().chain(&own).copied().collect();
        let report = examine(&variables).await;
        Patient::assert(&report, Check::PublicUrl, verdict, &[part]);
        Patient::assert(&report, Check::Database, Verdict::Warn, &["in memory"]);
    }
}

#[tokio::test]
async fn a_database_is_written_to_and_read_but_never_made() {
    let app = App::start().await;
    let file = app.folder().join("vestibule.db");
    let at = |path: &std::path::Path| format!("sqlite:{}", path.display());
    let report = examine(&[("DATABASE_URL", &at(&file))]).await;
    Patient::assert(
        &report,
        Check::Database,
        Verdict::Pass,
        &["vestibule.db: written and read in", "ms"],
    );
    let left: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM one_time")
        .fetch_one(app.sqlite())
        .await
        .unwrap();
    assert_eq!(left, 0, "nothing stays");

    let absent = app.folder().join("deep/down/other.db");
    let report = examine(&[("DATABASE_URL", &at(&absent))]).await;
    Patient::assert(&report, Check::Database, Verdict::Pass, &["is not there yet"]);
    assert!(!absent.exists() && !app.folder().join("deep").exists());

    std::fs::write(app.folder().join("empty.db"), "").unwrap();
    let report = examine(&[("DATABASE_URL", &at(&app.folder().join("empty.db")))]).await;
    Patient::assert(&report, Check::Database, Verdict::Pass, &["makes its tables"]);

    for (name, content) in [
        ("text.db", "this is no database, whatever its name says. ".repeat(50)),
        ("a-file", String::new()),
    ] {
        std::fs::write(app.folder().join(name), content).unwrap();
    }
    for broken in ["text.db", "a-file/x.db"] {
        let report = examine(&[("DATABASE_URL", &at(&app.folder().join(broken)))]).await;
        Patient::assert(
            &report,
            Check::Database,
            Verdict::Fail,
            &[broken, "readable and writable"],
        );
    }
}

#[tokio::test]
async fn redis_where_there_is_one() {
    let redis = Redis::start().await;
    let report = examine(&[MEMORY, ("REDIS_URL", &redis.url)]).await;
    Patient::assert(&report, Check::Redis, Verdict::Pass, &["Redis: written and read in"]);

    let port = redis.port;
    drop(redis);
    let url = format!("redis://user:hunter2@127.0.0.1:{port}");
    let report = examine(&[MEMORY, ("REDIS_URL", &url)]).await;
    Patient::assert(&report, Check::Redis, Verdict::Fail, &["REDIS_URL", "redis-cli"]);
    assert!(!serde_json::to_string(&report).unwrap().contains("hunter2"));
}

#[tokio::test]
async fn a_password_that_redis_refuses_is_named_so() {
    let redis = Redis::start().await;
    redis.order("CONFIG SET requirepass sesame");
    let at = |user: &str| redis.url.replace("redis://", &format!("redis://{user}"));
    for user in [":hunter2@", "default:hunter2@", "nobody:hunter2@", ""] {
        let report = examine(&[MEMORY, ("REDIS_URL", &at(user))]).await;
        let parts = [
            "refused: ",
            "It is reached",
            "the password in REDIS_URL is not the right one",
        ];
        Patient::assert(&report, Check::Redis, Verdict::Fail, &parts);
        let shown = serde_json::to_string(&report).unwrap();
        assert!(!shown.contains("hunter2") && !shown.contains("in time"), "{shown}");
    }
    let report = examine(&[MEMORY, ("REDIS_URL", &at(":sesame@"))]).await;
    Patient::assert(&report, Check::Redis, Verdict::Pass, &["written and read in"]);
}

#[tokio::test]
async fn a_user_who_may_not_write_to_redis() {
    let redis = Redis::start().await;
    redis.order("ACL SETUSER weak on >sesame ~* +@connection +info +get");
    let url = redis.url.replace("redis://", "redis://weak:sesame@");
    let report = examine(&[MEMORY, ("REDIS_URL", &url)]).await;
    let parts = ["refused: NOPERM", "It is reached", "by ACL SETUSER"];
    Patient::assert(&report, Check::Redis, Verdict::Fail, &parts);
}

#[tokio::test]
async fn visitors_behind_a_proxy_that_nobody_named() {
    let at = |url| {
        [
            MEMORY,
            ("AUTH_URL", url),
            ("AUTH_SECRET", "0123456789abcdefghijklmnopqrstuv"),
            ("AUTH_DOWN_ISSUER", "http://127.0.0.1:1/"),
            ("AUTH_DOWN_ID", "app"),
        ]
    };
    let public = at("https://app.example.com");
    for (limit, part) in [
        (&[][..], "none of them is kept from flooding"),
        (&[("AUTH_RATE_LIMIT", "30")], "AUTH_RATE_LIMIT counts them as one"),
        (
            &[("AUTH_RATE_LIMIT", "off")],
            "the log knows all of them by its address",
        ),
    ] {
        let report = examine(&[&public, limit].concat()).await;
        let parts = [
            part,
            "Set AUTH_TRUSTED_PROXIES to the address or the network of that proxy",
        ];
        Patient::assert(&report, Check::TrustedProxies, Verdict::Warn, &parts);
    }
    let report = examine(&[&public[..], &[("AUTH_TRUSTED_PROXIES", "10.0.0.0/8")]].concat()).await;
    Patient::assert(&report, Check::TrustedProxies, Verdict::Pass, &["10.0.0.0/8"]);
    let report = examine(&at("http://127.0.0.1:3000")).await;
    assert!(report.findings().all(|finding| finding.check != Check::TrustedProxies));
}

#[tokio::test]
async fn redis_must_not_throw_sessions_away() {
    for (policy, verdict, part) in [
        ("noeviction", Verdict::Pass, "written and read in"),
        ("volatile-lru", Verdict::Warn, "maxmemory-policy volatile-lru"),
    ] {
        let limited = ["--maxmemory", "100mb", "--maxmemory-policy", policy];
        let redis = Redis::with(free_port(), &limited).await;
        let report = examine(&[MEMORY, ("REDIS_URL", &redis.url)]).await;
        Patient::assert(&report, Check::Redis, verdict, &[part]);
    }
}

#[tokio::test]
async fn redis_in_its_larger_forms() {
    let (cluster, sentinel) = (Cluster::start().await, Sentinel::start().await);
    let examined = async |url: &str, verdict, parts: &[&str]| {
        let report = examine(&[MEMORY, ("REDIS_URL", url)]).await;
        Patient::assert(&report, Check::Redis, verdict, parts);
        assert!(!serde_json::to_string(&report).unwrap().contains("hunter2"));
    };
    examined(&cluster.url, Verdict::Pass, &["Redis Cluster: written and read in"]).await;
    examined(
        &sentinel.url,
        Verdict::Pass,
        &["Redis behind sentinels: written and read in"],
    )
    .await;

    let one = cluster.url.replace("redis-cluster:", "redis:");
    examined(&one, Verdict::Fail, &["a node of a cluster", "redis-cluster://"]).await;
    let single = Redis::start().await;
    let no_cluster = single.url.replace("redis:", "redis-cluster:");
    examined(&no_cluster, Verdict::Fail, &["It is no cluster"]).await;
    let unknown = format!("{}x", sentinel.url);
    examined(&unknown, Verdict::Fail, &["does it know a service of that name"]).await;
    let wrong = sentinel.url.replace("p%40ss%20word", "hunter2");
    examined(
        &wrong,
        Verdict::Fail,
        &["the password in REDIS_URL is not the right one"],
    )
    .await;
    let port = free_port();
    let absent = format!("redis-cluster://user:hunter2@127.0.0.1:{port}");
    examined(&absent, Verdict::Fail, &["names nodes of the cluster"]).await;
}

#[tokio::test]
async fn postgres_is_written_to_and_read_but_no_table_is_made() {
    let postgres = Postgres::start().await;
    let examined = async |url: &str, verdict, parts: &[&str]| {
        let report = examine(&[("DATABASE_URL", url)]).await;
        Patient::assert(&report, Check::Database, verdict, parts);
        assert!(!serde_json::to_string(&report).unwrap().contains("hunter2"));
    };
    let url = &*postgres.url;
    examined(url, Verdict::Pass, &["PostgreSQL answers", "makes its tables"]).await;
    let database = PgPool::connect(url).await.unwrap();
    let poor = "CREATE ROLE poor LOGIN; REVOKE CREATE ON SCHEMA public FROM PUBLIC";
    sqlx::raw_sql(poor).execute(&database).await.unwrap();
    let of_poor = url.replace("vestibule:vestibule", "poor:hunter2");
    examined(&of_poor, Verdict::Fail, &["the tables are not there", "OWNER TO"]).await;

    let app = App::with(&[("DATABASE_URL", url)]).await;
    examined(url, Verdict::Pass, &["PostgreSQL: written and read in"]).await;
    assert_eq!(app.count("one_time").await, 0, "nothing stays");
    examined(&of_poor, Verdict::Fail, &["PostgreSQL: ", "let it own them"]).await;

    let elsewhere = url.replace("/postgres", "/elsewhere");
    examined(&elsewhere, Verdict::Fail, &["no such database"]).await;
    let locked = Postgres::locked().await;
    let wrong = locked.url.replace(":vestibule@", ":hunter2@");
    examined(&wrong, Verdict::Fail, &["password in DATABASE_URL is wrong"]).await;
    let absent = format!("postgres://user:hunter2@127.0.0.1:{}/app", free_port());
    examined(&absent, Verdict::Fail, &["is it up", "psql"]).await;
}

#[tokio::test]
async fn the_development_provider_lives_in_the_server() {
    let report = examine(&[MEMORY, ("LEPTOS_SITE_ADDR", "127.0.0.1:1")]).await;
    Patient::assert(&report, Check::Development, Verdict::Skip, &["start the server first"]);
    assert_ne!(report.verdict(), Verdict::Fail);

    let app = App::start().await;
    let address = app.address.replace("http://", "");
    let report = examine(&[MEMORY, ("LEPTOS_SITE_ADDR", &address)]).await;
    Patient::assert(&report, Check::Development, Verdict::Pass, &["for this machine only"]);
    assert_eq!(report.providers.len(), 1);
    assert_eq!(find(&report, Check::Development).title, "Development provider");
}

#[tokio::test]
async fn what_is_kept_of_a_patient_stays_where_it_is() {
    let patient = Patient::healthy().await;
    patient.examine().await;
    assert_eq!(
        std::fs::read_dir(patient.folder.path()).unwrap().count(),
        0,
        "no file was made"
    );
}
