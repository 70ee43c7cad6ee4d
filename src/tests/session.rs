//! session: what is stored is sealed, secrets rotate, and garbage signs out instead of failing.

mod copies;

use super::{app::App, browser::Browser};
use crate::server::store::Kind;
use serde_json::Value;
use tempfile::TempDir;

const OLD: &str = "old-0123456789abcdefghijklmnopqrst";
const NEW: &str = "new-0123456789abcdefghijklmnopqrst";

/// Applications that share a database.
struct Shared(TempDir);

impl Shared {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    async fn start(&self, secret: Option<&str>) -> App {
        let database = format!("sqlite:{}", self.0.path().join("vestibule.db").display());
        let mut variables = vec![("DATABASE_URL", &*database)];
        variables.extend(secret.map(|secret| ("AUTH_SECRET", secret)));
        App::with(&variables).await
    }
}

#[tokio::test]
async fn survives_a_restart_without_any_secret_configured() {
    let shared = Shared::new();
    let app = shared.start(None).await;
    let browser = Browser::at(&app);
    browser.sign_in("user").await;
    let session = browser.session().await;
    drop(app);
    let again = shared.start(None).await;
    assert_eq!(browser.moved_to(&again).session().await, session);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let kept = std::fs::metadata(shared.0.path().join("vestibule.secret")).unwrap();
        assert_eq!(kept.permissions().mode() & 0o777, 0o600);
    }
}

#[tokio::test]
async fn signs_nobody_out_when_the_secret_rotates() {
    let shared = Shared::new();
    let app = shared.start(Some(OLD)).await;
    let browser = Browser::at(&app);
    browser.sign_in("user").await;
    let session = browser.session().await;
    let code = app.state.one_time().put(Kind::Attempt, "owner", &"kept").await.unwrap();

    let rotated = shared.start(Some(&format!("{NEW},{OLD}"))).await;
    assert_eq!(browser.moved_to(&rotated).session().await, session);
    let kept: Option<String> = rotated
        .state
        .one_time()
        .take(Kind::Attempt, code.expose())
        .await
        .unwrap();
    assert_eq!(kept.as_deref(), Some("kept"));

    // Noted in use, it is sealed anew, and opens without the old secret.
    rotated.advance(3600);
    browser.moved_to(&rotated).session().await;
    let without_old = shared.start(Some(NEW)).await;
    assert_ne!(browser.moved_to(&without_old).session().await, Value::Null);
}

#[tokio::test]
async fn signs_out_whom_a_removed_secret_sealed() {
    let shared = Shared::new();
    let app = shared.start(Some(OLD)).await;
    let browser = Browser::at(&app);
    browser.sign_in("user").await;
    let code = app.state.one_time().put(Kind::Attempt, "owner", &"gone").await.unwrap();

    let without_old = shared.start(Some(NEW)).await;
    let browser = browser.moved_to(&without_old);
    let page = browser.get("/dashboard").await;
    assert_eq!(page.location(), "/auth/login?redirect=%2Fdashboard");
    assert_eq!(browser.session().await, Value::Null);
    let gone: Option<String> = without_old
        .state
        .one_time()
        .take(Kind::Attempt, code.expose())
        .await
        .unwrap();
    assert_eq!(gone, None);
}

#[tokio::test]
async fn signs_out_whose_stored_session_is_garbage() {
    let app = App::start().await;
    let update = async |sql: &str| {
        let done = sqlx::query(sql).execute(app.sqlite()).await.unwrap();
        assert_eq!(done.rows_affected(), 1, "{sql}");
    };
    for garbage in [
        "UPDATE tower_sessions SET data = x''",
        "UPDATE tower_sessions SET data = x'00ff00ff'",
        "UPDATE tower_sessions SET data = substr(data, 1, length(data) / 2)",
        "UPDATE tower_sessions SET data = cast(replace(data, 'sealed', 'opened') AS BLOB)",
        "UPDATE tower_sessions SET data = zeroblob(length(data))",
    ] {
        let browser = Browser::at(&app);
        browser.sign_in("user").await;
        update(garbage).await;
        let answer = browser.fetch("/api/auth/session").await;
        assert_eq!((answer.status.as_u16(), &*answer.text), (200, "null"), "{garbage}");
        assert_eq!(browser.sign_in("user").await, "/dashboard", "{garbage}");
        browser.submit("/api/auth/logout", &[]).await;
        sqlx::query("DELETE FROM tower_sessions")
            .execute(app.sqlite())
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn opens_no_session_under_the_id_of_another() {
    let app = App::start().await;
    let (user, admin) = (Browser::at(&app), Browser::at(&app));
    user.sign_in("user").await;
    let of_user: String = sqlx::query_scalar("SELECT id FROM tower_sessions")
        .fetch_one(app.sqlite())
        .await
        .unwrap();
    admin.sign_in("admin").await;
    // Who can write to the database gives the user the administrator's sealed session.
    sqlx::query("UPDATE tower_sessions SET data = (SELECT data FROM tower_sessions WHERE id <> $1) WHERE id = $1")
        .bind(of_user)
        .execute(app.sqlite())
        .await
        .unwrap();
    assert_eq!(user.session().await, Value::Null);
    assert_ne!(admin.session().await, Value::Null);
}

#[tokio::test]
async fn sweeps_away_what_has_expired_and_nothing_else() {
    let app = App::start().await;
    let browser = Browser::at(&app);
    browser.sign_in("user").await;
    let (old, young) = (app.state.one_time(), app.state.one_time());
    old.put(Kind::Attempt, "owner", &1).await.unwrap();
    app.advance(599);
    let kept = young.put(Kind::Attempt, "owner", &2).await.unwrap();
    let rows = async || -> i64 {
        sqlx::query_scalar("SELECT count(*) FROM one_time WHERE kind = 'attempt'")
            .fetch_one(app.sqlite())
            .await
            .unwrap()
    };
    app.state.sweep().await.unwrap();
    assert_eq!(rows().await, 2);
    app.advance(1);
    app.state.sweep().await.unwrap();
    assert_eq!(rows().await, 1);
    assert!(
        app.state
            .one_time()
            .contains(Kind::Attempt, kept.expose())
            .await
            .unwrap()
    );
    assert_ne!(browser.session().await, Value::Null);
}
