//! Many sessions: the list of one person's, and what finds those to end, read no more than they give; what has expired
//! goes in batches.

use crate::{
    server::{
        session::{
            Handle,
            registry::{Which, listing::LISTED, query},
        },
        store::database::{Database, either},
    },
    tests::{app::App, postgres::Postgres},
};
use time::Duration;

/// Of 4,000 people.
const SESSIONS: i64 = 40_000;

/// Sessions as sign-ins leave them, with expiry one second apart.
async fn fill(app: &App) {
    let now = app.state.clock().unix();
    let numbers = "WITH RECURSIVE number(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM number WHERE n < $1 - 1)";
    let registered = format!(
        "INSERT INTO sessions (id, person_id, provider, sub, sid, address, browser, signed_in_at, seen_at, expires_at)
         {numbers} SELECT 'id-' || n, 'person-' || (n % 4000), 'acme', 'sub-' || (n % 4000), 'sid-' || n,
             '192.0.2.1', 'Firefox on Linux', $2, $2 + n, $2 + n FROM number"
    );
    either!(app.state.database(), pool => {
        sqlx::query(&registered).bind(SESSIONS).bind(now).execute(pool).await.unwrap();
        sqlx::query("ANALYZE").execute(pool).await.unwrap();
    });
}

/// What the database says that it would do.
async fn plan(app: &App, statement: &str, values: &[String]) -> String {
    match app.state.database() {
        Database::Sqlite(pool) => {
            let explain = format!("EXPLAIN QUERY PLAN {statement}");
            let mut asked = sqlx::query_as::<_, (i64, i64, i64, String)>(&explain);
            for value in values {
                asked = asked.bind(value);
            }
            let steps = asked.fetch_all(pool).await.unwrap();
            steps.into_iter().map(|(.., step)| step).collect::<Vec<_>>().join("\n")
        }
        Database::Postgres(pool) => {
            let mut explain = format!("EXPLAIN {statement}");
            for (number, value) in values.iter().enumerate() {
                explain = explain.replace(&format!("${}", number + 1), &format!("'{value}'"));
            }
            let steps: Vec<String> = sqlx::query_scalar(&explain).fetch_all(pool).await.unwrap();
            steps.join("\n")
        }
    }
}

async fn assert_no_scan(app: &App) {
    fill(app).await;
    let now = app.state.clock().unix();
    let listed = ["person-7", &now.to_string(), "100"].map(str::to_owned);
    let mut plans = vec![plan(app, LISTED, &listed).await];
    let (person, handle) = ("person-7", Handle::default());
    for which in [
        Which::One { person, handle },
        Which::Others { person, but: handle },
        Which::Person(person),
        Which::Sid {
            provider: "acme",
            sid: "sid-7",
        },
        Which::Subject {
            provider: "acme",
            sub: "sub-7",
        },
        Which::SidOfSubject {
            provider: "acme",
            sid: "sid-7",
            sub: "sub-7",
        },
    ] {
        let (statement, values) = query(which);
        plans.push(plan(app, &statement, &values).await);
    }
    for plan in plans {
        assert!(
            plan.contains("sessions_") || plan.contains("pkey") || plan.contains("autoindex"),
            "{plan}"
        );
        assert!(!plan.contains("SCAN") && !plan.contains("Seq Scan"), "{plan}");
    }
    let registry = app.state.sessions().registry();
    let found = registry.find(Which::Person(person)).await.unwrap();
    assert!(found.is_empty(), "these names are no handles");
}

async fn assert_swept(app: &App) {
    let half = app.state.clock().now() + Duration::seconds(SESSIONS / 2 - 1);
    app.state.sessions().registry().sweep(half).await.unwrap();
    assert_eq!(app.count("sessions").await, SESSIONS / 2);
}

#[tokio::test]
async fn of_them_one_persons_are_found_without_a_scan_in_sqlite() {
    let app = App::start().await;
    assert_no_scan(&app).await;
    assert_swept(&app).await;
}

#[tokio::test]
async fn of_them_one_persons_are_found_without_a_scan_in_postgres() {
    let postgres = Postgres::start().await;
    let app = App::with(&[("DATABASE_URL", &postgres.url)]).await;
    assert_no_scan(&app).await;
    assert_swept(&app).await;
}

#[tokio::test]
async fn sessions_themselves_go_in_batches_from_postgres() {
    let postgres = Postgres::start().await;
    let app = App::with(&[("DATABASE_URL", &postgres.url)]).await;
    let Database::Postgres(pool) = app.state.database() else {
        panic!("another database")
    };
    let stored = "INSERT INTO tower_sessions (id, data, expiry_date)
         SELECT n::text, ''::bytea, now() + CASE n % 2 WHEN 0 THEN interval '-1 hour' ELSE interval '1 hour' END
         FROM generate_series(1, 20001) AS n";
    sqlx::query(stored).execute(pool).await.unwrap();
    app.state.sweep().await.unwrap();
    assert_eq!(app.count("tower_sessions").await, 10_001);
}
