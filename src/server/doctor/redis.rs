//! Redis answers, lets us in, and keeps what it has: whoever knows the password is told from whoever does not.

use super::{
    report::{Check, Finding},
    stores::{PATIENCE, round_trip},
};
use crate::server::{
    config::{Config, RedisUrl, plain},
    store::{
        StoreError,
        redis::{RedisOneTime, connect_at_once},
    },
};
use fred::{
    error::{Error, ErrorKind},
    prelude::{ClientLike, Pool},
    types::InfoKind,
};
use std::time::Instant;

/// Redis, if there is one.
pub async fn check(config: &Config) -> Finding {
    let Some(url) = &config.redis_url else {
        return Finding::pass(Check::Redis, "not configured: the database holds the sessions");
    };
    let what = if url.is_cluster() {
        "Redis Cluster"
    } else if url.is_sentinel() {
        "Redis behind sentinels"
    } else {
        "Redis"
    };
    let start = Instant::now();
    match tokio::time::timeout(PATIENCE, use_it(url)).await {
        Ok(Ok(Use { is_read: false, .. })) => unreachable(url, what, "what was written is not there"),
        Ok(Ok(Use { eviction, .. })) => {
            let evidence = format!("{what}: written and read in {} ms", start.elapsed().as_millis());
            match eviction {
                None => Finding::pass(Check::Redis, evidence),
                Some(policy) => forgetful(&evidence, &policy),
            }
        }
        Ok(Err(StoreError::Redis(error))) if is_about_who(&error) => refused(url, &error),
        Ok(Err(error)) => unreachable(url, what, &error.to_string()),
        Err(_) => unreachable(url, what, "it does not answer in time"),
    }
}

/// What came of using it.
struct Use {
    /// Whether what was written was there.
    is_read: bool,
    /// By which policy it forgets sessions when its memory is full.
    eviction: Option<String>,
}

/// By connections that do not try on, as the server's do: those do not say why.
async fn use_it(url: &RedisUrl) -> Result<Use, StoreError> {
    let pool = connect_at_once(url).await?;
    let outcome = round_trip(&RedisOneTime::new(pool.clone())).await;
    let eviction = eviction(&pool).await;
    pool.quit().await?;
    outcome.map(|is_read| Use { is_read, eviction })
}

/// Its `maxmemory-policy`, if its memory is limited and that is not `noeviction`. `None` also when we may not ask.
async fn eviction(pool: &Pool) -> Option<String> {
    let memory: String = pool.info(Some(InfoKind::Memory)).await.ok()?;
    let value = |name| {
        memory
            .lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))
    };
    let policy = value("maxmemory_policy")?;
    (value("maxmemory")? != "0" && policy != "noeviction").then(|| plain(policy).to_string())
}

fn forgetful(evidence: &str, policy: &str) -> Finding {
    Finding::warn(
        Check::Redis,
        format!("{evidence}; when its memory is full, it throws away what it has (maxmemory-policy {policy})"),
        "Whoever's session it throws away is signed out: set maxmemory-policy noeviction, and give it memory for all \
         sessions, about 5 kB each.",
    )
}

/// Whether it answers, and does not want us: `WRONGPASS`, `NOAUTH`, `NOPERM`.
fn is_about_who(error: &Error) -> bool {
    let says = |word| error.details().contains(word);
    // What a sentinel says comes as an error of another kind.
    *error.kind() == ErrorKind::Auth || ["WRONGPASS", "NOAUTH", "NOPERM"].into_iter().any(says)
}

fn refused(url: &RedisUrl, error: &Error) -> Finding {
    let remedy = if error.details().contains("NOPERM") {
        "It is reached, and the user in REDIS_URL may not do what the server does: by ACL SETUSER allow it the keys there, \
         and the commands for strings, lists and scripts."
    } else if url.is_sentinel() {
        "It is reached, and the user or the password in REDIS_URL is not the right one: compare them with requirepass or \
         the ACL of Redis, special characters percent-encoded; the sentinels' own is sentinelPassword."
    } else {
        "It is reached, and the user or the password in REDIS_URL is not the right one: compare them with requirepass or \
         the ACL of Redis, special characters percent-encoded."
    };
    Finding::fail(Check::Redis, format!("refused: {}", plain(error.details())), remedy)
}

/// By what Redis says, which begins with the kind of the error.
fn unreachable(url: &RedisUrl, what: &str, reason: &str) -> Finding {
    let says = |words: &[&str]| words.iter().any(|word| reason.contains(word));
    let remedy = if !url.is_cluster() && says(&["MOVED", "CROSSSLOT"]) {
        "It is a node of a cluster: write redis-cluster:// (or rediss-cluster://) in REDIS_URL."
    } else if url.is_cluster() && says(&["cluster support disabled", "Cluster support disabled"]) {
        "It is no cluster: write redis:// (or rediss://) in REDIS_URL."
    } else if url.is_cluster() {
        "REDIS_URL names nodes of the cluster: is one of them up, can this machine reach every node by the address that the \
         cluster announces, and do all slots have a node? Try: redis-cli --cluster check HOST:PORT"
    } else if url.is_sentinel() {
        "REDIS_URL names sentinels, not the master: is one of them up, does it know a service of that name, and can this \
         machine reach the master that it names? Try: redis-cli -h HOST -p 26379 sentinel get-master-addr-by-name NAME"
    } else {
        "REDIS_URL names its host, port and password: is it up, and can this machine reach it? Try: redis-cli -u \
         \"$REDIS_URL\" ping"
    };
    Finding::fail(Check::Redis, format!("{what}: {}", plain(reason)), remedy)
}
