//! Where short-lived things are kept until they are taken, once: attempts and exchanges.
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
}

impl Kind {
    /// Its name in the store.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Attempt => "attempt",
            Self::Exchange => "exchange",
        }
    }

    /// How long it is kept, in seconds.
    #[must_use]
    pub const fn seconds(self) -> i64 {
        match self {
            Self::Attempt => 600,
            Self::Exchange => 60,
        }
    }

    /// How many of them one browser may have; then the oldest goes.
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

/// A store of things that are taken once.
#[async_trait]
pub trait OneTimeStore: Debug + Send + Sync + 'static {
    /// Keeps `entry` for its kind's time. Beyond the kind's limit its owner's oldest goes.
    async fn put(&self, entry: Entry<'_>) -> Result<(), StoreError>;
    /// Takes the entry atomically: of any number of callers at most one gets it.
    async fn take(&self, kind: Kind, key: &str, now: i64) -> Result<Option<Vec<u8>>, StoreError>;
    /// Whether the entry is still there to be taken.
    async fn contains(&self, kind: Kind, key: &str, now: i64) -> Result<bool, StoreError>;
    /// Whether the store answers.
    async fn ping(&self) -> Result<(), StoreError>;
    /// Removes what has expired.
    async fn sweep(&self, now: i64) -> Result<(), StoreError>;
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
        let value = self.sealer.seal(&context(kind, &key), &serde_json::to_vec(value)?)?;
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
        Ok(sealed
            .and_then(|sealed| self.sealer.open(&context(kind, &key), &sealed))
            .and_then(|plain| serde_json::from_slice(&plain).ok()))
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
}

fn context(kind: Kind, key: &str) -> String {
    format!("{}:{key}", kind.name())
}
