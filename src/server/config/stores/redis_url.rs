//! `REDIS_URL`: one server, a cluster, or a server that sentinels know; each with TLS or without.

use crate::server::config::{RedisUrl, mistakes::Refusal};
use url::Url;

const SINGLE: &str = "redis://host:port or rediss://host:port, with user:password@ before the host and /database after the \
                      port where needed, special characters of the password percent-encoded; or redis-cluster:// or \
                      redis-sentinel://";
const CLUSTER: &str = "redis-cluster://host:port?node=host:port&node=host:port, or rediss-cluster:// with TLS: any of its nodes, \
                       with user:password@ before the first where needed, and no database number, for a cluster has one";
const SENTINEL: &str = "redis-sentinel://host:port/database?sentinelServiceName=name&node=host:port, or rediss-sentinel:// \
                        with TLS: the sentinels and what they call the service; user:password@ before the first is for Redis, \
                        sentinelUsername and sentinelPassword are for the sentinels";

/// What may stand in the query.
const NODE: &str = "node";
const SERVICE: &str = "sentinelServiceName";
const SENTINEL_USER: &str = "sentinelUsername";
const SENTINEL_PASSWORD: &str = "sentinelPassword";

pub fn parse(text: &str) -> Result<RedisUrl, Refusal> {
    let url = Url::parse(text).ok();
    let (expected, is_right): (_, fn(&Url) -> bool) = match text.split_once(':').map(|(scheme, _)| scheme) {
        Some("redis-cluster" | "rediss-cluster") => (CLUSTER, is_cluster),
        Some("redis-sentinel" | "rediss-sentinel") => (SENTINEL, is_sentinel),
        _ => (SINGLE, is_single),
    };
    let is_plain = !text.contains(|c: char| c.is_control() || c.is_whitespace());
    url.filter(|url| is_plain && has_host(url) && url.fragment().is_none() && is_right(url))
        .map(|_| RedisUrl(text.to_owned()))
        .ok_or_else(|| expected.into())
}

fn has_host(url: &Url) -> bool {
    url.host_str().is_some_and(|host| !host.is_empty())
}

fn is_single(url: &Url) -> bool {
    matches!(url.scheme(), "redis" | "rediss") && has_database(url) && url.query().is_none()
}

fn is_cluster(url: &Url) -> bool {
    matches!(url.path(), "" | "/") && url.query_pairs().all(|(name, value)| name == NODE && is_node(&value))
}

fn is_sentinel(url: &Url) -> bool {
    let count = |wanted: &str| url.query_pairs().filter(|(name, _)| name == wanted).count();
    has_database(url)
        && count(SERVICE) == 1
        && count(SENTINEL_USER) <= 1
        && count(SENTINEL_PASSWORD) <= 1
        && url.query_pairs().all(|(name, value)| match &*name {
            NODE => is_node(&value),
            SERVICE | SENTINEL_USER | SENTINEL_PASSWORD => !value.is_empty(),
            _ => false,
        })
}

fn has_database(url: &Url) -> bool {
    let database = url.path().trim_start_matches('/');
    database.is_empty() || database.parse::<u8>().is_ok()
}

/// As the library reads it, which knows no IPv6 address here.
fn is_node(text: &str) -> bool {
    matches!(text.split_once(':'), Some((host, port)) if !host.is_empty() && port.parse::<u16>().is_ok_and(|port| port > 0))
}
