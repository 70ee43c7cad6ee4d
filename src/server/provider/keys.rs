//! The keys that a provider signs with.
//!
//! [RFC 7517, 5](https://www.rfc-editor.org/rfc/rfc7517.html#section-5),
//! [OpenID Connect Core 10.1](https://openid.net/specs/openid-connect-core-1_0.html#Signing).

use super::{
    cache::Fetched,
    discovery::{DiscoveryError, What},
    fetch,
};
use crate::server::http::HttpClient;
use openidconnect::{
    JsonWebKey, JsonWebKeySet, JsonWebKeySetUrl, JsonWebKeyUse,
    core::{CoreJsonWebKey, CoreJsonWebKeyType},
};

/// A key set, and where it was found.
#[derive(Debug)]
pub struct Keys {
    /// `jwks_uri`.
    pub url: JsonWebKeySetUrl,
    /// The keys that the library can read; it leaves out those of other kinds.
    pub set: JsonWebKeySet<CoreJsonWebKey>,
}

/// Fetches the keys at `url`. A set that can verify nothing is a failure, so that it never takes the place of one that can.
///
/// # Errors
/// When there is no answer, or no key in it.
pub async fn ask(url: JsonWebKeySetUrl, http: &HttpClient) -> Result<Fetched<Keys>, DiscoveryError> {
    let answer = fetch::get(What::Keys, url.url(), http).await?;
    let Fetched { value: set, life } = fetch::read::<JsonWebKeySet<CoreJsonWebKey>>(What::Keys, &answer)?;
    if !set.keys().iter().any(can_verify) {
        return Err(DiscoveryError::NoKeys);
    }
    Ok(Fetched {
        value: Keys { url, set },
        life,
    })
}

/// Asymmetric, and not set apart for encryption.
fn can_verify(key: &CoreJsonWebKey) -> bool {
    *key.key_type() != CoreJsonWebKeyType::Symmetric && key.key_use().is_none_or(JsonWebKeyUse::allows_signature)
}
