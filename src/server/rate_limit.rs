//! How often one client may begin, call back and redeem: `AUTH_RATE_LIMIT` a minute on each of the three.
//!
//! Each instance counts for itself, in bounded memory: the limit keeps one address from filling the store, and of
//! several instances each lets it through as often as one does.

use crate::{
    server::{
        client_address,
        clock::Clock,
        config::{Config, RateLimit},
        negotiation,
        state::AppState,
    },
    shared::{error::SignInError, paths, safe_path::SafePath},
};
use axum::{
    Json,
    extract::Request,
    http::{
        StatusCode,
        header::{CACHE_CONTROL, RETRY_AFTER},
    },
    response::{IntoResponse, Redirect, Response},
};
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter, clock::Clock as GovernorClock, middleware::NoOpMiddleware, nanos::Nanos};
use serde_json::json;
use std::{
    net::{IpAddr, Ipv6Addr},
    num::NonZeroU32,
    sync::{
        Arc, Mutex, PoisonError,
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

/// The refusal of a request that is one too many: a person is told on the sign-in page, a program by 429.
#[must_use]
pub fn refuse(state: &AppState, route: Route, request: &Request, target: Option<&SafePath>) -> Option<Response> {
    let address = client_address::of(state, request);
    let allowances = state.allowances();
    if allowances.spares(state.config(), address, request) {
        return None;
    }
    let wait = allowances.take(route, address).err()?;
    if let Some(refused) = allowances.to_be_told() {
        tracing::warn!(
            refused,
            ?route,
            %address,
            is_forwarded = client_address::is_forwarded(request.headers()),
            "too many requests of one address; behind a proxy, AUTH_TRUSTED_PROXIES tells its clients apart"
        );
    }
    let error = SignInError::TooManyAttempts;
    let answer = if negotiation::is_navigation(request.headers()) {
        Redirect::to(&paths::login(target, Some(error))).into_response()
    } else {
        // Rounded up: who comes a moment too early would be refused again.
        let seconds = (wait.as_secs() + u64::from(wait.subsec_nanos() > 0)).to_string();
        let body = Json(json!({ "error": error.code() }));
        (StatusCode::TOO_MANY_REQUESTS, [(RETRY_AFTER, seconds)], body).into_response()
    };
    Some(([(CACHE_CONTROL, "no-store")], answer).into_response())
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

/// The time that has passed by the application's clock, which tests set ahead. It never goes back: a system clock that
/// is set back must not empty everybody's allowance.
#[derive(Clone, Debug)]
struct Elapsed(Arc<(Clock, Mutex<Passed>)>);

#[derive(Debug)]
struct Passed {
    /// What the clock said last, in nanoseconds since 1970.
    seen: i128,
    /// The nanoseconds that have passed.
    total: u64,
}

impl Elapsed {
    fn by(clock: Clock) -> Self {
        let seen = clock.now().unix_timestamp_nanos();
        Self(Arc::new((clock, Mutex::new(Passed { seen, total: 0 }))))
    }
}

impl GovernorClock for Elapsed {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        let (clock, passed) = &*self.0;
        let mut passed = passed.lock().unwrap_or_else(PoisonError::into_inner);
        let seen = clock.now().unix_timestamp_nanos();
        let step = u64::try_from(seen - passed.seen).unwrap_or(0);
        passed.seen = seen;
        passed.total = passed.total.saturating_add(step);
        Nanos::from(passed.total)
    }
}
