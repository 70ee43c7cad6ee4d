//! One renewal of a session at a time in this process: whoever else wants it waits for that one, and has its result.
//!
//! It is a task of its own: a browser that goes away does not end it between the refresh token's being sent and the new
//! one's being stored.

use crate::server::{
    error::AuthError,
    session::{Handle, payload::SignedIn},
};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::sync::watch;

/// What all who wait share.
pub(super) type Outcome = Result<Arc<SignedIn>, Arc<AuthError>>;

type Flight = watch::Receiver<Option<Outcome>>;

/// The renewals under way; cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Flights(Arc<Mutex<HashMap<Handle, Flight>>>);

impl Flights {
    /// What comes of the renewal of that session which is under way, else of `renewal`.
    pub(super) async fn join<F>(&self, session: Handle, renewal: F) -> Outcome
    where
        F: Future<Output = Result<SignedIn, AuthError>> + Send + 'static,
    {
        let mut flight = self.launch(session, renewal);
        match flight.wait_for(Option::is_some).await {
            Ok(outcome) => match &*outcome {
                Some(outcome) => outcome.clone(),
                None => Err(interrupted()),
            },
            Err(_) => Err(interrupted()),
        }
    }

    /// Begins it, unless somebody did.
    fn launch<F>(&self, session: Handle, renewal: F) -> Flight
    where
        F: Future<Output = Result<SignedIn, AuthError>> + Send + 'static,
    {
        let mut flights = self.lock();
        // One whose task ended without a word will never give one.
        let under_way = flights.get(&session).filter(|flight| flight.has_changed().is_ok());
        if let Some(flight) = under_way {
            return flight.clone();
        }
        let (sender, flight) = watch::channel(None);
        flights.insert(session, flight.clone());
        let all = self.clone();
        tokio::spawn(async move {
            let outcome = renewal.await.map(Arc::new).map_err(Arc::new);
            // Who comes from now on reads what is stored.
            all.lock().remove(&session);
            sender.send_replace(Some(outcome));
        });
        flight
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Handle, Flight>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn interrupted() -> Arc<AuthError> {
    Arc::new(AuthError::Internal("the renewal was interrupted"))
}
