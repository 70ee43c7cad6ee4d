//! **end**, told at once: the event stream by which an open page learns that its session is over.
//!
//! [Server-sent events](https://html.spec.whatwg.org/multipage/server-sent-events.html). It stands outside the guard: a
//! page that is merely open is no use of a session, and must not keep it alive.

use crate::server::{
    session::{
        Handle, Id,
        live::{Listener, Notice, Why},
        sealed,
    },
    state::AppState,
};
use axum::{
    Json,
    extract::{RawQuery, State},
    http::{
        HeaderMap, HeaderName, HeaderValue, StatusCode,
        header::{CACHE_CONTROL, RETRY_AFTER},
    },
    response::{
        IntoResponse, Response,
        sse::{Event, Sse},
    },
};
use futures_util::stream::{self, Stream};
use serde_json::json;
use std::{convert::Infallible, time::Duration};
use time::OffsetDateTime;
use url::form_urlencoded;

/// How often something is sent, so that neither a proxy nor a browser takes the connection for dead.
const HEARTBEAT: Duration = Duration::from_secs(20);

/// How long a store that fails is left alone.
const PATIENCE: Duration = Duration::from_secs(5);

/// `GET /api/auth/events`: tells when the session ends, and closes. 204 for who is not signed in.
///
/// A page says by `of` which session it was rendered for. If that is not the browser's session any more, the page is
/// told so, whatever the browser has now: nobody's page stays on a screen because somebody else signed in there.
pub async fn handle(State(state): State<AppState>, RawQuery(query): RawQuery, headers: HeaderMap) -> Response {
    let mut response = answer(&state, query.as_deref(), &headers).await;
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // nginx would else wait until it has a buffer full.
    headers.insert(
        HeaderName::from_static("x-accel-buffering"),
        HeaderValue::from_static("no"),
    );
    response
}

async fn answer(state: &AppState, query: Option<&str>, headers: &HeaderMap) -> Response {
    let page = form_urlencoded::parse(query.unwrap_or_default().as_bytes())
        .find_map(|(name, value)| (name == "of").then(|| value.into_owned()));
    let Some(id) = state.cookies().session(headers) else {
        return nobody(page.is_some());
    };
    let handle = sealed::handle(&id);
    if page.as_ref().is_some_and(|page| *page != handle.to_string()) {
        return once(Why::Replaced);
    }
    // First it listens, then it looks: what ends in between is told.
    let listener = match state.sessions().live().listen(handle) {
        Ok(listener) => listener,
        Err(error) => {
            tracing::warn!(reason = %error, "a page is not told when its session ends");
            return unavailable("30");
        }
    };
    match state.sessions().find(id).await {
        Ok(Some(signed_in)) => {
            let watch = Watch {
                state: state.clone(),
                id,
                listener,
                look_at: state.sessions().ends_at(&signed_in),
                retry: Some(retry(handle)),
            };
            Sse::new(watch.events()).into_response()
        }
        Ok(None) => nobody(page.is_some()),
        Err(error) => {
            tracing::error!(step = "events", reason = %error, "the session store failed");
            unavailable("5")
        }
    }
}

/// A browser asks no more after 204. A page whose session ended while it could not hear is to ask anew: another sign-in
/// may have taken that session's place, and its cookie be on its way.
fn nobody(is_page: bool) -> Response {
    if is_page {
        once(Why::Replaced)
    } else {
        StatusCode::NO_CONTENT.into_response()
    }
}

fn once(why: Why) -> Response {
    Sse::new(stream::iter([Ok::<_, Infallible>(ended(why))])).into_response()
}

fn unavailable(seconds: &'static str) -> Response {
    let answer = Json(json!({ "error": "unavailable" }));
    (StatusCode::SERVICE_UNAVAILABLE, [(RETRY_AFTER, seconds)], answer).into_response()
}

fn ended(why: Why) -> Event {
    Event::default().event("ended").data(why.word())
}

/// After how long a browser comes back when the connection is lost: from one to three seconds, so that not all come back
/// to a server that has restarted at once.
fn retry(handle: Handle) -> Duration {
    Duration::from_millis(u64::try_from(handle.0.rem_euclid(2_000)).unwrap_or_default() + 1_000)
}

/// An open stream.
struct Watch {
    state: AppState,
    id: Id,
    listener: Listener,
    /// When the session is over if nothing happened since; only then the store is asked.
    look_at: OffsetDateTime,
    /// What is said first.
    retry: Option<Duration>,
}

impl Watch {
    fn events(self) -> impl Stream<Item = Result<Event, Infallible>> {
        stream::unfold(Some(self), |watch| async {
            let (event, rest) = watch?.next().await?;
            Some((Ok(event), rest))
        })
    }

    /// The next event, and what comes after it. Nothing, when the instance stops.
    async fn next(mut self) -> Option<(Event, Option<Self>)> {
        if let Some(retry) = self.retry.take() {
            return Some((Event::default().retry(retry), Some(self)));
        }
        let until = self.look_at - self.state.clock().now();
        let pause = HEARTBEAT.min(until.try_into().unwrap_or(Duration::ZERO));
        tokio::select! {
            notice = self.listener.told() => {
                return Some(match notice? {
                    Notice::Ended(why) => (ended(why), None),
                    Notice::Rest => (Event::default().event("rest").data(""), None),
                });
            }
            () = tokio::time::sleep(pause) => {}
        }
        if self.is_over().await {
            return Some((ended(Why::Ended), None));
        }
        Some((Event::default().comment(""), Some(self)))
    }

    /// Whether the session's time is over. Another page may have used it, and so made it last.
    async fn is_over(&mut self) -> bool {
        let now = self.state.clock().now();
        if now < self.look_at {
            return false;
        }
        let sessions = self.state.sessions();
        match sessions.find(self.id).await {
            Ok(None) => return true,
            Ok(Some(signed_in)) => self.look_at = sessions.ends_at(&signed_in),
            Err(error) => {
                tracing::warn!(step = "events", reason = %error, "can't tell yet whether a session has expired");
                self.look_at = now + PATIENCE;
            }
        }
        false
    }
}
