//! A session store that seals what another stores, under a hash of the id that the browser holds.

use crate::server::seal::Sealer;
use async_trait::async_trait;
use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::{collections::HashMap, sync::Arc};
use tower_sessions::{
    SessionStore,
    session::{Id, Record},
    session_store::{Error, Result},
};

/// The key of the one value in the inner record.
const SEALED: &str = "sealed";

/// A session store that can also replace what is still as it was read: so that of two who change a session neither
/// undoes what the other did.
#[async_trait]
pub trait ReplacingStore: SessionStore {
    /// Stores `record` in place of `before`. Gives out whether that was still there, bit by bit.
    async fn replace(&self, before: &Record, record: &Record) -> Result<bool>;
}

/// A record as it was stored: what the next version replaces.
#[derive(Clone, Debug)]
pub struct Stored(Record);

/// Seals on the way in, opens on the way out.
#[derive(Clone, Debug)]
pub struct SealedStore {
    inner: Arc<dyn ReplacingStore>,
    sealer: Sealer,
}

impl SealedStore {
    /// Seals with `sealer` what goes to `inner`.
    pub fn new(inner: Arc<dyn ReplacingStore>, sealer: Sealer) -> Self {
        Self { inner, sealer }
    }

    fn seal(&self, record: &Record) -> Result<Record> {
        let id = handle(&record.id);
        let plain = serde_json::to_vec(&record.data).map_err(|error| Error::Encode(error.to_string()))?;
        let sealed = self
            .sealer
            .seal(&context(&id), &plain)
            .map_err(|error| Error::Encode(error.to_string()))?;
        let data = [(SEALED.to_owned(), Value::String(STANDARD_NO_PAD.encode(sealed)))].into();
        Ok(Record {
            id,
            data,
            expiry_date: record.expiry_date,
        })
    }

    /// Deletes what is stored under that hash of an id.
    ///
    /// # Errors
    /// When the inner store fails.
    pub async fn delete_stored(&self, handle: &Id) -> Result<()> {
        self.inner.delete(handle).await
    }

    /// Whether something is stored under that hash of an id.
    ///
    /// # Errors
    /// When the inner store fails.
    pub async fn has_stored(&self, handle: &Id) -> Result<bool> {
        Ok(self.inner.load(handle).await?.is_some())
    }

    /// Loads the record of that id, opened, and as it was stored.
    ///
    /// # Errors
    /// When the inner store fails.
    pub async fn read(&self, id: &Id) -> Result<Option<(Record, Stored)>> {
        let stored_id = handle(id);
        let stored = match self.inner.load(&stored_id).await {
            // Nobody can sign out of a session that can't be read: it is none.
            Err(Error::Decode(_)) => None,
            stored => stored?,
        };
        Ok(stored.and_then(|stored| {
            let record = Record {
                id: *id,
                data: self.open(stored_id, &stored)?,
                expiry_date: stored.expiry_date,
            };
            Some((record, Stored(stored)))
        }))
    }

    /// Stores `record`, sealed anew, in place of what was read. Gives out whether that was still there.
    ///
    /// # Errors
    /// When the inner store fails.
    pub async fn replace(&self, before: &Stored, record: &Record) -> Result<bool> {
        self.inner.replace(&before.0, &self.seal(record)?).await
    }

    /// `None` for what this server can't open: that browser is signed out, which is not an error.
    fn open(&self, id: Id, stored: &Record) -> Option<HashMap<String, Value>> {
        let sealed = STANDARD_NO_PAD.decode(stored.data.get(SEALED)?.as_str()?).ok()?;
        let plain = self.sealer.open(&context(&id), &sealed)?;
        serde_json::from_slice(&plain).ok()
    }
}

#[async_trait]
impl SessionStore for SealedStore {
    async fn create(&self, record: &mut Record) -> Result<()> {
        let mut sealed = self.seal(record)?;
        let id = sealed.id;
        self.inner.create(&mut sealed).await?;
        if sealed.id == id {
            return Ok(());
        }
        // The inner store found the id taken and chose another, which no cookie can name.
        self.inner.delete(&sealed.id).await?;
        Err(Error::Backend("the new session's id was taken".to_owned()))
    }

    async fn save(&self, record: &Record) -> Result<()> {
        self.inner.save(&self.seal(record)?).await
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        Ok(self.read(id).await?.map(|(record, _)| record))
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        self.inner.delete(&handle(id)).await
    }
}

/// Half of SHA-256 of the cookie's id: as many bits as the id has.
#[must_use]
pub fn handle(id: &Id) -> Id {
    let digest = Sha256::new()
        .chain_update(b"vestibule session")
        .chain_update(id.0.to_le_bytes())
        .finalize();
    let mut half = [0; 16];
    half.copy_from_slice(&digest[..16]);
    Id(i128::from_le_bytes(half))
}

fn context(id: &Id) -> String {
    format!("session:{id}")
}
