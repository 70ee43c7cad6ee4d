//! What a provider has ended lately, so that a sign-in that was under way does not outlive it.

use super::{Registry, which, which::Which};
use crate::server::{
    session::payload::SignedIn,
    store::{StoreError, database::on},
};
use time::{Duration, OffsetDateTime};

/// For how long is remembered that a provider has ended sessions: longer than an exchange waits.
const MARKED: Duration = Duration::minutes(5);

impl Registry {
    /// Remembers for a while that a provider has ended what `which` means; nothing, if that is not a provider's to say.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn mark(&self, which: Which<'_>, now: OffsetDateTime) -> Result<(), StoreError> {
        let Some(mark) = which.mark() else {
            return Ok(());
        };
        let told = "INSERT INTO logouts (id, told_at, expires_at) VALUES ($1, $2, $3)
             ON CONFLICT (id) DO UPDATE SET told_at = excluded.told_at, expires_at = excluded.expires_at";
        on!(&self.database, pool => {
            let query = sqlx::query(told).bind(&mark).bind(milliseconds(now));
            query.bind((now + MARKED).unix_timestamp()).execute(pool).await?;
        });
        Ok(())
    }

    /// Whether the provider has ended a session like that one after it was asked for it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn is_marked(&self, signed_in: &SignedIn, asked_at: OffsetDateTime) -> Result<bool, StoreError> {
        let user = &signed_in.user;
        let found = "SELECT count(*) FROM logouts WHERE id IN ($1, $2, $3) AND told_at > $4";
        let [by_sid, by_both, by_sub] = which::marks(&user.provider, signed_in.sid.as_deref(), &user.sub);
        let count: i64 = on!(&self.database, pool => {
            let query = sqlx::query_scalar(found).bind(&by_sid).bind(&by_both).bind(&by_sub);
            query.bind(milliseconds(asked_at)).fetch_one(pool).await?
        });
        Ok(count > 0)
    }
}

/// Since 1970.
fn milliseconds(at: OffsetDateTime) -> i64 {
    at.unix_timestamp() * 1_000 + i64::from(at.millisecond())
}
