//! By Redis, on a connection of its own that does nothing but listen.

use super::{CHANNEL, hear, look_again};
use crate::server::{session::Sessions, store::StoreError};
use fred::{
    clients::SubscriberClient,
    prelude::{ClientLike, EventInterface, Pool, PubsubInterface},
};
use tokio::sync::broadcast::error::RecvError;

/// How many messages may wait to be read. Beyond it some are lost, and the sessions are looked for instead.
const WAITING: usize = 4_096;

pub(super) async fn announce(pool: &Pool, message: String) -> Result<(), StoreError> {
    let _: i64 = pool.next().publish(CHANNEL, message).await?;
    Ok(())
}

pub(super) async fn follow(pool: &Pool, sessions: &Sessions) {
    let mut performance = pool.perf_config();
    performance.broadcast_channel_capacity = WAITING;
    let subscriber = SubscriberClient::new(
        pool.client_config(),
        Some(performance),
        Some(pool.connection_config().clone()),
        pool.client_reconnect_policy(),
    );
    let mut messages = subscriber.message_rx();
    let mut connections = subscriber.reconnect_rx();
    subscriber.connect();
    loop {
        tokio::select! {
            message = messages.recv() => match message {
                Ok(message) => {
                    if let Some(message) = message.value.as_str() {
                        hear(sessions, &message);
                    }
                }
                Err(RecvError::Lagged(_)) => look_again(sessions).await,
                Err(RecvError::Closed) => return,
            },
            // The first connection is told of like every later one; each has to subscribe for itself.
            connection = connections.recv() => match connection {
                Ok(_) | Err(RecvError::Lagged(_)) => {
                    // Should it be lost in between, the next one is told of too.
                    if let Err(error) = subscriber.subscribe(CHANNEL).await {
                        tracing::warn!(reason = %error, "Redis does not tell what other instances end");
                    }
                    look_again(sessions).await;
                }
                Err(RecvError::Closed) => return,
            },
        }
    }
}
