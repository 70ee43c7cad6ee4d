//! **guard**: knows who asks before anything is rendered, and answers private paths before a byte of body.

use super::{callback_page, standing};
use crate::{
    server::{
        negotiation::{is_navigation, may_be_visit},
        render,
        session::Id,
        state::AppState,
        store::StoreError,
    },
    shared::{
        error::SignInError,
        paths::{self, Access},
        safe_path::SafePath,
        viewer::Viewer,
    },
    ui::pages::error::{Forbidden, Unavailable},
};
use axum::{
    Json,
    extract::{MatchedPath, Request, State},
    http::{
        HeaderMap, HeaderValue, Method, StatusCode, Uri,
        header::{CACHE_CONTROL, RETRY_AFTER, SET_COOKIE},
    },
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use leptos::prelude::*;
use serde_json::json;

/// Puts the [`Viewer`] into the request, and lets it pass if she may see what she asks for.
pub async fn enforce(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let Identified { viewer, cookie } = match identify(&state, request.headers()).await {
        Ok(identified) => identified,
        Err(error) => {
            tracing::error!(step = "guard", reason = %error, "the session store failed");
            return unavailable(&state, request).await;
        }
    };
    request.extensions_mut().insert(viewer.clone());

    let unmet = refuse(&state, &viewer, &request);
    let refusal = match decide(&state, &viewer, request.uri().clone(), unmet).await {
        Ok(refusal) => refusal,
        Err(error) => {
            tracing::error!(step = "guard", reason = %error, "the store failed");
            return unavailable(&state, request).await;
        }
    };
    let mut response = match refusal {
        None => next.run(request).await,
        Some(Refusal::Elsewhere(location)) => Redirect::to(&location).into_response(),
        Some(Refusal::Unauthenticated(login_url)) => (
            StatusCode::UNAUTHORIZED,
            Json(json!({ "error": "unauthenticated", "loginUrl": login_url })),
        )
            .into_response(),
        Some(Refusal::Forbidden(role)) => forbidden(&state, request, role).await,
    };
    if let Some(cookie) = cookie
        && !state.cookies().sets_session(response.headers())
    {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    // Whatever passes here may speak of a person: no cache keeps it, not even the one behind the Back button.
    response
        .headers_mut()
        .entry(CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    response
}

struct Identified {
    viewer: Viewer,
    /// The session cookie with its new life.
    ///
    /// Never its removal: the answer to an old request may come after a new sign-in. That a browser is told only once
    /// of its session's end is seen to by the registry.
    cookie: Option<HeaderValue>,
}

/// One store read for who sends a session cookie, none for who does not.
async fn identify(state: &AppState, headers: &HeaderMap) -> Result<Identified, StoreError> {
    let Some(id) = state.cookies().session(headers) else {
        return Ok(Identified {
            viewer: Viewer::Anonymous,
            cookie: None,
        });
    };
    let sessions = state.sessions();
    let Some(mut signed_in) = sessions.find(id).await? else {
        return Ok(Identified {
            viewer: Viewer::Anonymous,
            cookie: None,
        });
    };
    let kept = sessions.keep(id, &mut signed_in).await?;
    if !standing::settle(state, &mut signed_in) {
        let provider = &*signed_in.user.provider;
        tracing::info!(
            step = "guard",
            provider,
            "a session ended: as it is configured now, it would not begin"
        );
        sessions.expel(id).await?;
        return Ok(Identified {
            viewer: Viewer::Anonymous,
            cookie: None,
        });
    }
    let cookie = if kept {
        state.cookies().set_session(id, sessions.cookie_life(&signed_in))
    } else {
        None
    };
    Ok(Identified {
        viewer: signed_in.viewer(sessions.ends_at(&signed_in)),
        cookie,
    })
}

enum Refusal {
    /// Go there instead.
    Elsewhere(String),
    /// A program: sign in there.
    Unauthenticated(String),
    /// Signed in, but without the role.
    Forbidden(&'static str),
}

async fn decide(
    state: &AppState,
    viewer: &Viewer,
    asked: Uri,
    unmet: Option<Unmet>,
) -> Result<Option<Refusal>, StoreError> {
    if let Some(location) = callback_page::decide(state, viewer, asked).await? {
        return Ok(Some(Refusal::Elsewhere(location)));
    }
    Ok(match unmet {
        None => None,
        Some(Unmet::Role(role)) => Some(Refusal::Forbidden(role)),
        Some(Unmet::Program(target)) => Some(Refusal::Unauthenticated(paths::login(target.as_ref(), None))),
        Some(Unmet::Person { target, cookie }) => {
            let reason = match cookie {
                Some(id) if is_told(state, id).await => Some(SignInError::SessionExpired),
                _ => None,
            };
            Some(Refusal::Elsewhere(paths::login(target.as_ref(), reason)))
        }
    })
}

/// Whether the browser is told that its session ended. That there is none is known already: words are not worth a failure.
async fn is_told(state: &AppState, id: Id) -> bool {
    match state.sessions().bid_farewell(id).await {
        Ok(is_told) => is_told,
        Err(error) => {
            tracing::warn!(step = "guard", reason = %error, "a browser is not told whether its session ended");
            false
        }
    }
}

/// What is wanting.
enum Unmet {
    /// A role.
    Role(&'static str),
    /// A session: for a program, which is told.
    Program(Option<SafePath>),
    /// A session: for a person, who goes to the sign-in page and comes back.
    Person {
        /// Where she wanted to go.
        target: Option<SafePath>,
        /// The cookie of a session that is not there, if she reads why.
        cookie: Option<Id>,
    },
}

/// Nothing, for who may see what she asks for.
fn refuse(state: &AppState, viewer: &Viewer, request: &Request) -> Option<Unmet> {
    let path = request.uri().path();
    let required = match request.extensions().get::<MatchedPath>() {
        Some(route) => paths::access(route.as_str()),
        // No page is there, so there is nothing to protect but the knowledge of what is.
        None if paths::is_under(path, paths::ADMIN) => Access::Role(paths::ADMIN_ROLE),
        None => Access::Public,
    };
    match (required, viewer.person()) {
        (Access::Public, _) | (Access::SignedIn, Some(_)) => None,
        (Access::Role(role), Some(person)) if person.user.has_role(role) => None,
        (Access::Role(role), Some(_)) => Some(Unmet::Role(role)),
        (Access::SignedIn | Access::Role(_), None) => Some(sign_in_first(state, request)),
    }
}

fn sign_in_first(state: &AppState, request: &Request) -> Unmet {
    let headers = request.headers();
    let target = request
        .uri()
        .path_and_query()
        .filter(|_| matches!(*request.method(), Method::GET | Method::HEAD))
        .and_then(|path| SafePath::parse(path.as_str()).ok());
    if !is_navigation(headers) {
        return Unmet::Program(target);
    }
    // What a browser loads in advance, nobody may ever read.
    let reads = *request.method() == Method::GET && may_be_visit(headers);
    let cookie = state.cookies().session(headers).filter(|_| reads);
    Unmet::Person { target, cookie }
}

async fn forbidden(state: &AppState, request: Request, role: &'static str) -> Response {
    if !is_navigation(request.headers()) {
        return (StatusCode::FORBIDDEN, Json(json!({ "error": "forbidden" }))).into_response();
    }
    render::error_page(
        state,
        request,
        StatusCode::FORBIDDEN,
        "Not for this account",
        move || view! { <Forbidden role/> },
    )
    .await
}

/// The store is away: nobody is signed out for that.
pub(super) async fn unavailable(state: &AppState, mut request: Request) -> Response {
    let is_visit = *request.method() == Method::GET;
    request.extensions_mut().insert(Viewer::Unknown);
    let mut response = if is_navigation(request.headers()) {
        render::error_page(
            state,
            request,
            StatusCode::SERVICE_UNAVAILABLE,
            "Try again in a moment",
            move || view! { <Unavailable is_visit/> },
        )
        .await
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, Json(json!({ "error": "unavailable" }))).into_response()
    };
    response
        .headers_mut()
        .insert(RETRY_AFTER, HeaderValue::from_static("5"));
    response
        .headers_mut()
        .insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
