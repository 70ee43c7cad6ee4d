//! Asks a provider, by the way that sign-ins take, and keeps what it answers: status, headers, body, and when.

use crate::server::{clock::Clock, config::plain, http::HttpClient};
use axum::http::{
    HeaderMap, Method, Request,
    header::{ACCEPT, CONTENT_TYPE, LOCATION},
};
use openidconnect::HttpRequest;
use reqwest::tls::TlsInfo;
use std::time::{Duration, Instant};
use time::OffsetDateTime;
use url::Url;

/// Asks. It follows no redirect and is bounded in time and size, as [`HttpClient`] is.
#[derive(Clone, Debug)]
pub struct Asker {
    http: HttpClient,
    clock: Clock,
}

/// What came back, whatever it is.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Vec<u8>,
    /// Between when and when it was on its way, by our clock.
    pub span: (OffsetDateTime, OffsetDateTime),
    /// How long that was.
    pub took: Duration,
    /// The provider's certificate, DER; `None` without TLS.
    pub certificate: Option<Vec<u8>>,
}

impl Asker {
    /// Asks by `http`, and takes the time from `clock`.
    pub fn new(http: HttpClient, clock: Clock) -> Self {
        Self { http, clock }
    }

    /// The time.
    pub fn now(&self) -> OffsetDateTime {
        self.clock.now()
    }

    /// The clock.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// `GET`.
    ///
    /// # Errors
    /// Why there is no answer.
    pub async fn get(&self, url: &Url, accept: &'static str) -> Result<Answer, String> {
        let request = Request::builder()
            .method(Method::GET)
            .uri(url.as_str())
            .header(ACCEPT, accept)
            .body(Vec::new())
            .map_err(|_| "the URL can't be asked for".to_owned())?;
        self.send(request).await
    }

    /// Whatever is asked.
    ///
    /// # Errors
    /// Why there is no answer.
    pub async fn send(&self, request: HttpRequest) -> Result<Answer, String> {
        let (asked_at, start) = (self.clock.now(), Instant::now());
        let answer = self.http.send(request).await.map_err(|error| error.to_string())?;
        let (parts, body) = answer.into_parts();
        let certificate = parts.extensions.get::<TlsInfo>().and_then(TlsInfo::peer_certificate);
        Ok(Answer {
            status: parts.status.as_u16(),
            certificate: certificate.map(<[u8]>::to_vec),
            headers: parts.headers,
            body,
            span: (asked_at, self.clock.now()),
            took: start.elapsed(),
        })
    }
}

impl Answer {
    /// Where it redirects, if it does.
    pub fn location(&self, base: &Url) -> Option<Url> {
        let location = self.headers.get(LOCATION)?.to_str().ok()?;
        (300..400).contains(&self.status).then(|| base.join(location).ok())?
    }

    /// What it is, in a few words: status, and the type of the content.
    pub fn summary(&self) -> String {
        let kind = self.headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        match kind {
            Some(kind) => format!("{}, {}", self.status, plain(kind.split(';').next().unwrap_or_default())),
            None => format!("{}, without a content type", self.status),
        }
    }
}

/// A URL as it is shown: without its query, which may hold what is nobody's business.
pub fn bare(url: &Url) -> String {
    let mut url = url.clone();
    url.set_query(None);
    url.set_fragment(None);
    plain(url.as_str())
}
