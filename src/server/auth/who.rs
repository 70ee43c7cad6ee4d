//! Who am I, and whom can I ask: the two questions that need no session.

use crate::{
    server::state::AppState,
    shared::{
        paths,
        viewer::{User, Viewer},
    },
};
use axum::{Extension, Json, extract::State};
use serde::Serialize;

/// The answer of `GET /api/auth/session`.
#[derive(Serialize)]
pub struct SessionAnswer {
    user: User,
    expires: String,
}

/// `GET /api/auth/session`: `null` when nobody is signed in.
pub async fn session(Extension(viewer): Extension<Viewer>) -> Json<Option<SessionAnswer>> {
    answer(&viewer)
}

/// The same of a viewer whom the caller knows.
pub(super) fn answer(viewer: &Viewer) -> Json<Option<SessionAnswer>> {
    Json(viewer.person().map(|person| SessionAnswer {
        user: person.user.clone(),
        expires: person.expires.clone(),
    }))
}

/// One provider of `GET /api/auth/providers`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ProviderAnswer {
    id: String,
    name: String,
    login_url: String,
    callback_url: String,
}

/// `GET /api/auth/providers`.
pub async fn providers(State(state): State<AppState>) -> Json<Vec<ProviderAnswer>> {
    let answer = |provider: &crate::shared::site::ProviderEntry| ProviderAnswer {
        id: provider.id.clone(),
        name: provider.name.clone(),
        login_url: state
            .config()
            .public_url
            .join(&paths::begin(&provider.id, None))
            .to_string(),
        callback_url: provider.callback_url.clone(),
    };
    Json(state.site().providers.iter().map(answer).collect())
}
