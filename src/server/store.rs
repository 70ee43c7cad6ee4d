//! Where short-lived things are kept until they are taken, once: attempts and exchanges, and what became of an attempt.
//!
//! Two back ends behind one small trait: the database on a single machine, Redis for many.

pub mod redis;
pub mod sql;

use crate::server::{
    clock::Clock,
    seal::Sealer,
    secret::{self, Secret},
};
use async_trait::async_trait;
use serde::{Serialize, de::DeserializeOwned};
use std::{fmt::Debug, sync::Arc};

/// What is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A sign-in that was begun, under its `state`.
    Attempt,
    /// A verified sign-in that waits for its browser, under its one-time exchange code.
    Exchange,
    /// What became of an attempt that was taken, under the same `state`.
    Outcome,
    /// A browser that came back from the provider without its cookie, under nothing that anybody knows.
    Cookieless,
}

impl Kind {
    /// Its name in the store.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Attempt => "attempt",
            Self::Exchange => "exchange",
            Self::Outcome => "outcome",
            Self::Cookieless => "cookieless",
        }
    }

    /// How long it is kept, in seconds.
    #[must_use]
    pub const fn seconds(self) -> i64 {
        match self {
            Self::Attempt | Self::Outcome => 600,
            Self::Exchange | Self::Cookieless => 60,
        }
    }

    /// How many of them one browser may have; then the oldest goes. Outcomes are as many as attempts were taken.
    #[must_use]
    pub const fn limit(self) -> u32 {
        20
    }
}

/// The store did not answer, or not in a way that makes sense.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database failed.
    #[error("database: {0}")]
    Sql(#[from] sqlx::Error),
    /// A migration failed.
    #[error("migration: {0}")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// Redis failed.
    #[error("redis: {0}")]
    Redis(#[from] fred::error::Error),
    /// The session store failed.
    #[error("sessions: {0}")]
    Session(#[from] tower_sessions::session_store::Error),
    /// A value could not be sealed.
    #[error("seal: {0}")]
    Seal(#[from] crate::server::seal::SealError),
    /// A value could not be written as JSON.
    #[error("encode: {0}")]
    Encode(#[from] serde_json::Error),
    /// The operating system gave no randomness.
    #[error("randomness: {0}")]
    Random(#[from] getrandom::Error),
}

/// One entry, as a back end keeps it: neither `key` nor `owner` nor `value` tells a secret.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    /// What it is.
    pub kind: Kind,
    /// The digest of the state or code.
    pub key: &'a str,
    /// The digest of the browser's binding.
    pub owner: &'a str,
    /// The sealed value.
    pub value: &'a [u8],
    /// Now, in seconds since 1970.
    pub now: i64,
}

/// What [`OneTimeStore::take_attempt`] found.
#[derive(Debug, PartialEq, Eq)]
pub enum TakenAttempt {
    /// The attempt: it is the caller's now.
    Attempt(Vec<u8>),
    /// What somebody left who took it before.
    Outcome(Vec<u8>),
    /// Neither: unknown or expired.
    Nothing,
}

/// A store of things that are taken once.
#[async_trait]
pub trait OneTimeStore: Debug + Send + Sync + 'static {
    /// Keeps `entry` for its kind's time. Beyond the kind's limit its owner's oldest goes.
    async fn put(&self, entry: Entry<'_>) -> Result<(), StoreError>;
    /// Takes the entry atomically: of any number of callers at most one gets it.
    async fn take(&self, kind: Kind, key: &str, now: i64) -> Result<Option<Vec<u8>>, StoreError>;
    /// Takes the attempt atomically, and in the same step leaves `outcome` in its place: of any number of callers at
    /// most one gets the attempt, and every other finds what was left.
    async fn take_attempt(&self, key: &str, outcome: &[u8], now: i64) -> Result<TakenAttempt, StoreError>;
    /// Keeps `outcome` in place of what was left of an attempt, for its kind's time from now.
    async fn leave(&self, key: &str, outcome: &[u8], now: i64) -> Result<(), StoreError>;
    /// What was left of an attempt.
    async fn left(&self, key: &str, now: i64) -> Result<Option<Vec<u8>>, StoreError>;
    /// How many entries `owner` has, up to the kind's limit.
    async fn count(&self, kind: Kind, owner: &str, now: i64) -> Result<u32, StoreError>;
    /// Whether the entry is still there to be taken.
    async fn contains(&self, kind: Kind, key: &str, now: i64) -> Result<bool, StoreError>;
    /// Whether the store answers.
    async fn ping(&self) -> Result<(), StoreError>;
    /// Removes what has expired.
    async fn sweep(&self, now: i64) -> Result<(), StoreError>;
}

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
