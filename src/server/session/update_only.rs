//! The database's session store, made unable to bring an ended session back.

use async_trait::async_trait;
use sqlx::SqlitePool;
use tower_sessions::{
    ExpiredDeletion, SessionStore,
    session::{Id, Record},
    session_store::{Error, Result},
};
use tower_sessions_sqlx_store::SqliteStore;

/// As [`SqliteStore`], but saving updates and never inserts: a slow request that notes its session's use after
/// another one has ended it changes nothing.
#[derive(Clone, Debug)]
pub struct UpdateOnly {
    inner: SqliteStore,
    pool: SqlitePool,
}

impl UpdateOnly {
    /// Over an open database; makes the table when it is not there.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn open(pool: SqlitePool) -> sqlx::Result<Self> {
        let inner = SqliteStore::new(pool.clone());
        inner.migrate().await?;
        Ok(Self { inner, pool })
    }

    /// Removes sessions that have expired.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sweep(&self) -> Result<()> {
        self.inner.delete_expired().await
    }
}

#[async_trait]
impl SessionStore for UpdateOnly {
    async fn create(&self, record: &mut Record) -> Result<()> {
        self.inner.create(record).await
    }

    async fn save(&self, record: &Record) -> Result<()> {
        let data = rmp_serde::to_vec(record).map_err(|error| Error::Encode(error.to_string()))?;
        sqlx::query("UPDATE tower_sessions SET data = $1, expiry_date = $2 WHERE id = $3")
            .bind(data)
            .bind(record.expiry_date)
            .bind(record.id.to_string())
            .execute(&self.pool)
            .await
            .map_err(|error| Error::Backend(error.to_string()))?;
        Ok(())
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        self.inner.load(id).await
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        self.inner.delete(id).await
    }
}
