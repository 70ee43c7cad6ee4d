//! **callback**, repeated: the same browser is given the same answer for a moment, and waits for one on its way.
//!
//! A double click, a reload or a proxy's retry brings one `code` twice, and the provider takes it once
//! ([RFC 6749, 4.1.2](https://www.rfc-editor.org/rfc/rfc6749.html#section-4.1.2)). So whoever comes first takes the
//! attempt and leaves word of it in the same step, on whichever instance; whoever comes second finds that word.

use super::sign_in::Attempt;
use crate::{
    server::{
        clock::Clock,
        secret::{self, Secret},
        state::AppState,
        store::{StoreError, Taken},
    },
    shared::safe_path::SafePath,
};
use axum::http::HeaderMap;
use serde::{Deserialize, Serialize};
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// How long the same answer is given again, in seconds.
const AGAIN: i64 = 10;

/// How long to wait for an answer on its way: the provider's tokens, keys and userinfo may take ten seconds each.
const PATIENCE: Duration = Duration::from_secs(30);

/// Between two looks at the store.
const PAUSE: Duration = Duration::from_millis(50);

/// One request to the redirect URI: by which browser, and for what. Two that are equal are one and its repetition.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Visit {
    /// The digest of the browser's binding; without the cookie no browser is known again.
    binding: Option<String>,
    /// The digest of the provider in the path and of the query.
    question: String,
}

/// What is left of an attempt that was taken.
#[derive(Debug, Serialize, Deserialize)]
struct Outcome {
    visit: Visit,
    /// When it was taken, in seconds since 1970.
    taken_at: i64,
    /// Nothing while the answer is on its way.
    answer: Option<Answer>,
}

/// Where the browser was sent. The location may hold the exchange code.
#[derive(Debug, Serialize, Deserialize)]
struct Answer {
    location: Secret,
    target: String,
    at: i64,
}

/// Whose turn it is.
pub enum Turn {
    /// The attempt is the caller's, who answers and then calls [`remember`]. `None`: its secret was removed.
    Ours(Option<Attempt>),
    /// The same browser was given this location a moment ago.
    Repeated(Secret),
    /// No attempt is open: unknown, expired, another's, or taken long ago. With the target, where this browser had one.
    Over(Option<SafePath>),
}

impl Visit {
    /// The visit of a browser with these headers.
    #[must_use]
    pub fn new(state: &AppState, provider: &str, query: &str, headers: &HeaderMap) -> Self {
        Self {
            binding: state.cookies().binding(headers).map(|binding| binding.digest()),
            // No provider's id has a line break.
            question: secret::digest(&format!("{provider}\n{query}")),
        }
    }

    fn is_of_browser(&self, other: &Self) -> bool {
        match (&self.binding, &other.binding) {
            (Some(one), Some(other)) => secret::equal(one, other),
            _ => false,
        }
    }

    fn repeats(&self, other: &Self) -> bool {
        self.is_of_browser(other) && secret::equal(&self.question, &other.question)
    }
}

/// Takes the attempt of `csrf_state`, or waits for what the one who took it answers to the same browser.
///
/// # Errors
/// When the store fails.
pub async fn take(state: &AppState, csrf_state: &str, visit: &Visit) -> Result<Turn, StoreError> {
    let mark = Outcome {
        visit: visit.clone(),
        taken_at: state.clock().unix(),
        answer: None,
    };
    let mut outcome = match state.one_time().take_attempt(csrf_state, &mark).await? {
        Taken::Attempt(attempt) => return Ok(Turn::Ours(attempt)),
        Taken::Outcome(outcome) => outcome,
        Taken::Nothing => return Ok(Turn::Over(None)),
    };
    let deadline = Instant::now() + PATIENCE;
    while outcome.is_awaited(visit, state.clock()) && Instant::now() < deadline {
        sleep(PAUSE).await;
        match state.one_time().left(csrf_state).await? {
            Some(left) => outcome = left,
            None => return Ok(Turn::Over(None)),
        }
    }
    Ok(outcome.turn_of(visit, state.clock()))
}

/// Remembers where the browser of `visit` was sent.
///
/// # Errors
/// When the store fails.
pub async fn remember(
    state: &AppState,
    csrf_state: &str,
    visit: &Visit,
    location: &str,
    target: &SafePath,
) -> Result<(), StoreError> {
    let now = state.clock().unix();
    let outcome = Outcome {
        visit: visit.clone(),
        taken_at: now,
        answer: Some(Answer {
            location: Secret::new(location),
            target: target.to_string(),
            at: now,
        }),
    };
    state.one_time().leave(csrf_state, &outcome).await
}

impl Outcome {
    /// Whether `visit` repeats one whose answer may still come. An instance that ended in between never gives it.
    fn is_awaited(&self, visit: &Visit, clock: &Clock) -> bool {
        let patience = i64::try_from(PATIENCE.as_secs()).unwrap_or(i64::MAX);
        self.answer.is_none() && visit.repeats(&self.visit) && clock.unix() < self.taken_at.saturating_add(patience)
    }

    fn turn_of(self, visit: &Visit, clock: &Clock) -> Turn {
        let Some(answer) = self.answer.filter(|_| visit.is_of_browser(&self.visit)) else {
            return Turn::Over(None);
        };
        if visit.repeats(&self.visit) && clock.unix() < answer.at.saturating_add(AGAIN) {
            return Turn::Repeated(answer.location);
        }
        // What comes out of a store is input.
        Turn::Over(SafePath::parse(&answer.target).ok())
    }
}
