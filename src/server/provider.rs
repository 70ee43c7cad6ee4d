//! The configured providers: who they are, and what discovery says of them.

pub mod client;
pub mod dev;
pub mod discovery;
pub mod revocation;

use crate::server::{
    clock::Clock,
    config::{ProviderConfig, PublicUrl},
    http::HttpClient,
};
use crate::shared::{paths, site::ProviderEntry};
use discovery::{Discovered, DiscoveryError};
use std::sync::Arc;
use time::{Duration, OffsetDateTime};
use tokio::sync::Mutex;
use url::Url;

/// How long discovery and keys are believed.
const FRESH: Duration = Duration::hours(1);
/// How long a failure stands for all who ask: those who waited for it share it.
const FAILED: Duration = Duration::seconds(2);
/// How soon an unknown key may make us ask again.
const RETRY: Duration = Duration::seconds(10);

/// All providers, in the order of their buttons.
#[derive(Clone, Debug)]
pub struct Providers(Arc<[Provider]>);

impl Providers {
    /// The providers of `configs`, whose answers come back to `public_url`.
    #[must_use]
    pub fn new(configs: Vec<ProviderConfig>, public_url: &PublicUrl, http: &HttpClient, clock: &Clock) -> Self {
        let provider = |config: ProviderConfig| Provider {
            redirect_uri: redirect_uri(public_url, &config.id),
            config,
            http: http.clone(),
            clock: clock.clone(),
            memory: Mutex::default(),
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

/// The redirect URI of the provider `id`: one each, so that no provider's answer passes for another's
/// ([RFC 9700, 4.4](https://www.rfc-editor.org/rfc/rfc9700.html#section-4.4)).
#[must_use]
pub fn redirect_uri(public_url: &PublicUrl, id: &str) -> Url {
    public_url.join(&format!("{}/{id}", paths::API_CALLBACK))
}

/// One provider. It is asked for nothing before somebody wants to sign in there, so that one that is down hurts only
/// itself.
#[derive(Debug)]
pub struct Provider {
    /// As the operator declared it.
    pub config: ProviderConfig,
    redirect_uri: Url,
    http: HttpClient,
    clock: Clock,
    /// Held while asking, so that many who sign in at once ask once, and share what comes of it.
    memory: Mutex<Memory>,
}

/// What is remembered of asking.
#[derive(Debug, Default)]
struct Memory {
    /// The last answer, and when it came.
    answer: Option<(Arc<Discovered>, OffsetDateTime)>,
    /// The last failure, and when it came, until the next answer.
    failure: Option<(Arc<DiscoveryError>, OffsetDateTime)>,
    /// When a key that was not known last made us ask.
    asked_again_at: Option<OffsetDateTime>,
}

impl Provider {
    /// What discovery says, at most an hour old. When the provider does not answer, what it said before.
    ///
    /// # Errors
    /// When it never answered, or not as this provider.
    pub async fn discover(&self) -> Result<Arc<Discovered>, Arc<DiscoveryError>> {
        let mut memory = self.memory.lock().await;
        match &memory.answer {
            Some((discovered, at)) if self.clock.now() < *at + FRESH => Ok(discovered.clone()),
            _ => self.ask(&mut memory).await,
        }
    }

    /// The same, for a token whose key is not known: asks again at once, for a provider may sign with a new key right
    /// after we asked, but then not more than once in ten seconds, for the token may be a stranger's.
    ///
    /// # Errors
    /// As [`Provider::discover`].
    pub async fn rediscover(&self) -> Result<Arc<Discovered>, Arc<DiscoveryError>> {
        let mut memory = self.memory.lock().await;
        let now = self.clock.now();
        match (&memory.answer, memory.asked_again_at) {
            (Some((discovered, _)), Some(at)) if now < at + RETRY => Ok(discovered.clone()),
            _ => {
                memory.asked_again_at = Some(now);
                self.ask(&mut memory).await
            }
        }
    }

    async fn ask(&self, memory: &mut Memory) -> Result<Arc<Discovered>, Arc<DiscoveryError>> {
        let recent = memory.failure.take().filter(|(_, at)| self.clock.now() < *at + FAILED);
        let failure = match recent {
            Some(failure) => failure,
            None => match discovery::ask(&self.config, &self.redirect_uri, &self.http).await {
                Ok(discovered) => {
                    let discovered = Arc::new(discovered);
                    memory.answer = Some((discovered.clone(), self.clock.now()));
                    return Ok(discovered);
                }
                Err(error) => {
                    tracing::warn!(provider = %self.config.id, %error, "discovery failed");
                    (Arc::new(error), self.clock.now())
                }
            },
        };
        let (error, _) = memory.failure.insert(failure);
        match &memory.answer {
            Some((discovered, _)) => Ok(discovered.clone()),
            None => Err(error.clone()),
        }
    }

    /// The client for its calls.
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
