//! What one request too many is answered.

use super::Route;
use crate::{
    server::{client_address, negotiation, state::AppState},
    shared::{error::SignInError, paths, safe_path::SafePath},
};
use axum::{
    Json,
    extract::Request,
    http::{
        StatusCode,
        header::{CACHE_CONTROL, RETRY_AFTER},
    },
    response::{IntoResponse, Redirect, Response},
};
use serde_json::json;

/// The refusal of a request that is one too many: a person is told on the sign-in page, a program by 429.
#[must_use]
pub fn refuse(state: &AppState, route: Route, request: &Request, target: Option<&SafePath>) -> Option<Response> {
    let address = client_address::of(state, request);
    let allowances = state.allowances();
    if allowances.spares(state.config(), address, request) {
        return None;
    }
    let wait = allowances.take(route, address).err()?;
    if let Some(refused) = allowances.to_be_told() {
        tracing::warn!(
            refused,
            ?route,
            %address,
            is_forwarded = client_address::is_forwarded(request.headers()),
            "too many requests of one address; behind a proxy, AUTH_TRUSTED_PROXIES tells its clients apart"
        );
    }
    let error = SignInError::TooManyAttempts;
    let answer = if negotiation::is_navigation(request.headers()) {
        Redirect::to(&paths::login(target, Some(error))).into_response()
    } else {
        // Rounded up: who comes a moment too early would be refused again.
        let seconds = (wait.as_secs() + u64::from(wait.subsec_nanos() > 0)).to_string();
        let body = Json(json!({ "error": error.code() }));
        (StatusCode::TOO_MANY_REQUESTS, [(RETRY_AFTER, seconds)], body).into_response()
    };
    Some(([(CACHE_CONTROL, "no-store")], answer).into_response())
}
