//! The return target: a type that only its validator can make, so that no raw string becomes a redirect.
//!
//! A browser drops TAB, LF and CR from a URL and reads `\` as `/`, and a proxy may decode a path once more than we do.
//! Therefore the target is refused or rebuilt, never cleaned: parsed as the WHATWG does, compared with our origin, and
//! given out as the parser wrote it.

use crate::shared::paths;
use percent_encoding::percent_decode_str;
use std::fmt;
use url::Url;

/// The longest target, in bytes.
pub const MAX_LENGTH: usize = 2048;

/// An origin to resolve against. Which one makes no difference: only path, query and fragment leave this file.
const ORIGIN: &str = "https://origin.invalid";

/// A path, query and fragment on our own origin.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SafePath(String);

/// Why a target was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnsafePath {
    /// Nothing there.
    #[error("is empty")]
    Empty,
    /// Longer than [`MAX_LENGTH`].
    #[error("is longer than 2048 bytes")]
    TooLong,
    /// A control character, a backslash, or white space that is not ASCII.
    #[error("has a character that browsers drop or rewrite")]
    Character,
    /// Not a path that begins with exactly one slash.
    #[error("does not begin with exactly one slash")]
    NotAPath,
    /// Resolves to another origin.
    #[error("leaves this origin")]
    OtherOrigin,
    /// A path of the sign-in itself.
    #[error("is a path of the sign-in itself")]
    Reserved,
}

impl SafePath {
    /// Validates `input` and rebuilds it.
    ///
    /// # Errors
    /// The rule that `input` breaks.
    pub fn parse(input: &str) -> Result<Self, UnsafePath> {
        if input.is_empty() {
            return Err(UnsafePath::Empty);
        }
        if input.len() > MAX_LENGTH {
            return Err(UnsafePath::TooLong);
        }
        let target = resolve(input)?;

        // Whoever decodes once more than we do must not find another host either. What is decoded is what is given
        // out: in `/a%2fb/../%2fevil.example` the input's own decoded form is harmless.
        let once = percent_decode_str(target.path()).decode_utf8_lossy();
        let twice = percent_decode_str(&once).decode_utf8_lossy();
        for decoded in [&once, &twice] {
            resolve(decoded)?;
        }

        let rebuilt = &target[url::Position::BeforePath..];
        if rebuilt.len() > MAX_LENGTH {
            return Err(UnsafePath::TooLong);
        }
        Ok(Self(rebuilt.to_owned()))
    }

    /// Validates `input`; what can't be used becomes the default target.
    #[must_use]
    pub fn parse_or_default(input: Option<&str>) -> Self {
        input.and_then(|input| Self::parse(input).ok()).unwrap_or_default()
    }

    /// The target, ready for a `Location` header: ASCII, without control characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for SafePath {
    fn default() -> Self {
        Self(paths::DASHBOARD.to_owned())
    }
}

impl fmt::Display for SafePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn resolve(target: &str) -> Result<Url, UnsafePath> {
    if target.contains(|c: char| c.is_control() || c == '\\' || (c.is_whitespace() && !c.is_ascii())) {
        return Err(UnsafePath::Character);
    }
    if !target.starts_with('/') || target.starts_with("//") {
        return Err(UnsafePath::NotAPath);
    }
    let origin = Url::parse(ORIGIN).map_err(|_| UnsafePath::OtherOrigin)?;
    let url = origin.join(target).map_err(|_| UnsafePath::OtherOrigin)?;
    if url.origin() != origin.origin() || !url.username().is_empty() || url.password().is_some() {
        return Err(UnsafePath::OtherOrigin);
    }
    if url.path().starts_with("//") {
        return Err(UnsafePath::NotAPath);
    }
    if ["/auth", "/api"]
        .iter()
        .any(|reserved| paths::is_under(url.path(), reserved))
    {
        return Err(UnsafePath::Reserved);
    }
    Ok(url)
}
