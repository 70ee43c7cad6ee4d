//! Says who the application is, in every request to a provider that must know: for tokens, to revoke them.
//!
//! [RFC 6749, 2.3](https://www.rfc-editor.org/rfc/rfc6749.html#section-2.3),
//! [OpenID Connect Core 9](https://openid.net/specs/openid-connect-core-1_0.html#ClientAuthentication).

use super::{Provider, assertion, discovery::Discovered};
use crate::server::{
    clock::Clock,
    config::{ClientAuth, ProviderConfig},
    http::HttpError,
    secret::Secret,
};
use axum::http::{
    HeaderValue, Method, Request,
    header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse};
use std::pin::Pin;
use url::{
    Url,
    form_urlencoded::{self, Serializer},
};

const FORM: &str = "application/x-www-form-urlencoded";
/// [RFC 7523, 2.2](https://www.rfc-editor.org/rfc/rfc7523.html#section-2.2).
const ASSERTION: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// What says who a client is, in a form.
const CREDENTIALS: [&str; 4] = [
    "client_id",
    "client_secret",
    "client_assertion",
    "client_assertion_type",
];

/// How to authenticate: as configured, else as the provider offers.
///
/// The form, `client_secret_post`, comes before Basic where it is offered, and for authentik whatever it offers: it does
/// not decode what Basic encodes. Where nothing is offered it is Basic
/// ([OpenID Connect Discovery 3](https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderMetadata)).
#[must_use]
pub fn choose(config: &ProviderConfig, offers_form: bool) -> ClientAuth {
    if let Some(configured) = config.client_auth {
        return configured;
    }
    match (&config.client_secret, &config.client_key) {
        (None, None) => ClientAuth::None,
        (None, Some(_)) => ClientAuth::PrivateKeyJwt,
        (Some(_), _) if config.id == "authentik" || offers_form => ClientAuth::ClientSecretPost,
        (Some(_), _) => ClientAuth::ClientSecretBasic,
    }
}

/// A request that posts these fields to `endpoint`, in nobody's name yet.
///
/// # Errors
/// When the endpoint can't be asked.
pub fn form(endpoint: &Url, fields: &[(&str, &str)]) -> Result<HttpRequest, HttpError> {
    let form = Serializer::new(String::new()).extend_pairs(fields).finish();
    Ok(Request::builder()
        .method(Method::POST)
        .uri(endpoint.as_str())
        .header(ACCEPT, "application/json")
        .header(CONTENT_TYPE, FORM)
        .body(form.into_bytes())?)
}

/// Who the application is, and how it says so.
#[derive(Clone, Copy, Debug)]
pub struct Identity<'a> {
    /// With the id, the secret and the key.
    pub config: &'a ProviderConfig,
    /// As [`choose`] said.
    pub method: ClientAuth,
    /// The provider's, as it names itself: for whom an assertion is.
    pub issuer: &'a str,
    /// From when an assertion is.
    pub clock: &'a Clock,
}

impl Identity<'_> {
    /// The request, with what says who we are in the one way that was chosen, and in no other.
    ///
    /// # Errors
    /// When there is nothing to authenticate with.
    pub fn authenticate(&self, mut request: HttpRequest) -> Result<HttpRequest, HttpError> {
        let client_id = &*self.config.client_id;
        let secret = || {
            let secret = self.config.client_secret.as_ref();
            secret.ok_or(HttpError::Unauthenticated("there is no secret"))
        };
        let mut form = Serializer::new(String::new());
        form.extend_pairs(form_urlencoded::parse(request.body()).filter(|(name, _)| !CREDENTIALS.contains(&&**name)));
        request.headers_mut().remove(AUTHORIZATION);

        match self.method {
            ClientAuth::ClientSecretBasic => {
                request
                    .headers_mut()
                    .insert(AUTHORIZATION, basic(client_id, secret()?)?);
            }
            ClientAuth::ClientSecretPost => {
                form.append_pair("client_id", client_id)
                    .append_pair("client_secret", secret()?.expose());
            }
            ClientAuth::PrivateKeyJwt => {
                form.append_pair("client_id", client_id)
                    .append_pair("client_assertion_type", ASSERTION)
                    .append_pair("client_assertion", self.assertion()?.expose());
            }
            ClientAuth::None => {
                form.append_pair("client_id", client_id);
            }
        }
        *request.body_mut() = form.finish().into_bytes();
        Ok(request)
    }

    fn assertion(&self) -> Result<Secret, HttpError> {
        let key = self.config.client_key.as_ref();
        let key = key.ok_or(HttpError::Unauthenticated("there is no key"))?;
        assertion::sign(key, &self.config.client_id, self.issuer, self.clock.unix())
            .ok_or(HttpError::Unauthenticated("the key does not sign"))
    }
}

/// Sends what the library puts together, in the name of the application. The library itself knows no secret: it can
/// neither send one in a way of its own, nor take a token that was signed with one.
#[derive(Clone, Copy, Debug)]
pub struct Authenticated<'a> {
    provider: &'a Provider,
    discovered: &'a Discovered,
}

impl<'a> Authenticated<'a> {
    /// For requests to `provider`, which said `discovered`.
    #[must_use]
    pub fn new(provider: &'a Provider, discovered: &'a Discovered) -> Self {
        Self { provider, discovered }
    }

    /// Posts these fields to `endpoint`, and gives out the answer whatever its status.
    ///
    /// # Errors
    /// When there is no answer, or nothing to authenticate with.
    pub async fn post(&self, endpoint: &Url, fields: &[(&str, &str)]) -> Result<HttpResponse, HttpError> {
        let request = self.identity().authenticate(form(endpoint, fields)?)?;
        self.provider.http().send(request).await
    }

    fn identity(&self) -> Identity<'a> {
        Identity {
            config: &self.provider.config,
            method: self.discovered.client_auth,
            issuer: self.discovered.metadata.issuer().as_str(),
            clock: self.provider.clock(),
        }
    }
}

impl<'c> AsyncHttpClient<'c> for Authenticated<'_> {
    type Error = HttpError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, HttpError>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(async move {
            let request = self.identity().authenticate(request)?;
            self.provider.http().call(request).await
        })
    }
}

/// Id and secret are each encoded as in a form before they are joined
/// ([RFC 6749, 2.3.1](https://www.rfc-editor.org/rfc/rfc6749.html#section-2.3.1)): only the colon between them is one.
fn basic(client_id: &str, secret: &Secret) -> Result<HeaderValue, HttpError> {
    let encode = |value: &str| form_urlencoded::byte_serialize(value.as_bytes()).collect::<String>();
    let pair = format!("{}:{}", encode(client_id), encode(secret.expose()));
    let mut header = HeaderValue::try_from(format!("Basic {}", STANDARD.encode(pair)))
        .map_err(|_| HttpError::Unauthenticated("the secret is not to be sent in a header"))?;
    header.set_sensitive(true);
    Ok(header)
}
