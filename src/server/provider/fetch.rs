//! Fetches a document that a provider publishes for everybody.

use super::{
    cache::Fetched,
    discovery::{DiscoveryError, What},
    freshness,
};
use crate::server::{http::HttpClient, json};
use axum::http::{Method, Request, header::ACCEPT};
use openidconnect::{HttpRequest, HttpResponse};
use serde::de::DeserializeOwned;
use url::Url;

/// Whatever is answered, with its status and headers (`Date` among them).
///
/// # Errors
/// When there is no answer.
pub async fn get(what: What, url: &Url, http: &HttpClient) -> Result<HttpResponse, DiscoveryError> {
    let request: HttpRequest = Request::builder()
        .method(Method::GET)
        .uri(url.as_str())
        .header(ACCEPT, "application/json")
        .body(Vec::new())?;
    http.send(request)
        .await
        .map_err(|source| DiscoveryError::Unreachable { what, source })
}

/// Reads an answer of [`get`]: JSON with status 200, and no name twice in it.
///
/// # Errors
/// When it is anything else.
pub fn read<T: DeserializeOwned>(what: What, answer: &HttpResponse) -> Result<Fetched<T>, DiscoveryError> {
    if answer.status() != 200 {
        return Err(DiscoveryError::Status {
            what,
            status: answer.status().as_u16(),
        });
    }
    Ok(Fetched {
        value: json::read(answer.body()).map_err(|source| DiscoveryError::Parse { what, source })?,
        life: freshness::life(answer.headers()),
    })
}
