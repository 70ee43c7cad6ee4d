//! Declares the embedded provider as one more: the application talks to it as to any other.

use super::{DevClient, DevIdp, DevIdpError, SCOPES};
use crate::{
    server::{
        clock::Clock,
        config::{AdmissionConfig, ClientAuth, Config, ProviderConfig},
        provider::{backchannel_logout_uri, redirect_uri},
        secret::Secret,
    },
    shared::paths,
};

/// Its id among the providers.
pub(super) const ID: &str = "dev";
const CLIENT_ID: &str = "vestibule";

impl DevIdp {
    /// Starts the provider for this site, and adds it to the providers of `config`, asked for all that it has.
    ///
    /// # Errors
    /// When the site is not on loopback, or no secret or key can be made.
    pub fn declare(config: &mut Config, clock: &Clock) -> Result<Self, DevIdpError> {
        let secret = Secret::random()?;
        let client = DevClient {
            id: CLIENT_ID.to_owned(),
            secret: secret.clone(),
            redirect_uri: redirect_uri(&config.public_url, ID),
            post_logout_redirect_uri: config.public_url.join(paths::SIGNED_OUT),
            backchannel_logout_uri: backchannel_logout_uri(&config.public_url, ID),
        };
        let dev_idp = Self::new(&config.public_url.join("/"), client, clock.clone())?;
        config.providers.push(ProviderConfig {
            id: ID.to_owned(),
            name: "Development provider".to_owned(),
            issuer: dev_idp.issuer(),
            internal_url: None,
            client_id: CLIENT_ID.to_owned(),
            client_secret: Some(secret),
            client_key: None,
            scopes: Some(SCOPES.map(str::to_owned).to_vec()),
            client_auth: Some(ClientAuth::ClientSecretPost),
            admission: AdmissionConfig::default(),
            audience: None,
        });
        Ok(dev_idp)
    }
}
