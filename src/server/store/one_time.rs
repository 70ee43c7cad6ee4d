//! The one-time things as the sign-in sees them: typed, sealed, and under the digest of their code.

use super::{Entry, Kind, OneTimeStore, StoreError, TakenAttempt};
use crate::server::{
    clock::Clock,
    seal::Sealer,
    secret::{self, Secret},
};
use serde::{Serialize, de::DeserializeOwned};
use std::sync::Arc;

/// What [`OneTime::take_attempt`] found.
#[derive(Debug)]
pub enum Taken<A, O> {
    /// The attempt; `None` when it was sealed with a secret that was removed.
    Attempt(Option<A>),
    /// What was left of it.
    Outcome(O),
    /// Neither: unknown, expired, or of a secret that was removed.
    Nothing,
}

/// A lock that is held, until it is given back or its time is over.
#[derive(Debug)]
#[must_use = "nobody else gets it before its time is over"]
pub struct Lock {
    name: String,
    /// By which nobody gives back what another holds by now.
    owner: Secret,
}

/// The one-time things, sealed and typed.
#[derive(Clone, Debug)]
pub struct OneTime {
    store: Arc<dyn OneTimeStore>,
    sealer: Sealer,
    clock: Clock,
}

impl OneTime {
    /// Seals with `sealer` what goes to `store`.
    pub fn new(store: Arc<dyn OneTimeStore>, sealer: Sealer, clock: Clock) -> Self {
        Self { store, sealer, clock }
    }

    /// Keeps `value` under a new random code for the browser whose binding digest is `owner`, and gives the code out.
    ///
    /// # Errors
    /// When the store or the system's randomness fails.
    pub async fn put<T: Serialize + Sync>(&self, kind: Kind, owner: &str, value: &T) -> Result<Secret, StoreError> {
        let code = Secret::random()?;
        let key = code.digest();
        let value = self.seal(kind, &key, value)?;
        let entry = Entry {
            kind,
            key: &key,
            owner,
            value: &value,
            now: self.clock.unix(),
        };
        self.store.put(entry).await?;
        Ok(code)
    }

    /// Notes that `name` has come; gives out whether it was the first time within the kind's.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn is_first(&self, kind: Kind, name: &str) -> Result<bool, StoreError> {
        let entry = Entry {
            kind,
            key: &secret::digest(name),
            owner: "",
            value: &[],
            now: self.clock.unix(),
        };
        self.store.put_first(entry).await
    }

    /// Keeps `value` under a `code` that the caller has, in place of what was there.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn replace<T: Serialize + Sync>(&self, kind: Kind, code: &str, value: &T) -> Result<(), StoreError> {
        let (key, now) = (secret::digest(code), self.clock.unix());
        self.store.take(kind, &key, now).await?;
        let value = self.seal(kind, &key, value)?;
        let entry = Entry {
            kind,
            key: &key,
            owner: &key,
            value: &value,
            now,
        };
        self.store.put(entry).await
    }

    /// Takes what is kept under `code`. `None` when it is unknown, taken, expired, or of a secret that was removed.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn take<T: DeserializeOwned>(&self, kind: Kind, code: &str) -> Result<Option<T>, StoreError> {
        let key = secret::digest(code);
        let sealed = self.store.take(kind, &key, self.clock.unix()).await?;
        Ok(sealed.and_then(|sealed| self.open(kind, &key, &sealed)))
    }

    /// Takes the attempt of `state`, and leaves `outcome` in its place.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn take_attempt<A, O>(&self, state: &str, outcome: &O) -> Result<Taken<A, O>, StoreError>
    where
        A: DeserializeOwned,
        O: Serialize + DeserializeOwned + Sync,
    {
        let key = secret::digest(state);
        let mark = self.seal(Kind::Outcome, &key, outcome)?;
        let found = self.store.take_attempt(&key, &mark, self.clock.unix()).await?;
        Ok(match found {
            TakenAttempt::Attempt(sealed) => Taken::Attempt(self.open(Kind::Attempt, &key, &sealed)),
            TakenAttempt::Outcome(sealed) => match self.open(Kind::Outcome, &key, &sealed) {
                Some(outcome) => Taken::Outcome(outcome),
                None => Taken::Nothing,
            },
            TakenAttempt::Nothing => Taken::Nothing,
        })
    }

    /// Leaves `outcome` in place of what was left of the attempt of `state`.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn leave<O: Serialize + Sync>(&self, state: &str, outcome: &O) -> Result<(), StoreError> {
        let key = secret::digest(state);
        let sealed = self.seal(Kind::Outcome, &key, outcome)?;
        self.store.leave(&key, &sealed, self.clock.unix()).await
    }

    /// What was left of the attempt of `state`.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn left<O: DeserializeOwned>(&self, state: &str) -> Result<Option<O>, StoreError> {
        let key = secret::digest(state);
        let sealed = self.store.left(&key, self.clock.unix()).await?;
        Ok(sealed.and_then(|sealed| self.open(Kind::Outcome, &key, &sealed)))
    }

    /// How many of a kind `owner` has, up to the kind's limit.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn count(&self, kind: Kind, owner: &str) -> Result<u32, StoreError> {
        self.store.count(kind, owner, self.clock.unix()).await
    }

    /// Whether `code` is still there to be taken.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn contains(&self, kind: Kind, code: &str) -> Result<bool, StoreError> {
        self.store
            .contains(kind, &secret::digest(code), self.clock.unix())
            .await
    }

    /// Takes the lock of that name for `seconds`; `None` when somebody has it, on whichever instance.
    ///
    /// # Errors
    /// When the store or the system's randomness fails.
    pub async fn lock(&self, name: &str, seconds: i64) -> Result<Option<Lock>, StoreError> {
        let owner = Secret::random()?;
        let is_ours = self
            .store
            .lock(name, owner.expose(), seconds, self.clock.unix())
            .await?;
        let name = name.to_owned();
        Ok(is_ours.then_some(Lock { name, owner }))
    }

    /// Gives a lock back. Nothing happens when its time was over.
    ///
    /// # Errors
    /// When the store fails: then it is free when its time is over.
    pub async fn unlock(&self, lock: Lock) -> Result<(), StoreError> {
        self.store.unlock(&lock.name, lock.owner.expose()).await
    }

    /// Whether the store answers.
    ///
    /// # Errors
    /// When it does not.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.store.ping().await
    }

    /// Removes what has expired.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn sweep(&self) -> Result<(), StoreError> {
        self.store.sweep(self.clock.unix()).await
    }

    fn seal<T: Serialize>(&self, kind: Kind, key: &str, value: &T) -> Result<Vec<u8>, StoreError> {
        Ok(self.sealer.seal(&context(kind, key), &serde_json::to_vec(value)?)?)
    }

    fn open<T: DeserializeOwned>(&self, kind: Kind, key: &str, sealed: &[u8]) -> Option<T> {
        let plain = self.sealer.open(&context(kind, key), sealed)?;
        serde_json::from_slice(&plain).ok()
    }
}

fn context(kind: Kind, key: &str) -> String {
    format!("{}:{key}", kind.name())
}
