//! The registry: which sessions are on, whose, and from where; and who has ever signed in. It lets somebody else than
//! the session's own browser find and end it.
//!
//! Its rows are named by the hash under which a session is stored, so that a copy of the database opens none.

mod endings;
pub(crate) mod listing;
mod logouts;
mod which;

use super::{Handle, payload::SignedIn};
use crate::server::store::{
    StoreError,
    database::{BeginWriting, Database, on},
};
use time::OffsetDateTime;
pub use which::Which;
pub(crate) use which::query;

/// Where a session was begun, in words for the person whose it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Whence {
    /// The client's address.
    pub address: String,
    /// The browser, such as `Firefox on Linux`.
    pub browser: String,
}

/// A session as the registry has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Which it is.
    pub handle: Handle,
    /// The id of the provider.
    pub provider: String,
    /// Where it was begun.
    pub whence: Whence,
    /// When it began.
    pub signed_in_at: OffsetDateTime,
    /// When it was last noted to be in use.
    pub seen_at: OffsetDateTime,
    /// When it ends if nothing happens.
    pub expires_at: OffsetDateTime,
}

/// What is now known of a person.
const PERSON: &str = "INSERT INTO people (id, name, email, organization_id, groups, first_seen, last_seen)
     VALUES ($1, $2, $3, $4, $5, $6, $6)
     ON CONFLICT (id) DO UPDATE SET name = excluded.name, email = excluded.email,
         organization_id = excluded.organization_id, groups = excluded.groups, last_seen = excluded.last_seen";

/// By which account.
const ACCOUNT: &str = "INSERT INTO accounts (issuer, sub, person_id, provider, first_seen, last_seen)
     VALUES ($1, $2, $3, $4, $5, $5)
     ON CONFLICT (issuer, sub) DO UPDATE SET provider = excluded.provider, last_seen = excluded.last_seen";

/// The tables `people`, `accounts`, `sessions`, `endings`, of sessions whose browsers are to be told, and `logouts`.
#[derive(Clone, Debug)]
pub struct Registry {
    database: Database,
}

impl Registry {
    /// Over an open database.
    #[must_use]
    pub fn new(database: Database) -> Self {
        Self { database }
    }

    /// Enters a session that has begun, and what is now known of its person.
    ///
    /// # Errors
    /// When the database fails: then nothing was entered.
    pub async fn enter(
        &self,
        handle: Handle,
        signed_in: &SignedIn,
        whence: &Whence,
        expires_at: OffsetDateTime,
    ) -> Result<(), StoreError> {
        let user = &signed_in.user;
        let now = signed_in.signed_in_at.unix_timestamp();
        let groups = serde_json::to_string(&user.groups)?;
        let session = "INSERT INTO sessions
                 (id, person_id, provider, sub, sid, address, browser, signed_in_at, seen_at, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9)";
        on!(&self.database, pool => {
            let mut transaction = pool.begin_writing().await?;
            sqlx::query(PERSON)
                .bind(&user.id)
                .bind(storable(user.name.as_deref()))
                .bind(storable(user.email.as_deref()))
                .bind(storable(user.organization_id.as_deref()))
                .bind(&groups)
                .bind(now)
                .execute(&mut *transaction)
                .await?;
            sqlx::query(ACCOUNT)
                .bind(&signed_in.issuer)
                .bind(&user.sub)
                .bind(&user.id)
                .bind(&user.provider)
                .bind(now)
                .execute(&mut *transaction)
                .await?;
            sqlx::query(session)
                .bind(handle.to_string())
                .bind(&user.id)
                .bind(&user.provider)
                .bind(&user.sub)
                .bind(signed_in.sid.as_deref().map(which::hidden))
                .bind(&whence.address)
                .bind(&whence.browser)
                .bind(now)
                .bind(expires_at.unix_timestamp())
                .execute(&mut *transaction)
                .await?;
            transaction.commit().await?;
        });
        Ok(())
    }

    /// Enters what is now known of the person of a session, and what the provider now calls the session. Nobody is
    /// entered anew: who was removed meanwhile stays so.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn follow(
        &self,
        handle: Handle,
        signed_in: &SignedIn,
        seen_at: OffsetDateTime,
    ) -> Result<(), StoreError> {
        let user = &signed_in.user;
        let person = "UPDATE people SET name = $2, email = $3, organization_id = $4, groups = $5, last_seen = $6
             WHERE id = $1";
        let groups = serde_json::to_string(&user.groups)?;
        on!(&self.database, pool => {
            sqlx::query(person)
                .bind(&user.id)
                .bind(storable(user.name.as_deref()))
                .bind(storable(user.email.as_deref()))
                .bind(storable(user.organization_id.as_deref()))
                .bind(&groups)
                .bind(seen_at.unix_timestamp())
                .execute(pool)
                .await?;
            sqlx::query("UPDATE sessions SET sid = $2 WHERE id = $1")
                .bind(handle.to_string())
                .bind(signed_in.sid.as_deref().map(which::hidden))
                .execute(pool)
                .await?;
        });
        Ok(())
    }

    /// Notes that a session is in use. Nothing happens when it has ended.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn note(
        &self,
        handle: Handle,
        seen_at: OffsetDateTime,
        expires_at: OffsetDateTime,
    ) -> Result<(), StoreError> {
        on!(&self.database, pool => {
            sqlx::query("UPDATE sessions SET seen_at = $2, expires_at = $3 WHERE id = $1")
                .bind(handle.to_string())
                .bind(seen_at.unix_timestamp())
                .bind(expires_at.unix_timestamp())
                .execute(pool)
                .await?;
        });
        Ok(())
    }

    /// Which sessions `which` means, whether they have expired or not.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find(&self, which: Which<'_>) -> Result<Vec<Handle>, StoreError> {
        let (found, values) = query(which);
        let ids: Vec<String> = on!(&self.database, pool => {
            let mut query = sqlx::query_scalar(&found);
            for value in &values {
                query = query.bind(value);
            }
            query.fetch_all(pool).await?
        });
        Ok(ids.iter().filter_map(|id| id.parse().ok()).collect())
    }

    /// Forgets a session.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn remove(&self, handle: Handle) -> Result<(), StoreError> {
        on!(&self.database, pool => {
            sqlx::query("DELETE FROM sessions WHERE id = $1").bind(handle.to_string()).execute(pool).await?;
        });
        Ok(())
    }

    /// Forgets the sessions that have expired.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sweep(&self, now: OffsetDateTime) -> Result<(), StoreError> {
        let batch = "DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE expires_at <= $1 LIMIT $2)";
        self.database.delete_in_batches(batch, now.unix_timestamp()).await?;
        let batch = "DELETE FROM logouts WHERE id IN (SELECT id FROM logouts WHERE expires_at <= $1 LIMIT $2)";
        self.database.delete_in_batches(batch, now.unix_timestamp()).await?;
        let batch = "DELETE FROM endings WHERE id IN (SELECT id FROM endings WHERE expires_at <= $1 LIMIT $2)";
        self.database.delete_in_batches(batch, now.unix_timestamp()).await
    }
}

/// What a provider says, without the one character that `PostgreSQL` keeps in no text.
fn storable(text: Option<&str>) -> Option<String> {
    text.map(|text| text.replace('\0', ""))
}
