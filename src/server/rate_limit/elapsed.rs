//! The limiter's time.

use crate::server::clock::Clock;
use governor::{clock::Clock as GovernorClock, nanos::Nanos};
use std::sync::{Arc, Mutex, PoisonError};

/// The time that has passed by the application's clock, which tests set ahead. It never goes back: a system clock that
/// is set back must not empty everybody's allowance.
#[derive(Clone, Debug)]
pub(super) struct Elapsed(Arc<(Clock, Mutex<Passed>)>);

#[derive(Debug)]
struct Passed {
    /// What the clock said last, in nanoseconds since 1970.
    seen: i128,
    /// The nanoseconds that have passed.
    total: u64,
}

impl Elapsed {
    pub(super) fn by(clock: Clock) -> Self {
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
