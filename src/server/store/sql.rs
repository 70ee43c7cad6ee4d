//! One-time things in the database: taken by one `DELETE … RETURNING`.

use super::{
    Entry, Kind, OneTimeStore, StoreError, TakenAttempt,
    database::{BeginWriting, Database, on},
};
use async_trait::async_trait;
use sqlx::{Encode, Row, Type, query::Query};

/// The table `one_time`.
#[derive(Clone, Debug)]
pub struct SqlOneTime {
    database: Database,
}

impl SqlOneTime {
    /// Over an open database.
    #[must_use]
    pub fn new(database: Database) -> Self {
        Self { database }
    }
}

#[async_trait]
impl OneTimeStore for SqlOneTime {
    async fn put(&self, entry: Entry<'_>) -> Result<(), StoreError> {
        let Entry { kind, owner, .. } = entry;
        let surplus = "DELETE FROM one_time WHERE kind = $1 AND owner = $2 AND key NOT IN (
                 SELECT key FROM one_time WHERE kind = $1 AND owner = $2 ORDER BY created_at DESC, rowid DESC LIMIT $3)";
        on!(&self.database, pool => {
            let mut transaction = pool.begin_writing().await?;
            insertion(entry).execute(&mut *transaction).await?;
            sqlx::query(surplus)
                .bind(kind.name())
                .bind(owner)
                .bind(i64::from(kind.limit()))
                .execute(&mut *transaction)
                .await?;
            transaction.commit().await?;
        });
        Ok(())
    }

    async fn put_first(&self, entry: Entry<'_>) -> Result<bool, StoreError> {
        // One that has expired and was not swept yet is as good as none.
        let unless_there = "INSERT INTO one_time (kind, key, owner, value, created_at, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (kind, key) DO UPDATE SET created_at = excluded.created_at, expires_at = excluded.expires_at
                 WHERE one_time.expires_at <= excluded.created_at";
        let written = on!(&self.database, pool => {
            bound(sqlx::query(unless_there), entry).execute(pool).await?.rows_affected()
        });
        Ok(written == 1)
    }

    async fn take(&self, kind: Kind, key: &str, now: i64) -> Result<Option<Vec<u8>>, StoreError> {
        let taken = "DELETE FROM one_time WHERE kind = $1 AND key = $2 RETURNING value, expires_at";
        let row: Option<(Vec<u8>, i64)> = on!(&self.database, pool => {
            sqlx::query_as(taken).bind(kind.name()).bind(key).fetch_optional(pool).await?
        });
        Ok(row.and_then(|(value, expires_at)| (now < expires_at).then_some(value)))
    }

    async fn take_attempt(&self, key: &str, outcome: &[u8], now: i64) -> Result<TakenAttempt, StoreError> {
        let taken = "DELETE FROM one_time WHERE kind = $1 AND key = $2 RETURNING owner, value, expires_at";
        on!(&self.database, pool => {
            let mut transaction = pool.begin_writing().await?;
            let row: Option<(String, Vec<u8>, i64)> = sqlx::query_as(taken)
                .bind(Kind::Attempt.name())
                .bind(key)
                .fetch_optional(&mut *transaction)
                .await?;
            let taken = match row {
                Some((owner, attempt, expires_at)) if now < expires_at => {
                    let mark = Entry {
                        kind: Kind::Outcome,
                        key,
                        owner: &owner,
                        value: outcome,
                        now,
                    };
                    insertion(mark).execute(&mut *transaction).await?;
                    TakenAttempt::Attempt(attempt)
                }
                Some(_) => TakenAttempt::Nothing,
                None => match live(Kind::Outcome, key, now).fetch_optional(&mut *transaction).await? {
                    Some(row) => TakenAttempt::Outcome(row.try_get("value")?),
                    None => TakenAttempt::Nothing,
                },
            };
            transaction.commit().await?;
            Ok(taken)
        })
    }

    async fn leave(&self, key: &str, outcome: &[u8], now: i64) -> Result<(), StoreError> {
        on!(&self.database, pool => {
            sqlx::query("UPDATE one_time SET value = $3, expires_at = $4 WHERE kind = $1 AND key = $2")
                .bind(Kind::Outcome.name())
                .bind(key)
                .bind(outcome)
                .bind(now + Kind::Outcome.seconds())
                .execute(pool)
                .await?;
        });
        Ok(())
    }

    async fn left(&self, key: &str, now: i64) -> Result<Option<Vec<u8>>, StoreError> {
        on!(&self.database, pool => {
            let row = live(Kind::Outcome, key, now).fetch_optional(pool).await?;
            Ok(row.map(|row| row.try_get("value")).transpose()?)
        })
    }

    async fn count(&self, kind: Kind, owner: &str, now: i64) -> Result<u32, StoreError> {
        let counted = "SELECT count(*) FROM one_time WHERE kind = $1 AND owner = $2 AND expires_at > $3";
        let count: i64 = on!(&self.database, pool => {
            sqlx::query_scalar(counted).bind(kind.name()).bind(owner).bind(now).fetch_one(pool).await?
        });
        Ok(u32::try_from(count).unwrap_or(u32::MAX))
    }

    async fn contains(&self, kind: Kind, key: &str, now: i64) -> Result<bool, StoreError> {
        on!(&self.database, pool => Ok(live(kind, key, now).fetch_optional(pool).await?.is_some()))
    }

    async fn lock(&self, name: &str, owner: &str, seconds: i64, now: i64) -> Result<bool, StoreError> {
        let taken = "INSERT INTO locks (name, owner, expires_at) VALUES ($1, $2, $3)
             ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, expires_at = excluded.expires_at
                 WHERE locks.expires_at <= $4";
        on!(&self.database, pool => {
            let query = sqlx::query(taken).bind(name).bind(owner).bind(now + seconds).bind(now);
            Ok(query.execute(pool).await?.rows_affected() == 1)
        })
    }

    async fn unlock(&self, name: &str, owner: &str) -> Result<(), StoreError> {
        on!(&self.database, pool => {
            let query = sqlx::query("DELETE FROM locks WHERE name = $1 AND owner = $2");
            query.bind(name).bind(owner).execute(pool).await?;
        });
        Ok(())
    }

    async fn ping(&self) -> Result<(), StoreError> {
        self.database.ping().await
    }

    async fn sweep(&self, now: i64) -> Result<(), StoreError> {
        let batch = "DELETE FROM one_time WHERE (kind, key) IN (
                         SELECT kind, key FROM one_time WHERE expires_at <= $1 LIMIT $2)";
        self.database.delete_in_batches(batch, now).await?;
        let batch = "DELETE FROM locks WHERE name IN (SELECT name FROM locks WHERE expires_at <= $1 LIMIT $2)";
        self.database.delete_in_batches(batch, now).await
    }
}

