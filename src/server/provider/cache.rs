//! Keeps an answer of a provider: fresh for as long as it says, renewed before that is over, kept beyond it while nothing
//! better comes.
//!
//! Whoever asks while it is fresh takes a short lock and waits for nothing. A fetch is a task of its own: one at a time
//! however many ask, and a browser that goes away does not end it.

use super::discovery::DiscoveryError;
use crate::server::clock::Clock;
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use time::{Duration, OffsetDateTime};
use tokio::sync::watch;

/// How long after the first failure the provider is left alone; after each that follows, twice as long.
const FIRST_PAUSE: Duration = Duration::seconds(2);
const LONGEST_PAUSE: Duration = Duration::seconds(60);
/// How often in [`WINDOW`] somebody may have the answer fetched before its time.
const DEMANDS: usize = 5;
/// How many of these are for what strangers send: the others are left for what the provider itself gave us.
const DEMANDS_OF_STRANGERS: usize = 3;
const WINDOW: Duration = Duration::MINUTE;

/// What all who ask share.
pub type Outcome<T> = Result<Arc<T>, Arc<DiscoveryError>>;

/// For whose sake an answer is fetched before its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sake {
    /// Of a token that the provider gave us.
    Ours,
    /// Of a token that anybody may have sent.
    Strangers,
}

/// What came of a demand.
pub struct Demanded<T> {
    /// What there is.
    pub value: T,
    /// Whether the provider has just said so; else it was not asked, or gave no answer.
    pub is_news: bool,
}

/// What came, and for how long it may be believed.
pub struct Fetched<T> {
    /// The answer.
    pub value: T,
    /// Its life, from now.
    pub life: Duration,
}

/// The last good answer, and what came of asking since.
#[derive(Debug)]
pub struct Cache<T> {
    clock: Clock,
    state: Arc<Mutex<State<T>>>,
}

#[derive(Debug)]
struct State<T> {
    answer: Option<Answer<T>>,
    failure: Option<Failure>,
    /// Of the fetch under way: its sender is dropped when it lands.
    flight: Option<watch::Receiver<()>>,
    /// When the answer was fetched before its time, within the last [`WINDOW`].
    demands: VecDeque<OffsetDateTime>,
}

#[derive(Debug)]
struct Answer<T> {
    value: Arc<T>,
    /// Four fifths of its life: from then on somebody's asking renews it.
    renew_at: OffsetDateTime,
    ends_at: OffsetDateTime,
}

/// The failures since the last good answer.
#[derive(Debug)]
struct Failure {
    error: Arc<DiscoveryError>,
    pause: Duration,
    retry_at: OffsetDateTime,
}

/// What to do for who asks.
enum Step<T> {
    /// Nothing: this is what there is.
    Give(Outcome<T>),
    /// Give this, and see to a younger one.
    Renew(Arc<T>),
    /// Fetch first.
    Wait,
}

