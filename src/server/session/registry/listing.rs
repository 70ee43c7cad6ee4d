//! The sessions of one person, to be shown to her; and what goes with her.

use super::{Entry, Registry, Whence};
use crate::server::{
    session::Handle,
    store::{StoreError, database::on},
};
use time::OffsetDateTime;

/// The sessions of a person that are on.
pub(crate) const LISTED: &str = "SELECT id, provider, address, browser, signed_in_at, seen_at, expires_at FROM sessions
     WHERE person_id = $1 AND expires_at > $2 ORDER BY seen_at DESC, id LIMIT $3";

/// One of them.
const ONE: &str = "SELECT id, provider, address, browser, signed_in_at, seen_at, expires_at FROM sessions
     WHERE person_id = $1 AND id = $2";

type Row = (String, String, String, String, i64, i64, i64);

impl Registry {
    /// The sessions of a person that are on, the last used first; at most `limit` of them.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn of_person(&self, person: &str, now: OffsetDateTime, limit: u32) -> Result<Vec<Entry>, StoreError> {
        let rows: Vec<Row> = on!(&self.database, pool => {
            sqlx::query_as(LISTED)
                .bind(person)
                .bind(now.unix_timestamp())
                .bind(i64::from(limit))
                .fetch_all(pool)
                .await?
        });
        Ok(rows.into_iter().filter_map(entry).collect())
    }

    /// That session of a person, if it is hers.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn one_of_person(&self, person: &str, handle: Handle) -> Result<Option<Entry>, StoreError> {
        let row: Option<Row> = on!(&self.database, pool => {
            sqlx::query_as(ONE).bind(person).bind(handle.to_string()).fetch_optional(pool).await?
        });
        Ok(row.and_then(entry))
    }

    /// Forgets a person and her accounts. Her sessions are for the caller to end.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn remove_person(&self, person: &str) -> Result<(), StoreError> {
        on!(&self.database, pool => {
            sqlx::query("DELETE FROM people WHERE id = $1").bind(person).execute(pool).await?;
        });
        Ok(())
    }
}

fn entry((id, provider, address, browser, signed_in_at, seen_at, expires_at): Row) -> Option<Entry> {
    Some(Entry {
        handle: id.parse().ok()?,
        provider,
        whence: Whence { address, browser },
        signed_in_at: at(signed_in_at)?,
        seen_at: at(seen_at)?,
        expires_at: at(expires_at)?,
    })
}

fn at(seconds: i64) -> Option<OffsetDateTime> {
    OffsetDateTime::from_unix_timestamp(seconds).ok()
}
