//! Asks a provider who it is, as
//! [OpenID Connect Discovery 4](https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfig) says.

mod checks;
mod error;

use super::{
    cache::Fetched,
    client::{Metadata, ProviderClient},
    client_auth, fetch,
    keys::Keys,
};
use crate::server::{
    config::{ClientAuth, ProviderConfig},
    http::HttpClient,
};
pub(crate) use checks::{algorithms, check_endpoints, check_issuer, is_usable};
pub use error::{DiscoveryError, What};
use openidconnect::{
    AuthType, ClientId, RedirectUrl, Scope,
    core::{CoreClientAuthMethod, CoreJwsSigningAlgorithm},
};
use url::Url;

/// What a provider says of itself, checked: all but its keys.
#[derive(Debug)]
pub struct Document {
    /// As it came. Its `issuer` is compared byte for byte from now on.
    pub metadata: Metadata,
    /// The scopes to ask for.
    pub scopes: Vec<Scope>,
    /// The algorithms that an ID token may be signed with: what the provider announces, less the symmetric ones.
    pub algorithms: Vec<CoreJwsSigningAlgorithm>,
    /// How the application authenticates there.
    pub client_auth: ClientAuth,
}

/// A provider that answered, and the client to talk to it.
#[derive(Debug)]
pub struct Discovered {
    /// What it says of itself, with its keys. Its `issuer` is compared byte for byte from now on.
    pub metadata: Metadata,
    /// The client, with keys, endpoints and redirect URI, and no secret:
    /// [`Authenticated`](super::client_auth::Authenticated) sends what it puts together.
    pub client: ProviderClient,
    /// The scopes to ask for.
    pub scopes: Vec<Scope>,
    /// The algorithms that an ID token may be signed with: what the provider announces, less the symmetric ones.
    pub algorithms: Vec<CoreJwsSigningAlgorithm>,
    /// How the application authenticates there.
    pub client_auth: ClientAuth,
}

/// Fetches and checks the discovery document.
///
/// # Errors
/// The first thing that keeps the provider from being used.
pub async fn ask(config: &ProviderConfig, http: &HttpClient) -> Result<Fetched<Document>, DiscoveryError> {
    let answer = fetch::get(What::Document, &document_url(&config.issuer)?, http).await?;
    let Fetched { value: metadata, life } = fetch::read::<Metadata>(What::Document, &answer)?;
    check_issuer(config, &metadata)?;
    check_endpoints(&metadata)?;
    let document = Document {
        scopes: scopes(config, &metadata),
        algorithms: algorithms(&metadata)?,
        client_auth: client_auth::choose(config, offers_form(&metadata)),
        metadata,
    };
    Ok(Fetched { value: document, life })
}

/// Makes a client of what the provider says and the keys that it has.
#[must_use]
pub fn assemble(config: &ProviderConfig, redirect_uri: &Url, document: &Document, keys: &Keys) -> Discovered {
    let metadata = document.metadata.clone().set_jwks(keys.set.clone());
    let client =
        ProviderClient::from_provider_metadata(metadata.clone(), ClientId::new(config.client_id.clone()), None)
            .set_auth_type(AuthType::RequestBody)
            .set_redirect_uri(RedirectUrl::from_url(redirect_uri.clone()))
            .disable_openid_scope();
    Discovered {
        client,
        metadata,
        scopes: document.scopes.clone(),
        algorithms: document.algorithms.clone(),
        client_auth: document.client_auth,
    }
}

/// The document's URL: one slash between, whether or not the issuer ends in one.
///
/// # Errors
/// When no URL comes of it.
pub(crate) fn document_url(issuer: &Url) -> Result<Url, url::ParseError> {
    let issuer = issuer.as_str();
    Url::parse(&format!(
        "{}/.well-known/openid-configuration",
        issuer.trim_end_matches('/')
    ))
}

/// Whether a secret may be sent in the form.
fn offers_form(metadata: &Metadata) -> bool {
    metadata
        .token_endpoint_auth_methods_supported()
        .is_some_and(|offered| offered.contains(&CoreClientAuthMethod::ClientSecretPost))
}

fn scopes(config: &ProviderConfig, metadata: &Metadata) -> Vec<Scope> {
    let configured = config.scopes.clone().unwrap_or_else(|| {
        let offers_refresh = metadata
            .scopes_supported()
            .is_some_and(|offered| offered.iter().any(|scope| scope.as_str() == "offline_access"));
        let default = ["openid", "profile", "email"].into_iter();
        default
            .chain(offers_refresh.then_some("offline_access"))
            .map(str::to_owned)
            .collect()
    });
    configured.into_iter().map(Scope::new).collect()
}
