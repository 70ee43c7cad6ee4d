//! Where a request may come from, and under which name.

use crate::{
    server::{auth::bearer, client_address, negotiation, render, state::AppState},
    ui::pages::error::CrossOrigin,
};
use axum::{
    Json,
    extract::{Request, State},
    http::{
        HeaderMap, Method, StatusCode, Uri,
        header::{COOKIE, HOST, ORIGIN},
    },
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use leptos::prelude::*;
use serde_json::json;

/// Refuses every request of another origin that is not a read.
///
/// A browser says where a request comes from, and no page can make it lie. Who sends neither header is no browser, and
/// has no cookie that somebody else could use. Who shows an access token has no need of a cookie, and none goes on with it:
/// no browser adds a token by itself.
pub async fn refuse_foreign(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if reads || is_own(request.headers(), state.config().public_url.origin()) {
        return next.run(request).await;
    }
    if bearer::is_shown(request.headers()) {
        request.headers_mut().remove(COOKIE);
        return next.run(request).await;
    }
    let path: String = request.uri().path().chars().take(200).collect();
    tracing::info!(path, "refused a request of another origin");
    if negotiation::is_navigation(request.headers()) {
        return render::error_page(
            &state,
            request,
            StatusCode::FORBIDDEN,
            "Refused",
            || view! { <CrossOrigin/> },
        )
        .await;
    }
    (StatusCode::FORBIDDEN, Json(json!({ "error": "cross_origin" }))).into_response()
}

fn is_own(headers: &HeaderMap, own: &str) -> bool {
    let same_origin = headers.get_all(ORIGIN).iter().all(|origin| origin == own);
    let same_site = headers
        .get_all("sec-fetch-site")
        .iter()
        .all(|site| site == "same-origin" || site == "none");
    same_origin && same_site
}

/// Refuses whoever is not on this machine: for the embedded provider, which signs anyone in as anyone.
///
/// `AUTH_URL` is loopback wherever it is on, but the server may listen on more than that, and a proxy on this machine may
/// let in somebody from far away: who comes by way of a proxy is refused, trusted or not.
pub async fn refuse_other_machines(request: Request, next: Next) -> Response {
    if client_address::peer(&request).is_loopback() && !client_address::is_forwarded(request.headers()) {
        return next.run(request).await;
    }
    tracing::warn!("refused another machine at the embedded development provider");
    let words = "The embedded development provider answers this machine only.";
    (StatusCode::FORBIDDEN, words).into_response()
}

/// On loopback, sends a page asked for under another name (`localhost` for `127.0.0.1`) to `AUTH_URL`, so that cookies
/// and redirect URIs agree.
pub async fn canonicalize(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let public_url = &state.config().public_url;
    if public_url.is_loopback()
        && *request.method() == Method::GET
        && negotiation::is_navigation(request.headers())
        && let Some(asked) = loopback_name(&request)
        && asked != public_url.host()
    {
        let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
        return Redirect::temporary(&format!("{}{path}", public_url.origin())).into_response();
    }
    next.run(request).await
}

/// The name that was asked for, if it is one of loopback's.
fn loopback_name(request: &Request) -> Option<String> {
    let authority = match request.headers().get(HOST) {
        Some(host) => host.to_str().ok()?.parse::<Uri>().ok()?.authority()?.clone(),
        None => request.uri().authority()?.clone(),
    };
    let name = authority.host().to_ascii_lowercase();
    let address = name
        .trim_start_matches('[')
        .trim_end_matches(']')
        .parse::<std::net::IpAddr>();
    let is_loopback = name == "localhost" || address.is_ok_and(|address| address.is_loopback());
    is_loopback.then_some(name)
}
