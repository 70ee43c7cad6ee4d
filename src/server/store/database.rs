//! The database: `SQLite` in a file of this machine, or `PostgreSQL` for many instances; one SQL text for both.

use super::StoreError;
use crate::server::{
    config::{DatabaseUrl, PostgresUrl},
    private_file,
};
use sqlx::{
    Connection as _, Encode, PgConnection, PgPool, Postgres, Sqlite, SqlitePool, Transaction, Type,
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use std::{
    future::Future,
    path::Path,
    time::{Duration, Instant},
};

/// How long whoever asks waits for an answer altogether: a database that hangs is as good as away.
const ANSWER: Duration = Duration::from_secs(6);

/// How long a statement waits for a connection, and `SQLite` for its turn to write.
const PATIENCE: Duration = Duration::from_secs(5);

/// Connections of one instance to `PostgreSQL`: ten instances stay below the hundred that it takes by default.
const POSTGRES_CONNECTIONS: u32 = 8;

/// How long the start waits for `PostgreSQL`, which may start at the same time.
const POSTGRES_START: Duration = Duration::from_secs(30);

/// How long a statement waits for one of them. While nobody listens there, that is how long whoever asks waits.
const POSTGRES_PATIENCE: Duration = Duration::from_secs(4);

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

/// Evaluates `$body` with the pool of whichever database it is: the same SQL, compiled for each.
macro_rules! either {
    ($database:expr, $pool:ident => $body:expr) => {
        match $database {
            $crate::server::store::database::Database::Sqlite($pool) => $body,
            $crate::server::store::database::Database::Postgres($pool) => $body,
        }
    };
}
pub(crate) use either;

/// The same for what asks the database, in a function whose error a [`StoreError`] becomes: it waits no longer than is
/// bearable.
macro_rules! on {
    ($database:expr, $pool:ident => $body:expr) => {
        $crate::server::store::database::either!($database, $pool => {
            $crate::server::store::database::in_time(async { Ok::<_, $crate::server::store::StoreError>($body) }).await?
        })
    };
}
pub(crate) use on;

/// Gives up on `work` that takes too long.
///
/// # Errors
/// Its own, or [`StoreError::Slow`].
pub(crate) async fn in_time<T>(work: impl Future<Output = Result<T, StoreError>> + Send) -> Result<T, StoreError> {
    tokio::time::timeout(ANSWER, work)
        .await
        .unwrap_or(Err(StoreError::Slow))
}

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

    /// Of several processes that make one file together, one at a time may turn it into what takes many: for that
    /// `SQLite` does not wait by itself.
    async fn file(file: &Path) -> Result<Self, StoreError> {
        let start = Instant::now();
        loop {
            match Self::open_file(file).await {
                Err(error) if is_busy(&error) && start.elapsed() < PATIENCE => {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
                opened => return opened,
            }
        }
    }

    async fn open_file(file: &Path) -> Result<Self, StoreError> {
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

    /// Of several processes that open one file together one migrates, and the others wait for their turn to write: the
    /// migrator itself takes no lock here.
    async fn of_sqlite(pool: SqlitePool) -> Result<Self, StoreError> {
        let mut turn = pool.begin_writing().await?;
        sqlx::migrate!("src/server/store/migrations/sqlite")
            .run(&mut *turn)
            .await?;
        turn.commit().await?;
        Ok(Self::Sqlite(pool))
    }

    /// Of several instances that start together one migrates, and the others wait for it: the migrator takes a lock.
    async fn postgres(url: &PostgresUrl) -> Result<Self, StoreError> {
        let options = url.options()?;
        tell_if_it_is_away(&options).await;
        let start = PgPoolOptions::new()
            .max_connections(1)
            .acquire_timeout(POSTGRES_START)
            .connect_with(options.clone())
            .await?;
        sqlx::migrate!("src/server/store/migrations/postgres")
            .run(&start)
            .await?;
        start.close().await;
        let pool = PgPoolOptions::new()
            .max_connections(POSTGRES_CONNECTIONS)
            .acquire_timeout(POSTGRES_PATIENCE)
            .connect_lazy_with(options);
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
        T: Copy + Send + Sync + Type<Sqlite> + Type<Postgres>,
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
        either!(self, pool => pool.close().await);
    }
}

/// Whether another process is at it.
fn is_busy(error: &StoreError) -> bool {
    // The lower byte is the kind: https://sqlite.org/rescode.html
    matches!(error, StoreError::Sql(sqlx::Error::Database(error))
        if error.code().and_then(|code| code.parse::<u32>().ok()).is_some_and(|code| code & 0xff == 5))
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

/// Says at once why the start waits.
async fn tell_if_it_is_away(options: &PgConnectOptions) {
    let reason = match tokio::time::timeout(Duration::from_secs(2), PgConnection::connect_with(options)).await {
        Ok(Ok(connection)) => return drop(connection.close().await),
        Ok(Err(error)) => error.to_string(),
        Err(_) => "no answer in time".to_owned(),
    };
    let (host, port, patience) = (options.get_host(), options.get_port(), POSTGRES_START.as_secs());
    tracing::warn!(
        host,
        port,
        reason,
        "PostgreSQL can't be used yet; trying on for {patience} s"
    );
}
