//! Tells why a cookie did not come back, before the sign-in page that explains it is rendered.

use crate::{
    server::{client_address, config::PublicUrl, state::AppState},
    shared::{error::SignInError, obstacle::Obstacle, paths},
};
use axum::{
    extract::{Request, State},
    http::{Uri, header::HOST},
    middleware::Next,
    response::Response,
};
use url::form_urlencoded;

/// Puts the [`Obstacle`] into a request for the sign-in page whose error is about cookies.
pub async fn notice(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    if is_asked_for(&request)
        && let Some(obstacle) = find(&state, &request)
    {
        request.extensions_mut().insert(obstacle);
    }
    next.run(request).await
}

fn is_asked_for(request: &Request) -> bool {
    let codes = [SignInError::TooManyAttempts, SignInError::BindingMissing].map(SignInError::code);
    request.uri().path() == paths::LOGIN
        && form_urlencoded::parse(request.uri().query().unwrap_or_default().as_bytes())
            .any(|(name, value)| name == "error" && codes.contains(&&*value))
}

/// What stands in the way. Nothing for a browser that returns the cookie that it was given with the error.
fn find(state: &AppState, request: &Request) -> Option<Obstacle> {
    let public_url = &state.config().public_url;
    if state.cookies().binding(request.headers()).is_some() {
        return None;
    }
    let origin = public_url.origin().into();
    Some(if is_over_http(state, request) {
        Obstacle::Http(origin)
    } else if is_elsewhere(public_url, state, request) {
        Obstacle::Host(origin)
    } else {
        Obstacle::Refused
    })
}

/// Whether a trusted proxy says that it was asked over http, where the site is on https. Who else would know?
fn is_over_http(state: &AppState, request: &Request) -> bool {
    state.config().public_url.is_https()
        && forwarded(state, request, "x-forwarded-proto").is_some_and(|scheme| scheme.eq_ignore_ascii_case("http"))
}

/// Whether the host that was asked for is another than `AUTH_URL`'s. Ports have no part in cookies.
fn is_elsewhere(public_url: &PublicUrl, state: &AppState, request: &Request) -> bool {
    let asked = forwarded(state, request, "x-forwarded-host")
        .or_else(|| request.headers().get(HOST)?.to_str().ok())
        .and_then(|host| host.parse::<Uri>().ok())
        .or_else(|| {
            request
                .uri()
                .authority()
                .and_then(|authority| authority.as_str().parse().ok())
        });
    asked
        .and_then(|uri| uri.host().map(|host| !host.eq_ignore_ascii_case(public_url.host())))
        .unwrap_or(false)
}

/// What the nearest proxy says of the request, if that proxy is believed.
fn forwarded<'a>(state: &AppState, request: &'a Request, name: &str) -> Option<&'a str> {
    let is_believed = client_address::is_trusted(state.config(), client_address::peer(request));
    let value = request
        .headers()
        .get_all(name)
        .iter()
        .next_back()
        .filter(|_| is_believed)?;
    value.to_str().ok()?.rsplit(',').next().map(str::trim)
}
