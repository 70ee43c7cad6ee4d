//! Its front door, for who comes without a person, and the clock on its wall.

use super::{CLIENT, Shared};
use axum::{
    extract::{Query, Request, State},
    http::{HeaderValue, StatusCode, header::DATE},
    middleware::Next,
    response::{Html, IntoResponse, Redirect, Response},
};
use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, SystemTime},
};

/// Nobody is ever signed in: `prompt=none` is refused at a redirect URI that it knows, and on a page for one that it does
/// not. Whoever may be asked goes to the sign-in page.
pub async fn authorize(State(shared): State<Arc<Shared>>, Query(asked): Query<BTreeMap<String, String>>) -> Response {
    let uri = asked.get("redirect_uri").cloned().unwrap_or_default();
    let is_known = shared
        .answers()
        .registered
        .is_none_or(|registered| registered.contains(&uri));
    if !is_known || asked.get("client_id").map(String::as_str) != Some(CLIENT) {
        return (StatusCode::BAD_REQUEST, Html("<title>evil words</title>")).into_response();
    }
    if asked.get("prompt").map(String::as_str) != Some("none") {
        return Redirect::to("/realm/sign-in").into_response();
    }
    let state = asked.get("state").map(String::as_str).unwrap_or_default();
    Redirect::to(&format!("{uri}?error=login_required&state={state}")).into_response()
}

/// The time by its clock.
pub async fn date(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    let ahead = shared.answers().ahead;
    let mut response = next.run(request).await;
    if ahead != 0 {
        let by = Duration::from_secs(ahead.unsigned_abs());
        let now = SystemTime::now();
        let time = if ahead > 0 { now + by } else { now - by };
        let date = HeaderValue::try_from(httpdate::fmt_http_date(time)).unwrap();
        response.headers_mut().insert(DATE, date);
    }
    response
}
