//! Redis answers, and lets us in: whoever knows the password is told from whoever does not.

use super::{
    report::{Check, Finding},
    stores::{PATIENCE, round_trip},
};
use crate::server::{
    config::{Config, RedisUrl, plain},
    store::{
        StoreError,
        redis::{RedisOneTime, connect},
    },
};
use fred::{
    error::{Error, ErrorKind},
    prelude::{Builder, ClientLike},
};
use std::time::{Duration, Instant};

/// How long one connection may take.
const CONNECT: Duration = Duration::from_secs(5);

/// Redis, if there is one.
pub async fn check(config: &Config) -> Finding {
    let Some(url) = &config.redis_url else {
        return Finding::pass(Check::Redis, "not configured: the database holds the sessions");
    };
    // The server's own connections try on, and do not say why: one that does not is asked first.
    match tokio::time::timeout(PATIENCE, knock(url)).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) if is_about_who(&error) => return refused(&error),
        Ok(Err(error)) => return unreachable(&error.to_string()),
        Err(_) => return unreachable("it does not answer in time"),
    }
    let start = Instant::now();
    match tokio::time::timeout(PATIENCE, use_it(url)).await {
        Ok(Ok(true)) => Finding::pass(
            Check::Redis,
            format!("Redis: written and read in {} ms", start.elapsed().as_millis()),
        ),
        Ok(Ok(false)) => unreachable("what was written is not there"),
        Ok(Err(StoreError::Redis(error))) if is_about_who(&error) => refused(&error),
        Ok(Err(error)) => unreachable(&error.to_string()),
        Err(_) => unreachable("it does not answer in time"),
    }
}

/// Connects once.
async fn knock(url: &RedisUrl) -> Result<(), Error> {
    let client = Builder::from_config(fred::prelude::Config::from_url(url.expose())?)
        .with_connection_config(|connection| connection.connection_timeout = CONNECT)
        .build()?;
    client.init().await?;
    client.quit().await
}

async fn use_it(url: &RedisUrl) -> Result<bool, StoreError> {
    let pool = connect(url).await?;
    let outcome = round_trip(&RedisOneTime::new(pool.clone())).await;
    pool.quit().await?;
    outcome
}

/// Whether it answers, and does not want us: `WRONGPASS`, `NOAUTH`, `NOPERM`.
fn is_about_who(error: &Error) -> bool {
    *error.kind() == ErrorKind::Auth || error.details().starts_with("NOPERM")
}

fn refused(error: &Error) -> Finding {
    let remedy = if error.details().starts_with("NOPERM") {
        "It is reached, and the user in REDIS_URL may not do what the server does: by ACL SETUSER allow it the keys there, \
         and the commands for strings, lists and scripts."
    } else {
        "It is reached, and the user or the password in REDIS_URL is not the right one: compare them with requirepass or \
         the ACL of Redis, special characters percent-encoded."
    };
    Finding::fail(Check::Redis, format!("refused: {}", plain(error.details())), remedy)
}

fn unreachable(reason: &str) -> Finding {
    let remedy = "REDIS_URL names its host, port and password: is it up, and can this machine reach it? Try: redis-cli -u \
                  \"$REDIS_URL\" ping";
    Finding::fail(Check::Redis, plain(reason), remedy)
}
