//! What the operator decides: built-in default < `Leptos.toml` < environment, all mistakes at once.

mod admission;
mod bounded;
mod claim_path;
mod claims;
mod client_auth;
mod clock_leeway;
mod contact;
mod domain;
mod environment;
mod file;
mod internal_url;
mod leptos;
mod load;
mod log;
mod mistakes;
mod named;
mod names;
mod nearest;
mod network;
mod providers;
mod public_url;
mod reader;
mod roles;
mod secrets;
mod session;
mod stores;
mod text;

pub use admission::{AdmissionConfig, EmailVerified};
pub use claim_path::ClaimPath;
pub use claims::ClaimsConfig;
pub use domain::normalize as normalize_domain;
pub(crate) use mistakes::plain;
pub use mistakes::{Mistake, Mistakes, Refusal};
pub use named::UnknownProvider;
pub use names::variable;
pub use public_url::is_loopback;

use crate::{
    server::{provider::client_key::ClientKey, secret::Secret},
    shared::site::Contact,
};
use ::leptos::config::LeptosOptions;
use ipnet::IpNet;
use std::{collections::BTreeMap, num::NonZeroU32, path::PathBuf, time::Duration};
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
    /// `AUTH_TRUSTED_PROXIES`: whose word on their clients is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// `AUTH_RATE_LIMIT`.
    pub rate_limit: RateLimit,
    /// `DATABASE_URL`.
    pub database: DatabaseUrl,
    /// `REDIS_URL`.
    pub redis_url: Option<RedisUrl>,
    /// `[auth.session]`.
    pub session: SessionConfig,
    /// `[auth.roles]`.
    pub roles: RolesConfig,
    /// `[auth.claims]`.
    pub claims: ClaimsConfig,
    /// `AUTH_CLOCK_LEEWAY`: how far a provider's clock may be from ours.
    pub clock_leeway: Duration,
    /// `AUTH_CONTACT`: whom somebody asks who is not let in.
    pub contact: Option<Contact>,
    /// `[package.metadata.leptos]` and `LEPTOS_*`.
    pub leptos: LeptosOptions,
    /// `RUST_LOG`.
    pub log_filter: String,
    /// `LOG_FORMAT`.
    pub log_format: LogFormat,
}

/// What a configuration is read for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To serve the site, or to examine whether it can be served: nothing may be missing.
    Serve,
    /// To describe it to a provider, which comes first: there may be neither a secret nor a provider yet.
    Describe,
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
    /// The origin for calls from server to server; `None`: the issuer's own.
    pub internal_url: Option<Url>,
    /// `client_id`.
    pub client_id: String,
    /// `client_secret`; `None` for a public client.
    pub client_secret: Option<Secret>,
    /// The private key of `private_key_jwt`.
    pub client_key: Option<ClientKey>,
    /// `None`: the default scopes, plus `offline_access` where the provider offers it.
    pub scopes: Option<Vec<String>>,
    /// `None`: from discovery.
    pub client_auth: Option<ClientAuth>,
    /// Whom its word admits.
    pub admission: AdmissionConfig,
    /// The `aud` that an access token must have; `None`: the client id.
    pub audience: Option<String>,
}

/// How the client authenticates at the token endpoint
/// ([OpenID Connect Core 9](https://openid.net/specs/openid-connect-core-1_0.html#ClientAuthentication)).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientAuth {
    /// HTTP Basic, percent-encoded.
    ClientSecretBasic,
    /// In the form.
    ClientSecretPost,
    /// By an assertion that its private key signs.
    PrivateKeyJwt,
    /// Not at all: a public client, PKCE only.
    None,
}

/// How often one client may ask one route of the sign-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RateLimit {
    /// Nobody has asked for one: [`BUILT_IN`](crate::server::rate_limit::BUILT_IN), for those who can be told apart.
    BuiltIn,
    /// None.
    Off,
    /// So many a minute, for everybody.
    PerMinute(NonZeroU32),
}

/// `DATABASE_URL`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// `sqlite:` and the path of a file.
    File(PathBuf),
    /// `sqlite::memory:`: it ends with the process.
    Memory,
    /// `postgres://`.
    Postgres(PostgresUrl),
}

/// The URL of a `PostgreSQL` server; its password does not print.
#[derive(Clone, PartialEq, Eq)]
pub struct PostgresUrl(String);

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
