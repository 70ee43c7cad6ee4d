//! One-time things in Redis: `SET … NX EX`, taken by `GETDEL`.

use super::{Entry, Kind, OneTimeStore, StoreError};
use crate::server::config::RedisUrl;
use async_trait::async_trait;
use fred::{
    prelude::{
        Builder, ClientLike, Config, Expiration, KeysInterface, LuaInterface, Pool, ReconnectPolicy, SetOptions,
    },
    types::config::TcpConfig,
};
use std::time::Duration;

/// Connections to Redis: commands are pipelined, so a few are plenty.
const POOL_SIZE: usize = 4;
const COMMAND_TIMEOUT: Duration = Duration::from_secs(2);

/// Notes one more key of an owner, and names those that are too many, oldest first.
/// KEYS: the owner's list. ARGV: the key, the limit, how long to keep the list in seconds.
const NOTE: &str = r"
local time = redis.call('TIME')
redis.call('ZADD', KEYS[1], time[1] * 1000000 + time[2], ARGV[1])
redis.call('EXPIRE', KEYS[1], ARGV[3])
local surplus = redis.call('ZCARD', KEYS[1]) - tonumber(ARGV[2])
if surplus <= 0 then return {} end
local oldest = redis.call('ZRANGE', KEYS[1], 0, surplus - 1)
redis.call('ZREMRANGEBYRANK', KEYS[1], 0, surplus - 1)
return oldest
";

/// Forgets a key of an owner. KEYS: the owner's list. ARGV: the key.
const FORGET: &str = "return redis.call('ZREM', KEYS[1], ARGV[1])";

/// Connects to Redis, now or as soon as it answers: what needs it fails until then, and `/readyz` says so.
///
/// # Errors
/// When the URL can't be used.
pub async fn connect(url: &RedisUrl) -> Result<Pool, StoreError> {
    let mut config = Config::from_url(url.expose())?;
    // Else one refused connection at the start would be the last.
    config.fail_fast = false;
    let pool = Builder::from_config(config)
        .with_connection_config(|connection| {
            connection.connection_timeout = Duration::from_secs(5);
            connection.tcp = TcpConfig {
                nodelay: Some(true),
                ..TcpConfig::default()
            };
        })
        .with_performance_config(|performance| performance.default_command_timeout = COMMAND_TIMEOUT)
        .set_policy(ReconnectPolicy::new_exponential(0, 50, 2_000, 2))
        .build_pool(POOL_SIZE)?;
    pool.connect_pool();
    match tokio::time::timeout(Duration::from_secs(5), pool.wait_for_connect()).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::warn!(%error, "Redis refuses"),
        Err(_) => tracing::warn!("Redis does not answer yet; trying on"),
    }
    Ok(pool)
}

/// Keys `vestibule:…` in Redis.
#[derive(Clone)]
pub struct RedisOneTime {
    pool: Pool,
}

impl RedisOneTime {
    /// Over a pool of connections.
    #[must_use]
    pub fn new(pool: Pool) -> Self {
        Self { pool }
    }
}

impl std::fmt::Debug for RedisOneTime {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RedisOneTime")
    }
}

#[async_trait]
impl OneTimeStore for RedisOneTime {
    async fn put(&self, entry: Entry<'_>) -> Result<(), StoreError> {
        let Entry {
            kind,
            key,
            owner,
            value,
            now,
        } = entry;
        let surplus: Vec<String> = self
            .pool
            .eval(
                NOTE,
                owner_key(kind, owner),
                vec![key.to_owned(), kind.limit().to_string(), kind.seconds().to_string()],
            )
            .await?;
        for key in surplus {
            let () = self.pool.del(entry_key(kind, &key)).await?;
        }
        let value = Stored {
            owner: owner.to_owned(),
            expires_at: now + kind.seconds(),
            value: value.to_vec(),
        };
        let () = self
            .pool
            .set(
                entry_key(kind, key),
                serde_json::to_string(&value)?,
                Some(Expiration::EX(kind.seconds())),
                Some(SetOptions::NX),
                false,
            )
            .await?;
        Ok(())
    }

    async fn take(&self, kind: Kind, key: &str, now: i64) -> Result<Option<Vec<u8>>, StoreError> {
        let stored: Option<String> = self.pool.getdel(entry_key(kind, key)).await?;
        let Some(stored) = stored.and_then(|stored| serde_json::from_str::<Stored>(&stored).ok()) else {
            return Ok(None);
        };
        let _: i64 = self
            .pool
            .eval(FORGET, owner_key(kind, &stored.owner), vec![key.to_owned()])
            .await?;
        Ok((now < stored.expires_at).then_some(stored.value))
    }

    async fn contains(&self, kind: Kind, key: &str, now: i64) -> Result<bool, StoreError> {
        let stored: Option<String> = self.pool.get(entry_key(kind, key)).await?;
        Ok(stored
            .and_then(|stored| serde_json::from_str::<Stored>(&stored).ok())
            .is_some_and(|stored| now < stored.expires_at))
    }

    async fn ping(&self) -> Result<(), StoreError> {
        let () = self.pool.ping(None).await?;
        Ok(())
    }

    /// Redis does it.
    async fn sweep(&self, _now: i64) -> Result<(), StoreError> {
        Ok(())
    }
}

#[derive(serde::Serialize, serde::Deserialize)]
struct Stored {
    owner: String,
    expires_at: i64,
    #[serde(with = "base64_bytes")]
    value: Vec<u8>,
}

mod base64_bytes {
    use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD_NO_PAD.encode(bytes))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        STANDARD_NO_PAD
            .decode(String::deserialize(deserializer)?)
            .map_err(D::Error::custom)
    }
}

fn entry_key(kind: Kind, key: &str) -> String {
    format!("vestibule:{}:{key}", kind.name())
}

fn owner_key(kind: Kind, owner: &str) -> String {
    format!("vestibule:{}-of:{owner}", kind.name())
}
