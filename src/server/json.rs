//! JSON of strangers, read so that nobody else reads it otherwise: no name may come twice in an object.
//!
//! Of two members of one name some readers take the first and some the last: what one checks, the other need not see
//! ([RFC 8259, 4](https://www.rfc-editor.org/rfc/rfc8259.html#section-4),
//! [RFC 7519, 4](https://www.rfc-editor.org/rfc/rfc7519.html#section-4)).

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, Error, MapAccess, SeqAccess, Visitor},
};
use serde_json::{Map, Value};
use std::{collections::HashSet, fmt};

/// Reads a `T`.
///
/// # Errors
/// Where it is not JSON, not a `T`, has something after it, is nested too deeply, or has a name twice in one object, at
/// any depth. The message names no value.
pub fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, serde_json::Error> {
    serde_json::from_slice::<Unambiguous>(bytes)?;
    serde_json::from_slice(bytes)
}

/// Why something is no object of JSON. The message names nothing of it: it could hold a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoObject {
    /// Not JSON, or nested too deeply.
    #[error("not JSON")]
    NotJson,
    /// Ambiguous.
    #[error("JSON with a name twice in one object")]
    NameTwice,
    /// Another value.
    #[error("JSON, but not an object")]
    AnotherValue,
}

/// Reads an object.
///
/// # Errors
/// As [`read`].
pub fn object(bytes: &[u8]) -> Result<Map<String, Value>, NoObject> {
    match read(bytes) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(NoObject::AnotherValue),
        Err(error) if error.is_data() => Err(NoObject::NameTwice),
        Err(_) => Err(NoObject::NotJson),
    }
}

/// Any value that has no name twice.
struct Unambiguous;

impl<'de> Deserialize<'de> for Unambiguous {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Walk)
    }
}

struct Walk;

impl<'de> Visitor<'de> for Walk {
    type Value = Unambiguous;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Unambiguous, A::Error> {
        let mut names = HashSet::new();
        while let Some(name) = map.next_key::<String>()? {
            if !names.insert(name) {
                return Err(A::Error::custom("a name comes twice in one object"));
            }
            map.next_value::<Unambiguous>()?;
        }
        Ok(Unambiguous)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Unambiguous, A::Error> {
        while list.next_element::<Unambiguous>()?.is_some() {}
        Ok(Unambiguous)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Unambiguous, E> {
        Ok(Unambiguous)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Unambiguous, E> {
        Ok(Unambiguous)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Unambiguous, E> {
        Ok(Unambiguous)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Unambiguous, E> {
        Ok(Unambiguous)
    }

    fn visit_str<E>(self, _: &str) -> Result<Unambiguous, E> {
        Ok(Unambiguous)
    }

    fn visit_unit<E>(self) -> Result<Unambiguous, E> {
        Ok(Unambiguous)
    }
}
