//! The end of the server, in order: it is no longer ready, then it takes no more connections, then what is open finishes.

use crate::server::state::AppState;
use axum::{
    extract::{Request, State},
    http::{HeaderValue, header::CONNECTION},
    middleware::Next,
    response::Response,
};
use std::sync::Arc;
use tokio::sync::watch;

/// Whether the server has been asked to stop; cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Stopping(Arc<watch::Sender<bool>>);

impl Stopping {
    /// From now on it is stopping.
    pub fn begin(&self) {
        self.0.send_replace(true);
    }

    /// Whether it is stopping.
    #[must_use]
    pub fn has_begun(&self) -> bool {
        *self.0.borrow()
    }

    /// Waits until it is stopping: what would stay open for ever ends then.
    pub async fn begun(&self) {
        // The sender is here, so that the wait can't fail.
        let _ = self.0.subscribe().wait_for(|has_begun| *has_begun).await;
    }
}

/// While the server is stopping, every answer is the last on its connection: whoever asks again goes to another instance.
pub async fn close_connections(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    if state.stopping().has_begun() {
        response
            .headers_mut()
            .insert(CONNECTION, HeaderValue::from_static("close"));
    }
    response
}
