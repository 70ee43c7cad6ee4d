//! By `PostgreSQL`, on a connection that does nothing but listen.

use super::{CHANNEL, PAUSE, hear, look_again};
use crate::server::{session::Sessions, store::StoreError};
use sqlx::{PgPool, postgres::PgListener};

pub(super) async fn announce(pool: &PgPool, message: &str) -> Result<(), StoreError> {
    sqlx::query("SELECT pg_notify($1, $2)")
        .bind(CHANNEL)
        .bind(message)
        .execute(pool)
        .await?;
    Ok(())
}

pub(super) async fn follow(pool: &PgPool, sessions: &Sessions) {
    while !pool.is_closed() {
        if let Err(error) = listen(pool, sessions).await {
            tracing::warn!(reason = %error, "PostgreSQL does not tell what other instances end");
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Until the connection fails and no other can be had.
async fn listen(pool: &PgPool, sessions: &Sessions) -> sqlx::Result<()> {
    let mut listener = PgListener::connect_with(pool).await?;
    listener.listen(CHANNEL).await?;
    look_again(sessions).await;
    loop {
        match listener.try_recv().await? {
            Some(notification) => hear(sessions, notification.payload()),
            // Lost, and there again: it listens already.
            None => look_again(sessions).await,
        }
    }
}
