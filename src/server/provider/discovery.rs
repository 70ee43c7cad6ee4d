//! Asks a provider who it is, as
//! [OpenID Connect Discovery 4](https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfig) says.

use super::{
    cache::Fetched,
    client::{Metadata, ProviderClient},
    client_auth, fetch,
    keys::Keys,
};
use crate::server::{
    config::{ClientAuth, ProviderConfig, plain},
    http::{HttpClient, HttpError},
};
use openidconnect::{
    AuthType, ClientId, RedirectUrl, Scope,
    core::{CoreClientAuthMethod, CoreJwsSigningAlgorithm},
};
use std::fmt;
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

/// What was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// The discovery document.
    Document,
    /// The keys.
    Keys,
}

impl fmt::Display for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Document => "discovery",
            Self::Keys => "keys",
        })
    }
}

/// Why a provider can't be used.
#[derive(Debug, thiserror::Error)]
pub enum DiscoveryError {
    /// No answer.
    #[error("{what}: {source}")]
    Unreachable {
        /// The document that was asked for.
        what: What,
        /// Why.
        #[source]
        source: HttpError,
    },
    /// An answer other than 200.
    #[error("{what}: status {status}")]
    Status {
        /// The document that was asked for.
        what: What,
        /// Its status.
        status: u16,
    },
    /// Not the JSON that was expected.
    #[error("{what}: {source}")]
    Parse {
        /// The document that was asked for.
        what: What,
        /// What is wrong in it.
        #[source]
        source: serde_json::Error,
    },
    /// Somebody else.
    #[error("the configuration says issuer {configured}, discovery says {found}")]
    Issuer {
        /// The configured issuer.
        configured: String,
        /// The issuer in the document.
        found: String,
    },
    /// Only the implicit flow may do without it, and this application has no part in that.
    #[error("token_endpoint is missing")]
    NoTokenEndpoint,
    /// An endpoint that is not to be called.
    #[error("{endpoint} is {found}, expected an https URL without a user")]
    Endpoint {
        /// The endpoint's name in the document.
        endpoint: &'static str,
        /// Where it points.
        found: String,
    },
    /// Nothing to verify an ID token with.
    #[error("the provider signs with none of the asymmetric algorithms: select a Signing Key at the provider")]
    Algorithms,
    /// Nothing that an ID token could be verified with.
    #[error("the provider publishes no key that could verify a signature: select a Signing Key at the provider")]
    NoKeys,
    /// The server stopped asking.
    #[error("the question was interrupted")]
    Interrupted,
    /// A URL that can't be used.
    #[error("URL: {0}")]
    Url(#[from] url::ParseError),
    /// A request that can't be made.
    #[error("request: {0}")]
    Request(#[from] axum::http::Error),
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

/// The document must be this issuer's; only the trailing slash may differ from what the operator wrote.
///
/// # Errors
/// [`DiscoveryError::Issuer`], with both.
pub(crate) fn check_issuer(config: &ProviderConfig, metadata: &Metadata) -> Result<(), DiscoveryError> {
    let configured = config.issuer.as_str();
    let found = metadata.issuer().as_str();
    let bare = |issuer: &'_ str| issuer.strip_suffix('/').unwrap_or(issuer).to_owned();
    if bare(configured) == bare(found) {
        return Ok(());
    }
    Err(DiscoveryError::Issuer {
        configured: configured.to_owned(),
        found: plain(found),
    })
}

/// What a browser or a secret is sent to must be as safe as the issuer: https where the issuer is https.
///
/// # Errors
/// The first endpoint that is missing or not safe.
pub(crate) fn check_endpoints(metadata: &Metadata) -> Result<(), DiscoveryError> {
    if metadata.token_endpoint().is_none() {
        return Err(DiscoveryError::NoTokenEndpoint);
    }
    let issuer_is_http = metadata.issuer().url().scheme() == "http";
    let extra = metadata.additional_metadata();
    let endpoints = [
        ("authorization_endpoint", Some(metadata.authorization_endpoint().url())),
        (
            "token_endpoint",
            metadata.token_endpoint().map(|endpoint| endpoint.url()),
        ),
        (
            "userinfo_endpoint",
            metadata.userinfo_endpoint().map(|endpoint| endpoint.url()),
        ),
        ("jwks_uri", Some(metadata.jwks_uri().url())),
        ("end_session_endpoint", extra.end_session_endpoint.as_ref()),
        ("revocation_endpoint", extra.revocation_endpoint.as_ref()),
    ];
    for (endpoint, url) in endpoints {
        if let Some(url) = url
            && !is_safe(url, issuer_is_http)
        {
            return Err(DiscoveryError::Endpoint {
                endpoint,
                found: plain(url.as_str()),
            });
        }
    }
    Ok(())
}

/// As safe as the issuer, and without a user, whose `@` makes one host look like another.
fn is_safe(url: &Url, issuer_is_http: bool) -> bool {
    let is_scheme_safe = url.scheme() == "https" || (url.scheme() == "http" && issuer_is_http);
    is_scheme_safe && url.username().is_empty() && url.password().is_none()
}

/// The asymmetric algorithms that the provider announces, and that can be verified here.
///
/// # Errors
/// [`DiscoveryError::Algorithms`], when there is none.
pub(crate) fn algorithms(metadata: &Metadata) -> Result<Vec<CoreJwsSigningAlgorithm>, DiscoveryError> {
    let algorithms: Vec<_> = metadata
        .id_token_signing_alg_values_supported()
        .iter()
        .filter(|algorithm| is_usable(algorithm))
        .cloned()
        .collect();
    if algorithms.is_empty() {
        Err(DiscoveryError::Algorithms)
    } else {
        Ok(algorithms)
    }
}

/// Whether an ID token may be signed so.
pub(crate) fn is_usable(algorithm: &CoreJwsSigningAlgorithm) -> bool {
    use CoreJwsSigningAlgorithm as Algorithm;
    let unusable = [
        Algorithm::HmacSha256,
        Algorithm::HmacSha384,
        Algorithm::HmacSha512,
        Algorithm::None,
        // P-521 is not among the library's curves.
        Algorithm::EcdsaP521Sha512,
    ];
    !unusable.contains(algorithm)
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
