//! A person's own sessions: lists them for her page, and ends those that she points at.
//!
//! The page's form works without a script. What it did is kept for a minute under her own session and said once, so that
//! no link can make the page say anything.

use super::guard;
use crate::{
    server::{
        body, negotiation,
        session::{
            Handle, Id,
            live::Why,
            payload::rfc3339,
            registry::{Entry, Which},
            sealed,
        },
        state::AppState,
        store::{Kind, StoreError},
    },
    shared::{
        paths,
        safe_path::SafePath,
        session_list::{Ended, SessionEntry, SessionList, ThisSession},
        viewer::Viewer,
    },
};
use axum::{
    Json,
    body::Body,
    extract::{Request, State},
    http::{
        HeaderValue, Method, StatusCode,
        header::{CACHE_CONTROL, SET_COOKIE},
    },
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use serde_json::json;
use url::form_urlencoded;

/// How many sessions are listed. "End all" ends those beyond it too.
const LISTED: u32 = 100;

/// The longest form that is read, in bytes.
const MAX_FORM: usize = 1024;

/// The field of the form: a session's name, or one of the two words below, which are none.
const FIELD: &str = "end";
const OTHERS: &str = "others";
const ALL: &str = "all";

/// The session that a request is of, and its person.
struct Asking {
    id: Id,
    handle: Handle,
    person: String,
}

impl Asking {
    /// Nothing, for who is not signed in.
    fn of(state: &AppState, request: &Request) -> Option<Self> {
        let viewer = request.extensions().get::<Viewer>()?;
        let id = state.cookies().session(request.headers())?;
        Some(Self {
            id,
            handle: sealed::handle(&id),
            person: viewer.person()?.user.id.clone(),
        })
    }
}

/// Puts into the request which session it is of; and for the page of sessions, which others there are.
pub async fn prepare(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    if let Some(asking) = Asking::of(&state, &request) {
        let this = ThisSession(asking.handle.to_string().into());
        request.extensions_mut().insert(this);
        if request.uri().path() == paths::ACCOUNT_SESSIONS && *request.method() == Method::GET {
            match list(&state, &asking).await {
                Ok(list) => drop(request.extensions_mut().insert(list)),
                Err(error) => return fail(&state, request, &error).await,
            }
        }
    }
    next.run(request).await
}

async fn list(state: &AppState, asking: &Asking) -> Result<SessionList, StoreError> {
    let registry = state.sessions().registry();
    let now = state.clock().now();
    // One more than are shown, and this one, which has its own place.
    let mut others = registry.of_person(&asking.person, now, LISTED + 2).await?;
    others.retain(|entry| entry.handle != asking.handle);
    let limit = usize::try_from(LISTED).unwrap_or(usize::MAX);
    let is_cut = others.len() > limit;
    others.truncate(limit);
    let this = registry.one_of_person(&asking.person, asking.handle).await?;
    Ok(SessionList {
        this: this.map(|entry| describe(state, entry)),
        others: others.into_iter().map(|entry| describe(state, entry)).collect(),
        is_cut,
        ended: state.one_time().take(Kind::Notice, &asking.handle.to_string()).await?,
    })
}

fn describe(state: &AppState, entry: Entry) -> SessionEntry {
    let provider = state.site().providers.iter().find(|known| known.id == entry.provider);
    SessionEntry {
        key: entry.handle.to_string(),
        // One that was configured once and is not any more has its id alone.
        provider_name: provider.map_or(entry.provider, |known| known.name.clone()),
        browser: entry.whence.browser,
        address: entry.whence.address,
        signed_in_at: rfc3339(entry.signed_in_at),
        seen_at: rfc3339(entry.seen_at),
        expires: rfc3339(entry.expires_at),
        is_limited: entry.expires_at >= entry.signed_in_at + state.config().session.max_age,
    }
}

/// What a form did.
enum Outcome {
    /// This session goes on.
    Stays(Ended),
    /// This session is over, and so many with it.
    Over(usize),
}

/// `POST /api/auth/sessions/end`: ends one session of one's own, all others, or all.
pub async fn end(State(state): State<AppState>, mut request: Request) -> Response {
    let is_navigation = negotiation::is_navigation(request.headers());
    let Some(asking) = Asking::of(&state, &request) else {
        return sign_in_first(is_navigation);
    };
    let body = std::mem::replace(request.body_mut(), Body::empty());
    let Some(wanted) = read(body).await else {
        let answer = Json(json!({ "error": "invalid_request" }));
        return (StatusCode::BAD_REQUEST, answer).into_response();
    };
    let mut response = match carry_out(&state, &asking, &wanted).await {
        Ok(Outcome::Over(count)) => over(&state, is_navigation, count),
        Ok(Outcome::Stays(ended)) if is_navigation => back(&state, &asking, &ended).await,
        Ok(Outcome::Stays(Ended::Nothing)) => {
            (StatusCode::NOT_FOUND, Json(json!({ "error": "not_found" }))).into_response()
        }
        Ok(Outcome::Stays(Ended::One(_))) => Json(json!({ "ended": 1 })).into_response(),
        Ok(Outcome::Stays(Ended::Others(count))) => Json(json!({ "ended": count })).into_response(),
        Err(error) => fail(&state, request, &error).await,
    };
    response
        .headers_mut()
        .insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

async fn read(body: Body) -> Option<String> {
    let body = body::read(body, MAX_FORM).await?;
    form_urlencoded::parse(&body).find_map(|(name, value)| (name == FIELD).then(|| value.into_owned()))
}

/// Only what is hers is found by her name and ended: of another's session she learns no more than of none.
async fn carry_out(state: &AppState, asking: &Asking, wanted: &str) -> Result<Outcome, StoreError> {
    let (sessions, person) = (state.sessions(), asking.person.as_str());
    let others = Which::Others {
        person,
        but: asking.handle,
    };
    let outcome = match wanted {
        OTHERS => Outcome::Stays(Ended::Others(
            u32::try_from(sessions.end_all(others).await?).unwrap_or(u32::MAX),
        )),
        ALL => {
            let count = sessions.end_all(others).await?;
            sessions.end_because(asking.id, Why::SignedOut).await?;
            Outcome::Over(count + 1)
        }
        one => {
            let entry = match one.parse::<Handle>() {
                Ok(handle) => sessions.registry().one_of_person(person, handle).await?,
                Err(_) => None,
            };
            match entry {
                Some(entry) if entry.handle == asking.handle => {
                    sessions.end_because(asking.id, Why::SignedOut).await?;
                    Outcome::Over(1)
                }
                Some(entry) => {
                    let one = Which::One {
                        person,
                        handle: entry.handle,
                    };
                    match sessions.end_all(one).await? {
                        0 => Outcome::Stays(Ended::Nothing),
                        _ => Outcome::Stays(Ended::One(entry.whence.browser)),
                    }
                }
                None => Outcome::Stays(Ended::Nothing),
            }
        }
    };
    tracing::info!(step = "end", "sessions ended from their list");
    Ok(outcome)
}

/// Back to the list, which says once what was done. It was done, whether or not that can be said.
async fn back(state: &AppState, asking: &Asking, ended: &Ended) -> Response {
    let kept = state
        .one_time()
        .replace(Kind::Notice, &asking.handle.to_string(), ended)
        .await;
    if let Err(error) = kept {
        tracing::warn!(reason = %error, "the page of sessions can't say what was ended");
    }
    Redirect::to(paths::ACCOUNT_SESSIONS).into_response()
}

/// This browser is signed out too.
fn over(state: &AppState, is_navigation: bool, count: usize) -> Response {
    let mut response = if is_navigation {
        Redirect::to(paths::SIGNED_OUT).into_response()
    } else {
        Json(json!({ "ended": count })).into_response()
    };
    let headers = response.headers_mut();
    if let Some(cookie) = state.cookies().remove_session() {
        headers.append(SET_COOKIE, cookie);
    }
    headers.insert("clear-site-data", HeaderValue::from_static("\"cache\""));
    response
}

fn sign_in_first(is_navigation: bool) -> Response {
    let login = paths::login(SafePath::parse(paths::ACCOUNT_SESSIONS).ok().as_ref(), None);
    if is_navigation {
        return Redirect::to(&login).into_response();
    }
    let answer = Json(json!({ "error": "unauthenticated", "loginUrl": login }));
    (StatusCode::UNAUTHORIZED, answer).into_response()
}

async fn fail(state: &AppState, request: Request, error: &StoreError) -> Response {
    tracing::error!(step = "sessions", reason = %error, "the store failed");
    guard::unavailable(state, request).await
}