fn insertion<DB>(entry: Entry<'_>) -> Query<'_, DB, DB::Arguments<'_>>
where
    DB: sqlx::Database,
    for<'q> &'q str: Encode<'q, DB> + Type<DB>,
    for<'q> &'q [u8]: Encode<'q, DB> + Type<DB>,
    for<'q> i64: Encode<'q, DB> + Type<DB>,
{
    let inserted =
        "INSERT INTO one_time (kind, key, owner, value, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)";
    bound(sqlx::query(inserted), entry)
}

/// The statement, with the six columns of `entry`.
fn bound<'q, DB>(query: Query<'q, DB, DB::Arguments<'q>>, entry: Entry<'q>) -> Query<'q, DB, DB::Arguments<'q>>
where
    DB: sqlx::Database,
    &'q str: Encode<'q, DB> + Type<DB>,
    &'q [u8]: Encode<'q, DB> + Type<DB>,
    i64: Encode<'q, DB> + Type<DB>,
{
    let Entry {
        kind,
        key,
        owner,
        value,
        now,
    } = entry;
    query
        .bind(kind.name())
        .bind(key)
        .bind(owner)
        .bind(value)
        .bind(now)
        .bind(now + kind.seconds())
}

/// The entry under `key`, while its time lasts.
fn live<DB>(kind: Kind, key: &str, now: i64) -> Query<'_, DB, DB::Arguments<'_>>
where
    DB: sqlx::Database,
    for<'q> &'q str: Encode<'q, DB> + Type<DB>,
    for<'q> i64: Encode<'q, DB> + Type<DB>,
{
    sqlx::query("SELECT value FROM one_time WHERE kind = $1 AND key = $2 AND expires_at > $3")
        .bind(kind.name())
        .bind(key)
        .bind(now)
}
