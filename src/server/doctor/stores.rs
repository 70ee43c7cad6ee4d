//! The database answers: something is written, read and removed again.

mod postgres;

use super::report::{Check, Finding};
use crate::server::{
    config::{Config, DatabaseUrl},
    secret::Secret,
    store::{Entry, Kind, OneTimeStore, StoreError, database::Database, sql::SqlOneTime},
};
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool, SqlitePoolOptions};
use std::{
    path::Path,
    time::{Duration, Instant},
};
use time::OffsetDateTime;

/// How long a store may take altogether.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);

/// The database. It is neither made nor brought up to date: that is the server's to do, as the user that it runs as.
pub async fn database(config: &Config) -> Finding {
    let file = match &config.database {
        DatabaseUrl::File(file) => file,
        DatabaseUrl::Memory => {
            let remedy = "Everybody is signed out at each start: set DATABASE_URL=sqlite:data/vestibule.db";
            return Finding::warn(Check::Database, "in memory", remedy);
        }
        DatabaseUrl::Postgres(url) => return postgres::examine(url).await,
    };
    let shown = file.display();
    if !file.exists() {
        return missing(file);
    }
    match tokio::time::timeout(PATIENCE, open(file)).await {
        Ok(Ok(Opened::Ready(pool))) => match try_out(&SqlOneTime::new(Database::Sqlite(pool))).await {
            Ok(evidence) => Finding::pass(Check::Database, format!("{shown}: {evidence}")),
            Err(reason) => failed(&shown.to_string(), &reason),
        },
        Ok(Ok(Opened::Empty)) => Finding::pass(
            Check::Database,
            format!("{shown} opens; the server makes its tables when it starts"),
        ),
        Ok(Err(error)) => failed(&shown.to_string(), &error.to_string()),
        Err(_) => failed(&shown.to_string(), "it does not open in time"),
    }
}

/// A file that the server can make, or not.
fn missing(file: &Path) -> Finding {
    let parent = file.parent().filter(|parent| !parent.as_os_str().is_empty());
    let folder = parent.unwrap_or(Path::new("."));
    let nearest = folder
        .ancestors()
        .find(|folder| folder.exists())
        .unwrap_or(Path::new("."));
    match nearest.metadata() {
        Ok(metadata) if metadata.is_dir() && !metadata.permissions().readonly() => {
            let evidence = format!(
                "{} is not there yet; the server makes it when it starts",
                file.display()
            );
            Finding::pass(Check::Database, evidence)
        }
        _ => failed(
            &file.display().to_string(),
            &format!("{} is no folder to write into", nearest.display()),
        ),
    }
}

fn failed(what: &str, reason: &str) -> Finding {
    let remedy = "The file in DATABASE_URL and its folder must be readable and writable for the user that the server runs as, \
                  on a disk of this machine with room on it.";
    Finding::fail(Check::Database, format!("{what}: {reason}"), remedy)
}

enum Opened {
    Ready(SqlitePool),
    Empty,
}

async fn open(file: &Path) -> Result<Opened, sqlx::Error> {
    let options = SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(false)
        .busy_timeout(Duration::from_secs(5));
    let pool = SqlitePoolOptions::new()
        .max_connections(1)
        .connect_with(options)
        .await?;
    let tables: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM sqlite_master WHERE name = 'one_time'")
        .fetch_one(&pool)
        .await?;
    Ok(if tables == 0 {
        Opened::Empty
    } else {
        Opened::Ready(pool)
    })
}

/// What it did, or why it did not.
pub(super) async fn try_out(store: &dyn OneTimeStore) -> Result<String, String> {
    let start = Instant::now();
    match tokio::time::timeout(PATIENCE, round_trip(store)).await {
        Ok(Ok(true)) => Ok(format!("written and read in {} ms", start.elapsed().as_millis())),
        Ok(Ok(false)) => Err("what was written is not there".to_owned()),
        Ok(Err(error)) => Err(error.to_string()),
        Err(_) => Err("it does not answer in time".to_owned()),
    }
}

/// Keeps something and takes it again.
pub(super) async fn round_trip(store: &dyn OneTimeStore) -> Result<bool, StoreError> {
    let key = Secret::random()?.digest();
    let now = OffsetDateTime::now_utc().unix_timestamp();
    let entry = Entry {
        kind: Kind::Exchange,
        key: &key,
        owner: &key,
        value: key.as_bytes(),
        now,
    };
    store.put(entry).await?;
    let taken = store.take(Kind::Exchange, &key, now).await?;
    Ok(taken.as_deref() == Some(key.as_bytes()))
}
