//! Which authentik the blueprint is for.

use std::{fmt, str::FromStr};

/// A release of authentik, by its year and month: `2025.10`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version {
    year: u16,
    month: u8,
}

impl Version {
    /// The first whose redirect URIs are objects. What came before has another form of blueprint.
    pub const OLDEST: Self = Self { year: 2024, month: 12 };
    /// The first that tells from server to server that a session is over.
    pub const BACKCHANNEL: Self = Self { year: 2025, month: 8 };
    /// The first that asks how it is to tell.
    pub const LOGOUT_METHOD: Self = Self { year: 2025, month: 10 };
    /// The first that tells redirect URIs of sign-in and of sign-out apart, and that permits no grant which a provider
    /// does not name.
    pub const TYPED_URIS: Self = Self { year: 2026, month: 5 };
}

impl Default for Version {
    fn default() -> Self {
        Self::TYPED_URIS
    }
}

impl FromStr for Version {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let expected = || {
            format!(
                "a release of authentik from {} on, such as {}",
                Self::OLDEST,
                Self::default()
            )
        };
        let mut parts = text.split('.');
        let year = parts.next().and_then(|year| year.parse().ok());
        let month = parts.next().and_then(|month| month.parse().ok());
        let is_patch = parts.next().is_none_or(|patch| patch.parse::<u16>().is_ok());
        match (year, month) {
            (Some(year), Some(month @ 1..=12)) if is_patch && parts.next().is_none() => Some(Self { year, month }),
            _ => None,
        }
        .filter(|version| *version >= Self::OLDEST)
        .ok_or_else(expected)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.year, self.month)
    }
}
