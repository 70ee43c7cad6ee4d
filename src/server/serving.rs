//! The running server, from its configuration to its end.

use crate::server::{
    clock::Clock,
    config::Config,
    connections::{self, Handle},
    router,
    state::AppState,
};
use std::time::Duration;
use tokio::{net::TcpListener, signal};

/// How often expired rows are removed.
const SWEEP: Duration = Duration::from_secs(600);
/// How long it serves on after a SIGTERM, not ready any more, until whoever sends it requests has seen that.
const FAREWELL: Duration = Duration::from_secs(4);
/// How long open requests may take to finish then: ten seconds after the SIGTERM it has ended.
const DRAIN: Duration = Duration::from_secs(6);

/// Serves the site until it is asked to stop, and has finished what was open.
///
/// # Errors
///
/// In the operator's words, why it can't start or had to end.
pub async fn run(config: Config) -> Result<(), String> {
    let address = config.leptos.site_addr;
    let listener = TcpListener::bind(address)
        .await
        .map_err(|error| format!("Can't listen on {address} (LEPTOS_SITE_ADDR): {error}."))?;
    let state = AppState::build(config, Clock::system())
        .await
        .map_err(|error| format!("Can't start: {error}. `vestibule doctor` examines what it needs."))?;

    tracing::info!("Vestibule serves {} on {address}", state.config().public_url.origin());
    if state.dev_idp().is_some() {
        tracing::warn!("the embedded development provider is on: anyone can sign in as anyone");
    }
    tokio::spawn(sweep(state.clone()));
    let handle = Handle::new();
    tokio::spawn(stop(state.clone(), handle.clone()));
    connections::serve(listener, router::build(state), connections::PATIENCE, handle.clone())
        .await
        .map_err(|error| format!("The server failed: {error}."))?;
    if handle.connection_count() > 0 {
        tracing::warn!("some requests did not finish in time");
    }
    Ok(())
}

/// Removes expired rows, now and then.
async fn sweep(state: AppState) {
    let mut interval = tokio::time::interval(SWEEP);
    loop {
        interval.tick().await;
        if let Err(error) = state.sweep().await {
            tracing::warn!(reason = %error, "expired rows were not removed");
        }
    }
}

/// Waits until the server is asked to stop, and sees it off: readiness first, then connections, then what is open.
async fn stop(state: AppState, handle: Handle) {
    let asked = stop_asked().await;
    state.stopping().begin();
    // Whoever presses Ctrl-C or changes a file waits for nobody.
    if matches!(asked, Stop::Terminate) && std::env::var_os("LEPTOS_WATCH").is_none() {
        tracing::info!("stopping: not ready any more");
        tokio::select! { () = tokio::time::sleep(FAREWELL) => {}, _ = stop_asked() => {} }
    }
    tracing::info!("stopping: finishing open requests");
    state.sessions().live().stop();
    handle.graceful_shutdown(Some(DRAIN));
}

/// How the stop was asked for.
enum Stop {
    /// By a person at the keyboard.
    Interrupt,
    /// By what runs the server.
    Terminate,
}

async fn stop_asked() -> Stop {
    let interrupt = async {
        if signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminate = async {
        match signal::unix::signal(signal::unix::SignalKind::terminate()) {
            Ok(mut terminate) => drop(terminate.recv().await),
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! { () = interrupt => Stop::Interrupt, () = terminate => Stop::Terminate }
}
