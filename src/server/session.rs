//! Sessions: begun at sign-in, found at each request, ended everywhere a session can end.
//!
//! `tower-sessions`' stores hold them, in the database or in Redis; what they hold is sealed, under a hash of the
//! cookie's id. Its middleware is not used: it saves after the handler, and only then learns that the store failed.
//! Here the session stands before its cookie leaves.

pub mod database;
pub mod live;
pub mod payload;
pub mod redis;
pub mod registry;
pub mod sealed;
pub mod whence;

use crate::server::{clock::Clock, config::SessionConfig, store::StoreError};
use live::{Live, Why};
use payload::SignedIn;
use registry::{Registry, Whence, Which};
use sealed::{SealedStore, Stored};
use time::{Duration, OffsetDateTime};
pub use tower_sessions::session::Id;
use tower_sessions::{SessionStore, session::Record};

/// The key of the one value in a session's record.
const SIGNED_IN: &str = "signed-in";

/// For how long after its end a browser that still holds its cookie is told of it.
pub const FAREWELL: Duration = Duration::days(1);

/// How often to try again when somebody else changes the same session. Each time somebody has got on.
const ATTEMPTS: usize = 10;

/// The name under which a session is stored and registered: a hash of the cookie's id, which opens nothing.
pub type Handle = Id;

/// A session as it was read: what becomes of it is stored only while it still stands so.
#[derive(Clone, Debug)]
pub struct Found {
    /// What it holds.
    pub signed_in: SignedIn,
    stored: Stored,
}

/// Begins, finds, keeps and ends sessions.
#[derive(Clone, Debug)]
pub struct Sessions {
    store: SealedStore,
    registry: Registry,
    clock: Clock,
    life: SessionConfig,
    live: Live,
}

impl Sessions {
    /// Sessions in `store`, entered in `registry`, living as `life` says.
    #[must_use]
    pub fn new(store: SealedStore, registry: Registry, clock: Clock, life: SessionConfig) -> Self {
        Self {
            store,
            registry,
            clock,
            life,
            live: Live::default(),
        }
    }

    /// The same, telling open pages by `live` of every end.
    #[must_use]
    pub fn with_live(self, live: Live) -> Self {
        Self { live, ..self }
    }

