//! Tells the other instances that a session has ended, and hears it from them.
//!
//! By Redis publish/subscribe where there is Redis, by `LISTEN`/`NOTIFY` on `PostgreSQL` alone; an instance on `SQLite` is
//! the only one. Neither keeps what is told while an instance is away: it looks for itself when it comes back.

mod postgres;
mod redis;

use super::Why;
use crate::server::{
    session::{Handle, Sessions},
    store::{StoreError, database::Database},
};
use fred::prelude::Pool;
use sqlx::PgPool;
use std::{fmt, time::Duration};

/// The name of the channel. Channels are of all databases of a Redis; a session of another site is nobody's here.
const CHANNEL: &str = "vestibule_ended";

/// Between two tries.
const PAUSE: Duration = Duration::from_secs(1);

/// The way to the other instances.
#[derive(Clone, Default)]
pub enum Wire {
    /// There are none.
    #[default]
    None,
    /// By Redis.
    Redis(Pool),
    /// By `PostgreSQL`.
    Postgres(PgPool),
}

impl fmt::Debug for Wire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "Wire::None",
            Self::Redis(_) => "Wire::Redis",
            Self::Postgres(_) => "Wire::Postgres",
        })
    }
}

impl Wire {
    /// By Redis, if it is there, else by the database.
    #[must_use]
    pub fn of(redis: Option<&Pool>, database: &Database) -> Self {
        match (redis, database) {
            (Some(pool), _) => Self::Redis(pool.clone()),
            (None, Database::Postgres(pool)) => Self::Postgres(pool.clone()),
            (None, Database::Sqlite(_)) => Self::None,
        }
    }

    pub(super) async fn announce(&self, handle: Handle, why: Why) {
        let message = format!("{handle} {}", why.word());
        let told = match self {
            Self::None => Ok(()),
            Self::Redis(pool) => redis::announce(pool, message).await,
            Self::Postgres(pool) => postgres::announce(pool, &message).await,
        };
        if let Err(error) = told {
            tracing::warn!(reason = %error, "other instances were not told that a session ended");
        }
    }
}

/// Hears the other instances, in the background, as long as the process lives.
pub fn follow(sessions: &Sessions) {
    let sessions = sessions.clone();
    match sessions.live().wire.clone() {
        Wire::None => {}
        Wire::Redis(pool) => drop(tokio::spawn(async move { redis::follow(&pool, &sessions).await })),
        Wire::Postgres(pool) => drop(tokio::spawn(async move { postgres::follow(&pool, &sessions).await })),
    }
}

/// What was heard. What nobody here would have said is passed over.
fn hear(sessions: &Sessions, message: &str) {
    if let Some((handle, word)) = message.split_once(' ')
        && let Ok(handle) = handle.parse::<Handle>()
        && let Some(why) = Why::of_word(word)
    {
        sessions.live().tell(handle, why);
    }
}

/// Looks which sessions of open streams have ended while nothing could be heard; does not rest until it knows.
async fn look_again(sessions: &Sessions) {
    while let Err(error) = look(sessions).await {
        tracing::warn!(reason = %error, "can't tell yet whether sessions with open pages have ended");
        tokio::time::sleep(PAUSE).await;
    }
}

async fn look(sessions: &Sessions) -> Result<(), StoreError> {
    for handle in sessions.live().handles() {
        if !sessions.is_stored(&handle).await? {
            // Why, nobody has heard.
            sessions.live().tell(handle, Why::Replaced);
        }
    }
    Ok(())
}
