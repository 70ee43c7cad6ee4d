//! The embedded development provider: a correct provider of sign-ins in authentik's URL layout, for one client, on
//! loopback only.
//!
//! The application talks to it over HTTP as to any other. It keeps all in memory: its key and its sessions end with the process.

pub(crate) mod authorize;
pub(crate) mod backchannel;
mod claims;
mod client;
mod declaration;
mod discovery;
pub(crate) mod end_session;
pub(crate) mod fields;
mod grants;
mod key;
mod pages;
mod people;
mod refused;
mod revoke;
mod token;
mod userinfo;

use crate::server::{clock::Clock, config::is_loopback, secret::Secret, state::AppState};
use axum::{
    Extension, Router,
    extract::DefaultBodyLimit,
    routing::{get, post},
};
use claims::DevIdTokenClaims;
use grants::Grants;
use key::SigningKey;
use openidconnect::{ClientId, IssuerUrl};
use people::Person;
use sha2::{Digest, Sha256};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use url::Url;

const AUTHORIZE: &str = "/dev/application/o/authorize/";
const TOKEN: &str = "/dev/application/o/token/";
const USERINFO: &str = "/dev/application/o/userinfo/";
const REVOKE: &str = "/dev/application/o/revoke/";
const ISSUER: &str = "/dev/application/o/vestibule/";
const DISCOVERY: &str = "/dev/application/o/vestibule/.well-known/openid-configuration";
const JWKS: &str = "/dev/application/o/vestibule/jwks/";
const END_SESSION: &str = "/dev/application/o/vestibule/end-session/";

/// What it knows how to give; other scopes are silently left out, as in authentik.
const SCOPES: [&str; 5] = ["openid", "profile", "email", "offline_access", "organization"];

/// The embedded development provider.
#[derive(Clone)]
pub struct DevIdp(Arc<Inner>);

/// Its only client: this application.
#[derive(Debug)]
pub struct DevClient {
    /// `client_id`.
    pub id: String,
    /// `client_secret`.
    pub secret: Secret,
    /// The only redirect URI, compared as a string.
    pub redirect_uri: Url,
    /// The only address to return to after sign-out, compared as a string.
    pub post_logout_redirect_uri: Url,
    /// Where it is told of sessions that are over.
    pub backchannel_logout_uri: Url,
}

/// Why the provider can't be started.
#[derive(Debug, thiserror::Error)]
pub enum DevIdpError {
    /// Everybody may sign in as an administrator here, so nobody else may reach it.
    #[error("the embedded development provider exists on loopback only, not at {0}")]
    NotLoopback(String),
    /// The origin can't carry its paths.
    #[error("the address of the embedded development provider is not a web address")]
    Address(#[from] url::ParseError),
    /// No randomness for the secret of its client.
    #[error("no random bytes")]
    Random(#[from] getrandom::Error),
    /// No signing key.
    #[error("the signing key of the embedded development provider could not be made")]
    Key(#[from] key::KeyError),
}

struct Inner {
    issuer: Url,
    client: DevClient,
    clock: Clock,
    key: SigningKey,
    people: Vec<Arc<Person>>,
    grants: Mutex<Grants>,
}

impl DevIdp {
    /// Makes the provider, with a new RS256 key. `origin` is the public origin of the application.
    ///
    /// # Errors
    /// When `origin` is not loopback, or no key can be made.
    pub fn new(origin: &Url, client: DevClient, clock: Clock) -> Result<Self, DevIdpError> {
        if !is_loopback(origin) {
            return Err(DevIdpError::NotLoopback(origin.origin().ascii_serialization()));
        }
        Ok(Self(Arc::new(Inner {
            issuer: origin.join(ISSUER)?,
            client,
            clock,
            key: SigningKey::make()?,
            people: people::all().into_iter().map(Arc::new).collect(),
            grants: Mutex::default(),
        })))
    }

    /// The issuer identifier, with its trailing slash.
    #[must_use]
    pub fn issuer(&self) -> Url {
        self.0.issuer.clone()
    }

    fn now(&self) -> i64 {
        self.0.clock.unix()
    }

    /// The state. A poisoned lock is taken all the same: every change to it is complete in one call.
    fn grants(&self) -> MutexGuard<'_, Grants> {
        self.0.grants.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The claims of an ID token that was signed here.
    fn id_token_claims(&self, token: &str) -> Option<DevIdTokenClaims> {
        self.claims(token)
            .filter(|claims| claims.additional_claims().jti.is_none())
    }

    /// The `jti` of an access token that was signed here.
    fn access_token_id(&self, token: &str) -> Option<String> {
        self.claims(token)?.additional_claims().jti.clone()
    }

    fn claims(&self, token: &str) -> Option<DevIdTokenClaims> {
        let client = ClientId::new(self.0.client.id.clone());
        self.0.key.recognise(token, IssuerUrl::from_url(self.issuer()), client)
    }

    fn person(&self, id: &str) -> Option<Arc<Person>> {
        self.0.people.iter().find(|person| person.id == id).cloned()
    }
}

/// All routes, full paths under `/dev/`.
pub fn router(idp: DevIdp) -> Router<AppState> {
    Router::new()
        .route(AUTHORIZE, get(pages::authorize).post(pages::authorize))
        .route(END_SESSION, get(pages::end_session).post(pages::end_session))
        .merge(endpoints(idp.clone()))
        .layer(Extension(idp))
}

/// What programs ask, not people: everything that shows no page.
pub(crate) fn endpoints<S: Clone + Send + Sync + 'static>(idp: DevIdp) -> Router<S> {
    Router::new()
        .route(TOKEN, post(token::issue))
        .route(USERINFO, get(userinfo::tell).post(userinfo::tell))
        .route(REVOKE, post(revoke::revoke))
        .route(DISCOVERY, get(discovery::document))
        .route(JWKS, get(discovery::keys))
        .layer(DefaultBodyLimit::max(fields::MAX_TOTAL))
        .layer(Extension(idp))
}

/// SHA-256 in hex: the shape of authentik's `sub` and `sid`.
fn hex_digest(value: &str) -> String {
    Sha256::digest(value).iter().map(|byte| format!("{byte:02x}")).collect()
}
