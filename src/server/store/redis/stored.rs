//! What is stored in Redis, and under which names.

use crate::server::store::{Kind, StoreError};

/// An outcome as it is stored: nobody owns it, for it goes by its time alone.
pub(super) fn outcome_of(value: &[u8], now: i64) -> Result<String, StoreError> {
    Ok(serde_json::to_string(&Stored {
        owner: String::new(),
        expires_at: now + Kind::Outcome.seconds(),
        value: value.to_vec(),
    })?)
}

/// Something one-time, with its end, in seconds since 1970.
#[derive(serde::Serialize, serde::Deserialize)]
pub(super) struct Stored {
    pub(super) owner: String,
    pub(super) expires_at: i64,
    #[serde(with = "base64_bytes")]
    pub(super) value: Vec<u8>,
}

mod base64_bytes {
    use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD_NO_PAD.encode(bytes))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        STANDARD_NO_PAD
            .decode(String::deserialize(deserializer)?)
            .map_err(D::Error::custom)
    }
}

/// What is in braces decides the slot of a cluster: an attempt and its outcome share one, as the script needs it.
pub(super) fn entry_key(kind: Kind, key: &str) -> String {
    format!("vestibule:{}:{{{key}}}", kind.name())
}

pub(super) fn lock_key(name: &str) -> String {
    format!("vestibule:lock:{name}")
}

pub(super) fn owner_key(kind: Kind, owner: &str) -> String {
    format!("vestibule:{}-of:{owner}", kind.name())
}
