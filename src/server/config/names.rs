//! Knows the names of the variables that begin with `AUTH_`, and which provider each belongs to.

use super::nearest;

/// Those that belong to no provider.
const GLOBAL: [&str; 7] = [
    "AUTH_URL",
    "AUTH_SECRET",
    "AUTH_DEV_IDP",
    "AUTH_CLOCK_LEEWAY",
    "AUTH_CONTACT",
    "AUTH_TRUSTED_PROXIES",
    "AUTH_RATE_LIMIT",
];

/// What follows `AUTH_<P>_`.
const OF_PROVIDER: &[&str] = &[
    "ISSUER",
    "INTERNAL_URL",
    "ID",
    "SECRET",
    "KEY",
    "NAME",
    "SCOPES",
    "CLIENT_AUTH",
    "EMAIL_VERIFIED",
    "ALLOWED_GROUPS",
    "ALLOWED_DOMAINS",
    "AUDIENCE",
];

/// What a variable is to us.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Name {
    /// One of the variables without a provider, or one that does not begin with `AUTH_`.
    Plain,
    /// `AUTH_<P>_…`; the id of the provider.
    OfProvider(String),
    /// It begins with `AUTH_`, and we do not know it.
    Unknown,
}

/// What the variable `name` is to us. The longest known ending decides, so that `AUTH_MY_ISSUER_ID` is the `ID` of
/// `my-issuer`.
pub(super) fn classify(name: &str) -> Name {
    let base = name.strip_suffix("_FILE").unwrap_or(name);
    let Some(rest) = base.strip_prefix("AUTH_") else {
        return if name.starts_with("AUTH_") {
            Name::Unknown
        } else {
            Name::Plain
        };
    };
    if GLOBAL.contains(&base) {
        return Name::Plain;
    }
    OF_PROVIDER
        .iter()
        .filter_map(|ending| rest.strip_suffix(ending)?.strip_suffix('_'))
        .filter(|provider| !provider.is_empty() && provider.bytes().all(is_of_variable))
        .min_by_key(|provider| provider.len())
        .map_or(Name::Unknown, |provider| {
            Name::OfProvider(provider.to_ascii_lowercase().replace('_', "-"))
        })
}

/// Upper case only: names differ by case, and two variables must not mean one key.
fn is_of_variable(byte: u8) -> bool {
    byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_'
}

/// The variable of `provider` with that ending, such as `AUTH_MY_COMPANY_ISSUER`.
#[must_use]
pub fn variable(provider: &str, ending: &str) -> String {
    format!("AUTH_{}_{ending}", provider.to_ascii_uppercase().replace('-', "_"))
}

/// What was probably meant by the unknown variable `name`.
pub(super) fn hint(name: &str) -> Option<String> {
    let upper = name.to_ascii_uppercase();
    if !matches!(classify(&upper), Name::Unknown) {
        return Some(upper);
    }
    let starts = upper.match_indices('_').skip(1).filter_map(|(at, _)| upper.get(..at));
    // `AUTH_DEV_` begins no provider's variables, but it begins `AUTH_DEV_IDP`.
    let of_providers = starts
        .filter(|start| *start != "AUTH_DEV")
        .flat_map(|start| OF_PROVIDER.iter().map(move |ending| format!("{start}_{ending}")));
    nearest::find(
        &upper,
        GLOBAL.iter().map(|global| (*global).to_owned()).chain(of_providers),
    )
}
