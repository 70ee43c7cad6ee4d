//! The database: `SQLite` in a file of this machine, or `PostgreSQL` for many instances; one SQL text for both.

use super::StoreError;
use crate::server::{
    config::{DatabaseUrl, PostgresUrl},
    private_file,
};
use sqlx::{
    Encode, PgPool, Postgres, Sqlite, SqlitePool, Transaction, Type,
    postgres::PgPoolOptions,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use std::{path::Path, time::Duration};

/// How long a statement waits for a connection, and `SQLite` for its turn to write.
const PATIENCE: Duration = Duration::from_secs(5);

/// How many rows one statement of the sweep removes: after a flood, nobody else is to wait for all of them.
const SWEPT_AT_ONCE: i64 = 5_000;

/// A pool of connections to one of the two; cheap to clone.
#[derive(Clone, Debug)]
pub enum Database {
    /// Embedded.
    Sqlite(SqlitePool),
    /// A server.
    Postgres(PgPool),
}

/// Runs `$body` with the pool of whichever database it is: the same SQL, compiled for each.
macro_rules! on {
    ($database:expr, $pool:ident => $body:expr) => {
        match $database {
            $crate::server::store::database::Database::Sqlite($pool) => $body,
            $crate::server::store::database::Database::Postgres($pool) => $body,
        }
    };
}
pub(crate) use on;

impl Database {
    /// Opens it, makes it when it is a file that is not there, and brings its tables up to date.
    ///
    /// # Errors
    /// When it can't be opened or a migration fails.
    pub async fn open(url: &DatabaseUrl) -> Result<Self, StoreError> {
        match url {
            DatabaseUrl::File(file) => Self::file(file).await,
            DatabaseUrl::Memory => Self::memory().await,
            DatabaseUrl::Postgres(url) => Self::postgres(url).await,
        }
    }

    async fn file(file: &Path) -> Result<Self, StoreError> {
        if let Some(folder) = file.parent() {
            std::fs::create_dir_all(folder).map_err(sqlx::Error::Io)?;
        }
        keep_private(file).map_err(sqlx::Error::Io)?;
        let options = sqlite_options()
            .filename(file)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Normal);
        let pool = SqlitePoolOptions::new()
            .max_connections(8)
            .acquire_timeout(PATIENCE)
            .connect_with(options)
            .await?;
        Self::of_sqlite(pool).await
    }

    /// Each connection would open a memory of its own: one, and never let go of.
    async fn memory() -> Result<Self, StoreError> {
        let pool = SqlitePoolOptions::new()
            .max_connections(1)
            .idle_timeout(None)
            .max_lifetime(None)
            .connect_with(sqlite_options().in_memory(true))
            .await?;
        Self::of_sqlite(pool).await
    }

    async fn of_sqlite(pool: SqlitePool) -> Result<Self, StoreError> {
        sqlx::migrate!("src/server/store/migrations/sqlite").run(&pool).await?;
        Ok(Self::Sqlite(pool))
    }

    /// Of several instances that start together one migrates, and the others wait for it: the migrator takes a lock.
    async fn postgres(url: &PostgresUrl) -> Result<Self, StoreError> {
        let pool = PgPoolOptions::new()
            .max_connections(16)
            .acquire_timeout(PATIENCE)
            .connect_with(url.options()?)
            .await?;
        sqlx::migrate!("src/server/store/migrations/postgres")
            .run(&pool)
            .await?;
        Ok(Self::Postgres(pool))
    }

    /// Whether it answers.
    ///
    /// # Errors
    /// When it does not.
    pub async fn ping(&self) -> Result<(), StoreError> {
        on!(self, pool => {
            sqlx::query("SELECT 1").execute(pool).await?;
        });
        Ok(())
    }

    /// Runs `statement`, which deletes at most `$2` rows whose time was over at `$1`, until there are no more.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn delete_in_batches<T>(&self, statement: &str, now: T) -> Result<(), StoreError>
    where
        T: Copy + Send + Type<Sqlite> + Type<Postgres>,
        for<'q> T: Encode<'q, Sqlite> + Encode<'q, Postgres> + 'q,
    {
        loop {
            let removed = on!(self, pool => {
                sqlx::query(statement).bind(now).bind(SWEPT_AT_ONCE).execute(pool).await?.rows_affected()
            });
            if removed < SWEPT_AT_ONCE.unsigned_abs() {
                return Ok(());
            }
        }
    }

    /// Closes all connections.
    pub async fn close(&self) {
        on!(self, pool => pool.close().await);
    }
}

fn sqlite_options() -> SqliteConnectOptions {
    SqliteConnectOptions::new().busy_timeout(PATIENCE).foreign_keys(true)
}

/// Makes the file readable by its owner only, if it is not there yet; `SQLite` gives its companions the same mode.
fn keep_private(file: &Path) -> std::io::Result<()> {
    match private_file::create_new(file) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

/// A transaction that will write.
pub(crate) trait BeginWriting {
    /// Which database it is.
    type Database: sqlx::Database;

    /// Begins it. `SQLite` takes its turn to write at once: one that read first could find that another has written.
    ///
    /// # Errors
    /// When the database fails.
    async fn begin_writing(&self) -> sqlx::Result<Transaction<'static, Self::Database>>;
}

impl BeginWriting for SqlitePool {
    type Database = Sqlite;

    async fn begin_writing(&self) -> sqlx::Result<Transaction<'static, Sqlite>> {
        self.begin_with("BEGIN IMMEDIATE").await
    }
}

impl BeginWriting for PgPool {
    type Database = Postgres;

    async fn begin_writing(&self) -> sqlx::Result<Transaction<'static, Postgres>> {
        self.begin().await
    }
}
