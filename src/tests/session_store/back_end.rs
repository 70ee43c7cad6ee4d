//! The stores behind the seal, and a look at what they hold.

use crate::{
    server::{
        config::DatabaseUrl,
        session::{database::DatabaseSessions, redis::RedisSessions, sealed::ReplacingStore},
        store::database::{Database, either},
    },
    tests::{
        one_time::back_end::{self, pool},
        postgres::Postgres,
        redis::Redis,
    },
};
use fred::prelude::{KeysInterface, LuaInterface, Pool};
use std::{any::Any, collections::BTreeMap, sync::Arc};

pub struct BackEnd {
    pub store: Arc<dyn ReplacingStore>,
    raw: Raw,
    _held: Box<dyn Any>,
}

enum Raw {
    Database(Database),
    Redis(Pool),
}

impl BackEnd {
    pub async fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = DatabaseUrl::File(folder.path().join("test.db"));
        Self::of(Database::open(&file).await.unwrap(), folder).await
    }

    pub async fn postgres() -> Self {
        let postgres = Postgres::start().await;
        Self::of(back_end::database(&postgres).await, postgres).await
    }

    async fn of(database: Database, held: impl Any) -> Self {
        Self {
            store: Arc::new(DatabaseSessions::open(database.clone()).await.unwrap()),
            raw: Raw::Database(database),
            _held: Box::new(held),
        }
    }

    pub async fn redis() -> Self {
        let redis = Redis::start().await;
        let pool = pool(&redis).await;
        Self {
            store: Arc::new(RedisSessions::new(pool.clone())),
            raw: Raw::Redis(pool),
            _held: Box::new(redis),
        }
    }

    /// All keys and what is under them, as they are.
    pub async fn stored(&self) -> BTreeMap<String, Vec<u8>> {
        match &self.raw {
            Raw::Database(database) => {
                let all = "SELECT id, data FROM tower_sessions";
                let rows: Vec<(String, Vec<u8>)> =
                    either!(database, pool => sqlx::query_as(all).fetch_all(pool).await.unwrap());
                rows.into_iter().collect()
            }
            Raw::Redis(pool) => {
                let none = Vec::<String>::new();
                let keys: Vec<String> = pool
                    .eval("return redis.call('KEYS', '*')", none.clone(), none)
                    .await
                    .unwrap();
                let mut stored = BTreeMap::new();
                for key in keys {
                    let value: Vec<u8> = pool.get(&key).await.unwrap();
                    stored.insert(key, value);
                }
                stored
            }
        }
    }

    /// Puts `data` under `key`, as whoever can write to the store could.
    pub async fn put(&self, key: &str, data: &[u8]) {
        match &self.raw {
            Raw::Database(database) => either!(database, pool => {
                let query = sqlx::query("UPDATE tower_sessions SET data = $1 WHERE id = $2");
                query.bind(data).bind(key).execute(pool).await.unwrap();
            }),
            Raw::Redis(pool) => {
                let () = pool.set(key, data, None, None, false).await.unwrap();
            }
        }
    }
}
