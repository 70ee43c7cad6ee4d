//! Which browsers are to be told that their sessions ended: each once.

use super::Registry;
use crate::server::{
    session::Handle,
    store::{
        StoreError,
        database::{BeginWriting, on},
    },
};
use time::OffsetDateTime;

impl Registry {
    /// Leaves word for the browser of a session that is about to end.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn announce(&self, handle: Handle, now: OffsetDateTime) -> Result<(), StoreError> {
        let ending = "INSERT INTO endings (id, expires_at) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING";
        on!(&self.database, pool => {
            let query = sqlx::query(ending).bind(handle.to_string()).bind(now.unix_timestamp());
            query.execute(pool).await?;
        });
        Ok(())
    }

    /// Whether that session was ended, or has expired, and its browser was not told yet; from now on it was. Nothing is
    /// written for who was never here.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn bid_farewell(&self, handle: Handle, now: OffsetDateTime) -> Result<bool, StoreError> {
        let found = "SELECT count(*) FROM (SELECT id FROM endings WHERE id = $1
             UNION ALL SELECT id FROM sessions WHERE id = $1 AND expires_at <= $2) AS ended";
        let (handle, now) = (handle.to_string(), now.unix_timestamp());
        let is_told = on!(&self.database, pool => {
            let count: i64 = sqlx::query_scalar(found).bind(&handle).bind(now).fetch_one(pool).await?;
            if count == 0 {
                return Ok(false);
            }
            let mut transaction = pool.begin_writing().await?;
            let ended = sqlx::query("DELETE FROM endings WHERE id = $1").bind(&handle);
            let ended = ended.execute(&mut *transaction).await?.rows_affected();
            let expired = sqlx::query("DELETE FROM sessions WHERE id = $1 AND expires_at <= $2").bind(&handle).bind(now);
            let expired = expired.execute(&mut *transaction).await?.rows_affected();
            transaction.commit().await?;
            ended + expired > 0
        });
        Ok(is_told)
    }
}
