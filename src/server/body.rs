//! Reads the body of a request: up to a length, and within a time.

use axum::body::{Body, Bytes, to_bytes};
use std::time::Duration;
use tokio::time::timeout;

/// How long a body may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// All of it; `None` when it is cut off, longer than `most` bytes, or takes longer than ten seconds.
pub async fn read(body: Body, most: usize) -> Option<Bytes> {
    timeout(PATIENCE, to_bytes(body, most)).await.ok()?.ok()
}
