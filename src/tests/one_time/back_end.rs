//! The back ends, each alone: what holds them goes with the test.

use crate::{
    server::{
        config::{Config, DatabaseUrl},
        store::{OneTimeStore, database::Database, redis, redis::RedisOneTime, sql::SqlOneTime},
    },
    tests::{postgres::Postgres, redis::Redis},
};
use fred::prelude::Pool;
use std::{any::Any, sync::Arc};

pub struct BackEnd {
    pub store: Arc<dyn OneTimeStore>,
    _held: Box<dyn Any>,
}

impl BackEnd {
    pub async fn file() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = DatabaseUrl::File(folder.path().join("test.db"));
        Self {
            store: Arc::new(SqlOneTime::new(Database::open(&file).await.unwrap())),
            _held: Box::new(folder),
        }
    }

    pub async fn memory() -> Self {
        Self {
            store: Arc::new(SqlOneTime::new(Database::open(&DatabaseUrl::Memory).await.unwrap())),
            _held: Box::new(()),
        }
    }

    pub async fn postgres() -> Self {
        let postgres = Postgres::start().await;
        Self {
            store: Arc::new(SqlOneTime::new(database(&postgres).await)),
            _held: Box::new(postgres),
        }
    }

    pub async fn redis() -> Self {
        let redis = Redis::start().await;
        let store = Arc::new(RedisOneTime::new(pool(&redis).await));
        Self {
            store,
            _held: Box::new(redis),
        }
    }
}

/// `postgres`, as the application opens it.
pub async fn database(postgres: &Postgres) -> Database {
    let variables = [("DATABASE_URL".to_owned(), postgres.url.clone())];
    let config = Config::from_sources(None, variables).unwrap();
    Database::open(&config.database).await.unwrap()
}

/// Connections to `redis`, as the application makes them.
pub async fn pool(redis: &Redis) -> Pool {
    pool_at(&redis.url).await
}

/// The same, whether somebody is there or not.
pub async fn pool_at(url: &str) -> Pool {
    let variables = [("REDIS_URL".to_owned(), url.to_owned())];
    let config = Config::from_sources(None, variables).unwrap();
    redis::connect(config.redis_url.as_ref().unwrap()).await.unwrap()
}
