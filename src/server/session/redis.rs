//! Redis's session store, made quiet about a session that has ended.

use async_trait::async_trait;
use fred::{
    prelude::{Expiration, KeysInterface, Pool, SetOptions},
    types::Value,
};
use tower_sessions::{
    SessionStore,
    session::{Id, Record},
    session_store::{Error, Result},
};
use tower_sessions_redis_store::RedisStore;

/// As [`RedisStore`], but saving a session that another request has ended changes nothing, as in the database: there
/// Redis answers nil, which [`RedisStore`] takes for an error.
#[derive(Clone, Debug)]
pub struct RedisSessions {
    inner: RedisStore<Pool>,
    pool: Pool,
}

impl RedisSessions {
    /// Over a pool of connections.
    #[must_use]
    pub fn new(pool: Pool) -> Self {
        Self {
            inner: RedisStore::new(pool.clone()),
            pool,
        }
    }
}

#[async_trait]
impl SessionStore for RedisSessions {
    async fn create(&self, record: &mut Record) -> Result<()> {
        self.inner.create(record).await
    }

    async fn save(&self, record: &Record) -> Result<()> {
        let data = rmp_serde::to_vec(record).map_err(|error| Error::Encode(error.to_string()))?;
        let expiry = Expiration::EXAT(record.expiry_date.unix_timestamp());
        let _: Value = self
            .pool
            .set(
                record.id.to_string(),
                data.as_slice(),
                Some(expiry),
                Some(SetOptions::XX),
                false,
            )
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
