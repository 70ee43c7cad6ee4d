//! How often one client may begin, call back and redeem: `AUTH_RATE_LIMIT` a minute on each of the three.
//!
//! Each instance counts for itself, in bounded memory: the limit keeps one address from filling the store, and of
//! several instances each lets it through as often as one does.

mod elapsed;
mod refusal;

use crate::server::{
    client_address,
    clock::Clock,
    config::{Config, RateLimit},
};
use axum::extract::Request;
use elapsed::Elapsed;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter, clock::Clock as _, middleware::NoOpMiddleware, nanos::Nanos};
pub use refusal::refuse;
use std::{
    net::{IpAddr, Ipv6Addr},
    num::NonZeroU32,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

/// What holds without `AUTH_RATE_LIMIT`: requests a minute, of one address, on one route.
pub const BUILT_IN: NonZeroU32 = NonZeroU32::MIN.saturating_add(59);

/// How many clients are told apart. An address is forgotten once its allowance is whole again, so that only a flood
/// from as many addresses at once gets here; those beyond share one allowance.
const MAX_CLIENTS: usize = 100_000;

/// How often the log is told of refusals.
const TELL: Duration = Duration::from_secs(60);

/// A route with an allowance of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Route {
    /// `GET /api/auth/login/{provider}`.
    Begin,
    /// `GET /api/auth/callback/{provider}`.
    Callback,
    /// `POST /api/auth/exchange`.
    Exchange,
}

/// What every client has left.
#[derive(Debug)]
pub struct Allowances(Option<Limiter>);

type Key = (Route, IpAddr);

#[derive(Debug)]
struct Limiter {
    limiter: RateLimiter<Key, HashMapStateStore<Key>, Elapsed, NoOpMiddleware<Nanos>>,
    /// Whether who can't be told apart is spared: nobody has asked for a limit.
    is_built_in: bool,
    /// When what is whole again was last forgotten for want of room.
    forgotten_at: Mutex<Option<Nanos>>,
    untold: Mutex<Untold>,
    told_of_hidden: AtomicBool,
}

/// Refusals that the log has not heard of.
#[derive(Debug, Default)]
struct Untold {
    count: u64,
    told_at: Option<Nanos>,
}

impl Allowances {
    /// As `config` has it, by `clock`.
    #[must_use]
    pub fn new(config: &Config, clock: &Clock) -> Self {
        let per_minute = match config.rate_limit {
            RateLimit::Off => return Self(None),
            RateLimit::BuiltIn => BUILT_IN,
            RateLimit::PerMinute(number) => number,
        };
        let state = HashMapStateStore::default();
        Self(Some(Limiter {
            limiter: RateLimiter::new(Quota::per_minute(per_minute), state, Elapsed::by(clock.clone())),
            is_built_in: config.rate_limit == RateLimit::BuiltIn,
            forgotten_at: Mutex::default(),
            untold: Mutex::default(),
            told_of_hidden: AtomicBool::new(false),
        }))
    }

    /// Takes one from the allowance of `address`.
    ///
    /// # Errors
    /// How long until there is one again.
    pub fn take(&self, route: Route, address: IpAddr) -> Result<(), Duration> {
        self.0.as_ref().map_or(Ok(()), |limiter| limiter.take(route, address))
    }

    /// How many refusals the log has not heard of, if it is time to tell: a flood must not fill it.
    fn to_be_told(&self) -> Option<u64> {
        let limiter = self.0.as_ref()?;
        let now = limiter.limiter.clock().now();
        let mut untold = limiter.untold.lock().unwrap_or_else(PoisonError::into_inner);
        untold.count += 1;
        if untold.told_at.is_some_and(|at| now < at + Nanos::from(TELL)) {
            return None;
        }
        untold.told_at = Some(now);
        Some(std::mem::take(&mut untold.count))
    }

    /// Forgets who has a whole allowance again.
    pub fn sweep(&self) {
        if let Some(Limiter { limiter, .. }) = &self.0 {
            limiter.retain_recent();
            limiter.shrink_to_fit();
        }
    }

    /// How many allowances are remembered.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.as_ref().map_or(0, |limiter| limiter.limiter.len())
    }

    /// Whether everybody has a whole allowance.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether this client is not counted.
    ///
    /// Without a limit that somebody asked for, nobody is to be locked out for others behind the same proxy: who is on
    /// this machine, or comes from a private network by way of a proxy that `AUTH_TRUSTED_PROXIES` does not name.
    fn spares(&self, config: &Config, address: IpAddr, request: &Request) -> bool {
        let is_hidden = || {
            let peer = client_address::peer(request);
            is_private(peer)
                && !client_address::is_trusted(config, peer)
                && client_address::is_forwarded(request.headers())
        };
        match &self.0 {
            None => true,
            Some(limiter) if !limiter.is_built_in => false,
            Some(limiter) => {
                let is_local =
                    || address.is_loopback() && !client_address::is_trusted(config, client_address::peer(request));
                is_local() || (is_hidden() && limiter.tell_of_hidden())
            }
        }
    }
}

impl Limiter {
    /// Tells the log, once, that some clients are not limited. Always true.
    fn tell_of_hidden(&self) -> bool {
        if !self.told_of_hidden.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                "requests come by way of a proxy that AUTH_TRUSTED_PROXIES does not name: its clients can't be told apart \
                 and are not limited"
            );
        }
        true
    }

    fn take(&self, route: Route, address: IpAddr) -> Result<(), Duration> {
        let network = if self.has_room() {
            client_address::network(address)
        } else {
            IpAddr::V6(Ipv6Addr::UNSPECIFIED)
        };
        let taken = self.limiter.check_key(&(route, network));
        taken.map_err(|until| until.wait_time_from(self.limiter.clock().now()))
    }

    /// Makes room if there is none, at most once a second: that takes as long as there are clients.
    fn has_room(&self) -> bool {
        if self.limiter.len() < MAX_CLIENTS {
            return true;
        }
        let now = self.limiter.clock().now();
        let mut forgotten_at = self.forgotten_at.lock().unwrap_or_else(PoisonError::into_inner);
        if forgotten_at.is_none_or(|at| now >= at + Nanos::from(Duration::from_secs(1))) {
            *forgotten_at = Some(now);
            self.limiter.retain_recent();
        }
        self.limiter.len() < MAX_CLIENTS
    }
}

/// Whether nobody on the internet has this address.
fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => {
            let [first, second, ..] = address.octets();
            // RFC 6598: shared by a carrier's or a cluster's clients.
            let is_shared = first == 100 && (64..128).contains(&second);
            address.is_private() || address.is_loopback() || address.is_link_local() || is_shared
        }
        IpAddr::V6(address) => address.is_loopback() || address.is_unique_local() || address.is_unicast_link_local(),
    }
}
