//! Redis's session store, made quiet about a session that has ended.

use super::sealed::ReplacingStore;
use async_trait::async_trait;
use fred::{
    prelude::{Expiration, KeysInterface, LuaInterface, Pool, SetOptions},
    types::Value,
};
use tower_sessions::{
    SessionStore,
    session::{Id, Record},
    session_store::{Error, Result},
};
use tower_sessions_redis_store::RedisStore;

/// Stores a session in place of what was read, if that is still there.
/// KEYS: the session. ARGV: what was read, what to store, when it expires in seconds since 1970.
const REPLACE: &str = r"
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'EXAT', ARGV[3])
return 1
";

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
        let data = encode(record)?;
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

#[async_trait]
impl ReplacingStore for RedisSessions {
    async fn replace(&self, before: &Record, record: &Record) -> Result<bool> {
        let arguments: Vec<Value> = vec![
            Value::Bytes(encode(before)?.into()),
            Value::Bytes(encode(record)?.into()),
            record.expiry_date.unix_timestamp().into(),
        ];
        let replaced: i64 = self
            .pool
            .eval(REPLACE, record.id.to_string(), arguments)
            .await
            .map_err(|error| Error::Backend(error.to_string()))?;
        Ok(replaced == 1)
    }
}

/// A record in bytes, as the store that reads them writes them.
fn encode(record: &Record) -> Result<Vec<u8>> {
    rmp_serde::to_vec(record).map_err(|error| Error::Encode(error.to_string()))
}