    /// Begins a session under a fresh id, which goes into the cookie and nowhere else.
    ///
    /// # Errors
    /// When a store fails: then there is no session.
    pub async fn begin(&self, signed_in: &SignedIn, whence: &Whence) -> Result<Id, StoreError> {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes)?;
        let mut record = self.record(Id(i128::from_le_bytes(bytes)), signed_in)?;
        self.store.create(&mut record).await?;
        let handle = sealed::handle(&record.id);
        if let Err(error) = self.registry.enter(handle, signed_in, whence, record.expiry_date).await {
            // Nobody could find it to end it.
            self.store.delete_stored(&handle).await?;
            return Err(error);
        }
        Ok(record.id)
    }

    /// Finds the session of that id, if it lives.
    ///
    /// # Errors
    /// When the store fails: that is not the same as being signed out.
    pub async fn find(&self, id: Id) -> Result<Option<SignedIn>, StoreError> {
        Ok(self.read(id).await?.map(|found| found.signed_in))
    }

    /// Finds the session of that id, if it lives, to be replaced.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn read(&self, id: Id) -> Result<Option<Found>, StoreError> {
        let Some((mut record, stored)) = self.store.read(&id).await? else {
            return Ok(None);
        };
        let signed_in = record
            .data
            .remove(SIGNED_IN)
            .and_then(|value| serde_json::from_value::<SignedIn>(value).ok())
            .filter(|signed_in| self.now() < self.ends_at(signed_in));
        Ok(signed_in.map(|signed_in| Found { signed_in, stored }))
    }

    /// Stores `signed_in` in place of what was found. Gives out whether that still stood there: if not, somebody has
    /// changed or ended the session meanwhile.
    ///
    /// # Errors
    /// When a store fails.
    pub async fn replace(&self, id: Id, found: &Found, signed_in: &SignedIn) -> Result<bool, StoreError> {
        Ok(self.store.replace(&found.stored, &self.record(id, signed_in)?).await?)
    }

    /// Notes that the session is in use, at most once in `update-age`. Gives out whether it did; `signed_in` is then what
    /// stands now.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn keep(&self, id: Id, signed_in: &mut SignedIn) -> Result<bool, StoreError> {
        let now = self.now();
        let is_due = |signed_in: &SignedIn| now >= signed_in.seen_at + self.life.update_age;
        if !is_due(signed_in) {
            return Ok(false);
        }
        for _ in 0..ATTEMPTS {
            // What the caller has may be old: its tokens may have been renewed since, or its person signed out.
            let Some(found) = self.read(id).await? else {
                return Ok(false);
            };
            signed_in.clone_from(&found.signed_in);
            if !is_due(signed_in) {
                return Ok(false);
            }
            signed_in.seen_at = now;
            if self.replace(id, &found, signed_in).await? {
                let ends_at = self.ends_at(signed_in);
                self.registry.note(sealed::handle(&id), now, ends_at).await?;
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Ends the session of that id as its own browser wants it. Nothing happens when there is none.
    ///
    /// # Errors
    /// When a store fails.
    pub async fn end(&self, id: Id) -> Result<(), StoreError> {
        self.end_because(id, Why::Ended).await
    }

    /// Ends the session of that id, and tells its open pages why.
    ///
    /// # Errors
    /// When a store fails.
    pub async fn end_because(&self, id: Id, why: Why) -> Result<(), StoreError> {
        self.forget(&[sealed::handle(&id)], why).await
    }

    /// Ends the session of that id, whose browser does not know: it is told at its next visit.
    ///
    /// # Errors
    /// When a store fails.
    pub async fn expel(&self, id: Id) -> Result<(), StoreError> {
        let handles = [sealed::handle(&id)];
        self.announce(&handles).await?;
        self.forget(&handles, Why::Ended).await
    }

    /// Ends all sessions that `which` means, and gives out how many there were. Their browsers are told at their next
    /// visit.
    ///
    /// # Errors
    /// When a store fails: those that are left are found by the next call.
    pub async fn end_all(&self, which: Which<'_>) -> Result<usize, StoreError> {
        // First this: what is entered from now on finds it.
        self.registry.mark(which, self.clock.now()).await?;
        let handles = self.registry.find(which).await?;
        self.announce(&handles).await?;
        self.forget(&handles, Why::Ended).await?;
        Ok(handles.len())
    }

    /// Removes a person: who she was and her accounts, and with them all her sessions, everywhere. Gives out how many
    /// sessions there were. Whoever may sign in at the provider may sign in again, as a new person.
    ///
    /// # Errors
    /// When a store fails: then call it again.
    pub async fn remove_person(&self, person: &str) -> Result<usize, StoreError> {
        // She goes first: a sign-in that comes in between is ended with the others, or enters her anew.
        self.registry.remove_person(person).await?;
        self.end_all(Which::Person(person)).await
    }

    /// Who is to be told of ends.
    #[must_use]
    pub fn live(&self) -> &Live {
        &self.live
    }

    /// Whether a session is stored under that name, and has not expired.
    async fn is_stored(&self, handle: &Handle) -> Result<bool, StoreError> {
        Ok(self.store.has_stored(handle).await?)
    }

    /// Whether the browser with the cookie of that id, of which no session is left, is to be told that it ended: once,
    /// and neither a stranger nor somebody who signed out.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn bid_farewell(&self, id: Id) -> Result<bool, StoreError> {
        self.registry.bid_farewell(sealed::handle(&id), self.now()).await
    }

    /// Follows what has become known of the person and of the session since it began.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn follow(&self, id: Id, signed_in: &SignedIn) -> Result<(), StoreError> {
        self.registry.follow(sealed::handle(&id), signed_in, self.now()).await
    }

    /// What is known of the sessions: to list them.
    #[must_use]
    pub fn registry(&self) -> &Registry {
        &self.registry
    }

    async fn announce(&self, handles: &[Handle]) -> Result<(), StoreError> {
        for handle in handles {
            self.registry.announce(*handle, self.now()).await?;
        }
        Ok(())
    }

    /// Every end of a session comes by here but that by its time: it is gone from the store first, then its pages are
    /// told, and then it goes from the registry.
    async fn forget(&self, handles: &[Handle], why: Why) -> Result<(), StoreError> {
        for handle in handles {
            self.store.delete_stored(handle).await?;
            self.live.announce(*handle, why).await;
            self.registry.remove(*handle).await?;
        }
        Ok(())
    }

    /// When the session ends if nothing happens.
    #[must_use]
    pub fn ends_at(&self, signed_in: &SignedIn) -> OffsetDateTime {
        (signed_in.seen_at + self.life.idle).min(signed_in.signed_in_at + self.life.max_age)
    }

    /// How long the session lives from now if nothing happens.
    #[must_use]
    pub fn remaining(&self, signed_in: &SignedIn) -> Duration {
        (self.ends_at(signed_in) - self.now()).max(Duration::ZERO)
    }

    /// How long its cookie lives from now: longer than the session, so that the first request after the end can be told
    /// of it. What the cookie opens is decided here alone.
    #[must_use]
    pub fn cookie_life(&self, signed_in: &SignedIn) -> Duration {
        self.remaining(signed_in) + FAREWELL
    }

    /// The time of sessions: whole seconds, which is what every store keeps of an expiry.
    #[must_use]
    pub fn now(&self) -> OffsetDateTime {
        let now = self.clock.now();
        now.replace_nanosecond(0).unwrap_or(now)
    }

    fn record(&self, id: Id, signed_in: &SignedIn) -> Result<Record, StoreError> {
        let data = [(SIGNED_IN.to_owned(), serde_json::to_value(signed_in)?)].into();
        Ok(Record {
            id,
            data,
            expiry_date: self.ends_at(signed_in),
        })
    }
}
