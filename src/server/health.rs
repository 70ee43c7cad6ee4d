//! `/healthz`: the process answers. `/readyz`: so do the database and Redis.

use crate::server::state::AppState;
use axum::{Json, extract::State, http::StatusCode};
use serde_json::{Value, json};
use std::sync::atomic::Ordering;

/// `GET /healthz`.
pub async fn alive() -> &'static str {
    "ok"
}

/// `GET /readyz`: 200, or 503 with the part that does not answer; 503 also as soon as the server is to stop.
pub async fn ready(State(state): State<AppState>) -> (StatusCode, Json<Value>) {
    if state.stopping().has_begun() {
        return (StatusCode::SERVICE_UNAVAILABLE, Json(json!({ "server": "stopping" })));
    }
    let database = state.database().ping().await.map_err(|error| error.to_string());
    let one_time = state.one_time().ping().await.map_err(|error| error.to_string());
    let ready = database.is_ok() && one_time.is_ok();
    // Once, and not at every probe.
    if state.was_ready().swap(ready, Ordering::Relaxed) != ready {
        let reasons = [&database, &one_time]
            .into_iter()
            .filter_map(|part| part.as_ref().err());
        for reason in reasons {
            tracing::warn!(reason, "not ready");
        }
        if ready {
            tracing::info!("ready again");
        }
    }
    let word = |part: &Result<(), String>| if part.is_ok() { "ok" } else { "unavailable" };
    let mut answer = json!({ "database": word(&database) });
    if state.config().redis_url.is_some() {
        answer["redis"] = word(&one_time).into();
    }
    (
        if ready {
            StatusCode::OK
        } else {
            StatusCode::SERVICE_UNAVAILABLE
        },
        Json(answer),
    )
}
