//! Takes connections and answers what they ask: HTTP/1.1, which is what a proxy in front speaks to its upstream.

use axum::Router;
use axum_server::{Server, accept::NoDelayAcceptor};
use hyper_util::rt::TokioTimer;
use std::{io, net::SocketAddr, time::Duration};
use tokio::net::TcpListener;

/// By which the server is told to stop.
pub type Handle = axum_server::Handle<SocketAddr>;

/// How long a connection may take to ask: for the head of a request, from the beginning or since the last answer.
///
/// Longer than proxies keep an idle connection to their upstream (nginx 60 s, Traefik 90 s, Caddy 120 s), so that it is
/// they who end it, and none of their requests meets a connection that has just ended.
pub const PATIENCE: Duration = Duration::from_secs(125);

/// After how many bytes no more is read of the head of a request: what is not whole then, give or take the size of a
/// buffer, is answered 431.
const LONGEST_HEAD: usize = 64 * 1024;

/// Serves until `handle` says that it is enough. A connection that does not ask within `patience` is closed.
///
/// # Errors
///
/// When the listener is of no use any more.
pub async fn serve(listener: TcpListener, router: Router, patience: Duration, handle: Handle) -> io::Result<()> {
    // Without delay: a page's last bytes, or an event, would wait for the browser to confirm what came before.
    let mut server = Server::from_listener(listener)
        .acceptor(NoDelayAcceptor::new())
        .http1_only()
        .handle(handle);
    server
        .http_builder()
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(patience)
        .max_buf_size(LONGEST_HEAD);
    server
        .serve(router.into_make_service_with_connect_info::<SocketAddr>())
        .await
}
