//! Calls to providers: no redirects, bounded in time and size, by the internal route where one is configured.

mod route;

pub use route::Route;

use crate::server::config::is_loopback;
use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse};
use reqwest::tls::TlsInfo;
use std::{pin::Pin, time::Duration};

/// The longest answer of a provider, in bytes. Discovery and keys take a few kB, userinfo of 500 groups 50 kB.
const MAX_ANSWER: usize = 1024 * 1024;
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const TOTAL_TIMEOUT: Duration = Duration::from_secs(10);

/// Why a provider gave no answer.
#[derive(Debug, thiserror::Error)]
pub enum HttpError {
    /// Not reached, too slow, or cut off. The URL is not in the message: it could carry a secret.
    #[error("no answer: {}", cause(.0))]
    Transport(#[source] reqwest::Error),
    /// The provider says that it can't answer.
    #[error("the provider answered with status {0}")]
    Status(u16),
    /// Longer than a provider's answer may be.
    #[error("the answer is longer than {MAX_ANSWER} bytes")]
    TooLong,
    /// Not to be put together from what was received.
    #[error("the answer is not HTTP as we know it: {0}")]
    Malformed(#[from] axum::http::Error),
    /// Not sent, because the client could not say who it is.
    #[error("the request can't be authenticated: {0}")]
    Unauthenticated(&'static str),
}

/// The client for every provider. It follows no redirect: a provider that redirects a token request is not to be
/// trusted with it elsewhere.
#[derive(Clone, Debug)]
pub struct HttpClient {
    /// By way of the proxy that the environment names, if it names one.
    far: reqwest::Client,
    /// For this machine: no proxy reaches it, and none is to see what goes there.
    near: reqwest::Client,
    /// For the internal origin of a provider: no proxy, and HTTP/1.1, where `Host` is a header that may differ from
    /// where the connection goes.
    inside: reqwest::Client,
    /// The way in, of a provider that has one.
    route: Option<Route>,
}

impl HttpClient {
    /// A client with the limits of this file.
    ///
    /// # Errors
    /// When TLS can't be set up.
    pub fn new() -> Result<Self, reqwest::Error> {
        Self::with_patience(TOTAL_TIMEOUT)
    }

    /// The same, but an answer may take this long and no longer.
    ///
    /// # Errors
    /// When TLS can't be set up.
    pub fn with_patience(total: Duration) -> Result<Self, reqwest::Error> {
        let limited = || {
            reqwest::Client::builder()
                .redirect(reqwest::redirect::Policy::none())
                .connect_timeout(CONNECT_TIMEOUT)
                .timeout(total)
                .user_agent(concat!("vestibule/", env!("CARGO_PKG_VERSION")))
                .tls_info(true)
        };
        Ok(Self {
            far: limited().build()?,
            near: limited().no_proxy().build()?,
            inside: limited().no_proxy().http1_only().build()?,
            route: None,
        })
    }

    /// The same client, with this route; `None`: every call goes where its URL says.
    #[must_use]
    pub fn with_route(&self, route: Option<Route>) -> Self {
        Self { route, ..self.clone() }
    }

    /// Sends `request` and reads the answer, up to the limit. The answer is given whatever its status, headers and all.
    ///
    /// # Errors
    /// When there is no answer within the limits.
    pub async fn send(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let mut request: reqwest::Request = request.try_into().map_err(transport)?;
        let is_inside = self.route.as_ref().is_some_and(|route| route.lead(&mut request));
        let client = match is_inside {
            true => &self.inside,
            false if is_loopback(request.url()) => &self.near,
            false => &self.far,
        };
        let mut response = client.execute(request).await.map_err(transport)?;

        let mut answer = axum::http::Response::builder().status(response.status());
        if let Some(headers) = answer.headers_mut() {
            headers.clone_from(response.headers());
        }
        // The certificate, for whoever wants to know how long it is good.
        if let (Some(extensions), Some(tls)) = (answer.extensions_mut(), response.extensions().get::<TlsInfo>()) {
            extensions.insert(tls.clone());
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(transport)? {
            if body.len() + chunk.len() > MAX_ANSWER {
                return Err(HttpError::TooLong);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(answer.body(body)?)
    }
}

impl<'c> AsyncHttpClient<'c> for HttpClient {
    type Error = HttpError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, HttpError>> + Send + 'c>>;

    /// Sends `request` for the library, which does not tell a provider that is out of order from one that refuses.
    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(async move {
            let answer = self.send(request).await?;
            if answer.status().is_server_error() {
                return Err(HttpError::Status(answer.status().as_u16()));
            }
            Ok(answer)
        })
    }
}

fn transport(error: reqwest::Error) -> HttpError {
    HttpError::Transport(error.without_url())
}

/// The innermost cause, which is the one that helps: "connection refused", "certificate has expired".
fn cause(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}
