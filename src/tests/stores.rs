//! One suite for every store: `SQLite` or `PostgreSQL` alone, and Redis beside a database.

/// Makes three tests of each suite, an `async fn` of this name that takes an [`App`](super::app::App).
macro_rules! over_every_store {
    ($($name:ident),* $(,)?) => {
        mod over_sqlite {
            use crate::tests::app::App;
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $name() {
                    super::$name(App::start().await).await;
                }
            )*
        }
        mod over_postgres {
            use crate::tests::{app::App, postgres::Postgres};
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $name() {
                    let postgres = Postgres::start().await;
                    super::$name(App::with(&[("DATABASE_URL", &postgres.url)]).await).await;
                }
            )*
        }
        mod over_redis {
            use crate::tests::{app::App, redis::Redis};
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $name() {
                    let redis = Redis::start().await;
                    super::$name(App::with(&[("REDIS_URL", &redis.url)]).await).await;
                }
            )*
        }
    };
}

pub(super) use over_every_store;
