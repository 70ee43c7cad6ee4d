//! Static files, and the 404 page for what is none.

use crate::{
    server::{negotiation, render, state::AppState},
    shared::paths,
    ui::pages::error::NotFound,
};
use axum::{
    Json,
    body::Body,
    extract::{Request, State},
    http::{
        HeaderValue, Method, StatusCode,
        header::{ACCEPT_ENCODING, CACHE_CONTROL, VARY},
    },
    response::{IntoResponse, Redirect, Response},
};
use leptos::prelude::*;
use serde_json::json;
use tower_http::services::ServeDir;

/// Files whose names carry a hash of what is in them never change.
const IMMUTABLE: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// The others may, with the next release.
const SHORT: HeaderValue = HeaderValue::from_static("public, max-age=3600");
/// Without hashes in the names, each use asks whether the file is still the same.
const REVALIDATE: HeaderValue = HeaderValue::from_static("no-cache");

/// Serves a file of the site's folder, precompressed where cargo-leptos did that; `None` when there is none.
pub async fn file(state: &AppState, asked: Request) -> Option<Response> {
    if !matches!(*asked.method(), Method::GET | Method::HEAD) || asked.uri().path().ends_with('/') {
        return None;
    }
    let options = &state.config().leptos;
    let mut folder = ServeDir::new(&*options.site_root)
        .append_index_html_on_directories(false)
        .precompressed_br()
        .precompressed_gzip();
    let in_package = paths::is_under(asked.uri().path(), &format!("/{}", options.site_pkg_dir));
    let served = folder.try_call(asked).await.ok()?;
    if served.status() == StatusCode::NOT_FOUND {
        return None;
    }
    let mut response = served.map(Body::new);
    let lifetime = match (in_package, options.hash_files) {
        (true, true) => IMMUTABLE,
        (true, false) => REVALIDATE,
        (false, _) => SHORT,
    };
    response.headers_mut().insert(CACHE_CONTROL, lifetime);
    // A cache must not give the brotli to who can't read it.
    response.headers_mut().insert(VARY, HeaderValue::from(ACCEPT_ENCODING));
    Some(response)
}

/// What no route has: a page that was asked for with a slash too many, or nothing.
pub async fn not_found(State(state): State<AppState>, request: Request) -> Response {
    let path = request.uri().path();
    if let Some(page) = paths::PAGES.iter().find(|page| path.strip_suffix('/') == Some(**page)) {
        let query = request
            .uri()
            .query()
            .map(|query| format!("?{query}"))
            .unwrap_or_default();
        return Redirect::permanent(&format!("{page}{query}")).into_response();
    }
    if !negotiation::is_navigation(request.headers()) {
        return (StatusCode::NOT_FOUND, Json(json!({ "error": "not_found" }))).into_response();
    }
    render::error_page(
        &state,
        request,
        StatusCode::NOT_FOUND,
        "Not found",
        || view! { <NotFound/> },
    )
    .await
}
