//! One-time things in the database: taken by one `DELETE … RETURNING`.

use super::{Entry, Kind, OneTimeStore, StoreError, TakenAttempt};
use crate::server::private_file;
use async_trait::async_trait;
use sqlx::{
    Row, Sqlite, SqliteConnection,
    query::Query,
    sqlite::{
        SqliteArguments, SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
    },
};
use std::{path::Path, time::Duration};

/// How many rows one statement of the sweep removes: after a flood, nobody else is to wait for all of them.
const SWEPT_AT_ONCE: u32 = 5_000;

/// Opens the database, makes it when it is not there, and brings its tables up to date. `None` opens one in memory.
///
/// # Errors
/// When the file can't be opened or a migration fails.
pub async fn open(file: Option<&Path>) -> Result<SqlitePool, StoreError> {
    let options = SqliteConnectOptions::new()
        .busy_timeout(Duration::from_secs(5))
        .foreign_keys(true);
    let pool = match file {
        Some(file) => {
            if let Some(folder) = file.parent() {
                std::fs::create_dir_all(folder).map_err(sqlx::Error::Io)?;
            }
            keep_private(file).map_err(sqlx::Error::Io)?;
            let options = options
                .filename(file)
                .create_if_missing(true)
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Normal);
            SqlitePoolOptions::new()
                .max_connections(8)
                .acquire_timeout(Duration::from_secs(5))
                .connect_with(options)
                .await?
        }
        // Each connection would open a memory of its own: one, and never let go of.
        None => {
            SqlitePoolOptions::new()
                .max_connections(1)
                .idle_timeout(None)
                .max_lifetime(None)
                .connect_with(options.in_memory(true))
                .await?
        }
    };
    sqlx::migrate!("src/server/store/migrations").run(&pool).await?;
    Ok(pool)
}

/// Makes the file readable by its owner only, if it is not there yet; SQLite gives its companions the same mode.
fn keep_private(file: &Path) -> std::io::Result<()> {
    match private_file::create_new(file) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

/// The table `one_time`.
#[derive(Clone, Debug)]
pub struct SqlOneTime {
    pool: SqlitePool,
}

impl SqlOneTime {
    /// Over an open database.
    #[must_use]
    pub fn new(pool: SqlitePool) -> Self {
        Self { pool }
    }
}

#[async_trait]
impl OneTimeStore for SqlOneTime {
    async fn put(&self, entry: Entry<'_>) -> Result<(), StoreError> {
        let Entry { kind, owner, .. } = entry;
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        insert(entry, &mut transaction).await?;
        sqlx::query(
            "DELETE FROM one_time WHERE kind = $1 AND owner = $2 AND key NOT IN (
                 SELECT key FROM one_time WHERE kind = $1 AND owner = $2 ORDER BY created_at DESC, rowid DESC LIMIT $3)",
        )
        .bind(kind.name())
        .bind(owner)
        .bind(kind.limit())
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(())
    }

    async fn take(&self, kind: Kind, key: &str, now: i64) -> Result<Option<Vec<u8>>, StoreError> {
        let row = sqlx::query("DELETE FROM one_time WHERE kind = $1 AND key = $2 RETURNING value, expires_at")
            .bind(kind.name())
            .bind(key)
            .fetch_optional(&self.pool)
            .await?;
        let Some(row) = row else { return Ok(None) };
        let expires_at: i64 = row.try_get("expires_at")?;
        Ok(if now < expires_at {
            Some(row.try_get("value")?)
        } else {
            None
        })
    }

    async fn take_attempt(&self, key: &str, outcome: &[u8], now: i64) -> Result<TakenAttempt, StoreError> {
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        let row = sqlx::query("DELETE FROM one_time WHERE kind = $1 AND key = $2 RETURNING owner, value, expires_at")
            .bind(Kind::Attempt.name())
            .bind(key)
            .fetch_optional(&mut *transaction)
            .await?;
        let taken = match row {
            Some(row) if now < row.try_get("expires_at")? => {
                let owner: String = row.try_get("owner")?;
                let mark = Entry {
                    kind: Kind::Outcome,
                    key,
                    owner: &owner,
                    value: outcome,
                    now,
                };
                insert(mark, &mut transaction).await?;
                TakenAttempt::Attempt(row.try_get("value")?)
            }
            Some(_) => TakenAttempt::Nothing,
            None => match live(Kind::Outcome, key, now).fetch_optional(&mut *transaction).await? {
                Some(row) => TakenAttempt::Outcome(row.try_get("value")?),
                None => TakenAttempt::Nothing,
            },
        };
        transaction.commit().await?;
        Ok(taken)
    }

    async fn leave(&self, key: &str, outcome: &[u8], now: i64) -> Result<(), StoreError> {
        sqlx::query("UPDATE one_time SET value = $3, expires_at = $4 WHERE kind = $1 AND key = $2")
            .bind(Kind::Outcome.name())
            .bind(key)
            .bind(outcome)
            .bind(now + Kind::Outcome.seconds())
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    async fn left(&self, key: &str, now: i64) -> Result<Option<Vec<u8>>, StoreError> {
        let row = live(Kind::Outcome, key, now).fetch_optional(&self.pool).await?;
        Ok(row.map(|row| row.try_get("value")).transpose()?)
    }

    async fn count(&self, kind: Kind, owner: &str, now: i64) -> Result<u32, StoreError> {
        let count: i64 =
            sqlx::query_scalar("SELECT count(*) FROM one_time WHERE kind = $1 AND owner = $2 AND expires_at > $3")
                .bind(kind.name())
                .bind(owner)
                .bind(now)
                .fetch_one(&self.pool)
                .await?;
        Ok(u32::try_from(count).unwrap_or(u32::MAX))
    }

    async fn contains(&self, kind: Kind, key: &str, now: i64) -> Result<bool, StoreError> {
        Ok(live(kind, key, now).fetch_optional(&self.pool).await?.is_some())
    }

    async fn ping(&self) -> Result<(), StoreError> {
        sqlx::query("SELECT 1").execute(&self.pool).await?;
        Ok(())
    }

    async fn sweep(&self, now: i64) -> Result<(), StoreError> {
        let batch = "DELETE FROM one_time WHERE (kind, key) IN (
                         SELECT kind, key FROM one_time WHERE expires_at <= $1 LIMIT $2)";
        loop {
            let removed = sqlx::query(batch)
                .bind(now)
                .bind(SWEPT_AT_ONCE)
                .execute(&self.pool)
                .await?;
            if removed.rows_affected() < u64::from(SWEPT_AT_ONCE) {
                return Ok(());
            }
        }
    }
}

async fn insert(entry: Entry<'_>, connection: &mut SqliteConnection) -> Result<(), StoreError> {
    let Entry {
        kind,
        key,
        owner,
        value,
        now,
    } = entry;
    sqlx::query(
        "INSERT INTO one_time (kind, key, owner, value, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(kind.name())
    .bind(key)
    .bind(owner)
    .bind(value)
    .bind(now)
    .bind(now + kind.seconds())
    .execute(connection)
    .await?;
    Ok(())
}

/// The entry under `key`, while its time lasts.
fn live(kind: Kind, key: &str, now: i64) -> Query<'_, Sqlite, SqliteArguments<'_>> {
    sqlx::query("SELECT value FROM one_time WHERE kind = $1 AND key = $2 AND expires_at > $3")
        .bind(kind.name())
        .bind(key)
        .bind(now)
}