impl<T: Send + Sync + 'static> Cache<T> {
    /// Nothing yet.
    pub fn new(clock: Clock) -> Self {
        let state = State {
            answer: None,
            failure: None,
            flight: None,
            demands: VecDeque::new(),
        };
        Self {
            clock,
            state: Arc::new(Mutex::new(state)),
        }
    }

    /// The answer while it is fresh; else what `fetch` brings; failing that, the last good answer. One that `is_right`
    /// refuses counts as old.
    ///
    /// # Errors
    /// The last failure, when there was never an answer.
    pub async fn get<F>(&self, is_right: impl Fn(&T) -> bool, fetch: impl FnOnce() -> F) -> Outcome<T>
    where
        F: Future<Output = Result<Fetched<T>, DiscoveryError>> + Send + 'static,
    {
        let flight = {
            let mut state = lock(&self.state);
            match state.step(self.clock.now(), is_right) {
                Step::Give(outcome) => return outcome,
                Step::Renew(value) => {
                    self.launch(&mut state, fetch);
                    return Ok(value);
                }
                Step::Wait => self.launch(&mut state, fetch),
            }
        };
        self.land(flight).await
    }

    /// What `fetch` brings, although the answer is fresh: at most five times in any minute, for strangers three, and not
    /// while the provider is left alone after a failure; then, and failing that, what there is.
    ///
    /// # Errors
    /// The last failure, when there was never an answer.
    pub async fn demand<F>(
        &self,
        sake: Sake,
        fetch: impl FnOnce() -> F,
    ) -> Result<Demanded<Arc<T>>, Arc<DiscoveryError>>
    where
        F: Future<Output = Result<Fetched<T>, DiscoveryError>> + Send + 'static,
    {
        let flight = {
            let mut state = lock(&self.state);
            if !state.admits(self.clock.now(), sake) {
                let value = state.outcome()?;
                return Ok(Demanded { value, is_news: false });
            }
            self.launch(&mut state, fetch)
        };
        let value = self.land(flight).await?;
        let is_news = lock(&self.state).failure.is_none();
        Ok(Demanded { value, is_news })
    }

    /// Begins to fetch, unless somebody did.
    fn launch<F>(&self, state: &mut State<T>, fetch: impl FnOnce() -> F) -> watch::Receiver<()>
    where
        F: Future<Output = Result<Fetched<T>, DiscoveryError>> + Send + 'static,
    {
        if let Some(flight) = state.flight_under_way() {
            return flight;
        }
        let (under_way, flight) = watch::channel(());
        state.flight = Some(flight.clone());
        let (shared, clock, fetch) = (self.state.clone(), self.clock.clone(), fetch());
        tokio::spawn(async move {
            let fetched = fetch.await;
            lock(&shared).note(fetched, clock.now());
            drop(under_way);
        });
        flight
    }

    async fn land(&self, mut flight: watch::Receiver<()>) -> Outcome<T> {
        // Nothing is ever sent: it returns when the fetch has ended.
        while flight.changed().await.is_ok() {}
        lock(&self.state).outcome()
    }
}

impl<T> State<T> {
    fn step(&self, now: OffsetDateTime, is_right: impl Fn(&T) -> bool) -> Step<T> {
        let is_paused = self.is_paused(now);
        match self.answer.as_ref().filter(|answer| is_right(&answer.value)) {
            Some(answer) if now < answer.renew_at => Step::Give(Ok(answer.value.clone())),
            Some(answer) if now < answer.ends_at && !is_paused => Step::Renew(answer.value.clone()),
            _ if is_paused => Step::Give(self.outcome()),
            _ => Step::Wait,
        }
    }

    fn is_paused(&self, now: OffsetDateTime) -> bool {
        self.failure.as_ref().is_some_and(|failure| now < failure.retry_at)
    }

    /// Whether the answer may be fetched before its time; counts it if so.
    fn admits(&mut self, now: OffsetDateTime, sake: Sake) -> bool {
        if self.flight_under_way().is_some() {
            return true;
        }
        self.demands.retain(|at| now < *at + WINDOW);
        let most = match sake {
            Sake::Ours => DEMANDS,
            Sake::Strangers => DEMANDS_OF_STRANGERS,
        };
        if self.is_paused(now) || self.demands.len() >= most {
            return false;
        }
        self.demands.push_back(now);
        true
    }

    fn flight_under_way(&self) -> Option<watch::Receiver<()>> {
        self.flight.clone().filter(|flight| flight.has_changed().is_ok())
    }

    fn note(&mut self, fetched: Result<Fetched<T>, DiscoveryError>, now: OffsetDateTime) {
        match fetched {
            Ok(Fetched { value, life }) => {
                self.failure = None;
                self.answer = Some(Answer {
                    value: Arc::new(value),
                    renew_at: now + life * 4 / 5,
                    ends_at: now + life,
                });
            }
            Err(error) => {
                let pause = match &self.failure {
                    Some(before) => LONGEST_PAUSE.min(before.pause * 2),
                    None => FIRST_PAUSE,
                };
                self.failure = Some(Failure {
                    error: Arc::new(error),
                    pause,
                    retry_at: now + pause,
                });
            }
        }
    }

    fn outcome(&self) -> Outcome<T> {
        match (&self.answer, &self.failure) {
            (Some(answer), _) => Ok(answer.value.clone()),
            (None, Some(failure)) => Err(failure.error.clone()),
            (None, None) => Err(Arc::new(DiscoveryError::Interrupted)),
        }
    }
}

fn lock<T>(state: &Mutex<State<T>>) -> MutexGuard<'_, State<T>> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}
