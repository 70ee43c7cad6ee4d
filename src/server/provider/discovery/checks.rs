//! What a discovery document must hold: this issuer, endpoints as safe as it is, and a way to verify a signature.

use super::DiscoveryError;
use crate::server::{
    config::{ProviderConfig, plain},
    provider::client::Metadata,
};
use openidconnect::core::CoreJwsSigningAlgorithm;
use url::Url;

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
