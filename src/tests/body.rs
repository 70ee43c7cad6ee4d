//! A body that does not come to an end.

use crate::server::body;
use axum::body::{Body, Bytes};
use futures_util::stream;
use std::{convert::Infallible, time::Duration};
use tokio::time::{Instant, sleep};

#[tokio::test(start_paused = true)]
async fn a_body_is_read_up_to_a_length_and_for_ten_seconds() {
    assert_eq!(body::read(Body::from("code=1"), 6).await.unwrap(), "code=1");
    assert_eq!(body::read(Body::from("code=12"), 6).await, None);

    let began = Instant::now();
    let drops = stream::unfold((), |()| async {
        sleep(Duration::from_secs(3)).await;
        Some((Ok::<_, Infallible>(Bytes::from_static(b"x")), ()))
    });
    assert_eq!(body::read(Body::from_stream(drops), 1 << 20).await, None);
    assert_eq!(began.elapsed().as_secs(), 10);
}
