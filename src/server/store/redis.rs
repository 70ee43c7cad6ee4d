//! One-time things in Redis: `SET … NX EX`, taken by `GETDEL`; an attempt by a script that leaves its outcome.

mod connection;
mod scripts;
mod stored;

use super::{Entry, Kind, OneTimeStore, StoreError, TakenAttempt};
use async_trait::async_trait;
pub use connection::{connect, connect_at_once};
use fred::prelude::{ClientLike, Expiration, KeysInterface, LuaInterface, Pool, SetOptions};
use scripts::{FORGET, LIST, NOTE, TAKE_ATTEMPT, UNLOCK};
use stored::{Stored, entry_key, lock_key, outcome_of, owner_key};

/// Keys `vestibule:…` in Redis.
#[derive(Clone)]
pub struct RedisOneTime {
    pool: Pool,
}

impl RedisOneTime {
    /// Over a pool of connections.
    #[must_use]
    pub fn new(pool: Pool) -> Self {
        Self { pool }
    }
}

impl std::fmt::Debug for RedisOneTime {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RedisOneTime")
    }
}

#[async_trait]
impl OneTimeStore for RedisOneTime {
    async fn put(&self, entry: Entry<'_>) -> Result<(), StoreError> {
        let Entry {
            kind,
            key,
            owner,
            value,
            now,
        } = entry;
        let surplus: Vec<String> = self
            .pool
            .eval(
                NOTE,
                owner_key(kind, owner),
                vec![key.to_owned(), kind.limit().to_string(), kind.seconds().to_string()],
            )
            .await?;
        for key in surplus {
            let () = self.pool.del(entry_key(kind, &key)).await?;
        }
        let value = Stored {
            owner: owner.to_owned(),
            expires_at: now + kind.seconds(),
            value: value.to_vec(),
        };
        let () = self
            .pool
            .set(
                entry_key(kind, key),
                serde_json::to_string(&value)?,
                Some(Expiration::EX(kind.seconds())),
                Some(SetOptions::NX),
                false,
            )
            .await?;
        Ok(())
    }

    async fn put_first(&self, entry: Entry<'_>) -> Result<bool, StoreError> {
        let Entry {
            kind, key, value, now, ..
        } = entry;
        let stored = Stored {
            owner: String::new(),
            expires_at: now + kind.seconds(),
            value: value.to_vec(),
        };
        let expiration = Some(Expiration::EX(kind.seconds()));
        let text = serde_json::to_string(&stored)?;
        // Nil, when somebody was there before.
        let done: Option<String> = self
            .pool
            .set(entry_key(kind, key), text, expiration, Some(SetOptions::NX), false)
            .await?;
        Ok(done.is_some())
    }

    async fn take(&self, kind: Kind, key: &str, now: i64) -> Result<Option<Vec<u8>>, StoreError> {
        let stored: Option<String> = self.pool.getdel(entry_key(kind, key)).await?;
        let Some(stored) = stored.and_then(|stored| serde_json::from_str::<Stored>(&stored).ok()) else {
            return Ok(None);
        };
        let _: i64 = self
            .pool
            .eval(FORGET, owner_key(kind, &stored.owner), vec![key.to_owned()])
            .await?;
        Ok((now < stored.expires_at).then_some(stored.value))
    }

    async fn take_attempt(&self, key: &str, outcome: &[u8], now: i64) -> Result<TakenAttempt, StoreError> {
        let keys = vec![entry_key(Kind::Attempt, key), entry_key(Kind::Outcome, key)];
        let mark = outcome_of(outcome, now)?;
        let seconds = Kind::Outcome.seconds().to_string();
        let found: Vec<String> = self.pool.eval(TAKE_ATTEMPT, keys, vec![mark, seconds]).await?;
        let [what, stored] = found.as_slice() else {
            return Ok(TakenAttempt::Nothing);
        };
        let is_attempt = what == "attempt";
        let stored = serde_json::from_str::<Stored>(stored).ok();
        if is_attempt && let Some(stored) = &stored {
            let _: i64 = self
                .pool
                .eval(FORGET, owner_key(Kind::Attempt, &stored.owner), vec![key.to_owned()])
                .await?;
        }
        Ok(match stored.filter(|stored| now < stored.expires_at) {
            Some(stored) if is_attempt => TakenAttempt::Attempt(stored.value),
            Some(stored) => TakenAttempt::Outcome(stored.value),
            None => {
                // It came too late, and what was left in its place is of nothing.
                let () = self.pool.del(entry_key(Kind::Outcome, key)).await?;
                TakenAttempt::Nothing
            }
        })
    }

    async fn leave(&self, key: &str, outcome: &[u8], now: i64) -> Result<(), StoreError> {
        let () = self
            .pool
            .set(
                entry_key(Kind::Outcome, key),
                outcome_of(outcome, now)?,
                Some(Expiration::EX(Kind::Outcome.seconds())),
                Some(SetOptions::XX),
                false,
            )
            .await?;
        Ok(())
    }

    async fn left(&self, key: &str, now: i64) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.live(Kind::Outcome, key, now).await?.map(|stored| stored.value))
    }

    async fn count(&self, kind: Kind, owner: &str, now: i64) -> Result<u32, StoreError> {
        let keys: Vec<String> = self
            .pool
            .eval(LIST, owner_key(kind, owner), Vec::<String>::new())
            .await?;
        let mut count = 0;
        for key in keys {
            count += u32::from(self.contains(kind, &key, now).await?);
        }
        Ok(count)
    }

    async fn contains(&self, kind: Kind, key: &str, now: i64) -> Result<bool, StoreError> {
        Ok(self.live(kind, key, now).await?.is_some())
    }

    /// By Redis's own clock: those of the instances may differ.
    async fn lock(&self, name: &str, owner: &str, seconds: i64, _now: i64) -> Result<bool, StoreError> {
        let set: Option<String> = self
            .pool
            .set(
                lock_key(name),
                owner,
                Some(Expiration::PX(seconds * 1000)),
                Some(SetOptions::NX),
                false,
            )
            .await?;
        Ok(set.is_some())
    }

    async fn unlock(&self, name: &str, owner: &str) -> Result<(), StoreError> {
        let _: i64 = self.pool.eval(UNLOCK, lock_key(name), vec![owner.to_owned()]).await?;
        Ok(())
    }

    async fn ping(&self) -> Result<(), StoreError> {
        let () = self.pool.ping(None).await?;
        Ok(())
    }

    /// Redis does it.
    async fn sweep(&self, _now: i64) -> Result<(), StoreError> {
        Ok(())
    }
}

impl RedisOneTime {
    /// The entry under `key`, while its time lasts.
    async fn live(&self, kind: Kind, key: &str, now: i64) -> Result<Option<Stored>, StoreError> {
        let stored: Option<String> = self.pool.get(entry_key(kind, key)).await?;
        Ok(stored
            .and_then(|stored| serde_json::from_str::<Stored>(&stored).ok())
            .filter(|stored| now < stored.expires_at))
    }
}
