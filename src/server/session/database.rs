//! The database's session store, made unable to bring an ended session back.

use super::sealed::ReplacingStore;
use crate::server::store::{
    StoreError,
    database::{Database, in_time, on},
};
use async_trait::async_trait;
use std::{future::Future, sync::Arc};
use time::OffsetDateTime;
use tower_sessions::{
    SessionStore,
    session::{Id, Record},
    session_store::{Error, Result},
};
use tower_sessions_sqlx_store::{PostgresStore, SqliteStore};

/// As the store of that database, but saving updates and never inserts: a slow request that notes its session's use
/// after another one has ended it changes nothing.
#[derive(Clone, Debug)]
pub struct DatabaseSessions {
    inner: Arc<dyn SessionStore>,
    database: Database,
}

impl DatabaseSessions {
    /// Over an open database.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn open(database: Database) -> sqlx::Result<Self> {
        let inner: Arc<dyn SessionStore> = match &database {
            Database::Sqlite(pool) => Arc::new(SqliteStore::new(pool.clone())),
            // The table has the same name in both, so that one text serves both, and is where the other tables are.
            Database::Postgres(pool) => {
                let schema: String = sqlx::query_scalar("SELECT current_schema()::text")
                    .fetch_one(pool)
                    .await?;
                let store = PostgresStore::new(pool.clone())
                    .with_schema_name(schema)
                    .and_then(|store| store.with_table_name("tower_sessions"))
                    .map_err(|error| sqlx::Error::Configuration(error.into()))?;
                Arc::new(store)
            }
        };
        Ok(Self { inner, database })
    }

    /// Removes sessions that have expired.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sweep(&self, now: OffsetDateTime) -> std::result::Result<(), StoreError> {
        let batch = "DELETE FROM tower_sessions WHERE id IN (
                         SELECT id FROM tower_sessions WHERE expiry_date <= $1 LIMIT $2)";
        self.database.delete_in_batches(batch, now).await
    }
}

#[async_trait]
impl SessionStore for DatabaseSessions {
    async fn create(&self, record: &mut Record) -> Result<()> {
        answer(self.inner.create(record)).await
    }

    async fn save(&self, record: &Record) -> Result<()> {
        let data = encode(record)?;
        let update = "UPDATE tower_sessions SET data = $1, expiry_date = $2 WHERE id = $3";
        let done = async {
            on!(&self.database, pool => {
                let query = sqlx::query(update).bind(data).bind(record.expiry_date).bind(record.id.to_string());
                query.execute(pool).await?;
            });
            Ok::<(), StoreError>(())
        };
        done.await.map_err(|error| Error::Backend(error.to_string()))
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        answer(self.inner.load(id)).await
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        answer(self.inner.delete(id)).await
    }
}

#[async_trait]
impl ReplacingStore for DatabaseSessions {
    async fn replace(&self, before: &Record, record: &Record) -> Result<bool> {
        let update = "UPDATE tower_sessions SET data = $1, expiry_date = $2 WHERE id = $3 AND data = $4";
        let (before, after) = (encode(before)?, encode(record)?);
        let done = async {
            let rows = on!(&self.database, pool => {
                let query = sqlx::query(update).bind(after).bind(record.expiry_date).bind(record.id.to_string()).bind(before);
                query.execute(pool).await?.rows_affected()
            });
            Ok::<bool, StoreError>(rows == 1)
        };
        done.await.map_err(|error| Error::Backend(error.to_string()))
    }
}

/// A record in bytes, as the store that reads them writes them.
fn encode(record: &Record) -> Result<Vec<u8>> {
    rmp_serde::to_vec(record).map_err(|error| Error::Encode(error.to_string()))
}

/// What the inner store answers, in time.
async fn answer<T>(asked: impl Future<Output = Result<T>> + Send) -> Result<T> {
    in_time(async { Ok(asked.await) })
        .await
        .unwrap_or_else(|error: StoreError| Err(Error::Backend(error.to_string())))
}
