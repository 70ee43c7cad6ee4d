//! **end**, told by the provider in a frame of its page: the sessions that it calls by that `sid` end.
//!
//! [OpenID Connect Front-Channel Logout 1.0, 3](https://openid.net/specs/openid-connect-frontchannel-1_0.html#RPLogout).
//! No cookie comes into a frame of another site, so that the session is found by `sid` alone.

use crate::server::{
    headers::FramedBy,
    provider::{
        Provider,
        discovery::{Discovered, DiscoveryError},
    },
    session::registry::Which,
    state::AppState,
    store::StoreError,
};
use axum::{
    Extension, Json,
    extract::{Path, RawQuery, State, rejection::PathRejection},
    http::{StatusCode, header::CACHE_CONTROL},
    response::{Html, IntoResponse, Response},
};
use serde_json::json;
use std::{borrow::Cow, collections::BTreeSet, sync::Arc};
use url::form_urlencoded;

/// The longest query that is read, in bytes.
const MAX_QUERY: usize = 4096;
/// The longest `sid`, in bytes.
const MAX_SID: usize = 255;

/// Why nothing, or not everything, was ended.
#[derive(Debug, thiserror::Error)]
enum Refusal {
    #[error("no provider of that id is configured")]
    UnknownProvider,
    #[error("`{0}` is missing, too long, or there more than once")]
    Parameter(&'static str),
    #[error("`iss` is not the provider's issuer")]
    Issuer,
    #[error("discovery failed: {0}")]
    Discovery(#[from] Arc<DiscoveryError>),
    #[error("store: {0}")]
    Store(#[from] StoreError),
}

/// `GET /api/auth/frontchannel-logout/{provider}?iss=&sid=`: 200 when the sessions are gone, whether or not they were
/// there; else 400. The provider may show it in a frame, and nobody else.
pub async fn handle(
    State(state): State<AppState>,
    provider: Result<Path<String>, PathRejection>,
    RawQuery(query): RawQuery,
) -> Response {
    let provider = provider.map(|Path(id)| id).unwrap_or_default();
    let provider = state.providers().find(&provider);
    let id = provider.map(|provider| provider.config.id.as_str());
    let answer = match end(&state, provider, &query.unwrap_or_default()).await {
        Ok((ended, framed_by)) => {
            tracing::info!(
                step = "frontchannel",
                provider = id,
                ended,
                "the provider ended sessions"
            );
            let page = Html("<!DOCTYPE html><html lang=\"en\"><title>Signed out</title></html>");
            (Extension(framed_by), page).into_response()
        }
        Err(refusal) => {
            if matches!(refusal, Refusal::Store(_) | Refusal::Discovery(_)) {
                tracing::error!(step = "frontchannel", provider = id, reason = %refusal, "a logout failed");
            } else {
                tracing::warn!(step = "frontchannel", provider = id, reason = %refusal, "a logout was refused");
            }
            (StatusCode::BAD_REQUEST, Json(json!({ "error": "invalid_request" }))).into_response()
        }
    };
    ([(CACHE_CONTROL, "no-store")], answer).into_response()
}

/// Ends what is meant; gives out how many sessions that were, and who may show the answer.
async fn end(state: &AppState, provider: Option<&Provider>, query: &str) -> Result<(usize, FramedBy), Refusal> {
    let provider = provider.ok_or(Refusal::UnknownProvider)?;
    let issuer = parameter(query, "iss", MAX_QUERY)?;
    let sid = parameter(query, "sid", MAX_SID)?;
    let discovered = provider.discover().await?;
    if issuer != discovered.metadata.issuer().as_str() {
        return Err(Refusal::Issuer);
    }
    let which = Which::Sid {
        provider: &provider.config.id,
        sid: &sid,
    };
    let ended = state.sessions().end_all(which).await?;
    Ok((ended, FramedBy(origins(&discovered))))
}

/// The one value of a parameter.
fn parameter<'q>(query: &'q str, name: &'static str, most: usize) -> Result<Cow<'q, str>, Refusal> {
    let query = Some(query).filter(|query| query.len() <= MAX_QUERY).unwrap_or_default();
    let mut values = form_urlencoded::parse(query.as_bytes()).filter(|(found, _)| found == name);
    match (values.next(), values.next()) {
        (Some((_, value)), None) if !value.is_empty() && value.len() <= most => Ok(value),
        _ => Err(Refusal::Parameter(name)),
    }
}

/// Where the provider's pages are: that of the issuer, and those that it sends browsers to.
fn origins(discovered: &Discovered) -> BTreeSet<String> {
    let metadata = &discovered.metadata;
    let end_session = metadata.additional_metadata().end_session_endpoint.as_ref();
    [metadata.issuer().url(), metadata.authorization_endpoint().url()]
        .into_iter()
        .chain(end_session)
        .map(|url| url.origin().ascii_serialization())
        // Which a host may have, and which would end the directive.
        .filter(|origin| !origin.contains([';', ',']))
        .collect()
}
