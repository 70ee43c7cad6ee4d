//! The command line: serve, ask a running server whether it is ready, or help to set it up.

use crate::server::{
    blueprint,
    clock::Clock,
    config::{Config, LogFormat, Purpose},
    doctor::{self, table},
    router,
    state::AppState,
};
use clap::{Parser, Subcommand};
use std::{
    io::{ErrorKind, IsTerminal, Write},
    net::SocketAddr,
    process::ExitCode,
    time::Duration,
};
use tokio::{net::TcpListener, signal};
use tracing_subscriber::EnvFilter;

/// How often expired rows are removed.
const SWEEP: Duration = Duration::from_secs(600);
/// How long the health check waits for an answer.
const HEALTHCHECK: Duration = Duration::from_secs(5);
/// How long it serves on after a SIGTERM, not ready any more, until whoever sends it requests has seen that.
const FAREWELL: Duration = Duration::from_secs(4);
/// How long open requests may take to finish then: ten seconds after the SIGTERM it has ended.
const DRAIN: Duration = Duration::from_secs(6);

/// The sign-in for Leptos: OpenID Connect with every token kept on the server.
#[derive(Parser)]
#[command(version, after_help = include_str!("help.txt"))]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the site (the default).
    Serve,
    /// Exit 0 if the running server answers /readyz, else 1: for containers.
    Healthcheck,
    /// Examine the configuration, the stores and the providers; exit 1 if something must be mended.
    Doctor {
        /// One provider's id; else all of them.
        provider: Option<String>,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Print a blueprint for authentik: what this configuration expects of it.
    Blueprint {
        /// One provider's id; else all that are declared.
        provider: Option<String>,
        /// The oldest release of authentik that it is for.
        #[arg(long, value_name = "RELEASE", default_value_t)]
        authentik: blueprint::Version,
    },
}

/// Runs the command that the arguments name.
#[must_use]
pub fn run() -> ExitCode {
    let arguments = Arguments::parse();
    let command = arguments.command.unwrap_or(Command::Serve);
    let purpose = match command {
        Command::Blueprint { .. } => Purpose::Describe,
        _ => Purpose::Serve,
    };
    let config = match Config::load(purpose) {
        Ok(config) => config,
        Err(mistakes) => {
            eprintln!("{mistakes}");
            return ExitCode::FAILURE;
        }
    };
    start_log(&config);
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("The runtime can't start: {error}");
            return ExitCode::FAILURE;
        }
    };
    let result = runtime.block_on(async {
        match command {
            Command::Serve => serve(config).await.map(done),
            Command::Healthcheck => healthcheck(&config).await.map(done),
            Command::Doctor { provider, json } => examine(&config, provider.as_deref(), json).await,
            Command::Blueprint { provider, authentik } => {
                print_blueprint(&config, provider.as_deref(), authentik).map(done)
            }
        }
    });
    match result {
        Ok(code) => code,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

fn done((): ()) -> ExitCode {
    ExitCode::SUCCESS
}

fn start_log(config: &Config) {
    // What these say of a store that is away, and of tables that are there already, is said by what asked them.
    let filter = format!("fred=off,sqlx::postgres::notice=warn,{}", config.log_filter);
    let filter = EnvFilter::try_new(filter).unwrap_or_else(|_| EnvFilter::new("info"));
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_target(false)
        .with_ansi(std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none())
        .with_writer(std::io::stderr);
    match config.log_format {
        LogFormat::Text => log.init(),
        LogFormat::Json => log.json().init(),
    }
}

async fn serve(config: Config) -> Result<(), String> {
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
    let (drained, drain) = tokio::sync::oneshot::channel();
    let live = state.sessions().live().clone();
    let stopping = state.stopping().clone();
    let service = router::build(state).into_make_service_with_connect_info::<SocketAddr>();
    let server = axum::serve(listener, service).with_graceful_shutdown(async move {
        let stop = stop_asked().await;
        stopping.begin();
        // Whoever presses Ctrl-C or changes a file waits for nobody.
        if matches!(stop, Stop::Terminate) && std::env::var_os("LEPTOS_WATCH").is_none() {
            tracing::info!("stopping: not ready any more");
            tokio::select! { () = tokio::time::sleep(FAREWELL) => {}, _ = stop_asked() => {} }
        }
        tracing::info!("stopping: finishing open requests");
        live.stop();
        let _ = drained.send(());
    });
    tokio::select! {
        result = server.into_future() => result.map_err(|error| format!("The server failed: {error}.")),
        () = give_up(drain) => Ok(()),
    }
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

/// Ends `DRAIN` after the stop was asked for, whatever is still open.
async fn give_up(drain: tokio::sync::oneshot::Receiver<()>) {
    if drain.await.is_err() {
        std::future::pending::<()>().await;
    }
    tokio::time::sleep(DRAIN).await;
    tracing::warn!("some requests did not finish in time");
}

async fn healthcheck(config: &Config) -> Result<(), String> {
    let mut address = config.leptos.site_addr;
    if address.ip().is_unspecified() {
        address.set_ip(match address {
            std::net::SocketAddr::V4(_) => std::net::Ipv4Addr::LOCALHOST.into(),
            std::net::SocketAddr::V6(_) => std::net::Ipv6Addr::LOCALHOST.into(),
        });
    }
    let url = format!("http://{address}{}", crate::shared::paths::READYZ);
    let client = reqwest::Client::builder()
        .no_proxy()
        .timeout(HEALTHCHECK)
        .build()
        .map_err(|error| format!("No HTTP client: {error}."))?;
    match client.get(&url).send().await {
        Ok(answer) if answer.status().is_success() => Ok(()),
        Ok(answer) => Err(format!("{url} answers {}.", answer.status())),
        Err(error) => Err(format!("{url} does not answer: {}.", error.without_url())),
    }
}

/// Prints what was found. It ends well unless something must be mended.
async fn examine(config: &Config, provider: Option<&str>, json: bool) -> Result<ExitCode, String> {
    let report = doctor::examine(config, provider, &Clock::system())
        .await
        .map_err(|error| error.to_string())?;
    let text = if json {
        let text = serde_json::to_string_pretty(&report).map_err(|error| format!("No JSON: {error}."))?;
        format!("{text}\n")
    } else {
        let output = std::io::stdout();
        let is_terminal = output.is_terminal();
        let page = table::Page {
            width: table::width(
                terminal_size::terminal_size_of(&output).map(|(width, _)| width.0.into()),
                std::env::var("COLUMNS").ok().as_deref(),
            ),
            is_coloured: is_terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
        };
        table::write(&report, page)
    };
    print(&text)?;
    Ok(match report.verdict() {
        doctor::Verdict::Fail => ExitCode::FAILURE,
        _ => ExitCode::SUCCESS,
    })
}

fn print_blueprint(config: &Config, provider: Option<&str>, version: blueprint::Version) -> Result<(), String> {
    let text = blueprint::write(config, provider, version).map_err(|error| error.to_string())?;
    print(&text)
}

/// Prints to the standard output; whoever reads it may have heard enough.
fn print(text: &str) -> Result<(), String> {
    match std::io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(format!("Can't print: {error}.")),
        _ => Ok(()),
    }
}
