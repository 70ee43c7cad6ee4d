//! Where short-lived things are kept until they are taken, once: attempts, exchanges, what became of an attempt.
//!
//! Here is also known what may come once only, and the locks, by which one of many instances does what only one may do.
//! Two back ends behind one small trait: the database on a single machine, Redis for many.

pub mod database;
mod one_time;
pub mod redis;
pub mod sql;

pub use one_time::{Lock, OneTime, Taken};

use async_trait::async_trait;
use std::fmt::Debug;

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
    /// A logout token that has done its work, under its `jti`.
    LogoutToken,
    /// A sign-out that went on to the provider, under its `state`.
    SignOut,
    /// What a page says once, under its session.
    Notice,
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
            Self::LogoutToken => "logout-token",
            Self::SignOut => "sign-out",
            Self::Notice => "notice",
        }
    }

    /// How long it is kept, in seconds.
    #[must_use]
    pub const fn seconds(self) -> i64 {
        match self {
            Self::Attempt | Self::Outcome | Self::SignOut => 600,
            Self::Exchange | Self::Cookieless | Self::Notice => 60,
            // Longer than it is believed: five minutes, and twice the largest leeway.
            Self::LogoutToken => 1_800,
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
    /// The database did not answer in time.
    #[error("database: no answer in time")]
    Slow,
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
    /// Keeps `entry` unless one of its kind and key is there already; gives out whether it was the first. Nobody owns it,
    /// for it goes by its time alone.
    async fn put_first(&self, entry: Entry<'_>) -> Result<bool, StoreError>;
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
    /// Takes the lock of that name for `seconds`, unless somebody has it. Gives out whether it is `owner`'s now.
    async fn lock(&self, name: &str, owner: &str, seconds: i64, now: i64) -> Result<bool, StoreError>;
    /// Gives the lock back. Nothing happens when it is not `owner`'s, or not any more.
    async fn unlock(&self, name: &str, owner: &str) -> Result<(), StoreError>;
    /// Whether the store answers.
    async fn ping(&self) -> Result<(), StoreError>;
    /// Removes what has expired.
    async fn sweep(&self, now: i64) -> Result<(), StoreError>;
}
