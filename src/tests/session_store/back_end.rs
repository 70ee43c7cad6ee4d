//! The stores behind the seal, and a look at what they hold.

use crate::{
    server::{
        config::DatabaseUrl,
        session::{database::DatabaseSessions, redis::RedisSessions, sealed::ReplacingStore},
        store::database::Database,
    },
    tests::{one_time::back_end::pool, redis::Redis},
};
use fred::prelude::{KeysInterface, LuaInterface, Pool};
use sqlx::SqlitePool;
use std::{any::Any, collections::BTreeMap, sync::Arc};

pub struct BackEnd {
    pub store: Arc<dyn ReplacingStore>,
    raw: Raw,
    _held: Box<dyn Any>,
}

enum Raw {
    Database(SqlitePool),
    Redis(Pool),
}

impl BackEnd {
    pub async fn database() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = DatabaseUrl::File(folder.path().join("test.db"));
        let database = Database::open(&file).await.unwrap();
        let store = Arc::new(DatabaseSessions::open(database.clone()).await.unwrap());
        let Database::Sqlite(pool) = database else {
            unreachable!()
        };
        Self {
            store,
            raw: Raw::Database(pool),
            _held: Box::new(folder),
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
            Raw::Database(pool) => {
                let rows: Vec<(String, Vec<u8>)> = sqlx::query_as("SELECT id, data FROM tower_sessions")
                    .fetch_all(pool)
                    .await
                    .unwrap();
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
            Raw::Database(pool) => {
                let query = sqlx::query("UPDATE tower_sessions SET data = $1 WHERE id = $2");
                query.bind(data).bind(key).execute(pool).await.unwrap();
            }
            Raw::Redis(pool) => {
                let () = pool.set(key, data, None, None, false).await.unwrap();
            }
        }
    }
}
