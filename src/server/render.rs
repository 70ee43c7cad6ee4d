//! Renders what the router does not: error pages and the embedded provider's pages. And what every page is given.

use crate::{
    server::state::AppState,
    shared::{
        farewell::Farewell,
        obstacle::Obstacle,
        session_list::{SessionList, ThisSession},
        viewer::Viewer,
    },
    ui::app::document,
};
use axum::{
    body::Body,
    extract::Request,
    http::{StatusCode, request::Parts},
    response::Response,
};
use leptos::{nonce::Nonce, prelude::*};

/// What a page or a server function finds in its context, beyond what Leptos itself provides.
pub fn context(state: AppState) -> impl Fn() + Clone + Send + Sync + 'static {
    move || {
        // All came into the request by a layer: the nonce by `headers`, the viewer by the guard.
        if let Some(parts) = use_context::<Parts>() {
            if let Some(nonce) = parts.extensions.get::<Nonce>() {
                provide_context(nonce.clone());
            }
            provide_context(parts.extensions.get::<Viewer>().cloned().unwrap_or(Viewer::Unknown));
            if let Some(obstacle) = parts.extensions.get::<Obstacle>() {
                provide_context(obstacle.clone());
            }
            if let Some(this) = parts.extensions.get::<ThisSession>() {
                provide_context(this.clone());
            }
            if let Some(list) = parts.extensions.get::<SessionList>() {
                provide_context(list.clone());
            }
            if let Some(farewell) = parts.extensions.get::<Farewell>() {
                provide_context(farewell.clone());
            }
        }
        provide_context(state.site().clone());
        provide_context(state.clone());
    }
}

/// Renders `view` as a whole document with `status`.
pub async fn page<IV>(
    state: &AppState,
    request: Request<Body>,
    status: StatusCode,
    view: impl Fn() -> IV + Clone + Send + Sync + 'static,
) -> Response
where
    IV: IntoView + 'static,
{
    let mut response = leptos_axum::render_app_async_with_context(context(state.clone()), view)(request).await;
    *response.status_mut() = status;
    response
}

/// Renders `view` within the application's document.
pub async fn error_page<IV>(
    state: &AppState,
    request: Request<Body>,
    status: StatusCode,
    title: &'static str,
    view: impl Fn() -> IV + Clone + Send + Sync + 'static,
) -> Response
where
    IV: IntoView + 'static,
{
    let options = state.config().leptos.clone();
    page(state, request, status, move || document(options.clone(), title, view())).await
}
