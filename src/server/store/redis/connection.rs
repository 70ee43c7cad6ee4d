//! The connections to Redis, to one server, a cluster, or what sentinels name.

use crate::server::{config::RedisUrl, store::StoreError};
use fred::{
    prelude::{Builder, ClientLike, Config, Pool, ReconnectPolicy},
    types::config::{TcpConfig, UnresponsiveConfig},
};
use std::time::Duration;

/// Connections to Redis: commands are pipelined, so a few are plenty.
const POOL_SIZE: usize = 4;
const COMMAND_TIMEOUT: Duration = Duration::from_secs(2);

/// Connects to Redis, now or as soon as it answers: what needs it fails until then, and `/readyz` says so.
///
/// # Errors
/// When the URL can't be used.
pub async fn connect(url: &RedisUrl) -> Result<Pool, StoreError> {
    let pool = pool(url, false)?;
    pool.connect_pool();
    match tokio::time::timeout(Duration::from_secs(5), pool.wait_for_connect()).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::warn!(%error, "Redis refuses"),
        Err(_) => {
            // Those that try on do not say why.
            let reason = match tokio::time::timeout(Duration::from_secs(2), connect_at_once(url)).await {
                Ok(Err(error)) => error.to_string(),
                Ok(Ok(_)) | Err(_) => "no answer in time".to_owned(),
            };
            tracing::warn!(reason, "Redis can't be used yet; trying on");
        }
    }
    Ok(pool)
}

/// Connects to Redis now, or not at all.
///
/// # Errors
/// When the URL can't be used, or Redis does not let us in.
pub async fn connect_at_once(url: &RedisUrl) -> Result<Pool, StoreError> {
    let pool = pool(url, true)?;
    pool.connect_pool();
    pool.wait_for_connect().await?;
    Ok(pool)
}

/// Unless it fails fast, one refused connection at the start is not the last.
fn pool(url: &RedisUrl, fail_fast: bool) -> Result<Pool, StoreError> {
    let mut config = Config::from_url(url.expose())?;
    config.fail_fast = fail_fast;
    Ok(Builder::from_config(config)
        .with_connection_config(|connection| {
            connection.connection_timeout = Duration::from_secs(5);
            // A master that hangs is left for the one that took its place.
            connection.unresponsive = UnresponsiveConfig {
                max_timeout: Some(Duration::from_secs(6)),
                interval: Duration::from_secs(1),
            };
            connection.internal_command_timeout = Duration::from_secs(5);
            connection.tcp = TcpConfig {
                nodelay: Some(true),
                ..TcpConfig::default()
            };
        })
        .with_performance_config(|performance| performance.default_command_timeout = COMMAND_TIMEOUT)
        .set_policy(ReconnectPolicy::new_exponential(0, 50, 2_000, 2))
        .build_pool(POOL_SIZE)?)
}
