//! What the operator decides: built-in default < `Leptos.toml` < environment, all mistakes at once.

mod bounded;
mod environment;
mod file;
mod leptos;
mod load;
mod log;
mod mistakes;
mod named;
mod names;
mod nearest;
mod providers;
mod public_url;
mod reader;
mod roles;
mod secrets;
mod session;
mod stores;
mod text;

pub use mistakes::{Mistake, Mistakes, Refusal};
pub use named::UnknownProvider;
pub use names::variable;
pub use public_url::is_loopback;

use crate::server::secret::Secret;
use ::leptos::config::LeptosOptions;
use std::{collections::BTreeMap, path::PathBuf, time::Duration};
use url::Url;

/// The whole configuration, in domain types.
#[derive(Clone, Debug)]
pub struct Config {
    /// `AUTH_URL`: the public origin.
    pub public_url: PublicUrl,
    /// `AUTH_SECRET`: the first seals, all open. Empty: make one and keep it beside the database.
    pub secrets: Vec<Secret>,
    /// `AUTH_<P>_*`, in the order of their ids.
    pub providers: Vec<ProviderConfig>,
    /// `AUTH_DEV_IDP`.
    pub dev_idp: bool,
    /// `DATABASE_URL`: the file of the `SQLite` database; `None` for one in memory.
    pub database: Option<PathBuf>,
    /// `REDIS_URL`.
    pub redis_url: Option<RedisUrl>,
    /// `[auth.session]`.
    pub session: SessionConfig,
    /// `[auth.roles]`.
    pub roles: RolesConfig,
    /// `[package.metadata.leptos]` and `LEPTOS_*`.
    pub leptos: LeptosOptions,
    /// `RUST_LOG`.
    pub log_filter: String,
    /// `LOG_FORMAT`.
    pub log_format: LogFormat,
}

/// The public origin: scheme, host and port; `https`, or `http` on loopback.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl(Url);

/// One provider, as the operator declared it.
#[derive(Clone, Debug)]
pub struct ProviderConfig {
    /// Lower case, as in its URLs.
    pub id: String,
    /// The label of its button.
    pub name: String,
    /// With or without the trailing slash; what discovery returns decides.
    pub issuer: Url,
    /// `client_id`.
    pub client_id: String,
    /// `client_secret`; `None` for a public client.
    pub client_secret: Option<Secret>,
    /// `None`: the default scopes, plus `offline_access` where the provider offers it.
    pub scopes: Option<Vec<String>>,
    /// `None`: from discovery.
    pub client_auth: Option<ClientAuth>,
}

/// How the client authenticates at the token endpoint
/// ([OpenID Connect Core 9](https://openid.net/specs/openid-connect-core-1_0.html#ClientAuthentication)).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientAuth {
    /// HTTP Basic, percent-encoded.
    ClientSecretBasic,
    /// In the form.
    ClientSecretPost,
    /// Not at all: a public client, PKCE only.
    None,
}

/// `REDIS_URL`; its password does not print.
#[derive(Clone)]
pub struct RedisUrl(String);

/// How long a session lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionConfig {
    /// Ends this long after the last use.
    pub idle: Duration,
    /// Ends this long after sign-in, whatever happens.
    pub max_age: Duration,
    /// Use is noted at most this often.
    pub update_age: Duration,
}

/// Which groups grant which role.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RolesConfig {
    /// Role → groups that grant it.
    pub grants: BTreeMap<String, Vec<String>>,
    /// Roles that everybody has.
    pub default: Vec<String>,
}

/// The shape of log lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}
