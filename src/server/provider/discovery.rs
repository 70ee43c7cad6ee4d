//! Asks a provider who it is, as
//! [OpenID Connect Discovery 4](https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfig) says.

use super::client::{Metadata, ProviderClient};
use crate::server::{
    config::{ClientAuth, ProviderConfig},
    http::{HttpClient, HttpError},
};
use axum::http::{Method, Request, header::ACCEPT};
use openidconnect::{
    AuthType, ClientId, ClientSecret, HttpRequest, JsonWebKeySet, RedirectUrl, Scope,
    core::{CoreClientAuthMethod, CoreJsonWebKey, CoreJwsSigningAlgorithm},
};
use serde::de::DeserializeOwned;
use url::Url;

/// A provider that answered, and the client to talk to it.
#[derive(Debug)]
pub struct Discovered {
    /// What it says of itself. Its `issuer` is compared byte for byte from now on.
    pub metadata: Metadata,
    /// The client, with keys, endpoints, authentication and redirect URI.
    pub client: ProviderClient,
    /// The scopes to ask for.
    pub scopes: Vec<Scope>,
    /// The algorithms that an ID token may be signed with: what the provider announces, less the symmetric ones.
    pub algorithms: Vec<CoreJwsSigningAlgorithm>,
}

/// Why a provider can't be used.
#[derive(Debug, thiserror::Error)]
pub enum DiscoveryError {
    /// No answer.
    #[error("{what}: {source}")]
    Unreachable {
        /// The document that was asked for.
        what: &'static str,
        /// Why.
        #[source]
        source: HttpError,
    },
    /// An answer other than 200.
    #[error("{what}: status {status}")]
    Status {
        /// The document that was asked for.
        what: &'static str,
        /// Its status.
        status: u16,
    },
    /// Not the JSON that was expected.
    #[error("{what}: {source}")]
    Parse {
        /// The document that was asked for.
        what: &'static str,
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
    #[error("{endpoint} is {found}, expected an https URL")]
    Endpoint {
        /// The endpoint's name in the document.
        endpoint: &'static str,
        /// Where it points.
        found: String,
    },
    /// Nothing to verify an ID token with.
    #[error("the provider signs with none of the asymmetric algorithms: select a Signing Key at the provider")]
    Algorithms,
    /// A URL that can't be used.
    #[error("URL: {0}")]
    Url(#[from] url::ParseError),
    /// A request that can't be made.
    #[error("request: {0}")]
    Request(#[from] axum::http::Error),
}

/// Fetches the discovery document and the keys, and makes a client of them.
///
/// # Errors
/// The first thing that keeps the provider from being used.
pub async fn ask(config: &ProviderConfig, redirect_uri: &Url, http: &HttpClient) -> Result<Discovered, DiscoveryError> {
    let metadata: Metadata = fetch("discovery", &document_url(&config.issuer)?, http).await?;
    check_issuer(config, &metadata)?;
    check_endpoints(&metadata)?;
    let algorithms = algorithms(&metadata)?;
    let keys: JsonWebKeySet<CoreJsonWebKey> = fetch("keys", metadata.jwks_uri().url(), http).await?;
    let metadata = metadata.set_jwks(keys);

    let client = ProviderClient::from_provider_metadata(
        metadata.clone(),
        ClientId::new(config.client_id.clone()),
        config
            .client_secret
            .as_ref()
            .map(|secret| ClientSecret::new(secret.expose().to_owned())),
    )
    .set_auth_type(auth_type(config, &metadata))
    .set_redirect_uri(RedirectUrl::from_url(redirect_uri.clone()))
    .disable_openid_scope();
    Ok(Discovered {
        scopes: scopes(config, &metadata),
        algorithms,
        client,
        metadata,
    })
}

/// The document's URL: one slash between, whether or not the issuer ends in one.
pub(crate) fn document_url(issuer: &Url) -> Result<Url, url::ParseError> {
    let issuer = issuer.as_str();
    Url::parse(&format!(
        "{}/.well-known/openid-configuration",
        issuer.trim_end_matches('/')
    ))
}

async fn fetch<T: DeserializeOwned>(what: &'static str, url: &Url, http: &HttpClient) -> Result<T, DiscoveryError> {
    let request: HttpRequest = Request::builder()
        .method(Method::GET)
        .uri(url.as_str())
        .header(ACCEPT, "application/json")
        .body(Vec::new())?;
    let answer = http
        .send(request)
        .await
        .map_err(|source| DiscoveryError::Unreachable { what, source })?;
    if answer.status() != 200 {
        return Err(DiscoveryError::Status {
            what,
            status: answer.status().as_u16(),
        });
    }
    serde_json::from_slice(answer.body()).map_err(|source| DiscoveryError::Parse { what, source })
}

/// The document must be this issuer's; only the trailing slash may differ from what the operator wrote.
fn check_issuer(config: &ProviderConfig, metadata: &Metadata) -> Result<(), DiscoveryError> {
    let configured = config.issuer.as_str();
    let found = metadata.issuer().as_str();
    if configured.trim_end_matches('/') == found.trim_end_matches('/') {
        return Ok(());
    }
    Err(DiscoveryError::Issuer {
        configured: configured.to_owned(),
        found: found.to_owned(),
    })
}

/// What a browser or a secret is sent to must be as safe as the issuer: https where the issuer is https.
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
            && url.scheme() != "https"
            && !(url.scheme() == "http" && issuer_is_http)
        {
            return Err(DiscoveryError::Endpoint {
                endpoint,
                found: url.to_string(),
            });
        }
    }
    Ok(())
}

fn algorithms(metadata: &Metadata) -> Result<Vec<CoreJwsSigningAlgorithm>, DiscoveryError> {
    use CoreJwsSigningAlgorithm as Algorithm;
    let symmetric = [
        Algorithm::HmacSha256,
        Algorithm::HmacSha384,
        Algorithm::HmacSha512,
        Algorithm::None,
    ];
    let algorithms: Vec<_> = metadata
        .id_token_signing_alg_values_supported()
        .iter()
        .filter(|algorithm| !symmetric.contains(algorithm))
        .cloned()
        .collect();
    if algorithms.is_empty() {
        Err(DiscoveryError::Algorithms)
    } else {
        Ok(algorithms)
    }
}

/// How to authenticate: as configured, else as the provider offers.
///
/// The form comes before Basic where both are offered: authentik does not decode what Basic encodes.
fn auth_type(config: &ProviderConfig, metadata: &Metadata) -> AuthType {
    match config.client_auth {
        Some(ClientAuth::ClientSecretBasic) => return AuthType::BasicAuth,
        Some(ClientAuth::ClientSecretPost | ClientAuth::None) => return AuthType::RequestBody,
        None => {}
    }
    // Absent means Basic: OpenID Connect Discovery 3.
    match metadata.token_endpoint_auth_methods_supported() {
        Some(offered) if offered.contains(&CoreClientAuthMethod::ClientSecretPost) => AuthType::RequestBody,
        _ if config.client_secret.is_none() => AuthType::RequestBody,
        _ => AuthType::BasicAuth,
    }
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
