//! The configured providers: who they are, and what discovery says of them.

mod assertion;
pub mod cache;
pub mod client;
pub mod client_auth;
pub mod client_key;
pub mod dev;
pub mod discovery;
pub mod fetch;
pub mod freshness;
pub mod keys;
pub mod revocation;

use crate::server::{
    clock::Clock,
    config::{ProviderConfig, PublicUrl},
    http::{HttpClient, Route},
};
use crate::shared::{paths, site::ProviderEntry};
use cache::{Cache, Demanded, Fetched, Outcome, Sake};
use client_auth::Authenticated;
use discovery::{Discovered, DiscoveryError, Document};
use keys::Keys;
use std::sync::{Arc, Mutex, PoisonError};
use url::Url;

/// All providers, in the order of their buttons.
#[derive(Clone, Debug)]
pub struct Providers(Arc<[Provider]>);

impl Providers {
    /// The providers of `configs`, whose answers come back to `public_url`.
    #[must_use]
    pub fn new(configs: Vec<ProviderConfig>, public_url: &PublicUrl, http: &HttpClient, clock: &Clock) -> Self {
        let provider = |config: ProviderConfig| {
            if let Some(key) = &config.client_key {
                // The provider must know it, and its operator finds it nowhere else.
                tracing::info!(provider = %config.id, jwk = %key.public_jwk(), "the public half of its key");
            }
            Provider {
                redirect_uri: redirect_uri(public_url, &config.id),
                http: routed(http, &config),
                config: Arc::new(config),
                clock: clock.clone(),
                document: Cache::new(clock.clone()),
                keys: Cache::new(clock.clone()),
                assembled: Mutex::default(),
            }
        };
        Self(configs.into_iter().map(provider).collect())
    }

    /// The provider of that id.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<&Provider> {
        self.0.iter().find(|provider| provider.config.id == id)
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Provider> {
        self.0.iter()
    }
}

/// The client for calls from here to the provider: by its internal URL where it has one.
#[must_use]
pub fn routed(http: &HttpClient, config: &ProviderConfig) -> HttpClient {
    let internal = config.internal_url.as_ref();
    http.with_route(internal.and_then(|internal| Route::new(&config.issuer, internal)))
}

/// The redirect URI of the provider `id`: one each, so that no provider's answer passes for another's
/// ([RFC 9700, 4.4](https://www.rfc-editor.org/rfc/rfc9700.html#section-4.4)).
#[must_use]
pub fn redirect_uri(public_url: &PublicUrl, id: &str) -> Url {
    public_url.join(&format!("{}/{id}", paths::API_CALLBACK))
}

/// Where the provider `id` tells of sessions that are over.
#[must_use]
pub fn backchannel_logout_uri(public_url: &PublicUrl, id: &str) -> Url {
    public_url.join(&format!("{}/{id}", paths::API_BACKCHANNEL_LOGOUT))
}

/// One provider. It is asked for nothing before somebody wants to sign in there, so that one that is down hurts only
/// itself.
#[derive(Debug)]
pub struct Provider {
    /// As the operator declared it.
    pub config: Arc<ProviderConfig>,
    redirect_uri: Url,
    http: HttpClient,
    clock: Clock,
    document: Cache<Document>,
    keys: Cache<Keys>,
    /// The client of a document and keys, for as long as both are the same.
    assembled: Mutex<Option<Assembled>>,
}

type Assembled = (Arc<Document>, Arc<Keys>, Arc<Discovered>);

impl Provider {
    /// What the provider says, as old as it allows and at most an hour. When it does not answer, what it said before.
    ///
    /// # Errors
    /// When it never answered, or not as this provider.
    pub async fn discover(&self) -> Outcome<Discovered> {
        let document = self.document().await?;
        let url = document.metadata.jwks_uri();
        let keys = self
            .keys
            .get(|keys| keys.url == *url, || self.ask_keys(&document))
            .await?;
        Ok(self.assemble(document, keys))
    }

    /// The same, for a signature that no known key made: with keys that are fetched at once, for a provider may sign with
    /// a new one right after we asked. But then not more than five times a minute, for the token may be a stranger's.
    ///
    /// # Errors
    /// As [`Provider::discover`].
    pub async fn rediscover(&self, sake: Sake) -> Result<Demanded<Arc<Discovered>>, Arc<DiscoveryError>> {
        let document = self.document().await?;
        let keys = self.keys.demand(sake, || self.ask_keys(&document)).await?;
        Ok(Demanded {
            value: self.assemble(document, keys.value),
            is_news: keys.is_news,
        })
    }

    /// The same, for an algorithm that was not announced: with the document fetched at once, too.
    ///
    /// # Errors
    /// As [`Provider::discover`].
    pub async fn rediscover_all(&self, sake: Sake) -> Result<Demanded<Arc<Discovered>>, Arc<DiscoveryError>> {
        let document = self.document.demand(sake, || self.ask_document()).await?;
        let keys = self.keys.demand(sake, || self.ask_keys(&document.value)).await?;
        Ok(Demanded {
            value: self.assemble(document.value, keys.value),
            is_news: document.is_news && keys.is_news,
        })
    }

    async fn document(&self) -> Outcome<Document> {
        self.document.get(|_| true, || self.ask_document()).await
    }

    fn ask_document(&self) -> impl Future<Output = Result<Fetched<Document>, DiscoveryError>> + Send + use<> {
        let (config, http) = (self.config.clone(), self.http.clone());
        async move { logged(&config, discovery::ask(&config, &http).await) }
    }

    fn ask_keys(
        &self,
        document: &Document,
    ) -> impl Future<Output = Result<Fetched<Keys>, DiscoveryError>> + Send + use<> {
        let (config, http) = (self.config.clone(), self.http.clone());
        let url = document.metadata.jwks_uri().clone();
        async move { logged(&config, keys::ask(url, &http).await) }
    }

    fn assemble(&self, document: Arc<Document>, keys: Arc<Keys>) -> Arc<Discovered> {
        let mut assembled = self.assembled.lock().unwrap_or_else(PoisonError::into_inner);
        match &*assembled {
            Some((of, with, discovered)) if Arc::ptr_eq(of, &document) && Arc::ptr_eq(with, &keys) => {
                discovered.clone()
            }
            _ => {
                let discovered = discovery::assemble(&self.config, &self.redirect_uri, &document, &keys);
                let discovered = Arc::new(discovered);
                *assembled = Some((document, keys, discovered.clone()));
                discovered
            }
        }
    }

    /// The client for calls in the application's name.
    #[must_use]
    pub fn authenticated<'a>(&'a self, discovered: &'a Discovered) -> Authenticated<'a> {
        Authenticated::new(self, discovered)
    }

    /// The clock.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// The client for calls in nobody's name, or in a person's. It knows the internal route.
    #[must_use]
    pub fn http(&self) -> &HttpClient {
        &self.http
    }

    /// As the pages show it.
    #[must_use]
    pub fn entry(&self) -> ProviderEntry {
        ProviderEntry {
            id: self.config.id.clone(),
            name: self.config.name.clone(),
            callback_url: self.redirect_uri.to_string(),
        }
    }
}

/// Says in the log why it failed: once for all who wait for it.
fn logged<T>(config: &ProviderConfig, result: Result<T, DiscoveryError>) -> Result<T, DiscoveryError> {
    if let Err(error) = &result {
        tracing::warn!(provider = %config.id, %error, "discovery failed");
    }
    result
}
