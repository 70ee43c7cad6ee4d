//! Every route once, and every layer in the order in which a request meets it.

use crate::{
    server::{
        auth::{
            backchannel, bearer, begin, callback, end, events, exchange, farewell, frontchannel, guard, refresh,
            sessions, who,
        },
        headers, health, negotiation, obstacle, origin,
        provider::dev,
        render,
        state::AppState,
        statics, stopping,
    },
    shared::paths,
    ui::{
        app::{App, shell},
        pages::error::ServerError,
    },
};
use axum::{
    Router,
    body::Body,
    extract::{MatchedPath, Request, State},
    http::{Response as HttpResponse, StatusCode},
    middleware::{Next, from_fn, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use leptos::{nonce::Nonce, prelude::*};
use leptos_axum::{LeptosRoutes, generate_route_list_with_exclusions};
use tower_http::{catch_panic::CatchPanicLayer, limit::RequestBodyLimitLayer};

/// The longest body that any route reads, in bytes. The sign-in's own routes read much less.
const MAX_BODY: usize = 2 * 1024 * 1024;

/// The whole application.
pub fn build(state: AppState) -> Router {
    // These two server functions have handlers of their own, which never let the codec refuse.
    let own = vec![paths::API_CALLBACK.to_owned(), paths::API_EXCHANGE.to_owned()];
    let pages = generate_route_list_with_exclusions(App, Some(own));

    let app = Router::new()
        .route(&format!("{}/{{provider}}", paths::API_LOGIN), get(begin::handle))
        .route(&format!("{}/{{provider}}", paths::API_CALLBACK), get(callback::handle))
        .route(paths::API_EXCHANGE, post(exchange::handle))
        .route(paths::API_SESSION, get(who::session))
        .route(paths::API_PROVIDERS, get(who::providers))
        .route(paths::API_REFRESH, post(refresh::handle))
        .route(paths::API_LOGOUT, post(end::handle))
        .route(paths::API_SESSIONS_END, post(sessions::end))
        .route(paths::API_ME, get(bearer::me))
        .leptos_routes_with_context(&state, pages, render::context(state.clone()), {
            let options = state.config().leptos.clone();
            move || shell(options.clone())
        })
        .fallback(statics::not_found)
        .layer(from_fn_with_state(state.clone(), obstacle::notice))
        .layer(from_fn_with_state(state.clone(), sessions::prepare))
        .layer(from_fn_with_state(state.clone(), farewell::notice))
        .layer(from_fn_with_state(state.clone(), guard::enforce))
        .layer(from_fn_with_state(state.clone(), serve_files));

    let mut all = Router::new()
        .route(paths::HEALTHZ, get(health::alive))
        .route(paths::READYZ, get(health::ready))
        .route(paths::API_EVENTS, get(events::handle))
        .merge(app);
    if let Some(dev_idp) = state.dev_idp() {
        all = all.merge(dev::router(dev_idp.clone()).layer(from_fn(origin::refuse_other_machines)));
    }
    all.layer(RequestBodyLimitLayer::new(MAX_BODY))
        .layer(from_fn_with_state(state.clone(), origin::refuse_foreign))
        .merge(told_by_providers())
        .layer(from_fn_with_state(state.clone(), origin::canonicalize))
        .layer(CatchPanicLayer::custom(after_panic))
        .layer(from_fn_with_state(state.clone(), show_server_error))
        .layer(from_fn_with_state(state.clone(), headers::set))
        .layer(from_fn_with_state(state.clone(), stopping::close_connections))
        .with_state(state)
}

/// What a provider tells without anybody's cookie: it comes from wherever the provider is, and bounds its body itself.
fn told_by_providers() -> Router<AppState> {
    let [backchannel, frontchannel] =
        [paths::API_BACKCHANNEL_LOGOUT, paths::API_FRONTCHANNEL_LOGOUT].map(|path| format!("{path}/{{provider}}"));
    Router::new()
        .route(&backchannel, post(backchannel::handle))
        .route(&frontchannel, get(frontchannel::handle))
}

/// Files come before the guard: they speak of nobody, and cost no session read.
async fn serve_files(State(state): State<AppState>, request: Request, next: Next) -> Response {
    if request.extensions().get::<MatchedPath>().is_none()
        && let Some(file) = statics::file(&state, without_body(&request)).await
    {
        return file;
    }
    next.run(request).await
}

fn without_body(request: &Request) -> Request {
    let mut copy = Request::new(Body::empty());
    copy.method_mut().clone_from(request.method());
    copy.uri_mut().clone_from(request.uri());
    copy.headers_mut().clone_from(request.headers());
    copy
}

/// Marks a response whose handler panicked.
#[derive(Clone)]
struct Panicked;

/// A panic is a defect, and its message may hold anything: it is not shown. The default hook has printed where it was.
fn after_panic(_message: Box<dyn std::any::Any + Send>) -> HttpResponse<Body> {
    tracing::error!("a request handler panicked");
    let mut response = StatusCode::INTERNAL_SERVER_ERROR.into_response();
    response.extensions_mut().insert(Panicked);
    response
}

/// Shows the 500 page in place of an empty answer.
async fn show_server_error(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let navigation = negotiation::is_navigation(request.headers());
    let nonce = request.extensions().get::<Nonce>().cloned();
    let response = next.run(request).await;
    if response.extensions().get::<Panicked>().is_none() || !navigation {
        return response;
    }
    let mut asked = Request::new(Body::empty());
    if let Some(nonce) = nonce {
        asked.extensions_mut().insert(nonce);
    }
    let status = StatusCode::INTERNAL_SERVER_ERROR;
    render::error_page(
        &state,
        asked,
        status,
        "Something went wrong",
        || view! { <ServerError/> },
    )
    .await
}
