//! **end**: the session first, then its tokens, then the provider.
//!
//! [OpenID Connect RP-Initiated Logout 1.0](https://openid.net/specs/openid-connect-rpinitiated-1_0.html).

use super::{
    farewell::{self, Ticket},
    guard,
};
use crate::{
    server::{
        negotiation,
        provider::{Provider, discovery::Discovered, revocation},
        render,
        session::{live::Why, payload::SignedIn},
        state::AppState,
        store::StoreError,
    },
    shared::paths,
    ui::pages::leaving::Leaving,
};
use axum::{
    Json,
    extract::{Request, State},
    http::{
        HeaderMap, HeaderValue, StatusCode,
        header::{REFRESH, SET_COOKIE},
    },
    response::{IntoResponse, Redirect, Response},
};
use leptos::prelude::*;
use serde_json::json;
use std::time::Duration;
use url::Url;

/// How long a person waits for a provider that has to be asked who it is before she can sign out there.
const PATIENCE: Duration = Duration::from_secs(3);

/// `POST /api/auth/logout`. It never fails on a session that has expired or never was.
pub async fn handle(State(state): State<AppState>, request: Request) -> Response {
    let ended = match end(&state, request.headers()).await {
        Ok(ended) => ended,
        Err(error) => {
            tracing::error!(step = "end", reason = %error, "the session store failed");
            return guard::unavailable(&state, request).await;
        }
    };
    let (next, binding) = match &ended {
        Some(session) => leave(&state, request.headers(), session).await,
        None => (signed_out(&state), None),
    };
    let mut response = if wants_json(request.headers()) {
        Json(json!({ "logoutUrl": next.as_str() })).into_response()
    } else if state.policy().allows_form_to(&next) {
        Redirect::to(next.as_str()).into_response()
    } else {
        go_on_from_a_page(&state, request, &next).await
    };
    for cookie in state.cookies().remove_session().into_iter().chain(binding) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    // What the browser kept of pages for this person goes too.
    response
        .headers_mut()
        .insert("clear-site-data", HeaderValue::from_static("\"cache\""));
    response
}

/// A provider whose `end_session_endpoint` is on another origin than its issuer: the page that the form stands on does
/// not let the form's answer lead there. A page of its own does, by a header.
async fn go_on_from_a_page(state: &AppState, request: Request, next: &Url) -> Response {
    let mut response = render::error_page(state, request, StatusCode::OK, "Signing out", || view! { <Leaving/> }).await;
    if let Ok(refresh) = HeaderValue::from_str(&format!("0; url={next}")) {
        response.headers_mut().insert(REFRESH, refresh);
    }
    response
}

/// Ends the session, whether or not it could still be read.
async fn end(state: &AppState, headers: &HeaderMap) -> Result<Option<SignedIn>, StoreError> {
    let Some(id) = state.cookies().session(headers) else {
        return Ok(None);
    };
    let session = state.sessions().find(id).await?;
    if let Err(error) = state.sessions().end_because(id, Why::SignedOut).await {
        // Where it counts it may be over all the same: then what the registry says of it goes with its time.
        if state.sessions().find(id).await?.is_some() {
            return Err(error);
        }
        tracing::warn!(step = "end", reason = %error, "the registry does not know yet that a session ended");
    }
    if let Some(session) = &session {
        tracing::info!(provider = %session.user.provider, "signed out");
    }
    Ok(session)
}

/// Revokes the tokens, and gives out where the browser goes to sign out at the provider, and the cookie that it takes
/// along.
async fn leave(state: &AppState, headers: &HeaderMap, session: &SignedIn) -> (Url, Option<HeaderValue>) {
    let here = (signed_out(state), None);
    let Some(provider) = state.providers().find(&session.user.provider) else {
        return here;
    };
    let Ok(Ok(discovered)) = tokio::time::timeout(PATIENCE, provider.discover()).await else {
        tracing::warn!(step = "end", provider = %provider.config.id, "the provider does not answer: signed out here only");
        return here;
    };
    revocation::revoke(provider, &discovered, &session.tokens).await;
    let Some(mut url) = end_session_url(state, provider, &discovered, session) else {
        tracing::info!(step = "end", provider = %provider.config.id, "the provider offers no sign-out: signed out here only");
        return here;
    };
    match farewell::remember(state, headers, &provider.config.name).await {
        Ok(Ticket { state, cookie }) => {
            url.query_pairs_mut().append_pair("state", state.expose());
            (url, cookie)
        }
        Err(error) => {
            tracing::warn!(step = "end", reason = %error, "the sign-out can't be remembered; going on");
            (url, None)
        }
    }
}

fn end_session_url(state: &AppState, provider: &Provider, discovered: &Discovered, session: &SignedIn) -> Option<Url> {
    let mut url = discovered.metadata.additional_metadata().end_session_endpoint.clone()?;
    url.query_pairs_mut()
        .append_pair("id_token_hint", session.tokens.id_token.expose())
        .append_pair("client_id", &provider.config.client_id)
        .append_pair("post_logout_redirect_uri", signed_out(state).as_str());
    Some(url)
}

fn signed_out(state: &AppState) -> Url {
    state.config().public_url.join(paths::SIGNED_OUT)
}

/// A program says so; a form says that it takes HTML.
fn wants_json(headers: &HeaderMap) -> bool {
    negotiation::accepts(headers, "application/json") && !negotiation::accepts(headers, "text/html")
}
