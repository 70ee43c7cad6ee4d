//! Connections that do not ask, or ask for too much.

use crate::server::connections::{self, Handle, PATIENCE};
use axum::{
    Router,
    body::{Body, Bytes},
    extract::State,
    routing::get,
};
use futures_util::stream;
use std::{convert::Infallible, net::SocketAddr, sync::Arc, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::Notify,
    time::timeout,
};

/// Far longer than anything here takes.
const LATEST: Duration = Duration::from_secs(20);

const ASKS: &str = "GET / HTTP/1.1\r\nHost: app.example\r\n\r\n";

/// A server whose answer begins at once, and ends when it is told.
async fn serve(patience: Duration, end: Arc<Notify>) -> SocketAddr {
    let slowly = |State(end): State<Arc<Notify>>| async move {
        Body::from_stream(stream::unfold(0, move |number| {
            let end = end.clone();
            async move {
                match number {
                    0 => Some((Ok::<_, Infallible>(Bytes::from_static(b"begun")), 1)),
                    1 => {
                        end.notified().await;
                        Some((Ok(Bytes::from_static(b"ended")), 2))
                    }
                    _ => None,
                }
            }
        }))
    };
    let router = Router::new().route("/", get(slowly)).with_state(end);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { connections::serve(listener, router, patience, Handle::new()).await });
    address
}

/// A connection on which this has been sent.
async fn with(address: SocketAddr, sent: &str) -> TcpStream {
    let mut connection = TcpStream::connect(address).await.unwrap();
    // Who is refused early can't send all of it.
    let _ = connection.write_all(sent.as_bytes()).await;
    connection
}

/// Reads until this comes; `false` when the server hangs up before.
async fn reads(connection: &mut TcpStream, awaited: &str) -> bool {
    let mut all = Vec::new();
    let read = async {
        while connection.read_buf(&mut all).await.is_ok_and(|read| read > 0) {
            if String::from_utf8_lossy(&all).contains(awaited) {
                return true;
            }
            all.drain(..all.len().saturating_sub(awaited.len()));
        }
        false
    };
    timeout(LATEST, read).await.expect("neither that nor an end")
}

#[tokio::test]
async fn a_connection_that_does_not_ask_in_time_is_closed() {
    let end = Arc::new(Notify::new());
    let address = serve(Duration::from_millis(200), end.clone()).await;
    let mut answered = with(address, ASKS).await;
    assert!(reads(&mut answered, "begun").await);
    for sent in ["", "G", "PRI * HTTP/2.0", "GET / HTTP/1.1\r\nHost: app.example\r\n"] {
        let mut connection = with(address, sent).await;
        assert!(!reads(&mut connection, "HTTP/1.1 200").await, "{sent:?}");
    }
    // An answer may take as long as it likes; after it, the time counts again.
    end.notify_one();
    assert!(reads(&mut answered, "ended").await);
    assert!(!reads(&mut answered, "HTTP/1.1").await);
}

#[tokio::test]
async fn a_head_that_is_too_long_is_refused() {
    let end = Arc::new(Notify::new());
    end.notify_one();
    let address = serve(PATIENCE, end).await;
    for (bytes, status) in [(20_000, "HTTP/1.1 200"), (200_000, "HTTP/1.1 431")] {
        let head = ASKS.replace("\r\n\r\n", &format!("\r\nCookie: {}\r\n\r\n", "c".repeat(bytes)));
        let mut connection = with(address, &head).await;
        assert!(reads(&mut connection, status).await, "{bytes} bytes");
    }
}
