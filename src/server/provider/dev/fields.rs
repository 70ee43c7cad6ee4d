//! The parameters of a request, bounded: what [RFC 6749, 3.1](https://www.rfc-editor.org/rfc/rfc6749#section-3.1) says of all of them.

/// The most that a query or a form may have, in bytes. The ID token of somebody in 500 groups must fit as a hint.
pub const MAX_TOTAL: usize = 64 * 1024;
const MAX_VALUE: usize = 2048;
const MAX_PAIRS: usize = 40;

/// Holds a whole ID token.
pub const ID_TOKEN_HINT: &str = "id_token_hint";
/// Holds a whole access token, or a refresh token.
pub(super) const TOKEN: &str = "token";
/// The parameters that may be longer than the others.
const LONG: [&str; 2] = [ID_TOKEN_HINT, TOKEN];

/// The parameters as they came. Those without a value count as left out.
#[derive(Debug, Default)]
pub struct Fields(Vec<(String, String)>);

/// What is wrong with the parameters as such.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// More than anybody needs.
    TooMuch,
    /// One is longer than it may be.
    TooLong,
    /// One comes twice.
    Repeated,
}

impl Fault {
    /// For the developer who reads the answer.
    #[must_use]
    pub fn describe(&self) -> &'static str {
        match self {
            Self::TooMuch => "The request is too large.",
            Self::TooLong => "A parameter is too long.",
            Self::Repeated => "A parameter is repeated.",
        }
    }
}

impl Fields {
    /// Reads a query or a form.
    ///
    /// # Errors
    /// [`Fault::TooMuch`], before anything is kept.
    pub fn parse(encoded: &[u8]) -> Result<Self, Fault> {
        if encoded.len() > MAX_TOTAL {
            return Err(Fault::TooMuch);
        }
        if url::form_urlencoded::parse(encoded).nth(MAX_PAIRS).is_some() {
            return Err(Fault::TooMuch);
        }
        let pairs = url::form_urlencoded::parse(encoded)
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| (name.into_owned(), value.into_owned()))
            .collect();
        Ok(Self(pairs))
    }

    /// The same, as if `name` had not been sent.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.0.retain(|(sent, _)| sent != name);
        self
    }

    /// The value of `name`, if it was sent.
    ///
    /// # Errors
    /// When it came twice or is too long.
    pub fn one(&self, name: &str) -> Result<Option<&str>, Fault> {
        let mut values = self
            .0
            .iter()
            .filter(|(other, _)| other == name)
            .map(|(_, value)| value.as_str());
        match (values.next(), values.next()) {
            (_, Some(_)) => Err(Fault::Repeated),
            (Some(value), None) if !LONG.contains(&name) && value.len() > MAX_VALUE => Err(Fault::TooLong),
            (value, None) => Ok(value),
        }
    }

    /// The value of `name` if it can be used; for fields that [`Fields::check`] has seen.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.one(name).ok().flatten()
    }

    /// Looks at all of them.
    ///
    /// # Errors
    /// When one came twice or is too long, known or not.
    pub fn check(&self) -> Result<(), Fault> {
        self.0.iter().try_for_each(|(name, _)| self.one(name).map(drop))
    }
}
