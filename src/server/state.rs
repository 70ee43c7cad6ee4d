//! What the running application has: put together once, at the start.

use crate::{
    server::{
        auth::refresh::Flights,
        clock::Clock,
        config::Config,
        cookie::Cookies,
        headers::Policy,
        http::HttpClient,
        provider::{
            Providers,
            dev::{DevIdp, DevIdpError},
        },
        rate_limit::Allowances,
        seal::{SealError, Sealer},
        sealing_secrets,
        session::{
            self, Sessions,
            database::DatabaseSessions,
            live::{
                Live,
                wire::{self, Wire},
            },
            redis::RedisSessions,
            registry::Registry,
            sealed::{ReplacingStore, SealedStore},
        },
        stopping::Stopping,
        store::{OneTime, OneTimeStore, StoreError, database::Database, redis, redis::RedisOneTime, sql::SqlOneTime},
    },
    shared::site::Site,
};
use axum::extract::FromRef;
use leptos::config::LeptosOptions;
use std::{
    io,
    sync::{Arc, atomic::AtomicBool},
};

/// The application; cheap to clone.
#[derive(Clone)]
pub struct AppState(Arc<Parts>);

struct Parts {
    config: Config,
    clock: Clock,
    cookies: Cookies,
    policy: Policy,
    site: Site,
    providers: Providers,
    dev_idp: Option<DevIdp>,
    database: Database,
    database_sessions: DatabaseSessions,
    one_time: OneTime,
    sessions: Sessions,
    flights: Flights,
    allowances: Allowances,
    stopping: Stopping,
    was_ready: AtomicBool,
}

/// Why the application can't start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A store can't be opened.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Nothing can be sealed.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// No HTTP client.
    #[error("TLS can't be set up: {0}")]
    Http(#[from] reqwest::Error),
    /// No embedded provider.
    #[error("the embedded development provider can't start: {0}")]
    DevIdp(#[from] DevIdpError),
    /// No secret of our own could be made or kept.
    #[error("the secret beside the database ({path}) can't be read or written: {source}; set AUTH_SECRET instead")]
    Secret {
        /// Where it is kept.
        path: String,
        /// Why.
        #[source]
        source: io::Error,
    },
}

impl AppState {
    /// Opens the stores and puts the application together. Providers are not asked for anything yet.
    ///
    /// # Errors
    /// The first part that can't be had.
    pub async fn build(config: Config, clock: Clock) -> Result<Self, StartError> {
        Self::build_with(config, clock, HttpClient::new()?).await
    }

    /// The same, with this client for the providers.
    ///
    /// # Errors
    /// The first part that can't be had.
    pub async fn build_with(mut config: Config, clock: Clock, http: HttpClient) -> Result<Self, StartError> {
        let sealer = Sealer::new(&sealing_secrets::of(&config)?)?;
        let dev_idp = if config.dev_idp {
            Some(DevIdp::declare(&mut config, &clock)?)
        } else {
            None
        };

        let database = Database::open(&config.database).await?;
        let database_sessions = DatabaseSessions::open(database.clone())
            .await
            .map_err(StoreError::from)?;
        let redis = match &config.redis_url {
            Some(url) => Some(redis::connect(url).await?),
            None => None,
        };
        let live = Live::new(Wire::of(redis.as_ref(), &database));
        let (one_time, sessions): (Arc<dyn OneTimeStore>, Arc<dyn ReplacingStore>) = match redis {
            Some(pool) => (
                Arc::new(RedisOneTime::new(pool.clone())),
                Arc::new(RedisSessions::new(pool)),
            ),
            None => (
                Arc::new(SqlOneTime::new(database.clone())),
                Arc::new(database_sessions.clone()),
            ),
        };

        let providers = Providers::new(config.providers.clone(), &config.public_url, &http, &clock);
        let site = Site {
            providers: providers.iter().map(|provider| provider.entry()).collect(),
            dev_idp: config.dev_idp,
            contact: config.contact.clone(),
        };
        let one_time = OneTime::new(one_time, sealer.clone(), clock.clone());
        let sealed = SealedStore::new(sessions, sealer);
        let registry = Registry::new(database.clone());
        let sessions = Sessions::new(sealed, registry, clock.clone(), config.session).with_live(live);
        wire::follow(&sessions);
        Ok(Self(Arc::new(Parts {
            cookies: Cookies::new(config.public_url.is_https()),
            policy: policy(&config),
            allowances: Allowances::new(&config, &clock),
            stopping: Stopping::default(),
            was_ready: AtomicBool::new(true),
            one_time,
            sessions,
            flights: Flights::default(),
            site,
            providers,
            dev_idp,
            database,
            database_sessions,
            clock,
            config,
        })))
    }

    /// The configuration.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.0.config
    }

    /// The clock.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    /// The cookies' names and attributes.
    #[must_use]
    pub fn cookies(&self) -> Cookies {
        self.0.cookies
    }

    /// The content security policy.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.0.policy
    }

    /// What every page may know about the site.
    #[must_use]
    pub fn site(&self) -> &Site {
        &self.0.site
    }

    /// The providers.
    #[must_use]
    pub fn providers(&self) -> &Providers {
        &self.0.providers
    }

    /// The embedded development provider, if it is on.
    #[must_use]
    pub fn dev_idp(&self) -> Option<&DevIdp> {
        self.0.dev_idp.as_ref()
    }

    /// The database.
    #[must_use]
    pub fn database(&self) -> &Database {
        &self.0.database
    }

    /// Attempts and exchanges.
    #[must_use]
    pub fn one_time(&self) -> &OneTime {
        &self.0.one_time
    }

    /// The sessions.
    #[must_use]
    pub fn sessions(&self) -> &Sessions {
        &self.0.sessions
    }

    /// The renewals of tokens that are under way here.
    #[must_use]
    pub fn flights(&self) -> &Flights {
        &self.0.flights
    }

    /// How often each client may still ask.
    #[must_use]
    pub fn allowances(&self) -> &Allowances {
        &self.0.allowances
    }

    /// Whether the server has been asked to stop.
    #[must_use]
    pub fn stopping(&self) -> &Stopping {
        &self.0.stopping
    }

    /// What `/readyz` answered last.
    #[must_use]
    pub fn was_ready(&self) -> &AtomicBool {
        &self.0.was_ready
    }

    /// Removes what has expired.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn sweep(&self) -> Result<(), StoreError> {
        self.0.allowances.sweep();
        self.0.one_time.sweep().await?;
        let now = self.0.clock.now();
        // Those that have just expired stay for their browsers to be told.
        self.0.sessions.registry().sweep(now - session::FAREWELL).await?;
        self.0.database_sessions.sweep(now).await
    }
}

impl FromRef<AppState> for LeptosOptions {
    fn from_ref(state: &AppState) -> Self {
        state.config().leptos.clone()
    }
}

/// Where a form may end: at the providers.
fn policy(config: &Config) -> Policy {
    let issuers = config
        .providers
        .iter()
        .map(|provider| provider.issuer.origin().ascii_serialization());
    let origins = issuers.chain([config.public_url.origin().to_owned()]).collect();
    let live_reload = std::env::var_os("LEPTOS_WATCH")
        .map(|_| config.leptos.reload_external_port.unwrap_or(config.leptos.reload_port));
    Policy::new(origins, live_reload)
}
